import contextlib
import unittest
from datetime import datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from ..bring.errors import TransportError
from ..models import (
    bring_account_client,
    bring_account_pull,
    bring_account_send,
    bring_message_out,
)
from .common import BringCase

try:  # a stand-in for Bring, in the repository and not in the package
    from ..simulator.api import Login
    from ..simulator.server import Server
except ImportError:
    Server = None

UID, KEY = "odoo@example.com", "test-key-of-mybring"


@unittest.skipIf(Server is None, "the simulator is not part of the package")
class SimulatorCase(BringCase):
    """Base of the tests that call Bring; a stand-in listens on this machine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write(
            {
                "api_uid": UID,
                "api_key": KEY,
                "client_url": "https://shop.example.com",
                "default_service_code": "5800",
            }
        )
        cls.norway = cls.env.ref("base.no")
        address = {
            "street": "Storgata 1",
            "zip": "0155",
            "city": "Oslo",
            "country_id": cls.norway.id,
            "phone": "+47 99 99 99 99",
        }
        (cls.customer | cls.supplier | cls.company.partner_id).write(address)
        cls.a = cls.make_product("A1", barcode="7044610878003")
        cls.b = cls.make_product("B1")
        for product in (cls.a, cls.b):
            cls.put_stock(product, 100)

    def setUp(self):
        super().setUp()
        # sending and asking are one system here: what one took, the other knows
        self.startPatcher(patch.object(bring_message_out, "SOON", timedelta()))
        self.begin_bring()
        self.addCleanup(lambda: self.server.stop())

    def begin_bring(self):
        """Start a Bring that knows nothing but some stock, and call it from now on."""
        self.server = Server(login=Login(UID, KEY))
        self.server.start()
        base = self.server.url
        self.account.write(
            {
                "pull_url": base,
                "send_url": base,
                "wsdl_url": f"{base}/po/api/ws/purchaseorder-v1.wsdl",
            }
        )
        for product in ("A1", "B1"):
            self.server.stock.put(
                "BERGER",
                product,
                Decimal(100),
                at=self.server.clock.now,
                status="AVAILABLE_FOR_SALE",
            )

    def send(self):
        self.env["bring.message"]._cron_send()
        self.env.invalidate_all()

    def due(self):
        """Let the pauses between tries be over."""
        self.env["bring.message"].search(
            [("direction", "=", "out"), ("state", "in", ["waiting", "unknown"])]
        ).next_attempt_at = False

    def sent_calls(self):
        return [call for call in self.server.calls if call.route == "send.order"]


class TestSending(SimulatorCase):
    def test_an_order_goes_out_and_is_at_bring(self):
        order = self.make_order((self.a, 5), (self.b, 2), client_order_ref="PO 7")
        picking = order.picking_ids
        self.assertTrue(picking.bring_can_send)
        self.assertFalse(picking.bring_problem_text)
        picking.action_bring_send()
        self.assertEqual(picking.bring_order_number, order.name)
        self.assertFalse(picking.bring_status, "it is written, not sent")
        self.assertFalse(self.sent_calls())
        message = picking.bring_message_ids
        self.assertEqual((message.direction, message.state), ("out", "waiting"))
        self.send()
        self.assertEqual((message.state, picking.bring_status), ("sent", "sent"))
        self.assertEqual(order.bring_status, "sent")
        kept = self.server.orders[order.name]
        self.assertEqual(
            [(line.number, line.article, line.quantity) for line in kept.order.lines],
            [(10, "A1", 5), (20, "B1", 2)],
        )
        self.assertEqual(kept.order.customer.name, "Kari Nordmann")
        self.send()
        self.assertEqual(len(self.sent_calls()), 1)
        with self.assertRaises(UserError):
            picking.action_bring_send()

    def test_what_bring_would_refuse_is_said_before(self):
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "To the door",
                "product_id": self.make_product("FREIGHT", type="service").id,
                "bring_service_code": "5600",
                "bring_additional_services": "EVARSLING",
            }
        )
        self.customer.write({"street": False, "phone": False, "email": False})
        order = self.make_order((self.a, 5))
        picking = order.picking_ids
        picking.carrier_id = carrier
        for word in ("street", "mobile", "e-mail"):
            self.assertIn(word, picking.bring_problem_text)
        with self.assertRaisesRegex(UserError, "street"):
            picking.action_bring_send()
        self.assertFalse(picking.bring_message_ids)

    def test_a_delivery_method_chooses_from_bring_s_services(self):
        carrier = self.env["delivery.carrier"].create(
            {"name": "To the door", "product_id": self.make_product("FREIGHT", type="service").id}
        )
        carrier.bring_service_id = self.env.ref("bring_warehousing.service_5600")
        carrier.bring_additional_ids = self.env.ref("bring_warehousing.service_evarsling")
        self.assertEqual(
            (carrier.bring_service_code, carrier.bring_additional_services), ("5600", "EVARSLING")
        )
        carrier.write({"bring_service_code": "1234", "bring_additional_services": "X, EVARSLING"})
        self.assertFalse(carrier.bring_service_id, "not in the list, and taken all the same")
        self.assertEqual(carrier.bring_additional_ids.code, "EVARSLING")
        self.assertEqual(carrier._bring_additional_codes(), ("X", "EVARSLING"))

    def test_taken_and_then_cut_off_is_asked_for_and_not_sent_again(self):
        picking = self.make_order((self.a, 5)).picking_ids
        picking.action_bring_send()
        self.server.faults.add("silent", "send.order")
        self.send()
        message = picking.bring_message_ids
        self.assertEqual(message.state, "unknown")
        self.assertTrue(message.error)
        self.send()
        self.assertEqual((message.state, picking.bring_status), ("sent", "sent"))
        self.assertEqual(len(self.sent_calls()), 1)
        self.assertEqual(self.server.orders[picking.bring_order_number].duplicates, 0)

    def test_cut_off_before_it_was_taken_goes_again(self):
        picking = self.make_order((self.a, 5)).picking_ids
        picking.action_bring_send()
        self.server.faults.add("error_before", "send.order")
        self.send()
        self.assertEqual(picking.bring_message_ids.state, "unknown")
        self.send()
        self.assertEqual(picking.bring_message_ids.state, "sent")
        self.assertEqual(len(self.server.orders), 1)

    def test_while_bring_cannot_be_asked_nothing_is_repeated(self):
        picking = self.make_order((self.a, 5)).picking_ids
        picking.action_bring_send()
        self.server.faults.add("silent", "send.order")
        self.server.faults.add("error_before", "pull.order", count=20)
        self.send()
        for _run in range(2):
            self.due()
            self.send()
        self.assertEqual(picking.bring_message_ids.state, "unknown")
        self.assertEqual(len(self.sent_calls()), 1)
        self.server.faults.clear()
        self.due()
        self.send()
        self.assertEqual(picking.bring_message_ids.state, "sent")
        self.assertFalse(self.account.call_error)

    def test_a_server_that_is_away_is_tried_later_and_a_person_asked_once(self):
        self.account.send_url = "http://127.0.0.1:9"
        pickings = (
            self.make_order((self.a, 1)).picking_ids | self.make_order((self.a, 1)).picking_ids
        )
        pickings.action_bring_send()
        self.send()
        messages = pickings.bring_message_ids
        self.assertEqual(set(messages.mapped("state")), {"waiting"})
        self.assertTrue(self.account.call_error)
        self.assertFalse(self.account.activity_ids, "it may pass by itself")
        self.account.call_failing_since -= timedelta(hours=2)
        for _run in range(3):
            self.due()
            self.send()
        self.assertEqual(len(self.account.activity_ids), 1)
        self.account.send_url = self.server.url
        self.due()
        self.send()
        self.assertEqual(set(messages.mapped("state")), {"sent"})
        self.assertFalse(self.account.activity_ids)
        self.assertFalse(self.account.call_failing_since)

    def test_a_wrong_key_stops_and_asks_a_person_once(self):
        self.account.api_key = "wrong"
        picking = self.make_order((self.a, 1)).picking_ids
        picking.action_bring_send()
        for _run in range(3):
            self.due()
            self.send()
        self.assertEqual(len(self.account.activity_ids), 1)
        self.assertEqual(picking.bring_message_ids.state, "waiting")
        self.assertNotIn("wrong", self.account.call_error)
        self.account.api_key = KEY
        self.due()
        self.send()
        self.assertEqual(picking.bring_message_ids.state, "sent")

    def test_what_bring_refuses_is_an_attention_on_the_transfer(self):
        picking = self.make_order((self.make_product("UNKNOWN"), 1)).picking_ids
        picking.action_bring_send()
        self.send()
        message = picking.bring_message_ids
        self.assertEqual(message.state, "attention")
        self.assertIn("UNKNOWN", message.error)
        self.assertEqual(len(picking.activity_ids), 1)
        self.due()
        self.send()
        self.assertEqual(len(self.sent_calls()), 1, "a no is a no")
        self.server.stock.put(
            "BERGER", "UNKNOWN", Decimal(1), at=self.server.clock.now, status="AVAILABLE_FOR_SALE"
        )
        message.action_resend()
        self.send()
        self.assertEqual(message.state, "sent")
        self.assertFalse(picking.activity_ids)

    def test_ready_transfers_go_by_themselves_where_the_account_says_so(self):
        self.account.send_automatically = True
        order = self.make_order((self.a, 5))
        purchase = self.make_purchase((self.b, 7))
        self.send()
        self.assertEqual(order.bring_status, "sent")
        self.assertEqual(purchase.picking_ids.bring_message_ids.state, "sent")
        self.assertEqual(self.server.orders[purchase.name].order.type, "purchase")

    def test_a_return_goes_as_a_return(self):
        back = self.make_return(self.make_order((self.a, 5)).picking_ids, 3)
        back.action_bring_send()
        self.send()
        kept = self.server.orders[back.bring_order_number]
        self.assertEqual(kept.order.type, "return")

    def test_a_change_goes_as_an_update_until_bring_begins(self):
        order = self.make_order((self.a, 5))
        picking = order.picking_ids
        picking.action_bring_send()
        self.send()
        order.order_line.product_uom_qty = 8
        self.send()
        self.assertEqual(
            picking.bring_message_ids.sorted("id").mapped("update_indicator"),
            ["Original", "Update"],
        )
        self.assertEqual(self.server.orders[order.name].order.lines[0].quantity, 8)
        self.send()
        self.assertEqual(len(picking.bring_message_ids), 2)
        picking.bring_status = "started"
        order.order_line.product_uom_qty = 9
        self.send()
        self.assertEqual(len(picking.bring_message_ids), 2)
        self.assertIn("Bring has begun", picking.activity_ids.summary)
        self.send()
        self.assertEqual(len(picking.activity_ids), 1)

    def test_a_change_at_half_past_eleven_at_night_is_not_missed(self):
        order = self.make_order((self.a, 5))
        picking = order.picking_ids
        picking.action_bring_send()
        self.send()
        self.account.changes_seen_to = "2026-03-02 22:25:00"
        self.customer.street = "Nattgata 23"
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET write_date = '2026-03-02 22:30:00.5'")
        for table in ("stock_picking", "stock_move", "sale_order", "product_product"):
            self.env.cr.execute(f"UPDATE {table} SET write_date = '2026-03-02 20:00:00'")
        self.env.invalidate_all()
        self.send()
        self.assertEqual(
            picking.bring_message_ids.sorted("id").mapped("update_indicator"),
            ["Original", "Update"],
        )
        self.assertGreater(self.account.changes_seen_to, datetime(2026, 3, 3))

    def test_what_was_not_written_to_is_not_looked_at_again(self):
        picking = self.make_order((self.a, 5)).picking_ids
        picking.action_bring_send()
        self.send()
        self.account.changes_seen_to = datetime.now() + timedelta(hours=1)
        with patch.object(type(picking.bring_order_id), "_reconcile") as looked_at:
            self.send()
        looked_at.assert_not_called()

    def test_what_bring_would_refuse_does_not_hold_up_the_others(self):
        self.account.send_automatically = True
        nowhere = self.customer.copy({"street": False})
        refused = self.make_order((self.a, 5), partner_id=nowhere.id)
        good = self.make_order((self.a, 5))
        with patch.object(bring_account_send, "QUEUED_IN_A_RUN", 1):
            for _run in range(2):
                self.send()
        self.assertTrue(refused.picking_ids.bring_checked_at)
        self.assertEqual(len(refused.picking_ids.activity_ids), 1)
        self.assertEqual(good.bring_status, "sent")
        nowhere.street = "Storgata 2"
        self.send()
        self.assertEqual(refused.bring_status, "sent")

    def test_a_run_over_its_time_goes_on_where_it_stopped(self):
        orders = self.make_order((self.a, 5)) | self.make_order((self.b, 5))
        orders.picking_ids.action_bring_send()
        with patch.object(bring_account_send, "time_left", return_value=0):
            self.assertEqual(self.account._send_all(), 1)
        self.assertEqual(len(self.sent_calls()), 1)
        self.assertEqual(self.account._send_all(), 0)
        self.assertEqual(len(self.sent_calls()), 2)

    def test_accounts_take_turns_whatever_becomes_of_their_calls(self):
        other = self.account.copy({"called_at": False})
        self.account.called_at = False
        order = []

        def work(account):
            order.append(account)
            account._call_failed(TransportError("away"))
            return 1

        domain = [("id", "in", [self.account.id, other.id])]
        with patch.object(bring_account_client, "time_left", return_value=0):
            for _run in range(2):
                self.env["bring.account"]._take_turns(domain, work)
        self.assertEqual(order, [self.account, other])

    def test_what_a_person_withdraws_while_others_are_sent_does_not_go(self):
        pickings = (self.make_order((self.a, 5)) | self.make_order((self.b, 5))).picking_ids
        pickings.action_bring_send()
        second = pickings.bring_message_ids.sorted("id")[1]

        def withdraw(*_arguments):
            second.action_cancel_sending()
            return 100

        with patch.object(bring_account_send, "time_left", side_effect=withdraw):
            self.account._send_all()
        self.assertEqual(second.state, "cancelled")
        self.assertEqual(len(self.sent_calls()), 1)

    def test_what_is_changed_before_it_was_sent_goes_as_it_is_then(self):
        order = self.make_order((self.a, 5))
        picking = order.picking_ids
        picking.action_bring_send()
        order.order_line.product_uom_qty = 6
        self.send()
        self.assertEqual(len(self.sent_calls()), 1)
        self.assertEqual(self.server.orders[order.name].order.lines[0].quantity, 6)

    def test_cancelled_here_is_requested_there_until_bring_answers(self):
        order = self.make_order((self.a, 5))
        picking = order.picking_ids
        picking.action_bring_send()
        self.send()
        picking.action_cancel()
        self.send()
        self.assertEqual(picking.bring_message_ids.sorted("id")[-1].update_indicator, "Delete")
        self.assertTrue(picking.bring_cancel_requested)

    def test_cancelled_before_it_was_sent_never_goes(self):
        order = self.make_order((self.a, 5))
        picking = order.picking_ids
        picking.action_bring_send()
        picking.action_cancel()
        self.send()
        self.assertEqual(picking.bring_message_ids.state, "cancelled")
        self.assertFalse(self.sent_calls())
        self.assertFalse(picking.bring_cancel_requested)

    def test_json_goes_too_and_tests_are_marked(self):
        self.account.write({"api_format": "json", "test_mode": True})
        order = self.make_order((self.a, 5))
        picking = order.picking_ids
        self.assertTrue(picking.bring_is_test)
        picking.action_bring_send()
        self.assertIn(b"testIndicator", bytes(picking.bring_message_ids.content))
        self.send()
        self.assertEqual(picking.bring_message_ids.state, "sent", picking.bring_message_ids.error)

    def test_an_article_edited_five_times_is_sent_once_as_it_is_then(self):
        self.account.send_articles = True
        self.account.action_send_articles()
        for number in range(5):
            self.a.name = f"Name {number}"
        self.send()
        calls = [call for call in self.server.calls if call.route == "send.items"]
        bodies = b"".join(call.body for call in calls)
        self.assertIn(b"Name 4", bodies)
        self.assertNotIn(b"Name 3", bodies)
        article = self.account.article_ids.filtered(lambda a: a.product_id == self.a)
        self.assertEqual(article.state, "sent")
        self.a.name = "Name 5"
        self.assertEqual(article.state, "waiting")
        self.send()
        self.assertEqual(article.state, "sent")
        self.assertFalse(self.env["bring.article"]._unsent(self.account, self.a))

    def test_only_managers_send_the_catalogue(self):
        users = self.make_users("catalogue")
        with self.assertRaisesRegex(UserError, "Manager"):
            self.account.with_user(users["user"]).action_send_articles()
        self.assertFalse(self.account.article_ids)
        self.account.with_user(users["manager"]).action_send_articles()
        self.assertTrue(self.account.article_ids)

    def test_origin_and_sizes_go_where_the_product_has_them(self):
        class Sized(dict):
            _fields = dict.fromkeys(
                ("product_width", "product_height", "product_length", "dimensional_uom_id")
            )

        article = self.env["bring.article"].create(
            {"account_id": self.account.id, "product_id": self.a.id}
        )
        self.a.country_of_origin = self.norway
        item = article._item_data()
        self.assertEqual((item.country_of_origin, item.width), ("NO", None))
        metre = self.env.ref("uom.product_uom_meter")
        sizes = {"product_width": 0.1, "product_height": 0.25, "product_length": 0.5}
        self.assertEqual(
            article._size_data(Sized(sizes, dimensional_uom_id=metre)),
            {"width": Decimal(10), "height": Decimal(25), "depth": Decimal(50)},
        )

    def test_nothing_goes_to_bring_itself_from_a_test_or_neutralized_database(self):
        self.account.send_url = "https://bapi.bring.com/wh/api/v1"
        picking = self.make_order((self.a, 5)).picking_ids
        picking.action_bring_send()
        self.send()
        self.assertEqual(picking.bring_message_ids.state, "waiting")
        with self.assertRaisesRegex(UserError, "neutralized"), self.account._client():
            pass


class TestPulling(SimulatorCase):
    def pulled(self):
        self.env["bring.document"]._process_pending()
        self.env.invalidate_all()
        return self.env["bring.document"].search(
            [("account_id", "=", self.account.id), ("is_pulled", "=", True)], order="id desc"
        )

    def at_bring(self, *lines, **advance):
        order = self.make_order(*lines)
        order.picking_ids.action_bring_send()
        self.send()
        if advance:
            self.server.advance(**advance)
        return order

    def test_balances_are_compared_with_the_sum_of_all_locations(self):
        for transport in ("rest", "soap"):
            for form in ("xml", "json"):
                with self.subTest(transport=transport, format=form):
                    self.account.write({"transport": transport, "api_format": form})
                    self.server.advance(seconds=2)
                    self.account.action_pull_balances()
                    document = self.pulled()[:1]
                    self.assertEqual(document.kind, "inventory_report")
                    self.assertEqual(document.state, "done", document.error)
                    report = self.env["bring.inventory.report"].browse(document.res_id)
                    lines = report.line_ids.grouped("product_id")
                    lines = lines[self.a] | lines[self.b]
                    self.assertEqual(set(lines.mapped("state")), {"agree"})
                    self.assertFalse(lines.location_id)
        self.assertTrue(self.account.balances_pulled_at)

    def test_a_balance_that_differs_can_be_booked(self):
        self.server.stock.put(
            "BERGER", "A1", Decimal(5), at=self.server.clock.now, status="BLOCKED"
        )
        self.put_stock(self.a, 2, location=self.blocked)
        self.account.action_pull_balances()
        report = self.env["bring.inventory.report"].browse(self.pulled()[:1].res_id)
        line = report.line_ids.filtered(lambda line: line.product_id == self.a)
        self.assertEqual((line.bring_quantity, line.odoo_quantity, line.difference), (105, 102, 3))
        report.action_apply()
        self.assertEqual(self.on_hand(self.a, self.warehouse.view_location_id), 105)

    def test_an_old_balance_says_so_and_does_not_count(self):
        self.server.faults.add("old_balances", "pull.balances", days=3)
        self.server.advance(days=4)
        self.account.action_pull_balances()
        document = self.pulled()[:1]
        report = self.env["bring.inventory.report"].browse(document.res_id)
        lines = report.line_ids.filtered(lambda line: "A1" in (line.article or ""))
        self.assertFalse(lines.filtered(lambda line: line.state == "differ"))

    def test_an_empty_or_broken_answer_changes_nothing(self):
        for fault in ("empty_balances", "html", "empty", "other_root", "broken"):
            with self.subTest(fault):
                self.server.faults.clear()
                self.server.faults.add(fault, "pull.balances", count=5)
                self.account.action_pull_balances()
                self.assertFalse(self.pulled())
                self.assertEqual(self.on_hand(self.a), 100)

    def test_an_order_that_is_not_told_is_asked_for(self):
        self.account.pull_orders = True
        order = self.at_bring((self.a, 5), hours=1.2)
        self.account.action_pull_orders()
        document = self.pulled()
        self.assertEqual(document.state, "done", document.error)
        self.assertIn(order.bring_status, ("registered", "allocated", "started", "picked"))
        self.server.advance(hours=12)
        self.account.action_pull_orders()
        document = self.pulled()[:1]
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(order.bring_status, "despatched")
        self.assertEqual(order.order_line.qty_delivered, 5)
        self.assertTrue(order.picking_ids.carrier_tracking_ref)

    def test_a_part_that_was_asked_for_is_not_booked_again(self):
        self.server.stock.take("BERGER", "A1", Decimal(97), at=self.server.clock.now)
        order = self.at_bring((self.a, 5), hours=12)
        self.account.action_pull_orders()
        self.pulled()
        self.assertEqual(order.order_line.qty_delivered, 3)
        self.assertEqual(order.bring_status, "partially_despatched")
        self.server.advance(minutes=1)
        self.account.action_pull_orders()
        again = self.pulled()[:1]
        self.assertEqual(again.state, "ignored", again.error)
        self.assertEqual(order.order_line.qty_delivered, 3)

    def test_only_what_should_have_moved_is_asked_for(self):
        self.account.pull_orders = True
        order = self.at_bring((self.a, 5))
        calls = len(self.server.calls)
        self.env["bring.account"]._cron_pull_orders()
        self.assertEqual(len(self.server.calls), calls)
        order.picking_ids.bring_status_date -= timedelta(hours=5)
        self.env["bring.account"]._cron_pull_orders()
        self.assertGreater(len(self.server.calls), calls)
        calls = len(self.server.calls)
        self.env["bring.account"]._cron_pull_orders()
        self.assertEqual(len(self.server.calls), calls, "asked just now")

    def test_an_order_that_bring_does_not_know_asks_a_person_once(self):
        order = self.at_bring((self.a, 5))
        del self.server.orders[order.name]
        for _run in range(2):
            self.account.action_pull_orders()
        self.assertEqual(len(order.picking_ids.activity_ids), 1)

    def test_of_many_orders_the_rest_follows_by_itself(self):
        self.at_bring((self.a, 1))
        self.at_bring((self.b, 1))
        with patch.object(bring_account_pull, "SECONDS_WAITED", 0):
            answer = self.account.action_pull_orders()["params"]
        self.assertIn("1 are left", answer["message"])
        self.assertTrue(self.account.orders_wanted_at)
        self.env["bring.account"]._cron_pull_orders()
        self.assertFalse(self.account.orders_wanted_at)
        asked = {call.path for call in self.server.calls if call.route == "pull.order"}
        self.assertEqual(len(asked), 2)

    def test_balances_are_asked_for_at_a_time_of_the_clock_in_summer_and_winter(self):
        self.account.write(
            {"tz": "Europe/Oslo", "pull_balances_at": 23.5, "pull_balances_hours": 24}
        )
        for asked, now, due in (
            ("2026-07-01 21:31", "2026-07-02 21:29", False),
            ("2026-07-01 21:29", "2026-07-01 21:31", True),
            ("2026-12-01 22:31", "2026-12-02 22:29", False),
            ("2026-12-01 22:29", "2026-12-01 22:31", True),
            ("2026-12-01 22:31", "2026-12-05 12:00", True),
        ):
            with self.subTest(now=now):
                self.account.balances_pulled_at = f"{asked}:00"
                self.assertEqual(self.account._balances_are_due(datetime.fromisoformat(now)), due)
        self.account.pull_balances_hours = 8
        times = list(self.account._balance_times(datetime(2026, 7, 2, 12)))
        self.assertEqual([moment.hour for moment in times[:4]], [21, 5, 13, 21])
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.account.pull_balances_hours = 0
            self.env.flush_all()

    def test_an_administrator_may_press_every_button_of_an_account(self):
        """As the superuser, as tests are, nothing is refused."""
        admin = new_test_user(
            self.env,
            login="buttons",
            email="buttons@example.com",
            groups="bring_warehousing.group_bring_admin,stock.group_stock_user",
        )
        own = {name for name in dir(type(self.account)) if name.startswith("action_")}
        inherited = {name for name in dir(self.env.registry["mail.thread"])}
        inherited |= {name for name in dir(self.env.registry["mail.activity.mixin"])}
        with patch.object(type(self.account), "_bring_probe", return_value=("success", "Fine")):
            for name in sorted(own - inherited - {"action_archive", "action_unarchive"}):
                with self.subTest(name), contextlib.suppress(UserError):
                    try:
                        getattr(self.account.with_user(admin), name)()
                    except AccessError as error:
                        self.fail(f"{name}: {error}")
        self.assertEqual(self.account.connection_outcome, "success")

    def test_the_connection_can_be_tested(self):
        answer = self.account.action_test_connection()["params"]
        self.assertEqual(answer["type"], "success", answer)
        self.assertEqual(self.account.connection_outcome, "success")
        self.account.api_key = "wrong-secret"
        self.assertFalse(self.account.connection_outcome, "this key was not tried yet")
        answer = self.account.action_test_connection()["params"]
        self.assertEqual(answer["type"], "danger")
        self.assertIn("API key", answer["message"])
        self.assertNotIn("wrong-secret", answer["message"])
        self.assertEqual(self.account.connection_outcome, "danger")
        self.assertIn("API key", self.account.connection_note)
        self.account.write({"api_key": KEY, "pull_url": "http://127.0.0.1:9"})
        answer = self.account.action_test_connection()["params"]
        self.assertEqual(answer["type"], "danger")
        self.account._call_failed(TransportError("away", retry=False))
        self.assertTrue(self.account.activity_ids)
        self.account.pull_url = self.server.url
        self.account.action_test_connection()
        self.assertFalse(self.account.call_error)
        self.assertFalse(self.account.activity_ids)

    def test_silence_is_noticed_once(self):
        account = self.account
        account.silence_hours = 5
        self.env["bring.message"]._receive(account.id, None, b"<x/>", "application/xml")
        self.env["bring.account"]._cron_notice_silence()
        self.assertFalse(account.activity_ids)
        self.env.cr.execute(
            "UPDATE bring_message SET received_at = received_at - interval '21 days'"
        )
        self.env.invalidate_all()
        for _run in range(2):
            self.env["bring.account"]._cron_notice_silence()
        silence = self.env.ref("bring_warehousing.mail_activity_type_silence")
        asked = account.activity_ids.filtered(lambda one: one.activity_type_id == silence)
        self.assertEqual(len(asked), 1)
        self.assertIn("not called at all", asked.note)
