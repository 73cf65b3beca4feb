from collections import defaultdict
from dataclasses import replace

from odoo import models

from ..bring_words import quantity_words
from .outcome import Attention


class BringHandlerShip(models.AbstractModel):
    """Put what Bring shipped onto the moves of outgoing transfers: exactly that.

    "Shipped" below is a list of :class:`.outcome.Goods`.
    """

    _name = "bring.handler.ship"
    _inherit = "bring.handler.transfer"
    _description = "Put shipped quantities onto transfers"

    # -- steps of a delivery --------------------------------------------------

    def _next_step(self, pickings, shipped):
        """Return what to complete next on a delivery of one, two or three steps.

        Goods that wait in an early step have to come through it first; what stands further on
        already does not.

        :return: (the transfers of the step, product → quantity to take through it); None instead
            of the quantities for the last step, that all of ``shipped`` goes through
        """
        open_pickings = self._open(pickings)
        last = open_pickings.filtered(lambda p: p.picking_type_code == "outgoing")
        step, quantities = last, None
        missing = defaultdict(float)
        for item in shipped:
            missing[item.product] += item.quantity
        missing = self._missing(last, missing)
        for early in self._last_first(open_pickings - last):
            products = early.move_ids.product_id
            here = {p: quantity for p, quantity in missing.items() if p in products}
            if here:
                step, quantities = early, here
            missing = self._missing(early, missing)
        if not step:
            raise Attention(
                self.env._(
                    "No delivery to the customer follows %s. Check the warehouse's routes, then "
                    "apply the document again.",
                    ", ".join(pickings.mapped("name")),
                ),
                cause="odoo",
                subject=", ".join(pickings.mapped("name")),
            )
        return step, quantities

    def _last_first(self, pickings):
        """Yield transfers step by step, against the way that goods take."""
        steps = pickings.grouped("location_id")
        while steps:
            ends = [
                source
                for source, step in steps.items()
                if not any(other in steps for other in step.location_dest_id - source)
            ]
            for source in ends or list(steps):
                yield steps.pop(source)

    def _missing(self, pickings, wanted):
        """Return how much of ``wanted`` (product → quantity) does not stand at ``pickings``."""
        missing = dict(wanted)
        for move in self._open_moves(pickings).filtered(lambda m: m.product_id in missing):
            awaited = move.move_orig_ids.filtered(lambda m: m.state not in ("done", "cancel"))
            there = (
                move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
                if awaited
                else move.product_qty
            )
            missing[move.product_id] -= there
        return {
            product: quantity
            for product, quantity in missing.items()
            if product.uom_id.compare(quantity, 0.0) > 0
        }

    def _prepare_early(self, step, quantities, shipped):
        """Take the shipped goods through a step before the last one. Lots are kept.

        :param quantities: product → how much of it
        """
        left = dict(quantities)
        through = []
        for item in shipped:
            quantity = min(item.quantity, left.get(item.product, 0.0))
            if item.product.uom_id.compare(quantity, 0.0) > 0:
                left[item.product] -= quantity
                through.append(replace(item, quantity=quantity, sscc=None))
        shares, _unordered = self._share_out(self._open_moves(step), through)
        self._pick_all(step, shares)

    def _prepare_last(self, step, shipped, packages):
        """Put the shipped goods onto the last step, and say what is odd about them.

        :param packages: SSCC → ``stock.package``
        :return: (``stock.move`` → its :class:`.outcome.Goods`, remarks in sentences)
        """
        shares, unordered = self._share_out(self._open_moves(step), shipped)
        remarks = self._more_than_ordered(shares)
        # from the stock itself: what nobody ordered was not waiting in the output area
        stock = step[0].picking_type_id.warehouse_id.lot_stock_id
        remarks += self._add_unordered(step[0], unordered, shares, stock)
        for product, short in self._pick_all(step, shares, packages).items():
            remarks.append(self._short_on_paper(step, product, short))
        return shares, remarks

    def _short_on_paper(self, pickings, product, quantity):
        """Say what becomes of it when Bring shipped more than Odoo's stock had.

        Shipped is shipped: it is done, and pointed out. Inherit it to decide otherwise, or to set
        something right besides.

        :param pickings: the transfers that Bring shipped, not yet done
        :param float quantity: how much was missing, in the product's own unit
        :return: a remark for the document and the chatter
        :raises Attention: to leave the document to a person; then nothing of it is applied
        """
        return self.env._(
            "Odoo's stock of %(product)s was %(quantity)s %(unit)s short: Bring shipped "
            "more than was there on paper.",
            product=product.display_name,
            quantity=quantity_words(self.env, quantity),
            unit=product.uom_id.name,
        )

    # -- picking --------------------------------------------------------------

    def _pick_all(self, step, shares, packages=None):
        """Make the moves of a step say exactly their shares, and nothing else.

        :return: product → quantity that Odoo's stock was short of
        """
        others = self._open_moves(step).filtered(lambda move: move not in shares and move.picked)
        others.picked = False  # somebody had begun by hand; Bring knows what really left
        short = defaultdict(float)
        for move, parts in shares.items():
            missing = self._pick(move, parts, packages or {})
            if move.product_id.uom_id.compare(missing, 0.0) > 0 and move.product_id.is_storable:
                short[move.product_id] += missing
        return short

    def _pick(self, move, parts, packages):
        """Make one move's lines say exactly ``parts``, and mark them as picked.

        What Odoo reserved is kept where it fits, since it knows the shelf and the package that
        the goods lie in. What does not fit is reserved anew, then taken from other reservations,
        and what is left then was not there on paper.

        :return: the quantity that was not there on paper
        """
        product, unit = move.product_id, move.product_id.uom_id
        spare = list(move.move_line_ids)
        kept, needs = [], []
        # with a package first: what is reserved later could be added to a line without one
        for part in sorted(parts, key=lambda part: not part.sscc):
            left = part.quantity
            for line in [line for line in spare if not part.lot or line.lot_id == part.lot]:
                if unit.compare(left, 0.0) <= 0:
                    break
                share = min(left, line.quantity_product_uom)
                kept.append((line, share, part))
                spare.remove(line)
                left -= share
            if unit.compare(left, 0.0) > 0:
                needs.append((left, part))
        move.move_line_ids.browse([line.id for line in spare]).unlink()
        for line, share, part in kept:
            if unit.compare(share, line.quantity_product_uom) < 0:
                line.quantity = unit._compute_quantity(share, line.product_uom_id)
            self._mark(line, part, packages)
        short = 0.0
        for left, part in needs:
            known = move.move_line_ids
            left -= move._update_reserved_quantity(
                left, move.location_id, lot_id=part.lot, strict=False
            )
            for location, lot, package, share in self._elsewhere(move, part, left):
                self._add_line(move, share, location, lot, package)
                left -= share
            if unit.compare(left, 0.0) > 0:
                if product.tracking != "none" and not part.lot:
                    raise Attention(
                        self.env._(
                            "%(product)s is tracked by lot or serial number, Bring names none, and "
                            "Odoo has reserved none. Reserve the right ones on %(picking)s, then "
                            "apply the document again.",
                            product=product.display_name,
                            picking=move.picking_id.name,
                        ),
                        cause="lot",
                        subject=product.default_code or product.name,
                    )
                self._add_line(move, left, move.location_id, part.lot)
                short += left
            self._mark(move.move_line_ids - known, part, packages)
        return short

    def _elsewhere(self, move, part, quantity):
        """Yield where goods lie that others have reserved: (location, lot, package, quantity).

        Bring took them. Odoo takes the reservation from the others when the transfer is done.
        """
        unit = move.product_id.uom_id
        if unit.compare(quantity, 0.0) <= 0 or not move.product_id.is_storable:
            return
        quants = self.env["stock.quant"]._gather(
            move.product_id, move.location_id, lot_id=part.lot, strict=False
        )
        mine = defaultdict(float)
        for line in move.picking_id.move_line_ids.filtered(
            lambda line: line.product_id == move.product_id
        ):
            mine[line.location_id, line.lot_id, line.package_id] += line.quantity_product_uom
        for quant in quants.filtered(lambda quant: not quant.owner_id):
            if part.lot and quant.lot_id != part.lot:
                continue
            place = (quant.location_id, quant.lot_id, quant.package_id)
            share = min(quantity, quant.quantity - mine[place])
            if unit.compare(share, 0.0) > 0:
                yield (*place, share)
                quantity -= share
            if unit.compare(quantity, 0.0) <= 0:
                return

    def _add_line(self, move, quantity, location, lot, package=None):
        product = move.product_id
        self.env["stock.move.line"].create(
            {
                **move._prepare_move_line_vals(),
                "product_uom_id": product.uom_id.id,
                "quantity": quantity,
                "location_id": location.id,
                "lot_id": lot.id if lot else False,
                "package_id": package.id if package else False,
            }
        )

    def _mark(self, lines, part, packages):
        values = {"picked": True}
        if part.sscc in packages:
            values["result_package_id"] = packages[part.sscc].id
        lines.write(values)
        if part.sscc not in packages:
            # Odoo had meant to send the whole package: what leaves it is what Bring says
            lines.filtered(
                lambda line: line.package_id and line.result_package_id == line.package_id
            ).result_package_id = False
        if part.lot:
            lines.filtered(lambda line: line.lot_id != part.lot).lot_id = part.lot
