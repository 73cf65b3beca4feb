from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user

from .common import BringHttpCase, despatch_line, stock_report


class TestTours(BringHttpCase):
    """What a warehouse manager does, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="tours-manager",
            password="tours-manager",
            # Odoo's form of a transfer reads the carriers' zip prefixes, which stock users may not
            groups="bring_warehousing.group_bring_manager,stock.group_stock_user,"
            "base.group_partner_manager",
        )
        # the demo account has a card of its own
        cls.env["bring.account"].search([("id", "!=", cls.account.id)]).active = False

    def test_a_manager_settles_a_stock_report(self):
        a = self.make_product("A1", standard_price=10)
        b = self.make_product("B1", standard_price=20)
        self.put_stock(a, 10)
        self.put_stock(b, 10)
        document = self.deliver(stock_report(("A1", 7), ("B1", 8))).document_ids
        report = self.env["bring.inventory.report"].browse(document.res_id)
        self.assertEqual(report.open_line_ids.mapped("product_id"), b + a)
        self.start_tour("/odoo/bring", "bring_settle_stock_report", login="tours-manager")
        self.env.invalidate_all()
        self.assertEqual(report.state, "applied")
        self.assertEqual((self.on_hand(a), self.on_hand(b)), (7, 10))
        self.assertEqual(report.line_ids.mapped("state"), ["applied", "kept"])

    def test_a_manager_applies_a_document_again(self):
        product = self.make_product("A1")
        self.put_stock(product, 10)
        order = self.make_order((product, 2), name="S-late")
        stuck = self.despatch(order, despatch_line(article="LATE", quantity=2))
        self.assertEqual(stuck.state, "attention")
        product.default_code = "LATE"
        self.start_tour("/odoo/bring-documents", "bring_apply_again", login="tours-manager")
        self.env.invalidate_all()
        self.assertEqual(stuck.state, "done")
        self.assertEqual(order.bring_status, "despatched")

    def test_the_numbers_of_the_overview_open_their_lists(self):
        product = self.make_product("A1")
        self.put_stock(product, 10)
        late = self.make_order((product, 1)).picking_ids
        ready = self.make_order((product, 2)).picking_ids
        now = fields.Datetime.now()
        late.write(
            {
                "bring_status": "picked",
                "bring_status_date": now,
                "scheduled_date": fields.Datetime.subtract(now, days=3),
            }
        )
        (late.origin, ready.origin) = ("S-late", "S-ready")
        self.start_tour("/odoo/bring", "bring_overview_numbers", login="tours-manager")

    def test_an_administrator_s_first_hour(self):
        """From an empty overview to the first message, over the real door, and live."""
        # no account: their documents go with them
        accounts = self.env["bring.account"].with_context(active_test=False).search([])
        accounts.unlink()
        new_test_user(
            self.env,
            login="tours-admin",
            password="tours-admin",
            email="admin@example.com",
            groups="bring_warehousing.group_bring_admin,stock.group_stock_user",
        )
        answers = [
            ("danger", "Odoo does not know which database is meant: set dbfilter."),
            ("success", "The address answers as it should."),
        ]
        with patch.object(type(accounts), "_bring_probe", side_effect=answers):
            self.start_tour("/odoo/bring", "bring_first_hour", login="tours-admin")
        account = self.env["bring.account"].search([])
        self.assertEqual((account.name, account.test_mode), ("Bring Norge", False))
        self.assertEqual(account.warehouse_ids.code, "BERGER")
        self.assertTrue(account.setup_complete)
        message = self.env["bring.message"].search([("account_id", "=", account.id)])
        self.assertEqual(message.key_id, account.key_ids)
        self.assertEqual(account.told_to, "kari@example.com")

    def test_monday_morning(self):
        mug = self.make_product(False, name="Blue mug")
        a, b = (self.make_product(code, standard_price=10) for code in ("A1", "B1"))
        self.put_stock(a, 10)
        self.put_stock(b, 10)
        self.put_stock(mug, 3)  # all of it leaves, and the report does not mention it
        waiting = self.env["bring.document"].union(
            *[
                self.despatch(self.make_order((mug, 1)), despatch_line(article="NEW-1"))
                for _number in range(3)
            ]
        )
        document = self.deliver(stock_report(("A1", 7), ("B1", 8))).document_ids
        report = self.env["bring.inventory.report"].browse(document.res_id)
        self.start_tour("/odoo/bring", "bring_monday_morning", login="tours-manager")
        self.env.invalidate_all()
        self.assertEqual(set(waiting.mapped("state")), {"done"})
        self.assertEqual(mug.default_code, "NEW-1")
        self.assertEqual((self.on_hand(a), self.on_hand(b)), (7, 10))
        self.assertEqual(report.state, "applied")
        self.assertIn("Counted by hand on Friday", "".join(report.message_ids.mapped("body")))

    def test_files_are_dropped_on_the_inbox(self):
        second = self.env["bring.account"].create({"name": "Second account"})
        self.start_tour("/odoo/bring-messages", "bring_drop_files", login="tours-manager")
        loaded = self.env["bring.message"].search([("file_name", "=", "response.xml")])
        self.assertEqual((loaded.loaded_by_id, loaded.account_id), (self.manager, second))
        self.assertFalse(self.env["bring.message"].search([("file_name", "=", "order.xml")]))
