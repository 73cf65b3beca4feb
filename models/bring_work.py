from contextlib import contextmanager
from functools import partial

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools.misc import get_lang

from .bring_lock import belongs_to_test, settle, time_left
from .bring_rights import check_manager
from .bring_words import quantity_words
from .handlers.outcome import Attention

KEPT_DAYS = 30  # after the work has ended
LONG_REPORT = 20000  # lines from which on a comparison tells how far it is


class BringWork(models.Model):
    """Work that takes longer than a person waits: how far it is, and how to stop it.

    It goes on by itself, in steps that are each committed; whoever started it may leave. Another
    kind of work adds to ``kind`` and has methods named ``_done_<kind>``, ``_stop_<kind>``,
    ``_resume_<kind>``, and ``_step_<kind>`` where the scheduled action takes its steps.
    """

    _name = "bring.work"
    _inherit = "bring.border"
    _description = "Long work"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    account_id = fields.Many2one(
        "bring.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    user_id = fields.Many2one("res.users", "Started by", readonly=True)
    kind = fields.Selection(
        [
            ("documents", "Applying documents"),
            ("differences", "Booking differences"),
            ("comparison", "Comparing a stock report"),
            ("articles", "Sending articles"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("running", "Under way"),
            ("stopped", "Stopped"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="running",
    )
    total = fields.Integer("Of", readonly=True)
    told = fields.Integer(readonly=True, help="How far it is, where that is not counted.")
    done = fields.Integer(compute="_compute_done")
    progress = fields.Float(compute="_compute_done", help="0 to 100.")
    error = fields.Text("What is wrong", readonly=True)
    ended_at = fields.Datetime("Ended", readonly=True)
    report_id = fields.Many2one("bring.inventory.report", readonly=True, ondelete="cascade")
    last_product_id = fields.Integer(readonly=True)

    _running_index = models.Index("(kind) WHERE state = 'running'")

    @api.depends("state", "total", "told")
    def _compute_done(self):
        for work in self:
            done = work.total if work.state == "done" else getattr(work, f"_done_{work.kind}")()
            work.done = min(done, work.total)
            work.progress = 100 * work.done / work.total if work.total else 100

    # -- what people do -------------------------------------------------------

    def action_stop(self):
        """Stop: what is done stays, the rest is not begun."""
        check_manager(self)
        for work in self.sudo().filtered(lambda work: work.state == "running"):
            work.write({"state": "stopped", "ended_at": fields.Datetime.now()})
            getattr(work, f"_stop_{work.kind}")()
        return self.action_open()

    def action_resume(self):
        """Go on where it was stopped, or where it failed."""
        check_manager(self)
        for work in self.sudo().filtered(lambda work: work.state in ("stopped", "failed")):
            work.write({"state": "running", "error": False, "ended_at": False})
            getattr(work, f"_resume_{work.kind}")()
        return self.action_open()

    def action_open(self):
        """Show how far the work is; the person may close that and leave."""
        self.check_access("read")
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "bring.work",
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "medium"},
        }

    def action_view_subject(self):
        """Open what the work is about."""
        self.check_access("read")
        self.ensure_one()
        if self.kind == "articles":
            return self.env["ir.actions.act_window"]._for_xml_id(
                "bring_warehousing.bring_article_action"
            )
        if self.kind == "documents":
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "bring_warehousing.bring_document_action"
            )
            return {**action, "domain": [("work_id", "=", self.id)], "context": {}}
        if not self.report_id:
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "bring_warehousing.bring_inventory_report_action"
            )
            return {**action, "domain": [("account_id", "=", self.account_id.id)]}
        return {
            "type": "ir.actions.act_window",
            "res_model": "bring.inventory.report",
            "res_id": self.report_id.id,
            "view_mode": "form",
        }

    # -- how it goes ----------------------------------------------------------

    @api.model
    def _begin(self, kind, account, name, **values):
        """Write down that work has begun; whoever began it is told when it ends."""
        work = self.sudo().create(
            {
                "kind": kind,
                "account_id": account.id,
                "name": name,
                "user_id": self.env.uid,
                **values,
            }
        )
        if hasattr(self, f"_step_{kind}"):
            self._wake()
        return work

    @api.model
    def _wake(self):
        self.env.ref("bring_warehousing.ir_cron_work").sudo()._trigger()

    @api.model
    def _cron_step(self):
        """Take the next steps of what is under way, in turns, until the time is over."""
        found = self.search([("state", "=", "running")], order="id")
        running = found.filtered(lambda work: hasattr(work, f"_step_{work.kind}"))
        # what others do may have ended unnoticed: documents that a person put aside
        (found - running).filtered(lambda work: work.kind != "comparison")._end_if_done()
        while running:
            for work in running:
                settle(self.env, work._step)
            running = running.filtered(lambda work: work.state == "running")
            left = sum(work.total - work.done for work in running)
            if not time_left(self.env, len(running) or 1, max(left, len(running))):
                break

    def _step(self):
        """Take one step, as the person who began; what goes wrong is told him."""
        self.ensure_one()
        if self.state != "running":
            return
        person = self.with_user(self.user_id).with_company(self.company_id).sudo()
        person = person.with_context(lang=get_lang(self.env, self.user_id.lang).code)
        try:
            with self.env.cr.savepoint():
                getattr(person, f"_step_{self.kind}")()
        except UserError as error:
            self._end("failed", error=str(error.args[0]))

    def _end_if_done(self):
        """Say that the work is done where nothing is left of it."""
        self.invalidate_recordset(["done"])
        for work in self.filtered(lambda work: work.state == "running"):
            if work.done >= work.total:
                work._end("done")

    def _end(self, state, **values):
        """Write down that the work has ended, and tell who began it."""
        self.write({"state": state, "ended_at": fields.Datetime.now(), **values})
        for work in self.filtered(lambda work: work.state in ("done", "failed")):
            work.user_id._bus_send(
                "simple_notification",
                {
                    "type": "success" if state == "done" else "warning",
                    "title": work.name,
                    "message": work.error or self.env._("Done"),
                    "sticky": state != "done",
                },
            )

    # -- documents ------------------------------------------------------------

    def _done_documents(self):
        return self.total - len(self._documents("pending"))

    def _documents(self, state):
        return self.env["bring.document"].search([("work_id", "=", self.id), ("state", "=", state)])

    def _stop_documents(self):
        waiting = self._documents("pending")
        for document in waiting.filtered(lambda document: not document.error):
            text = self.env._("Stopped by %s.", self.env.user.name)
            document.write({"error": text, "cause": "stopped"})
        waiting.write({"state": "attention"})
        waiting.message_id._update_state()

    def _resume_documents(self):
        self._documents("attention").write({"state": "pending"})
        self.company_id._bring_wake()

    # -- articles -------------------------------------------------------------

    @api.model
    def _running_articles(self, account):
        return self.sudo().search(
            [
                ("kind", "=", "articles"),
                ("state", "=", "running"),
                ("account_id", "=", account.id),
            ]
        )

    def _done_articles(self):
        return self.total - self.env["bring.article"].search_count(
            [("account_id", "=", self.account_id.id), ("state", "in", ["waiting", "sending"])]
        )

    def _stop_articles(self):
        self.account_id.articles_paused = True

    def _resume_articles(self):
        self.account_id.articles_paused = False
        self.env.ref("bring_warehousing.ir_cron_send").sudo()._trigger()

    # -- differences ----------------------------------------------------------

    @api.model
    def _booking(self, report):
        """Return the work that is booking this report already, or an empty one."""
        return self.sudo().search(
            [("report_id", "=", report.id), ("state", "=", "running")], limit=1
        )

    def _done_differences(self):
        return self.told

    def _stop_differences(self):
        """Nothing more to do: the next step is not taken."""

    def _resume_differences(self):
        self._wake()

    def _step_differences(self):
        """Book the next part: all lines of some products, for what is moved has two lines."""
        report = self.report_id
        lines = report._lines_to_apply(self.last_product_id)
        if not lines:
            stays = report._close()
            booked = report._lines([("state", "=", "applied")])
            words = report._stays_words(booked, stays) if stays else False
            self._end("done", told=self.total, error=words)
            return
        report._apply_lines(lines)
        self.write(
            {
                "told": self.told + len(lines),
                "last_product_id": max(lines.product_id.ids),
            }
        )

    # -- comparison -----------------------------------------------------------

    def _done_comparison(self):
        return self.told

    def _stop_comparison(self):
        """Nothing more to do: the comparison asks, now and then."""

    def _resume_comparison(self):
        raise UserError(self.env._("Apply the stock report's document again: it is compared anew."))

    @contextmanager
    def _outside(self):
        """Give the same records in a transaction of their own, which others see at once."""
        if belongs_to_test(self.env):
            yield self.sudo()
            return
        with self.env.registry.cursor() as cr:
            yield self.with_env(api.Environment(cr, SUPERUSER_ID, {}))

    @api.model
    @contextmanager
    def _comparing(self, document):
        """Let others see how far the comparison of a long stock report is, and stop it.

        :return: the work to :meth:`_tell`; an empty one where it is not long
        """
        if document.line_count < LONG_REPORT:
            yield self.browse()
            return
        with self.sudo()._outside() as outside:
            # one writer for each company: what is under way there was cut off, and begins anew
            outside.search(
                [
                    ("kind", "=", "comparison"),
                    ("state", "=", "running"),
                    ("company_id", "=", document.company_id.id),
                ]
            ).unlink()
            work = outside._begin(
                "comparison",
                outside.env["bring.account"].browse(document.account_id.id),
                self.env._("Compare %s lines", quantity_words(self.env, document.line_count)),
                total=2 * document.line_count,  # read, then stored
            )
        try:
            yield self.browse(work.id)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # it is tried again at once
        except Exception as error:
            with self.browse(work.id)._outside() as outside:
                if outside.state == "running":
                    outside._end("failed", error=str(error))
            raise
        if belongs_to_test(self.env):
            work._end("done")
        else:  # not before the report can be seen
            self.env.cr.postcommit.add(partial(self._is_compared, work.id))

    @api.model
    def _is_compared(self, work_id):
        with self.browse(work_id)._outside() as outside:
            outside.filtered(lambda work: work.state == "running")._end("done")

    def _tell(self, told):
        """Tell how far a long transaction is, from inside it.

        :raises Attention: when a person has stopped it
        """
        if not self:
            return
        with self._outside() as outside:
            outside.told = told
            stopped = outside.state != "running"
        if stopped:
            raise Attention(
                self.env._("A person stopped the comparison. Nothing of it was kept."),
                cause="stopped",
            )

    @api.autovacuum
    def _gc_ended(self):
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        self.search([("ended_at", "<", limit)]).unlink()
