from odoo import api, fields, models


class BringGrade(models.Model):
    """Where goods of a grade or a status lie, that Bring tells apart (ZGR, ZST) and counts apart.

    One that is not listed is an exception: A goods and B goods are never added up in silence.
    """

    _name = "bring.grade"
    _inherit = "bring.border"
    _bring_fixed = ("warehouse_id",)
    _description = "Grade of goods at Bring"
    _rec_name = "grade"
    _check_company_auto = True

    warehouse_id = fields.Many2one(
        "bring.warehouse", "Bring's warehouse", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="warehouse_id.company_id", store=True)
    grade = fields.Char(help="As Bring writes it (ZGR). Empty: goods without one.")
    item_status = fields.Char("Status", help="As Bring writes it (ZST). Empty: goods without one.")
    location_id = fields.Many2one(
        "stock.location",
        check_company=True,
        domain="[('usage', '=', 'internal')]",
        help="Where such goods lie in Odoo. Empty: with the other goods, by their stock status.",
    )

    _code_unique = models.UniqueIndex(
        "(warehouse_id, COALESCE(grade, ''), COALESCE(item_status, ''))",
        "Each grade and status can be listed once for a warehouse.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._clean(vals))

    @api.model
    def _clean(self, vals):
        """Take the codes without blanks around; an empty one is none."""
        codes = {
            name: (vals[name] or "").strip() or False
            for name in ("grade", "item_status")
            if name in vals
        }
        return {**vals, **codes}
