from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.bring_status_word import NOTHING, ORDER_MEANINGS, STOCK_MEANINGS


class BringMendStatus(models.TransientModel):
    """Ask what a word of Bring's for the status of an order or of goods means, and keep it."""

    _name = "bring.mend.status"
    _inherit = "bring.mend"
    _description = "Map a status word of Bring's"

    use = fields.Selection(
        [("order", "Order"), ("stock", "Goods")], compute="_compute_use", string="Said of"
    )
    order_status = fields.Selection(ORDER_MEANINGS, "It means")
    stock_status = fields.Selection(
        [*STOCK_MEANINGS, (NOTHING, "Nothing: the goods stay where they are")],
        "The goods are now",
    )

    @api.depends("cause")
    def _compute_use(self):
        for dialog in self:
            dialog.use = "stock" if dialog.cause == "unknown_stock_word" else "order"

    def _title(self):
        return self.env._("What does Bring mean?")

    def _mend(self):
        status = self.stock_status if self.use == "stock" else self.order_status
        if not status:
            raise UserError(self.env._("Choose what Bring means by its word."))
        words = self.env["bring.status.word"].sudo()
        words.create(
            {
                "word": self.subject,
                "use": self.use,
                "status": status,
                "account_id": self.account_id.id,
                "source": self.env._("Decided by %s", self.env.user.name),
            }
        )
