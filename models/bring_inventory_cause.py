from collections import defaultdict

from odoo import models

from ..bring.errors import MessageError
from .bring_words import quantity_words
from .handlers.match_article import content_articles
from .handlers.outcome import Attention

LOOK_AT = 200  # documents that wait; with more of them the causes are no secret


class BringInventoryReportLine(models.Model):
    """Why may a line differ? Only what is evident is suggested."""

    _inherit = "bring.inventory.report.line"

    def _suggest_causes(self):
        """Write a cause onto each of these lines for which one is evident."""
        for report, lines in self.grouped("report_id").items():
            lines = lines.filtered("product_id")
            waiting = report._articles_that_wait()
            by_hand = report._moved_by_hand(lines.product_id)
            under_way = report._under_way(lines.product_id)
            for line in lines:
                line._suggest(waiting, by_hand, under_way)

    def _suggest(self, waiting, by_hand, under_way):
        unit = self.product_id.uom_id
        cause = text = False
        if self.product_id in waiting:
            cause, text = "document", waiting[self.product_id].display_name
        elif any(
            unit.compare(quantity, -self.difference) == 0
            for quantity, _name in by_hand.get(self.product_id, ())
        ):
            names = [name for _quantity, name in by_hand[self.product_id]]
            cause, text = "own_transfer", ", ".join(names[:3])
        elif found := next(
            (
                picking
                for quantity, picking in under_way.get(self.product_id, ())
                if unit.compare(quantity, self.difference) == 0
            ),
            None,
        ):
            cause, text = ("return" if found.return_id else "receipt"), found.name
        elif factor := self._unit_factor():
            cause, text = "unit", self.env._("%s to one", quantity_words(self.env, factor))
        self.write({"cause": cause, "cause_text": text})

    def _unit_factor(self):
        """Return how many of one system's units make one of the other's, if a unit says so."""
        if not self.bring_quantity or not self.odoo_quantity:
            return None
        product = self.product_id
        factors = {
            unit._compute_quantity(1.0, product.uom_id, round=False)
            for unit in product.uom_ids | product.seller_ids.product_uom_id
            if unit != product.uom_id
        }
        ratio = self.bring_quantity / self.odoo_quantity
        return next(
            (
                factor
                for factor in factors
                if abs(ratio - factor) < 1e-6 or abs(ratio - 1 / factor) < 1e-6
            ),
            None,
        )


class BringInventoryReport(models.Model):
    _inherit = "bring.inventory.report"

    def _suggest_causes(self):
        """Suggest causes for what is still to settle."""
        for report in self:
            report._lines([("state", "in", ["differ", "absent"])], limit=2000)._suggest_causes()

    def _articles_that_wait(self):
        """Return the products that documents name which are not applied: product → document."""
        documents = self.env["bring.document"].search(
            [
                ("account_id", "=", self.account_id.id),
                ("state", "in", ["attention", "pending"]),
                ("kind", "not in", ["inventory_report", "order_response", "unsupported"]),
            ],
            limit=LOOK_AT,
        )
        handler = self.env["bring.handler"]
        found = {}
        for message, parts in documents.grouped("message_id").items():
            try:
                readings = {r.position: r.document for r in message._read_documents()}
            except MessageError:
                continue  # the document itself says that it can't be read
            for part in parts:
                content = readings.get(part.position)
                articles = list(content_articles(content)) if content else []
                lookup = handler._lookup_products(articles, self.company_id)
                for article in articles:
                    try:
                        product = handler._pick_product(lookup, article)
                    except Attention:
                        continue  # an unknown article can't be the one of a line
                    found.setdefault(product, part)
        return found

    def _moved_by_hand(self, products):
        """Return what transfers moved that Bring told nothing about, before the instant.

        :return: product → list of (quantity that came in, transfer's name)
        """
        places = list(self.warehouse_ids._places())
        since = self._last_agreed()
        domain = [
            ("product_id", "in", products.ids),
            ("state", "=", "done"),
            ("date", "<=", self.event_date),
            ("picking_id", "!=", False),
            ("picking_id.bring_shipped", "=", False),
            ("picking_id.bring_document_ids", "=", False),
        ]
        if since:
            domain.append(("date", ">", since))
        moved = defaultdict(list)
        for move in self.env["stock.move"].search(domain, limit=5000):
            inward = move.location_dest_id.id in places
            if inward == (move.location_id.id in places):
                continue
            quantity = move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
            moved[move.product_id].append((quantity if inward else -quantity, move.picking_id.name))
        return moved

    def _under_way(self, products):
        """Return what open receipts and returns will bring: product → list of (quantity, picking).

        What Bring has already and Odoo has not yet looks like a surplus of Bring's.
        """
        moves = self.env["stock.move"].search(
            [
                ("product_id", "in", products.ids),
                ("state", "in", ["waiting", "confirmed", "partially_available", "assigned"]),
                ("picking_id.picking_type_id.code", "=", "incoming"),
                (
                    "picking_id.picking_type_id.warehouse_id",
                    "in",
                    self.warehouse_ids.warehouse_id.ids,
                ),
            ],
            limit=5000,
        )
        under_way = defaultdict(list)
        for move in moves:
            under_way[move.product_id].append((move.product_qty, move.picking_id))
        return under_way

    def _last_agreed(self):
        """Return the instant of the last report before this one that was settled, or None."""
        return self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("warehouse_ids", "in", self.warehouse_ids.ids),
                ("event_date", "<", self.event_date),
                ("state", "=", "applied"),
            ],
            limit=1,
        ).event_date
