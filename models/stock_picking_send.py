import hashlib
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..bring.order_writer import check, write_order
from .bring_outbox import OPEN

MAY_SEND = ("bring_warehousing.group_bring_user", "stock.group_stock_user")
UNBEGUN = ("sent", "registered", "allocated")  # Bring still takes a change


class StockPicking(models.Model):
    """Sending transfers to Bring: customer orders, purchase orders, returns."""

    _inherit = "stock.picking"

    bring_account_id = fields.Many2one(
        "bring.account", "Bring account", compute="_compute_bring_account_id"
    )
    bring_sent_digest = fields.Char(copy=False, readonly=True)
    bring_answer = fields.Char(
        "Bring's answer",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="How far a receipt is, as Bring told when it was asked. Nothing is booked by it.",
    )
    bring_asked_at = fields.Datetime("Bring was asked", copy=False, readonly=True)
    bring_checked_at = fields.Datetime(
        copy=False, readonly=True, help="When it was found that Bring would refuse it."
    )
    bring_pulled = fields.Boolean(
        copy=False, readonly=True, help="Done by what Bring answered, before it told."
    )
    bring_cancel_requested = fields.Boolean("Cancellation requested", copy=False, readonly=True)
    bring_message_ids = fields.One2many(
        "bring.message",
        "picking_id",
        "Sent to Bring",
        readonly=True,
        groups="bring_warehousing.group_bring_user",
    )
    bring_can_send = fields.Boolean(compute="_compute_bring_can_send")
    bring_problem_text = fields.Text(
        "What Bring would refuse", compute="_compute_bring_problem_text"
    )
    bring_is_test = fields.Boolean(compute="_compute_bring_is_test")

    @api.depends("picking_type_id")
    def _compute_bring_account_id(self):
        mappings = (
            self.env["bring.warehouse"]
            .sudo()
            .search([("warehouse_id", "in", self.picking_type_id.warehouse_id.ids)])
        )
        accounts = {mapping.warehouse_id: mapping.account_id for mapping in mappings}
        for picking in self:
            picking.bring_account_id = accounts.get(picking.picking_type_id.warehouse_id)

    @api.depends("bring_account_id")
    def _compute_bring_is_test(self):
        for picking in self:
            picking.bring_is_test = picking.sudo().bring_account_id.test_mode

    @api.depends("state", "bring_account_id", "bring_order_number", "picking_type_id")
    def _compute_bring_can_send(self):
        for picking in self:
            told = {"waiting", "unknown", "sent"} & set(
                picking.sudo().bring_message_ids.mapped("state")
            )
            picking.bring_can_send = (
                bool(picking.bring_account_id)
                and picking.picking_type_code in ("outgoing", "incoming")
                and picking.state in ("confirmed", "assigned", "waiting")
                and not picking.bring_status
                and not told
            )

    @api.depends("bring_can_send", "partner_id", "move_ids", "carrier_id")
    def _compute_bring_problem_text(self):
        for picking in self:
            problems = picking._bring_problems() if picking.bring_can_send else []
            picking.bring_problem_text = "\n".join(problems) or False

    # -- sending --------------------------------------------------------------

    def action_bring_send(self):
        """Send these transfers to Bring, after the commit.

        :raises UserError: with what Bring would refuse; then nothing is sent
        """
        self._bring_check_may_send()
        for picking in self:
            if picking._bring_open("unknown"):
                raise UserError(
                    self.env._(
                        "It is not known whether Bring has %s. Bring is asked for it, and it goes "
                        "again if they do not have it. If that takes too long, look at the message "
                        "in the outbox.",
                        picking.bring_order_number,
                    )
                )
            if not picking.bring_can_send:
                raise UserError(
                    self.env._(
                        "%s is not open in a warehouse of Bring's, or was sent.", picking.name
                    )
                )
            problems = picking._bring_problems()
            if problems:
                raise UserError(
                    self.env._(
                        "Bring would refuse %(picking)s:\n%(problems)s",
                        picking=picking.name,
                        problems="\n".join(f"– {problem}" for problem in problems),
                    )
                )
            picking._bring_queue("Original")
        return True

    def _bring_check_may_send(self):
        """Let those pass who may change these transfers, and have to do with the warehouse.

        The outbox is written as superuser: that a person may read a transfer is not enough.
        """
        self.check_access("write")
        user = self.env.user
        if self.env.su or any(user.has_group(group) for group in MAY_SEND):
            return
        raise UserError(
            self.env._("Only a Bring User or an Inventory User can send transfers to Bring.")
        )

    def _bring_problems(self):
        """Return what Bring would refuse, in words; an empty list when nothing."""
        self.ensure_one()
        order, problems = self._bring_order()
        unsent = self.env["bring.article"]._unsent(
            self.sudo().bring_account_id, self._bring_moves().product_id
        )
        problems += [
            self.env._("%s: the article was never sent to Bring", product.display_name)
            for product in unsent
        ]
        return problems + [str(problem) for problem in check(order)]

    def _bring_queue_or_tell(self, now):
        """Send by themselves; what Bring would refuse is put before a person, once."""
        for picking in self:
            if picking.state != "assigned" or picking.bring_order_number:
                continue  # somebody was faster
            problems = picking._bring_problems()
            if not problems:
                picking._bring_queue("Original")
                continue
            picking.bring_checked_at = now
            picking._bring_ask_person(
                self.env._("This transfer cannot go to Bring"), "\n".join(problems)
            )

    def _bring_ask_person(self, summary, note, kind="mail_activity_type_refused"):
        self.sudo().bring_account_id._ask_person(self, kind, summary, note)

    def _bring_open(self, *states):
        """Return the message of this transfer that is on its way to Bring: one, or none."""
        return self.sudo().bring_message_ids.filtered(
            lambda message: message.state in (states or OPEN)
        )

    def _bring_queue(self, update_indicator):
        """Write the order into the outbox, in place of what is there of this transfer.

        :param str update_indicator: ``Original``, ``Update`` or ``Delete``
        """
        self.ensure_one()
        picking = self.sudo()
        account = picking.bring_account_id
        picking._bring_open()._withdraw(self.env._("Replaced by a newer message to Bring."))
        if not picking.bring_order_number:
            picking.bring_order_number = picking._bring_new_number()
        picking._bring_keep_numbers()
        order, _problems = picking._bring_order()
        order = replace(order, update_indicator=update_indicator)
        message = self.env["bring.message"]._queue(
            account,
            "order",
            write_order(order, account.api_format, account.tz),
            picking_id=picking.id,
            order_number=picking.bring_order_number,
            update_indicator=update_indicator,
        )
        picking.bring_sent_digest = order_digest(order)
        return message

    def _bring_is_changed(self):
        order, _problems = self._bring_order()
        return order_digest(order) != self.bring_sent_digest

    def _bring_queue_change(self):
        """Queue a change of an order that Bring has, where it has not begun; else ask a person."""
        order, problems = self._bring_order()
        if self.state in ("done", "cancel") or order_digest(order) == self.bring_sent_digest:
            return
        message = self._bring_open()
        if message.state == "unknown":
            message.is_outdated = True  # told when it is known what became of it
            return
        if message.update_indicator == "Original":
            # Bring has not got it yet: it gets it as it is now
            if problems or check(order):
                message._withdraw(
                    self.env._("Not sent to Bring any more: it was changed, and would be refused.")
                )
            else:
                self._bring_queue("Original")
            return
        if self.bring_status in UNBEGUN and not problems and not check(order):
            self._bring_queue("Update")
            return
        self.bring_sent_digest = order_digest(order)
        self._bring_ask_person(
            self.env._("Changed here, and Bring has begun"),
            self.env._(
                "Bring has %s already. Call Bring if the change matters; what Bring ships will be "
                "taken over as it is.",
                self.bring_order_number,
            ),
        )

    def _bring_was_sent(self, message):
        """Bring has taken the order, its change or its cancellation."""
        if message.update_indicator == "Original":
            self._bring_advance("sent", fields.Datetime.now())
            text = self.env._("Sent to Bring as %s", message.order_number)
        elif message.update_indicator == "Update":
            text = self.env._("The change was sent to Bring")
        else:
            text = self.env._("The cancellation was sent to Bring; it counts when Bring answers")
        self._message_log(body=text)
        if self.sale_id:
            self.sale_id._message_log(body=text)
        self.sudo().activity_unlink(["bring_warehousing.mail_activity_type_refused"])
        if message.update_indicator != "Delete":
            self._bring_has_what_is_settled_here(message)
        if message.is_outdated:
            self._bring_queue_change()

    def _bring_has_what_is_settled_here(self, message):
        """Cancel at Bring what was cancelled here meanwhile; tell a person what was done here."""
        if self.state == "cancel" and not self._bring_open():
            self._bring_cancel_at_bring()
        elif self.state == "done" and not self.bring_document_ids:
            self._bring_ask_person(
                self.env._("Bring has %s, too", message.order_number),
                self.env._(
                    "The transfer is done here, and Bring will do it once more. Ask Bring to "
                    "cancel the order, if that is not wanted."
                ),
            )

    def _bring_had_nothing(self):
        """Bring was asked to cancel an order that it does not have: then nothing is open there."""
        for picking in self:
            picking.bring_cancel_requested = False
            picking._message_log(
                body=self.env._(
                    "Bring does not have %s: nothing is to be cancelled there.",
                    picking.bring_order_number,
                )
            )

    def _bring_was_refused(self, message, reason):
        """Bring refused what was sent: tell who is responsible, once."""
        self._bring_ask_person(self.env._("Bring refused %s", message.order_number), reason)
        if message.is_outdated:
            self._bring_queue_change()

    # -- cancelled here -------------------------------------------------------

    def action_cancel(self):
        """Ask Bring to cancel what it has, too; it counts when Bring answers."""
        at_bring = self.filtered(
            lambda picking: (
                picking.bring_sent_digest
                and picking.state not in ("done", "cancel")
                and not self.env.context.get("bring_cancelled")
            )
        )
        result = super().action_cancel()
        for picking in at_bring.sudo():
            picking._bring_cancel_at_bring()
        return result

    def _bring_cancel_at_bring(self):
        """Ask Bring to cancel what it has or may have; what never left is withdrawn."""
        message = self._bring_open()
        if (
            message.update_indicator == "Original"
            and message.state != "unknown"
            and not message.attempts
        ):
            message._withdraw(self.env._("Not sent to Bring any more: it was cancelled here."))
            return
        self.bring_cancel_requested = True
        self._bring_queue("Delete")


def order_digest(order):
    """Return a digest of all that Bring was told, but for the message around it and names."""
    told = replace(
        order,
        # Bring knows articles by their numbers: another name changes no order
        lines=tuple(replace(line, name="") for line in order.lines),
        # the message around it
        message_id="",
        message_date=order.document_date,
        update_indicator="Original",
        test_indicator="",
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()
