from odoo import models

from .outcome import Attention

STATUS = {"O1": "registered", "O2": "allocated", "O3": "started"}


class BringHandlerOrderResponse(models.AbstractModel):
    """An order response tells how far an order has come. It ships nothing, whatever it says."""

    _name = "bring.handler.order_response"
    _inherit = "bring.handler.order_status"
    _description = "Handler of order responses"

    def _match(self, document, content, batch):
        if content.status not in STATUS:
            raise Attention(
                self.env._(
                    "An order response tells of the status %s, which only a despatch advice can. "
                    "Ask Bring what happened to the order.",
                    content.status or "?",
                ),
                cause="contradiction",
                subject=document.reference,
            )
        return self._match_transfers(document, batch, "delivery")

    def _apply(self, document, content, match, batch):
        self._advance(document, content, match, STATUS[content.status], batch)
