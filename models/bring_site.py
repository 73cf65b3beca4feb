import logging

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

PUBLISHED = ("name", "code", "party_id", "country_id")


class BringSite(models.Model):
    """A place that Bring runs, to choose from when a warehouse is mapped.

    Bring changes its ids (last on 2025-02-10), so the table is updated with the addon. What a user
    changed stays: a value is taken over only while it is still what the addon brought before.
    """

    _name = "bring.site"
    _description = "Bring site"
    _order = "name"
    _rec_names_search = ["name", "code", "party_id"]

    name = fields.Char("Place", required=True)
    code = fields.Char(help="How Bring's messages name the warehouse, for example BERGER.")
    party_id = fields.Char(
        "Party id", help="How Bring's order interface names the warehouse (PerformingUnit)."
    )
    country_id = fields.Many2one("res.country")
    active = fields.Boolean(default=True)
    published = fields.Json(readonly=True, help="The values that came with the addon.")

    @api.model
    def _let_it_learn(self):
        """Update the addon's sites with the addon, also those of a database that began without."""
        self.env["ir.model.data"].sudo().search(
            [("module", "=", "bring_warehousing"), ("model", "=", self._name)]
        ).noupdate = False

    @api.model
    def _load_records_create(self, vals_list):
        return super()._load_records_create(
            [{**vals, "published": published_values(vals)} for vals in vals_list]
        )

    def _load_records_write(self, values):
        new = published_values(values)
        learnt = {name: new[name] for name in new if not self._is_own(name)}
        party_id = self.party_id
        result = super()._load_records_write({**learnt, "published": new})
        if self.party_id != party_id:
            self._tell_mappings(party_id)
        return result

    def _is_own(self, name):
        """Tell whether a user changed a value; of an older database, whether there is one."""
        value = self[name].id if name == "country_id" else self[name]
        if not self.published:
            return bool(value)
        return (value or False) != (self.published.get(name) or False)

    def _tell_mappings(self, party_id):
        """Put the new party id where the former one was taken from this table."""
        mappings = self.env["bring.warehouse"].search(
            [("site_id", "=", self.id), ("party_id", "=", party_id)]
        )
        mappings.party_id = self.party_id
        _logger.info(
            "Bring's party id of %s is %s now, not %s: changed in %s mapped warehouses.",
            self.name,
            self.party_id,
            party_id,
            len(mappings),
        )


def published_values(values):
    """Return what the addon brings of a site, as it is kept beside what users change."""
    return {name: values[name] for name in PUBLISHED if name in values}
