"""Build the addon's wheel with whool, from those files of the repository that are the addon.

The repository's root is the addon, so development files lie in it too, and whool would take all
that git tracks. Its folder may have any name, and whool takes the addon's name from it. So: copy
the addon into a folder of its own name, and let whool build there. (PEP 517 hooks.)

Neither git nor a clone is needed: the version is the manifest's, and a source tarball builds the
same wheel.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whool import buildapi as whool

ADDON = "bring_warehousing"
FILES = ("*.py", "LICENSE", "README.md")
FOLDERS = (
    "bring",
    "controllers",
    "data",
    "demo",
    "i18n",
    "migrations",
    "models",
    "readme",
    "report",
    "security",
    "static",
    "tests",
    "views",
    "wizards",
)
# bring/contract/, what Bring publishes as data: it serves tests and documentation. And the tests of
# what the wheel does not hold.
IGNORED = ("__pycache__", "*.pyc", ".*", "contract", "simulator", "benchmarks", "dev", "extending")

# What a source tarball holds beside the addon, to build the wheel from.
TO_BUILD = ("pyproject.toml", "dev/wheel_backend.py")

# whool would ask git how many commits there are since the manifest's version.
os.environ["WHOOL_POST_VERSION_STRATEGY_OVERRIDE"] = "none"

build_editable = whool.build_editable
prepare_metadata_for_build_editable = whool.prepare_metadata_for_build_editable


@contextlib.contextmanager
def addon_folder(*also: str) -> Iterator[None]:
    """Work in a copy of the addon alone, in a folder that has its name.

    :param also: more files to have in it, by their path in the repository
    """
    root = Path.cwd()
    with tempfile.TemporaryDirectory() as temporary:
        target = Path(temporary) / ADDON
        target.mkdir()
        for pattern in FILES:
            for file in root.glob(pattern):
                shutil.copy(file, target)
        for folder in FOLDERS:
            if (root / folder).is_dir():
                ignored = shutil.ignore_patterns(*IGNORED)
                shutil.copytree(root / folder, target / folder, ignore=ignored)
        for name in also:
            (target / name).parent.mkdir(exist_ok=True)
            shutil.copy(root / name, target / name)
        os.chdir(target)
        try:
            yield
        finally:
            os.chdir(root)


def build_wheel(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Build the wheel and return its file name."""
    wheel_directory = os.path.abspath(wheel_directory)
    with addon_folder():
        return whool.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_sdist(sdist_directory: str, config_settings: dict[str, Any] | None = None) -> str:
    """Build the source tarball, from which the same wheel can be built, and return its name."""
    sdist_directory = os.path.abspath(sdist_directory)
    with addon_folder(*TO_BUILD):
        return whool.build_sdist(Path(sdist_directory), config_settings)


def prepare_metadata_for_build_wheel(
    metadata_directory: str, config_settings: dict[str, Any] | None = None
) -> str:
    """Write the wheel's metadata and return the name of its folder."""
    metadata_directory = os.path.abspath(metadata_directory)
    with addon_folder():
        return whool.prepare_metadata_for_build_wheel(metadata_directory, config_settings)
