from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    # What Bring is told of an article; further fields count where a module adds them.
    _BRING_FIELDS = {
        "active",
        "barcode",
        "categ_id",
        "country_of_origin",
        "default_code",
        "description_picking",
        "dimensional_uom_id",
        "expiration_time",
        "name",
        "product_height",
        "product_length",
        "product_width",
        "tracking",
        "use_expiration_date",
        "weight",
    }

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
