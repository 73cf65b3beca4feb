"""A whole day: Odoo with workers, the simulator a process of its own, HTTP between, faults on."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from programs import KEY, UID, OdooServer, Simulator, until

import database
from check import BESIDE
from environment import ROOT, find_odoo
from postgres import postgres

SEED = 7
WAVE_1 = [
    {"A": 3}, {"B": 2, "C": 1}, {"LOT1": 8}, {"SERIAL": 2}, {"SET": 3}, {"D": ("dozen", 1)},
    {"SHORT1": 10}, {"SHORT2": 8, "A": 1}, {"LOT2": 4, "B": 1}, {"C": 5}, {"A": 1, "D": 2},
    {"E": 4}, {"B": 6},
]  # fmt: skip
WAVE_2 = [
    {"A": 2}, {"B": 1}, {"C": 2}, {"D": 7}, {"E": 1}, {"F": 5}, {"LOT1": 2}, {"LOT2": 6},
    {"SERIAL": 1}, {"SET": 1}, {"A": ("dozen", 2)}, {"C": 1, "F": 1},
]  # fmt: skip
ARRIVING = [{"SHORT1": 20}, {"SHORT2": 20}, {"A": 30, "B": 10}, {"C": 12}, {"D": 24}]


class Day:
    """What the day's steps share: the two programs, and what was set up."""

    def __init__(self, odoo: OdooServer, bring: Simulator, told: dict) -> None:
        self.odoo, self.bring, self.told = odoo, bring, told
        self.account = told["account"]
        self.sql = lambda statement: database.execute(statement, database=odoo.database)

    def order(self, *wanted: dict) -> list[dict]:
        """Make and confirm sales orders; return them with name and delivery."""
        made = []
        for number, lines in enumerate(wanted):
            (order,) = self.odoo("sale.order", "create", vals_list=[{
                "partner_id": self.told["customers"][number % 3],
                "warehouse_id": self.told["warehouse"],
                "carrier_id": self.told["carrier"],
                "order_line": [(0, 0, self._line(*line)) for line in lines.items()],
            }])  # fmt: skip
            self.odoo("sale.order", "action_confirm", order)
            (row,) = self.odoo.read("sale.order", [("id", "=", order)], "name", "picking_ids",
                                    "order_line")  # fmt: skip
            picking = row["picking_ids"][0]
            made.append({**row, "picking": picking})
        return made

    def _line(self, code: str, quantity) -> dict:
        unit = {}
        if isinstance(quantity, tuple):
            unit, quantity = {"product_uom_id": self.told["dozen"]}, quantity[1]
        return {"product_id": self.told["products"][code], "product_uom_qty": quantity, **unit}

    def purchase(self, *wanted: dict) -> list[str]:
        names = []
        for lines in wanted:
            (order,) = self.odoo("purchase.order", "create", vals_list=[{
                "partner_id": self.told["supplier"],
                "picking_type_id": self.told["in_type"],
                "order_line": [
                    (0, 0, {"product_id": self.told["products"][code], "product_qty": quantity})
                    for code, quantity in lines.items()
                ],
            }])  # fmt: skip
            self.odoo("purchase.order", "button_confirm", order)
            names += [self.odoo.read("purchase.order", [("id", "=", order)], "name")[0]["name"]]
        return names

    def fault(self, kind: str, route: str, **options: object) -> None:
        self.bring.call("faults", {"kind": kind, "route": route, **options})

    def outbox(self) -> Counter:
        rows = self.odoo.read("bring.message", [("direction", "=", "out")], "state")
        return Counter(row["state"] for row in rows)

    def send(self) -> None:
        """Let the action that sends run once, its pauses over."""
        self.sql(
            "UPDATE bring_message SET next_attempt_at = NULL, "
            "tried_at = tried_at - interval '1 hour' "
            "WHERE direction = 'out' AND state IN ('waiting', 'unknown')"
        )
        self.odoo.run(self.told["crons"]["send"])

    def send_all(self) -> int:
        """Send until nothing waits; return how many runs it took."""
        for run in range(1, 20):
            self.send()
            if not {"waiting", "unknown"} & self.outbox().keys():
                return run
        raise AssertionError(f"still waiting: {self.outbox()}")

    def advance(self, **by: float) -> None:
        """Move Bring's clock, and wait until Odoo has applied what came."""
        self.bring.call("advance", by)
        self.settle()

    def settle(self) -> None:
        until(
            lambda: (
                not self.sql(
                    "SELECT id FROM bring_message WHERE direction = 'in' "
                    "AND state IN ('received', 'processing') UNION ALL "
                    "SELECT id FROM bring_document WHERE state = 'pending'"
                )
            ),
            "all documents are applied",
        )

    def activities(self) -> list[tuple]:
        """Return (model, id, summary) of what a person is asked to look after."""
        kinds = self.sql(
            "SELECT res_id FROM ir_model_data WHERE module = 'bring_warehousing' "
            "AND model = 'mail.activity.type'"
        )
        rows = self.odoo.read(
            "mail.activity", [("activity_type_id", "in", [kind for (kind,) in kinds])],
            "res_model", "res_id", "summary",
        )  # fmt: skip
        return [(row["res_model"], row["res_id"], row["summary"]) for row in rows]

    def calls(self, route: str) -> int:
        return sum(call["route"] == route for call in self.bring.state()["calls"])


@pytest.fixture
def day(tmp_path) -> Iterator[Day]:
    name = f"bring_day_{os.getpid()}"
    start = (datetime.now(UTC) - timedelta(days=4)).replace(microsecond=0)
    with postgres():
        odoo = find_odoo()
        database.copy(database.template(odoo, BESIDE), name)
        try:
            database.install(odoo, name, [database.ADDON])
            bring = Simulator(tmp_path, start.isoformat(), SEED)
            server = OdooServer(odoo, name, tmp_path)
            before = (start - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S")
            given = {"uid": UID, "key": KEY, "bring": bring.url, "start": before}
            script = (ROOT / "tests/day/prepare.py").read_text()
            told = server.shell(f"DAY = {given!r}\nexec({script!r})\n")
            bring.begin()
            try:
                rows = [
                    {"warehouse": "BERGER", "article": code, "quantity": quantity,
                     **({"serials": [lot]} if code == "SERIAL" else {"batch": lot})}
                    for code, quantity, lot in told["stock"] if code != "SERIAL"
                ]  # fmt: skip
                serials = [lot for code, _quantity, lot in told["stock"] if code == "SERIAL"]
                rows.append({"warehouse": "BERGER", "article": "SERIAL",
                             "quantity": len(serials), "serials": serials})  # fmt: skip
                bring.call("stock", rows)
                with server.serving(told["rpc_key"]):
                    url = f"{server.url}/bring/warehousing/{told['token']}"
                    bring.call("endpoint", {"url": url, "key": told["endpoint_key"]})
                    yield Day(server, bring, told)
            finally:
                bring.end()
        finally:
            database.drop(name)


def test_whole_day(day: Day) -> None:
    begun = time.monotonic()

    def report(text: str) -> None:
        print(f"{time.monotonic() - begun:5.0f} s  {text}", flush=True)

    edited(day)
    # In the morning: what is ready goes out, though calls go wrong in every way.
    sales = day.order(*WAVE_1)
    purchases = day.purchase(*ARRIVING)
    for kind in ("silent", "error_after", "error_before", "cut", "html"):
        day.fault(kind, "send.order")
    day.fault("slow", "send.order", seconds=1, count=2)
    runs = day.send_all()
    assert not day.bring.state()["faults"], "all of it went wrong"
    at_bring = day.bring.orders()
    assert set(at_bring) == {order["name"] for order in sales} | set(purchases)
    assert not any(order["duplicates"] for order in at_bring.values())
    report(f"{len(at_bring)} orders are at Bring after {runs} runs")
    crossing_transaction(day)
    report("a clash after the call: sent once")

    # A change before Bring begins, a cancellation in time, and one that comes too late.
    changed, cancelled, late = sales[9], sales[10], sales[12]
    day.advance(minutes=4)
    day.odoo("sale.order.line", "write", changed["order_line"][0], vals={"product_uom_qty": 7})
    day.odoo("stock.picking", "action_cancel", cancelled["picking"])
    day.send_all()
    (row,) = day.odoo.read("stock.picking", [("id", "=", cancelled["picking"])],
                           "bring_cancel_requested")  # fmt: skip
    assert row["bring_cancel_requested"]
    day.fault("ignored", "send.order")
    day.odoo("stock.picking", "action_cancel", late["picking"])
    day.send_all()
    assert day.bring.orders()[changed["name"]]["updates"] == 1
    day.advance(minutes=5)
    (row,) = day.odoo.read("stock.picking", [("id", "=", cancelled["picking"])], "bring_status",
                           "bring_cancel_requested")  # fmt: skip
    assert (row["bring_status"], row["bring_cancel_requested"]) == ("cancelled", False)

    for kind, options in (("duplicate", {"count": 4}), ("late", {"count": 4, "seconds": 7200})):
        day.fault(kind, "push.despatch_advice", **options)
        day.fault(kind, "push.order_response", **options)
    for _step in range(4):
        day.advance(minutes=45)
        overlap(day)
    report("orders are on their way, asked for while they are told")
    for kind in ("html", "broken", "cut"):
        day.fault(kind, "pull.*")
        day.odoo("bring.account", "action_pull_orders", day.account)
        day.settle()
    # Two days ago Bring had nothing: a person is asked, until it has balances again.
    day.fault("old_balances", "pull.balances", days=2)
    for asked in (["Bring has no balances any more"], []):
        day.odoo("bring.account", "action_pull_balances", day.account)
        day.settle()
        assert [what for model, _id, what in day.activities() if model == "bring.account"] == asked
        day.bring.call("faults", method="DELETE")

    sales += away(day)
    report("Bring was away, and is back")
    for hours in (2, 4, 12, 12, 12, 12, 12):
        day.advance(hours=hours)
    report("the day is over")
    check(day, sales, purchases, cancelled["name"], late["name"])
    report("both sides agree")


def edited(day: Day) -> None:
    """All articles go; one that is edited five times goes once more, as it is then (row 8)."""
    day.odoo("bring.account", "action_send_articles", day.account)
    day.send_all()
    before = day.calls("send.items")
    for number in range(5):
        day.odoo("product.product", "write", day.told["products"]["A"],
                 vals={"name": f"Name {number}"})  # fmt: skip
    day.send_all()
    assert day.calls("send.items") == before + 1
    rows = day.odoo.read("bring.article", [], "state")
    assert rows and all(row["state"] == "sent" for row in rows), rows


def crossing_transaction(day: Day) -> None:
    """A user edits the transfer while Bring is called: the database refuses our commit (row 2)."""
    (order,) = day.order({"F": 1})
    before = day.calls("send.order")
    day.fault("slow", "send.order", seconds=3)
    with ThreadPoolExecutor() as pool:
        # the action may be at it by itself already
        run = pool.submit(day.odoo.run, day.told["crons"]["send"])
        until(lambda: day.sql("SELECT 1 FROM bring_message WHERE state = 'unknown'"), "it is sent")
        time.sleep(0.5)  # the call is under way
        day.sql(f"UPDATE stock_picking SET note = 'edited' WHERE id = {order['picking']}")
        run.result()
    assert day.outbox().keys() == {"sent"}
    assert day.calls("send.order") == before + 1
    assert day.bring.orders()[order["name"]]["duplicates"] == 0
    (row,) = day.odoo.read("stock.picking", [("id", "=", order["picking"])], "bring_status")
    assert row["bring_status"] == "sent"


def overlap(day: Day) -> None:
    """People and scheduled actions ask at once (row 27): one at a time, nobody is harmed."""
    account = day.account
    with ThreadPoolExecutor() as pool:
        done = [
            pool.submit(day.odoo, "bring.account", "action_pull_orders", account),
            pool.submit(day.odoo, "bring.account", "action_pull_balances", account),
            pool.submit(day.odoo.run, day.told["crons"]["pull_orders"]),
        ]
    for future in done:
        future.result()
    day.settle()


def away(day: Day) -> list[dict]:
    """Bring is away for more than an hour: one activity, nothing lost, and gone afterwards."""
    day.bring.end()
    sales = day.order(*WAVE_2)
    day.send()
    asked = [a for a in day.activities() if a[0] == "bring.account"]
    assert not asked, f"it may pass: {asked}"
    for _run in range(3):
        day.sql(
            "UPDATE bring_account SET call_failing_since = call_failing_since - interval '1 hour'"
        )
        day.send()
        assert len([a for a in day.activities() if a[0] == "bring.account"]) == 1
    day.bring.begin()
    url = f"{day.odoo.url}/bring/warehousing/{day.told['token']}"
    day.bring.call("endpoint", {"url": url, "key": day.told["endpoint_key"], "as": "json",
                                "auth": "basic"})  # fmt: skip
    # The rest of the day is JSON, with Basic, and asked by SOAP: nothing else may differ.
    wsdl = f"{day.bring.url}/po/api/ws/purchaseorder-v1.wsdl"
    day.odoo("bring.account", "write", day.account,
             vals={"transport": "soap", "api_format": "json", "wsdl_url": wsdl})  # fmt: skip
    day.send_all()
    assert not [a for a in day.activities() if a[0] == "bring.account"]
    day.odoo("bring.account", "write", day.account, vals={"api_key": "wrong"})
    extra = day.order({"A": 1})
    for _run in range(3):
        day.send()
        assert len([a for a in day.activities() if a[0] == "bring.account"]) == 1
    day.odoo("bring.account", "write", day.account, vals={"api_key": KEY})
    day.send_all()
    assert not [a for a in day.activities() if a[0] == "bring.account"]
    return sales + extra


def check(day: Day, sales: list[dict], purchases: list[str], cancelled: str, late: str) -> None:
    """Both sides tell the same, and nobody is asked for what did not happen."""
    orders = day.bring.orders()
    for name in [order["name"] for order in sales]:
        kept = orders[name]
        shipped = Counter()
        for line in kept["lines"]:
            shipped[line["article"]] += line["handled"]
        wanted = "cancelled" if name == cancelled else "despatched"
        assert kept["status"] == wanted and not kept["duplicates"], (name, kept)
        rows = day.sql(f"""
            SELECT p.default_code, sum(m.quantity * u.factor) FROM stock_move m
              JOIN product_product p ON p.id = m.product_id
              JOIN uom_uom u ON u.id = m.product_uom
              JOIN stock_picking k ON k.id = m.picking_id JOIN sale_order s ON s.id = k.sale_id
             WHERE s.name = '{name}' AND m.state = 'done' GROUP BY 1
        """)
        assert {code: float(q) for code, q in rows} == {k: v for k, v in shipped.items() if v}, name
    parts = [o for o in orders.values() if "partially_despatched" in str(o["history"])]
    assert len(parts) == 2, "what was short left in two parts"
    (row,) = day.odoo.read("sale.order", [("name", "=", late)], "picking_ids", "bring_status")
    assert row["bring_status"] == "despatched" and len(row["picking_ids"]) == 2, row
    for name in purchases:
        assert orders[name]["status"] == "received", orders[name]
    bad = day.odoo.read("bring.document", [("state", "in", ["attention", "pending"])],
                        "reference", "kind", "status_code", "error")  # fmt: skip
    assert not bad, "\n".join(f"{row['kind']} {row['reference']}: {row['error']}" for row in bad)
    for direction, of in (("in", "push"), ("in", "pull"), ("out", "push")):
        kinds = day.sql(f"SELECT DISTINCT content_type FROM bring_message "
                        f"WHERE direction = '{direction}' AND channel = '{of}'")  # fmt: skip
        told = str(kinds)
        assert "xml" in told and ("json" in told or of == "pull"), (direction, of, kinds)
    assert stock_of_odoo(day) == stock_of_bring(day)
    day.odoo("bring.account", "action_pull_balances", day.account)
    day.settle()
    (counted,) = day.sql("SELECT differ_count, unknown_count, absent_count, agree_count "
                         "FROM bring_inventory_report ORDER BY id DESC LIMIT 1")  # fmt: skip
    assert counted[:3] == (0, 0, 0) and counted[3] >= len(day.told["products"]) - 1, counted
    assert not {"attention", "unknown", "waiting"} & day.outbox().keys(), day.outbox()
    crons = day.odoo.read("ir.cron", [("cron_name", "like", "Bring")], "active")
    assert crons and all(cron["active"] for cron in crons)
    assert not day.activities()


STATUS = {"Stock": "AVAILABLE_FOR_SALE", "Blocked": "BLOCKED", "Quarantine": "QUARANTINED"}


def stock_of_odoo(day: Day) -> dict:
    """Return what lies there: (article, lot or "", Bring's status) → quantity."""
    rows = day.sql(f"""
        SELECT p.default_code, coalesce(l.name, ''), o.name, sum(q.quantity) FROM stock_quant q
          JOIN product_product p ON p.id = q.product_id
          JOIN stock_location o ON o.id = q.location_id
          LEFT JOIN stock_lot l ON l.id = q.lot_id
         WHERE o.usage = 'internal' AND o.warehouse_id = {day.told["warehouse"]}
         GROUP BY 1, 2, 3 HAVING sum(q.quantity) != 0
    """)
    return {(code, lot, STATUS[place]): float(quantity) for code, lot, place, quantity in rows}


def stock_of_bring(day: Day) -> dict:
    """Return the same of the simulator's."""
    stock: Counter = Counter()
    for row in day.bring.state()["stock"]:
        if row["serials"]:
            stock.update({(row["article"], serial, row["status"]): 1 for serial in row["serials"]})
        else:
            stock[row["article"], row["batch"], row["status"]] += row["quantity"]
    return {key: float(quantity) for key, quantity in stock.items() if quantity}
