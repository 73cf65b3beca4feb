"""How values and parts are spelt: as Bring's guidelines have them, or as its own samples."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .orders import Address
from .tree import Element

PARTY_TYPE = {"additionalPartyIdentificationTypeCode": "88"}
ITEM_TYPE = "additionalTradeItemIdentificationTypeCode"
NO_GTIN = "00000000000000"


@cache
def oslo() -> ZoneInfo:
    """Return Bring's time zone; raise RuntimeError in words without a time zone database."""
    try:
        return ZoneInfo("Europe/Oslo")
    except ZoneInfoNotFoundError as error:
        raise RuntimeError("no time zone database here: install the package tzdata") from error


def checked(at: datetime) -> datetime:
    """Return the instant in whole seconds; raise ValueError when it has no time zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone")
    return at.astimezone(oslo()).replace(microsecond=0)


def plain(value: Decimal) -> str:
    """Write a number without exponent and without needless zeros."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def leaf(name: str, text: str) -> Element:
    return Element(name, text)


def branch(name: str, *children: Element | None) -> Element:
    """Make an element of the children that are there."""
    return Element(name, children=[child for child in children if child is not None])


def entity(name: str, identification: str) -> Element:
    """Make a reference: `<name><entityIdentification>`."""
    return branch(name, leaf("entityIdentification", identification))


@dataclass(frozen=True, slots=True)
class Style:
    """Spell values: `quirks` off as Bring's guidelines have them, on as its samples do."""

    quirks: bool = False

    def time(self, name: str, at: datetime) -> Element:
        """Write an instant: with its offset, or (quirk) local without one."""
        at = checked(at)
        text = at.replace(tzinfo=None).isoformat() if self.quirks else at.isoformat()
        return Element(name, text, value=int(at.timestamp() * 1000))

    def moved(self, name: str, at: datetime, by_day: bool | None) -> Element:
        """Write when goods moved: an instant, or its day with a zero clock, as both samples do.

        :param by_day: None: as the quirks are.
        """
        if self.quirks if by_day is None else by_day:
            at = checked(at).replace(hour=0, minute=0, second=0)
        return self.time(name, at)

    def clock(self, name: str, at: datetime) -> Element:
        """Write the time of day, as `time` does."""
        return leaf(name, self.time(name, at).text.partition("T")[2])

    def day(self, name: str, day: date) -> Element:
        """Write a day of the goods: ISO, or (quirk) six digits, 150101."""
        return leaf(name, f"{day:%y%m%d}" if self.quirks else day.isoformat())

    def created(self, at: datetime) -> list[Element]:
        """Write when the document was made (quirk: twice), and that it is an original."""
        times = [self.time("creationDateTime", at)] * (2 if self.quirks else 1)
        return [*times, leaf("documentStatusCode", "ORIGINAL")]

    def quantity(
        self, name: str, value: Decimal, unit: str | None, decimal: bool = False
    ) -> Element:
        """Write a quantity with its unit (None: no attribute).

        :param decimal: a quirk of despatch and receiving advices, whole numbers as 1.0.
        """
        text = plain(value)
        if self.quirks and decimal and "." not in text:
            text += ".0"
        number = int(value) if value == value.to_integral_value() else float(value)
        attributes = {} if unit is None else {"measurementUnitCode": unit}
        return Element(name, text, attributes=attributes, value=number)

    def unit(self, unit: str, quirk: str) -> str:
        """Return GS1's code of the unit; pieces are (quirk) written as `quirk`."""
        unit = "PCE" if unit.upper() in ("STK", "PCE", "") else unit
        return quirk if self.quirks and unit == "PCE" else unit

    def inventory_location(self, warehouse: str, typed: bool = True) -> Element:
        return branch("inventoryLocation", self.party(warehouse, typed=typed))

    def party(self, identification: str, typed: bool = True) -> Element:
        attributes = PARTY_TYPE if typed else {}
        return Element("additionalPartyIdentification", identification, attributes=attributes)

    def address(self, address: Address, country: str = "countryCode") -> Element:
        """Write an address: GS1 sorts its parts by name, Bring's samples begin with the name.

        :param country: the element's name among the quirks; Bring has `countrycode` too.
        """
        parts = {
            "city": address.city,
            "countryCode": address.country,
            "name": address.name,
            "postalCode": address.postal_code,
            "streetAddressOne": address.street,
        }
        if self.quirks:
            order = ("name", "postalCode", "city", "countryCode", "streetAddressOne")
            parts = {country if name == "countryCode" else name: parts[name] for name in order}
        return branch("address", *(leaf(name, text) for name, text in parts.items() if text))

    def article(
        self,
        *,
        article: str,
        gtin: str = "",
        supplier_article: str = "",
        description: str = "",
        quantity: Element | None = None,
        own: str = "IN",
        data: Iterable[Element] = (),
        more: Iterable[Element] = (),
    ) -> Element:
        """Write the transactionalTradeItem.

        :param own: how the quirk names our number; without quirks it is IN.
        :param more: what the quirk has inside the item instead of beside it.
        """
        gtin = gtin.strip()
        gtin = NO_GTIN if self.quirks else gtin.zfill(14)
        own = own if self.quirks else "IN"
        identification = "additionalTradeItemIdentification"
        return branch(
            "transactionalTradeItem",
            leaf("gtin", gtin),
            Element(identification, article, attributes={ITEM_TYPE: own}),
            Element(identification, supplier_article, attributes={ITEM_TYPE: "SA"})
            if supplier_article
            else None,
            quantity,
            leaf("tradeItemDescription", description) if description else None,
            *data,
            *more,
        )

    def item_data(
        self,
        *,
        batch: str,
        best_before: date | None,
        serials: Iterable[str],
        quantity: Element | None = None,
        empty_serial: bool = False,
    ) -> Element | None:
        """Write batch, best before, serials and their quantity; None when there is none.

        :param empty_serial: write (quirk) an empty serialNumber where there is no serial.
        """
        serials = list(serials)
        if self.quirks and empty_serial and not serials:
            serials = [""]
        data = branch(
            "transactionalItemData",
            leaf("batchNumber", batch) if batch else None,
            self.day("bestBeforeDate", best_before) if best_before else None,
            *(leaf("serialNumber", serial) for serial in serials),
            quantity,
        )
        return data if data.children else None
