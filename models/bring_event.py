from odoo import api, fields, models

from .bring_words import day_words, moment_words, same_clock


class BringEvent(models.AbstractModel):
    """Something that happened at Bring, as precisely as Bring told it.

    It happened at ``event_date``; where ``event_start`` is set, somewhere between the two: Bring
    told the day only, or no time at all. It is dated by the latest that it can be.
    """

    _name = "bring.event"
    _description = "Something that happened at Bring"

    account_id = fields.Many2one("bring.account", required=True, readonly=True)
    event_date = fields.Datetime(required=True, readonly=True)
    event_start = fields.Datetime(
        "Not before",
        readonly=True,
        help="Where Bring told the day only, or no time at all: it was between this and the other "
        "time. Empty: Bring told the time.",
    )
    event_day = fields.Char(
        "Day",
        compute="_compute_event_day",
        compute_sudo=True,
        help="The day at the warehouse, where Bring told no time of day.",
    )
    event_date_there = fields.Char(
        "At the warehouse", compute="_compute_event_date_there", compute_sudo=True
    )

    @api.depends("event_date", "event_start", "account_id.tz")
    @api.depends_context("lang")
    def _compute_event_day(self):
        for event in self:
            event.event_day = event.event_start and event._event_words()

    @api.depends("event_date", "event_start", "account_id.tz")
    @api.depends_context("tz", "uid", "lang")
    def _compute_event_date_there(self):
        for event in self:
            event.event_date_there = event._words_there()

    def _words_there(self):
        """Return what the reader's clock does not show: the warehouse's time, or that none is told.

        False where it shows the same.
        """
        zone = self.account_id.tz
        if not self.event_date:
            return False
        if self.event_start:
            return self.env._("no time of day told")
        reader = self.env.context.get("tz") or self.env.user.tz or zone
        if same_clock(self.event_date, reader, zone):
            return False
        return self.env._("%s at the warehouse", moment_words(self.env, self.event_date, zone))

    def _event_words(self):
        """Return when it happened in words, in the account's time zone: a time, a day, two days."""
        self.ensure_one()
        zone = self.account_id.tz
        if not self.event_start:
            return moment_words(self.env, self.event_date, zone)
        first, last = (
            day_words(self.env, moment, zone) for moment in (self.event_start, self.event_date)
        )
        return last if first == last else f"{first} – {last}"

    def _may_be_before(self):
        """Return the domain of other events that may have happened before this one, or with it."""
        return [
            "|",
            ("event_date", "<=", self.event_date),
            ("event_start", "<=", self.event_date),
        ]

    def _local_event_date(self):
        """Return the day on which it happened, in the account's time zone.

        It is the day in the books, too: not UTC's, and not the reader's.
        """
        self.ensure_one()
        return fields.Datetime.context_timestamp(
            self.with_context(tz=self.account_id.tz), self.event_date
        ).date()
