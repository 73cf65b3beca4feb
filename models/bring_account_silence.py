from odoo import api, fields, models

LOOK_BACK = 60  # days
AT_LEAST = 20  # messages, or there is no "usual"
MARGIN = 1.5
NEVER_BELOW = 4.0  # working hours
WAITED = 2  # hours that what came may wait, before a person is asked: it takes a minute


class BringAccount(models.Model):
    """Silence is a fault, too: an account that should hear from Bring and does not, says so."""

    _inherit = "bring.account"

    silence_hours = fields.Float(
        "Silence is (working hours)",
        help="Ask a person when nothing was heard for so long. 0: longer than is usual for this "
        "account.",
    )

    @api.model
    def _cron_notice_silence(self):
        """Raise one activity for each account that hears nothing for longer than is usual.

        And one where something came, and nobody applies it: a scheduled action may be off.
        """
        for account in self.search([("active", "=", True)]):
            told = account.with_context(lang=account.company_id._bring_lang())
            told._notice_silence()
            told._notice_waiting()

    def _notice_waiting(self):
        self.ensure_one()
        before = fields.Datetime.subtract(fields.Datetime.now(), hours=WAITED)
        mine = ("account_id", "=", self.id)
        messages = self.env["bring.message"].search_count(
            [mine, ("state", "=", "received"), ("received_at", "<", before)]
        )
        documents = self.env["bring.document"].search_count(
            [mine, ("state", "=", "pending"), ("write_date", "<", before)]
        )
        if not messages and not documents:
            self.activity_unlink(["bring_warehousing.mail_activity_type_waiting"])
            return
        self._ask_person(
            self,
            "mail_activity_type_waiting",
            self.env._("What Bring sent waits"),
            self.env._(
                "%(messages)s messages and %(documents)s documents have waited for more than "
                "%(hours)s hours to be applied, which takes a minute. See whether the scheduled "
                "action of the company is on and runs: Settings, Technical, Scheduled Actions.",
                messages=messages,
                documents=documents,
                hours=WAITED,
            ),
        )

    def _notice_silence(self):
        self.ensure_one()
        heard = (
            self.env["bring.message"]
            .search(
                [
                    ("account_id", "=", self.id),
                    ("direction", "=", "in"),
                    ("channel", "=", "push"),
                    ("loaded_by_id", "=", False),
                    (
                        "received_at",
                        ">",
                        fields.Datetime.subtract(fields.Datetime.now(), days=LOOK_BACK),
                    ),
                ],
                order="received_at desc",
                limit=500,
            )
            .mapped("received_at")
        )
        limit = self.silence_hours or self._usual_silence(heard)
        if not limit or not heard:
            return
        silent = self._working_hours(heard[0], fields.Datetime.now())
        if silent <= limit:
            self.activity_unlink(["bring_warehousing.mail_activity_type_silence"])
            return
        self._ask_person(
            self,
            "mail_activity_type_silence",
            self.env._("Nothing heard from Bring"),
            self._silence_words(heard[0], silent),
        )

    def _usual_silence(self, heard):
        """Return the longest silence in working hours that is usual, or 0 when nobody knows."""
        if len(heard) < AT_LEAST:
            return 0.0
        start, end = max(
            zip(heard[1:], heard, strict=False), key=lambda silence: silence[1] - silence[0]
        )
        return max(NEVER_BELOW, MARGIN * self._working_hours(start, end))

    def _working_hours(self, start, end):
        """Return the working hours of the company between two times, holidays off."""
        calendar = self.company_id.resource_calendar_id
        if not calendar:
            return (end - start).total_seconds() / 3600
        return calendar.get_work_hours_count(
            fields.Datetime.context_timestamp(self.with_context(tz="UTC"), start),
            fields.Datetime.context_timestamp(self.with_context(tz="UTC"), end),
        )

    def _silence_words(self, last, hours):
        """Tell what is known: was the endpoint called, and what became of it."""
        failures = self.env["bring.auth.failure"].search(
            [("account_id", "=", self.id), ("last_at", ">", last)]
        )
        refusals = self.env["bring.refusal"].search_count(
            [("account_id", "=", self.id), ("received_at", ">", last)]
        )
        text = self.env._("Nothing was heard for %.0f working hours.", hours)
        if failures:
            text += " " + self.env._(
                "The address was called %s times without a valid key: did somebody revoke a key?",
                sum(failures.mapped("count")),
            )
        if refusals:
            text += " " + self.env._(
                "%s deliveries were refused: look at the account's refused deliveries.", refusals
            )
        if not failures and not refusals:
            text += " " + self.env._(
                "The address was not called at all: test it from the account, then ask Bring."
            )
        return text
