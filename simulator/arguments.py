"""The arguments of the command line, and how their text is read."""

import argparse
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from .inventory import REASONS, STATUSES, Change, NewStatus, Stock
from .messages import CONDITIONS, DESPATCH_STATUSES, RESPONSE_STATUSES
from .serve import EPILOG as EPILOG_SERVE
from .serve import add_options
from .style import oslo
from .tree import CONVENTIONS

Command = Callable[[argparse.Namespace], int]

EPILOG = """examples:
  python -m simulator push despatch-advice --orders orders.json --reference S00012 --status O4 \\
      --ship 10=2,20=1 --url http://localhost:8069/bring/warehousing/TOKEN
  python -m simulator render order-response --orders orders.json --status O1 --quirks
  python -m simulator day --orders orders.json --url URL --seed 7
The key comes from --key, or from the environment variable BRING_KEY.
"""


def _quantity(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from error
    if not value.is_finite():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return value


def _number(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no line number")
    return int(text)


def _quantities(text: str) -> dict[int, Decimal]:
    pairs = (part.partition("=") for part in text.split(","))
    return {_number(number.strip()): _quantity(quantity) for number, _, quantity in pairs}


def _condition(text: str) -> tuple[int, str, Decimal]:
    number, _, rest = text.partition("=")
    code, _, quantity = rest.partition(":")
    return _number(number), code, _quantity(quantity)


def _stock(text: str) -> Stock:
    article, quantity, code, batch = _row(text)
    return Stock(article, quantity, code or STATUSES[0], batch)


def _change(text: str) -> Change:
    article, quantity, code, batch = _row(text)
    return Change(article, quantity, code or next(iter(REASONS)), batch)


def _new_status(text: str) -> NewStatus:
    article, _, rest = text.rpartition("=")
    if not article:
        raise argparse.ArgumentTypeError(f"{text!r} is not ARTICLE=QUANTITY")
    quantity, code, batch = [*rest.split(":", 2), "", ""][:3]
    return NewStatus(article, _quantity(quantity) if quantity else None, code or "BLOCKED", batch)


def _row(text: str) -> tuple[str, Decimal, str, str]:
    """Read ARTICLE=QUANTITY[:CODE[:BATCH]]."""
    article, _, rest = text.rpartition("=")
    if not article:
        raise argparse.ArgumentTypeError(f"{text!r} is not ARTICLE=QUANTITY")
    quantity, code, batch = [*rest.split(":", 2), "", ""][:3]
    return article, _quantity(quantity), code, batch


def _at(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no ISO date and time") from error
    return at if at.tzinfo else at.replace(tzinfo=oslo())


def parser(commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """Make the parser; `commands` are what push, render, day, wrong and serve run."""
    main = argparse.ArgumentParser(
        prog="python -m simulator",
        description="A stand-in for Bring Warehousing: takes orders, answers, pushes messages.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = main.add_subparsers(required=True, metavar="COMMAND")
    endpoint, style = _endpoint_options(), _style_options()

    push = names.add_parser("push", help="push one message")
    _kinds(push, [style, endpoint, _body_options()], commands["push"])
    render = names.add_parser("render", help="write one message to the standard output")
    _kinds(render, [style], commands["render"])

    whole = names.add_parser("day", help="push a day's messages", parents=[style, endpoint])
    whole.add_argument("--orders", required=True, metavar="FILE", help="JSON file of orders")
    whole.add_argument("--seed", type=int, default=0, help="another seed, another day")
    whole.add_argument(
        "--stock", metavar="FILE", help="JSON file of the stock in the morning; else it is invented"
    )
    whole.add_argument("--mishaps", action="store_true", help="as on a real day")
    whole.set_defaults(run=commands["day"])

    wrong = names.add_parser(
        "wrong", help="push what must be refused, and check the answers", parents=[endpoint]
    )
    wrong.add_argument(
        "--bomb", type=int, default=300, metavar="MB", help="size of the gzip bomb unpacked"
    )
    wrong.set_defaults(run=commands["wrong"])

    serve = names.add_parser(
        "serve", help="be Bring: listen, and push what happens", epilog=EPILOG_SERVE
    )
    add_options(serve, _at)
    serve.set_defaults(run=commands["serve"])
    return main


def _kinds(
    parser: argparse.ArgumentParser,
    parents: list[argparse.ArgumentParser],
    run: Command,
) -> None:
    kinds = parser.add_subparsers(required=True, dest="kind", metavar="KIND")

    def kind(name: str, help: str, orders: bool = True) -> argparse.ArgumentParser:
        sub = kinds.add_parser(name, help=help, parents=parents)
        sub.add_argument("--orders", required=orders, metavar="FILE", help="JSON file of orders")
        sub.add_argument(
            "--reference",
            action="append",
            help="the order; again for several documents in one message; without it all orders",
        )
        sub.set_defaults(run=run)
        return sub

    sub = kind("order-response", "received (O1), started (O3)")
    sub.add_argument("--status", choices=RESPONSE_STATUSES, default="O1")
    sub = kind("despatch-advice", "how far the order is, or what was sent (O4)")
    sub.add_argument("--status", choices=DESPATCH_STATUSES, default="O4")
    sub.add_argument("--ship", type=_quantities, metavar="10=2,20=1", help="line=quantity")
    sub.add_argument("--sscc", default="", help="the logistic unit, 18 digits")
    sub.add_argument("--tracking", default="", help="tracking number (GINC)")
    sub.add_argument("--note", default="", help="our extra reference")
    sub = kind("receiving-advice", "what arrived on a purchase order or a return")
    sub.add_argument("--receive", type=_quantities, metavar="10=2,20=1", help="line=quantity")
    sub.add_argument(
        "--condition",
        type=_condition,
        action="append",
        default=[],
        metavar="10=1:2",
        help=f"line=code:quantity; codes {', '.join(CONDITIONS)} (OK, blocked, quality)",
    )
    sub = kind("inventory-report", "a photograph of the stock", orders=False)
    sub.add_argument("--warehouse", default="", help="its code, BERGER; or that of the orders")
    sub.add_argument(
        "--stock",
        type=_stock,
        action="append",
        metavar="ARTICLE=QTY[:STATUS[:BATCH]]",
        help=f"{', '.join(STATUSES)}; without it what was ordered",
    )
    sub = kind("inventory-adjustment", "changes of the stock", orders=False)
    sub.add_argument("--warehouse", default="", help="its code, BERGER; or that of the orders")
    reasons = ", ".join(f"{code} {words}" for code, words in REASONS.items())
    sub.add_argument(
        "--change",
        type=_change,
        action="append",
        metavar="ARTICLE=QTY[:REASON[:BATCH]]",
        help=f"{reasons}; without it one of each ordered article is damaged",
    )
    sub = kind("operations-notification", "goods blocked, released, in quarantine", orders=False)
    sub.add_argument("--warehouse", default="", help="its code, BERGER; or that of the orders")
    sub.add_argument(
        "--change",
        type=_new_status,
        action="append",
        required=True,
        metavar="ARTICLE=QTY[:STATUS[:BATCH]]",
        help=f"{', '.join(STATUSES)}, or another word; QTY empty: all of the batch",
    )


def _style_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--quirks", action="store_true", help="as Bring's samples, not as GS1")
    options.add_argument(
        "--json",
        nargs="?",
        const="bring",
        choices=list(CONVENTIONS),
        help="JSON, in this convention (bring)",
    )
    options.add_argument(
        "--at",
        type=_at,
        default=datetime.now(UTC),
        metavar="TIME",
        help="ISO date and time, Oslo's without an offset; now",
    )
    return options


def _body_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--gzip", action="store_true", help="compress the body")
    options.add_argument("--accept", metavar="TYPE", help="media type of the answer wished for")
    return options


def _endpoint_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--url", required=True, help="the account's receiving URL")
    options.add_argument("--key", help="the key; better in the environment, as BRING_KEY")
    options.add_argument("--auth", choices=("api-key", "basic"), default="api-key")
    options.add_argument("--timeout", type=float, default=60, metavar="SECONDS")
    return options
