import random
from datetime import datetime, timedelta

from odoo.exceptions import UserError

from .common import (
    BringCase,
    adjustment,
    despatch_advice,
    despatch_line,
    inventory,
    inventory_line,
    message,
    receiving_advice,
    receiving_line,
    stock_report,
)


class InventoryReportCase(BringCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.make_product("A1", standard_price=10)
        cls.b = cls.make_product("B1", standard_price=20)
        cls.put_stock(cls.a, 10)
        cls.put_stock(cls.b, 10)
        # what is there has been there: it did not come after the photographs
        cls.env.flush_all()

    def report(self, *counts, **options):
        document = self.deliver(stock_report(*counts, **options)).document_ids
        self.assertEqual(document.state, "done", document.error)
        return self.env["bring.inventory.report"].browse(document.res_id)

    def line(self, report, product, location=None):
        return report.line_ids.filtered(
            lambda line: line.product_id == product and line.location_id == (location or self.stock)
        )


class TestInventoryReport(InventoryReportCase):
    def test_what_agrees_and_what_differs(self):
        report = self.report(("A1", 8), ("B1", 10))
        self.assertEqual(report.state, "compared")
        self.assertEqual(report.event_date, datetime(2026, 3, 2, 11))
        line = self.line(report, self.a)
        self.assertEqual(
            (line.bring_quantity, line.odoo_quantity, line.difference, line.state),
            (8, 10, -2, "differ"),
        )
        self.assertEqual(line.value_difference, -20)
        self.assertEqual(self.line(report, self.b).state, "agree")
        self.assertEqual((report.agree_count, report.differ_count, report.open_count), (1, 1, 1))
        self.assertEqual((report.agreement, report.absolute_difference), (0.5, 2))
        self.assertEqual(len(report.activity_ids), 1)
        self.assertEqual(self.on_hand(self.a), 10, "a person decides")
        report.action_apply()
        self.assertEqual(report.state, "applied")
        self.assertEqual(self.on_hand(self.a), 8)
        self.assertEqual(line.state, "applied")
        self.assertFalse(report.activity_ids)
        self.assertEqual(set(report.move_ids.mapped("date")), {report.event_date})
        self.assertEqual(report.move_ids.origin, report.name)

    def test_a_report_that_agrees_asks_nobody(self):
        report = self.report(("A1", 10), ("B1", 10))
        self.assertEqual((report.state, report.open_count), ("compared", 0))
        self.assertFalse(report.activity_ids)
        self.assertEqual(report.agreement, 1)

    def test_what_moves_after_the_instant_stays(self):
        order = self.make_order((self.a, 3))
        self.despatch(order, despatch_line(10, "A1", 3), at="2026-03-02T15:00:00")
        report = self.report(("A1", 8), ("B1", 10), at="2026-03-02T12:00:00")
        line = self.line(report, self.a)
        self.assertEqual((line.odoo_quantity, line.difference), (10, -2))
        report.action_apply()
        self.assertEqual(self.on_hand(self.a), 5)

    def test_what_moved_before_the_instant_counts(self):
        order = self.make_order((self.a, 3))
        self.despatch(order, despatch_line(10, "A1", 3), at="2026-03-02T10:00:00")
        report = self.report(("A1", 7), ("B1", 10), at="2026-03-02T12:00:00")
        self.assertEqual(self.line(report, self.a).state, "agree")

    def test_booking_only_what_does_not_differ_is_refused_in_words(self):
        report = self.report(("A1", 10), ("B1", 9), ("NOBODY", 3))
        unknown = report.line_ids.filtered(lambda line: line.state == "unknown")
        with self.assertRaisesRegex(UserError, "no difference to book"):
            (unknown | self.line(report, self.a)).action_apply()

    def test_absent_is_not_zero(self):
        report = self.report(("A1", 10))
        line = self.line(report, self.b)
        self.assertEqual((line.state, line.odoo_quantity, line.difference), ("absent", 10, 0))
        report.action_apply()
        self.assertEqual(self.on_hand(self.b), 10)
        self.assertEqual(report.state, "applied")
        again = self.report(("A1", 10), at="2026-03-03T12:00:00")
        self.line(again, self.b).action_apply()
        self.assertEqual(self.on_hand(self.b), 0)

    def test_absent_is_zero_where_the_account_says_so(self):
        self.account.absent_policy = "zero"
        report = self.report(("A1", 10))
        self.assertTrue(report.is_drop)
        report.action_apply()
        self.assertEqual(self.on_hand(self.b), 0)

    def test_an_empty_report_changes_nothing(self):
        document = self.deliver(stock_report()).document_ids
        self.assertEqual(document.state, "attention")
        self.assertIn("empty", document.error)

    def test_an_older_report_never_beats_a_newer_one(self):
        newer = self.report(("A1", 9), ("B1", 10), at="2026-03-03T12:00:00")
        older = self.report(("A1", 5), ("B1", 10), at="2026-03-02T12:00:00")
        self.assertEqual((newer.state, older.state), ("compared", "superseded"))
        with self.assertRaises(UserError):
            older.action_apply()
        newest = self.report(("A1", 8), ("B1", 10), at="2026-03-04T12:00:00")
        self.assertEqual(newer.state, "superseded")
        self.assertFalse(newer.activity_ids)
        self.assertEqual(newest.state, "compared")

    def test_statuses_are_places(self):
        self.put_stock(self.a, 2, location=self.blocked)
        report = self.report(("A1", 7), ("A1", 4, "BLOCKED"), ("A1", 1, "QUARANTINED"), ("B1", 10))
        self.assertEqual(
            [
                (
                    self.line(report, self.a, place).bring_quantity,
                    self.line(report, self.a, place).odoo_quantity,
                )
                for place in (self.stock, self.blocked, self.quarantine)
            ],
            [(7, 10), (4, 2), (1, 0)],
        )
        report.action_apply()
        self.assertEqual(
            [self.on_hand(self.a, p) for p in (self.stock, self.blocked, self.quarantine)],
            [7, 4, 1],
        )
        inventory_location = self.a.with_company(self.company).property_stock_inventory
        self.assertFalse(
            report.move_ids.filtered(
                lambda m: inventory_location in (m.location_id, m.location_dest_id)
            ),
            "nothing was lost or found: it moved",
        )

    def test_unknown_articles_do_not_stop_the_others(self):
        report = self.report(("A1", 8), ("B1", 10), ("NEW", 5))
        self.assertEqual((report.unknown_count, report.differ_count), (1, 1))
        unknown = report.line_ids.filtered(lambda line: line.state == "unknown")
        self.assertIn("NEW", unknown.article)
        report.action_apply()
        self.assertEqual(self.on_hand(self.a), 8)

    def test_lots(self):
        product = self.make_product("L1", tracking="lot")
        lots = [self.make_lot(product, name) for name in ("M1", "M2")]
        for lot in lots:
            self.put_stock(product, 5, lot=lot)
        report = self.report(
            ("A1", 10),
            ("B1", 10),
            ("L1", 4, "AVAILABLE_FOR_SALE", "M1"),
            ("L1", 2, "AVAILABLE_FOR_SALE", "M3"),
        )
        lines = report.line_ids.filtered(lambda line: line.product_id == product)
        self.assertEqual(
            {(line.lot_id.name or line.lot_name): line.difference for line in lines},
            {"M1": -1, "M2": -5, "M3": 2},
        )
        report.action_apply()
        self.assertEqual(self.on_hand(product, lot=lots[0]), 4)
        self.assertEqual(self.on_hand(product, lot=lots[1]), 0)
        self.assertEqual(self.on_hand(product), 6)

    def test_lots_counted_together_are_compared_and_not_booked_blindly(self):
        product = self.make_product("L2", tracking="lot")
        for name in ("M1", "M2"):
            self.put_stock(product, 5, lot=self.make_lot(product, name))
        report = self.report(("A1", 10), ("B1", 10), ("L2", 10))
        self.assertEqual(self.line(report, product).state, "agree")
        report = self.report(("A1", 10), ("B1", 10), ("L2", 9), at="2026-03-03T12:00:00")
        line = self.line(report, product)
        self.assertEqual(line.difference, -1)
        with self.assertRaisesRegex(UserError, "tracked"):
            line.action_apply()
        report.action_apply()
        self.assertEqual(self.on_hand(product), 10)

    def test_a_report_in_parts_is_one_report(self):
        two = message(
            "inventory_report",
            inventory("STATUS", inventory_line("A1", 4, status="AVAILABLE_FOR_SALE")),
            inventory(
                "STATUS",
                inventory_line("A1", 6, status="AVAILABLE_FOR_SALE"),
                inventory_line("B1", 10, status="AVAILABLE_FOR_SALE"),
            ),
        )
        found = self.deliver(two)
        self.assertEqual(found.state, "done")
        report = self.env["bring.inventory.report"].search([("account_id", "=", self.account.id)])
        self.assertEqual(len(report), 1)
        self.assertEqual(report.document_ids, found.document_ids)
        self.assertEqual((report.line_count, report.agree_count), (2, 2))

    def test_a_report_waits_for_what_happened_before_it(self):
        order = self.make_order((self.a, 3))
        self.env.flush_all()
        receive = self.env["bring.message"]._receive
        receive(self.account.id, None, stock_report(("A1", 7), ("B1", 10)), "application/xml")
        receive(
            self.account.id,
            None,
            message(
                "despatch_advice",
                despatch_advice(order.name, [despatch_line(10, "A1", 3)], at="2026-03-02T10:00:00"),
            ),
            "application/xml",
        )
        self.env["bring.document"]._process_pending()
        report = self.env["bring.inventory.report"].search([("account_id", "=", self.account.id)])
        self.assertEqual(report.differ_count, 0)

    def test_reservations_give_way(self):
        order = self.make_order((self.a, 6))
        report = self.report(("A1", 5), ("B1", 10))
        report.action_apply()
        self.assertEqual(order.picking_ids.move_ids.quantity, 5)
        self.assertIn(order.picking_ids.name, "".join(report.message_ids.mapped("body")))

    def test_a_late_document_is_not_counted_twice(self):
        order = self.make_order((self.a, 3))
        report = self.report(("A1", 7), ("B1", 10), at="2026-03-02T12:00:00")
        report.action_apply()
        self.assertEqual(self.on_hand(self.a), 7)
        late = self.despatch(order, despatch_line(10, "A1", 3), at="2026-03-02T10:00:00")
        self.assertEqual(late.state, "done", late.error)
        self.assertEqual(self.on_hand(self.a), 7)
        self.assertEqual(self.line(report, self.a).applied_difference, 0)

    def test_a_late_document_mends_an_open_report(self):
        order = self.make_order((self.a, 3))
        report = self.report(("A1", 7), ("B1", 10), at="2026-03-02T12:00:00")
        self.assertEqual(report.differ_count, 1)
        self.despatch(order, despatch_line(10, "A1", 3), at="2026-03-02T10:00:00")
        self.assertEqual((report.differ_count, report.agree_count), (0, 2))

    def test_odoos_quantity_can_be_kept(self):
        report = self.report(("A1", 8), ("B1", 10))
        self.line(report, self.a).action_keep()
        self.assertEqual(report.state, "applied")
        self.assertEqual(self.on_hand(self.a), 10)

    def test_bring_can_be_asked(self):
        report = self.report(("A1", 8), ("B1", 10))
        action = report.action_ask_bring()
        self.assertIn("A1", action["context"]["default_body"])
        self.assertIn("999999", action["context"]["default_body"])

    def test_small_differences_are_booked_at_once_where_the_account_says_so(self):
        self.account.auto_apply = True
        self.account.write({"auto_max_share": 60, "drop_share": 60})
        report = self.report(("A1", 9), ("B1", 10))
        self.assertEqual(report.state, "applied")
        self.assertEqual(self.on_hand(self.a), 9)
        self.assertFalse(report.activity_ids)
        for limit, value in (("auto_max_lines", 0), ("auto_max_share", 1), ("auto_max_value", 5)):
            with self.subTest(limit):
                kept = self.account[limit]
                self.account[limit] = value
                day = datetime(2026, 3, 3) + timedelta(days=len(limit))
                report = self.report(("A1", 8), ("B1", 10), at=day.isoformat())
                self.assertEqual(report.state, "compared")
                self.assertEqual(self.on_hand(self.a), 9)
                self.assertTrue(report.activity_ids)
                self.account[limit] = kept

    def test_a_large_drop_always_waits_for_a_person(self):
        self.account.write({"auto_apply": True, "auto_max_share": 100, "auto_max_lines": 1000})
        report = self.report(("A1", 9), ("B1", 10))
        self.assertTrue(report.is_drop)
        self.assertEqual(report.state, "compared")
        self.assertEqual(self.on_hand(self.a), 10)

    def test_causes_that_are_evident(self):
        waiting = self.despatch("NOBODY", despatch_line(10, "A1", 2), at="2026-03-02T10:00:00")
        self.assertEqual(waiting.state, "attention")
        boxes = self.env["uom.uom"].create(
            {
                "name": "Box of 5",
                "relative_uom_id": self.env.ref("uom.product_uom_unit").id,
                "relative_factor": 5,
            }
        )
        self.b.uom_ids += boxes
        report = self.report(("A1", 8), ("B1", 2))
        self.assertEqual(self.line(report, self.a).cause, "document")
        self.assertEqual(self.line(report, self.a).cause_text, waiting.display_name)
        self.assertEqual(self.line(report, self.b).cause, "unit")

    def test_what_moved_it_can_be_looked_up(self):
        report = self.report(("A1", 8), ("B1", 10))
        action = self.line(report, self.a).action_view_movements()
        self.assertEqual(action["res_model"], "stock.move.line")
        self.env["stock.move.line"].search(action["domain"])


class TestAnyOrder(InventoryReportCase):
    def test_stock_ends_where_brings_is_whatever_the_order_of_arrival(self):
        """Random days: movements with reports before, between and after them, shuffled."""
        self.account.write(
            {
                "auto_apply": True,
                "auto_max_lines": 1000,
                "auto_max_share": 100,
                "auto_max_value": 1e9,
                "drop_share": 100,
            }
        )
        for seed in range(6):
            with self.subTest(seed=seed):
                self._random_day(random.Random(seed), datetime(2026, 3, 2 + seed, 6))

    def _random_day(self, rng, now):
        stock = {product: self.on_hand(product) for product in (self.a, self.b)}
        codes = {self.a: "A1", self.b: "B1"}
        messages = []
        for number in range(8):
            now += timedelta(minutes=rng.randint(10, 60))
            product = rng.choice((self.a, self.b))
            quantity = rng.randint(1, 4)
            at = now.isoformat()
            kind = rng.choice(("out", "in", "adjust", "report"))
            if kind == "out":
                order = self.make_order((product, quantity))
                lines = [despatch_line(10, codes[product], quantity)]
                messages.append(
                    message("despatch_advice", despatch_advice(order.name, lines, at=at))
                )
                stock[product] -= quantity
            elif kind == "in":
                order = self.make_purchase((product, quantity))
                line = receiving_line(10, codes[product], quantity, quantity)
                messages.append(
                    message("receiving_advice", receiving_advice(order.name, line, at=at))
                )
                stock[product] += quantity
            elif kind == "adjust":
                # also what nobody tells: a loss that only the next report shows
                stock[product] -= quantity
                if rng.random() < 0.5:
                    messages.append(adjustment((codes[product], -quantity, "100"), at=at))
            else:
                counts = [(codes[p], stock[p]) for p in (self.a, self.b)]
                messages.append(stock_report(*counts, at=at))
            del number
        now += timedelta(minutes=30)
        messages.append(
            stock_report(*[(codes[p], stock[p]) for p in (self.a, self.b)], at=now.isoformat())
        )
        rng.shuffle(messages)
        for content in messages:
            self.deliver(content)
        self.assertEqual(
            {codes[p]: self.on_hand(p) for p in stock}, {codes[p]: q for p, q in stock.items()}
        )
