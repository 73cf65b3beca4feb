"""Provision the environment, then hand over to a command: run, test, odoo, translate,
pictures, messages.

The first part needs nothing but Python's standard library; the commands run in the virtual
environment that it makes.
"""

from __future__ import annotations

import importlib
import os
import sys

from console import Missing, heed_interrupts
from environment import VENV, ensure_venv

COMMANDS = {"run": "show", "test": "check", "odoo": "odoo_cli", "translate": "translate",
            "pictures": "pictures", "messages": "messages"}  # fmt: skip
NEEDS = {"test": ["requirements-test.txt"], "translate": ["requirements-test.txt"],
         "pictures": ["requirements-pictures.txt"]}  # fmt: skip


def main() -> int:
    """Run the command named by the first argument; return its exit status."""
    command, arguments = sys.argv[1], sys.argv[2:]
    if sys.prefix != str(VENV):
        ensure_venv(*NEEDS.get(command, ()))
        python = str(VENV / "bin" / "python")
        os.execv(python, [python, *sys.argv])
    heed_interrupts()
    return importlib.import_module(COMMANDS[command]).main(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Missing as error:
        print(f"\n{error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
