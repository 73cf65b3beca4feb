from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..bring.client import http
from ..bring.errors import NotOffered, UnknownOutcome
from .test_sending import SimulatorCase


class OutboxCase(SimulatorCase):
    """Base of the tests of what lies between *Send to Bring* and Bring's answer."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(http, "ATTEMPTS", 1))  # no pauses within a call

    def queued(self, *lines, **values):
        picking = self.make_order(*(lines or [(self.a, 5)]), **values).picking_ids
        picking.action_bring_send()
        return picking

    def unknown(self, *lines, kind="silent"):
        """Return a transfer of which it isn't known whether Bring has it."""
        picking = self.queued(*lines)
        self.server.faults.add(kind, "send.order", order=picking.bring_order_number)
        self.send()
        self.assertEqual(picking.bring_message_ids.state, "unknown")
        return picking

    def at_bring(self, picking):
        return self.server.orders.get(picking.bring_order_number)

    def put_at_bring(self, article):
        self.server.stock.put(
            "BERGER", article, Decimal(10), at=self.server.clock.now, status="AVAILABLE_FOR_SALE"
        )

    def run_later(self, times=1):
        for _run in range(times):
            self.due()
            self.send()


class TestOneOpenMessage(OutboxCase):
    def test_send_to_bring_while_the_outcome_is_unknown_sends_nothing_again(self):
        picking = self.unknown()
        self.assertFalse(picking.bring_can_send)
        with self.assertRaisesRegex(UserError, "not known whether Bring has"):
            picking.action_bring_send()
        self.account.send_automatically = True
        self.run_later(2)
        self.assertEqual(picking.bring_message_ids.mapped("state"), ["sent"])
        self.assertEqual(len(self.sent_calls()), 1)
        self.assertEqual(self.at_bring(picking).duplicates, 0)

    def test_the_database_holds_no_second_open_message_of_a_transfer(self):
        for state in ("waiting", "unknown", "attention"):
            with self.subTest(state):
                message = self.queued().bring_message_ids
                message.state = state
                self.env.flush_all()
                with (
                    self.assertRaises(IntegrityError),
                    mute_logger("odoo.sql_db"),
                    self.env.cr.savepoint(),
                ):
                    message.copy({"request_id": f"second {state}", "state": state})
                message._withdraw("No more")
                third = message.copy({"request_id": f"third {state}", "state": state})
                self.env.flush_all()
                self.assertEqual(third.state, state)

    def test_a_transfer_that_bring_refused_is_sent_as_it_is_now(self):
        product = self.make_product("LATER")
        picking = self.queued((product, 1))
        self.send()
        self.assertEqual(picking.bring_message_ids.state, "attention")
        self.assertTrue(picking.bring_can_send)
        self.put_at_bring("LATER")
        picking.move_ids.product_uom_qty = 2
        picking.action_bring_send()
        self.send()
        self.assertEqual(
            picking.bring_message_ids.sorted("id").mapped("state"), ["cancelled", "sent"]
        )
        self.assertEqual(self.at_bring(picking).order.lines[0].quantity, 2)

    def test_a_change_while_the_outcome_is_unknown_is_told_when_it_is_known(self):
        for kind in ("silent", "error_before"):
            with self.subTest(kind):
                picking = self.unknown((self.a, 1), kind=kind)
                picking.sale_id.order_line.product_uom_qty = 3
                self.run_later(3)
                self.assertEqual(self.at_bring(picking).order.lines[0].quantity, 3)
                self.assertEqual(set(picking.bring_message_ids.mapped("state")), {"sent"})
                self.assertFalse(picking.activity_ids)

    def test_cancelled_while_the_outcome_is_unknown_is_cancelled_at_bring(self):
        for kind in ("silent", "error_before"):
            with self.subTest(kind):
                picking = self.unknown(kind=kind)
                picking.action_cancel()
                self.run_later(2)
                kept = self.at_bring(picking)
                self.assertTrue(kept is None or kept.status == "cancelled", "Bring ships nothing")
                original, delete = picking.bring_message_ids.sorted("id")
                self.assertEqual((original.state, delete.state), ("cancelled", "sent"))
                self.assertEqual(bool(picking.bring_cancel_requested), kind == "silent")
                self.assertFalse(picking.activity_ids)

    def test_what_bring_tells_of_an_order_proves_that_it_has_it(self):
        picking = self.unknown()
        self.server.faults.add("error_before", "pull.order", count=None)
        picking._bring_advance("registered", self.server.clock.now.replace(tzinfo=None))
        self.run_later()
        self.assertEqual(picking.bring_message_ids.state, "sent")
        self.assertEqual(len(self.sent_calls()), 1)
        self.assertEqual(picking.bring_status, "registered")


class TestWithdrawn(OutboxCase):
    def test_what_is_validated_by_hand_does_not_go_to_bring(self):
        picking = self.queued()
        picking.move_ids.picked = True
        picking.with_context(bring_by_hand=True).button_validate()
        self.assertEqual(picking.state, "done")
        self.send()
        self.assertFalse(self.sent_calls())
        self.assertEqual(picking.bring_message_ids.state, "cancelled")
        self.assertIn("done here", picking.bring_message_ids.error)
        self.assertIn("done here", picking.message_ids[0].body)
        self.assertFalse(picking.bring_status)

    def test_a_refused_order_that_was_sent_again_and_validated_does_not_go(self):
        picking = self.queued((self.make_product("NEW"), 1))
        self.send()
        picking.bring_message_ids.action_resend()
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.with_context(bring_by_hand=True).button_validate()
        self.assertEqual(picking.state, "done")
        self.send()
        self.assertEqual(len(self.sent_calls()), 1)
        self.assertEqual(picking.bring_message_ids.state, "cancelled")

    def test_what_is_cancelled_in_any_way_does_not_go(self):
        ways = {
            "button": lambda picking: picking.action_cancel(),
            "order": lambda picking: picking.sale_id.with_context(
                disable_cancel_warning=True
            ).action_cancel(),
            "line": lambda picking: picking.sale_id.order_line.write({"product_uom_qty": 0}),
            "moves": lambda picking: picking.move_ids._action_cancel(),
        }
        for way, cancel in ways.items():
            with self.subTest(way):
                picking = self.queued()
                cancel(picking)
                self.assertEqual(picking.state, "cancel")
                self.send()
                self.assertFalse(self.sent_calls())
                self.assertEqual(picking.bring_message_ids.state, "cancelled")

    def test_a_deleted_transfer_does_not_go_and_holds_up_nobody(self):
        picking = self.queued()
        message = picking.bring_message_ids
        behind = self.queued((self.b, 1))
        picking.unlink()
        self.run_later()
        self.assertEqual(message.state, "cancelled")
        self.assertIn("deleted", message.error)
        self.assertEqual(behind.bring_message_ids.state, "sent")
        self.assertEqual(len(self.sent_calls()), 1)

    def test_validated_by_hand_and_at_bring_is_put_before_a_person(self):
        picking = self.unknown()
        picking.move_ids.picked = True
        picking._action_done()
        self.run_later()
        self.assertEqual(picking.bring_message_ids.state, "sent")
        self.assertEqual(len(picking.activity_ids), 1)
        self.assertIn("done here by hand", picking.activity_ids.note)

    def test_validated_between_two_calls_is_seen_before_the_second(self):
        first, second = self.queued(), self.queued((self.b, 1))

        def validate(*_arguments):
            second.move_ids.picked = True
            second.with_context(bring_by_hand=True).button_validate()
            return 100

        with patch(
            "odoo.addons.bring_warehousing.models.bring_account_send.time_left",
            side_effect=validate,
        ):
            self.account._send_all()
        self.assertEqual(first.bring_message_ids.state, "sent")
        self.assertEqual(second.bring_message_ids.state, "cancelled")
        self.assertEqual(len(self.sent_calls()), 1)


class TestOthersGo(OutboxCase):
    def test_one_order_that_fails_each_time_stops_no_other(self):
        for kind in ("error_before", "error_after", "silent", "cut", "empty", "broken", "html"):
            with self.subTest(kind):
                poison = self.queued()
                others = self.queued((self.b, 1)) | self.queued((self.a, 1))
                self.server.faults.add(
                    kind, "send.order", count=None, order=poison.bring_order_number
                )
                self.server.faults.add(
                    "error_before", "pull.order", count=None, order=poison.bring_order_number
                )
                self.send()
                self.assertEqual(set(others.bring_message_ids.mapped("state")), {"sent"})
                self.assertEqual(poison.bring_message_ids.state, "unknown")
                self.run_later(6)
                self.assertEqual(len(poison.activity_ids), 1, "a person is asked, once")
                self.assertFalse(self.account.call_error, "Bring can be called")
                poison.bring_message_ids.action_cancel_sending()
                self.server.faults.clear()

    def test_a_bring_that_fails_with_everything_is_left_alone_after_three(self):
        pickings = self.env["stock.picking"].union(*(self.queued() for _order in range(6)))
        self.server.faults.add("error_before", "send.order", count=None)
        self.send()
        self.assertEqual(len(self.sent_calls()), 3)
        self.assertTrue(self.account.call_error)
        self.server.faults.clear()
        self.run_later(2)
        self.assertEqual(set(pickings.bring_message_ids.mapped("state")), {"sent"})
        self.assertFalse(self.account.call_error)

    def test_a_login_that_may_send_and_not_ask_goes_on_sending(self):
        stuck = self.unknown()
        self.server.faults.add("answered", "pull.*", status=401, count=None)
        later = self.queued((self.b, 1))
        self.run_later()
        self.assertEqual(later.bring_message_ids.state, "sent")
        self.assertEqual(stuck.bring_message_ids.state, "unknown")
        self.assertIn("not known whether Bring has", stuck.activity_ids.summary)
        self.assertEqual(len(self.sent_calls()), 2)

    def test_a_wrong_key_ends_the_run(self):
        pickings = self.queued() | self.queued((self.b, 1))
        self.account.api_key = "wrong"
        self.send()
        self.assertEqual(len(self.sent_calls()), 1)
        self.assertEqual(set(pickings.bring_message_ids.mapped("state")), {"waiting"})

    def test_what_follows_bring_s_answer_cannot_undo_that_it_answered(self):
        picking, other = self.queued(), self.queued((self.b, 1))
        works = type(picking)._bring_was_sent

        def fails(self, message):
            if self == picking:
                raise ZeroDivisionError("an addon of somebody else's")
            return works(self, message)

        with (
            patch.object(type(picking), "_bring_was_sent", fails),
            self.assertLogs("odoo.addons.bring_warehousing", "ERROR"),
        ):
            self.send()
        self.assertEqual(picking.bring_message_ids.state, "sent")
        self.assertEqual(other.bring_status, "sent")
        self.assertFalse(picking.bring_can_send)
        self.assertIn(picking.bring_order_number, self.account.activity_ids.summary)
        self.send()
        self.assertEqual(len(self.sent_calls()), 2)

    def test_an_error_of_ours_is_the_one_message_s(self):
        picking, other = self.queued(), self.queued((self.b, 1))
        message = picking.bring_message_ids
        works = type(message)._begin

        def fails(self):
            if self == message:
                raise ZeroDivisionError("an addon of somebody else's")
            return works(self)

        with (
            patch.object(type(message), "_begin", fails),
            self.assertLogs("odoo.addons.bring_warehousing", "ERROR"),
        ):
            self.send()
        self.assertEqual(other.bring_message_ids.state, "sent")
        self.assertEqual(message.state, "waiting")
        self.assertIn("ZeroDivisionError", message.error)
        self.assertTrue(picking.activity_ids)
        self.run_later()
        self.assertEqual(message.state, "sent")

    def test_articles_that_fail_do_not_hold_up_orders(self):
        self.account.send_articles = True
        self.account.action_send_articles()
        self.send()
        picking = self.queued()
        self.b.name = "Another name"
        self.server.faults.add("error_before", "send.items", count=None)
        self.send()
        self.assertEqual(picking.bring_message_ids.state, "sent")
        self.run_later(6)
        self.assertEqual(len(self.account.activity_ids), 1)
        self.server.faults.clear()
        self.run_later()
        self.assertFalse(self.account.activity_ids)


class TestWaysOut(OutboxCase):
    def test_do_not_send_ends_what_is_unknown_in_words(self):
        picking = self.unknown()
        message = picking.bring_message_ids
        message.action_cancel_sending()
        self.assertEqual(message.state, "cancelled")
        self.assertIn("may have it", message.error)
        self.assertIn("may have", picking.message_ids[0].body)
        self.run_later(2)
        self.assertEqual(len(self.sent_calls()), 1)
        self.assertEqual(message.state, "cancelled")

    def test_send_again_asks_bring_before_it_sends(self):
        picking = self.unknown()
        message = picking.bring_message_ids
        message.next_attempt_at += timedelta(hours=1)
        message.action_resend()
        self.send()
        self.assertEqual(message.state, "sent")
        self.assertEqual(len(self.sent_calls()), 1)

    def test_withdrawn_while_bring_is_called_and_taken_is_told(self):
        for failure, state in ((UnknownOutcome("cut"), "cancelled"), (None, "sent")):
            with self.subTest(state):
                message = self.queued().bring_message_ids
                message._begin()
                message.action_cancel_sending()
                message._settle("", failure)
                self.assertEqual(message.state, state)


class TestAnswers(OutboxCase):
    def refuse(self, code, route="send.order", **options):
        self.server.faults.add("refused", route, code=code, **options)

    def answer(self, status, body, route="send.order", kind="text/html", **options):
        headers = {"Content-Type": kind}
        self.server.faults.add(
            "answered", route, status=status, body=body, headers=headers, **options
        )

    def test_existed_already_after_a_cut_is_proof_that_bring_has_it(self):
        for status in (200, 400, 409):
            with self.subTest(status):
                picking = self.unknown()
                number = picking.bring_order_number
                self.refuse("PO_STATE_001", "pull.order", order=number)  # not seen there yet
                self.run_later()
                self.assertEqual(picking.bring_message_ids.state, "sent")
                self.assertEqual(picking.bring_status, "sent")
                self.assertEqual(self.at_bring(picking).duplicates, 1)
                self.assertFalse(picking.activity_ids)

    def test_existed_already_at_the_first_try_is_put_before_a_person_besides(self):
        picking = self.queued()
        self.refuse("PO_INPUT_024")
        self.send()
        self.assertEqual(picking.bring_message_ids.state, "sent")
        self.assertIn("already", picking.activity_ids.summary)

    def test_existed_already_after_do_not_send_and_send_is_proof_too(self):
        picking = self.unknown()
        picking.bring_message_ids.action_cancel_sending()
        picking.action_bring_send()
        self.send()
        self.assertEqual(
            picking.bring_message_ids.sorted("id").mapped("state"), ["cancelled", "sent"]
        )
        self.assertFalse(picking.activity_ids)
        self.assertEqual(self.at_bring(picking).duplicates, 1)

    def test_a_change_of_what_bring_does_not_have_needs_a_person(self):
        picking = self.queued()
        self.send()
        picking.sale_id.order_line.product_uom_qty = 9
        self.refuse("PO_INPUT_010")
        self.send()
        self.assertEqual(
            picking.bring_message_ids.sorted("id").mapped("state"), ["sent", "attention"]
        )
        self.assertTrue(picking.activity_ids)

    def test_a_gateway_s_answer_refuses_no_order(self):
        page = "<!DOCTYPE html><html><body><h1>Not here</h1></body></html>"
        for status in (400, 403, 404, 405, 407, 421):
            for body in (page, ""):
                with self.subTest(status=status, body=body[:5]):
                    self.account.activity_ids.unlink()
                    self.account.call_failing_since = self.account.call_error = False
                    pickings = self.queued() | self.queued((self.b, 1))
                    self.answer(status, body, count=None)
                    for _run in range(6):
                        self.run_later()
                    messages = pickings.bring_message_ids
                    self.assertEqual(set(messages.mapped("state")), {"waiting"})
                    self.assertEqual(len(self.account.activity_ids), 1)
                    self.assertFalse(pickings.activity_ids)
                    self.assertIn(f"HTTP {status}", messages[0].error)
                    self.server.faults.clear()
                    self.run_later()
                    self.assertEqual(set(messages.mapped("state")), {"sent"})
                    self.assertFalse(self.account.activity_ids)

    def test_a_firewall_that_dislikes_one_order_stops_no_other(self):
        picking = self.queued()
        self.answer(403, "<html>Blocked</html>", count=None, order=picking.bring_order_number)
        for _run in range(6):
            other = self.queued((self.b, 1))
            self.run_later()
            self.assertEqual(other.bring_message_ids.state, "sent")
        self.assertEqual(picking.bring_message_ids.state, "waiting")
        self.assertEqual(len(picking.activity_ids), 1)
        self.assertFalse(self.account.call_error)

    def test_words_of_bring_in_plain_text_are_the_reason(self):
        picking = self.queued()
        words = "PO_INPUT_021 Article number is required\n" + "x" * 5000
        self.answer(400, words, kind="text/plain")
        self.send()
        message = picking.bring_message_ids
        self.assertEqual(message.state, "attention")
        self.assertIn("PO_INPUT_021 Article number is required", message.error)
        self.assertLess(len(message.error), 700)
        self.assertIn("Article number is required", picking.activity_ids.note)

    def test_a_refused_customer_number_keeps_all_orders_waiting(self):
        pickings = self.queued() | self.queued((self.b, 1))
        self.refuse("PO_INPUT_001", count=None)
        self.run_later(2)
        self.assertEqual(set(pickings.bring_message_ids.mapped("state")), {"waiting"})
        self.assertEqual(len(self.account.activity_ids), 1)
        self.assertFalse(pickings.activity_ids)

    def test_a_page_with_status_200_passes_by_itself(self):
        self.server.faults.add("html", "pull.balances", count=3)
        answer = self.account.action_pull_balances()["params"]
        self.assertIn("HTML page", answer["message"])
        self.assertFalse(self.account.activity_ids)
        picking = self.queued()
        self.server.faults.add("html", "send.order")
        self.send()
        self.assertEqual(picking.bring_message_ids.state, "unknown")
        self.assertIn("HTML page", picking.bring_message_ids.error)
        self.run_later()
        self.assertEqual(picking.bring_message_ids.state, "sent")
        self.assertFalse(self.account.activity_ids)

    def test_informational_answers_are_no_answers(self):
        for status in (102, 103):
            picking = self.queued()
            self.server.faults.add("informational", "*", status=status, count=2)
            self.send()
            self.assertEqual(picking.bring_message_ids.state, "sent")
            self.account.action_pull_orders()
            self.assertFalse(self.account.call_error)


class TestAsking(OutboxCase):
    def setUp(self):
        super().setUp()
        self.pickings = self.env["stock.picking"]
        for _order in range(3):
            self.pickings |= self.queued()
        self.send()
        self.server.advance(hours=2.2)  # picked
        self.account.pull_orders = True

    def ask(self):
        """Ask for all open orders, by the scheduled action."""
        self.server.advance(seconds=1)  # the same answer at the same time is the same message
        self.account.orders_wanted_at = self.env.cr.now()
        self.pickings.bring_asked_at = False
        self.env["bring.account"]._cron_pull_orders()
        self.env["bring.document"]._process_pending()
        self.env.invalidate_all()

    def asked(self, route):
        return [call for call in self.server.calls if call.route == route]

    def test_items_are_asked_for_where_something_has_left_only(self):
        self.ask()
        self.assertEqual(set(self.pickings.mapped("bring_status")), {"picked"})
        self.assertFalse(self.asked("pull.items"))
        self.server.advance(hours=10)
        self.ask()
        self.assertEqual(set(self.pickings.mapped("bring_status")), {"despatched"})
        self.assertEqual(len(self.asked("pull.items")), 3)

    def test_what_bring_says_no_to_for_one_order_is_told_there(self):
        denied, *others = self.pickings
        for code in ("PO_STATE_004", "PO_INPUT_002", "PO_STATE_005", "PO_INPUT_017"):
            with self.subTest(code):
                self.pickings.write({"bring_status": "sent"})
                self.pickings.activity_ids.unlink()
                self.server.faults.add(
                    "refused", "pull.order", code=code, order=denied.bring_order_number
                )
                self.ask()
                self.assertEqual({picking.bring_status for picking in others}, {"picked"})
                self.assertEqual(denied.bring_status, "sent")
                self.assertEqual(len(denied.activity_ids), 1)
                self.assertIn(code, denied.activity_ids.note)
                self.assertFalse(self.account.call_error)
                self.assertFalse(self.account.activity_ids)

    def test_no_lines_of_a_despatched_order_book_nothing_and_are_told_there(self):
        self.server.advance(hours=10)
        first = self.pickings[0]
        self.server.faults.add(
            "refused", "pull.items", code="PO_STATE_003", count=None, order=first.bring_order_number
        )
        for _run in range(2):
            self.ask()
        self.assertEqual(first.state, "assigned")
        self.assertEqual(len(first.activity_ids), 1)
        self.assertIn("Order sent", first.activity_ids.note)
        self.assertEqual(set((self.pickings - first).mapped("bring_status")), {"despatched"})
        self.assertFalse(self.account.call_error)

    def test_what_bring_says_to_all_is_told_once_on_the_account(self):
        for code in ("PO_STATE_004", "PO_INPUT_001", "PO_STATE_002"):
            with self.subTest(code):
                self.account.activity_ids.unlink()
                self.server.faults.add("refused", "pull.order", code=code, count=None)
                self.ask()
                self.assertEqual(len(self.account.activity_ids), 1)
                self.assertFalse(self.pickings.activity_ids)
                self.server.faults.clear()
                self.ask()
                self.assertFalse(self.account.activity_ids)

    def test_an_answer_that_cannot_be_read_is_about_its_order(self):
        broken, *others = self.pickings
        self.pickings.write({"bring_status": "sent"})
        self.server.faults.add("broken", "pull.order", order=broken.bring_order_number)
        self.ask()
        self.assertEqual(len(broken.activity_ids), 1)
        self.assertEqual({picking.bring_status for picking in others}, {"picked"})
        self.ask()
        self.assertFalse(broken.activity_ids, "it is told by now")


class TestReceipts(OutboxCase):
    """How far purchase orders and returns are, as Bring tells when it is asked."""

    def setUp(self):
        super().setUp()
        self.purchase = self.make_purchase((self.a, 10), (self.b, 5))
        self.picking = self.purchase.picking_ids
        self.picking.action_bring_send()
        self.send()
        self.account.pull_orders = True

    def ask(self):
        self.server.advance(seconds=1)
        self.account.orders_wanted_at = self.env.cr.now()
        self.env["stock.picking"].search([]).bring_asked_at = False
        self.env["bring.account"]._cron_pull_orders()
        self.env["bring.document"]._process_pending()
        self.env.invalidate_all()

    def routes(self):
        return [call.route for call in self.server.calls if call.route.startswith(("pull", "soap"))]

    def test_a_purchase_order_shows_what_bring_says_of_it_and_books_nothing(self):
        for transport, routes in (
            ("rest", ["pull.order", "pull.items"]),
            ("soap", ["soap.GetPurchaseOrder"]),
        ):
            with self.subTest(transport):
                self.account.transport = transport
                self.picking.write({"bring_status": "sent", "bring_answer": False})
                self.server.calls.clear()
                self.ask()
                self.assertEqual(self.routes(), routes)
                self.assertEqual(
                    self.picking.bring_answer, "EDIIMPORTED; line 10: 0 of 10; line 20: 0 of 5"
                )
                self.assertEqual(self.picking.bring_status, "registered")
                self.assertEqual(self.picking.state, "assigned")
                logged = self.picking.message_ids.filtered(lambda m: "line 10" in (m.body or ""))
                self.ask()
                again = self.picking.message_ids.filtered(lambda m: "line 10" in (m.body or ""))
                self.assertEqual(logged, again, "said once")
        self.assertFalse(self.env["bring.document"].search([("is_pulled", "=", True)]))
        self.assertFalse(self.account.call_error)

    def test_what_bring_has_received_without_telling_is_put_before_a_person(self):
        number = self.picking.bring_order_number
        self.server.bring.receive(number, {10: (Decimal(10), {}), 20: (Decimal(5), {})})
        self.ask()
        self.assertIn("line 10: 10 of 10", self.picking.bring_answer)
        self.assertFalse(self.picking.activity_ids, "its advice may be on its way")
        self.ask()
        self.assertEqual(len(self.picking.activity_ids), 1)
        self.assertIn("received all", self.picking.activity_ids.summary)
        self.assertEqual(self.picking.state, "assigned", "no goods are booked")
        self.assertEqual(self.on_hand(self.a), 100)

    def test_a_return_is_asked_for_too(self):
        back = self.make_return(self.make_order((self.a, 5)).picking_ids, 3)
        back.action_bring_send()
        self.send()
        self.account.transport = "soap"
        self.ask()
        self.assertIn("0 of 3", back.bring_answer)

    def test_not_found_by_soap_sends_no_customer_s_order_again(self):
        self.account.transport = "soap"
        picking = self.unknown()
        self.server.faults.add("refused", "soap.*", code="PO_STATE_001", count=None)
        self.run_later()
        self.assertEqual(picking.bring_message_ids.state, "sent")
        self.assertEqual(self.at_bring(picking).duplicates, 0)
        self.ask()
        self.assertFalse(picking.activity_ids)
        self.assertIn("does not know", self.picking.activity_ids.summary)

    def test_the_connection_can_be_tested_where_soap_has_what_is_published_only(self):
        self.account.transport = "soap"
        client = "odoo.addons.bring_warehousing.bring.client.soap.SoapClient"
        lacks = NotOffered("Bring's SOAP service has no such thing")
        with (
            patch(f"{client}.error_codes", side_effect=lacks),
            patch(f"{client}.survey_balances", side_effect=lacks),
        ):
            answer = self.account.action_test_connection()["params"]
            self.assertEqual(answer["type"], "success", answer)
            self.account.api_key = "wrong"
            answer = self.account.action_test_connection()["params"]
            self.assertEqual(answer["type"], "danger", answer)

    def test_what_failed_stays_said_while_there_is_nothing_to_ask(self):
        self.server.faults.add("refused", "pull.order", code="PO_STATE_002")
        self.ask()
        self.assertEqual(len(self.account.activity_ids), 1)
        self.env["bring.account"]._cron_pull_orders()
        self.assertEqual(len(self.account.activity_ids), 1)
