"""A body is shown to people, whatever it is."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bring.masking import mask
from bring.pieces import json_pieces, xml_pieces
from bring.pretty import pretty


def test_xml_is_indented() -> None:
    content = b'<?xml version="1.0"?><a><b c="1">x &amp; y</b><d/><e></e><f><g>1</g></f></a>'
    assert pretty(content).splitlines() == [
        '<?xml version="1.0"?>',
        "<a>",
        '  <b c="1">x &amp; y</b>',
        "  <d/>",
        "  <e></e>",
        "  <f>",
        "    <g>1</g>",
        "  </f>",
        "</a>",
    ]


def test_json_is_indented() -> None:
    content = rb'{"a":[1,{"b":"x, {y}: \"z\""}],"c":{},"d":[],"e":null}'
    assert pretty(content).splitlines() == [
        "{",
        '  "a": [',
        "    1,",
        "    {",
        r'      "b": "x, {y}: \"z\""',
        "    }",
        "  ],",
        '  "c": {},',
        '  "d": [],',
        '  "e": null',
        "}",
    ]


def test_a_fixture_is_shown_in_its_encoding(fixture_bytes: Callable[[str], bytes]) -> None:
    content = fixture_bytes("inventory_report.xml")
    assert "<batchNumber>Ægir-1</batchNumber>" in pretty(content, None)
    headless = content.split(b"?>", 1)[1]
    assert "Ægir-1" in pretty(headless, "text/xml; charset=windows-1252")
    assert "\ufffdgir-1" in pretty(headless, "text/xml; charset=klingon")


def test_what_is_already_indented_stays_so(fixture_bytes: Callable[[str], bytes]) -> None:
    content = fixture_bytes("order_response.xml")
    assert pretty(content) + "\n" == content.decode()
    content = fixture_bytes("order_response.json")
    assert pretty(content) + "\n" == content.decode()


def test_what_is_broken_is_shown_too() -> None:
    assert pretty(b"<a><b>x</a").split() == ["<a>", "<b>x", "<", "/a"]
    assert pretty(b'{"a": [1, ').startswith('{\n  "a": [')
    assert pretty(b"hello \x00 world") == "hello \ufffd world"
    assert pretty(b"") == ""


def test_what_was_cut_off_is_said() -> None:
    content = b"<a>" + b"<b>x</b>" * 10_000 + b"</a>"
    shown = pretty(content, limit=1000)
    assert len(shown) < 1100
    assert shown.endswith("… cut off: the whole has 80,007 bytes")


@pytest.mark.parametrize("content", [b"<a>" * 100_000, b"[" * 100_000, b'{"a":' * 50_000])
def test_depth_does_not_blow_up(content: bytes) -> None:
    assert len(pretty(content, limit=65536)) < 66_000


@given(st.binary(max_size=200), st.integers(0, 100))
def test_no_body_crashes_the_preview(content: bytes, limit: int) -> None:
    for start in (b"", b"<", b"{", b"[", b"\xff\xfe"):
        assert isinstance(pretty(start + content, None, limit), str)


@pytest.mark.slow
@pytest.mark.parametrize(
    "start",
    ["<!--", "<![CDATA[", "<?p ", '<a b="', "<a b='", "<", "<a ", "<!", "</", '<a "<b', "<a b='>"],
)
def test_nothing_that_never_ends_takes_long(start: str) -> None:
    for content in (start * 20_000, f"<?p {start * 20_000}?>", f"<a>{start * 20_000}</a>"):
        started = time.thread_time()
        assert pretty(content.encode())
        assert mask(content.encode())
        assert "".join(xml_pieces(content)) == content
        assert time.thread_time() - started < 3


@pytest.mark.slow
@pytest.mark.parametrize("start", ['"', '\\"', '"\\', "{", '"a":', "[[", '{"a', "\\"])
def test_no_string_that_never_ends_takes_long(start: str) -> None:
    for content in ("{" + start * 20_000, '{"a": "' + start * 20_000, '["' + start * 20_000 + '"]'):
        started = time.thread_time()
        assert pretty(content.encode())
        assert mask(content.encode())
        assert "".join(json_pieces(content)) == content
        assert time.thread_time() - started < 3


@given(st.text(alphabet="<>!-[]CDAT?\"'a =/&;{}:,\\ \n", max_size=60))
def test_pieces_are_the_whole(content: str) -> None:
    assert "".join(xml_pieces(content)) == content
    assert "".join(json_pieces(content)) == content
    for start in ("<", "{"):
        assert len(mask((start + content).encode())) > 0


def test_what_never_ends_is_blotted_out() -> None:
    for content in (b"<a><!-- Kari", b"<a><![CDATA[Kari", b"<a><?p Kari", b'{"name": "Kari'):
        assert b"Kari" not in mask(content)
