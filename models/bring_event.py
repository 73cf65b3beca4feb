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
    event_date_there = fields.Char(
        "At the warehouse", compute="_compute_event_date_there", compute_sudo=True
    )

    @api.depends("event_date", "event_start", "account_id.tz")
    @api.depends_context("tz", "uid", "lang")
    def _compute_event_date_there(self):
        for event in self:
            event.event_date_there = event._words_there()

    def _words_there(self):
        """Return what the reader's clock does not show: the warehouse's time, or that it is a day.

        False where it shows the same.
        """
        zone = self.account_id.tz
        if not self.event_date:
            return False
        if self.event_start:
            return self._event_words()
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
        if first == last:
            return self.env._("%s, no time told", last)
        return self.env._("between %(first)s and %(last)s", first=first, last=last)

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
