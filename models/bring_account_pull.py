import time
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Domain

from ..bring.errors import (
    AccountRefused,
    BrokenAnswer,
    CallError,
    NoItems,
    NotFound,
    RejectedError,
)
from ..bring.fields import plain_number
from .bring_lock import CALLING, commit, exclusively, settle, time_left
from .bring_rights import check_manager
from .bring_status_word import word_key
from .bring_words import sentence

ASKED = "mail_activity_type_asked"  # ends when Bring tells of the order
LINES_SHOWN = 10  # of a receipt that Bring was asked for
SECONDS_WAITED = 20  # for what a person asked for; the rest goes on without him


class BringAccount(models.Model):
    """Asking Bring for what it does not tell: stock balances, the status of orders.

    What it answers is stored as a message, and takes the same way as what it tells.
    """

    _inherit = "bring.account"

    pull_balances = fields.Boolean("Ask for stock balances")
    pull_balances_at = fields.Float(
        "At", default=6.0, help="Hour of the day, in the time zone of the account."
    )
    pull_balances_hours = fields.Integer(
        "Every (hours)", default=24, help="From that hour on, through the day: 1 to 24."
    )
    balance_max_age = fields.Integer(
        "Balances count for (hours)",
        default=24,
        help="An older balance is shown and does not count: Bring's can be days old.",
    )
    pull_orders = fields.Boolean("Ask for the status of orders")
    pull_orders_hours = fields.Integer(
        "After (hours)",
        default=4,
        help="An open order, purchase order or return is asked for when nothing was heard of it "
        "for so long. Of what comes in, only the status is shown: goods are booked by Bring's "
        "receiving advice.",
    )

    orders_wanted_at = fields.Datetime(
        readonly=True, copy=False, help="All open orders are to be asked for as of then."
    )

    _pull_balances_times = models.Constraint(
        "CHECK (pull_balances_hours BETWEEN 1 AND 24"
        " AND pull_balances_at >= 0 AND pull_balances_at < 24)",
        "Balances are asked for at an hour of the day, from 0:00 to 23:59, and then every 1 to 24 "
        "hours.",
    )

    def _balance_times(self, now):
        """Yield the times at which balances are asked for, from the day before ``now`` on.

        The hours are those of a clock in the account's time zone, in summer and in winter.

        :param datetime now: naive UTC
        """
        zone = ZoneInfo(self.tz)
        today = now.replace(tzinfo=UTC).astimezone(zone).date()
        minutes = round(self.pull_balances_at * 60)
        first = [
            datetime(day.year, day.month, day.day, *divmod(minutes, 60), tzinfo=zone)
            .astimezone(UTC)
            .replace(tzinfo=None)
            for day in (today + timedelta(days=number) for number in range(-1, 3))
        ]
        for start, end in pairwise(first):
            while start < end:
                yield start
                start += timedelta(hours=max(1, self.pull_balances_hours))

    def _balances_are_due(self, now):
        due = max(moment for moment in self._balance_times(now) if moment <= now)
        return not self.balances_pulled_at or self.balances_pulled_at < due

    @api.model
    def _cron_pull_balances(self):
        """Ask for the stock balances of every account whose time has come."""
        now = fields.Datetime.now()

        def pull(account):
            if account._balances_are_due(now) and account._can_call():
                account._pull(account._pull_balances)
            return 0

        self._take_turns([("pull_balances", "=", True)], pull)

    @api.model
    def _cron_pull_orders(self):
        """Ask for the orders that Bring should have moved and has not, oldest first."""

        def pull(account):
            left = account._pull(account._pull_orders) if account._can_call() else 0
            return left if isinstance(left, int) else 0

        self._take_turns(["|", ("pull_orders", "=", True), ("orders_wanted_at", "!=", False)], pull)

    def action_pull_balances(self):
        """Ask for the stock balances now."""
        check_manager(self)
        return self._pull_now(
            self.sudo()._pull_balances,
            self.env._("Bring was asked for its balances. What differs is in the stock reports."),
        )

    def action_pull_orders(self):
        """Ask for the status of all open orders now; of many, the rest follows by itself."""
        check_manager(self)
        self.sudo().orders_wanted_at = fields.Datetime.now()
        deadline = time.monotonic() + SECONDS_WAITED
        return self._pull_now(
            partial(self.sudo()._pull_orders, deadline=deadline),
            self.env._("Bring was asked for the status of the open orders. They show what is new."),
        )

    def _pull_now(self, pull, done):
        self.ensure_one()
        outcome = self.sudo()._pull(pull)
        if outcome is None:
            return self._notify(
                "warning",
                self.env._("Somebody is asking Bring just now"),
                self.env._("Wait a moment and look at the result."),
            )
        if isinstance(outcome, CallError):
            return self._notify(
                "danger",
                self.env._("Bring could not be asked"),
                f"{sentence(outcome)} {self._advice(outcome)}",
            )
        if outcome:
            self.env.ref("bring_warehousing.ir_cron_pull_orders").sudo()._trigger()
            done += " " + self.env._("%s are left; they are asked for by themselves.", outcome)
        return self._notify("success", self.env._("Done"), done)

    def _pull(self, pull):
        """Call Bring, one run at a time for each account.

        :param pull: called with the client
        :return: how much is left, the :class:`..bring.errors.CallError` that ended the run, or
            None when another run is under way
        """
        self.ensure_one()
        with exclusively(self.env.cr, CALLING, self.id) as free:
            if not free:
                return None
            try:
                with self._client() as client:
                    return pull(client) or 0
            except CallError as error:
                settle(self.env, partial(self._call_failed, error))
                return error

    def _keep_answer(self, answer, purpose):
        """Store an answer as a message, and have it applied.

        :return: the ``bring.message``
        """
        messages = self.env["bring.message"]
        self.env.flush_all()
        request_id, is_new = messages._receive(
            self.id, None, answer.raw, answer.content_type, purpose
        )
        if is_new:
            self.company_id._bring_wake()
        return messages.search([("request_id", "=", request_id)])

    def _pull_balances(self, client):
        commit(self.env)
        balances = client.survey_balances()
        settle(self.env, partial(self._keep_balances, balances))

    def _keep_balances(self, balances):
        self._call_succeeded("balances_pulled_at")
        if balances.count:
            self._keep_answer(balances, "balances")
            self.activity_unlink(["bring_warehousing.mail_activity_type_balances"])
            return
        # empty is not zero: it changes nothing, and a person should know
        words = self.env._("Bring answered with no balance at all. Nothing was compared.")
        self.message_post(body=words)
        before = self.env["bring.message"].search_count(
            [("account_id", "=", self.id), ("purpose", "=", "balances")], limit=1
        )
        if before:
            self._ask_person(
                self,
                "mail_activity_type_balances",
                self.env._("Bring has no balances any more"),
                self.env._("%s Ask Bring whether that is right: it had some before.", words),
            )

    def _pull_orders(self, client, deadline=float("inf")):
        """Ask for one order after the other; what is written is settled before the next call.

        Documents are applied to the same transfers meanwhile: only the writing is repeated then.

        :param float deadline: when to stop, on the monotonic clock
        :return: how many orders are left
        """
        orders = self._orders_to_ask().grouped("bring_order_number")
        left = len(orders)
        refused, is_answered = [], False
        for number, same in orders.items():
            now = fields.Datetime.now()
            settle(self.env, partial(same.write, {"bring_asked_at": now}))
            try:
                self._pull_order(client, number, same)
                is_answered = True
            except AccountRefused:
                raise
            except (RejectedError, BrokenAnswer) as error:  # about this order: the others go on
                refused.append((same, error))
            left -= 1
            if not time_left(self.env, 1, left) or time.monotonic() > deadline:
                break
        self._tell_refused(refused, is_answered)
        if not left:
            settle(self.env, self._all_asked)
        return left

    def _pull_order(self, client, number, pickings):
        """Ask for one order, for its lines where they are needed, and keep what Bring answers.

        :raises CallError: when Bring does not tell
        """
        is_purchase = pickings[0].picking_type_code == "incoming"
        try:
            order = client.order(number, is_purchase=is_purchase)
        except NotFound as error:
            settle(self.env, partial(self._order_not_found, pickings, error))
            return
        items = None
        if self._wants_items(order, is_purchase):
            try:
                items = client.order_items(number, is_purchase=is_purchase)
            except (NoItems, NotFound) as error:
                settle(self.env, partial(self._no_items, pickings, order, error))
                return
        keep = self._keep_receipt if is_purchase else self._keep_order
        settle(self.env, partial(keep, pickings, order, items))

    def _wants_items(self, order, is_purchase):
        """Tell whether what is known of an order is worth something with its lines only.

        So it is where something has left; and for a word that isn't known, which may mean that. Of
        what comes in, the lines tell how much has arrived, unless the answer has them (as SOAP's).
        """
        if is_purchase:
            return all(item.remaining is None for item in order.items)
        return self._meaning_of(order) in (None, "despatched")

    def _meaning_of(self, order):
        """Return what Bring's word for an order means: a status, NOTHING, None for a new word."""
        meanings = self.env["bring.status.word"]._meanings(self)
        return meanings.get(word_key(order.status))

    def _tell_refused(self, refused, is_answered):
        """Tell of each order what Bring says no to; of the account, when it says so to all.

        :param list refused: pairs of transfers and :class:`..bring.errors.CallError`
        :param bool is_answered: whether Bring told of any other order in this run
        """
        if len(refused) > 1 and not is_answered:
            raise refused[0][1]
        for pickings, error in refused:
            settle(self.env, partial(self._order_refused, pickings, error))

    def _all_asked(self):
        # where nothing was asked, nothing succeeded
        self.write({"orders_pulled_at": fields.Datetime.now(), "orders_wanted_at": False})

    def _is_told(self, pickings):
        """Bring tells of an order: what a person was asked because it did not is over."""
        self._call_succeeded("orders_pulled_at")
        pickings.activity_unlink([f"bring_warehousing.{ASKED}"])

    def _keep_order(self, pickings, order, items):
        self._is_told(pickings)
        kept = self.env["bring.message"]
        if items:
            kept = self._keep_answer(items, "order_items")
            kept.state = "done"  # it has no documents of its own: it belongs to the order's
        answer = self._keep_answer(order, "order")
        if not answer.items_message_id:
            answer.items_message_id = kept

    def _keep_receipt(self, pickings, order, items):
        """Keep how far a purchase order or a return is, in Bring's words; no goods are booked.

        What has arrived, in which lots and conditions, only a receiving advice tells. Where Bring
        has received all and its advice does not come, a person is asked: when the same is
        answered a second time, for it may be on its way.
        """
        self._is_told(pickings)
        for answer, purpose in ((items, "order_items"), (order, "order")):
            if answer:
                self._keep_answer(answer, purpose).state = "done"  # it has no documents
        lines = (items or order).items
        words = self._receipt_words(order, lines)
        now = fields.Datetime.now()
        for picking in pickings:
            if self._meaning_of(order) == "registered":
                picking._bring_advance("registered", now)
            is_told = picking.bring_answer == words
            picking.bring_answer = words
            if not is_told:
                picking._message_log(body=self.env._("Bring was asked, and answered: %s", words))
            elif self._meaning_of(order) == "cancelled":
                picking._bring_ask_person(
                    self.env._("Bring cancelled %s", picking.bring_order_number), words
                )
            elif lines and not any(line.remaining is None or line.remaining for line in lines):
                picking._bring_ask_person(
                    self.env._("Bring has received all of %s", picking.bring_order_number),
                    self.env._(
                        "And no receiving advice has come that could be applied. Look for it in "
                        "Bring's documents; if it is not there, ask Bring for it."
                    ),
                )

    def _receipt_words(self, order, lines):
        """Say how far a receipt is: Bring's own word, and what has arrived of each line."""
        told = [line for line in lines if line.quantity is not None and line.remaining is not None]
        parts = [
            self.env._(
                "line %(number)s: %(arrived)s of %(quantity)s",
                number=line.line_id,
                arrived=plain_number(line.quantity - line.remaining),
                quantity=plain_number(line.quantity),
            )
            for line in told[:LINES_SHOWN]
        ]
        if len(told) > LINES_SHOWN:
            parts.append("…")
        return "; ".join([order.status or "?", *parts])

    def _orders_to_ask(self):
        """Return open transfers at Bring of which nothing was heard for long, oldest first.

        With those that a person wants to be asked for and that were not, since.
        """
        domain = [
            ("company_id", "=", self.company_id.id),
            ("picking_type_id.warehouse_id", "in", self.warehouse_ids.warehouse_id.ids),
            ("bring_order_number", "!=", False),
            ("state", "not in", ["done", "cancel"]),
            ("bring_status", "!=", False),
        ]
        due = []
        if self.pull_orders:
            since = fields.Datetime.subtract(
                fields.Datetime.now(), hours=max(1, self.pull_orders_hours)
            )
            due.append([("bring_status_date", "<", since), *self._not_asked_since(since)])
        if self.orders_wanted_at:
            due.append(self._not_asked_since(self.orders_wanted_at))
        return self.env["stock.picking"].search(
            Domain.AND([domain, Domain.OR(due)]),
            order="bring_asked_at NULLS FIRST, bring_status_date, id",
        )

    @api.model
    def _not_asked_since(self, moment):
        return ["|", ("bring_asked_at", "=", False), ("bring_asked_at", "<=", moment)]

    def _order_refused(self, pickings, error):
        """Bring does not tell of one order: a person must look, once."""
        self._call_succeeded("orders_pulled_at")  # it did answer
        for picking in pickings:
            picking._bring_ask_person(
                self.env._("Bring does not tell of %s", picking.bring_order_number),
                sentence(error),
                ASKED,
            )

    def _no_items(self, pickings, order, error):
        """Bring tells how far an order is, and not what of it has left: nothing is booked."""
        self._call_succeeded("orders_pulled_at")
        for picking in pickings:
            picking._bring_ask_person(
                self.env._("Bring gives no lines of %s", picking.bring_order_number),
                self.env._(
                    "Bring's status of the order is “%(status)s”, and what has left is not told "
                    "(%(error)s). Ask Bring for the contents.",
                    status=order.status or "?",
                    error=error,
                ),
                ASKED,
            )

    def _order_not_found(self, pickings, error):
        """Bring does not know an order that was sent: a person must look, once."""
        self._call_succeeded("orders_pulled_at")
        for picking in pickings:
            picking._bring_ask_person(
                self.env._("Bring does not know %s", picking.bring_order_number),
                sentence(error),
                ASKED,
            )
