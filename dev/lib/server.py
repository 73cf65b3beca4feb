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
from pathlib import Path

from console import Missing

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
