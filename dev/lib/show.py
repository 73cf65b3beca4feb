"""dev/run: Odoo with the addon, its demo data, and a day of messages from the simulator.

    dev/run [--fresh] [--port PORT]

The database stays, so that a second start takes seconds; --fresh begins again.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import database
from console import Missing, ignore_interrupts, say
from environment import ROOT, VENV, Odoo, find_odoo, lock
from postgres import postgres
from server import running, wait_for

NAME = "bring_demo"
USUAL_PORT = 8069
PLACES = """
  Odoo runs at   {url}
  Log in with    admin / admin

  Three places to look:
    {url}/odoo/action-bring_warehousing.bring_account_action_overview
        Inventory, Bring, Overview: how the account with Bring is doing; its stock report
    {url}/odoo/action-sale.action_orders
        Sales, Orders: what Bring has said about each of them
    {url}/odoo/bring-to-settle
        Inventory, Bring, To settle: what waits for a person, and the button that mends it

  Ctrl-C stops it.
"""


def main(arguments: list[str]) -> int:
    """Serve the demo until Ctrl-C; return 0, or Odoo's status when it ends by itself."""
    parser = argparse.ArgumentParser(prog="dev/run", description=__doc__.split("\n\n")[0])
    parser.add_argument("--fresh", action="store_true", help="begin again with a new database")
    parser.add_argument("--port", type=int, help=f"default: {USUAL_PORT}, or a free one")
    options = parser.parse_args(arguments)
    with postgres():
        odoo = find_odoo()
        # Held to the end: two servers on one database would both run its scheduled work.
        with lock("demo"):
            prepare(odoo, NAME, fresh=options.fresh)
            port = options.port or free_port()
            url = f"http://localhost:{port}"
            with serving(odoo, NAME, port) as server:
                if not heard(NAME):
                    push_day(odoo, NAME, url)
                print(PLACES.format(url=url), flush=True)
                return wait(server)


def prepare(odoo: Odoo, name: str, *, fresh: bool) -> None:
    """Make the database with the addon and its demo data, unless it is there."""
    if fresh:
        database.drop(name)
    if database.exists(name):
        return
    part = f"{name}_part"
    database.copy(database.template(odoo), part)
    say("Installing the addon with its demo data")
    database.install(odoo, part, [database.ADDON], "--with-demo")
    database.rename(part, name)


@contextlib.contextmanager
def serving(odoo: Odoo, name: str, port: int) -> Iterator[subprocess.Popen]:
    """Run Odoo on a database, its log in a file, until it answers; stop it at the end."""
    database.LOGS.mkdir(exist_ok=True)
    log_path = database.LOGS / f"{name}.log"
    command = [*odoo.command, "-d", name, "--db-filter", f"^{name}$", "--http-port", str(port)]
    with running(command, log_path, odoo.env) as process:
        try:
            say("Starting Odoo")
            wait_for(f"http://localhost:{port}/web/health", process, log_path)
            yield process
        finally:
            ignore_interrupts()


def wait(server: subprocess.Popen) -> int:
    """Wait for the end of Odoo, or for Ctrl-C."""
    try:
        status = server.wait()
    except KeyboardInterrupt:
        say("Stopping")
        return 0
    raise Missing(f"Odoo ended with status {status}; its log: {database.LOGS / NAME}.log")


def heard(name: str) -> bool:
    """Say whether Bring's messages have come in already."""
    return bool(
        database.execute(
            "SELECT 1 FROM bring_message WHERE direction = 'in' LIMIT 1", database=name
        )
    )


def push_day(odoo: Odoo, name: str, url: str) -> None:
    """Let the simulator push a day's messages about the demo's orders, and apply them.

    :raise Missing: when the demo data holds no orders, or a message was not accepted
    """
    say("Pushing a day's messages from the simulator")
    told = json.loads(shell(odoo, name, (ROOT / "dev/demo_orders.py").read_text()).splitlines()[-1])
    if not told["orders"]:
        raise Missing("The demo data holds no account with confirmed orders; try --fresh.")
    with tempfile.TemporaryDirectory() as folder:
        orders, stock = Path(folder) / "orders.json", Path(folder) / "stock.json"
        orders.write_text(json.dumps(told["orders"]))
        stock.write_text(json.dumps(told["stock"]))
        done = subprocess.run(
            [VENV / "bin/python", "-m", "simulator", "day", "--mishaps",
             "--orders", orders, "--stock", stock,
             "--url", f"{url}/bring/warehousing/{told['token']}"],
            # By the environment, for a command line can be read by every user of the machine.
            cwd=ROOT, env={**os.environ, "BRING_KEY": told["key"]},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise Missing(
            f"The simulator's messages were not all accepted:\n{done.stdout}{done.stderr}"
            f"Odoo's log is {database.LOGS / name}.log; dev/run --fresh begins again."
        )
    say(done.stdout.strip().splitlines()[-1])
    shell(odoo, name, "env['bring.document']._process_pending()\nenv.cr.commit()")
    states = database.execute(
        "SELECT state, count(*) FROM bring_document GROUP BY state ORDER BY state", database=name
    )
    say("Documents: " + ", ".join(f"{count} {state}" for state, count in states))


def shell(odoo: Odoo, name: str, script: str) -> str:
    """Run a script in Odoo's shell on a database and return what it prints."""
    done = subprocess.run(
        [*odoo.command, "shell", "-d", name, "--no-http", "--log-level=warn"],
        env=odoo.env, input=script, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Missing(f"A script in Odoo's shell failed:\n{done.stderr}")
    return done.stdout


def free_port() -> int:
    """Return Odoo's usual port, or another that is free."""
    for port in (USUAL_PORT, 0):
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return listener.getsockname()[1]
    raise Missing("No port is free on 127.0.0.1.")
