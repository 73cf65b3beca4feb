"""The lint looks at the addon, wherever the checkout lies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import check


@pytest.mark.slow
def test_the_oca_s_tools_find_the_addon(monkeypatch: pytest.MonkeyPatch) -> None:
    # README.md draws the one complaint of this check: a tool that finds no addon has none.
    tool = Path(sys.executable).with_name("oca-checks-odoo-module")
    statuses = []

    def look(_outcome: check.Outcome, folder: Path, tools: dict[str, list[str]]) -> None:
        if tool.name in tools:
            command = [tool, "--enable=prefer-readme-rst", "bring_warehousing"]
            statuses.append(subprocess.run(command, cwd=folder, check=False).returncode)

    monkeypatch.setattr(check, "checks", look)
    check.lint(check.Outcome())
    assert statuses == [1]
