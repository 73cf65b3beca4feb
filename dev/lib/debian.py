"""Debian packages without installing them: fetched through apt, unpacked with dpkg, no root.

Lists and cache are our own; the address of the mirror is the one of the machine's own apt.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from console import Missing, quietly, say

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# odoo-19 is in sid only. Its web client wants version 4 of Font Awesome; sid has version 7.
SUITES = ("sid", "trixie")
PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome/trixie",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-roboto-unhinted",
)
ELSEWHERE = "Or set ODOO_BIN to the odoo-bin (or odoo) of an Odoo 19 that you have."


def ensure_odoo(target: Path, state: Path) -> str:
    """Unpack Debian's odoo-19 into a folder, unless it is there; return its version.

    :raise Missing: when apt can't give it
    """
    stamp = target / "version"
    if not stamp.exists():
        say("Fetching Odoo 19 (Debian's package odoo-19, 130 MB) through apt")
        part = target.with_name(target.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        versions = unpack(PACKAGES, part, state, ELSEWHERE)
        mend(part)
        (part / "version").write_text(f"odoo-19 {versions['odoo-19']}\n")
        shutil.rmtree(target, ignore_errors=True)
        part.rename(target)
    return stamp.read_text().strip()


def mend(root: Path) -> None:
    """Put an empty script where Debian leaves one out (it blurs the background of video calls).

    Without it every page of the web client logs an error, and every browser test fails.
    """
    addons = root / "usr/lib/python3/dist-packages/odoo/addons"
    script = addons / "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.touch()


def unpack(packages: tuple[str, ...] | list[str], target: Path, state: Path, hint: str) -> dict:
    """Download packages and unpack them into a folder; return their versions by name.

    :param state: a folder for apt's lists and cache; what it holds is removed at the end
    :param hint: what to do when it can't be done
    """
    prepare(state, hint)
    sources = state / "sources.list"
    sources.write_text("".join(f"deb {options()}{mirror(hint)} {s} main\n" for s in SUITES))
    apt = [
        *private_apt(state),
        f"-oDir::Etc::SourceList={sources}",
        "-oDir::Etc::SourceParts=/dev/null",
    ]
    quietly([*apt, "update"], f"See that Debian's mirror can be reached. {hint}")
    return fetch(apt, packages, target, state, hint)


def unpack_with_needs(package: str, target: Path, state: Path, hint: str) -> None:
    """Unpack a package of the machine's own release with all that it needs and that isn't there.

    The parameters are those of :func:`unpack`.
    """
    prepare(state, hint)
    apt = private_apt(state)
    quietly([*apt, "update"], f"See that Debian's mirror can be reached. {hint}")
    plan = quietly(
        [*apt, "install", "--print-uris", "--no-install-recommends", "-qq", "-y", package],
        f"Debian's mirror lacks {package}. {hint}",
    )
    # 'http://mirror/pool/…/name_version_arch.deb' name_version_arch.deb size hash
    names = [line.split()[1].split("_")[0] for line in plan.splitlines() if line.startswith("'")]
    fetch(apt, names or [package], target, state, hint)


def prepare(state: Path, hint: str) -> None:
    """Make the folders that apt and dpkg need.

    :raise Missing: on a machine without them
    """
    for tool in ("apt-get", "dpkg"):
        if not shutil.which(tool):
            raise Missing(f"This machine has no {tool}, so it is not a Debian. {hint}")
    shutil.rmtree(state, ignore_errors=True)
    for folder in ("lists/partial", "cache/archives/partial", "packages"):
        (state / folder).mkdir(parents=True)


def private_apt(state: Path) -> list[str]:
    """Return apt-get with lists and cache of our own."""
    return [
        "apt-get",
        f"-oDir::State::Lists={state / 'lists'}",
        f"-oDir::Cache={state / 'cache'}",
        "-oAcquire::Languages=none",
        "-oAPT::Default-Release=",
        # The sandbox's user could not read a clone under a home that is private.
        "-oAPT::Sandbox::User=root",
        # Nothing is installed: the machine's own lock, which only root may take, is not needed.
        "-oDebug::NoLocking=true",
    ]


def fetch(
    apt: Sequence[str], packages: Sequence[str], target: Path, state: Path, hint: str
) -> dict[str, str]:
    """Download packages, unpack them into a folder, and return their versions by name."""
    downloads = state / "packages"
    lacking = f"Debian's mirror lacks a package. {hint}"
    quietly([*apt, "download", *packages], lacking, cwd=downloads)
    versions = {}
    for package in sorted(downloads.glob("*.deb")):
        quietly(["dpkg", "-x", package, target], f"Is the disk full? {hint}")
        name, version, _ = package.name.split("_")
        versions[name] = version
    shutil.rmtree(state)
    return versions


def options() -> str:
    """Return the options of a source: which key signs it, and that an old list will do.

    A mirror may lag behind for weeks. What it has is signed all the same.
    """
    signed = f"signed-by={KEYRING} " if KEYRING.exists() else ""
    return f"[{signed}check-valid-until=no] "


def mirror(hint: str) -> str:
    """Return the address of the Debian mirror that this machine uses.

    :raise Missing: when apt knows of none
    """
    # without release info: a new machine's apt knows its sources, but has no lists of theirs yet
    listed = quietly(
        ["apt-get", "indextargets", "--no-release-info", "--format", "$(REPO_URI) $(RELEASE)",
         "Created-By: Packages"],
        hint,
    )  # fmt: skip
    rows = [row.split() for row in listed.splitlines() if len(row.split()) == 2]
    for uri, release in rows:
        # Security and update archives may live elsewhere, without sid.
        if uri.rstrip("/").endswith("/debian") and "-" not in release:
            return uri
    raise Missing(f"This machine's apt has no mirror of Debian's main archive. {hint}")
