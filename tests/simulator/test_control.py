"""The simulator's own places move the clock, set stock, make faults, and show the state."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from caller import CUSTOMER, LOGIN, Caller
from counterpart import KEY
from lxml import etree

from simulator.cli import main

ROOT = Path(__file__).parents[2]


def last(counterpart):
    return etree.fromstring(counterpart.received[-1][1])


def test_the_clock_is_moved_on(server, caller):
    caller.send()
    answer = caller.control("advance", {"seconds": 180})
    assert answer["now"] == "2026-07-01T10:03:00+00:00"
    (push,) = answer["pushes"]
    assert (push["title"], push["state"]) == ("S00012 O1", "accepted")
    caller.control("advance", {"days": 1, "hours": 1.5})
    assert server.orders["S00012"].status == "despatched"


def test_faults_are_made_and_cleared(server, caller):
    caller.control("faults", [{"kind": "empty", "route": "pull.*", "count": None},
                              {"kind": "missing_articles", "articles": ["LAMP"]},
                              {"kind": "slow", "seconds": 0.5, "probability": 0.25}])  # fmt: skip
    assert [fault.kind for fault in server.faults.waiting] == ["empty", "missing_articles", "slow"]
    assert server.faults.waiting[1].articles == ("LAMP",)
    assert caller.control("faults", method="DELETE") == {"faults": []}
    assert server.faults.waiting == []


def test_stock_is_set_in_silence_and_adjusted_with_a_reason(server, caller, counterpart):
    row = {"warehouse": "BERGER", "article": "LAMP"}
    assert caller.control("stock", {**row, "quantity": 7}) == {"changes": [-3]}
    assert server.stock.quantity("LAMP") == 7
    assert counterpart.received == []
    caller.control("stock", {**row, "change": -2, "reason": "100"})
    assert server.stock.quantity("LAMP") == 5
    message = last(counterpart)
    assert message.findtext(".//inventoryActivityTypeCode") == "100"
    assert message.findtext(".//quantityOfUnits") == "-2"
    caller.control("stock", [{**row, "change": 1.5, "reason": "210", "batch": "B", "ean": "123",
                              "best_before": "2027-01-31", "name": "Big lamp"}])  # fmt: skip
    assert last(counterpart).findtext(".//batchNumber") == "B"
    # the guideline of adjustments has no place for a best-before date
    assert last(counterpart).findtext(".//bestBeforeDate") is None
    assert server.stock.articles["LAMP"].name == "Big lamp"
    caller.control("stock", {**row, "quantity": 9, "status": "QUARANTINED"})
    assert server.stock.quantity("LAMP", status="QUARANTINED") == 9


def test_a_report_is_pushed_of_each_warehouse(server, caller, counterpart):
    caller.control("stock", {"warehouse": "NCD", "article": "MILK", "quantity": 3, "batch": "B1"})
    answer = caller.control("report", {})
    assert [push["title"] for push in answer["pushes"]] == ["BERGER", "NCD"]
    report = last(counterpart)
    assert report.findtext(".//batchNumber") == "B1"
    assert report.findtext(".//quantityOfUnits") == "3"
    assert report.findtext(".//inventoryStatusType") == "AVAILABLE_FOR_SALE"
    assert len(caller.control("report", {"warehouse": "BERGER"})["pushes"]) == 1


def test_goods_arrive_when_told_to(server, caller, counterpart):
    caller.send("P1", (10, "LAMP", 10), function="PurchaseOrder", service="")
    caller.control("receive", {"order": "P1", "lines": {
        "10": {"quantity": 8, "conditions": {"1": 2}}}})  # fmt: skip
    assert server.stock.quantity("LAMP", status="BLOCKED") == 2
    assert server.stock.quantity("LAMP") == 18
    assert server.orders["P1"].status == "partially_received"
    assert last(counterpart).findtext(".//quantityReceived") == "8"


def test_the_state_is_shown(server, caller):
    caller.send()
    caller.send()
    server.faults.add("empty", "pull.order")
    server.advance(hours=8)
    state = caller.control("state", method="GET")
    (order,) = state["orders"]
    assert (order["reference"], order["status"], order["duplicates"]) == (
        "S00012", "despatched", 1
    )  # fmt: skip
    assert order["lines"] == [{"number": 10, "article": "LAMP", "quantity": 4, "handled": 4}]
    assert order["history"][-1][1] == "despatched"
    assert state["balances"][0] == {
        "article": "LAMP", "physical": 6, "allocated": 0, "in_order": 0, "free": 6
    }  # fmt: skip
    assert [row["quantity"] for row in state["stock"]] == [6]
    assert len(state["pushes"]) == 5
    assert state["faults"][0]["kind"] == "empty"
    assert [call["route"] for call in state["calls"]] == ["send.order"] * 2
    assert LOGIN.key not in json.dumps(state)
    assert KEY not in json.dumps(state)


@pytest.mark.parametrize(
    "name, body",
    [
        ("advance", {"weeks_or_so": 1}),
        ("advance", {"seconds": -1}),
        ("faults", {"kind": "flood"}),
        ("faults", {"route": "x"}),
        ("stock", {"warehouse": "BERGER", "article": "LAMP"}),
        ("stock", {"warehouse": "BERGER", "article": "LAMP", "change": -99}),
        ("stock", {"warehouse": "BERGER", "article": "LAMP", "quantity": "x"}),
        ("stock", {"warehouse": "BERGER", "article": "LAMP", "quantity": 99, "status": "NEW"}),
        ("receive", {"order": "P9", "lines": {}}),
        ("receive", {"order": "S00012", "lines": {"10": {"quantity": 1}}}),
    ],
)
def test_what_is_wrong_is_said(server, caller, name, body):
    caller.send()
    answer = requests.post(f"{server.url}/_simulator/{name}", json=body, timeout=10)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert server.stock.quantity("LAMP") == 10


def test_other_places_are_listed(server):
    answer = requests.get(f"{server.url}/_simulator/nothing", timeout=10)
    assert answer.status_code == 404
    assert "POST /_simulator/advance" in answer.json()["error"]
    answer = requests.post(f"{server.url}/_simulator/advance", data="{", timeout=10)
    assert answer.status_code == 400


@pytest.mark.slow
def test_the_command_listens_until_it_is_ended(tmp_path, counterpart):
    stock = tmp_path / "stock.json"
    stock.write_text('[{"warehouse": "BERGER", "article": "LAMP", "quantity": 10}]')
    command = [
        sys.executable, "-m", "simulator", "serve", "--customer", CUSTOMER, "--uid", LOGIN.uid,
        "--endpoint", counterpart.url, "--stock", str(stock), "--state", str(tmp_path / "state"),
        "--speed", "0",
    ]  # fmt: skip
    environment = {**os.environ, "BRING_API_KEY": LOGIN.key, "BRING_KEY": KEY}

    def serve(use):
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                url = process.stdout.readline().strip()
                assert url.startswith("http://127.0.0.1:")
                use(Caller(type("Remote", (), {"url": url})))
            finally:
                process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
            assert process.stdout.read() == ""

    def first(caller):
        caller.send("S00012", (10, "LAMP", 4))
        pushed = caller.control("advance", {"hours": 8})["pushes"]
        assert [push["state"] for push in pushed] == ["accepted"] * 5

    def second(caller):
        state = caller.control("state", method="GET")
        assert [row["quantity"] for row in state["stock"]] == [6]
        assert [order["status"] for order in state["orders"]] == ["despatched"]

    serve(first)
    serve(second)


@pytest.mark.parametrize(
    "arguments, words",
    [
        ([], "no API key"),
        (["--api-key", "k", "--endpoint", "http://localhost:1"], "no key of the endpoint"),
        (["--api-key", "k", "--stock", "nowhere.json"], "can't read the stock"),
        (["--api-key", "k", "--host", "192.0.2.1"], "can't listen"),
    ],
)
def test_what_is_missing_is_said(arguments, words, monkeypatch, capsys):
    monkeypatch.delenv("BRING_API_KEY", raising=False)
    monkeypatch.delenv("BRING_KEY", raising=False)
    assert main(["serve", *arguments]) == 2
    assert words in capsys.readouterr().err
