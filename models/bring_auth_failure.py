import logging
import time

from odoo import api, fields, models

from ..controllers.isolation import relax_isolation

_logger = logging.getLogger(__name__)

LOG_EVERY = 60.0  # seconds between two log lines for one account in one process


class BringAuthFailure(models.Model):
    """Count, per account and day, the calls that were refused for want of a valid key.

    Nothing of such a call is kept: whoever sends it has proven nothing.
    """

    _name = "bring.auth.failure"
    _inherit = "bring.border"
    _description = "Refused calls of a day"
    _order = "date desc"
    _rec_name = "date"

    account_id = fields.Many2one(
        "bring.account",
        ondelete="cascade",
        help="Empty: the address named no account.",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    date = fields.Date(required=True)
    count = fields.Integer("Calls refused", required=True)
    last_at = fields.Datetime("Last one", required=True)

    _day_unique = models.UniqueIndex("(COALESCE(account_id, 0), date)")

    # (database, account id) -> (monotonic time of the last log line, refused since)
    _logged_at = {}

    @api.model
    def _count(self, account_id):
        """Count one refused call, in a transaction of its own, and log it at most once a minute.

        READ COMMITTED: callers that are refused at the same instant wait for each other's row
        instead of failing and being tried again after a pause.
        """
        with self.env.registry.cursor() as cr:
            relax_isolation(cr)
            cr.execute(
                """
                INSERT INTO bring_auth_failure (account_id, company_id, date, count, last_at)
                VALUES (%(account)s,
                        (SELECT company_id FROM bring_account WHERE id = %(account)s),
                        (now() AT TIME ZONE 'UTC')::date, 1, now() AT TIME ZONE 'UTC')
                ON CONFLICT (COALESCE(account_id, 0), date)
                DO UPDATE SET count = bring_auth_failure.count + 1, last_at = EXCLUDED.last_at
                """,
                {"account": account_id},
            )
        caller = (self.env.cr.dbname, account_id)
        logged_at, since = self._logged_at.get(caller, (None, 0))
        now = time.monotonic()
        if logged_at is not None and now - logged_at < LOG_EVERY:
            self._logged_at[caller] = (logged_at, since + 1)
            return
        self._logged_at[caller] = (now, 0)
        _logger.info(
            "Refused a call without a valid key for Bring account %s (%s more since the last line)",
            account_id or "unknown",
            since,
        )
