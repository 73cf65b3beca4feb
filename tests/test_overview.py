import json
from datetime import datetime, timedelta

from lxml import etree

from odoo import Command
from odoo.fields import Domain
from odoo.tests import freeze_time, new_test_user
from odoo.tools.safe_eval import safe_eval

from ..models.bring_account_overview import AGES, AT_BRING, NUMBERS, REST
from .common import BringCase, despatch_line, stock_report

MONDAY = "2026-03-02 08:00:00"  # UTC; nine o'clock in Oslo


@freeze_time(MONDAY)
class TestOverview(BringCase):
    """Every number of the overview is as long as the list that it opens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.make_product("A1")
        cls.put_stock(cls.product, 1000)
        cls.manager = new_test_user(
            cls.env,
            login="overview-manager",
            groups="bring_warehousing.group_bring_manager,stock.group_stock_user",
        )

    def card(self, account=None, user=None):
        account = (account or self.account).with_user(user or self.manager)
        account.invalidate_recordset()
        return account

    def listed(self, name, account=None, **context):
        """Return the records that an action of the card lists, its search filters applied."""
        account = self.card(account).with_context(**{f"bring_{k}": v for k, v in context.items()})
        action = getattr(account, name)()
        records = self.env[action["res_model"]].with_user(self.manager)
        domain = action["domain"] or []
        if isinstance(domain, str):
            domain = safe_eval(domain)
        domain = Domain(domain)
        search = etree.fromstring(records.get_view(view_type="search")["arch"])
        for key, value in action["context"].items():
            if key.startswith("search_default_"):
                field = key.removeprefix("search_default_")
                found = search.xpath(f"//filter[@name='{field}']")
                domain &= Domain(
                    safe_eval(found[0].get("domain")) if found else [(field, "=", value)]
                )
        return records.search(domain)

    def make_open(self, status=False, days=0, **values):
        """Make a delivery with a status since so many days, scheduled for tomorrow."""
        picking = self.make_order((self.product, 1)).picking_ids
        picking.write(
            {
                "bring_status": status,
                "bring_status_date": status and datetime.now() - timedelta(days=days),
                "bring_order_number": status and picking.name,
                "scheduled_date": datetime.now() + timedelta(days=1),
                **values,
            }
        )
        return picking

    def test_open_deliveries_are_counted_by_status_and_age(self):
        for status in AT_BRING:
            for days in (0, 1, 2, 3, 40):
                self.make_open(status, days)
        for status in ("despatched", "cancelled"):
            self.make_open(status)
        self.make_open("sent").action_cancel()
        card = self.card()
        self.assertEqual(card.open_order_count, 25)
        self.assertEqual([row["status"] for row in card.open_orders["rows"]], list(AT_BRING))
        for row in card.open_orders["rows"]:
            self.assertEqual(row["counts"], {"today": 1, "recent": 2, "old": 2})
            for age in AGES:
                found = self.listed("action_view_transfers", status=row["status"], number=age)
                self.assertEqual(len(found), row["counts"][age], (row, age))
                self.assertEqual(set(found.mapped("bring_status")), {row["status"]})
            self.assertEqual(len(self.listed("action_view_transfers", status=row["status"])), 5)
        self.assertEqual(len(self.listed("action_view_transfers")), 25)

    def test_the_day_is_the_account_s(self):
        """23:30 UTC on Sunday is Monday in Oslo and Sunday in Lisbon."""
        picking = self.make_open("sent", bring_status_date=datetime(2026, 3, 1, 23, 30))
        for zone, age in (("Europe/Oslo", "today"), ("Europe/Lisbon", "recent")):
            self.account.tz = zone
            self.assertEqual(self.card().open_orders["rows"][0]["counts"][age], 1, zone)
            self.assertEqual(
                self.listed("action_view_transfers", status="sent", number=age), picking
            )

    def test_what_bring_owes_after_a_part_is_open(self):
        order = self.make_order((self.product, 5))
        self.despatch(order, despatch_line(article="A1", quantity=2))
        rest = order.picking_ids.filtered(lambda picking: picking.state != "done")
        self.assertFalse(rest.bring_status)
        card = self.card()
        (row,) = card.open_orders["rows"]
        self.assertEqual((row["status"], row["counts"]["today"]), (REST, 1))
        self.assertEqual(self.listed("action_view_transfers", status=REST, number="today"), rest)
        self.assertEqual(card.unsent_count, 0, "Bring ships it by itself")

    def test_each_number_opens_its_list(self):
        late = self.make_open("picked", scheduled_date=datetime(2026, 3, 1, 12, 0))
        today = self.make_open("picked", scheduled_date=datetime(2026, 3, 2, 0, 0))
        self.make_open("despatched", scheduled_date=datetime(2026, 3, 1, 12, 0))
        unsent = self.make_open() | self.make_open()
        self.make_open().state = "confirmed"
        order = self.make_order((self.product, 1))
        self.despatch(order, despatch_line(article="A1", quantity=1), at="2026-03-02T08:10:00")
        earlier = self.make_order((self.product, 1))
        self.despatch(earlier, despatch_line(article="A1", quantity=1), at="2026-03-01T23:50:00")
        soon = self.make_purchase((self.product, 3)).picking_ids
        overdue = self.make_purchase((self.product, 4)).picking_ids
        overdue.scheduled_date = datetime(2026, 2, 27)
        soon.scheduled_date = datetime(2026, 3, 2, 9, 0)
        expected = {
            "late": late,
            "unsent": unsent,
            "despatched": order.picking_ids,
            "expected": soon | overdue,
            "overdue": overdue,
        }
        self.assertEqual(set(expected), set(NUMBERS))
        card = self.card()
        for number, pickings in expected.items():
            with self.subTest(number=number):
                self.assertEqual(self.listed("action_view_transfers", number=number), pickings)
                self.assertEqual(card[f"{number}_count"], len(pickings))
        self.assertEqual(len(self.listed("action_view_transfers")), 2)
        self.assertIn(today, self.listed("action_view_transfers"))

    def test_documents_and_messages_open_their_lists(self):
        self.despatch("S-unknown", despatch_line(article="A1", quantity=2))
        self.despatch("S-unknown-2", despatch_line(article="A1", quantity=2))
        self.assertEqual(self.card().attention_count, 2)
        found = self.listed("action_view_documents", state="attention")
        self.assertEqual(found.mapped("state"), ["attention", "attention"])
        found[0].sudo().state = "pending"
        self.assertEqual(self.card().pending_count, 1)
        self.assertEqual(self.listed("action_view_documents", state="pending"), found[0])
        messages = self.listed("action_view_messages")
        self.assertEqual(messages.account_id, self.account)
        self.assertEqual(max(messages.mapped("received_at")), self.card().last_heard_at)
        for state in ("attention", "unknown", "waiting"):
            queued = self.env["bring.message"]._queue(self.account, "items", b"<items/>")
            queued.state = state
        self.assertEqual(self.card().outbox_attention_count, 2)
        self.assertEqual(len(self.listed("action_view_outbox")), 2)

    def test_accounts_are_counted_apart(self):
        warehouse = self.env["stock.warehouse"].create({"name": "Drammen", "code": "DRM"})
        other = self.env["bring.account"].create(
            {
                "name": "Other",
                "tz": "America/New_York",
                "warehouse_ids": [Command.create({"code": "DRM", "warehouse_id": warehouse.id})],
            }
        )
        self.make_open("sent")
        theirs = self.make_order((self.product, 1), warehouse_id=warehouse.id).picking_ids
        theirs.write({"bring_status": "started", "bring_status_date": datetime.now()})
        both = (self.account | other).with_user(self.manager)
        self.assertEqual(both.mapped("open_order_count"), [1, 1])
        self.assertEqual(self.listed("action_view_transfers", account=other), theirs)

    def test_many_accounts_take_as_many_queries_as_one(self):
        def queries(accounts):
            self.env.flush_all()
            self.env.invalidate_all()
            accounts.mapped("tz")
            before = self.env.cr.sql_log_count
            accounts._compute_transfer_counts()
            return self.env.cr.sql_log_count - before

        self.make_open("sent")
        queries(self.account)  # what is read once and kept
        more = self.account
        for number in range(5):
            more |= self.env["bring.account"].create({"name": f"More {number}"})
        self.assertLessEqual(queries(more), queries(self.account) + 1)

    def test_without_a_right_to_transfers_none_are_told(self):
        self.make_open("sent")
        user = new_test_user(
            self.env, login="overview-user", groups="bring_warehousing.group_bring_user"
        )
        card = self.card(user=user)
        self.assertFalse(card.sees_transfers)
        self.assertEqual((card.open_order_count, card.open_orders["rows"]), (0, []))
        self.assertTrue(self.card().sees_transfers)

    def test_the_curve_tells_how_the_stock_agreed(self):
        self.assertFalse(self.card().agreement_curve)
        self.deliver(stock_report(("A1", 1000), at="2026-02-27T12:00:00"))
        self.assertFalse(self.card().agreement_curve, "one point is no curve")
        self.make_product("B1")
        self.deliver(stock_report(("A1", 1000), ("B1", 2), at="2026-02-28T12:00:00"))
        (curve,) = json.loads(self.card().agreement_curve)
        shares = [
            100 * share
            for share in self.account.report_ids.sorted("event_date").mapped("agreement")
        ]
        self.assertEqual([value["y"] for value in curve["values"]], shares)
        self.assertEqual(len(set(shares)), 2)
