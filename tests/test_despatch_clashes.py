"""Faults that other connectors had in public, as small inputs."""

from odoo.tests import Form

from .common import BringCase, despatch_advice, despatch_line, message


class TestDespatchClashes(BringCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.make_product("A1")
        cls.b = cls.make_product("B1")
        cls.put_stock(cls.a, 100)
        cls.put_stock(cls.b, 100)

    def quants(self):
        found = self.env["stock.quant"].search([("product_id", "in", (self.a | self.b).ids)])
        return sorted((q.location_id.id, q.product_id.id, q.quantity) for q in found if q.quantity)

    def test_a_document_is_applied_whole_or_not_at_all(self):
        order = self.make_order((self.a, 5), (self.b, 2))
        before = self.quants()
        document = self.despatch(order, despatch_line(10, "A1", 5), despatch_line(20, "NEW", 2))
        self.assertEqual(document.state, "attention")
        self.assertIn("NEW", document.error)
        self.assertEqual(document.message_id.state, "attention")
        self.assertEqual(self.quants(), before)
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assertFalse(order.bring_status)
        self.make_product("NEW")
        document.action_retry()
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(document.message_id.state, "done")
        self.assertEqual(order.order_line[0].qty_delivered, 5)

    def test_one_bad_document_does_not_hold_up_the_others(self):
        orders = [self.make_order((self.a, 1)) for _number in range(3)]
        for fault in (
            {"lines": [despatch_line(10, "A1", "many")]},
            {"lines": [despatch_line(10, "A1", 1)], "at": "0001-01-01T00:00:00"},
        ):
            with self.subTest(str(fault.keys())):
                orders = [self.make_order((self.a, 1)) for _number in range(3)]
                lines = fault.pop("lines")
                found = self.deliver(
                    message(
                        "despatch_advice",
                        despatch_advice(orders[0].name, [despatch_line(10, "A1", 1)]),
                        despatch_advice(orders[1].name, lines, **fault),
                        despatch_advice(orders[2].name, [despatch_line(10, "A1", 1)]),
                    )
                )
                self.assertEqual(found.state, "attention")
                by_position = found.document_ids.sorted("position")
                self.assertEqual(by_position.mapped("state"), ["done", "attention", "done"])
                self.assertIn("despatchAdvice[2]", by_position[1].error)
                states = [order.picking_ids.state for order in orders]
                self.assertEqual(states, ["done", "assigned", "done"])

    def test_backorder_after_backorder_without_a_wizard(self):
        order = self.make_order((self.a, 10), (self.b, 10))
        for number, (lines, expected) in enumerate(
            (
                ([despatch_line(10, "A1", 2)], "partially_despatched"),
                ([despatch_line(10, "A1", 8)], "partially_despatched"),
                ([despatch_line(20, "B1", 10)], "despatched"),
            )
        ):
            document = self.despatch(order, *lines, at=f"2026-03-0{number + 2}T10:00:00")
            self.assertEqual(document.state, "done", document.error)
            self.assertEqual(order.bring_status, expected)
        pickings = order.picking_ids.sorted("id")
        self.assertEqual(pickings.mapped("state"), ["done"] * 3)
        self.assertEqual([sum(p.move_ids.mapped("quantity")) for p in pickings], [2, 8, 10])

    def test_a_kit_is_not_delivered_by_half_of_it(self):
        if "mrp.bom" not in self.env:
            self.skipTest("mrp is not installed")
        kit = self.make_product("KIT", is_storable=False)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    (0, 0, {"product_id": self.a.id, "product_qty": 1}),
                    (0, 0, {"product_id": self.b.id, "product_qty": 2}),
                ],
            }
        )
        order = self.make_order((kit, 3))
        first = self.despatch(order, despatch_line(10, "A1", 3))
        self.assertEqual(first.state, "done", first.error)
        self.assertEqual(order.order_line.qty_delivered, 0)
        backorder = order.picking_ids.filtered(lambda p: p.state != "done")
        self.assertEqual(backorder.move_ids.product_id, self.b)
        second = self.despatch(order, despatch_line(10, "B1", 6), at="2026-03-03T10:00:00")
        self.assertEqual(second.state, "done", second.error)
        self.assertEqual(order.order_line.qty_delivered, 3)
        whole = self.make_order((kit, 2))
        third = self.despatch(whole, despatch_line(10, "KIT", 2))
        self.assertEqual(third.state, "done", third.error)
        self.assertEqual(whole.order_line.qty_delivered, 2)
        self.assertEqual(whole.bring_status, "despatched")

    def test_a_lot_belongs_to_its_product_and_company(self):
        product = self.make_product("L1", tracking="lot")
        twin = self.make_product("L2", tracking="lot")
        lots = []
        for number, name in enumerate(("L1", "L2", "L1")):
            order = self.make_order((product if name == "L1" else twin, 1))
            document = self.despatch(
                order,
                despatch_line(10, name, 1, items=[{"batch": "110621"}]),
                at=f"2026-03-02T1{number}:00:00",
            )
            self.assertEqual(document.state, "done", document.error)
            lots.append(order.picking_ids.move_line_ids.lot_id)
        self.assertEqual(lots[0], lots[2])
        self.assertNotEqual(lots[0], lots[1])
        self.assertFalse(lots[0].company_id, "companies share the product, and so the lot")

    def test_no_carrier_is_called_and_the_mail_waits(self):
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Paid twice",
                "product_id": self.make_product("FREIGHT", type="service").id,
                "integration_level": "rate_and_ship",
            }
        )
        self.company.stock_move_email_validation = True
        called = []
        self.patch(
            type(self.env["delivery.carrier"]),
            "send_shipping",
            lambda carrier, pickings: called.append(pickings) or [],
        )
        order = self.make_order((self.a, 5))
        picking = order.picking_ids
        picking.carrier_id = carrier
        document = self.despatch(order, despatch_line(10, "A1", 5))
        self.assertEqual(document.state, "done", document.error)
        self.assertFalse(called)
        self.assertTrue(picking.bring_mail_pending)
        self.assertFalse(picking.message_ids.filtered("partner_ids"))
        with self.enter_registry_test_mode():
            self.env.ref("bring_warehousing.ir_cron_send_mails").method_direct_trigger()
        self.assertFalse(picking.bring_mail_pending)
        self.assertFalse(called)
        mail = picking.message_ids.filtered(lambda m: self.customer in m.partner_ids)
        self.assertTrue(mail, "the customer is told, after the commit")

    def test_the_transfer_can_be_opened_afterwards(self):
        order = self.make_order((self.a, 5))
        self.despatch(order, despatch_line(10, "A1", 5))
        with Form(order.picking_ids) as form:
            form.note = "seen"
