"""The command line pushes, renders, and says in words what is wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from counterpart import KEY, Counterpart, unheard_url
from lxml import etree

from simulator.cli import main

FIXTURES = Path(__file__).parent / "fixtures"
ORDERS = ["--orders", str(FIXTURES / "orders.json")]
KINDS = {
    "order-response": [*ORDERS, "--reference", "S00012"],
    "despatch-advice": [*ORDERS, "--reference", "S00012"],
    "receiving-advice": [*ORDERS, "--reference", "P00007"],
    "inventory-report": ORDERS,
    "inventory-adjustment": ORDERS,
}


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("BRING_KEY", KEY)


def render(capfdbinary, *arguments):
    assert main(["render", *arguments]) == 0
    return capfdbinary.readouterr().out


@pytest.mark.parametrize("quirks", [[], ["--quirks"]])
@pytest.mark.parametrize("style", [[], ["--json"], ["--json", "prefixed"]])
@pytest.mark.parametrize("kind", KINDS)
def test_all_kinds_are_pushed(kind, style, quirks, counterpart, capsys):
    arguments = ["push", kind, *KINDS[kind], *style, *quirks, "--url", counterpart.url]
    assert main(arguments) == 0
    output = capsys.readouterr().out
    assert f"{kind} " in output
    assert "HTTP 200 success, RequestID request-1" in output
    assert KEY not in output
    ((headers, body),) = counterpart.received
    assert headers["Content-Type"].endswith("json" if style else "xml")
    root = next(iter(json.loads(body))) if style else etree.QName(etree.fromstring(body)).localname
    assert root.rpartition(":")[2].endswith("Message")


def test_what_is_shipped_is_given_by_line(capfdbinary):
    body = render(
        capfdbinary, "despatch-advice", *KINDS["despatch-advice"], "--status", "O4", "--ship",
        "10=2,20=1", "--tracking", "7070", "--sscc", "370708012345678905", "--note", "N",
        "--at", "2026-01-05T10:00",
    )  # fmt: skip
    tree = etree.fromstring(body)
    assert [e.text for e in tree.findall(".//despatchedQuantity")] == ["2", "1"]
    assert tree.findtext(".//sscc") == "370708012345678905"
    assert tree.findtext(".//ginc") == "7070"
    assert tree.findtext(".//despatchDateTime") == "2026-01-05T10:00:00+01:00"


def test_what_arrived_is_given_by_line_and_condition(capfdbinary):
    body = render(
        capfdbinary, "receiving-advice", *KINDS["receiving-advice"], "--receive", "10=4",
        "--condition", "10=1:1", "--condition", "10=2:1",
    )  # fmt: skip
    tree = etree.fromstring(body)
    assert [e.text for e in tree.findall(".//receivingConditionCode")] == ["0", "1", "2"]
    assert [e.text for e in tree.findall(".//receivingConditionQuantity")] == ["2", "1", "1"]


def test_stock_and_changes_are_given_by_article(capfdbinary):
    body = render(
        capfdbinary, "inventory-report", "--warehouse", "NCD", "--stock", "A=1=5:BLOCKED:B:1",
        "--stock", "C=0.5",
    )  # fmt: skip
    tree = etree.fromstring(body)
    names = [e.text for e in tree.findall(".//additionalTradeItemIdentification")]
    assert names == ["A=1", "C"]
    assert tree.findtext(".//batchNumber") == "B:1"
    types = [e.text for e in tree.findall(".//inventoryStatusType")]
    assert types == ["BLOCKED", "AVAILABLE_FOR_SALE"]
    body = render(capfdbinary, "inventory-adjustment", "--warehouse", "NCD", "--change", "A=-3:60")
    tree = etree.fromstring(body)
    assert tree.findtext(".//quantityOfUnits") == "-3"
    assert tree.findtext(".//inventoryActivityTypeCode") == "60"


def test_stock_without_rows_is_what_was_ordered(capfdbinary):
    tree = etree.fromstring(render(capfdbinary, "inventory-report", *ORDERS))
    names = [e.text for e in tree.findall(".//additionalTradeItemIdentification")]
    assert names == ["LAMP", "MILK", "PHONE", "FISH"]
    assert tree.findtext(".//inventoryReportToParty/*") == "123456"


def test_several_orders_are_documents_of_one_message(capfdbinary):
    body = render(capfdbinary, "order-response", *ORDERS, "--status", "O3")
    references = etree.fromstring(body).findall(".//originalOrder/entityIdentification")
    assert [reference.text for reference in references] == ["S00012", "P00007"]


def test_a_day_is_pushed_and_listed(counterpart, capsys):
    assert main(["day", *ORDERS, "--url", counterpart.url, "--quirks", "--seed", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(counterpart.received) + 1
    assert lines[-1] == f"{len(counterpart.received)} messages pushed, 0 not accepted"


def test_a_day_that_is_not_accepted_fails(counterpart, capsys):
    assert main(["day", *ORDERS, "--url", counterpart.url, "--key", "wrong"]) == 1
    assert "0 not accepted" not in capsys.readouterr().out


def test_wrong_deliveries_are_a_table(counterpart, capsys):
    assert main(["wrong", "--url", counterpart.url, "--bomb", "3"]) == 0
    assert "19 passed, 0 failed" in capsys.readouterr().out


def test_a_wrong_answer_fails_the_table(capsys):
    with Counterpart(lax=True) as server:
        assert main(["wrong", "--url", server.url, "--bomb", "1"]) == 1
    output = capsys.readouterr().out
    assert "FAIL  bad key" in output
    assert "wanted: 401 in Bring's format" in output


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["order-response", *ORDERS, "--reference", "S9"], "no order 'S9'"),
        (["despatch-advice", *ORDERS, "--ship", "70=1"], "has no line 70"),
        (["order-response", "--orders", "none.json"], "can't read the orders none.json"),
        (["inventory-report", "--stock", "A=1"], "which warehouse?"),
        (["inventory-report", *ORDERS, "--warehouse", "NCD"], "no article"),
        (["receiving-advice", *ORDERS, "--condition", "10=1:99"], "more in condition"),
    ],
)
def test_bad_input_is_told_in_words(arguments, words, capsys):
    assert main(["render", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert words in error


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["order-response", *ORDERS, "--status", "O2"],
        ["despatch-advice", *ORDERS, "--ship", "ten=1"],
        ["despatch-advice", *ORDERS, "--ship", "10=few"],
        ["inventory-report", "--warehouse", "NCD", "--stock", "A"],
        ["order-response", *ORDERS, "--at", "noon"],
    ],
)
def test_bad_arguments_end_with_the_usage(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["render", *arguments])
    assert caught.value.code == 2
    assert "usage: python -m simulator" in capsys.readouterr().err


def test_a_missing_key_is_told(monkeypatch, counterpart, capsys):
    monkeypatch.delenv("BRING_KEY")
    assert main(["wrong", "--url", counterpart.url]) == 2
    assert "give --key, or set BRING_KEY" in capsys.readouterr().err


def test_a_refusal_a_wrong_answer_and_none_are_failures(counterpart, capsys):
    push = ["push", "order-response", *KINDS["order-response"]]
    assert main([*push, "--url", counterpart.url, "--key", "wrong"]) == 1
    assert "HTTP 401 wrong or no key" in capsys.readouterr().out
    with Counterpart(reply=(500, "text/html", b"<h1>Oops</h1>")) as server:
        assert main([*push, "--url", server.url]) == 1
    assert "error: HTTP 500" in capsys.readouterr().err
    assert main([*push, "--url", unheard_url()]) == 1
    error = capsys.readouterr().err
    assert "Connection refused" in error
    assert KEY not in error
    assert main([*push, "--url", "nowhere"]) == 2


@pytest.mark.slow
def test_it_runs_as_a_module_and_helps():
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "simulator", "--help"]
    answer = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert "BRING_KEY" in answer.stdout
