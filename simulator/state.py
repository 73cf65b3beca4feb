"""Keep what Bring knows over a restart, in one file of a directory.

The file is a pickle: give only a directory that nobody else writes into.
"""

import os
import pickle
from pathlib import Path

from .bring import Bring

FILE = "bring.pickle"
VERSION = 1
KEPT = ("clock", "seed", "depot", "orders", "pushes", "faults", "serial")


def save(bring: Bring, directory: Path) -> None:
    """Write the state, whole or not at all."""
    directory.mkdir(parents=True, exist_ok=True)
    with bring.lock:
        content = pickle.dumps((VERSION, {name: getattr(bring, name) for name in KEPT}))
        partial = directory / f"{FILE}.partial"
        partial.write_bytes(content)
        os.replace(partial, directory / FILE)


def load(bring: Bring, directory: Path) -> bool:
    """Take up the state of a directory; return whether there was one.

    :raise ValueError: for that of another version.
    """
    path = directory / FILE
    if not path.exists():
        return False
    version, kept = pickle.loads(path.read_bytes())
    if version != VERSION:
        raise ValueError(f"{path} is of another version; remove it to start anew")
    for name in KEPT:
        setattr(bring, name, kept[name])
    bring.push_waiting()
    return True
