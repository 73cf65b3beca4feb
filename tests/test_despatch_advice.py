from datetime import datetime

from .common import BringCase, despatch_advice, despatch_line, message

SSCC = "373400000000000017"
SSCC_2 = "373400000000000024"


class TestDespatchAdvice(BringCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.make_product("A1", barcode="7044610878003")
        cls.b = cls.make_product("B1")
        cls.put_stock(cls.a, 100)
        cls.put_stock(cls.b, 100)

    def assertShipped(self, picking, product, quantity):
        moves = picking.move_ids.filtered(lambda m: m.product_id == product and m.state == "done")
        self.assertEqual(sum(moves.mapped("quantity")), quantity, product.display_name)

    def test_all_that_was_ordered_leaves(self):
        order = self.make_order((self.a, 5), (self.b, 2))
        picking = order.picking_ids
        document = self.despatch(
            order,
            despatch_line(10, "A1", 5),
            despatch_line(20, "B1", 2),
            tracking="70707730124779733",
        )
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(picking.state, "done")
        self.assertShipped(picking, self.a, 5)
        self.assertShipped(picking, self.b, 2)
        self.assertFalse(picking.backorder_ids)
        self.assertEqual(picking.carrier_tracking_ref, "70707730124779733")
        self.assertIn("70707730124779733", picking.bring_tracking[0]["url"])
        self.assertEqual((order.bring_status, picking.bring_status), ("despatched", "despatched"))
        self.assertEqual(order.delivery_status, "full")
        self.assertEqual(self.on_hand(self.a), 95)
        self.assertFalse(document.remark)

    def test_it_happened_when_bring_says(self):
        order = self.make_order((self.a, 5))
        picking = order.picking_ids
        self.despatch(order, despatch_line(10, "A1", 5), at="2026-03-02T10:00:00")
        at = datetime(2026, 3, 2, 9)
        self.assertEqual(picking.date_done, at)
        self.assertEqual(picking.move_ids.date, at)
        self.assertEqual(picking.move_line_ids.date, at)
        self.assertEqual(order.effective_date, at)
        self.assertEqual(order.bring_status_date, at)

    def test_a_time_in_the_future_is_now(self):
        order = self.make_order((self.a, 5))
        self.despatch(order, despatch_line(10, "A1", 5), at="2099-01-01T10:00:00")
        self.assertLessEqual(order.picking_ids.date_done, datetime.now())

    def test_a_part_leaves_and_the_rest_is_a_backorder(self):
        order = self.make_order((self.a, 5), (self.b, 2))
        picking = order.picking_ids
        first = self.despatch(order, despatch_line(10, "A1", 3))
        self.assertEqual(first.state, "done", first.error)
        backorder = picking.backorder_ids
        self.assertEqual(picking.state, "done")
        self.assertShipped(picking, self.a, 3)
        self.assertShipped(picking, self.b, 0)
        self.assertEqual(
            {move.product_id: move.product_uom_qty for move in backorder.move_ids},
            {self.a: 2, self.b: 2},
        )
        self.assertEqual(order.bring_status, "partially_despatched")
        self.assertIn(backorder.name, first.remark)
        second = self.despatch(
            order,
            despatch_line(10, "A1", 2),
            despatch_line(20, "B1", 2),
            at="2026-03-03T10:00:00",
        )
        self.assertEqual(second.state, "done", second.error)
        self.assertEqual(backorder.state, "done")
        self.assertFalse(backorder.backorder_ids)
        self.assertEqual(order.bring_status, "despatched")
        self.assertEqual((self.on_hand(self.a), self.on_hand(self.b)), (95, 98))

    def test_more_than_ordered_left(self):
        order = self.make_order((self.a, 5))
        document = self.despatch(order, despatch_line(10, "A1", 7))
        self.assertEqual(document.state, "done", document.error)
        self.assertShipped(order.picking_ids, self.a, 7)
        self.assertEqual(order.order_line.qty_delivered, 7)
        self.assertIn("7 Units, and 5 were ordered", document.remark)
        self.assertIn("5 were ordered", order.picking_ids.message_ids[:1].body)

    def test_an_article_left_that_nobody_ordered(self):
        order = self.make_order((self.a, 5))
        document = self.despatch(order, despatch_line(10, "A1", 5), despatch_line(20, "B1", 1))
        self.assertEqual(document.state, "done", document.error)
        self.assertShipped(order.picking_ids, self.b, 1)
        self.assertIn("nobody ordered", document.remark)
        extra = order.order_line.filtered(lambda line: line.product_id == self.b)
        self.assertEqual((extra.product_uom_qty, extra.qty_delivered), (0, 1))
        self.assertEqual(self.on_hand(self.b), 99)

    def test_it_left_though_the_stock_is_short_on_paper(self):
        product = self.make_product("C1")
        self.put_stock(product, 2)
        order = self.make_order((product, 5))
        document = self.despatch(order, despatch_line(10, "C1", 5))
        self.assertEqual(document.state, "done", document.error)
        self.assertShipped(order.picking_ids, product, 5)
        self.assertEqual(self.on_hand(product), -3)
        self.assertIn("3 Units short", document.remark)

    def test_what_lies_on_a_shelf_leaves_from_the_shelf(self):
        product = self.make_product("D1")
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.stock.id})
        self.put_stock(product, 10, location=shelf)
        greedy = self.make_order((product, 8))
        order = self.make_order((product, 5))
        self.assertEqual(order.picking_ids.move_ids.quantity, 2)
        document = self.despatch(order, despatch_line(10, "D1", 5))
        self.assertEqual(document.state, "done", document.error)
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id.usage", "=", "internal")]
        )
        self.assertEqual(quants.location_id, shelf)
        self.assertEqual(sum(quants.mapped("quantity")), 5)
        self.assertEqual(sum(quants.mapped("reserved_quantity")), 5)
        self.assertEqual(greedy.picking_ids.move_ids.quantity, 5)
        self.assertFalse(document.remark)

    def test_lines_of_one_article_keep_their_numbers(self):
        order = self.make_order((self.a, 3), (self.a, 4))
        document = self.despatch(order, despatch_line(20, "A1", 4), despatch_line(10, "A1", 1))
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(order.order_line.mapped("qty_delivered"), [1, 4])

    def test_the_number_of_a_line_is_a_number_however_it_is_spelled(self):
        for first, second in (("000020", "000010"), ("20.0", "10.0"), (" 20 ", "+10")):
            order = self.make_order((self.a, 3), (self.a, 4))
            document = self.despatch(
                order, despatch_line(first, "A1", 4), despatch_line(second, "A1", 1)
            )
            self.assertEqual(document.state, "done", document.error)
            self.assertEqual(order.order_line.mapped("qty_delivered"), [1, 4], first)

    def test_units_and_packages(self):
        order = self.make_order((self.a, 5), (self.b, 2))
        document = self.deliver(
            message(
                "despatch_advice",
                despatch_advice(
                    order.name,
                    (SSCC, [despatch_line(10, "A1", 2)]),
                    (SSCC_2, [despatch_line(10, "A1", 3), despatch_line(20, "B1", 2)]),
                ),
            )
        ).document_ids
        self.assertEqual(document.state, "done", document.error)
        lines = order.picking_ids.move_line_ids
        self.assertEqual(
            sorted(
                (line.result_package_id.name, line.product_id.default_code, line.quantity)
                for line in lines
            ),
            [(SSCC, "A1", 2), (SSCC_2, "A1", 3), (SSCC_2, "B1", 2)],
        )
        self.assertEqual(self.on_hand(self.a), 95)

    def test_lots_that_bring_names(self):
        product = self.make_product("L1", tracking="lot")
        old, new = self.make_lot(product, "M1"), self.make_lot(product, "M2")
        self.put_stock(product, 10, lot=old)
        self.put_stock(product, 10, lot=new)
        order = self.make_order((product, 6))
        document = self.despatch(
            order,
            despatch_line(
                10,
                "L1",
                6,
                items=[{"batch": "M2", "quantity": 4}, {"batch": "M3", "quantity": 2}],
            ),
        )
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(
            {line.lot_id.name: line.quantity for line in order.picking_ids.move_line_ids},
            {"M2": 4, "M3": 2},
        )
        self.assertEqual(self.on_hand(product, lot=old), 10)
        self.assertEqual(self.on_hand(product, lot=new), 6)
        self.assertIn("2 Units short", document.remark)

    def test_a_tracked_article_without_lot_takes_what_odoo_reserved_else_asks(self):
        product = self.make_product("L2", tracking="lot")
        lot = self.make_lot(product, "K1")
        self.put_stock(product, 3, lot=lot)
        order = self.make_order((product, 3))
        document = self.despatch(order, despatch_line(10, "L2", 3))
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(order.picking_ids.move_line_ids.lot_id, lot)
        order = self.make_order((product, 3))
        document = self.despatch(order, despatch_line(10, "L2", 3))
        self.assertEqual(document.state, "attention")
        self.assertIn("tracked", document.error)
        self.assertEqual(order.picking_ids.state, "confirmed")

    def test_serial_numbers(self):
        product = self.make_product("S1", tracking="serial")
        for name in ("SN1", "SN2", "SN3"):
            self.put_stock(product, 1, lot=self.make_lot(product, name))
        order = self.make_order((product, 2))
        document = self.despatch(
            order, despatch_line(10, "S1", 2, items=[{"serials": ["SN2", "SN3"]}])
        )
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(
            sorted(order.picking_ids.move_line_ids.lot_id.mapped("name")), ["SN2", "SN3"]
        )
        again = self.make_order((product, 1))
        gone = self.despatch(again, despatch_line(10, "S1", 1, items=[{"serials": ["SN2"]}]))
        self.assertEqual(gone.state, "attention")
        self.assertIn("SN2", gone.error)
        twice = self.despatch(
            again, despatch_line(10, "S1", 2, items=[{"serials": ["SN1", "SN1"]}])
        )
        self.assertEqual(twice.state, "attention")
        imei = self.despatch(again, despatch_line(10, "S1", 1, items=[{"imei": "SN1"}]))
        self.assertEqual(imei.state, "done", imei.error)
        self.assertEqual(again.picking_ids.move_line_ids.lot_id.name, "SN1")

    def test_a_dozen_was_ordered_and_pieces_left(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.make_order((self.a, 2, dozen))
        first = self.despatch(order, despatch_line(10, "A1", 18, unit="STK"))
        self.assertEqual(first.state, "done", first.error)
        self.assertEqual(order.order_line.qty_delivered, 1.5)
        self.assertEqual(self.on_hand(self.a), 82)
        second = self.despatch(order, despatch_line(10, "A1", 6, unit=""), at="2026-03-03T10:00:00")
        self.assertEqual(second.state, "done", second.error)
        self.assertEqual(order.order_line.qty_delivered, 2)
        self.assertEqual(order.bring_status, "despatched")

    def test_kilograms_are_not_pieces(self):
        order = self.make_order((self.a, 2))
        document = self.despatch(order, despatch_line(10, "A1", 2, unit="KGM"))
        self.assertEqual(document.state, "attention")
        self.assertIn("KGM", document.error)
        self.assertEqual(order.picking_ids.state, "assigned")

    def test_articles_are_found_by_gtin_and_by_the_suppliers_number(self):
        vendor = self.make_product("V1")
        self.env["product.supplierinfo"].create(
            {
                "partner_id": self.supplier.id,
                "product_tmpl_id": vendor.product_tmpl_id.id,
                "product_code": "SUP-5",
            }
        )
        self.put_stock(vendor, 5)
        order = self.make_order((self.a, 1), (vendor, 1))
        document = self.despatch(
            order,
            despatch_line(10, None, 1, gtin="07044610878003"),
            despatch_line(20, None, 1, gtin="00000000000000", supplier="SUP-5"),
        )
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(order.delivery_status, "full")

    def test_two_and_three_steps(self):
        for steps, number in (("pick_ship", 2), ("pick_pack_ship", 3)):
            with self.subTest(steps):
                self.warehouse.delivery_steps = steps
                product = self.make_product(f"P{number}")
                self.put_stock(product, 10)
                order = self.make_order((product, 6))
                first = self.despatch(order, despatch_line(10, product.default_code, 4))
                self.assertEqual(first.state, "done", first.error)
                done = order.picking_ids.filtered(lambda p: p.state == "done")
                self.assertEqual(len(done), number)
                self.assertEqual(set(done.mapped("bring_status")), {"despatched"})
                self.assertEqual(set(done.mapped("date_done")), {datetime(2026, 3, 2, 9)})
                self.assertEqual(order.order_line.qty_delivered, 4)
                self.assertEqual(order.bring_status, "partially_despatched")
                second = self.despatch(
                    order,
                    despatch_line(10, product.default_code, 3),
                    despatch_line(20, "B1", 1),
                    at="2026-03-03T10:00:00",
                    tracking="370000000000000001",
                )
                self.assertEqual(second.state, "done", second.error)
                self.assertEqual(order.order_line[:1].qty_delivered, 7)
                self.assertEqual(order.bring_status, "despatched")
                self.assertEqual(self.on_hand(product, self.warehouse.view_location_id), 3)
                out = order.picking_ids.filtered(lambda p: p.picking_type_code == "outgoing")
                self.assertIn("370000000000000001", out.mapped("carrier_tracking_ref"))

    def test_what_a_person_had_begun_to_pick_gives_way(self):
        order = self.make_order((self.a, 5), (self.b, 2))
        order.picking_ids.move_ids.picked = True
        document = self.despatch(order, despatch_line(10, "A1", 5))
        self.assertEqual(document.state, "done", document.error)
        self.assertShipped(order.picking_ids[:1] | order.picking_ids.backorder_ids, self.b, 0)
        self.assertEqual(order.bring_status, "partially_despatched")

    def test_a_locked_period_is_an_attention(self):
        self.company.fiscalyear_lock_date = "2026-03-31"
        order = self.make_order((self.a, 5))
        document = self.despatch(order, despatch_line(10, "A1", 5))
        if document.state == "done":
            self.skipTest("this company does not value its stock in the books")
        self.assertEqual(document.state, "attention")
        self.assertEqual(order.picking_ids.state, "assigned")

    def test_the_products_own_tracking_number_is_filler(self):
        order = self.make_order((self.a, 5))
        self.despatch(order, despatch_line(10, "A1", 5), tracking="7080000950171")
        self.assertFalse(order.picking_ids.carrier_tracking_ref)
