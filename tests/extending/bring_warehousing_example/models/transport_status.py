from dataclasses import dataclass
from typing import ClassVar

from odoo import api, fields, models

from odoo.addons.bring_warehousing.bring.fields import FieldError, text_at
from odoo.addons.bring_warehousing.bring.kinds import Kind
from odoo.addons.bring_warehousing.bring.span import Span
from odoo.addons.bring_warehousing.bring.times import span_at


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportStatus:
    """What the document says: where a shipment has come to."""

    kind: ClassVar[str] = "transport_status"
    position: int
    created_at: Span | None
    reference: str
    status: str | None
    event: Span | None


def read(element, place):
    """Read a transportStatusNotification; XML and JSON come as the same element."""
    reference = text_at(element, "transportReference", "entityIdentification")
    if reference is None:
        raise FieldError(element, "is missing", missing="transportReference/entityIdentification")
    return TransportStatus(
        position=place.position,
        created_at=span_at(element, place.tz, "creationDateTime"),
        reference=reference,
        status=text_at(element, "transportStatus", "transportStatusConditionCode"),
        event=span_at(element, place.tz, "transportStatus", "transportStatusDateTime"),
    )


TRANSPORT_STATUS = Kind(
    "transport_status",
    root="transportStatusNotificationMessage",
    element="transportStatusNotification",
    read=read,
)


class BringDocument(models.Model):
    _inherit = "bring.document"

    @api.model
    def _bring_kinds(self):
        return [*super()._bring_kinds(), (TRANSPORT_STATUS, self.env._("Transport status"))]


class BringHandlerTransportStatus(models.AbstractModel):
    _name = "bring.handler.transport_status"
    _inherit = "bring.handler"
    _description = "Handler of transport statuses"

    def _match(self, document, content, batch):
        return self._match_transfers(document, batch, "delivery")

    def _apply(self, document, content, match, batch):
        if content.status == "DELIVERED":
            match.pickings.delivered_at = document.event_date
        text = self.env._("Carrier: %s", content.status or "?")
        self._note(document, match.pickings, text, batch)
        document._set_done(match.pickings)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    delivered_at = fields.Datetime("Delivered", copy=False, readonly=True)
