"""What dev/ does on a machine that has nothing yet, played with an apt that is not one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import debian

ROOT = Path(__file__).resolve().parents[2]
# What every Debian has, and dev/python uses.
ESSENTIAL = ("sh", "dirname", "mkdir", "mktemp", "cat", "chmod", "mv", "rm")
PYTHON = f'#!/bin/sh\nexec {sys.executable} "$@"\n'


class Machine:
    """A folder of programs that is all of PATH, and a checkout's dev/python."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.bin.mkdir()
        for name in ESSENTIAL:
            (self.bin / name).symlink_to(shutil.which(name) or name)
        self.root = folder / "a checkout"
        (self.root / "dev").mkdir(parents=True)
        shutil.copy(ROOT / "dev/python", self.root / "dev")

    def put(self, name: str, script: str) -> None:
        """Put a program there, as a script of sh."""
        program = self.bin / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    def python(self) -> subprocess.CompletedProcess[str]:
        """Run dev/python, and let it say that it runs."""
        env = {**os.environ, "PATH": str(self.bin), "PYTHON": "", "DEBIAN_FRONTEND": ""}
        return subprocess.run(
            [self.root / "dev/python", "-c", "print('it runs')"],
            env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_root_installs_python_without_a_question(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "python3").write_text(PYTHON)
    machine.put("id", "echo 0")
    machine.put(
        "apt-get",
        'case "$DEBIAN_FRONTEND $*" in "noninteractive install -y"*)\n'
        f"cat {tmp_path}/python3 >{machine.bin}/python3; chmod +x {machine.bin}/python3;; esac",
    )
    assert machine.python().stdout == "it runs\n"


def test_others_unpack_python_once(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "python3").write_text(PYTHON)
    machine.put("id", "echo 1000")
    # "-oDir::Cache=FOLDER" says where a package is downloaded to
    machine.put(
        "apt-get",
        'for word; do case "$word" in -oDir::Cache=*) cache=${word#*=};; esac; done\n'
        'case "$*" in *"--download-only python3") : >"$cache/archives/python3.deb";; esac',
    )
    machine.put(
        "dpkg",
        f'mkdir -p "$3/usr/bin"; cat {tmp_path}/python3 >"$3/usr/bin/python3"\n'
        'chmod +x "$3/usr/bin/python3"',
    )
    first, second = machine.python(), machine.python()
    assert (first.stdout, first.returncode) == ("it runs\n", 0)
    assert "Fetching python3" in first.stderr
    assert (second.stdout, second.stderr) == ("it runs\n", "")


def test_what_apt_could_not_fetch_leaves_nothing(machine: Machine) -> None:
    machine.put("id", "echo 1000")
    machine.put("apt-get", "exit 100")
    machine.put("dpkg", "exit 2")
    done = machine.python()
    assert done.returncode == 1
    assert "set PYTHON to such an interpreter" in done.stderr
    assert not list((machine.root / ".dev").iterdir())


def test_the_mirror_is_known_before_apt_has_lists(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # apt hides a source whose lists it lacks, unless it is told otherwise
    machine.put(
        "apt-get",
        'case "$*" in *--no-release-info*)\n'
        "echo http://security/debian-security/ trixie-security\n"
        "echo http://mirror/debian/ trixie;; esac",
    )
    monkeypatch.setenv("PATH", str(machine.bin), prepend=os.pathsep)
    assert debian.mirror("") == "http://mirror/debian/"
