from odoo import api, fields, models
from odoo.exceptions import UserError


class BringChooseWarehouse(models.TransientModel):
    """Ask in which warehouse differences are booked of which Bring does not tell one."""

    _name = "bring.choose.warehouse"
    _inherit = "bring.dialog"
    _description = "Choose the warehouse of stock differences"

    line_ids = fields.Many2many("bring.inventory.report.line", readonly=True)
    line_count = fields.Integer(compute="_compute_line_count")
    possible_ids = fields.Many2many("bring.warehouse", readonly=True)
    warehouse_id = fields.Many2one("bring.warehouse", domain="[('id', 'in', possible_ids)]")

    @api.depends("line_ids")
    def _compute_line_count(self):
        for dialog in self:
            dialog.line_count = len(dialog.line_ids)

    @api.model
    def _open(self, lines):
        # as superuser: who may open it has been asked, and what it is about is for people to read
        dialog = self.sudo().create(
            {
                "line_ids": [(6, 0, lines.ids)],
                "possible_ids": [(6, 0, lines.report_id.warehouse_ids.ids)],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Choose the warehouse"),
            "res_model": self._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_choose(self):
        """Write the warehouse onto the lines; nothing is booked yet."""
        self._write_down()
        return {"type": "ir.actions.act_window_close"}

    def action_choose_and_book(self):
        """Write the warehouse onto the lines, and book their differences there."""
        self._write_down()
        self.line_ids.action_apply()
        return {"type": "ir.actions.act_window_close"}

    def _write_down(self):
        self.line_ids.report_id._check_may_settle()
        self.check_access("write")
        self.line_ids.check_access("read")
        self.ensure_one()
        if not self.warehouse_id or self.warehouse_id not in self.line_ids.report_id.warehouse_ids:
            raise UserError(self.env._("Choose one of the warehouses that the report counts."))
        self.line_ids.sudo().target_id = self.warehouse_id
