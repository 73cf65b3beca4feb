"""Which of Bring's additional services goes with which service, as Bring publishes it.

``services.json`` holds the facts, compactly. A code that is not in it is agreed with Bring, or
older than the table: nothing is said of it. So are those that only the guideline CustomerOrder
names (transportServiceLevelCode): 1060 late collection, 1064 notice by text message, 1074 notice
by e-mail.

Source: services_vas.json of developer.bring.com ("supportedServices", "incompatibleVases").
"""

import json
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
    """Services, and where a parcel may go with them: countries of two letters, or ALL.

    ``domestic``: within one of these; ``senders`` to ``destinations``: from one to another.
    "-XX" takes a country out of ALL.
    """

    domestic: frozenset[str]
    senders: frozenset[str]
    destinations: frozenset[str]
    services: frozenset[str]

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
    facts: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    return facts


@cache
def basic_services() -> dict[str, str]:
    """Return the services' names by their code."""
    return {code: name for code, (_production, name) in _facts()["basic"].items()}


@cache
def additional_services() -> tuple[Additional, ...]:
    """Return the additional services that the table has."""
    return tuple(
        Additional(
            codes=tuple(row["codes"]),
            name=row["name"],
            routes=tuple(
                Routes(*(frozenset(p.split()) for p in part)) for part in row["goes_with"]
            ),
            not_with=frozenset(row["not_with"]),
        )
        for row in _facts()["additional"]
    )


def known_basic(code: str) -> frozenset[str]:
    """Return what services a code names, by its own or by the production's; none when unknown."""
    return frozenset(
        key for key, (production, _name) in _facts()["basic"].items() if code in (key, production)
    )


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
        offered = [part for one in found for part in one.routes if part.services & services]
        if any(part.reach(origin, destination) for part in offered):
            continue
        way = f" from {origin} to {destination}" if offered else ""
        yield f"Bring does not offer {code} ({found[0].name}) with the service {basic}{way}"
    for one, other in combinations(codes, 2):
        excluded = {code for each in known_additional(one) for code in each.not_with}
        if any(excluded & set(each.codes) for each in known_additional(other)):
            yield f"Bring does not offer {one} and {other} together"
