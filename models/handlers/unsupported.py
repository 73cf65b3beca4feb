from odoo import models

from .outcome import Attention


class BringHandlerUnsupported(models.AbstractModel):
    """What nobody handles waits for a person: a kind that nobody knows, or that has no handler."""

    _name = "bring.handler.unsupported"
    _inherit = "bring.handler"
    _description = "Handler of what is not supported"

    def _match(self, document, content, batch):
        if document.kind == "unsupported":
            words = self.env._(
                "Bring sent what Odoo does not know (%s), and nothing of it was applied. Do by "
                "hand what it tells, if anything, then ignore the document.",
                getattr(content, "reason", None) or "?",
            )
        else:
            words = self.env._(
                "Nothing in Odoo handles documents of the kind “%s”. Install the addon that does, "
                "then apply the document again; else ignore it.",
                dict(self.env["bring.document"]._selection_kind()).get(document.kind),
            )
        subject = getattr(content, "reference", None) or document.reference
        raise Attention(words, cause="unsupported", subject=subject)
