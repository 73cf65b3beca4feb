from operator import itemgetter

from odoo import models
from odoo.tools import SQL, groupby

from .bring_inventory_compare import NOT_IN_ODOO, Comparison, Costs, Found, Told
from .bring_inventory_count import Rows, either_way

SETTLED = ("applied", "kept")


class BringInventoryReport(models.Model):
    """Comparing a report again, with what Odoo knows by now."""

    _inherit = "bring.inventory.report"

    def _refresh(self):
        """Compare again with Odoo's stock at the instant, as it is known now.

        Where something was not understood the report is read anew: its article may have a product
        by now.
        """
        self.ensure_one()
        if self.unknown_count and self.document_ids:
            self._read_again()
        else:
            self._compare_again()
        self._sum_up()
        self._suggest_causes()
        self._settle()

    def _read_again(self):
        """Compare the report's documents anew; lines that are settled stay so."""
        domain = ["|", ("target_id", "!=", False), ("reading", "!=", False)]
        domain = ["|", ("state", "in", SETTLED), *domain]
        settled = {
            line._goods(): (line.state, line.applied_difference, line.target_id.id, line.reading)
            for line in self._lines(domain)
        }
        self._compare(map(self._part, self.document_ids))
        products = [goods[0].id for goods in settled if goods[0]]
        for line in self._lines([("product_id", "in", products)]) if products else ():
            state, applied, target, reading = settled.get(line._goods(), (None, 0.0, False, False))
            if target:
                line.target_id = target
            # what was booked and differs anew is to be settled anew
            if state == "kept" or (state == "applied" and line.state == "agree"):
                line.state = state
            if applied:
                line.applied_difference = applied
            line.reading = reading
        if products:
            self._compare_again(self.env["product.product"].browse(set(products)))

    def _compare_part(self, document, work=None):
        """Compare a document, together with those of the report for the same warehouses.

        Parts that count in the same warehouse, or in the same locations, are one count: an article
        may stand in each.
        """
        warehouses = self._warehouses_of(document)._sharing()
        same = self.document_ids.filtered(lambda other: self._warehouses_of(other) & warehouses)
        self._compare(map(self._part, same | document), work)

    def _part(self, document):
        """Return a document's lines, and the warehouses of those that name none."""
        lines = document.message_id._read_report_lines(document.position)
        return lines, self._warehouses_of(document)

    # -- with what Bring counted, as it is stored ------------------------------

    def _compare_again(self, products=None):
        """Compare what Bring counted with Odoo's stock at the instant, as it is known now.

        Lines that a person decided to keep keep their place and stay as they are. An article that
        no line is about gets none: what Bring does not mention does not differ.

        :param products: only these ``product.product``; all when ``None``
        """
        self.ensure_one()
        product_ids = None if products is None else products.ids
        comparison = Comparison(self, product_ids)
        rows, costs = Rows(self), Costs(self.env, self.company_id)
        new, gone = [], []
        for product_id, group in groupby(self._stored(product_ids), itemgetter("product_id")):
            changes, left, ended = self._article_again(comparison, product_id, group)
            for line_id, values in changes.items():
                values["value_difference"] = costs.value(product_id, values["difference"])
                self.env["bring.inventory.report.line"].browse(line_id).write(values)
            new += [rows.not_told(product_id, one) for one in left]
            gone += ended
        self.env["bring.inventory.report.line"].browse(gone).unlink()
        if new:
            self._store(new)

    def _stored(self, product_ids):
        """Read the lines of known articles as plain values, by product: there may be 100,000."""
        Line = self.env["bring.inventory.report.line"]
        Line.flush_model()
        some = SQL("") if product_ids is None else SQL("AND product_id = ANY(%s)", product_ids)
        self.env.cr.execute(
            SQL(
                """
                SELECT id, product_id, lot_id, lot_name, warehouse_id, location_id, is_told,
                       bring_quantity, odoo_quantity, difference, state,
                       COALESCE(applied_difference, 0) AS applied, problem, reading,
                       COALESCE(booked_in_doubt, 0) AS in_doubt,
                       is_doubtful, odoo_before, odoo_after
                  FROM bring_inventory_report_line
                 WHERE report_id = %s AND product_id IS NOT NULL %s
                 ORDER BY product_id, id
                """,
                self.id,
                some,
            )
        )
        return self.env.cr.dictfetchall()

    def _article_again(self, comparison, product_id, lines):
        """Compare the stored lines of one article.

        :return: (line id → what changes on it, what is not told yet, ids of the lines that are
            over: nothing was told, and nothing is there)
        """
        told = [line for line in lines if line["is_told"] and not line["problem"]]
        unclear = [line for line in lines if line["problem"]]
        found, left, rest = comparison.article(
            product_id,
            [
                Told(
                    line["location_id"],
                    line["warehouse_id"],
                    line["lot_id"] or (NOT_IN_ODOO if line["lot_name"] else None),
                    line["bring_quantity"],
                )
                for line in told
            ],
            bool(unclear),
        )
        left = {(one.location_id, one.lot_id): one for one in left}
        results = list(zip(told, found, strict=True))
        for line in unclear:
            results.append((line, Found(rest, line["difference"], "unknown")))
            rest = 0.0
        ended = []
        for line in lines:
            if line["is_told"]:
                continue
            one = left.pop((line["location_id"], line["lot_id"]), None)
            if line["applied"]:  # it was booked as zero: that is what it is held against
                odoo = one.odoo if one else 0.0
                state = "differ" if one else "agree"
                results.append((line, Found(odoo, -odoo, state, one and one.either)))
            elif one:
                results.append((line, one))
            elif line["state"] in ("differ", "absent"):
                ended.append(line["id"])
        changes = {}
        for line, one in results:
            if line["state"] == "kept":
                continue
            if line["reading"]:
                one = comparison.as_read(one, line["reading"], line["bring_quantity"])
            state = one.state
            if state == "agree":
                # what was booked may be what moved: then it counts twice, and a person must say
                booked = line["applied"] + line["in_doubt"]
                asks = one.either and not line["reading"] and one.either.may_be(booked, one.odoo)
                state = "differ" if asks else "applied" if line["applied"] else "agree"
            values = {
                "odoo_quantity": one.odoo,
                "difference": one.difference,
                "state": state,
                **either_way(one),
            }
            if any(line[name] != value for name, value in values.items()):
                changes[line["id"]] = values
        return changes, left.values(), ended


class BringInventoryReportLine(models.Model):
    _inherit = "bring.inventory.report.line"

    def _goods(self):
        """Return what the line is about: the same after the report was read again."""
        return (
            self.product_id,
            self.article if not self.product_id else None,
            self.lot_id.name or self.lot_name,
            self.location_id or self.warehouse_id,
            self.stock_status if self.problem else None,
            self.problem,
        )
