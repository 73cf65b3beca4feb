from datetime import datetime

from lxml import etree

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import TransactionCase

NS = {
    "order_response": "urn:gs1:ecom:order_response:xsd:3",
    "despatch_advice": "urn:gs1:ecom:despatch_advice:xsd:3",
    "receiving_advice": "urn:gs1:ecom:receiving_advice:xsd:3",
    "inventory_report": "urn:gs1:ecom:inventory_report:xsd:3",
    "warehousing_operations_notification": (
        "urn:gs1:ecom:warehousing_operations_notification:xsd:3"
    ),
}
SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"


def element(name, *children, text=None, **attributes):
    """Build an element; children that are None are left out."""
    made = etree.Element(name, {key: str(value) for key, value in attributes.items()})
    made.text = text
    made.extend(child for child in children if child is not None)
    return made


def leaf(name, value, **attributes):
    """Build an element with a text, or nothing when there is no value."""
    return None if value is None else element(name, text=str(value), **attributes)


def message(kind, *documents, header_date="2026-03-02T12:00:00"):
    """Return the bytes of a message of ``documents``, as Bring sends it."""
    header = etree.SubElement(
        etree.Element("x"), f"{{{SBDH}}}StandardBusinessDocumentHeader", nsmap={"sh": SBDH}
    )

    def sub(parent, name, text=None, **attributes):
        child = etree.SubElement(parent, f"{{{SBDH}}}{name}", attributes)
        child.text = text
        return child

    sub(header, "HeaderVersion", "3.1")
    sub(sub(header, "Sender"), "Identifier", "7080000950171", Authority="14")
    sub(sub(header, "Receiver"), "Identifier", "999999", Authority="ZZ")
    identification = sub(header, "DocumentIdentification")
    for name, text in (
        ("Standard", "GS1 BMS"),
        ("TypeVersion", "3.1"),
        ("InstanceIdentifier", "GS1"),
        ("Type", "DespatchAdviceOutbound"),
        ("CreationDateAndTime", header_date),
    ):
        sub(identification, name, text)
    first, *parts = kind.split("_")
    name = first + "".join(part.title() for part in parts)
    root = etree.Element(f"{{{NS[kind]}}}{name}Message", nsmap={"ns0": NS[kind]})
    root.append(header)
    root.extend(documents)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def order_response(reference, status="O1", at="2026-03-02T08:00:00"):
    return element(
        "orderResponse",
        leaf("creationDateTime", at),
        leaf("documentStatusCode", "ORIGINAL"),
        element("orderResponseIdentification", leaf("entityIdentification", reference)),
        leaf("responseStatusCode", status),
        element("originalOrder", leaf("entityIdentification", reference)),
    )


def despatch_line(
    number=None, article=None, quantity=1, unit="PCE", gtin=None, supplier=None, items=()
):
    """Build one line; ``items`` are dicts with batch, serials, quantity, best_before, imei."""
    return element(
        "despatchAdviceLineItem",
        leaf("lineItemNumber", number),
        leaf("despatchedQuantity", quantity, measurementUnitCode=unit),
        element(
            "transactionalTradeItem",
            leaf("gtin", gtin),
            leaf(
                "additionalTradeItemIdentification",
                article,
                additionalTradeItemIdentificationTypeCode="IN",
            ),
            leaf(
                "additionalTradeItemIdentification",
                supplier,
                additionalTradeItemIdentificationTypeCode="SA",
            ),
            *[
                element(
                    "transactionalItemData",
                    leaf("batchNumber", item.get("batch")),
                    leaf("bestBeforeDate", item.get("best_before")),
                    leaf("lotNumber", item.get("imei")),
                    *[leaf("serialNumber", serial) for serial in item.get("serials", ())],
                    leaf("tradeItemQuantity", item.get("quantity"), measurementUnitCode=unit),
                )
                for item in items
            ],
        ),
    )


def despatch_advice(
    reference,
    *units,
    status="O4",
    at="2026-03-02T10:00:00",
    created="2026-03-02T10:20:00",
    warehouse="BERGER",
    tracking=None,
):
    """Build one advice; each unit is a list of lines, or a pair of SSCC and lines."""
    made = []
    for unit in units:
        sscc, lines = unit if isinstance(unit, tuple) else (None, unit)
        made.append(element("despatchAdviceLogisticUnit", leaf("sscc", sscc), *lines))
    return element(
        "despatchAdvice",
        leaf("creationDateTime", created),
        leaf("documentStatusCode", "ORIGINAL"),
        element("despatchAdviceIdentification", leaf("entityIdentification", reference)),
        leaf("deliveryTypeCode", status),
        warehouse_element(warehouse),
        element("despatchInformation", leaf("despatchDateTime", at)) if at else None,
        element(
            "despatchAdviceTransportInformation",
            element("consignmentIdentification", leaf("ginc", tracking)),
        )
        if tracking
        else None,
        *made,
    )


def warehouse_element(code):
    return (
        element(
            "inventoryLocation",
            leaf("additionalPartyIdentification", code, additionalPartyIdentificationTypeCode="88"),
        )
        if code
        else None
    )


def item_data(item, unit="PCE"):
    return element(
        "transactionalItemData",
        leaf("batchNumber", item.get("batch")),
        leaf("bestBeforeDate", item.get("best_before")),
        *[leaf("serialNumber", serial) for serial in item.get("serials", ())],
        leaf("tradeItemQuantity", item.get("quantity"), measurementUnitCode=unit),
    )


def own_number(article):
    return leaf(
        "additionalTradeItemIdentification",
        article,
        additionalTradeItemIdentificationTypeCode="IN",
    )


def receiving_line(
    number=None, article=None, received=1, accepted=None, unit="STK", items=(), conditions=()
):
    """Build one line; conditions are pairs of code (or None) and quantity."""
    return element(
        "receivingAdviceLineItem",
        leaf("lineItemNumber", number),
        leaf("quantityReceived", received, measurementUnitCode=unit),
        leaf("quantityAccepted", accepted, measurementUnitCode=unit),
        element(
            "transactionalTradeItem",
            own_number(article),
            *[item_data(item, "") for item in items],
            *[
                element(
                    "receivingConditionInformation",
                    leaf("receivingConditionCode", code),
                    leaf("receivingConditionQuantity", quantity),
                )
                for code, quantity in conditions
            ],
        ),
    )


def receiving_advice(reference, *lines, at="2026-03-02T09:00:00", warehouse="BERGER"):
    return element(
        "receivingAdvice",
        leaf("creationDateTime", at),
        leaf("documentStatusCode", "ORIGINAL"),
        element("receivingAdviceIdentification", leaf("entityIdentification", reference)),
        leaf("receivingDateTime", at),
        warehouse_element(warehouse),
        *[element("receivingAdviceLogisticUnit", line) for line in lines],
    )


def inventory_line(
    article, quantity, status=None, reason=None, warehouse="BERGER", unit="STK", **item
):
    """Build one item with one quantity: of a status, or with a reason."""
    kind = "Status" if status else "Activity"
    return element(
        "inventoryItemLocationInformation",
        warehouse_element(warehouse),
        element("transactionalTradeItem", leaf("gtin", "0" * 14), own_number(article)),
        element(
            f"inventory{kind}LineItem",
            leaf("lineItemNumber", 1),
            element(
                f"inventory{kind}QuantitySpecification",
                leaf("inventoryStatusType", status),
                leaf("inventoryActivityTypeCode", reason),
                leaf("quantityOfUnits", quantity, measurementUnitCode=unit),
                item_data(item) if item else None,
            ),
        ),
    )


def inventory(kind, *lines, at="2026-03-02T12:00:00", warehouse="BERGER"):
    """Build an ``inventoryReport``; ``kind`` is STATUS or ACTIVITY."""
    date, _t, time = at.partition("T")
    return element(
        "inventoryReport",
        leaf("creationDateTime", at),
        leaf("documentStatusCode", "ORIGINAL"),
        leaf("inventoryReportTypeCode", f"INVENTORY_{kind}"),
        element("inventoryReportingParty", warehouse_element(warehouse)[0]) if warehouse else None,
        element("reportingPeriod", leaf("endDate", date), leaf("endTime", time)),
        *lines,
    )


def stock_report(*counts, at="2026-03-02T12:00:00", **options):
    """Build the message of a photograph; counts are (article, quantity[, status[, batch]])."""
    lines = [
        inventory_line(
            count[0],
            count[1],
            status=count[2] if len(count) > 2 else "AVAILABLE_FOR_SALE",
            **({"batch": count[3]} if len(count) > 3 else {}),
        )
        for count in counts
    ]
    return message("inventory_report", inventory("STATUS", *lines, at=at, **options))


def adjustment(*changes, at="2026-03-02T11:00:00", **options):
    """Build the message of corrections; changes are (article, quantity, reason[, batch])."""
    lines = [
        inventory_line(
            change[0],
            change[1],
            reason=change[2],
            **({"batch": change[3]} if len(change) > 3 else {}),
        )
        for change in changes
    ]
    return message("inventory_report", inventory("ACTIVITY", *lines, at=at), **options)


def status_change(
    article,
    quantity=None,
    *batches,
    code=None,
    words=None,
    warehouse="BERGER",
    step="status_changing",
):
    """Build one event of a notification; each batch is a name, or a dict as of ``item_data``."""
    items = [batch if isinstance(batch, dict) else {"batch": batch} for batch in batches]
    return element(
        "tradeItemInventoryEvent",
        leaf("gtin", "0" * 14),
        own_number(article),
        leaf("tradeItemQuantity", quantity, measurementUnitCode="PCE"),
        *[item_data(item) for item in items],
        leaf("inventoryBusinessStepCode", step),
        leaf("inventoryDispositionCode", "active"),
        leaf("inventoryEventReasonCode", code),
        leaf("inventoryEventReasonDescription", words, languageCode="NO"),
        element("inventorySubLocation", *warehouse_element(warehouse)) if warehouse else None,
    )


def notification(*events, at="2026-03-02T11:00:00", warehouse="BERGER", number="PS"):
    """Build the message of one notification, a transaction for each event."""
    identification = "warehousingOperationsNotificationIdentification"
    return message(
        "warehousing_operations_notification",
        element(
            "warehousingOperationsNotification",
            leaf("creationDateTime", at),
            leaf("documentStatusCode", "ORIGINAL"),
            element(identification, leaf("entityIdentification", number)),
            element("logisticServicesBuyer", leaf("additionalPartyIdentification", "999999")),
            *[
                element(
                    "warehousingOperationsTransaction",
                    leaf("transactionSequenceNumber", position),
                    element(
                        "warehousingOperationsLocation",
                        warehouse_element(warehouse) if warehouse else element("inventoryLocation"),
                        event,
                    ),
                )
                for position, event in enumerate(events, 1)
            ],
        ),
    )


class BringFactory:
    """What the tests of the addon build with; mixed into transaction and browser cases."""

    @classmethod
    def set_up_bring(cls):
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.env.company
        cls.warehouse = cls.env["stock.warehouse"].create(
            {"name": "Berger", "code": "BRG", "company_id": cls.company.id}
        )
        cls.stock = cls.warehouse.lot_stock_id
        cls.blocked, cls.quarantine = cls.env["stock.location"].create(
            [
                {"name": "Blocked", "location_id": cls.warehouse.view_location_id.id},
                {"name": "Quarantine", "location_id": cls.warehouse.view_location_id.id},
            ]
        )
        cls.account = cls.env["bring.account"].create(
            {
                "name": "Bring",
                "company_id": cls.company.id,
                "customer_number": "999999",
                "responsible_id": cls.env.ref("base.user_admin").id,
                "warehouse_ids": [
                    (
                        0,
                        0,
                        {
                            "code": "BERGER",
                            "party_id": "780132",
                            "warehouse_id": cls.warehouse.id,
                            "blocked_location_id": cls.blocked.id,
                            "quarantine_location_id": cls.quarantine.id,
                        },
                    )
                ],
            }
        )
        cls.customer = cls.env["res.partner"].create(
            {"name": "Kari Nordmann", "email": "kari@example.com"}
        )
        cls.supplier = cls.env["res.partner"].create({"name": "Leverandør AS"})

    @classmethod
    def make_users(cls, prefix):
        """Make a user of each of Bring's groups: group name → ``res.users``."""
        return {
            level: new_test_user(
                cls.env, login=f"{prefix}-{level}", groups=f"bring_warehousing.group_bring_{level}"
            )
            for level in ("user", "manager", "admin")
        }

    @classmethod
    def make_product(cls, code, **values):
        return cls.env["product.product"].create(
            {
                "name": f"Article {code}",
                "default_code": code,
                "is_storable": True,
                **values,
            }
        )

    @classmethod
    def put_stock(cls, product, quantity, lot=None, location=None):
        cls.env["stock.quant"]._update_available_quantity(
            product, location or cls.stock, quantity, lot_id=lot
        )

    @classmethod
    def make_lot(cls, product, name):
        return cls.env["stock.lot"].create(
            {"product_id": product.id, "name": name, "company_id": cls.company.id}
        )

    @classmethod
    def make_order(cls, *lines, **values):
        """Make and confirm an order; a line is (product, quantity) or (product, quantity, uom)."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "warehouse_id": cls.warehouse.id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": line[0].id,
                            "product_uom_qty": line[1],
                            **({"product_uom_id": line[2].id} if len(line) > 2 else {}),
                        },
                    )
                    for line in lines
                ],
                **values,
            }
        )
        order.action_confirm()
        return order

    @classmethod
    def deliver(cls, content, account=None, content_type="application/xml"):
        """Store a message as the endpoint does, apply what waits, return the message."""
        account = account or cls.account
        messages = cls.env["bring.message"]
        cls.env.flush_all()
        request_id, _new = messages._receive(account.id, None, content, content_type)
        cls.env["bring.document"]._process_pending()
        cls.env.invalidate_all()
        return messages.search([("request_id", "=", request_id)])

    @classmethod
    def despatch(cls, order, *lines, **options):
        """Deliver one despatch advice for ``order`` with these lines; return its document."""
        reference = order if isinstance(order, str) else order.name
        found = cls.deliver(
            message("despatch_advice", despatch_advice(reference, list(lines), **options))
        )
        return found.document_ids

    @classmethod
    def make_purchase(cls, *lines, **values):
        """Make and confirm a purchase order; a line is (product, quantity[, unit])."""
        order = cls.env["purchase.order"].create(
            {
                "partner_id": cls.supplier.id,
                "picking_type_id": cls.warehouse.in_type_id.id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": line[0].id,
                            "product_qty": line[1],
                            **({"product_uom_id": line[2].id} if len(line) > 2 else {}),
                        },
                    )
                    for line in lines
                ],
                **values,
            }
        )
        order.button_confirm()
        return order

    @classmethod
    def make_return(cls, delivery, quantity):
        """Return so much of each line of a delivery, done by hand where it isn't done yet."""
        if delivery.state != "done":
            delivery.move_ids.picked = True
            delivery.with_context(skip_backorder=True).button_validate()
        wizard = cls.env["stock.return.picking"].create({"picking_id": delivery.id})
        wizard.product_return_moves.quantity = quantity
        return wizard._create_return()

    @classmethod
    def receive(cls, order, *lines, **options):
        """Deliver one receiving advice for ``order`` with these lines; return its document."""
        reference = order if isinstance(order, str) else order.name
        found = cls.deliver(
            message("receiving_advice", receiving_advice(reference, *lines, **options))
        )
        return found.document_ids

    @classmethod
    def on_hand(cls, product, location=None, lot=None):
        """Return what lies in a location and below, reserved or not."""
        domain = [
            ("product_id", "=", product.id),
            ("location_id", "child_of", (location or cls.stock).id),
        ]
        if lot:
            domain.append(("lot_id", "=", lot.id))
        return sum(cls.env["stock.quant"].search(domain).mapped("quantity"))


@tagged("post_install", "-at_install")
class BringCase(BringFactory, TransactionCase):
    """Base of the tests that apply documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_bring()


@tagged("post_install", "-at_install")
class BringHttpCase(BringFactory, HttpCase):
    """Base of the tests that come in over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_bring()
        cls.key = cls.env["bring.account.key"]._generate(cls.account, "test")

    def post(self, body=b"", path=None, key=None, headers=None, **options):
        """POST to the account's endpoint, with its key unless headers say otherwise."""
        if headers is None:
            headers = {"X-API-KEY": key or self.key, "Content-Type": "application/xml"}
        return self.url_open(
            path or f"/bring/warehousing/{self.account.endpoint_token}",
            data=body,
            headers=headers,
            **options,
        )


def utc(text):
    return datetime.fromisoformat(text)
