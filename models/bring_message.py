import hashlib
import uuid

from odoo import api, fields, models
from odoo.fields import Domain

from ..bring.pretty import pretty
from ..bring.pulled import iter_balance_lines, read_pulled
from ..bring.reader import iter_report_lines, read_documents

PREVIEW_LIMIT = 65536
# before the value in PostgreSQL's binary COPY: signature 11, flags 4, extension 4, number of
# fields 2, length 4
COPY_HEAD = 25


class CopiedParts(list):
    """What COPY writes, part by part."""

    def write(self, part):  # pylint: disable=method-required-super
        self.append(bytes(part))


class BringMessage(models.Model):
    """One delivery between Bring and us, as it came or as it went, byte by byte.

    ``content`` holds the bytes themselves (not base64), decompressed where they came compressed.
    """

    _name = "bring.message"
    _inherit = "bring.border"
    _description = "Bring message"
    _order = "id desc"
    _rec_name = "request_id"

    account_id = fields.Many2one("bring.account", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="account_id.company_id", store=True, index=True)
    is_test = fields.Boolean("Test mode", related="account_id.test_mode")
    direction = fields.Selection(
        [("in", "From Bring"), ("out", "To Bring")], required=True, default="in"
    )
    channel = fields.Selection(
        [("push", "Bring called"), ("pull", "We asked")],
        required=True,
        default="push",
        readonly=True,
    )
    purpose = fields.Selection(
        [
            ("balances", "Stock balances"),
            ("order", "Order"),
            ("order_items", "Order items"),
            ("items", "Articles"),
        ],
        readonly=True,
        help="What was asked, or what is sent. Empty where Bring called.",
    )
    items_message_id = fields.Many2one(
        "bring.message", "Items", readonly=True, help="The answer with the order's items."
    )
    state = fields.Selection(
        [
            ("received", "Received"),
            ("processing", "Waiting"),
            ("done", "Done"),
            ("attention", "Needs attention"),
            ("ignored", "Ignored"),
            ("waiting", "To be sent"),
            ("sent", "Sent"),
            ("unknown", "Outcome unknown"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="received",
    )
    content = fields.Binary(attachment=False, required=True, readonly=True, exportable=False)
    content_type = fields.Char(readonly=True)
    size = fields.Integer("Size in bytes", readonly=True)
    sha256 = fields.Char("SHA-256", readonly=True, index=True)
    request_id = fields.Char("Request id", required=True, readonly=True, copy=False)
    received_at = fields.Datetime("Arrived", readonly=True, index=True)
    repeat_ids = fields.One2many("bring.message.repeat", "message_id", readonly=True)
    duplicate_count = fields.Integer(
        "Sent again",
        compute="_compute_duplicates",
        search="_search_duplicate_count",
        compute_sudo=True,
        help="How often exactly the same bytes came again. They were answered and not kept twice.",
    )
    last_duplicate_at = fields.Datetime(
        "Last sent again", compute="_compute_duplicates", compute_sudo=True
    )
    tries = fields.Integer(
        "Begun", readonly=True, help="How often it was begun to take it apart, and not ended."
    )
    key_id = fields.Many2one("bring.account.key", "Key used", readonly=True, ondelete="set null")
    document_ids = fields.One2many("bring.document", "message_id", "Documents", readonly=True)
    document_count = fields.Integer(compute="_compute_document_count")
    preview = fields.Text(compute="_compute_preview")

    _content_unique = models.UniqueIndex(
        "(account_id, sha256) WHERE direction = 'in'",
        "This message is here already.",
    )
    _request_id_unique = models.UniqueIndex("(request_id)")
    # what is looked for all the time, whatever the size of the archive
    _heard_index = models.Index("(account_id, received_at) WHERE direction = 'in'")
    _unsent_index = models.Index(
        "(account_id) WHERE direction = 'out' AND state IN ('waiting', 'unknown', 'attention')"
    )
    _waiting_index = models.Index("(company_id, id) WHERE state = 'received'")

    @api.depends("document_ids")
    def _compute_document_count(self):
        counts = dict(
            self.env["bring.document"]._read_group(
                [("message_id", "in", self.ids)], ["message_id"], ["__count"]
            )
        )
        for message in self:
            message.document_count = counts.get(message, 0)

    @api.depends("repeat_ids.count", "repeat_ids.last_at")
    def _compute_duplicates(self):
        for message in self:
            message.duplicate_count = message.repeat_ids.count
            message.last_duplicate_at = message.repeat_ids.last_at

    def _search_duplicate_count(self, operator, value):
        compared = {">": lambda: value < 0, ">=": lambda: value <= 0, "in": lambda: 0 in value}
        if operator not in compared:
            return NotImplemented
        counted = Domain("repeat_ids", "any!", [("count", operator, value)])
        never = Domain("repeat_ids", "not any!", [])
        return counted | never if compared[operator]() else counted

    @api.depends("content")
    def _compute_preview(self):
        for message in self.with_context(bin_size=False):
            message.preview = pretty(
                message.content or b"", message.content_type, limit=PREVIEW_LIMIT
            )

    @api.model
    def _receive(self, account_id, key_id, content, content_type, purpose=None):
        """Store one delivery unless its bytes are here already, and return its request id.

        The same bytes at the same instant, by several workers, give one stored copy and one
        request id.

        :param int account_id: id of the ``bring.account`` that the key proved
        :param key_id: id of the ``bring.account.key`` that was used, or ``None``
        :param bytes content: the body, decompressed
        :param purpose: what was asked, when it is an answer; see the field
        :return: the request id, and whether the delivery is new
        :rtype: tuple(str, bool)
        """
        request_id = uuid.uuid4().hex
        values = {
            "account": account_id,
            "channel": "pull" if purpose else "push",
            "purpose": purpose,
            "key": key_id,
            "content": content,
            "content_type": content_type,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "request_id": request_id,
            "now": fields.Datetime.now(),
        }
        self.env.cr.execute(
            """
            INSERT INTO bring_message (
                account_id, company_id, direction, channel, purpose, state,
                content, content_type, size, sha256, request_id, received_at, tries, key_id,
                create_uid, write_uid, create_date, write_date)
            SELECT id, company_id, 'in', %(channel)s, %(purpose)s, 'received',
                   %(content)s, %(content_type)s, %(size)s, %(sha256)s, %(request_id)s, %(now)s, 0,
                   %(key)s, 1, 1, %(now)s, %(now)s
              FROM bring_account WHERE id = %(account)s
            ON CONFLICT (account_id, sha256) WHERE direction = 'in' DO NOTHING
            RETURNING request_id
            """,
            values,
            log_exceptions=False,  # the query holds the message: keep it out of the log
        )
        if self.env.cr.fetchone():
            return request_id, True
        self.env.cr.execute(
            """
            WITH known AS (
                SELECT id, request_id FROM bring_message
                 WHERE account_id = %(account)s AND sha256 = %(sha256)s AND direction = 'in'
            )
            INSERT INTO bring_message_repeat (
                message_id, count, last_at, create_uid, write_uid, create_date, write_date)
            SELECT id, 1, %(now)s, 1, 1, %(now)s, %(now)s FROM known
            ON CONFLICT (message_id)
            DO UPDATE SET count = bring_message_repeat.count + 1, last_at = EXCLUDED.last_at
            RETURNING (SELECT request_id FROM known)
            """,
            values,
        )
        return self.env.cr.fetchone()[0], False

    def _read_documents(self, wanted=None, **options):
        """Read the message's business documents; see :func:`..bring.reader.read_documents`.

        :param wanted: positions of the documents to read; all when ``None``
        """
        self.ensure_one()
        place = (self._content(), self.content_type, self.account_id.tz)
        if self.channel == "push":
            kinds = self.env["bring.document"]._readable_kinds()
            return read_documents(*place, kinds=kinds, wanted=wanted, **options)
        items = self.items_message_id
        return read_pulled(
            self.purpose,
            *place,
            items=(items._content(), items.content_type) if items else None,
            **options,
        )

    def _read_report_lines(self, position):
        """Stream the lines of a stock report; see :func:`..bring.reader.iter_report_lines`."""
        self.ensure_one()
        place = (self._content(), self.content_type, self.account_id.tz)
        if self.channel == "push":
            kinds = self.env["bring.document"]._readable_kinds()
            return iter_report_lines(*place, position, kinds=kinds)
        return iter_balance_lines(*place)

    def _content(self):
        """Return the bytes of the message, past the cache.

        In PostgreSQL's binary format: as text, 80 MB would come as 160 MB of hexadecimal and stay
        in the cache besides.
        """
        self.ensure_one()
        self.flush_recordset(["content"])
        parts = CopiedParts()
        self.env.cr._obj.copy_expert(
            f"COPY (SELECT content FROM bring_message WHERE id = {int(self.id)})"
            " TO STDOUT (FORMAT binary)",
            parts,
        )
        copied = b"".join(parts)
        size = int.from_bytes(copied[COPY_HEAD - 4 : COPY_HEAD], "big")
        return copied[COPY_HEAD : COPY_HEAD + size]

    def _update_state(self):
        """Set the state of incoming messages from the states of their documents.

        One that is not taken apart yet stays so.
        """
        messages = self.filtered(lambda message: message.state != "received")
        states = {
            message: set(document_states)
            for message, document_states in self.env["bring.document"]._read_group(
                [("message_id", "in", messages.ids)], ["message_id"], ["state:array_agg_distinct"]
            )
        }
        for message in messages:
            found = states.get(message, set())
            state = next(
                (
                    state
                    for state, cause in (
                        ("attention", "attention"),
                        ("processing", "pending"),
                        ("done", "done"),
                        ("ignored", "ignored"),
                    )
                    if cause in found
                ),
                "done",
            )
            if message.state != state:
                message.state = state

    def _set_taken_apart(self):
        """Say that the documents of these messages are there, all of them."""
        self.write({"state": "processing", "tries": 0})
        told = self.env["bring.document"].search(
            [("message_id", "in", self.ids), ("position", "=", 0), ("state", "=", "pending")]
        )
        told._set_ignored(self.env._("The message was read again: its documents stand for it."))
        self._update_state()

    def _read_again(self):
        """Have these messages taken apart once more, from the first document that isn't there."""
        self.write({"state": "received", "tries": 0})

    def action_download(self):
        """Hand out the original bytes as a file."""
        self.check_access("read")
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/bring/message/{self.id}/content",
            "target": "download",
        }

    def action_view_documents(self):
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bring_warehousing.bring_document_action"
        )
        return {**action, "domain": [("message_id", "=", self.id)], "context": {}}

    @api.autovacuum
    def _gc_messages(self):
        """Delete settled messages when their account's retention is over."""
        for account in self.env["bring.account"].search([("retention_days", ">", 0)]):
            limit = fields.Datetime.subtract(fields.Datetime.now(), days=account.retention_days)
            self.search(
                [
                    ("account_id", "=", account.id),
                    ("state", "in", ["done", "ignored", "sent", "cancelled"]),
                    ("create_date", "<", limit),
                ],
                limit=10000,
            ).unlink()
