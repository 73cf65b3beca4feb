from datetime import datetime

from .common import BringCase, despatch_advice, despatch_line, message, order_response


class TestOrderStatus(BringCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.make_product("A1")
        cls.put_stock(cls.product, 100)
        cls.order = cls.make_order((cls.product, 5))
        cls.picking = cls.order.picking_ids

    def tell(self, status, at, kind="despatch_advice"):
        if kind == "order_response":
            document = order_response(self.order.name, status, at)
        else:
            document = despatch_advice(self.order.name, status=status, created=at, at=None)
        return self.deliver(message(kind, document)).document_ids

    def test_an_order_response_registers_the_order(self):
        document = self.tell("O1", "2026-03-02T08:00:00", "order_response")
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(self.picking.bring_status, "registered")
        self.assertEqual(self.order.bring_status, "registered")
        # 08:00 in Oslo, in winter
        self.assertEqual(self.order.bring_status_date, datetime(2026, 3, 2, 7))
        self.assertEqual((document.res_model, document.res_id), ("stock.picking", self.picking.id))
        self.assertEqual(self.picking.bring_document_ids, document)

    def test_the_third_status_means_started_in_a_response_and_picked_in_an_advice(self):
        self.tell("03", "2026-03-02T08:00:00", "order_response")
        self.assertEqual(self.order.bring_status, "started")
        self.tell("O3", "2026-03-02T09:00:00")
        self.assertEqual(self.order.bring_status, "picked")
        self.assertEqual(self.picking.state, "assigned", "a status ships nothing")

    def test_a_status_never_goes_back(self):
        self.tell("O3", "2026-03-02T09:00:00")
        late = self.tell("O2", "2026-03-02T08:30:00")
        self.assertEqual(late.state, "done")
        self.assertIn("further already", late.remark)
        self.assertEqual(self.order.bring_status, "picked")
        later = self.tell("O1", "2026-03-02T11:00:00")
        self.assertEqual(later.state, "done")
        self.assertEqual(self.order.bring_status, "picked")

    def test_a_late_status_after_the_despatch_changes_nothing(self):
        self.despatch(self.order, despatch_line(10, "A1", 5))
        late = self.tell("O3", "2026-03-02T09:00:00")
        self.assertEqual(late.state, "done")
        self.assertEqual(self.order.bring_status, "despatched")

    def test_a_late_status_of_the_first_part_does_not_touch_the_backorder(self):
        self.despatch(self.order, despatch_line(10, "A1", 2))
        backorder = self.picking.backorder_ids
        self.tell("O3", "2026-03-02T09:00:00")
        self.assertFalse(backorder.bring_status)
        self.assertEqual(self.order.bring_status, "partially_despatched")
        self.tell("O3", "2026-03-02T12:00:00")
        self.assertEqual(backorder.bring_status, "picked")
        self.assertEqual(self.order.bring_status, "partially_despatched")

    def test_what_bring_says_is_in_the_chatter_with_brings_time(self):
        self.tell("O1", "2026-03-02T08:00:00", "order_response")
        for record in (self.picking, self.order):
            body = record.message_ids[:1].body
            self.assertIn("Registered", body)
            self.assertRegex(body, "8:00:00\\sAM")

    def test_a_cancelled_order_keeps_its_order_and_asks_a_person(self):
        self.tell("O1", "2026-03-02T08:00:00")
        document = self.tell("99", "2026-03-02T09:00:00")
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(self.picking.state, "cancel")
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.order.bring_status, "cancelled")
        self.assertIn("Bring cancelled", self.order.activity_ids.summary)

    def test_a_cancellation_takes_only_what_is_still_open(self):
        self.despatch(self.order, despatch_line(10, "A1", 2))
        document = self.tell("99", "2026-03-02T13:00:00")
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(self.picking.state, "done")
        self.assertEqual(self.picking.backorder_ids.state, "cancel")
        self.assertEqual(self.order.bring_status, "despatched")

    def test_shipped_is_shipped(self):
        self.despatch(self.order, despatch_line(10, "A1", 5))
        document = self.tell("99", "2026-03-02T13:00:00")
        self.assertEqual(document.state, "attention")
        self.assertIn("shipped is shipped", document.error)
        self.assertEqual(self.picking.state, "done")

    def test_an_unknown_order_is_an_attention_until_it_is_there(self):
        document = self.deliver(message("order_response", order_response("X-77"))).document_ids
        self.assertEqual(document.state, "attention")
        self.assertIn("X-77", document.error)
        self.assertEqual(len(document.activity_ids), 1)
        self.assertEqual(document.activity_ids.user_id, self.account.responsible_id)
        document.action_retry()
        self.assertEqual(len(document.activity_ids), 1, "one activity, not one for each try")
        self.picking.bring_order_number = "X-77"
        document.action_retry()
        self.assertEqual(document.state, "done", document.error)
        self.assertFalse(document.activity_ids)
        self.assertFalse(document.error)
        self.assertEqual(self.order.bring_status, "registered")

    def test_an_order_is_found_by_number_name_transfer_or_reference(self):
        for name in ("number", "name", "transfer", "reference"):
            with self.subTest(name):
                order = self.make_order((self.product, 1), client_order_ref=f"PO-{name}")
                order.picking_ids.bring_order_number = f"B-{name}"
                reference = {
                    "number": f"B-{name}",
                    "name": order.name,
                    "transfer": order.picking_ids.name,
                    "reference": f"PO-{name}",
                }[name]
                found = self.deliver(message("order_response", order_response(reference)))
                self.assertEqual(found.state, "done", found.document_ids.error)
                self.assertEqual(order.bring_status, "registered")

    def test_two_candidates_are_an_attention_and_never_a_guess(self):
        orders = self.make_order((self.product, 1)) | self.make_order((self.product, 1))
        orders.client_order_ref = "SAME"
        document = self.deliver(message("order_response", order_response("SAME"))).document_ids
        self.assertEqual(document.state, "attention")
        for order in orders:
            self.assertIn(order.name, document.error)
            self.assertFalse(order.bring_status)

    def test_an_order_in_another_warehouse_or_company_is_not_meant(self):
        elsewhere = self.env["stock.warehouse"].create({"name": "Own", "code": "OWN"})
        order = self.make_order((self.product, 1), warehouse_id=elsewhere.id)
        document = self.deliver(message("order_response", order_response(order.name))).document_ids
        self.assertEqual(document.state, "attention")
        self.assertIn(order.name, document.error)
        self.assertFalse(order.bring_status)

    def test_an_unknown_warehouse_code_is_an_attention(self):
        document = self.despatch(self.order, despatch_line(10, "A1", 5), warehouse="BS17")
        self.assertEqual(document.state, "attention")
        self.assertIn("BS17", document.error)
        self.assertEqual(self.picking.state, "assigned")
        self.account.warehouse_ids.code = "bs17 "
        document.action_retry()
        self.assertEqual(document.state, "done", document.error)
