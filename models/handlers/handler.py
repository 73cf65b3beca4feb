from datetime import timedelta

from markupsafe import Markup

from odoo import models

from .outcome import Attention

SHOWN = 5  # parts that can't be read: with more of them nobody reads on
LONG_AGO = timedelta(days=5 * 365)


class BringHandler(models.AbstractModel):
    """What to do with one kind of document. Inherit ``bring.handler.<kind>`` to change it."""

    _name = "bring.handler"
    _inherit = ["bring.match.transfer", "bring.match.article"]
    _description = "Handler of Bring's documents"

    # True: what other documents of the batch do must be done before this one is looked at
    _alone = False
    # True: it reads the document's lines by itself, from the message; it is given no content
    _streams = False

    def _match(self, document, content, batch):
        """Find out what the document is about, and whether it can be applied. Changes nothing.

        :param document: the ``bring.document``
        :param content: the dataclass of :mod:`..bring.documents` that was read
        :param batch: the :class:`.batch.Batch` that is under way
        :rtype: outcome.Match
        :raises outcome.Attention: when it cannot be applied
        :raises outcome.Later: when it has to wait for other documents
        """
        raise NotImplementedError

    def _apply(self, document, content, match, batch):
        """Apply the document, and say so on it (``_set_done``).

        :return: None, or a generator of ``stock.picking`` sets: each is validated before the
            generator goes on
        """
        raise NotImplementedError

    def _check_read(self, document, parts):
        """Refuse to move goods by a document of which something that they need can't be read.

        :param parts: what can't be read, in words that name the line
        :raises Attention: with those words
        """
        parts = list(parts)
        if parts:
            raise Attention(
                self.env._(
                    "A part of this document cannot be read, and goods depend on it: nothing was "
                    "applied. Ask Bring's integration team to send it again.\n%s",
                    "\n".join(parts[:SHOWN]) + ("\n…" if len(parts) > SHOWN else ""),
                ),
                cause="unreadable",
                subject=document.reference,
            )

    def _unread_remarks(self, document):
        """Return a remark for each part of a document that can't be read and isn't needed."""
        unread = (document.unread or "").splitlines()
        return [self.env._("Not read: %s", part) for part in unread[:SHOWN]]

    def _check_time(self, document):
        """Refuse what is told to have happened years ago, until a person applies it.

        A wrong year would date stock and books by it, and the stock reports since would be wrong.

        :raises outcome.Attention: unless a person has seen it
        """
        told_at = document.message_id.received_at or document.create_date
        if document.cause == "long_ago" or told_at - document.event_date < LONG_AGO:
            return
        raise Attention(
            self.env._(
                "Bring says that it happened on %(day)s, years before it was told. Apply the "
                "document again if that is right; else ask Bring, and ignore it.",
                day=document._bring_time(),
            ),
            cause="long_ago",
            subject=document.reference,
        )

    def _note(self, document, pickings, text, batch, remarks=()):
        """Log in the chatter of transfers and orders what Bring said, with Bring's time."""
        body = Markup("<p>%s<br/><small>%s</small></p>") % (
            text,
            self.env._("%(time)s, Bring's time", time=document._bring_time()),
        )
        if remarks:
            items = Markup("").join(Markup("<li>%s</li>") % remark for remark in remarks)
            body += Markup("<ul>%s</ul>") % items
        batch.note(pickings, body)
        batch.note(pickings.sale_id, body)
        batch.note(pickings.purchase_id, body)
