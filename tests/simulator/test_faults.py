"""What goes wrong on demand goes wrong over HTTP, once or as often as is wanted."""

import time
from decimal import Decimal

import pytest
import requests
from caller import CUSTOMER, LOGIN, Caller, make_order, order_json, order_xml
from lxml import etree

from simulator.faults import Faults
from simulator.server import Server

BALANCES = f"articlebalance/{CUSTOMER}"


@pytest.mark.slow
def test_a_slow_answer_is_late(server, caller):
    server.faults.add("slow", "pull.*", seconds=0.4)
    begin = time.perf_counter()
    caller.get(BALANCES)
    assert time.perf_counter() - begin >= 0.4
    begin = time.perf_counter()
    caller.get(BALANCES)
    assert time.perf_counter() - begin < 0.4
    server.faults.add("slow", "pull.*", seconds=30)
    with pytest.raises(requests.ReadTimeout):
        Caller(server, timeout=0.2).get(BALANCES)


@pytest.mark.parametrize("kind, taken", [("error_before", False), ("error_after", True)])
def test_500_before_or_after_it_is_done(server, caller, kind, taken):
    server.faults.add(kind, "send.order")
    assert caller.post(order_xml(make_order())).status_code == 500
    assert ("S00012" in server.orders) is taken
    assert server.calls[-1].faults == (kind,)


def test_a_connection_that_ends_without_an_answer_took_the_order(server, caller):
    server.faults.add("silent", "send.order")
    with pytest.raises(requests.ConnectionError):
        caller.post(order_xml(make_order()))
    assert server.calls[-1].status == 0
    assert caller.get(f"order/{CUSTOMER}/S00012").findtext(".//{*}OrderStatus") == "EDIIMPORTED"
    assert caller.send() == "PO_INPUT_024"
    assert server.orders["S00012"].duplicates == 1


def test_an_answer_is_cut_in_the_middle(server, caller):
    server.faults.add("cut", "send.order")
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        caller.post(order_xml(make_order()))
    assert "S00012" in server.orders


@pytest.mark.parametrize("format", ["xml", "json"])
@pytest.mark.parametrize("kind", ["html", "empty", "other_root", "broken"])
def test_wrong_answers_are_200_and_not_what_was_asked_for(server, caller, kind, format):
    server.faults.add(kind, "pull.balances")
    answer = caller.call("GET", f"/{BALANCES}", Accept=f"application/{format}")
    assert answer.status_code == 200
    body = answer.content
    if kind == "html":
        assert answer.headers["Content-Type"] == "text/html"
    elif kind == "empty":
        assert body == b""
    elif kind == "other_root":
        assert b"Unexpected" in body
        assert b"ArticleBalance" not in body
    elif format == "json":
        with pytest.raises(ValueError):
            answer.json()
    else:
        with pytest.raises(etree.XMLSyntaxError):
            etree.fromstring(body)
    assert caller.get(BALANCES, format) is not None  # the next answer is right


def test_soap_goes_wrong_too(server, caller):
    server.faults.add("html", "soap.*")
    body = (
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        b'<GetErrorCodesRequest xmlns="http://api.bring.com/po"/></e:Body></e:Envelope>'
    )
    answer = caller.call("POST", "/ws/purchaseorder-v1", body)
    assert answer.headers["Content-Type"] == "text/html"


def test_balances_may_be_days_old(server, caller):
    caller.send()
    server.advance(days=3)
    server.faults.add("old_balances", "pull.balances", days=2.99)
    root = caller.get(BALANCES)
    assert root.findtext(".//{*}PhysicalBalance") == "10.00"
    assert root.findtext(".//{*}AllocatedBalance") == "4.00"
    assert root.findtext(".//{*}LastUpdatedDateTime").startswith("2026-07-01T12:14")
    assert caller.get(BALANCES).findtext(".//{*}PhysicalBalance") == "6.00"


def test_balances_may_be_empty_or_lack_articles(server, caller):
    server.faults.add("empty_balances")
    root = caller.get(BALANCES)
    assert len(root.find("{*}ArticleBalanceSet")) == 0
    server.faults.add("missing_articles", articles=("LAMP",))
    root = caller.get(BALANCES)
    assert [e.text for e in root.iter("{*}ArticleNumber")] == ["MILK"]


def test_a_delete_may_be_answered_and_ignored(server, caller):
    """The cancellation crosses the despatch."""
    caller.send()
    server.faults.add("ignored", "send.order")
    caller.send(indicator="Delete")
    server.advance(hours=8)
    assert server.orders["S00012"].status == "despatched"
    assert "S00012 99" not in [push.title for push in server.pushes]


def test_a_push_may_come_twice(server, caller, counterpart):
    server.faults.add("duplicate", "push.despatch_advice")
    caller.send()
    server.advance(hours=8)
    bodies = [body for _, body in counterpart.received]
    assert len(bodies) == 6
    assert len(set(bodies)) == 5
    assert bodies[1] == bodies[2]


def test_a_push_may_be_late_and_out_of_order(server, caller):
    server.faults.add("late", "push.order_response", count=2, seconds=5 * 3600)
    caller.send()
    server.advance(hours=10)
    arrived = sorted(server.pushes, key=lambda push: push.attempts[0].at)
    assert [push.title for push in arrived] == [
        "S00012 O2", "S00012 O3", "S00012 O4", "S00012 O1", "S00012 O3"
    ]  # fmt: skip
    assert arrived[3].at < arrived[0].at  # what it tells of is older


def test_faults_have_a_count_or_last(server, caller):
    server.faults.add("error_before", "pull.balances", count=2)
    server.faults.add("error_before", "pull.error_codes", count=None)
    statuses = [caller.call("GET", f"/{BALANCES}").status_code for _ in range(3)]
    assert statuses == [500, 500, 200]
    assert {caller.call("GET", "/errorCodes").status_code for _ in range(5)} == {500}
    server.faults.clear()
    assert caller.call("GET", "/errorCodes").status_code == 200


def test_a_probability_is_dealt_by_the_seed():
    def run(seed):
        faults = Faults(seed)
        faults.add("empty", count=None, probability=0.3)
        return [bool(faults.take("pull.order", ("empty",))) for _ in range(200)]

    assert run(1) == run(1)
    assert run(1) != run(2)
    assert 30 < sum(run(1)) < 90


@pytest.mark.parametrize("options", [{"kind": "flood"}, {"kind": "cut", "probability": 2}])
def test_a_fault_that_does_not_exist_is_an_error(options):
    with pytest.raises(ValueError):
        Faults().add(**options)


def test_two_faults_strike_together(at):
    with Server(login=LOGIN, start_at=at, any_article=True) as server:
        server.faults.add("slow", seconds=0.2)
        server.faults.add("broken")
        begin = time.perf_counter()
        answer = Caller(server).post(order_json(make_order()), format="json")
        assert time.perf_counter() - begin >= 0.2
        with pytest.raises(ValueError):
            answer.json()
        assert server.calls[0].faults == ("slow", "broken")


@pytest.mark.slow
def test_parallel_orders_are_taken_once_each(at):
    from concurrent.futures import ThreadPoolExecutor

    with Server(login=LOGIN, start_at=at, any_article=True) as server:
        caller = Caller(server)
        with ThreadPoolExecutor(8) as pool:
            said = list(pool.map(lambda n: caller.send(f"S{n % 5}"), range(20)))
        assert said.count("PO_INPUT_024") == 15
        assert sum(kept.duplicates for kept in server.orders.values()) == 15
        assert len(server.calls) == 20
        in_order = server.stock.balances()[0].in_order
        assert in_order == Decimal(4) * 5


def test_a_fault_may_be_about_one_order(server, caller):
    server.faults.add("error_before", "send.order", count=None, order="S1")
    answers = [caller.post(order_xml(make_order(number))) for number in ("S1", "S12", "S1-2")]
    assert [answer.status_code for answer in answers] == [500, 200, 200]
    server.faults.clear()
    server.faults.add("refused", "pull.order", code="PO_STATE_004", order="S12")
    for number, code in (("S12", "PO_STATE_004"), ("S1-2", None)):
        answer = caller.get(f"order/{CUSTOMER}/{number}")
        assert answer.findtext(".//{*}Code") == code


@pytest.mark.parametrize("format", ["xml", "json"])
def test_any_of_bring_s_codes_may_be_answered(server, caller, format):
    server.faults.add("refused", "send.order", code="PO_INPUT_024", status=400)
    answer = caller.call("POST", "/order", order_xml(make_order()), Accept=f"application/{format}")
    assert answer.status_code == 400
    assert b"PO_INPUT_024" in answer.content
    assert not server.orders
    with pytest.raises(ValueError, match="no code"):
        server.faults.add("refused", code="PO_INPUT_999")


def test_another_s_answer_may_come_instead_of_bring_s(server, caller):
    headers = {"Content-Type": "text/plain", "Retry-After": "7"}
    server.faults.add("answered", status=407, headers=headers, body="No proxy, no answer")
    answer = caller.post(order_xml(make_order()))
    assert (answer.status_code, answer.text) == (407, "No proxy, no answer")
    assert answer.headers["Retry-After"] == "7"
    assert not server.orders


def test_an_informational_answer_may_come_first(server, caller):
    server.faults.add("informational", "send.order", status=100)
    assert caller.post(order_xml(make_order())).status_code == 200
    assert "S00012" in server.orders
