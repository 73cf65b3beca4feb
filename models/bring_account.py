import re
import secrets

import pytz
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..bring.codes import BRING_GLNS


def client_key(client):
    """Return what client ids are compared by: case and leading zeros do not count."""
    return client.strip().casefold().lstrip("0")


def _timezones(self):
    return [(name, name) for name in pytz.common_timezones]


class BringAccount(models.Model):
    """A customer relation with Bring Warehousing: who calls us, whom we call, whose stock it is."""

    _name = "bring.account"
    _inherit = "bring.border"
    _description = "Bring account"
    _order = "name"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    customer_number = fields.Char(
        "Customer number", help="Our customer number with Bring Warehousing."
    )
    accepted_clients = fields.Char(
        "Further client ids",
        help="Other ids by which Bring's messages may name us, comma-separated. What is for any "
        "other client is never applied.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        help="Gets an activity for what cannot be applied.",
    )
    tz = fields.Selection(
        _timezones,
        "Time zone",
        required=True,
        default="Europe/Oslo",
        help="Bring's times without an offset are in this zone, in summer and in winter.",
    )
    warehouse_ids = fields.One2many("bring.warehouse", "account_id", "Warehouses")
    test_mode = fields.Boolean(
        "Test mode",
        help="Bring runs a test period before an account goes live. Orders and articles carry a "
        "test indicator then; only Bring can confirm that its warehouse heeds it.",
    )

    # Bring calls us
    endpoint_token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        exportable=False,
        groups="bring_warehousing.group_bring_manager",
        default=lambda self: secrets.token_urlsafe(24),
        help="The last part of the address that Bring calls. It names the account; the key "
        "proves who calls.",
    )
    endpoint_url = fields.Char(
        "Receiving address",
        compute="_compute_endpoint_url",
        exportable=False,
        groups="bring_warehousing.group_bring_manager",
    )
    key_ids = fields.One2many(
        "bring.account.key", "account_id", "Keys", groups="bring_warehousing.group_bring_admin"
    )
    auth_failure_ids = fields.One2many(
        "bring.auth.failure",
        "account_id",
        "Calls refused",
        groups="bring_warehousing.group_bring_manager",
    )
    refusal_ids = fields.One2many(
        "bring.refusal",
        "account_id",
        "Deliveries refused",
        groups="bring_warehousing.group_bring_manager",
    )
    max_message_size = fields.Integer(
        "Largest message (MiB)",
        required=True,
        default=100,
        help="Larger deliveries are refused. A full stock report has about 80 MiB.",
    )
    retention_days = fields.Integer(
        "Keep messages (days)",
        default=730,
        help="Settled messages are deleted after so many days. 0 keeps them for ever. What needs "
        "attention is never deleted.",
    )
    last_heard_at = fields.Datetime("Last heard from Bring", compute="_compute_last_heard_at")
    attention_count = fields.Integer("Needs attention", compute="_compute_document_counts")
    pending_count = fields.Integer("Waiting", compute="_compute_document_counts")

    # stock reports
    absent_policy = fields.Selection(
        [
            ("ask", "Ask a person"),
            ("zero", "Means zero"),
            ("ignore", "Means nothing"),
        ],
        "Articles that a report does not mention",
        required=True,
        default="ask",
    )
    undivided_warehouse_id = fields.Many2one(
        "bring.warehouse",
        "Differences of no warehouse go in",
        domain="[('account_id', '=', id)]",
        help="Bring's balances count all warehouses together. Where the account has several, a "
        "difference is booked in this one. Empty: a person chooses for each.",
    )
    auto_apply = fields.Boolean(
        "Book small differences at once",
        help="Otherwise, and for all that is larger, a person decides.",
    )
    auto_max_lines = fields.Integer("At most so many lines", default=20)
    auto_max_share = fields.Float("At most this share of all lines (%)", default=5.0)
    currency_id = fields.Many2one(related="company_id.currency_id")
    auto_max_value = fields.Monetary("At most this value in all", default=10000.0)
    drop_share = fields.Float(
        "Large drop (%)",
        default=20.0,
        help="When more than this share of all articles has less than in Odoo, a person must look, "
        "whatever the rules above say.",
    )
    report_ids = fields.One2many("bring.inventory.report", "account_id", "Stock reports")

    # we call Bring
    api_uid = fields.Char(
        "API user",
        copy=False,
        exportable=False,
        groups="bring_warehousing.group_bring_admin",
        help="The e-mail address of the Mybring user (X-Mybring-API-Uid).",
    )
    api_key = fields.Char(
        "API key",
        copy=False,
        exportable=False,
        groups="bring_warehousing.group_bring_admin",
        help="The Mybring user's API key (X-Mybring-API-Key).",
    )
    client_url = fields.Char(
        "Client address", help="The address of your own site (X-Bring-Client-URL)."
    )
    pull_url = fields.Char(
        "Address to ask", default="https://api.bring.com/warehousing/api/v1", required=True
    )
    send_url = fields.Char(
        "Address to send to", default="https://bapi.bring.com/wh/api/v1", required=True
    )
    transport = fields.Selection(
        [("rest", "REST"), ("soap", "SOAP")],
        required=True,
        default="rest",
        help="How Bring is asked. Published for SOAP is the status of purchase orders and returns "
        "alone; balances go by it where Bring's WSDL has an operation for them, which is not "
        "published. Customers' orders are asked for, and all is sent, by REST.",
    )
    api_format = fields.Selection(
        [("xml", "XML"), ("json", "JSON")], "Format", required=True, default="xml"
    )
    wsdl_url = fields.Char("WSDL", default="https://api.bring.com/po/api/ws/purchaseorder-v1.wsdl")

    _endpoint_token_unique = models.UniqueIndex("(endpoint_token)")
    _max_message_size_positive = models.Constraint(
        "CHECK (max_message_size BETWEEN 1 AND 500)",
        "The largest message must be between 1 and 500 MiB.",
    )

    @api.depends("endpoint_token")
    def _compute_endpoint_url(self):
        for account in self:
            account.endpoint_url = (
                f"{account.get_base_url()}/bring/warehousing/{account.endpoint_token}"
            )

    def _compute_last_heard_at(self):
        for account in self:  # a step into an index each; a maximum by group reads all of it
            account.last_heard_at = (
                self.env["bring.message"]
                .search(
                    [
                        ("account_id", "=", account._origin.id),
                        ("direction", "=", "in"),
                        ("received_at", "!=", False),
                        ("loaded_by_id", "=", False),
                    ],
                    order="received_at desc",
                    limit=1,
                )
                .received_at
            )

    def _compute_document_counts(self):
        for state in ("attention", "pending"):  # one by one: each has an index of its own
            counts = dict(
                self.env["bring.document"]._read_group(
                    [("account_id", "in", self.ids), ("state", "=", state)],
                    ["account_id"],
                    ["__count"],
                )
            )
            for account in self:
                account[f"{state}_count"] = counts.get(account._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts.company_id._bring_ensure_cron()
        return accounts

    @api.ondelete(at_uninstall=False)
    def _unlink_except_orders(self):
        """Refuse to forget what Bring was told; orders of which it was told nothing go with it."""
        orders = self.env["bring.order"].sudo().search([("account_id", "in", self.ids)])
        if told := orders.filtered(lambda order: order.told_at or order.may_be_told):
            raise UserError(
                self.env._(
                    "Bring was told of %s orders of this account. Archive it instead.", len(told)
                )
            )
        orders.unlink()

    def _person(self):
        """Return who looks after the account: who is responsible, unless he has left.

        Then a Manager of the company, for what is asked has to be settled.
        """
        self.ensure_one()
        user = self.sudo().responsible_id
        if user.active:
            return user
        manager = self.env.ref("bring_warehousing.group_bring_manager")
        others = (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", manager.ids),
                    ("company_ids", "in", self.company_id.ids),
                    ("share", "=", False),
                ],
                order="id",
                limit=1,
            )
        )
        return others or self.env.ref("base.user_admin")

    def _ask_person(self, record, kind, summary, note=None):
        """Give the person responsible an activity, unless there is one of that kind already.

        :param record: what it is about
        :param str kind: external id of the activity type, without the module
        """
        self.ensure_one()
        record = record.sudo()
        xmlid = f"bring_warehousing.{kind}"
        activity_type = self.env.ref(xmlid)
        if record.activity_ids.filtered(lambda a: a.activity_type_id == activity_type):
            return
        user = self._person()
        record.with_context(mail_activity_quick_update=True).activity_schedule(
            xmlid,
            summary=summary,
            note=note and Markup("<p>%s</p>") % note,
            user_id=user.id,
        )

    def action_renew_endpoint_token(self):
        """Give the account a new receiving address. The old one stops at once."""
        self.check_access("write")
        for account in self.sudo():
            account.endpoint_token = secrets.token_urlsafe(24)

    def action_generate_key(self):
        """Open the dialog that makes a key and shows it once."""
        self.check_access("write")
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New key"),
            "res_model": "bring.account.key.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    def action_view_documents(self):
        """Open the account's documents, those in the context's ``bring_state`` if it names one."""
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bring_warehousing.bring_document_action"
        )
        state = self.env.context.get("bring_state")
        context = {"search_default_account_id": self.id}
        if state:
            context[f"search_default_{state}"] = 1
        return {**action, "context": context}

    def action_view_to_settle(self):
        """Open all of the account that waits for a person, or only what the context names.

        ``bring_filter``: ``documents``, ``lines`` or ``sending``.
        """
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bring_warehousing.bring_to_settle_action"
        )
        context = {"search_default_group_cause": 1, "search_default_account_id": self.id}
        chosen = self.env.context.get("bring_filter")
        if chosen:
            context[f"search_default_{chosen}"] = 1
        return {**action, "context": context}

    def action_open(self):
        """Open the account's form."""
        self.check_access("read")
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bring.account",
            "res_id": self.id,
            "view_mode": "form",
        }

    def _accepted_clients(self):
        """Return the ids by which Bring may name us, as they are compared; none: any.

        With the ids of our warehouses, and Bring's own: the receiver of a receiving advice is the
        warehouse by the guideline and the client by its sample.
        """
        self.ensure_one()
        ids = [self.customer_number or "", *re.split(r"[,;\s]+", self.accepted_clients or "")]
        if not any(ids):
            return set()
        ids += self.warehouse_ids.mapped("code") + self.warehouse_ids.mapped("party_id")
        ids += BRING_GLNS
        return {client_key(found) for found in ids if found}

    def _find_warehouse(self, code):
        """Return the account's ``bring.warehouse`` with this code of Bring's, or an empty one."""
        self.ensure_one()
        wanted = (code or "").strip().upper()
        return self.warehouse_ids.filtered(lambda mapping: mapping.code == wanted)

    def _mapping_of(self, warehouse):
        """Return the ``bring.warehouse`` that maps a warehouse of Odoo's, or an empty one."""
        return self.warehouse_ids.filtered(lambda mapping: mapping.warehouse_id == warehouse)[:1]
