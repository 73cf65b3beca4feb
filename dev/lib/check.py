"""dev/test: lint, types, the plain tests, the Odoo tests on a new database, the slow tests.

    dev/test [--keep] [--coverage] [names]

Names limit it: `lint`, a test file, class or method, a path under tests/ (with ::name as pytest
has it), or a tag as Odoo has it (/bring_warehousing:TestReceive.test_wrong_key).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import database
from browser import ensure_browser
from console import Missing, say
from environment import ROOT, VENV, Odoo, find_odoo
from odoo_log import OdooLog, records
from postgres import postgres
from server import free_port

sys.path.insert(0, str(ROOT / "dev"))
from wheel_backend import addon_folder  # noqa: E402

TESTS = ROOT / "tests"
NOTHING_COLLECTED = 5  # pytest's status when no test has the marks
# These run under pytest and need no database. Each has a pytest.ini of its own, for pytest must not
# import the __init__.py of the folders above, which need Odoo.
QUICK = ("bring", "contract", "simulator", "dev")
# These start Odoo themselves.
PLAIN = (*QUICK, "day", "extending")

# The skips that are no failure, by the reason that the test gives. Whatever else is skipped proves
# nothing, and would go unseen.
NO_BROWSER = "Chrome executable not found"
SKIPS = {
    NO_BROWSER: "browser tests, on a machine that has no browser and can't get one",
    "no VmHWM on this system": "memory is measured on Linux only",
}

# Databases that Odoo's tests run on side by side, and files that take longer than others do.
LANES = 2
HEAVY = {"test_orders_machine": 80, "test_tours": 4, "test_receive_live": 3}

# Modules that the addon does not need and must get along with: kits, best-before dates, SMS.
BESIDE = ("sale_mrp", "product_expiry", "stock_sms")


@dataclass
class PytestRun:
    """A run of pytest in a folder of tests/: its status, its report, and what it said."""

    folder: str
    status: int
    report: ElementTree.ElementTree
    said: str


@dataclass
class Outcome:
    """How the run went: tests by result, and every other reason to fail, in words."""

    passed: int = 0
    failed: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)  # test, reason
    problems: list[str] = field(default_factory=list)
    took: list[tuple[str, float]] = field(default_factory=list)  # part, seconds

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Say that a part begins, and keep how long it took."""
        say(name)
        begun = time.monotonic()
        try:
            yield
        finally:
            self.took.append((name, time.monotonic() - begun))

    def count(self, run: PytestRun) -> None:
        """Count what a run of pytest reports."""
        status = run.status
        for suite in run.report.iter("testsuite"):
            bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            self.failed += bad
            self.passed += int(suite.get("tests", 0)) - bad - int(suite.get("skipped", 0))
            self.skipped += [
                (f"{case.get('classname')}.{case.get('name')}", skip.get("message", ""))
                for case in suite.iter("testcase")
                for skip in case.iter("skipped")
            ]
            status = 0 if bad else status
        if status:
            self.problems.append(f"pytest ended with status {status} in tests/{run.folder}.")

    def judge_skips(self) -> None:
        """Make a problem of each skip that is not on the list."""
        for test, reason in self.skipped:
            if not any(reason.startswith(known) for known in SKIPS):
                self.problems.append(f"{test} was skipped, which proves nothing: {reason}")

    def tell(self) -> None:
        """Print what was skipped, what is wrong, and the counts, in the last lines."""
        say(", ".join(f"{name} {seconds:.0f} s" for name, seconds in self.took))
        for test, reason in self.skipped:
            print(f"skipped: {test} ({reason})")
        for problem in self.problems:
            print(f"FAILED: {problem}")
        counts = f"{self.passed} passed, {self.failed} failed, {len(self.skipped)} skipped"
        sys.stdout.flush()
        print(counts, flush=True)


@dataclass
class Selection:
    """What to run: lint or not, the arguments of pytest, the test tags of Odoo."""

    lint: bool = False
    plain: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)

    def of(self, folder: str) -> list[str]:
        """Return the arguments of pytest that are in one folder of tests/."""
        return [node for node in self.plain if Path(node).parts[1].partition("::")[0] == folder]


def main(arguments: list[str]) -> int:
    """Run what the arguments select; return 0 when all is well."""
    parser = argparse.ArgumentParser(prog="dev/test", description=__doc__.split("\n\n")[0])
    parser.add_argument("--keep", action="store_true", help="keep the database of the Odoo tests")
    parser.add_argument("--coverage", action="store_true", help="measure, into .coverage")
    parser.add_argument("names", nargs="*", help="lint, or tests by file, class, method or tag")
    options = parser.parse_args(arguments)
    selection = select(options.names)
    outcome = Outcome()
    begun = time.monotonic()
    try:
        if selection.lint:
            lint(outcome)
        whole = not options.names  # what is slow comes last; what is named runs as it is
        if whole:
            quick_tests(selection, outcome, coverage=options.coverage)
        else:
            for folder in PLAIN:
                if nodes := selection.of(folder):
                    plain_tests(folder, nodes, outcome, coverage=options.coverage)
        if selection.tags:
            ensure_browser()
            with postgres():
                odoo = measured(find_odoo()) if options.coverage else find_odoo()
                odoo_tests(odoo, selection.tags, outcome, keep=options.keep)
        for folder in PLAIN if whole else ():
            marks = "slow" if folder in QUICK else ""
            plain_tests(folder, selection.of(folder), outcome, marks, coverage=options.coverage)
        if options.coverage:
            for step in ("combine", "report"):
                subprocess.run([VENV / "bin/coverage", step], cwd=ROOT, check=True)
    except Missing as error:
        outcome.problems.append(str(error))
    outcome.judge_skips()
    outcome.took.append(("in all", time.monotonic() - begun))
    outcome.tell()
    return 1 if outcome.failed or outcome.problems else 0


def select(names: list[str]) -> Selection:
    """Find what the names mean; without names, everything.

    :raise Missing: for a name that no test has
    """
    if not names:
        folders = [f"tests/{name}" for name in PLAIN if any((TESTS / name).glob("test_*.py"))]
        return Selection(lint=True, plain=folders, tags=[f"/{database.ADDON}"])
    selection = Selection()
    for name in names:
        if name == "lint":
            selection.lint = True
        elif name.startswith(("/", ":", "-", "+")):
            selection.tags.append(name)
        else:
            found = list(find_tests(name))
            if not found:
                raise Missing(f"No test is named {name}.")
            for plain, where in found:
                (selection.plain if plain else selection.tags).append(where)
    return selection


def find_tests(name: str) -> Iterator[tuple[bool, str]]:
    """Yield the places of a name: (True, pytest's node id) or (False, Odoo's test tag)."""
    given, _, node = name.partition("::")
    path = (ROOT / given) if "/" in given or given.endswith(".py") else None
    if path and path.exists():
        relative = path.relative_to(ROOT)
        if len(relative.parts) > 1 and relative.parts[1] in PLAIN:
            yield True, str(relative) + (f"::{node}" if node else "")
        else:
            yield False, f"/{database.ADDON}/{relative}" + (f":{node}" if node else "")
        return
    owner, _, method = name.rpartition(".")
    for file in sorted(TESTS.rglob("test_*.py")):
        relative = file.relative_to(ROOT)
        plain = relative.parts[1] in PLAIN
        text = file.read_text()
        if file.stem == name:
            yield plain, str(relative) if plain else f"/{database.ADDON}/{relative}"
        elif re.search(rf"^class {re.escape(owner or name)}\b", text, re.MULTILINE):
            node = f"{owner}::{method}" if owner else name
            yield plain, f"{relative}::{node}" if plain else f"/{database.ADDON}:{name}"
        elif not owner and re.search(rf"^def {re.escape(name)}\(", text, re.MULTILINE):
            yield True, f"{relative}::{name}"
        elif not owner and (found := method_owner(name, text)):
            node = f"{relative}::{found}::{name}"
            yield plain, node if plain else f"/{database.ADDON}:{found}.{name}"


def method_owner(name: str, text: str) -> str | None:
    """Return the class of a module's text that defines a method of that name."""
    match = re.search(rf"^ +def {re.escape(name)}\(", text, re.MULTILINE)
    classes = re.findall(r"^class (\w+)", text[: match.start()], re.MULTILINE) if match else []
    return classes[-1] if classes else None


def lint(outcome: Outcome) -> None:
    """Run ruff on all Python (faults, form), the OCA's checks on the addon, mypy on bring/."""
    checks(outcome, ROOT, {"ruff": ["check", "--quiet", "."]})
    checks(outcome, ROOT, {"ruff": ["format", "--check", "--quiet", "."]})
    # In a copy: where the folder of .git is the addon itself, as here, the OCA's tools find no
    # manifest, and let pass what they check with its help, which is nearly everything.
    with contextlib.chdir(ROOT), addon_folder():
        checks(outcome, Path.cwd().parent, {
            "pylint": [f"--rcfile={ROOT / '.pylintrc'}", database.ADDON],
            # README.md is also the repository's, and an XML header may be written as Odoo does.
            "oca-checks-odoo-module": [
                "--disable=prefer-readme-rst,xml-header-wrong", database.ADDON,
            ],
        })  # fmt: skip
    checks(outcome, ROOT, {"mypy": []})


def checks(outcome: Outcome, folder: Path, tools: dict[str, list[str]]) -> None:
    """Run tools of the virtual environment in a folder; a complaint of one is a problem."""
    for tool, arguments in tools.items():
        command = [VENV / "bin" / tool, *arguments]
        with outcome.part(tool):
            if subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL).returncode:
                outcome.problems.append(f"{tool} has complaints, above.")


def plain_tests(
    folder: str, nodes: list[str], outcome: Outcome, marks: str = "", *, coverage: bool = False
) -> None:
    """Run the pytest tests of one folder, and count them by pytest's own report.

    :param marks: pytest's expression of the marks to run; all when empty
    """
    name = {"slow": f"the slow tests of {folder}/"}.get(marks, f"the tests of {folder}/")
    # by as many processes as there are cores; coverage can't follow, and Odoo needs all of them
    more = ["-n", "auto"] if folder in QUICK and not coverage else []
    with outcome.part(name):
        run = run_pytest(folder, nodes, marks, more, coverage=coverage)
    outcome.count(run)


def quick_tests(selection: Selection, outcome: Outcome, *, coverage: bool) -> None:
    """Run what is not slow: the folders side by side, each in one process.

    Several processes a folder would spend their time on starting.
    """
    folders = [folder for folder in QUICK if selection.of(folder)]
    with outcome.part("the plain tests"), ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = [
            pool.submit(
                run_pytest, folder, selection.of(folder), "not slow", [],
                coverage=coverage, shown=False,
            )
            for folder in folders
        ]  # fmt: skip
        for run in runs:
            print(run.result().said, end="", flush=True)
            outcome.count(run.result())


def run_pytest(
    folder: str,
    nodes: list[str],
    marks: str,
    more: list[str],
    *,
    coverage: bool,
    shown: bool = True,
) -> PytestRun:
    """Run pytest in one folder.

    :param shown: as it goes; else what it says is in the run
    :raise Missing: when it could not run at all
    """
    with tempfile.TemporaryDirectory() as temporary:
        report = Path(temporary) / "report.xml"
        command = [str(VENV / "bin/python"), "-m"]
        command += ["coverage", "run", "--parallel-mode", "-m"] if coverage else []
        command += ["pytest", "-q", "-c", f"tests/{folder}/pytest.ini"]
        command += ["--rootdir", f"tests/{folder}", "--import-mode=importlib"]
        command += ["-m", marks] if marks else []
        command += [*more, f"--junit-xml={report}", *nodes]
        done = subprocess.run(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, text=True, errors="replace",
            stdout=None if shown else subprocess.PIPE,
            stderr=None if shown else subprocess.STDOUT,
        )  # fmt: skip
        if not report.exists():
            raise Missing(f"pytest could not run in tests/{folder}:\n{done.stdout or 'see above'}")
        is_empty = bool(marks) and done.returncode == NOTHING_COLLECTED
        status = 0 if is_empty else done.returncode
        return PytestRun(folder, status, ElementTree.parse(report), done.stdout or "")


def measured(odoo: Odoo) -> Odoo:
    """Return the same Odoo under coverage, which works for the one in our environment."""
    python, *rest = odoo.command
    if python != str(VENV / "bin/python"):
        raise Missing("--coverage needs the Odoo under .dev/: unset ODOO_BIN.")
    command = (python, "-m", "coverage", "run", "--parallel-mode", *rest)
    env = {**odoo.env, "COVERAGE_FILE": str(ROOT / ".coverage"),
           "COVERAGE_RCFILE": str(ROOT / "pyproject.toml")}  # fmt: skip
    return Odoo(command, env, odoo.release)


def lanes(tags: list[str]) -> list[list[str]]:
    """Share all tests out, file by file, over as many databases as Odoo can test side by side.

    Its tests are one process, which keeps one core busy. The longest of them, by its file's name,
    has a lane of its own until the others are as long.
    """
    if tags != [f"/{database.ADDON}"] or (os.cpu_count() or 1) < LANES:
        return [tags]
    files = sorted(TESTS.glob("test_*.py"), key=weight, reverse=True)
    shares: list[list[Path]] = [[] for _lane in range(LANES)]
    for file in files:
        min(shares, key=lambda share: sum(map(weight, share))).append(file)
    return [[f"/{database.ADDON}/{file.relative_to(ROOT)}" for file in share] for share in shares]


def weight(file: Path) -> int:
    """Return about how long the tests of a file take, against the others: by its size."""
    return file.stat().st_size * HEAVY.get(file.stem, 1)


def odoo_tests(odoo: Odoo, tags: list[str], outcome: Outcome, *, keep: bool) -> None:
    """Install the addon into new databases with its tests, and read how they went."""
    source = database.template(odoo, BESIDE)
    runs = [
        OdooRun(f"bring_test_{os.getpid()}_{number}", share, free_port())
        for number, share in enumerate(lanes(tags), 1)
    ]
    for run in runs:  # one by one: a database that is copied can't be used meanwhile
        database.copy(source, run.name)
    names = ", ".join(run.name for run in runs)
    try:
        with outcome.part(f"the Odoo tests, on {names}"), ThreadPoolExecutor(len(runs)) as pool:
            list(pool.map(lambda run: run.go(odoo), runs))
    finally:
        for run in runs:
            if keep:
                say(f"Kept: dev/odoo -d {run.name}")
            else:
                database.drop(run.name)
    for run in runs:
        run.tell(outcome, keep=keep)


class OdooRun:
    """Odoo's tests with some tags, on a database of their own."""

    def __init__(self, name: str, tags: list[str], port: int) -> None:
        self.name = name
        self.tags = tags
        self.port = port
        self.path = database.LOGS / f"{name}.log"
        self.log = OdooLog(expected=(NO_BROWSER,))
        self.status = 0

    def go(self, odoo: Odoo) -> None:
        """Run them; print what is wrong as it comes."""
        database.LOGS.mkdir(exist_ok=True)
        command = [*odoo.command, "-d", self.name, "-i", database.ADDON,
                   "--test-tags", ",".join(self.tags),
                   "--stop-after-init", "--http-port", str(self.port)]  # fmt: skip
        with open(self.path, "w") as file, running(command, odoo.env) as process:
            for record in records(copied(process.stdout, file)):
                if shown := self.log.read(record):
                    print(shown, flush=True)
            self.status = process.wait()

    def tell(self, outcome: Outcome, *, keep: bool) -> None:
        """Count them, and say what else is wrong. The log is kept where something is."""
        log, problems = self.log, []
        outcome.passed += log.passed
        outcome.failed += len(log.failed)
        outcome.skipped += [(test, reason) for (_logger, test), reason in log.skipped.items()]
        if log.faults:
            problems.append(f"our code logged {len(log.faults)} warnings or errors, above.")
        if not log.started:
            problems.append("no Odoo test ran.")
        if not log.finished or (self.status and not log.failed):
            tail = self.path.read_text(errors="replace").splitlines(keepends=True)[-25:]
            problems.append(f"Odoo ended with status {self.status}:\n{''.join(tail)}")
        outcome.problems += problems
        if log.failed or problems or keep:
            say(f"Odoo's log: {self.path}")
        else:
            self.path.unlink()


@contextlib.contextmanager
def running(command: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen]:
    """Run a command in a process group of its own, with its output in a pipe; leave none of it."""
    process = subprocess.Popen(
        command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def copied(lines, file) -> Iterator[str]:
    """Yield the lines, writing each to a file as well."""
    for line in lines:
        file.write(line)
        yield line
