import logging
from functools import partial

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import split_every

from ..bring.errors import CallError
from ..bring.orders import NO_TEST
from .bring_lock import CALLING, commit, exclusively, oldest_change, settle, time_left
from .bring_outbox import Run

_logger = logging.getLogger(__name__)

QUEUED_IN_A_RUN = 200
TOGETHER = 20  # transfers that are queued in one transaction
CHECKED_TOGETHER = 200

# What an order to Bring is made of besides the transfer and its order, which mark it themselves.
TOLD_OF = (
    "move_ids.product_id.",
    "carrier_id.",
    "company_id.partner_id.",
    "partner_id.",
    "partner_id.parent_id.",
    "sale_id.partner_id.",
)
# what Bring does not know of: it was never sent, nor is it the rest of what Bring ships by itself
UNKNOWN_TO_BRING = [
    ("bring_order_id", "=", False),
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
    ordering_party = fields.Selection(
        [("sender", "We, the sender"), ("buyer", "The buyer")],
        "Ordering party",
        required=True,
        default="sender",
        help="Who the OrderingParty of a customer's order is. Bring's page says: details of the "
        "sender; an order that Bring answers in its example has the buyer there. The page is "
        "assumed. Ask Bring which one it prints.",
    )
    test_indicator = fields.Char(
        required=True,
        default="YES",
        help="What orders and articles carry as testIndicator in test mode. Bring publishes only "
        "NO, for what is no test; YES is assumed; Bring's Booking API says true. Ask Bring what "
        "it heeds: a test order that is taken for a real one is shipped.",
    )
    changes_seen_to = fields.Datetime(
        readonly=True, copy=False, help="Changes before that were looked at."
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

    def _performing_units(self):
        """Return (id, name) of each of Bring's warehouses that has to know the articles.

        The party id, as in an order; the guideline ItemDataNotification has the warehouse's code
        (dataRecipient), which is taken where Bring publishes no party id.
        """
        units = {
            mapping.party_id or mapping.code: mapping.site_id.name or mapping.code
            for mapping in self.warehouse_ids
        }
        return list(units.items())

    def _test_indicator(self):
        """Return the testIndicator of what is sent now."""
        return self.test_indicator if self.test_mode else NO_TEST

    def action_view_outbox(self):
        """Open what could not be sent to Bring."""
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bring_warehousing.bring_message_action_outbox"
        )
        context = {"search_default_account_id": self.id, "search_default_attention": 1}
        return {**action, "context": context}

    def _send_all(self):
        """Queue what is ready, then send what is due; one run at a time for each account.

        :return: how much is left for the next call; 0 as well when Bring can't be called now
        """
        self.ensure_one()
        with exclusively(self.env.cr, CALLING, self.id) as free:
            if not free:
                return 0
            self._compare_orders()
            more = self._queue_ready() if self.send_automatically else 0
            more += self.env["bring.article"]._queue_due(self)
            commit(self.env)
            return self._send_due(more)

    def _send_due(self, more):
        """Send what is due until the time is over: articles first, then what was tried least.

        :param int more: what is left to queue
        :return: how much is left, or 0 when Bring can't be called now
        """
        due = self.env["bring.message"].search(self._due_domain(), order="purpose, attempts, id")
        left = len(due) + more
        if not due:
            return left
        try:
            with self._client() as client:
                run = Run(client)
                for message_id in due.ids:
                    due.browse(message_id)._send_alone(run)  # alone: read without the others
                    left -= 1
                    if not time_left(self.env, 1, left):
                        break
            if run.answered:
                settle(self.env, partial(self._call_succeeded, "sent_at"))
                settle(self.env, due._tell_alone)
            elif run.elsewhere:
                raise run.elsewhere
        except CallError as error:
            settle(self.env, partial(self._call_failed, error))
            left = 0
        except UserError as error:  # a neutralized database does not call Bring
            _logger.info("Nothing is sent for Bring account %s: %s", self.id, error)
            left = 0
        return left

    def _due_domain(self):
        return [
            ("account_id", "=", self.id),
            ("direction", "=", "out"),
            ("state", "in", ["waiting", "unknown"]),
            "|",
            ("next_attempt_at", "=", False),
            ("next_attempt_at", "<=", fields.Datetime.now()),
        ]

    def _queue_ready(self):
        """Queue the transfers that are ready and were never sent.

        What Bring would refuse is told once, and looked at again after all others.

        :return: 1 when there are more than a run takes, else 0
        """
        now = fields.Datetime.now()
        ready = self.env["stock.picking"].search(
            self._ready_domain(),
            order="bring_checked_at NULLS FIRST, id",
            limit=QUEUED_IN_A_RUN + 1,
        )
        more = any(not picking.bring_checked_at for picking in ready[QUEUED_IN_A_RUN:])
        for part in split_every(TOGETHER, ready[:QUEUED_IN_A_RUN].ids, ready.browse):
            settle(self.env, partial(part._bring_send_or_tell, now))
        return int(more)

    def _ready_domain(self):
        """Return transfers that can go to Bring and never did.

        Bring does all steps of a warehouse at once: what leaves it goes when its first step is
        ready, and Odoo lets the last one wait for it.
        """
        unready = [("state", "in", ["draft", "confirmed", "partially_available"])]
        to_come = [("picking_code", "=", "incoming"), ("state", "not in", ["done", "cancel"])]
        before = [("move_orig_ids", "any", Domain.OR([unready, to_come]))]
        first_step_is_ready = [
            ("picking_type_id.code", "=", "outgoing"),
            ("state", "=", "waiting"),
            ("move_ids.move_orig_ids", "!=", False),
            ("move_ids", "not any", before),
            ("move_ids", "not any", [("move_orig_ids", "any", before)]),
        ]
        codes = ["outgoing", "incoming"] if self.send_receipts else ["outgoing"]
        ready = [("picking_type_id.code", "in", codes), ("state", "=", "assigned")]
        leaves = [
            ("move_orig_ids", "=", False),
            ("move_dest_ids", "=", False),
            ("location_final_id.usage", "in", ["customer", "transit"]),
        ]
        picked_first = [
            ("picking_type_id.code", "=", "internal"),
            ("state", "=", "assigned"),
            ("move_ids", "any", leaves),
        ]
        return Domain.AND(
            [
                [
                    ("company_id", "=", self.company_id.id),
                    ("picking_type_id.warehouse_id", "in", self.warehouse_ids.warehouse_id.ids),
                    *UNKNOWN_TO_BRING,
                ],
                Domain.OR([ready, first_step_is_ready, picked_first]),
            ]
        )

    def _compare_orders(self):
        """Compare the orders at Bring with what Odoo wants: of which something was written."""
        seen_to = oldest_change(self.env)
        Order = self.env["bring.order"]
        changed = self.env["stock.picking"].search(self._changed_domain()).bring_order_id
        marked = Order.search([("account_id", "=", self.id), ("is_to_compare", "=", True)])
        orders = changed | marked | Order._drifted(self)
        for part in split_every(CHECKED_TOGETHER, orders.sorted("id").ids, orders.browse):
            for order in part:
                settle(self.env, order._reconcile)
            self.env.invalidate_all()
        settle(self.env, partial(self.sudo().write, {"changes_seen_to": seen_to}))

    def _changed_domain(self):
        """Return open transfers at Bring of which something was written that their order tells."""
        domain = [
            ("company_id", "=", self.company_id.id),
            ("picking_type_id.warehouse_id", "in", self.warehouse_ids.warehouse_id.ids),
            ("bring_order_id", "!=", False),
            ("state", "not in", ["done", "cancel"]),
        ]
        since = self.changes_seen_to
        if not since:
            return domain
        written = [[(f"{path}write_date", ">=", since)] for path in TOLD_OF]
        return Domain.AND([domain, Domain.OR(written)])
