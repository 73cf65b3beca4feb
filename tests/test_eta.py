from datetime import date, datetime

from odoo.tests import new_test_user

from .common import BringCase, despatch_advice, despatch_line, leaf, message


class TestEta(BringCase):
    """When does it arrive? What Bring estimates stands on the transfer and on the order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.make_product("A1")
        cls.put_stock(cls.a, 100)
        cls.reader = new_test_user(
            cls.env,
            login="eta-reader",
            groups="sales_team.group_sale_salesman_all_leads,stock.group_stock_user",
            tz="Europe/Oslo",
        )

    def tell(self, order, estimate, status="O1", created="2026-03-02T10:20:00", quantity=None):
        lines = [despatch_line(article="A1", quantity=quantity)] if quantity else []
        advice = despatch_advice(
            order.name, *([lines] if lines else []), status=status, created=created
        )
        if estimate:
            advice.find("despatchInformation").append(leaf("estimatedDeliveryDateTime", estimate))
        return self.deliver(message("despatch_advice", advice)).document_ids

    def words(self, record):
        return record.with_user(self.reader).with_context(tz="Europe/Oslo").bring_eta

    def test_a_zero_clock_says_the_day_for_every_reader(self):
        order = self.make_order((self.a, 2))
        document = self.tell(order, "2026-03-04T00:00:00")
        self.assertEqual(document.state, "done", document.error)
        picking = order.picking_ids
        self.assertEqual((picking.bring_eta_date, picking.bring_eta_at), (date(2026, 3, 4), False))
        self.assertEqual(order.bring_eta_date, date(2026, 3, 4))
        for zone in ("Europe/Oslo", "Asia/Tokyo", "America/Los_Angeles"):
            words = order.with_user(self.reader).with_context(tz=zone).bring_eta
            self.assertEqual(words, "Mar 4, 2026")
        self.assertIn("Estimated delivery: Mar 4, 2026", document.remark)

    def test_a_time_is_told_on_the_reader_s_clock_and_counts_on_the_warehouse_s_day(self):
        order = self.make_order((self.a, 2))
        self.tell(order, "2026-03-03T23:30:00Z")
        picking = order.picking_ids
        self.assertEqual(picking.bring_eta_date, date(2026, 3, 4))
        self.assertEqual(picking.bring_eta_at, datetime(2026, 3, 3, 23, 30))
        self.assertIn("12:30", self.words(order))

    def test_what_it_was_is_kept_when_it_moves(self):
        order = self.make_order((self.a, 2))
        self.tell(order, "2026-03-04")
        document = self.tell(order, "2026-03-06", "O2", created="2026-03-03T08:00:00")
        self.assertEqual(self.words(order), "Mar 6, 2026 (was Mar 4, 2026)")
        self.assertIn("Mar 6, 2026 (was Mar 4, 2026)", document.remark)
        self.assertIn("was Mar 4, 2026", order.bring_timeline)
        again = self.tell(order, "2026-03-06", "O3", created="2026-03-03T09:00:00")
        self.assertFalse(again.remark)
        self.tell(order, "2026-03-06T10:00:00", "O4", "2026-03-04T09:00:00", quantity=2)
        self.assertRegex(self.words(order), r"Mar 6, 2026 .*10:00.* \(was Mar 4, 2026\)")

    def test_a_day_and_a_time_on_it_agree(self):
        order = self.make_order((self.a, 2))
        self.tell(order, "2026-03-04T10:00:00")
        document = self.tell(order, "2026-03-04", "O2", created="2026-03-03T08:00:00")
        self.assertIn("10:00", self.words(order))
        self.assertFalse(document.remark)
        self.tell(order, "2026-03-04T16:00:00", "O3", created="2026-03-03T09:00:00")
        self.assertRegex(self.words(order), r"4:00.*\(was .*10:00")

    def test_what_was_told_earlier_and_comes_late_changes_nothing(self):
        order = self.make_order((self.a, 2))
        self.tell(order, "2026-03-06", "O2", created="2026-03-03T08:00:00")
        self.tell(order, "2026-03-04", "O1", created="2026-03-02T08:00:00")
        self.assertEqual(self.words(order), "Mar 6, 2026")

    def test_a_part_that_leaves_has_its_own(self):
        order = self.make_order((self.a, 5))
        self.tell(order, "2026-03-04")
        self.tell(order, "2026-03-05", "O4", "2026-03-03T09:00:00", quantity=2)
        left = order.picking_ids.filtered(lambda picking: picking.state == "done")
        self.assertEqual(self.words(left), "Mar 5, 2026 (was Mar 4, 2026)")
        self.assertFalse((order.picking_ids - left).bring_eta)
        self.assertEqual(self.words(order), "Mar 5, 2026 (was Mar 4, 2026), a part of it")
        self.assertIn("Estimated delivery", order.bring_delivery)
        self.tell(order, "2026-03-09", "O4", "2026-03-06T09:00:00", quantity=3)
        self.assertEqual(self.words(left), "Mar 5, 2026 (was Mar 4, 2026)")
        self.assertEqual(order.bring_eta_date, date(2026, 3, 9))
        self.assertEqual(self.words(order), "Mar 9, 2026")

    def test_it_comes_along_from_the_steps_inside_the_warehouse(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.make_order((self.a, 2))
        self.tell(order, "2026-03-04")
        self.assertEqual(order.bring_eta_date, date(2026, 3, 4))
        self.tell(order, None, "O4", "2026-03-03T09:00:00", quantity=2)
        out = order.picking_ids.filtered(lambda p: p.picking_type_code == "outgoing")
        self.assertEqual((out.state, out.bring_eta_date), ("done", date(2026, 3, 4)))

    def test_one_that_cannot_be_read_is_pointed_out_and_stops_nothing(self):
        order = self.make_order((self.a, 2))
        document = self.tell(order, "soon", "O4", quantity=2)
        self.assertEqual(document.state, "done", document.error)
        self.assertFalse(order.bring_eta)
        said = f"{document.remark} {document.unread if 'unread' in document._fields else ''}"
        self.assertIn("soon", said)

    def test_a_cancelled_transfer_arrives_nowhere(self):
        order = self.make_order((self.a, 2))
        self.tell(order, "2026-03-04")
        self.tell(order, None, "99", created="2026-03-03T08:00:00")
        self.assertFalse(order.bring_eta_date)
        self.assertFalse(order.bring_eta)

    def test_orders_are_found_and_sorted_by_it(self):
        late, soon = self.make_order((self.a, 1)), self.make_order((self.a, 1))
        self.tell(late, "2026-03-09")
        self.tell(soon, "2026-03-04")
        found = self.env["sale.order"].search(
            [("id", "in", (late | soon).ids), ("bring_eta_date", "!=", False)],
            order="bring_eta_date",
        )
        self.assertEqual(found, soon + late)
