"""The wheel holds the addon, all of it, and nothing else."""

from __future__ import annotations

import ast
import email
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import wheel_backend

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "odoo/addons/bring_warehousing/"
FOR_DEVELOPERS = {"benchmarks", "dev", "docs", "simulator", "build", "dist"}


pytestmark = pytest.mark.slow  # each build is a program of its own


def built(source: Path, folder: Path) -> Path:
    """Build the wheel of a folder or a tarball with pip, on a machine without git."""
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--wheel-dir", folder, source],
        check=True, env={**os.environ, "PATH": str(Path(sys.executable).parent)},
    )  # fmt: skip
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, tmp_path_factory.mktemp("wheel"))


def test_a_source_tarball_builds_the_same_wheel(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")  # no git
    monkeypatch.chdir(ROOT)
    tarball = tmp_path / wheel_backend.build_sdist(str(tmp_path))
    again = built(tarball, tmp_path / "again")
    assert again.name == wheel.name
    assert names(again) == names(wheel)


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_name_and_version_are_the_manifest_s(wheel: Path) -> None:
    version = ast.literal_eval((ROOT / "__manifest__.py").read_text())["version"]
    assert wheel.name == f"odoo_addon_bring_warehousing-{version}-py3-none-any.whl"
    info = f"odoo_addon_bring_warehousing-{version}.dist-info/METADATA"
    with zipfile.ZipFile(wheel) as archive:
        metadata = email.message_from_bytes(archive.read(info))
    assert metadata["Name"] == "odoo-addon-bring_warehousing"
    assert metadata["License"] == "LGPL-3"
    assert {"lxml", "requests", "zeep"} <= set(metadata.get_all("Requires-Dist"))


def test_holds_every_file_that_the_manifest_names(wheel: Path) -> None:
    manifest = ast.literal_eval((ROOT / "__manifest__.py").read_text())
    wanted = {
        "__manifest__.py",
        "__init__.py",
        *manifest.get("data", []),
        *manifest.get("demo", []),
    }
    assert {PREFIX + name for name in wanted} <= names(wheel)


def test_holds_every_module_of_the_addon_s_folders(wheel: Path) -> None:
    wanted = {
        PREFIX + path.relative_to(ROOT).as_posix()
        for folder in ("bring", "controllers", "models", "wizards")
        for path in (ROOT / folder).rglob("*.py")
    }
    assert wanted
    assert wanted <= names(wheel)


def test_holds_the_data_that_modules_read(wheel: Path) -> None:
    wanted = {PREFIX + path.relative_to(ROOT).as_posix() for path in ROOT.glob("bring/*.toml")}
    assert wanted
    assert wanted <= names(wheel)


def test_holds_no_developers_files(wheel: Path) -> None:
    inside = {name.removeprefix(PREFIX) for name in names(wheel) if name.startswith(PREFIX)}
    parts = {part for name in inside for part in Path(name).parts}
    assert not parts & {
        "dev", "benchmarks", "simulator", "docs", "extending", "contract", "__pycache__",
    }  # fmt: skip
    assert not {part for part in parts if part.startswith(".")}
    assert "pyproject.toml" not in inside


def test_every_folder_is_either_packaged_or_for_developers() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] not in "._"}
    assert folders <= set(wheel_backend.FOLDERS) | FOR_DEVELOPERS
