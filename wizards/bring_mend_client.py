from odoo import fields, models


class BringMendClient(models.TransientModel):
    """Ask whether an id of a client is ours, and accept it from now on."""

    _name = "bring.mend.client"
    _inherit = "bring.mend"
    _description = "Accept a client id of Bring's"

    own_ids = fields.Char("Ids so far", compute="_compute_own_ids")

    def _compute_own_ids(self):
        for dialog in self:
            account = dialog.account_id
            ids = (account.customer_number, account.accepted_clients)
            dialog.own_ids = ", ".join(filter(None, ids))

    def _title(self):
        return self.env._("Is this id yours?")

    def _mend(self):
        account = self.account_id.sudo()
        account.accepted_clients = ", ".join(filter(None, (account.accepted_clients, self.subject)))
