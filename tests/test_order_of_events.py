"""What waits together ends as if each had come at its time: stock, places, values, dates."""

from datetime import datetime

from .common import (
    BringCase,
    adjustment,
    despatch_advice,
    despatch_line,
    message,
    receiving_advice,
    receiving_line,
    stock_report,
)


class EventsCase(BringCase):
    """Base of the tests of documents that wait together, in any order of arrival."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stock = cls.warehouse.lot_stock_id
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf", "location_id": cls.stock.id, "usage": "internal"}
        )

    def valued(self, code, method="average", **values):
        category = self.env["product.category"].create(
            {"name": method, "property_cost_method": method, "property_valuation": "real_time"}
        )
        return self.make_product(code, categ_id=category.id, **values)

    def bought(self, product, quantity, price):
        purchase = self.make_purchase((product, quantity))
        purchase.order_line.price_unit = price
        return purchase

    def came(self, purchase, product, quantity, at):
        line = receiving_line(10, product.default_code, quantity)
        return message("receiving_advice", receiving_advice(purchase.name, line, at=at))

    def left(self, order, product, quantity, at):
        advice = despatch_advice(
            order.name, [despatch_line(10, product.default_code, quantity)], at=at, created=at
        )
        return message("despatch_advice", advice)

    def wait(self, *contents):
        """Let messages come, and be applied together."""
        messages = self.env["bring.message"]
        self.env.flush_all()
        for content in contents:
            messages._receive(self.account.id, None, content, "application/xml")
        self.env["bring.document"]._process_pending()
        self.env.invalidate_all()
        documents = self.env["bring.document"].search([("account_id", "=", self.account.id)])
        self.assertEqual(set(documents.mapped("state")), {"done"}, documents.mapped("error"))
        return documents

    def quants(self, product):
        found = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "child_of", self.stock.id)]
        )
        return {q.location_id.name: q.quantity for q in found if q.quantity}


class TestTogether(EventsCase):
    def test_goods_leave_from_where_they_were_put(self):
        """A receipt of 08:00 and a despatch of 10:00 that wait together, in both orders."""
        for turn in (1, -1):
            with self.subTest(turn):
                product = self.valued(f"T{turn}")
                self.env["stock.putaway.rule"].create(
                    {
                        "product_id": product.id,
                        "location_in_id": self.stock.id,
                        "location_out_id": self.shelf.id,
                    }
                )
                purchase, order = self.bought(product, 10, 20), self.make_order((product, 5))
                documents = self.wait(
                    *[
                        self.came(purchase, product, 10, "2026-03-02T08:00:00"),
                        self.left(order, product, 5, "2026-03-02T10:00:00"),
                    ][::turn]
                )
                self.assertEqual(self.quants(product), {"Shelf": 5})
                self.assertEqual(order.picking_ids.move_ids.value, 100)
                self.assertEqual(product.total_value, 100)
                self.assertFalse(documents.filtered(lambda d: "short" in (d.remark or "")))

    def test_a_correction_waits_for_the_despatch_before_it(self):
        product = self.make_product("A1")
        self.put_stock(product, 5)
        order = self.make_order((product, 5))
        documents = self.wait(
            adjustment(("A1", 3, "100"), at="2026-03-02T11:00:00"),
            self.left(order, product, 5, "2026-03-02T10:00:00"),
        )
        self.assertEqual(self.on_hand(product), 3)
        self.assertFalse(list(filter(None, documents.mapped("remark"))))

    def test_despatches_of_a_top_seller_are_validated_together(self):
        product = self.make_product("A1")
        self.put_stock(product, 50)
        orders = [self.make_order((product, 2)) for _number in range(6)]
        validated = []
        validate = type(orders[0].picking_ids).button_validate

        def count(pickings):
            validated.append(len(pickings))
            return validate(pickings)

        self.patch(type(orders[0].picking_ids), "button_validate", count)
        self.wait(*[self.left(o, product, 2, "2026-03-02T10:00:00") for o in orders])
        self.assertEqual(validated, [6])
        self.assertEqual(self.on_hand(product), 38)

    def test_cancelled_here_and_shipped_in_two_parts(self):
        product = self.make_product("A1")
        self.put_stock(product, 20)
        order = self.make_order((product, 10))
        order.picking_ids.action_cancel()
        self.wait(
            self.left(order, product, 6, "2026-03-02T10:00:00"),
            self.left(order, product, 4, "2026-03-02T12:00:00"),
        )
        done = order.picking_ids.filtered(lambda p: p.state == "done")
        self.assertEqual(sorted(done.move_ids.mapped("quantity")), [4, 6])
        self.assertEqual(set(order.picking_ids.mapped("state")), {"done", "cancel"})
        self.assertEqual(order.bring_status, "despatched")


class TestLate(EventsCase):
    def test_a_receipt_that_is_told_late_is_valued_at_its_time(self):
        """10 at 10; 5 leave on the 3rd; then 10 at 20 of the 2nd are told: 15 each, as booked."""
        product = self.valued("A1")
        first, second = self.bought(product, 10, 10), self.bought(product, 10, 20)
        order = self.make_order((product, 5))
        self.wait(self.came(first, product, 10, "2026-03-01T08:00:00"))
        self.wait(self.left(order, product, 5, "2026-03-03T08:00:00"))
        self.wait(self.came(second, product, 10, "2026-03-02T08:00:00"))
        self.assertEqual(product.standard_price, 15)
        self.assertEqual(product.total_value, 225)

    def test_a_product_made_after_its_goods_came_is_valued(self):
        """As in "create the product, then apply again": its cost is younger than its goods."""
        product = self.valued("A1", standard_price=7)
        self.wait(self.came(self.bought(product, 10, 20), product, 10, "2026-03-01T08:00:00"))
        self.assertEqual((product.standard_price, product.total_value), (20, 200))

    def test_a_cost_that_a_person_sets_later_stays(self):
        product = self.valued("A1")
        self.wait(self.came(self.bought(product, 10, 20), product, 10, "2026-03-01T08:00:00"))
        product.standard_price = 30
        self.wait(self.came(self.bought(product, 10, 20), product, 10, "2026-03-02T08:00:00"))
        self.assertEqual((product.standard_price, product.total_value), (30, 600))

    def test_first_in_first_out_goes_by_bring_s_days(self):
        product = self.valued("A1", "fifo")
        first, second = self.bought(product, 10, 10), self.bought(product, 10, 20)
        self.wait(self.came(second, product, 10, "2026-03-02T08:00:00"))
        self.wait(self.came(first, product, 10, "2026-03-01T08:00:00"))
        order = self.make_order((product, 10))
        self.wait(self.left(order, product, 10, "2026-03-03T08:00:00"))
        self.assertEqual(order.picking_ids.move_ids.value, 100, "the older ones left")
        self.assertEqual(product.total_value, 200)

    def test_what_lies_beside_keeps_its_own_age(self):
        product = self.make_product("A1")
        package = self.env["stock.package"].create({"name": "Old pallet"})
        old = datetime(2026, 3, 10, 12)
        self.env["stock.quant"]._update_available_quantity(
            product, self.stock, 5, package_id=package, in_date=old
        )
        self.wait(self.came(self.bought(product, 3, 1), product, 3, "2026-03-02T08:00:00"))
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "=", self.stock.id)]
        )
        dates = {quant.package_id.name: quant.in_date for quant in quants}
        self.assertEqual(dates["Old pallet"], old)
        self.assertEqual(dates[False], datetime(2026, 3, 2, 7))


class TestTwins(EventsCase):
    def test_two_equal_corrections_of_a_second_are_two(self):
        product = self.make_product("A1")
        self.put_stock(product, 10)
        one = adjustment(("A1", -1, "100"))
        both = one.replace(
            b"</inventoryReport>", b"</inventoryReport>" + document_of(one, b"inventoryReport")
        )
        self.wait(both)
        self.assertEqual(self.on_hand(product), 8)
        self.wait_for_repeat(both.replace(b"12:00:00", b"12:00:01"), product, 8)

    def wait_for_repeat(self, content, product, expected):
        self.env.flush_all()
        self.env["bring.message"]._receive(self.account.id, None, content, "application/xml")
        self.env["bring.document"]._process_pending()
        self.assertEqual(self.on_hand(product), expected, "the same two again are repeats")

    def test_two_equal_despatches_of_a_message_are_put_before_a_person(self):
        product = self.make_product("A1")
        self.put_stock(product, 10)
        order = self.make_order((product, 10))
        advice = [despatch_line(10, "A1", 5)]
        content = message(
            "despatch_advice",
            despatch_advice(order.name, list(advice)),
            despatch_advice(order.name, [despatch_line(10, "A1", 5)]),
        )
        documents = self.deliver(content).document_ids.sorted("id")
        self.assertEqual(documents.mapped("state"), ["done", "attention"])
        self.assertEqual(documents[1].cause, "contradiction")
        documents[1].action_retry()
        self.assertEqual(documents[1].state, "done", documents[1].error)
        self.assertEqual(sum(order.order_line.mapped("qty_delivered")), 10)


class TestPolicies(EventsCase):
    def test_bring_s_rest_stays_whatever_the_backorder_policy(self):
        for policy in ("never", "always", "ask"):
            with self.subTest(policy):
                self.warehouse.out_type_id.create_backorder = policy
                product = self.make_product(f"P-{policy}")
                self.put_stock(product, 10)
                order = self.make_order((product, 10))
                self.wait(self.left(order, product, 6, "2026-03-02T10:00:00"))
                self.assertEqual(order.bring_status, "partially_despatched")
                self.wait(self.left(order, product, 4, "2026-03-02T12:00:00"))
                self.assertEqual(order.order_line.qty_delivered, 10)
                self.assertEqual(order.bring_status, "despatched")

    def test_a_despatch_after_its_cancellation_says_so(self):
        product = self.make_product("A1")
        self.put_stock(product, 10)
        order = self.make_order((product, 10))
        cancelled = message(
            "despatch_advice",
            despatch_advice(order.name, [despatch_line(10, "A1", 10)], status="99", at=None),
        )
        self.wait(cancelled)
        left = self.left(order, product, 10, "2026-03-02T14:00:00")
        document = self.deliver(left).document_ids
        self.assertEqual(document.state, "attention")
        self.assertIn("cancelled the order", document.error)


class TestDirections(EventsCase):
    def test_goods_that_go_back_to_a_supplier_leave(self):
        product = self.make_product("A1")
        purchase = self.make_purchase((product, 10))
        self.wait(self.came(purchase, product, 10, "2026-03-01T08:00:00"))
        back = self.make_return(purchase.picking_ids, 4)
        back.bring_order_number = "BACK-1"
        advice = despatch_advice("BACK-1", [despatch_line(10, "A1", 4)])
        self.wait(message("despatch_advice", advice))
        self.assertEqual((back.state, back.bring_status), ("done", "despatched"))
        self.assertEqual(self.on_hand(product), 6)

    def test_what_the_customer_gets_instead_leaves(self):
        """An exchange: a return, and the return of it."""
        product = self.make_product("A1")
        self.put_stock(product, 10)
        order = self.make_order((product, 3))
        self.wait(self.left(order, product, 3, "2026-03-01T08:00:00"))
        back = self.make_return(order.picking_ids, 3)
        back.bring_order_number = "BACK-2"
        line = receiving_line(10, "A1", 3)
        self.wait(message("receiving_advice", receiving_advice("BACK-2", line)))
        self.assertEqual(back.state, "done")
        again = self.make_return(back, 3)
        again.bring_order_number = "AGAIN-2"
        advice = despatch_advice("AGAIN-2", [despatch_line(10, "A1", 3)], at="2026-03-03T10:00:00")
        self.wait(message("despatch_advice", advice))
        self.assertEqual(again.state, "done")
        self.assertEqual(self.on_hand(product), 7)


class TestAskedAndTold(EventsCase):
    def asked(self, order, product, quantity):
        """Book what Bring answered: so much has left."""
        picking = order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        picking.move_ids.write({"quantity": quantity, "picked": True})
        picking.with_context(skip_backorder=True, bring_shipping=True).button_validate()
        picking.write({"bring_pulled": True, "bring_shipped": True, "bring_status": "despatched"})
        return picking

    def test_parts_that_are_told_after_they_were_asked_for(self):
        """5 asked for; then told: 5 and 5; or 3, 4 and 3: 10 have left, each once."""
        for parts in ((5, 5), (3, 4, 3), (10,), (2, 8)):
            with self.subTest(parts):
                product = self.make_product(f"A{parts}")
                self.put_stock(product, 20)
                order = self.make_order((product, 10))
                first = self.asked(order, product, 5)
                for hour, part in enumerate(parts, start=10):
                    self.wait(self.left(order, product, part, f"2026-03-02T{hour}:00:00"))
                self.assertEqual(order.order_line.qty_delivered, 10)
                self.assertEqual(self.on_hand(product), 10)
                self.assertEqual(first.bring_told_quantities, {str(product.id): 5})
                self.assertEqual(order.bring_status, "despatched")


class TestLots(EventsCase):
    def test_a_serial_that_came_back_leaves_again(self):
        """It left in a package, and comes back without it."""
        product = self.make_product("S1", tracking="serial")
        serial = self.make_lot(product, "SN-1")
        self.put_stock(product, 1, serial)
        order = self.make_order((product, 1))
        unit = ("370000000000000011", [despatch_line(10, "S1", 1, items=[{"serials": ["SN-1"]}])])
        advice = despatch_advice(order.name, unit, at="2026-03-01T10:00:00")
        self.wait(message("despatch_advice", advice))
        back = self.make_return(order.picking_ids, 1)
        back.bring_order_number = "BACK-S"
        line = receiving_line(10, "S1", 1, items=[{"serials": ["SN-1"]}])
        advice = receiving_advice("BACK-S", line, at="2026-03-02T10:00:00")
        self.wait(message("receiving_advice", advice))
        self.assertEqual(back.state, "done")
        other = self.make_order((product, 1))
        lines = [despatch_line(10, "S1", 1, items=[{"serials": ["SN-1"]}])]
        advice = despatch_advice(other.name, lines, at="2026-03-03T10:00:00")
        self.wait(message("despatch_advice", advice))
        self.assertEqual(other.picking_ids.state, "done")

    def test_a_lot_of_a_shared_product_is_everybody_s(self):
        product = self.make_product("L1", tracking="lot")
        purchase = self.make_purchase((product, 5))
        line = receiving_line(10, "L1", 5, items=[{"batch": "B-1"}])
        self.wait(message("receiving_advice", receiving_advice(purchase.name, line)))
        lot = self.env["stock.lot"].search([("product_id", "=", product.id)])
        self.assertEqual((lot.name, lot.company_id.id), ("B-1", False))
        own = self.make_product("L2", tracking="lot", company_id=self.company.id)
        purchase = self.make_purchase((own, 5))
        line = receiving_line(10, "L2", 5, items=[{"batch": "B-1"}])
        self.wait(message("receiving_advice", receiving_advice(purchase.name, line)))
        self.assertEqual(
            self.env["stock.lot"].search([("product_id", "=", own.id)]).company_id, self.company
        )

    def test_a_lot_that_another_company_has_stays_its_own(self):
        other = self.env["res.company"].create({"name": "Another"})
        product = self.make_product("L1", tracking="lot")
        theirs = self.env["stock.lot"].create(
            {"product_id": product.id, "name": "B-1", "company_id": other.id}
        )
        purchase = self.make_purchase((product, 5))
        line = receiving_line(10, "L1", 5, items=[{"batch": "B-1"}])
        self.wait(message("receiving_advice", receiving_advice(purchase.name, line)))
        lots = self.env["stock.lot"].search([("product_id", "=", product.id)])
        self.assertEqual((lots - theirs).company_id, self.company)


class TestOwners(EventsCase):
    def test_a_correction_takes_from_the_owner_s_goods_where_there_are_no_others(self):
        owner = self.env["res.partner"].create({"name": "Owner"})
        product = self.make_product("A1")
        self.env["stock.quant"]._update_available_quantity(product, self.stock, 10, owner_id=owner)
        self.put_stock(product, 2)
        self.wait(adjustment(("A1", -5, "100"), at="2026-03-02T11:00:00"))
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "=", self.stock.id)]
        )
        self.assertEqual({q.owner_id: q.quantity for q in quants if q.quantity}, {owner: 7})
        document = self.deliver(stock_report(("A1", 6), at="2026-03-02T12:00:00")).document_ids
        report = self.env["bring.inventory.report"].browse(document.res_id)
        self.assertEqual(report.line_ids.difference, -1)
        report.action_apply()
        self.assertEqual(self.on_hand(product), 6)
        self.assertEqual({q.owner_id for q in quants.exists() if q.quantity}, {owner})


class TestKits(EventsCase):
    def kit(self, *components):
        kit = self.make_product("KIT")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    (0, 0, {"product_id": part.id, "product_qty": quantity})
                    for part, quantity in components
                ],
            }
        )
        return kit

    def test_a_kit_that_arrives_is_its_components(self):
        if "mrp.bom" not in self.env:
            return
        for components in (("C1",), ("C2", "C3")):
            with self.subTest(components):
                parts = [self.make_product(code) for code in components]
                kit = self.kit(*[(part, 4) for part in parts])
                purchase = self.make_purchase((kit, 3))
                line = receiving_line(10, "KIT", 3)
                self.wait(message("receiving_advice", receiving_advice(purchase.name, line)))
                for part in parts:
                    self.assertEqual(self.on_hand(part), 12)
                self.assertEqual(purchase.picking_ids.state, "done")
                self.assertEqual(purchase.order_line.qty_received, 3)
                kit.default_code = False


class TestPeople(EventsCase):
    def test_who_has_left_is_asked_for_nothing(self):
        product = self.make_product("A1")
        self.put_stock(product, 10)
        people = self.make_users("left")
        self.account.responsible_id = people["admin"]
        order = self.make_order((product, 1), user_id=people["user"].id)
        (people["admin"] | people["user"]).active = False
        unknown = despatch_advice("S-nobody", [despatch_line(10, "A1", 1)])
        document = self.deliver(message("despatch_advice", unknown)).document_ids
        self.assertEqual(document.state, "attention")
        asked = document.activity_ids.user_id
        self.assertTrue(asked.active)
        self.assertTrue(asked.has_group("bring_warehousing.group_bring_manager"))
        advice = despatch_advice(order.name, [despatch_line(10, "A1", 1)], status="99", at=None)
        self.deliver(message("despatch_advice", advice))
        self.assertTrue(order.activity_ids.user_id.active)


def document_of(content, name):
    """Return the first element of that name, as it stands in a message."""
    begin = content.index(b"<" + name)
    end = content.index(b"</" + name + b">") + len(name) + 3
    return content[begin:end]
