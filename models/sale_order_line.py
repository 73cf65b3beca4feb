from dataclasses import dataclass, field

from odoo import models


@dataclass
class Rest:
    """A part of an order line that has not left yet.

    :ivar quantity: in the order line's unit
    :ivar picking: the ``stock.picking`` that it is on
    :ivar status: how far Bring is with it, a key of :data:`.bring_status.STATUSES`, or False
    """

    quantity: float
    picking: models.BaseModel
    status: str | bool


@dataclass
class LineProgress:
    """How far one order line has come. Quantities are in the line's unit.

    :ivar line: ``sale.order.line``
    :ivar despatched: what has left for the customer, whoever shipped it
    :ivar returned: what came back
    :ivar rests: what is still to leave
    :ivar cancelled: what was cancelled, so that it does not leave
    """

    line: models.BaseModel
    despatched: float = 0.0
    returned: float = 0.0
    rests: list[Rest] = field(default_factory=list)
    cancelled: float = 0.0

    @property
    def ordered(self):
        return self.line.product_uom_qty

    @property
    def is_complete(self):
        return self.line.product_uom_id.compare(self.despatched, self.ordered) >= 0

    @property
    def is_over(self):
        return self.line.product_uom_id.compare(self.despatched, self.ordered) > 0


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _bring_is_goods(self):
        """Tell whether the line is about goods that leave, or have left."""
        self.ensure_one()
        return (
            not self.display_type
            and self.product_id.type == "consu"
            and (self.product_uom_qty > 0 or self.qty_delivered > 0)
        )

    def _bring_progress(self):
        """Return how far this line of goods has come, from its moves.

        :rtype: LineProgress
        """
        self.ensure_one()
        progress = LineProgress(self)
        # no filtered(): it would end the prefetching from line to line
        to_leave = {move for move in self.move_ids if move._bring_is_to_leave()}
        for move in self.move_ids:
            if move.state == "done" and move.location_id._bring_is_outside():
                progress.returned += self._bring_in_line_unit(move, move.quantity)
            elif move.state == "done" and move.location_dest_id._bring_is_outside():
                progress.despatched += self._bring_in_line_unit(move, move.quantity)
            # on the way through the warehouse, goods count where they stand last
            elif move in to_leave and to_leave.isdisjoint(move.move_dest_ids):
                quantity = self._bring_in_line_unit(move, move.product_uom_qty)
                if quantity > 0:
                    progress.rests.append(Rest(quantity, move.picking_id, move._bring_status()))
        if any(move.product_id != self.product_id for move in self.move_ids):
            # the moves are of its components: Odoo counts how many kits they make
            progress.despatched, progress.returned = self.qty_delivered, 0.0
            progress.rests = self._bring_kit_rests(progress)
        waiting = sum(rest.quantity for rest in progress.rests)
        left = progress.ordered - progress.despatched - waiting
        if self.product_uom_id.compare(left, 0.0) > 0 and "cancel" in self.move_ids.mapped("state"):
            progress.cancelled = left
        return progress

    def _bring_kit_rests(self, progress):
        """Return what is left of a kit as a single part: it leaves when its components do."""
        left = progress.ordered - progress.despatched
        if not progress.rests or self.product_uom_id.compare(left, 0.0) <= 0:
            return []
        return [Rest(left, progress.rests[0].picking, progress.rests[0].status)]

    def _bring_in_line_unit(self, move, quantity):
        if move.product_id != self.product_id:
            return quantity
        return move.product_uom._compute_quantity(
            quantity, self.product_uom_id, rounding_method="HALF-UP"
        )
