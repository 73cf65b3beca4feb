"""Programs that listen: a free port, waiting until Odoo answers, and their end."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from console import Missing
from environment import ROOT

START_LIMIT = 120  # seconds until a server must answer


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(url: str, server: subprocess.Popen, log: Path) -> None:
    """Wait until the server at an address answers, and well.

    :raise Missing: when it ended, or did not answer in time
    """
    limit = time.monotonic() + START_LIMIT
    while time.monotonic() < limit and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(url, timeout=10).close()
            return
        time.sleep(0.2)
    raise Missing(f"Nothing answers at {url}; the log: {log}")


@contextlib.contextmanager
def running(
    command: Sequence[object], log: Path, env: Mapping[str, str], mode: str = "w"
) -> Iterator[subprocess.Popen]:
    """Run a program with its output in a file; end it, kindly and then by force.

    A session of its own keeps the terminal's Ctrl-C from it: it is ended in order.

    :param mode: of the file; ``a`` keeps what an earlier run wrote
    """
    with open(log, mode) as file:
        process = subprocess.Popen(
            [str(part) for part in command], cwd=ROOT, env=env, stdin=subprocess.DEVNULL,
            stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen) -> None:
    """End a process and its children: kindly, and after ten seconds by force.

    The process leads a group of its own (``start_new_session``).
    """
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
