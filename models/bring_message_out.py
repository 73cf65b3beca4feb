import logging
import random
import uuid
from datetime import timedelta
from functools import partial

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..bring.errors import AlreadyThere, CallError, NotFound, UnknownOutcome
from .bring_lock import belongs_to_test, commit, settle
from .bring_outbox import OPEN, is_final, passes
from .bring_words import sentence

_logger = logging.getLogger(__name__)

MAX_PAUSE = 60  # minutes between two tries at the most
LASTS = 5  # tries without an outcome before a person is asked, about half an hour
SOON = timedelta(minutes=10)  # after a cut, Bring's not knowing an order is no proof


class BringMessage(models.Model):
    """The outbox: what goes to Bring is written and committed first, and sent after that.

    While Bring is called the message counts as ``unknown``: whatever ends the call, the database
    or the server, it is known that Bring may have taken it, and Bring is asked before it is sent
    again. Each message stands alone: what becomes of one stops no other.
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
    bring_order_id = fields.Many2one(
        "bring.order", "Order at Bring", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    told = fields.Json(
        readonly=True, help="What the ledger says once Bring has taken it; empty afterwards."
    )
    tried_at = fields.Datetime("Tried last", readonly=True)
    attempt_ids = fields.One2many(
        "bring.attempt", "message_id", readonly=True, help="Calls that did not end well."
    )

    _outbox_index = models.Index(
        "(account_id, id) WHERE direction = 'out' AND state IN ('waiting', 'unknown')"
    )

    # what waits for a person, whatever the size of the archive
    _refused_index = models.Index("(account_id) WHERE direction = 'out' AND state = 'attention'")

    _open_unique = models.UniqueIndex(
        "(bring_order_id) WHERE direction = 'out' AND state IN ('waiting', 'unknown', 'attention')",
        "Something of this order is on its way to Bring already. Settle that first.",
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
        """Send all that waits."""
        self.env["bring.account"]._take_turns(
            [("active", "=", True)], lambda account: account._send_all()
        )

    def _send_alone(self, run):
        """Send one message. What is wrong with it alone is written down and stops no other.

        :param Run run: the run that it is sent in
        :raises CallError: when it makes no sense to go on with other messages of the account
        """
        self.ensure_one()
        try:
            self._send(run)
        except CallError:
            raise
        except Exception as error:
            if not belongs_to_test(self.env):
                self.env.cr.rollback()
            _logger.exception("Could not send message %s to Bring", self.id)
            words = self.env._(
                "Something unexpected happened. Give the server's log of this moment to your Odoo "
                "partner.\n%s",
                f"{type(error).__name__}: {error}",
            )
            settle(self.env, partial(self._could_not_be_sent, words))

    def _send(self, run):
        """Send one message, and write down what became of it."""
        if self.state == "unknown" and not self._ask_before_again(run):
            return
        commit(self.env)  # what is looked at next is as it is now
        if not settle(self.env, self._begin):
            return
        content = bytes(self.content)
        answer_id, failure = "", None
        try:
            if self.purpose == "items":
                answer_id = run.client.post_items(content)
            else:
                answer_id = run.client.post_order(content)
        except CallError as error:
            failure = error
        settle(self.env, partial(self._settle, answer_id, failure))
        run.count(failure)

    def _begin(self):
        """Say that the outcome is unknown from now on, unless it is not to be sent any more."""
        if self.state not in ("waiting", "unknown"):
            return False  # a person withdrew it
        if self.purpose == "order" and not self._is_still_wanted():
            return False
        self.write(
            {
                "state": "unknown",
                "attempts": self.attempts + 1,
                "tried_at": fields.Datetime.now(),
                "error": False,
            }
        )
        if self.update_indicator == "Original":
            self.bring_order_id.may_be_told = True
        return True

    def _is_still_wanted(self):
        """Compare the order once more, right before the call, and write the message anew."""
        order = self.bring_order_id
        is_late = self.update_indicator == "Update" and order._is_begun()
        if not (order.is_to_compare or is_late):
            return True
        self.state = "waiting"  # Bring was asked: it does not have it
        order._reconcile()
        return self.state == "waiting"

    def _cannot_go(self, words):
        """Keep a message back that Bring would refuse as the transfer is now: a person is asked."""
        self.write({"state": "attention", "error": words, "next_attempt_at": False})
        self._ask_person(self.env._("This transfer cannot go to Bring"), words)

    def _withdraw(self, reason):
        """Send these messages no more, and say why, there and on their transfers.

        :param str reason: in words
        """
        self.write({"state": "cancelled", "error": reason, "next_attempt_at": False})
        self.flush_recordset()  # another message of the transfer may be written at once
        self._log(reason)

    def _settle(self, answer_id, failure):
        """Write down what became of a call."""
        if failure is not None:
            self.env["bring.attempt"]._note(self, failure)
        if failure is None:
            self._was_sent(answer_id)
        elif self.state not in OPEN:
            self.error = str(failure)  # withdrawn while Bring was called
        elif self.update_indicator == "Delete" and isinstance(failure, NotFound):
            self._was_sent("")  # what Bring does not have needs no cancellation
            self._follow_up(self.bring_order_id._had_nothing)
        elif self.update_indicator == "Original" and isinstance(failure, AlreadyThere):
            self._was_there(failure)
        elif is_final(failure):
            self._refused(failure)
        elif isinstance(failure, UnknownOutcome):
            self._stays_unknown(failure)
        else:
            self._try_later("waiting", failure)

    def _ask_before_again(self, run):
        """Find out whether Bring has what was sent with an unknown outcome.

        :return: True when it has to be sent (again)
        """
        if self.purpose != "order" or self.update_indicator != "Original":
            return True  # a change, a cancellation, articles: the same again does no harm
        if not self.picking_id.bring_status:
            try:
                is_purchase = self.picking_id.picking_type_code == "incoming"
                run.ask(self.order_number, is_purchase=is_purchase)
            except NotFound as error:
                return self._is_proof(error)
            except CallError as error:
                # while Bring can't be asked, nothing is repeated
                settle(self.env, partial(self._stays_unknown, error, is_try=True))
                return False
        settle(self.env, partial(self._was_sent, ""))
        return False

    def _is_proof(self, not_found):
        """Tell whether Bring's not knowing an order proves that it has not got it.

        Sending and asking are two systems of Bring's: what one took a moment ago the other may not
        know yet. It is asked for again later; sent again, Bring would say that it existed already.
        """
        if not self.tried_at or self.tried_at <= fields.Datetime.now() - SOON:
            settle(self.env, partial(self.bring_order_id.write, {"may_be_told": False}))
            return True
        values = {"error": str(not_found), "next_attempt_at": self.tried_at + SOON}
        settle(self.env, partial(self.write, values))
        return False

    def _stays_unknown(self, error, is_try=False):
        """Keep it for later; ask a person when that doesn't pass by itself."""
        if is_try:
            self.attempts += 1
        self._try_later("unknown", error)
        if not passes(error) or self.attempts >= LASTS:
            summary = (
                self.env._("It is not known whether Bring has %s", self.order_number)
                if self.purpose == "order"
                else self.env._("It is not known whether Bring has the articles")
            )
            self._ask_person(summary, sentence(error))

    def _tell_alone(self):
        """Ask a person about what gets no answer of Bring's, time after time, and others do."""
        for message in self.filtered(lambda m: m.state == "waiting" and m.attempts >= LASTS):
            message._ask_person(
                self.env._("Something could not be sent to Bring"), sentence(message.error)
            )

    def _try_later(self, state, error):
        # the first time at once: the others of the account were tried by then
        tries = self.attempts - (state == "unknown")
        pause = min(MAX_PAUSE, 2 ** min(tries, 10)) * random.uniform(0.5, 1.0)  # noqa: S311
        self.write(
            {
                "state": state,
                "error": str(error),
                "next_attempt_at": fields.Datetime.now() + timedelta(minutes=pause if tries else 0),
            }
        )

    def _could_not_be_sent(self, words):
        """Write down an error of ours: it stays what it was, and a person is asked."""
        self.attempts += 1
        self._try_later(self.state, words)
        self._ask_person(self.env._("Something could not be sent to Bring"), words)

    def _ask_person(self, summary, note):
        """Ask who is responsible, on the transfer or, where there is none, on the account."""
        if self.picking_id:
            self.picking_id._bring_ask_person(summary, note)
        else:
            self._ask_on_account(summary, note)

    def _ask_on_account(self, summary, note):
        self.account_id._ask_person(self.account_id, "mail_activity_type_outbox", summary, note)

    def _was_sent(self, answer_id):
        self._follow_up(partial(self.bring_order_id._was_told, self))
        self.write(
            {
                "state": "sent",
                "sent_at": fields.Datetime.now(),
                "answer_id": answer_id,
                "error": False,
                "next_attempt_at": False,
            }
        )
        self._follow_up(self._tell_sent)
        if self.bring_order_id.is_to_compare:
            self._follow_up(self.bring_order_id._reconcile)

    def _was_there(self, failure):
        """Bring had the order already: what was sent before did arrive.

        What was never sent from here before is put before a person besides: it may be another's
        order of the same number.
        """
        self._was_sent("")
        others = [
            ("account_id", "=", self.account_id.id),
            ("order_number", "=", self.order_number),
            ("attempts", ">", 0),
            ("id", "!=", self.id),
        ]
        if self.attempts <= 1 and not self.search_count(others, limit=1):
            note = self.env._(
                "Bring says that it had an order of this number before it was sent from here the "
                "first time (%s). Ask Bring whether it is the same: if not, the goods of this one "
                "do not leave.",
                failure,
            )
            summary = self.env._("Bring had an order %s already", self.order_number)
            self._follow_up(partial(self._ask_person, summary, note))

    def _tell_sent(self):
        if self.purpose != "order":
            self.account_id.activity_unlink(["bring_warehousing.mail_activity_type_outbox"])
            self.env["bring.article"]._was_sent(self)
        else:
            self.picking_id._bring_was_sent(self)

    def _refused(self, error):
        """Bring said no, and would again: a person must mend the cause."""
        self.write({"state": "attention", "error": str(error), "next_attempt_at": False})
        if self.update_indicator == "Original":
            self.bring_order_id.may_be_told = False
        self._follow_up(partial(self._tell_refused, str(error)))

    def _tell_refused(self, reason):
        if self.purpose != "order":
            self.env["bring.article"]._was_refused(self, reason)
        elif self.picking_id:
            self.picking_id._bring_was_refused(self, reason)

    def _follow_up(self, step):
        """Take the step that follows Bring's answer. It can't undo that Bring has answered.

        :param step: called without arguments
        """
        try:
            with self.env.cr.savepoint():
                step()
        except OperationalError:
            raise  # the whole is taken anew, see settle
        except Exception as error:
            _logger.exception("Could not take over what became of message %s to Bring", self.id)
            what = self.order_number or self.request_id
            self._ask_on_account(
                self.env._("What became of %s could not be taken over", what),
                f"{type(error).__name__}: {error}",
            )

    def action_resend(self):
        """Send messages that were refused, or whose outcome is unknown, once more."""
        self.check_access("read")
        self.env["bring.document"]._check_may_settle()
        for message in self.sudo():
            if message.direction != "out" or message.state not in OPEN:
                raise UserError(self.env._("Only what was not sent can be sent again."))
            if message.state == "attention":
                message.state = "waiting"
            message.next_attempt_at = False
        self.env.ref("bring_warehousing.ir_cron_send").sudo()._trigger()
        return True

    def action_bring_has_it(self):
        """Take it that Bring has these messages, of which it is not known."""
        for message in self._check_unknown():
            message._was_sent("")
            message._log(self.env._("%s says that Bring has it.", self.env.user.name))
        return True

    def action_bring_has_it_not(self):
        """Take it that Bring does not have these messages, and send them again without asking."""
        for message in self._check_unknown():
            message.write({"state": "waiting", "next_attempt_at": False})
            message._log(self.env._("%s says that Bring does not have it.", self.env.user.name))
        self.env.ref("bring_warehousing.ir_cron_send").sudo()._trigger()
        return True

    def _check_unknown(self):
        self.check_access("read")
        self.env["bring.document"]._check_may_settle()
        if self.filtered(lambda message: message.state != "unknown"):
            raise UserError(
                self.env._("That can be said only where it is not known whether Bring has it.")
            )
        return self.sudo()

    def _log(self, body):
        for picking in self.picking_id:
            picking._message_log(body=body)

    def action_cancel_sending(self):
        """Do not send these messages; what is unknown may be at Bring all the same."""
        self.check_access("read")
        self.env["bring.document"]._check_may_settle()
        open_messages = self.sudo().filtered(
            lambda message: message.direction == "out" and message.state in OPEN
        )
        unknown = open_messages.filtered(lambda message: message.state == "unknown")
        unknown._withdraw(
            self.env._(
                "Not sent again, as %s wants it. Bring may have it all the same: ask them.",
                self.env.user.name,
            )
        )
        (open_messages - unknown)._withdraw(
            self.env._("Not sent, as %s wants it.", self.env.user.name)
        )
        open_messages.bring_order_id._leave()
        return True
