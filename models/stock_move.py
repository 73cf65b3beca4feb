from decimal import Decimal

from odoo import fields, models

from ..bring.fields import line_number
from ..bring.orders import OrderLine
from .bring_status import RANK

NAME_LENGTH = 200  # a line's name is for people, and cut: Bring knows the article by its number
PRICE_DIGITS = 4


class StockMove(models.Model):
    _inherit = "stock.move"

    bring_line_number = fields.Char(
        "Bring's line number",
        help="The number under which the line was sent to Bring. Backorders keep it.",
    )

    bring_lot_numbers = fields.Json(
        "Bring's line numbers of lots",
        help="The numbers under which lots of the line were sent to Bring: lot → number.",
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

    def write(self, vals):
        """Date what is done now by when it happened at Bring, before Odoo values it by its date.

        The context ``bring_happened`` holds (id of the transfer, moment) of each; the id is False
        for moves without one.
        """
        happened = self.env.context.get("bring_happened")
        if not happened or vals.get("state") != "done" or "date" not in vals:
            return super().write(vals)
        moments = dict(happened)
        by_moment = self.grouped(lambda move: moments.get(move.picking_id.id, vals["date"]))
        for moment, moves in by_moment.items():
            super(StockMove, moves).write({**vals, "date": moment})
        return True

    def _bring_happened(self, event):
        """Date done moves by what Bring told.

        :param event: the ``bring.event`` that moved them
        """
        self.write({"date": event.event_date, "bring_not_before": event.event_start})

    def _bring_line_numbers(self):
        """Return how Bring's documents may number these moves' lines: move → number.

        As sent; where nothing was sent from here, the order's n-th line is number 10·n.
        """
        numbers = {
            move: line_number(move.bring_line_number) for move in self if move.bring_line_number
        }
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

    def _bring_own_numbers(self):
        """Return all numbers that this move's lines have or had at Bring."""
        self.ensure_one()
        numbers = [self.bring_line_number, *(self.bring_lot_numbers or {}).values()]
        return [int(number) for number in numbers if number and number.isdecimal()]

    def _bring_numbers_of_lots(self):
        """Return which line the lots' own numbers mean: number of a lot's line → line number."""
        return {
            number: move.bring_line_number
            for move in self
            for number in (move.bring_lot_numbers or {}).values()
        }

    def _bring_lots(self, account):
        """Return what Bring is told of as lines of their own: list of (lot or "", quantity).

        A line of Bring's names one batch (ArticleBatchNo): each reserved lot is one, and what is
        not reserved another. Serial numbers can stand together on one line. The moves are of one
        article.
        """
        total = sum(self.mapped("product_qty"))
        product = self.product_id
        if not account.send_lots or product.tracking != "lot":
            return [("", total)]
        quantities = {}
        for line in self.move_line_ids:
            lot = line.lot_id.name or line.lot_name or ""
            quantities[lot] = quantities.get(lot, 0.0) + line.quantity_product_uom
        unit = product.uom_id
        rest = total - sum(quantities.values()) + quantities.pop("", 0.0)
        lots = sorted(item for item in quantities.items() if unit.compare(item[1], 0.0) > 0)
        if unit.compare(rest, 0.0) > 0 or not lots:
            lots.append(("", rest))
        return lots

    def _bring_order_line(self, number, lot, quantity, account):
        """Return (the line as Bring's interface wants it, what hinders it in words or None).

        The moves are of one article.

        :param str lot: the lot that Bring must take, or ""
        :param float quantity: in the product's own unit
        """
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
        quantity = product.uom_id._compute_quantity(quantity, unit, round=False)
        serials = ()
        if account.send_lots and product.tracking == "serial":
            names = (line.lot_id.name or line.lot_name for line in self.move_line_ids)
            serials = tuple(name for name in names if name)
        price, currency = self[:1]._bring_price(unit)
        return (
            OrderLine(
                line_id=number,
                item_no=product.default_code or "",
                vendor_no=self[:1]._bring_vendor_number(),
                ean=product._bring_gtin(),
                quantity=Decimal(str(round(quantity, 6))).normalize(),
                unit=code,
                name=(product.with_context(lang=account.company_id.partner_id.lang).name or "")[
                    :NAME_LENGTH
                ],
                batch=lot,
                serials=serials,
                unit_price=price,
                currency=currency,
            ),
            problem,
        )

    def _bring_price(self, unit):
        """Return (what one ``unit`` of the goods costs, currency); (None, "") when it isn't known.

        After discounts and without taxes, as for customs (guideline CustomerOrder,
        monetaryAmountExcludingTaxes). What a component costs of a kit that was sold, nobody knows.
        """
        if self.sale_line_id:
            line, quantity = self.sale_line_id, self.sale_line_id.product_uom_qty
        else:
            line, quantity = self.purchase_line_id, self.purchase_line_id.product_qty
        if line.product_id != self.product_id or not quantity:
            return None, ""
        price = line.product_uom_id._compute_price(line.price_subtotal / quantity, unit)
        return Decimal(str(round(price, PRICE_DIGITS))), line.currency_id.name

    def _bring_vendor_number(self):
        """Return the supplier's number of what it delivers, or ""."""
        line = self.purchase_line_id
        if not line or self.picking_id.picking_type_code != "incoming":
            return ""
        seller = line.product_id._select_seller(
            partner_id=line.partner_id,
            quantity=line.product_qty,
            date=line.order_id.date_order.date(),
            uom_id=line.product_uom_id,
        )
        return seller.product_code or ""

    def _assign_picking_post_process(self, new=False):
        """A step that follows on one that Bring was told of belongs to the same order at Bring."""
        result = super()._assign_picking_post_process(new=new)
        for picking, moves in self.sudo().grouped("picking_id").items():
            before = moves.filtered("location_final_id").move_orig_ids.picking_id
            before = before.filtered(lambda step: step.picking_type_code == "internal")
            if picking and before.bring_order_id and not picking.bring_order_id:
                picking._bring_follow(before.filtered("bring_order_id")[:1])
        return result

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
