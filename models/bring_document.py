from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from .bring_cause import CAUSES, DIALOGS
from .bring_rights import check_manager
from .bring_status_word import NOTHING, word_key
from .bring_words import quantity_words

TOO_MANY = 500  # documents that are applied again while a person waits


class BringDocument(models.Model):
    """One business document of a message. It is applied as a whole, or not at all.

    How documents are applied is in ``bring_document_processing.py`` and ``handlers/``.
    """

    _name = "bring.document"
    _description = "Bring document"
    _inherit = ["bring.border", "bring.event", "mail.thread", "mail.activity.mixin"]
    _order = "event_date desc, id desc"
    _rec_name = "reference"

    message_id = fields.Many2one(
        "bring.message", required=True, readonly=True, ondelete="cascade", index=True
    )
    account_id = fields.Many2one(
        "bring.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    position = fields.Integer(
        required=True, readonly=True, help="Which document of its message, counted from 1."
    )
    kind = fields.Selection("_selection_kind", required=True, readonly=True)
    status_code = fields.Char(
        "Bring's status", readonly=True, help="O1, O2, O3, O4 or 99, for orders."
    )
    is_pulled = fields.Boolean("Asked", readonly=True, help="Bring did not tell, we asked.")
    reference = fields.Char("Order number", readonly=True, index="btree_not_null")
    warehouse_code = fields.Char("Bring's warehouse", readonly=True)
    document_date = fields.Datetime("Written", readonly=True)
    event_date = fields.Datetime(
        "Happened", required=True, readonly=True, help="When it happened at Bring."
    )
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("done", "Done"),
            ("attention", "Needs attention"),
            ("ignored", "Ignored"),
        ],
        required=True,
        readonly=True,
        default="pending",
    )
    error = fields.Text("What is wrong", readonly=True)
    cause = fields.Selection(CAUSES, readonly=True, help="Why it needs attention.")
    cause_subject = fields.Char(
        "Cause is about",
        readonly=True,
        help="The number or code that is not known, as Bring wrote it.",
    )
    can_mend = fields.Boolean(compute="_compute_can_mend")
    unread = fields.Text(
        "Not read", readonly=True, help="What of it could not be read and was not needed."
    )
    remark = fields.Text("Pointed out", readonly=True)
    digest = fields.Char(readonly=True, index=True)
    duplicate_of_id = fields.Many2one(
        "bring.document", "Same as", readonly=True, ondelete="set null", index="btree_not_null"
    )
    tries = fields.Integer(
        "Begun", readonly=True, help="How often it was begun to apply it, and not ended."
    )
    applied_at = fields.Datetime("Applied", readonly=True)
    line_count = fields.Integer("Lines", readonly=True)
    work_id = fields.Many2one(
        "bring.work", readonly=True, ondelete="set null", index="btree_not_null"
    )
    res_model = fields.Char("Model of the result", readonly=True)
    res_id = fields.Many2oneReference("Result", model_field="res_model", readonly=True)

    # what is looked for all the time, whatever the size of the archive
    _pending_index = models.Index("(company_id, event_date, id) WHERE state = 'pending'")
    _attention_index = models.Index("(company_id) WHERE state = 'attention'")
    _result_index = models.Index("(res_model, res_id)")

    @api.depends("kind", "reference", "status_code")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for document in self:
            parts = (labels.get(document.kind), document.reference, document.status_code)
            document.display_name = " ".join(part for part in parts if part)

    @api.depends("state", "cause")
    def _compute_can_mend(self):
        for document in self:
            document.can_mend = document.state == "attention" and document.cause in DIALOGS

    # -- states ---------------------------------------------------------------

    def _set_done(self, record=None, remarks=()):
        """Say that the document is applied.

        :param record: what it was applied to, for the link
        :param remarks: what a person should know, in sentences
        """
        self.ensure_one()
        self._update_state(
            "done",
            error=False,
            remark="\n".join(remarks) or False,
            res_model=record._name if record else False,
            res_id=record[:1].id if record else False,
        )

    def _set_attention(self, error, cause, subject=None):
        """Keep the document for a person, with the reason, and tell the responsible person once.

        :param str error: what is wrong and what to do, in words
        :param str cause: a key of :data:`.bring_cause.CAUSES`
        :param subject: the number or code that it is about, as Bring wrote it
        """
        self.ensure_one()
        self._update_state("attention", error=error, cause=cause, cause_subject=subject or False)
        self.account_id._ask_person(self, "mail_activity_type_attention", self.display_name, error)

    def _set_ignored(self, reason, duplicate_of=None):
        """Put the documents aside for a reason. Nothing of them is applied."""
        self._update_state(
            "ignored", error=reason, duplicate_of_id=duplicate_of.id if duplicate_of else False
        )

    def _update_state(self, state, **values):
        """Change the state, and close what asked a person to act when that is over.

        The one place where the state of a document changes.
        """
        no_cause = {"cause": False, "cause_subject": False}
        self.write({"state": state, "applied_at": fields.Datetime.now(), **no_cause, **values})
        if state in ("done", "ignored"):
            self.with_context(active_test=False).activity_ids.filtered("active").action_done()

    def _bring_status(self):
        """Return how far an order is by this document: a key of the statuses, or False."""
        self.ensure_one()
        handler = self._handler()
        if not hasattr(handler, "_codes"):
            return False
        meanings = self.env["bring.status.word"]._meanings(self.account_id.sudo())
        found = handler._codes.get(self.status_code) or meanings.get(word_key(self.status_code))
        return found if found != NOTHING else False

    def _bring_time(self):
        """Return when it happened as text, in the account's time zone."""
        if self.event_start:
            return self._event_words()
        return format_datetime(self.env, self.event_date, tz=self.account_id.tz)

    def _moved_products(self):
        """Return the products that these documents may have moved, and their orders with them."""
        pickings = self.env["stock.picking"].browse(
            self.filtered(lambda document: document.res_model == "stock.picking").mapped("res_id")
        )
        pickings |= pickings.sale_id.picking_ids | pickings.purchase_id.picking_ids
        booked = self.env["stock.move"].search([("bring_document_id", "in", self.ids)])
        return pickings.move_ids.product_id | booked.product_id

    # -- actions --------------------------------------------------------------

    def action_retry(self):
        """Apply these documents again, now, in the order in which things happened.

        Documents that are done stay done. Of very many, and while others are being applied, the
        scheduled action takes care.
        """
        again = self.filtered(lambda document: document.state in ("attention", "ignored"))
        again._check_may_settle()
        again.sudo().filtered(lambda document: not document.position).message_id._read_again()
        if len(again) > TOO_MANY:
            return again._retry_later()
        again.sudo().write({"state": "pending"})
        for company in self.company_id:
            ids = self.filtered(lambda document: document.company_id == company).ids  # noqa: B023
            if not self._process_company(company, only=ids):
                company._bring_wake()

    def action_mend(self):
        """Open the dialog that mends the cause of this document, and of all like it."""
        self.ensure_one()
        self._check_may_settle()
        if not self.can_mend:
            raise UserError(
                self.env._("Nothing can be mended from here: open %s.", self.display_name)
            )
        return self.env[DIALOGS[self.cause]]._open(
            self.account_id, self.cause, self.cause_subject, document=self
        )

    def _retry_later(self):
        """Apply these documents again, too many to wait for."""
        works = self.env["bring.work"]
        for account, documents in self.grouped("account_id").items():
            work = works._begin(
                "documents",
                account,
                self.env._("Apply %s documents again", quantity_words(self.env, len(documents))),
                total=len(documents),
            )
            documents.sudo().write({"state": "pending", "work_id": work.id})
            account.company_id._bring_wake()
            works |= work
        return works[:1].action_open()

    def action_ignore(self):
        """Open the dialog that asks why these documents are put aside."""
        self._check_may_settle()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ignore"),
            "res_model": "bring.document.ignore",
            "view_mode": "form",
            "target": "new",
            "context": {"default_document_ids": self.ids},
        }

    def action_export(self):
        """Open the dialog that packs these documents for Bring's integration team."""
        self._check_may_settle()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Export for Bring"),
            "res_model": "bring.document.export",
            "view_mode": "form",
            "target": "new",
            "context": {"default_document_ids": self.ids},
        }

    def action_open_result(self):
        """Open the transfer, or whatever the document was applied to."""
        self.check_access("read")
        self.ensure_one()
        if not self.res_id:
            raise UserError(self.env._("%s has not been applied to anything.", self.display_name))
        if self.res_model == "stock.move":
            action = self.env["ir.actions.act_window"]._for_xml_id("stock.stock_move_action")
            return {**action, "domain": [("bring_document_id", "=", self.id)], "context": {}}
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def action_open_message(self):
        self.check_access("read")
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bring.message",
            "res_id": self.message_id.id,
            "view_mode": "form",
        }

    def _check_may_settle(self):
        """Only managers settle, and only what they may read."""
        check_manager(
            self, self.env._("Only a Bring Manager can settle what Bring sent. Ask one to do it.")
        )
