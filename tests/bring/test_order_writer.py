"""What is sent: its shape against Bring's own examples, its content, and what is refused."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from lxml import etree

from bring.client import Settings, connect
from bring.errors import RejectedError
from bring.order_writer import check, write_items, write_order
from bring.orders import ItemData, Order, OrderLine, OrderParty

MB = "{http://api.bring.com/mb}"
NOON = datetime(2026, 7, 1, 10, 0, 5, tzinfo=UTC)


def customer() -> OrderParty:
    return OrderParty(
        role="DeliveryParty",
        name="Ålesund Kolonial AS",
        party_id="4711",
        sub_party_id="PUP1",
        street="Kaien 1",
        address_lines=("Port B", "2. etasje"),
        postal_code="6002",
        city="Ålesund",
        country="NO",
        phone="70100000",
        mobile="+4790000000",
        email="kari@example.com",
        contact_name="Kari",
    )


def order(**changes) -> Order:
    whole = Order(
        order_number="S00012",
        customer_number="999999",
        document_date=NOON,
        delivery_date_requested=date(2026, 7, 3),
        references=(("ACD", "S00012"), ("CU", "Kari"), ("ON", "PO-7")),
        parties=(
            replace(customer(), role="OrderingParty"),
            customer(),
            OrderParty(role="Supplier", name="Vi AS", party_id="999999"),
            OrderParty(role="PerformingUnit", name="Berger", party_id="780132"),
        ),
        service_code="SERVICEPAKKE",
        additional_services=("EVARSLING", "OPPKRAV"),
        terms_of_delivery="FCA",
        terms_of_payment="30",
        cod_amount=Decimal("99.50"),
        priority="1",
        external_type=None,
        free_texts=(("AAI", "Ring først"), ("DEL", "Bak huset")),
        lines=(
            OrderLine(
                line_id="10",
                ean="7038010000018",
                item_no="A-100",
                quantity=Decimal("2.000"),
                unit="STK",
                name="Rømmegrøt & <fløte>",
                batch="B1",
                status="OK",
                serials=("SN1", "SN2"),
                unit_price=Decimal("49.90"),
                currency="NOK",
                references=(("LI", "1"),),
                free_texts=(("AAI", "Kaldt"),),
            ),
            OrderLine(line_id="20", item_no="A-200", quantity=Decimal(1)),
        ),
        message_id="m-1",
        message_date=NOON,
    )
    return replace(whole, **changes)


def item(**changes) -> ItemData:
    whole = ItemData(
        item_no="A-100",
        ean="7038010000018",
        name="Rømmegrøt",
        description="500 g",
        units=(("BASE", "STK"),),
        quantities=(("DPAK", Decimal(12)),),
        variant="V",
        country_of_origin="NO",
        depth=Decimal(10),
        height=Decimal("2.5"),
        width=Decimal(10),
        net_weight=Decimal("0.5"),
        gross_weight=Decimal("0.55"),
        free_text="Kjøl",
        references=(("SA", "V-9"),),
        group="Food",
    )
    return replace(whole, **changes)


def shape(element) -> dict:
    """Element names in the order they first stand in, with attribute names, merged."""
    children: dict = {}
    for child in element:
        if isinstance(child.tag, str):
            name = etree.QName(child).localname
            attributes, inner = shape(child)
            known = children.setdefault(name, (set(), {}))
            known[0].update(attributes)
            for key, value in inner.items():
                known[1].setdefault(key, value)
    return set(element.keys()), children


def within(ours, theirs, path="") -> None:
    """Each element and attribute of ours is one of theirs, in their order."""
    assert ours[0] <= theirs[0], path
    names = list(theirs[1])
    assert set(ours[1]) <= set(names), path
    places = [names.index(name) for name in ours[1]]
    assert places == sorted(places), path
    for name, inner in ours[1].items():
        within(inner, theirs[1][name], f"{path}/{name}")


@pytest.mark.parametrize(
    ("content", "sample"),
    [
        (write_order(order(external_type="R")), "send/create_order.xml"),
        (
            write_items([item(), item(item_no="B")], customer_number="999999"),
            "send/create_itemdata.xml",
        ),
    ],
)
def test_xml_has_the_names_and_the_order_of_bring_s_example(shape_bytes, content, sample):
    ours, theirs = etree.fromstring(content), etree.fromstring(shape_bytes(sample))
    assert ours.tag == theirs.tag
    assert list(ours.keys()) == list(theirs.keys())
    for name in ("version", "definedBy", "domain", "collaboration", "messageFunction", "profile"):
        assert ours.get(name) == theirs.get(name)
    recipient = f"{MB}MessageDetails/{MB}MessageRecipient"
    assert dict(ours.find(recipient).attrib) == dict(theirs.find(recipient).attrib)
    within(shape(ours), shape(theirs))


def same_form(ours, theirs, path="") -> None:
    """Objects with their keys, lists as lists, and a string or a number as theirs is."""
    assert type(ours) is type(theirs) or {type(ours), type(theirs)} <= {int, float}, path
    if isinstance(ours, dict):
        assert set(ours) <= set(theirs), path
        for key, value in ours.items():
            same_form(value, theirs[key], f"{path}/{key}")
    elif isinstance(ours, list):
        best = {key: value for one in theirs if isinstance(one, dict) for key, value in one.items()}
        for one in ours:
            same_form(one, best or theirs[0], path)


def test_json_has_the_form_of_bring_s_example(shape_bytes):
    one_serial = [replace(line, serials=line.serials[:1]) for line in order().lines]
    ours = json.loads(write_order(order(external_type="R", lines=tuple(one_serial)), "json"))
    same_form(ours, json.loads(shape_bytes("send/create_order.json")))
    ours = json.loads(write_items([item(description="")], "json", customer_number="9"))
    theirs = json.loads(shape_bytes("send/create_itemdata.json"))
    information = ours["SupplyStructure"]["ArticleInformationSet"]["ArticleInformation"]
    del information["FreeText"]  # its usage code is optional, and so is the object around the text
    same_form(ours, theirs)


def test_an_order_in_xml():
    content = write_order(order(test=True, update_indicator="Update"))
    assert content.startswith(b"<?xml")
    root = etree.fromstring(content)
    assert (root.get("testIndicator"), root.get("updateIndicator")) == ("1", "Update")
    assert root.get("messageId") == "m-1"

    def text(path):
        return root.findtext("/".join(f"{MB}{step}" for step in path.split("/")))

    group = "SupplyStructure/OrderSet"
    assert root.find(f".//{MB}MessageSender").get("partyId") == "999999"
    # 10:00:05 UTC is local to Oslo in summer.
    assert text("MessageDetails/MessageDate") == "2026-07-01T12:00:05"
    assert text(f"{group}/Order/DateAndTimes/Time") == "12:00:05"
    days = root.findall(f".//{MB}Order/{MB}DateAndTimes")
    assert [(d.get("subClass"), d.findtext(f"{MB}Date")) for d in days] == [
        ("DocumentDate", "2026-07-01"),
        ("DeliveryDateRequested", "2026-07-03"),
    ]
    assert days[1].findtext(f"{MB}Time") == "00:00:00"
    assert text(f"{group}/TransportService/BasicServiceCode") == "SERVICEPAKKE"
    assert [e.text for e in root.iter(f"{MB}AdditionalServiceCode")] == ["EVARSLING", "OPPKRAV"]
    first, second = root.iter(f"{MB}OrderItem")
    assert (first.get("articleLineId"), second.get("articleLineId")) == ("10", "20")
    assert [(a.get("codeListIdentifier"), a.text) for a in first.findall(f"{MB}ArticleId")] == [
        ("EAN", "7038010000018"),
        ("CustomerItemNo", "A-100"),
    ]
    quantity = first.find(f"{MB}ArticleQuantity")
    assert (quantity.get("unitCode"), quantity.text) == ("STK", "2")
    assert first.findtext(f"{MB}ArticleName") == "Rømmegrøt & <fløte>"
    assert [e.text for e in first.iter(f"{MB}ArticleSerialNo")] == ["SN1", "SN2"]
    assert second.find(f"{MB}ArticleMonetaryAmounts") is None
    assert not [e for e in root.iter() if not len(e) and not e.text and not e.attrib]


def test_json_says_what_xml_says():
    found = json.loads(write_order(order(), "json"))
    (group,) = found["SupplyStructure"]["OrderSet"]
    assert group["Order"]["orderId"] == "S00012"
    assert group["Order"]["Reference"][0] == {"referenceType": "ACD", "ReferenceNo": "S00012"}
    assert group["Order"]["FreeText"][0] == {"UsageCode": "AAI", "Text": [{"Value": "Ring først"}]}
    assert group["Party"][1]["Address"][0]["CountryCode"] == {"Value": "NO"}
    line = group["OrderLineSet"][0]["OrderItem"][0]
    assert line["ArticleQuantity"] == {"unitCode": "STK", "Value": "2"}
    assert line["ArticleSerialNos"] == {"ArticleSerialNo": ["SN1", "SN2"]}
    assert found["MessageDetails"]["MessageDate"] == {"Value": "2026-07-01T12:00:05"}


def test_characters_that_xml_can_not_hold():
    lines = (replace(order().lines[0], name="a\x00b\x0bc"),)
    assert b"a\xef\xbf\xbdb\xef\xbf\xbdc" in write_order(order(lines=lines))


def test_articles():
    content = write_items([item(), item(item_no="B")], customer_number="9", test=True)
    root = etree.fromstring(content)
    assert (root.get("messageFunction"), root.get("testIndicator")) == ("ItemData", "1")
    assert [e.get("articleLineId") for e in root.iter(f"{MB}ArticleInformation")] == ["1", "2"]
    found = json.loads(write_items([item(), item()], "json", customer_number="9"))
    articles = found["SupplyStructure"]["ArticleInformationSet"]["ArticleInformation"]
    assert len(articles) == 2
    assert articles[0]["ArticleWeightAndDimension"]["Height"] == {"unitCode": "CMT", "Value": 2.5}
    with pytest.raises(ValueError, match="one article at least"):
        write_items([], customer_number="9")


def test_a_whole_order_has_no_problem():
    assert check(order()) == []
    assert check(order(message_function="PurchaseOrder", service_code="")) == []
    assert check(order(external_type="R", service_code="")) == []
    assert check(order(update_indicator="Delete", lines=())) == []


def parties(role, **changes):
    found = []
    for party in order().parties:
        found.append(replace(party, **changes) if party.role == role else party)
    return {"parties": tuple(found)}


def without(role):
    return {"parties": tuple(party for party in order().parties if party.role != role)}


def line(**changes):
    return {"lines": (replace(order().lines[1], **changes),)}


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        ({"order_number": "S/12"}, "order_number", "slash"),
        ({"order_number": " "}, "order_number", "no number"),
        ({"order_number": "S12 "}, "order_number", "white space"),
        ({"customer_number": ""}, "customer_number", "no customer number"),
        ({"delivery_date_requested": None}, "delivery_date_requested", "is missing"),
        ({"references": (("ACD", "S1"), ("ON", "1"))}, "references", "CU"),
        ({"references": (("ACD", " "), ("CU", "a"), ("ON", "1"))}, "references", "ACD"),
        (without("DeliveryParty"), "DeliveryParty", "is missing"),
        (without("OrderingParty"), "OrderingParty", "is missing"),
        (without("Supplier"), "Supplier", "is missing"),
        (without("PerformingUnit"), "PerformingUnit", "is missing"),
        (parties("PerformingUnit", party_id=""), "PerformingUnit", "no party id"),
        (parties("DeliveryParty", street="", address_lines=()), "DeliveryParty", "no street"),
        (parties("DeliveryParty", postal_code=""), "DeliveryParty", "no postal code"),
        (parties("DeliveryParty", city=" "), "DeliveryParty", "no city"),
        (parties("DeliveryParty", country=""), "DeliveryParty", "no country"),
        (parties("DeliveryParty", country="Norge"), "DeliveryParty", "two letters"),
        (parties("DeliveryParty", name=""), "DeliveryParty", "no name"),
        (parties("DeliveryParty", mobile=""), "DeliveryParty", "EVARSLING needs the mobile"),
        (parties("DeliveryParty", email=""), "DeliveryParty", "EVARSLING needs the e-mail"),
        ({"service_code": ""}, "service_code", "no service code"),
        ({"lines": ()}, "lines", "no lines"),
        ({"lines": order().lines[1:] * 2}, "line 20", "2 lines have the number '20'"),
        (line(quantity=Decimal(0)), "line 20", "not more than 0"),
        (line(quantity=Decimal(-1)), "line 20", "not more than 0"),
        (line(quantity=Decimal("NaN")), "line 20", "not more than 0"),
        (line(unit="BOX"), "line 20", "unit 'BOX'"),
        (line(unit=""), "line 20", "unit ''"),
        (line(item_no="", ean=""), "line 20", "neither a number nor an EAN"),
        (line(line_id=""), "line ", "no number"),
    ],
)
def test_what_bring_would_refuse(changes, where, words):
    (problem,) = check(order(**changes))
    assert problem.where == where
    assert words in str(problem)


def test_an_order_with_a_problem_is_not_sent():
    settings = Settings(
        api_uid="u",
        api_key="k",
        client_url="c",
        customer_number="1",
        send_url="http://nowhere.invalid",
    )
    with connect(settings) as client, pytest.raises(RejectedError, match="no lines") as caught:
        client.send_order(order(lines=()))
    assert caught.value.http_status is None
