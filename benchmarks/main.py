"""benchmarks/run: measure how fast the addon is, on this machine, in one run.

    benchmarks/run [--quick] [names]

Names: accept, apply, stock, calling, overview, reading. Without any, all of them.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "dev/lib"), str(HERE.parent)]

from console import Missing, say  # noqa: E402
from environment import ROOT, VENV, ensure_venv, find_odoo, lock  # noqa: E402

PLAIN = ("reading",)  # need no database: a program of their own
IN_ODOO = ("accept", "apply", "stock", "calling", "overview")


def main(arguments: list[str]) -> int:
    """Run the benchmarks that are named, and print their tables; return the exit status."""
    parser = argparse.ArgumentParser(prog="benchmarks/run", description=__doc__.split("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(IN_ODOO + PLAIN)}; default: all")
    options = parser.parse_args(arguments)
    names = options.names or [*IN_ODOO, *PLAIN]
    unknown = set(names) - {*IN_ODOO, *PLAIN}
    if unknown:
        parser.error(f"no benchmark is named {', '.join(sorted(unknown))}")
    print(f"{date.today()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
          f"Python {platform.python_version()}")  # fmt: skip
    status = 0
    for name in names:
        if name in PLAIN:
            program = [VENV / "bin/python", HERE / f"{name}.py"]
            status |= subprocess.run(program, cwd=ROOT, check=False).returncode
    inside = [name for name in names if name in IN_ODOO]
    if inside:
        measure_odoo(inside, quick=options.quick)
    return status


def measure_odoo(names: list[str], *, quick: bool) -> None:
    """Run the benchmarks that need Odoo, on copies of one new database.

    A second run waits: it would take the first one's databases and spoil its figures.
    """
    import importlib

    from setting import base

    from postgres import postgres

    with lock("benchmarks"), postgres():
        odoo = find_odoo()
        say("Installing the addon into a new database")
        with base(odoo) as source:
            for name in names:
                say(f"Measuring: {name}")
                importlib.import_module(name).run(odoo, source, quick=quick)


if __name__ == "__main__":
    try:
        if sys.prefix != str(VENV):
            ensure_venv()
            python = str(VENV / "bin" / "python")
            os.execv(python, [python, *sys.argv])
        sys.exit(main(sys.argv[1:]))
    except Missing as error:
        print(f"\n{error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
