from odoo import fields, models
from odoo.exceptions import UserError


class BringMendUnit(models.TransientModel):
    """Ask which unit of measure a code of Bring's means, and add the code to it."""

    _name = "bring.mend.unit"
    _inherit = "bring.mend"
    _description = "Map a unit of Bring's"

    uom_id = fields.Many2one("uom.uom", "Unit of measure")
    known_codes = fields.Char(
        "Bring's codes so far", related="uom_id.bring_codes", related_sudo=False
    )

    def _title(self):
        return self.env._("Which unit is it?")

    def _mend(self):
        if not self.uom_id:
            raise UserError(self.env._("Choose the unit that Bring means."))
        self._check_listed(self.subject)
        self._check_shared(self.uom_id)
        codes = [part.strip() for part in (self.uom_id.bring_codes or "").split(",")]
        if self.subject not in codes:
            codes = [code for code in codes if code] + [self.subject]
            self.uom_id.sudo().bring_codes = ",".join(codes)
