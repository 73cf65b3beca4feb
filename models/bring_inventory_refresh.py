from itertools import chain

from odoo import models

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
            self._lines([("state", "!=", "kept")])._refresh_odoo_quantities()
        self._sum_up()
        self._suggest_causes()
        self._settle()

    def _read_again(self):
        """Compare the report's documents anew; lines that are settled stay so."""
        settled = {
            line._goods(): (line.state, line.applied_difference)
            for line in self._lines([("state", "in", SETTLED)])
        }
        done = self.env["bring.document"]
        for document in self.document_ids:
            done |= document
            self._compare_part(document, done, self._warehouses_of(document))
        products = [goods[0].id for goods in settled if goods[0]]
        for line in self._lines([("product_id", "in", products)]) if products else ():
            state, applied = settled.get(line._goods(), (None, 0.0))
            # what was booked and differs anew is to be settled anew
            if state == "kept" or (state == "applied" and line.state == "agree"):
                line.state = state
            if applied:
                line.applied_difference = applied

    def _compare_part(self, document, documents, warehouses, work=None):
        """Compare a document, together with those of ``documents`` for the same warehouses.

        Parts that count in the same warehouse are one count: an article may stand in each.
        """
        same = documents.filtered(
            lambda other: self._warehouses_of(other) & self._warehouses_of(document)
        )
        lines = chain.from_iterable(
            part.message_id._read_report_lines(part.position) for part in same | document
        )
        self._compare(lines, warehouses, work)


class BringInventoryReportLine(models.Model):
    _inherit = "bring.inventory.report.line"

    def _goods(self):
        """Return what the line is about: the same after the report was read again."""
        return (
            self.product_id,
            self.article if not self.product_id else None,
            self.lot_id.name or self.lot_name,
            self.warehouse_id,
            self.location_id,
            self.stock_status,
        )
