"""Pushing goes over real HTTP, and an answer that isn't Bring's is an error."""

import base64
import gzip
import json

import pytest
import requests
from counterpart import KEY, NAMESPACE, Counterpart, unheard_url
from lxml import etree

from simulator import messages, push
from simulator.push import Answer, AnswerError, Endpoint

GOOD = (
    f'<n:PostbackResponse xmlns:n="{NAMESPACE}"><Message>success</Message>'
    "<RequestID>1</RequestID></n:PostbackResponse>"
).encode()
GOOD_JSON = b'{"PostBackResponse": {"Message": "success", "RequestID": "1"}}'


@pytest.fixture
def message(order, at):
    return messages.despatch_advice(order, "O4", at)


def test_a_pushed_message_is_answered(counterpart, message):
    answer = Endpoint(counterpart.url, KEY).push(message)
    assert answer == Answer(200, "success", "request-1", answer.raw, answer.seconds)
    assert answer.success
    assert 0 < answer.seconds < 60
    ((headers, body),) = counterpart.received
    assert body == message.xml()
    assert headers["X-API-KEY"] == KEY
    assert headers["Content-Type"] == "application/xml"
    assert headers["Content-Length"] == str(len(body))
    assert "Authorization" not in headers


def test_json_is_pushed_and_answered_in_json(counterpart, message):
    answer = Endpoint(counterpart.url, KEY).push(message, "json", convention="badgerfish")
    assert json.loads(answer.raw)["PostBackResponse"]["RequestID"] == answer.request_id
    assert counterpart.received[0][1] == message.json("badgerfish")


def test_accept_names_the_format_of_the_answer(counterpart, message):
    answer = Endpoint(counterpart.url, KEY).push(message, accept="application/json")
    assert json.loads(answer.raw)["PostBackResponse"]["Message"] == "success"
    assert etree.fromstring(counterpart.received[0][1]) is not None


def test_basic_sends_the_key_as_password(counterpart, message):
    assert Endpoint(counterpart.url, KEY, auth="basic").push(message).success
    headers, _ = counterpart.received[0]
    scheme, credentials = headers["Authorization"].split()
    assert scheme == "Basic"
    assert base64.b64decode(credentials).decode().partition(":")[2] == KEY
    assert "X-API-KEY" not in headers


def test_credentials_of_a_netrc_are_not_sent(counterpart, message, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert Endpoint(counterpart.url, KEY).push(message).success
    assert "Authorization" not in counterpart.received[0][0]


def test_gzip_packs_the_same_bytes(counterpart, message):
    assert Endpoint(counterpart.url, KEY).push(message, gzip=True).success
    headers, body = counterpart.received[0]
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == message.xml()


def test_a_large_body_is_spooled_and_has_a_length(counterpart, message, monkeypatch):
    monkeypatch.setattr(push, "IN_MEMORY", 100)
    assert Endpoint(counterpart.url, KEY).push(message).success
    headers, body = counterpart.received[0]
    assert body == message.xml()
    assert headers["Content-Length"] == str(len(body))


def test_a_refusal_is_an_answer(counterpart, message):
    answer = Endpoint(counterpart.url, "wrong").push(message)
    assert (answer.status, answer.message, answer.success) == (401, "wrong or no key", False)


def test_the_key_is_not_shown():
    assert KEY not in repr(Endpoint("http://127.0.0.1", KEY))


def test_an_unknown_authentication_is_refused():
    with pytest.raises(ValueError, match="api-key or basic"):
        Endpoint("http://127.0.0.1", KEY, auth="digest")


@pytest.mark.parametrize("media_type", ["application/xml", "text/xml;charset=utf-8"])
def test_the_published_answer_is_read(media_type, message):
    with Counterpart(reply=(200, media_type, GOOD)) as server:
        assert Endpoint(server.url, KEY).push(message).request_id == "1"


@pytest.mark.parametrize(
    "status, media_type, body",
    [
        (200, "text/html", GOOD),
        (200, "", GOOD),
        (200, "application/xml", b""),
        (200, "application/xml", GOOD[:-3]),
        (200, "application/xml", GOOD.replace(b"PostbackResponse", b"PostBackResponse")),
        (200, "application/xml", GOOD.replace(NAMESPACE.encode(), b"urn:other")),
        (200, "application/xml", GOOD.replace(b"success", b"Success")),
        (200, "application/xml", GOOD.replace(b"success", b"<b>success</b>")),
        (200, "application/xml", GOOD.replace(b"<Message>", b'<Message xmlns="urn:x">')),
        (200, "application/xml", GOOD.replace(b"<RequestID>1</RequestID>", b"")),
        (200, "application/xml", GOOD.replace(b">1<", b"><")),
        (200, "application/xml", GOOD.replace(b"</n:", b"<More/></n:")),
        (202, "application/xml", GOOD),
        (400, "application/xml", GOOD),
        (302, "text/html", b"elsewhere"),
        (413, "text/html", b"<title>413</title>"),
        (200, "application/json", GOOD_JSON),  # the message was XML
    ],
)
def test_any_other_answer_is_an_error(status, media_type, body, message):
    with Counterpart(reply=(status, media_type, body)) as server:
        with pytest.raises(AnswerError) as caught:
            Endpoint(server.url, KEY).push(message)
        assert len(server.received) == 1
    assert (caught.value.status, caught.value.raw) == (status, body)
    assert f"HTTP {status}" in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        b"success",
        b"[]",
        b"{}",
        GOOD_JSON.replace(b"PostBack", b"Postback"),
        GOOD_JSON.replace(b'"1"', b"1"),
        GOOD_JSON.replace(b'"1"', b'"1", "More": 1'),
        GOOD_JSON.replace(b"success", b"ok"),
    ],
)
def test_any_other_json_is_an_error(body, message):
    with (
        Counterpart(reply=(200, "application/json", body)) as server,
        pytest.raises(AnswerError),
    ):
        Endpoint(server.url, KEY).push(message, "json")


def test_no_answer_is_an_error_of_the_transport(message):
    with pytest.raises(requests.ConnectionError):
        Endpoint(unheard_url(), KEY, timeout=5).push(message)
