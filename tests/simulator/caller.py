"""A customer of Bring's: writes orders and item data as XML or JSON, and calls the server."""

import json
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import quoteattr

import requests
from lxml import etree

from simulator.api import Login
from simulator.server import Server

CUSTOMER = "999999"
LOGIN = Login("me@example.com", "mybring-key")
PO, SEND = "{http://api.bring.com/po}", "{https://bapi.bring.com/wh/api/v1}"
ACCEPT = {"xml": "application/xml", "json": "application/json"}
HEAD = {
    "version": "5.0", "definedBy": "BIG", "domain": "SupplyChain", "collaboration": "Order",
    "profile": "bringXML", "language": "", "messageId": "1",
}  # fmt: skip
ADDRESS = {"PostalCode": "6002", "City": "Ålesund", "CountryCode": "NO", "Street": "Kaigata 1"}


def make_order(number: str = "S00012", *lines: tuple[int, str, Any], **changes: Any) -> dict:
    """Return an order as plain values; `changes` replace some. Lines: (number, article, qty)."""
    order = {
        "function": "Order", "number": number, "indicator": "Original", "test": "", "type": "",
        "sender": CUSTOMER, "references": {"ACD": number, "CU": "C1", "ON": "PO-1"},
        "dates": {"DocumentDate": "2026-07-01", "DeliveryDateRequested": "2026-07-03"},
        "service": "3584", "additional": [],
        "parties": {"OrderingParty": "1", "DeliveryParty": "2", "Supplier": "3", "Buyer": "4",
                    "PerformingUnit": "780132"},
        "address": ADDRESS, "point": "", "contact": {}, "unit": "PCE", "batch": "", "serials": [],
        "lines": lines or ((10, "LAMP", 4),), "list": "CustomerItemNo",
    }  # fmt: skip
    assert not set(changes) - set(order)
    return {**order, **changes}


def _address(order: dict, role: str) -> dict:
    """Return the address of a party: the order's one is where the goods go."""
    return order["address"] if role == "DeliveryParty" else ADDRESS


def order_xml(order: dict) -> bytes:
    """Write an order as Bring's XML example has it."""
    head = {**HEAD, "messageFunction": order["function"], "updateIndicator": "",
            "testIndicator": order["test"]}  # fmt: skip
    root = etree.Element("CreateOrderRequest", head, {None: "http://api.bring.com/mb"})

    def add(parent, name, text=None, **attributes):
        element = etree.SubElement(parent, name, attributes)
        element.text = text
        return element

    details = add(root, "MessageDetails")
    add(details, "MessageSender", partyId=order["sender"], idType="ZZ")
    add(details, "MessageRecipient", partyId="7080003388100", idType="14")
    add(details, "MessageDate", "2026-07-01T09:20:47")
    order_set = add(add(root, "SupplyStructure"), "OrderSet", updateIndicator=order["indicator"])
    top = add(order_set, "Order", orderId=order["number"])
    if order["type"]:
        add(top, "ExternalOrderType", order["type"])
    for kind, number in order["references"].items():
        add(add(top, "Reference", referenceType=kind), "ReferenceNo", number)
    for kind, day in order["dates"].items():
        moment = add(top, "DateAndTimes", subClass=kind)
        add(moment, "Date", day)
        add(moment, "Time", "09:20:00")
    service = add(order_set, "TransportService")
    add(service, "BasicServiceCode", order["service"])
    for code in order["additional"]:
        add(add(service, "AdditionalService"), "AdditionalServiceCode", code)
    for role, party_id in order["parties"].items():
        party = add(order_set, "Party", subClass=role, partyId=party_id)
        add(party, "Name", f"{role} & Co")
        if role == "DeliveryParty" and order["point"]:
            party.set("subPartyId", order["point"])
        if role != "PerformingUnit":
            address = add(party, "Address", subClass="PhysicalAddress")
            for name, text in _address(order, role).items():
                add(address, name, text)
        if role == "Buyer":
            contact = add(party, "Contact")
            for name, text in order["contact"].items():
                add(contact, name, text)
    lines = add(order_set, "OrderLineSet")
    for number, article, quantity in order["lines"]:
        item = add(lines, "OrderItem", articleLineId=str(number))
        add(item, "ArticleId", article, codeListIdentifier=order["list"])
        add(item, "ArticleQuantity", str(quantity), unitCode=order["unit"])
        add(add(item, "Description", usageCode="AAA"), "Text", f"{article} by name")
        if order["serials"]:
            serials = add(item, "ArticleSerialNos")
            for serial in order["serials"]:
                add(serials, "ArticleSerialNo", serial)
        if order["batch"]:
            add(item, "ArticleBatchNo", order["batch"])
        add(item, "ArticleName", f"{article} by name")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def order_json(order: dict) -> bytes:
    """Write an order as Bring's JSON example has it."""
    head = {**HEAD, "messageFunction": order["function"], "updateIndicator": "",
            "testIndicator": order["test"]}  # fmt: skip

    def json_address(role: str) -> dict:
        address = {"subClass": "PhysicalAddress", **_address(order, role)}
        return {**address, "CountryCode": {"Value": address["CountryCode"]}}

    value = {
        **head,
        "MessageDetails": {
            "MessageSender": {"partyId": order["sender"], "idType": "ZZ"},
            "MessageRecipient": {"partyId": "7080003388100", "idType": "14"},
            "MessageDate": {"Value": "2026-07-01T09:20:47"},
        },
        "SupplyStructure": {"OrderSet": [{
            "updateIndicator": order["indicator"],
            "Order": {
                "orderId": order["number"], "ExternalOrderType": order["type"],
                "Reference": [{"referenceType": kind, "ReferenceNo": number}
                              for kind, number in order["references"].items()],
                "DateAndTimes": [{"subClass": kind, "Date": day, "Time": "09:20:00"}
                                 for kind, day in order["dates"].items()],
            },
            "TransportService": {
                "BasicServiceCode": {"Value": order["service"]},
                "AdditionalService": [{"AdditionalServiceCode": {"Value": code}}
                                      for code in order["additional"]],
            },
            "Party": [
                {"subClass": role, "partyId": party_id, "Name": f"{role} & Co",
                 **({"subPartyId": order["point"]} if role == "DeliveryParty" else {}),
                 **({"Contact": [order["contact"]]} if role == "Buyer" else {}),
                 **({"Address": [json_address(role)]} if role != "PerformingUnit" else {})}
                for role, party_id in order["parties"].items()
            ],
            "OrderLineSet": [{"OrderItem": [
                {"articleLineId": str(number),
                 "ArticleId": [{"codeListIdentifier": order["list"], "Value": article}],
                 "ArticleQuantity": {"unitCode": order["unit"], "Value": str(quantity)},
                 "Description": [{"usageCode": "AAA", "Text": [{"Value": f"{article} by name"}]}],
                 "ArticleBatchNo": order["batch"], "ArticleName": f"{article} by name"}
                for number, article, quantity in order["lines"]
            ]}],
        }]},
    }  # fmt: skip
    return json.dumps(value).encode()


def items_xml(*items: tuple[str, str, str]) -> bytes:
    """Write item data: (number, name, EAN)."""
    head = "".join(f" {name}={quoteattr(text)}" for name, text in HEAD.items())
    rows = "".join(
        f'<ArticleInformation articleLineId="{position}">'
        f'<ArticleNumber codeListIdentifier="CustomerItemNo">{number}</ArticleNumber>'
        f'<ArticleNumber codeListIdentifier="EAN">{ean}</ArticleNumber>'
        f'<Description usageCode="AAA"><Text>{name}</Text></Description>'
        f'<ArticleQuantity codeListIdentifier="X">1</ArticleQuantity>'
        f'<ArticleUnitCode codeListIdentifier="X">PCE</ArticleUnitCode>'
        f"<ArticleName>{name}</ArticleName></ArticleInformation>"
        for position, (number, name, ean) in enumerate(items, 1)
    )
    return (
        f'<CreateItemDataRequest{head} messageFunction="ItemData" '
        'xmlns="http://api.bring.com/mb"><MessageDetails>'
        f'<MessageSender partyId="{CUSTOMER}" idType="ZZ"/>'
        '<MessageRecipient partyId="7080003388100" idType="14"/>'
        "<MessageDate>2026-07-01T09:20:47</MessageDate></MessageDetails>"
        '<PerformingUnit Name="Berger">780132</PerformingUnit><SupplyStructure>'
        f"<ArticleInformationSet>{rows}</ArticleInformationSet></SupplyStructure>"
        "</CreateItemDataRequest>"
    ).encode()


@dataclass
class Caller:
    """Call a server with the right headers, or others."""

    server: Server
    login: Login = LOGIN
    client: str = "https://shop.example.com"
    timeout: float = 10
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> requests.Response:
        sent = {
            "X-Mybring-API-Uid": self.login.uid, "X-Mybring-API-Key": self.login.key,
            "X-Bring-Client-URL": self.client, **headers,
        }  # fmt: skip
        return requests.request(
            method, f"{self.server.url}{path}", data=body,
            headers={name: text for name, text in sent.items() if text}, timeout=self.timeout,
        )  # fmt: skip

    def get(self, path: str, format: str = "xml") -> Any:
        """Return a pull answer: the XML's root, or the JSON's value."""
        answer = self.call("GET", f"/warehousing/api/v1/{path}", Accept=ACCEPT[format])
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"] == ACCEPT[format]
        return answer.json() if format == "json" else etree.fromstring(answer.content)

    def post(self, body: bytes, path: str = "order", format: str = "xml") -> requests.Response:
        headers = {"Content-Type": ACCEPT[format], "Accept": ACCEPT[format]}
        return self.call("POST", f"/wh/api/v1/{path}", body, **headers)

    def send(self, number: str = "S00012", *lines: tuple[int, str, Any], **changes: Any) -> str:
        """Send an order as XML; return the request id, or the code of the refusal."""
        return said(self.post(order_xml(make_order(number, *lines, **changes))))

    def control(self, name: str, value: Any = None, method: str = "POST") -> Any:
        """Call /_simulator/…; return the JSON."""
        body = None if value is None else json.dumps(value)
        answer = requests.request(
            method, f"{self.server.url}/_simulator/{name}", data=body, timeout=self.timeout
        )
        assert answer.status_code == 200, answer.text
        return answer.json()


def said(answer: requests.Response) -> str:
    """Return the request id of an XML answer to what was sent, or the code of the refusal."""
    root = etree.fromstring(answer.content)
    if code := root.findtext(f"{SEND}ResponseProperties/{SEND}Error/{SEND}Code"):
        return code
    assert root.findtext(f"{SEND}ResponseProperties/{SEND}Message") == "Success"
    return root.findtext(f"{SEND}ResponseProperties/{SEND}RequestId")
