"""What Bring would refuse in an order, found before it is sent.

Source: the order API's description of required fields.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .codes import UNITS
from .orders import (
    DELIVERY_PARTY,
    ORDERING_PARTY,
    PERFORMING_UNIT,
    PICK_UP_NOTICE,
    SUPPLIER,
    Order,
    OrderLine,
    OrderParty,
)

_REFERENCES: Final = {
    "ACD": "our order number",
    "CU": "the customer's reference",
    "ON": "the buyer's order number",
}
_ADDRESS: Final = {
    "name": "name",
    "street": "street",
    "postal_code": "postal code",
    "city": "city",
    "country": "country",
}
_IN_WORDS: Final = {
    ORDERING_PARTY: "the ordering party",
    DELIVERY_PARTY: "the delivery party",
    SUPPLIER: "the supplier",
    PERFORMING_UNIT: "the warehouse",
}
_COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)


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
        *_parties(order),
        *_services(order),
        *_lines(order),
    ]


def _order(order: Order) -> Iterator[Problem]:
    number = order.order_number
    if not number.strip():
        yield Problem("order_number", "the order has no number")
    elif "/" in number or "\\" in number:
        # Bring is asked for an order with its number as a part of the address.
        yield Problem("order_number", f"the order number {number!r} has a slash")
    elif number != number.strip() or not number.isprintable():
        yield Problem("order_number", f"the order number {number!r} has white space around it")
    if not order.customer_number:
        yield Problem("customer_number", "the account has no customer number")
    if order.delivery_date_requested is None:
        yield Problem("delivery_date_requested", "the requested delivery date is missing")
    given = {kind for kind, value in order.references if value.strip()}
    for kind, words in _REFERENCES.items():
        if kind not in given:
            yield Problem("references", f"reference {kind} ({words}) is missing")


def _parties(order: Order) -> Iterator[Problem]:
    for role, words in _IN_WORDS.items():
        party = order.party(role)
        if party is None:
            yield Problem(role, f"{words} ({role}) is missing")
        elif role == PERFORMING_UNIT:
            if not party.party_id:
                yield Problem(role, "the warehouse has no party id: enter Bring's number for it")
        elif role == DELIVERY_PARTY:
            yield from _address(party, words)
    for party in order.parties:
        if party.country and not _COUNTRY.fullmatch(party.country):
            yield Problem(
                party.role, f"{party.country!r} of {party.role} is no country code of two letters"
            )


def _address(party: OrderParty, words: str) -> Iterator[Problem]:
    for name, what in _ADDRESS.items():
        given = getattr(party, name).strip()
        if name == "street":
            given = given or "".join(party.address_lines).strip()
        if not given:
            yield Problem(party.role, f"{words} {party.name!r} has no {what}")


def _services(order: Order) -> Iterator[Problem]:
    customer_order = order.message_function == "Order" and not order.external_type
    if customer_order and not order.service_code:
        yield Problem(
            "service_code",
            "the order has no service code: choose a delivery method with Bring's service code",
        )
    party = order.party(DELIVERY_PARTY)
    if PICK_UP_NOTICE in order.additional_services and party is not None:
        for given, what in ((party.mobile, "mobile number"), (party.email, "e-mail address")):
            if not given.strip():
                yield Problem(
                    DELIVERY_PARTY,
                    f"{PICK_UP_NOTICE} needs the {what} of the delivery party {party.name!r}",
                )


def _lines(order: Order) -> Iterator[Problem]:
    if not order.lines and order.update_indicator != "Delete":
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
    if not line.item_no.strip() and not line.ean.strip():
        yield f"{here}: the article has neither a number nor an EAN"
    if not line.quantity.is_finite() or line.quantity <= 0:
        yield f"{here}: the quantity {line.quantity} is not more than 0"
    if not line.unit or line.unit not in UNITS:
        units = ", ".join(filter(None, UNITS))
        yield f"{here}: Bring doesn't know the unit {line.unit!r}, only {units}"
