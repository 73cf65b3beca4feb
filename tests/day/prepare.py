"""Fill the day's database, for `odoo shell`; print, as JSON on the last line, how to get at it.

`DAY` is set before: {"uid", "key", "bring" (the simulator's address), "start" (UTC)}.
{"token", "endpoint_key", "rpc_key", "account", "products": {code: id}, ...} is what is told.
"""

# ruff: noqa: F821 (`env` and `DAY` are globals of the shell)

import json

env = env(user=env.ref("base.user_admin").id, context={"tracking_disable": True})
norway = env.ref("base.no")
env.user.group_ids += env.ref("bring_warehousing.group_bring_admin")
address = {"street": "Storgata 1", "zip": "0155", "city": "Oslo", "country_id": norway.id,
           "phone": "+47 99 99 99 99"}  # fmt: skip
env.company.partner_id.write(address)
warehouse = env["stock.warehouse"].create({"name": "Berger", "code": "BRG"})
blocked, quarantine = env["stock.location"].create(
    [
        {"name": name, "location_id": warehouse.view_location_id.id}
        for name in ("Blocked", "Quarantine")
    ]
)
freight = env["product.product"].create({"name": "Freight", "type": "service"})
carrier = env["delivery.carrier"].create(
    {"name": "To the door", "product_id": freight.id, "bring_service_code": "5600"}
)
account = env["bring.account"].create(
    {
        "name": "Bring",
        "customer_number": "999999",
        "responsible_id": env.user.id,
        "api_uid": DAY["uid"],
        "api_key": DAY["key"],
        "client_url": "https://shop.example.com",
        "pull_url": f"{DAY['bring']}/warehousing/api/v1",
        "send_url": f"{DAY['bring']}/wh/api/v1",
        "default_service_code": "5800",
        "send_automatically": True,
        "pull_balances": True,
        "pull_orders": True,
        "warehouse_ids": [
            (
                0,
                0,
                {
                    "code": "BERGER",
                    "party_id": "780132",
                    "warehouse_id": warehouse.id,
                    "blocked_location_id": blocked.id,
                    "quarantine_location_id": quarantine.id,
                },
            )
        ],
    }
)
customers = env["res.partner"].create(
    [
        {"name": name, "email": f"customer{number}@example.com", **address}
        for number, name in enumerate(["Kari Nordmann", "Ola Ås", "Bø Bokhandel AS"])
    ]
)
supplier = env["res.partner"].create({"name": "Leverandør AS", **address})


def make(code, **values):
    return env["product.product"].create(
        {"name": f"Article {code}", "default_code": code, "is_storable": True, **values}
    )


products = {code: make(code) for code in ("A", "B", "C", "D", "E", "F", "SHORT1", "SHORT2")}
products |= {code: make(code, tracking="lot") for code in ("LOT1", "LOT2")}
products["SERIAL"] = make("SERIAL", tracking="serial")
sets = env["product.product"].create({"name": "Set", "default_code": "SET", "type": "consu"})
env["mrp.bom"].create(
    {
        "product_tmpl_id": sets.product_tmpl_id.id,
        "type": "phantom",
        "bom_line_ids": [
            (0, 0, {"product_id": products[code].id, "product_qty": quantity})
            for code, quantity in (("E", 1), ("F", 2))
        ],
    }
)
stock = []
for code, product in products.items():
    if product.tracking == "none":
        stock.append((code, {"SHORT1": 6, "SHORT2": 3}.get(code, 100), ""))
    elif product.tracking == "lot":
        stock += [(code, 5, f"{code}-1"), (code, 95, f"{code}-2")]
    else:
        stock += [(code, 1, f"SN{number:03}") for number in range(10)]
for code, quantity, lot_name in stock:
    lot = env["stock.lot"]
    if lot_name:
        lot = lot.create({"product_id": products[code].id, "name": lot_name})
    env["stock.quant"].with_context(inventory_mode=True).create(
        {
            "product_id": products[code].id,
            "location_id": warehouse.lot_stock_id.id,
            "lot_id": lot.id,
            "inventory_quantity": quantity,
        }
    ).action_apply_inventory()
# It lay there when the simulator's clock began.
moves = env["stock.move"].search([("product_id", "in", [p.id for p in products.values()])])
moves.date = moves.move_line_ids.date = DAY["start"]

told = {
    "account": account.id,
    "token": account.endpoint_token,
    "endpoint_key": env["bring.account.key"]._generate(account, "day"),
    "rpc_key": env["res.users.apikeys"]._generate("rpc", "day", None),
    "warehouse": warehouse.id,
    "in_type": warehouse.in_type_id.id,
    "carrier": carrier.id,
    "customers": customers.ids,
    "supplier": supplier.id,
    "dozen": env.ref("uom.product_uom_dozen").id,
    "products": {code: product.id for code, product in products.items()} | {"SET": sets.id},
    "stock": stock,
    "crons": {
        name: env.ref(f"bring_warehousing.ir_cron_{name}").id
        for name in ("send", "pull_balances", "pull_orders")
    },
}
env.cr.commit()
print(json.dumps(told))
