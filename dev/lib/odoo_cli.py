"""dev/odoo: Odoo's own command line, with PostgreSQL and the addon in reach."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping, Sequence

from environment import find_odoo
from postgres import postgres


def main(arguments: list[str]) -> int:
    """Run Odoo with these arguments in the user's terminal; return its exit status."""
    with postgres():
        odoo = find_odoo()
        return attached([*odoo.command, *arguments], odoo.env)


def attached(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Run a command that has the terminal, and end it before we end."""
    process = subprocess.Popen(command, env=env)
    # Ctrl-C reaches the child from the terminal itself; TERM reaches only us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    status = process.wait()
    return 128 - status if status < 0 else status
