"""The command `serve`: a Bring that listens until it is interrupted."""

import argparse
import json
import os
import signal
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from threading import Event
from typing import Any

from .api import Login
from .control import set_stock
from .orders import CUSTOMER_NUMBER
from .push import Endpoint
from .server import Server

EPILOG = """The keys come from the options, or better from the environment: BRING_API_KEY for
--api-key, BRING_TEST_API_KEY for --test-api-key, BRING_KEY for --endpoint-key. When it listens,
its address is printed on one line.
"""


def add_options(parser: argparse.ArgumentParser, at: Callable[[str], datetime]) -> None:
    """Add the options of `serve`; `at` reads a time."""
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="the address to listen on")
    add("--port", type=int, default=0, help="0, the default, takes a free one")
    add("--uid", default="simulator@example.com", help="the Mybring user that may call")
    add("--api-key", help="the key of that user")
    add("--test-api-key", help="a key that takes only test orders")
    add("--customer", action="append", help="a customer number; may be repeated")
    add("--endpoint", metavar="URL", help="where messages are pushed to; without it they wait")
    add("--endpoint-key", help="the key of the endpoint")
    add("--endpoint-auth", choices=("api-key", "basic"), default="api-key")
    add("--json", action="store_true", help="push JSON, not XML")
    add("--quirks", action="store_true", help="push as Bring's samples do, not as GS1 has it")
    add("--state", type=Path, metavar="DIR", help="keep the state over a restart")
    add("--stock", type=Path, metavar="FILE", help="JSON list of stock to begin with")
    add("--warehouse", action="append", default=[], type=_pair, metavar="PARTY=CODE")
    add("--any-article", action="store_true", help="take orders for unknown articles")
    add("--collapse", action="store_true", help="write JSON lists of one as that one")
    add("--start", type=at, metavar="TIME", help="what the clock shows at first; now")
    add("--speed", type=float, default=1, help="of the clock; 0: it is only moved on request")
    add("--seed", type=int, default=0, help="another seed, other numbers and mishaps")


def serve(options: argparse.Namespace) -> int:
    """Listen until SIGINT or SIGTERM; return 0."""
    stock = _stock(options.stock) if options.stock else []
    server = _server(options)
    if not server.orders and not server.stock.articles:  # else the state has it already
        set_stock(server, stock)
    stopped = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with server:
        print(server.url, flush=True)
        stopped.wait()
    return 0


def _server(options: argparse.Namespace) -> Server:
    key = _secret(options.api_key, "BRING_API_KEY")
    if not key:
        raise ValueError("no API key: give --api-key, or set BRING_API_KEY")
    test_key = _secret(options.test_api_key, "BRING_TEST_API_KEY")
    endpoint = None
    if options.endpoint:
        endpoint_key = _secret(options.endpoint_key, "BRING_KEY")
        if not endpoint_key:
            raise ValueError("no key of the endpoint: give --endpoint-key, or set BRING_KEY")
        endpoint = Endpoint(options.endpoint, endpoint_key, options.endpoint_auth)
    try:
        return Server(
            login=Login(options.uid, key),
            test_login=Login(options.uid, test_key) if test_key else None,
            customers=options.customer or (CUSTOMER_NUMBER,),
            endpoint=endpoint,
            host=options.host,
            port=options.port,
            warehouses=dict(options.warehouse),
            start_at=options.start,
            speed=options.speed,
            seed=options.seed,
            pushed_as="json" if options.json else "xml",
            quirks=options.quirks,
            any_article=options.any_article,
            collapse=options.collapse,
            state_dir=options.state,
        )
    except OSError as error:
        raise ValueError(f"can't listen on {options.host}:{options.port}: {error}") from error


def _secret(given: str | None, variable: str) -> str:
    return given or os.environ.get(variable, "")


def _stock(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise ValueError(f"can't read the stock {path}: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"{path} isn't JSON: {error}") from error


def _pair(text: str) -> tuple[str, str]:
    party, separator, code = text.partition("=")
    if not (party and separator and code):
        raise argparse.ArgumentTypeError(f"{text!r} is not PARTY=CODE")
    return party, code
