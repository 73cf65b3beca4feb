"""What Bring is asked is answered in the shapes of its examples, over REST and SOAP."""

import json
from pathlib import Path

import pytest
import requests
import zeep
import zeep.exceptions
from caller import CUSTOMER, LOGIN, Caller
from lxml import etree

from simulator.api import Login
from simulator.server import Server

SHAPES = Path(__file__).parents[1] / "shapes"
PO, OM = "{http://api.bring.com/po}", "{http://api.bring.com/om}"
PROPERTIES = {"SchemaVersion": "1", "Locale": "no"}


@pytest.fixture
def despatched(server, caller):
    caller.send()
    server.advance(hours=8)
    return server.orders["S00012"]


def rows(root):
    return {
        row.findtext(f"{PO}ArticleNumber"): [e.text for e in row[2:6]]
        for row in root.iter(f"{PO}ArticleBalance")
    }


def test_balances_follow_an_order(server, caller):
    path = f"articlebalance/{CUSTOMER}"
    assert rows(caller.get(path))["LAMP"] == ["10.00", "0.00", "0.00", "10.00"]
    caller.send()
    assert rows(caller.get(path))["LAMP"] == ["10.00", "0.00", "4.00", "10.00"]
    server.advance(minutes=20)
    assert rows(caller.get(path))["LAMP"] == ["10.00", "4.00", "0.00", "6.00"]
    server.advance(hours=8)
    assert rows(caller.get(path))["LAMP"] == ["6.00", "0.00", "0.00", "6.00"]


def test_balances_are_found_by_number_and_by_words(caller):
    assert list(rows(caller.get(f"articlebalance/{CUSTOMER}"))) == ["LAMP", "MILK"]
    assert list(rows(caller.get(f"articlebalance/{CUSTOMER}/MILK"))) == ["MILK"]
    assert list(rows(caller.get(f"articlebalance/info/{CUSTOMER}/lam"))) == ["LAMP"]
    assert list(rows(caller.get(f"articlebalance/{CUSTOMER}/NONE"))) == []


def test_balances_in_json(caller):
    body = caller.get(f"articlebalance/{CUSTOMER}/LAMP", "json")
    (row,) = body["ArticleBalanceSet"]["ArticleBalance"]
    assert (row["ArticleNumber"], row["PhysicalBalance"]) == ("LAMP", 10)
    assert row["LastUpdatedDateTime"] == "2026-07-01T12:00:00+02:00"
    assert body["ResponseProperties"]["DateAndTimes"] == {
        "value": 1782900000000, "subClass": "RESPONSE_DATE"
    }  # fmt: skip


def test_an_order_has_its_status_references_and_lines(server, caller, despatched):
    root = caller.get(f"order/{CUSTOMER}/S00012")
    assert root.find(f"{OM}OrderSet/{OM}Order").get("orderId") == "S00012"
    assert root.findtext(f".//{OM}OrderStatus") == "Order sent"
    references = {
        e.get("referenceType"): e.findtext(f"{OM}ReferenceNo") for e in root.iter(f"{OM}Reference")
    }
    assert references == {
        "ACD": "S00012", "CU": "C1", "ON": "PO-1", "CMR": despatched.tracking[0], "WS": "BERGER"
    }  # fmt: skip
    assert root.findtext(f".//{OM}Date") == "2026-07-01+02:00"
    assert root.findtext(f".//{OM}Time") == "12:00:00.000+02:00"
    assert [e.get("articleLineId") for e in root.iter(f"{OM}OrderItem")] == ["10"]
    body = caller.get(f"order/{CUSTOMER}/S00012", "json")
    order = body["OrderSet"]["Order"]
    assert (order["orderId"], order["OrderStatus"]) == ("S00012", "Order sent")
    assert order["DateAndTimes"]["Date"] == 1782900000000
    assert [party["subClass"] for party in body["OrderSet"]["Party"]] == [
        "ORDERING_PARTY", "DELIVERY_PARTY", "SUPPLIER", "BUYER", "PERFORMING_UNIT"
    ]  # fmt: skip


def test_an_order_is_found_as_soon_as_it_is_taken_also_by_its_reference(caller):
    caller.send("S1", references={"ACD": "OURS", "CU": "1", "ON": "1"})
    for number in ("S1", "OURS"):
        root = caller.get(f"order/{CUSTOMER}/{number}")
        assert root.findtext(f".//{OM}OrderStatus") == "EDIIMPORTED"


def test_the_lines_say_what_remains(server, caller):
    caller.send("S1", (10, "LAMP", 12))
    server.advance(hours=5)
    root = caller.get(f"items/{CUSTOMER}/S1")
    (item,) = root.iter(f"{PO}OrderItem")
    assert [e.text for e in item[:2]] == ["12", "2"]
    (item,) = caller.get(f"items/{CUSTOMER}/S1", "json")["PurchaseOrderItem"]["OrderLineSet"][0][
        "OrderItem"
    ]
    assert (item["ArticleQuantity"], item["RemainingArticleQuantity"]) == (12, 2)


@pytest.mark.parametrize(
    "path, code",
    [
        (f"order/{CUSTOMER}/S9", "PO_STATE_001"),
        (f"items/{CUSTOMER}/S9", "PO_STATE_003"),
        ("order/111111/S00012", "PO_STATE_004"),
        ("articlebalance/111111", "PO_STATE_004"),
    ],
)
def test_errors_come_inside_http_200(caller, path, code):
    root = caller.get(path)
    (found,) = [e.text for e in root.iter("{*}Code")]
    assert found == code
    error = caller.get(path, "json")["ResponseProperties"]["Error"]
    assert error["Code"] == code
    assert isinstance(error["Description"], str)


def test_error_codes_are_listed_for_pull_and_send(server, caller):
    codes = [e.text for e in caller.get("errorCodes").iter(f"{PO}Code")]
    assert "PO_STATE_001" in codes
    assert [row["Code"] for row in caller.get("errorCodes", "json")["errorTypes"]] == codes
    assert caller.call("GET", "/wh/api/v1/errorCodes").status_code == 200
    assert [call.route for call in server.calls][-1] == "send.error_codes"


@pytest.mark.parametrize("base", ["", "/warehousing/api/v1", "/po/api/v1"])
def test_every_base_url_of_brings_is_served(caller, base):
    assert caller.call("GET", f"{base}/articlebalance/{CUSTOMER}").status_code == 200


@pytest.mark.parametrize("path", ["/", "/nothing", "/order", "/articlebalance/1/2/3", "/ws/x.wsdl"])
def test_other_places_do_not_exist(caller, path):
    assert caller.call("GET", path).status_code == 404


@pytest.mark.parametrize(
    "login, client, status",
    [
        (Login("", LOGIN.key), "https://x", 417),
        (Login(LOGIN.uid, ""), "https://x", 417),
        (LOGIN, "", 417),
        (Login("other@example.com", LOGIN.key), "https://x", 401),
        (Login(LOGIN.uid, "other"), "https://x", 401),
    ],
)
def test_headers_must_be_there_and_right(server, login, client, status):
    answer = Caller(server, login, client).call("GET", f"/articlebalance/{CUSTOMER}")
    assert answer.status_code == status
    assert etree.fromstring(answer.content).findtext(f".//{PO}Code") == "PO_STATE_002"
    assert Caller(server, login, client).call("POST", "/order", b"<x/>").status_code == status


def test_lists_of_one_collapse_where_that_is_wanted(at):
    with Server(login=LOGIN, start_at=at, collapse=True) as server:
        server.bring.depot.know("LAMP", at)
        body = Caller(server).get(f"articlebalance/{CUSTOMER}", "json")
        assert body["ArticleBalanceSet"]["ArticleBalance"]["ArticleNumber"] == "LAMP"


@pytest.fixture
def client(server):
    return soap_client(server, LOGIN)


def soap_client(server, login):
    session = requests.Session()
    session.headers.update({
        "X-Mybring-API-Uid": login.uid, "X-Mybring-API-Key": login.key,
        "X-Bring-Client-URL": "https://shop.example.com",
    })  # fmt: skip
    settings = zeep.Settings(forbid_dtd=True, forbid_entities=True)
    transport = zeep.Transport(session=session, timeout=10, operation_timeout=10)
    url = f"{server.url}/po/api/ws/purchaseorder-v1.wsdl"
    with session:
        return zeep.Client(url, transport=transport, settings=settings)


def test_soap_has_the_same_data(server, client, despatched):
    answer = client.service.GetPurchaseOrder(
        RequestProperties=PROPERTIES, CustomerNo=CUSTOMER, PurchaseOrderNo="S00012"
    )
    order = answer.PurchaseOrderSet.PurchaseOrder
    assert (order.orderId, order.OrderStatus) == ("S00012", "Order sent")
    assert {ref.ReferenceType: ref.ReferenceNo for ref in order.Reference}["WS"] == "BERGER"
    (line,) = answer.PurchaseOrderSet.OrderLineSet.OrderItem
    assert (line.ArticleQuantity, line.RemainingArticleQuantity) == (4, 0)
    answer = client.service.GetPurchaseOrderItem(
        RequestProperties=PROPERTIES, CustomerNo=CUSTOMER, PurchaseOrderNo="S00012"
    )
    assert answer.PurchaseOrderItem.OrderLineSet.OrderItem[0].articleLineId == "10"


def test_soap_has_the_balances_and_the_codes(client):
    def numbers(answer):
        return [row.ArticleNumber for row in answer.ArticleBalanceSet.ArticleBalance]

    service, asked = client.service, {"RequestProperties": PROPERTIES, "CustomerNo": CUSTOMER}
    assert numbers(service.GetArticleBalance(**asked)) == ["LAMP", "MILK"]
    assert numbers(service.GetArticleBalance(**asked, ArticleNumber="MILK")) == ["MILK"]
    assert numbers(service.GetArticleBalanceInfo(**asked, SearchText="lam")) == ["LAMP"]
    codes = service.GetErrorCodes(RequestProperties=PROPERTIES).errorTypes
    assert "PO_STATE_001" in [row.Code for row in codes]


def test_soap_has_the_same_error_block(client):
    answer = client.service.GetPurchaseOrder(
        RequestProperties=PROPERTIES, CustomerNo=CUSTOMER, PurchaseOrderNo="S9"
    )
    assert [error.Code for error in answer.ResponseProperties.Error] == ["PO_STATE_001"]
    assert answer.PurchaseOrderSet is None


def test_soap_wants_the_same_headers(server):
    client = soap_client(server, Login(LOGIN.uid, "wrong"))
    with pytest.raises(zeep.exceptions.Fault) as caught:
        client.service.GetErrorCodes(RequestProperties=PROPERTIES)
    assert b"PO_STATE_002" in caught.value.detail
    assert server.calls[-1].status == 401


NO_OPERATION = (
    b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/">'
    b"<e:Body><Other/></e:Body></e:Envelope>"
)


@pytest.mark.parametrize("body", [b"", b"<x/>", NO_OPERATION])
def test_what_is_no_request_is_a_soap_fault(caller, body):
    answer = caller.call("POST", "/po/api/ws/purchaseorder-v1", body)
    assert answer.status_code == 500
    assert etree.fromstring(answer.content).findtext(".//faultcode") == "SOAP-ENV:Client"


def test_soap_wants_request_properties(caller):
    body = (
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        b'<GetErrorCodesRequest xmlns="http://api.bring.com/po"/></e:Body></e:Envelope>'
    )
    answer = caller.call("POST", "/po/api/ws/purchaseorder-v1", body)
    assert etree.fromstring(answer.content).findtext(f".//{PO}Code") == "PO_INPUT_006"


def paths(value, path=""):
    """Yield the path of every member of a JSON value; lists end in []."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield f"{path}/{name}"
            yield from paths(part, f"{path}/{name}")
    elif isinstance(value, list):
        yield f"{path}[]"
        for part in value:
            yield from paths(part, f"{path}[]")


def xml_paths(element, path=""):
    path = f"{path}/{element.tag}"
    yield path
    yield from (f"{path}/@{name}" for name in element.attrib)
    for child in element:
        yield from xml_paths(child, path)


@pytest.mark.parametrize(
    "name, path",
    [
        ("retrieve_articlebalance_all", f"articlebalance/{CUSTOMER}"),
        ("retrieve_articlebalance_one", f"articlebalance/{CUSTOMER}/LAMP"),
        ("retrieve_order", f"order/{CUSTOMER}/S00012"),
        ("retrieve_orderitems", f"items/{CUSTOMER}/S00012"),
        ("error_codes", "errorCodes"),
    ],
)
def test_every_path_occurs_in_brings_example(caller, despatched, name, path):
    # A contact is only in the SOAP sample; the amounts are the same.
    sample = etree.parse(SHAPES / f"pull/{name}.xml").getroot()
    assert set(xml_paths(caller.get(path))) <= set(xml_paths(sample))
    sample = json.loads((SHAPES / f"pull/{name}.json").read_text())
    assert set(paths(caller.get(path, "json"))) <= set(paths(sample))


def test_every_path_of_soap_occurs_in_brings_example(server, caller, despatched):
    request = (SHAPES / "pull/soap_get_purchase_order_request.xml").read_bytes()
    request = request.replace(b"K-4", CUSTOMER.encode())
    request = request.replace(b"PO-12", b"S00012")
    answer = caller.call("POST", "/po/api/ws/purchaseorder-v1", request)
    assert b"S00012" in answer.content
    sample = etree.parse(SHAPES / "pull/soap_get_purchase_order_response.xml").getroot()
    known = set(xml_paths(sample)) | {
        path.replace("/@idType", "/@subPartyId") for path in xml_paths(sample)
    }
    assert set(xml_paths(etree.fromstring(answer.content))) <= known


@pytest.mark.parametrize("name", ["order", "itemdata"])
def test_brings_own_examples_have_a_known_shape(caller, name):
    """They are refused for what is written in them (`String`), not for their shape."""
    for format in ("xml", "json"):
        body = (SHAPES / f"send/create_{name}.{format}").read_bytes()
        answer = caller.post(body, name, format)
        assert answer.status_code == 200, answer.text
        assert b"PO_INPUT_001" in answer.content
