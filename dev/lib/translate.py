"""dev/translate: write i18n/bring_warehousing.pot anew, and bring the languages in line with it.

    dev/translate [--add LANGUAGE]

What a language lacks is left empty and counted; what is not said any more goes.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

import database
from console import Missing, say
from environment import CONFIG, ROOT, Odoo, find_odoo
from postgres import postgres

sys.path.insert(0, str(ROOT / "dev"))
from wheel_backend import FILES, FOLDERS, IGNORED  # noqa: E402

NAME = "bring_translate"
FOLDER = ROOT / "i18n"
TEMPLATE = FOLDER / f"{database.ADDON}.pot"


def main(arguments: list[str]) -> int:
    """Export the terms, update the languages, and print how many each lacks; return 0."""
    parser = argparse.ArgumentParser(prog="dev/translate", description=__doc__.split("\n\n")[0])
    parser.add_argument("--add", metavar="LANGUAGE", help="begin a language, for instance nb")
    options = parser.parse_args(arguments)
    with postgres():
        odoo = find_odoo()
        database.copy(database.template(odoo), NAME)
        try:
            say("Installing the addon")
            database.install(odoo, NAME, [database.ADDON])
            say("Exporting its terms")
            export(odoo)
        finally:
            database.drop(NAME)
    if options.add:
        (FOLDER / f"{options.add}.po").touch()
    template = tidied(polib.pofile(str(TEMPLATE)), "")
    for path in sorted(FOLDER.glob("*.po")):
        update(path, template)
    return 0


def export(odoo: Odoo) -> None:
    """Let Odoo export the terms, from a copy: in the clone it would walk through .dev/, too.

    :raise Missing: when Odoo can't
    """
    with tempfile.TemporaryDirectory() as temporary:
        addon = Path(temporary) / "addons" / database.ADDON
        addon.mkdir(parents=True)
        for pattern in FILES:
            for file in ROOT.glob(pattern):
                shutil.copy(file, addon)
        for folder in {*FOLDERS} - {"tests", "i18n"}:
            if (ROOT / folder).is_dir():
                shutil.copytree(
                    ROOT / folder, addon / folder, ignore=shutil.ignore_patterns(*IGNORED)
                )
        config = Path(temporary) / "odoo.conf"
        lines = CONFIG.read_text().splitlines()
        config.write_text(
            "\n".join(
                f"addons_path = {addon.parent}" if line.startswith("addons_path") else line
                for line in lines
            )
        )
        target = Path(temporary) / TEMPLATE.name
        done = subprocess.run(
            [*odoo.command, "i18n", "export", "-c", str(config), "-d", NAME, "-l", "pot",
             "-o", str(target), database.ADDON],
            env={**odoo.env, "ODOO_RC": str(config)},
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode or not target.exists():
            raise Missing(f"Odoo could not export the terms:\n{done.stderr[-2000:]}")
        FOLDER.mkdir(exist_ok=True)
        tidied(polib.pofile(str(target)), "").save(str(TEMPLATE))


def tidied(catalogue: polib.POFile, language: str) -> polib.POFile:
    """Leave out of a catalogue what changes with every export: dates and line numbers."""
    catalogue.metadata = {
        "Project-Id-Version": "bring_warehousing",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    for entry in catalogue:
        places = {(file, "0" if line else line) for file, line in entry.occurrences}
        entry.occurrences = sorted(places)
    catalogue.wrapwidth = 0
    return catalogue


def update(path: Path, template: polib.POFile) -> None:
    """Bring a language in line with the template: its terms, in its order."""
    known = {entry.msgid: entry for entry in polib.pofile(str(path)) if not entry.obsolete}
    made = polib.POFile(wrapwidth=0)
    for entry in template:
        translated = known.get(entry.msgid)
        made.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=translated.msgstr if translated else "",
                comment=entry.comment,
                occurrences=entry.occurrences,
                flags=[flag for flag in entry.flags if flag != "fuzzy"],
            )
        )
    tidied(made, path.stem).save(str(path))
    lacking = len(made.untranslated_entries())
    say(f"{path.name}: {len(made)} terms, {lacking} of them not translated")
