from markupsafe import Markup

from odoo import models
from odoo.tools import html2plaintext

from ...bring.addresses import is_same_place
from ...bring.documents import Party

SHOWN = 5  # numbers or notes told one by one


class BringHandlerBesides(models.AbstractModel):
    """What documents tell besides how far an order is: where to, how heavy, notes, IMEIs.

    None of it decides anything: it is kept where it belongs, or pointed out.
    """

    _name = "bring.handler.besides"
    _inherit = "bring.handler"
    _description = "What Bring's documents tell besides"

    def _besides(self, document, content, match):
        """Return, in sentences, what a despatch advice tells besides the status: what is new.

        Each status of an order comes with the whole advice, and with the same notes again.
        """
        remarks = self._address_remarks(content, match) + self._note_remarks(content, match)
        if match.items:  # goods that left: what ships nothing has its numbers for information
            remarks += self._imei_remarks(content, match.items)
        said = "\n".join(filter(None, match.pickings.bring_document_ids.mapped("remark")))
        new = [remark for remark in remarks if remark not in said]
        if content.status not in ("O4", "99"):  # what leaves is known only when it has left
            still = match.pickings.filtered(lambda p: p.state not in ("done", "cancel"))
            new += self._eta_remarks(document, content, still)
        return new

    def _eta_remarks(self, document, content, pickings):
        """Take over when the goods of these transfers arrive, and say so where it is new."""
        arrives = content.estimated_delivery_at
        if not arrives:
            return []
        told = content.created_at.end if content.created_at else None
        told_at = told.replace(tzinfo=None) if told else document.event_date
        changed = pickings._bring_take_eta(arrives, told_at)
        words = dict.fromkeys(picking.bring_eta for picking in changed)
        return [self.env._("Estimated delivery: %s", word) for word in words]

    # -- where to -------------------------------------------------------------

    def _address_remarks(self, content, match):
        """Point out that Bring ships to another address than Odoo's.

        ``shipTo/address`` of the despatch advice. The guideline does not say whether a pick-up
        point stands there when the customer chose one: that is another address of the order's.
        """
        pickings, told = match.pickings, content.ship_to
        known = [
            address_of(partner)
            for partner in pickings.partner_id | pickings.sale_id.partner_shipping_id
        ]
        known += [
            pickup_address(order.pickup_location_data)
            for order in pickings.sale_id
            if order.pickup_location_data
        ]
        if not told or not known or any(is_same_place(told, address) for address in known):
            return []
        return [
            self.env._(
                "Bring ships to another address: %(told)s. In Odoo: %(known)s.",
                told=address_words(told),
                known=address_words(known[0]),
            )
        ]

    # -- notes ----------------------------------------------------------------

    def _note_remarks(self, content, match):
        """Point out the notes and references that are not ours, come back.

        ``note`` of an advice and of its lines returns what the order had there, and
        ``customerReference`` what the line had (DespatchAdvice-outbound, ReceivingAdvice): only
        what Odoo does not know helps anybody.
        """
        ours = self._known_texts(match)
        said = []
        if note := getattr(content, "note", None):
            said.append((note, self.env._("Bring's note: %s", note)))
        for line in (line for unit in content.units for line in unit.lines):
            number = line.number or "?"
            if line.note:
                said.append(
                    (
                        line.note,
                        self.env._(
                            "Bring's note on line %(number)s: %(note)s",
                            number=number,
                            note=line.note,
                        ),
                    )
                )
            if line.customer_reference:
                said.append(
                    (
                        line.customer_reference,
                        self.env._("Customer's reference: %s", line.customer_reference),
                    )
                )
        remarks = [words for text, words in said if folded(text) not in ours]
        return list(dict.fromkeys(remarks))[:SHOWN]

    def _known_texts(self, match):
        """Return what Odoo has as references and notes of an order, folded."""
        pickings = match.pickings
        texts = [
            *pickings.mapped("name"),
            *pickings.mapped("origin"),
            *pickings.mapped("bring_order_number"),
            *pickings.mapped("note"),
            *pickings.move_ids.mapped("description_picking"),
            *pickings.move_ids.sale_line_id.mapped("name"),
            *pickings.move_ids.purchase_line_id.mapped("name"),
        ]
        for orders, fields in (
            (pickings.sale_id, ("name", "client_order_ref", "note")),
            (pickings.purchase_id, ("name", "partner_ref", "note")),
        ):
            texts += [order[field] for order in orders for field in fields]
        return {folded(html_text(text)) for text in texts if text}

    def _imei_remarks(self, content, goods):
        """Name the IMEIs that could be put on no serial number.

        :param goods: the :class:`.outcome.Goods` of the document
        """
        kept = {part.imei or part.lot_name for part in goods}
        loose = [
            item.lot_number
            for unit in content.units
            for line in unit.lines
            for item in line.items
            if item.lot_number and item.lot_number not in kept
        ]
        if not loose:
            return []
        names = ", ".join(loose[:SHOWN]) + (" …" if len(loose) > SHOWN else "")
        return [self.env._("IMEI numbers without a serial number of their own: %s.", names)]

    # -- weights --------------------------------------------------------------

    def _weigh(self, content, shares, packages, pickings):
        """Keep how heavy Bring found it: parcels and shipment gross, the goods net.

        Gross weight of a logistic unit is AAD, net weight of a line AAC, both in kilograms
        (DespatchAdvice-outbound). They stand in Odoo's own fields, so that its delivery slip,
        its customs papers and its labels have them.

        :param shares: ``stock.move`` → list of :class:`.outcome.Goods`
        :param packages: SSCC → ``stock.package``
        :param pickings: the transfers that left
        """
        gross = {}
        for unit in content.units:
            if unit.gross_weight and unit.sscc in packages:
                package = packages[unit.sscc]
                gross[package] = gross.get(package, 0.0) + float(unit.gross_weight.value)
        for package, weight in gross.items():
            package.shipping_weight = self._own_weight(weight)
        for move, parts in shares.items():
            if move.state == "done" and parts and all(part.unit_weight for part in parts):
                move.weight = self._own_weight(
                    sum(part.quantity * part.unit_weight for part in parts)
                )
        units = [unit for unit in content.units if any(line.quantity.value for line in unit.lines)]
        if len(pickings) == 1 and units and all(unit.gross_weight for unit in units):
            total = sum(float(unit.gross_weight.value) for unit in units)
            pickings.shipping_weight = self._own_weight(total)

    def _own_weight(self, kilograms):
        """Return a weight in the unit of weight that Odoo is set to."""
        unit = self.env["product.template"]._get_weight_uom_id_from_ir_config_parameter()
        return self.env.ref("uom.product_uom_kgm")._compute_quantity(kilograms, unit, round=False)


def address_of(partner):
    """Return a partner's address as Bring's documents have it."""
    return Party(
        name=partner.name or partner.commercial_partner_id.name or None,
        street=tuple(filter(None, (partner.street, partner.street2))),
        postal_code=partner.zip or None,
        city=partner.city or None,
        country=partner.country_id.code or None,
    )


def pickup_address(location):
    """Return the address of the pick-up point that a customer chose (Odoo's location selector)."""
    return Party(
        name=location.get("name") or None,
        street=tuple(filter(None, (location.get("street"),))),
        postal_code=location.get("zip_code") or None,
        city=location.get("city") or None,
        country=location.get("country_code") or None,
    )


def address_words(address):
    """Return an address on one line."""
    town = " ".join(filter(None, (address.postal_code, address.city)))
    return ", ".join(filter(None, (address.name, *address.street, town, address.country)))


def folded(text):
    """Return a text for comparing: one space between words, small."""
    return " ".join(str(text).casefold().split())


def html_text(text):
    """Return the words of a text that may be HTML."""
    return html2plaintext(text) if isinstance(text, Markup) else text
