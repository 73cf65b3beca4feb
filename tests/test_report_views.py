from odoo.tests import new_test_user

from . import test_views
from .common import BringCase, adjustment, despatch_line, receiving_line, stock_report

LEVELS = test_views.LEVELS


class TestReportViews(BringCase):
    """The screens of stock reports, and of what Bring sent about receipts and adjustments."""

    _open = test_views.TestViews._open
    _fields_of = staticmethod(test_views.TestViews._fields_of)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = cls.make_users("reports")
        cls.product = cls.make_product("A1", standard_price=10)
        cls.put_stock(cls.product, 10)
        document = cls.deliver(stock_report(("A1", 7), ("X9", 1))).document_ids
        cls.report = cls.env["bring.inventory.report"].browse(document.res_id)

    def test_every_view_opens_for_every_group(self):
        for name in ("bring_inventory_report_action", "bring_inventory_report_line_action"):
            action = self.env.ref(f"bring_warehousing.{name}")
            record = self.report if "line" not in name else self.report.line_ids[:1]
            for level in LEVELS:
                for view_type in action.view_mode.split(","):
                    with self.subTest(action=name, level=level, view=view_type):
                        user = self.users[level]
                        self.assertTrue(self._open(user, action.res_model, record, view_type))

    def test_only_managers_have_the_buttons_that_settle(self):
        for level, has in (("user", False), ("manager", True)):
            for model, view_type in (
                ("bring.inventory.report", "form"),
                ("bring.inventory.report.line", "list"),
            ):
                records = self.env[model].with_user(self.users[level])
                arch = records.get_views([(False, view_type)])["views"][view_type]["arch"]
                self.assertEqual('name="action_apply"' in arch, has, (level, model))

    def test_salesmen_have_no_stock_reports(self):
        salesman = new_test_user(
            self.env, login="reports-sales", groups="sales_team.group_sale_manager"
        )
        self.assertFalse(self.env["bring.inventory.report"].with_user(salesman).has_access("read"))
        menus = self.env["ir.ui.menu"].with_user(salesman)._visible_menu_ids()
        menu = self.env.ref("bring_warehousing.menu_bring_inventory_report")
        self.assertNotIn(menu.id, menus)

    def test_the_overview_leads_to_the_last_report(self):
        user = self.users["user"]
        seen = self._open(user, "bring.account", self.account, "kanban")
        self.assertEqual(seen["last_report_id"], self.report.id)
        self.assertEqual((seen["last_report_agreement"], seen["last_report_open_count"]), (0.0, 2))
        account = self.account.with_user(user)
        self.assertEqual(account.action_view_last_report()["res_id"], self.report.id)
        found = self.env["bring.inventory.report"].search(account.action_view_drift()["domain"])
        self.assertEqual(found, self.report)

    def test_an_account_without_a_report_has_nothing_to_lead_to(self):
        account = self.env["bring.account"].create({"name": "New"})
        seen = self._open(self.users["user"], "bring.account", account, "kanban")
        self.assertFalse(seen["last_report_id"])

    def test_a_report_shows_the_largest_of_what_is_to_settle(self):
        seen = self._open(self.users["user"], "bring.inventory.report", self.report)
        lines = self.env["bring.inventory.report.line"].browse(seen["open_line_ids"])
        self.assertEqual(lines.mapped("state"), ["differ", "unknown"])
        self.assertEqual((lines[0].value_difference, lines[0].value_apart), (-30, 30))
        self.assertIn("X9", lines[1].hint)
        lines[0].write({"cause": "receipt", "cause_text": "WH/IN/1"})
        self.assertEqual(lines[0].hint, "WH/IN/1 – A receipt is under way")

    def test_its_numbers_lead_to_filters_that_are_there(self):
        lines = self.env["bring.inventory.report.line"]
        arch = lines.get_views([(False, "search")])["views"]["search"]["arch"]
        for name in ("open", "agree", "differ", "absent", "unknown"):
            action = self.report.with_context(bring_filter=name).action_view_lines()
            self.assertEqual(action["context"], {f"search_default_{name}": 1})
            self.assertIn(f'name="{name}"', arch)

    def test_what_was_apart_stays_to_be_seen_when_it_is_settled(self):
        apart = self.report.absolute_difference
        self.assertEqual(apart, 3 + 1)
        self.report.action_apply()
        self.assertEqual(self.report.absolute_difference, apart)
        self.assertEqual(self.report.value_difference, 0)
        self.assertEqual(self.report.move_count, 1)

    def test_comparing_again_understands_what_was_mended(self):
        self.report.line_ids.filtered("product_id").action_keep()
        self.put_stock(self.make_product("X9"), 1)
        self.report.with_user(self.users["manager"]).action_compare()
        self.assertEqual(
            {line.product_id.default_code: line.state for line in self.report.line_ids},
            {"A1": "kept", "X9": "agree"},
        )
        self.assertEqual((self.report.state, self.report.unknown_count), ("applied", 0))
        self.assertFalse(self.report.activity_ids)

    def test_comparing_again_keeps_what_was_booked(self):
        self.report.line_ids.filtered("product_id").action_apply()
        self.report.action_compare()
        line = self.report.line_ids.filtered("product_id")
        self.assertEqual(
            (line.state, line.applied_difference, line.value_apart), ("applied", -3, 0)
        )
        self.assertEqual((self.report.state, self.report.unknown_count), ("compared", 1))
        self.assertEqual(self.on_hand(self.product), 7)

    def test_what_is_kept_is_not_to_settle(self):
        self.report.line_ids.filtered("product_id").action_keep()
        report = self.report
        self.assertEqual((report.differ_count, report.open_count, report.unknown_count), (0, 1, 1))
        self.assertEqual((report.value_difference, report.absolute_difference), (0, 4))

    def test_lines_are_grouped_by_the_article_s_category(self):
        category = self.env["product.category"].create({"name": "Lamps"})
        self.product.categ_id = category
        groups = dict(
            self.env["bring.inventory.report.line"]._read_group(
                [("report_id", "=", self.report.id)], ["categ_id"], ["value_apart:sum"]
            )
        )
        self.assertEqual(groups[category], 30)

    def test_the_mail_to_bring_has_the_lines(self):
        action = self.report.action_ask_bring()
        self.assertIn("A1", action["context"]["default_body"])
        self.assertNotIn(self.account.name, action["context"]["default_body"])

    def test_a_receipt_and_its_purchase_order_show_what_bring_sent(self):
        purchase = self.make_purchase((self.product, 5))
        document = self.receive(purchase, receiving_line(10, "A1", 5))
        self.assertEqual(document.state, "done", document.error)
        user = new_test_user(
            self.env,
            login="reports-receipts",
            groups="stock.group_stock_user,purchase.group_purchase_user",
        )
        seen = self._open(user, "stock.picking", purchase.picking_ids, only="bring_")
        self.assertTrue(seen["bring_has_documents"])
        self.assertEqual(seen["bring_document_ids"], document.ids)
        seen = self._open(user, "purchase.order", purchase, only="bring_")
        self.assertEqual(seen["bring_document_ids"], document.ids)

    def test_adjustments_are_told_by_their_reason(self):
        self.deliver(adjustment(("A1", -1, "100")))
        order = self.make_order((self.product, 1))
        self.despatch(order, despatch_line(article="A1", quantity=1))
        action = self.env.ref("bring_warehousing.stock_move_action_adjustments")
        user = new_test_user(self.env, login="reports-moves", groups="stock.group_stock_user")
        moves = self.env["stock.move"].with_user(user)
        views = moves.get_views([(action.search_view_id.id, "search"), *action.views])
        arch = views["views"]["search"]["arch"]
        self.assertIn('name="bring_adjusted"', arch)
        self.assertNotIn('name="group_bring_report"', arch, "not for those without reports")
        groups = moves._read_group(
            [
                ("product_id", "=", self.product.id),
                ("is_inventory", "=", True),
                "|",
                ("bring_document_id", "!=", False),
                ("bring_report_id", "!=", False),
            ],
            ["inventory_name"],
            ["quantity:sum"],
        )
        self.assertEqual(groups, [("Bring: Goods damaged (100)", 1)])
