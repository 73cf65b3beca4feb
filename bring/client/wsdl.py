"""Bring's WSDL, read by zeep: which operations there are, and how a message to them looks.

zeep reaches the network, and nothing else, through this module: it opens no file, it asks no
host but the WSDL's, and document type declarations and entities are forbidden. What a WSDL
imports from an inner host, as a service behind a proxy names itself, is asked for at the WSDL's
own host; the W3C's schema of the xml: attributes is here.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import SplitResult, urljoin, urlsplit

import zeep
import zeep.exceptions
from lxml import etree
from zeep.wsdl.bindings.soap import SoapBinding

from ..errors import BrokenAnswer, ElsewhereError, NotOffered
from .cache import WsdlCache
from .http import Answer, Http, Request

_SETTINGS: Final = {
    "strict": True,
    "raw_response": True,  # ours to read, as an answer by REST is
    "forbid_dtd": True,
    "forbid_entities": True,
    "xml_huge_tree": False,
}
# What zeep raises for a document that is no WSDL, or one that it doesn't understand.
_NOT_UNDERSTOOD: Final = (
    zeep.exceptions.Error,
    etree.LxmlError,
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)
_CALL: Final = "reading the WSDL"
_MOST_DOCUMENTS: Final = 50  # that a WSDL may lead to
_W3C: Final = frozenset({"www.w3.org", "w3.org"})
# What the W3C's xml.xsd declares, under any of its addresses (2001/xml.xsd, 2009/01/xml.xsd, …).
_XML_ATTRIBUTES: Final = b"""<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
    targetNamespace="http://www.w3.org/XML/1998/namespace">
  <xs:attribute name="lang" type="xs:language"/>
  <xs:attribute name="space" type="xs:NCName"/>
  <xs:attribute name="base" type="xs:anyURI"/>
  <xs:attribute name="id" type="xs:ID"/>
  <xs:attributeGroup name="specialAttrs">
    <xs:attribute ref="xml:base"/>
    <xs:attribute ref="xml:lang"/>
    <xs:attribute ref="xml:space"/>
    <xs:attribute ref="xml:id"/>
  </xs:attributeGroup>
</xs:schema>
"""


class Service:
    """The SOAP service that a WSDL describes."""

    def __init__(self, http: Http, cache: WsdlCache | None) -> None:
        self._url = http.settings.base("wsdl_url")
        self._transport = _Transport(http, cache, self._url)
        self._client = self._read()

    def _read(self) -> Any:
        """zeep's client; what was kept is asked for anew when it turns out to be unusable."""
        try:
            return self._parse()
        except BrokenAnswer:
            if not self._transport.from_cache:
                raise
        self._transport.forget()
        return self._parse()

    def _parse(self) -> Any:
        try:
            client = zeep.Client(  # type: ignore[no-untyped-call]
                self._url, transport=self._transport, settings=zeep.Settings(**_SETTINGS)
            )
        except _NOT_UNDERSTOOD as error:
            reason = _in_words(error)
        else:
            if any(True for _each in _soap_operations(client)):
                self._transport.keep()
                return client
            reason = "it names no SOAP operation"
        raise BrokenAnswer(
            f"there is no WSDL that can be used at the account's address: {reason}", call=_CALL
        )

    def offers(self, message: str) -> bool:
        """Whether there is an operation that takes this message."""
        return next(self._operations(message), None) is not None

    def call(self, message: str, values: Mapping[str, Any], call: str) -> Answer:
        """Send ``message`` to its operation.

        ``values`` are all that we know, by element; the operation gets those that its message
        has. NotOffered when there is no such operation, or it wants what we don't know.
        """
        found = next(self._operations(message), None)
        if found is None:
            raise NotOffered(
                f"Bring's SOAP service has no {message}: choose REST in the account's settings,"
                " or another WSDL",
                call=call,
            )
        port, name, body = found
        self._transport.call = call
        known = _known(body, values)
        service = self._client.create_service(port.binding.name, self._address(port))
        try:
            answer: Answer = service[name](**known)
        except (zeep.exceptions.Error, TypeError) as error:
            reason = _in_words(error)
        else:
            return answer
        raise NotOffered(
            f"the WSDL's {message} wants what we don't know ({reason}): choose REST in the"
            " account's settings",
            call=call,
        )

    def _operations(self, message: str) -> Iterator[tuple[Any, str, Any]]:
        """Each (port, operation's name, body element) that takes the message, by its name."""
        for port, name, operation in _soap_operations(self._client):
            body = operation.input.body
            qname = getattr(body, "qname", None)
            taken = {operation.input.abstract.name.localname, qname and qname.localname}
            if message in {str(one).removesuffix("Request") for one in taken}:
                yield port, name, body

    def _address(self, port: Any) -> str:
        """Where to post: the port's path at the WSDL's own host, for that gets our key.

        A service behind a proxy often names its inner host in the WSDL.
        """
        path = urlsplit(port.binding_options.get("address") or self._url)
        query = f"?{path.query}" if path.query else ""
        return f"{_origin(self._url)}{path.path}{query}"


class _Transport:
    """zeep's transport interface, by our own HTTP: the same headers, time-outs and errors."""

    def __init__(self, http: Http, cache: WsdlCache | None, url: str) -> None:
        self._http = http
        self._cache = cache
        self._url = url
        self._fresh: dict[str, bytes] = {}
        self.from_cache = False
        self.call = ""

    def load(self, url: str) -> bytes:
        """The content of a document, from the WSDL's own host whatever host is named."""
        there = urlsplit(url)
        if there.scheme not in ("http", "https"):
            raise BrokenAnswer("the WSDL names a document that isn't on the web", call=_CALL)
        if there.hostname in _W3C and there.path.endswith("/xml.xsd"):
            return _XML_ATTRIBUTES
        kept = self._cache.get(url) if self._cache is not None else None
        if kept:
            self.from_cache = True
            return bytes(kept)
        if len(self._fresh) == _MOST_DOCUMENTS:
            many = f"the WSDL leads to more than {_MOST_DOCUMENTS} documents"
            raise BrokenAnswer(many, call=_CALL)
        self._fresh[url] = self._get(there)
        return self._fresh[url]

    def _get(self, there: SplitResult) -> bytes:
        """Ask for a document at its path; else, as a proxy may move paths, beside the WSDL."""
        query = f"?{there.query}" if there.query else ""
        try:
            return self._ask(f"{_origin(self._url)}{there.path}{query}")
        except ElsewhereError:
            beside = urljoin(self._url, there.path.rpartition("/")[2] + query)
            if there.hostname == urlsplit(self._url).hostname or beside == self._url:
                raise
        return self._ask(beside)

    def _ask(self, address: str) -> bytes:
        request = Request(call=_CALL, method="GET", url=address, headers={"Accept": "*/*"})
        return self._http.send(request).raw

    def keep(self) -> None:
        """Put what was loaded into the cache, now that it has proved to be usable."""
        if self._cache is not None:
            for url, content in self._fresh.items():
                self._cache.add(url, content)

    def forget(self) -> None:
        """Take nothing from the cache any more; what is loaded next will replace it there."""
        self._cache = _WriteOnly(self._cache)
        self.from_cache = False

    def post_xml(
        self, address: str, envelope: etree._Element, headers: Mapping[str, str]
    ) -> Answer:
        """Post a question. It is safe to repeat: no operation that we call changes anything."""
        return self._http.send(
            Request(
                call=self.call,
                method="POST",
                url=address,
                headers={**headers, "Accept": "text/xml, application/soap+xml"},
                body=etree.tostring(envelope, xml_declaration=True, encoding="utf-8"),
                faults=True,
            )
        )


class _WriteOnly:
    """A cache that gives nothing back."""

    def __init__(self, cache: WsdlCache | None) -> None:
        self._cache = cache

    def get(self, url: str) -> bytes | None:
        return None

    def add(self, url: str, content: bytes) -> None:
        if self._cache is not None:
            self._cache.add(url, content)


def _soap_operations(client: Any) -> Iterator[tuple[Any, str, Any]]:
    """Each (port, operation's name, operation) of a zeep client that is SOAP's."""
    for service in client.wsdl.services.values():
        for port in service.ports.values():
            if isinstance(port.binding, SoapBinding):
                for name, operation in port.binding.all().items():  # type: ignore[no-untyped-call]
                    yield port, name, operation


def _in_words(error: Exception) -> str:
    """zeep's own message; of anything else its kind, for its words mean nothing to a user."""
    if isinstance(error, zeep.exceptions.DTDForbidden | zeep.exceptions.EntitiesForbidden):
        return "it has a document type declaration, which is not allowed"
    message = str(error) if isinstance(error, zeep.exceptions.Error) else ""
    return message or type(error).__name__


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _elements(element: Any) -> dict[str, Any]:
    """The child elements of a message's element, by local name."""
    return dict(getattr(element.type, "elements", ()))


def _known(element: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of ``values`` that the element has; a mapping stands for children of a child."""
    known = {}
    for name, child in _elements(element).items():
        value = values.get(name)
        if isinstance(value, Mapping):
            value = _nested(child, value)
        if value is not None:
            known[name] = value
    return known


def _nested(child: Any, value: Mapping[str, Any]) -> Any:
    """A mapping as zeep takes it: "" is the text, which is all there is of a simple type."""
    inner = _known(child, value)
    if "" not in value:
        return inner
    if not hasattr(child.type, "attributes"):
        return value[""]
    attributes = {name for name, _attribute in child.type.attributes}
    return {"_value_1": value[""], **{name: value[name] for name in attributes if name in value}}
