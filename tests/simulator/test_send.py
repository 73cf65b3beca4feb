"""What is sent to Bring is taken as its examples have it, and refused with a code otherwise."""

import json

import pytest
from caller import ADDRESS, LOGIN, Caller, items_xml, make_order, order_json, order_xml, said
from lxml import etree

from simulator.api import Login
from simulator.server import Server

PARTIES = make_order()["parties"]


@pytest.mark.parametrize("format, write", [("xml", order_xml), ("json", order_json)])
def test_an_order_is_taken_in_xml_and_json(server, caller, format, write):
    order = make_order("S00012", (10, "LAMP", 4), (20, "MILK", 2.5), unit="KGM", batch="B1")
    answer = caller.post(write(order), format=format)
    assert answer.status_code == 200
    kept = server.orders["S00012"]
    assert [(x.number, x.article, str(x.quantity), x.unit) for x in kept.order.lines] == [
        (10, "LAMP", "4", "KGM"), (20, "MILK", "2.5", "KGM")
    ]  # fmt: skip
    assert kept.order.lines[0].batches[0].batch == "B1"
    assert kept.order.warehouse == "BERGER"
    assert kept.order.customer.city == "Ålesund"
    assert kept.request.reference("ACD") == "S00012"
    assert kept.status == "taken"


def test_the_answers_are_as_published(caller):
    answer = caller.post(order_xml(make_order()))
    root = etree.fromstring(answer.content)
    assert root.tag == "{https://bapi.bring.com/wh/api/v1}CreateOrderResponse"
    assert [etree.QName(e).localname for e in root.iter()] == [
        "CreateOrderResponse", "ResponseProperties", "Message", "RequestId"
    ]  # fmt: skip
    body = caller.post(order_json(make_order("S2")), format="json").json()
    assert list(body) == ["PostBackResponse"]
    assert body["PostBackResponse"].keys() == {"Message", "RequestID"}
    assert body["PostBackResponse"]["Message"] == "success"
    assert body["PostBackResponse"]["RequestID"] != root[0][1].text


def test_a_second_original_is_refused_and_counted(server, caller):
    caller.send()
    assert caller.send() == "PO_INPUT_024"
    refused = caller.post(order_json(make_order()), format="json").json()
    assert refused["ResponseProperties"]["Error"]["Code"] == "PO_INPUT_024"
    assert server.orders["S00012"].duplicates == 2
    assert len(server.orders) == 1


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"references": {"CU": "1", "ON": "1"}}, "PO_INPUT_019"),
        ({"references": {"ACD": "1", "ON": "1"}}, "PO_INPUT_019"),
        ({"references": {"ACD": "1", "CU": "1", "ON": ""}}, "PO_INPUT_019"),
        ({"dates": {"DocumentDate": "2026-07-01"}}, "PO_INPUT_019"),
        ({"parties": {"OrderingParty": "1", "DeliveryParty": "2", "Supplier": "3"}},
         "PO_INPUT_019"),
        ({"parties": {**PARTIES, "PerformingUnit": "BERGER"}}, "PO_INPUT_018"),
        ({"service": ""}, "PO_INPUT_019"),
        ({"address": {**ADDRESS, "City": ""}}, "PO_INPUT_019"),
        ({"address": {**ADDRESS, "Street": ""}}, "PO_INPUT_019"),
        ({"parties": {**PARTIES, "OrderingParty": ""}}, "PO_INPUT_019"),
        ({"parties": {**PARTIES, "Supplier": ""}}, "PO_INPUT_019"),
        ({"parties": {**PARTIES, "Consignee": "7"}}, "PO_INPUT_018"),
        ({"parties": {role: PARTIES[role] for role in PARTIES if role != "Supplier"},
          "function": "PurchaseOrder"}, "PO_INPUT_019"),
        ({"additional": ["EVARSLING"]}, "PO_INPUT_019"),
        ({"additional": ["EVARSLING"], "contact": {"ContactName": "Kari"}}, "PO_INPUT_019"),
        ({"additional": ["PickUpPoint"]}, "PO_INPUT_019"),
        ({"point": "109847"}, "PO_INPUT_019"),
        ({"type": "R"}, "PO_INPUT_018"),
        ({"sender": "111111"}, "PO_INPUT_001"),
        ({"number": "S/12"}, "PO_INPUT_002"),
        ({"number": ""}, "PO_INPUT_002"),
        ({"function": "Reorder"}, "PO_INPUT_018"),
        ({"indicator": "Replace"}, "PO_INPUT_018"),
        ({"test": "perhaps"}, "PO_INPUT_018"),
        ({"lines": ()}, "PO_INPUT_019"),
        ({"lines": ((10, "NOWHERE", 1),)}, "SIM_ARTICLE_001"),
        ({"lines": ((10, "", 1),)}, "PO_INPUT_021"),
        ({"lines": ((10, "LAMP", -1),)}, "PO_INPUT_011"),
        ({"lines": ((10, "LAMP", 0),)}, "PO_INPUT_011"),
        ({"lines": ((10, "LAMP", 1), (10, "MILK", 1))}, "PO_INPUT_017"),
        ({"lines": (("first", "LAMP", 1),)}, "PO_INPUT_017"),
        ({"unit": "BOX"}, "PO_INPUT_018"),
        ({"list": "SerialNo"}, "PO_INPUT_018"),
        ({"indicator": "Update"}, "PO_STATE_001"),
        ({"indicator": "Delete"}, "PO_STATE_001"),
        ({"indicator": "Delete", "lines": ()}, "PO_INPUT_019"),
    ],
)  # fmt: skip
def test_what_bring_would_refuse_is_refused(server, caller, changes, code):
    order = {**make_order(), **changes}
    answer = caller.post(order_xml(order))
    assert (answer.status_code, said(answer)) == (200, code)
    in_json = caller.post(order_json(order), format="json")
    assert in_json.json()["ResponseProperties"]["Error"]["Code"] == code
    assert not server.orders


@pytest.mark.parametrize("way", ["CellPhoneNo", "EMailAddress"])
def test_a_notification_is_taken_with_the_buyer_s_mobile_or_mail(server, caller, way):
    caller.send(additional=["EVARSLING"], contact={way: "ola@example.com"})
    party = next(p for p in server.orders["S00012"].request.parties if p.mobile or p.email)
    assert (party.role, party.mobile or party.email) == ("Buyer", "ola@example.com")
    assert server.orders["S00012"].request.additional_services == ("EVARSLING",)


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.replace(b"CreateOrderRequest", b"CreateOrder"),
        lambda body: body.replace(b"http://api.bring.com/mb", b"urn:other"),
        lambda body: body.replace(b"BasicServiceCode", b"ServiceCode"),
        lambda body: body.replace(b'version="5.0"', b'version="4.0"'),
        lambda body: body.replace(b"2026-07-01</Date>", b"1 July</Date>"),
        lambda body: body[:-30],
        lambda body: body.replace(b"<CreateOrderRequest", b"<!DOCTYPE x><CreateOrderRequest", 1),
        lambda body: b"",
    ],
)
def test_another_shape_is_a_bad_request(server, caller, change):
    body = order_xml(make_order())
    assert change(body) != body
    answer = caller.post(change(body))
    assert answer.status_code == 400
    assert said(answer) in ("PO_INPUT_017", "PO_INPUT_018")
    assert not server.orders


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"version": "5.0", "Surprise": 1}'])
def test_another_json_is_a_bad_request(caller, body):
    answer = caller.post(body, format="json")
    assert answer.status_code == 400
    assert answer.json()["ResponseProperties"]["Error"]["Code"] == "PO_INPUT_017"


def test_the_elements_have_an_order(caller):
    root = etree.fromstring(order_xml(make_order()))
    order_set = root[1][0]
    order_set.append(order_set[1])  # TransportService after the lines
    assert caller.post(etree.tostring(root)).status_code == 400


def test_an_update_replaces_the_order_until_it_is_started(server, caller):
    caller.send("S00012", (10, "LAMP", 4))
    server.advance(minutes=20)
    assert server.orders["S00012"].status == "allocated"
    caller.send("S00012", (10, "LAMP", 6), indicator="Update")
    kept = server.orders["S00012"]
    assert (kept.updates, kept.order.lines[0].quantity) == (1, 6)
    (lamp, _) = server.stock.balances()
    assert (lamp.physical, lamp.allocated, lamp.in_order, lamp.free) == (10, 6, 0, 4)
    server.advance(minutes=40)
    assert kept.status == "started"
    assert caller.send("S00012", (10, "LAMP", 7), indicator="Update") == "SIM_STATE_001"
    assert caller.send("S00012", indicator="Delete") == "SIM_STATE_001"
    server.advance(hours=8)
    assert (kept.status, kept.handled) == ("despatched", {10: 6})


def test_a_deleted_order_is_told_as_cancelled(server, caller, counterpart):
    caller.send()
    server.advance(minutes=20)
    assert caller.send(indicator="Delete") not in ("", "SIM_STATE_001")
    assert server.orders["S00012"].status == "cancelled"
    server.advance(days=2)
    assert [push.title for push in server.pushes] == ["S00012 O1", "S00012 O2", "S00012 99"]
    assert etree.fromstring(counterpart.received[-1][1]).findtext(".//deliveryTypeCode") == "99"
    (lamp, _) = server.stock.balances()
    assert (lamp.physical, lamp.allocated, lamp.in_order, lamp.free) == (10, 0, 0, 10)
    assert caller.send(indicator="Update") == "SIM_STATE_002"
    assert caller.send() == "PO_INPUT_024"


def test_several_orders_are_taken_together_or_not_at_all(server, caller):
    first, second = (
        etree.fromstring(order_xml(make_order(number, (10, article, 1))))
        for number, article in (("S1", "LAMP"), ("S2", "NOWHERE"))
    )
    first[1].append(second[1][0])
    assert said(caller.post(etree.tostring(first))) == "SIM_ARTICLE_001"
    assert not server.orders


def test_item_data_makes_articles_known(server, caller):
    assert caller.send("S1", (10, "CUP", 1)) == "SIM_ARTICLE_001"
    answer = caller.post(items_xml(("CUP", "Blue cup", "07038010000025")), "itemdata")
    assert etree.fromstring(answer.content).tag.endswith("}CreateItemDAtaResponse")
    caller.send("S1", (10, "CUP", 1))
    caller.send("S2", (10, "7038010000025", 1), list="EAN")
    assert {kept.order.lines[0].article for kept in server.orders.values()} == {"CUP"}
    assert server.stock.articles["CUP"].name == "Blue cup"


def test_a_pick_up_point_is_taken_with_its_service(server, caller):
    caller.send(additional=["PickUpPoint"], point="109847")
    (party,) = [p for p in server.orders["S00012"].request.parties if p.sub_party_id]
    assert (party.role, party.sub_party_id) == ("DeliveryParty", "109847")


def test_a_deletion_may_be_said_by_the_root_alone(server, caller):
    caller.send()
    body = order_xml(make_order(indicator="Delete"))
    body = body.replace(b'<OrderSet updateIndicator="Delete">', b"<OrderSet>")
    assert said(caller.post(body.replace(b'updateIndicator=""', b'updateIndicator="Deletion"')))
    assert server.orders["S00012"].status == "cancelled"


@pytest.mark.parametrize(
    "old, new, code",
    [
        (b'<PerformingUnit Name="Berger">780132</PerformingUnit>', b"", "PO_INPUT_019"),
        (b'<Description usageCode="AAA">', b"<Description>", "PO_INPUT_019"),
        (b'<ArticleQuantity codeListIdentifier="X">1</ArticleQuantity>', b"", "PO_INPUT_019"),
        (b'<ArticleUnitCode codeListIdentifier="X">PCE</ArticleUnitCode>', b"", "PO_INPUT_019"),
        (b">CUP<", b">" + b"C" * 22 + b"<", "PO_INPUT_017"),
        (b"<ArticleName>Blue cup", b"<ArticleName>" + b"B" * 46, "PO_INPUT_017"),
        (b">CUP<", b"><", "PO_INPUT_021"),
    ],
)
def test_what_item_data_lacks_is_refused(server, caller, old, new, code):
    body = items_xml(("CUP", "Blue cup", "07038010000025"))
    assert old in body
    assert said(caller.post(body.replace(old, new), "itemdata")) == code
    assert "CUP" not in server.stock.articles


def test_unknown_articles_are_taken_where_that_is_wanted(at):
    with Server(login=LOGIN, start_at=at, any_article=True) as server:
        Caller(server).send("S1", (10, "NEW", 1))
        assert server.orders["S1"].order.lines[0].article == "NEW"


def test_a_test_key_takes_only_test_orders(at):
    test_login = Login("me@example.com", "test-key")
    with Server(login=LOGIN, test_login=test_login, start_at=at, any_article=True) as server:
        tester = Caller(server, test_login)
        assert tester.send("S1") == "SIM_TEST_001"
        tester.send("S1", test="1")
        Caller(server).send("S2", test="true")
        Caller(server).send("S3")
        tests = {number: kept.request.test for number, kept in server.orders.items()}
        assert tests == {"S1": True, "S2": True, "S3": False}


def test_request_ids_differ_but_are_the_same_in_each_run(at):
    def run() -> list[str]:
        with Server(login=LOGIN, start_at=at, seed=3, any_article=True) as server:
            return [Caller(server).send(number) for number in ("S1", "S2")]

    first = run()
    assert len(set(first)) == 2
    assert run() == first


def test_the_journal_has_what_came_but_no_keys(server, caller):
    caller.send()
    (call,) = server.calls
    assert (call.method, call.path, call.route) == ("POST", "/wh/api/v1/order", "send.order")
    assert call.body == order_xml(make_order())
    assert b"Success" in call.answer
    assert LOGIN.key not in repr(call)
    assert call.status == 200


def test_a_body_needs_a_length(server):
    import requests

    answer = requests.post(f"{server.url}/order", data=iter([b"x"]), timeout=10)
    assert answer.status_code == 411


def test_json_lists_may_be_objects_when_there_is_one(server, caller):
    value = json.loads(order_json(make_order()))
    value["SupplyStructure"]["OrderSet"] = value["SupplyStructure"]["OrderSet"][0]
    answer = caller.post(json.dumps(value).encode(), format="json")
    assert answer.json()["PostBackResponse"]["Message"] == "success"
    assert "S00012" in server.orders
