"""JSON becomes the element tree that the same message has in XML."""

from typing import Any

import pytest
from lxml import etree

from bring.errors import RefusedMessage
from bring.json_cursor import Cursor
from bring.json_tree import append


def xml(text: str) -> str:
    root = etree.Element("r")
    append(root, "a", Cursor(text).value())
    return "".join(etree.tostring(child, encoding="unicode") for child in root)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"x"', "<a>x</a>"),
        ('""', "<a/>"),
        ("null", "<a/>"),
        ("{}", "<a/>"),
        ("[]", ""),
        ("true", "<a>true</a>"),
        ("1.0", "<a>1.0</a>"),
        ("0.1000000000000000055", "<a>0.1000000000000000055</a>"),
        ("12345678901234567890", "<a>12345678901234567890</a>"),
        ('["x", null, "y"]', "<a>x</a><a/><a>y</a>"),
        ('{"b": "x", "c": {"d": "y"}}', "<a><b>x</b><c><d>y</d></c></a>"),
        ('{"b": "x", "b": "y"}', "<a><b>x</b><b>y</b></a>"),
        ('{"value": "x", "unit": "PCE"}', '<a unit="PCE">x</a>'),
        ('{"value": "x", "unit": null}', "<a>x</a>"),
        ('{"value": null, "unit": "PCE"}', '<a unit="PCE"/>'),
        ('{"@unit": "PCE", "#text": 1}', '<a unit="PCE">1</a>'),
        ('{"-unit": "PCE", "#text": "1"}', '<a unit="PCE">1</a>'),
        ('{"_unit": "PCE", "__text": "1"}', '<a unit="PCE">1</a>'),
        ('{"$": {"unit": "PCE"}, "_": "1"}', '<a unit="PCE">1</a>'),
        ('{"@unit": "PCE", "$": "1"}', '<a unit="PCE">1</a>'),
        ('{"@unit": "PCE"}', '<a unit="PCE"/>'),
        ('{"ns0:b": "x", "{urn:x}c": "y"}', "<a><b>x</b><c>y</c></a>"),
        ('{"@xmlns": "urn", "xmlns:sh": "urn", "-xmlns:x": "u", "b": 1}', "<a><b>1</b></a>"),
        ('{"@xsi:nil": "true"}', '<a nil="true"/>'),
        ('{"b": {"value": {"c": "x"}}}', "<a><b><value><c>x</c></value></b></a>"),
        ('{"b c<": "x", "1": "y", "é": "z"}', "<a><b_c_>x</b_c_><_1>y</_1><_>z</_></a>"),
    ],
)
def test_every_convention_becomes_elements(text: str, expected: str) -> None:
    assert xml(text) == expected


def test_what_xml_cannot_hold_is_shown_as_replaced() -> None:
    assert xml(r'"a\u0000b\ud800"') == "<a>a\ufffdb\ufffd</a>"


def test_depth_is_bounded_in_objects_and_arrays() -> None:
    for start, end in (('{"b":', "}"), ("[", "]")):
        assert xml(start * 60 + "1" + end * 60)
        with pytest.raises(RefusedMessage, match="nested too deeply"):
            xml(start * 65 + "1" + end * 65)


@pytest.mark.parametrize("text", ['"x', "[1,]", "{,}", "tru", "01", "1e", '"\x01"', "Infinity"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(RefusedMessage):
        cursor = Cursor(text)
        cursor.value()
        if cursor.peek():
            raise cursor.refused("the end expected")


def test_an_array_stops_at_each_entry_and_a_value_once() -> None:
    def entries(text: str) -> list[Any]:
        cursor = Cursor(text)
        return [cursor.value() for _ in cursor.entries()]

    assert entries("[1, [2], 3]") == ["1", ["2"], "3"]
    assert entries(" 5 ") == ["5"]
    assert entries("[ ]") == []
