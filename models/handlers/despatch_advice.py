from dataclasses import replace

from odoo import models

from ..bring_words import quantity_words
from .outcome import Attention, Covered, Goods

MAX_STEPS = 6  # transfers one after the other on the way out of a warehouse


class BringHandlerDespatchAdvice(models.AbstractModel):
    """A despatch advice tells how far an order has come and, with O4, what has left.

    What has left is a fact: the transfer is done, with exactly that, though Odoo's stock is short
    on paper, or more than ordered left, or an article that nobody ordered. All that is pointed
    out.
    """

    _name = "bring.handler.despatch_advice"
    _inherit = ["bring.handler.besides", "bring.handler.order_status", "bring.handler.ship"]
    _description = "Handler of despatch advices"

    def _match(self, document, content, batch):
        status = self._meaning(document, content, batch)
        if status == "despatched":  # what ships nothing needs no line
            self._check_read(document, (str(part) for part in content.unread if part.is_needed))
        match = self._match_transfers(document, batch, "delivery")
        match.status = status
        open_pickings = self._open(match.pickings)
        requested = match.pickings.filtered("bring_cancel_requested")
        if status == "despatched":
            match.items = self._shipped(document, content, match, batch)
            self._check_not_known(document, match)
            match.articles = frozenset(item.product.id for item in match.items)
            match.only_ships = True
            is_open = open_pickings or self._cancelled(match.pickings)
            if match.items and not is_open:
                if not self._is_booked(match):
                    raise Attention(
                        self._nothing_open(match), cause="nothing_open", subject=document.reference
                    )
                match.is_booked = True
        elif status == "cancelled" and not open_pickings and not requested:
            raise Attention(
                self.env._(
                    "Bring cancelled the order, and nothing of it is open in Odoo: shipped is "
                    "shipped. Ask Bring what was cancelled."
                ),
                cause="cancelled",
                subject=document.reference,
            )
        return match

    def _apply(self, document, content, match, batch):
        if match.is_booked:
            return self._ship_booked(document, content, match, batch)
        if match.status == "despatched" and match.covered and not match.items:
            document._set_done(match.pickings, self._cover(content, match))
            return None
        if match.status == "despatched":
            return self._ship(document, content, match, batch)
        if match.status == "cancelled":
            return self._cancel(document, content, match, batch)
        return self._advance(document, content, match, match.status, batch)

    def _cancelled(self, pickings):
        """Return the transfers that were cancelled here, and that Bring did not cancel."""
        return pickings.filtered(
            lambda picking: picking.state == "cancel" and picking.bring_status != "cancelled"
        )

    def _nothing_open(self, match):
        cancelled = match.pickings.filtered(lambda p: p.bring_status == "cancelled")
        if cancelled and not self._by_hand(match.pickings):
            return self.env._(
                "Bring said that it cancelled the order (%s), and tells now that it left. If it is "
                "true, make a transfer for it with Bring's order number, then apply the document "
                "again; else ignore it.",
                ", ".join(cancelled.mapped("name")),
            )
        return self.env._(
            "Everything of the order is shipped already in Odoo (%s), and Bring tells of one more "
            "despatch. If it is true, make a transfer for it with Bring's order number, then apply "
            "the document again. If it is what somebody validated by hand, press “Leave it at "
            "Bring's” on the transfer, then apply the document again. Else ignore it.",
            ", ".join(match.pickings.mapped("name")),
        )

    def _is_booked(self, match):
        """Tell whether it left by hand before Bring told, by the word of the one who left it there.

        Only where it is no more than Bring has to do, and was done here.
        """
        order = match.pickings.bring_order_id
        if len(order) != 1 or order.state != "accepted":
            return False
        by_hand = quantities(self._by_hand(match.pickings))
        at_bring = {}
        for line in order.line_ids:
            at_bring[line.product_id] = at_bring.get(line.product_id, 0.0) + line.left_quantity
        told = {}
        for item in match.items:
            told[item.product] = told.get(item.product, 0.0) + item.quantity
        return all(
            product.uom_id.compare(quantity, known.get(product, 0.0)) <= 0
            for product, quantity in told.items()
            for known in (by_hand, at_bring)
        )

    def _by_hand(self, pickings):
        """Return what left by hand, and Bring has not told of."""
        return pickings.filtered(
            lambda picking: (
                picking.state == "done"
                and picking.picking_type_code == "outgoing"
                and not picking.bring_shipped
            )
        )

    # -- what was shipped -----------------------------------------------------

    def _shipped(self, document, content, match, batch):
        """Return what left, line by line and lot by lot.

        :rtype: list(Goods)
        :raises Attention: for an unknown article or unit, or a contradiction
        """
        shipped = []
        for unit in content.units:
            for line in unit.lines:
                if not line.quantity.value:
                    continue
                product = self._line_product(document, line, match, batch)
                quantity = self._to_product_unit(product, line.quantity, batch)
                if quantity <= 0:
                    raise Attention(
                        self.env._(
                            "Bring says that %(quantity)s of %(product)s left. Ask Bring what "
                            "happened.",
                            quantity=quantity_words(self.env, quantity),
                            product=product.display_name,
                        ),
                        cause="contradiction",
                        subject=product.default_code or product.name,
                    )
                imeis = self._imeis(line.items)
                net = line.net_weight and float(line.net_weight.value) / quantity
                shipped += [
                    Goods(
                        line.number,
                        part,
                        share,
                        lot_name,
                        best_before,
                        unit.sscc,
                        imei=imeis.get(lot_name),
                        unit_weight=net if part == product else None,  # a kit is weighed whole
                    )
                    for part, part_quantity in self._components(product, quantity, match)
                    for lot_name, share, best_before in self._lot_quantities(
                        part, part_quantity, line.items, batch
                    )
                ]
        if not shipped:
            raise Attention(
                self.env._(
                    "Bring says that the order left, and names nothing that did. Ask Bring for the "
                    "contents."
                ),
                cause="contradiction",
                subject=document.reference,
            )
        self._check_serials(shipped)
        return shipped

    def _check_serials(self, shipped):
        """Refuse serial numbers that can't leave: named twice, or at a customer already."""
        names = {}
        for item in shipped:
            if item.product.tracking != "serial" or not item.lot_name:
                continue
            if item.lot_name in names.setdefault(item.product, set()):
                raise Attention(
                    self.env._(
                        "Bring names the serial number %(serial)s of %(product)s twice. Ask Bring "
                        "which pieces it means.",
                        serial=item.lot_name,
                        product=item.product.display_name,
                    ),
                    cause="lot",
                    subject=item.product.default_code or item.product.name,
                )
            names[item.product].add(item.lot_name)
        for product, serials in names.items():
            # added up: what left in a package may have come back without it
            held = self.env["stock.quant"]._read_group(
                [
                    ("product_id", "=", product.id),
                    ("lot_id.name", "in", list(serials)),
                    ("lot_id.company_id", "in", [False, self.env.company.id]),
                    ("location_id.usage", "in", ["customer", "internal", "transit"]),
                ],
                ["lot_id", "location_id.usage"],
                ["quantity:sum"],
            )
            here = {lot for lot, usage, quantity in held if usage != "customer" and quantity > 0}
            gone = [lot for lot, usage, quantity in held if usage == "customer" and quantity > 0]
            gone = [lot for lot in gone if lot not in here]
            if gone:
                raise Attention(
                    self.env._(
                        "The serial number %(serial)s of %(product)s left for a customer before. "
                        "Take it back in Odoo if it was returned, then apply the document again.",
                        serial=gone[0].name,
                        product=product.display_name,
                    ),
                    cause="lot",
                    subject=product.default_code or product.name,
                )

    # -- despatched (O4) ------------------------------------------------------

    def _ship(self, document, content, match, batch):
        """Complete the transfers on the way out with what left: a generator of steps."""
        at = document.event_date
        shipped, remarks = self._with_lots(match.items, batch)
        remarks += self._unread_remarks(document)
        remarks += self._besides(document, content, match)
        remarks += self._cover(content, match)
        pickings = match.pickings
        if not self._open(pickings):
            revived = self._revive(self._cancelled(pickings), batch)
            pickings |= revived
            remarks.append(
                self.env._(
                    "The transfer was cancelled in Odoo, and Bring has shipped it: done on %s.",
                    ", ".join(revived.mapped("name")),
                )
            )
        previous = self._open(pickings)[:1].bring_status
        done = self.env["stock.picking"]
        for _step in range(MAX_STEPS):
            step, quantities = self._next_step(pickings, shipped)
            is_last = quantities is None
            if is_last:
                packages = self._find_packages(
                    (item.sscc for item in shipped if item.sscc), step.location_dest_id
                )
                shares, odd = self._prepare_last(step, shipped, packages)
                remarks += odd
            else:
                self._prepare_early(step, quantities, shipped)
            moving = step.filtered(lambda picking: any(picking.move_ids.mapped("picked")))
            if is_last:
                self._mark_shipped(moving, content)
            yield moving
            moving._bring_happened(document)
            done |= moving
            pickings = self._chain(pickings)
            if is_last:
                self.env["bring.order"]._bring_did(shares)
                self._weigh(content, shares, packages, moving)
                break
        else:
            raise Attention(
                self.env._("The delivery of %s has too many steps.", document.reference),
                cause="odoo",
                subject=document.reference,
            )
        done.write(
            {
                "bring_status": "despatched",
                "bring_status_date": at,
                "bring_pulled": document.is_pulled,
            }
        )
        done._bring_reached("despatched", at, bool(document.event_start))
        last = done.filtered(lambda picking: picking.picking_type_code == "outgoing")
        last._bring_take_times(done)  # told of the steps before, when this one was not there yet
        last._bring_take_eta_of(done)
        remarks += self._eta_remarks(document, content, last)
        rest = self._open(pickings).filtered(lambda p: p.picking_type_code != "incoming")
        if rest:
            for picking in rest.filtered(lambda p: p.backorder_id in done):
                # Bring ships the rest of its order under the same number
                picking.write(
                    {
                        "bring_status": previous,
                        "bring_status_date": previous and at,
                        "bring_order_number": picking.backorder_id.bring_order_number,
                    }
                )
                picking._bring_take_times(picking.backorder_id, "sent", "registered")
            remarks.append(
                self.env._(
                    "Not everything left: the rest is on %s.", ", ".join(rest.mapped("name"))
                )
            )
        text = self._status_words("despatched")
        if content.tracking:
            text = self.env._("Bring: Despatched, tracking number %s", content.tracking)
        self._note(document, last, text, batch, remarks)
        document._set_done(last, remarks)

    def _ship_booked(self, document, content, match, batch):
        """Take over that Bring has shipped what was validated by hand: nothing is booked again."""
        pickings = self._by_hand(match.pickings)
        done = {}
        for item in match.items:
            move = pickings.move_ids.filtered(lambda m, p=item.product: m.product_id == p)[:1]
            done.setdefault(move, []).append(item)
        order = pickings.bring_order_id
        self.env["bring.order"]._bring_did(done)
        order.is_to_compare = True  # both are the same now, if that was all
        order._wake_at_commit()
        if not any(order.line_ids.mapped("left_quantity")):
            self._mark_shipped(pickings, content)
            pickings._bring_advance("despatched", document.event_date, bool(document.event_start))
            pickings._bring_send_mails_soon()
        remarks = [
            self.env._(
                "Validated by hand before Bring told of it (%s): not booked again.",
                ", ".join(pickings.mapped("name")),
            ),
            *self._unread_remarks(document),
        ]
        self._note(document, pickings, self._status_words("despatched"), batch, remarks)
        document._set_done(pickings, remarks)

    def _revive(self, cancelled, batch):
        """Make cancelled transfers anew: a despatch wins over a cancellation."""
        last = cancelled.filtered(lambda p: p.picking_type_code == "outgoing") or cancelled
        revived = self.env["stock.picking"]
        for picking in last:
            copy = picking.copy({"bring_status": picking.bring_status})
            copy.action_confirm()
            copy._bring_take_times(picking)
            picking.bring_cancel_requested = False
            copy.bring_order_number = picking.bring_order_number
            copy.bring_order_id = picking.bring_order_id
            picking.write({"bring_order_number": False, "bring_order_id": False})
            revived |= copy
        batch.forget_references()
        return revived

    def _check_not_known(self, document, match):
        """Take care that what we asked Bring for and what it tells are not booked twice.

        What was asked counts from the order's beginning: only what is not in Odoo yet is left of
        it. Of what is told after it was asked for, only what goes beyond it is left.
        """
        done = match.pickings.filtered(
            lambda p: p.state == "done" and p.picking_type_code == "outgoing"
        )
        if document.is_pulled:
            known = quantities(done)
            left = []
            for item in match.items:
                there = min(known.get(item.product, 0.0), item.quantity)
                known[item.product] = known.get(item.product, 0.0) - there
                if item.product.uom_id.compare(item.quantity, there) > 0:
                    left.append(replace(item, quantity=item.quantity - there))
            match.items = left
            if not left:
                raise Covered(self.env._("All of it was told before it was asked for."))
            return
        asked = done.filtered("bring_pulled")
        match.items = [
            rest for item in match.items if (rest := self._not_asked(item, asked, match.covered))
        ]

    def _not_asked(self, item, asked, covered):
        """Return what of some goods was not asked for before they were told: Goods, or None.

        By quantity so far, never by equal amounts: Bring tells in other parts than it answers.

        :param asked: transfers that are done by what Bring answered
        :param covered: transfer → {product id: how much of it is told}; added to
        """
        unit, left = item.product.uom_id, item.quantity
        for picking in asked:
            told = (picking.bring_told_quantities or {}).get(str(item.product.id), 0.0)
            mine = covered.setdefault(picking, {})
            known = told + mine.get(item.product.id, 0.0)
            free = quantities(picking).get(item.product, 0.0) - known
            share = min(left, free)
            if unit.compare(share, 0.0) > 0:
                mine[item.product.id] = mine.get(item.product.id, 0.0) + share
                left -= share
        if unit.compare(left, 0.0) <= 0:
            return None
        return item if left == item.quantity else replace(item, quantity=left)

    def _cover(self, content, match):
        """Keep how much of what was asked for is told by now; return a remark on it, or none."""
        covered = {picking: told for picking, told in match.covered.items() if told}
        for picking, told in covered.items():
            known = picking.bring_told_quantities or {}
            picking.bring_told_quantities = known | {
                str(product_id): known.get(str(product_id), 0.0) + quantity
                for product_id, quantity in told.items()
            }
            self._mark_shipped(picking, content)
        if not covered:
            return []
        names = ", ".join(picking.name for picking in covered)
        return [self.env._("Asked for before it was told, so not booked again: %s.", names)]

    def _mark_shipped(self, pickings, content):
        """Mark the last step as shipped by Bring, before it is validated: no carrier is called."""
        pickings.bring_shipped = True
        if content.tracking:
            for picking in pickings:
                known = (picking.carrier_tracking_ref or "").split(",")
                if content.tracking not in known:
                    picking.carrier_tracking_ref = ",".join(
                        filter(None, [*known, content.tracking])
                    )

    # -- cancelled (99) -------------------------------------------------------

    def _cancel(self, document, content, match, batch):
        """Cancel what is open at Bring; what becomes of the order, a person decides."""
        remarks = self._unread_remarks(document) + self._besides(document, content, match)
        pickings = self._open(match.pickings)
        requested = match.pickings.filtered("bring_cancel_requested")
        told = pickings | requested
        self._note(document, told, self._status_words("cancelled"), batch)
        told.write(
            {
                "bring_status": "cancelled",
                "bring_status_date": document.event_date,
                "bring_cancel_requested": False,
            }
        )
        told.bring_order_id._bring_cancelled()
        pickings.action_cancel()
        if not pickings:  # cancelled here, and now there: nobody has to decide anything
            document._set_done(told, remarks)
            return
        user = document.account_id._person()
        for order in match.orders:
            order.with_context(mail_activity_quick_update=True).activity_schedule(
                "bring_warehousing.mail_activity_type_cancelled",
                summary=self.env._("Bring cancelled %s", ", ".join(pickings.mapped("name"))),
                note=self.env._(
                    "Nothing more of this order leaves Bring's warehouse. The order stays "
                    "confirmed: decide whether to cancel it, to change it, or to deliver the rest "
                    "another way."
                ),
                # an order of a shop or of an import belongs to nobody who reads his activities
                user_id=(order.user_id if order.user_id.active else user).id,
            )
        document._set_done(pickings, remarks)


def quantities(pickings):
    """Return what transfers moved: product → quantity in its own unit."""
    moved = {}
    for move in pickings.move_ids.filtered(lambda move: move.state == "done"):
        quantity = move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
        moved[move.product_id] = moved.get(move.product_id, 0.0) + quantity
    return moved
