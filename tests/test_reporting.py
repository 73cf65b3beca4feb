import io
import json
from datetime import timedelta

import openpyxl

from odoo import http
from odoo.tests import new_test_user

from .common import (
    BringCase,
    BringHttpCase,
    adjustment,
    despatch_advice,
    despatch_line,
    message,
    order_response,
    receiving_line,
    stock_report,
    utc,
)
from .test_views import TestViews

ANALYSES = ("bring.despatch.analysis", "bring.receipt.analysis")


class TestTimes(BringCase):
    """When Bring reached each step: stored facts, whatever the order in which they arrive."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.make_product("A1")
        cls.put_stock(cls.product, 100)

    def tell(self, order, status, at):
        self.deliver(message("order_response", order_response(order.name, status, at)))

    def tell_picked(self, order, at):
        self.deliver(
            message("despatch_advice", despatch_advice(order.name, status="O3", created=at))
        )

    def test_each_step_keeps_the_time_at_which_it_happened(self):
        order = self.make_order((self.product, 2))
        picking = order.picking_ids
        picking._bring_advance("sent", utc("2026-03-01T06:00:00"))
        self.tell(order, "O1", "2026-03-01T08:00:00")
        self.tell(order, "O3", "2026-03-02T08:00:00")
        self.tell_picked(order, "2026-03-02T09:00:00")
        self.despatch(order, despatch_line(article="A1", quantity=2), at="2026-03-02T10:00:00")
        # Oslo is an hour ahead of UTC in winter
        self.assertEqual(picking.bring_sent_at, utc("2026-03-01T06:00:00"))
        self.assertEqual(picking.bring_registered_at, utc("2026-03-01T07:00:00"))
        self.assertEqual(picking.bring_started_at, utc("2026-03-02T07:00:00"))
        self.assertEqual(picking.bring_picked_at, utc("2026-03-02T08:00:00"))
        self.assertEqual(picking.bring_despatched_at, utc("2026-03-02T09:00:00"))

    def test_what_is_told_after_the_despatch_is_noted_all_the_same(self):
        order = self.make_order((self.product, 2))
        picking = order.picking_ids
        self.despatch(order, despatch_line(article="A1", quantity=2), at="2026-03-02T10:00:00")
        self.tell(order, "O3", "2026-03-02T08:00:00")
        self.tell(order, "O1", "2026-03-02T11:00:00")
        self.assertEqual(picking.bring_status, "despatched")
        self.assertEqual(picking.bring_started_at, utc("2026-03-02T07:00:00"))
        self.assertFalse(picking.bring_registered_at, "nothing begins after the goods have left")

    def test_the_first_time_counts_whichever_arrives_first(self):
        order = self.make_order((self.product, 2))
        for at in ("2026-03-02T09:30:00", "2026-03-02T09:00:00", "2026-03-02T09:45:00"):
            self.tell(order, "O3", at)
        self.assertEqual(order.picking_ids.bring_started_at, utc("2026-03-02T08:00:00"))

    def test_the_rest_was_sent_with_the_first_part_and_begins_by_itself(self):
        order = self.make_order((self.product, 5))
        first = order.picking_ids
        first._bring_advance("sent", utc("2026-03-01T06:00:00"))
        self.tell(order, "O3", "2026-03-02T08:00:00")
        self.despatch(order, despatch_line(article="A1", quantity=2), at="2026-03-02T10:00:00")
        rest = order.picking_ids - first
        self.assertEqual(rest.bring_sent_at, first.bring_sent_at)
        self.assertFalse(rest.bring_started_at)
        self.tell_picked(order, "2026-03-02T09:00:00")  # late, and about the first part
        self.tell_picked(order, "2026-03-02T12:00:00")
        self.assertEqual(first.bring_picked_at, utc("2026-03-02T08:00:00"))
        self.assertEqual(rest.bring_picked_at, utc("2026-03-02T11:00:00"))

    def test_a_delivery_in_steps_takes_the_times_of_the_steps_before(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.make_order((self.product, 2))
        self.tell(order, "O3", "2026-03-02T08:00:00")
        self.despatch(order, despatch_line(article="A1", quantity=2), at="2026-03-02T10:00:00")
        out = order.picking_ids.filtered(lambda p: p.picking_type_code == "outgoing")
        self.assertEqual(len(order.picking_ids), 2)
        self.assertEqual(out.bring_started_at, utc("2026-03-02T07:00:00"))
        self.assertEqual(out.bring_despatched_at, utc("2026-03-02T09:00:00"))

    def test_a_transfer_made_anew_keeps_the_times_of_the_cancelled_one(self):
        order = self.make_order((self.product, 2))
        order.picking_ids._bring_advance("sent", utc("2026-03-01T06:00:00"))
        order.picking_ids.action_cancel()
        self.despatch(order, despatch_line(article="A1", quantity=2))
        done = order.picking_ids.filtered(lambda picking: picking.state == "done")
        self.assertEqual(done.bring_sent_at, utc("2026-03-01T06:00:00"))

    def test_a_copied_transfer_starts_without_times(self):
        order = self.make_order((self.product, 2))
        self.tell(order, "O1", "2026-03-01T08:00:00")
        self.assertFalse(order.picking_ids.copy().bring_registered_at)


class AnalysisCase(BringCase):
    def groups(self, model, groupby, *aggregates, domain=()):
        """Group as graph, pivot and spreadsheets do: each group's aggregates, by its first key."""
        mine = [("warehouse_id", "=", self.warehouse.id), *domain]
        found = self.env[model].formatted_read_group(mine, groupby, [*aggregates, "__count"])
        return [tuple(group[key] for key in (*aggregates, "__count")) for group in found]


class TestSpreadsheets(BringCase):
    def test_every_measure_is_one_that_spreadsheets_take(self):
        """They take what is stored and has an aggregator, and group by what is groupable."""
        for model in ANALYSES:
            fields = self.env[model].fields_get()
            for name, field in fields.items():
                if name in ("id", "display_name") or field["type"] not in ("float", "integer"):
                    continue
                with self.subTest(model=model, field=name):
                    self.assertTrue(field["store"])
                    self.assertIn(field["aggregator"], ("avg", "sum"))
            for name in ("warehouse_id", "account_id", "scheduled_date", "partner_id"):
                self.assertTrue(fields[name]["groupable"], name)

    def test_averages_are_averages_and_amounts_are_sums(self):
        fields = self.env["bring.despatch.analysis"].fields_get()
        averages = {name for name, field in fields.items() if field.get("aggregator") == "avg"}
        hours = {"hours_to_start", "hours_to_despatch", "hours"}
        self.assertEqual(averages, {*hours, "days", "on_time"})


class TestDespatchTimes(AnalysisCase):
    """Three deliveries: two in March, one of them late; one in April; one still open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.make_product("A1")
        cls.put_stock(cls.product, 100)
        cls.norway = cls.env.ref("base.no")
        cls.customer.country_id = cls.norway
        cls.carrier = cls.env["delivery.carrier"].create(
            {
                "name": "To the door",
                "product_id": cls.make_product("F", type="service", is_storable=False).id,
            }
        )
        cls.march = cls.shipped("2026-03-02T06:00:00", 2, "2026-03-02T15:00:00")
        cls.late = cls.shipped("2026-03-09T06:00:00", 3, "2026-03-10T06:00:00")
        cls.april = cls.shipped("2026-04-02T06:00:00", 4, "2026-04-02T10:00:00")
        cls.open = cls.make_order((cls.product, 1))
        cls.open.picking_ids._bring_advance("sent", utc("2026-04-03T06:00:00"))
        cls.env.flush_all()

    @classmethod
    def shipped(cls, sent, quantity, despatched):
        """Make an order that was sent, started two hours later, scheduled for that day."""
        order = cls.make_order((cls.product, quantity))
        picking = order.picking_ids
        picking.carrier_id = cls.carrier
        picking.scheduled_date = utc(sent)
        picking._bring_advance("sent", utc(sent))
        picking._bring_advance("started", utc(sent) + timedelta(hours=2))
        document = cls.deliver(
            message(
                "despatch_advice",
                despatch_advice(
                    order.name,
                    (
                        f"370700000000000{quantity:03}",
                        [despatch_line(article="A1", quantity=quantity)],
                    ),
                    at=despatched + "Z",
                    created=despatched + "Z",
                ),
            )
        ).document_ids
        assert document.state == "done", document.error
        return order

    def test_hours_and_share_on_time_by_month(self):
        march, april = self.groups(
            "bring.despatch.analysis",
            ["despatched_at:month"],
            "hours_to_start:avg",
            "hours_to_despatch:avg",
            "hours:avg",
            "on_time:avg",
            domain=[("despatched_at", "!=", False)],
        )
        self.assertEqual(march, (2, (7 + 22) / 2, (9 + 24) / 2, 0.5, 2))
        self.assertEqual(april, (2, 2, 4, 1, 1))

    def test_what_has_not_left_counts_in_no_average(self):
        ((hours, on_time, count),) = self.groups(
            "bring.despatch.analysis",
            ["bring_status"],
            "hours:avg",
            "on_time:avg",
            domain=[("despatched_at", "=", False)],
        )
        self.assertEqual(count, 1)
        self.assertNotIsInstance(hours, float)
        self.assertNotIsInstance(on_time, float)

    def test_every_measure_by_every_dimension(self):
        fields = self.env["bring.despatch.analysis"].fields_get()
        measures = [
            f"{name}:{field['aggregator']}"
            for name, field in fields.items()
            if field["type"] in ("float", "integer") and name != "id"
        ]
        self.assertEqual(len(measures), 9)
        for dimension in (
            "despatched_at:month",
            "sent_at:week",
            "warehouse_id",
            "carrier_id",
            "partner_id",
            "country_id",
            "account_id",
            "is_return",
            "bring_status",
            "sale_id",
        ):
            with self.subTest(dimension=dimension):
                rows = self.groups("bring.despatch.analysis", [dimension], *measures)
                self.assertEqual(sum(row[-1] for row in rows), 4)
        rows = self.groups(
            "bring.despatch.analysis",
            ["carrier_id"],
            "quantity:sum",
            "line_count:sum",
            "parcel_count:sum",
            domain=[("carrier_id", "=", self.carrier.id), ("country_id", "=", self.norway.id)],
        )
        self.assertEqual(rows, [(9, 3, 3, 3)])

    def test_the_scheduled_day_is_the_account_s(self):
        picking = self.march.picking_ids
        picking.scheduled_date = utc("2026-03-01T22:30:00")  # 23:30 in Oslo, the day before
        row = self.env["bring.despatch.analysis"].browse(picking.id)
        self.env.invalidate_all()
        self.assertEqual(row.on_time, 0)
        picking.scheduled_date = utc("2026-03-01T23:30:00")  # half past midnight, the day itself
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(row.on_time, 1)

    def test_a_return_to_a_supplier_is_marked(self):
        row = self.env["bring.despatch.analysis"].browse(self.march.picking_ids.id)
        self.assertFalse(row.is_return)
        self.march.picking_ids.return_id = self.late.picking_ids
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(row.is_return)

    def test_several_codes_for_one_warehouse_count_a_delivery_once(self):
        self.env["bring.warehouse"].create(
            {"account_id": self.account.id, "code": "NCD", "warehouse_id": self.warehouse.id}
        )
        self.assertEqual(self.groups("bring.despatch.analysis", []), [(4,)])

    def test_the_row_opens_its_transfer(self):
        row = self.env["bring.despatch.analysis"].browse(self.march.picking_ids.id)
        action = row.action_open_transfer()
        self.assertEqual(action["res_model"], "stock.picking")
        self.assertEqual(action["res_id"], self.march.picking_ids.id)


class TestReceipts(AnalysisCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.make_product("A1")
        cls.other = cls.make_product("B1")
        cls.purchase = cls.make_purchase((cls.product, 10), (cls.other, 4))
        picking = cls.purchase.picking_ids
        picking._bring_advance("sent", utc("2026-03-01T08:00:00"))
        picking.scheduled_date = utc("2026-03-02T08:00:00")
        document = cls.receive(
            cls.purchase,
            receiving_line(10, "A1", 8, accepted=8, conditions=[("1", 2), ("2", 1)]),
            at="2026-03-02T09:00:00",
        )
        assert document.state == "done", document.error

    def test_received_against_expected_and_the_conditions(self):
        rows = self.groups(
            "bring.receipt.analysis",
            ["product_id"],
            "ordered_quantity:sum",
            "received_quantity:sum",
            "received_share:avg",
            "blocked_quantity:sum",
            "quarantined_quantity:sum",
        )
        self.assertEqual(rows[0][:-1], (10, 8, 0.8, 2, 1))
        self.assertEqual(rows[1][:-1], (4, 0, 0, 0, 0))

    def test_the_share_of_a_group_is_weighed_by_what_was_expected(self):
        ((share, hours, on_time, _count),) = self.groups(
            "bring.receipt.analysis",
            ["warehouse_id"],
            "received_share:avg",
            "hours:avg",
            "on_time:avg",
        )
        self.assertAlmostEqual(share, 8 / 14)
        self.assertEqual((hours, on_time), (24, 1))

    def test_every_measure_by_every_dimension(self):
        fields = self.env["bring.receipt.analysis"].fields_get()
        measures = [
            f"{name}:{field['aggregator']}"
            for name, field in fields.items()
            if field["type"] == "float"
        ]
        self.assertEqual(len(measures), 8)
        for dimension in (
            "received_at:month",
            "scheduled_date:week",
            "warehouse_id",
            "partner_id",
            "product_id",
            "categ_id",
            "account_id",
            "is_return",
        ):
            with self.subTest(dimension=dimension):
                rows = self.groups("bring.receipt.analysis", [dimension], *measures)
                self.assertEqual(sum(row[-1] for row in rows), 3)

    def test_the_rest_is_still_expected(self):
        rest = self.env["bring.receipt.analysis"].search(
            [("warehouse_id", "=", self.warehouse.id), ("received_at", "=", False)]
        )
        self.assertEqual(sorted(rest.mapped("ordered_quantity")), [2, 4])
        self.assertEqual(set(rest.mapped("sent_at")), {utc("2026-03-01T08:00:00")})

    def test_the_rest_is_expected_though_bring_was_not_told_of_the_receipt(self):
        purchase = self.make_purchase((self.product, 5))
        self.receive(purchase, receiving_line(10, "A1", 3))
        rows = self.env["bring.receipt.analysis"].search(
            [("picking_id", "in", purchase.picking_ids.ids)], order="id"
        )
        self.assertEqual(rows.mapped("ordered_quantity"), [3, 2])
        self.assertEqual(rows.mapped("received_quantity"), [3, 0])

    def test_conditions_count_also_where_goods_come_in_steps(self):
        self.warehouse.reception_steps = "two_steps"
        purchase = self.make_purchase((self.product, 5))
        self.receive(purchase, receiving_line(10, "A1", 5, conditions=[("1", 5)]))
        row = self.env["bring.receipt.analysis"].search(
            [("picking_id", "in", purchase.picking_ids.ids)]
        )
        self.assertEqual(row.blocked_quantity, 5)
        self.assertEqual(row.received_at, utc("2026-03-02T08:00:00"), "not sent by us, and told")

    def test_a_dozen_counts_in_the_product_s_own_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        purchase = self.make_purchase((self.product, 2, dozen))
        self.receive(purchase, receiving_line(10, "A1", 24))
        row = self.env["bring.receipt.analysis"].search(
            [("picking_id", "in", purchase.picking_ids.ids)]
        )
        self.assertEqual((row.ordered_quantity, row.received_quantity), (24, 24))


class TestAdjustments(BringCase):
    def test_what_came_and_what_went_is_told_apart(self):
        product = self.make_product("A1", standard_price=10)
        self.put_stock(product, 10)
        self.deliver(adjustment(("A1", -3, "100"), ("A1", 1, "210")))
        report = self.deliver(stock_report(("A1", 13))).document_ids
        self.env["bring.inventory.report"].browse(report.res_id).action_apply()
        groups = self.env["stock.move"].formatted_read_group(
            [("product_id", "=", product.id), ("is_inventory", "=", True)],
            ["inventory_name"],
            ["bring_stock_change:sum"],
        )
        changes = {group["inventory_name"]: group["bring_stock_change:sum"] for group in groups}
        self.assertEqual(len(changes), 3)
        self.assertEqual(sorted(changes.values()), [-3, 1, 5])
        self.assertEqual(changes["Bring: Goods damaged (100)"], -3)


class TestReportingAccess(BringCase):
    """Bring's users and stock managers see the figures of their companies, nobody else any."""

    _open = TestViews._open
    _fields_of = staticmethod(TestViews._fields_of)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        product = cls.make_product("A1", standard_price=10)
        cls.put_stock(product, 10)
        cls.order = cls.make_order((product, 2))
        cls.despatch(cls.order, despatch_line(article="A1", quantity=2))
        cls.purchase = cls.make_purchase((product, 3))
        cls.receive(cls.purchase, receiving_line(10, "A1", 3))
        cls.deliver(stock_report(("A1", 11), at="2026-03-03T12:00:00"))
        cls.user = new_test_user(
            cls.env, login="reporting-user", groups="bring_warehousing.group_bring_user"
        )
        cls.stock_manager = new_test_user(
            cls.env, login="reporting-stock", groups="stock.group_stock_manager"
        )

    def rows(self, model, user):
        mine = [("warehouse_id", "=", self.warehouse.id)]
        return self.env[model].with_user(user).search(mine)

    def test_bring_users_and_stock_managers_read_them(self):
        for user in (self.user, self.stock_manager):
            for model in ANALYSES:
                with self.subTest(user=user.login, model=model):
                    rows = self.rows(model, user)
                    self.assertEqual(len(rows), 1)
                    for view_type in ("graph", "pivot", "list", "search"):
                        self.assertTrue(self._open(user, model, rows, view_type))
                    group = rows.formatted_read_group(
                        [("id", "=", rows.id)], ["account_id"], ["hours:avg"]
                    )
                    self.assertEqual(group[0]["account_id"], (self.account.id, "Bring"))

    def test_stock_managers_read_the_agreement(self):
        action = self.env.ref("bring_warehousing.bring_inventory_report_action_agreement")
        report = self.env["bring.inventory.report"].search([("account_id", "=", self.account.id)])
        self.assertEqual(len(report), 1)
        for user in (self.user, self.stock_manager):
            for view_type in action.view_mode.split(","):
                with self.subTest(user=user.login, view=view_type):
                    self.assertTrue(self._open(user, action.res_model, report, view_type))
        groups = report.with_user(self.stock_manager).formatted_read_group(
            [("id", "=", report.id)], ["event_date:week", "account_id"], ["agreement:avg"]
        )
        self.assertEqual(groups[0]["agreement:avg"], report.agreement)

    def test_sales_and_stock_users_have_none(self):
        for group in ("sales_team.group_sale_manager", "stock.group_stock_user"):
            user = new_test_user(self.env, login=f"reporting-{group}", groups=group)
            for model in ANALYSES:
                self.assertFalse(self.env[model].with_user(user).has_access("read"), group)

    def test_menus_show_what_may_be_read(self):
        def sees(user):
            menus = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            return {
                name
                for name in (
                    "despatch_analysis",
                    "receipt_analysis",
                    "adjustment",
                    "agreement",
                    "inventory_report",
                    "overview",
                    "document",
                    "message",
                    "outbox",
                    "article",
                    "account",
                )
                if self.env.ref(f"bring_warehousing.menu_bring_{name}").id in menus
            }

        reports = {"despatch_analysis", "receipt_analysis", "agreement", "inventory_report"}
        self.assertEqual(sees(self.stock_manager), {*reports, "adjustment"})
        self.assertEqual(
            sees(self.user), {*reports, "overview", "document", "message", "outbox", "article"}
        )

    def test_other_companies_figures_are_not_shown(self):
        other = self.env["res.company"].create({"name": "Another"})
        user = new_test_user(
            self.env,
            login="reporting-other",
            groups="bring_warehousing.group_bring_admin,stock.group_stock_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for model in ANALYSES:
            self.assertFalse(self.rows(model, user), model)


class TestReportingScreens(BringHttpCase):
    def test_a_manager_reads_the_reports(self):
        product = self.make_product("A1")
        self.put_stock(product, 10)
        order = self.make_order((product, 2))
        picking = order.picking_ids
        picking.scheduled_date = utc("2026-03-02T05:00:00")
        picking._bring_advance("sent", utc("2026-03-02T05:00:00"))
        picking._bring_advance("started", utc("2026-03-02T07:00:00"))
        self.despatch(order, despatch_line(article="A1", quantity=2), at="2026-03-02T10:00:00")
        purchase = self.make_purchase((product, 10))
        self.receive(purchase, receiving_line(10, "A1", 8, conditions=[("1", 2)]))
        new_test_user(
            self.env,
            login="reporting-tour",
            password="reporting-tour",
            groups="bring_warehousing.group_bring_manager,stock.group_stock_manager,"
            "base.group_partner_manager",
        )
        self.start_tour("/odoo/bring", "bring_reporting", login="reporting-tour")


class TestReportingExport(BringHttpCase):
    def test_the_list_goes_into_a_spreadsheet_file(self):
        product = self.make_product("A1")
        self.put_stock(product, 10)
        order = self.make_order((product, 2))
        order.picking_ids._bring_advance("sent", utc("2026-03-02T05:00:00"))
        self.despatch(order, despatch_line(article="A1", quantity=2), at="2026-03-02T10:00:00")
        new_test_user(
            self.env,
            login="reporting-export",
            password="reporting-export",
            groups="bring_warehousing.group_bring_user,base.group_allow_export",
        )
        self.env.flush_all()
        self.authenticate("reporting-export", "reporting-export")
        fields = ["name", "warehouse_id", "despatched_at", "hours", "on_time", "quantity"]
        wanted = {
            "model": "bring.despatch.analysis",
            "ids": False,
            "domain": [("warehouse_id", "=", self.warehouse.id)],
            "groupby": [],
            "fields": [{"name": name, "label": name, "type": "x"} for name in fields],
            "import_compat": False,
            "context": {},
        }
        answer = self.url_open(
            "/web/export/xlsx",
            data={"data": json.dumps(wanted), "csrf_token": http.Request.csrf_token(self)},
        )
        self.assertEqual(answer.status_code, 200, answer.text[:500])
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        head, row = sheet.iter_rows(values_only=True)
        self.assertEqual(list(head), fields)
        self.assertEqual(row[0], order.picking_ids.name)
        self.assertEqual(row[1], "Berger")
        self.assertEqual(row[3:], (4, 1, 2))
