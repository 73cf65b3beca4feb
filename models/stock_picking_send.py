from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..bring.order_check import check
from .bring_words import label, sentence

MAY_SEND = ("bring_warehousing.group_bring_user", "stock.group_stock_user")


class StockPicking(models.Model):
    """Sending transfers to Bring: customer orders, purchase orders, returns."""

    _inherit = "stock.picking"

    bring_account_id = fields.Many2one(
        "bring.account", "Bring account", compute="_compute_bring_account_id"
    )
    bring_order_id = fields.Many2one(
        "bring.order",
        "Order at Bring",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
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
    bring_told_quantities = fields.Json(
        copy=False,
        readonly=True,
        help="Of a transfer done by what Bring answered: how much of each product it told since.",
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
            order = picking.sudo().bring_order_id
            told = order.told_at or order._open_message("waiting", "unknown")
            picking.bring_can_send = (
                bool(picking.bring_account_id)
                and picking._bring_is_for_bring()
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
        for picking in self.sudo():
            if picking.bring_order_id._open_message("unknown"):
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
            order, lines, problems = picking._bring_written()
            if problems:
                raise UserError(
                    self.env._(
                        "Bring would refuse %(picking)s:\n%(problems)s",
                        picking=picking.name,
                        problems="\n".join(f"– {problem}" for problem in problems),
                    )
                )
            self.env["bring.order"]._of(picking)._send(order, lines)
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
        # who may not read the account is told, too
        _order, _lines, problems = self.sudo()._bring_written()
        return problems

    def _bring_written(self):
        """Return the order that goes to Bring, and what hinders it.

        :return: (:class:`..bring.orders.Order`, its lines, problems in words)
        """
        self.ensure_one()
        number = self.bring_order_number or self.env["bring.order"]._new_number(self)
        lines = self._bring_numbered_lines()
        order, problems = self._bring_order(number, lines)
        unsent = self.env["bring.article"]._unsent(
            self.sudo().bring_account_id, self._bring_moves().product_id
        )
        problems += [
            self.env._("%s: the article was never sent to Bring", product.display_name)
            for product in unsent
        ]
        return order, lines, problems + [str(problem) for problem in check(order)]

    def _bring_send_or_tell(self, now):
        """Send by themselves; what Bring would refuse is put before a person, once."""
        for picking in self:
            if picking.bring_order_number or picking.state not in ("assigned", "waiting"):
                continue  # somebody was faster
            order, lines, problems = picking._bring_written()
            if not problems:
                self.env["bring.order"]._of(picking)._send(order, lines)
                continue
            picking.bring_checked_at = now
            picking._bring_ask_person(
                self.env._("This transfer cannot go to Bring"), "\n".join(problems)
            )

    def _bring_ask_person(self, summary, note, kind="mail_activity_type_refused"):
        self.sudo().bring_account_id._ask_person(self, kind, summary, note)

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

    def _bring_was_refused(self, message, reason):
        """Bring refused what was sent: tell who is responsible, once."""
        reason = sentence(reason)
        self._bring_ask_person(self.env._("Bring rejected %s", message.order_number), reason)
        if self.sale_id:
            self.sale_id._message_log(
                body=self.env._(
                    "Bring rejected %(number)s: %(reason)s",
                    number=message.order_number,
                    reason=reason,
                )
            )

    # -- what Bring has is not forgotten --------------------------------------

    @api.ondelete(at_uninstall=False)
    def _bring_unlink_except_at_bring(self):
        at_bring = self.sudo().bring_order_id._has_something()
        if at_bring:
            raise UserError(
                self.env._(
                    "Bring has %s, or may have it. Cancel the transfer first, and delete it when "
                    "Bring has confirmed the cancellation.",
                    ", ".join(at_bring.mapped("name")),
                )
            )

    def _create_backorder_picking(self):
        """The rest of an order is of the same order at Bring, whoever made the first part done."""
        rest = super()._create_backorder_picking()
        if self.sudo().bring_order_id:
            rest.sudo()._bring_follow(self.sudo())
        return rest

    def _bring_follow(self, picking):
        """Belong to the order at Bring that another transfer belongs to, and stand where it does.

        :param picking: what this is the rest of, or the step that comes after
        """
        self.write(
            {
                "bring_order_id": picking.bring_order_id.id,
                "bring_order_number": picking.bring_order_number,
                "bring_status": picking.bring_status,
                "bring_status_date": picking.bring_status_date,
            }
        )

    def _bring_is_for_bring(self):
        """Tell whether Bring is told of this transfer: what comes in, and what leaves the house.

        Of a delivery in several steps that is the last one or, where Odoo makes that only when
        the goods are picked, the first.
        """
        if self.picking_type_code in ("outgoing", "incoming"):
            return True
        return any(
            move._bring_is_to_leave() and not (move.move_orig_ids or move.move_dest_ids)
            for move in self.move_ids
        )

    # -- validated by hand ----------------------------------------------------

    def button_validate(self):
        """Ask first where Bring has it to do, and a person validates it."""
        context = self.env.context
        if not (context.get("bring_shipping") or context.get("bring_by_hand")):
            at_bring = self.sudo().filtered(
                lambda picking: (
                    picking.state != "done"
                    and (
                        picking.bring_order_id._has_something()
                        or picking.bring_order_id._open_message()
                    )
                )
            )
            if at_bring:
                return self.env["bring.validate"]._open(self)
        return super().button_validate()

    def _action_done(self):
        """Validate; of what Bring still has to do the customer hears later, by SMS as by mail."""
        if self.env.context.get("bring_shipping"):
            # what did not leave yet is still to leave, whatever the type of operation says
            self = self.with_context(cancel_backorder=False)  # pylint: disable=self-cls-assignment
        later = self._bring_mails_later()
        result = True
        for pickings in (self - later, later.with_context(skip_sms=True)):
            if pickings:
                result = super(StockPicking, pickings)._action_done()
        if self.env.context.get("bring_by_hand"):
            self.sudo().bring_order_id._answer_for_done_here()
        return result

    def _bring_ask_status(self):
        """Ask Bring how far these transfers are, and apply what it answers.

        :return: a sentence for each
        """
        words = []
        for account, pickings in self.sudo().grouped("bring_account_id").items():
            for number, same in pickings.grouped("bring_order_number").items():
                pull = partial(account._pull_order, number=number, pickings=same)
                outcome = account._pull(pull)
                self.env["bring.document"].sudo()._process_pending()
                if outcome:
                    words.append(sentence(outcome))
                    continue
                same.invalidate_recordset()
                words.append(
                    self.env._(
                        "%(number)s: %(status)s",
                        number=number,
                        status=same[:1].bring_answer
                        or label(same, "bring_status", same[:1].bring_status),
                    )
                )
        return words
