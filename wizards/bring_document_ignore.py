from odoo import fields, models
from odoo.exceptions import UserError


class BringDocumentIgnore(models.TransientModel):
    """Ask why documents are put aside, and keep the answer with them."""

    _name = "bring.document.ignore"
    _description = "Put Bring documents aside"

    document_ids = fields.Many2many(
        "bring.document", string="Documents", required=True, readonly=True
    )
    reason = fields.Text(required=True)

    def action_ignore(self):
        """Put the documents aside. What is applied already stays applied."""
        self.ensure_one()
        documents = self.document_ids
        documents._check_may_settle()
        settled = documents.filtered(lambda document: document.state in ("done", "ignored"))
        if settled:
            raise UserError(
                self.env._(
                    "These are settled already: %s. Choose only what waits or needs attention.",
                    ", ".join(settled.mapped("display_name")),
                )
            )
        documents.sudo()._set_ignored(
            self.env._(
                "Put aside by %(user)s on %(date)s: %(reason)s",
                user=self.env.user.name,
                date=fields.Date.context_today(self),
                reason=self.reason,
            )
        )
        documents.message_id.sudo()._update_state()
        return {"type": "ir.actions.act_window_close"}
