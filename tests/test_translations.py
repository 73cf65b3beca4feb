import shutil
import tempfile
from pathlib import Path
from unittest.mock import patch

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import TranslationModuleReader

import odoo.addons

ROOT = Path(__file__).resolve().parent.parent
NOT_SHIPPED = (".*", "tests", "simulator", "dev", "benchmarks", "docs", "__pycache__")


class Reader(TranslationModuleReader):
    """Odoo's own reader, of the files in ``folder``: a clone has more than the addon in it."""

    def __init__(self, cr, modules, folder):
        self._folder = folder
        super().__init__(cr, modules)

    def _export_translatable_resources(self):
        self._path_list = [(self._folder, True)]
        paths = [self._folder, *odoo.addons.__path__]
        with patch.object(odoo.addons, "__path__", paths):
            return super()._export_translatable_resources()


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def test_the_template_has_what_the_sources_say(self):
        """Run dev/translate when this fails."""
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(
                ROOT,
                Path(folder) / "bring_warehousing",
                ignore=shutil.ignore_patterns(*NOT_SHIPPED),
            )
            reader = Reader(self.env.cr, ["bring_warehousing"], folder)
        said = {row[4] for row in reader}
        template = polib.pofile(str(ROOT / "i18n" / "bring_warehousing.pot"))
        kept = {entry.msgid for entry in template}
        self.assertEqual(said - kept, set(), "not in the template yet")
        self.assertEqual(kept - said, set(), "not said any more")
