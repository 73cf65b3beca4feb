from odoo import models

from ..bring_status import STATUSES
from ..bring_status_word import NOTHING, word_key
from .outcome import Attention, Covered


class BringHandlerOrderStatus(models.AbstractModel):
    """What order responses and despatch advices share: the status of an order, forward only."""

    _name = "bring.handler.order_status"
    _inherit = "bring.handler"
    _description = "Handler of the status of orders"

    # what the document's codes mean, where the words of Bring's list mean something else
    _codes = {}

    def _meaning(self, document, content, batch):
        """Return how far the order is, a key of the statuses, by Bring's word for it.

        :raises Attention: when nobody has said yet what the word means
        :raises Covered: when it means nothing that Odoo wants to know
        """
        meanings = batch.lookups["words"]
        account = document.account_id
        if account.id not in meanings:
            meanings[account.id] = self.env["bring.status.word"]._meanings(account)
        word = content.status
        meaning = self._codes.get(word) or meanings[account.id].get(word_key(word))
        if meaning == NOTHING:
            raise Covered(self.env._("“%s” tells nothing that Odoo needs to know.", word or ""))
        if meaning:
            return meaning
        if word:
            words = self.env._(
                "Bring says of %(number)s that it is “%(word)s”, and nobody has told Odoo what "
                "that means. Press “Map the status”: what you say is kept, and all that waits for "
                "the same word follows.",
                number=document.reference,
                word=word,
            )
        else:
            words = self.env._(
                "Bring does not say how far %s is: there is no status. Press “Map the status” if "
                "you know what it means when there is none; else ask Bring, and ignore the "
                "document.",
                document.reference,
            )
        raise Attention(words, cause="unknown_word", subject=word)

    def _advance(self, document, content, match, status, batch):
        """Take a status over that ships nothing, and say so on the document."""
        remarks = self._unread_remarks(document) + self._besides(document, content, match)
        at = document.event_date
        open_pickings = match.pickings.filtered(lambda p: p.state not in ("done", "cancel"))
        is_day = bool(document.event_start)
        (match.pickings - open_pickings)._bring_reached(status, at, is_day)
        changed = open_pickings._bring_advance(status, at, is_day)
        if changed:
            self._note(document, changed, self._status_words(status), batch)
            document._set_done(changed, remarks)
        else:
            document._set_done(
                match.pickings,
                [self.env._("The order has come further already: nothing changed."), *remarks],
            )

    def _besides(self, document, content, match):
        """Return, in sentences, what a document tells besides the status."""
        return []

    def _status_words(self, status):
        label = dict(STATUSES)[status]
        return self.env._("Bring: %s", label)
