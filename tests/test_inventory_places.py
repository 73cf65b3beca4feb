from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form

from .common import inventory, inventory_line, message
from .test_inventory_comparison import FREE, ComparisonCase
from .test_sending import SimulatorCase


def graded(article, quantity, grade=None, status=None, of=FREE, **options):
    """Build an item of a grade (ZGR) and a status (ZST); with ``reason`` a correction."""
    line = inventory_line(article, quantity, status=None if "reason" in options else of, **options)
    trade_item = line.find("transactionalTradeItem")
    number = trade_item.find("additionalTradeItemIdentification")
    for kind, value in (("ZGR", grade), ("ZST", status)):
        if value:
            made = trade_item.makeelement(number.tag, {number.attrib.keys()[0]: kind})
            made.text = value
            trade_item.append(made)
    return line


class TestGrades(ComparisonCase):
    """A and B goods are told apart, or are an exception in words; never added up in silence."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.auto_apply = True
        cls.second = cls.env["stock.location"].create(
            {"name": "B goods", "location_id": cls.warehouse.view_location_id.id}
        )
        cls.put_stock(cls.a, 4, location=cls.second)

    def told(self, *items, at="2026-03-02T12:00:00"):
        document = self.deliver(
            message("inventory_report", inventory("STATUS", *items, at=at))
        ).document_ids
        self.assertEqual(document.state, "done", document.error)
        return self.env["bring.inventory.report"].browse(document.res_id)

    def map_grade(self, grade, location=None, item_status=None):
        return self.env["bring.grade"].create(
            {
                "warehouse_id": self.mapping.id,
                "grade": grade,
                "item_status": item_status,
                "location_id": location and location.id,
            }
        )

    def test_an_unmapped_grade_is_an_exception_in_words(self):
        report = self.told(graded("A1", 10), graded("A1", 4, "B"), graded("B1", 10))
        (line,) = report.line_ids.filtered(lambda line: line.state == "unknown")
        self.assertEqual(
            (line.product_id, line.bring_quantity, line.problem), (self.a, 4, "unknown_grade")
        )
        self.assertIn("grade B", line.note)
        report.action_apply()
        self.assertEqual((self.on_hand(self.a), self.on_hand(self.a, self.second)), (10, 4))
        self.assertEqual(report.state, "compared")

    def test_the_dialog_maps_it_and_the_report_is_compared_again(self):
        report = self.told(graded("A1", 10), graded("A1", 4, "B"), graded("B1", 10))
        line = report.line_ids.filtered(lambda line: line.state == "unknown")
        action = line.action_mend()
        with Form(self.env[action["res_model"]].browse(action["res_id"])) as dialog:
            self.assertEqual((dialog.warehouse_id, dialog.grade), (self.mapping, "B"))
            dialog.location_id = self.second
        dialog.record.action_mend()
        self.assertEqual({line.state for line in report.line_ids}, {"agree"})
        self.assertEqual(self.mapping.grade_ids.location_id, self.second)

    def test_a_mapped_grade_has_its_location(self):
        self.account.auto_apply = False
        self.map_grade("B", self.second)
        self.map_grade("A")
        report = self.told(graded("A1", 9, "A"), graded("A1", 5, "B"), graded("B1", 10, "A"))
        self.assertEqual(self.line(report, self.a).difference, -1)
        self.assertEqual(self.line(report, self.a, self.second).difference, 1)
        self.assertSameAgain(report)
        report.action_apply()
        self.assertEqual((self.on_hand(self.a), self.on_hand(self.a, self.second)), (9, 5))

    def test_a_status_of_the_article_is_told_apart_too(self):
        self.map_grade(None, self.second, item_status="HOLD")
        report = self.told(
            graded("A1", 10), graded("A1", 4, status="HOLD"), graded("B1", 10, "A", "HOLD")
        )
        self.assertEqual(self.line(report, self.a, self.second).state, "agree")
        self.assertEqual(report.unknown_count, 1, "grade A with status HOLD is another one")

    def test_blocked_goods_of_an_ordinary_grade_are_blocked(self):
        self.map_grade("A")
        self.put_stock(self.a, 2, location=self.blocked)
        report = self.told(graded("A1", 10, "A"), graded("A1", 2, "A", of="BLOCKED"))
        self.assertEqual(self.line(report, self.a, self.blocked).state, "agree")

    def test_a_correction_of_a_grade_is_made_where_it_lies(self):
        def corrected(at):
            line = graded("A1", -1, "B", reason="100")
            return self.deliver(
                message("inventory_report", inventory("ACTIVITY", line, at=at))
            ).document_ids

        document = corrected("2026-03-02T11:00:00")
        self.assertEqual((document.state, document.cause), ("attention", "unknown_grade"))
        self.map_grade("B", self.second)
        document.action_retry()
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual((self.on_hand(self.a), self.on_hand(self.a, self.second)), (10, 3))


class TestSeveralWarehouses(SimulatorCase):
    """A balance counts all warehouses together: nobody guesses where a difference is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.narvik = cls.env["stock.warehouse"].create({"name": "Narvik", "code": "NCD"})
        cls.second = cls.env["bring.warehouse"].create(
            {"account_id": cls.account.id, "code": "NCD", "warehouse_id": cls.narvik.id}
        )
        cls.put_stock(cls.a, 3, location=cls.narvik.lot_stock_id)
        cls.env.flush_all()

    def differs(self, less=0, more=0):
        """Let Bring have more, or less, of A1 than both warehouses together; ask for balances."""
        stock, now = self.server.stock, self.server.clock.now
        stock.put("BERGER", "A1", Decimal(3 + more), at=now)
        if less:
            stock.take("BERGER", "A1", Decimal(less), at=now)
        self.account.action_pull_balances()
        self.env["bring.document"]._process_pending()
        self.env.invalidate_all()
        domain = [("account_id", "=", self.account.id)]
        report = self.env["bring.inventory.report"].search(domain, limit=1)
        return report, report.line_ids.filtered(lambda line: line.product_id == self.a)

    def stock_of_both(self):
        return self.on_hand(self.a), self.on_hand(self.a, self.narvik.lot_stock_id)

    def test_apply_all_says_what_stays_and_the_report_stays_open(self):
        report, line = self.differs(more=2)
        self.assertEqual((line.difference, line.needs_warehouse), (2, True))
        told = report.action_apply()["params"]["message"]
        self.assertIn("Choose the warehouse", told)
        self.assertEqual((report.state, line.state), ("compared", "differ"))
        self.assertEqual(self.stock_of_both(), (100, 3))
        with self.assertRaisesRegex(UserError, "Choose the warehouse"):
            line.action_apply()

    def test_a_person_chooses_the_warehouse_on_the_line(self):
        report, line = self.differs(more=2)
        action = line.action_choose_warehouse()
        with Form(self.env[action["res_model"]].browse(action["res_id"])) as dialog:
            dialog.warehouse_id = self.second
        dialog.record.action_choose_and_book()
        self.assertEqual((report.state, line.state), ("applied", "applied"))
        self.assertEqual(self.stock_of_both(), (100, 5))

    def test_the_account_says_in_which_one(self):
        self.account.undivided_warehouse_id = self.second
        report, line = self.differs(more=2)
        self.assertIs(report.action_apply(), True)
        self.assertEqual((report.state, line.state), ("applied", "applied"))
        self.assertEqual(self.stock_of_both(), (100, 5))

    def test_more_than_is_there_is_not_taken_from_a_warehouse(self):
        self.account.undivided_warehouse_id = self.second
        report, line = self.differs(less=5)
        self.assertEqual(line.difference, -5)
        self.assertIn("has 3", report.action_apply()["params"]["message"])
        self.assertEqual(self.stock_of_both(), (100, 3))
        line.target_id = self.account.warehouse_ids - self.second
        line.action_apply()
        self.assertEqual(self.stock_of_both(), (95, 3))

    def test_another_accounts_warehouse_books_nothing(self):
        report, line = self.differs(more=2)
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTH"})
        account = self.env["bring.account"].create(
            {"name": "Two", "warehouse_ids": [(0, 0, {"code": "O", "warehouse_id": other.id})]}
        )
        self.account.undivided_warehouse_id = account.warehouse_ids
        report.action_apply()
        self.assertEqual(line.state, "differ")

    def test_what_a_balance_tells_besides_is_kept(self):
        self.at_bring((self.a, 5))
        _report, line = self.differs()
        self.assertEqual(line.in_order_quantity + line.allocated_quantity, 5)
        self.assertEqual(line.free_quantity, line.bring_quantity - line.allocated_quantity)
        self.assertTrue(line.counted_at)

    def at_bring(self, *lines):
        order = self.make_order(*lines)
        order.picking_ids.action_bring_send()
        self.send()
        return order

    def test_no_balance_at_all_where_there_were_some_is_one_activity(self):
        for form in ("xml", "json"):
            with self.subTest(form):
                self.account.api_format = form
                self.server.faults.clear()
                self.server.advance(seconds=2)
                self.account.action_pull_balances()
                self.assertFalse(self.asked())
                self.server.faults.add("empty_balances", "pull.balances", count=2)
                self.account.action_pull_balances()
                self.account.action_pull_balances()
                self.assertEqual(len(self.asked()), 1)
                self.assertEqual(self.stock_of_both(), (100, 3))
        self.server.faults.clear()
        self.server.advance(seconds=2)
        self.account.action_pull_balances()
        self.assertFalse(self.asked(), "balances are there again")

    def asked(self):
        kind = self.env.ref("bring_warehousing.mail_activity_type_balances")
        return self.account.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def test_long_work_says_what_stays_too(self):
        report, _line = self.differs(more=2)
        module = "odoo.addons.bring_warehousing.models.bring_inventory_report.TOO_MANY"
        with patch(module, 0):
            work = self.env["bring.work"].browse(report.action_apply()["res_id"])
            work._step()
        with patch(module, 2000):
            work._step()
        self.assertEqual((work.state, report.state), ("done", "compared"))
        self.assertIn("Choose the warehouse", work.error)
