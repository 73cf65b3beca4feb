"""The command line: be Bring, push one message or a day, try what must be refused, or render."""

import argparse
import os
import sys
from collections.abc import Sequence
from decimal import Decimal

import requests

from . import orders as orders_module
from . import shelf
from .arguments import parser
from .day import day, push_day
from .inventory import (
    Change,
    Stock,
    inventory_adjustment,
    inventory_report,
    of_line,
    operations_notification,
)
from .messages import (
    Message,
    despatch_advice,
    message,
    order_response,
    receiving_advice,
)
from .orders import CUSTOMER_NUMBER, Line, Order
from .push import AnswerError, Endpoint
from .serve import serve
from .wrong import wrong_deliveries


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0, 1 when Bring's counterpart answered wrongly, 2 for bad input."""
    options = parser(COMMANDS).parse_args(arguments)
    try:
        return int(options.run(options))
    except (ValueError, RuntimeError) as error:  # OrderError too: what the user gave is wrong
        print(f"error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except AnswerError as error:
        print(f"error: {error}", file=sys.stderr)
    except requests.RequestException as error:
        print(f"error: no answer from {options.url}: {_reason(error)}", file=sys.stderr)
    return 1


def _push(options: argparse.Namespace) -> int:
    endpoint = _endpoint(options)
    built = BUILDERS[options.kind](options)
    answer = endpoint.push(
        built,
        "json" if options.json else "xml",
        gzip=options.gzip,
        accept=options.accept,
        convention=options.json or "bring",
    )
    print(
        f"{options.kind} {built.title}: HTTP {answer.status} {answer.message}, "
        f"RequestID {answer.request_id}, {answer.seconds * 1000:.0f} ms"
    )
    return 0 if answer.success else 1


def _render(options: argparse.Namespace) -> int:
    built = BUILDERS[options.kind](options)
    format = "json" if options.json else "xml"
    built.write(sys.stdout.buffer, format, options.json or "bring")
    return 0


def _day(options: argparse.Namespace) -> int:
    endpoint = _endpoint(options)
    orders = orders_module.load(options.orders)
    events = day(
        orders,
        now=options.at,
        seed=options.seed,
        quirks=options.quirks,
        stock=shelf.load(options.stock) if options.stock else None,
        mishaps=options.mishaps,
    )
    format = "json" if options.json else "xml"
    failed = 0
    for event, answer in push_day(events, endpoint, format, options.json or "bring"):
        failed += not answer.success
        print(
            f"{event.at:%H:%M:%S}  {event.message.kind:<21} {event.message.title:<20} "
            f"HTTP {answer.status} {answer.message}"
        )
    print(f"{len(events)} messages pushed, {failed} not accepted")
    return 1 if failed else 0


def _wrong(options: argparse.Namespace) -> int:
    checks = wrong_deliveries(_endpoint(options), huge=options.bomb * 1024 * 1024)
    failed = 0
    for check in checks:
        failed += not check.passed
        print(f"{'pass' if check.passed else 'FAIL'}  {check.name:<34} {check.answered}")
        if not check.passed:
            print(f"      wanted: {check.wanted}")
    print(f"{len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


def _orders(options: argparse.Namespace) -> list[Order]:
    """Return the orders that --reference names; all when it names none."""
    orders = orders_module.load(options.orders)
    if not options.reference:
        return orders
    return [orders_module.find(orders, reference) for reference in options.reference]


def _order_response(options: argparse.Namespace) -> Message:
    return message(
        *(
            order_response(order, options.status, options.at, quirks=options.quirks)
            for order in _orders(options)
        )
    )


def _despatch_advice(options: argparse.Namespace) -> Message:
    def build(order: Order) -> Message:
        shipped = None
        if options.ship:
            shipped = {
                number: order.line(number).portions(quantity, options.sscc)
                for number, quantity in options.ship.items()
            }
        elif options.sscc:
            shipped = {line.number: line.portions(sscc=options.sscc) for line in order.lines}
        return despatch_advice(
            order,
            options.status,
            options.at,
            shipped=shipped,
            tracking=options.tracking,
            note=options.note,
            quirks=options.quirks,
        )

    return message(*map(build, _orders(options)))


def _receiving_advice(options: argparse.Namespace) -> Message:
    conditions: dict[int, dict[str, Decimal]] = {}
    for number, code, quantity in options.condition:
        conditions.setdefault(number, {})[code] = quantity
    return message(
        *(
            receiving_advice(
                order,
                options.at,
                received=options.receive,
                conditions=conditions,
                quirks=options.quirks,
            )
            for order in _orders(options)
        )
    )


def _inventory_report(options: argparse.Namespace) -> Message:
    warehouse, customer_number, lines = _warehouse(options)
    stock = options.stock or [of_line(Stock(line.article, line.quantity), line) for line in lines]
    return inventory_report(
        warehouse, stock, options.at, customer_number=customer_number, quirks=options.quirks
    )


def _inventory_adjustment(options: argparse.Namespace) -> Message:
    warehouse, customer_number, lines = _warehouse(options)
    changes = options.change or [of_line(Change(line.article, Decimal(-1)), line) for line in lines]
    return inventory_adjustment(
        warehouse, changes, options.at, customer_number=customer_number, quirks=options.quirks
    )


def _operations_notification(options: argparse.Namespace) -> Message:
    warehouse, customer_number, _lines = _warehouse(options)
    return operations_notification(
        warehouse,
        options.change,
        options.at,
        customer_number=customer_number,
        quirks=options.quirks,
    )


def _warehouse(options: argparse.Namespace) -> tuple[str, str, list[Line]]:
    """Return the warehouse, our customer number, and the warehouse's first line per article."""
    orders = _orders(options) if options.orders else []
    warehouse = options.warehouse or (orders[0].warehouse if orders else "")
    if not warehouse:
        raise ValueError("which warehouse? Give --warehouse, or --orders")
    orders = [order for order in orders if order.warehouse == warehouse]
    lines = orders_module.articles(orders, warehouse)
    rows = getattr(options, "stock", None) or getattr(options, "change", None)
    if not rows and not lines:
        raise ValueError(f"no article: neither given, nor ordered from {warehouse}")
    customer_number = orders[0].customer_number if orders else CUSTOMER_NUMBER
    return warehouse, customer_number, lines


BUILDERS = {
    "order-response": _order_response,
    "despatch-advice": _despatch_advice,
    "receiving-advice": _receiving_advice,
    "inventory-report": _inventory_report,
    "inventory-adjustment": _inventory_adjustment,
    "operations-notification": _operations_notification,
}


COMMANDS = {"push": _push, "render": _render, "day": _day, "wrong": _wrong, "serve": serve}


def _endpoint(options: argparse.Namespace) -> Endpoint:
    key = options.key or os.environ.get("BRING_KEY")
    if not key:
        raise ValueError("no key: give --key, or set BRING_KEY")
    return Endpoint(options.url, key, options.auth, options.timeout)


def _reason(error: BaseException) -> str:
    """Return the innermost cause in words."""
    while error.__context__ is not None:
        error = error.__context__
    return str(error)
