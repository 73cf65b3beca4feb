"""What a no means: Bring's codes, its words in any body, and answers that aren't Bring's."""

import json

import pytest
from client.fake_bring import raw, reply

from bring.answer_codes import CODES, About, about, codes_in
from bring.client.http import ATTEMPTS
from bring.errors import (
    AccountRefused,
    AlreadyThere,
    BrokenAnswer,
    CallError,
    ElsewhereError,
    NoItems,
    NotAuthorised,
    NotFound,
    RejectedError,
    TransportError,
    UnknownOutcome,
)
from bring.pull_reader import parse_order, parse_receipt

ORDER, ITEMS, SEND = "/pull/order/999999/S00012", "/pull/items/999999/S00012", "/send/order"
MESSAGE = b"<CreateOrderRequest/>"
PAGE = "<!DOCTYPE html>\n<html><head><title>Gateway</title></head><body>{}</body></html>"
EXPECTED = {
    "PO_STATE_001": NotFound,
    "PO_STATE_002": NotAuthorised,
    "PO_STATE_003": NoItems,
    "PO_STATE_004": RejectedError,
    "PO_STATE_005": RejectedError,
    "PO_INPUT_001": AccountRefused,
    "PO_INPUT_006": AccountRefused,
    "PO_INPUT_010": NotFound,
    "PO_INPUT_021": RejectedError,
    "PO_INPUT_024": AlreadyThere,
    "po_input_024 ": AlreadyThere,
    "XY_NEW_009": RejectedError,
    "": RejectedError,
}


def raised(client, call=lambda client: client.order("S00012")):
    with client, pytest.raises(CallError) as caught:
        call(client)
    return caught.value


def post(client):
    return client.post_order(MESSAGE)


def test_the_list_is_bring_s():
    assert len(CODES) == 29
    assert [code for code in CODES if not code.startswith("PO_")] == []
    assert {about(code) for code in CODES} == set(About)


@pytest.mark.parametrize(
    ("code", "kind", "form"),
    [
        (code, kind, form)
        for code, kind in EXPECTED.items()
        for form in ("xml", "json", "soap", "fault", "text", "page")
        if codes_in(code) or form in ("xml", "json", "soap")  # else there is none to be found
    ],
)
def test_a_code_means_the_same_in_every_shape(bring, refusal, code, kind, form):
    words = "Bring's own words"
    xml = refusal(code, words)
    content, media, status = {
        "xml": (xml, "application/xml", 200),
        "json": (
            json.dumps({"ResponseProperties": {"Error": {"Code": code, "Description": words}}}),
            "application/json",
            400,
        ),
        "soap": (
            b"<s:Envelope xmlns:s='x'><s:Body>" + xml + b"</s:Body></s:Envelope>",
            "text/xml",
            200,
        ),
        "fault": (
            f"<s:Envelope xmlns:s='x'><s:Body><s:Fault><faultcode>s:Server</faultcode>"
            f"<faultstring>{code} {words}</faultstring></s:Fault></s:Body></s:Envelope>",
            "text/xml",
            200,
        ),
        "text": (f"{code} {words}", "text/plain", 400),
        "page": (PAGE.format(f"<h1>HTTP 400</h1><p>{code} {words}</p>"), "text/html", 404),
    }[form]
    bring.on(ORDER, reply(content, status, media))
    error = raised(bring.client())
    assert type(error) is kind
    assert error.code == code.strip()
    assert words in error.description
    assert len(bring.calls) == 1


def test_of_several_errors_what_concerns_all_counts_first(refusal):
    both = (
        "<A><ResponseProperties><Error><Code>{}</Code><Description>one</Description></Error>"
        "<Error><Code>{}</Code><Description>two</Description></Error></ResponseProperties></A>"
    )
    for codes, kind in (
        (("PO_INPUT_021", "PO_INPUT_001"), AccountRefused),
        (("PO_INPUT_021", "PO_INPUT_024"), RejectedError),
        (("PO_STATE_001", "PO_INPUT_010"), NotFound),
    ):
        with pytest.raises(RejectedError, match="one; two") as caught:
            parse_order(both.format(*codes).encode(), None, "UTC")
        assert type(caught.value) is kind


@pytest.mark.parametrize("status", [400, 409, 422])
@pytest.mark.parametrize(
    ("body", "media", "words"),
    [
        ("Article  number\r\n is required", "text/plain", "Article number is required"),
        ('{"status": 400, "message": "No such unit"}', "application/json", "No such unit"),
        ("<error><text>No such unit</text></error>", "application/xml", "No such unit"),
        ("x" * 100_000, "text/plain", "x" * 500 + "…"),
        ("bad \x00\x1b[31mred", "text/plain", "bad [31mred"),
    ],
)
def test_the_words_of_a_validation_are_the_reason(bring, status, body, media, words):
    bring.on(SEND, reply(body, status, media))
    error = raised(bring.client(), post)
    assert type(error) is RejectedError
    assert words in error.description
    assert len(error.description) <= 501


@pytest.mark.parametrize("status", [400, 403, 404, 405, 407, 410, 413, 414, 421, 431, 451])
@pytest.mark.parametrize("body", [PAGE.format("No such place"), ""])
def test_a_status_without_bring_s_words_says_nothing_about_an_order(bring, status, body):
    bring.on(SEND, reply(body, status, "text/html"))
    bring.on(ORDER, reply(body, status, "text/html"))
    for call in (post, lambda client: client.order("S00012")):
        error = raised(bring.client(), call)
        assert type(error) is ElsewhereError
        assert not error.retry
        assert f"HTTP {status}" in error.reason
    assert len(bring.calls) == 2


@pytest.mark.parametrize("status", [404, 405])
def test_words_of_somebody_else_s_are_no_reason(bring, status):
    bring.on(SEND, reply("Not Found", status, "text/plain"))
    assert type(raised(bring.client(), post)) is ElsewhereError


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520])
def test_a_server_s_error_leaves_it_unknown_unless_bring_names_its_code(bring, refusal, status):
    for body in (PAGE.format("Bad gateway"), "", "Error sending data to destination"):
        bring.on(SEND, reply(body, status, "text/html"))
        assert type(raised(bring.client(), post)) is UnknownOutcome
    bring.on(SEND, reply(refusal("PO_INPUT_021", "Article number is required"), status))
    error = raised(bring.client(), post)
    assert (type(error), error.code) == (RejectedError, "PO_INPUT_021")


@pytest.mark.parametrize(
    "page",
    [
        PAGE.format("Maintenance"),
        "<html>Maintenance</html>",
        "\ufeff \n<!doctype HTML><p>x",
        '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x">',
        "<!-- nginx -->\n<html></html>",
    ],
)
@pytest.mark.parametrize("media", ["text/html; charset=utf-8", "application/xml"])
def test_a_page_of_html_with_status_200_passes_by_itself(bring, page, media):
    bring.on(ORDER, reply(page, kind=media))
    bring.on(SEND, reply(page, kind=media))
    error = raised(bring.client())
    assert type(error) is TransportError
    assert error.retry
    assert "HTML page" in error.reason
    assert len(bring.calls) == ATTEMPTS
    error = raised(bring.client(), post)
    assert type(error) is UnknownOutcome
    assert "HTML page" in error.reason


@pytest.mark.parametrize("statuses", [(100,), (102,), (103,), (100, 103, 102), (199,)])
def test_informational_answers_are_skipped(bring, fixture, statuses):
    before = b"".join(
        b"HTTP/1.1 %d Wait\r\nLink: </a>; rel=preload\r\n\r\n" % status for status in statuses
    )
    body = fixture("order.xml")
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n"
    bring.on(ORDER, raw(before + head % len(body) + body))
    with bring.client() as client:
        assert client.order("S00012").status == "Picked"
    assert len(bring.calls) == 1


HOSTILE = {
    "retry after": b"HTTP/1.1 429 No\r\nRetry-After: \xb2\r\nContent-Length: 0\r\n\r\n",
    "retry after long": b"HTTP/1.1 503 No\r\nRetry-After: " + b"9" * 5000 + b"\r\n\r\n",
    "informational without end": b"HTTP/1.1 103 Wait\r\n\r\n" * 5000,
    "switching": b"HTTP/1.1 101 Switch\r\nUpgrade: x\r\n\r\n",
    "location": b"HTTP/1.1 302 F\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n",
    "location 2": b"HTTP/1.1 302 F\r\nLocation: \xff\x00//:99999999\r\nContent-Length: 0\r\n\r\n",
    "status": b"HTTP/1.1 999999 X\r\n\r\n",
    "status 2": b"HTTP/1.1 \xb2\xb2\xb2 X\r\n\r\n",
    "no status": b"\x16\x03\x01\x00\x00",
    "length": b"HTTP/1.1 200 OK\r\nContent-Length: \xb2\r\n\r\nx",
    "length 2": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx",
    "length 3": b"HTTP/1.1 200 OK\r\nContent-Length: 3, 5\r\n\r\nxxxxx",
    "chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx",
    "chunk 2": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nxxxxx\r\n0\r\n\r\n",
    "headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
    "long header": b"HTTP/1.1 200 OK\r\nContent-Type: " + b"x" * 70_000 + b"\r\n\r\n",
    "semicolons": b"HTTP/1.1 200 OK\r\nContent-Type: a" + b";" * 60_000 + b"\r\n\r\n{",
    "charset": b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=undefined\r\n\r\n{}",
    "charset 2": b"HTTP/1.1 200 OK\r\nContent-Type: a/b; charset=\xb2''%zz\r\n\r\n{}",
    "cookie": b'HTTP/1.1 200 OK\r\nSet-Cookie: a=b; max-age=\xb2; expires=\xff; port="x\r\n\r\n{}',
    "encoding": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip, gzip, gzip\r\n\r\nx",
}
BODIES = {
    "nested response": b'{"GetArticleBalanceResponse":' * 3000 + b"{}" + b"}" * 3000,
    "nested set": b'{"ArticleBalanceSet":' * 100_000,
    "nested list": b'{"ArticleBalance":' + b"[" * 100_000,
    "nested anything": b'{"a":' * 3000 + b"1" + b"}" * 3000,
    "nested entries": b"[" * 3000 + b"]" * 3000,
    "nested xml": b"<a>" * 3000 + b"</a>" * 3000,
    "nested envelope": b"<Envelope><Body>" * 120 + b"</Body></Envelope>" * 120,
    "number": b'{"ArticleBalanceSet": {"ArticleBalance": {"ArticleNumber": 1, "PhysicalBalance": '
    + b"9" * 5000 + b"}}}",
    "exponent": b'{"ArticleBalanceSet": {"ArticleBalance": {"ArticleNumber": 1,'
    b' "PhysicalBalance": 1e999999999}}}',
    "time": b'{"ResponseProperties": {"DateAndTimes": 9999999999999}, "OrderSet": {"Order": {'
    b'"orderId": "1", "DateAndTimes": {"subClass": "DOCUMENT_DATE", "Date": 9999999999999}}}}',
    "year": b"<GetOrderResponse><ResponseProperties><DateAndTimes>9999-12-31T23:59:59-14:00"
    b"</DateAndTimes></ResponseProperties><OrderSet><Order orderId='1'/></OrderSet>"
    b"</GetOrderResponse>",
    "surrogate": b'{"OrderSet": {"Order": {"orderId": "\\ud800", "OrderStatus": {"a": []}}}}',
    "keys": b'{"' + b"k" * 100_000 + b'": {"\xc3\xa6<>": [null, [[]]]}}',
    "nothing": b"\x00" * 100,
    "marks": b"<" * 200_000,
    "comment": b"<!--" * 50_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_ends_as_an_error_of_ours(bring, name):
    for path in (ORDER, SEND, "/pull/articlebalance/999999"):
        bring.on(path, raw(HOSTILE[name]))
    for call in (post, lambda c: c.order("S00012"), lambda c: c.survey_balances()):
        assert isinstance(raised(bring.client(), call), CallError)


READABLE = ("time", "year", "surrogate")
BALANCES = "/pull/articlebalance/999999"


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_body_ends_as_an_error_of_ours(bring, name, status):
    calls = {
        SEND: post,
        ORDER: lambda client: client.order("S00012"),
        ITEMS: lambda client: client.order_items("S00012"),
        BALANCES: lambda client: client.survey_balances(),
        "/pull/errorCodes": lambda client: client.error_codes(),
    }
    for path, call in calls.items():
        bring.on(path, reply(BODIES[name], status))
        with bring.client(read_timeout=10) as client:
            try:
                call(client)
            except CallError as error:
                assert len(str(error)) < 1000
                assert "(RecursionError)" not in str(error), "foreseen, not caught"
            else:
                # a balance whose number is none is one line that can't be read
                readable = ("number", "exponent") if "articlebalance" in path else READABLE
                assert name in readable, "nothing to be read"
                assert path in (ORDER, ITEMS, BALANCES)


def test_a_receipt_with_a_code_is_read_as_any_refusal():
    for message, kind in (
        ("PO_INPUT_024 Attempted to create a purchase order that already existed", AlreadyThere),
        ("Failure: PO_INPUT_021", RejectedError),
        ("x" * 10_000, RejectedError),
    ):
        content = json.dumps({"PostBackResponse": {"Message": message}}).encode()
        with pytest.raises(RejectedError) as caught:
            parse_receipt(content, None)
        assert type(caught.value) is kind
        assert len(caught.value.description) <= 501


def test_what_the_readers_did_not_foresee_is_a_broken_answer(bring, monkeypatch):
    bring.on(ORDER, "<a/>")

    def fails(*_arguments):
        raise IndexError("of somebody's")

    monkeypatch.setattr("bring.client.rest.parse_order", fails)
    error = raised(bring.client())
    assert type(error) is BrokenAnswer
    assert "IndexError" in error.reason
