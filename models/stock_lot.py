from datetime import datetime, time

import pytz

from odoo import models


class StockLot(models.Model):
    _inherit = "stock.lot"

    def _bring_set_best_before(self, date):
        """Keep the best-before date that Bring gave for a lot.

        With ``product_expiry`` it is the lot's expiration date, at noon UTC so that it is the same
        day in every zone of Bring's; without it, a line of the lot's description.

        :return: a remark when the lot has another date already: which one is right, a person knows
        """
        self.ensure_one()
        if not date:
            return None
        if "expiration_date" not in self._fields:
            line = self.env._("Best before: %s", date.isoformat())
            if line not in (self.note or ""):
                self.note = f"{self.note or ''}<p>{line}</p>"
            return None
        known = self.expiration_date
        noon = datetime.combine(date, time(12), tzinfo=pytz.utc).replace(tzinfo=None)
        if known and not self._bring_is_new() and known.date() != date:
            return self.env._(
                "Lot %(lot)s: Bring says best before %(told)s, Odoo has %(known)s.",
                lot=self.name,
                told=date.isoformat(),
                known=known.date().isoformat(),
            )
        self.expiration_date = noon
        return None

    def _bring_set_other_number(self, serial, imei):
        """Keep the other number that Bring names a piece by, as the lot's internal reference.

        :return: a remark when another reference stands there: which one is right, a person knows
        """
        self.ensure_one()
        other = serial if self.name == imei else imei
        if not self.ref:
            self.ref = other
        elif other not in self.ref:
            return self.env._(
                "Serial number %(serial)s: Bring names the IMEI %(imei)s, and the internal "
                "reference in Odoo is %(known)s.",
                serial=serial,
                imei=imei,
                known=self.ref,
            )
        return None

    def _bring_words(self):
        """Return the number, and the other one of the same piece, for colleagues."""
        return f"{self.name} / {self.ref}" if self.ref else self.name

    def _bring_is_new(self):
        """Tell whether the lot has not moved yet: its dates then are defaults, not known facts."""
        return not self.env["stock.move.line"].search_count(
            [("lot_id", "=", self.id), ("state", "=", "done")], limit=1
        )
