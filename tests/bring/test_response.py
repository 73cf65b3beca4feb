"""The answer to a delivery follows Bring's schema and example."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bring.response import NAMESPACE, SUCCESS, postback


def test_xml_has_unqualified_children_in_order() -> None:
    body, content_type = postback(SUCCESS, "id-1", "xml")
    root = etree.fromstring(body)
    assert content_type == "application/xml; charset=utf-8"
    assert root.tag == f"{{{NAMESPACE}}}PostbackResponse"
    assert [(child.tag, child.text) for child in root] == [
        ("Message", "success"),
        ("RequestID", "id-1"),
    ]


def test_json_has_a_capital_b() -> None:
    body, content_type = postback(SUCCESS, "id-1", "json")
    assert content_type == "application/json"
    expected = {"PostBackResponse": {"Message": "success", "RequestID": "id-1"}}
    assert json.loads(body) == expected


def valid(schema: bytes, body: bytes) -> bool:
    return etree.XMLSchema(etree.fromstring(schema)).validate(etree.fromstring(body))


def test_xml_is_valid(fixture_bytes: Callable[[str], bytes]) -> None:
    schema = fixture_bytes("response.xsd")
    assert valid(schema, postback("not well-formed: <a>", "1", "xml")[0])
    assert not valid(schema, b"<PostbackResponse/>")


@given(st.text(), st.sampled_from(["xml", "json"]))
def test_no_message_breaks_the_answer(message: str, format: str) -> None:
    body, _content_type = postback(message, "1", format)  # type: ignore[arg-type]
    if format == "json":
        assert json.loads(body)["PostBackResponse"]["Message"] == message
    else:
        text = etree.fromstring(body)[0].text or ""
        assert len(text) == len(message)


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\ud800", "\uffff"])
def test_control_characters_are_replaced_in_xml(character: str) -> None:
    assert etree.fromstring(postback(f"a{character}b", "1", "xml")[0])[0].text == "a\ufffdb"
