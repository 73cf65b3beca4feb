from odoo import api, fields, models
from odoo.exceptions import UserError


class BringDocumentIgnore(models.TransientModel):
    """Ask why something is put aside, and keep the answer with it.

    Documents, differences of stock reports (Odoo's quantity is kept), orders that Bring refused
    (they are not sent).
    """

    _name = "bring.document.ignore"
    _inherit = "bring.dialog"
    _description = "Put Bring documents aside"

    document_ids = fields.Many2many("bring.document", string="Documents", readonly=True)
    line_ids = fields.Many2many(
        "bring.inventory.report.line", string="Stock differences", readonly=True
    )
    message_ids = fields.Many2many("bring.message", string="Orders not sent", readonly=True)
    line_count = fields.Integer("Lines", compute="_compute_line_count")
    reason = fields.Text(required=True)

    @api.depends("line_ids")
    def _compute_line_count(self):
        for dialog in self:
            dialog.line_count = len(dialog.line_ids)

    def action_ignore(self):
        """Put all of it aside. What is applied already stays applied."""
        self.document_ids._check_may_settle()
        self.ensure_one()
        settled = self.document_ids.filtered(lambda document: document.state in ("done", "ignored"))
        if settled:
            raise UserError(
                self.env._(
                    "These are settled already: %s. Choose only what waits or needs attention.",
                    ", ".join(settled.mapped("display_name")),
                )
            )
        words = self.env._(
            "Put aside by %(user)s on %(date)s: %(reason)s",
            user=self.env.user.name,
            date=fields.Date.context_today(self),
            reason=self.reason,
        )
        self.document_ids.sudo()._set_ignored(words)
        self.document_ids.message_id.sudo()._update_state()
        if self.line_ids:
            self.line_ids.action_keep(words)
        if self.message_ids:
            self.message_ids.action_cancel_sending()
            self.message_ids.sudo().error = words
        return {"type": "ir.actions.act_window_close"}
