"""What can go wrong on the way, with a real server and real sockets."""

import gzip
import logging
import socket
import time
import traceback

import pytest
import requests
from client.fake_bring import KEY, cut, drip, drop, reply, wait

from bring.client import Settings, connect
from bring.client.http import ATTEMPTS
from bring.errors import (
    BadSettings,
    BrokenAnswer,
    CallError,
    ElsewhereError,
    NotAuthorised,
    NotFound,
    RejectedError,
    TransportError,
    UnknownOutcome,
)

ORDER = "/pull/order/999999/S00012"
SEND = "/send/order"
MESSAGE = b"<CreateOrderRequest/>"
TAKEN = b'{"PostBackResponse": {"Message": "success", "RequestID": "R1"}}'


def test_the_headers(bring, fixture):
    bring.on(ORDER, fixture("order.xml"))
    with bring.client() as client:
        assert client.order("S00012").status == "Picked"
    (call,) = bring.calls
    assert call.headers["X-Mybring-API-Uid"] == "me@example.com"
    assert call.headers["X-Mybring-API-Key"] == KEY
    assert call.headers["X-Bring-Client-URL"] == "https://example.com"
    assert call.headers["Accept"] == "application/xml"


@pytest.mark.parametrize("format", ["xml", "json"])
def test_each_question_has_its_address(bring, fixture, format):
    kind = f"application/{format}"

    def answer(name):
        return reply(fixture(f"{name}.{format}"), kind=kind)

    bring.on("/pull/articlebalance/999999", answer("balances"))
    bring.on("/pull/articlebalance/999999/B/2 #7", answer("balances"))
    bring.on("/pull/articlebalance/info/999999/kaffe, malt", answer("balances"))
    bring.on("/pull/order/999999/S00012", answer("order"))
    bring.on("/pull/items/999999/S00012", answer("items"))
    bring.on("/pull/errorCodes", answer("error_codes"))
    with bring.client(format=format) as client:
        balances = client.article_balances()
        assert [b.article for b in balances] == ["A-100", "B/2 #7"]
        assert (balances.raw, balances.content_type) == (fixture(f"balances.{format}"), kind)
        survey = client.survey_balances()
        assert survey.count == 2
        assert (survey.raw, survey.answered_at) == (balances.raw, balances.answered_at)
        assert [b.article for b in client.article_balance("B/2 #7")] == ["B/2 #7"]
        assert len(client.search_balances("kaffe, malt").items) == 2
        assert client.order("S00012").warehouse_code == "NCD"
        assert [i.line_id for i in client.order_items("S00012")] == ["10"]
        assert len(client.error_codes().codes) == 2
    assert bring.calls[2].path.endswith("/B%2F2%20%237")
    assert {call.headers["Accept"] for call in bring.calls} == {kind}


@pytest.mark.parametrize("number", ["", " ", ".", ".."])
def test_a_number_that_would_be_another_address(bring, number):
    with bring.client() as client, pytest.raises(RejectedError, match="is no number"):
        client.order(number)
    assert bring.calls == []


def test_an_answer_without_the_article_asked_for(bring, fixture):
    bring.on("/pull/articlebalance/999999/C", fixture("balances.xml"))
    with bring.client() as client, pytest.raises(NotFound, match="balance of C"):
        client.article_balance("C")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (reply(status=500), "HTTP 500"),
        (reply(status=503, Retry_After="7"), "HTTP 503"),
        (reply(status=429, Retry_After="3600"), "HTTP 429"),
        (drop, "cut"),
        (cut(b"x" * 200_000, 100_000), "cut off"),
        (wait(3), "no answer in time"),
        (reply(b"not gzip", Content_Encoding="gzip"), "unpacked"),
    ],
)
def test_a_question_is_repeated_and_then_given_up(bring, fixture, trouble, words):
    bring.on(ORDER, trouble)
    with bring.client() as client:
        with pytest.raises(TransportError, match=words) as caught:
            client.order("S00012")
        assert len(bring.calls) == ATTEMPTS
        assert type(caught.value) is TransportError
        assert caught.value.retry
        assert str(caught.value).startswith("order S00012: Bring ")
        bring.on(ORDER, trouble, fixture("order.xml"))
        assert client.order("S00012").status == "Picked"


def test_pauses_double_with_jitter_and_have_a_cap(bring):
    bring.on(ORDER, reply(status=500))
    for random in (0.0, 1.0):
        client = connect(bring.settings(), sleep=bring.pauses.append, random=lambda r=random: r)
        with client, pytest.raises(TransportError):
            client.order("S00012")
    assert bring.pauses == [0.25, 0.5, 0.5, 1.0]
    bring.pauses.clear()
    bring.on(ORDER, reply(status=429, Retry_After="3600"))
    with bring.client() as client, pytest.raises(TransportError):
        client.order("S00012")
    assert bring.pauses == [20, 20]


def closed_port() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{one.getsockname()[1]}"


@pytest.mark.parametrize(
    ("address", "words"),
    [(closed_port, "refused"), (lambda: "http://nowhere.invalid", "name isn't known")],
    ids=["refused", "no such host"],
)
def test_not_reachable_is_safe_to_repeat_even_when_sending(bring, address, words):
    url = address()
    with bring.client(pull_url=url, send_url=url) as client:
        for call in (lambda: client.order("S1"), lambda: client.post_order(MESSAGE)):
            bring.pauses.clear()
            with pytest.raises(TransportError, match=words) as caught:
                call()
            assert type(caught.value) is TransportError
            assert caught.value.retry
            assert "Nothing was sent" in str(caught.value)
            assert len(bring.pauses) == ATTEMPTS - 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "trouble",
    [
        reply(status=500),
        reply(status=502),
        drop,
        wait(3),
        cut(b"x" * 1000, 10),
        reply(b"<html>Thank you</html>"),
        reply(b""),
        reply(b"{", kind="application/json"),
        reply(status=302, Location="https://elsewhere.example"),
        reply(b"<!DOCTYPE a><CreateOrderResponse/>"),
    ],
)
def test_what_was_sent_is_never_repeated_when_its_outcome_is_unknown(bring, trouble):
    bring.on(SEND, trouble)
    with bring.client() as client, pytest.raises(UnknownOutcome, match="is not known") as caught:
        client.post_order(MESSAGE)
    assert len(bring.calls) == 1
    assert bring.pauses == []
    assert not caught.value.retry
    assert caught.value.call == "sending an order"


def test_an_answer_too_large_to_what_was_sent_leaves_it_unknown(bring):
    bring.on(SEND, reply(b"<a>" + b" " * 5000))
    with bring.client(max_answer=4000) as client, pytest.raises(UnknownOutcome, match="4,000"):
        client.post_order(MESSAGE)


def test_too_many_calls_means_that_nothing_was_taken(bring):
    bring.on(SEND, reply(status=429), TAKEN)
    with bring.client() as client:
        assert client.post_order(MESSAGE) == "R1"
    assert len(bring.calls) == 2


@pytest.mark.parametrize("status", [401, 403, 417])
def test_not_authorised(bring, status):
    bring.on(ORDER, reply(f"<p>No access with {KEY}</p>", status))
    with bring.client() as client, pytest.raises(NotAuthorised, match="check the API user") as c:
        client.order("S00012")
    assert len(bring.calls) == 1
    assert c.value.http_status == status


def test_a_404_alone_does_not_prove_that_an_order_is_not_there(bring):
    with bring.client() as client, pytest.raises(ElsewhereError, match="nothing at this"):
        client.order("S00012")


@pytest.mark.parametrize("status", [200, 400, 404])
def test_bring_s_own_words_do(bring, refusal, status):
    bring.on(ORDER, reply(refusal("PO_STATE_001", "Purchase order not found"), status))
    with bring.client() as client, pytest.raises(NotFound, match="Purchase order") as caught:
        client.order("S00012")
    assert (caught.value.code, caught.value.http_status) == ("PO_STATE_001", status)
    assert caught.value.call == "order S00012"


def test_refused_when_sending(bring, refusal):
    content = refusal("PO_INPUT_024", "It exists already", "CreateOrderResponse")
    bring.on(SEND, reply(content, 400), reply(content))
    with bring.client() as client:
        for _status in (400, 200):
            with pytest.raises(RejectedError, match="PO_INPUT_024"):
                client.post_order(MESSAGE)
    assert len(bring.calls) == 2


def test_a_redirect_is_not_followed(bring, fixture):
    bring.on(ORDER, reply(status=301, Location=f"{bring.url}/there"))
    bring.on("/there", fixture("order.xml"))
    with bring.client() as client, pytest.raises(BrokenAnswer, match="HTTP 301"):
        client.order("S00012")
    assert len(bring.calls) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><GetOrderResponse>&e;'
        b"</GetOrderResponse>",
    ],
)
def test_a_broken_answer_is_not_asked_for_again(bring, content):
    bring.on(ORDER, content)
    with bring.client() as client, pytest.raises(BrokenAnswer, match="order S00012: the answer"):
        client.order("S00012")
    assert len(bring.calls) == 1


def test_size_is_limited_also_of_what_is_packed(bring):
    bomb = gzip.compress(b" " * 20_000_000)
    assert len(bomb) < 20_000
    bring.on(ORDER, reply(bomb, Content_Encoding="gzip"))
    client = bring.client(max_answer=1_000_000)
    with client, pytest.raises(BrokenAnswer, match="larger than 1,000,000 bytes"):
        client.order("S00012")


def test_packed_answers_are_read(bring, fixture):
    bring.on(ORDER, reply(gzip.compress(fixture("order.xml")), Content_Encoding="gzip"))
    with bring.client() as client:
        assert client.order("S00012").raw == fixture("order.xml")


@pytest.mark.slow
def test_an_answer_that_drips_has_an_end(bring):
    bring.on(ORDER, drip(0.05))
    begun = time.monotonic()
    client = bring.client(total_timeout=0.4)
    with client, pytest.raises(TransportError, match="no answer in time"):
        client.order("S00012")
    assert time.monotonic() - begun < 5


@pytest.mark.slow
def test_a_call_and_its_repetitions_end_in_time_together(bring):
    bring.on(ORDER, drip(0.05))
    begun = time.monotonic()
    client = bring.client(read_timeout=0.3, total_timeout=0.4)
    with client, pytest.raises(TransportError):
        client.order("S00012")
    assert time.monotonic() - begun < 2
    assert len(bring.calls) == 1, "after the pause there is no time for another"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"api_key": ""}, "no API key"),
        ({"api_uid": " "}, "no API user"),
        ({"client_url": ""}, "no client address"),
        ({"api_key": KEY + "\nX: y"}, "can't hold"),
        ({"api_key": KEY + "ø"}, "can't hold"),
        ({"pull_url": ""}, "pull url"),
        ({"pull_url": "ftp://example.com"}, "pull url"),
        ({"pull_url": f"https://me:{KEY}@example.com"}, "pull url"),
        ({"pull_url": "http://[::1"}, "pull url"),
    ],
)
def test_settings_that_can_not_work(bring, change, words):
    with bring.client(**change) as client, pytest.raises(BadSettings, match=words) as caught:
        client.order("S00012")
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert bring.calls == []


def exceptions(error):
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.slow
@pytest.mark.parametrize(
    "trouble",
    [
        drop,
        wait(3),
        reply(status=500),
        reply(f"<p>{KEY}</p>", 401),
        reply(
            f"<GetOrderResponse><ResponseProperties><Error><Code>C {KEY}</Code><Description>"
            f"wrong key {KEY}</Description></Error></ResponseProperties></GetOrderResponse>"
        ),
        reply(f"<{KEY}/>"),
        reply(
            f"<GetOrderResponse><OrderSet><Order orderId='1'><DateAndTimes subClass='Document"
            f"Date'>{KEY}</DateAndTimes></Order></OrderSet></GetOrderResponse>"
        ),
    ],
)
def test_the_key_is_in_no_log_no_exception_and_no_repr(bring, trouble, caplog):
    caplog.set_level(logging.DEBUG)
    bring.on(ORDER, trouble)
    bring.on(SEND, trouble)
    with bring.client() as client:
        for call in (lambda: client.order("S00012"), lambda: client.post_order(MESSAGE)):
            with pytest.raises(CallError) as caught:
                call()
            shown = "".join(traceback.format_exception(caught.value))
            for error in exceptions(caught.value):
                # A library's exception holds the request with its headers.
                assert not isinstance(error, requests.RequestException)
                shown += repr(error) + str(error) + repr(vars(error)) + repr(error.args)
            assert KEY not in shown
        assert KEY not in repr(client) + repr(client._http.settings) + str(vars(client))
    assert len(bring.calls) >= 2
    assert all(call.headers["X-Mybring-API-Key"] == KEY for call in bring.calls)
    assert caplog.records
    assert KEY not in caplog.text


def test_the_session_of_a_caller_keeps_no_key_and_stays_open(bring, fixture):
    bring.on(ORDER, fixture("order.xml"))
    session = requests.Session()
    with connect(bring.settings(), session=session) as client:
        client.order("S00012")
    assert KEY not in str(dict(session.headers))
    assert session.get(f"{bring.url}{ORDER}").status_code == 200
    session.close()


def test_defaults_are_bring_s_addresses():
    settings = Settings(api_uid="u", api_key="k", client_url="c", customer_number="1")
    assert settings.pull_url == "https://api.bring.com/warehousing/api/v1"
    assert settings.send_url == "https://bapi.bring.com/wh/api/v1"
    assert (settings.connect_timeout, settings.read_timeout) == (10, 60)
    assert settings.max_answer == 64 * 1024 * 1024


def test_what_was_written_goes_under_its_own_media_type(bring):
    bring.on(SEND, TAKEN)
    bring.on("/send/itemdata", TAKEN)
    with bring.client(format="xml") as client:
        assert client.post_order(b'{"version": "5.0"}') == "R1"
        assert client.post_items(b'{"version": "5.0"}') == "R1"
        assert client.post_order(b"<?xml version='1.0'?><CreateOrderRequest/>") == "R1"
    media_types = [call.headers["Content-Type"] for call in bring.calls]
    assert media_types == ["application/json; charset=utf-8"] * 2 + [
        "application/xml; charset=utf-8"
    ]
    assert [call.headers["Accept"] for call in bring.calls] == ["application/json"] * 2 + [
        "application/xml"
    ]
