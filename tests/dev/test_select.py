"""What the names given to dev/test mean."""

from __future__ import annotations

from pathlib import Path

import pytest

import check
from console import Missing


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {
        "bring/test_reader.py": (
            "def test_alone(): ...\n\nclass TestPlain:\n    def test_in(self): ..."
        ),
        "test_receive.py": "class TestReceive(HttpCase):\n    def test_wrong_key(self): ...",
    }.items():
        file = tmp_path / "tests" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    monkeypatch.setattr(check, "ROOT", tmp_path)
    monkeypatch.setattr(check, "TESTS", tmp_path / "tests")


def test_no_name_is_everything() -> None:
    assert check.select([]) == check.Selection(
        lint=True, plain=["tests/bring"], tags=["/bring_warehousing"]
    )


@pytest.mark.parametrize(
    ("name", "node"),
    [
        ("test_reader", "tests/bring/test_reader.py"),
        ("tests/bring/test_reader.py", "tests/bring/test_reader.py"),
        ("tests/bring", "tests/bring"),
        ("test_alone", "tests/bring/test_reader.py::test_alone"),
        ("tests/bring/test_reader.py::test_alone", "tests/bring/test_reader.py::test_alone"),
        ("TestPlain.test_in", "tests/bring/test_reader.py::TestPlain::test_in"),
        ("test_in", "tests/bring/test_reader.py::TestPlain::test_in"),
    ],
)
def test_plain_tests_become_pytest_s_nodes(name: str, node: str) -> None:
    assert check.select([name]) == check.Selection(plain=[node])


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("test_receive", "/bring_warehousing/tests/test_receive.py"),
        ("tests/test_receive.py", "/bring_warehousing/tests/test_receive.py"),
        ("TestReceive", "/bring_warehousing:TestReceive"),
        ("TestReceive.test_wrong_key", "/bring_warehousing:TestReceive.test_wrong_key"),
        ("test_wrong_key", "/bring_warehousing:TestReceive.test_wrong_key"),
        ("/bring_warehousing:TestReceive", "/bring_warehousing:TestReceive"),
    ],
)
def test_odoo_tests_become_tags(name: str, tag: str) -> None:
    assert check.select([name]) == check.Selection(tags=[tag])


def test_lint_is_a_name() -> None:
    assert check.select(["lint"]) == check.Selection(lint=True)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(Missing, match="No test is named test_nothing"):
        check.select(["test_nothing"])
