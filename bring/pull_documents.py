"""What Bring answers, as frozen dataclasses.

Every time is a Span (an instant, or a day), aware and in UTC, every quantity a Decimal; what
isn't there is None. ``raw`` is the answer as it came (XML, JSON or a SOAP envelope) and
``content_type`` its type: the functions of ``pull_reader`` read the same again from them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from .documents import Party
from .span import Span

CONSIGNMENT: Final = "CMR"  # referenceType: road consignment note number
WAREHOUSE: Final = "WS"  # referenceType: warehouse storage location number
OWN_ORDER: Final = "ACD"  # referenceType: our order number


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """``answered_at`` is ResponseProperties/DateAndTimes."""

    raw: bytes = field(repr=False, compare=False)
    content_type: str = field(compare=False)
    answered_at: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleBalance:
    """ArticleBalance: one article over all of Bring's warehouses and batches, in pieces.

    ``free`` is what can be sold. ``updated_at`` is when Bring last heard from the warehouse,
    which can be days ago. ``problem`` says in words what of it can't be read: then it is no count
    of stock, and what could be read is there to name it.
    """

    article: str | None
    name: str | None
    physical: Decimal | None
    allocated: Decimal | None
    in_order: Decimal | None
    free: Decimal | None
    created_at: Span | None
    updated_at: Span | None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balances(_Answer):
    """GetArticleBalanceResponse."""

    items: tuple[ArticleBalance, ...]

    def __iter__(self) -> Iterator[ArticleBalance]:
        return iter(self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceSurvey(_Answer):
    """A GetArticleBalanceResponse that was read to its end, of which no balance is kept."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderItem:
    """OrderItem: a line of an order as Bring has it.

    ``line_id`` is the line number as it was sent. ``articles`` holds every ArticleId as (code
    list, number), where "" is Bring's own default, and ``article`` is the first such number.
    ``remaining`` is what is yet to be handled of ``quantity``; both are None where the answer
    has only names (GetOrderResponse), and ``articles`` is empty where it has only quantities.
    """

    line_id: str
    articles: tuple[tuple[str, str], ...]
    quantity: Decimal | None
    remaining: Decimal | None
    unit: str
    description: str | None

    @property
    def article(self) -> str | None:
        return next((number for kind, number in self.articles if not kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderItems(_Answer):
    """GetPurchaseOrderItemResponse."""

    items: tuple[OrderItem, ...]

    def __iter__(self) -> Iterator[OrderItem]:
        return iter(self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStatus(_Answer):
    """GetOrderResponse, or GetPurchaseOrderResponse in SOAP.

    ``status`` is an open list (Picked, EDIIMPORTED, …), as Bring spells it. ``references`` are
    (type, number) in Bring's order, ``parties`` (DeliveryParty and so on, party). ``date`` is
    the DocumentDate.
    """

    order_number: str
    status: str | None
    references: tuple[tuple[str, str], ...]
    date: Span | None
    parties: tuple[tuple[str, Party], ...]
    items: tuple[OrderItem, ...]

    def reference(self, kind: str) -> str | None:
        """The first reference of that type."""
        return next((number for found, number in self.references if found == kind), None)

    @property
    def consignment(self) -> str | None:
        """The consignment number, for tracking."""
        return self.reference(CONSIGNMENT)

    @property
    def warehouse_code(self) -> str | None:
        """The warehouse's code (BERGER, NCD, …)."""
        return self.reference(WAREHOUSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCodes(_Answer):
    """ErrorList: (code, description) of each."""

    codes: tuple[tuple[str, str], ...]
