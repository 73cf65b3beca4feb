"""Personal data is blotted out, and all else stays as it came."""

import json
from collections.abc import Callable

import pytest

from bring.errors import RefusedMessage
from bring.masking import mask
from bring.reader import Reading, read_documents

Fixture = Callable[[str], bytes]

KARI = (
    '<?xml version="1.0" encoding="{encoding}"?>\n'
    '<despatchAdviceMessage xmlns:d="urn:d"><!-- for Kari -->\n'
    "  <shipTo><additionalPartyIdentification>780132</additionalPartyIdentification>\n"
    "    <address><name>Kåre Ås &amp; sønn</name><streetAddressOne>Storgata 1B</streetAddressOne>"
    "<city>Bodø</city><postalCode>8001</postalCode><countryCode>NO</countryCode></address>\n"
    '    <contact type="CZL"><personName><![CDATA[Kåre]]></personName>'
    '<d:eMail kind="work">kare@example.no</d:eMail><PhoneNo>+47 98 76 54 32</PhoneNo></contact>\n'
    "  </shipTo><tradeItemDescription>Rød lue, 2 stk</tradeItemDescription>\n"
    '  <quantity measurementUnitCode="PCE">12</quantity><empty/></despatchAdviceMessage>'
)


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
def test_xml_in_any_encoding(encoding: str) -> None:
    content = KARI.format(encoding=encoding).encode(encoding)
    masked = mask(content)
    text = masked.decode(encoding)
    assert len(text) == len(content.decode(encoding)) - len("&amp;") + 1
    assert "<name>xxxx xx x xxxx</name>" in text
    assert "<streetAddressOne>xxxxxxxx 0x</streetAddressOne>" in text
    assert "<city>xxxx</city><postalCode>0000</postalCode><countryCode>NO</countryCode>" in text
    assert "<![CDATA[xxxx]]>" in text
    assert '<d:eMail kind="work">xxxx@xxxxxxx.xx</d:eMail>' in text
    assert "<PhoneNo>+00 00 00 00 00</PhoneNo>" in text
    assert "<!-- xxx xxxx -->" in text
    assert "780132" in text
    assert "Rød lue, 2 stk" in text
    assert '<quantity measurementUnitCode="PCE">12</quantity><empty/>' in text
    assert f'encoding="{encoding}"' in text


def test_json() -> None:
    content = json.dumps(
        {
            "Party": [
                {
                    "subClass": "Consignee",
                    "partyId": "123",
                    "Name": 'Kari "K" Nordmann',
                    "Address": {"Street": [{"Value": "Storgata 1"}], "CountryCode": "NO"},
                    "Contact": {"PhoneNo": 98765432, "Mail": None, "isMain": True},
                }
            ],
            "FreeText": [{"UsageCode": "DEL", "Text": ["Ring p\u00e5 hos Kari"]}],
            "OrderItem": {"ArticleId": "A1", "ArticleName": "Rød lue", "ArticleQuantity": 2.5},
            "ns:note": "Kari",
        },
        indent=1,
    ).encode()
    masked = mask(content, "application/json")
    found = json.loads(masked)
    assert found == {
        "Party": [
            {
                "subClass": "Consignee",
                "partyId": "123",
                "Name": "xxxx xxx xxxxxxxx",
                "Address": {"Street": [{"Value": "xxxxxxxx 0"}], "CountryCode": "NO"},
                "Contact": {"PhoneNo": 11111111, "Mail": None, "isMain": True},
            }
        ],
        "FreeText": [{"UsageCode": "DEL", "Text": ["xxxx xx xxx xxxx"]}],
        "OrderItem": {"ArticleId": "A1", "ArticleName": "Rød lue", "ArticleQuantity": 2.5},
        "ns:note": "xxxx",
    }
    assert masked.count(b"\n") == content.count(b"\n")


def test_json_in_the_encoding_of_its_content_type() -> None:
    content = '{"name": "Kåre", "ArticleName": "Rød"}'.encode("iso-8859-1")
    masked = mask(content, "application/json; charset=iso-8859-1")
    assert masked == '{"name": "xxxx", "ArticleName": "Rød"}'.encode("iso-8859-1")


@pytest.mark.parametrize(
    "kind",
    ["despatch_advice", "order_response", "receiving_advice", "inventory_report"],
)
@pytest.mark.parametrize("suffix", ["xml", "json"])
def test_what_is_not_personal_reads_the_same(
    fixture_bytes: Fixture, kind: str, suffix: str
) -> None:
    content = fixture_bytes(f"{kind}.{suffix}")
    for before, after in zip(
        read_documents(content, None, "Europe/Oslo"),
        read_documents(mask(content), None, "Europe/Oslo"),
        strict=True,
    ):
        assert after.document is not None and before.document is not None
        for field in ("reference", "status", "event", "warehouse_code", "lines"):
            assert getattr(after.document, field, None) == getattr(before.document, field, None)
        assert goods(after) == goods(before)


def goods(reading: Reading) -> list[tuple[object, ...]]:
    """What the lines say, their notes apart."""
    return [
        (unit.sscc, line.number, line.article, line.items)
        for unit in getattr(reading.document, "units", ())
        for line in unit.lines
    ]


@pytest.mark.parametrize(
    ("name", "gone", "kept"),
    [
        ("push/despatch_advice.xml", ["Fjordlys AS", "Havnegata 12"], ["555222555", "M88888"]),
        ("push/receiving_advice.xml", ["Sjøbua AS", "Sjøgata 3"], ["8885552222", "84111117"]),
        ("pull/retrieve_order.xml", ["Fjellstua AS", "Fjellveien 7"], ["1112500"]),
        ("pull/retrieve_order.json", ["Bodø", "Fjellveien 7"], ["01010021859004022"]),
    ],
)
def test_shapes_of_bring_s_examples(
    shape_bytes: Fixture, name: str, gone: list[str], kept: list[str]
) -> None:
    content = shape_bytes(name)
    text = mask(content).decode("utf-8", "replace")
    original = content.decode("utf-8", "replace")
    for words in gone:
        assert words in original
        assert words not in text
    for words in kept:
        assert words in text


def test_what_is_neither_is_not_passed_on() -> None:
    with pytest.raises(RefusedMessage):
        mask(b"Kari Nordmann, Storgata 1")
