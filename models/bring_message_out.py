import logging
import random
import uuid
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..bring.errors import (
    BrokenAnswer,
    CallError,
    NotAuthorised,
    NotFound,
    RejectedError,
    UnknownOutcome,
)
from .bring_lock import CALLING, commit, exclusively, settle

_logger = logging.getLogger(__name__)

MAX_PAUSE = 60  # minutes between two tries at the most
IN_A_RUN = 500


class BringMessage(models.Model):
    """The outbox: what goes to Bring is written and committed first, and sent after that.

    While Bring is called the message counts as ``unknown``: whatever ends the call, the database
    or the server, it is known that Bring may have taken it, and Bring is asked before it is sent
    again.
    """

    _inherit = "bring.message"

    picking_id = fields.Many2one("stock.picking", "Transfer", readonly=True, index="btree_not_null")
    order_number = fields.Char("Order number", readonly=True)
    update_indicator = fields.Selection(
        [("Original", "New"), ("Update", "Change"), ("Delete", "Cancellation")], readonly=True
    )
    attempts = fields.Integer(readonly=True)
    next_attempt_at = fields.Datetime("Next try", readonly=True)
    sent_at = fields.Datetime("Sent", readonly=True)
    answer_id = fields.Char("Bring's request id", readonly=True)
    error = fields.Text("What is wrong", readonly=True)

    _outbox_index = models.Index(
        "(account_id, id) WHERE direction = 'out' AND state IN ('waiting', 'unknown')"
    )

    @api.model
    def _queue(self, account, purpose, content, **values):
        """Write a message into the outbox; it is sent after the commit.

        :param account: the ``bring.account`` to send from
        :param str purpose: ``order`` or ``items``
        :param bytes content: XML or JSON
        :return: the ``bring.message``
        """
        message = self.sudo().create(
            {
                "account_id": account.id,
                "direction": "out",
                "channel": "push",
                "state": "waiting",
                "purpose": purpose,
                "content": content,
                "content_type": f"application/{account.api_format}",
                "size": len(content),
                "request_id": uuid.uuid4().hex,
                **values,
            }
        )
        self.env.ref("bring_warehousing.ir_cron_send").sudo()._trigger()
        return message

    @api.model
    def _cron_send(self):
        """Send all that waits, account by account, oldest first."""
        for account in self.env["bring.account"].search([("active", "=", True)]):
            account._send_all()

    def _send(self, client):
        """Send one message, and write down what became of it.

        :raises CallError: when it makes no sense to go on with other messages of the account
        """
        self.ensure_one()
        if self.state == "unknown" and not self._ask_before_again(client):
            return
        content = bytes(self.content)
        self.write({"state": "unknown", "attempts": self.attempts + 1, "error": False})
        commit(self.env)
        answer_id, failure = "", None
        try:
            if self.purpose == "items":
                answer_id = client.post_items(content)
            else:
                answer_id = client.post_order(content)
        except CallError as error:
            failure = error
        settle(self.env, partial(self._settle, answer_id, failure))
        if failure and not is_final(failure):
            raise failure

    def _settle(self, answer_id, failure):
        """Write down what became of a call."""
        if failure is None:
            self._was_sent(answer_id)
        elif is_final(failure):
            self._refused(failure)
        else:
            unknown = isinstance(failure, UnknownOutcome)
            self._try_later("unknown" if unknown else "waiting", failure)

    def _ask_before_again(self, client):
        """Ask Bring whether it has what was sent with an unknown outcome.

        :return: True when it has to be sent (again)
        """
        if self.purpose != "order" or self.update_indicator != "Original":
            return True  # a change, a cancellation, articles: the same again does no harm
        try:
            client.order(self.order_number)
        except NotFound:
            return True
        except CallError as error:
            # while Bring can't be asked, nothing is repeated
            settle(self.env, partial(self._try_later, "unknown", error))
            raise
        settle(self.env, partial(self._was_sent, ""))
        return False

    def _try_later(self, state, error):
        pause = min(MAX_PAUSE, 2 ** min(self.attempts, 10)) * random.uniform(0.5, 1.0)  # noqa: S311
        now = fields.Datetime.now()
        self.write(
            {
                "state": state,
                "error": str(error),
                "next_attempt_at": now + timedelta(minutes=pause) if state == "waiting" else now,
            }
        )

    def _was_sent(self, answer_id):
        self.write(
            {
                "state": "sent",
                "sent_at": fields.Datetime.now(),
                "answer_id": answer_id,
                "error": False,
                "next_attempt_at": False,
            }
        )
        if self.purpose == "order":
            self.picking_id._bring_was_sent(self)
        else:
            self.env["bring.article"]._was_sent(self)

    def _refused(self, error):
        """Bring said no, and would again: a person must mend the cause."""
        self.write({"state": "attention", "error": str(error), "next_attempt_at": False})
        if self.purpose == "order":
            self.picking_id._bring_was_refused(self, str(error))
        else:
            self.env["bring.article"]._was_refused(self, str(error))

    def action_resend(self):
        """Send messages that were refused, or whose outcome is unknown, once more."""
        self.check_access("read")
        self.env["bring.document"]._check_may_settle()
        for message in self.sudo():
            if message.direction != "out" or message.state not in (
                "attention",
                "unknown",
                "waiting",
            ):
                raise UserError(self.env._("Only what was not sent can be sent again."))
            if message.state == "attention":
                message.state = "waiting"
            message.write({"next_attempt_at": False, "attempts": 0})
        self.env.ref("bring_warehousing.ir_cron_send").sudo()._trigger()
        return True

    def action_cancel_sending(self):
        """Do not send these messages."""
        self.check_access("read")
        self.env["bring.document"]._check_may_settle()
        waiting = self.sudo().filtered(
            lambda message: message.direction == "out" and message.state in ("waiting", "attention")
        )
        waiting.state = "cancelled"
        return True


class BringAccount(models.Model):
    _inherit = "bring.account"

    send_automatically = fields.Boolean(
        "Send transfers by themselves",
        help="Otherwise a person sends them, with the button on the transfer.",
    )
    send_receipts = fields.Boolean("Send receipts, too", default=True)
    send_lots = fields.Boolean(
        "Name reserved lots", help="Bring must take the lots that Odoo has reserved."
    )
    default_service_code = fields.Char(
        "Usual Bring service", help="For orders whose delivery method names none."
    )
    outbox_attention_count = fields.Integer("Not sent", compute="_compute_outbox_attention_count")

    def _compute_outbox_attention_count(self):
        counts = dict(
            self.env["bring.message"]._read_group(
                [
                    ("account_id", "in", self.ids),
                    ("direction", "=", "out"),
                    ("state", "in", ["attention", "unknown"]),
                ],
                ["account_id"],
                ["__count"],
            )
        )
        for account in self:
            account.outbox_attention_count = counts.get(account._origin, 0)

    def action_view_outbox(self):
        """Open what could not be sent to Bring."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bring_warehousing.bring_message_action_outbox"
        )
        context = {"search_default_account_id": self.id, "search_default_attention": 1}
        return {**action, "context": context}

    def _send_all(self):
        """Queue what is ready, then send what is due; one run at a time for each account."""
        self.ensure_one()
        with exclusively(self.env.cr, CALLING, self.id) as free:
            if not free:
                return
            self._queue_changes()
            if self.send_automatically:
                self._queue_ready()
            self.env["bring.article"]._queue_due(self)
            commit(self.env)
            due = self.env["bring.message"].search(
                [
                    ("account_id", "=", self.id),
                    ("direction", "=", "out"),
                    ("state", "in", ["waiting", "unknown"]),
                    "|",
                    ("next_attempt_at", "=", False),
                    ("next_attempt_at", "<=", fields.Datetime.now()),
                ],
                order="id",
                limit=IN_A_RUN,
            )
            if not due:
                return
            try:
                with self._client() as client:
                    for message in due:
                        message._send(client)
                    self._call_succeeded("sent_at")
            except CallError as error:
                self._call_failed(error)
            except UserError as error:  # a neutralized database does not call Bring
                _logger.info("Nothing is sent for Bring account %s: %s", self.id, error)
            commit(self.env)
            if len(due) == IN_A_RUN:
                self.env.ref("bring_warehousing.ir_cron_send").sudo()._trigger()

    def _queue_ready(self):
        """Queue the transfers that are ready and were never sent."""
        for picking in self.env["stock.picking"].search(
            self._ready_domain(), order="id", limit=500
        ):
            if picking._bring_problems():
                picking._bring_tell_problems()
            else:
                picking._bring_queue("Original")

    def _ready_domain(self):
        codes = ["outgoing", "incoming"] if self.send_receipts else ["outgoing"]
        return [
            ("company_id", "=", self.company_id.id),
            ("picking_type_id.warehouse_id", "in", self.warehouse_ids.warehouse_id.ids),
            ("picking_type_id.code", "in", codes),
            ("state", "=", "assigned"),
            ("bring_order_number", "=", False),
            # Bring ships the rest of its own order by itself
            "|",
            ("backorder_id", "=", False),
            ("backorder_id.bring_document_ids", "=", False),
        ]

    def _queue_changes(self):
        """Queue changes of what Bring has and has not begun."""
        sent = self.env["stock.picking"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("picking_type_id.warehouse_id", "in", self.warehouse_ids.warehouse_id.ids),
                ("bring_sent_digest", "!=", False),
                # Bring knows what it has not shipped
                "|",
                ("backorder_id", "=", False),
                ("backorder_id.bring_shipped", "=", False),
                ("state", "not in", ["done", "cancel"]),
            ]
        )
        for picking in sent:
            picking._bring_queue_change()


def is_final(error):
    """Tell whether Bring said no to what was sent, and would again."""
    return isinstance(error, RejectedError | BrokenAnswer) and not isinstance(error, NotAuthorised)
