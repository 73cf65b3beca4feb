import io
import zipfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .common import BringHttpCase, despatch_advice, despatch_line, element, leaf, message


class TestExport(BringHttpCase):
    """What Bring's integration team gets: one file, with all that they can look for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="export-manager",
            password="export-manager",
            groups="bring_warehousing.group_bring_manager",
        )
        advice = despatch_advice("45001", [despatch_line(article="A1")])
        advice.append(
            element(
                "shipTo",
                element(
                    "address",
                    leaf("name", "Kari Nordmann"),
                    leaf("streetAddressOne", "Storgata 1"),
                    leaf("countryCode", "NO"),
                ),
            )
        )
        cls.content = message("despatch_advice", advice)
        cls.document = cls.deliver(cls.content).document_ids

    def export(self, documents, masked=True, login="export-manager"):
        """Export as the manager does: the button, the dialog, the download."""
        action = documents.with_user(self.manager).action_export()
        dialog = Form(
            self.env[action["res_model"]].with_user(self.manager).with_context(**action["context"])
        )
        dialog.mask = masked
        url = dialog.save().action_export()["url"]
        self.authenticate(login, login)
        return self.url_open(url)

    def unpacked(self, answer):
        self.assertEqual(answer.status_code, 200)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def test_the_message_as_it_came_with_our_words(self):
        answer = self.export(self.document, masked=False)
        self.assertIn("bring-45001-", answer.headers["Content-Disposition"])
        found = self.unpacked(answer)
        came = self.document.message_id
        self.assertEqual(found.pop(f"message-{came.request_id}.xml"), self.content)
        words = found.pop("what-is-wrong.txt").decode()
        self.assertFalse(found)
        for expected in (
            self.document.error,
            came.request_id,
            came.sha256,
            "45001",
            "999999",
            "BERGER",
            "Order not known",
            self.env["ir.module.module"]._get("bring_warehousing").installed_version,
        ):
            self.assertIn(expected, words)
        self.assertNotIn(self.key, words)
        self.assertNotIn(self.account.endpoint_token, words)

    def test_personal_data_is_masked(self):
        found = self.unpacked(self.export(self.document))
        masked = found[f"message-{self.document.message_id.request_id}.xml"].decode()
        self.assertIn("<name>xxxx xxxxxxxx</name>", masked)
        self.assertIn("<streetAddressOne>xxxxxxxx 0</streetAddressOne>", masked)
        self.assertIn("<countryCode>NO</countryCode>", masked)
        self.assertIn("A1", masked)
        self.assertIn("45001", masked)
        self.assertNotIn("Kari", masked)

    def test_what_cannot_be_masked_is_left_out(self):
        self.env.cr.execute(
            "UPDATE bring_message SET content = %s WHERE id = %s",
            [b"Kari Nordmann", self.document.message_id.id],
        )
        self.env.invalidate_all()
        found = self.unpacked(self.export(self.document))
        self.assertEqual(list(found), ["what-is-wrong.txt"])
        self.assertIn("is left out", found["what-is-wrong.txt"].decode())

    def test_several_documents_in_one_file(self):
        other = self.despatch("45002", despatch_line(article="A1"))
        found = self.unpacked(self.export(self.document | other))
        self.assertEqual(len(found), 3)
        words = found["what-is-wrong.txt"].decode()
        self.assertIn("45001", words)
        self.assertIn("45002", words)

    def test_who_put_it_aside_is_not_told(self):
        self.document._set_ignored("Put aside by Kari Nordmann")
        words = self.unpacked(self.export(self.document))["what-is-wrong.txt"].decode()
        self.assertNotIn("Kari", words)

    def test_nobody_else_gets_the_file(self):
        new_test_user(
            self.env,
            login="export-other",
            password="export-other",
            groups="bring_warehousing.group_bring_manager",
        )
        self.assertEqual(self.export(self.document, login="export-other").status_code, 404)
        user = new_test_user(
            self.env, login="export-user", groups="bring_warehousing.group_bring_user"
        )
        with self.assertRaises(UserError):
            self.document.with_user(user).action_export()
        with self.assertRaises(AccessError):
            self.env["bring.document.export"].with_user(user).create({})
