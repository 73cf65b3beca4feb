from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..bring.errors import CallError, NotFound
from .bring_lock import CALLING, commit, exclusively, settle

ORDERS_IN_A_RUN = 200


class BringAccount(models.Model):
    """Asking Bring for what it does not tell: stock balances, the status of orders.

    What it answers is stored as a message, and takes the same way as what it tells.
    """

    _inherit = "bring.account"

    pull_balances = fields.Boolean("Ask for stock balances")
    pull_balances_hours = fields.Integer("Every (hours)", default=24)
    balance_max_age = fields.Integer(
        "Balances count for (hours)",
        default=24,
        help="An older balance is shown and does not count: Bring's can be days old.",
    )
    pull_orders = fields.Boolean("Ask for the status of orders")
    pull_orders_hours = fields.Integer(
        "After (hours)",
        default=4,
        help="An open order is asked for when nothing was heard of it for so long.",
    )

    @api.model
    def _cron_pull_balances(self):
        """Ask for the stock balances of every account whose time has come."""
        now = fields.Datetime.now()
        for account in self.search([("pull_balances", "=", True)]):
            due = (account.balances_pulled_at or fields.Datetime.to_datetime("1970-01-01")) + (
                timedelta(hours=account.pull_balances_hours)
            )
            # the action may run a moment early: do not skip a whole round for that
            if due <= now + timedelta(minutes=5) and account._can_call():
                account._pull(account._pull_balances)

    @api.model
    def _cron_pull_orders(self):
        """Ask for the orders that Bring should have moved and has not, oldest first."""
        for account in self.search([("pull_orders", "=", True)]):
            if account._can_call():
                account._pull(account._pull_orders)

    def action_pull_balances(self):
        """Ask for the stock balances now."""
        return self._pull_now(self.sudo()._pull_balances, self.env._("Stock balances were asked."))

    def action_pull_orders(self):
        """Ask for the status of all open orders now."""
        return self._pull_now(
            lambda client: self.sudo()._pull_orders(client, waiting_only=False),
            self.env._("The open orders were asked for."),
        )

    def _pull_now(self, pull, done):
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("bring_warehousing.group_bring_manager"):
            raise UserError(self.env._("Only a Bring Manager can do that."))
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
                f"{outcome} {self._advice(outcome)}",
            )
        return self._notify("success", self.env._("Done"), done)

    def _pull(self, pull):
        """Call Bring, one run at a time for each account.

        :param pull: called with the client
        :return: True, the :class:`..bring.errors.CallError` that ended the run, or None when
            another run is under way
        """
        self.ensure_one()
        with exclusively(self.env.cr, CALLING, self.id) as free:
            if not free:
                return None
            try:
                with self._client() as client:
                    pull(client)
            except CallError as error:
                settle(self.env, partial(self._call_failed, error))
                return error
        return True

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
        balances = client.article_balances()
        settle(self.env, partial(self._keep_balances, balances))

    def _keep_balances(self, balances):
        self._call_succeeded("balances_pulled_at")
        if balances.items:
            self._keep_answer(balances, "balances")
        else:
            # empty is not zero: it changes nothing, and a person should know
            self.message_post(
                body=self.env._("Bring answered with no balance at all. Nothing was compared.")
            )

    def _pull_orders(self, client, waiting_only=True):
        """Ask for one order after the other; what is written is settled before the next call.

        Documents are applied to the same transfers meanwhile: only the writing is repeated then.
        """
        pickings = self._orders_to_ask(waiting_only)
        for number, same in pickings.grouped("bring_order_number").items():
            now = fields.Datetime.now()
            settle(self.env, partial(same.write, {"bring_asked_at": now}))
            try:
                order = client.order(number)
            except NotFound as error:
                settle(self.env, partial(self._order_not_found, same, error))
                continue
            items = client.order_items(number)
            settle(self.env, partial(self._keep_order, order, items))
        if not pickings:
            settle(self.env, partial(self._call_succeeded, "orders_pulled_at"))

    def _keep_order(self, order, items):
        self._call_succeeded("orders_pulled_at")
        kept = self._keep_answer(items, "order_items")
        kept.state = "done"  # it has no documents of its own: it belongs to the order's
        answer = self._keep_answer(order, "order")
        if not answer.items_message_id:
            answer.items_message_id = kept

    def _orders_to_ask(self, waiting_only=True):
        """Return open transfers at Bring of which nothing was heard for long, oldest first."""
        domain = [
            ("company_id", "=", self.company_id.id),
            ("picking_type_id.warehouse_id", "in", self.warehouse_ids.warehouse_id.ids),
            ("picking_type_id.code", "=", "outgoing"),
            ("bring_order_number", "!=", False),
            ("state", "not in", ["done", "cancel"]),
            ("bring_status", "!=", False),
        ]
        if waiting_only:
            since = fields.Datetime.subtract(
                fields.Datetime.now(), hours=max(1, self.pull_orders_hours)
            )
            domain += [
                ("bring_status_date", "<", since),
                "|",
                ("bring_asked_at", "=", False),
                ("bring_asked_at", "<", since),
            ]
        return self.env["stock.picking"].search(
            domain, order="bring_asked_at NULLS FIRST, bring_status_date, id", limit=ORDERS_IN_A_RUN
        )

    def _order_not_found(self, pickings, error):
        """Bring does not know an order that was sent: a person must look, once."""
        for picking in pickings:
            picking._bring_ask_person(
                self.env._("Bring does not know %s", picking.bring_order_number), str(error)
            )
