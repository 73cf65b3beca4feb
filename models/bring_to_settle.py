from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .bring_cause import CAUSES, DIALOGS
from .bring_inventory_report import OPEN_STATES
from .bring_inventory_report_line import PROBLEMS
from .bring_rights import check_manager
from .bring_words import notification, quantity_words, sentence
from .handlers.match_article import gtin_spellings

KINDS = [
    ("document", "From Bring"),
    ("line", "Stock difference"),
    ("message", "To Bring"),
    ("order", "Order at Bring"),
    ("article", "Article"),
]
OWN_CAUSES = [
    # groups come in the order of the words: what makes stock differ comes before the differences
    ("send_article", "Article cannot be sent"),
    ("send_order", "Bring rejected the order"),
    ("order_differs", "Order differs at Bring"),
    ("variance", "Stock differs"),
    ("variance_absent", "Not mentioned in the stock report"),
]
KIND_OF = [kind for kind, _label in KINDS]


class BringToSettle(models.Model):
    """All that waits for a person, in one list: a row for each, whatever model it is of.

    Rows: documents that need attention, open lines of the stock reports that count, orders that
    Bring refused, articles that can't be sent. What a person does with a row happens to the record
    behind it.
    """

    _name = "bring.to.settle"
    _description = "To settle with Bring"
    _auto = False
    _order = "date, id"
    _rec_name = "subject"
    _depends = {
        "bring.document": ["state", "cause", "cause_subject", "event_date", "account_id"],
        "bring.inventory.report": ["state"],
        "bring.inventory.report.line": ["state", "problem", "problem_subject", "article"],
        "bring.message": ["state", "direction", "purpose", "order_number"],
        "bring.article": ["state"],
        "bring.order": ["state"],
    }

    kind = fields.Selection(KINDS, readonly=True)
    cause = fields.Selection(
        list(dict([*CAUSES, *PROBLEMS, *OWN_CAUSES]).items()), "What is wrong", readonly=True
    )
    subject = fields.Char("About", readonly=True, help="The number or code, as Bring wrote it.")
    date = fields.Datetime("Since", readonly=True, help="When it happened at Bring.")
    account_id = fields.Many2one("bring.account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    document_id = fields.Many2one("bring.document", readonly=True)
    line_id = fields.Many2one("bring.inventory.report.line", readonly=True)
    message_id = fields.Many2one("bring.message", readonly=True)
    article_id = fields.Many2one("bring.article", readonly=True)
    order_id = fields.Many2one("bring.order", readonly=True)
    what = fields.Char(compute="_compute_words")
    words = fields.Text("In words", compute="_compute_words")
    can_mend = fields.Boolean(compute="_compute_can_mend")
    lacks_articles = fields.Boolean(compute="_compute_lacks", help="The order's articles go first.")
    lacks_service = fields.Boolean(compute="_compute_lacks")
    is_told = fields.Boolean(compute="_compute_lacks", help="Bring rejected a change of the order.")
    lacks_address = fields.Boolean(compute="_compute_lacks")

    @property
    def _table_query(self):
        """Return the rows; each part has an index that knows what is open, and nothing else."""
        parts = {
            "document": SQL(
                """
                SELECT id::bigint * 5 AS id, 'document' AS kind,
                       COALESCE(cause, 'unexpected') AS cause,
                       COALESCE(cause_subject, reference) AS subject,
                       event_date AS date, account_id, company_id,
                       id AS document_id, NULL::int AS line_id, NULL::int AS message_id,
                       NULL::int AS article_id, NULL::int AS order_id
                  FROM bring_document WHERE state = 'attention'
                """
            ),
            "line": SQL(
                """
                SELECT line.id::bigint * 5 + 1, 'line',
                       CASE line.state WHEN 'differ' THEN 'variance'
                                       WHEN 'absent' THEN 'variance_absent'
                                       ELSE line.problem END,
                       COALESCE(line.problem_subject, line.article, product.default_code),
                       line.event_date, line.account_id, line.company_id,
                       NULL, line.id, NULL, NULL, NULL
                  FROM bring_inventory_report report
                  JOIN bring_inventory_report_line line ON line.report_id = report.id
                  LEFT JOIN product_product product ON product.id = line.product_id
                 WHERE report.state = 'compared' AND line.state IN %s
                """,
                OPEN_STATES,
            ),
            "message": SQL(
                """
                SELECT id::bigint * 5 + 2, 'message', 'send_order', order_number,
                       write_date, account_id, company_id,
                       NULL, NULL, id, NULL, NULL
                  FROM bring_message
                 WHERE state = 'attention' AND direction = 'out' AND purpose = 'order'
                """
            ),
            "order": SQL(
                """
                SELECT id::bigint * 5 + 4, 'order', 'order_differs', name,
                       write_date, account_id, company_id,
                       NULL, NULL, NULL, NULL, id
                  FROM bring_order WHERE state = 'differs'
                """
            ),
            "article": SQL(
                """
                SELECT article.id::bigint * 5 + 3, 'article', 'send_article', product.default_code,
                       article.write_date, article.account_id, article.company_id,
                       NULL, NULL, NULL, article.id, NULL
                  FROM bring_article article
                  JOIN product_product product ON product.id = article.product_id
                 WHERE article.state = 'attention'
                """
            ),
        }
        return SQL(" UNION ALL ").join(parts[kind] for kind in KIND_OF)

    @api.depends("document_id", "line_id", "message_id", "article_id", "order_id")
    def _compute_words(self):
        for row in self:
            record = row._record()
            if row.kind in ("message", "order"):
                row.what = self.env._("Order %s", row.subject)
            elif row.kind == "line" and not record.product_id:
                row.what = self.env._("Stock report %s", record.report_id.name)
            else:
                row.what = record.display_name
            if row.kind == "line":
                row.words = row._difference_words()
            elif row.kind == "order":
                row.words = record.differing
            elif row.kind == "message":
                row.words = record.error and sentence(record.error)
            else:
                row.words = record.error

    @api.depends("cause", "kind")
    def _compute_can_mend(self):
        for row in self:
            row.can_mend = row.kind in ("document", "line") and row.cause in DIALOGS

    @api.depends("message_id")
    def _compute_lacks(self):
        """Find what a rejected order lacks, where a button of the row mends it."""
        for row in self:
            picking = row.message_id.picking_id
            row.is_told = bool(row.message_id.bring_order_id.told_at)
            row.lacks_articles = picking.bring_lacks_articles
            row.lacks_service = picking.bring_lacks_service
            row.lacks_address = picking.bring_lacks_address

    def _difference_words(self):
        """Say what differs, and what may be behind it."""
        line = self.line_id
        if line.state == "unknown":
            return line.hint
        if line.state == "absent":
            counted = self.env._(
                "Bring does not mention it, Odoo has %s.",
                quantity_words(self.env, line.odoo_quantity),
            )
            return f"{counted} {line.hint}" if line.hint else counted
        counted = self.env._(
            "Bring has %(bring)s, Odoo %(odoo)s: %(difference)s.",
            bring=quantity_words(self.env, line.bring_quantity),
            odoo=quantity_words(self.env, line.odoo_quantity),
            difference=quantity_words(self.env, line.difference, signed=True),
        )
        return f"{counted} {line.hint}" if line.hint else counted

    def _record(self):
        """Return the record behind the row."""
        self.ensure_one()
        return self[f"{self.kind}_id"]

    # -- one row --------------------------------------------------------------

    def action_open(self):
        """Open what the row is about: the document, the report, the transfer, the product."""
        self.check_access("read")
        self.ensure_one()
        record = self._record()
        target = {
            "line": self.line_id.report_id,
            "message": self.message_id.picking_id,
            "article": self.article_id.product_id,
            "order": self.order_id._picking(),
        }.get(self.kind, record)
        target = target or record
        return {
            "type": "ir.actions.act_window",
            "res_model": target._name,
            "res_id": target.id,
            "view_mode": "form",
        }

    def action_mend(self):
        """Open the dialog that mends the row's cause."""
        check_manager(self)
        self.ensure_one()
        return self._record().action_mend()

    def action_send_articles(self):
        """Send the articles of the row's order to Bring, and the order after them."""
        check_manager(self)
        return self._picking().action_bring_send_articles()

    def action_open_service(self):
        """Open the account, where the default service is chosen."""
        check_manager(self)
        return self.account_id.action_open()

    def action_open_address(self):
        """Open the address that lacks something."""
        check_manager(self)
        return self._picking().action_bring_open_address()

    def _picking(self):
        self.ensure_one()
        return self.message_id.picking_id

    def action_open_products(self):
        """Open the products that have the row's number, for a person to put right."""
        self.check_access("read")
        self.ensure_one()
        number = self.subject or ""
        return {
            "type": "ir.actions.act_window",
            "name": number,
            "res_model": "product.product",
            "view_mode": "list,form",
            "domain": [
                "|",
                "|",
                ("default_code", "=", number),
                ("barcode", "in", list(gtin_spellings(number))),
                ("bring_numbers", "ilike", number),
            ],
        }

    # -- the chosen rows ------------------------------------------------------

    def action_retry(self):
        """Apply the chosen documents again, and send the chosen orders and articles again."""
        check_manager(self)
        documents, messages, articles = self.document_id, self.message_id, self.article_id
        self._refuse_nothing(documents or messages or articles)
        left_out = len(self.line_id)  # asked now: a row goes when it is settled
        documents.action_retry()
        if messages:
            messages.action_resend()
        if articles:
            articles.action_send_again()
        texts = []
        stuck = documents.filtered(lambda document: document.state == "attention")
        if documents - stuck:
            texts.append(self.env._("Applied: %s.", len(documents - stuck)))
        if stuck:
            texts.append(self.env._("Still need attention: %s. The rows say why.", len(stuck)))
        if messages or articles:
            texts.append(self.env._("Sent in a moment: %s.", len(messages) + len(articles)))
        return self._tell(texts, left_out, is_good=not stuck)

    def action_apply(self):
        """Book the chosen stock differences."""
        check_manager(self)
        # a line that is not understood has no difference that could be booked
        lines = self.line_id.filtered(lambda line: line.state in ("differ", "absent"))
        self._refuse_nothing(lines)
        left_out = len(self) - len(lines)  # asked now: a row goes when it is settled
        lines.action_apply()
        booked = lines.filtered(lambda line: line.state == "applied")
        return self._tell([self.env._("Differences booked: %s.", len(booked))], left_out)

    def action_keep(self):
        """Keep Odoo's quantity for the chosen stock differences."""
        check_manager(self)
        lines = self.line_id
        self._refuse_nothing(lines)
        lines.action_keep()
        return self._tell(
            [self.env._("Odoo's quantity is kept: %s.", len(lines))], len(self) - len(lines)
        )

    def action_ignore(self):
        """Open the dialog that asks why the chosen rows are put aside."""
        check_manager(self)
        self._refuse_nothing(self - self.filtered(lambda row: row.article_id or row.order_id))
        return {
            **self.env["bring.document"].action_ignore(),
            "context": {
                "default_document_ids": self.document_id.ids,
                "default_line_ids": self.line_id.ids,
                "default_message_ids": self.message_id.ids,
            },
        }

    def action_leave(self):
        """Leave the chosen orders at Bring as Bring has them."""
        return self._decide("action_leave", self.env._("Left at Bring's."))

    def action_agreed(self):
        """Take it that the chosen orders are agreed with Bring as Odoo has them."""
        return self._decide("action_agreed", self.env._("Bring has what Odoo wants."))

    def _decide(self, action, text):
        check_manager(self)
        orders = self.order_id | self.message_id.bring_order_id.filtered("told_at")
        self._refuse_nothing(orders)
        left_out = len(self) - len(orders)  # asked now: a row goes when it is settled
        getattr(orders, action)()
        return self._tell([text], left_out)

    def action_export(self):
        """Open the dialog that packs the chosen documents for Bring's integration team."""
        check_manager(self)
        self._refuse_nothing(self.document_id)
        return self.document_id.action_export()

    def _refuse_nothing(self, records):
        self.check_access("read")
        if not records:
            raise UserError(
                self.env._(
                    "None of the chosen rows can be settled that way. Press the button at the end "
                    "of a row, or open it."
                )
            )

    def _tell(self, texts, left_out, is_good=True):
        """Say what was done, and that some of the chosen rows are settled another way."""
        if left_out:
            texts.append(self.env._("Settled another way, so left as they were: %s.", left_out))
        return notification("success" if is_good else "warning", " ".join(texts))
