"""What is sent: its shape against Bring's own examples, and its content."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from lxml import etree

from bring.order_writer import write_items, write_order
from bring.orders import BASE_UNIT, ItemData, Order, OrderLine, OrderParty

MB = "{http://api.bring.com/mb}"
UNIT = ("780132", "Berger")
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
        references=(("ACD", "S00012"), ("CU", "S00012"), ("ON", "PO-7")),
        parties=(
            replace(customer(), role="OrderingParty"),
            customer(),
            replace(customer(), role="Supplier", name="Vi AS", party_id="999999"),
            replace(customer(), role="Buyer", sub_party_id=""),
            OrderParty(role="PerformingUnit", name="Berger", party_id="780132"),
        ),
        service_code="SERVICEPAKKE",
        additional_services=("EVARSLING", "PickUpPoint"),
        terms_of_delivery="DDP",
        terms_of_payment="Net30days",
        cod_amount=Decimal("99.50"),
        priority="X",
        external_type="224",
        free_texts=(("DIN", "Ring først"), ("DEL", "Bak huset")),
        lines=(
            OrderLine(
                line_id="10",
                ean="7038010000010",
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
                free_texts=(("ACB", "Kaldt"),),
            ),
            OrderLine(line_id="20", item_no="A-200", quantity=Decimal(1), name="Smør"),
        ),
        message_id="m-1",
        message_date=NOON,
    )
    return replace(whole, **changes)


def item(**changes) -> ItemData:
    whole = ItemData(
        item_no="A-100",
        ean="7038010000010",
        name="Rømmegrøt",
        units=((BASE_UNIT, "STK"),),
        quantities=((BASE_UNIT, Decimal(1)),),
        flags=("BH",),
        variant="V",
        country_of_origin="NO",
        depth=Decimal(10),
        height=Decimal("2.5"),
        width=Decimal(10),
        net_weight=Decimal("0.5"),
        gross_weight=Decimal("0.55"),
        notes="Kjøl",
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
            write_items(
                [item(), item(item_no="B")], customer_number="999999", performing_unit=UNIT
            ),
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
    ours = json.loads(write_items([item()], "json", customer_number="9", performing_unit=UNIT))
    theirs = json.loads(shape_bytes("send/create_itemdata.json"))
    assert ours.pop("PerformingUnit") == {"Name": "Berger", "Value": "780132"}  # the page has it
    information = ours["SupplyStructure"]["ArticleInformationSet"]["ArticleInformation"]
    # a slip in the example: "usageString" for the page's usageCode
    information["Description"]["usageString"] = information["Description"].pop("usageCode")
    # a yes is the usage code, as in the XML example; the JSON one has a value
    information["Utility"][0]["Value"] = information["Utility"][0].pop("usageCode")
    same_form(ours, theirs)


def test_an_order_in_xml():
    content = write_order(order(test_indicator="YES", update_indicator="Update"))
    assert content.startswith(b"<?xml")
    root = etree.fromstring(content)
    assert (root.get("testIndicator"), root.get("updateIndicator")) == ("YES", "Update")
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
    assert [e.text for e in root.iter(f"{MB}AdditionalServiceCode")] == ["EVARSLING", "PickUpPoint"]
    first, second = root.iter(f"{MB}OrderItem")
    assert (first.get("articleLineId"), second.get("articleLineId")) == ("10", "20")
    assert [(a.get("codeListIdentifier"), a.text) for a in first.findall(f"{MB}ArticleId")] == [
        ("EAN", "7038010000010"),
        ("CustomerItemNo", "A-100"),
    ]
    quantity = first.find(f"{MB}ArticleQuantity")
    assert (quantity.get("unitCode"), quantity.text) == ("STK", "2")
    assert first.findtext(f"{MB}ArticleName") == "Rømmegrøt & <fløte>"
    assert [e.text for e in first.iter(f"{MB}ArticleSerialNo")] == ["SN1", "SN2"]
    assert second.find(f"{MB}ArticleMonetaryAmounts") is None
    description = second.find(f"{MB}Description")
    assert (description.get("usageCode"), description.findtext(f"{MB}Text")) == ("AAA", "Smør")
    empty = [e.tag for e in root.iter() if not len(e) and not e.text and not e.attrib]
    assert empty == [f"{MB}ArticleStatus"], "as in the page's own example"


def test_the_root_says_of_a_deletion_what_the_page_s_example_says():
    root = etree.fromstring(write_order(order(update_indicator="Delete")))
    assert root.get("updateIndicator") == "Deletion"
    assert root.find(f".//{MB}OrderSet").get("updateIndicator") == "Delete"
    assert len(list(root.iter(f"{MB}OrderItem"))) == 2, "required, whatever becomes of it"


def test_a_purchase_order_has_a_transport_service_without_a_code():
    changes = {"message_function": "PurchaseOrder", "service_code": "", "additional_services": ()}
    vendor = replace(order().lines[1], vendor_no="V-9")
    whole = order(**changes, lines=(vendor,))
    root = etree.fromstring(write_order(whole))
    assert len(root.find(f".//{MB}TransportService")) == 0
    numbers = {e.get("codeListIdentifier"): e.text for e in root.iter(f"{MB}ArticleId")}
    assert numbers == {"CustomerItemNo": "A-200", "VendorItemNo": "V-9"}
    (group,) = json.loads(write_order(whole, "json"))["SupplyStructure"]["OrderSet"]
    assert group["TransportService"] == {}
    assert group["OrderLineSet"][0]["OrderItem"][0]["ArticleStatus"] == ""


def test_json_says_what_xml_says():
    found = json.loads(write_order(order(), "json"))
    (group,) = found["SupplyStructure"]["OrderSet"]
    assert group["Order"]["orderId"] == "S00012"
    assert group["Order"]["Reference"][0] == {"referenceType": "ACD", "ReferenceNo": "S00012"}
    assert group["Order"]["FreeText"][0] == {"UsageCode": "DIN", "Text": [{"Value": "Ring først"}]}
    assert group["Party"][1]["Address"][0]["CountryCode"] == {"Value": "NO"}
    line = group["OrderLineSet"][0]["OrderItem"][0]
    assert line["ArticleQuantity"] == {"unitCode": "STK", "Value": "2"}
    assert line["ArticleSerialNos"] == {"ArticleSerialNo": ["SN1", "SN2"]}
    assert found["MessageDetails"]["MessageDate"] == {"Value": "2026-07-01T12:00:05"}


def test_characters_that_xml_can_not_hold():
    lines = (replace(order().lines[0], name="a\x00b\x0bc"),)
    assert b"a\xef\xbf\xbdb\xef\xbf\xbdc" in write_order(order(lines=lines))


def test_articles():
    items = [item(), item(item_no="B", flags=("SRN",))]
    content = write_items(items, customer_number="9", performing_unit=UNIT, test_indicator="YES")
    root = etree.fromstring(content)
    assert (root.get("messageFunction"), root.get("testIndicator")) == ("ItemData", "YES")
    unit = root.find(f"{MB}PerformingUnit")
    assert (unit.text, unit.get("Name")) == UNIT
    flags = [(e.get("usageCode"), e.get("codeListIdentifier")) for e in root.iter(f"{MB}Utility")]
    assert flags == [("J", "BH"), ("J", "SRN")]
    article = root.find(f".//{MB}ArticleInformation")
    for name, code in (("Description", "AAA"), ("FreeText", "ACB")):
        assert article.find(f"{MB}{name}").get("usageCode") == code
    assert article.findtext(f"{MB}ArticleUnitCode") == "STK"
    assert article.findtext(f"{MB}ArticleQuantity") == "1"
    assert [e.get("articleLineId") for e in root.iter(f"{MB}ArticleInformation")] == ["1", "2"]
    found = json.loads(
        write_items([item(), item()], "json", customer_number="9", performing_unit=UNIT)
    )
    articles = found["SupplyStructure"]["ArticleInformationSet"]["ArticleInformation"]
    assert len(articles) == 2
    assert articles[0]["ArticleWeightAndDimension"]["Height"] == {"unitCode": "CMT", "Value": 2.5}
    with pytest.raises(ValueError, match="one article at least"):
        write_items([], customer_number="9", performing_unit=UNIT)
