"""Answers, read from their bytes: XML, JSON and SOAP alike."""

import json
import re
import tracemalloc
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bring.errors import (
    AccountRefused,
    BrokenAnswer,
    NoItems,
    NotAuthorised,
    NotFound,
    RejectedError,
    TransportError,
)
from bring.pull_reader import (
    parse_balances,
    parse_error_codes,
    parse_order,
    parse_order_items,
    parse_receipt,
)
from bring.pull_scan import scan
from bring.span import Span

TZ = "Europe/Oslo"
ANSWERED = Span.at(datetime(2026, 3, 2, 8, 15, 30, 250000, tzinfo=UTC))


@pytest.mark.parametrize("name", ["balances.xml", "balances.json", "soap_balances.xml"])
def test_balances(fixture, name):
    balances = parse_balances(fixture(name), None, TZ)
    assert balances.answered_at == ANSWERED
    first, second = balances
    assert (first.article, first.name) == ("A-100", "Rømmegrøt 500 g")
    assert (first.physical, first.allocated, first.in_order, first.free) == (12, 2, 40, 10)
    assert first.updated_at == Span.at(datetime(2026, 3, 1, 21, 30, tzinfo=UTC))
    assert second.free == Decimal("0.5")
    # No offset: local, in winter and in summer.
    assert second.created_at == Span.at(datetime(2025, 11, 5, 6, tzinfo=UTC))
    assert second.updated_at == Span.at(datetime(2025, 7, 5, 5, tzinfo=UTC))
    assert balances.raw == fixture(name)


@pytest.mark.parametrize("name", ["order.xml", "order.json", "soap_order.xml"])
def test_order(fixture, name):
    order = parse_order(fixture(name), None, TZ)
    assert (order.order_number, order.status) == ("S00012", "Picked")
    assert order.references == (("ACD", "S00012"), ("CMR", "70700000000000017"), ("WS", "NCD"))
    assert (order.consignment, order.warehouse_code) == ("70700000000000017", "NCD")
    assert order.date == Span.at(datetime(2026, 2, 27, 22, 22, 51, 355000, tzinfo=UTC))
    assert order.answered_at == ANSWERED
    ((role, party),) = order.parties
    assert role == "DeliveryParty"
    assert (party.name, party.identification) == ("Ålesund Kolonial AS", "4711")
    assert (party.postal_code, party.city, party.country) == ("6002", "ÅLESUND", "NO")
    assert party.street == ("Kaien 1", "Port B")
    assert [item.line_id for item in order.items] == ["10"]


@pytest.mark.parametrize("name", ["order.xml", "order.json"])
def test_articles_of_an_order(fixture, name):
    (item,) = parse_order(fixture(name), None, TZ).items
    assert item.article == "A-100"
    assert item.articles == (("", "A-100"), ("VendorItemNo", "V-9"))
    assert (item.quantity, item.remaining) == (None, None)


@pytest.mark.parametrize("name", ["items.xml", "items.json", "soap_order.xml"])
def test_order_items(fixture, name):
    (item,) = parse_order_items(fixture(name), None, TZ)
    assert (item.line_id, item.quantity, item.remaining) == ("10", 4, Decimal("1.5"))
    assert (item.unit, item.article, item.description) == ("PCE", None, "Rømmegrøt 500 g")


@pytest.mark.parametrize("name", ["error_codes.xml", "error_codes.json"])
def test_error_codes(fixture, name):
    assert parse_error_codes(fixture(name), None, TZ).codes == (
        ("PO_STATE_001", "Not there"),
        ("PO_INPUT_011", "Less than nothing"),
    )


@pytest.mark.parametrize("suffix", ["xml", "json"])
def test_the_shapes_of_bring_s_examples(shape_bytes, suffix):
    def read(parse, name):
        return parse(shape_bytes(f"pull/{name}.{suffix}"), None, TZ)

    physical = [b.physical for b in read(parse_balances, "retrieve_articlebalance_all")]
    assert (physical[:5], physical[-1]) == ([251, 5896, 758], 758)
    assert [b.article for b in read(parse_balances, "retrieve_articlebalance_one")] == ["6211288"]
    assert len(read(parse_balances, "retrieve_articlebalance_search").items) == 2
    order = read(parse_order, "retrieve_order")
    assert (order.order_number, order.status) == ("88702706-del_2", "Picked")
    assert (order.consignment, order.warehouse_code) == ("01010021859004022", "BERGER")
    assert order.date == Span.at(datetime(2024, 11, 19, 18, 22, 51, 355000, tzinfo=UTC))
    assert [role for role, _party in order.parties] == [
        "DeliveryParty",
        "OrderingParty",
        "Supplier",
        "TransportCompany",
    ]
    assert [item.article for item in order.items] == ["811118", "811115", "811112"]
    items = read(parse_order_items, "retrieve_orderitems")
    assert [(i.line_id, i.quantity, i.remaining) for i in items] == [
        ("1", 4, 0),
        ("2", 1, 0),
        ("3", 3, 0),
    ]
    assert dict(read(parse_error_codes, "error_codes").codes)["PO_STATE_001"]


def test_bring_s_own_shapes_of_soap(shape_bytes):
    found = shape_bytes("pull/soap_get_purchase_order_response.xml")
    assert parse_order(found, None, TZ).order_number == "9619819339"
    assert [item.remaining for item in parse_order_items(found, None, TZ)] == [1]
    with pytest.raises(NotFound, match="PO_STATE_001"):
        parse_order(shape_bytes("pull/soap_get_purchase_order_not_found_response.xml"), None, TZ)
    with pytest.raises(RejectedError, match="PO_STATE_004"):
        parse_order(
            shape_bytes("pull/soap_get_purchase_order_access_denied_response.xml"), None, TZ
        )


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("PO_STATE_001", NotFound),
        ("PO_STATE_003", NoItems),
        ("PO_STATE_002", NotAuthorised),
        ("PO_STATE_004", RejectedError),
        ("PO_INPUT_001", AccountRefused),
        ("XY_NEW_009", RejectedError),
    ],
)
@pytest.mark.parametrize("format", ["xml", "json"])
def test_a_refusal_in_an_answer(refusal, code, kind, format):
    content = refusal(code, "No such thing")
    if format == "json":
        error = {"Code": code, "Description": "No such thing"}
        content = json.dumps({"ResponseProperties": {"Error": error}}).encode()
    with pytest.raises(RejectedError) as caught:
        parse_order(content, None, TZ)
    assert type(caught.value) is kind
    assert (caught.value.code, caught.value.description) == (code, "No such thing")


def test_an_empty_error_is_none(fixture):
    content = fixture("items.json").replace(b'"SchemaVersion"', b'"Error": null, "SchemaVersion"')
    assert len(parse_order_items(content, None, TZ).items) == 1


def test_no_article_is_an_answer_too(fixture):
    whole = fixture("balances.xml").decode()
    start, end = whole.index("<ArticleBalance>"), whole.rindex("</ArticleBalance>") + 17
    assert parse_balances((whole[:start] + whole[end:]).encode(), None, TZ).items == ()
    empty = b'{"ResponseProperties": {}, "ArticleBalanceSet": {"ArticleBalance": []}}'
    assert parse_balances(empty, None, TZ).items == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   ",
        b"<html><body>Service is down</body></html>",
        b"<GetOrderResponse/>",
        b"{}",
        b"[]",
        b'{"ResponseProperties": {}}',
        b"null",
        b"OK",
        b'{"ArticleBalanceSet": {"ArticleBalance": [',
        b"<GetArticleBalanceResponse><ArticleBalanceSet>",
        b"<GetArticleBalanceResponse/>",
        b'<!DOCTYPE a [<!ENTITY e "x">]><GetArticleBalanceResponse>&e;</GetArticleBalanceResponse>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><GetArticleBalanceResponse/>',
        b"<s:Envelope xmlns:s='x'/>",
        b"<s:Envelope xmlns:s='x'><s:Body/></s:Envelope>",
        b"<a>" * 1000,
        b'{"a":' * 5000,
    ],
)
def test_what_is_no_answer_is_broken(content):
    for parse in (parse_balances, parse_order, parse_order_items, parse_error_codes):
        with pytest.raises(BrokenAnswer):
            parse(content, None, TZ)
    with pytest.raises(BrokenAnswer):
        parse_receipt(content, None)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "<PhysicalBalance>0.50<",
            "<PhysicalBalance>many<",
            r"ArticleBalance\[2\]/PhysicalBalance: 'many' is not a number",
        ),
        ("<PhysicalBalance>12.00</PhysicalBalance>", "", r"\[1\]/PhysicalBalance: is missing"),
        ("<ArticleNumber>A-100<", "<ArticleNumber> <", r"\[1\]/ArticleNumber: is missing"),
        ("2026-03-01T22:30:00+01:00", "yesterday", r"\[1\]/LastUpdatedDateTime: 'yesterday'"),
    ],
)
def test_one_balance_that_cannot_be_read_is_one_balance(fixture, old, new, words):
    content = fixture("balances.xml").decode()
    assert old in content
    whole = parse_balances(content.encode(), None, TZ).items
    items = parse_balances(content.replace(old, new, 1).encode(), None, TZ).items
    ((wrong, right),) = [pair for pair in zip(items, whole, strict=True) if pair[0] != pair[1]]
    assert re.search(words, wrong.problem)
    assert (wrong.name, wrong.physical) == (right.name, None)


def test_a_balance_s_other_numbers_are_information(fixture):
    content = fixture("balances.xml").decode()
    for old, new in (
        ("<FreeBalance>0.50<", "<FreeBalance>many<"),
        ("<FreeBalance>10.00</FreeBalance>", ""),
    ):
        assert old in content
        content = content.replace(old, new, 1)
    items = parse_balances(content.encode(), None, TZ).items
    assert [(item.free, item.problem) for item in items] == [(None, None)] * 2


def test_balances_that_end_too_soon_are_broken(fixture):
    content = fixture("balances.xml").replace(b"</ArticleBalanceSet>", b"", 1)
    with pytest.raises(BrokenAnswer, match="not well-formed"):
        parse_balances(content, None, TZ)


def test_a_soap_fault_of_ours_is_a_refusal_and_one_of_theirs_may_pass():
    fault = (
        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><s:Fault>"
        "<faultcode>s:{}</faultcode><faultstring>Went wrong</faultstring>"
        "</s:Fault></s:Body></s:Envelope>"
    )
    with pytest.raises(RejectedError, match=r"Went wrong \(s:Client\)"):
        parse_order(fault.format("Client").encode(), None, TZ)
    with pytest.raises(TransportError, match="Went wrong") as caught:
        parse_order(fault.format("Server").encode(), None, TZ)
    assert caught.value.retry


@pytest.mark.parametrize(
    ("content", "request_id"),
    [
        (
            b'<CreateOrderResponse xmlns="https://bapi.bring.com/wh/api/v1"><ResponseProperties>'
            b"<Message>Success</Message><RequestId>R1</RequestId></ResponseProperties>"
            b"</CreateOrderResponse>",
            "R1",
        ),
        (b'{"PostBackResponse": {"Message": "success", "RequestID": "R2"}}', "R2"),
        (b'{"PostBackResponse": {"Message": "SUCCESS"}}', ""),
    ],
)
def test_receipts(content, request_id):
    assert parse_receipt(content, None) == request_id


def test_a_receipt_that_says_no():
    with pytest.raises(RejectedError, match="Unknown article"):
        parse_receipt(b'{"PostBackResponse": {"Message": "Unknown article"}}', None)


@pytest.mark.parametrize("sample", ["order_response", "itemdata_response"])
@pytest.mark.parametrize("suffix", [".xml", ".json"])
def test_receipts_in_the_shape_of_bring_s_examples(shape_bytes, sample, suffix):
    content = shape_bytes(f"send/create_{sample}{suffix}")
    assert parse_receipt(content, None) == "B-4711"


def many_balances(content: bytes, name: str, count: int) -> bytes:
    text = content.decode()
    if name.endswith("xml"):
        start, end = text.index("<ArticleBalance>"), text.index("</ArticleBalance>") + 17
        return (text[:start] + text[start:end] * count + text[end:]).encode()
    start, end = text.index('{\n        "ArticleNumber"'), text.index("},\n      {") + 1
    return (text[:start] + ",".join([text[start:end]] * count) + text[end:]).encode()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["balances.xml", "balances.json"])
def test_many_balances_take_memory_for_what_is_returned_only(fixture, name):
    """About 1 KB a balance, besides the text of JSON, which is decoded as a whole."""
    content = many_balances(fixture(name), name, 3000)
    tracemalloc.start()
    balances = parse_balances(content, None, TZ)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(balances.items) == 3001
    assert peak < 3000 * 1000 + 2 * len(content)


def test_of_many_balances_few_are_elements_at_a_time(fixture):
    content = many_balances(fixture("balances.xml"), "xml", 3000)
    here = [
        len(element.getparent())
        for element in scan(content, None)
        if "Balance" in element.tag and element.getparent() is not None
    ]
    chunk = (1 << 16) / (len(content) / 3000)  # as many as one chunk has
    assert len(here) == 3001
    assert max(here) <= chunk + 3
