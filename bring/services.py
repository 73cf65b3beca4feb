"""Which of Bring's additional services goes with which service, as Bring publishes it.

``services.toml`` holds the facts. A code that is not in it is agreed with Bring, or older
than the table: nothing is said of it. So are those that only the guideline CustomerOrder
names (transportServiceLevelCode): 1060 late collection, 1064 notice by text message, 1074 notice
by e-mail.

Source: services_vas.json of developer.bring.com ("supportedServices", "incompatibleVases").
"""

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, Final, NamedTuple

# Not in the table; guideline CustomerOrder, transportServiceLevelCode. What a notice needs of the
# buyer's contact: EVARSLING one of both (page "Send an order", AdditionalService).
TEXT_NOTICE: Final = "1064"
MAIL_NOTICE: Final = "1074"
NOTICES: Final[dict[str, tuple[str, ...]]] = {
    "EVARSLING": ("mobile", "email"),
    "2084": ("mobile", "email"),
    TEXT_NOTICE: ("mobile",),
    MAIL_NOTICE: ("email",),
}
PICK_UP_POINT: Final = "PickUpPoint"  # the page's name; the table has it under its own ones


class Routes(NamedTuple):
    """A service, and where a parcel may go with it: countries of two letters, or ALL.

    ``domestic``: within one of these; ``senders`` to ``destinations``: from one to another.
    "-XX" takes a country out of ALL.
    """

    domestic: frozenset[str]
    senders: frozenset[str]
    destinations: frozenset[str]
    service: str

    def reach(self, origin: str, destination: str) -> bool:
        """Tell whether they lead from one country to the other; True when one is not known."""
        if not origin or not destination:
            return True
        if origin == destination:
            return origin in self.domestic
        return _among(origin, self.senders) and _among(destination, self.destinations)


class Additional(NamedTuple):
    """An additional service by all of its codes; ``not_with`` are others that exclude it."""

    codes: tuple[str, ...]
    name: str
    routes: tuple[Routes, ...]
    not_with: frozenset[str]


def _among(country: str, countries: frozenset[str]) -> bool:
    return country in countries or ("ALL" in countries and f"-{country}" not in countries)


@cache
def _facts() -> dict[str, Any]:
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        return tomllib.load(file)


@cache
def basic_services() -> dict[str, str]:
    """Return the services' names by their code."""
    return {row["code"]: row["name"] for row in _facts()["service"]}


@cache
def additional_services() -> tuple[Additional, ...]:
    """Return the additional services that the table has."""
    return tuple(
        Additional(
            codes=tuple(dict.fromkeys(_codes(row))),
            name=row["name"],
            routes=tuple(
                Routes(
                    domestic=_countries(part["domestic"]),
                    senders=_countries(part["from"]),
                    destinations=_countries(part["to"]),
                    service=part["code"],
                )
                for part in row["goes_with"]
            ),
            not_with=frozenset(row["not_with"]),
        )
        for row in _facts()["additional_service"]
    )


def _codes(row: dict[str, Any]) -> Iterator[str]:
    yield from (row["code"], row["shipping_guide_code"], row["npb_code"])
    if row["code"].startswith("SELECT_PICKUP_POINT"):
        yield PICK_UP_POINT


def _countries(text: str) -> frozenset[str]:
    """Read a cell of the table: "-" for none, "ALL", "NO, SE", "ALL COUNTRIES EXCEPT NORWAY"."""
    if text == "ALL COUNTRIES EXCEPT NORWAY":
        return frozenset({"ALL", "-NO"})
    return frozenset(text.split("<")[0].split(", ")) - {"-"}  # <sup>1</sup>: a footnote


def known_basic(code: str) -> frozenset[str]:
    """Return what services a code names, by its own or by the production's; none when unknown."""
    rows = _facts()["service"]
    return frozenset(r["code"] for r in rows if code in (r["code"], r["production_code"]))


def known_additional(code: str) -> tuple[Additional, ...]:
    """Return what additional services a code names; none when it is unknown."""
    return tuple(one for one in additional_services() if code in one.codes)


def impossible(
    basic: str, additional: Iterable[str], origin: str = "", destination: str = ""
) -> Iterator[str]:
    """Say in words which of these Bring does not do together.

    :param origin: the warehouse's country, two letters; "" when it is not known
    :param destination: the recipient's
    """
    codes = tuple(dict.fromkeys(additional))
    services = known_basic(basic)
    for code in codes:
        found = known_additional(code)
        if not found or not services:
            continue
        offered = [part for one in found for part in one.routes if part.service in services]
        if any(part.reach(origin, destination) for part in offered):
            continue
        way = f" from {origin} to {destination}" if offered else ""
        yield f"Bring does not offer {code} ({found[0].name}) with the service {basic}{way}"
    for one, other in combinations(codes, 2):
        excluded = {code for each in known_additional(one) for code in each.not_with}
        if any(excluded & set(each.codes) for each in known_additional(other)):
            yield f"Bring does not offer {one} and {other} together"
