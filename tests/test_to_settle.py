from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user

from .common import BringCase, despatch_line, stock_report


class TestToSettle(BringCase):
    """One place for all that waits for a person, whatever model it is of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="settle-manager",
            groups="bring_warehousing.group_bring_manager,stock.group_stock_user",
        )
        cls.a = cls.make_product("A1", standard_price=10)
        cls.b = cls.make_product("B1", standard_price=10)
        cls.put_stock(cls.a, 50)
        cls.put_stock(cls.b, 50)
        cls.env.flush_all()
        cls.rows = cls.env["bring.to.settle"].with_user(cls.manager)

    def waiting(self, domain=()):
        self.env.invalidate_all()
        return self.rows.search([("account_id", "=", self.account.id), *domain])

    def stuck(self, article="X1", at="2026-03-02T10:00:00"):
        order = self.make_order((self.a, 1))
        return self.despatch(order, despatch_line(article=article), at=at)

    def compared(self, *counts):
        document = self.deliver(stock_report(*counts)).document_ids
        return self.env["bring.inventory.report"].browse(document.res_id)

    def test_rows_of_every_kind_oldest_first(self):
        late = self.stuck(at="2026-03-02T15:00:00")
        early = self.stuck(at="2026-03-01T10:00:00")
        report = self.compared(("A1", 48), ("Y1", 3))
        article = self.env["bring.article"].create(
            {"account_id": self.account.id, "product_id": self.b.id, "state": "attention"}
        )
        article.error = "No."
        order = self.env["bring.message"]._queue(
            self.account, "order", b"<a/>", order_number="S9", state="attention", error="Refused."
        )
        rows = self.waiting()
        self.assertEqual(
            [(row.kind, row.cause, row.subject) for row in rows if row.kind != "line"],
            [
                ("document", "unknown_article", "X1"),
                ("document", "unknown_article", "X1"),
                *sorted(
                    [
                        ("article", "send_article", "B1"),
                        ("message", "send_order", "S9"),
                    ],
                    key=lambda row: (article if row[0] == "article" else order).write_date,
                ),
            ],
        )
        self.assertEqual(rows.filtered(lambda r: r.kind == "document").document_id, early | late)
        lines = rows.filtered(lambda row: row.kind == "line")
        self.assertEqual(
            {(row.cause, row.subject) for row in lines},
            {("variance", "A1"), ("unknown_article", "Y1"), ("variance_absent", "B1")},
        )
        variance = lines.filtered(lambda row: row.cause == "variance")
        self.assertIn("Bring has 48, Odoo 50: -2.", variance.words)
        self.assertEqual(
            variance.action_open()["res_id"], report.id, "a difference opens its report"
        )
        self.assertEqual(rows.filtered(lambda r: r.kind == "message").words, "Refused.")

    def test_groups_by_cause(self):
        self.stuck()
        self.stuck()
        self.despatch("S-unknown", despatch_line(article="A1"))
        groups = self.rows._read_group(
            [("account_id", "=", self.account.id)], ["cause"], ["__count"]
        )
        self.assertEqual(groups, [("unknown_article", 2), ("unknown_order", 1)])

    def test_only_reports_that_count(self):
        report = self.compared(("A1", 48), ("B1", 50))
        self.assertEqual(self.waiting().line_id.report_id, report)
        report.action_cancel()
        self.assertFalse(self.waiting())

    def test_documents_are_applied_again_in_bulk_and_the_rest_is_left(self):
        documents = self.stuck() | self.stuck()
        self.compared(("A1", 48), ("B1", 50))
        self.make_product("X1")
        told = self.waiting().action_retry()["params"]["message"]
        self.assertIn("Applied: 2", told)
        self.assertIn("left as they were: 1", told)
        self.assertEqual(set(documents.mapped("state")), {"done"})

    def test_differences_are_booked_and_kept(self):
        report = self.compared(("A1", 48), ("B1", 47))
        of_a = self.waiting([("subject", "=", "A1")])
        of_a.action_apply()
        self.assertEqual((self.on_hand(self.a), self.on_hand(self.b)), (48, 50))
        self.waiting().action_keep()
        self.assertEqual(report.state, "applied")
        self.assertEqual(self.on_hand(self.b), 50)
        self.assertFalse(self.waiting())

    def test_a_line_that_is_not_understood_does_not_count_as_booked(self):
        self.compared(("A1", 48), ("B1", 50), ("Y1", 3))
        told = self.waiting().action_apply()["params"]["message"]
        self.assertIn("Differences booked: 1.", told)
        self.assertIn("left as they were: 1", told)
        self.assertEqual(self.on_hand(self.a), 48)
        self.assertEqual(self.waiting().mapped("subject"), ["Y1"])
        with self.assertRaisesRegex(UserError, "None of the chosen"):
            self.waiting().action_apply()

    def test_rows_of_every_kind_are_put_aside_with_a_reason(self):
        document = self.stuck()
        report = self.compared(("A1", 48), ("B1", 50))
        order = self.env["bring.message"]._queue(
            self.account, "order", b"<a/>", order_number="S9", state="attention", error="Refused."
        )
        action = self.waiting().action_ignore()
        dialog = Form(
            self.env[action["res_model"]].with_user(self.manager).with_context(**action["context"])
        )
        dialog.reason = "Counted by hand"
        dialog.save().action_ignore()
        self.assertEqual((document.state, order.state), ("ignored", "cancelled"))
        self.assertIn("Counted by hand", document.error)
        self.assertIn("Counted by hand", order.error)
        self.assertEqual(report.line_ids.filtered(lambda x: x.product_id == self.a).state, "kept")
        self.assertIn("Counted by hand", "".join(report.message_ids.mapped("body")))
        self.assertFalse(self.waiting())

    def test_orders_and_articles_are_sent_again(self):
        order = self.env["bring.message"]._queue(
            self.account, "order", b"<a/>", order_number="S9", state="attention"
        )
        article = self.env["bring.article"].create(
            {"account_id": self.account.id, "product_id": self.b.id, "state": "attention"}
        )
        self.waiting().action_retry()
        self.assertEqual((order.state, article.state), ("waiting", "waiting"))

    def test_what_cannot_be_done_with_any_row_is_said(self):
        self.stuck()
        with self.assertRaisesRegex(UserError, "None of the chosen"):
            self.waiting().action_apply()
        with self.assertRaisesRegex(UserError, "None of the chosen"):
            self.waiting().action_keep()

    def test_a_row_opens_the_dialog_that_mends_it(self):
        self.stuck()
        action = self.waiting().action_mend()
        self.assertEqual(action["res_model"], "bring.mend.article")

    def test_a_number_that_several_products_have_opens_them(self):
        twice = self.make_product("TWICE") | self.make_product("TWICE")
        self.stuck(article="TWICE")
        action = self.waiting().action_open_products()
        found = self.env["product.product"].with_user(self.manager).search(action["domain"])
        self.assertEqual(found, twice)

    def test_what_only_bring_can_tell_is_exported(self):
        order = self.make_order((self.a, 1))
        documents = self.env["bring.document"].union(
            *[
                self.despatch(order, despatch_line(article="A1", quantity=quantity))
                for quantity in (0, -1)
            ]
        )
        self.assertEqual(documents.mapped("cause"), ["contradiction", "unreadable"])
        action = self.waiting().action_export()
        self.assertEqual(set(action["context"]["default_document_ids"]), set(documents.ids))

    def test_users_see_and_managers_settle_and_strangers_see_nothing(self):
        self.stuck()
        user = new_test_user(
            self.env, login="settle-user", groups="bring_warehousing.group_bring_user"
        )
        row = self.rows.with_user(user).search([("account_id", "=", self.account.id)])
        self.assertTrue(row.words)
        for attempt in (row.action_retry, row.action_mend, row.action_export):
            with self.assertRaises(UserError):
                attempt()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            login="settle-stranger",
            groups="bring_warehousing.group_bring_admin",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        self.assertFalse(
            self.rows.with_user(stranger).search([("account_id", "=", self.account.id)])
        )
