from dataclasses import replace

from odoo import models

from ..bring_words import quantity_words
from .outcome import Attention, Goods

MAX_STEPS = 6  # transfers one after the other on the way into a warehouse
# receiving condition → the move's field with how much came in it
HELD_BACK = {"1": "bring_blocked_quantity", "2": "bring_quarantined_quantity"}


class BringHandlerReceivingAdvice(models.AbstractModel):
    """A receiving advice tells what arrived, on a purchase order or as a customer's return.

    What arrived is a fact: the transfer is done with exactly that, though less, more or something
    else was expected. All that is pointed out. Goods that Bring holds back go to the warehouse's
    blocked or quarantine location.
    """

    _name = "bring.handler.receiving_advice"
    _inherit = ["bring.handler.transfer", "bring.handler.besides"]
    _description = "Handler of receiving advices"

    def _match(self, document, content, batch):
        self._check_read(document, (str(part) for part in content.unread if part.is_needed))
        match = self._match_transfers(document, batch, "receipt", "return")
        match.items = self._arrived(document, content, match, batch)
        match.articles = frozenset(item.product.id for item in match.items)
        if not self._open(match.pickings):
            raise Attention(
                self.env._(
                    "Everything of the order has arrived already in Odoo (%s), and Bring tells of "
                    "one more receipt. If it is true, make a transfer for it with Bring's order "
                    "number, then apply the document again; else ignore it.",
                    ", ".join(match.pickings.mapped("name")),
                ),
                cause="nothing_open",
                subject=document.reference,
            )
        return match

    # -- what arrived ---------------------------------------------------------

    def _arrived(self, document, content, match, batch):
        """Return what arrived, line by line, lot by lot and condition by condition.

        :rtype: list(Goods)
        :raises Attention: for an unknown article or unit, or a contradiction
        """
        mapping = self._receiving_warehouse(document, match)
        arrived = []
        for unit in content.units:
            for line in unit.lines:
                product = self._line_product(document, line, match, batch)
                shares = self._conditions(product, line, mapping, batch)
                total = sum(quantity for _condition, quantity in shares)
                if product.uom_id.compare(total, 0.0) <= 0:
                    continue
                for part, part_total in self._components(product, total, match):
                    of_part = [
                        (condition, quantity * part_total / total) for condition, quantity in shares
                    ]
                    arrived += self._goods(unit, line, part, of_part, mapping, batch)
        if not arrived:
            raise Attention(
                self.env._(
                    "Bring says that goods arrived, and names nothing that did. Ask Bring for the "
                    "contents."
                ),
                cause="contradiction",
                subject=document.reference,
            )
        return arrived

    def _goods(self, unit, line, product, shares, mapping, batch):
        """Return what arrived of one product with a line: of each lot, in each condition.

        :param shares: list of (condition, quantity), as from :meth:`_conditions`
        :rtype: list(Goods)
        """
        total = sum(quantity for _condition, quantity in shares)
        lots = self._lot_quantities(product, total, line.items, batch)
        if product.tracking != "none" and any(name is None for name, *_rest in lots):
            raise Attention(
                self.env._(
                    "%s is tracked by lot or serial number, and Bring names none. Ask "
                    "Bring, or receive the transfer by hand and ignore the document.",
                    product.display_name,
                ),
                cause="lot",
                subject=product.default_code or product.name,
            )
        imeis = self._imeis(line.items)
        return [
            Goods(
                line.number,
                product,
                quantity,
                name,
                best_before,
                unit.sscc,
                location=condition and self._condition_location(condition, mapping),
                condition=condition,
                imei=imeis.get(name),
            )
            for name, quantity, best_before, condition in self._lots_by_condition(
                product, lots, shares
            )
        ]

    def _receiving_warehouse(self, document, match):
        mappings = self._match_warehouses(document)
        return mappings.filtered(
            lambda mapping: mapping.warehouse_id == match.pickings[0].picking_type_id.warehouse_id
        )[:1]

    def _conditions(self, product, line, mapping, batch):
        """Split a line by the condition that its goods are in.

        Without conditions what was accepted is fit for sale; with them they say where the goods
        lie, also those that were not accepted.

        :return: list of (Bring's condition or None when the goods are fit for sale, quantity)
        """
        unit = product.uom_id
        accepted = self._to_product_unit(product, line.accepted or line.received, batch)
        received = self._to_product_unit(product, line.received, batch)
        shares = []
        for condition in line.conditions:
            if condition.quantity is None:
                quantity = accepted if len(line.conditions) == 1 else 0.0
            else:
                sent = condition.quantity
                if not sent.unit:  # the samples give it none: it counts in the line's
                    sent = replace(sent, unit=line.received.unit)
                quantity = self._to_product_unit(product, sent, batch)
            held_back = self._condition_location(condition.code, mapping) is not None
            shares.append((condition.code.lstrip("0") if held_back else None, quantity))
        total = sum(quantity for _condition, quantity in shares)
        if unit.compare(total, max(accepted, received)) > 0:
            raise Attention(
                self.env._(
                    "%(product)s: Bring's receiving conditions add up to %(total)s, and only "
                    "%(received)s arrived. Ask Bring which is right.",
                    product=product.display_name,
                    total=quantity_words(self.env, total),
                    received=quantity_words(self.env, received),
                ),
                cause="contradiction",
                subject=product.default_code or product.name,
            )
        if unit.compare(total, accepted) < 0:
            shares.append((None, accepted - total))  # nothing is wrong with the rest
        return [share for share in shares if unit.compare(share[1], 0.0) > 0]

    def _condition_location(self, code, mapping):
        """Return where goods in this condition go; None for the usual place.

        Inherit it to know more conditions, or other places.

        :param str code: Bring's receiving condition
        :param mapping: the ``bring.warehouse``
        :raises Attention: to leave the document to a person
        """
        location = {
            "0": None,
            "1": mapping.blocked_location_id,
            "2": mapping.quarantine_location_id,
        }.get(code.lstrip("0") or "0", False)
        if location is False:
            raise Attention(
                self.env._("Bring's receiving condition %s is not known. Ask Bring.", code),
                cause="contradiction",
                subject=code,
            )
        if location is not None and not location:
            raise Attention(
                self.env._(
                    "Goods arrived that Bring holds back (condition %(code)s), and %(warehouse)s "
                    "has no location for them. Press “Choose the location”.",
                    code=code,
                    warehouse=mapping.display_name,
                ),
                cause="no_location",
                subject=mapping.code,
            )
        return location

    def _lots_by_condition(self, product, lots, shares):
        """Return (lot name, quantity, best before, condition).

        :raises Attention: when several lots are in several conditions: which is which, Bring
            doesn't say
        """
        if len(shares) == 1:
            return [(*lot, shares[0][0]) for lot in lots]
        if len({name for name, *_rest in lots}) == 1:
            name, _quantity, best_before = lots[0]
            return [(name, quantity, best_before, condition) for condition, quantity in shares]
        raise Attention(
            self.env._(
                "%s: Bring holds a part of it back, and does not say which lots. Ask Bring, then "
                "receive the transfer by hand and ignore the document.",
                product.display_name,
            ),
            cause="lot",
            subject=product.default_code or product.name,
        )

    # -- receiving ------------------------------------------------------------

    def _apply(self, document, content, match, batch):
        """Complete the transfers on the way in with what arrived: a generator of steps."""
        at = document.event_date
        arrived, remarks = self._with_lots(match.items, batch)
        remarks += self._not_accepted(document, content, match, batch)
        remarks += self._unread_remarks(document)
        remarks += self._note_remarks(content, match)
        remarks += self._imei_remarks(content, match.items)
        step = self._open(match.pickings).filtered(
            lambda picking: (
                not self._open_moves(picking).move_orig_ids.picking_id & self._open(match.pickings)
            )
        )
        step = step.filtered(lambda p: p.picking_type_code == "incoming") or step
        first = done = self.env["stock.picking"]
        for number in range(MAX_STEPS):
            shares, unexpected = self._share_out(self._open_moves(step), arrived)
            if number == 0:
                remarks += self._more_than_ordered(shares)
                remarks += self._add_unordered(step[0], unexpected, shares)
                self._keep_conditions(shares)
            self._put_all(step, shares, self._is_last(step))
            moving = step.filtered(lambda picking: any(picking.move_ids.mapped("picked")))
            yield moving
            moving._bring_happened(document)
            self.env["stock.quant"]._bring_set_in_date(moving.move_line_ids, at)
            if number == 0:
                self.env["bring.order"]._bring_did(shares)
            done |= moving
            first = first or moving
            # the next step inside the warehouse; not a delivery that waits for the goods
            step = self._open(moving.move_ids.move_dest_ids.picking_id).filtered(
                lambda picking: picking.picking_type_code == "internal"
            )
            if not step:
                break
        first._bring_reached("received", at, bool(document.event_start))
        rest = self._open(first.backorder_ids)
        if rest:
            rest._bring_take_times(first, "sent")
            remarks.append(
                self.env._(
                    "Not everything arrived: the rest is on %s.", ", ".join(rest.mapped("name"))
                )
            )
        self._note(document, first, self.env._("Bring: received"), batch, remarks)
        document._set_done(first, remarks)

    def _keep_conditions(self, shares):
        """Keep on the moves how much came in which condition, for the reports."""
        for move, parts in shares.items():
            for condition, name in HELD_BACK.items():
                held_back = [part.quantity for part in parts if part.condition == condition]
                if held_back:
                    move[name] = sum(held_back)

    def _not_accepted(self, document, content, match, batch):
        """Return a remark for each line of which Bring did not accept all that it received."""
        remarks = []
        for line in (line for unit in content.units for line in unit.lines):
            if line.accepted and line.accepted.value != line.received.value:
                product = self._line_product(document, line, match, batch)
                remarks.append(
                    self.env._(
                        "%(product)s: %(received)s arrived, %(accepted)s were accepted.",
                        product=product.display_name,
                        received=quantity_words(self.env, line.received.value),
                        accepted=quantity_words(self.env, line.accepted.value),
                    )
                )
        return remarks

    def _is_last(self, step):
        """Tell whether goods come to rest with this step, and not in an input area."""
        stock = step.picking_type_id.warehouse_id.lot_stock_id
        return all(
            picking.location_dest_id._child_of(stock) or not picking.location_dest_id.warehouse_id
            for picking in step
        )

    def _put_all(self, step, shares, is_last):
        """Make the moves of a step say exactly their shares, and nothing else.

        Where goods come to rest they lie on the pallet that Bring names; on the way there, Odoo
        would have to carry it from step to step.
        """
        others = self._open_moves(step).filtered(lambda move: move not in shares and move.picked)
        others.picked = False
        made = []
        for move, parts in shares.items():
            move.picked = False
            move.move_line_ids.unlink()
            made += [(self._line_values(move, part, is_last), part) for part in parts]
        lines = self.env["stock.move.line"].create([values for values, _part in made])
        by_place = {}
        for line, (_values, part) in zip(lines, made, strict=True):
            place = line.location_dest_id, bool(is_last and part.location)
            by_place.setdefault(place, []).append((line, is_last and part.sscc))
        for (location, is_held_back), placed in by_place.items():
            self._put_on_pallets(location, placed, lines.result_package_id)
            if not is_held_back:
                self._put_away(lines.browse([line.id for line, _sscc in placed]))

    def _line_values(self, move, part, is_last):
        return {
            **move._prepare_move_line_vals(),
            "product_uom_id": move.product_id.uom_id.id,
            "quantity": part.quantity,
            "lot_id": part.lot.id if part.lot else False,
            "picked": True,
            **({"location_dest_id": part.location.id} if is_last and part.location else {}),
        }

    def _put_on_pallets(self, location, placed, used):
        """Put lines that go to a location onto the pallets that Bring names.

        :param placed: list of (``stock.move.line``, SSCC or nothing)
        :param used: the pallets that other goods of the document are put onto, elsewhere
        """
        pallets = self._find_packages([sscc for _line, sscc in placed if sscc], location, used)
        for line, sscc in placed:
            if sscc:
                line.result_package_id = pallets[sscc]

    def _put_away(self, lines):
        """Let Odoo choose the shelves; what comes onto a pallet goes where that stands."""
        lines._apply_putaway_strategy()
        for pallet, on_it in lines.grouped("result_package_id").items():
            standing = pallet.contained_quant_ids.location_id
            if standing:
                on_it.location_dest_id = standing[:1]
