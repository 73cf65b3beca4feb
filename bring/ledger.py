"""An order as Bring has it and as its owner wants it, and what follows from the difference.

The one place that decides what Bring is told. It knows quantities and terms, and nothing of where
they come from: the addon reads them from its records, the tests make them up.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

Terms = Mapping[str, Any]  # what a line or an order says besides its quantities, as JSON has it

_NONE: Final = Decimal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of an order, by its number: how much of what is open, on one side.

    ``article`` is the owner's key of what it is; ``terms`` all else that Bring is told of the line.
    """

    article: Any
    quantity: Decimal
    terms: Terms = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What is open of an order on one side: Bring has it to do, or it is wanted.

    ``lines`` are those with a quantity, by the line's number.
    """

    lines: Mapping[int, Line] = field(default_factory=dict)
    terms: Terms = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an order stands at Bring.

    ``is_told``: Bring took it once; ``may_be_told``: that is not known.
    ``is_begun``: Bring works on it, and takes no change any more.
    ``is_cancelling``: it was told of the cancellation, and has not said what became of it.
    ``settled`` is the difference that a person wants to leave as it is (see ``difference``).
    """

    open: Side
    is_told: bool
    may_be_told: bool = False
    is_begun: bool = False
    is_cancelling: bool = False
    settled: str = ""


class Step(StrEnum):
    """What is to be done next about an order."""

    NOTHING = "nothing"
    SEND = "send"  # Bring knows nothing of it yet
    UPDATE = "update"
    CANCEL = "cancel"
    SPLIT = "split"  # Bring takes no change: what it was never told becomes an order of its own
    ASK = "ask"  # a person


def differing(bring: Side, odoo: Side) -> list[int]:
    """The numbers of the lines on which the sides are not the same, in order.

    What a line says besides counts where both sides have something of it open.
    """
    return sorted(
        number
        for number in bring.lines.keys() | odoo.lines.keys()
        if bring.lines.get(number) != odoo.lines.get(number)
    )


def is_same(bring: Side, odoo: Side) -> bool:
    """Whether Bring has to do what is wanted. Of an order with nothing open the terms are past."""
    if bring.lines != odoo.lines:
        return False
    return not odoo.lines or bring.terms == odoo.terms


def surplus(bring: Side, odoo: Side) -> dict[int, Decimal]:
    """How much more of each line is wanted than Bring has to do."""
    more = {
        number: line.quantity - _open(bring, number, line.article)
        for number, line in odoo.lines.items()
    }
    return {number: quantity for number, quantity in more.items() if quantity > 0}


def _open(side: Side, number: int, article: Any) -> Decimal:
    line = side.lines.get(number)
    return line.quantity if line and line.article == article else _NONE


def difference(bring: Side, odoo: Side) -> str:
    """A digest of both sides where they are not the same; "" where they are."""
    if is_same(bring, odoo):
        return ""
    content = [
        [[n, str(e.article), str(e.quantity), e.terms] for n, e in sorted(side.lines.items())]
        for side in (bring, odoo)
    ]
    told = json.dumps([content, bring.terms, odoo.terms], sort_keys=True, default=str)
    return sha256(told.encode()).hexdigest()


def next_step(standing: Standing, odoo: Side, *, done_here: bool = False) -> Step:
    """What is to be done, where nothing of the order is on its way to Bring.

    ``done_here``: goods that Bring still has to do were moved by hand, and nobody has said what is
    to become of the order at Bring: shipped twice, or only booked before Bring told.
    """
    bring = standing.open
    if not standing.is_told and odoo.lines:
        return Step.SEND
    if not standing.is_told:
        is_open = standing.may_be_told and not standing.is_cancelling
        return Step.CANCEL if is_open else Step.NOTHING
    if is_same(bring, odoo) or difference(bring, odoo) == standing.settled:
        return Step.NOTHING
    if standing.is_cancelling:
        return Step.ASK if odoo.lines else Step.NOTHING
    if done_here:
        return Step.ASK
    if not odoo.lines:
        return Step.CANCEL
    if not standing.is_begun:
        return Step.UPDATE
    return Step.SPLIT if surplus(bring, odoo) else Step.ASK
