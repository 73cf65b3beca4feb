"""A report of a hundred thousand lines is read in bounded memory."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "reading.py"
WRITE = """
import sys; sys.path.insert(0, sys.argv[1])
from pathlib import Path
import reading
getattr(reading, "write_" + sys.argv[3])(Path(sys.argv[2]), 100_000)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no VmHWM on this system")
@pytest.mark.parametrize("format", ["xml", "json"])
def test_a_hundred_thousand_lines_take_less_than_150_mb(format: str, tmp_path: Path) -> None:
    """Each step in a process of its own: what one needs doesn't count for the next."""
    if not BENCHMARK.exists():
        pytest.skip("the benchmarks are not installed")
    path = tmp_path / f"report.{format}"
    write = [sys.executable, "-c", WRITE, str(BENCHMARK.parent), str(path), format]
    subprocess.run(write, check=True)
    for task in ("inspect", "read_documents", "iter_report_lines"):
        command = [sys.executable, str(BENCHMARK), "--peak", str(path), format, task]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        assert int(done.stdout) > path.stat().st_size >> 20  # the body was in it
        assert int(done.stdout) < 150
