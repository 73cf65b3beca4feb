from odoo import fields, models


class BringAccountKeyWizard(models.TransientModel):
    """Make a key that Bring calls us with, and show it once."""

    _name = "bring.account.key.wizard"
    _inherit = "bring.dialog"
    _description = "New Bring access key"

    account_id = fields.Many2one("bring.account", required=True, ondelete="cascade")
    name = fields.Char(
        "Used for",
        required=True,
        default=lambda self: self.env._("Bring, %s", fields.Date.context_today(self)),
        help="Helps to tell the keys apart when one of them is revoked.",
    )
    endpoint_url = fields.Char(related="account_id.endpoint_url", related_sudo=False)
    # not stored: the only place where the key is in clear is the dialog that shows it
    key = fields.Char(store=False, readonly=True, copy=False, exportable=False)

    def action_generate(self):
        """Make the key and open the dialog that shows it.

        The key travels as a default for a record that is never saved, so it's in no table.
        """
        self.account_id.check_access("write")
        self.ensure_one()
        key = self.env["bring.account.key"]._generate(self.account_id, self.name)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New key"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_account_id": self.account_id.id,
                "default_name": self.name,
                "default_key": key,
            },
        }
