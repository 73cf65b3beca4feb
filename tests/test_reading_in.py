"""What Bring sends is taken as far as it goes, and what isn't understood waits for a person."""

from .common import (
    BringCase,
    adjustment,
    despatch_advice,
    despatch_line,
    element,
    inventory,
    inventory_line,
    leaf,
    message,
    own_number,
    receiving_advice,
    receiving_line,
    stock_report,
    warehouse_element,
)


def bare_item(article, quantity=None):
    """Build an item of a report without a line item, which are 0..n."""
    return element(
        "inventoryItemLocationInformation",
        warehouse_element("BERGER"),
        element("transactionalTradeItem", own_number(article), leaf("tradeItemQuantity", quantity)),
    )


class TestOneLineIsOneLine(BringCase):
    """What can't be read of a document is as small as it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.make_product("A1", standard_price=10)
        cls.b = cls.make_product("B1", standard_price=20)
        cls.put_stock(cls.a, 10)
        cls.put_stock(cls.b, 10)
        cls.env.flush_all()

    def report(self, *items):
        found = self.deliver(message("inventory_report", inventory("STATUS", *items)))
        document = found.document_ids
        self.assertEqual(document.state, "done", document.error)
        return self.env["bring.inventory.report"].browse(document.res_id)

    def test_a_line_of_a_report_that_cannot_be_read_is_not_understood_alone(self):
        good = inventory_line("A1", 8, status="AVAILABLE_FOR_SALE")
        for bad in (
            inventory_line("B1", "seven", status="AVAILABLE_FOR_SALE"),
            inventory_line("B1", None, status="AVAILABLE_FOR_SALE"),
            bare_item("B1", 7),
            inventory_line("B1", 7, reason="100"),
        ):
            report = self.report(good, bad)
            states = {line.article: line.state for line in report.line_ids}
            self.assertEqual(states["A1"], "differ")
            unknown = report.line_ids.filtered(lambda line: line.state == "unknown")
            self.assertEqual(len(unknown), 1)
            self.assertEqual(unknown.problem, "unreadable")
            self.assertTrue(unknown.note)
            self.assertTrue(report.activity_ids)
            row = self.env["bring.to.settle"].search([("line_id", "=", unknown.id)])
            self.assertEqual((row.cause, row.subject), ("unreadable", "B1"))

    def test_a_correction_that_cannot_be_read_is_named_and_nothing_is_booked(self):
        found = self.deliver(
            message(
                "inventory_report",
                inventory(
                    "ACTIVITY",
                    inventory_line("A1", -2, reason="100"),
                    inventory_line("B1", "two", reason="100"),
                ),
            )
        )
        document = found.document_ids
        self.assertEqual((document.state, document.cause), ("attention", "unreadable"))
        self.assertIn("article B1", document.error)
        self.assertIn("'two' is not a number", document.error)
        self.assertEqual(self.on_hand(self.a), 10)
        counted = self.deliver(
            message(
                "inventory_report",
                inventory("ACTIVITY", inventory_line("B1", 2, status="BLOCKED")),
            )
        ).document_ids
        self.assertEqual((counted.state, counted.cause), ("attention", "unreadable"))
        self.assertIn("BLOCKED", counted.error)

    def test_a_correction_without_a_line_changes_nothing(self):
        document = self.deliver(
            message(
                "inventory_report",
                inventory("ACTIVITY", bare_item("A1"), inventory_line("B1", -2, reason="100")),
            )
        ).document_ids
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual((self.on_hand(self.a), self.on_hand(self.b)), (10, 8))
        document = self.deliver(
            message("inventory_report", inventory("ACTIVITY", bare_item("A1")))
        ).document_ids
        self.assertEqual((document.state, document.remark), ("done", "It changes nothing."))

    def test_what_ships_nothing_needs_no_line(self):
        order = self.make_order((self.a, 2))
        advice = despatch_advice(order.name, [despatch_line(10, "A1", "two")], status="O2")
        document = self.deliver(message("despatch_advice", advice)).document_ids
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(order.picking_ids.bring_status, "allocated")
        self.assertIn("'two' is not a number", document.remark)

    def test_what_left_needs_each_line(self):
        order = self.make_order((self.a, 2), (self.b, 1))
        lines = [despatch_line(10, "A1", 2), despatch_line(20, "B1", "one")]
        advice = despatch_advice(order.name, lines)
        document = self.deliver(message("despatch_advice", advice)).document_ids
        self.assertEqual((document.state, document.cause), ("attention", "unreadable"))
        self.assertIn("Line 20", document.error)
        self.assertNotIn("Line 10", document.error)
        self.assertEqual(order.picking_ids.state, "assigned")

    def test_what_left_needs_no_weight_and_no_best_before_date(self):
        lot = self.make_product("L1", tracking="lot")
        self.put_stock(lot, 5, self.make_lot(lot, "X"))
        order = self.make_order((lot, 2))
        line = despatch_line(10, "L1", 2, items=[{"batch": "X", "best_before": "soon"}])
        document = self.deliver(
            message("despatch_advice", despatch_advice(order.name, [line]))
        ).document_ids
        self.assertEqual(document.state, "done", document.error)
        self.assertIn("Not read: Line 10", document.remark)
        self.assertEqual(self.on_hand(lot), 3)

    def test_what_arrived_needs_each_line(self):
        purchase = self.make_purchase((self.a, 2), (self.b, 1))
        found = self.deliver(
            message(
                "receiving_advice",
                receiving_advice(
                    purchase.name, receiving_line(10, "A1", 2), receiving_line(20, "B1", "?")
                ),
            )
        )
        document = found.document_ids
        self.assertEqual((document.state, document.cause), ("attention", "unreadable"))
        self.assertIn("Line 20", document.error)
        self.assertEqual(self.on_hand(self.a), 10)

    def test_a_condition_that_nobody_knows_is_named(self):
        purchase = self.make_purchase((self.a, 2))
        document = self.receive(purchase, receiving_line(10, "A1", 2, conditions=[("7", 2)]))
        self.assertEqual((document.state, document.cause), ("attention", "contradiction"))
        self.assertIn("7", document.error)

    def test_a_report_of_which_no_line_can_be_read_books_nothing(self):
        report = self.deliver(stock_report(("A1", "x"), ("B1", "y"))).document_ids
        self.assertEqual(report.state, "done", report.error)
        found = self.env["bring.inventory.report"].browse(report.res_id)
        self.assertEqual(found.unknown_count, 2)
        self.assertEqual((self.on_hand(self.a), self.on_hand(self.b)), (10, 10))

    def test_corrections_are_still_booked(self):
        document = self.deliver(adjustment(("A1", -2, "100"))).document_ids
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(self.on_hand(self.a), 8)
