from odoo import fields, models
from odoo.exceptions import UserError


class BringMendGrade(models.TransientModel):
    """Ask where goods of a grade lie that Bring counts apart."""

    _name = "bring.mend.grade"
    _inherit = "bring.mend"
    _description = "Map a grade of Bring's"
    _check_company_auto = True

    warehouse_id = fields.Many2one(
        "bring.warehouse", "Bring's warehouse", domain="[('account_id', '=', account_id)]"
    )
    grade = fields.Char()
    item_status = fields.Char("Status")
    lies = fields.Selection(
        [("apart", "In a location of their own"), ("with", "With the other goods")],
        "They lie",
        required=True,
        default="apart",
    )
    location_id = fields.Many2one(
        "stock.location",
        check_company=True,
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
    )

    def _title(self):
        return self.env._("Where do they lie?")

    def _first_values(self, account, subject, document, line):
        code, _blank, codes = (subject or "").rpartition(" ")
        grade, _slash, item_status = codes.partition("/")
        known = account._find_warehouse(code)
        if not known and len(account.warehouse_ids) == 1:
            known = account.warehouse_ids
        return {"warehouse_id": known.id, "grade": grade, "item_status": item_status}

    def _mend(self):
        apart = self.lies == "apart"
        if not self.warehouse_id or (apart and not self.location_id):
            raise UserError(self.env._("Say in which warehouse, and where the goods lie there."))
        self.env["bring.grade"].sudo().create(
            {
                "warehouse_id": self.warehouse_id.id,
                "grade": self.grade,
                "item_status": self.item_status,
                "location_id": self.location_id.id if apart else False,
            }
        )
