"""Parties and locations."""

from lxml import etree

from .codes import PARTY_TYPE_WAREHOUSE
from .documents import Party
from .fields import attribute, child, children, text, text_at, whole_text

_IDENTIFICATION = "additionalPartyIdentification"


def warehouse_code(location: etree._Element | None) -> str | None:
    """The warehouse's code in an inventoryLocation or another party."""
    return None if location is None else text(warehouse_element(location))


def client_ids(element: etree._Element | None) -> tuple[str, ...]:
    """The ids of a party that Bring's guidelines call "Client Id"; its GLN is none of them."""
    if element is None:
        return ()
    return tuple(filter(None, map(whole_text, children(element, _IDENTIFICATION))))


def warehouse_element(location: etree._Element) -> etree._Element | None:
    """The identification of type 88, else the first: some messages of Bring's lack the type."""
    first = None
    for identification in children(location, _IDENTIFICATION):
        if text(identification):
            kind = attribute(identification, "additionalPartyIdentificationTypeCode")
            if kind == PARTY_TYPE_WAREHOUSE:
                return identification
            first = identification if first is None else first
    return first


def party(element: etree._Element | None) -> Party | None:
    """Read a party with its address; None when all of it is empty."""
    if element is None:
        return None
    address = child(element, "address")
    where = element if address is None else address
    gln = text_at(element, "gln")
    found = Party(
        name=text_at(where, "name") or text_at(element, "name"),
        identification=gln if gln and gln.strip("0") else text_at(element, _IDENTIFICATION),
        postal_code=text_at(where, "postalCode"),
        city=text_at(where, "city"),
        country=text_at(where, "countryCode") or text_at(where, "countrycode"),
        street=tuple(
            street
            for name in ("streetAddressOne", "streetAddressTwo", "streetAddressThree")
            if (street := text_at(where, name))
        ),
    )
    return None if found == Party() else found
