from odoo.exceptions import UserError

from .common import (
    despatch_line,
    inventory,
    inventory_line,
    item_data,
    message,
    receiving_line,
    stock_report,
)
from .test_inventory_report import InventoryReportCase

FREE = "AVAILABLE_FOR_SALE"


def lines(*counts):
    """Build items; counts are (warehouse, article, quantity, status[, unit])."""
    return [
        inventory_line(
            article, quantity, status=status, warehouse=warehouse, unit=(*unit, "STK")[0]
        )
        for warehouse, article, quantity, status, *unit in counts
    ]


class ComparisonCase(InventoryReportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mapping = cls.account.warehouse_ids
        cls.held = cls.blocked
        cls.account.write({"auto_max_share": 100, "auto_max_lines": 1000, "drop_share": 100})

    def of(self, *counts, at="2026-03-02T12:00:00", warehouse=None):
        """Deliver a photograph of lines, and return its report."""
        content = message(
            "inventory_report",
            inventory("STATUS", *lines(*counts), at=at, warehouse=warehouse),
        )
        document = self.deliver(content).document_ids
        self.assertEqual(document.state, "done", document.error)
        return self.env["bring.inventory.report"].browse(document.res_id)

    def seen(self, report, product):
        """Return what the lines of an article say: (Bring, Odoo, difference, state)."""
        return [
            (line.bring_quantity, line.odoo_quantity, line.difference, line.state)
            for line in report.line_ids.filtered(lambda line: line.product_id == product)
        ]

    def map_second(self, code="NCD", **locations):
        """Map another of Bring's codes onto the same warehouse of Odoo's."""
        return self.env["bring.warehouse"].create(
            {
                "account_id": self.account.id,
                "code": code,
                "warehouse_id": self.warehouse.id,
                **{name: location.id for name, location in locations.items()},
            }
        )

    def other_warehouse(self, code="NCD"):
        warehouse = self.env["stock.warehouse"].create({"name": "Narvik", "code": code})
        self.env["bring.warehouse"].create(
            {"account_id": self.account.id, "code": code, "warehouse_id": warehouse.id}
        )
        return warehouse

    def assertSameAgain(self, report):
        """Comparing again says what comparing first said, line by line."""

        def said():
            return sorted(
                (
                    line.product_id.id,
                    line.location_id.id,
                    line.warehouse_id.id,
                    line.lot_id.id,
                    line.lot_name or "",
                    line.bring_quantity,
                    line.odoo_quantity,
                    line.difference,
                    line.state,
                )
                for line in report.line_ids
            )

        first = said()
        report.action_compare()
        self.assertEqual(said(), first)


class TestOnePlace(ComparisonCase):
    """Lines of Bring's that mean one place in Odoo are one number."""

    def test_two_statuses_that_lie_in_one_location(self):
        self.mapping.quarantine_location_id = self.held
        self.put_stock(self.a, 7, location=self.held)
        for auto_apply, at in ((False, "02"), (True, "03")):
            with self.subTest(auto_apply=auto_apply):
                self.account.auto_apply = auto_apply
                report = self.of(
                    ("BERGER", "A1", 10, FREE),
                    ("BERGER", "A1", 3, "BLOCKED"),
                    ("BERGER", "A1", 4, "QUARANTINED"),
                    ("BERGER", "B1", 10, FREE),
                    at=f"2026-03-{at}T12:00:00",
                )
                self.assertEqual(
                    self.seen(report, self.a), [(10, 10, 0, "agree"), (7, 7, 0, "agree")]
                )
                held = self.line(report, self.a, self.held)
                self.assertEqual(held.stock_status, "BLOCKED, QUARANTINED")
                self.assertEqual(held.parts, "3 BERGER BLOCKED + 4 BERGER QUARANTINED")
                self.assertSameAgain(report)
                self.assertEqual(self.on_hand(self.a, self.held), 7)

    def test_two_statuses_in_one_location_that_differ_are_booked_as_one(self):
        self.mapping.quarantine_location_id = self.held
        self.put_stock(self.a, 7, location=self.held)
        report = self.of(
            ("BERGER", "A1", 10, FREE),
            ("BERGER", "A1", 3, "BLOCKED"),
            ("BERGER", "A1", 5, "QUARANTINED"),
            ("BERGER", "B1", 10, FREE),
        )
        self.assertSameAgain(report)
        report.action_apply()
        self.assertEqual(self.on_hand(self.a, self.held), 8)
        self.assertEqual(report.state, "applied")

    def test_a_late_document_is_held_against_the_same_sum(self):
        self.mapping.blocked_location_id = self.stock
        order = self.make_order((self.a, 3))
        report = self.of(
            ("BERGER", "A1", 5, FREE), ("BERGER", "A1", 2, "BLOCKED"), ("BERGER", "B1", 10, FREE)
        )
        self.assertEqual(self.seen(report, self.a), [(7, 10, -3, "differ")])
        self.despatch(order, despatch_line(10, "A1", 3), at="2026-03-02T10:00:00")
        self.assertEqual(self.seen(report, self.a), [(7, 7, 0, "agree")])
        self.assertEqual(self.on_hand(self.a), 7)

    def test_two_codes_that_are_one_warehouse(self):
        self.map_second()
        report = self.of(
            ("BERGER", "A1", 6, FREE), ("NCD", "A1", 4, FREE), ("BERGER", "B1", 10, FREE)
        )
        self.assertEqual(self.seen(report, self.a), [(10, 10, 0, "agree")])
        self.assertSameAgain(report)
        report.action_apply()
        self.assertEqual(self.on_hand(self.a), 10)

    def test_two_codes_that_are_one_warehouse_told_in_two_parts(self):
        self.map_second()
        parts = [
            inventory("STATUS", *lines((code, "A1", quantity, FREE)), warehouse=code)
            for code, quantity in (("BERGER", 6), ("NCD", 4))
        ]
        found = self.deliver(message("inventory_report", *parts)).document_ids
        report = self.env["bring.inventory.report"].browse(set(found.mapped("res_id")))
        self.assertEqual(len(report), 1)
        self.assertEqual(self.seen(report, self.a), [(10, 10, 0, "agree")])
        self.assertSameAgain(report)

    def test_two_codes_that_are_one_warehouse_told_in_two_messages_of_one_instant(self):
        self.map_second()
        first = self.of(("BERGER", "A1", 6, FREE), warehouse="BERGER")
        second = self.of(("NCD", "A1", 4, FREE), warehouse="NCD")
        self.assertEqual(first, second)
        self.assertEqual(self.seen(first, self.a), [(10, 10, 0, "agree")])
        again = self.of(("NCD", "A1", 3, FREE), warehouse="NCD")
        self.assertNotEqual(again, first, "counted again: it replaces, and is not added")

    def test_two_codes_that_are_one_warehouse_told_at_two_times_are_not_booked(self):
        self.map_second()
        self.of(("NCD", "A1", 4, FREE), warehouse="NCD")
        self.account.auto_apply = True
        report = self.of(("BERGER", "A1", 6, FREE), warehouse="BERGER", at="2026-03-02T12:05:00")
        self.assertEqual(self.seen(report, self.a), [(6, 10, -4, "differ")])
        with self.assertRaisesRegex(UserError, "NCD"):
            self.line(report, self.a).action_apply()
        report.action_apply()
        self.assertEqual(self.on_hand(self.a), 10)

    def test_a_code_that_was_never_told_does_not_stand_in_the_way(self):
        self.map_second("OLDCODE")
        report = self.of(("BERGER", "A1", 6, FREE), ("BERGER", "B1", 10, FREE))
        report.action_apply()
        self.assertEqual(self.on_hand(self.a), 6)

    def test_held_goods_of_two_warehouses_in_one_location(self):
        other = self.other_warehouse()
        self.account.warehouse_ids.blocked_location_id = self.held
        self.put_stock(self.a, 5, location=self.held)
        self.put_stock(self.a, 3, location=other.lot_stock_id)
        report = self.of(
            ("BERGER", "A1", 10, FREE),
            ("BERGER", "A1", 2, "BLOCKED"),
            ("NCD", "A1", 3, FREE),
            ("NCD", "A1", 3, "BLOCKED"),
            ("BERGER", "B1", 10, FREE),
        )
        self.assertEqual({line.state for line in report.line_ids}, {"agree"})
        self.assertSameAgain(report)
        # and where one of them tells nothing of the article, nobody knows
        report = self.of(
            ("BERGER", "A1", 10, FREE), ("NCD", "B1", 0, FREE), at="2026-03-03T12:00:00"
        )
        self.assertEqual(self.line(report, self.a, self.held).state, "absent")
        self.assertSameAgain(report)

    def test_named_lots_and_a_rest_without_lot(self):
        product = self.make_product("L1", tracking="lot")
        for name, quantity in (("M1", 5), ("M2", 4), ("M3", 3)):
            self.put_stock(product, quantity, lot=self.make_lot(product, name))
        self.account.auto_apply = True
        report = self.report(("L1", 5, FREE, "M1"), ("L1", 7), ("A1", 10), ("B1", 10))
        self.assertEqual(self.seen(report, product), [(5, 5, 0, "agree"), (7, 7, 0, "agree")])
        self.assertSameAgain(report)
        self.assertEqual(self.on_hand(product), 12)

    def test_goods_of_a_named_lot_that_the_rest_may_hold_are_not_taken_away(self):
        product = self.make_product("L1", tracking="lot")
        self.put_stock(product, 12, lot=self.make_lot(product, "M1"))
        report = self.report(("L1", 5, FREE, "M1"), ("L1", 7), ("A1", 10), ("B1", 10))
        self.assertEqual(self.seen(report, product), [(5, 12, -7, "differ"), (7, 0, 7, "differ")])
        with self.assertRaisesRegex(UserError, "counted together"):
            report.line_ids.filtered("lot_id").action_apply()
        report.action_apply()
        self.assertEqual(self.on_hand(product), 12)

    def test_batches_that_do_not_add_up_lose_nothing(self):
        product = self.make_product("L1", tracking="lot")
        self.put_stock(product, 10, lot=self.make_lot(product, "M1"))
        line = inventory_line("L1", 10, status=FREE)
        specification = line.find(".//inventoryStatusQuantitySpecification")
        specification.extend(
            item_data({"batch": b, "quantity": q}) for b, q in (("M1", 4), ("M2", 3))
        )
        document = self.deliver(message("inventory_report", inventory("STATUS", line))).document_ids
        report = self.env["bring.inventory.report"].browse(document.res_id)
        self.assertEqual(self.seen(report, product), [(10, 10, 0, "agree")])

    def test_serial_numbers_and_pieces_without_one(self):
        product = self.make_product("S1", tracking="serial")
        for name in ("X1", "X2", "X3"):
            self.put_stock(product, 1, lot=self.make_lot(product, name))
        report = self.of_items(
            inventory_line("S1", 1, status=FREE, serials=["X1"]),
            inventory_line("S1", 2, status=FREE),
        )
        self.assertEqual(self.seen(report, product), [(1, 1, 0, "agree"), (2, 2, 0, "agree")])
        self.assertSameAgain(report)

    def of_items(self, *items):
        document = self.deliver(
            message("inventory_report", inventory("STATUS", *items))
        ).document_ids
        return self.env["bring.inventory.report"].browse(document.res_id)

    def test_goods_that_come_late_into_a_place_of_which_nothing_was_told(self):
        report = self.of(("BERGER", "A1", 10, FREE), ("BERGER", "B1", 10, FREE))
        order = self.make_purchase((self.a, 4))
        line = receiving_line(10, "A1", 4, 4, conditions=[("1", 4)])
        self.receive(order, line, at="2026-03-02T09:00:00")
        self.assertEqual(self.on_hand(self.a, self.held), 4)
        self.assertEqual(self.seen(report, self.a), [(10, 10, 0, "agree"), (0, 4, -4, "differ")])
        self.assertSameAgain(report)

    def test_an_article_of_which_nothing_was_told_does_not_open_a_report_again(self):
        other = self.make_product("C1")
        report = self.of(("BERGER", "A1", 9, FREE), ("BERGER", "B1", 10, FREE))
        report.action_apply()
        self.despatch(
            self.make_order((other, 1)), despatch_line(10, "C1", 1), at="2026-03-02T10:00:00"
        )
        self.assertEqual((report.state, report.open_count), ("applied", 0))


class TestNotUnderstood(ComparisonCase):
    """What is not understood is mentioned: nothing is taken away for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write({"absent_policy": "zero", "auto_apply": True})

    def test_a_unit_that_is_not_known(self):
        report = self.of(("BERGER", "A1", 10, FREE, "CRT"), ("BERGER", "B1", 10, FREE))
        (line,) = report.line_ids.filtered(lambda line: line.product_id == self.a)
        self.assertEqual(
            (line.state, line.problem, line.odoo_quantity), ("unknown", "unknown_unit", 10)
        )
        self.assertSameAgain(report)
        report.action_apply()
        self.assertEqual(self.on_hand(self.a), 10)
        self.assertEqual(report.absent_count, 0)

    def test_a_part_of_an_article_in_a_unit_that_is_not_known(self):
        report = self.of(
            ("BERGER", "A1", 8, FREE), ("BERGER", "A1", 2, FREE, "CRT"), ("BERGER", "B1", 10, FREE)
        )
        self.assertEqual(self.line(report, self.a).difference, -2)
        with self.assertRaisesRegex(UserError, "CRT"):
            self.line(report, self.a).action_apply()
        report.action_apply()
        self.assertEqual(self.on_hand(self.a), 10)

    def test_a_status_that_is_not_known_and_one_without_a_location(self):
        self.mapping.blocked_location_id = False
        for status in ("ON_HOLD", "BLOCKED"):
            with self.subTest(status):
                report = self.of(
                    ("BERGER", "A1", 6, FREE),
                    ("BERGER", "A1", 4, status),
                    ("BERGER", "B1", 10, FREE),
                    at=f"2026-03-0{len(status)}T12:00:00",
                )
                self.assertEqual(report.unknown_count, 1)
                report.action_apply()
                self.assertEqual(self.on_hand(self.a), 10)

    def test_a_line_that_cannot_be_read(self):
        report = self.of(("BERGER", "A1", "ten", FREE), ("BERGER", "B1", 10, FREE))
        (line,) = report.line_ids.filtered(lambda line: line.product_id == self.a)
        self.assertEqual((line.state, line.problem), ("unknown", "unreadable"))
        report.action_apply()
        self.assertEqual(self.on_hand(self.a), 10)

    def test_an_article_that_is_not_known_makes_absent_unsafe(self):
        report = self.of(("BERGER", "A1", 9, FREE), ("BERGER", "OTHER-NUMBER-OF-B1", 10, FREE))
        self.assertEqual(self.line(report, self.b).state, "absent")
        report.action_apply()
        self.assertEqual((self.on_hand(self.a), self.on_hand(self.b)), (9, 10))
        self.line(report, self.b).action_apply()
        self.assertEqual(self.on_hand(self.b), 0, "a person chose just that line")

    def test_absent_lines_are_not_chosen_in_bulk_beside_what_is_not_understood(self):
        other = self.make_product("C1")
        self.put_stock(other, 5)
        report = self.of(("BERGER", "A1", 10, FREE), ("BERGER", "NOBODY", 10, FREE))
        absent = report.line_ids.filtered(lambda line: line.state == "absent")
        self.assertEqual(absent.product_id, self.b | other)
        with self.assertRaisesRegex(UserError, "NOBODY"):
            absent.action_apply()
        self.assertEqual((self.on_hand(self.b), self.on_hand(other)), (10, 5))

    def test_lots_that_seem_not_to_be_there_wait_while_a_line_is_not_understood(self):
        self.account.auto_apply = False
        product = self.make_product("L1", tracking="lot")
        for name in ("M1", "M2"):
            self.put_stock(product, 5, lot=self.make_lot(product, name))
        report = self.report(("L1", 5, FREE, "M1"), ("NOBODY", 5), ("A1", 10), ("B1", 10))
        self.assertEqual(report.differ_count, 1)
        report.action_apply()
        self.assertEqual(self.on_hand(product), 10)

    def test_what_is_mended_is_compared_and_what_was_kept_stays(self):
        report = self.of(
            ("BERGER", "A1", 1, FREE, "CRT"), ("BERGER", "B1", 8, FREE), ("BERGER", "N1", 1, FREE)
        )
        self.line(report, self.b).action_keep()
        self.env["uom.uom"].create(
            {
                "name": "Crate",
                "relative_uom_id": self.a.uom_id.id,
                "relative_factor": 9,
                "bring_codes": "CRT",
            }
        )
        report.action_compare()
        self.assertEqual(self.seen(report, self.a), [(9, 10, -1, "differ")])
        self.assertEqual(self.line(report, self.b).state, "kept")

    def test_a_warehouse_of_which_nothing_is_told_is_left_alone(self):
        other = self.other_warehouse()
        self.put_stock(self.a, 3, location=other.lot_stock_id)
        report = self.of(("BERGER", "A1", 10, FREE), ("BERGER", "B1", 10, FREE))
        self.assertEqual(report.warehouse_ids, self.mapping)
        self.assertEqual(report.absent_count, 0)
        report.action_apply()
        self.assertEqual(self.on_hand(self.a, other.lot_stock_id), 3)


class TestPhotographs(ComparisonCase):
    def test_comparing_twice_makes_no_line_twice(self):
        self.other_warehouse()
        line = inventory_line("A1", 10, status=FREE, warehouse=None)
        unknown = inventory_line("NEW", 1, status=FREE, warehouse=None)
        document = self.deliver(
            message("inventory_report", inventory("STATUS", line, unknown, warehouse=None))
        ).document_ids
        report = self.env["bring.inventory.report"].browse(document.res_id)
        self.assertEqual(report.line_count, 3)
        self.assertSameAgain(report)
        self.assertEqual(report.line_count, 3)

    def test_what_was_booked_as_zero_is_held_against_zero(self):
        order = self.make_order((self.b, 4))
        report = self.deliver(stock_report(("A1", 10))).document_ids
        report = self.env["bring.inventory.report"].browse(report.res_id)
        self.line(report, self.b).action_apply()
        self.assertEqual(self.on_hand(self.b), 0)
        self.despatch(order, despatch_line(10, "B1", 4), at="2026-03-02T10:00:00")
        self.assertEqual(self.on_hand(self.b), 0)
        self.assertEqual(self.line(report, self.b).applied_difference, -6)
