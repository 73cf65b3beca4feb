from collections import defaultdict
from dataclasses import dataclass
from math import copysign

from odoo import models


@dataclass(frozen=True)
class Change:
    """A change of stock that no transfer makes.

    :ivar product: ``product.product``
    :ivar quantity: in the product's own unit, signed; with ``to``, how much is moved there
    :ivar location: ``stock.location`` where it happens; below it, goods are taken where they lie
    :ivar lot: ``stock.lot`` or an empty one
    :ivar to: ``stock.location`` when the goods are only moved: then from ``location`` itself, and
        not from below it
    """

    product: models.BaseModel
    quantity: float
    location: models.BaseModel
    lot: models.BaseModel
    to: models.BaseModel | None = None
    reason: str = ""


class BringBooking(models.AbstractModel):
    """Book changes of stock as Odoo's inventory adjustments are booked: as moves, in one batch."""

    _name = "bring.booking"
    _description = "Book changes of stock"

    def _book(self, changes, event, origin, values=None):
        """Book changes as they are, dated when they happened.

        :param changes: iterable of :class:`Change`
        :param event: the ``bring.event`` (document or stock report) that tells when it happened
        :param str origin: what the moves refer to
        :param dict values: more values for the moves
        :return: (the ``stock.move`` that were made, the deliveries whose reservation gave way)
        """
        company = self.env.company
        moves_values, taken = [], defaultdict(float)
        for change in changes:
            inventory = change.product.with_company(company).property_stock_inventory
            for location, package, owner, quantity in self._places(change, taken):
                source, destination = (
                    (location, change.to or inventory)
                    if change.to or change.quantity < 0
                    else (inventory, location)
                )
                moves_values.append(
                    {
                        "product_id": change.product.id,
                        "product_uom": change.product.uom_id.id,
                        "product_uom_qty": quantity,
                        "company_id": company.id,
                        "state": "confirmed",
                        "location_id": source.id,
                        "location_dest_id": destination.id,
                        "is_inventory": True,
                        "picked": True,
                        "inventory_name": change.reason,
                        "bring_stock_change": 0.0
                        if change.to
                        else copysign(quantity, change.quantity),
                        "origin": origin,
                        **(values or {}),
                        "move_line_ids": [
                            (
                                0,
                                0,
                                {
                                    "product_id": change.product.id,
                                    "product_uom_id": change.product.uom_id.id,
                                    "quantity": quantity,
                                    "location_id": source.id,
                                    "location_dest_id": destination.id,
                                    "company_id": company.id,
                                    "lot_id": change.lot.id,
                                    "package_id": package.id,
                                    "owner_id": owner.id,
                                },
                            )
                        ],
                    }
                )
        if not moves_values:
            return self.env["stock.move"], self.env["stock.picking"]
        moves = self.env["stock.move"].create(moves_values)
        reserved = self._reserved(moves)
        moves.product_id._bring_valued_since(event.event_date)
        moves.with_context(
            ignore_dest_packages=True,
            force_period_date=event._local_event_date(),
            bring_happened=((False, event.event_date),),
            inventory_mode=False,
        )._action_done()
        moves._bring_happened(event)
        incoming = moves.filtered(lambda move: move.location_dest_id.usage == "internal")
        come = incoming.filtered(lambda move: move.location_id.usage != "internal")
        self.env["stock.quant"]._bring_set_in_date(come.move_line_ids, event.event_date)
        incoming._trigger_assign()
        return moves, self._gave_way(reserved)

    def _places(self, change, taken):
        """Yield where a change happens: (location, package, owner, quantity); both may be empty.

        What comes, comes to the location itself. What goes is taken from where it lies, at and
        below the location, our own goods before those of other owners; what is not there on paper
        goes from the location itself.

        :param taken: place → quantity that earlier changes of the same batch take; added to
        """
        unit = change.product.uom_id
        left = abs(change.quantity)
        nowhere = self.env["stock.package"], self.env["res.partner"]
        if change.quantity > 0 and not change.to:
            yield change.location, *nowhere, left
            return
        quants = self.env["stock.quant"]._gather(
            change.product, change.location, lot_id=change.lot, strict=False
        )
        # free goods first, so that reservations give way only where they must
        for free_only in (True, False):
            for quant in quants.sorted(lambda quant: bool(quant.owner_id)):
                if quant.lot_id != change.lot:
                    continue
                if change.to and quant.location_id != change.location:
                    continue
                there = quant.quantity - (quant.reserved_quantity if free_only else 0.0)
                share = min(left, there - taken[quant])
                if unit.compare(share, 0.0) > 0:
                    taken[quant] += share
                    left -= share
                    yield quant.location_id, quant.package_id, quant.owner_id, share
                if unit.compare(left, 0.0) <= 0:
                    return
        yield change.location, *nowhere, left

    def _reserved(self, moves):
        """Return what deliveries have reserved of these moves' articles: move → quantity."""
        waiting = self.env["stock.move"].search(
            [
                ("product_id", "in", moves.product_id.ids),
                ("state", "in", ["assigned", "partially_available"]),
                ("company_id", "=", self.env.company.id),
                ("picking_id", "!=", False),
            ]
        )
        return {move: move.quantity for move in waiting}

    def _gave_way(self, reserved):
        """Return the transfers that have less reserved than they had."""
        return self.env["stock.picking"].union(
            *(
                move.picking_id
                for move, quantity in reserved.items()
                if move.product_uom.compare(move.quantity, quantity) < 0
            )
        )
