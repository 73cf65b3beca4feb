"""SOAP by zeep: what lies above can't tell it from REST."""

import logging
import traceback

import pytest
from client.fake_bring import KEY, drop, reply, wait
from lxml import etree

from bring.client.http import ATTEMPTS
from bring.errors import (
    AccountRefused,
    BrokenAnswer,
    CallError,
    NotAuthorised,
    NotFound,
    NotOffered,
    RejectedError,
    TransportError,
)

WSDL = "/ws/po.wsdl"
SERVICE = "/po/api/ws"  # the path of the fixtures' soap:address
PO = "{http://api.bring.com/po}"


class Cache:
    """As the database's: bytes by address."""

    def __init__(self):
        self.kept = {}

    def get(self, url):
        return self.kept.get(url)

    def add(self, url, content):
        self.kept[url] = content


@pytest.fixture
def cache():
    return Cache()


@pytest.fixture
def client(bring, cache):
    with bring.client(cache, transport="soap") as client:
        yield client


def request_of(call):
    return etree.fromstring(call.body)[-1][0]


def envelope(content):
    """In SOAP's envelope, as other than XML's declaration it has."""
    return (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        + content
        + b"</s:Body></s:Envelope>"
    )


def test_an_order(bring, client, fixture):
    bring.on(WSDL, fixture("service.wsdl"))
    bring.on(SERVICE, fixture("soap_order.xml"))
    order = client.order("S00012")
    assert (order.order_number, order.status) == ("S00012", "Picked")
    assert (order.consignment, order.warehouse_code) == ("70700000000000017", "NCD")
    assert order.raw == fixture("soap_order.xml")
    wsdl, asked = bring.calls
    assert (wsdl.method, asked.method) == ("GET", "POST")
    for call in bring.calls:
        assert call.headers["X-Mybring-API-Key"] == KEY
        assert call.headers["X-Mybring-API-Uid"] == "me@example.com"
        assert call.headers["X-Bring-Client-URL"] == "https://example.com"
    request = request_of(asked)
    assert request.tag == f"{PO}GetPurchaseOrderRequest"
    assert request.findtext(f"{PO}CustomerNo") == "999999"
    assert request.findtext(f"{PO}PurchaseOrderNo") == "S00012"
    assert request.findtext(f"{PO}RequestProperties/{PO}SchemaVersion") == "1"
    assert request.findtext(f"{PO}RequestProperties/{PO}Locale") == "en"
    moment = request.find(f"{PO}RequestProperties/{PO}DateAndTimes")
    assert (moment.get("subClass"), moment.text[-6:]) == ("ResponseDate", "+00:00")


def test_everything_that_rest_answers(bring, client, fixture):
    bring.on(WSDL, fixture("service.wsdl"))
    bring.on(SERVICE, fixture("soap_balances.xml"))
    assert [b.article for b in client.article_balances()] == ["A-100", "B/2 #7"]
    assert client.survey_balances().count == 2
    assert [b.article for b in client.article_balance("B/2 #7")] == ["B/2 #7"]
    assert request_of(bring.calls[-1]).findtext(f"{PO}ArticleNumber") == "B/2 #7"
    assert [b.article for b in client.search_balances("KAFFE")] == ["B/2 #7"]
    assert request_of(bring.calls[-1]).find(f"{PO}ArticleNumber") is None
    with pytest.raises(NotFound):
        client.article_balance("C")
    bring.on(SERVICE, fixture("soap_order.xml"))
    (item,) = client.order_items("S00012")
    assert (item.line_id, item.quantity) == ("10", 4)


def test_customers_orders_are_asked_for_by_rest(bring, client, fixture):
    """GetPurchaseOrder is about purchase orders: its "not found" proves nothing of a customer's."""
    bring.on("/pull/order/999999/S00012", fixture("order.xml"))
    bring.on("/pull/items/999999/S00012", fixture("items.xml"))
    assert client.order("S00012", is_purchase=False).status == "Picked"
    assert client.order_items("S00012", is_purchase=False).items
    assert [call.method for call in bring.calls] == ["GET", "GET"]


def test_sending_is_rest_s(bring, client):
    bring.on("/send/order", b'{"PostBackResponse": {"Message": "success", "RequestID": "R1"}}')
    assert client.post_order(b"<CreateOrderRequest/>") == "R1"


def test_what_the_wsdl_lacks(bring, client, fixture):
    bring.on(WSDL, fixture("orders_only.wsdl"))
    bring.on(SERVICE, fixture("soap_order.xml"))
    with pytest.raises(NotOffered, match="no GetArticleBalance: choose REST") as caught:
        client.article_balances()
    assert caught.value.call == "balances of all articles"
    assert client.order("S00012").status == "Picked"


def test_what_the_wsdl_wants_and_we_do_not_know(bring, client, fixture):
    wsdl = fixture("service.wsdl").replace(b'name="PurchaseOrderNo"', b'name="Passphrase"')
    bring.on(WSDL, wsdl)
    with pytest.raises(NotOffered, match="Passphrase"):
        client.order("S00012")
    assert len(bring.calls) == 1


def test_the_wsdl_is_read_once_and_kept(bring, cache, fixture):
    bring.on(WSDL, fixture("service.wsdl"))
    bring.on(SERVICE, fixture("soap_order.xml"))
    for _time in range(2):
        with bring.client(cache, transport="soap") as client:
            client.order("S00012")
            client.order("S00012")
    assert [call.method for call in bring.calls].count("GET") == 1
    assert cache.kept == {f"{bring.url}{WSDL}": fixture("service.wsdl")}


def test_a_kept_wsdl_that_is_unusable_is_asked_for_anew(bring, cache, client, fixture):
    cache.kept[f"{bring.url}{WSDL}"] = b"<html>maintenance</html>"
    bring.on(WSDL, fixture("service.wsdl"))
    bring.on(SERVICE, fixture("soap_order.xml"))
    assert client.order("S00012").status == "Picked"
    assert cache.kept[f"{bring.url}{WSDL}"] == fixture("service.wsdl")


def test_a_page_instead_of_the_wsdl_passes(bring, cache, client):
    bring.on(WSDL, b"<html>maintenance</html>")
    with pytest.raises(TransportError, match="reading the WSDL: .*HTML page") as caught:
        client.order("S00012")
    assert caught.value.retry
    assert cache.kept == {}


@pytest.mark.parametrize(
    "content",
    [
        b"<description/>",
        b"",
        b"<wsdl",
        b"not xml",
        b'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><import/></definitions>',
    ],
)
def test_no_wsdl_at_all(bring, cache, client, content):
    bring.on(WSDL, content)
    with pytest.raises(BrokenAnswer, match="reading the WSDL: there is no WSDL"):
        client.order("S00012")
    assert cache.kept == {}


def test_a_dtd_in_the_wsdl_is_refused(bring, cache, client, fixture):
    evil = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    declaration, rest = fixture("service.wsdl").split(b"?>", 1)
    bring.on(WSDL, declaration + b"?>" + evil + rest)
    with pytest.raises(BrokenAnswer, match="document type declaration"):
        client.order("S00012")
    assert cache.kept == {}


def importing(wsdl, *locations):
    """The WSDL, which imports schemas from there before its own types."""
    first = '<xs:complexType name="DateAndTimes">'
    imports = "".join(
        f'<xs:import namespace="urn:{number}" schemaLocation="{location}"/>'
        for number, location in enumerate(locations)
    )
    return wsdl.decode().replace(first, f"{imports}{first}")


def schema(number, *locations):
    imports = "".join(
        f'<xs:import namespace="urn:x{number}" schemaLocation="{location}"/>'
        for location in locations
    )
    return (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:{number}">'
        f'{imports}<xs:element name="a" type="xs:string"/></xs:schema>'
    )


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/a.xsd", "data:,x"])
def test_the_wsdl_leads_to_no_file(bring, client, fixture, location):
    bring.on(WSDL, importing(fixture("service.wsdl"), location))
    with pytest.raises(BrokenAnswer, match="isn't on the web"):
        client.order("S00012")
    assert len(bring.calls) == 1


@pytest.mark.parametrize(
    "location",
    [
        "http://po-inner.posten.local:8080/po/api/ws/a.xsd",
        "http://localhost/po/api/ws/a.xsd",
        "https://127.0.0.1:7001/po/api/ws/a.xsd",
        "http://elsewhere.example/po/api/ws/a.xsd",
        "http://[::1]/po/api/ws/a.xsd?v=1",
        "/po/api/ws/a.xsd",
    ],
)
def test_imports_are_asked_for_at_the_wsdl_s_host(bring, cache, client, fixture, location):
    query = "?v=1" if "?" in location else ""
    bring.on(WSDL, importing(fixture("service.wsdl"), location))
    bring.on(f"/po/api/ws/a.xsd{query}", schema(0))
    bring.on(SERVICE, fixture("soap_order.xml"))
    assert client.order("S00012").status == "Picked"
    assert [call.path for call in bring.calls] == [WSDL, f"/po/api/ws/a.xsd{query}", SERVICE]
    assert all(call.headers["X-Mybring-API-Key"] == KEY for call in bring.calls)
    assert len(cache.kept) == 2


def test_a_path_that_a_proxy_moved_is_found_beside_the_wsdl(bring, client, fixture):
    bring.on(WSDL, importing(fixture("service.wsdl"), "http://inner/api/schemas/a.xsd?v=1"))
    bring.on(f"{WSDL.rpartition('/')[0]}/a.xsd?v=1", schema(0))
    bring.on(SERVICE, fixture("soap_order.xml"))
    assert client.order("S00012").status == "Picked"


@pytest.mark.parametrize(
    "location",
    ["http://www.w3.org/2001/xml.xsd", "https://www.w3.org/2009/01/xml.xsd",
     "http://www.w3.org/2001/03/xml.xsd"],
)  # fmt: skip
def test_the_w3c_s_schema_of_xml_attributes_is_here(bring, client, fixture, location):
    wsdl = importing(fixture("service.wsdl"), location)
    wsdl = wsdl.replace('namespace="urn:0"', 'namespace="http://www.w3.org/XML/1998/namespace"')
    last = '<xs:attribute name="subClass" type="xs:string" use="required"/>'
    assert last in wsdl
    bring.on(WSDL, wsdl.replace(last, f'{last}<xs:attribute ref="xml:lang"/>'))
    bring.on(SERVICE, fixture("soap_order.xml"))
    assert client.order("S00012").status == "Picked"
    assert [call.path for call in bring.calls] == [WSDL, SERVICE]


def test_a_wsdl_that_leads_on_and_on_has_an_end(bring, client, fixture):
    bring.on(WSDL, importing(fixture("service.wsdl"), *(f"/{number}.xsd" for number in range(60))))
    for number in range(60):
        bring.on(f"/{number}.xsd", schema(number))
    with pytest.raises(BrokenAnswer, match="more than 50 documents"):
        client.order("S00012")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("PO_STATE_001", NotFound),
        ("PO_STATE_002", NotAuthorised),
        ("PO_STATE_004", RejectedError),
        ("PO_INPUT_001", AccountRefused),
    ],
)
def test_refusals(bring, client, fixture, refusal, code, kind):
    bring.on(WSDL, fixture("service.wsdl"))
    bring.on(SERVICE, envelope(refusal(code, "No", "GetPurchaseOrderResponse")))
    with pytest.raises(kind, match=code) as caught:
        client.order("S00012")
    assert caught.value.call == "order S00012"


def test_a_fault_with_http_500(bring, client, fixture):
    fault = b"<s:Fault><faultcode>s:%s</faultcode><faultstring>Went wrong</faultstring></s:Fault>"
    bring.on(WSDL, fixture("service.wsdl"))
    bring.on(SERVICE, reply(envelope(fault % b"Client"), 500))
    with pytest.raises(RejectedError, match="Went wrong"):
        client.order("S00012")
    bring.on(SERVICE, reply(envelope(fault % b"Server"), 500))
    with pytest.raises(TransportError, match="order S00012: .*Went wrong"):
        client.order("S00012")


@pytest.mark.slow
@pytest.mark.parametrize("trouble", [drop, wait(3), reply(status=500), reply(status=503)])
def test_a_question_by_post_is_repeated_and_no_unknown_outcome(bring, client, fixture, trouble):
    bring.on(WSDL, fixture("service.wsdl"))
    bring.on(SERVICE, trouble, fixture("soap_order.xml"))
    assert client.order("S00012").status == "Picked"
    bring.on(SERVICE, trouble)
    with pytest.raises(TransportError) as caught:
        client.order("S00012")
    assert type(caught.value) is TransportError
    assert len(bring.calls) == 1 + 2 + ATTEMPTS


def test_the_wsdl_can_not_be_reached(bring, client):
    bring.on(WSDL, reply(status=401))
    with pytest.raises(NotAuthorised, match="reading the WSDL"):
        client.order("S00012")


@pytest.mark.parametrize("where", [WSDL, SERVICE])
@pytest.mark.parametrize("trouble", [drop, reply(KEY, 401), reply(f"<{KEY}/>"), reply(KEY)])
def test_the_key_is_in_no_log_no_exception_and_no_repr(
    bring, client, fixture, caplog, where, trouble
):
    caplog.set_level(logging.DEBUG)
    bring.on(WSDL, fixture("service.wsdl"))
    bring.on(where, trouble)
    with pytest.raises(CallError) as caught:
        client.order("S00012")
    error, shown = caught.value, "".join(traceback.format_exception(caught.value))
    while error is not None:
        shown += repr(error) + str(vars(error))
        error = error.__cause__ or error.__context__
    assert KEY not in shown + repr(client)
    assert KEY not in caplog.text
