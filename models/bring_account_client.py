from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.modules import module
from odoo.tools import config, str2bool

from ..bring.client import Settings, connect
from ..bring.errors import (
    AccountRefused,
    CallError,
    ElsewhereError,
    NotOffered,
    RejectedError,
    TransportError,
)
from .bring_lock import time_left
from .bring_outbox import passes
from .bring_words import label, notification, sentence

BRINGS_DOMAIN = "bring.com"
FAILING_FOR = 60  # minutes without an answer before a person is asked


class BringAccount(models.Model):
    """Calling Bring: the client, and what became of the last calls."""

    _name = "bring.account"
    _inherit = ["bring.account", "mail.thread", "mail.activity.mixin"]

    call_failing_since = fields.Datetime("Calls fail since", readonly=True, copy=False)
    call_error = fields.Text("Last error", readonly=True, copy=False)
    balances_pulled_at = fields.Datetime("Stock balances asked", readonly=True, copy=False)
    orders_pulled_at = fields.Datetime("Orders asked", readonly=True, copy=False)
    sent_at = fields.Datetime("Last sent", readonly=True, copy=False)
    called_at = fields.Datetime("Last called", readonly=True, copy=False)
    connection_tested_at = fields.Datetime("Connection tested", readonly=True, copy=False)
    connection_outcome = fields.Selection(
        [("success", "Bring answers"), ("danger", "It does not work yet")],
        "Outcome of the connection's test",
        readonly=True,
        copy=False,
    )
    connection_note = fields.Text("What Bring answered", readonly=True, copy=False)
    next_pull_balances = fields.Datetime(compute="_compute_next_calls")
    next_pull_orders = fields.Datetime(compute="_compute_next_calls")
    next_send = fields.Datetime(compute="_compute_next_calls")

    def _compute_next_calls(self):
        now = fields.Datetime.now()
        for account in self:
            times = account._balance_times(now)
            account.next_pull_balances = (
                now
                if account._balances_are_due(now)
                else next(moment for moment in times if moment > now)
            )
        for field, cron in (
            ("next_pull_orders", "ir_cron_pull_orders"),
            ("next_send", "ir_cron_send"),
        ):
            action = self.env.ref(f"bring_warehousing.{cron}", raise_if_not_found=False)
            self[field] = action.sudo().nextcall if action else False

    def _can_call(self):
        """Tell whether the account has what it takes to call Bring."""
        account = self.sudo()
        return bool(account.api_uid and account.api_key and account.client_url)

    @contextmanager
    def _client(self):
        """Give a client for this account's interfaces.

        :raises UserError: when a neutralized or test database would call Bring's own addresses
        """
        self.ensure_one()
        account = self.sudo()
        urls = (account.pull_url, account.send_url, account.wsdl_url)
        if any(is_brings(url) for url in urls) and self._is_no_production():
            raise UserError(
                self.env._(
                    "This database is neutralized or a test: it does not call Bring's own "
                    "addresses. Give the account %s the addresses of a stand-in.",
                    account.name,
                )
            )
        settings = Settings(
            api_uid=account.api_uid or "",
            api_key=account.api_key or "",
            client_url=account.client_url or "",
            customer_number=account.customer_number or "",
            pull_url=account.pull_url,
            send_url=account.send_url,
            transport=account.transport,
            format=account.api_format,
            wsdl_url=account.wsdl_url or "",
            read_timeout=patience() / 2,
            total_timeout=patience(),
        )
        with connect(settings, wsdl_cache=WsdlCache(account), tz=account.tz) as client:
            yield client

    def _is_no_production(self):
        neutralized = self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized")
        return str2bool(neutralized or "", False) or bool(module.current_test)

    @api.model
    def _take_turns(self, domain, work):
        """Let accounts take their turn, first the one that had to wait longest.

        A run that is over its time is called again by Odoo, and goes on with the next account.

        :param work: called with an account; returns how much it has left
        """
        accounts = self.search(domain, order="called_at NULLS FIRST, id")
        waiting, left = len(accounts), 0
        for account in accounts:
            left += work(account.with_context(lang=account.company_id._bring_lang()))
            waiting -= 1
            if not time_left(self.env, 1, left + waiting):
                break

    def _call_succeeded(self, field):
        """Note that Bring answered; close what asked a person to look after it."""
        self.ensure_one()
        now = fields.Datetime.now()
        values = {field: now, "called_at": now}
        if self.call_failing_since or self.call_error:
            values |= {"call_failing_since": False, "call_error": False}
            self.activity_unlink(["bring_warehousing.mail_activity_type_calls"])
        self.sudo().write(values)

    def _call_failed(self, error):
        """Note that Bring could not be called; ask a person once, when it lasts or can't pass.

        :param error: a :class:`..bring.errors.CallError`
        """
        self.ensure_one()
        account = self.sudo()
        now = fields.Datetime.now()
        since = account.call_failing_since or now
        words = sentence(error)
        account.write({"call_failing_since": since, "call_error": words, "called_at": now})
        lasts = (now - since).total_seconds() >= FAILING_FOR * 60
        if passes(error) and not lasts:
            return
        self._ask_person(
            self, "mail_activity_type_calls", self.env._("Bring cannot be called"), words
        )

    def action_test_connection(self):
        """Call Bring in the cheapest way and say what was tried, what it answered, what to do."""
        self.ensure_one()
        self.check_access("write")
        try:
            with self._client() as client:
                answer = self._cheapest_answer(client)
        except CallError as error:
            return self._connection_tested(
                "danger",
                self.env._(
                    "Tried: %(url)s as %(user)s. %(error)s %(advice)s",
                    url=self.wsdl_url if self.transport == "soap" else self.pull_url,
                    user=self.sudo().api_uid or self.env._("nobody"),
                    error=sentence(error).rstrip(".") + ".",
                    advice=self._advice(error),
                ),
            )
        self._call_succeeded("connection_tested_at")  # what failed before is over
        return self._connection_tested(
            "success",
            self.env._(
                "It let %(user)s in. Asked for as a test, and got: %(answer)s.",
                user=self.sudo().api_uid,
                answer=answer,
            ),
        )

    def _cheapest_answer(self, client):
        """Ask for the cheapest thing that the interface has, and say what came.

        Published for SOAP is GetPurchaseOrder alone: that there is no order “0” is an answer.
        """
        with suppress(NotOffered):
            return self.env._("Bring's list of %s error codes", len(client.error_codes().codes))
        with suppress(NotOffered):
            return self.env._("%s article balances", client.survey_balances().count)
        try:
            client.order("0")
        except AccountRefused:
            raise
        except RejectedError as error:
            return sentence(error)
        return self.env._("the order 0")

    def _connection_tested(self, kind, message):
        """Keep what a test of the connection found, and say it."""
        self.sudo().write(  # a fact, which people do not write
            {
                "connection_tested_at": fields.Datetime.now(),
                "connection_outcome": kind,
                "connection_note": message,
            }
        )
        return self._tell(kind, label(self, "connection_outcome", kind), message)

    def _advice(self, error):
        if isinstance(error, AccountRefused):
            return self.env._(
                "Check the API user, the API key and the customer number; at Mybring the user must "
                "have access to Warehousing."
            )
        if isinstance(error, TransportError) and not isinstance(error, ElsewhereError):
            return self.env._("Check the address, and that this server may call it.")
        return ""

    @api.model
    def _notify(self, kind, title, message):
        return notification(kind, message, title, sticky=kind != "success")


def patience():
    """Return the seconds that a call may take: half of what Odoo lets a worker run.

    A worker that is ended in the middle of a call can't say what became of it, and Odoo would
    switch a scheduled action off that is ended too often.
    """
    limits = (config["limit_time_real"], config["limit_time_real_cron"])
    return min((limit for limit in limits if limit and limit > 0), default=600) / 2


class WsdlCache:
    """Keep the WSDL with the account, in the database, for a day."""

    def __init__(self, account):
        self.account = account

    def _find(self, url):
        return (
            self.account.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", "bring.account"),
                    ("res_id", "=", self.account.id),
                    ("name", "=", f"WSDL {url}"),
                ],
                limit=1,
            )
        )

    def get(self, url):
        found = self._find(url)
        if found and found.write_date > fields.Datetime.subtract(fields.Datetime.now(), days=1):
            return found.raw
        return None

    def add(self, url, content):
        self._find(url).unlink()
        self.account.env["ir.attachment"].sudo().create(
            {
                "name": f"WSDL {url}",
                "res_model": "bring.account",
                "res_id": self.account.id,
                "raw": content,
                "mimetype": "application/xml",
            }
        )


def is_brings(url):
    """Tell whether an address is Bring's own."""
    host = (urlsplit(url or "").hostname or "").lower()
    return host == BRINGS_DOMAIN or host.endswith(f".{BRINGS_DOMAIN}")
