from odoo import api, fields, models
from odoo.tools import SQL

from ..bring.gtin import is_gtin

# where goods of a report's line lie → the column that they are shown in
COLUMN_OF = {
    "stock_location_id": "available",
    "blocked_location_id": "blocked",
    "quarantine_location_id": "quarantined",
}
AMOUNTS = (*COLUMN_OF.values(), "apart", "physical", "allocated", "in_order", "free")


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
    bring_is_counted = fields.Boolean(compute="_compute_bring_available", compute_sudo=False)
    bring_available = fields.Float(
        "At Bring",
        compute="_compute_bring_available",
        compute_sudo=False,
        digits="Product Unit",
        help="What Bring last said that is available for sale, in all its warehouses; where it "
        "told balances only, what it has in all.",
    )

    @api.depends_context("allowed_company_ids")
    def _compute_bring_available(self):
        rows = self._bring_stock()
        for product in self:
            told = [row for row in rows if row["product_id"] == product.id]
            counted = [row["available"] for row in told if not row["is_balance"]]
            balances = [row["physical"] for row in told if row["is_balance"]]
            product.bring_is_counted = bool(told)
            product.bring_available = sum(counted or balances)

    def _bring_stock(self):
        """Return what Bring last said that it has: of each warehouse by its own last report.

        For who may see stock, of the companies that are switched on.

        :return: list of values of :class:`..wizards.bring_at_bring.BringAtBringLine`
        """
        companies = self.env.companies.ids
        accounts = self.env["bring.account"].sudo()
        if not self.ids or not self.env["bring.article.story"].has_access("read"):
            return []
        if not accounts.search_count([("company_id", "in", companies)], limit=1):
            return []
        self.env["bring.inventory.report"].flush_model()
        self.env["bring.inventory.report.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH newest AS (
                    SELECT DISTINCT ON (counts.bring_warehouse_id, report.is_pulled)
                           report.id, counts.bring_warehouse_id AS warehouse_id, report.is_pulled
                      FROM bring_inventory_report report
                      JOIN bring_inventory_report_bring_warehouse_rel counts
                        ON counts.bring_inventory_report_id = report.id
                     WHERE report.company_id = ANY(%s)
                       AND report.state IN ('compared', 'applied', 'superseded')
                     ORDER BY counts.bring_warehouse_id, report.is_pulled,
                              report.event_date DESC, report.id DESC)
                SELECT line.product_id, line.warehouse_id, line.location_id, line.bring_quantity,
                       line.allocated_quantity AS allocated, line.in_order_quantity AS in_order,
                       line.free_quantity AS free,
                       COALESCE(line.counted_at, line.event_date) AS as_of, newest.is_pulled
                  FROM (SELECT DISTINCT ON (id, warehouse_id) * FROM newest) newest
                  JOIN bring_inventory_report_line line ON line.report_id = newest.id
                 WHERE line.product_id = ANY(%s) AND line.is_told AND line.problem IS NULL
                   AND (line.warehouse_id = newest.warehouse_id
                        OR line.warehouse_id IS NULL AND newest.warehouse_id = (
                            SELECT MIN(bring_warehouse_id)
                              FROM bring_inventory_report_bring_warehouse_rel
                             WHERE bring_inventory_report_id = newest.id))
                 ORDER BY line.product_id, newest.is_pulled, line.id
                """,
                companies,
                self.ids,
            )
        )
        return self._bring_stock_rows(self.env.cr.dictfetchall(), companies)

    def _bring_stock_rows(self, lines, companies):
        """Add the lines of reports up, a row for each article and warehouse."""
        mappings = self.env["bring.warehouse"].sudo().search([("company_id", "in", companies)])
        codes = {mapping.id: mapping.code for mapping in mappings}
        of_location = {}
        for mapping in mappings:
            for field, column in COLUMN_OF.items():
                of_location.setdefault(mapping[field].id, (mapping.code, column))
        rows = {}
        for line in lines:
            code, column = of_location.get(line["location_id"] or None, (None, "apart"))
            code = codes.get(line["warehouse_id"], code)
            if line["is_pulled"]:
                code = self.env._("All warehouses (balance)")
            row = rows.setdefault(
                (line["product_id"], code, line["is_pulled"]),
                {
                    "product_id": line["product_id"],
                    "warehouse": code,
                    "is_balance": line["is_pulled"],
                    "as_of": line["as_of"],
                    **dict.fromkeys(AMOUNTS, 0.0),
                },
            )
            row["as_of"] = min(row["as_of"], line["as_of"])
            row["physical"] += line["bring_quantity"]
            if line["is_pulled"]:
                for name in ("allocated", "in_order", "free"):
                    row[name] += line[name] or 0.0
            else:
                row[column] += line["bring_quantity"]
        return list(rows.values())

    def action_bring_story(self):
        """Show what Bring has of the article, and what happened to it there."""
        self.check_access("read")
        return self._bring_open_story(self.display_name)

    def _bring_open_story(self, name):
        self.env["bring.article.story"].check_access("read")
        return self.env["bring.at.bring"]._open(self, name)

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

    def _bring_valued_since(self, moment):
        """Let the first cost that is known of these products hold since their goods came.

        Odoo writes down a cost when the product is made. Goods of before would be worth nothing.
        """
        costs = (
            self.env["product.value"]
            .sudo()
            .search(
                [
                    ("product_id", "in", self.ids),
                    ("move_id", "=", False),
                    ("company_id", "=", self.env.company.id),
                ],
                order="date, id",
            )
        )
        for own in costs.grouped("product_id").values():
            if own[0].date > moment:
                own[0].date = moment

    def _bring_changed(self):
        """Let Bring know of changed articles, the next time that something is sent."""
        changed = (
            self.env["bring.article"]
            .sudo()
            .search([("product_id", "in", self.ids), ("state", "!=", "waiting")])
        )
        changed.state = "waiting"
