from odoo import fields, models

# what Bring tells → the transfer's field with the time at which it happened
TIMES = {
    "sent": "bring_sent_at",
    "registered": "bring_registered_at",
    "started": "bring_started_at",
    "picked": "bring_picked_at",
    "despatched": "bring_despatched_at",
    "received": "bring_received_at",
}


class StockPicking(models.Model):
    """When Bring reached each step of a transfer: facts, kept for the reports."""

    _inherit = "stock.picking"

    bring_sent_at = fields.Datetime("Sent to Bring at", copy=False, readonly=True)
    bring_registered_at = fields.Datetime("Registered by Bring at", copy=False, readonly=True)
    bring_started_at = fields.Datetime("Started by Bring at", copy=False, readonly=True)
    bring_picked_at = fields.Datetime("Picked by Bring at", copy=False, readonly=True)
    bring_despatched_at = fields.Datetime("Despatched by Bring at", copy=False, readonly=True)
    bring_received_at = fields.Datetime("Received by Bring at", copy=False, readonly=True)

    bring_untimed = fields.Json(
        "Told without a time of day",
        copy=False,
        readonly=True,
        help="Which of these times are only known to the day: no hours are counted from them.",
    )

    def _bring_is_untimed(self):
        """Tell whether Bring told the day only on which these goods moved."""
        self.ensure_one()
        return any(self.move_ids.mapped("bring_not_before"))

    def _bring_reached(self, what, at, is_day=False):
        """Note when a step was reached, on those transfers that it was about.

        The first time counts, and the order of arrival does not: what is told late is noted too,
        however far the transfer has come. What happened before a backorder came to be was about
        the part that is gone; what happened after that left is about the rest.

        :param str what: a key of :data:`TIMES`; a status without a time is passed over
        :param datetime at: when it happened, UTC
        :param bool is_day: only the day is known; then ``at`` is the latest that it can have been
        """
        name = TIMES.get(what)
        if not name:
            return
        for picking in self:
            if picking._bring_is_before(at):
                continue
            gone = picking.bring_despatched_at
            if (not gone or at <= gone) and (not picking[name] or at < picking[name]):
                picking._bring_note_time(name, at, is_day)

    def _bring_note_time(self, name, at, is_day):
        untimed = set(self.bring_untimed or ())
        untimed = untimed | {name} if is_day else untimed - {name}
        self.write({name: at, "bring_untimed": sorted(untimed) or False})

    def _bring_is_before(self, at):
        """Tell whether ``at`` was before this transfer came to be, as the rest of another."""
        return bool(self.backorder_id.bring_shipped and at < self.backorder_id.date_done)

    def _bring_take_times(self, others, *what):
        """Take over what was told of other transfers of the same goods, where nothing is known.

        :param others: the steps before these transfers, or what they are the rest or the copy of
        :param what: keys of :data:`TIMES`; all of them when none is named
        """
        for name in (TIMES[key] for key in what or TIMES):
            told = others.filtered(name).sorted(name)[:1]
            for picking in self.filtered(lambda picking: not picking[name]) if told else ():  # noqa: B023
                is_day = name in (told.bring_untimed or ())
                picking._bring_note_time(name, told[name], is_day)
