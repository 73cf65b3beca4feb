from odoo import models

from .outcome import Attention, Later, Match


class BringHandlerInventoryReport(models.AbstractModel):
    """A stock report is a photograph: it is compared with Odoo's stock at its instant."""

    _name = "bring.handler.inventory_report"
    _inherit = "bring.handler"
    _description = "Handler of stock reports"
    _alone = True
    _streams = True

    def _match(self, document, content, batch):
        if not document.line_count:
            raise Attention(
                self.env._(
                    "The stock report is empty. Nothing was compared: empty does not mean that "
                    "there is nothing. Ask Bring for the report."
                ),
                cause="contradiction",
            )
        earlier = self.env["bring.document"].search(
            [
                ("account_id", "=", document.account_id.id),
                ("state", "=", "pending"),
                *document._may_be_before(),
                ("kind", "!=", "inventory_report"),
            ],
            limit=1,
        )
        unread = self.env["bring.message"].search_count(
            [("account_id", "=", document.account_id.id), ("state", "=", "received")], limit=1
        )
        if earlier or unread:
            raise Later(
                self.env._("It is compared when the documents that happened before it are applied.")
            )
        self._match_warehouses(document)
        return Match(orders=self.env["sale.order"], pickings=self.env["stock.picking"])

    def _apply(self, document, content, match, batch):
        Report = self.env["bring.inventory.report"]
        report = Report._whole_of(document) or Report.create(
            {
                "account_id": document.account_id.id,
                "event_date": document.event_date,
                "event_start": document.event_start,
                "is_pulled": document.is_pulled,
            }
        )
        with self.env["bring.work"]._comparing(document) as work:
            report._add(document, work)
        remarks = self._unread_remarks(document)
        document._set_done(report, [report._outcome(), *remarks])
