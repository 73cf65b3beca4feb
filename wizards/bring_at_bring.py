from odoo import api, fields, models

SHOWN = 80  # rows of a story on the form; the rest is in the list


class BringAtBring(models.TransientModel):
    """What Bring has of an article, warehouse by warehouse, and the article's story."""

    _name = "bring.at.bring"
    _inherit = "bring.dialog"
    _description = "An article at Bring"

    name = fields.Char(readonly=True)
    product_ids = fields.Many2many("product.product", readonly=True)
    has_variants = fields.Boolean(readonly=True)
    line_ids = fields.One2many("bring.at.bring.line", "at_bring_id", readonly=True)
    has_balance = fields.Boolean(readonly=True)
    has_apart = fields.Boolean(readonly=True)
    story_ids = fields.Many2many("bring.article.story", compute="_compute_story_ids")
    counted_ids = fields.Many2many("bring.article.story", compute="_compute_story_ids")
    moved_ids = fields.Many2many("bring.article.story", compute="_compute_story_ids")

    def _compute_story_ids(self):
        Story = self.env["bring.article.story"]
        for one in self:
            domain = [("product_id", "in", one.product_ids.ids)]
            counted = [*domain, ("kind", "in", ["counted", "differs"])]
            moved = [*domain, ("kind", "in", ["in", "out", "within"])]
            one.story_ids = Story.search(domain, limit=SHOWN)
            one.counted_ids = Story.search(counted, limit=SHOWN)
            one.moved_ids = Story.search(moved, limit=SHOWN)

    @api.model
    def _open(self, products, name):
        rows = products._bring_stock()
        # as superuser: who may see it has been asked, and nobody writes it
        made = self.sudo().create(
            {
                "name": name,
                "product_ids": [(6, 0, products.ids)],
                "has_variants": len(products) > 1,
                "has_balance": any(row["is_balance"] for row in rows),
                "has_apart": any(row["apart"] for row in rows),
                "line_ids": [(0, 0, row) for row in rows],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("At Bring"),
            "res_model": self._name,
            "res_id": made.id,
            "view_mode": "form",
        }

    def action_all(self):
        """Open the whole story, to search and group it."""
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bring_warehousing.bring_article_story_action"
        )
        return {**action, "name": self.name, "domain": [("product_id", "in", self.product_ids.ids)]}


class BringAtBringLine(models.TransientModel):
    """What Bring last said that it has of an article in one warehouse."""

    _name = "bring.at.bring.line"
    _inherit = "bring.dialog"
    _description = "An article in one of Bring's warehouses"
    _order = "id"

    at_bring_id = fields.Many2one("bring.at.bring", required=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", "Article", readonly=True)
    warehouse = fields.Char(readonly=True)
    is_balance = fields.Boolean(readonly=True)
    available = fields.Float(digits="Product Unit", readonly=True)
    blocked = fields.Float(digits="Product Unit", readonly=True)
    quarantined = fields.Float("In quarantine", digits="Product Unit", readonly=True)
    apart = fields.Float(
        "Counted apart", digits="Product Unit", readonly=True, help="Of a grade of its own."
    )
    physical = fields.Float("In all", digits="Product Unit", readonly=True)
    free = fields.Float(
        digits="Product Unit", readonly=True, help="What can be sold, as a balance tells."
    )
    allocated = fields.Float(digits="Product Unit", readonly=True)
    in_order = fields.Float("In order", digits="Product Unit", readonly=True)
    as_of = fields.Datetime("As of", readonly=True)
