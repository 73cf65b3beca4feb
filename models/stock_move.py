from decimal import Decimal

from odoo import fields, models

from ..bring.orders import OrderLine
from .bring_status import RANK


class StockMove(models.Model):
    _inherit = "stock.move"

    bring_line_number = fields.Char(
        "Bring's line number",
        help="The number under which the line was sent to Bring. Backorders keep it.",
    )

    bring_document_id = fields.Many2one(
        "bring.document",
        "Bring's document",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    bring_report_id = fields.Many2one(
        "bring.inventory.report",
        "Bring's stock report",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    bring_not_before = fields.Datetime(
        "Not before",
        copy=False,
        readonly=True,
        help="Where Bring told the day only, or no time: the goods moved between this and the "
        "date of the move.",
    )

    # what may have moved before or after a stock report was taken, whatever the archive
    _bring_not_before_index = models.Index("(bring_not_before) WHERE bring_not_before IS NOT NULL")

    bring_blocked_quantity = fields.Float(
        "Received blocked", digits="Product Unit", copy=False, readonly=True
    )
    bring_quarantined_quantity = fields.Float(
        "Received in quarantine", digits="Product Unit", copy=False, readonly=True
    )
    bring_stock_change = fields.Float(
        "Change of stock",
        digits="Product Unit",
        copy=False,
        readonly=True,
        help="What Bring's correction or stock report added to the stock, or took from it (minus).",
    )

    def _bring_happened(self, event):
        """Date done moves by what Bring told.

        :param event: the ``bring.event`` that moved them
        """
        self.write({"date": event.event_date, "bring_not_before": event.event_start})

    def _bring_line_numbers(self):
        """Return how Bring's documents may number these moves' lines: move → number.

        As sent; where nothing was sent from here, the order's n-th line is number 10·n.
        """
        numbers = {move: move.bring_line_number for move in self if move.bring_line_number}
        for line_field in ("sale_line_id", "purchase_line_id"):
            unsent = self.filtered(lambda move: move not in numbers and move[line_field])  # noqa: B023
            for order in unsent[line_field].order_id:
                lines = order.order_line.filtered(lambda line: not line.display_type)
                by_line = {line: str(10 * place) for place, line in enumerate(lines, start=1)}
                numbers |= {
                    move: by_line[move[line_field]]
                    for move in unsent
                    if move[line_field] in by_line
                }
        return numbers

    def _bring_order_line(self, number, account):
        """Return (the line as Bring's interface wants it, what hinders it in words or None)."""
        self.ensure_one()
        product = self.product_id
        unit, code = product.uom_id._bring_unit_to_send()
        problem = None
        if not unit:
            unit, code = product.uom_id, ""
            problem = self.env._(
                "%(product)s: no unit of the kind of %(unit)s has a code of Bring's (PCE, KGM)",
                product=product.display_name,
                unit=product.uom_id.name,
            )
        quantity = product.uom_id._compute_quantity(self.product_qty, unit, round=False)
        lots = self.move_line_ids.lot_id if account.send_lots else self.env["stock.lot"]
        price = self.sale_line_id.price_unit or self.purchase_line_id.price_unit
        currency = self.sale_line_id.currency_id or self.purchase_line_id.currency_id
        return (
            OrderLine(
                line_id=number,
                item_no=product.default_code or "",
                ean=product.barcode or "",
                quantity=Decimal(str(round(quantity, 6))).normalize(),
                unit=code,
                name=product.with_context(lang=account.company_id.partner_id.lang).name or "",
                batch=lots.name if len(lots) == 1 and product.tracking == "lot" else "",
                serials=tuple(lots.mapped("name")) if product.tracking == "serial" else (),
                unit_price=Decimal(str(price)) if price else None,
                currency=currency.name or "",
            ),
            problem,
        )

    # -- goods on their way to a customer -------------------------------------

    def _bring_is_to_leave(self):
        """Tell whether these goods are still to leave for the customer."""
        self.ensure_one()
        destination = self.location_final_id or self.location_dest_id
        return (
            self.state not in ("done", "cancel")
            and destination._bring_is_outside()
            and not self.location_id._bring_is_outside()
        )

    def _bring_status(self):
        """Return how far Bring is with a move's goods: what its transfer, or the step before, says.

        :return: a key of :data:`.bring_status.STATUSES`, or False
        """
        self.ensure_one()
        told = [
            move.picking_id.bring_status
            for move in self.move_orig_ids
            if move.picking_id.state not in ("done", "cancel")
        ]
        told.append(self.picking_id.bring_status)
        return max(filter(None, told), key=RANK.get, default=False)
