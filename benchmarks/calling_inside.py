"""The part of the calling benchmark that runs inside Odoo's shell."""

from __future__ import annotations

import json
from statistics import median
from time import perf_counter
from typing import Any

import orders
import requests
from stock_inside import Peak, floor, stocked

ROUNDS = 3
BARE = 200  # orders that are posted without us, before and after
HEADERS = {
    "X-Mybring-API-Uid": orders.UID,
    "X-Mybring-API-Key": orders.KEY,
    "X-Bring-Client-URL": "https://shop.example.com",
    "Accept": "application/xml",
    "Content-Type": "application/xml; charset=utf-8",
}


def main(env: Any, bring: str, bare: str, sizes: dict[str, int]) -> None:
    """Measure against the stand-in ``bring``, and the floor against another; print JSON."""
    account = orders.prepare(env)
    address = {
        "street": "Storgata 1",
        "zip": "0155",
        "city": "Oslo",
        "country_id": env.ref("base.no").id,
        "phone": "+47 99 99 99 99",
    }
    env.company.partner_id.write(address)
    env["res.partner"].create({"name": "Customer", **address})
    account.write(
        {
            "api_uid": orders.UID,
            "api_key": orders.KEY,
            "client_url": "https://shop.example.com",
            "pull_url": bring,
            "send_url": bring,
            "default_service_code": "5800",
        }
    )
    env.cr.commit()
    found = {"orders": send_orders(env, account, bare, sizes["orders"])}
    found["sweep"] = sweep(env, account, sizes["open"])
    stocked(env, account, sizes["articles"])
    found["balances"] = balances(env, account, bring, sizes["articles"])
    found["catalogue"] = catalogue(env, account, bare, sizes["articles"])
    print(json.dumps(found))


def send_until_done(env: Any) -> None:
    """Let the scheduled action run until nothing waits."""
    cron = env.ref("bring_warehousing.ir_cron_send")
    waiting = [("direction", "=", "out"), ("state", "in", ["waiting", "unknown"])]
    while True:
        cron.method_direct_trigger()
        env.cr.commit()
        env.invalidate_all()
        more = env["bring.article"].search_count([("state", "=", "waiting")], limit=1)
        if not more and not env["bring.message"].search_count(waiting, limit=1):
            break
    wrong = env["bring.message"].search(
        [("direction", "=", "out"), ("state", "!=", "sent")], limit=3
    )
    assert not wrong, wrong.mapped("error")


def send_orders(env: Any, account: Any, bare: str, number: int) -> dict[str, float]:
    """Send orders as people and the scheduled action do; each of the bare ones by itself."""
    orders.make_orders(env, 20).picking_ids.action_bring_send()  # warms up
    env.cr.commit()
    send_until_done(env)
    pickings = orders.make_orders(env, number).picking_ids
    env.cr.commit()
    env.invalidate_all()
    begun = perf_counter()
    for start in range(0, number, 100):
        pickings[start : start + 100].action_bring_send()
        env.cr.commit()
        env.invalidate_all()
    queued = perf_counter() - begun
    messages = env["bring.message"].search([("picking_id", "in", pickings.ids)], order="id")
    contents = [bytes(message.content) for message in messages[: 2 * BARE]]
    env.invalidate_all()
    picking_ids = messages.picking_id.ids
    before = post(env, bare, contents[:BARE], picking_ids)
    with Peak() as peak:
        begun = perf_counter()
        send_until_done(env)
        sent = perf_counter() - begun
    after = post(env, bare, contents[BARE:], picking_ids)
    # growth by when Odoo wrote each one down
    env.cr.execute(
        "SELECT EXTRACT(EPOCH FROM write_date)::float FROM bring_message WHERE id IN %s ORDER BY 1",
        [tuple(messages.ids)],
    )
    times = [row[0] for row in env.cr.fetchall()]
    tenth = max(2, number // 10)
    growth = (times[-1] - times[-tenth]) / (times[tenth - 1] - times[0])
    return {
        "number": number,
        "floor": 1000 * (before + after) / len(contents),
        "queued": 1000 * queued / number,
        "sent": 1000 * sent / number,
        "growth": growth,
        "peak": peak.grown,
    }


def sweep(env: Any, account: Any, number: int) -> dict[str, float]:
    """Look for open orders whose quantities are not Bring's, among so many; nothing is kept."""
    model = env["bring.order"].search([("state", "=", "at_bring")], limit=1)
    for table, where, own in (
        ("bring_order", f"id = {model.id}", {"name": "'BENCH-' || n", "id": "10000000 + n"}),
        ("bring_order_line", f"order_id = {model.id}", {"order_id": "10000000 + n", "id": None}),
        (
            "stock_picking",
            f"bring_order_id = {model.id}",
            {
                "bring_order_id": "10000000 + n",
                "id": "10000000 + n",
                "name": "'BENCH/OPEN/' || n",
            },
        ),
        (
            "stock_move",
            f"picking_id IN (SELECT id FROM stock_picking WHERE bring_order_id = {model.id})",
            {"picking_id": "10000000 + n", "id": None},
        ),
    ):
        env.cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table]
        )
        names = [row[0] for row in env.cr.fetchall()]
        kept = [name for name in names if own.get(name, "") is not None]
        values = [own.get(name, f't."{name}"') for name in kept]
        columns = ", ".join(f'"{name}"' for name in kept)
        env.cr.execute(
            f"INSERT INTO {table} ({columns}) SELECT {', '.join(values)} "
            f"FROM {table} t, generate_series(1, {number}) n WHERE {where}"
        )
        env.cr.execute(f"ANALYZE {table}")
    times = []
    for _round in range(ROUNDS):
        begun = perf_counter()
        drifted = env["bring.order"]._drifted(account)
        times.append(perf_counter() - begun)
        assert not drifted, drifted
    env.cr.rollback()
    env.invalidate_all()
    return {"number": number, "seconds": median(times)}


def post(env: Any, url: str, contents: list[bytes], picking_ids: list[int]) -> float:
    """POST orders with what Odoo needs: a row before, the row and two notes after; in seconds."""
    begun = perf_counter()
    with requests.Session() as session:
        for content, picking_id in zip(contents, picking_ids, strict=False):
            row = env["bring.benchmark.row"].create({"name": "waiting"})
            env.cr.commit()
            session.post(f"{url}/order", data=content, headers=HEADERS).raise_for_status()
            row.name = "sent"
            picking = env["stock.picking"].browse(picking_id)
            picking._message_log(body="sent")
            picking.sale_id._message_log(body="sent")
            env.cr.commit()
    return perf_counter() - begun


def balances(env: Any, account: Any, bring: str, number: int) -> dict[str, float]:
    """Ask for all balances and compare them, each round after the floor."""
    rounds, peaks, size = [], [], 0
    for _round in range(ROUNDS):
        begun = perf_counter()
        answer = requests.get(f"{bring}/articlebalance/999999", headers=HEADERS)
        answer.raise_for_status()
        size = len(answer.content)
        floor(env, account, number)
        low = perf_counter() - begun
        env.cr.rollback()
        env.invalidate_all()
        del answer
        # else the same bytes would be a duplicate
        requests.post(f"{bring}/_simulator/advance", json={"seconds": 1}).raise_for_status()
        with Peak() as peak:
            begun = perf_counter()
            account.action_pull_balances()
            env.cr.commit()
            env.invalidate_all()
            asked = perf_counter() - begun
            env["bring.document"]._process_company(account.company_id)
            env.cr.commit()
            compared = perf_counter() - begun - asked
        env.invalidate_all()
        report = env["bring.inventory.report"].search([], limit=1)
        assert report.line_count >= number and report.create_date, report.read()
        rounds.append((low, asked, compared))
        peaks.append(peak.grown)
    return {
        "number": number,
        "rounds": ROUNDS,
        "size": size / 1e6,
        "ratio": median((asked + compared) / low for low, asked, compared in rounds),
        "floor": median(low for low, _asked, _compared in rounds),
        "asked": median(asked for _low, asked, _compared in rounds),
        "compared": median(compared for *_two, compared in rounds),
        "peak": max(peaks),
    }


def catalogue(env: Any, account: Any, bare: str, number: int) -> dict[str, float]:
    """Send all articles: the button, then the scheduled action until all is sent."""
    with Peak() as peak:
        begun = perf_counter()
        account.action_send_articles()
        env.cr.commit()
        env.invalidate_all()
        button = perf_counter() - begun
        send_until_done(env)
        sent = perf_counter() - begun - button
    assert account.article_sent_count >= number, account.article_sent_count
    messages = env["bring.message"].search([("purpose", "=", "items")])
    contents = [bytes(env["bring.message"].browse(message).content) for message in messages.ids]
    env.invalidate_all()
    low = outbox_of_rows(env, bare, contents)
    return {
        "number": number,
        "floor": low,
        "button": button,
        "sent": sent,
        "ratio": (button + sent) / low,
        "peak": peak.grown,
    }


def outbox_of_rows(env: Any, url: str, contents: list[bytes]) -> float:
    """Do what can be stopped and gone on with, by the ORM and nothing else; return seconds.

    A row for each article, read, on its way and committed, posted, done and committed.
    """
    begun = perf_counter()
    products = env["product.product"].search([("default_code", "=like", "STOCK-%")])
    env["bring.benchmark.row"].create([{"name": "waiting"} for _product in products])
    env.cr.commit()
    size = -(-len(products) // len(contents))
    with requests.Session() as session:
        for place, content in enumerate(contents):
            part = products[place * size : (place + 1) * size]
            read = part.read(["name", "default_code", "barcode", "weight", "categ_id", "tracking"])
            rows = env["bring.benchmark.row"].search([("name", "=", "waiting")], limit=len(part))
            for row, values in zip(rows, read, strict=True):
                row.write({"name": "sending", "content": values["default_code"]})
            env.cr.commit()
            session.post(f"{url}/itemdata", data=content, headers=HEADERS).raise_for_status()
            rows.write({"name": "sent"})
            env.cr.commit()
    return perf_counter() - begun
