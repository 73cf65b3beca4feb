"""A report of 100,000 lines is written, and pushed, in little memory."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
SCRIPT = """
import resource, sys
from datetime import UTC, datetime
from simulator import messages

class Counter:
    size = lines = 0
    def write(self, data):
        self.size += len(data)
        self.lines += data.count(b"lineItemNumber") // int(sys.argv[2])

counter = Counter()
rows = ((f"ARTICLE{n:06}", n) for n in range(100_000))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
messages.inventory_report("BERGER", rows, datetime.now(UTC)).write(counter, sys.argv[1])
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(counter.lines, counter.size, after - before)
"""


@pytest.mark.parametrize("format, mentions", [("xml", 2), ("json", 1)])
def test_a_large_report_is_written_line_by_line(format, mentions):
    answer = subprocess.run(
        [sys.executable, "-c", SCRIPT, format, str(mentions)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines, size, grown = map(int, answer.stdout.split())
    assert lines == 100_000
    assert size > 40_000_000
    assert grown < 10_000  # kilobytes
