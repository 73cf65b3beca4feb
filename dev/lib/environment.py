"""The state under .dev/: locks, the virtual environment, Odoo and its configuration.

Standard library only: this runs before the virtual environment exists.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import debian
from console import Missing, quietly, say

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".dev"
VENV = STATE / "venv"
ADDONS = STATE / "addons"
CONFIG = STATE / "odoo.conf"
DATA_DIR = STATE / "data"


@contextlib.contextmanager
def lock(name: str) -> Iterator[None]:
    """Hold the lock of that name: commands of one checkout may run at the same time."""
    STATE.mkdir(exist_ok=True)
    with open(STATE / f"{name}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def ensure_venv(*also: str) -> None:
    """Make the virtual environment and install the pinned packages, unless that is done.

    :param also: what else to install, as files of dev/
    :raise Missing: when Python can't make one, or a package can't be installed
    """
    names = ["requirements.txt", *also]
    with lock("venv"):
        made_by = VENV / "made-by"
        maker = f"{sys.version}\n{VENV}\n"
        if not (made_by.exists() and made_by.read_text() == maker):
            say("Making a virtual environment in .dev/venv")
            shutil.rmtree(VENV, ignore_errors=True)
            make_venv()
            made_by.write_text(maker)
        for name in names:
            pins = ROOT / "dev" / name
            installed = VENV / name
            if installed.exists() and installed.read_bytes() == pins.read_bytes():
                continue
            say(f"Installing the packages of dev/{name}")
            quietly(
                [VENV / "bin/python", "-m", "pip", "install", "--quiet", "--no-input", "-r", pins],
                "Python packages come through pip: see that its index can be reached.",
            )
            shutil.copy(pins, installed)


def make_venv() -> None:
    """Make .dev/venv with pip in it, on a Debian without python3-venv too."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    if subprocess.run([base, "-c", "import ensurepip, venv"], capture_output=True).returncode == 0:
        quietly([base, "-m", "venv", VENV], "Python could not make a virtual environment.")
        return
    # Debian keeps ensurepip in python3-venv; the wheel of pip it would install is a package too.
    say("Python has no ensurepip (Debian's python3-venv): fetching pip through apt")
    hint = "Install it: apt-get install python3-venv"
    quietly([base, "-m", "venv", "--without-pip", VENV], hint)
    unpacked = STATE / "pip-wheel"
    debian.unpack(["python3-pip-whl"], unpacked, STATE / "apt", hint)
    wheel = next(unpacked.glob("usr/share/python-wheels/pip-*.whl"))
    quietly([VENV / "bin/python", wheel / "pip", "install", "--no-input", "pip"], hint)
    shutil.rmtree(unpacked)


@dataclass(frozen=True)
class Odoo:
    """An Odoo 19 that can be run.

    :param command: what starts its command line
    :param env: its environment, with the PG* variables of the moment
    :param release: changes when its code does, as far as can be told
    """

    command: tuple[str, ...]
    env: dict[str, str]
    release: str


def find_odoo() -> Odoo:
    """Return ODOO_BIN's Odoo, else the one on PATH, else Debian's package under .dev/.

    :raise Missing: when ODOO_BIN is not an Odoo 19, or Debian's package can't be had
    """
    write_config()
    env = dict(os.environ, ODOO_RC=str(CONFIG))
    named = os.environ.get("ODOO_BIN")
    if named:
        version = odoo_version(shlex.split(named), env)
        if not version.startswith("19."):
            raise Missing(f"ODOO_BIN={named} is not an Odoo 19, but {version or 'no Odoo'}.")
        return Odoo(tuple(shlex.split(named)), env, f"{named} {version}")
    found = shutil.which("odoo")
    if found:
        version = odoo_version([found], env)
        if version.startswith("19."):
            return Odoo((found,), env, f"{found} {version}")
    with lock("debian"):
        release = debian.ensure_odoo(STATE / "odoo-19", STATE / "apt")
    env["PYTHONPATH"] = str(STATE / "odoo-19/usr/lib/python3/dist-packages")
    env["PATH"] = f"{VENV / 'bin'}:{env.get('PATH', os.defpath)}"
    # the script and not -m odoo: with workers, Odoo starts itself again by the name of its script
    command = (str(VENV / "bin" / "python"), str(STATE / "odoo-19/usr/bin/odoo"))
    return Odoo(command, env, release)


def odoo_version(command: list[str], env: dict[str, str]) -> str:
    """Return what `odoo --version` says, e.g. "19.0"; "" when it isn't an Odoo that runs."""
    try:
        done = subprocess.run([*command, "--version"], env=env, capture_output=True, text=True)
    except OSError:
        return ""
    match = re.search(r"Odoo Server (\S+)", done.stdout)
    return match[1] if match else ""


def write_config() -> None:
    """Write Odoo's configuration and link the addon under its own name.

    The clone may lie in a folder of any name, and Odoo takes an addon's name from its folder.
    """
    ADDONS.mkdir(parents=True, exist_ok=True)
    link = ADDONS / "bring_warehousing"
    with lock("config"):
        if not link.is_symlink() or link.readlink() != ROOT:
            link.unlink(missing_ok=True)
            link.symlink_to(ROOT)
        wanted = (
            "[options]\n"
            f"addons_path = {ADDONS}\n"
            f"data_dir = {DATA_DIR}\n"
            "http_interface = 127.0.0.1\n"
            "workers = 0\n"
            "max_cron_threads = 1\n"
        )
        if not CONFIG.exists() or CONFIG.read_text() != wanted:
            CONFIG.write_text(wanted)
