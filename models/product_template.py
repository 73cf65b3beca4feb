from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def write(self, vals):
        result = super().write(vals)
        if self.env["product.product"]._BRING_FIELDS & vals.keys():
            self.product_variant_ids._bring_changed()
        return result
