from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

from ..models.bring_words import notification


class BringMend(models.AbstractModel):
    """A dialog that mends one cause, and applies all that waits for the same again.

    Each cause has a model of its own that inherits this one, see ``DIALOGS`` in
    ``models/bring_cause.py``: it asks one question, and ``_mend`` writes the answer down.

    What Bring said (account, cause, number) is put into it by the server, out of the document, and
    is read-only for people: nobody makes a dialog of their own, with facts that no message has.
    """

    _name = "bring.mend"
    _inherit = "bring.dialog"
    _description = "Mend what Bring's documents wait for"

    account_id = fields.Many2one("bring.account", required=True, readonly=True)
    company_id = fields.Many2one(related="account_id.company_id", related_sudo=False)
    cause = fields.Char(required=True, readonly=True)
    subject = fields.Char(readonly=True)
    document_id = fields.Many2one("bring.document", readonly=True)
    words = fields.Text("What is wrong", readonly=True)
    document_count = fields.Integer(compute="_compute_counts")
    line_count = fields.Integer(compute="_compute_counts")
    conflict = fields.Text(compute="_compute_conflict", help="What the answer would overwrite.")
    replace = fields.Boolean("Replace it")

    @api.model
    def _open(self, account, cause, subject, document=None, line=None):
        """Open the dialog for one cause.

        :param account: the ``bring.account`` whose documents wait
        :param str cause: a key of ``DIALOGS``
        :param subject: the number or code that is not known, as Bring wrote it
        :param document: the ``bring.document`` that the person looks at, or None
        :param line: the ``bring.inventory.report.line`` that the person looks at, or None
        """
        # as superuser: who may open it has been asked. Without defaults of the caller's
        dialog = (
            self.with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
            .sudo()
            .create(
                {
                    "account_id": account.id,
                    "cause": cause,
                    "subject": subject,
                    "document_id": document.id if document else False,
                    "words": document.error if document else line.note,
                    **self._first_values(account, subject, document, line),
                }
            )
        )
        return {
            "type": "ir.actions.act_window",
            "name": self._title(),
            "res_model": self._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _title(self):
        """Return what the dialog is called."""
        raise NotImplementedError

    @api.model
    def _first_values(self, account, subject, document, line):
        """Return what the dialog knows before the person says anything."""
        return {}

    @api.depends("account_id", "cause", "subject")
    def _compute_counts(self):
        for dialog in self:
            dialog.document_count = self.env["bring.document"].search_count(
                dialog._documents_domain()
            )
            dialog.line_count = self.env["bring.inventory.report.line"].search_count(
                dialog._lines_domain()
            )

    def _compute_conflict(self):
        self.conflict = False

    def _documents_domain(self):
        """Return the documents that wait for the same."""
        return [
            ("account_id", "=", self.account_id.id),
            ("state", "=", "attention"),
            ("cause", "=", self.cause),
            ("cause_subject", "=", self.subject),
        ]

    def _lines_domain(self):
        """Return the lines of open stock reports that are not understood for the same."""
        return [
            ("account_id", "=", self.account_id.id),
            ("report_id.state", "=", "compared"),
            ("state", "=", "unknown"),
            ("problem", "=", self.cause),
            ("problem_subject", "=", self.subject),
        ]

    def action_mend(self):
        """Write the answer down, and apply all that waits for it."""
        self.env["bring.document"]._check_may_settle()
        self.check_access("write")
        self.account_id.check_access("read")
        self.ensure_one()
        if self.conflict and not self.replace:
            raise UserError(self.env._("%s\nTick “Replace it” if that is right.", self.conflict))
        documents = self.env["bring.document"].search(
            self._documents_domain(), order="event_date, id"
        )
        reports = self.env["bring.inventory.report.line"].search(self._lines_domain()).report_id
        self._mend()
        documents.action_retry()
        reports.action_compare()
        return self._told(documents, reports)

    def _mend(self):
        """Write the answer down. The person may settle; what is written is checked here."""
        raise NotImplementedError

    def _check_shared(self, record):
        """Refuse to change what all companies share, where it matters to another one.

        A product without a company and a unit are read in the messages of every company's account:
        there, only those change them who may.
        """
        if "company_id" in record._fields and record.company_id:
            return
        others = (
            self.env["bring.account"]
            .sudo()
            .search_count([("company_id", "!=", self.company_id.id)], limit=1)
        )
        if others and not record.with_env(self.env).has_access("write"):
            raise UserError(
                self.env._(
                    "%s belongs to all companies, and others use Bring, too: ask somebody who may "
                    "change it.",
                    record.display_name,
                )
            )

    def _check_listed(self, number):
        """Refuse a number or code that would be two in a list with commas."""
        if "," in (number or ""):
            raise UserError(
                self.env._(
                    "Bring's “%s” has a comma, so it cannot stand in a list of numbers. Choose "
                    "another place for it, or ask Bring.",
                    number,
                )
            )

    def _told(self, documents, reports):
        """Close the dialog, and say what became of all that waited."""
        texts = []
        done = documents.filtered(lambda document: document.state in ("done", "ignored"))
        stuck = documents.filtered(lambda document: document.state == "attention")
        if done:
            texts.append(self.env._("Documents applied: %s.", len(done)))
        if documents - done - stuck:
            texts.append(self.env._("Applied in a moment: %s.", len(documents - done - stuck)))
        if stuck:
            texts.append(
                self.env._(
                    "Still need attention: %(count)s. The first says: %(words)s",
                    count=len(stuck),
                    words=stuck[0].error,
                )
            )
        if reports:
            texts.append(self.env._("Compared again: %s.", ", ".join(reports.mapped("name"))))
        return notification(
            "warning" if stuck else "success", " ".join(texts), self.env._("Mended")
        )
