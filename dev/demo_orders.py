"""Print, as JSON on the last line, what the simulator needs to play a day: for `odoo shell`.

{"token": last part of the receiving address, "key": a new key of the account, "orders": [...],
"stock": [...]} with each confirmed order of the first account's warehouses, and what lies in them,
as `python -m simulator` reads it. The orders are marked as sent to Bring before the day began.
"""

# ruff: noqa: F821 (`env` is a global of the shell)

import datetime
import json

account = env["bring.account"].search([], order="id", limit=1)
places = {place.warehouse_id: place.code for place in account.warehouse_ids}
warehouses = [warehouse.id for warehouse in places]


def row(order, kind, warehouse, lines):
    """Return an order as the simulator reads it; `lines` are (order line, quantity, unit)."""
    partner = order.partner_shipping_id if kind == "order" else order.partner_id
    return {
        "reference": order.name,
        "type": kind,
        "warehouse": places[warehouse],
        "customer_number": account.customer_number or "",
        "customer": {
            "name": partner.name,
            "street": partner.street or "",
            "postal_code": partner.zip or "",
            "city": partner.city or "",
            "country": partner.country_id.code or "NO",
        },
        "lines": [
            {
                "number": 10 * position,
                "article": line.product_id.default_code or "",
                "gtin": line.product_id.barcode or "",
                "quantity": quantity,
                "unit": "PCE",
                "description": line.product_id.name,
                **tracking(line.product_id, warehouse, quantity),
            }
            for position, (line, quantity) in enumerate(lines, start=1)
            if line.product_id.type == "consu"
        ],
    }


def tracking(product, warehouse, quantity):
    """Return the batch or the serial numbers to ship or receive of a tracked product."""
    if product.tracking == "none":
        return {}
    stock = env["stock.quant"].search(
        [
            ("product_id", "=", product.id),
            ("location_id", "child_of", warehouse.lot_stock_id.id),
            ("lot_id", "!=", False),
            ("quantity", ">", 0),
        ],
        order="id",
    )
    names = stock.lot_id.mapped("name")
    if product.tracking == "lot":
        return {"batch": names[0] if names else "DEMO"}
    taken = names[: int(quantity)]
    return {"serials": taken + [f"DEMO{n}" for n in range(int(quantity) - len(taken))]}


sales = env["sale.order"].search(
    [("state", "=", "sale"), ("warehouse_id", "in", warehouses)], order="id"
)
purchases = env["purchase.order"].search(
    [("state", "=", "purchase"), ("picking_type_id.warehouse_id", "in", warehouses)], order="id"
)
orders = [
    row(
        order,
        "order",
        order.warehouse_id,
        [(line, line.product_uom_qty) for line in order.order_line if not line.display_type],
    )
    for order in sales
] + [
    row(
        order,
        "purchase",
        order.picking_type_id.warehouse_id,
        [(line, line.product_qty) for line in order.order_line if not line.display_type],
    )
    for order in purchases
]
STATUSES = {
    "stock_location_id": "AVAILABLE_FOR_SALE",
    "blocked_location_id": "BLOCKED",
    "quarantine_location_id": "QUARANTINED",
}


def shelf(place):
    """Return what lies in a warehouse of Bring's, one row for each article, status and batch."""
    for field, status in STATUSES.items():
        found = env["stock.quant"]._read_group(
            [("location_id", "child_of", place[field].ids), ("quantity", ">", 0)],
            ["product_id", "lot_id"],
            ["quantity:sum"],
        )
        serials = {}
        for product, lot, quantity in found:
            if product.tracking == "serial":
                serials.setdefault(product, []).append(lot.name)
            elif product.default_code:
                yield stock_row(product, quantity, status, batch=lot.name or "")
        for product, names in serials.items():
            yield stock_row(product, len(names), status, serials=names)


def stock_row(product, quantity, status, **more):
    return {
        "article": product.default_code,
        "gtin": product.barcode or "",
        "quantity": quantity,
        "status": status,
        **more,
    }


told = {
    "orders": [order for order in orders if order["lines"]],
    "stock": [row for place in account.warehouse_ids[:1] for row in shelf(place)],
}
if account and told["orders"]:
    morning = datetime.datetime.now() - datetime.timedelta(hours=11)
    for transfers in (sales.picking_ids, purchases.picking_ids):
        transfers._bring_advance("sent", morning.replace(microsecond=0))
    told["token"] = account.endpoint_token
    told["key"] = env["bring.account.key"]._generate(account, "dev/run")
    env.cr.commit()
print(json.dumps(told))
