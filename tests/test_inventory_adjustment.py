from datetime import datetime

from .common import BringCase, adjustment


class TestInventoryAdjustment(BringCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.make_product("A1")
        cls.b = cls.make_product("B1")
        cls.put_stock(cls.a, 10)
        cls.put_stock(cls.b, 10)

    def adjust(self, *changes, **options):
        return self.deliver(adjustment(*changes, **options)).document_ids

    def test_corrections_are_booked_with_their_reason_when_they_happened(self):
        document = self.adjust(("A1", -2, "100"), ("B1", 3, "60"))
        self.assertEqual(document.kind, "inventory_adjustment")
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual((self.on_hand(self.a), self.on_hand(self.b)), (8, 13))
        moves = self.env["stock.move"].search([("bring_document_id", "=", document.id)])
        self.assertEqual(
            {move.product_id: move.inventory_name for move in moves},
            {self.a: "Bring: Goods damaged (100)", self.b: "Bring: reason 60"},
        )
        self.assertEqual(set(moves.mapped("date")), {datetime(2026, 3, 2, 10)})
        self.assertEqual(set(moves.move_line_ids.mapped("date")), {datetime(2026, 3, 2, 10)})
        self.assertTrue(all(moves.mapped("is_inventory")))

    def test_reservations_give_way_and_the_deliveries_are_listed(self):
        order = self.make_order((self.a, 6))
        document = self.adjust(("A1", -5, "110"))
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(self.on_hand(self.a), 5)
        self.assertEqual(order.picking_ids.move_ids.quantity, 5)
        self.assertIn(order.picking_ids.name, document.remark)

    def test_free_goods_go_first(self):
        order = self.make_order((self.a, 6))
        document = self.adjust(("A1", -4, "110"))
        self.assertEqual(order.picking_ids.move_ids.quantity, 6)
        self.assertFalse(document.remark)

    def test_the_same_content_in_a_new_envelope_is_not_booked_twice(self):
        self.adjust(("A1", -2, "100"))
        again = self.adjust(("A1", -2, "100"), header_date="2026-03-02T13:00:00")
        self.assertEqual(again.state, "ignored")
        self.assertEqual(self.on_hand(self.a), 8)

    def test_a_line_s_end_behind_a_batch_makes_no_ghost_lot(self):
        product = self.make_product("L1", tracking="lot")
        lot = self.make_lot(product, "M1")
        self.put_stock(product, 9, lot=lot)
        for minute, ends in enumerate(("\r", "\r\n", "\ufeff", "\u200b", "\xa0\r")):
            at = f"2026-03-02T11:0{minute}:00"
            document = self.adjust(("L1", -1, "100", f"M1{ends}"), at=at)
            self.assertEqual(document.state, "done", document.error)
        self.assertEqual(self.env["stock.lot"].search([("product_id", "=", product.id)]), lot)
        self.assertEqual(self.on_hand(product, lot=lot), 4)

    def test_a_tracked_article_without_lot_is_an_attention(self):
        product = self.make_product("L1", tracking="lot")
        document = self.adjust(("A1", -1, "100"), ("L1", -1, "100"))
        self.assertEqual(document.state, "attention")
        self.assertEqual(self.on_hand(self.a), 10, "all of it or nothing")
        lot = self.make_lot(product, "M1")
        self.put_stock(product, 5, lot=lot)
        found = self.adjust(("L1", -1, "100", "M1"), ("L1", 2, "210", "M9"))
        self.assertEqual(found.state, "done", found.error)
        self.assertEqual(self.on_hand(product, lot=lot), 4)
        self.assertEqual(self.on_hand(product), 6)

    def test_it_is_taken_from_where_it_lies(self):
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.stock.id})
        product = self.make_product("C1")
        self.put_stock(product, 4, location=shelf)
        self.adjust(("C1", -3, "100"))
        self.assertEqual(self.on_hand(product, shelf), 1)
        quants = self.env["stock.quant"].search([("product_id", "=", product.id)])
        self.assertFalse(quants.filtered(lambda q: q.location_id == self.stock))

    def test_an_unknown_article_or_warehouse_is_an_attention(self):
        self.assertIn("NEW", self.adjust(("NEW", 1, "210")).error)

    def test_dates_are_kept_for_first_in_first_out(self):
        product = self.make_product("F1")
        self.adjust(("F1", 3, "210"))
        quant = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "=", self.stock.id)]
        )
        self.assertEqual(quant.in_date, datetime(2026, 3, 2, 10))
