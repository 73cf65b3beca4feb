"""What a transfer says to Bring, held against Bring's page "Send an order" by its own words."""

from datetime import timedelta

from lxml import etree

from odoo.exceptions import UserError

from .common import despatch_line
from .test_sending import SimulatorCase

MB = "{http://api.bring.com/mb}"


class OrderContentCase(SimulatorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.norwegian = (
            cls.env["res.currency"].with_context(active_test=False).search([("name", "=", "NOK")])
        )
        cls.freight = cls.make_product("FREIGHT", type="service", is_storable=False)

    def carrier(self, service="5800", **values):
        return self.env["delivery.carrier"].create(
            {
                "name": "By Bring",
                "product_id": self.freight.id,
                "bring_service_code": service,
                **values,
            }
        )

    def written(self, picking):
        """Return the root of what is sent for a transfer."""
        picking.action_bring_send()
        return etree.fromstring(bytes(picking.bring_message_ids.sorted("id")[-1].content))

    def references(self, root):
        return {
            element.get("referenceType"): element.findtext(f"{MB}ReferenceNo")
            for element in root.iter(f"{MB}Reference")
        }

    def party(self, root, role):
        (element,) = (e for e in root.iter(f"{MB}Party") if e.get("subClass") == role)
        return element

    def said(self, root, role):
        """Return what is said of a party: name and address, contact, ids."""
        party = self.party(root, role)
        return {
            **dict(party.attrib),
            **{
                etree.QName(element).localname: element.text
                for element in party.iter()
                if not len(element)
            },
        }

    def lines(self, root):
        return list(root.iter(f"{MB}OrderItem"))

    def free_texts(self, root):
        order = next(root.iter(f"{MB}Order"))
        return [
            (e.get("usageCode"), e.findtext(f"{MB}Text")) for e in order.findall(f"{MB}FreeText")
        ]


class TestReferences(OrderContentCase):
    def test_on_a_customer_order_cu_is_ours_and_on_the_buyer_s(self):
        order = self.make_order((self.a, 1), client_order_ref="PO 7")
        references = self.references(self.written(order.picking_ids))
        self.assertEqual(references, {"ACD": order.name, "CU": order.name, "ON": "PO 7"})

    def test_on_a_purchase_order_cu_is_the_supplier_s_and_on_ours(self):
        order = self.make_purchase((self.a, 1), partner_ref="V-9")
        references = self.references(self.written(order.picking_ids))
        self.assertEqual(references, {"ACD": order.name, "CU": "V-9", "ON": order.name})

    def test_a_return_comes_in_so_the_customer_is_who_consigns_it(self):
        order = self.make_order((self.a, 1), client_order_ref="PO 7")
        root = self.written(self.make_return(order.picking_ids, 1))
        self.assertEqual(root.get("messageFunction"), "PurchaseOrder")
        references = self.references(root)
        self.assertEqual((references["CU"], references["ON"]), ("PO 7", order.name))
        self.assertEqual(root.findtext(f".//{MB}ExternalOrderType"), "R")
        self.assertEqual(self.said(root, "Supplier")["Name"], "Kari Nordmann")

    def test_a_return_to_the_supplier_goes_out_so_cu_is_ours(self):
        order = self.make_purchase((self.a, 1), partner_ref="V-9")
        root = self.written(self.make_return(order.picking_ids, 1))
        self.assertEqual(root.get("messageFunction"), "Order")
        references = self.references(root)
        self.assertEqual((references["CU"], references["ON"]), (order.name, "V-9"))
        self.assertEqual(self.said(root, "DeliveryParty")["Name"], "Leverandør AS")

    def test_what_a_customer_gives_back_by_a_negative_line_is_a_return_too(self):
        order = self.make_order((self.a, -2))
        root = self.written(order.picking_ids)
        self.assertEqual(root.findtext(f".//{MB}ExternalOrderType"), "R")


class TestTestIndicator(OrderContentCase):
    def test_the_counterpart_of_no_is_what_the_account_says(self):
        root = self.written(self.make_order((self.a, 1)).picking_ids)
        self.assertEqual(root.get("testIndicator"), "NO")
        self.account.test_mode = True
        root = self.written(self.make_order((self.a, 1)).picking_ids)
        self.assertEqual(root.get("testIndicator"), "YES")
        self.account.test_indicator = "true"
        root = self.written(self.make_order((self.a, 1)).picking_ids)
        self.assertEqual(root.get("testIndicator"), "true")

    def test_articles_carry_it_too(self):
        self.account.write({"test_mode": True, "test_indicator": "true"})
        self.account.action_send_articles()
        self.send()
        (call,) = [call for call in self.server.calls if call.route == "send.items"]
        self.assertIn(b'testIndicator="true"', call.body)


class TestParties(OrderContentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.env["res.partner"].create(
            {
                "name": "Kolonial AS",
                "is_company": True,
                "ref": "K-17",
                "street": "Kaien 1",
                "zip": "6002",
                "city": "Ålesund",
                "country_id": cls.norway.id,
                "email": "post@kolonial.example.com",
                "phone": "70 10 00 00",
            }
        )
        cls.ola = cls.env["res.partner"].create(
            {
                "name": "Ola Nordmann",
                "parent_id": cls.shop.id,
                "type": "delivery",
                "street": "Lageret 2",
                "zip": "6003",
                "city": "Ålesund",
                "country_id": cls.norway.id,
                "phone": "+47 90 00 00 00",
            }
        )

    def test_every_party_has_an_id_a_name_and_an_address(self):
        company = self.company.partner_id
        for picking in (
            self.make_order((self.a, 1)).picking_ids,
            self.make_purchase((self.b, 1)).picking_ids,
        ):
            root = self.written(picking)
            for party in root.iter(f"{MB}Party"):
                said = self.said(root, party.get("subClass"))
                with self.subTest(function=root.get("messageFunction"), party=said["subClass"]):
                    wanted = {"partyId", "Name"}
                    if said["subClass"] != "PerformingUnit":
                        wanted |= {"Street", "City", "CountryCode", "PostalCode"}
                    self.assertLessEqual(wanted, {key for key, text in said.items() if text})
            self.assertEqual(self.said(root, "OrderingParty")["Name"], company.name)
            self.assertEqual(self.said(root, "OrderingParty")["partyId"], "999999")

    def test_a_company_s_contact_keeps_the_company_s_name(self):
        order = self.make_order(
            (self.a, 1), partner_id=self.shop.id, partner_shipping_id=self.ola.id
        )
        root = self.written(order.picking_ids)
        delivery = self.said(root, "DeliveryParty")
        self.assertEqual(
            (delivery["Name"], delivery["ContactName"], delivery["Street"]),
            ("Kolonial AS", "Ola Nordmann", "Lageret 2"),
        )
        buyer = self.said(root, "Buyer")
        self.assertEqual((buyer["Name"], buyer["partyId"]), ("Kolonial AS", "K-17"))
        self.assertEqual(
            (buyer["CellPhoneNo"], buyer["EMailAddress"], buyer["ContactName"]),
            ("+47 90 00 00 00", "post@kolonial.example.com", "Ola Nordmann"),
            "the recipient's notice goes to who takes the goods, else to the buyer",
        )

    def test_a_person_s_other_address_keeps_the_person_s_own_name(self):
        cabin = self.ola.copy({"parent_id": self.customer.id, "name": "Per Nordmann"})
        order = self.make_order((self.a, 1), partner_shipping_id=cabin.id)
        root = self.written(order.picking_ids)
        self.assertEqual(self.said(root, "DeliveryParty")["Name"], "Per Nordmann")
        nameless = self.ola.copy()
        nameless.name = False
        order = self.make_order(
            (self.a, 1), partner_id=self.shop.id, partner_shipping_id=nameless.id
        )
        delivery = self.said(self.written(order.picking_ids), "DeliveryParty")
        self.assertEqual((delivery["Name"], delivery["ContactName"]), ("Kolonial AS",) * 2)

    def test_the_second_line_alone_is_the_street(self):
        self.customer.write({"street": False, "street2": "Storgata 1"})
        root = self.written(self.make_order((self.a, 1)).picking_ids)
        self.assertEqual(self.said(root, "DeliveryParty")["Street"], "Storgata 1")

    def test_who_the_ordering_party_is_the_account_says(self):
        self.account.ordering_party = "buyer"
        order = self.make_order((self.a, 1), partner_id=self.shop.id)
        root = self.written(order.picking_ids)
        self.assertEqual(self.said(root, "OrderingParty")["Name"], "Kolonial AS")

    def test_a_buyer_without_an_address_does_not_hold_the_order_back(self):
        nowhere = self.env["res.partner"].create({"name": "Office", "email": "o@example.com"})
        order = self.make_order((self.a, 1), partner_id=nowhere.id, partner_shipping_id=self.ola.id)
        root = self.written(order.picking_ids)
        self.assertEqual(self.said(root, "Buyer")["Name"], "Kolonial AS")

    def test_what_any_party_lacks_is_said_before(self):
        company = self.company.partner_id
        company.write({"street": False, "street2": False})
        self.customer.city = False
        problems = self.make_order((self.a, 1)).picking_ids.bring_problem_text
        self.assertRegex(problems, f"{company.name}.*street")
        self.assertRegex(problems, "Kari Nordmann.*city")
        self.supplier.country_id = False
        problems = self.make_purchase((self.b, 1)).picking_ids.bring_problem_text
        self.assertRegex(problems, "Leverandør AS.*country")

    def test_a_notice_needs_the_buyer_s_contact(self):
        self.customer.write({"phone": False, "email": False})
        picking = self.make_order((self.a, 1)).picking_ids
        picking.carrier_id = self.carrier(bring_additional_services="1064")
        self.assertRegex(picking.bring_problem_text, "1064.*mobile")
        self.customer.phone = "+47 99 99 99 99"
        self.env.invalidate_all()
        self.assertFalse(picking.bring_problem_text)
        picking.carrier_id = self.carrier(bring_additional_services="1074")
        self.assertRegex(picking.bring_problem_text, "1074.*e-mail")


class TestPickUpPoint(OrderContentCase):
    POINT = {
        "id": 109847,
        "name": "Coop Extra Sagene",
        "street": "Sandakerveien 1",
        "city": "Oslo",
        "zip_code": "0475",
        "country_code": "NO",
    }

    def order_to_point(self, **carrier):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "warehouse_id": self.warehouse.id,
                "carrier_id": self.carrier(**carrier).id,
                "pickup_location_data": self.POINT,
                "order_line": [(0, 0, {"product_id": self.a.id, "product_uom_qty": 1})],
            }
        )
        order.action_confirm()
        return order

    def additional(self, root):
        return [element.text for element in root.iter(f"{MB}AdditionalServiceCode")]

    def test_a_point_of_bring_s_goes_with_its_service(self):
        order = self.order_to_point(bring_pickup_points=True)
        root = self.written(order.picking_ids)
        delivery = self.said(root, "DeliveryParty")
        self.assertEqual(delivery["subPartyId"], "109847")
        self.assertEqual(
            (delivery["Name"], delivery["Street"], delivery["AddressLine"]),
            ("Kari Nordmann", "Sandakerveien 1", "Coop Extra Sagene"),
            "the point is where it goes; who fetches it is the customer",
        )
        self.assertEqual(self.additional(root), ["PickUpPoint"])

    def test_another_provider_s_id_is_none_of_bring_s(self):
        root = self.written(self.order_to_point().picking_ids)
        self.assertNotIn("subPartyId", self.said(root, "DeliveryParty"))
        self.assertEqual(self.additional(root), [])

    def test_the_transfer_s_own_method_decides(self):
        order = self.order_to_point(bring_pickup_points=True)
        order.picking_ids.carrier_id = self.carrier("5600")
        root = self.written(order.picking_ids)
        self.assertNotIn("subPartyId", self.said(root, "DeliveryParty"))

    def test_the_service_without_a_point_is_a_problem(self):
        picking = self.make_order((self.a, 1)).picking_ids
        picking.carrier_id = self.carrier(bring_additional_services="PickUpPoint")
        self.assertRegex(picking.bring_problem_text, "PickUpPoint.*no pick-up point")


class TestNotesAndDates(OrderContentCase):
    def test_notes_go_to_whom_they_are_for(self):
        long = ("Ring the bell twice, then wait at the gate. " * 3).strip()
        order = self.make_order(
            (self.a, 1),
            bring_warehouse_note="Together with S7",
            bring_carrier_note=long,
            bring_recipient_note="Thank you!",
            note="<p>Our general terms</p>",
        )
        picking = order.picking_ids
        picking.note = "<p>Fragile &amp; cold</p>"
        texts = self.free_texts(self.written(picking))
        self.assertEqual(texts[0], ("DEL", "Together with S7\nFragile & cold"))
        carrier = [text for code, text in texts if code == "DIN"]
        self.assertEqual(" ".join(carrier), long)
        self.assertLessEqual(max(map(len, carrier)), 80)
        self.assertEqual(texts[-1], ("ZZZ", "Thank you!"))
        self.assertNotIn("general terms", str(texts))

    def test_a_starred_transfer_is_a_rush_order(self):
        picking = self.make_order((self.a, 1)).picking_ids
        picking.priority = "1"
        root = self.written(picking)
        self.assertEqual(root.findtext(f".//{MB}PriorityCode"), "X")
        self.assertEqual(root.findtext(f".//{MB}ExternalOrderType"), "224")
        purchase = self.make_purchase((self.b, 1)).picking_ids
        purchase.priority = "1"
        root = self.written(purchase)
        self.assertEqual(root.findtext(f".//{MB}PriorityCode"), "X")
        self.assertIsNone(root.find(f".//{MB}ExternalOrderType"), "224 is a customer order's")

    def test_terms_of_delivery_are_the_order_s_incoterm(self):
        terms = self.env["account.incoterms"].search([("code", "=", "DDP")], limit=1)
        order = self.make_order((self.a, 1), incoterm=terms.id)
        root = self.written(order.picking_ids)
        self.assertEqual(root.findtext(f".//{MB}TODConditionCode"), "DDP")
        purchase = self.make_purchase((self.b, 1), incoterm_id=terms.id)
        root = self.written(purchase.picking_ids)
        self.assertEqual(root.findtext(f".//{MB}TODConditionCode"), "DDP")

    def requested(self, root):
        (date,) = (
            element.findtext(f"{MB}Date")
            for element in root.iter(f"{MB}DateAndTimes")
            if element.get("subClass") == "DeliveryDateRequested"
        )
        return date

    def test_the_date_requested_is_when_it_is_to_be_delivered(self):
        self.company.security_lead = 3
        order = self.make_order((self.a, 1), commitment_date="2030-06-20 22:30:00")
        picking = order.picking_ids
        self.assertEqual(str(picking.scheduled_date.date()), "2030-06-17")
        self.assertEqual(self.requested(self.written(picking)), "2030-06-21", "Oslo's day")
        picking.scheduled_date = "2030-07-01 10:00:00"
        self.send()
        picking.bring_status = "registered"
        self.send()
        root = etree.fromstring(bytes(picking.bring_message_ids.sorted("id")[-1].content))
        self.assertEqual(self.requested(root), "2030-07-01", "not before it leaves")

    def test_a_receipt_is_expected_when_it_is_planned(self):
        purchase = self.make_purchase((self.b, 1))
        purchase.picking_ids.scheduled_date = "2030-06-20 10:00:00"
        self.assertEqual(self.requested(self.written(purchase.picking_ids)), "2030-06-20")


class TestChanges(OrderContentCase):
    def sent_order(self, **values):
        order = self.make_order((self.a, 5), **values)
        order.picking_ids.action_bring_send()
        self.send()
        return order

    def updates(self, order):
        self.env.flush_all()
        self.send()
        return order.picking_ids.bring_message_ids.sorted("id").mapped("update_indicator")[1:]

    def test_each_thing_that_was_told_is_told_when_it_changes(self):
        terms = self.env["account.incoterms"].search([("code", "=", "DDP")], limit=1)
        by_5600 = self.carrier("5600")
        changes = {
            "promised date": lambda order: order.write({"commitment_date": "2031-01-05 10:00:00"}),
            "priority": lambda order: order.picking_ids.write({"priority": "1"}),
            "note": lambda order: order.picking_ids.write({"note": "<p>Careful</p>"}),
            "carrier's note": lambda order: order.write({"bring_carrier_note": "Gate 4"}),
            "terms": lambda order: order.write({"incoterm": terms.id}),
            "price": lambda order: order.order_line.write({"price_unit": 77.0}),
            "discount": lambda order: order.order_line.write({"discount": 10.0}),
            "reference": lambda order: order.write({"client_order_ref": "PO 8"}),
            "service": lambda order: order.picking_ids.write({"carrier_id": by_5600.id}),
            "our address": lambda order: self.company.partner_id.write({"street": "Ny gate 1"}),
            "phone": lambda order: self.customer.write({"phone": "+47 40 00 00 00"}),
            "number": lambda order: self.a.write({"default_code": "A1"}),
        }
        for what, change in changes.items():
            with self.subTest(what):
                order = self.sent_order()
                order.order_line.price_unit = order.order_line.price_unit or 50.0
                self.updates(order)
                before = len(order.picking_ids.bring_message_ids)
                change(order)
                self.updates(order)
                told = len(order.picking_ids.bring_message_ids) - before
                self.assertEqual(told, 0 if what == "number" else 1)

    def test_a_service_s_code_that_changes_is_told(self):
        order = self.make_order((self.a, 5))
        order.picking_ids.carrier_id = carrier = self.carrier("5600")
        order.picking_ids.action_bring_send()
        self.send()
        carrier.bring_service_code = "5000"
        self.assertEqual(self.updates(order), ["Update"])

    def test_an_article_s_new_name_changes_no_order(self):
        order = self.sent_order()
        self.a.name = "Another name"
        self.assertEqual(self.updates(order), [])

    def test_a_date_after_bring_began_is_put_before_a_person(self):
        order = self.sent_order()
        order.picking_ids.bring_status = "started"
        order.commitment_date = "2031-01-05 10:00:00"
        self.assertEqual(self.updates(order), [])
        self.assertIn("Bring has begun", order.picking_ids.activity_ids.summary)

    def test_a_cancellation_says_all_of_the_order(self):
        order = self.sent_order()
        order.picking_ids.action_cancel()
        order.picking_ids.bring_order_id._reconcile()
        message = order.picking_ids.bring_message_ids.sorted("id")[-1]
        root = etree.fromstring(bytes(message.content))
        self.assertEqual(root.get("updateIndicator"), "Deletion")
        self.assertEqual(next(root.iter(f"{MB}OrderSet")).get("updateIndicator"), "Delete")
        self.assertEqual([line.get("articleLineId") for line in self.lines(root)], ["10"])
        self.send()
        self.assertEqual(message.state, "sent", message.error)

    def test_an_added_line_never_gets_a_number_that_was_used(self):
        order = self.make_order((self.a, 5), (self.b, 1))
        order.picking_ids.action_bring_send()
        self.send()
        order.order_line[1].product_uom_qty = 0
        order.write({"order_line": [(0, 0, {"product_id": self.a.id, "product_uom_qty": 2})]})
        self.updates(order)
        root = etree.fromstring(bytes(order.picking_ids.bring_message_ids.sorted("id")[-1].content))
        numbers = [line.get("articleLineId") for line in self.lines(root)]
        self.assertNotIn("20", numbers)


class TestPrices(OrderContentCase):
    def prices(self, root):
        return [(e.text, e.get("currencyIdentificationCode")) for e in root.iter(f"{MB}UnitPrice")]

    def test_the_price_is_of_one_piece_after_the_discount(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.make_order((self.a, 1, dozen))
        order.order_line.write({"price_unit": 1200.0, "discount": 50.0, "tax_ids": False})
        root = self.written(order.picking_ids)
        (line,) = self.lines(root)
        self.assertEqual(line.findtext(f"{MB}ArticleQuantity"), "12")
        self.assertEqual(self.prices(root), [("50", order.currency_id.name)])

    def test_a_price_with_tax_in_it_is_told_without(self):
        tax = self.env["account.tax"].create(
            {
                "name": "25 in the price",
                "amount": 25.0,
                "price_include_override": "tax_included",
                "type_tax_use": "sale",
            }
        )
        order = self.make_order((self.a, 2))
        order.order_line.write({"price_unit": 125.0, "tax_ids": [(6, 0, tax.ids)]})
        self.assertEqual(self.prices(self.written(order.picking_ids))[0][0], "100")

    def test_a_purchase_in_another_unit_and_currency(self):
        self.norwegian.active = True
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.make_purchase((self.a, 2, dozen), currency_id=self.norwegian.id)
        order.order_line.write({"price_unit": 240.0, "discount": 25.0, "tax_ids": False})
        self.assertEqual(self.prices(self.written(order.picking_ids)), [("15", "NOK")])

    def test_what_a_component_of_a_kit_costs_nobody_knows(self):
        if "mrp.bom" not in self.env:
            self.skipTest("mrp is not installed")
        kit = self.make_product("KIT")
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [(0, 0, {"product_id": self.a.id, "product_qty": 4})],
            }
        )
        order = self.make_order((kit, 2))
        order.order_line.price_unit = 100.0
        root = self.written(order.picking_ids)
        (line,) = self.lines(root)
        self.assertEqual(line.findtext(f"{MB}ArticleQuantity"), "8")
        self.assertEqual(self.prices(root), [])

    def test_a_third_of_a_price_keeps_its_parts(self):
        order = self.make_order((self.a, 3))
        order.order_line.write({"price_unit": 33.33, "discount": 10.0, "tax_ids": False})
        ((price, _currency),) = self.prices(self.written(order.picking_ids))
        self.assertAlmostEqual(float(price), 29.9967, 2)


class TestLots(OrderContentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.send_lots = True
        cls.milk = cls.make_product("MILK", tracking="lot")
        cls.first, cls.second = cls.make_lot(cls.milk, "L1"), cls.make_lot(cls.milk, "L2")
        cls.put_stock(cls.milk, 3, lot=cls.first)
        cls.put_stock(cls.milk, 4, lot=cls.second)

    def setUp(self):
        super().setUp()
        for name, quantity in (("L1", 3), ("L2", 4)):
            self.server.stock.put(
                "BERGER", "MILK", quantity, at=self.server.clock.now,
                status="AVAILABLE_FOR_SALE", batch=name,
            )  # fmt: skip

    def batches(self, root):
        return [
            (
                line.get("articleLineId"),
                line.findtext(f"{MB}ArticleBatchNo"),
                line.findtext(f"{MB}ArticleQuantity"),
            )
            for line in self.lines(root)
        ]

    def test_each_reserved_lot_is_a_line_of_its_own(self):
        order = self.make_order((self.milk, 5), (self.a, 2))
        self.assertEqual(
            self.batches(self.written(order.picking_ids)),
            [("10", "L1", "3"), ("20", None, "2"), ("30", "L2", "2")],
        )

    def test_what_left_of_each_lot_comes_back_to_its_order_line(self):
        order = self.make_order((self.milk, 5), (self.milk, 2))
        picking = order.picking_ids
        self.written(picking)
        self.send()
        numbers = {
            (lot, move): number
            for move in picking.move_ids
            for lot, number in move.bring_lot_numbers.items()
        }
        self.assertEqual(len(set(numbers.values())), len(numbers), "no number stands twice")
        lines = [
            despatch_line(
                number,
                "MILK",
                sum(part.quantity for part in move.move_line_ids if part.lot_id.name == lot),
                items=[{"batch": lot}],
            )
            for (lot, move), number in numbers.items()
        ]
        document = self.despatch(order, *lines)
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(order.order_line.mapped("qty_delivered"), [5, 2])

    def test_a_lot_keeps_its_number_and_no_number_is_used_again(self):
        order = self.make_order((self.milk, 5))
        picking = order.picking_ids
        self.assertEqual(
            self.batches(self.written(picking)), [("10", "L1", "3"), ("20", "L2", "2")]
        )
        self.send()
        order.order_line.product_uom_qty = 2
        self.env.flush_all()
        picking.do_unreserve()
        picking.move_ids._update_reserved_quantity(2, self.stock, lot_id=self.second)
        self.send()
        root = etree.fromstring(bytes(picking.bring_message_ids.sorted("id")[-1].content))
        self.assertEqual(self.batches(root), [("20", "L2", "2")])

    def test_what_is_not_reserved_is_a_line_without_a_lot(self):
        order = self.make_order((self.milk, 9))
        batches = self.batches(self.written(order.picking_ids))
        self.assertEqual(batches, [("10", "L1", "3"), ("20", "L2", "4"), ("30", None, "2")])

    def test_the_rest_of_a_part_keeps_the_numbers_of_its_lots(self):
        order = self.make_order((self.milk, 5))
        picking = order.picking_ids
        self.written(picking)
        self.send()
        self.despatch(order, despatch_line("20", "MILK", 2, items=[{"batch": "L2"}]))
        self.assertEqual(order.order_line.qty_delivered, 2)
        rest = order.picking_ids - picking
        document = self.despatch(
            order, despatch_line("10", "MILK", 3, items=[{"batch": "L1"}]), at="2026-03-03T10:00:00"
        )
        self.assertEqual((document.state, rest.state), ("done", "done"), document.error)
        self.assertEqual(order.order_line.qty_delivered, 5)

    def test_serial_numbers_stay_on_one_line(self):
        lamp = self.make_product("LAMP", tracking="serial")
        for name in ("S1", "S2"):
            self.put_stock(lamp, 1, lot=self.make_lot(lamp, name))
        root = self.written(self.make_order((lamp, 2)).picking_ids)
        (line,) = self.lines(root)
        self.assertEqual([e.text for e in line.iter(f"{MB}ArticleSerialNo")], ["S1", "S2"])

    def test_without_the_setting_no_lot_is_named(self):
        self.account.send_lots = False
        root = self.written(self.make_order((self.milk, 5)).picking_ids)
        self.assertEqual(self.batches(root), [("10", None, "5")])


class TestServices(OrderContentCase):
    def test_what_bring_s_matrix_does_not_have_is_said_before(self):
        picking = self.make_order((self.a, 1)).picking_ids
        picking.carrier_id = self.carrier("5800", bring_additional_services="EVARSLING")
        self.assertRegex(picking.bring_problem_text, "EVARSLING.*5800")
        with self.assertRaisesRegex(UserError, "EVARSLING"):
            picking.action_bring_send()
        picking.carrier_id = self.carrier("5600", bring_additional_services="1178,1179")
        self.assertRegex(picking.bring_problem_text, "1178.*1179")
        picking.carrier_id = self.carrier("5600", bring_additional_services="1178,1064")
        self.assertFalse(picking.bring_problem_text)

    def test_a_service_of_another_country_is_said(self):
        self.customer.country_id = self.env.ref("base.se")
        picking = self.make_order((self.a, 1)).picking_ids
        picking.carrier_id = self.carrier("5800", bring_additional_services="1000")
        self.assertRegex(picking.bring_problem_text, "1000.*5800")

    def test_codes_of_an_agreement_are_taken_as_they_are(self):
        picking = self.make_order((self.a, 1)).picking_ids
        picking.carrier_id = self.carrier("Servicepakke", bring_additional_services="OURS,1060")
        self.assertFalse(picking.bring_problem_text)

    def test_the_delivery_method_says_it_itself(self):
        carrier = self.carrier("5800", bring_additional_services="EVARSLING")
        self.assertRegex(carrier.bring_problem_text, "EVARSLING")
        carrier.bring_additional_services = "1064"
        self.assertFalse(carrier.bring_problem_text)

    def test_the_table_has_the_codes_of_the_guideline_and_of_the_matrix(self):
        codes = self.env["bring.service"].search([]).mapped("code")
        for code in ("1060", "1064", "1074", "1123", "1124", "1125", "1178", "1179", "PickUpPoint"):
            self.assertIn(code, codes)


class TestDeliveryDateDigest(OrderContentCase):
    def test_seconds_of_a_schedule_are_no_change(self):
        order = self.make_order((self.a, 5), commitment_date="2031-01-05 10:00:00")
        order.picking_ids.action_bring_send()
        self.send()
        order.commitment_date += timedelta(minutes=3)
        self.env.flush_all()
        self.send()
        self.assertEqual(len(order.picking_ids.bring_message_ids), 1)
