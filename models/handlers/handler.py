from markupsafe import Markup

from odoo import models


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
