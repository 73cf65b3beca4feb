"""The two programs of the day: Odoo with workers, and the simulator; each a process of its own."""

import contextlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import requests

from environment import VENV, Odoo
from server import free_port, running

WAIT = 60  # seconds, for what takes a second when all is well
UID, KEY = "odoo@example.com", "test-key-of-mybring"


def until(reached: Callable[[], object], what: str, limit: float = WAIT) -> None:
    """Wait until something is so.

    :raise AssertionError: when it is not in time
    """
    end = time.monotonic() + limit
    while not reached():
        assert time.monotonic() < end, f"not in {limit:g} s: {what}"
        time.sleep(0.1)


class Simulator:
    """The stand-in for Bring. Its state is kept in a folder, so that it can be away for a while."""

    def __init__(self, folder: Path, start: str, seed: int) -> None:
        self.folder, self.start, self.seed = folder, start, seed
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._stack = contextlib.ExitStack()

    def begin(self) -> None:
        command = [VENV / "bin/python", "-m", "simulator", "serve", "--port", self.port,
                   "--uid", UID, "--customer", "999999", "--start", self.start, "--speed", "0",
                   "--seed", self.seed, "--state", self.folder / "state"]  # fmt: skip
        env = {**os.environ, "BRING_API_KEY": KEY}
        self._stack.enter_context(running(command, self.folder / "simulator.log", env, "a"))
        until(self._answers, "the simulator answers")

    def end(self) -> None:
        self._stack.close()

    def _answers(self) -> bool:
        with contextlib.suppress(requests.ConnectionError):
            return requests.get(f"{self.url}/_simulator/state", timeout=10).ok
        return False

    def call(self, place: str, value: object = None, method: str = "POST") -> dict:
        answer = requests.request(
            method, f"{self.url}/_simulator/{place}", json=value, timeout=WAIT
        )
        assert answer.ok, answer.text
        return answer.json()

    def state(self) -> dict:
        return self.call("state", method="GET")

    def orders(self) -> dict[str, dict]:
        return {order["reference"]: order for order in self.state()["orders"]}


class OdooServer:
    """Odoo with two workers and one for scheduled actions, called as another program would."""

    def __init__(self, odoo: Odoo, database: str, folder: Path) -> None:
        self.odoo, self.database, self.folder = odoo, database, folder
        self.log = folder / "odoo.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.session = requests.Session()

    def shell(self, script: str) -> dict:
        """Run a script in Odoo's shell and return the JSON of its last line."""
        done = subprocess.run(
            [*self.odoo.command, "shell", "-d", self.database, "--no-http", "--log-level=warn"],
            env=self.odoo.env, input=script, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert not done.returncode and done.stdout, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    @contextlib.contextmanager
    def serving(self, rpc_key: str) -> Iterator[None]:
        self.session.headers["Authorization"] = f"Bearer {rpc_key}"
        command = [*self.odoo.command, "-d", self.database, "--db-filter", f"^{self.database}$",
                   "--http-port", self.port, "--gevent-port", free_port(),
                   "--workers", 2, "--max-cron-threads", 1]  # fmt: skip
        with running(command, self.log, self.odoo.env, "a"):
            until(self._answers, f"Odoo answers; {self.log}", 120)
            yield

    def _answers(self) -> bool:
        with contextlib.suppress(requests.ConnectionError):
            return requests.get(f"{self.url}/web/health", timeout=10).ok
        return False

    def __call__(self, model: str, method: str, *ids: int, **arguments: object):
        """Call a method of records over HTTP and return what it returns."""
        body = {"ids": ids, **arguments} if ids else arguments
        answer = self.post(model, method, body)
        assert answer.ok, f"{model}.{method}: {answer.text[:2000]}"
        return answer.json()

    def post(self, model: str, method: str, body: dict) -> requests.Response:
        return requests.post(
            f"{self.url}/json/2/{model}/{method}", json=body, headers=self.session.headers,
            timeout=WAIT,
        )  # fmt: skip

    def read(self, model: str, domain: list, *fields: str) -> list[dict]:
        return self(
            model, "search_read", domain=domain, fields=list(fields), order="id",
            context={"active_test": False},
        )  # fmt: skip

    def run(self, cron: int) -> None:
        """Let a scheduled action run now, however busy the worker for them is with it."""

        def ran() -> bool:
            answer = self.post("ir.cron", "method_direct_trigger", {"ids": [cron]})
            assert answer.ok or "already executing" in answer.text, answer.text[:3000]
            return answer.ok

        until(ran, f"scheduled action {cron} ran")
