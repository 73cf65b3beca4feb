"""Orders move on as the clock does; the stock and the messages tell the same."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from caller import CUSTOMER, LOGIN, Caller
from counterpart import KEY, Counterpart, unheard_url
from lxml import etree

from simulator import numbering
from simulator.depot import DepotError
from simulator.outbox import REPEATS
from simulator.pace import Habits, Pace
from simulator.push import Endpoint
from simulator.server import Server
from simulator.style import oslo

ORDERLY = Habits(short=0, blocked=0, quarantined=0)
PURCHASE = {"function": "PurchaseOrder", "service": ""}


def told(counterpart):
    """Return (document, order number, status) of what was pushed."""
    found = []
    for _, body in counterpart.received:
        document = etree.fromstring(body)[1]
        name = etree.QName(document).localname
        number = document.findtext(f"{name}Identification/entityIdentification")
        status = document.findtext("deliveryTypeCode") or document.findtext("responseStatusCode")
        found.append((name, number, status))
    return found


def amounts(root, name):
    return [Decimal(element.text) for element in root.iter(name)]


def balance(server, article):
    return next(row for row in server.stock.balances() if row.article.number == article)


def check_ledger(server):
    """The balances, which come from the ledger, are what lies in the lots."""
    for row in server.stock.balances():
        lots = [lot for lot in server.stock.lots if lot.article == row.article.number]
        assert row.physical == sum(lot.quantity for lot in lots)
        assert row.allocated == sum(lot.allocated for lot in lots)
        assert row.free == sum(lot.quantity for lot in lots if lot.status == "AVAILABLE_FOR_SALE"
                               ) - row.allocated  # fmt: skip
        wanted = (
            kept.wanted(line)
            for kept in server.orders.values()
            if kept.order.type == "order" and kept.status != "cancelled"
            for line in kept.order.lines
            if line.article == row.article.number
        )
        assert row.in_order == sum(wanted)


def test_an_order_goes_through_every_status(server, caller, counterpart):
    caller.send()
    assert counterpart.received == []
    server.advance(minutes=3)
    assert told(counterpart) == [("orderResponse", "S00012", "O1")]
    server.advance(hours=8)
    assert told(counterpart) == [
        ("orderResponse", "S00012", "O1"),
        ("despatchAdvice", "S00012", "O2"),
        ("orderResponse", "S00012", "O3"),
        ("despatchAdvice", "S00012", "O3"),
        ("despatchAdvice", "S00012", "O4"),
    ]
    kept = server.orders["S00012"]
    assert [status for _, status in kept.history] == [
        "taken", "registered", "allocated", "started", "picked", "despatched"
    ]  # fmt: skip
    assert {push.state for push in server.pushes} == {"accepted"}
    assert [push.attempts[0].request_id for push in server.pushes] == [
        f"request-{number}" for number in range(1, 6)
    ]


def test_the_stock_leaves_at_the_instant_that_the_advice_names(server, caller, counterpart):
    caller.send()
    server.advance(hours=8)
    advice = etree.fromstring(counterpart.received[-1][1])
    told_at = datetime.fromisoformat(advice.findtext(".//creationDateTime"))
    left = next(moved for moved in server.stock.ledger if moved.physical == -4)
    assert left.at.astimezone(oslo()).replace(microsecond=0) == told_at
    # of some orders it tells only the day
    moved_at = datetime.fromisoformat(advice.findtext(".//despatchDateTime"))
    assert moved_at in (told_at, told_at.replace(hour=0, minute=0, second=0))
    assert server.stock.quantity("LAMP") == 6
    assert amounts(advice, "despatchedQuantity") == [4]
    check_ledger(server)


def test_numbers_have_right_check_digits_and_differ(server, caller):
    for number in ("S1", "S2", "S3"):
        caller.send(number, (10, "LAMP", 1))
    server.advance(hours=8)
    numbers = [n for kept in server.orders.values() for n in (*kept.tracking, *kept.ssccs)]
    assert len(set(numbers)) == 6
    assert sorted(map(len, numbers)) == [17, 17, 17, 18, 18, 18]
    for number in numbers:
        weights = [3 if i % 2 else 1 for i in range(len(number))]
        digits = map(int, reversed(number))
        assert sum(d * w for d, w in zip(digits, weights, strict=True)) % 10 == 0
    assert numbering.with_check_digit("629104150021") == "6291041500213"  # GS1's own example


def test_a_short_order_is_shipped_in_part_and_the_rest_later(server, caller, counterpart):
    caller.send("S1", (10, "LAMP", 12), (20, "MILK", 2))
    server.advance(hours=8)
    kept = server.orders["S1"]
    assert (kept.status, kept.handled) == ("partially_despatched", {10: 10})
    check_ledger(server)
    server.bring.adjust("BERGER", "LAMP", change=Decimal(5))
    server.bring.adjust("BERGER", "MILK", change=Decimal(2))
    server.advance(hours=8)
    assert (kept.status, kept.handled) == ("despatched", {10: 12, 20: 2})
    assert len(kept.ssccs) == len(set(kept.ssccs)) == len(kept.tracking) == 2
    shipped = [etree.fromstring(body) for _, body in counterpart.received][-2:]
    assert [amounts(advice, "despatchedQuantity") for advice in shipped] == [[10], [2, 2]]
    assert server.stock.quantity("LAMP") == 3
    check_ledger(server)


def test_an_order_without_any_stock_waits(server, caller):
    caller.send("S1", (10, "MILK", 1))
    server.advance(days=3)
    assert server.orders["S1"].status == "registered"
    assert [push.title for push in server.pushes] == ["S1 O1"]
    server.bring.adjust("BERGER", "MILK", change=Decimal(1))
    server.advance(days=1)
    assert server.orders["S1"].status == "despatched"


def test_lots_go_first_in_first_out_with_batch_and_best_before(server, caller, counterpart):
    for batch, day in (("B2", date(2027, 1, 31)), ("B1", None)):
        server.bring.adjust(
            "BERGER", "MILK", change=Decimal(3), batch=batch, best_before=day,
            serials=[f"{batch}-{n}" for n in range(3)],
        )  # fmt: skip
    caller.send("S1", (10, "MILK", 4))
    server.advance(hours=8)
    advice = etree.fromstring(counterpart.received[-1][1])
    assert [e.text for e in advice.iter("batchNumber")] == ["B2", "B1"]
    assert amounts(advice, "tradeItemQuantity") == [3, 1]
    assert [e.text for e in advice.iter("bestBeforeDate")] == ["2027-01-31"]
    assert [e.text for e in advice.iter("serialNumber")] == ["B2-0", "B2-1", "B2-2", "B1-0"]
    assert server.stock.quantity("MILK", batch="B1") == 2


def test_an_order_for_a_batch_gets_that_batch(server, caller):
    for batch in ("B1", "B2"):
        server.bring.adjust("BERGER", "MILK", change=Decimal(3), batch=batch)
    caller.send("S1", (10, "MILK", 2), batch="B2")
    server.advance(hours=8)
    assert server.stock.quantity("MILK", batch="B2") == 1
    assert server.stock.quantity("MILK", batch="B1") == 3


def test_what_goes_missing_after_the_allocation_is_not_shipped(server, caller):
    caller.send("S1", (10, "LAMP", 8))
    server.advance(minutes=20)
    server.bring.adjust("BERGER", "LAMP", change=Decimal(-5), reason="110")
    server.advance(hours=5)
    kept = server.orders["S1"]
    assert (kept.status, kept.handled) == ("partially_despatched", {10: 5})
    assert server.stock.quantity("LAMP") == 0
    check_ledger(server)


def test_blocked_goods_are_not_sold(server, caller):
    server.bring.adjust("BERGER", "MILK", change=Decimal(5), status="BLOCKED")
    assert balance(server, "MILK")[1:] == (5, 0, 0, 0)
    caller.send("S1", (10, "MILK", 1))
    server.advance(days=1)
    assert server.orders["S1"].status == "registered"


@pytest.mark.parametrize("kind", [PURCHASE, {**PURCHASE, "type": "R"}])
def test_goods_arrive_on_a_purchase_and_on_a_return(at, endpoint, counterpart, kind):
    with Server(login=LOGIN, endpoint=endpoint, start_at=at, habits=ORDERLY,
                any_article=True) as server:  # fmt: skip
        lines = [(10, "LAMP", 5), (20, "MILK", 2)]
        Caller(server).send("P1", *lines, **kind, batch="B7", serials=["A", "B"])
        server.advance(hours=1)
        assert counterpart.received == []
        server.advance(hours=40)
        assert told(counterpart) == [("receivingAdvice", "P1", None)]
        assert server.orders["P1"].status == "received"
        advice = etree.fromstring(counterpart.received[0][1])
        assert amounts(advice, "quantityReceived") == [5, 2]
        assert {e.text for e in advice.iter("receivingConditionCode")} == {"0"}
        assert server.stock.quantity("LAMP", batch="B7", status="AVAILABLE_FOR_SALE") == 5
        assert [lot.serials for lot in server.stock.lots] == [["A", "B"]] * 2
        check_ledger(server)


def test_what_arrives_badly_is_blocked_or_quarantined(at, endpoint, counterpart):
    habits = Habits(short=1, blocked=1, quarantined=1)
    with Server(login=LOGIN, endpoint=endpoint, start_at=at, habits=habits,
                any_article=True) as server:  # fmt: skip
        Caller(server).send("P1", (10, "LAMP", 10), **PURCHASE)
        server.advance(hours=40)
        first = etree.fromstring(counterpart.received[0][1])
        assert amounts(first, "quantityReceived") == [5]
        found = [e.text for e in first.iter("receivingConditionCode", "receivingConditionQuantity")]
        assert found == ["0", "3", "1", "1", "2", "1"]
        assert server.orders["P1"].status == "partially_received"
        server.advance(hours=40)
        assert server.orders["P1"].status == "received"
        stock = {
            status: server.stock.quantity("LAMP", status=status)
            for status in ("AVAILABLE_FOR_SALE", "BLOCKED", "QUARANTINED")
        }
        assert stock == {"AVAILABLE_FOR_SALE": 6, "BLOCKED": 2, "QUARANTINED": 2}
        check_ledger(server)


def test_a_run_is_the_same_every_time_and_another_with_another_seed(at):
    def run(seed):
        with Server(login=LOGIN, start_at=at, seed=seed, any_article=True) as server:
            caller = Caller(server)
            for number in range(6):
                server.bring.adjust("BERGER", "LAMP", change=Decimal(2))
                caller.send(f"S{number}", (10, "LAMP", 3))
                caller.send(f"P{number}", (10, "LAMP", 3), **PURCHASE)
                server.advance(hours=7)
            server.advance(days=3)
            return [push.body for push in server.pushes]

    first = run(1)
    assert len(first) > 30
    assert run(1) == first
    assert run(2) != first


def test_what_is_pushed_in_small_steps_is_what_is_pushed_in_one(at):
    def run(*steps):
        with Server(login=LOGIN, start_at=at, any_article=True) as server:
            server.bring.adjust("BERGER", "LAMP", change=Decimal(2))
            Caller(server).send("S1", (10, "LAMP", 3))
            for step in steps:
                server.advance(minutes=step)
            return [push.body for push in server.pushes]

    assert run(600) == run(*[1] * 600)


def test_json_and_quirks_are_pushed_where_wanted(at, endpoint, counterpart):
    with Server(login=LOGIN, endpoint=endpoint, start_at=at, any_article=True,
                pushed_as="json", quirks=True) as server:  # fmt: skip
        Caller(server).send("S1")
        server.advance(minutes=5)
    ((headers, body),) = counterpart.received
    assert headers["Content-Type"] == "application/json"
    assert b'"responseStatusCode": "01"' in body


def test_a_failed_push_is_repeated_until_it_is_accepted(at):
    with Server(login=LOGIN, endpoint=Endpoint(unheard_url(), KEY), start_at=at,
                any_article=True) as server:  # fmt: skip
        Caller(server).send("S1")
        server.advance(minutes=3)
        (push,) = server.pushes
        assert (push.state, push.attempts[0].status) == ("waiting", 0)
        with Counterpart() as up:
            server.endpoint = Endpoint(up.url, KEY)
            server.advance(minutes=2)
            assert push.state == "accepted"
            assert up.received[0][1] == push.body
        assert [attempt.status for attempt in push.attempts] == [0, 200]


def test_a_push_that_is_refused_again_and_again_is_given_up(at, counterpart):
    with Server(login=LOGIN, endpoint=Endpoint(counterpart.url, "wrong"), start_at=at,
                any_article=True) as server:  # fmt: skip
        server.bring.adjust("BERGER", "LAMP", change=Decimal(1), reason="210")
        server.advance(days=10)
        (push,) = server.pushes
        assert push.state == "given up"
        assert [attempt.status for attempt in push.attempts] == [401] * (len(REPEATS) + 1)
        waits = [b.at - a.at for a, b in pairwise(push.attempts)]
        assert waits == list(REPEATS)
        assert len(counterpart.received) == len(REPEATS) + 1


def test_messages_wait_for_an_endpoint(at, counterpart):
    with Server(login=LOGIN, start_at=at, any_article=True) as server:
        Caller(server).send("S1")
        server.advance(minutes=5)
        assert [push.state for push in server.pushes] == ["waiting"]
        Caller(server).control("endpoint", {"url": counterpart.url, "key": KEY})
        assert [push.state for push in server.pushes] == ["accepted"]


def test_pulls_are_answered_while_a_push_waits(at):
    with Server(login=LOGIN, start_at=at, any_article=True) as server:
        caller, seen = Caller(server, timeout=5), []

        class Pulling(Counterpart):
            def accept(self, body):
                seen.append(caller.get(f"order/{CUSTOMER}/S1").findtext(".//{*}OrderStatus"))
                return super().accept(body)

        with Pulling() as counterpart:
            server.endpoint = Endpoint(counterpart.url, KEY)
            caller.send("S1")
            server.advance(minutes=5)
        assert seen == ["EDIIMPORTED"]


def test_stock_is_not_taken_below_nothing(server):
    with pytest.raises(DepotError, match="BERGER has 10 AVAILABLE_FOR_SALE of LAMP, not 11"):
        server.bring.adjust("BERGER", "LAMP", change=Decimal(-11), reason="100")
    assert server.stock.quantity("LAMP") == 10
    assert server.pushes == []


def test_the_state_is_kept_over_a_restart(at, tmp_path, counterpart):
    options = {"login": LOGIN, "start_at": at, "any_article": True, "state_dir": tmp_path}
    with Server(**options) as server:
        server.bring.adjust("BERGER", "LAMP", change=Decimal(2))
        Caller(server).send("S1", (10, "LAMP", 3))
        server.advance(minutes=20)
        bodies = [push.body for push in server.pushes]
    with Server(**options, endpoint=Endpoint(counterpart.url, KEY)) as server:
        assert server.orders["S1"].status == "allocated"
        assert [push.body for push in server.pushes] == bodies
        assert Caller(server).send("S1", (10, "LAMP", 3)) == "PO_INPUT_024"
        server.advance(hours=5)
        assert [body for _, body in counterpart.received][:2] == bodies
        assert server.orders["S1"].handled == {10: 2}
        check_ledger(server)


def test_a_clock_with_a_speed_runs_by_itself(at, endpoint, counterpart):
    with Server(login=LOGIN, endpoint=endpoint, start_at=at, speed=36000,
                any_article=True) as server:  # fmt: skip
        Caller(server).send("S1")
        for _ in range(100):
            if counterpart.received:
                break
            server.stopping.wait(0.1)
        assert told(counterpart)[0] == ("orderResponse", "S1", "O1")


def test_the_clock_does_not_go_back(server, at):
    with pytest.raises(ValueError, match="go back"):
        server.advance(hours=-1)
    assert server.clock.now == at


def test_an_article_sent_by_its_ean_is_told_by_its_number(server, caller, counterpart):
    caller.send("S1", (10, "07038010000001", 1), list="EAN")
    server.advance(hours=8)
    item = etree.fromstring(counterpart.received[-1][1]).find(".//transactionalTradeItem")
    assert item.findtext("gtin") == "07038010000001"
    assert item.findtext("additionalTradeItemIdentification") == "LAMP"


def test_the_pace_is_given(at):
    pace = Pace(register=timedelta(seconds=10), jitter=0)
    with Server(login=LOGIN, start_at=at, any_article=True, pace=pace) as server:
        Caller(server).send("S1")
        server.advance(seconds=9)
        assert server.orders["S1"].status == "taken"
        server.advance(seconds=1)
        assert server.orders["S1"].history[-1] == (at + timedelta(seconds=10), "registered")
