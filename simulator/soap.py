"""The same data over SOAP 1.1: a WSDL, envelopes around the answers, and faults."""

from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from .answers import PO
from .refusals import Refusal
from .request_tree import read_xml
from .tree import Element, element_xml

WSDL = Path(__file__).parent / "schemas" / "purchaseorder-v1.wsdl"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
PLACE = b'"http://localhost/ws/purchaseorder-v1"'  # where the WSDL has the service's address
OPERATIONS = {
    "GetPurchaseOrder": "GetPurchaseOrderResponse",
    "GetPurchaseOrderItem": "GetPurchaseOrderItemResponse",
    "GetArticleBalance": "GetArticleBalanceResponse",
    "GetArticleBalanceInfo": "GetArticleBalanceResponse",
    "GetErrorCodes": "GetErrorCodesResponse",
}


class FaultError(Exception):
    """What isn't even a request: answered with a SOAP fault."""


@dataclass(frozen=True, slots=True)
class SoapRequest:
    """An operation of the WSDL, and the texts of its request by name."""

    operation: str
    texts: dict[str, str]


def wsdl(address: str) -> bytes:
    """Return the WSDL of a service that listens at `address`."""
    return WSDL.read_bytes().replace(PLACE, quoteattr(address).encode())


def read_request(body: bytes) -> SoapRequest:
    """Read an envelope; raise FaultError for what has no place in the WSDL, Refusal for
    properties that are missing.
    """
    try:
        root = read_xml(body)
    except Refusal as refusal:
        raise FaultError(refusal.description) from refusal
    request = root.find(f"{{{ENVELOPE}}}Body/*") if root.tag == f"{{{ENVELOPE}}}Envelope" else None
    if request is None:
        raise FaultError("a SOAP 1.1 envelope with a body is wanted")
    name = etree.QName(request)
    operation = name.localname.removesuffix("Request")
    if name.namespace != PO or operation not in OPERATIONS:
        raise FaultError(f"no operation takes {request.tag!r}")
    texts = {etree.QName(part).localname: (part.text or "").strip() for part in request}
    return SoapRequest(operation, texts)


def check(request: SoapRequest) -> None:
    """Refuse a request without its properties, as Bring does with codes of its own."""
    if "RequestProperties" not in request.texts:
        raise Refusal("PO_INPUT_006")


def envelope(answer: Element) -> bytes:
    """Put an answer into an envelope."""
    body = Element("SOAP-ENV:Body", children=[answer])
    return element_xml(
        Element(
            "SOAP-ENV:Envelope",
            children=[Element("SOAP-ENV:Header"), body],
            attributes={"xmlns:SOAP-ENV": ENVELOPE},
        )
    )


def fault(code: str, words: str) -> bytes:
    """Make a fault; `code` is Client or Server."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="{ENVELOPE}"><SOAP-ENV:Body><SOAP-ENV:Fault>'
        f"<faultcode>SOAP-ENV:{code}</faultcode><faultstring>{escape(words)}</faultstring>"
        f"</SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()
