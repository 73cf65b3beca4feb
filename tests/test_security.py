from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user
from odoo.tools.misc import file_open

from .common import BringCase, despatch_line

GROUP = "bring_warehousing.group_bring_%s"
SECRETS = ("api_uid", "api_key", "endpoint_token")


class TestSecurity(BringCase):
    """Who sees what: companies apart, secrets with administrators, decisions with managers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user, cls.manager, cls.admin = (
            new_test_user(cls.env, login=f"bring-{level}", groups=GROUP % level)
            for level in ("user", "manager", "admin")
        )
        cls.salesman = new_test_user(
            cls.env, login="bring-salesman", groups="sales_team.group_sale_salesman_all_leads"
        )
        cls.other_company = cls.env["res.company"].create({"name": "Another company"})
        cls.stranger = new_test_user(
            cls.env,
            login="bring-stranger",
            groups=GROUP % "admin",
            company_id=cls.other_company.id,
            company_ids=[(6, 0, cls.other_company.ids)],
        )
        cls.account.write({"api_uid": "ware@example.com", "api_key": "secret-api-key"})
        cls.product = cls.make_product("A1")
        cls.put_stock(cls.product, 10)
        cls.order = cls.make_order((cls.product, 2))
        cls.applied = cls.despatch(cls.order, despatch_line(article="A1", quantity=2))
        cls.stuck = cls.despatch("S-unknown", despatch_line(article="A1", quantity=2))
        cls.key = cls.env["bring.account.key"]._generate(cls.account, "test")
        cls.key_record = cls.account.key_ids
        cls.env["bring.refusal"]._keep(cls.account, 400, "broken", "text/xml", b"<a", 2)
        cls.env["bring.auth.failure"].create(
            {
                "account_id": cls.account.id,
                "date": "2026-03-02",
                "count": 1,
                "last_at": "2026-03-02 08:00:00",
            }
        )

    # -- companies ------------------------------------------------------------

    def test_an_administrator_of_another_company_sees_nothing(self):
        for records in (
            self.account,
            self.account.warehouse_ids,
            self.account.key_ids,
            self.account.refusal_ids,
            self.account.auth_failure_ids,
            self.applied,
            self.stuck,
            self.applied.message_id,
        ):
            with self.subTest(model=records._name):
                self.assertTrue(records)
                seen = records.with_user(self.stranger)
                self.assertFalse(seen.search([("id", "in", records.ids)]))
                with self.assertRaises(AccessError):
                    seen.read(["display_name"])

    def test_an_administrator_of_another_company_settles_nothing(self):
        with self.assertRaises(AccessError):
            self.stuck.with_user(self.stranger).action_retry()
        self.assertEqual(self.stuck.state, "attention")

    def test_calls_to_no_account_are_seen_in_every_company(self):
        failure = self.env["bring.auth.failure"].create(
            {"date": "2026-03-02", "count": 1, "last_at": "2026-03-02 08:00:00"}
        )
        self.assertTrue(failure.with_user(self.stranger).read(["count"]))

    # -- secrets --------------------------------------------------------------

    def test_credentials_are_for_administrators(self):
        for user in (self.user, self.manager, self.salesman):
            for field in ("api_uid", "api_key"):
                with self.subTest(user=user.login, field=field), self.assertRaises(AccessError):
                    self.account.with_user(user).read([field])
        known = self.account.with_user(self.admin).read(["api_uid", "api_key"])[0]
        self.assertEqual(known["api_key"], "secret-api-key")

    def test_the_address_is_for_managers(self):
        for field in ("endpoint_token", "endpoint_url"):
            with self.assertRaises(AccessError):
                self.account.with_user(self.user).read([field])
            self.assertTrue(self.account.with_user(self.manager).read([field])[0][field])

    def test_a_search_tells_nothing_about_secrets(self):
        accounts = self.env["bring.account"].with_user(self.manager)
        with self.assertRaises(AccessError):
            accounts.search([("api_key", "=like", "secret%")])

    def test_keys_are_for_administrators(self):
        for user in (self.user, self.manager, self.salesman):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.key_record.with_user(user).read(["prefix"])
        self.assertEqual(
            self.key_record.with_user(self.admin).read(["prefix"])[0]["prefix"], self.key[:8]
        )

    def test_nobody_reads_the_hash_of_a_key(self):
        with self.assertRaises(AccessError):
            self.key_record.with_user(self.admin).read(["key_hash"])

    def test_nobody_makes_a_key_record_by_hand(self):
        with self.assertRaises(AccessError):
            self.env["bring.account.key"].with_user(self.admin).create(
                {"account_id": self.account.id, "name": "made up"}
            )

    def test_a_copy_carries_no_secret(self):
        copy = self.account.with_user(self.admin).copy()
        self.assertFalse(copy.api_uid)
        self.assertFalse(copy.api_key)
        self.assertFalse(copy.key_ids)
        self.assertNotEqual(copy.endpoint_token, self.account.endpoint_token)

    def test_secrets_are_not_offered_for_export(self):
        offered = self.account.with_user(self.admin).fields_get(SECRETS, ["exportable"])
        for field in SECRETS:
            self.assertFalse(offered[field]["exportable"], field)

    def test_a_neutralized_database_holds_no_secret(self):
        self.env.flush_all()
        with file_open("bring_warehousing/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.account.api_uid)
        self.assertFalse(self.account.api_key)
        self.assertTrue(self.account.test_mode)
        self.env.cr.execute("SELECT count(*) FROM bring_account_key WHERE key_hash IS NOT NULL")
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.assertTrue(self.key_record.revoked_at)
        match = self.env["bring.account.key"]._match(self.account.id, [self.key])
        self.assertIsNone(match)

    # -- the key dialog -------------------------------------------------------

    def test_a_new_key_is_shown_once_and_stored_nowhere(self):
        wizard = Form(
            self.env["bring.account.key.wizard"]
            .with_user(self.admin)
            .with_context(default_account_id=self.account.id)
        ).save()
        with self.assertLogs(level="DEBUG") as logs:
            action = wizard.action_generate()
        self.env.flush_all()
        key = action["context"]["default_key"]
        shown = Form(
            self.env["bring.account.key.wizard"]
            .with_user(self.admin)
            .with_context(**action["context"])
        )
        self.assertEqual(shown.key, key)
        self.assertTrue(shown.endpoint_url)
        match = self.env["bring.account.key"]._match(self.account.id, [key])
        self.assertIn(match, self.account.key_ids.ids)
        self.assertNotIn(key, "\n".join(logs.output))
        for table in ("bring_account_key", "bring_account_key_wizard"):
            self.env.cr.execute(f"SELECT {table}::text FROM {table}")  # noqa: S608
            for (row,) in self.env.cr.fetchall():
                self.assertNotIn(key, row)

    def test_a_manager_makes_no_key(self):
        with self.assertRaises(AccessError):
            self.env["bring.account.key.wizard"].with_user(self.manager).create(
                {"account_id": self.account.id, "name": "mine"}
            )

    # -- the inbox ------------------------------------------------------------

    def test_nobody_writes_the_inbox_by_hand(self):
        for user in (self.user, self.manager, self.admin):
            documents = self.stuck.with_user(user)
            for attempt in (
                lambda documents=documents: documents.write({"state": "done"}),
                lambda documents=documents: documents.copy(),
                lambda documents=documents: documents.unlink(),
                lambda documents=documents: documents.message_id.write({"state": "done"}),
                lambda documents=documents: documents.message_id.copy(),
            ):
                with self.assertRaises(AccessError):
                    attempt()

    def test_only_an_administrator_deletes_a_message(self):
        with self.assertRaises(AccessError):
            self.stuck.message_id.with_user(self.manager).unlink()
        message = self.stuck.message_id
        message.with_user(self.admin).unlink()
        self.assertFalse(message.exists())

    def test_a_user_settles_nothing(self):
        with self.assertRaises(UserError):
            self.stuck.with_user(self.user).action_retry()
        with self.assertRaises(AccessError):
            self.env["bring.document.ignore"].with_user(self.user).create(
                {"document_ids": [(6, 0, self.stuck.ids)], "reason": "no"}
            )

    def test_a_manager_puts_a_document_aside_with_a_reason(self):
        self._ignore(self.stuck, "Counted by hand")
        self.assertEqual(self.stuck.state, "ignored")
        self.assertIn("Counted by hand", self.stuck.error)
        self.assertIn(self.manager.name, self.stuck.error)
        self.assertEqual(self.stuck.message_id.state, "ignored")

    def test_what_is_applied_is_not_put_aside(self):
        with self.assertRaisesRegex(UserError, "settled already"):
            self._ignore(self.applied + self.stuck, "all of it")
        self.assertEqual(self.applied.state, "done")
        self.assertEqual(self.stuck.state, "attention")

    def test_sales_people_see_what_became_of_their_order_and_not_the_inbox(self):
        order = self.order.with_user(self.salesman)
        self.assertEqual(order.bring_document_ids.ids, self.applied.ids)
        self.assertEqual(order.bring_document_ids.read(["kind", "state"])[0]["state"], "done")
        visible = self.env["bring.document"].with_user(self.salesman).search([])
        self.assertNotIn(self.stuck, visible.sudo())
        with self.assertRaises(AccessError):
            self.env["bring.message"].with_user(self.salesman).search([])

    def _ignore(self, documents, reason):
        """Put documents aside as the manager does, by the button and its dialog."""
        action = documents.with_user(self.manager).action_ignore()
        wizard = Form(
            self.env["bring.document.ignore"]
            .with_user(self.manager)
            .with_context(**action["context"])
        )
        wizard.reason = reason
        wizard.save().action_ignore()
