from odoo import api, fields, models
from odoo.fields import Domain

from .bring_order import STATES
from .bring_order_screens import SHOWN_STATES, STANDINGS, standing

INTERNAL = "base.group_user"


class SaleOrder(models.Model):
    """What the sales person sees of an order's way to Bring: not sent yet, waiting, rejected."""

    _inherit = "sale.order"

    bring_sending = fields.Selection(
        STATES,
        "Order to Bring",
        compute="_compute_bring_sending",
        compute_sudo=True,
        search="_search_bring_sending",
        groups=INTERNAL,
        help="Where the order to Bring stands, while that asks for something.",
    )
    bring_send_error = fields.Text(
        compute="_compute_bring_sending",
        compute_sudo=True,
        groups=INTERNAL,
        help="Why it could not be sent.",
    )
    bring_standing = fields.Selection(
        STANDINGS, "Bring", compute="_compute_bring_standing", compute_sudo=True, groups=INTERNAL
    )

    @api.depends("picking_ids.bring_sending", "picking_ids.bring_send_error")
    def _compute_bring_sending(self):
        for order in self:
            states = order.picking_ids.mapped("bring_sending")
            order.bring_sending = min(filter(None, states), key=SHOWN_STATES.index, default=False)
            errors = filter(None, order.picking_ids.mapped("bring_send_error"))
            order.bring_send_error = "\n".join(dict.fromkeys(errors))

    @api.model
    def _search_bring_sending(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("picking_ids.bring_sending", "in", value)

    @api.depends("bring_status", "bring_sending")
    def _compute_bring_standing(self):
        for order in self:
            order.bring_standing = standing(order.bring_status, order.bring_sending)
