"""What the dev commands tell their user, on stderr: stdout belongs to Odoo and to results."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


class Missing(Exception):
    """Something is lacking or failed; the text says what, and how to get or mend it."""


def say(text: str) -> None:
    """Tell the user about one step, in one line."""
    print(f"· {text}", file=sys.stderr, flush=True)


def quietly(
    command: Sequence[str | Path],
    hint: str,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: int | None = None,
) -> str:
    """Run a command without a word and return its stdout.

    :param hint: what to do about a failure, in the words of a person
    :param user: the id of the user (and of the same-named group) to run as; needs root
    :raise Missing: when it fails, with the hint and the end of what the command said
    """
    identity = {} if user is None else {"user": user, "group": user_group(user), "extra_groups": []}
    try:
        done = subprocess.run(
            [str(part) for part in command],
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,
            **identity,
        )
    except FileNotFoundError as error:
        raise Missing(f"{command[0]} is not on this machine. {hint}") from error
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise Missing(f"{Path(command[0]).name} failed. {hint}\n{tail}")
    return done.stdout


def user_group(user: int) -> int:
    """Return the primary group of a user id."""
    import pwd

    return pwd.getpwuid(user).pw_gid


INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def heed_interrupts() -> None:
    """Let TERM and a closed terminal do as Ctrl-C: unwind the stack, which stops all we started."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    for number in INTERRUPTS:
        signal.signal(number, interrupt)


def ignore_interrupts() -> None:
    """Stop things undisturbed: a second Ctrl-C must not leave anything behind."""
    for number in INTERRUPTS:
        signal.signal(number, signal.SIG_IGN)


def is_root() -> bool:
    """Say whether we run as root."""
    return os.geteuid() == 0
