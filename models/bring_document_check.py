from odoo import fields, models

from ..bring.codes import COPIES, ORIGINAL
from .bring_account import client_key
from .handlers.outcome import Attention


class BringDocument(models.Model):
    """What no document may be applied without, of whatever kind it is."""

    _inherit = "bring.document"

    clients = fields.Json(
        readonly=True, help="The client ids that Bring names, party by party, as it wrote them."
    )
    document_status = fields.Char(
        "Document status", readonly=True, help="ORIGINAL, or what Bring says that it is else."
    )

    def _handler(self):
        """Return the model that handles the document; one that says so where there is none."""
        name = f"bring.handler.{self.kind}"
        return self.env[name if name in self.env else "bring.handler.unsupported"]

    def _check_may_apply(self):
        """Refuse what is another client's, and what isn't an original.

        :raises Attention: in words
        """
        self.ensure_one()
        self._check_client()
        if (self.document_status or ORIGINAL).upper() != ORIGINAL and not self._is_status_only():
            self._check_original()

    def _check_client(self):
        accepted = self.account_id._accepted_clients()
        for ids in (self.clients or ()) if accepted else ():
            if not accepted.intersection(map(client_key, ids)):
                raise Attention(
                    self.env._(
                        "This is for client %(id)s of Bring's, and the account %(account)s is "
                        "client %(own)s. Nothing was applied. If that id is yours too, press "
                        "“Accept the id”; else tell Bring that it sends you another client's "
                        "messages, and ignore the document.",
                        id=", ".join(ids),
                        account=self.account_id.name,
                        own=self.account_id.customer_number or self.account_id.accepted_clients,
                    ),
                    cause="other_client",
                    subject=ids[0],
                )

    def _is_status_only(self):
        """Tell whether it is one more transmission of what moves nothing.

        The guideline of OrderResponse lists ADDITIONAL_TRANSMISSION as its code.
        """
        return self.kind == "order_response" and self._is_copy()

    def _is_copy(self):
        return (self.document_status or "").upper() in COPIES

    def _check_original(self):
        if self._is_copy():
            raise Attention(
                self.env._(
                    "Bring says that this is a copy (%(status)s), and its original never came: "
                    "nothing with this content was here before. Nothing was applied. Ask Bring "
                    "for the original of %(number)s.",
                    status=self.document_status,
                    number=self.reference or "?",
                ),
                cause="no_original",
                subject=self.reference,
            )
        raise Attention(
            self.env._(
                "Bring takes back or changes what it told of %(number)s (document status "
                "%(status)s). Nothing was applied: only originals are. Compare it with what was "
                "applied before, put Odoo right by hand, then ignore the document.",
                status=self.document_status,
                number=self.reference or "?",
            ),
            cause="no_original",
            subject=self.reference,
        )
