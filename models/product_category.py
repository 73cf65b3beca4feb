from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    bring_group = fields.Char(
        "Group at Bring",
        size=8,
        help="The article group (Varegruppe) that is agreed on with Bring, at most 8 characters.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "bring_group" in vals:
            products = self.env["product.product"].with_context(active_test=False)
            products.search([("categ_id", "in", self.ids)])._bring_changed()
        return result
