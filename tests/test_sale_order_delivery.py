from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools.safe_eval import safe_eval

from .common import BringCase, despatch_advice, despatch_line, message, order_response


class TestSaleOrderDelivery(BringCase):
    """How much of an order has left, and where the rest is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a, cls.b = cls.make_product("A1"), cls.make_product("B1")
        cls.put_stock(cls.a, 100)
        cls.put_stock(cls.b, 100)
        cls.order = cls.make_order((cls.a, 6), (cls.b, 4))

    def rows(self, order=None):
        """Return the lines as the tab shows them: product code → (count, remarks)."""
        self.env.invalidate_all()
        order = order or self.order
        rows = html.fromstring(order.bring_delivery).xpath("//tbody/tr")
        return {
            row.xpath("string(td[1]/text()[normalize-space()])").split("]")[0].strip("[\n "): (
                " ".join(row.xpath("string(td[2])").split()),
                [" ".join(remark.text_content().split()) for remark in row.xpath("td[1]/div")],
            )
            for row in rows
        }

    def test_nothing_is_shown_of_an_order_that_is_not_with_bring(self):
        for field in ("bring_progress", "bring_delivery", "bring_timeline", "bring_tracking"):
            self.assertFalse(self.order[field], field)

    def test_six_of_ten_line_by_line(self):
        self.deliver(message("despatch_advice", despatch_advice(self.order.name, status="O3")))
        self.assertEqual(self.order.bring_progress, "0 of 10 despatched")
        self.despatch(self.order, despatch_line(10, "A1", 6), tracking="70700000000000001")
        self.assertEqual(self.order.bring_status, "partially_despatched")
        self.assertEqual(self.order.bring_progress, "6 of 10 despatched")
        rest = self.order.picking_ids.filtered(lambda picking: picking.state != "done")
        self.assertEqual(
            self.rows(),
            {
                "A1": ("6 of 6 Units", []),
                "B1": ("0 of 4 Units", [f"4 at Bring, Picked ({rest.name})"]),
            },
        )

    def test_a_line_in_two_parts_counts_both(self):
        self.despatch(self.order, despatch_line(10, "A1", 2), tracking="70700000000000001")
        self.assertEqual(self.rows()["A1"][0], "2 of 6 Units")
        self.assertIn("4 to follow from Bring", self.rows()["A1"][1][0])
        self.despatch(
            self.order,
            despatch_line(10, "A1", 4),
            despatch_line(20, "B1", 4),
            tracking="70700000000000002",
            at="2026-03-03T10:00:00",
        )
        self.assertEqual(self.order.bring_progress, "10 of 10 despatched")
        self.assertEqual(self.rows()["A1"], ("6 of 6 Units", []))
        self.assertEqual(
            [link["url"].rsplit("/", 1)[-1] for link in self.order.bring_tracking],
            ["70700000000000001", "70700000000000002"],
        )

    def test_what_bring_cancels_does_not_leave(self):
        self.despatch(self.order, despatch_line(10, "A1", 6))
        cancelled = despatch_advice(self.order.name, status="99", at="2026-03-03T10:00:00")
        self.deliver(message("despatch_advice", cancelled))
        self.assertEqual(self.order.bring_progress, "6 of 10 despatched, 4 cancelled")
        self.assertEqual(self.rows()["B1"], ("0 of 4 Units", ["4 cancelled"]))

    def test_when_all_is_cancelled_nothing_else_is_said(self):
        self.deliver(message("despatch_advice", despatch_advice(self.order.name, status="99")))
        self.assertEqual(self.order.bring_progress, "10 cancelled")

    def test_more_than_ordered_of_one_line_does_not_make_up_for_another(self):
        self.despatch(self.order, despatch_line(10, "A1", 8))
        self.assertEqual(self.order.bring_progress, "6 of 10 despatched")
        self.assertEqual(self.rows()["A1"], ("8 of 6 Units", ["More left than was ordered"]))

    def test_what_comes_back_is_told_and_has_left_all_the_same(self):
        self.despatch(self.order, despatch_line(10, "A1", 6), despatch_line(20, "B1", 4))
        picking = self.order.picking_ids
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.filtered(lambda m: m.product_id == self.a).quantity = 2
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        self.assertEqual(self.rows()["A1"], ("6 of 6 Units", []), "nothing came back yet")
        back.move_ids.picked = True
        back.button_validate()
        self.assertEqual(back.state, "done")
        self.assertEqual(self.order.bring_progress, "10 of 10 despatched")
        self.assertEqual(self.rows()["A1"], ("6 of 6 Units", ["2 came back"]))

    def test_goods_in_another_warehouse_are_told_apart(self):
        own = self.env["stock.warehouse"].create({"name": "Own shop", "code": "OWN"})
        self.put_stock(self.b, 10, location=own.lot_stock_id)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    (0, 0, {"product_id": self.a.id, "product_uom_qty": 6}),
                    (
                        0,
                        0,
                        {
                            "product_id": self.b.id,
                            "product_uom_qty": 4,
                            "route_ids": [(6, 0, own.delivery_route_id.ids)],
                        },
                    ),
                ],
            }
        )
        order.action_confirm()
        elsewhere = order.picking_ids.filtered(lambda p: p.picking_type_id.warehouse_id == own)
        self.assertTrue(elsewhere)
        self.assertFalse(order.bring_delivery)
        self.despatch(order, despatch_line(10, "A1", 6))
        self.assertEqual(order.bring_status, "partially_despatched")
        self.assertEqual(
            self.rows(order),
            {
                "A1": ("6 of 6 Units", []),
                "B1": ("0 of 4 Units", [f"4 from Own shop, Ready ({elsewhere.name})"]),
            },
        )
        elsewhere.move_ids.picked = True
        elsewhere.carrier_tracking_ref = "OTHER-1"
        elsewhere.button_validate()
        self.assertEqual(order.bring_progress, "10 of 10 despatched")
        self.assertIn("OTHER-1", order.bring_delivery)
        self.assertFalse(order.bring_tracking, "another carrier's number is not Bring's")

    def test_goods_count_once_on_a_way_of_several_steps(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.make_order((self.a, 6))
        self.deliver(message("order_response", order_response(order.name)))
        first = order.picking_ids
        self.assertEqual(
            self.rows(order)["A1"], ("0 of 6 Units", [f"6 at Bring, Registered ({first[:1].name})"])
        )
        self.despatch(order, despatch_line(10, "A1", 4))
        count, remarks = self.rows(order)["A1"]
        self.assertEqual((count, len(remarks)), ("4 of 6 Units", 1))
        self.assertTrue(remarks[0].startswith("2 at Bring, Registered"), remarks)
        self.assertEqual(order.bring_progress, "4 of 6 despatched")

    def test_lines_in_different_units_are_counted_as_lines(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.make_order((self.a, 1, dozen), (self.b, 4))
        self.despatch(order, despatch_line(10, "A1", 12))
        self.assertEqual(order.bring_progress, "1 of 2 lines despatched")
        self.assertEqual(self.rows(order)["A1"][0], "1 of 1 Dozens")

    def test_a_kit_is_told_as_a_kit(self):
        if self.env["ir.module.module"]._get("sale_mrp").state != "installed":
            self.skipTest("kits are sold with the module sale_mrp")
        kit = self.make_product("KIT", is_storable=False)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "product_qty": 1,
                "type": "phantom",
                "bom_line_ids": [
                    (0, 0, {"product_id": self.a.id, "product_qty": 2}),
                    (0, 0, {"product_id": self.b.id, "product_qty": 1}),
                ],
            }
        )
        order = self.make_order((kit, 3))
        self.despatch(order, despatch_line(article="A1", quantity=2), despatch_line(article="B1"))
        self.assertEqual(order.bring_progress, "1 of 3 despatched")
        count, remarks = self.rows(order)["KIT"]
        self.assertEqual(count, "1 of 3 Units")
        self.assertEqual(len(remarks), 1)
        self.assertIn("2 to follow from Bring", remarks[0])
        self.assertIn("2 Units of [A1] Article A1", order.bring_timeline)

    def test_services_and_notes_are_not_goods(self):
        service = self.env["product.product"].create({"name": "Wrapping", "type": "service"})
        order = self.make_order((self.a, 6), (service, 3))
        order.write({"order_line": [(0, 0, {"display_type": "line_note", "name": "Thanks"})]})
        self.despatch(order, despatch_line(10, "A1", 6))
        self.assertEqual(order.bring_progress, "6 of 6 despatched")
        self.assertEqual(list(self.rows(order)), ["A1"])

    def test_each_parcel_has_its_contents_and_its_link(self):
        lot = self.make_lot(self.make_product("L1", tracking="lot"), "BATCH-7")
        self.put_stock(lot.product_id, 10, lot=lot)
        order = self.make_order((self.a, 6), (lot.product_id, 1))
        units = (
            ("370700000000000017", [despatch_line(10, "A1", 6)]),
            ("370700000000000024", [despatch_line(20, "L1", 1, items=[{"batch": "BATCH-7"}])]),
        )
        self.deliver(
            message(
                "despatch_advice",
                despatch_advice(order.name, *units, tracking="70700000000000001"),
            )
        )
        shipments = html.fromstring(f"<div>{order.bring_delivery}</div>").xpath("//ol/li")
        self.assertEqual(len(shipments), 1)
        links = shipments[0].xpath(".//a/@href")
        self.assertEqual(
            [link.rsplit("/", 1)[-1] for link in links],
            ["70700000000000001", "370700000000000017", "370700000000000024"],
        )
        text = " ".join(shipments[0].text_content().split())
        self.assertRegex(text, r"370700000000000017 6 Units \[A1\] Article A1 Parcel")
        self.assertRegex(text, r"370700000000000024 1 Units \[L1\] Article L1 \(BATCH-7\)")

    def test_odoo_s_own_link_leads_to_bring_whatever_the_delivery_method(self):
        picking = self.order.picking_ids
        self.assertFalse(picking.carrier_tracking_url)
        self.despatch(
            self.order, despatch_line(10, "A1", 6), despatch_line(20, "B1", 4), tracking="7070/1"
        )
        self.assertEqual(
            picking.carrier_tracking_url, "https://tracking.bring.com/tracking/7070%2F1"
        )
        self.assertEqual(picking.open_website_url()["url"], picking.carrier_tracking_url)
        picking.carrier_tracking_ref = "70701,70702"
        self.assertEqual(
            picking.get_multiple_carrier_tracking(),
            [
                ["70701", "https://tracking.bring.com/tracking/70701"],
                ["70702", "https://tracking.bring.com/tracking/70702"],
            ],
        )

    def test_the_customer_s_mail_has_the_link(self):
        self.company.stock_move_email_validation = True
        lines = (despatch_line(10, "A1", 6), despatch_line(20, "B1", 4))
        self.despatch(self.order, *lines, tracking="70700000000000001")
        with self.enter_registry_test_mode():
            self.env.ref("bring_warehousing.ir_cron_send_mails").method_direct_trigger()
        mail = self.order.picking_ids.message_ids.filtered("partner_ids")
        self.assertIn("https://tracking.bring.com/tracking/70700000000000001", mail.body)

    def test_what_bring_calls_things_cannot_break_the_page(self):
        self.a.name = "<script>alert(1)</script>"
        self.despatch(self.order, despatch_line(10, "A1", 6), tracking='"><b>x')
        for field in ("bring_delivery", "bring_timeline"):
            self.assertNotIn("<script", self.order[field])
            self.assertNotIn("<b>", self.order[field])

    def test_a_page_of_orders_costs_no_query_for_each(self):
        def cost(orders):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            orders.mapped("bring_progress")
            orders.mapped("bring_tracking")
            return self.env.cr.sql_log_count - start

        orders = self.env["sale.order"].union(
            *(self.make_order((self.a, 2), (self.b, 2)) for _number in range(12))
        )
        for order in orders:
            self.despatch(order, despatch_line(10, "A1", 2), tracking=f"7070{order.id}")
        self.assertEqual(orders[11].bring_progress, "2 of 4 despatched")
        cost(orders[:2])  # what the registry keeps
        self.assertLessEqual(cost(orders), cost(orders[:2]) + 1)

    def test_a_salesman_without_a_group_of_bring_s_reads_it_all(self):
        self.despatch(self.order, despatch_line(10, "A1", 6), tracking="70700000000000001")
        salesman = new_test_user(
            self.env, login="delivery-sales", groups="sales_team.group_sale_salesman"
        )
        self.order.user_id = salesman
        self.env.invalidate_all()
        seen = self.order.with_user(salesman)
        self.assertEqual(seen.bring_progress, "6 of 10 despatched")
        self.assertIn("4 to follow", seen.bring_delivery)
        self.assertIn("Partially despatched", seen.bring_timeline)
        self.assertEqual(seen.bring_tracking[0]["number"], "70700000000000001")

    def test_a_salesman_of_another_order_or_company_reads_nothing(self):
        self.despatch(self.order, despatch_line(10, "A1", 6))
        self.order.user_id = self.env.ref("base.user_admin")
        company = self.env["res.company"].create({"name": "Another company"})
        for login, values in (
            ("delivery-other", {}),
            ("delivery-company", {"company_id": company.id, "company_ids": [(6, 0, company.ids)]}),
        ):
            user = new_test_user(
                self.env, login=login, groups="sales_team.group_sale_salesman", **values
            )
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                self.order.with_user(user).read(["bring_delivery", "bring_timeline"])

    def test_an_order_is_found_by_what_the_customer_has_in_hand(self):
        self.order.client_order_ref = "PO-4711"
        self.despatch(self.order, despatch_line(10, "A1", 6), tracking="70700000000000001")
        arch = html.fromstring(self.order.get_views([(False, "search")])["views"]["search"]["arch"])
        domains = {node.get("name"): node.get("filter_domain") for node in arch.iter("field")}
        for name, text in (("name", "po-4711"), ("picking_ids", "70700000000000001")):
            domain = safe_eval(domains[name], {"self": text})
            self.assertEqual(self.order.search(domain), self.order, name)
