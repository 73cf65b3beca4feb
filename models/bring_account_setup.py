from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

ADMIN = "bring_warehousing.group_bring_admin"
# what a test of the connection was made with: it says nothing about other values
CONNECTION_FIELDS = {
    "api_uid",
    "api_key",
    "client_url",
    "customer_number",
    "pull_url",
    "send_url",
    "transport",
    "wsdl_url",
}


class BringAccount(models.Model):
    """The set-up guide: what is done, seen from facts, and what hinders the rest.

    A step is done when what it is for is there, whoever made it and however. When Bring's first
    message has come, Bring evidently knows the address and reaches it.
    """

    _inherit = "bring.account"

    told_at = fields.Datetime("Bring was told", readonly=True, copy=False)
    told_to = fields.Char("Told to", readonly=True, copy=False)
    asked_at = fields.Datetime("Questions sent", readonly=True, copy=False)
    asked_to = fields.Char("Questions sent to", readonly=True, copy=False)
    setup_questions = fields.Html(
        compute="_compute_setup_questions",
        groups=ADMIN,
        help="What Bring does not publish, and what Odoo does until it is known.",
    )

    setup_account = fields.Boolean(compute="_compute_setup", compute_sudo=True, groups=ADMIN)
    setup_warehouses = fields.Boolean(compute="_compute_setup", compute_sudo=True, groups=ADMIN)
    setup_key = fields.Boolean(compute="_compute_setup", compute_sudo=True, groups=ADMIN)
    setup_told = fields.Boolean(compute="_compute_setup", compute_sudo=True, groups=ADMIN)
    setup_reachable = fields.Boolean(compute="_compute_setup", compute_sudo=True, groups=ADMIN)
    setup_calling = fields.Boolean(compute="_compute_setup", compute_sudo=True, groups=ADMIN)
    setup_ready = fields.Boolean(compute="_compute_setup", compute_sudo=True, groups=ADMIN)
    setup_heard = fields.Boolean(compute="_compute_setup", compute_sudo=True, groups=ADMIN)
    setup_live = fields.Boolean(compute="_compute_setup", compute_sudo=True, groups=ADMIN)
    setup_complete = fields.Boolean(compute="_compute_setup", compute_sudo=True, groups=ADMIN)
    setup_done_count = fields.Integer(compute="_compute_setup", compute_sudo=True, groups=ADMIN)
    setup_step_count = fields.Integer(compute="_compute_setup", compute_sudo=True, groups=ADMIN)
    setup_next = fields.Char(
        compute="_compute_setup",
        compute_sudo=True,
        groups=ADMIN,
        help="The first step that is not done.",
    )
    setup_missing = fields.Text(
        "Still open",
        compute="_compute_setup",
        compute_sudo=True,
        groups=ADMIN,
        help="The steps before going live that are not done, one a line.",
    )
    setup_key_note = fields.Char(compute="_compute_setup", compute_sudo=True, groups=ADMIN)
    setup_heard_note = fields.Text(compute="_compute_setup", compute_sudo=True, groups=ADMIN)

    @api.depends(
        "customer_number",
        "warehouse_ids",
        "key_ids.revoked_at",
        "told_at",
        "endpoint_outcome",
        "connection_outcome",
        "ready_service",
        "ready_address",
        "ready_articles",
        "test_mode",
    )
    def _compute_setup(self):
        labels = self._setup_labels()
        for account in self:
            message = account._first_message()
            done = account._setup_steps(bool(message))
            for step in labels:
                account[f"setup_{step}"] = done.get(step, False)
            account.setup_complete = all(done.values())
            account.setup_next = next((step for step in done if not done[step]), False)
            account.setup_done_count = sum(done.values())
            account.setup_step_count = len(done)
            account.setup_missing = "\n".join(
                label
                for step, label in labels.items()
                if step != "live" and not done.get(step, True)
            )
            account.setup_key_note = account._key_note()
            account.setup_heard_note = (
                self.env._("It came on %s.", account._local_time(message.received_at))
                if message
                else account._silence_at_the_start()
            )

    def _compute_setup_questions(self):
        for account in self:
            account.setup_questions = self.env["ir.qweb"]._render(
                "bring_warehousing.questions_before_live", {"object": account}
            )

    @api.model
    def _setup_labels(self):
        """Return the steps, in order, and how they are called."""
        return {
            "account": self.env._("The account"),
            "warehouses": self.env._("Bring's warehouses and yours"),
            "key": self.env._("A key for Bring"),
            "reachable": self.env._("Test from outside in"),
            "told": self.env._("Tell Bring"),
            "calling": self.env._("Calling Bring"),
            "ready": self.env._("What Bring needs to ship"),
            "heard": self.env._("Bring's first message"),
            "live": self.env._("Go live"),
        }

    def _setup_steps(self, heard):
        """Return which steps are done; calling Bring and sending are ones only where wanted.

        :param bool heard: a message of Bring's has come
        """
        self.ensure_one()
        steps = {
            "account": bool(self._origin and self.customer_number),
            "warehouses": bool(self.warehouse_ids),
            "key": bool(self._valid_keys()),
            "reachable": heard or self.endpoint_outcome == "success",
            "told": heard or bool(self.told_at),
            "calling": self.connection_outcome == "success",
            "ready": self.ready_service and self.ready_address and self.ready_articles,
            "heard": heard,
            "live": not self.test_mode,
        }
        if not (
            self.api_uid
            or self.send_automatically
            or self.send_articles
            or self.pull_balances
            or self.pull_orders
        ):
            del steps["calling"], steps["ready"]
        return steps

    def _valid_keys(self):
        return self.key_ids.filtered(lambda key: not key.revoked_at)

    def _first_message(self):
        """Return the first message that Bring sent by itself, or an empty one."""
        return self.env["bring.message"].search(
            [
                ("account_id", "=", self._origin.id),
                ("direction", "=", "in"),
                ("channel", "=", "push"),
            ],
            order="id",
            limit=1,
        )

    def _local_time(self, moment):
        return format_datetime(self.env, moment, dt_format="short")

    def _key_note(self):
        """Say which keys are valid, by their beginnings, and whether Bring uses them."""
        notes = [
            self.env._(
                "%(prefix)s…, made on %(date)s, last used on %(used)s",
                prefix=key.prefix,
                date=self._local_time(key.create_date),
                used=self._local_time(key.last_used_at),
            )
            if key.last_used_at
            else self.env._(
                "%(prefix)s…, made on %(date)s, not used yet",
                prefix=key.prefix,
                date=self._local_time(key.create_date),
            )
            for key in self._valid_keys()
        ]
        return "; ".join(notes) or False

    def _silence_at_the_start(self):
        """Say why nothing has come yet, as far as it can be seen from here."""
        if not self._origin:
            return False
        notes = []
        # the test of the address is refused, too: only what came after it tells of Bring
        tested = self.endpoint_tested_at
        since = fields.Datetime.add(tested, seconds=1) if tested else self.create_date
        recent = Domain("last_at", ">=", since)
        failures = self.env["bring.auth.failure"]
        for failure in failures.search(
            recent & Domain("account_id", "=", self._origin.id), limit=1
        ):
            keys = ", ".join(f"{key.prefix}…" for key in self._valid_keys())
            notes.append(
                self.env._(
                    "Somebody called without a valid key, last on %(when)s. If that was Bring: "
                    "the key has to come as the header X-API-KEY, or as the password of Basic "
                    "authentication, and every credential that is sent must be right. Valid now: "
                    "%(keys)s.",
                    when=self._local_time(failure.last_at),
                    keys=keys or self.env._("none, so make one"),
                )
            )
        for refusal in self.env["bring.refusal"].search(
            [("account_id", "=", self._origin.id)], limit=1
        ):
            notes.append(
                self.env._(
                    "A delivery with a valid key could not be taken on %(when)s: %(reason)s "
                    "(HTTP %(status)s).",
                    when=self._local_time(refusal.received_at),
                    reason=refusal.reason,
                    status=refusal.status,
                )
            )
            if refusal.status == 411:
                notes.append(
                    self.env._(
                        "The proxy passes it on in pieces: let it buffer requests (nginx: "
                        "proxy_request_buffering on)."
                    )
                )
        for failure in failures.search(recent & Domain("account_id", "=", False), limit=1):
            notes.append(
                self.env._(
                    "Somebody called an address that names no account, last on %s. If that was "
                    "Bring: compare the address that Bring has with the one above.",
                    self._local_time(failure.last_at),
                )
            )
        return "\n".join(notes) or self.env._(
            "Nobody has called yet. Ask Bring to send a test message. When Bring says that it has: "
            "test from outside in again, and let Bring read out the address that it uses."
        )

    def _tell(self, kind, title, message):
        """Tell what a test found, but not in the guide: there it stands at its step."""
        if self.env.context.get("bring_in_guide"):
            return True
        return self._notify(kind, title, message)

    def write(self, vals):
        result = super().write(vals)
        stale = []
        if CONNECTION_FIELDS & vals.keys():
            stale += ["connection_outcome", "connection_note", "connection_tested_at"]
        if "endpoint_token" in vals:
            stale += ["endpoint_outcome", "endpoint_note", "endpoint_tested_at"]
            stale += ["told_at", "told_to"]
        if stale:
            self.sudo().write(dict.fromkeys(stale, False))
        return result

    # -- actions --------------------------------------------------------------

    def action_open_setup(self):
        """Open the set-up guide of this account, or of a new one."""
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bring_warehousing.bring_account_action_setup"
        )
        return {**action, "res_id": self.id}

    def action_setup_refresh(self):
        """Save what was entered, and look again at what is done."""
        self.check_access("read")
        return True

    def action_write_letter(self):
        """Open the letter that tells Bring where and how to send."""
        return self._open_letter("setup", self.env._("Send this to Bring"))

    def action_ask_questions(self):
        """Open the letter that asks Bring what its pages leave open."""
        return self._open_letter("questions", self.env._("Ask Bring"))

    def _open_letter(self, purpose, title):
        self.check_access("write")
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "bring.account.letter",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id, "default_purpose": purpose},
        }

    def action_told(self):
        """Note that Bring was told in another way."""
        self.check_access("write")
        self.sudo().write({"told_at": fields.Datetime.now(), "told_to": False})

    def action_go_live(self):
        """End the test mode. What Bring gets from now on is meant."""
        self.check_access("write")
        for account in self:
            account.test_mode = False
            account.message_post(body=self.env._("The account is live: test mode is off."))

    @api.model
    def get_empty_list_help(self, help_message):
        """Lead an administrator from an empty overview into the guide."""
        if self.env.user.has_group(ADMIN):
            return self.env["ir.qweb"]._render("bring_warehousing.account_help")
        return super().get_empty_list_help(help_message)
