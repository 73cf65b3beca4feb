from datetime import timedelta
from decimal import Decimal

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import despatch_line, stock_report
from .test_inventory_comparison import FREE, ComparisonCase
from .test_sending import SimulatorCase


class TestAtBring(ComparisonCase):
    """What Bring has of an article, and its story, on the product."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.storekeeper = new_test_user(
            cls.env, login="at-bring-stock", groups="stock.group_stock_user"
        )
        cls.put_stock(cls.a, 2, location=cls.blocked)

    def opened(self, product):
        product = product.with_user(self.storekeeper)
        action = product.action_bring_story()
        return self.env[action["res_model"]].with_user(self.storekeeper).browse(action["res_id"])

    def test_what_bring_has_and_as_of_when(self):
        self.of(("BERGER", "A1", 9, FREE), ("BERGER", "A1", 1, "BLOCKED"), at="2026-03-01T12:00:00")
        self.of(
            ("BERGER", "A1", 8, FREE),
            ("BERGER", "A1", 2, "BLOCKED"),
            ("BERGER", "A1", 1, "QUARANTINED"),
            ("BERGER", "B1", 10, FREE),
        )
        seen = self.opened(self.a).line_ids
        self.assertEqual(
            [
                (line.warehouse, line.available, line.blocked, line.quarantined, line.physical)
                for line in seen
            ],
            [("BERGER", 8, 2, 1, 11)],
        )
        self.assertEqual(str(seen.as_of), "2026-03-02 11:00:00")
        product = self.a.with_user(self.storekeeper)
        self.assertEqual((product.bring_is_counted, product.bring_available), (True, 8))
        self.assertEqual(product.product_tmpl_id.bring_available, 8)

    def test_each_warehouse_by_its_own_last_report(self):
        self.other_warehouse()
        self.of(("BERGER", "A1", 9, FREE), warehouse="BERGER")
        self.of(("NCD", "A1", 4, FREE), warehouse="NCD", at="2026-03-03T12:00:00")
        seen = self.opened(self.a).line_ids
        self.assertEqual(
            {(line.warehouse, line.available) for line in seen}, {("BERGER", 9), ("NCD", 4)}
        )

    def test_what_is_not_told_is_not_counted(self):
        self.of(("BERGER", "A1", 9, FREE))
        product = self.b.with_user(self.storekeeper)
        self.assertEqual((product.bring_is_counted, product.bring_available), (False, 0))
        self.assertFalse(self.opened(self.b).line_ids)

    def test_the_story_says_what_was_counted_and_what_moved(self):
        order = self.make_order((self.a, 3))
        document = self.despatch(order, despatch_line(10, "A1", 3), at="2026-03-02T10:00:00")
        report = self.of(("BERGER", "A1", 6, FREE), ("BERGER", "B1", 10, FREE))
        story = self.opened(self.a).story_ids
        told = {row.kind: row for row in story}
        self.assertEqual(
            (told["out"].quantity, told["out"].picking_id, told["out"].document_id),
            (-3, order.picking_ids, document),
        )
        self.assertEqual((told["differs"].bring_quantity, told["differs"].odoo_quantity), (6, 7))
        self.assertEqual(told["differs"].report_id, report)
        self.assertEqual(told["out"].action_open()["res_id"], order.picking_ids.id)
        opened = self.opened(self.a)
        self.assertNotIn("out", opened.counted_ids.mapped("kind"))
        self.assertNotIn("differs", opened.moved_ids.mapped("kind"))
        self.assertTrue(opened.story_ids.read(["document_id", "report_id", "lot_id"]))

    def test_another_company_sees_nothing_of_it(self):
        self.of(("BERGER", "A1", 9, FREE))
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            login="at-bring-stranger",
            groups="stock.group_stock_user",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        product = self.a.with_user(stranger)
        self.assertEqual((product.bring_is_counted, product.bring_available), (False, 0))
        action = product.action_bring_story()
        opened = self.env[action["res_model"]].with_user(stranger).browse(action["res_id"])
        self.assertFalse(opened.line_ids)
        self.assertFalse(opened.story_ids)

    def test_who_may_not_see_stock_may_not_see_it(self):
        salesman = new_test_user(
            self.env, login="at-bring-sales", groups="sales_team.group_sale_salesman"
        )
        with self.assertRaises(AccessError):
            self.a.with_user(salesman).action_bring_story()

    def test_the_buttons_are_on_product_and_variant(self):
        for model, view in (("product.product", "form"), ("product.template", "form")):
            arch = self.env[model].with_user(self.storekeeper).get_views([(False, view)])
            self.assertIn("action_bring_story", arch["views"]["form"]["arch"])

    def test_a_form_asks_the_database_a_bounded_number_of_times(self):
        products = self.env["product.product"].union(
            *(self.make_product(f"Q{number}") for number in range(30))
        )
        self.of(*[("BERGER", f"Q{number}", number, FREE) for number in range(30)])

        def ask(some):
            self.env.flush_all()
            self.env.invalidate_all()
            some = some.with_user(self.storekeeper)
            some.fetch(["default_code"])
            self.env.company.fetch(["name"])
            before = self.env.cr.sql_log_count
            some.mapped("bring_available")
            return self.env.cr.sql_log_count - before

        ask(products[:1])
        self.assertEqual(ask(products), ask(products[:1]), "for thirty as for one")
        self.env["bring.account"].search([]).active = False
        self.assertLessEqual(ask(products[:1]), 2, "next to nothing for those without Bring")


class TestBalancesAtBring(SimulatorCase):
    def test_a_balance_does_not_hide_what_was_counted_before_it(self):
        counted = self.server.clock.now - timedelta(hours=1)
        self.deliver(stock_report(("A1", 60), at=counted.isoformat()))
        self.account.action_pull_balances()
        self.env["bring.document"]._process_pending()
        self.env.invalidate_all()
        action = self.a.action_bring_story()
        lines = self.env[action["res_model"]].browse(action["res_id"]).line_ids
        self.assertEqual(
            [(line.warehouse, line.physical, line.is_balance) for line in lines][:1],
            [("BERGER", 60, False)],
        )
        self.assertEqual(lines[-1].is_balance, True)
        self.assertEqual(self.a.bring_available, 60)

    def test_free_and_in_order_are_shown_for_all_warehouses(self):
        self.server.stock.put(
            "BERGER", "A1", Decimal(5), at=self.server.clock.now, status="BLOCKED"
        )
        self.account.action_pull_balances()
        self.env["bring.document"]._process_pending()
        self.env.invalidate_all()
        action = self.a.action_bring_story()
        (line,) = self.env[action["res_model"]].browse(action["res_id"]).line_ids
        self.assertEqual((line.is_balance, line.physical, line.free), (True, 105, 100))
        self.assertTrue(line.as_of)
