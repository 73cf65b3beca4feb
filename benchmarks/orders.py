"""Confirmed sale orders of three lines with stock, and Bring's messages about them.

Runs inside Odoo's shell, on a database without demo data.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from simulator.messages import despatch_advice
from simulator.orders import Line, Order

PRODUCTS = 60
LINES = 3
CHUNK = 50  # orders confirmed in one transaction
CODE = "BENCH"  # of Bring's warehouse
UID, KEY = "odoo@example.com", "benchmark-key"  # for calling Bring

Orders = Any  # sale.order
Env = Any  # odoo.api.Environment

_serial = count()


def prepare(env: Env) -> Any:
    """Make an account with a warehouse, and products with stock; return the account.

    Confirmation mails are switched off: they are the same for all and would hide the rest.
    """
    env.company.stock_move_email_validation = False
    warehouse = env["stock.warehouse"].create({"name": "Berger", "code": "BRG"})
    blocked, quarantine = env["stock.location"].create(
        [
            {"name": name, "location_id": warehouse.view_location_id.id}
            for name in ("Blocked", "Quarantine")
        ]
    )
    account = env["bring.account"].create(
        {
            "name": "Bring",
            "company_id": env.company.id,
            "customer_number": "999999",
            "warehouse_ids": [
                (
                    0,
                    0,
                    {
                        "code": CODE,
                        "party_id": "780132",
                        "warehouse_id": warehouse.id,
                        "blocked_location_id": blocked.id,
                        "quarantine_location_id": quarantine.id,
                    },
                )
            ],
        }
    )
    products = env["product.product"].create(
        [
            {
                "name": f"Article {n}",
                "default_code": f"BENCH-{n}",
                "is_storable": True,
                "list_price": 10,
            }
            for n in range(PRODUCTS)
        ]
    )
    for product in products:
        env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 1e6)
    env.cr.commit()
    return account


def make_orders(env: Env, wanted: int) -> Orders:
    """Return ``wanted`` confirmed orders of three lines, all of it reserved; commits."""
    products = env["product.product"].search([("default_code", "=like", "BENCH-%")], order="id")
    customer = env["res.partner"].search([("name", "=", "Customer")], limit=1) or env[
        "res.partner"
    ].create({"name": "Customer"})
    warehouse = env["bring.warehouse"].search([("code", "=", CODE)]).warehouse_id
    made = env["sale.order"]
    while len(made) < wanted:
        chunk = env["sale.order"].create(
            [
                {
                    "partner_id": customer.id,
                    "warehouse_id": warehouse.id,
                    "order_line": _lines(products, next(_serial)),
                }
                for _ in range(min(CHUNK, wanted - len(made)))
            ]
        )
        chunk.action_confirm()
        env.cr.commit()
        env.invalidate_all()
        made |= chunk
    waiting = made.picking_ids.filtered(lambda picking: picking.state != "assigned")
    if waiting or len(made.picking_ids) != wanted:
        raise RuntimeError(f"not every order has one transfer with all goods reserved: {waiting}")
    return made


def _lines(products: Any, serial: int) -> list[tuple[int, int, dict[str, Any]]]:
    """Return the lines of an order: articles that differ from those of the orders beside it."""
    first = serial * LINES
    return [
        (0, 0, {"product_id": products[(first + n) % len(products)].id, "product_uom_qty": n + 1})
        for n in range(LINES)
    ]


def advice(order: Any, at: datetime | None = None) -> bytes:
    """Return a message that says that all of an order left, a minute ago unless told."""
    lines = tuple(
        Line(
            number=10 * place,
            article=line.product_id.default_code,
            quantity=int(line.product_uom_qty),
            description=line.product_id.name,
        )
        for place, line in enumerate(order.order_line, start=1)
    )
    told = Order(reference=order.name, warehouse=CODE, lines=lines)
    at = at or datetime.now(UTC) - timedelta(minutes=1)
    return despatch_advice(told, "O4", at, tracking=f"7070773{order.id:010d}").xml()


def give_access(env: Env) -> None:
    """Make an account and a key for it, and print both as JSON."""
    account = prepare(env)
    key = env["bring.account.key"]._generate(account, "benchmark")
    env.cr.commit()
    print(json.dumps({"token": account.endpoint_token, "key": key}))
