"""What was asked of Bring, as the same documents that Bring pushes.

An answer that was kept is read again with the ``purpose`` that it was asked for, so that it goes
the same way through the house as a message.
"""

import hashlib
from collections.abc import Iterator
from datetime import tzinfo
from decimal import Decimal
from typing import Final

from .digest import document_digest
from .documents import (
    Article,
    DespatchAdvice,
    DespatchLine,
    InventoryLine,
    InventoryReport,
    LogisticUnit,
    Quantity,
)
from .fields import line_number
from .pull_documents import ArticleBalance, OrderItem, OrderStatus
from .pull_reader import iter_balances, parse_order, parse_order_items, survey_balances
from .reader import Reading
from .span import Span

BALANCES: Final = "balances"
ORDER: Final = "order"


def read_pulled(
    purpose: str,
    content: bytes,
    content_type: str | None,
    tz: str | tzinfo,
    *,
    items: tuple[bytes, str | None] | None = None,
    report_lines: bool = True,
) -> Iterator[Reading]:
    """Read an answer to ``purpose``, ``balances`` or ``order``, as one document.

    :param items: the answer with the order's items, bytes and content type; needed for what has
        left
    :param report_lines: False leaves a report's lines out, as :func:`.reader.read_documents` does
    :raises CallError: when the answer can't be read
    """
    if purpose == BALANCES:
        yield _balances(content, content_type, tz, report_lines)
    else:
        yield _order(content, content_type, tz, items)


def iter_balance_lines(
    content: bytes, content_type: str | None, tz: str | tzinfo
) -> Iterator[InventoryLine]:
    """Yield a line for each balance: the physical one, for all warehouses and batches."""
    for balance in iter_balances(content, content_type, tz):
        yield _line(balance)


def _line(balance: ArticleBalance) -> InventoryLine:
    return InventoryLine(
        article=Article(own=balance.article, description=balance.name),
        quantity=None if balance.physical is None else Quantity(value=balance.physical),
        as_of=balance.updated_at,
        allocated=balance.allocated,
        in_order=balance.in_order,
        free=balance.free,
        problem=balance.problem,
    )


def _balances(
    content: bytes, content_type: str | None, tz: str | tzinfo, report_lines: bool
) -> Reading:
    lines: list[InventoryLine] = []

    def keep(balance: ArticleBalance) -> None:
        if report_lines:
            lines.append(_line(balance))

    survey = survey_balances(content, content_type, tz, keep)
    report = InventoryReport(
        position=1,
        created_at=survey.answered_at,
        type="status",
        line_count=survey.count,
        lines=tuple(lines),
    )
    digest = document_digest(report, hashlib.sha256(content).hexdigest())
    return Reading(position=1, kind=report.kind, document=report, error=None, digest=digest)


def _order(
    content: bytes,
    content_type: str | None,
    tz: str | tzinfo,
    items: tuple[bytes, str | None] | None,
) -> Reading:
    order = parse_order(content, content_type, tz)
    units: tuple[LogisticUnit, ...] = ()
    if items is not None:
        parsed = parse_order_items(*items, tz)
        units = (LogisticUnit(lines=tuple(_handled(parsed.items))),)
    document = DespatchAdvice(
        position=1,
        created_at=order.answered_at,
        reference=order.order_number,
        status=order.status,  # an open list: what the word means is said in Odoo
        warehouse_code=order.warehouse_code,
        despatched_at=_left(order),
        tracking=order.consignment,
        units=units,
    )
    return Reading(
        position=1,
        kind=document.kind,
        document=document,
        error=None,
        digest=document_digest(document),
    )


def _left(order: OrderStatus) -> Span | None:
    """When an order moved on: after it was made (DocumentDate), before Bring answered."""
    if order.date is None or order.answered_at is None:
        return None
    return Span(min(order.date.start, order.answered_at.end), order.answered_at.end)


def _handled(items: tuple[OrderItem, ...]) -> Iterator[DespatchLine]:
    """Yield what has been handled of each line: its quantity less what remains."""
    for item in items:
        handled = (item.quantity or Decimal(0)) - (item.remaining or Decimal(0))
        if handled <= 0:
            continue
        numbers = dict(item.articles)
        yield DespatchLine(
            number=line_number(item.line_id),
            quantity=Quantity(value=handled, unit=item.unit),
            article=Article(
                own=numbers.get("CustomerItemNo") or item.article,
                supplier=numbers.get("VendorItemNo"),
                gtin=numbers["EAN"].zfill(14) if numbers.get("EAN", "").strip("0") else None,
                description=item.description,
            ),
        )
