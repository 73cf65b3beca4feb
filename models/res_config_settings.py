from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    bring_account_ids = fields.One2many(related="company_id.bring_account_ids", related_sudo=False)

    def action_bring_accounts(self):
        """Open the accounts of the company, or the form of a first one."""
        accounts = self.company_id.bring_account_ids
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Bring accounts"),
            "res_model": "bring.account",
            "context": {"default_company_id": self.company_id.id, "default_test_mode": True},
            "domain": [("company_id", "=", self.company_id.id)],
        }
        if not accounts:
            return {**action, "view_mode": "form"}
        return {**action, "view_mode": "list,form"}
