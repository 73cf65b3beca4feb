"""Read Odoo's log: which tests ran, which failed, and what our own code complained about.

A record is "date time,ms pid LEVEL database logger: text" and the lines that follow it. Tests
log themselves (odoo/tests/result.py): "Starting Class.method ...", "skipped Class.method : why",
and at level ERROR "FAIL: Class.method" or "ERROR: Class.method". Odoo ends with "1 failed, 0
error(s) of 9 tests when loading database 'name'".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

RECORD = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) (?P<db>\S+) (?P<logger>\S+): "
    r"(?P<text>.*)$"
)
STARTED = re.compile(r"^Starting (\w+\.\w+) \.\.\.")
SKIPPED = re.compile(r"^skipped (\w+\.\w+) : (.*)")
FAILED = re.compile(r"^(?:FAIL|ERROR): (?:Subtest )?(\w+\.\w+|.+)")
SUMMARY = re.compile(r"\d+ failed, \d+ error\(s\) of (\d+) tests when loading database")
OURS = re.compile(r"\bbring[_.]\w+|/bring_warehousing/")
# What Odoo says about failing tests, beside their own records.
COUNTED = re.compile(r"Module \S+: \d+ failures, \d+ errors of|At least one test failed when")
LOUD = ("WARNING", "ERROR", "CRITICAL")


@dataclass
class OdooLog:
    """What a log tells, so far.

    Tests are named (logger, "Class.method"); what was skipped has its reason. `faults` are the
    records at WARNING or above that come from the addon or speak of it, other than failing tests
    and the texts that are `expected`.
    """

    expected: tuple[str, ...] = ()
    started: set[tuple[str, str]] = field(default_factory=set)
    skipped: dict[tuple[str, str], str] = field(default_factory=dict)
    failed: set[tuple[str, str]] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    finished: bool = False

    @property
    def passed(self) -> int:
        """Return how many tests ran to a good end."""
        return len(self.started - self.skipped.keys() - self.failed)

    def read(self, lines: list[str]) -> str | None:
        """Take in one record, its first line and those that follow; return what to show of it."""
        match = RECORD.match(lines[0])
        if not match:
            return None
        logger, text = match["logger"], match["text"]
        whole = "\n".join(lines)
        if started := STARTED.match(text):
            self.started.add((logger, started[1]))
        elif skipped := SKIPPED.match(text):
            self.skipped[logger, skipped[1]] = skipped[2].strip()
        elif SUMMARY.search(text):
            self.finished = True
        elif match["level"] in LOUD and text.strip() not in self.expected:
            if failed := FAILED.match(text):
                self.failed.add((logger, failed[1].strip()))
                return whole
            # A browser's console tells of every page; a tour fails by itself when it should.
            said = "\n".join([text, *lines[1:]])
            ours = logger.startswith("odoo.addons.bring_warehousing") or OURS.search(said)
            if ours and not logger.endswith(".browser") and not COUNTED.match(text):
                self.faults.append(whole)
                return whole
        return None


def records(lines: Iterable[str]) -> Iterator[list[str]]:
    """Group the lines of a log into records: lists of lines, the first with a date."""
    record: list[str] = []
    for line in lines:
        line = line.rstrip("\n")
        if RECORD.match(line) and record:
            yield record
            record = []
        record.append(line)
    if record:
        yield record
