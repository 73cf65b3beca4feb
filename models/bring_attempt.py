from odoo import api, fields, models

from ..bring.errors import RejectedError, UnknownOutcome

OUTCOMES = [
    ("rejected", "Rejected by Bring"),
    ("unknown", "No answer from Bring"),
    ("failed", "Did not reach Bring"),
]


class BringAttempt(models.Model):
    """A call with a message of ours that Bring did not take. What it took, the message says.

    The same outcome again and again, as while Bring is away, is one record that counts.
    """

    _name = "bring.attempt"
    _description = "Attempt to send to Bring"
    _order = "id"
    _rec_name = "outcome"

    message_id = fields.Many2one(
        "bring.message", required=True, readonly=True, ondelete="cascade", index=True
    )
    at = fields.Datetime("Tried", required=True, readonly=True)
    last_at = fields.Datetime("Tried last", required=True, readonly=True)
    count = fields.Integer("Times", default=1, readonly=True)
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True)
    words = fields.Text("Bring's words", readonly=True)

    @api.model
    def _note(self, message, failure):
        """Write down that a call ended without Bring's taking the message.

        :param failure: the :class:`..bring.errors.CallError`
        """
        outcome = "failed"
        if isinstance(failure, RejectedError):
            outcome = "rejected"
        elif isinstance(failure, UnknownOutcome):
            outcome = "unknown"
        words, now = str(failure), fields.Datetime.now()
        last = message.attempt_ids[-1:]
        if last.outcome == outcome and last.words == words:
            last.write({"last_at": now, "count": last.count + 1})
            return
        self.create(
            {
                "message_id": message.id,
                "at": now,
                "last_at": now,
                "outcome": outcome,
                "words": words,
            }
        )
