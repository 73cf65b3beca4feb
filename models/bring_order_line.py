from odoo import api, fields, models


class BringOrderLine(models.Model):
    """A line of an order at Bring, by the number it was sent under, which is never given again.

    Quantities are in the product's own unit.
    """

    _name = "bring.order.line"
    _description = "Line of an order at Bring"
    _order = "order_id, number"
    _rec_name = "number"

    order_id = fields.Many2one(
        "bring.order", required=True, readonly=True, ondelete="cascade", index=True
    )
    number = fields.Integer("Line", required=True, readonly=True)
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, ondelete="restrict", index=True
    )
    lot_name = fields.Char("Lot", readonly=True)
    told_quantity = fields.Float("Sent to Bring", digits="Product Unit", readonly=True)
    done_quantity = fields.Float(
        "Done by Bring", digits="Product Unit", readonly=True,
        help="What Bring said that it shipped or received.",
    )  # fmt: skip
    cancelled_quantity = fields.Float("Cancelled", digits="Product Unit", readonly=True)
    here_quantity = fields.Float(
        "Done here", digits="Product Unit", readonly=True,
        help="Done by hand, and somebody answered for it: Bring did not do it.",
    )  # fmt: skip
    left_quantity = fields.Float(
        "Still at Bring", compute="_compute_left_quantity", store=True, digits="Product Unit"
    )
    terms = fields.Json(readonly=True, help="What Bring was told of it besides the quantity.")

    _number_unique = models.UniqueIndex("(order_id, number)")

    @api.depends("told_quantity", "done_quantity", "cancelled_quantity")
    def _compute_left_quantity(self):
        for line in self:
            left = line.told_quantity - line.done_quantity - line.cancelled_quantity
            line.left_quantity = max(0.0, line.product_id.uom_id.round(left))
