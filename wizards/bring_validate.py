from odoo import api, fields, models


class BringValidate(models.TransientModel):
    """Ask before a transfer is validated by hand that Bring has to do, or may have.

    Validated all the same, Bring is told that it is not to do it any more.
    """

    _name = "bring.validate"
    _inherit = "bring.dialog"
    _description = "Validate a transfer that Bring ships"

    picking_ids = fields.Many2many("stock.picking", string="Transfers", readonly=True)
    names = fields.Char("Orders at Bring", compute="_compute_names")
    outcome = fields.Text(readonly=True)

    @api.depends("picking_ids")
    def _compute_names(self):
        for dialog in self:
            numbers = dialog.picking_ids.mapped("bring_order_number")
            dialog.names = ", ".join(filter(None, numbers))

    @api.model
    def _open(self, pickings):
        # as superuser: what it is about is for people to read
        dialog = self.sudo().create({"picking_ids": [(6, 0, pickings.ids)]})
        return dialog.sudo(False)._show()

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bring has this order"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": self.env.context,
        }

    def action_ask(self):
        """Ask Bring how far the orders are, and show what it answers."""
        self.check_access("read")
        self.picking_ids.check_access("write")
        self.ensure_one()
        self.sudo().outcome = "\n".join(self.picking_ids._bring_ask_status())
        return self._show()

    def action_validate(self):
        """Validate them by hand; what Bring still has of them is cancelled there."""
        self.check_access("read")
        self.picking_ids.check_access("write")
        return self.picking_ids.with_context(bring_by_hand=True).button_validate()
