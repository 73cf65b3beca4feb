from odoo import fields, models

from ..bring.gtin import is_gtin


class ProductProduct(models.Model):
    _inherit = "product.product"

    # What Bring is told of an article; further fields count where a module adds them.
    _BRING_FIELDS = {
        "active",
        "barcode",
        "bring_name",
        "categ_id",
        "country_of_origin",
        "default_code",
        "description_picking",
        "dimensional_uom_id",
        "name",
        "product_height",
        "product_length",
        "product_width",
        "tracking",
        "weight",
    }
    bring_numbers = fields.Char(
        "Bring's numbers",
        copy=False,
        index="btree_not_null",
        help="Other numbers under which Bring names the article, comma-separated: none that is the "
        "internal reference, the barcode or a vendor's code already.",
    )

    bring_name = fields.Char(
        "Name at Bring",
        copy=False,
        help="What Bring is told instead of the name, for Bring takes 45 characters.",
    )

    def write(self, vals):
        result = super().write(vals)
        if self._BRING_FIELDS & vals.keys():
            self._bring_changed()
        return result

    def _bring_number_list(self):
        """Return the other numbers of Bring's, one by one."""
        self.ensure_one()
        numbers = (number.strip() for number in (self.bring_numbers or "").split(","))
        return [number for number in numbers if number]

    def _bring_gtin(self):
        """Return the barcode where it is a GTIN, or "": another one is no EAN to Bring."""
        barcode = (self.barcode or "").strip()
        return barcode if is_gtin(barcode) else ""

    def _bring_changed(self):
        """Let Bring know of changed articles, the next time that something is sent."""
        changed = (
            self.env["bring.article"]
            .sudo()
            .search([("product_id", "in", self.ids), ("state", "!=", "waiting")])
        )
        changed.state = "waiting"
