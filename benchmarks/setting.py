"""The databases, shells and servers that the benchmarks run in, by means of dev/lib."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import database
from console import Missing
from environment import ADDONS, ROOT, Odoo
from server import free_port, running, wait_for

HERE = Path(__file__).resolve().parent
FLOOR = "bring_benchmark_floor"
PATHS = f"--addons-path={ADDONS},{HERE / 'addons'}"


@contextlib.contextmanager
def base(odoo: Odoo) -> Iterator[str]:
    """Install the addon and the floor into a new database; yield its name, drop it at the end."""
    with scratch(database.template(odoo), "bench_base") as name:
        database.install(odoo, name, [database.ADDON, FLOOR], PATHS)
        yield name


@contextlib.contextmanager
def scratch(source: str, name: str) -> Iterator[str]:
    """Copy a database under a name, and drop the copy at the end."""
    database.copy(source, name)
    try:
        yield name
    finally:
        database.drop(name)


def shell(odoo: Odoo, name: str, module: str, call: str) -> Any:
    """Call a function of a module beside this one in Odoo's shell, with ``env``.

    :param call: for instance ``main(env, 3)``
    :return: what it prints on its last line, as JSON
    """
    script = f"import sys\nsys.path[:0] = {[str(HERE), str(ROOT)]!r}\n"
    script += f"import {module}\n{module}.{call}\n"
    done = subprocess.run(
        [*odoo.command, "shell", PATHS, "-d", name, "--no-http", "--log-level=warn"],
        env=odoo.env, input=script, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if done.returncode or not done.stdout.strip():
        raise Missing(f"{module}.{call} failed in Odoo's shell; it says why above.")
    return json.loads(done.stdout.splitlines()[-1])


@contextlib.contextmanager
def serving(odoo: Odoo, name: str, *, cron: int) -> Iterator[int]:
    """Run Odoo as in production (two workers) on a database; yield its port."""
    port, gevent_port = free_port(), free_port()
    database.LOGS.mkdir(exist_ok=True)
    log = database.LOGS / f"{name}.log"
    command = [*odoo.command, PATHS, "-d", name, f"--db-filter=^{name}$", "--workers=2",
               f"--max-cron-threads={cron}", f"--http-port={port}",
               f"--gevent-port={gevent_port}", "--log-level=warn"]  # fmt: skip
    with running(command, log, odoo.env) as process:
        wait_for(f"http://127.0.0.1:{port}/web/health", process, log)
        yield port
