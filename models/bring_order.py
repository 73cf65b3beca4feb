import re
from itertools import count

from odoo import api, fields, models

from .bring_outbox import OPEN
from .bring_status import RANK

STATES = [
    ("draft", "Not sent yet"),
    ("waiting", "Waiting to be sent"),
    ("unknown", "Outcome unknown"),
    ("rejected", "Rejected by Bring"),
    ("at_bring", "At Bring"),
    ("cancelling", "Cancellation sent"),
    ("differs", "Differs from Odoo"),
    ("accepted", "Difference accepted"),
    ("closed", "Nothing open at Bring"),
]
AT_COMMIT = "bring_outbox_is_woken"
MESSAGE_STATES = {"waiting": "waiting", "unknown": "unknown", "attention": "rejected"}
# what a transfer itself says of what Bring is to do; see ``_compute_is_to_compare``
COMPARED = (
    "picking_ids.state",
    "picking_ids.scheduled_date",
    "picking_ids.date_deadline",
    "picking_ids.partner_id",
    "picking_ids.carrier_id",
    "picking_ids.priority",
    "picking_ids.note",
    "picking_ids.bring_carrier_note",
    "picking_ids.bring_recipient_note",
    "picking_ids.move_ids.state",
    "picking_ids.move_ids.product_id",
    "picking_ids.move_ids.product_qty",
    "picking_ids.move_ids.quantity",
    "picking_ids.move_ids.sale_line_id.price_subtotal",
    "picking_ids.move_ids.purchase_line_id.price_subtotal",
    *(
        f"picking_ids.sale_id.{name}"
        for name in (
            "client_order_ref",
            "incoterm",
            "bring_warehouse_note",
            "bring_carrier_note",
            "bring_recipient_note",
        )
    ),
    "picking_ids.move_ids.purchase_line_id.order_id.partner_ref",
    "picking_ids.move_ids.purchase_line_id.order_id.incoterm_id",
)


class BringOrder(models.Model):
    """The ledger: an order at Bring, what Bring was told of it, and what Bring said became of it.

    It goes by the number that Bring knows it under, and outlives transfers, lines and names. A
    transfer and the backorders of it are one order at Bring.
    """

    _name = "bring.order"
    _inherit = "bring.border"
    _description = "Order at Bring"
    _order = "id desc"

    name = fields.Char("Order number at Bring", required=True, readonly=True, index=True)
    account_id = fields.Many2one(
        "bring.account", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    picking_ids = fields.One2many("stock.picking", "bring_order_id", "Transfers", readonly=True)
    line_ids = fields.One2many("bring.order.line", "order_id", "Lines", readonly=True)
    message_ids = fields.One2many("bring.message", "bring_order_id", "Messages", readonly=True)
    terms = fields.Json(readonly=True, help="What Bring was told besides the lines, as sent last.")
    told_at = fields.Datetime("Sent last", readonly=True)
    may_be_told = fields.Boolean(
        readonly=True, help="It was sent, and it is not known whether Bring took it."
    )
    is_cancelling = fields.Boolean(
        "Cancellation sent", readonly=True, help="Bring has not said yet what became of it."
    )
    is_to_compare = fields.Boolean(
        compute="_compute_is_to_compare",
        store=True,
        help="Something changed since it was last compared with what Odoo wants.",
    )
    question = fields.Char(readonly=True, help="The difference that a person was asked about.")
    settled = fields.Char(readonly=True, help="The difference that a person wants to leave.")
    state = fields.Selection(STATES, compute="_compute_state", store=True, index=True)

    _name_unique = models.UniqueIndex(
        "(company_id, name)", "An order number is given to Bring once."
    )
    _to_compare_index = models.Index("(account_id) WHERE is_to_compare")
    _open_index = models.Index("(account_id) WHERE state IN ('at_bring', 'closed')")

    @api.depends(*COMPARED)
    def _compute_is_to_compare(self):
        self.is_to_compare = True
        self._wake_at_commit()

    def _wake_at_commit(self):
        """Let the outbox run after this transaction; once, whatever still happens in it."""
        at_commit = self.env.cr.precommit
        if not at_commit.data.get(AT_COMMIT):
            at_commit.data[AT_COMMIT] = True
            at_commit.add(self.env.ref("bring_warehousing.ir_cron_send").sudo()._trigger)

    @api.depends(
        "message_ids.state", "line_ids.left_quantity", "told_at", "is_cancelling",
        "question", "settled", "picking_ids.state",
    )  # fmt: skip
    def _compute_state(self):
        for order in self:
            order.state = order._state()

    def _state(self):
        message = self._open_message()
        if message:
            return MESSAGE_STATES[message.state]
        if self.question:
            return "accepted" if self.question == self.settled else "differs"
        if self.is_cancelling:
            return "cancelling"
        if not self.told_at:
            return "draft" if self._open_pickings() else "closed"
        return "at_bring" if any(self.line_ids.mapped("left_quantity")) else "closed"

    def _open_message(self, *states):
        """Return the message of this order that is on its way to Bring: one, or none."""
        return self.sudo().message_ids.filtered(lambda message: message.state in (states or OPEN))

    def _open_pickings(self):
        # a draft one, too: a line that somebody is adding makes the whole transfer a draft
        return self.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))

    def _picking(self):
        """Return the transfer that people look at: what is open of it, else what was."""
        return (self._open_pickings() or self.picking_ids)[:1]

    def _is_begun(self):
        """Tell whether Bring works on it: then it takes no change any more."""
        if any(self.line_ids.mapped("done_quantity")):
            return True
        reached = [RANK[status] for status in self.picking_ids.mapped("bring_status") if status]
        return max(reached, default=0) > RANK["allocated"]

    def _has_something(self):
        """Tell whether Bring has, or may have, something to do for it."""
        return self.filtered(
            lambda order: (
                order.may_be_told
                or order._open_message("unknown")
                or any(order.line_ids.mapped("left_quantity"))
            )
        )

    @api.model
    def _of(self, picking):
        """Return the order of a transfer at Bring; make one, with a number, where there is none."""
        if picking.bring_order_id:
            return picking.bring_order_id.sudo()
        number = picking.bring_order_number or self._new_number(picking)
        known = self.sudo().search(
            [("name", "=", number), ("company_id", "=", picking.company_id.id)]
        )
        order = known or self.sudo().create(
            {"name": number, "account_id": picking.bring_account_id.id}
        )
        picking.write({"bring_order_id": order.id, "bring_order_number": number})
        order.is_to_compare = False  # it is written into the outbox as it is now
        return order

    @api.model
    def _new_number(self, picking):
        """Return a number that Bring has not had: the order's name, or with -2, -3, …

        No slash: it would break the addresses of Bring's interface.
        """
        base = re.sub(r"[^\w.-]+", "-", (picking.sale_id or picking.purchase_id or picking).name)
        company = ("company_id", "=", picking.company_id.id)
        taken = {
            *picking.search([company, ("bring_order_number", "=like", f"{base}%")]).mapped(
                "bring_order_number"
            ),
            *self.sudo().search([company, ("name", "=like", f"{base}%")]).mapped("name"),
        }
        number, following = base, count(2)
        while number in taken:
            number = f"{base}-{next(following)}"
        return number
