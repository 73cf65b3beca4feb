"""What docs/extending.md says: its code is the example addon's, and that one works."""

import os
import re
import subprocess
from pathlib import Path

import database
from check import BESIDE
from environment import ADDONS, ROOT, find_odoo
from odoo_log import OdooLog, records
from postgres import postgres
from server import free_port

HERE = Path(__file__).parent
EXAMPLE = "bring_warehousing_example"
QUOTED = re.compile(r"^`(?P<file>[\w/]+\.py)`:?\n\n```python\n(?P<code>.*?)^```$", re.M | re.S)


def test_the_page_quotes_the_example_word_for_word() -> None:
    page = (ROOT / "docs" / "extending.md").read_text()
    quoted = {match["file"]: match["code"] for match in QUOTED.finditer(page)}
    assert page.count("```python") == len(quoted), "a block names no file"
    models = HERE / EXAMPLE / "models"
    wanted = {f"models/{path.name}" for path in models.glob("*.py")} - {"models/__init__.py"}
    assert wanted == quoted.keys()
    for file, code in quoted.items():
        assert code == (HERE / EXAMPLE / file).read_text(), file


def test_the_example_is_installed_and_does_what_the_page_says() -> None:
    with postgres():
        odoo = find_odoo()
        name = f"bring_extending_{os.getpid()}"
        database.copy(database.template(odoo, BESIDE), name)
        command = [*odoo.command, "-d", name, "-i", EXAMPLE, "--test-tags", f"/{EXAMPLE}",
                   "--addons-path", f"{ADDONS},{HERE}", "--stop-after-init",
                   "--http-port", str(free_port())]  # fmt: skip
        try:
            done = subprocess.run(
                command, env=odoo.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
            )  # fmt: skip
        finally:
            database.drop(name)
    log = OdooLog()
    shown = [
        text for record in records(iter(done.stdout.splitlines(True))) if (text := log.read(record))
    ]
    assert log.finished, done.stdout[-3000:]
    assert not log.failed and not log.faults, "\n".join(shown)
    assert not done.returncode, done.stdout[-3000:]
    assert log.passed == len(re.findall(r"^ +def test_", written(), re.M))


def written() -> str:
    return (HERE / EXAMPLE / "tests" / "test_example.py").read_text()
