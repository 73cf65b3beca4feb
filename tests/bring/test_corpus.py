"""Every kind of message in every encoding, JSON convention and namespace style says the same.

Nothing here is hand-picked: a few base documents are written in every way there is, and each
must read as the plain XML does.
"""

import codecs
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spelling import CONVENTIONS, HEADER, Convention, Node, parse, to_json, to_xml

from bring.errors import MessageError
from bring.reader import Reading, inspect, iter_report_lines, read_documents

FIXTURES = Path(__file__).parent / "fixtures"
TZ = "Europe/Oslo"

# A base document has letters beyond ASCII, in a number, where a wrong one costs an order.
BASES = {
    path.stem: parse(path.read_bytes())
    .setting("entityIdentification", "S-ÅØæ-12")
    .setting("additionalTradeItemIdentification", "V-ÅØæ")
    for path in sorted(FIXTURES.glob("*_*.xml"))
}
Spelling = tuple[bytes, str | None]  # a body, and its Content-Type


def read(content: bytes, content_type: str | None = None) -> list[Any]:
    """All that a message says."""
    said: list[Any] = list(read_documents(content, content_type, TZ))
    for reading in list(said):
        assert isinstance(reading, Reading)
        if reading.kind.startswith("inventory") and reading.document is not None:
            said.append(list(iter_report_lines(content, content_type, TZ, reading.position)))
    return said


EXPECTED = {kind: read(to_xml(tree, prefix=None)) for kind, tree in BASES.items()}


def test_the_bases_say_what_they_should() -> None:
    assert len(BASES) >= 5
    for kind, (reading, *lines) in EXPECTED.items():
        assert (reading.kind, reading.error) == (kind, None)
        assert "ÅØæ" in str((reading.document, lines))


# -- encodings ----------------------------------------------------------------

SINGLE = ("iso-8859-1", "iso-8859-15", "windows-1252")
WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


def escaped(text: str) -> bytes:
    return "".join(c if c.isascii() else json.dumps(c)[1:-1] for c in text).encode()


def encoded(text: str, media: str, declared: bool) -> Iterator[tuple[str, Spelling]]:
    """Write a text in every encoding, named in every way; ``declared`` for XML."""

    def declaration(encoding: str | None) -> str:
        if not declared:
            return ""
        return f'<?xml version="1.0" encoding="{encoding}"?>' if encoding else ""

    utf8 = text.encode()
    yield "UTF-8, nothing said", (utf8, None)
    yield "UTF-8, only the media type", (utf8, media)
    yield "UTF-8 by charset", (utf8, f"{media}; charset=utf-8")
    yield "UTF-8 by charset, quoted", (utf8, f'{media}; a=b; Charset="UTF-8"')
    yield "UTF-8, byte order mark", (codecs.BOM_UTF8 + utf8, media)
    yield "UTF-8, white space before", (b" \r\n\t" + utf8, media)
    ascii_text = "".join(
        letter
        if letter.isascii()
        else f"&#{ord(letter)};"
        if declared
        else json.dumps(letter)[1:-1]
        for letter in text
    )
    yield "ASCII by charset", (ascii_text.encode(), f"{media}; charset=us-ascii")
    for wrong in (*SINGLE, "us-ascii", "utf-16", "utf-32-be"):
        yield f"UTF-8 that charset {wrong} is wrong of", (utf8, f"{media}; charset={wrong}")
        marked = codecs.BOM_UTF8 + declaration(wrong).encode() + utf8
        yield (
            f"UTF-8 that {wrong} is wrong of, byte order mark",
            (marked, f"{media}; charset={wrong}"),
        )
        if declared:
            said = declaration(wrong).encode() + utf8
            yield f"UTF-8 that the declaration of {wrong} is wrong of", (said, media)
            yield f"UTF-8 by charset, {wrong} declared", (said, f"{media}; charset=utf-8")
    for name in WIDE:
        wide = text.encode(name)
        yield f"{name}, nothing said", (wide, media)
        yield f"{name} by charset", (wide, f"{media}; charset={name}")
        for wrong in ("utf-8", "iso-8859-1"):
            yield f"{name} that charset {wrong} is wrong of", (wide, f"{media}; charset={wrong}")
        if declared:
            for said in (name, "utf-8", "windows-1252"):
                yield f"{name}, {said} declared", ((declaration(said) + text).encode(name), media)
    for name in SINGLE:
        single = text.encode(name)
        yield f"{name} by charset", (single, f"{media}; charset={name}")
        yield (
            f"{name} that charset utf-8 is wrong of",
            (
                declaration(name).encode() + single,
                f"{media}; charset={'utf-8' if declared else name}",
            ),
        )
        if declared:
            said = declaration(name).encode() + single
            yield f"{name} declared", (said, media)
            yield f"{name} declared, us-ascii by charset", (said, f"{media}; charset=us-ascii")
            other = declaration("utf-16").encode() + single
            yield f"{name} by charset, utf-16 declared", (other, f"{media}; charset={name}")


NAMESPACES: dict[str, dict[str, Any]] = {
    "none": {"prefix": None},
    "default": {"prefix": ""},
    "prefix": {"prefix": "ns0"},
    "another prefix": {"prefix": "a.b-c"},
    "prefix on children": {"prefix": "ns0", "qualified": True},
    "indented": {"prefix": "ns0", "indent": "  "},
    "indented with CR LF": {"prefix": "", "indent": "\r\n  "},
}


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "style"), list(product(BASES, NAMESPACES)))
def test_xml_in_every_namespace_style_and_encoding(kind: str, style: str) -> None:
    text = to_xml(BASES[kind], **NAMESPACES[style]).decode()
    for name, (content, content_type) in encoded(text, "application/xml", declared=True):
        assert read(content, content_type) == EXPECTED[kind], name
        assert inspect(content, content_type).document_count == 1, name


@pytest.mark.slow
@pytest.mark.parametrize("kind", BASES)
@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda convention: convention.name)
def test_json_in_every_convention_and_encoding(kind: str, convention: Convention) -> None:
    text = json.dumps(json.loads(to_json(BASES[kind], convention)), ensure_ascii=False)
    for name, (content, content_type) in encoded(text, "application/json", declared=False):
        assert read(content, content_type) == EXPECTED[kind], name
        assert inspect(content, content_type).document_count == 1, name


# -- shapes -------------------------------------------------------------------

ROOT_ATTRIBUTES: tuple[dict[str, Any], ...] = (
    {"$": {"xmlns:ns0": "urn", "xsi:schemaLocation": "a b"}},
    {"_attributes": {"xmlns": "urn", "schemaLocation": "a b"}},
    {"@attributes": {"schemaLocation": "a b"}},
    {"@xmlns": {"ns0": "urn", "$": "urn"}},
    {"@schemaLocation": ["a", "b"]},
    {"@xsi:type": {"value": "x"}},
    {"-schemaLocation": "a b", "_version": ["3.1"]},
    {"$": [{"schemaLocation": "a b"}]},
    {"#text": "\n", "_text": ["\n", "\n"]},
)


@pytest.mark.parametrize("kind", BASES)
@pytest.mark.parametrize("attributes", ROOT_ATTRIBUTES, ids=lambda found: next(iter(found)))
def test_attributes_of_the_root_are_no_documents(kind: str, attributes: dict[str, Any]) -> None:
    for convention in CONVENTIONS:
        if not convention.wrapped:
            continue
        ((name, root),) = json.loads(to_json(BASES[kind], convention)).items()
        for message in ({name: {**attributes, **root}}, {name: {**root, **attributes}}):
            content = json.dumps({"?xml": {"@version": "1.0"}, **message}).encode()
            assert read(content) == EXPECTED[kind]
            assert inspect(content).document_count == 1


ENDS = ("\r", "\r\n", "\n", "\r\n \r\n", "\t", "\xa0", "\ufeff", "\u200b \r")


def around(tree: Node, ends: str) -> Node:
    """The tree with ``ends`` around each text of its documents."""

    def change(node: Node) -> tuple[Node, ...]:
        return (replace(node, text=f"{ends}{node.text}{ends}") if node.text else node,)

    return replace(
        tree,
        children=tuple(c if c.name == HEADER else c.mapped(change) for c in tree.children),
    )


@pytest.mark.parametrize("kind", BASES)
@pytest.mark.parametrize("ends", ENDS, ids=ascii)
def test_what_nobody_sees_around_a_value_is_no_part_of_it(kind: str, ends: str) -> None:
    tree = around(BASES[kind], ends)
    assert read(to_xml(tree)) == EXPECTED[kind]
    for convention in CONVENTIONS:
        assert read(to_json(tree, convention)) == EXPECTED[kind], convention.name


@pytest.mark.parametrize("kind", BASES)
def test_a_line_s_end_within_a_value_is_one_however_it_is_written(kind: str) -> None:
    said = []
    for end in ("\n", "\r\n", "\r"):
        tree = BASES[kind].mapped(
            lambda n, end=end: (replace(n, text=f"a{end}b") if n.name in TEXTS else n,)
        )
        said += [read(to_xml(tree)), read(to_json(tree, CONVENTIONS[0]))]
    assert all(one == said[0] for one in said)


TEXTS = ("note", "tradeItemDescription", "batchNumber", "serialNumber")
TIMES = ("creationDateTime", "despatchDateTime", "receivingDateTime", "estimatedDeliveryDateTime")


def reshaped(value: Any, change: Any, key: str = "") -> Any:
    """A JSON value with ``change(key, leaf)`` put for each leaf."""
    if isinstance(value, dict):
        return {name: reshaped(inner, change, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [reshaped(inner, change, key) for inner in value]
    return change(key, value)


def one_below(key: str, leaf: Any) -> Any:
    return leaf if key in ("value", "xmlns") or key.endswith("Code") else {"inner": leaf}


def two_below(key: str, leaf: Any) -> Any:
    return leaf if key in ("value", "xmlns") or key.endswith("Code") else {"a": {"b": leaf}}


def text_key(key: str, leaf: Any) -> Any:
    return leaf if key in ("value", "xmlns") or key.endswith("Code") else {"#text": leaf}


def as_list(key: str, leaf: Any) -> Any:
    return leaf if key in ("value", "xmlns") or key.endswith("Code") else [leaf]


def java(key: str, leaf: Any) -> Any:
    if key not in TIMES or not str(leaf)[:4].isdigit() or len(str(leaf)) < 19:
        return leaf
    if str(leaf)[19:]:  # a fraction or an offset: there is no such list
        return leaf
    day, clock = leaf.split("T")
    return [int(part) for part in (*day.split("-"), *clock.split(":"))]


@pytest.mark.parametrize("kind", BASES)
@pytest.mark.parametrize("change", [one_below, two_below, text_key, as_list, java])
def test_a_value_in_another_shape_is_read(kind: str, change: Any) -> None:
    plain = Convention("plain", wrapped=True)
    message = json.loads(to_json(BASES[kind], plain))
    content = json.dumps(reshaped(message, change)).encode()
    assert read(content) == EXPECTED[kind]


@pytest.mark.parametrize("kind", BASES)
@pytest.mark.parametrize(
    "shape",
    [{"year": 2026, "month": 3, "day": 2}, {"a": "x", "b": "y"}, {"a": {"b": "x"}, "c": {"d": 1}}],
    ids=str,
)
def test_a_value_in_parts_is_an_error_in_words_or_a_remark_and_never_absent(
    kind: str, shape: dict[str, Any]
) -> None:
    plain = json.loads(to_json(BASES[kind], Convention("plain")))
    leaves: set[str] = set()
    reshaped(plain, lambda key, _leaf: leaves.add(key))
    absent = 0
    for name in sorted(leaves & READ):
        content = json.dumps(
            reshaped(plain, lambda key, leaf, name=name: shape if key == name else leaf)
        ).encode()
        (reading, *_lines) = read(content)
        told = str(reading.error) if reading.error else repr((reading.document, _lines))
        if "is not a plain text" not in told:
            absent += 1
            assert not told, f"{name} counts as absent"
    assert not absent


# the values that something is done with
READ = frozenset(
    {
        *TIMES,
        *("entityIdentification", "lineItemNumber", "quantityOfUnits", "despatchedQuantity"),
        *("quantityReceived", "quantityAccepted", "gtin", "batchNumber", "serialNumber", "sscc"),
        *("bestBeforeDate", "lotNumber", "tradeItemQuantity", "inventoryStatusType"),
        *("additionalTradeItemIdentification", "receivingConditionQuantity"),
        *("inventoryReportTypeCode", "responseStatusCode", "deliveryTypeCode", "endDate"),
    }
)


@pytest.mark.parametrize("kind", ["despatch_advice", "receiving_advice"])
def test_the_number_of_a_line_is_a_number(kind: str) -> None:
    for spelled in ("20", "000020", "20.0", "+20", " 20 ", "2e1", "0020.000"):
        content = to_xml(BASES[kind].setting("lineItemNumber", spelled))
        numbers = {line.number for unit in read(content)[0].document.units for line in unit.lines}
        assert numbers == {"20"}, spelled
    odd = to_xml(BASES[kind].setting("lineItemNumber", "20-A"))
    assert {line.number for unit in read(odd)[0].document.units for line in unit.lines} == {"20-A"}


# -- whatever else ------------------------------------------------------------


@pytest.mark.slow
@given(
    st.sampled_from(sorted(BASES)),
    st.sampled_from(["xml", *CONVENTIONS]),
    st.sampled_from(["utf-8", "utf-16", "utf-32-le", "windows-1252"]),
    st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 40), st.binary(max_size=12)), max_size=6
    ),
    st.sampled_from([None, "text/xml", "application/json; charset=latin1", "a/b; charset=utf-16"]),
)
def test_what_was_damaged_is_read_or_refused_in_words_and_in_no_time(
    kind: str,
    spelled: str | Convention,
    encoding: str,
    damages: list[tuple[int, int, bytes]],
    content_type: str | None,
) -> None:
    tree = BASES[kind]
    content = to_xml(tree) if isinstance(spelled, str) else to_json(tree, spelled)
    content = content.decode().encode(encoding)
    for at, cut, new in damages:
        at %= len(content) + 1
        content = content[:at] + new + content[at + cut :]
    started = time.thread_time()
    try:
        inspect(content, content_type)
        for reading in read_documents(content, content_type, TZ):
            assert reading.error is None or str(reading.error)
            if reading.kind.startswith("inventory"):
                list(iter_report_lines(content, content_type, TZ, reading.position))
    except MessageError as error:
        assert str(error)
    assert time.thread_time() - started < 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("2026-03-02"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["$", "_", "@a", "value", "a", "#text", "", "gtin", "inventoryReport"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@pytest.mark.slow
@given(st.sampled_from(sorted(BASES)), st.sampled_from(CONVENTIONS), st.data())
def test_any_value_in_the_place_of_another_is_read_or_refused_in_words(
    kind: str, convention: Convention, data: st.DataObject
) -> None:
    message = json.loads(to_json(BASES[kind], convention))
    place: Any = message
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], (dict, list)) or data.draw(st.integers(0, 3)) == 0:
            break
        place = place[key]
    place[key] = data.draw(JSON)
    content = json.dumps(message).encode()
    try:
        inspect(content)
        for reading in read_documents(content, None, TZ):
            assert reading.error is None or str(reading.error)
    except MessageError as error:
        assert str(error)


def test_a_client_s_id_in_parts_is_an_id_that_nobody_knows() -> None:
    kind = "operations_notification"
    message = json.loads(to_json(BASES[kind], Convention("plain", wrapped=True)))
    parts = {"a": "4242", "b": "42"}
    for name in ("Identifier", "additionalPartyIdentification"):
        content = json.dumps(in_parts(message, name, parts)).encode()
        assert ("4242 42",) in read(content)[0].clients, name


def in_parts(value: Any, name: str, parts: dict[str, str]) -> Any:
    """A JSON value in which each member of that name is in parts."""
    if isinstance(value, list):
        return [in_parts(inner, name, parts) for inner in value]
    if not isinstance(value, dict):
        return value
    return {k: parts if k == name else in_parts(v, name, parts) for k, v in value.items()}
