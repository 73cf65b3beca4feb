"""The answer that Bring expects to a delivery, in the format the delivery came in."""

import json
from typing import Final, Literal

from lxml import etree

from .text import xml_safe

NAMESPACE: Final = "http://interchange.bring.com/SupplyChain.Response"
SUCCESS: Final = "success"


def postback(message: str, request_id: str, format: Literal["xml", "json"]) -> tuple[bytes, str]:
    """Write the answer; return it with its content type.

    ``message`` is exactly ``SUCCESS`` for what was taken, else the reason; ``request_id`` is
    unique for each delivery. Source: Bring's response schema and JSON example. The element is
    spelled PostbackResponse in XML and PostBackResponse in JSON, both as published; its
    children are unqualified.
    """
    if format == "json":
        body = {"PostBackResponse": {"Message": message, "RequestID": request_id}}
        return json.dumps(body).encode("ascii"), "application/json"
    root = etree.Element(f"{{{NAMESPACE}}}PostbackResponse", nsmap={"ns0": NAMESPACE})
    etree.SubElement(root, "Message").text = xml_safe(message)
    etree.SubElement(root, "RequestID").text = xml_safe(request_id)
    body_xml = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return body_xml, "application/xml; charset=utf-8"
