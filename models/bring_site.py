from odoo import fields, models


class BringSite(models.Model):
    """A place that Bring runs, to choose from when a warehouse is mapped."""

    _name = "bring.site"
    _description = "Bring site"
    _order = "name"
    _rec_names_search = ["name", "code", "party_id"]

    name = fields.Char("Place", required=True)
    code = fields.Char(help="How Bring's messages name the warehouse, for example BERGER.")
    party_id = fields.Char(
        "Party id", help="How Bring's order interface names the warehouse (PerformingUnit)."
    )
    active = fields.Boolean(default=True)
