import io
import zipfile

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.modules import Manifest

from ..bring.errors import RefusedMessage
from ..bring.masking import mask
from ..bring.text import format_of
from ..models.bring_words import label

MODULE = "bring_warehousing"


class BringDocumentExport(models.TransientModel):
    """Pack documents and the messages that they came in, for Bring's integration team.

    One ZIP file: what is wrong and every number that Bring can look for, in words, and each
    message once, as it came. Keys are not in it: a message holds none.
    """

    _name = "bring.document.export"
    _inherit = "bring.dialog"
    _description = "Pack documents for Bring"

    document_ids = fields.Many2many("bring.document", string="Documents", readonly=True)
    mask = fields.Boolean(
        "Mask personal data",
        default=True,
        help="Names, addresses, phone numbers, e-mail addresses and free texts become x and 0, of "
        "the same length. Goods, numbers and codes stay.",
    )

    def action_export(self):
        """Hand out the file."""
        self.document_ids._check_may_settle()
        self.ensure_one()
        if not self.document_ids:
            raise UserError(self.env._("Choose the documents that Bring should look at."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/bring/export/{self.id}",
            "target": "download",
        }

    def _file_name(self):
        """Return the name of the file: the order's number, or how many documents."""
        documents = self.document_ids
        what = documents.reference if len(documents) == 1 else f"{len(documents)}-documents"
        safe = "".join(char if char.isalnum() or char in "-_" else "-" for char in what or "")
        return f"bring-{safe or documents.id}-{fields.Date.context_today(self)}.zip"

    def _pack(self):
        """Return the file.

        :rtype: bytes
        """
        self.ensure_one()
        self.check_access("read")
        self.document_ids._check_may_settle()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            files = {}
            for message in self.document_ids.message_id | self._items():
                name, content = file_name(message), self._content_of(message)
                if content is None:
                    name = self.env._("%s (could not be masked, and is left out)", name)
                else:
                    archive.writestr(name, content)
                files[message] = name
            archive.writestr("what-is-wrong.txt", "\n".join([*self._words(files), ""]))
        return packed.getvalue()

    def _items(self):
        """Return the answers that belong to messages: an order's items that were asked apart."""
        return self.document_ids.message_id.items_message_id

    def _content_of(self, message):
        """Return the message as it came, or masked; None when it can't be masked."""
        content = message._content()
        if not self.mask:
            return content
        try:
            return mask(content, message.content_type)
        except RefusedMessage:
            return None

    def _words(self, files):
        """Yield the lines of the text: about us, then about each document.

        :param files: message → what its file is called
        """
        version = Manifest.for_addon(MODULE).version
        yield self.env._("For Bring's integration team")
        yield self.env._(
            "Written by bring_warehousing %(version)s for Odoo on %(time)s UTC",
            version=version,
            time=fields.Datetime.now(),
        )
        if self.mask:
            yield self.env._(
                "Personal data is masked: each letter of it is an x, each digit a 0. The SHA-256 "
                "below is that of the message as it came."
            )
        for document in self.document_ids:
            yield from ("", "-" * 72, *self._words_about(document, files))

    @api.model
    def _words_about(self, document, files):
        """Yield what is to be said of one document, a line each."""
        message, account = document.message_id, document.account_id
        facts = [
            (self.env._("Document"), document.display_name),
            (self.env._("Customer number"), account.customer_number),
            (self.env._("Test mode"), self.env._("yes") if account.test_mode else False),
            (self.env._("Order number"), document.reference),
            (self.env._("Warehouse"), document.warehouse_code),
            (self.env._("Happened"), document.event_day or f"{document.event_date} UTC"),
            (self.env._("Message"), files[message]),
            (self.env._("Place in the message"), document.position),
            (self.env._("RequestID that was answered"), message.request_id),
            (self.env._("Arrived"), f"{message.received_at} UTC"),
            (self.env._("Content type"), message.content_type),
            (self.env._("Size in bytes"), message.size),
            (self.env._("SHA-256"), message.sha256),
            (self.env._("Cause"), label(document, "cause", document.cause)),
            (self.env._("About"), document.cause_subject),
        ]
        yield from (f"{name}: {value}" for name, value in facts if value)
        if document.state == "attention":  # why it was put aside names a person of ours
            yield ""
            yield from (document.error or "").splitlines()


def file_name(message):
    """Return what a message is called in the file."""
    suffix = format_of(message._content()) or "txt"
    return f"message-{message.request_id}.{suffix}"
