import logging

from odoo import fields, models
from odoo.exceptions import UserError

from ..bring.errors import CallError
from .bring_lock import CALLING, commit, exclusively

_logger = logging.getLogger(__name__)

IN_A_RUN = 500
# what Bring does not know of: it was never sent, nor is it the rest of what Bring ships by itself
UNKNOWN_TO_BRING = [
    ("bring_order_number", "=", False),
    ("bring_status", "=", False),
    "|",
    ("backorder_id", "=", False),
    ("backorder_id.bring_document_ids", "=", False),
]


class BringAccount(models.Model):
    """Sending: what is ready or has changed goes into the outbox, what is due goes out."""

    _inherit = "bring.account"

    send_automatically = fields.Boolean(
        "Send transfers by themselves",
        help="Otherwise a person sends them, with the button on the transfer.",
    )
    send_receipts = fields.Boolean("Send receipts, too", default=True)
    send_lots = fields.Boolean(
        "Name reserved lots", help="Bring must take the lots that Odoo has reserved."
    )
    default_service_code = fields.Char(
        "Usual Bring service", help="For orders whose delivery method names none."
    )
    outbox_attention_count = fields.Integer("Not sent", compute="_compute_outbox_attention_count")

    def _compute_outbox_attention_count(self):
        counts = dict(
            self.env["bring.message"]._read_group(
                [
                    ("account_id", "in", self.ids),
                    ("direction", "=", "out"),
                    ("state", "in", ["attention", "unknown"]),
                ],
                ["account_id"],
                ["__count"],
            )
        )
        for account in self:
            account.outbox_attention_count = counts.get(account._origin, 0)

    def action_view_outbox(self):
        """Open what could not be sent to Bring."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bring_warehousing.bring_message_action_outbox"
        )
        context = {"search_default_account_id": self.id, "search_default_attention": 1}
        return {**action, "context": context}

    def _send_all(self):
        """Queue what is ready, then send what is due; one run at a time for each account."""
        self.ensure_one()
        with exclusively(self.env.cr, CALLING, self.id) as free:
            if not free:
                return
            self._queue_changes()
            if self.send_automatically:
                self._queue_ready()
            self.env["bring.article"]._queue_due(self)
            commit(self.env)
            due = self.env["bring.message"].search(
                [
                    ("account_id", "=", self.id),
                    ("direction", "=", "out"),
                    ("state", "in", ["waiting", "unknown"]),
                    "|",
                    ("next_attempt_at", "=", False),
                    ("next_attempt_at", "<=", fields.Datetime.now()),
                ],
                order="id",
                limit=IN_A_RUN,
            )
            if not due:
                return
            try:
                with self._client() as client:
                    for message in due:
                        message._send(client)
                    self._call_succeeded("sent_at")
            except CallError as error:
                self._call_failed(error)
            except UserError as error:  # a neutralized database does not call Bring
                _logger.info("Nothing is sent for Bring account %s: %s", self.id, error)
            commit(self.env)
            if len(due) == IN_A_RUN:
                self.env.ref("bring_warehousing.ir_cron_send").sudo()._trigger()

    def _queue_ready(self):
        """Queue the transfers that are ready and were never sent."""
        for picking in self.env["stock.picking"].search(
            self._ready_domain(), order="id", limit=500
        ):
            if picking._bring_problems():
                picking._bring_tell_problems()
            else:
                picking._bring_queue("Original")

    def _ready_domain(self):
        codes = ["outgoing", "incoming"] if self.send_receipts else ["outgoing"]
        return [
            ("company_id", "=", self.company_id.id),
            ("picking_type_id.warehouse_id", "in", self.warehouse_ids.warehouse_id.ids),
            ("picking_type_id.code", "in", codes),
            ("state", "=", "assigned"),
            *UNKNOWN_TO_BRING,
        ]

    def _queue_changes(self):
        """Queue changes of what Bring has and has not begun."""
        sent = self.env["stock.picking"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("picking_type_id.warehouse_id", "in", self.warehouse_ids.warehouse_id.ids),
                ("bring_sent_digest", "!=", False),
                # Bring knows what it has not shipped
                "|",
                ("backorder_id", "=", False),
                ("backorder_id.bring_shipped", "=", False),
                ("state", "not in", ["done", "cancel"]),
            ]
        )
        for picking in sent:
            picking._bring_queue_change()
