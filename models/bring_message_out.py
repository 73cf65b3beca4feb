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
from .bring_lock import settle

MAX_PAUSE = 60  # minutes between two tries at the most


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

    # what waits for a person, whatever the size of the archive
    _refused_index = models.Index("(account_id) WHERE direction = 'out' AND state = 'attention'")

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
        """Send all that waits."""
        self.env["bring.account"]._take_turns(
            [("active", "=", True)], lambda account: account._send_all()
        )

    def _send(self, client):
        """Send one message, and write down what became of it.

        :raises CallError: when it makes no sense to go on with other messages of the account
        """
        self.ensure_one()
        if self.state == "unknown" and not self._ask_before_again(client):
            return
        content = bytes(self.content)
        if not settle(self.env, self._begin):
            return
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

    def _begin(self):
        """Say that the outcome is unknown from now on, unless a person withdrew the message."""
        if self.state not in ("waiting", "unknown"):
            return False
        self.write({"state": "unknown", "attempts": self.attempts + 1, "error": False})
        return True

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


def is_final(error):
    """Tell whether Bring said no to what was sent, and would again."""
    return isinstance(error, RejectedError | BrokenAnswer) and not isinstance(error, NotAuthorised)
