from odoo import models

from ...bring.codes import ACTIVITY_REASONS
from .booking import Change
from .match_article import describe
from .outcome import Attention, Match


class BringHandlerInventoryAdjustment(models.AbstractModel):
    """An adjustment tells what Bring corrected in its stock, and why."""

    _name = "bring.handler.inventory_adjustment"
    _inherit = ["bring.handler", "bring.booking"]
    _description = "Handler of stock adjustments"
    _streams = True

    def _match(self, document, content, batch):
        lines = list(document.message_id._read_report_lines(document.position))
        self._check_read(document, filter(None, map(self._unread, lines)))
        lines = [line for line in lines if line.quantity is not None]
        lookup = self._lookup_products([line.article for line in lines], batch.company)
        items = [part for line in lines for part in self._parts(document, line, lookup, batch)]
        return Match(
            orders=self.env["sale.order"],
            pickings=self.env["stock.picking"],
            items=items,
            articles=frozenset(product.id for product, *_rest in items),
        )

    def _unread(self, line):
        """Say in words why a line can't be read; None for one that can."""
        if line.status:
            return self.env._(
                "Line %(number)s, article %(article)s: a count of stock (%(status)s) among "
                "corrections",
                number=line.number or "?",
                article=describe(line.article),
                status=line.status,
            )
        return line.problem and self.env._(
            "Line %(number)s, article %(article)s: %(problem)s",
            number=line.number or "?",
            article=describe(line.article),
            problem=line.problem,
        )

    def _parts(self, document, line, lookup, batch):
        """Return (product, signed quantity, lot name, best before, location, reason) of a line."""
        mapping = self._line_warehouse(document, line)
        product = self._pick_product(lookup, line.article)
        if not product.is_storable:
            raise Attention(
                self.env._(
                    "%s is not kept in stock in Odoo. Track its inventory, then apply the document "
                    "again.",
                    product.display_name,
                ),
                cause="not_stored",
                subject=product.default_code or product.name,
            )
        quantity = self._to_product_unit(product, line.quantity, batch)
        unit = product.uom_id
        if unit.is_zero(quantity):
            return []
        lots = self._lot_quantities(product, abs(quantity), line.items, batch)
        if product.tracking != "none" and any(name is None for name, *_rest in lots):
            raise Attention(
                self.env._(
                    "%s is tracked by lot or serial number, and Bring names none. Adjust the right "
                    "lot by hand and ignore the document, or ask Bring.",
                    product.display_name,
                ),
                cause="lot",
                subject=product.default_code or product.name,
            )
        sign = 1 if quantity > 0 else -1
        location = mapping._location_of("AVAILABLE_FOR_SALE", line.article)
        return [
            (product, sign * share, name, date, location, self._reason(line))
            for name, share, date in lots
        ]

    def _line_warehouse(self, document, line):
        """Return the ``bring.warehouse`` of a line: its own, else the document's, else the only."""
        code = line.warehouse_code or document.warehouse_code
        account = document.account_id
        if code:
            return self._match_warehouse(account, code)
        if len(account.warehouse_ids) == 1:
            return account.warehouse_ids
        raise Attention(
            self.env._(
                "The adjustment names no warehouse, and the account has several. Ask Bring."
            ),
            cause="contradiction",
        )

    def _reason(self, line):
        """Put Bring's reason in words; one that we don't know is kept as it is."""
        known = ACTIVITY_REASONS.get(line.reason)
        if known:
            return self.env._("Bring: %(words)s (%(code)s)", words=known, code=line.reason)
        return self.env._("Bring: reason %s", line.reason or "?")

    def _apply(self, document, content, match, batch):
        dates = {(product, name): date for product, _q, name, date, *_rest in match.items if name}
        lots, remarks = self._find_lots(dates, batch.company)
        no_lot = self.env["stock.lot"]
        moves, gave_way = self._book(
            [
                Change(product, quantity, location, lots.get((product, name), no_lot), None, reason)
                for product, quantity, name, _date, location, reason in match.items
            ],
            document,
            document.display_name,
            {"bring_document_id": document.id},
        )
        if gave_way:
            remarks.append(
                self.env._(
                    "These deliveries have less reserved than they need now: %s.",
                    ", ".join(gave_way.sorted("name").mapped("name")),
                )
            )
        if not moves:
            remarks.append(self.env._("It changes nothing."))
        remarks += self._unread_remarks(document)
        document._set_done(moves, remarks)
