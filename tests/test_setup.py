from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from odoo.addons.base.models.ir_mail_server import IrMail_Server, MailDeliveryException

from .common import BringCase, message, order_response

STEPS = ("account", "warehouses", "key", "reachable", "told", "calling", "ready", "heard", "live")


class TestSetup(BringCase):
    """The guide knows by itself what is done, and what hinders the rest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.test_mode = True
        cls.admin = new_test_user(
            cls.env,
            login="setup-admin",
            email="admin@example.com",
            groups="bring_warehousing.group_bring_admin,stock.group_stock_user",
        )
        cls.keys = cls.env["bring.account.key"]

    def done(self, account=None):
        account = (account or self.account).with_user(self.admin)
        account.invalidate_recordset()
        return {step for step in STEPS if account[f"setup_{step}"]}

    def sent(self, error=None):
        """Have mails built and not sent; return the list that they go into.

        :param error: what the mail server answers with
        """
        mails = []

        def send_email(_server, mail, *_args, **_kwargs):
            if error:
                raise error
            mails.append(mail)
            return mail["Message-Id"]

        for name, replacement in (
            ("_disable_send", lambda *_args: False),
            ("_connect__", lambda *_args, **_kwargs: None),
            ("send_email", send_email),
        ):
            self.startPatcher(patch.object(IrMail_Server, name, replacement))
        return mails

    def test_a_new_account_begins_in_test_mode_with_one_step(self):
        action = self.env["bring.account"].with_user(self.admin).action_open_setup()
        form = Form(
            self.env["bring.account"].with_user(self.admin).with_context(default_test_mode=True),
            view="bring_warehousing.bring_account_view_form_setup",
        )
        self.assertIn("default_test_mode", action["context"])
        form.name = "First"
        account = form.save()
        self.assertTrue(account.test_mode)
        self.assertEqual(self.done(account), set())
        account.customer_number = "1"
        self.assertEqual(self.done(account), {"account"})
        self.assertEqual((account.setup_done_count, account.setup_step_count), (1, 7))

    def test_steps_are_done_by_facts(self):
        account = self.account
        self.assertEqual(self.done(), {"account", "warehouses"})
        self.keys._generate(account, "test")
        self.assertEqual(self.done(), {"account", "warehouses", "key"})
        self.assertEqual(account.setup_next, "reachable")
        account.key_ids.action_revoke()
        self.assertEqual(self.done(), {"account", "warehouses"})
        for kind, reachable in (("danger", False), ("warning", False), ("success", True)):
            with patch.object(type(account), "_bring_probe", return_value=(kind, "Because")):
                account.with_context(bring_in_guide=True).action_test_endpoint()
            self.assertEqual("reachable" in self.done(), reachable, kind)
            self.assertEqual((account.endpoint_outcome, account.endpoint_note), (kind, "Because"))
        account.action_told()
        self.assertIn("told", self.done())
        account.action_renew_endpoint_token()
        self.assertEqual(self.done(), {"account", "warehouses"}, "Bring has the old address")

    def test_the_first_message_proves_that_bring_knows(self):
        self.keys._generate(self.account, "test")
        self.assertIn("Nobody has called yet", self.account.setup_heard_note)
        self.deliver(message("order_response", order_response("S-unknown")))
        self.assertEqual(
            self.done(), {"account", "warehouses", "key", "reachable", "told", "heard"}
        )
        self.assertIn("It came on", self.account.setup_heard_note)

    def test_calling_bring_counts_where_it_is_wanted(self):
        self.assertEqual(self.account.setup_step_count, 7)
        self.account.api_uid = "us@example.com"
        self.assertEqual(self.account.setup_step_count, 9)
        self.account.connection_outcome = "success"
        self.assertIn("calling", self.done())
        self.account.api_key = "another"
        self.assertNotIn("calling", self.done(), "nobody has tried the new key")

    def test_going_live_tells_what_is_open(self):
        missing = self.account.with_user(self.admin).setup_missing.splitlines()
        self.assertEqual(
            missing,
            ["A key for Bring", "Test from outside in", "Tell Bring", "Bring's first message"],
        )
        self.account.with_user(self.admin).action_go_live()
        self.assertFalse(self.account.test_mode)
        self.assertIn("live", self.done())
        self.assertIn("live", self.account.message_ids[0].body)
        self.assertFalse(self.account.setup_complete)

    def test_the_letter_tells_all_but_the_key(self):
        mails = self.sent()
        form = Form(
            self.env["bring.account.letter"]
            .with_user(self.admin)
            .with_context(default_account_id=self.account.id)
        )
        self.assertEqual(form.missing, "Test from outside in")
        form.email_to = "kari@example.com, Ola <ola@example.com>"
        letter = form.save()
        letter.action_send()
        (mail,) = mails
        text = mail.as_string()
        body = mail.get_body(("html",)).get_content()
        for part in (self.account.endpoint_url, "POST", "JSON", "X-API-KEY", "BERGER", "780132"):
            self.assertIn(part, body)
        self.assertIn("kari@example.com", text)
        self.assertIn("ola@example.com", text)
        self.assertFalse(self.account.key_ids)
        self.assertEqual(self.account.told_to, "kari@example.com, ola@example.com")
        self.assertIn("told", self.done())
        self.assertNotIn(self.account.endpoint_token, self.account.message_ids[0].body)

    def test_what_bring_leaves_open_is_shown_and_asked(self):
        mails = self.sent()
        account = self.account.with_user(self.admin)
        self.assertIn("testIndicator", account.setup_questions)
        self.assertIn("Europe/Oslo", account.setup_questions)
        action = account.action_ask_questions()
        form = Form(
            self.env[action["res_model"]].with_user(self.admin).with_context(**action["context"])
        )
        self.assertFalse(form.missing)
        form.email_to = "kari@example.com"
        form.save().action_send()
        (mail,) = mails
        body = mail.get_body(("html",)).get_content()
        self.assertIn("Is it harmless to send one orderId a second time", body)
        self.assertNotIn("The key", body)
        self.assertNotIn(self.account.endpoint_token, mail.as_string())
        self.assertEqual(self.account.asked_to, "kari@example.com")
        self.assertTrue(self.account.asked_at)
        self.assertFalse(self.account.told_at, "questions do not tell Bring where to send")

    def test_a_key_goes_out_only_when_asked_and_stays_nowhere(self):
        mails = self.sent()
        letter = (
            self.env["bring.account.letter"]
            .with_user(self.admin)
            .create(
                {"account_id": self.account.id, "email_to": "kari@example.com", "with_key": True}
            )
        )
        letter.action_send()
        key = self.account.key_ids
        body = mails[0].get_body(("html",)).get_content()
        sent = body.partition(f"<code>{key.prefix}")[2].partition("</code>")[0]
        self.assertEqual(
            self.keys._match(self.account.id, [key.prefix + sent]), key.id, "the key is valid"
        )
        self.assertNotIn(sent, letter.body)
        self.assertNotIn(sent, "".join(self.account.message_ids.mapped("body")))
        for table, column in (("mail_mail", "body_html"), ("mail_message", "body")):
            self.env.flush_all()
            self.env.cr.execute(
                f"SELECT COUNT(*) FROM {table} WHERE {column} LIKE %s", [f"%{sent}%"]
            )
            self.assertEqual(self.env.cr.fetchone()[0], 0, table)

    def test_a_letter_that_cannot_go_leaves_no_key(self):
        letter = self.env["bring.account.letter"].create(
            {"account_id": self.account.id, "email_to": "kari@example.com", "with_key": True}
        )
        self.sent(error=MailDeliveryException("No such server"))
        with (
            self.assertLogs("odoo.addons.mail.models.mail_mail", "ERROR"),
            self.assertRaisesRegex(UserError, "No such server"),
            self.env.cr.savepoint(),
        ):
            letter.action_send()
        self.env.invalidate_all()
        self.assertFalse(self.account.key_ids)
        self.assertFalse(self.account.told_at)
        letter.email_to = "nobody"
        with self.assertRaisesRegex(UserError, "e-mail address"):
            letter.action_send()

    def test_only_administrators_are_guided(self):
        manager = new_test_user(
            self.env, login="setup-manager", groups="bring_warehousing.group_bring_manager"
        )
        with self.assertRaises(AccessError):
            self.account.with_user(manager).read(["setup_missing"])
        with self.assertRaises(AccessError):
            self.account.with_user(manager).action_go_live()
        with self.assertRaises(AccessError):
            self.env["bring.account.letter"].with_user(manager).create(
                {"account_id": self.account.id}
            )
        # an empty overview leads the one into the guide, and tells the other whom to ask
        accounts = self.env["bring.account"]
        action = self.env.ref("bring_warehousing.bring_account_action_overview")
        guided = accounts.with_user(self.admin).get_empty_list_help(action.help)
        self.assertIn("bring_warehousing.bring_account_action_setup", guided)
        told = accounts.with_user(manager).get_empty_list_help(action.help)
        self.assertIn("An administrator sets one up", told)

    # -- what hinders Bring's first message -----------------------------------

    def note(self):
        self.account.invalidate_recordset()
        return self.account.setup_heard_note

    def refuse_call(self, account, at):
        self.env["bring.auth.failure"].create(
            {"account_id": account.id, "date": at.date(), "count": 1, "last_at": at}
        )

    def test_wrong_credentials_are_explained(self):
        key = self.keys._generate(self.account, "test")
        now = fields.Datetime.now()
        self.account.endpoint_tested_at = now
        self.refuse_call(self.account, now)
        self.assertNotIn("without a valid key", self.note(), "that was the test itself")
        self.account.endpoint_tested_at = now - timedelta(minutes=1)
        self.assertIn("without a valid key", self.note())
        self.assertIn(self.account.key_ids.prefix, self.note())
        self.assertNotIn(key, self.note())
        self.account.key_ids.action_revoke()
        self.assertIn("none, so make one", self.note())

    def test_a_wrong_address_is_explained(self):
        self.refuse_call(self.env["bring.account"], fields.Datetime.now())
        self.assertIn("names no account", self.note())

    def test_what_was_refused_is_explained(self):
        refusals = self.env["bring.refusal"]
        refusals._keep(self.account, 400, "Not well-formed", "text/xml", b"hello", 5)
        self.assertIn("Not well-formed (HTTP 400)", self.note())
        self.assertNotIn("proxy_request_buffering", self.note())
        refusals._keep(self.account, 411, "Send it with Content-Length", "text/xml", b"", None)
        self.assertIn("proxy_request_buffering", self.note())
