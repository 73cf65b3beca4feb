"""Which orders Bring takes, by what it knows: the orders before, the articles, the key."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from .depot import Depot
from .intake import OrderRequest
from .orders import Line
from .refusals import Refusal
from .warehouse_order import WarehouseOrder


def admitted(
    request: OrderRequest,
    orders: Mapping[str, WarehouseOrder],
    depot: Depot,
    now: datetime,
    *,
    test_key: bool,
    any_article: bool,
) -> OrderRequest:
    """Return the request with the articles as the depot knows them.

    A second Original is counted in the order's `duplicates`.

    :param any_article: make articles known instead of refusing them.
    :raise Refusal: for what can't be taken.
    """
    if test_key and not request.test:
        raise Refusal("SIM_TEST_001")
    reference = request.order.reference
    known = orders.get(reference)
    if request.indicator == "Original":
        if known:
            known.duplicates += 1
            raise Refusal("PO_INPUT_024", reference)
    elif known is None:
        raise Refusal("PO_STATE_001", reference)
    elif known.order.customer_number != request.order.customer_number:
        raise Refusal("PO_STATE_004", reference)
    elif known.status == "cancelled":
        raise Refusal("SIM_STATE_002", reference)
    elif not known.changeable:
        raise Refusal("SIM_STATE_001", reference)
    lines = tuple(_known(line, depot, now, any_article) for line in request.order.lines)
    return replace(request, order=replace(request.order, lines=lines))


def _known(line: Line, depot: Depot, now: datetime, any_article: bool) -> Line:
    article = depot.find(line.article)
    if article is None and line.article == line.gtin:  # sent with its EAN alone
        article = depot.find("", line.gtin)
    if article is None and not any_article:
        raise Refusal("SIM_ARTICLE_001", f"line {line.number}: {line.article}")
    if article is None:
        article = depot.know(
            line.article, now, name=line.description, ean=line.gtin, unit=line.unit
        )
    return replace(line, article=article.number)
