"""A GS1 message: business documents of one kind under a standard business document header."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from .style import Style, branch, leaf
from .tree import Element, Sink, Tree

BRING_GLN = "7080000950171"  # the Sender in Bring's samples
SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
MAX_DOCUMENTS = 10000  # GS1 allows so many in a message


class Kind(NamedTuple):
    """A kind of message: its namespace's part, its document, its Type in the header."""

    namespace: str
    document: str
    type: str
    receiver: str  # Authority of our customer number in the samples
    encoding: str = "UTF-8"  # that the samples declare; without quirks UTF-8


KINDS = {
    "order_response": Kind("order_response", "orderResponse", "OrderResponse", "14"),
    "despatch_advice": Kind("despatch_advice", "despatchAdvice", "DespatchAdviceOutbound", "30"),
    "receiving_advice": Kind("receiving_advice", "receivingAdvice", "ReceivingAdvice", "ZZ"),
    "inventory_report": Kind(
        "inventory_report", "inventoryReport", "InventoryReport", "ZZ", "Windows-1252"
    ),
    "inventory_adjustment": Kind(
        "inventory_report", "inventoryReport", "InventoryReportAdjustment", "ZZ"
    ),
    "operations_notification": Kind(
        "warehousing_operations_notification",
        "warehousingOperationsNotification",
        "Notification",
        "ZZ",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A GS1 message: documents of one kind under a header.

    :param receiver: our customer number with Bring.
    :param created_at: when the message was made.
    :param title: the documents in words, for people.
    """

    kind: str
    documents: tuple[Element, ...]
    receiver: str
    created_at: datetime
    title: str
    quirks: bool = False

    def tree(self) -> Tree:
        """Return the whole message, header included."""
        kind = KINDS[self.kind]
        prefix = "ns0" if self.quirks else kind.namespace
        namespace = f"urn:gs1:ecom:{kind.namespace}:xsd:3"
        root = Element(
            f"{prefix}:{kind.document}Message", attributes={f"xmlns:{prefix}": namespace}
        )
        encoding = kind.encoding if self.quirks else "UTF-8"
        return Tree(root, self._header(kind), self.documents, encoding)

    def write(self, file: Sink, format: str = "xml", convention: str = "bring") -> None:
        """Write into a binary file, in little memory; see Tree.write."""
        self.tree().write(file, format, convention)

    def xml(self) -> bytes:
        """Return the message as XML."""
        return self.tree().xml()

    def json(self, convention: str = "bring") -> bytes:
        """Return the message as JSON: bring, badgerfish or prefixed."""
        return self.tree().json(convention)

    def _header(self, kind: Kind) -> Element:
        def party(name: str, authority: str, identifier: str) -> Element:
            attributes = {"Authority": authority}
            return branch(name, Element("sh:Identifier", identifier, attributes=attributes))

        return Element(
            "sh:StandardBusinessDocumentHeader",
            attributes={"xmlns:sh": SBDH},
            children=[
                leaf("sh:HeaderVersion", "3.1"),
                party("sh:Sender", "14", BRING_GLN),
                party("sh:Receiver", kind.receiver if self.quirks else "14", self.receiver),
                branch(
                    "sh:DocumentIdentification",
                    leaf("sh:Standard", "GS1 BMS"),
                    leaf("sh:TypeVersion", "3.1"),
                    leaf("sh:InstanceIdentifier", "GS1"),  # a constant, not an identifier
                    leaf("sh:Type", kind.type),
                    Style(self.quirks).time("sh:CreationDateAndTime", self.created_at),
                ),
            ],
        )


def message(*messages: Message) -> Message:
    """Put the documents of several messages of one kind in one; raise ValueError otherwise."""
    count = sum(len(part.documents) for part in messages)
    if not 1 <= count <= MAX_DOCUMENTS:
        raise ValueError(f"a message has 1 to {MAX_DOCUMENTS} documents, not {count}")
    if len({(part.kind, part.quirks, part.receiver) for part in messages}) > 1:
        raise ValueError("a message has documents of one kind and style, for one customer")
    return Message(
        kind=messages[0].kind,
        documents=tuple(document for part in messages for document in part.documents),
        receiver=messages[0].receiver,
        created_at=max(part.created_at for part in messages),
        title=", ".join(part.title for part in messages),
        quirks=messages[0].quirks,
    )
