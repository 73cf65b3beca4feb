"""A Chromium for the browser tests and the pictures: the machine's own, or one under .dev/."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import debian
from console import Missing, is_root, quietly, say
from environment import STATE, lock

# As Odoo looks for them (odoo/tests/common.py), and pictures.py too.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
UNPACKED = STATE / "chromium"
HINT = "Install Chromium or Chrome, or see that Debian's mirror can be reached."


def ensure_browser() -> Path | None:
    """Return a browser and put it on PATH, where Odoo looks for it; None when none can be had.

    Root gets Debian's package installed; others get it unpacked under .dev/, with those of its
    libraries that the machine lacks. Why there is none, is said.
    """
    if found := installed():
        return found
    try:
        if is_root():
            install()
        else:
            unpack()
            os.environ["PATH"] = f"{UNPACKED / 'bin'}:{os.environ.get('PATH', os.defpath)}"
    except Missing as error:
        say(f"There is no browser. {error}")
    return installed()


def installed() -> Path | None:
    """Return the browser that is on PATH."""
    found = filter(None, map(shutil.which, NAMES))
    return next(map(Path, found), None)


def install() -> None:
    """Install Debian's Chromium.

    :raise Missing: when apt can't
    """
    say("Installing chromium with apt-get, for the browser tests")
    if not shutil.which("apt-get"):
        raise Missing(f"This machine has no apt-get. {HINT}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quietly(["apt-get", "update", "-qq"], HINT, env=env)
    quietly(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], HINT,
            env=env)  # fmt: skip


def unpack() -> None:
    """Unpack Debian's Chromium under .dev/, unless it is there.

    :raise Missing: when apt can't give it
    """
    program = UNPACKED / "bin/chromium"
    with lock("chromium"):
        if program.exists():
            return
        say("Fetching Chromium through apt, into .dev/chromium, for the browser tests")
        part = UNPACKED.with_name("chromium.part")
        shutil.rmtree(part, ignore_errors=True)
        debian.unpack_with_needs("chromium", part, STATE / "apt-chromium", HINT)
        (part / "bin").mkdir(exist_ok=True)
        (part / "bin/chromium").write_text(STARTER)
        (part / "bin/chromium").chmod(0o755)
        shutil.rmtree(UNPACKED, ignore_errors=True)
        part.rename(UNPACKED)


# Debian's own starter reads /etc; this one finds libraries and fonts beside the program.
STARTER = """#!/bin/sh
here=$(cd "$(dirname "$0")/.." && pwd)
# the last: libraries that a package keeps for itself, as libpulse does
for folder in "$here"/usr/lib/*-linux-gnu "$here"/lib/*-linux-gnu "$here"/usr/lib/*-linux-gnu/*/; do
    [ -d "$folder" ] || continue
    LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folder"
done
export LD_LIBRARY_PATH
if ! [ -e /etc/fonts/fonts.conf ]; then
    export FONTCONFIG_PATH="$here/etc/fonts" XDG_DATA_HOME="$here/usr/share"
fi
exec "$here/usr/lib/chromium/chromium" "$@"
"""
