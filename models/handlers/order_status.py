from odoo import models

from ..bring_status import STATUSES


class BringHandlerOrderStatus(models.AbstractModel):
    """What order responses and despatch advices share: the status of an order, forward only."""

    _name = "bring.handler.order_status"
    _inherit = "bring.handler"
    _description = "Handler of the status of orders"

    def _advance(self, document, content, match, status, batch):
        """Take a status over that ships nothing, and say so on the document."""
        remarks = self._unread_remarks(document) + self._besides(document, content, match)
        at = document.event_date
        open_pickings = match.pickings.filtered(lambda p: p.state not in ("done", "cancel"))
        is_day = bool(document.event_start)
        (match.pickings - open_pickings)._bring_reached(status, at, is_day)
        changed = open_pickings._bring_advance(status, at, is_day)
        if changed:
            self._note(document, changed, self._status_words(status), batch)
            document._set_done(changed, remarks)
        else:
            document._set_done(
                match.pickings,
                [self.env._("The order has come further already: nothing changed."), *remarks],
            )

    def _besides(self, document, content, match):
        """Return, in sentences, what a document tells besides the status."""
        return []

    def _status_words(self, status):
        label = dict(STATUSES)[status]
        return self.env._("Bring: %s", label)
