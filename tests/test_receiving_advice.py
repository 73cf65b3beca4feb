from datetime import datetime

from .common import BringCase, despatch_line, receiving_line


class TestReceivingAdvice(BringCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.make_product("A1")
        cls.b = cls.make_product("B1")

    def test_all_that_was_ordered_arrives(self):
        order = self.make_purchase((self.a, 10), (self.b, 5))
        document = self.receive(
            order, receiving_line(10, "A1", 10, 10), receiving_line(20, "B1", 5, 5)
        )
        self.assertEqual(document.state, "done", document.error)
        picking = order.picking_ids
        self.assertEqual(picking.state, "done")
        self.assertEqual((self.on_hand(self.a), self.on_hand(self.b)), (10, 5))
        at = datetime(2026, 3, 2, 8)
        self.assertEqual(picking.date_done, at)
        self.assertEqual(set(picking.move_line_ids.mapped("date")), {at})
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.a.id), ("location_id", "=", self.stock.id)]
        )
        self.assertEqual(quants.in_date, at)
        self.assertEqual(order.order_line.mapped("qty_received"), [10, 5])
        self.assertFalse(document.remark)
        self.assertIn("Bring: received", picking.message_ids[:1].body)
        self.assertEqual(picking.bring_document_ids, document)

    def test_short_then_the_rest_in_a_second_advice(self):
        order = self.make_purchase((self.a, 10))
        first = self.receive(order, receiving_line(10, "A1", 4, 4))
        self.assertEqual(first.state, "done", first.error)
        self.assertIn("Not everything arrived", first.remark)
        backorder = order.picking_ids.filtered(lambda p: p.state != "done")
        self.assertEqual(backorder.move_ids.product_uom_qty, 6)
        second = self.receive(order, receiving_line(10, "A1", 6, 6), at="2026-03-03T09:00:00")
        self.assertEqual(second.state, "done", second.error)
        self.assertEqual(backorder.state, "done")
        self.assertEqual(self.on_hand(self.a), 10)
        third = self.receive(order, receiving_line(10, "A1", 1, 1), at="2026-03-04T09:00:00")
        self.assertEqual(third.state, "attention")
        self.assertIn("arrived already", third.error)

    def test_too_much_and_unexpected_articles_are_done_and_pointed_out(self):
        order = self.make_purchase((self.a, 10))
        document = self.receive(
            order, receiving_line(10, "A1", 12, 12), receiving_line(20, "B1", 3, 3)
        )
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual((self.on_hand(self.a), self.on_hand(self.b)), (12, 3))
        self.assertIn("12 Units, and 10 were ordered", document.remark)
        self.assertIn("nobody ordered", document.remark)

    def test_item_data_inside_a_line_is_not_counted_twice(self):
        order = self.make_purchase((self.a, 600))
        document = self.receive(
            order,
            receiving_line(
                10, "A1", 600, 600, items=[{"quantity": 200}] * 3, conditions=[(None, 600)]
            ),
        )
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(self.on_hand(self.a), 600)

    def test_conditions_go_to_their_locations(self):
        order = self.make_purchase((self.a, 10))
        document = self.receive(
            order,
            receiving_line(10, "A1", 10, 7, conditions=[(None, 7), ("1", 2), ("2", 1)]),
        )
        self.assertEqual(document.state, "done", document.error)
        places = (self.stock, self.blocked, self.quarantine)
        self.assertEqual([self.on_hand(self.a, place) for place in places], [7, 2, 1])
        self.assertIn("10 arrived, 7 were accepted", document.remark)

    def test_what_was_not_accepted_does_not_enter_the_stock(self):
        order = self.make_purchase((self.a, 10))
        document = self.receive(order, receiving_line(10, "A1", 10, 8))
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(self.on_hand(self.a), 8)
        self.assertIn("10 arrived, 8 were accepted", document.remark)

    def test_a_held_back_receipt_needs_a_place(self):
        self.account.warehouse_ids.blocked_location_id = False
        order = self.make_purchase((self.a, 10))
        document = self.receive(order, receiving_line(10, "A1", 10, 10, conditions=[("1", 10)]))
        self.assertEqual(document.state, "attention")
        self.assertEqual(order.picking_ids.state, "assigned")
        self.account.warehouse_ids.blocked_location_id = self.blocked
        document.action_retry()
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(self.on_hand(self.a, self.blocked), 10)

    def test_conditions_that_add_up_to_more_than_arrived_are_an_attention(self):
        order = self.make_purchase((self.a, 10))
        document = self.receive(
            order, receiving_line(10, "A1", 10, 10, conditions=[(None, 8), ("1", 3)])
        )
        self.assertEqual(document.state, "attention")
        self.assertIn("add up", document.error)

    def test_a_batch_in_two_receipts_is_one_lot_with_its_date(self):
        product = self.make_product("L1", tracking="lot")
        order = self.make_purchase((product, 10))
        dated = {"batch": "110621", "best_before": "20270101"}
        self.receive(order, receiving_line(10, "L1", 4, 4, items=[{**dated, "quantity": 4}]))
        second = self.receive(
            order,
            receiving_line(10, "L1", 6, 6, items=[{**dated, "quantity": 6}]),
            at="2026-03-03T09:00:00",
        )
        self.assertEqual(second.state, "done", second.error)
        lot = self.env["stock.lot"].search([("product_id", "=", product.id)])
        self.assertEqual(lot.name, "110621")
        self.assertEqual(self.on_hand(product, lot=lot), 10)
        if "expiration_date" in lot._fields:
            self.assertEqual(lot.expiration_date.date().isoformat(), "2027-01-01")
        else:
            self.assertIn("2027-01-01", lot.note)

    def test_the_messages_best_before_date_wins_over_the_products_default(self):
        if "expiration_date" not in self.env["stock.lot"]._fields:
            self.skipTest("product_expiry is not installed")
        product = self.make_product(
            "E1", tracking="lot", use_expiration_date=True, expiration_time=10
        )
        order = self.make_purchase((product, 10))
        item = {"batch": "B1", "best_before": "2027-01-01"}
        first = self.receive(order, receiving_line(10, "E1", 4, 4, items=[item]))
        self.assertEqual(first.state, "done", first.error)
        lot = self.env["stock.lot"].search([("product_id", "=", product.id)])
        self.assertEqual(lot.expiration_date.date().isoformat(), "2027-01-01")
        clash = self.receive(
            order,
            receiving_line(10, "E1", 6, 6, items=[{**item, "best_before": "2028-02-02"}]),
            at="2026-03-03T09:00:00",
        )
        self.assertEqual(clash.state, "done", clash.error)
        self.assertEqual(lot.expiration_date.date().isoformat(), "2027-01-01")
        self.assertIn("2028-02-02", clash.remark)

    def test_serial_numbers_and_several_batches(self):
        serial = self.make_product("S1", tracking="serial")
        batch = self.make_product("L2", tracking="lot")
        order = self.make_purchase((serial, 2), (batch, 10))
        document = self.receive(
            order,
            receiving_line(10, "S1", 2, 2, items=[{"serials": ["X1", "X2"]}]),
            receiving_line(
                20,
                "L2",
                10,
                10,
                items=[{"batch": "M1", "quantity": 3}, {"batch": "M2", "quantity": 7}],
            ),
        )
        self.assertEqual(document.state, "done", document.error)
        lots = {lot.name: lot for lot in order.picking_ids.move_line_ids.lot_id}
        self.assertEqual(sorted(lots), ["M1", "M2", "X1", "X2"])
        self.assertEqual(self.on_hand(batch, lot=lots["M2"]), 7)
        self.assertEqual(self.on_hand(serial, lot=lots["X1"]), 1)

    def test_the_same_serial_number_in_two_companies_is_two_lots(self):
        product = self.make_product("S2", tracking="serial")
        other = self.env["res.company"].create({"name": "Other AS"})
        theirs = self.env["stock.lot"].create(
            {"product_id": product.id, "name": "SN", "company_id": other.id}
        )
        order = self.make_purchase((product, 1))
        document = self.receive(order, receiving_line(10, "S2", 1, 1, items=[{"serials": ["SN"]}]))
        self.assertEqual(document.state, "done", document.error)
        ours = order.picking_ids.move_line_ids.lot_id
        self.assertNotEqual(ours, theirs)
        self.assertEqual(ours.company_id, self.company)

    def test_a_tracked_article_without_lot_is_an_attention(self):
        product = self.make_product("L3", tracking="lot")
        order = self.make_purchase((product, 1))
        document = self.receive(order, receiving_line(10, "L3", 1, 1))
        self.assertEqual(document.state, "attention")
        self.assertIn("tracked", document.error)

    def test_units(self):
        kilogram = self.env.ref("uom.product_uom_kgm")
        dozen = self.env.ref("uom.product_uom_dozen")
        bulk = self.make_product("K1", uom_id=kilogram.id)
        order = self.make_purchase((bulk, 12.5), (self.a, 2, dozen))
        document = self.receive(
            order,
            receiving_line(10, "K1", "12.5", "12.5", unit="KGM"),
            receiving_line(20, "A1", 24, 24, unit=""),
        )
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual((self.on_hand(bulk), self.on_hand(self.a)), (12.5, 24))
        self.assertEqual(order.order_line.mapped("qty_received"), [12.5, 2])

    def test_receipts_in_two_and_three_steps(self):
        for steps in ("two_steps", "three_steps"):
            with self.subTest(steps):
                self.warehouse.reception_steps = steps
                product = self.make_product(steps)
                order = self.make_purchase((product, 10))
                document = self.receive(
                    order,
                    receiving_line(10, steps, 6, 6, conditions=[(None, 4), ("1", 2)]),
                )
                self.assertEqual(document.state, "done", document.error)
                self.assertEqual(self.on_hand(product), 4)
                self.assertEqual(self.on_hand(product, self.blocked), 2)
                second = self.receive(
                    order, receiving_line(10, steps, 4, 4), at="2026-03-03T09:00:00"
                )
                self.assertEqual(second.state, "done", second.error)
                self.assertEqual(self.on_hand(product), 8)
                self.assertEqual(order.order_line.qty_received, 10)

    def test_a_customers_return_lowers_what_was_delivered(self):
        self.put_stock(self.a, 10)
        order = self.make_order((self.a, 5))
        self.despatch(order, despatch_line(10, "A1", 5))
        delivery = order.picking_ids
        back = self.make_return(delivery, 3)
        document = self.receive(order, receiving_line(10, "A1", 2, 2), at="2026-03-05T09:00:00")
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(back.state, "done")
        self.assertEqual(order.order_line.qty_delivered, 3)
        self.assertEqual(self.on_hand(self.a), 7)
        self.assertEqual(order.bring_status, "despatched")
        rest = order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        self.assertEqual(rest.move_ids.product_uom_qty, 1)

    def test_a_return_that_odoo_does_not_know_is_an_attention(self):
        self.put_stock(self.a, 10)
        order = self.make_order((self.a, 5))
        self.despatch(order, despatch_line(10, "A1", 5))
        document = self.receive(order, receiving_line(10, "A1", 2, 2))
        self.assertEqual(document.state, "attention")
        self.assertIn("return", document.error)
