"""What Bring has and what Odoo wants: whoever changed it, and in which way."""

from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import UserError

from ..models import bring_message_out
from .common import despatch_advice, despatch_line, message, order_response
from .test_outbox import OutboxCase


class LedgerCase(OutboxCase):
    def sent(self, *lines, **values):
        """Return a delivery that Bring has taken."""
        picking = self.queued(*lines, **values)
        self.send()
        self.assertEqual(picking.bring_order_id.state, "at_bring")
        return picking

    def bring_says(self, picking, status, *lines, **options):
        """Have Bring tell of an order; O1 and O2 in a response, else in a despatch advice."""
        number = picking.bring_order_number
        if status in ("O1", "O2"):
            content = message("order_response", order_response(number, status, **options))
        else:
            options.setdefault("at", "2026-03-02T09:00:00" if status == "O4" else None)
            content = message(
                "despatch_advice", despatch_advice(number, list(lines), status=status, **options)
            )
        document = self.deliver(content).document_ids
        self.assertEqual(document.state, "done", document.error)
        self.env.invalidate_all()

    def quantities(self, picking):
        """Return what Bring has to do: article → quantity."""
        kept = self.at_bring(picking)
        if kept is None or kept.status == "cancelled":
            return {}
        return {line.article: line.quantity for line in kept.order.lines}

    def indicators(self, order):
        return order.message_ids.sorted("id").mapped(lambda m: (m.update_indicator, m.state))

    def left(self, order):
        return {line.number: line.left_quantity for line in order.line_ids}


class TestEveryWay(LedgerCase):
    """Rows 31, 32 and 57: not the button is heard, but what is wanted is compared."""

    def test_a_transfer_that_is_cancelled_in_any_way_is_cancelled_at_bring(self):
        ways = {
            "button": lambda p: p.action_cancel(),
            "order": lambda p: p.sale_id.with_context(disable_cancel_warning=True).action_cancel(),
            "line": lambda p: p.sale_id.order_line.write({"product_uom_qty": 0}),
            "moves": lambda p: p.move_ids._action_cancel(),
            "moves deleted": lambda p: (p.move_ids._action_cancel(), p.move_ids.unlink()),
        }
        for way, cancel in ways.items():
            with self.subTest(way):
                picking = self.sent()
                order = picking.bring_order_id
                cancel(picking)
                self.send()
                self.assertEqual(self.indicators(order), [("Original", "sent"), ("Delete", "sent")])
                self.assertFalse(self.quantities(picking), "Bring ships nothing")
                self.assertEqual(order.state, "cancelling")
                self.run_later(2)
                self.assertEqual(len(order.message_ids), 2, "once")

    def test_a_purchase_order_that_is_cancelled_is_cancelled_at_bring(self):
        purchase = self.make_purchase((self.a, 7))
        picking = purchase.picking_ids
        picking.action_bring_send()
        self.send()
        purchase.button_cancel()
        self.send()
        self.assertEqual(
            self.indicators(picking.bring_order_id), [("Original", "sent"), ("Delete", "sent")]
        )

    def test_a_return_that_is_cancelled_is_cancelled_at_bring(self):
        back = self.make_return(self.make_order((self.a, 5)).picking_ids, 3)
        back.action_bring_send()
        self.send()
        back.move_ids._action_cancel()
        self.send()
        self.assertEqual(back.bring_order_id.message_ids[0].update_indicator, "Delete")

    def test_what_bring_has_cannot_be_deleted_before_it_is_cancelled_there(self):
        sent, unknown = self.sent(), self.unknown((self.b, 1))
        for picking in (sent, unknown):
            with self.assertRaisesRegex(UserError, picking.bring_order_number):
                picking.unlink()
        sent.action_cancel()
        self.send()
        with self.assertRaisesRegex(UserError, "confirmed"):
            sent.unlink()
        self.bring_says(sent, "99", created="2026-03-02T09:00:00")
        order = sent.bring_order_id
        self.assertEqual((order.state, self.left(order)), ("closed", {10: 0}))
        sent.unlink()
        self.assertTrue(order.exists(), "what Bring was told is kept")

    def test_a_warehouse_with_orders_at_bring_stays_mapped(self):
        picking = self.sent()
        mapping = self.account.warehouse_ids.filtered(
            lambda m: m.warehouse_id == picking.picking_type_id.warehouse_id
        )
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTHER"})
        with self.assertRaisesRegex(UserError, picking.bring_order_number):
            mapping.unlink()
        with self.assertRaisesRegex(UserError, picking.bring_order_number):
            mapping.warehouse_id = other
        with self.assertRaises(UserError):
            self.account.unlink()
        picking.sale_id.with_context(disable_cancel_warning=True).action_cancel()
        self.send()
        self.bring_says(picking, "99", created="2026-03-02T09:00:00")
        mapping.warehouse_id = other

    def test_changes_that_odoo_s_records_do_not_tell_are_found(self):
        picking = self.sent((self.a, 5))
        self.account.changes_seen_to = self.env.cr.now() + timedelta(hours=1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move SET product_uom_qty = 3, product_qty = 3 WHERE picking_id = %s",
            [picking.id],
        )
        self.env.invalidate_all()
        self.send()
        self.assertEqual(self.quantities(picking), {"A1": 3})

    def test_twice_gives_nothing_more(self):
        picking = self.sent((self.a, 5))
        order = picking.bring_order_id
        for quantity in (8, 2):
            picking.sale_id.order_line.product_uom_qty = quantity
            for _time in range(3):
                order._reconcile()
                self.run_later()
        self.assertEqual([m for m, _s in self.indicators(order)], ["Original", "Update", "Update"])
        self.assertEqual(self.quantities(picking), {"A1": 2})

    def test_there_and_back_again_before_it_was_sent_tells_nothing(self):
        picking = self.sent((self.a, 5))
        line = picking.sale_id.order_line
        line.product_uom_qty = 8
        picking.bring_order_id._reconcile()
        self.assertEqual(picking.bring_sending, "waiting")
        line.product_uom_qty = 5
        self.send()
        self.assertEqual(
            self.indicators(picking.bring_order_id), [("Original", "sent"), ("Update", "cancelled")]
        )
        self.assertEqual(len(self.sent_calls()), 1)


class TestByHand(LedgerCase):
    """Rows 33 and 40, and validating by hand."""

    def part(self, picking, quantity, **context):
        picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True, **context).button_validate()

    def test_a_part_done_by_hand_is_put_before_a_person_and_its_rest_is_known(self):
        self.account.send_automatically = True
        picking = self.sent((self.a, 10))
        order = picking.bring_order_id
        picking.move_ids.write({"quantity": 6, "picked": True})
        picking._action_done()  # as another addon would
        rest = picking.backorder_ids
        self.run_later(2)
        self.assertEqual(rest.bring_order_id, order)
        self.assertFalse(rest.bring_can_send)
        self.assertEqual(len(self.sent_calls()), 1, "nothing goes a second time")
        self.assertEqual((order.state, self.left(order)), ("differs", {10: 10}))
        self.assertEqual(len(rest.activity_ids), 1)
        self.assertIn("6", rest.activity_ids.note)
        self.assertIn(order, self.env["bring.to.settle"].search([]).order_id)

    def test_three_ways_out_of_a_part_done_by_hand(self):
        ends = {
            "action_bring_tell": ("at_bring", 4, {10: 4}),
            "action_bring_leave": ("accepted", 10, {10: 10}),
            "action_bring_agreed": ("at_bring", 10, {10: 4}),
        }
        for way, (state, at_bring, left) in ends.items():
            with self.subTest(way):
                picking = self.sent((self.a, 10))
                order = picking.bring_order_id
                picking.move_ids.write({"quantity": 6, "picked": True})
                picking._action_done()
                self.send()
                rest = picking.backorder_ids
                getattr(rest, way)()
                self.run_later(2)
                self.assertEqual((order.state, self.left(order)), (state, left))
                self.assertEqual(self.quantities(rest), {"A1": at_bring})
                self.assertFalse(rest.activity_ids)
                # another change is another question
                rest.move_ids.product_uom_qty = 3
                self.run_later()
                self.assertEqual(
                    order.state, "differs" if way == "action_bring_leave" else "at_bring"
                )

    def test_validate_asks_first_and_then_tells_bring(self):
        picking = self.sent((self.a, 10))
        self.part(picking, 6)
        self.assertEqual(picking.state, "assigned")
        action = picking.button_validate()
        self.assertEqual(action["res_model"], "bring.validate")
        dialog = self.env["bring.validate"].browse(action["res_id"])
        self.assertEqual(dialog.names, picking.bring_order_number)
        dialog.action_ask()
        self.assertIn(picking.bring_order_number, dialog.outcome)
        dialog.with_context(skip_backorder=True).action_validate()
        self.assertEqual(picking.state, "done")
        self.run_later()
        self.assertEqual(self.quantities(picking), {"A1": 4})
        self.assertFalse(picking.backorder_ids.activity_ids)

    def test_all_of_it_validated_by_hand_is_cancelled_at_bring(self):
        for begun in (False, True):
            with self.subTest(begun=begun):
                picking = self.sent((self.a, 10))
                if begun:
                    self.bring_says(picking, "O3", created="2026-03-02T09:00:00")
                self.part(picking, 10, bring_by_hand=True)
                self.run_later()
                self.assertFalse(self.quantities(picking))
                self.assertEqual(picking.bring_order_id.state, "cancelling")
                self.assertTrue(picking.bring_cancel_requested)

    def test_bring_ships_what_was_validated_by_hand_and_is_done_already(self):
        picking = self.sent((self.a, 10))
        picking.move_ids.write({"quantity": 10, "picked": True})
        picking._action_done()
        self.send()
        self.assertEqual(picking.bring_order_id.state, "differs")
        self.assertIn("Bring will do it, too", picking.bring_differing)

    def by_hand_with_mail(self, **context):
        """Return a delivery validated by hand while Bring had it, and its customer wants a mail."""
        self.company.stock_move_email_validation = True
        picking = self.sent((self.a, 10))
        self.part(picking, 10, **context)
        if not context:
            picking._action_done()  # as another addon would
        self.assertEqual(picking.state, "done")
        self.assertFalse(self.mails(picking), "the customer hears when it left")
        return picking

    def mails(self, picking):
        """Send what is due; return the mails to the customer."""
        with self.enter_registry_test_mode():
            self.env.ref("bring_warehousing.ir_cron_send_mails").method_direct_trigger()
        return picking.message_ids.filtered(lambda m: self.customer in m.partner_ids)

    def test_the_customer_s_mail_waits_for_bring_s_word(self):
        picking = self.by_hand_with_mail(bring_by_hand=True)
        self.assertTrue(picking.bring_mail_pending)
        self.run_later()
        self.assertFalse(self.mails(picking), "Bring has not confirmed the cancellation")
        self.bring_says(picking, "99", despatch_line(10, "A1", 10))
        self.assertEqual(picking.bring_order_id.state, "closed")
        self.assertEqual(len(self.mails(picking)), 1)
        self.assertEqual(len(self.mails(picking)), 1, "once")

    def test_what_was_booked_early_is_done_when_bring_tells_of_it(self):
        picking = self.by_hand_with_mail()
        order = picking.bring_order_id
        self.send()
        number = order.name
        content = message(
            "despatch_advice", despatch_advice(number, [despatch_line(10, "A1", 10)], status="O4")
        )
        document = self.deliver(content).document_ids
        self.assertEqual((document.state, document.cause), ("attention", "nothing_open"))
        picking.action_bring_leave()
        self.assertEqual(order.state, "accepted")
        self.assertFalse(self.mails(picking))
        stock = self.a.qty_available
        document.action_retry()
        self.assertEqual(document.state, "done", document.error)
        self.assertIn("not booked again", document.remark)
        self.run_later()
        self.assertEqual(self.a.qty_available, stock)
        self.assertEqual((order.state, picking.bring_status), ("closed", "despatched"))
        self.assertEqual(len(self.mails(picking)), 1)
        again = self.deliver(
            message(
                "despatch_advice",
                despatch_advice(
                    number,
                    [despatch_line(10, "A1", 3)],
                    at="2026-03-03T09:00:00",
                    created="2026-03-03T09:10:00",
                ),
            )
        ).document_ids
        self.assertEqual(again.cause, "nothing_open", "Bring has nothing more of it to do")

    def test_what_waits_to_be_sent_keeps_no_mail_back(self):
        self.company.stock_move_email_validation = True
        picking = self.queued((self.a, 10))
        self.part(picking, 10, bring_by_hand=True)
        self.assertEqual(len(self.mails(picking)), 1)

    def test_what_waits_is_not_validated_without_a_word_either(self):
        picking = self.queued((self.a, 10))
        self.assertEqual(picking.button_validate()["res_model"], "bring.validate")
        self.part(picking, 10, bring_by_hand=True)
        self.send()
        self.assertFalse(self.sent_calls())
        self.assertEqual(self.indicators(picking.bring_order_id), [("Original", "cancelled")])


class TestBegun(LedgerCase):
    """Rows 34 and 35: Bring has begun, and takes no change any more."""

    def begun(self, *lines):
        picking = self.sent(*lines)
        self.bring_says(picking, "O3", created="2026-03-02T09:00:00")
        return picking

    def test_less_than_bring_has_is_put_before_a_person(self):
        picking = self.sent((self.a, 10))
        self.bring_says(picking, "O4", despatch_line(10, "A1", 4))
        order, rest = picking.bring_order_id, picking.backorder_ids
        self.assertEqual((rest.bring_order_id, self.left(order)), (order, {10: 6}))
        picking.sale_id.order_line.product_uom_qty = 8
        self.run_later(2)
        self.assertEqual(order.state, "differs")
        self.assertEqual(len(rest.activity_ids), 1)
        self.assertIn("Bring has 6, Odoo wants 4", rest.bring_differing)
        picking.sale_id.order_line.product_uom_qty = 10
        self.run_later()
        self.assertEqual(order.state, "at_bring")
        self.assertFalse(rest.activity_ids, "it is settled")

    def test_more_than_bring_has_goes_as_an_order_of_its_own(self):
        for automatically in (True, False):
            with self.subTest(automatically=automatically):
                self.account.send_automatically = automatically
                picking = self.sent((self.a, 10))
                self.bring_says(picking, "O4", despatch_line(10, "A1", 4))
                order, rest = picking.bring_order_id, picking.backorder_ids
                picking.sale_id.order_line.product_uom_qty = 15
                self.run_later(2)
                if not automatically:
                    self.assertEqual(order.state, "differs")
                    self.assertTrue(rest.bring_has_surplus)
                    rest.action_bring_send_rest()
                    self.run_later()
                self.assertEqual((order.state, self.left(order)), ("at_bring", {10: 6}))
                new = picking.sale_id.picking_ids - picking - rest
                self.assertEqual(new.move_ids.product_uom_qty, 5)
                self.assertEqual(self.quantities(new), {"A1": 5})
                self.assertNotEqual(new.bring_order_number, order.name)
                self.assertFalse((rest | new).activity_ids)

    def test_a_line_added_after_bring_began_can_be_sent(self):
        picking = self.begun((self.a, 5))
        order = picking.bring_order_id
        picking.sale_id.write(
            {"order_line": [(0, 0, {"product_id": self.b.id, "product_uom_qty": 2})]}
        )
        self.run_later()
        self.assertTrue(picking.bring_has_surplus)
        picking.action_bring_send_rest()
        self.run_later()
        new = picking.sale_id.picking_ids - picking
        self.assertEqual(self.quantities(new), {"B1": 2})
        self.bring_says(picking, "O4", despatch_line(10, "A1", 5))
        self.assertEqual((picking.state, order.state), ("done", "closed"))
        self.assertEqual(new.state, "assigned", "it is another order")

    def test_an_address_changed_after_bring_began_is_put_before_a_person(self):
        picking = self.begun((self.a, 5))
        picking.partner_id = self.customer.copy({"street": "Nattgata 23"})
        self.run_later()
        self.assertEqual(picking.bring_order_id.state, "differs")
        self.assertIn("address", picking.bring_differing)
        picking.action_bring_agreed()
        self.run_later()
        self.assertEqual(picking.bring_order_id.state, "at_bring")
        self.assertEqual(len(self.sent_calls()), 1)


class TestWhatIsCompared(LedgerCase):
    """Rows 36 and 37: exactly what Bring was told, by the line's own number."""

    def test_a_later_date_is_told_and_another_name_is_not(self):
        picking = self.sent((self.a, 5))
        self.a.name = "A new name"
        self.run_later()
        self.assertEqual(len(self.sent_calls()), 1)
        picking.scheduled_date += timedelta(days=21)
        self.run_later()
        self.assertEqual(len(self.sent_calls()), 2)
        self.assertEqual(picking.bring_order_id.state, "at_bring")

    def test_a_line_s_number_is_never_given_to_another_article(self):
        picking = self.sent((self.a, 5), (self.b, 2))
        order = picking.bring_order_id
        other = self.make_product("C1")
        self.put_stock(other, 10)
        self.server.stock.put(
            "BERGER", "C1", Decimal(10), at=self.server.clock.now, status="AVAILABLE_FOR_SALE"
        )
        sale = picking.sale_id
        sale.order_line.filtered(lambda line: line.product_id == self.b).product_uom_qty = 0
        sale.write({"order_line": [(0, 0, {"product_id": other.id, "product_uom_qty": 3})]})
        self.run_later()
        self.assertEqual(self.quantities(picking), {"A1": 5, "C1": 3})
        self.assertEqual(self.left(order), {10: 5, 20: 0, 30: 3})
        self.bring_says(
            picking, "O4", despatch_line("000010", "A1", 5), despatch_line("000030", "C1", 3)
        )
        self.assertEqual(self.left(order), {10: 0, 20: 0, 30: 0})
        self.assertEqual(order.line_ids.mapped("done_quantity"), [5, 0, 3])

    def test_the_order_goes_as_it_is_at_the_moment_of_sending(self):
        picking = self.unknown((self.a, 1), kind="error_before")
        picking.sale_id.order_line.product_uom_qty = 3
        picking.scheduled_date += timedelta(days=3)
        self.run_later()
        self.assertEqual(self.quantities(picking), {"A1": 3})
        self.assertEqual(self.indicators(picking.bring_order_id), [("Original", "sent")])

    def test_what_would_be_refused_at_the_moment_of_sending_is_kept_back(self):
        picking = self.queued((self.a, 1))
        picking.partner_id = self.customer.copy({"street": False})
        self.run_later()
        self.assertFalse(self.sent_calls())
        self.assertEqual(picking.bring_sending, "rejected")
        self.assertIn("street", picking.bring_send_error)
        self.assertEqual(len(picking.activity_ids), 1)
        picking.partner_id.street = "Storgata 2"
        picking.action_bring_retry()
        self.send()
        self.assertEqual(picking.bring_order_id.state, "at_bring")
        self.assertFalse(picking.activity_ids)


class TestRejected(LedgerCase):
    """What Bring rejects has its cure on the transfer."""

    def test_an_article_that_bring_does_not_know_is_sent_before_its_order(self):
        user = self.make_users("cure")["user"]
        user.group_ids += self.env.ref("stock.group_stock_user")
        picking = self.queued((self.make_product("LATER"), 1))
        self.send()
        self.assertEqual(picking.bring_sending, "rejected")
        self.assertIn("LATER", picking.bring_send_error)
        picking.with_user(user).action_bring_send_articles()
        self.send()
        self.assertEqual(picking.bring_order_id.state, "at_bring", picking.bring_send_error)
        self.assertFalse(picking.activity_ids)

    def test_what_bring_cannot_ship_says_what_it_lacks(self):
        self.account.default_service_code = False
        nowhere = self.customer.copy({"street": False})
        picking = self.make_order((self.a, 1), partner_id=nowhere.id).picking_ids
        self.assertTrue(picking.bring_lacks_service)
        self.assertTrue(picking.bring_lacks_address)
        self.assertEqual(picking.action_bring_open_address()["res_id"], nowhere.id)
        self.account.default_service_code = "5800"
        nowhere.street = "Storgata 1"
        picking.invalidate_recordset()
        self.assertFalse(picking.bring_lacks_service or picking.bring_lacks_address)

    def test_a_rejected_change_can_be_left_or_agreed(self):
        for way, left in (("action_leave", 5.0), ("action_agreed", 3.0)):
            with self.subTest(way):
                picking = self.sent((self.a, 5))
                order = picking.bring_order_id
                self.server.faults.add("refused", "send.order", code="PO_INPUT_019")
                picking.move_ids.product_uom_qty = 3
                self.run_later()
                self.assertEqual(order.state, "rejected")
                self.assertTrue(picking.bring_is_told)
                self.assertIn("Bring has 5, Odoo wants 3", picking.bring_differing)
                self.env.flush_all()
                row = self.env["bring.to.settle"].search(
                    [("message_id.picking_id", "=", picking.id)]
                )
                self.assertTrue(row.is_told)
                getattr(row, way)()
                self.run_later(2)
                state = "accepted" if way == "action_leave" else "at_bring"
                self.assertEqual(order.state, state)
                self.assertEqual(order.line_ids.left_quantity, left)
                self.assertEqual(self.indicators(order)[-1], ("Update", "cancelled"))
                self.assertFalse(picking.activity_ids)

    def test_the_row_to_settle_has_the_cure_of_its_cause(self):
        picking = self.queued((self.make_product("LATER"), 1))
        self.send()
        self.env.flush_all()
        row = self.env["bring.to.settle"].search([("message_id.picking_id", "=", picking.id)])
        self.assertTrue(row.lacks_articles)
        self.assertFalse(row.lacks_service or row.lacks_address)
        row.action_send_articles()
        self.send()
        self.assertEqual(picking.bring_order_id.state, "at_bring", picking.bring_send_error)
        other = self.queued((self.a, 1))
        self.server.faults.add("refused", "send.order", code="PO_INPUT_019")
        self.send()
        self.account.default_service_code = False
        other.partner_id.city = False
        self.env.invalidate_all()
        row = self.env["bring.to.settle"].search([("message_id.picking_id", "=", other.id)])
        self.assertTrue(row.lacks_service)
        self.assertTrue(row.lacks_address)
        self.assertEqual(row.action_open_service()["res_id"], self.account.id)
        self.assertEqual(row.action_open_address()["res_id"], other.partner_id.id)


class TestWhereItStands(LedgerCase):
    """What waits, was rejected or was never sent is seen wherever the status is."""

    def found(self, *states):
        """Return the transfers and sales orders that the screens' filters find, of this test."""
        pickings = self.env["stock.picking"].search([("bring_sending", "in", states)])
        sales = self.env["sale.order"].search([("bring_sending", "in", states)])
        return pickings & self.mine, sales & self.mine.sale_id

    def test_each_state_is_found_and_shown(self):
        unsent = self.make_order((self.a, 1)).picking_ids
        waiting = self.queued((self.a, 1))
        rejected = self.queued((self.make_product("LATER"), 1))
        rejected.bring_message_ids.state = "attention"
        unknown = self.queued((self.a, 1))
        unknown.bring_message_ids.state = "unknown"
        self.mine = unsent | waiting | rejected | unknown
        expected = {"draft": unsent, "waiting": waiting, "rejected": rejected, "unknown": unknown}
        for state, picking in expected.items():
            with self.subTest(state):
                self.assertEqual(picking.bring_sending, state)
                self.assertEqual(picking.bring_standing, state)
                self.assertEqual(picking.sale_id.bring_sending, state)
                self.assertEqual(picking.sale_id.bring_standing, state)
                self.assertEqual(self.found(state), (picking, picking.sale_id))
        self.assertEqual(len(self.found(*expected)[0]), 4)
        waiting.action_cancel()
        self.send()
        self.assertFalse(waiting.bring_sending)

    def test_how_far_bring_is_counts_where_nothing_is_wrong(self):
        picking = self.sent((self.a, 10))
        self.assertEqual(picking.sale_id.bring_standing, "sent")
        self.bring_says(picking, "O3", created="2026-03-02T09:00:00")
        self.assertEqual(picking.sale_id.bring_standing, "picked")
        picking.move_ids.product_uom_qty = 4
        self.send()
        self.env.invalidate_all()
        self.assertEqual(picking.sale_id.bring_standing, "differs")
        self.assertEqual(picking.sale_id.bring_status, "picked", "the contract's field stays")

    def test_the_timeline_keeps_every_attempt(self):
        picking = self.queued((self.make_product("LATER"), 1))
        self.server.faults.add("error_before", "send.order", count=2)
        for _run in range(3):
            self.run_later()
        self.put_at_bring("LATER")
        message = picking.bring_message_ids
        self.assertEqual(message.state, "attention", message.error)
        outcomes = [(a.outcome, a.count) for a in message.attempt_ids]
        self.assertEqual(outcomes[-1], ("rejected", 1))
        self.assertEqual(sum(count for _outcome, count in outcomes), 3)
        self.assertIn("SIM_ARTICLE_001", picking.sale_id.message_ids[0].body)
        message.action_resend()
        self.send()
        self.assertEqual(message.state, "sent")
        for timeline in (picking.bring_timeline, picking.sale_id.bring_timeline):
            self.assertIn("Rejected by Bring", timeline)
            self.assertIn("Sent to Bring", timeline)


class TestUnknown(LedgerCase):
    def test_not_found_soon_after_a_cut_is_no_proof(self):
        self.startPatcher(patch.object(bring_message_out, "SOON", timedelta(minutes=10)))
        picking = self.unknown(kind="error_before")
        picked = picking.bring_message_ids
        self.run_later()
        self.assertEqual((picked.state, picked.attempts), ("unknown", 1))
        self.assertEqual(picked.next_attempt_at, picked.tried_at + timedelta(minutes=10))
        picked.tried_at -= timedelta(minutes=11)
        self.run_later()
        self.assertEqual((picked.state, picked.attempts), ("sent", 2))

    def test_a_person_says_whether_bring_has_it(self):
        self.server.faults.add("answered", "pull.*", status=401, count=None)
        has, has_not = self.unknown(), self.unknown((self.b, 1), kind="error_before")
        self.run_later()
        self.assertEqual(len(self.sent_calls()), 2)
        has.bring_message_ids.action_bring_has_it()
        has_not.bring_message_ids.action_bring_has_it_not()
        self.run_later()
        for picking in (has, has_not):
            self.assertEqual(picking.bring_order_id.state, "at_bring")
            self.assertTrue(self.at_bring(picking))
        self.assertEqual(len(self.sent_calls()), 3)
        with self.assertRaises(UserError):
            has.bring_message_ids.action_bring_has_it()

    def test_what_bring_tells_fills_the_ledger_after_do_not_send(self):
        picking = self.unknown((self.a, 5))
        picking.bring_message_ids.action_cancel_sending()
        picking.bring_order_id.may_be_told = True
        self.bring_says(picking, "O1")
        self.assertEqual(self.left(picking.bring_order_id), {10: 5})


class TestSteps(LedgerCase):
    """Rows 38 and 39: any number of steps, and goods that go to a shop of ours."""

    def test_a_delivery_of_several_steps_goes_when_its_first_step_is_ready(self):
        self.account.send_automatically = True
        for steps in ("pick_ship", "pick_pack_ship"):
            with self.subTest(steps):
                self.warehouse.delivery_steps = steps
                order = self.make_order((self.a, 5))
                first = order.picking_ids
                self.run_later()
                self.assertEqual(self.quantities(first), {"A1": 5})
                self.assertEqual(order.bring_status, "sent")
                self.bring_says(first, "O4", despatch_line(10, "A1", 3))
                self.assertEqual(self.left(first.bring_order_id), {10: 2})
                self.run_later()
                self.assertEqual(first.bring_order_id.state, "at_bring")
                self.assertEqual(order.order_line.qty_delivered, 3)
                self.bring_says(first, "O4", despatch_line(10, "A1", 2), at="2026-03-02T10:00:00")
                self.assertEqual(first.bring_order_id.state, "closed")
                self.assertEqual(order.order_line.qty_delivered, 5)
                self.run_later()
                self.assertEqual(len(first.bring_order_id.message_ids), 1)

    def test_picked_by_hand_is_not_gone(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.make_order((self.a, 5))
        first = order.picking_ids
        first.action_bring_send()
        self.send()
        first.move_ids.picked = True
        first._action_done()
        self.run_later()
        last = order.picking_ids - first
        self.assertEqual(last.bring_order_id, first.bring_order_id)
        self.assertEqual(first.bring_order_id.state, "at_bring")
        self.assertFalse(last.bring_can_send)
        order.order_line.product_uom_qty = 0
        last.action_cancel()
        self.run_later()
        self.assertEqual(first.bring_order_id.state, "cancelling")

    def test_goods_for_a_shop_of_ours_can_be_sent(self):
        shop = self.env["stock.warehouse"].create(
            {
                "name": "Shop",
                "code": "SHOP",
                "resupply_wh_ids": [(6, 0, self.warehouse.ids)],
                "partner_id": self.customer.copy({"name": "Our shop"}).id,
            }
        )
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.a.id,
                "warehouse_id": shop.id,
                "location_id": shop.lot_stock_id.id,
                "product_min_qty": 5,
                "product_max_qty": 5,
                "route_id": shop.resupply_route_ids.id,
            }
        ).action_replenish()
        picking = self.env["stock.picking"].search(
            [
                ("picking_type_id.warehouse_id", "=", self.warehouse.id),
                ("move_ids.product_id", "=", self.a.id),
            ]
        )
        self.assertTrue(picking.bring_can_send, picking.state)
        picking.action_bring_send()
        self.send()
        self.assertEqual(self.quantities(picking), {"A1": 5})

    def test_a_delivery_whose_goods_have_not_come_yet_waits(self):
        self.account.send_automatically = True
        self.warehouse.delivery_steps = "pick_ship"
        order = self.make_order((self.make_product("NONE"), 5))
        self.run_later()
        self.assertFalse(self.sent_calls())
        self.assertFalse(order.picking_ids.bring_order_id)
