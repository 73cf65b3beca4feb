from odoo import api, fields, models
from odoo.tools import format_datetime

from ..bring.errors import RefusedMessage
from ..bring.reader import admit


class BringMessage(models.Model):
    """Messages that a person loads from a file: the same way through the house as Bring's calls."""

    _inherit = "bring.message"

    loaded_by_id = fields.Many2one(
        "res.users",
        "Loaded by hand by",
        readonly=True,
        ondelete="set null",
        help="Bring did not send it to the address: a person loaded it from a file.",
    )
    file_name = fields.Char("File", readonly=True)

    @api.model
    def _load_file(self, account, name, content):
        """Take a file as the endpoint takes a delivery: the same checks, the same storage.

        :param account: the ``bring.account`` that it is for
        :param str name: what the file is called
        :param bytes content: what is in it
        :return: ``outcome`` (``new``, ``known`` or ``refused``), ``words`` for the person, and
            ``id`` of the ``bring.message`` (False when it was refused)
        :rtype: dict
        """
        self.env["bring.document"]._check_may_settle()
        account.check_access("read")
        account.ensure_one()
        try:
            kinds = self.env["bring.document"]._readable_kinds()
            admit(content, None, account.max_message_size, kinds=kinds)
        except RefusedMessage as error:
            words = self.env._("%(file)s was not loaded: %(reason)s", file=name, reason=error)
            return {"outcome": "refused", "words": words, "id": False}
        request_id, is_new = self._receive(account.id, None, content, None)
        message = self.search([("request_id", "=", request_id)])
        if is_new:
            message.sudo().write({"loaded_by_id": self.env.uid, "file_name": name})
            account.company_id._bring_wake()
            words = self.env._("%s is loaded, and will be applied in a moment.", name)
            return {"outcome": "new", "words": words, "id": message.id}
        at = format_datetime(self.env, message.received_at, dt_format="short")
        if message.loaded_by_id:
            words = self.env._(
                "%(file)s is here already: %(user)s loaded the same at %(time)s.",
                file=name,
                user=message.loaded_by_id.name,
                time=at,
            )
        else:
            words = self.env._(
                "%(file)s is here already: Bring's delivery of %(time)s is the same.",
                file=name,
                time=at,
            )
        return {"outcome": "known", "words": words, "id": message.id}
