from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    _BRING_FIELDS = {"default_code", "barcode", "weight", "name", "categ_id", "tracking", "active"}

    def write(self, vals):
        result = super().write(vals)
        if self._BRING_FIELDS & vals.keys():
            self._bring_changed()
        return result

    def _bring_changed(self):
        """Let Bring know of changed articles, the next time that something is sent."""
        changed = (
            self.env["bring.article"]
            .sudo()
            .search([("product_id", "in", self.ids), ("state", "!=", "waiting")])
        )
        changed.state = "waiting"
