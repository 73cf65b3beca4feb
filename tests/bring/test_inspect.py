"""The door: encodings, and what is refused there."""

import codecs
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spelling import CONVENTIONS, Node, to_json, to_xml

from bring.errors import RefusedMessage
from bring.reader import Reading, inspect, iter_report_lines, read_documents

Read = Callable[..., list[Reading]]
Tree = Callable[[str], Node]


def refused(content: bytes, content_type: str | None = None) -> str:
    """The reason, which inspecting and reading give alike."""
    with pytest.raises(RefusedMessage) as at_the_door:
        inspect(content, content_type)
    with pytest.raises(RefusedMessage):
        list(read_documents(content, content_type, "Europe/Oslo"))
    return str(at_the_door.value)


def text_of(tree: Tree) -> str:
    return to_xml(tree("despatch_advice")).decode()


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("utf-8", None, None),
        ("utf-8", "UTF-8", "application/xml; charset=iso-8859-1"),
        ("utf-8-sig", None, "text/xml"),
        ("utf-8-sig", "utf-8", None),
        ("utf-16", "utf-16", None),
        ("utf-16", None, "application/xml; charset=utf-8"),
        ("utf-16-be", "utf-16", "application/xml"),
        ("cp1252", "Windows-1252", None),
        ("cp1252", None, "application/xml; charset=Windows-1252"),
        ("iso-8859-1", "ISO-8859-1", "application/xml; charset=utf-8"),
        ("iso-8859-1", None, 'text/xml; charset="iso-8859-1"'),
        ("iso-8859-15", "ISO-8859-15", None),
    ],
)
def test_xml_is_read_in_its_encoding(
    encoding: str, declared: str | None, content_type: str | None, tree: Tree, read: Read
) -> None:
    text = text_of(tree)
    if declared:
        text = f'<?xml version="1.0" encoding="{declared}"?>\n{text}'
    content = text.encode(encoding)
    if encoding == "utf-16-be":
        content = codecs.BOM_UTF16_BE + content
    assert inspect(content, content_type).document_count == 1
    (reading,) = read(content, content_type)
    assert reading.document.ship_to.city == "Ålesund"


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        ("utf-8", None),
        ("utf-8-sig", "application/json"),
        ("utf-16", None),
        ("utf-16-le", "application/json"),
        ("utf-32", None),
        ("iso-8859-1", "application/json; charset=iso-8859-1"),
        ("cp1252", "application/json; charset=windows-1252"),
    ],
)
def test_json_is_read_in_its_encoding(
    encoding: str, content_type: str | None, tree: Tree, read: Read
) -> None:
    body = json.loads(to_json(tree("despatch_advice"), CONVENTIONS[0]))
    content = json.dumps(body, ensure_ascii=False).encode(encoding)
    assert inspect(content, content_type).format == "json"
    (reading,) = read(content, content_type)
    assert reading.document.ship_to.city == "Ålesund"


def test_the_first_byte_tells_the_format_whatever_the_content_type_says(tree: Tree) -> None:
    root = tree("order_response")
    assert inspect(b" \r\n" + to_xml(root), "application/json").format == "xml"
    assert inspect(b"\n " + to_json(root, CONVENTIONS[0]), "text/xml").format == "json"


def test_bytes_that_are_not_in_the_encoding_are_refused(tree: Tree) -> None:
    latin = text_of(tree).encode("iso-8859-1")
    assert "encoding" in refused(latin)
    assert "encoding" in refused(b'<?xml version="1.0" encoding="utf-8"?>' + latin)
    assert "isn't valid in its encoding, utf-8" in refused(b'{"orderResponseMessage": "\xc5"}')


@pytest.mark.parametrize("padding", [0, 70_000, 200_000])
@pytest.mark.parametrize(
    ("encoding", "wrong"),
    [("windows-1252", b"\x81"), ("us-ascii", b"\xc5")],
)
def test_a_wrong_byte_far_down_does_not_end_the_message_in_silence(
    encoding: str, wrong: bytes, padding: int
) -> None:
    start = f'<?xml version="1.0" encoding="{encoding}"?><orderResponseMessage><orderResponse>'
    content = start.encode() + b"x" * padding + wrong
    content += b"</orderResponse><orderResponse/></orderResponseMessage>"
    name = codecs.lookup(encoding).name
    at = len(start) + padding + 1
    words = f"the body isn't valid in its encoding, {name}: byte {at} is wrong"
    assert refused(content) == words


def test_a_character_is_read_where_two_chunks_meet(read: Read) -> None:
    for encoding in ("utf-8", "utf-16", "windows-1252"):
        start = f'<?xml version="1.0" encoding="{encoding}"?><orderResponseMessage><!--'
        for padding in range(65_500, 65_540):
            body = f"{start}{'x' * padding}--><orderResponse><a>ÅÅÅ€</a></orderResponse>"
            content = f"{body}</orderResponseMessage>".encode(encoding)
            if encoding == "utf-16":
                content = f"{start}{'x' * (padding // 2)}--><orderResponse/>".encode(encoding)
                content += "<orderResponse/></orderResponseMessage>".encode("utf-16-le")
                assert inspect(content).document_count == 2
            else:
                assert inspect(content).document_count == 1


def test_an_unknown_encoding_is_refused(tree: Tree) -> None:
    declared = b'<?xml version="1.0" encoding="klingon"?>' + to_xml(tree("order_response"))
    assert "encoding" in refused(declared)
    xml, body = to_xml(tree("order_response")), to_json(tree("order_response"), CONVENTIONS[0])
    for charset in ("klingon", "base64", "rot13"):
        assert "is not an encoding" in refused(xml, f"text/xml; charset={charset}")
        assert "is not an encoding" in refused(body, f"application/json; charset={charset}")


@given(st.text(max_size=30), st.text(max_size=20))
def test_no_content_type_crashes_the_door(before: str, charset: str) -> None:
    for content in (b"<orderResponseMessage/>", b'{"orderResponseMessage": {}}'):
        for content_type in (before, f"text/xml; charset={charset}", f'a/b; charset="{charset}"'):
            try:
                assert inspect(content, content_type).document_count == 0
            except RefusedMessage as error:
                assert "encoding" in str(error) or "JSON" in str(error) or "XML" in str(error)


@pytest.mark.parametrize("content", [b"", b"  \r\n ", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_body_is_refused(content: bytes) -> None:
    assert refused(content) == "the body is empty"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"hello", "neither XML nor JSON"),
        (b"order=1&x=<a/>", "neither XML nor JSON"),
        (b"<orderResponseMessage>", "not well-formed XML"),
        (b"<orderResponseMessage><a></b></orderResponseMessage>", "not well-formed XML"),
        (b"<orderResponseMessage/><x/>", "not well-formed XML"),
        (b"<?xml version='1.0'?>", "not well-formed XML"),
        (b"<orderResponse/>", "'orderResponse' is not the root of a message we know"),
        (b"<html><orderResponseMessage/></html>", "'html' is not the root"),
        (b'{"orderResponseMessage": {"a": 1}', "not well-formed JSON: '}' expected"),
        (b'{"orderResponseMessage": {"orderResponse": {,}}}', "not well-formed JSON"),
        (b'{"orderResponseMessage": {}} x', "nothing may follow"),
        (b'{"orderResponseMessage": {"orderResponse": {"a": NaN}}}', "'NaN' is not a number"),
        (b'{"html": {}}', "'html' is not the root of a message we know"),
        (b"{}", "no root is named"),
        (b"[]", "no root is named"),
        (b"[1, 2]", "no root is named"),
        (b'{"a" 1}', "':' expected, line 1, column 6"),
        (b"{1: 1}", "a key in double quotes expected"),
    ],
)
def test_what_is_no_message_of_ours_is_refused_in_words(content: bytes, words: str) -> None:
    assert words in refused(content)


def test_a_document_type_declaration_is_refused_and_reads_no_file(tmp_path) -> None:  # type: ignore[no-untyped-def]
    secret = tmp_path / "secret"
    secret.write_text("SECRET-7")
    for subset in (
        f'[<!ENTITY x SYSTEM "file://{secret}">]',
        '[<!ENTITY x "y">]',
        f'SYSTEM "file://{secret}"',
        "",
    ):
        text = f"<!DOCTYPE orderResponseMessage {subset}><orderResponseMessage>&x;"
        for body in (text, text.replace("&x;", "")):
            words = refused(f"{body}</orderResponseMessage>".encode())
            assert "SECRET-7" not in words
            assert "document type declaration" in words or "not well-formed" in words


def test_a_billion_laughs_are_refused_at_once() -> None:
    lines = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "ha"}">' for i in range(10))
    for use in ("<orderResponseMessage>&l9;", "<orderResponseMessage a='&l9;'>"):
        body = f"<!DOCTYPE x [{lines}]>{use}</orderResponseMessage>"
        assert refused(body.encode())


@pytest.mark.parametrize(
    "content",
    [
        b"<orderResponseMessage>" + b"<a>" * 100_000 + b"</a>" * 100_000,
        b'{"orderResponseMessage":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
        b'{"orderResponseMessage":{"orderResponse":' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_a_hundred_thousand_levels_are_refused(content: bytes) -> None:
    with pytest.raises(RefusedMessage, match="deep"):
        inspect(content)
    with pytest.raises(RefusedMessage, match="deep"):
        list(read_documents(content, None, "Europe/Oslo"))
    with pytest.raises(RefusedMessage, match="deep"):
        list(iter_report_lines(content, None, "Europe/Oslo", 1))


@pytest.mark.parametrize("levels", [5, 64])
def test_the_depth_is_counted_in_elements(levels: int) -> None:
    def xml(depth: int) -> bytes:
        inner = "<a>" * (depth - 1) + "</a>" * (depth - 1)
        return f"<orderResponseMessage>{inner}</orderResponseMessage>".encode()

    def nested(depth: int) -> bytes:
        inner = '{"a":' * (depth - 2) + '"x"' + "}" * (depth - 2)
        return f'{{"orderResponseMessage": {{"a": {inner}}}}}'.encode()

    for spell in (xml, nested):
        assert inspect(spell(levels), max_depth=levels).root == "orderResponseMessage"
        with pytest.raises(RefusedMessage, match=f"more than {levels} levels deep"):
            inspect(spell(levels + 1), max_depth=levels)


def test_depth_is_found_beyond_the_first_chunk() -> None:
    deep = b"<b>" * 70 + b"</b>" * 70
    content = (
        b"<orderResponseMessage><a>" + b"<a/>" * 50_000 + deep + b"</a></orderResponseMessage>"
    )
    with pytest.raises(RefusedMessage, match="more than 64 levels deep"):
        inspect(content)
    assert inspect(content, max_depth=80).document_count == 1


def test_what_breaks_at_the_very_end_is_found_at_the_door(tree: Tree) -> None:
    root = tree("inventory_report")
    for content in (to_xml(root), to_json(root, CONVENTIONS[0])):
        for end in (1, 10, len(content) // 2):
            with pytest.raises(RefusedMessage):
                inspect(content[:-end])


def test_comments_processing_instructions_and_cdata_say_nothing(tree: Tree, read: Read) -> None:
    plain = to_xml(tree("inventory_report"))
    dressed = (
        plain.replace(b"AVAILABLE_FOR_SALE", b"<![CDATA[AVAILABLE_FOR_]]><!-- x -->SALE")
        .replace(b"<gtin>", b"<?pi x?><!-- <gtin>1</gtin> --><gtin>")
        .replace(b"<quantityOfUnits", b"\n<!--1--><quantityOfUnits")
    )
    assert dressed != plain
    assert read(dressed) == read(plain)


def test_a_hostile_count_of_shapes_or_names_is_read_all_the_same(tree: Tree, read: Read) -> None:
    """Every item has a name of its own in it: nothing is remembered without bound."""
    item = (
        "<inventoryItemLocationInformation><x{0}/><transactionalTradeItem><gtin>{1}</gtin>"
        "</transactionalTradeItem><inventoryStatusLineItem><inventoryStatusQuantitySpecification>"
        "<inventoryStatusType>BLOCKED</inventoryStatusType><quantityOfUnits>1</quantityOfUnits>"
        "</inventoryStatusQuantitySpecification></inventoryStatusLineItem>"
        "</inventoryItemLocationInformation>"
    )
    items = "".join(item.format(i, i + 1) for i in range(2000))
    body = (
        "<inventoryReportMessage><inventoryReport>"
        "<creationDateTime>2024-04-13T17:00:18</creationDateTime>"
        "<inventoryReportTypeCode>INVENTORY_STATUS"
        f"</inventoryReportTypeCode>{items}</inventoryReport></inventoryReportMessage>"
    )
    (reading,) = read(body.encode())
    assert [int(line.article.gtin) for line in reading.document.lines] == list(range(1, 2001))


def test_a_tiny_message_names_its_unknown_root() -> None:
    with pytest.raises(RefusedMessage, match="'a' is not the root"):
        inspect(b"<a/>")
