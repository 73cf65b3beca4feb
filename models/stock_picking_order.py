import textwrap
from dataclasses import replace
from datetime import UTC
from itertools import count
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.tools import html2plaintext

from ..bring.orders import (
    BUYER,
    DELIVERY_PARTY,
    EXPRESS,
    ORDERING_PARTY,
    PERFORMING_UNIT,
    RETURN,
    RUSH,
    SUPPLIER,
    TO_CARRIER,
    TO_RECIPIENT,
    TO_WAREHOUSE,
    Order,
    OrderParty,
)
from ..bring.services import PICK_UP_POINT

CARRIER_LINE = 80  # characters of a note to the carrier that go on one line of its label


class StockPicking(models.Model):
    """What a transfer tells Bring: the order that goes out.

    Source: page "Send order/article update", Send an order; what its codes mean on the way in and
    on the way out is in ``bring/orders.py``.
    """

    _inherit = "stock.picking"

    bring_carrier_note = fields.Text(
        "Note to the carrier", help="Goes on the transport label, with the sales order's one."
    )
    bring_recipient_note = fields.Text(
        "Message to the recipient", help="May go on the delivery note, with the sales order's one."
    )

    # -- lines ----------------------------------------------------------------

    def _bring_moves(self):
        """Return the moves that Bring is told of: what is open; when it is cancelled, what was."""
        is_over = all(picking.state == "cancel" for picking in self)
        gone = ("done",) if is_over else ("done", "cancel")
        return self.move_ids.filtered(lambda move: move.state not in gone)

    def _bring_numbered_lines(self):
        """Return the lines of the order: a move each, or each lot of it where lots are named.

        A line keeps the number that it was sent under, also where its move was split. A new one
        gets the next free ten, and none that another line of the order at Bring has or had.

        :return: list of (moves, name of the lot or "", quantity, number), by number
        """
        order = self.bring_order_id
        used = {line.number for line in order.line_ids}
        for move in (order.picking_ids | self).move_ids:
            used.update(move._bring_own_numbers())
        following = count(max((number // 10 * 10 for number in used), default=0) + 10, 10)
        by_number = {}
        for move in self._bring_moves():  # each move's own number first: the order's line numbers
            number = move.bring_line_number
            others = by_number.get(number)
            if not number or (others and others.product_id != move.product_id):
                by_number[str(next(following))] = move
            else:
                by_number[number] = others | move if others else move
        lines = []
        for own, moves in by_number.items():
            known = moves[:1].bring_lot_numbers or {}
            for lot, quantity in moves._bring_lots(self.bring_account_id):
                number = known.get(lot)
                if not number and own not in [*known.values(), *(line[3] for line in lines)]:
                    number = own
                lines.append((moves, lot, quantity, number or str(next(following))))
        return sorted(lines, key=lambda line: int(line[3]))

    def _bring_keep_numbers(self, lines):
        """Remember the numbers under which lines are sent; see ``_bring_numbered_lines``."""
        for moves, lot, _quantity, number in lines:
            for move in moves:
                if not move.bring_line_number:
                    move.bring_line_number = number
                known = move.bring_lot_numbers or {}
                if (lot or known) and known.get(lot) != number:
                    move.bring_lot_numbers = {**known, lot: number}

    # -- the order ------------------------------------------------------------

    def _bring_order(self, number, lines):
        """Return the order as Bring's interface wants it.

        :param str number: the order's number at Bring
        :param lines: as from ``_bring_numbered_lines``
        :return: (:class:`..bring.orders.Order`, problems that hinder it, in words)
        """
        first = self[:1].sudo()
        picking = first.with_company(first.company_id)
        account = picking.bring_account_id
        mapping = account._mapping_of(picking.picking_type_id.warehouse_id)
        written, problems = [], []
        for moves, lot, quantity, line_number in lines:
            line, problem = moves.with_company(first.company_id)._bring_order_line(
                line_number, lot, quantity, account
            )
            written.append(line)
            problems += [problem] if problem else []
        is_in = picking.picking_type_code == "incoming"
        order = picking.sale_id or picking.purchase_id
        ours = order.name or number
        theirs = picking.sale_id.client_order_ref or picking.purchase_id.partner_ref or ours
        terms = picking.sale_id.incoterm or picking.purchase_id.incoterm_id
        service, additional = picking._bring_services()
        return (
            Order(
                order_number=number,
                document_date=aware(order.date_order if order else picking.create_date),
                delivery_date_requested=picking._bring_date_requested(),
                message_function="PurchaseOrder" if is_in else "Order",
                external_type=picking._bring_order_type(),
                customer_number=account.customer_number or "",
                references=(
                    ("ACD", number),
                    ("CU", theirs if is_in else ours),
                    ("ON", ours if is_in else theirs),
                ),
                parties=tuple(picking._bring_parties(mapping)),
                lines=tuple(written),
                from_country=mapping._country_code(),
                service_code=service,
                additional_services=additional,
                terms_of_delivery=terms.code or "",
                priority=EXPRESS if picking.priority == "1" else "",
                free_texts=tuple(picking._bring_free_texts()),
                test_indicator=account._test_indicator(),
            ),
            problems,
        )

    def _bring_order_type(self):
        """Return the ExternalOrderType: a return comes from a customer, whoever made it and how."""
        if self.picking_type_code == "incoming":
            is_return = self.return_id or self.location_id.usage == "customer"
            return RETURN if is_return else None
        return RUSH if self.priority == "1" else None

    def _bring_date_requested(self):
        """Return the day, in the account's zone, on which the goods are to be delivered.

        Out: as promised to the customer, and not before they leave. In: when they are expected.
        Bring's example has midnight: the time of day is Odoo's moment of confirming, nobody's wish.
        """
        moment = self.scheduled_date
        if self.picking_type_code != "incoming" and self.date_deadline:
            moment = max(moment, self.date_deadline) if moment else self.date_deadline
        zone = ZoneInfo(self.bring_account_id.tz or "UTC")
        return aware(moment).astimezone(zone).date() if moment else None

    def _bring_services(self):
        """Return (the service's code, codes of additional services): none for what comes in."""
        if self.picking_type_code == "incoming":
            return "", ()
        carrier = self.carrier_id
        additional = carrier._bring_additional_codes()
        if self._bring_pickup_point():
            additional = tuple(dict.fromkeys((*additional, PICK_UP_POINT)))
        code = carrier.bring_service_code or self.bring_account_id.default_service_code or ""
        return code.strip(), additional

    def _bring_free_texts(self):
        """Yield (usage code, text): the notes of the sales order and of the transfer."""
        order = self.sale_id
        inside = html2plaintext(self.note or "").strip()
        to_warehouse = filter(None, (order.bring_warehouse_note, inside))
        if text := "\n".join(to_warehouse).strip():
            yield TO_WAREHOUSE, text
        for text in filter(None, (order.bring_carrier_note, self.bring_carrier_note)):
            for line in textwrap.wrap(text, CARRIER_LINE):
                yield TO_CARRIER, line
        to_recipient = filter(None, (order.bring_recipient_note, self.bring_recipient_note))
        if text := "\n".join(to_recipient).strip():
            yield TO_RECIPIENT, text

    # -- parties --------------------------------------------------------------

    def _bring_parties(self, mapping):
        """Yield the order's parties.

        OrderingParty is "details of sender" on the page, and the buyer in the order that Bring's
        pull example answers (warehousing4): the account says which. That example calls the seller
        DeliveryParty, too; there the page ("details of recipient") is followed, for goods go there.

        :param mapping: the ``bring.warehouse`` that the goods leave, or reach
        """
        account, company = mapping.account_id, self.company_id.partner_id
        unit = OrderParty(
            role=PERFORMING_UNIT,
            party_id=mapping.party_id or "",
            name=mapping.site_id.name or mapping.code or "",
        )
        number = account.customer_number or ""  # how Bring knows us; the pull example has it, too
        us = order_party(ORDERING_PARTY, company, party_id=number)
        if self.picking_type_code == "incoming":
            yield order_party(SUPPLIER, self.partner_id)
            yield us
            yield order_party(
                DELIVERY_PARTY,
                mapping.warehouse_id.partner_id or company,
                party_id=mapping.party_id or number,
            )
            yield unit
            return
        recipient = self.partner_id or self._bring_own_destination()
        delivery = order_party(DELIVERY_PARTY, recipient, sub_party_id=self._bring_pickup_point())
        buyer = order_party(BUYER, self.sale_id.partner_id)
        if not (buyer.street and buyer.city and buyer.country):
            # optional, and no reason to hold an order back: who gets the goods has an address
            buyer = order_party(BUYER, recipient)
        yield us if account.ordering_party == "sender" else replace(buyer, role=ORDERING_PARTY)
        yield delivery
        yield replace(us, role=SUPPLIER)
        # "Recipient notification": who takes the goods, else who ordered them
        yield replace(
            buyer,
            mobile=delivery.mobile or buyer.mobile,
            phone=delivery.phone or buyer.phone,
            email=delivery.email or buyer.email,
            contact_name=delivery.contact_name or buyer.contact_name,
        )
        yield unit

    def _bring_own_destination(self):
        """Return the address of our own warehouse or shop that goods without a partner go to."""
        following = self.move_ids.move_dest_ids.picking_type_id.warehouse_id
        return (following or self.move_ids.location_final_id.warehouse_id)[:1].partner_id

    def _bring_pickup_point(self):
        """Return the id of the pick-up point of Bring's that the goods go to, or ""."""
        order = self.sale_id
        chosen = (order.pickup_location_data if order else None) or {}
        goes_there = self.carrier_id == order.carrier_id and self.partner_id.is_pickup_location
        if goes_there and self.carrier_id._bring_offers_points():
            return str(chosen.get("id") or "")
        return ""


def order_party(role, partner, **ids):
    """Return a partner as a party of an order.

    A company's contact or address has the company's name, and is the contact's. A pick-up point is
    only the address of who fetches the goods there.

    :param ids: ``party_id``, else the partner's reference or number; ``sub_party_id``
    """
    who = (partner.is_pickup_location and partner.parent_id) or partner
    name = (not who.is_company and who.commercial_company_name) or who.name
    name = name or who.commercial_partner_id.name or ""
    lines = [line for line in (partner.street, partner.street2) if line]
    if who != partner and partner.name:
        lines.append(partner.name)
    mobile = partner["mobile"] if "mobile" in partner._fields else partner.phone
    return OrderParty(
        role=role,
        name=name,
        street=lines[0] if lines else "",
        address_lines=tuple(lines[1:]),
        postal_code=partner.zip or "",
        city=partner.city or "",
        country=partner.country_id.code or "",
        phone=partner.phone or "",
        mobile=mobile or "",
        email=partner.email or "",
        contact_name=who.name or name,
        **{"party_id": who.ref or (str(who.id) if who.id else ""), **ids},
    )


def aware(moment):
    return moment.replace(tzinfo=UTC) if moment else None
