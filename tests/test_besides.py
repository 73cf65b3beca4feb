from .common import (
    BringCase,
    despatch_advice,
    despatch_line,
    element,
    item_data,
    leaf,
    message,
    receiving_advice,
    receiving_line,
    stock_report,
)

PALLET, PARCEL, OTHER = "373323991829613867", "373323991829613874", "373323991829613881"


def weight(kind, value, unit="KGM"):
    return element(
        "unitMeasurement",
        leaf("measurementType", kind),
        leaf("measurementValue", value, measurementUnitCode=unit),
    )


def address(street=None, code=None, city=None, country=None, name="Kari Nordmann"):
    return element(
        "shipTo",
        element(
            "address",
            leaf("name", name),
            leaf("postalCode", code),
            leaf("city", city),
            leaf("countryCode", country),
            leaf("streetAddressOne", street),
        ),
    )


def heavy(sscc, gross, *lines, unit="KGM"):
    """Build a logistic unit with its gross weight (AAD)."""
    return element(
        "despatchAdviceLogisticUnit",
        element("logisticUnitIdentification", leaf("sscc", sscc)) if sscc else None,
        element("logisticUnitMeasurement", weight("AAD", gross, unit)) if gross else None,
        *lines,
    )


def weighed_line(article, quantity, *nets, **options):
    """Build a line whose item data have these net weights (AAC)."""
    line = despatch_line(article=article, quantity=quantity, items=[{}] * len(nets), **options)
    for data, net in zip(line.iter("transactionalItemData"), nets, strict=True):
        data.append(
            element(
                "transactionalItemWeight",
                leaf("measurementType", "AAC"),
                leaf("measurementValue", net, measurementUnitCode="KGM"),
            )
        )
    return line


class BesidesCase(BringCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.make_product("A1", weight=2.0)
        cls.put_stock(cls.a, 100)
        cls.customer.write(
            {
                "street": "Storgata 1",
                "zip": "0150",
                "city": "Oslo",
                "country_id": cls.env.ref("base.no").id,
            }
        )

    def tell(self, order, *units, besides=(), **options):
        """Deliver an advice with further elements in it; return its document."""
        reference = order if isinstance(order, str) else order.name
        lines = [] if units or options.get("status", "O4") != "O4" else [self.line(order)]
        advice = despatch_advice(reference, *([lines] if lines else []), **options)
        advice.extend(units)
        advice.extend(besides)
        return self.deliver(message("despatch_advice", advice)).document_ids

    def line(self, order):
        return despatch_line(article="A1", quantity=order.order_line.product_uom_qty)


class TestWeights(BesidesCase):
    """How heavy Bring found it stands in Odoo's own fields."""

    def test_parcels_and_the_shipment_have_their_gross_weight(self):
        order = self.make_order((self.a, 3))
        document = self.tell(
            order,
            heavy(PARCEL, "4.5", despatch_line(article="A1", quantity=2)),
            heavy(OTHER, "2500", despatch_line(article="A1", quantity=1), unit="GRM"),
        )
        self.assertEqual(document.state, "done", document.error)
        picking = order.picking_ids
        weights = {
            package.name: package.shipping_weight
            for package in picking.move_line_ids.result_package_id
        }
        self.assertEqual(weights, {PARCEL: 4.5, OTHER: 2.5})
        self.assertEqual(picking.shipping_weight, 7.0)
        self.assertIn("4.50 kg", order.bring_delivery)

    def test_the_goods_have_the_net_weight_of_each_of_their_items(self):
        order = self.make_order((self.a, 3))
        self.tell(order, heavy(None, None, weighed_line("A1", 3, "1.25", "2.5")))
        picking = order.picking_ids
        self.assertEqual(picking.move_ids.weight, 3.75)
        self.assertEqual(picking.weight, 3.75)

    def test_a_part_is_weighed_by_what_left_of_it(self):
        order = self.make_order((self.a, 5))
        self.tell(order, heavy(PARCEL, "4", weighed_line("A1", 2, "3")))
        left = order.picking_ids.filtered(lambda p: p.state == "done")
        self.assertEqual((left.weight, left.shipping_weight), (3.0, 4.0))
        self.assertEqual((order.picking_ids - left).weight, 6.0)  # 3 of 2 kg, as Odoo has it

    def test_what_bring_does_not_weigh_keeps_odoo_s_weight(self):
        order = self.make_order((self.a, 3))
        self.tell(order, heavy(PARCEL, None, despatch_line(article="A1", quantity=3)))
        self.assertEqual(order.picking_ids.weight, 6.0)
        self.assertFalse(order.picking_ids.move_line_ids.result_package_id.shipping_weight)

    def test_one_parcel_of_two_without_a_weight_has_none(self):
        order = self.make_order((self.a, 3))
        self.tell(
            order,
            heavy(PARCEL, "9", despatch_line(article="A1", quantity=2)),
            heavy(OTHER, None, despatch_line(article="A1", quantity=1)),
        )
        packages = order.picking_ids.move_line_ids.result_package_id
        self.assertEqual(
            {package.name: package.shipping_weight for package in packages}, {PARCEL: 9, OTHER: 0}
        )
        self.assertNotIn("0.00 kg", order.bring_delivery)

    def test_zero_is_no_weight_and_another_unit_is_pointed_out(self):
        order = self.make_order((self.a, 2))
        document = self.tell(
            order,
            heavy(PARCEL, "0", despatch_line(article="A1", quantity=1)),
            heavy(OTHER, "3", despatch_line(article="A1", quantity=1), unit="XYZ"),
        )
        self.assertEqual(document.state, "done", document.error)
        self.assertIn("XYZ", document.unread if "unread" in document._fields else document.remark)
        self.assertFalse(
            any(order.picking_ids.move_line_ids.result_package_id.mapped("shipping_weight"))
        )

    def test_pounds_where_odoo_weighs_in_pounds(self):
        self.env["ir.config_parameter"].set_param("product.weight_in_lbs", "1")
        order = self.make_order((self.a, 1))
        self.tell(order, heavy(PARCEL, "1", weighed_line("A1", 1, "1")))
        package = order.picking_ids.move_line_ids.result_package_id
        self.assertAlmostEqual(package.shipping_weight, 2.2046, 2)


class TestAddress(BesidesCase):
    """Another address than the order's is pointed out, however either is written."""

    def test_another_address_is_pointed_out_once_and_applied(self):
        order = self.make_order((self.a, 2))
        elsewhere = address("Kirkegata 5", "5003", "BERGEN", "NO")
        first = self.tell(order, status="O1", besides=[elsewhere])
        self.assertEqual(first.state, "done", first.error)
        self.assertIn("Kirkegata 5, 5003 BERGEN", first.remark)
        self.assertIn("Storgata 1, 0150 Oslo", first.remark)
        last = self.tell(order, besides=[address("Kirkegata 5", "5003", "BERGEN", "NO")])
        self.assertEqual(last.state, "done", last.error)
        self.assertFalse(last.remark)
        self.assertEqual(order.bring_status, "despatched")
        self.assertIn("another address", order.picking_ids.bring_timeline)

    def test_the_same_address_in_bring_s_spelling_is_not(self):
        order = self.make_order((self.a, 2))
        document = self.tell(order, besides=[address("STORGT. 1", "150", "OSLO", "no")])
        self.assertFalse(document.remark)

    def test_the_order_s_address_and_the_pick_up_point_are_right_too(self):
        home = self.env["res.partner"].create(
            {"name": "Home", "parent_id": self.customer.id, "type": "delivery"}
        )
        home.write({"street": "Bakken 2", "zip": "7010", "city": "Trondheim"})
        order = self.make_order((self.a, 2), partner_shipping_id=home.id)
        order.pickup_location_data = {
            "id": "121234",
            "name": "Narvesen",
            "street": "Torget 9",
            "zip_code": "7011",
            "city": "Trondheim",
            "country_code": "NO",
        }
        first = self.tell(order, status="O1", besides=[address("Torget 9", "7011", "TRONDHEIM")])
        self.assertFalse(first.remark)
        second = self.tell(order, status="O2", besides=[address("Bakken 2", "7010", "TRONDHEIM")])
        self.assertFalse(second.remark)
        third = self.tell(order, status="O3", besides=[address("Storgata 1", "0150", "OSLO")])
        self.assertIn("another address", third.remark)

    def test_a_name_alone_is_no_other_address(self):
        order = self.make_order((self.a, 2))
        self.assertFalse(self.tell(order, besides=[address(name="Somebody else")]).remark)


class TestNotes(BesidesCase):
    """Notes and references are said when Odoo does not have them."""

    def test_what_comes_back_is_not_said_and_the_rest_is_once(self):
        order = self.make_order((self.a, 2), client_order_ref="PO-77")
        line = despatch_line(number=10, article="A1", quantity=2)
        line.append(leaf("note", "Damaged carton"))
        line.append(element("customerReference", leaf("entityIdentification", "po-77")))
        first = self.tell(order, status="O1", besides=[leaf("note", "PO-77")])
        self.assertFalse(first.remark)
        second = self.tell(order, status="O3", besides=[leaf("note", "Call before delivery")])
        self.assertIn("Bring's note: Call before delivery", second.remark)
        last = self.tell(
            order, heavy(None, None, line), besides=[leaf("note", "Call before delivery")]
        )
        self.assertEqual(last.remark, "Bring's note on line 10: Damaged carton")

    def test_a_receipt_s_references_too(self):
        purchase = self.make_purchase((self.a, 2), partner_ref="V-1")
        line = receiving_line(number=10, article="A1", received=2)
        line.append(leaf("note", "Wet"))
        line.append(element("customerReference", leaf("entityIdentification", "K-9")))
        document = self.receive(purchase, line)
        self.assertIn("Bring's note on line 10: Wet", document.remark)
        self.assertIn("Customer's reference: K-9", document.remark)
        self.assertNotIn("V-1", document.remark)


class TestImei(BesidesCase):
    """The IMEI beside a serial number is kept with it, and shown."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls.make_product("PHONE", tracking="serial")

    def in_stock(self, *names):
        for name in names:
            self.put_stock(self.phone, 1, self.make_lot(self.phone, name))

    def ship(self, order, *items):
        line = despatch_line(article="PHONE", quantity=len(items), items=items)
        return self.tell(order, heavy(None, None, line))

    def test_it_is_the_lot_s_reference_and_stands_on_the_order(self):
        self.in_stock("SN1", "SN2")
        order = self.make_order((self.phone, 2))
        document = self.ship(
            order,
            {"serials": ["SN1"], "imei": "352052063095991"},
            {"serials": ["SN2"], "imei": "352052063095992"},
        )
        self.assertEqual(document.state, "done", document.error)
        lots = order.picking_ids.move_line_ids.lot_id
        self.assertEqual(
            {lot.name: lot.ref for lot in lots},
            {"SN1": "352052063095991", "SN2": "352052063095992"},
        )
        self.assertFalse(document.remark)
        self.assertIn("SN1 / 352052063095991", order.bring_delivery)
        self.assertIn(lots[0], self.env["stock.lot"].search([("ref", "=", lots[0].ref)]))

    def test_another_reference_stays_and_is_pointed_out(self):
        self.in_stock("SN1")
        lot = self.env["stock.lot"].search([("name", "=", "SN1")])
        lot.ref = "999"
        document = self.ship(
            self.make_order((self.phone, 1)), {"serials": ["SN1"], "imei": "352052063095991"}
        )
        self.assertEqual((document.state, lot.ref), ("done", "999"))
        self.assertIn("352052063095991", document.remark)

    def test_who_has_the_imei_as_serial_number_ships_that_piece(self):
        self.in_stock("352052063095991")
        order = self.make_order((self.phone, 1))
        document = self.ship(order, {"serials": ["SN1"], "imei": "352052063095991"})
        self.assertEqual(document.state, "done", document.error)
        lot = order.picking_ids.move_line_ids.lot_id
        self.assertEqual((lot.name, lot.ref), ("352052063095991", "SN1"))
        self.assertFalse(document.remark)

    def test_one_imei_for_two_serial_numbers_is_on_neither_and_said(self):
        self.in_stock("SN1", "SN2")
        order = self.make_order((self.phone, 2))
        line = despatch_line(
            article="PHONE",
            quantity=2,
            items=[{"serials": ["SN1", "SN2"], "imei": "352052063095991"}],
        )
        document = self.tell(order, heavy(None, None, line))
        self.assertEqual(document.state, "done", document.error)
        self.assertFalse(any(order.picking_ids.move_line_ids.lot_id.mapped("ref")))
        self.assertIn("352052063095991", document.remark)

    def test_an_imei_of_what_has_no_serial_numbers_is_said(self):
        order = self.make_order((self.a, 1))
        line = despatch_line(article="A1", quantity=1, items=[{"imei": "352052063095991"}])
        document = self.tell(order, heavy(None, None, line))
        self.assertEqual(document.state, "done", document.error)
        self.assertIn("352052063095991", document.remark)

    def test_an_imei_of_a_receipt(self):
        purchase = self.make_purchase((self.phone, 1))
        line = receiving_line(article="PHONE", received=1)
        data = item_data({"serials": ["SN7"], "quantity": 1}, "")
        data.append(leaf("lotNumber", "352052063095997"))
        line.find("transactionalTradeItem").append(data)
        document = self.receive(purchase, line)
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(
            self.env["stock.lot"].search([("name", "=", "SN7")]).ref, "352052063095997"
        )


class TestPallets(BesidesCase):
    """The pallets that a receipt names lie where the goods were put."""

    def arrive(self, purchase, *units):
        """Deliver a receipt; units are pairs of SSCC and lines. Return its document."""
        advice = receiving_advice(purchase.name)
        for sscc, lines in units:
            advice.append(
                element(
                    "receivingAdviceLogisticUnit",
                    element("logisticUnitIdentification", leaf("sscc", sscc)),
                    *lines,
                )
            )
        return self.deliver(message("receiving_advice", advice)).document_ids

    def quants(self, name):
        return self.env["stock.quant"].search([("package_id.name", "=", name)])

    def test_goods_of_several_lines_lie_on_their_pallet(self):
        b = self.make_product("B1")
        purchase = self.make_purchase((self.a, 10), (b, 4))
        document = self.arrive(
            purchase,
            (
                PALLET,
                [
                    receiving_line(article="A1", received=6),
                    receiving_line(article="B1", received=4),
                ],
            ),
            (OTHER, [receiving_line(article="A1", received=4)]),
        )
        self.assertEqual(document.state, "done", document.error)
        pallet = self.quants(PALLET)
        self.assertEqual({quant.product_id: quant.quantity for quant in pallet}, {self.a: 6, b: 4})
        self.assertEqual(pallet.location_id, self.stock)
        self.assertEqual(len(pallet.package_id), 1)
        self.assertEqual(self.quants(OTHER).quantity, 4)
        self.assertEqual(self.on_hand(self.a), 110)

    def test_what_is_held_back_lies_on_it_where_it_is_held(self):
        purchase = self.make_purchase((self.a, 10))
        line = receiving_line(
            article="A1", received=10, accepted=10, conditions=[("0", 7), ("1", 3)]
        )
        document = self.arrive(purchase, (PALLET, [line]))
        self.assertEqual(document.state, "done", document.error)
        places = {quant.location_id: quant.quantity for quant in self.quants(PALLET)}
        self.assertEqual(places, {self.stock: 7, self.blocked: 3})

    def test_a_pallet_that_stands_on_a_shelf_is_filled_there(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.stock.id, "usage": "internal"}
        )
        pallet = self.env["stock.package"].create({"name": PALLET})
        self.env["stock.quant"]._update_available_quantity(self.a, shelf, 5, package_id=pallet)
        purchase = self.make_purchase((self.a, 10))
        document = self.arrive(purchase, (PALLET, [receiving_line(article="A1", received=10)]))
        self.assertEqual(document.state, "done", document.error)
        (quant,) = self.quants(PALLET)
        self.assertEqual((quant.location_id, quant.quantity, quant.package_id), (shelf, 15, pallet))

    def test_a_number_that_holds_stock_elsewhere_is_another_pallet(self):
        other = self.env["stock.warehouse"].create({"name": "Own", "code": "OWN"})
        pallet = self.env["stock.package"].create({"name": PALLET})
        self.env["stock.quant"]._update_available_quantity(
            self.a, other.lot_stock_id, 5, package_id=pallet
        )
        purchase = self.make_purchase((self.a, 10))
        document = self.arrive(purchase, (PALLET, [receiving_line(article="A1", received=10)]))
        self.assertEqual(document.state, "done", document.error)
        places = {quant.location_id: quant.quantity for quant in self.quants(PALLET)}
        self.assertEqual(places, {self.stock: 10, other.lot_stock_id: 5})

    def test_a_part_of_a_pallet_leaves_and_the_rest_stays_on_it(self):
        product = self.make_product("P1")
        self.arrive(
            self.make_purchase((product, 10)),
            (PALLET, [receiving_line(article="P1", received=10)]),
        )
        for quantity, sscc in ((4, None), (3, PARCEL), (1, PALLET)):
            order = self.make_order((product, 10))
            document = self.tell(
                order, heavy(sscc, None, despatch_line(article="P1", quantity=quantity))
            )
            self.assertEqual(document.state, "done", document.error)
        inside = self.quants(PALLET).filtered(lambda q: q.location_id == self.stock)
        self.assertEqual(inside.quantity, 2)
        # and a stock report finds it there
        report = self.deliver(stock_report(("P1", 1), ("A1", 100))).document_ids
        found = self.env["bring.inventory.report"].browse(report.res_id)
        found.action_apply()
        inside.invalidate_recordset()
        self.assertEqual(self.on_hand(product), 1)

    def test_goods_on_the_way_over_an_input_area_come_onto_it_at_the_end(self):
        self.warehouse.reception_steps = "two_steps"
        product = self.make_product("P1")
        document = self.arrive(
            self.make_purchase((product, 10)),
            (PALLET, [receiving_line(article="P1", received=10)]),
        )
        self.assertEqual(document.state, "done", document.error)
        (quant,) = self.quants(PALLET)
        self.assertEqual((quant.location_id, quant.quantity), (self.stock, 10))
        self.assertEqual(self.on_hand(product, self.warehouse.view_location_id), 10)
