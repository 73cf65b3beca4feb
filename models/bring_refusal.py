import base64

from odoo import api, fields, models

KEEP = 100  # refusals kept per account
HEAD = 65536  # bytes kept of each


class BringRefusal(models.Model):
    """A delivery that proved who sent it and could not be taken: kept, bounded, to be looked at.

    Nothing of it is applied and Bring was told so (a 4xx with the reason), so Bring still has it.
    """

    _name = "bring.refusal"
    _inherit = "bring.border"
    _description = "Refused delivery"
    _order = "received_at desc, id desc"
    _rec_name = "reason"

    account_id = fields.Many2one("bring.account", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    received_at = fields.Datetime("Arrived", required=True, readonly=True)
    status = fields.Integer("HTTP status", required=True, readonly=True)
    reason = fields.Char("What was answered", required=True, readonly=True)
    content_type = fields.Char(readonly=True)
    size = fields.Integer("Size in bytes", readonly=True)
    head = fields.Binary("Its beginning", attachment=False, readonly=True)
    head_name = fields.Char(compute="_compute_head_name")

    def _compute_head_name(self):
        for refusal in self:
            refusal.head_name = f"refused-{refusal.id}.txt"

    @api.model
    def _keep(self, account, status, reason, content_type, content, size):
        """Keep the beginning of a refused delivery, and drop the oldest beyond the limit.

        :param account: the ``bring.account`` whose key was right
        :param int status: the HTTP status that was answered
        :param bytes content: what was read of the body; may be empty
        :param size: its size in bytes as declared, or ``None``
        """
        account.ensure_one()
        self.create(
            {
                "account_id": account.id,
                "received_at": fields.Datetime.now(),
                "status": status,
                "reason": reason,
                "content_type": content_type,
                "size": min(size or len(content), 2**31 - 1),
                "head": base64.b64encode(content[:HEAD]),
            }
        )
        self.search([("account_id", "=", account.id)], offset=KEEP).unlink()
