from odoo import models

from .outcome import Attention

STATUS = {"O1": "registered", "O2": "allocated", "O3": "started"}
MOVES = ("despatched", "cancelled")


class BringHandlerOrderResponse(models.AbstractModel):
    """An order response tells how far an order has come. It ships nothing, whatever it says."""

    _name = "bring.handler.order_response"
    _inherit = "bring.handler.order_status"
    _description = "Handler of order responses"

    _codes = STATUS

    def _match(self, document, content, batch):
        status = self._meaning(document, content, batch)
        if status in MOVES:
            raise Attention(
                self.env._(
                    "An order response tells of the status %s, which only a despatch advice can. "
                    "Ask Bring what happened to the order.",
                    content.status,
                ),
                cause="contradiction",
                subject=document.reference,
            )
        match = self._match_transfers(document, batch, "delivery")
        match.status = status
        return match

    def _apply(self, document, content, match, batch):
        self._advance(document, content, match, match.status, batch)
