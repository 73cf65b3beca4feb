"""The databases, shells and servers that the benchmarks run in, by means of dev/lib."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import database
from console import Missing
from environment import ADDONS, ROOT, Odoo

HERE = Path(__file__).resolve().parent
FLOOR = "bring_benchmark_floor"
PATHS = f"--addons-path={ADDONS},{HERE / 'addons'}"
START_LIMIT = 120  # seconds until Odoo must answer


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
    port, gevent_port = free_ports(2)
    database.LOGS.mkdir(exist_ok=True)
    log = database.LOGS / f"{name}.log"
    with open(log, "w") as file:
        process = subprocess.Popen(
            [*odoo.command, PATHS, "-d", name, f"--db-filter=^{name}$", "--workers=2",
             f"--max-cron-threads={cron}", f"--http-port={port}",
             f"--gevent-port={gevent_port}", "--log-level=warn"],
            env=odoo.env, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
            start_new_session=True,
        )  # fmt: skip
    try:
        wait_for(port, process, log)
        yield port
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until Odoo answers.

    :raise Missing: when it ended, or did not answer in time
    """
    limit = time.monotonic() + START_LIMIT
    while time.monotonic() < limit and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/web/health", timeout=10).close()
            return
        time.sleep(0.2)
    raise Missing(f"Odoo does not answer; its log: {log}")


def free_ports(number: int) -> list[int]:
    """Return ports of 127.0.0.1 that nobody listens on."""
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(socket.socket()) for _ in range(number)]
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        return [listener.getsockname()[1] for listener in listeners]
