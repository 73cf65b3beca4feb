"""What Bring would refuse, found before it is sent: orders of every kind, and articles.

Source: page "Send order/article update" with its RAML, for what is required and which codes there
are. The page gives no lengths; those of the element that means the same are taken from the
guidelines CustomerOrder (3.1, 20) and ItemDataNotification (3.1, 6), else from wms.txt. Where the
sources contradict each other:

- "Every Party must have Name, Street, City, CountryCode"; the table of Address has PostalCode as
  required, too. Only where goods are delivered to a postal code is needed: suppliers live in
  countries that have none. The examples' PerformingUnit has a name and no address.
- Supplier is "required" and "optional for SO": required of purchase orders only.
- Contact: "must have Name, Cellphone and emailAddress"; for a notice to the recipient "either email
  and/or cellphone number". A notice needs what it goes by, EVARSLING one of both; a contact needs
  its name.
- TermsOfDelivery: RAML DDP and DDU, guideline DDP and EXW, the pull examples FOB and FCA: any code
  of three letters is taken.
- Units: STK, PCE, KGM; of pieces only whole ones (wms.txt: "kun heltall håndteres").
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from . import services
from .codes import UNITS
from .gtin import is_gtin
from .orders import (
    BUYER,
    DELIVERY_PARTY,
    NO_TEST,
    ORDERING_PARTY,
    PERFORMING_UNIT,
    RETURN,
    SELLER,
    SUPPLIER,
    TO_CARRIER,
    TO_RECIPIENT,
    TO_WAREHOUSE,
    TRANSPORT_COMPANY,
    ItemData,
    Order,
    OrderLine,
    OrderParty,
)

_REFERENCES: Final = {
    "ACD": "our order number",
    "CU": "the consignor's reference",
    "ON": "the buyer's reference",
}
_IN_WORDS: Final = {
    ORDERING_PARTY: "the ordering party",
    DELIVERY_PARTY: "the delivery party",
    SUPPLIER: "the supplier",
    PERFORMING_UNIT: "the warehouse",
    BUYER: "the buyer",
    SELLER: "the seller",
    TRANSPORT_COMPANY: "the transport company",
}
_REQUIRED: Final = (ORDERING_PARTY, DELIVERY_PARTY, PERFORMING_UNIT)
_NO_ADDRESS: Final = (PERFORMING_UNIT, TRANSPORT_COMPANY)  # named by their ids
_COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_INCOTERM: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_CUSTOMER_NUMBER: Final = re.compile(r"\d{6}|\d{11}", re.ASCII)  # "6 or 11 digits"
_LINE_NUMBER: Final = re.compile(r"0*[1-9]\d*", re.ASCII)  # a positiveInteger
_IN_PIECES: Final = ("STK", "PCE")

# Lengths, each with its element in the guideline CustomerOrder, else in wms.txt.
_ORDER_NUMBER: Final = 35  # orderIdentification/entityIdentification
_REFERENCE: Final = 80  # additionalTradeItemIdentification ON
_PARTY: Final = {  # of OrderParty: (what, length)
    "party_id": ("id", 80),  # additionalPartyIdentification
    "name": ("name", 200),  # address/name
    "street": ("street", 200),  # address/streetAddressOne
    "postal_code": ("postal code", 80),
    "city": ("city", 200),
    "phone": ("phone number", 200),  # communicationValue
    "mobile": ("mobile number", 200),
    "email": ("e-mail address", 200),
    "contact_name": ("contact's name", 70),  # contact/personName
}
_FREE_TEXTS: Final = {
    TO_WAREHOUSE: ("note to the warehouse", 1000),  # additionalOrderInstruction
    TO_CARRIER: ("note to the carrier", 80),  # handlingInstructionCode, each of them
    TO_RECIPIENT: ("message to the recipient", 500),  # deliveryInstructions
    "ON": ("note for M4N", 500),
}
_LINE_NAME: Final = 200  # tradeItemDescription
_BATCH: Final = 20  # wms.txt, Partinr20
_SERIAL: Final = 30  # wms.txt, Serienr
# Of articles: guideline ItemDataNotification ("Restriction"); wms.txt, Artikkelregister, agrees.
ITEM_NUMBER: Final = 21
ITEM_NAME: Final = 45
_ITEM_TEXTS: Final = {
    "item_no": ("number", ITEM_NUMBER),
    "name": ("name", ITEM_NAME),
    "variant": ("category", 8),  # productVariantIdentifier
    "group": ("group", 8),  # wms.txt, Varegruppe
    "country_of_origin": ("country of origin", 4),
}
_UNIT: Final = 4
_MEASURES: Final = {
    "depth": "depth",
    "height": "height",
    "width": "width",
    "net_weight": "net weight",
    "gross_weight": "gross weight",
}
_TOO_LARGE: Final = 10**6  # "Numeric 9(3)"


@dataclass(frozen=True, slots=True)
class Problem:
    """``where`` names the part of the order (a field, a party's role, "line 10")."""

    where: str
    reason: str

    def __str__(self) -> str:
        return self.reason


def check(order: Order) -> list[Problem]:
    """Return what Bring would refuse, in words that name what is missing; [] when it's fine."""
    return [
        *_order(order),
        *_references(order),
        *_parties(order),
        *_services(order),
        *_free_texts(order),
        *_lines(order),
    ]


def check_item(item: ItemData) -> list[Problem]:
    """Return what Bring would refuse in an article, in words; [] when it's fine."""
    return list(_item(item))


def _too_long(what: str, text: str, most: int) -> Iterator[str]:
    if len(text) > most:
        yield f"{what} {text[:most]!r}… has {len(text)} characters; Bring takes {most}"


def _order(order: Order) -> Iterator[Problem]:
    number = order.order_number
    if not number.strip():
        yield Problem("order_number", "the order has no number")
    elif "/" in number or "\\" in number:
        # Bring is asked for an order with its number as a part of the address.
        yield Problem("order_number", f"the order number {number!r} has a slash")
    elif number != number.strip() or not number.isprintable():
        yield Problem("order_number", f"the order number {number!r} has white space around it")
    for reason in _too_long("the order number", number, _ORDER_NUMBER):
        yield Problem("order_number", reason)
    if not order.customer_number:
        yield Problem("customer_number", "the account has no customer number")
    elif not _CUSTOMER_NUMBER.fullmatch(order.customer_number):
        yield Problem(
            "customer_number",
            f"the customer number {order.customer_number!r} does not have 6 or 11 digits",
        )
    if order.delivery_date_requested is None:
        yield Problem("delivery_date_requested", "the requested delivery date is missing")
    if not order.test_indicator:
        yield Problem("test_indicator", f"the test indicator is empty; Bring's own is {NO_TEST}")
    if order.external_type == RETURN and order.message_function == "Order":
        yield Problem("external_type", "only a purchase order can be a return (R)")
    if order.terms_of_delivery and not _INCOTERM.fullmatch(order.terms_of_delivery):
        yield Problem(
            "terms_of_delivery", f"{order.terms_of_delivery!r} is no incoterm of three letters"
        )


def _references(order: Order) -> Iterator[Problem]:
    given = {kind: value for kind, value in order.references if value.strip()}
    for kind, words in _REFERENCES.items():
        if kind not in given:
            yield Problem("references", f"reference {kind} ({words}) is missing")
    for kind, value in given.items():
        for reason in _too_long(f"reference {kind}", value, _REFERENCE):
            yield Problem("references", reason)


def _parties(order: Order) -> Iterator[Problem]:
    required = {*_REQUIRED, *((SUPPLIER,) if order.message_function == "PurchaseOrder" else ())}
    for role, words in _IN_WORDS.items():
        if role in required and order.party(role) is None:
            yield Problem(role, f"{words} ({role}) is missing")
    for party in order.parties:
        if party.role in _IN_WORDS:
            yield from (Problem(party.role, why) for why in _party(party, _IN_WORDS[party.role]))
        else:
            yield Problem(party.role, f"Bring knows no party called {party.role!r}")


def _party(party: OrderParty, words: str) -> Iterator[str]:
    if not party.party_id.strip():
        hint = ": enter Bring's number for it" if party.role == PERFORMING_UNIT else ""
        yield f"{words} {party.name!r} has no party id{hint}"
    wanted = ["name"]
    if party.role not in _NO_ADDRESS:
        wanted += ["street", "city"]
    if party.role == DELIVERY_PARTY:
        wanted.append("postal_code")
    for name in wanted:
        if not getattr(party, name).strip():
            yield f"{words} {party.name!r} has no {_PARTY[name][0]}"
    if party.role not in _NO_ADDRESS and not party.country:
        yield f"{words} {party.name!r} has no country"
    if party.country and not _COUNTRY.fullmatch(party.country):
        yield f"{party.country!r} of {words} {party.name!r} is no country code of two letters"
    if (party.phone or party.mobile or party.email) and not party.contact_name.strip():
        yield f"the contact of {words} {party.name!r} has no name"
    for name, (what, most) in _PARTY.items():
        yield from _too_long(f"the {what} of {words} {party.name!r}", getattr(party, name), most)


def _services(order: Order) -> Iterator[Problem]:
    if order.message_function == "Order" and not order.service_code:
        yield Problem(
            "service_code",
            "the order has no service code: choose a delivery method with Bring's service code",
        )
    delivery = order.party(DELIVERY_PARTY)
    for reason in services.impossible(
        order.service_code,
        order.additional_services,
        order.from_country,
        delivery.country if delivery else "",
    ):
        yield Problem("additional_services", reason)
    wanted = services.PICK_UP_POINT in order.additional_services
    chosen = bool(delivery and delivery.sub_party_id)
    if wanted and not chosen:
        yield Problem(DELIVERY_PARTY, f"{services.PICK_UP_POINT}: no pick-up point was chosen")
    if chosen and not wanted:
        yield Problem(
            "additional_services",
            f"a pick-up point needs the additional service {services.PICK_UP_POINT}",
        )
    yield from _notices(order)


def _notices(order: Order) -> Iterator[Problem]:
    buyer = order.party(BUYER) or OrderParty(role=BUYER)
    for code in order.additional_services:
        ways = services.NOTICES.get(code)
        if ways and not any(getattr(buyer, way).strip() for way in ways):
            what = " or ".join(_PARTY[way][0] for way in ways)
            yield Problem(BUYER, f"{code} needs the {what} of the buyer {buyer.name!r}")


def _free_texts(order: Order) -> Iterator[Problem]:
    for code, text in order.free_texts:
        if code not in _FREE_TEXTS:
            yield Problem("free_texts", f"Bring knows no free text called {code!r}")
            continue
        what, most = _FREE_TEXTS[code]
        for reason in _too_long(f"the {what}", text, most):
            yield Problem("free_texts", reason)


def _lines(order: Order) -> Iterator[Problem]:
    if not order.lines:
        yield Problem("lines", "the order has no lines")
    for line_id, count in Counter(line.line_id for line in order.lines).items():
        if count > 1:
            yield Problem(f"line {line_id}", f"{count} lines have the number {line_id!r}")
    for line in order.lines:
        yield from (Problem(f"line {line.line_id}", reason) for reason in _line(line))


def _line(line: OrderLine) -> Iterator[str]:
    here = f"line {line.line_id}" + (f" ({line.name})" if line.name else "")
    if not line.line_id.strip():
        yield f"{here}: the line has no number"
    elif not _LINE_NUMBER.fullmatch(line.line_id):
        yield f"{here}: {line.line_id!r} is no number of a line"
    if not line.item_no.strip() and not line.ean.strip():
        yield f"{here}: the article has neither a number nor an EAN"
    yield from _too_long(f"{here}: the article number", line.item_no, ITEM_NUMBER)
    if line.ean and not is_gtin(line.ean):
        yield f"{here}: {line.ean!r} is no EAN (GTIN)"
    if not line.name.strip():
        yield f"{here}: the article has no name"
    yield from _too_long(f"{here}: the name", line.name, _LINE_NAME)
    yield from _quantity(line.quantity, line.unit, here)
    yield from _too_long(f"{here}: the batch", line.batch, _BATCH)
    for serial in line.serials:
        yield from _too_long(f"{here}: the serial number", serial, _SERIAL)
    if line.unit_price is not None and not _CURRENCY.fullmatch(line.currency):
        yield f"{here}: {line.currency!r} is no currency of three letters"


def _quantity(quantity: Decimal, unit: str, here: str) -> Iterator[str]:
    if not quantity.is_finite() or quantity <= 0:
        yield f"{here}: the quantity {quantity} is not more than 0"
    elif unit in _IN_PIECES and quantity != quantity.to_integral_value():
        yield f"{here}: {quantity} {unit} are not whole pieces"
    if not unit or unit not in UNITS:
        units = ", ".join(filter(None, UNITS))
        yield f"{here}: Bring doesn't know the unit {unit!r}, only {units}"


def _item(item: ItemData) -> Iterator[Problem]:
    if not item.item_no.strip():
        yield Problem("item_no", "the article has no number: enter an internal reference")
    if not item.name.strip():
        yield Problem("name", "the article has no name")
    for name, (what, most) in _ITEM_TEXTS.items():
        for reason in _too_long(f"the article's {what}", getattr(item, name), most):
            yield Problem(name, reason)
    if item.ean and not is_gtin(item.ean):
        yield Problem("ean", f"{item.ean!r} is no EAN (GTIN)")
    if not item.units or not item.quantities:
        yield Problem("units", "the article has no unit: Bring wants to know how it is counted")
    for _code_list, unit in item.units:
        if not unit:
            yield Problem("units", "the article's unit has no code of Bring's (PCE, KGM)")
        for reason in _too_long("the article's unit", unit, _UNIT):
            yield Problem("units", reason)
    for name, what in _MEASURES.items():
        value = getattr(item, name)
        if value is not None and not 0 <= value < _TOO_LARGE:
            yield Problem(name, f"the article's {what} {value} is not from 0 to {_TOO_LARGE}")
