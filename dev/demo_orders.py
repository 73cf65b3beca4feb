"""Print, as JSON on the last line, what the simulator needs to play a day: for `odoo shell`.

{"token": last part of the receiving address, "key": a new key of the account, "orders": [...]}
with each confirmed order of the first account's warehouses as `python -m simulator` reads it.
"""

# ruff: noqa: F821 (`env` is a global of the shell)

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
told = {"orders": [order for order in orders if order["lines"]]}
if account and told["orders"]:
    told["token"] = account.endpoint_token
    told["key"] = env["bring.account.key"]._generate(account, "dev/run")
    env.cr.commit()
print(json.dumps(told))
