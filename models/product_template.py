from odoo import api, fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    bring_numbers = fields.Char(
        "Bring's numbers",
        compute="_compute_bring_numbers",
        inverse="_inverse_bring_numbers",
        help="Other numbers under which Bring names the article, comma-separated: none that is the "
        "internal reference, the barcode or a vendor's code already.",
    )

    bring_name = fields.Char(
        "Name at Bring",
        compute="_compute_bring_name",
        inverse="_inverse_bring_name",
        help="What Bring is told instead of the name, for Bring takes 45 characters.",
    )

    @api.depends("product_variant_ids.bring_name")
    def _compute_bring_name(self):
        self._compute_template_field_from_variant_field("bring_name")

    def _inverse_bring_name(self):
        self._set_product_variant_field("bring_name")

    @api.depends("product_variant_ids.bring_numbers")
    def _compute_bring_numbers(self):
        self._compute_template_field_from_variant_field("bring_numbers")

    def _inverse_bring_numbers(self):
        self._set_product_variant_field("bring_numbers")

    bring_is_counted = fields.Boolean(compute="_compute_bring_available", compute_sudo=False)
    bring_available = fields.Float(
        "At Bring",
        compute="_compute_bring_available",
        compute_sudo=False,
        digits="Product Unit",
        help="What Bring last said that is available for sale, of all variants.",
    )

    @api.depends_context("allowed_company_ids")
    def _compute_bring_available(self):
        for template in self:
            variants = template.product_variant_ids
            template.bring_is_counted = any(variants.mapped("bring_is_counted"))
            template.bring_available = sum(variants.mapped("bring_available"))

    def action_bring_story(self):
        """Show what Bring has of the variants, and what happened to them there."""
        self.check_access("read")
        return self.product_variant_ids._bring_open_story(self.display_name)

    def write(self, vals):
        result = super().write(vals)
        if self.env["product.product"]._BRING_FIELDS & vals.keys():
            self.product_variant_ids._bring_changed()
        return result
