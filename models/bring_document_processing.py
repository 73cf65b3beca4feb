import logging
from datetime import UTC, timedelta
from functools import partial

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, retrying

from ..bring.errors import CallError, MessageError
from ..bring.span import UNTOLD
from .handlers.batch import Batch
from .handlers.outcome import Attention, Covered, Later

_logger = logging.getLogger(__name__)

BATCH_SIZE = 50  # documents in one savepoint
SPLIT_SIZE = 200  # messages taken apart before a batch
LOCK = 0x6272696E  # "brin": the class of our advisory locks


def naive(moment):
    """Return an aware time as Odoo stores it: UTC, whole seconds."""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)


class BringDocument(models.Model):
    """The engine: take messages apart, apply their documents, one writer for each company."""

    _inherit = "bring.document"

    @api.model
    def _process_pending(self):
        """Apply everything that waits, now: company by company, in the order of events."""
        self.env["bring.message"].flush_model(["state"])
        self.flush_model(["state"])
        self.env.cr.execute(
            """
            SELECT company_id FROM bring_message WHERE state = 'received' AND direction = 'in'
             UNION SELECT company_id FROM bring_document WHERE state = 'pending'
             ORDER BY company_id
            """
        )
        for (company_id,) in self.env.cr.fetchall():
            self._process_company(self.env["res.company"].browse(company_id))

    @api.model
    def _cron_process_pending(self, company_id):
        """Apply what waits for one company, batch by batch, each committed.

        Never fails: a scheduled action that fails too often is switched off by Odoo, and then
        nothing would be applied at all. What stopped it is logged, and tried again soon.
        """
        company = self.env["res.company"].browse(company_id)
        try:
            finished = self._process_company(company)
        except Exception:
            self.env.cr.rollback()
            _logger.exception("Could not apply Bring's documents of company %s", company_id)
            finished = False
        if not finished:
            soon = fields.Datetime.now() + timedelta(minutes=1)
            company.sudo().bring_cron_id._trigger(at=soon)

    @api.model
    def _process_company(self, company, only=None):
        """Apply what waits for ``company``.

        In a scheduled action each batch is committed, and tried again whole when the database
        could not serialize it; elsewhere all happens in the caller's transaction.

        :param only: ids of the documents to apply; all that wait when ``None``
        :return: False when somebody else is at work on this company
        """
        # what the caller has in the context must not count: pylint: disable=context-overridden
        documents = (
            self.env["bring.document"]
            .with_user(SUPERUSER_ID)
            .with_context(self._clean_context(company))
        )
        scheduled = "ir_cron_progress_id" in self.env.context
        batch = Batch(documents.env, company)
        while True:
            step = partial(documents._process_batch, batch, only)
            count = retrying(step, documents.env) if scheduled else step()
            if count is None:
                return False
            remaining = documents._count_waiting(batch, only)
            time_left = True
            if scheduled:
                time_left = self.env["ir.cron"]._commit_progress(count, remaining=remaining)
            if not remaining or not time_left:
                return True

    def _process_batch(self, batch, only):
        """Take one step: take messages apart, apply up to fifty documents.

        :return: how many were settled, or None when somebody else holds the lock
        """
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, batch.company.id])
        if not self.env.cr.fetchone()[0]:
            return None
        batch.forget()  # a retried transaction, or a new one, must read anew
        split = 0 if only else self._split_messages(batch)
        documents = self.search(
            self._waiting_domain(batch, only), order="event_date, id", limit=BATCH_SIZE
        )
        if documents:
            # fails here, at once, if another transaction settled them since we look
            documents.lock_for_update(allow_referencing=True)
            batch.load(documents)
            documents._apply(batch)
            self.env["bring.inventory.report"]._documents_came(documents)
            documents.message_id._update_state()
            documents.work_id._end_if_done()
            if any(document.state != "pending" for document in documents):
                batch.postponed.clear()  # what they waited for may be there now
            self.env["stock.quant"]._quant_tasks()
        return split + len(documents)

    def _waiting_domain(self, batch, only=None):
        domain = [
            ("company_id", "=", batch.company.id),
            ("state", "=", "pending"),
            ("kind", "in", self._handled_kinds()),
            ("id", "not in", list(batch.postponed)),
        ]
        return domain + ([("id", "in", only)] if only else [])

    def _count_waiting(self, batch, only=None):
        """Count what is left to do, up to a number that is enough to go on."""
        waiting = self.search_count(self._waiting_domain(batch, only), limit=1000)
        if not only:
            waiting += self.env["bring.message"].search_count(
                [("company_id", "=", batch.company.id), ("state", "=", "received")], limit=1000
            )
        return waiting

    @api.model
    def _handled_kinds(self):
        """Return the kinds of documents that a handler exists for. The others wait."""
        kinds = (kind for kind, _label in self._selection_kind())
        return [kind for kind in kinds if f"bring.handler.{kind}" in self.env]

    # -- taking messages apart ------------------------------------------------

    def _split_messages(self, batch):
        """Make the documents of messages that have just come.

        :return: how many messages were taken apart
        """
        messages = self.env["bring.message"].search(
            [("company_id", "=", batch.company.id), ("state", "=", "received")],
            order="id",
            limit=SPLIT_SIZE,
        )
        if not messages:
            return 0
        messages.key_id._bring_touch(max(messages.mapped("received_at")))
        rows, broken = [], []
        for message in messages:
            now = message.received_at
            try:
                for reading in message._read_documents(report_lines=False):
                    rows.append(self._document_values(message, reading, now))
                    if reading.error:
                        broken.append((message.id, reading.position, str(reading.error)))
            except (MessageError, CallError) as error:
                rows.append(
                    {
                        **self._message_values(message),
                        "position": 0,
                        "kind": "unsupported",
                        "event_date": now,
                    }
                )
                broken.append((message.id, 0, str(error)))
        documents = self.create(rows)
        by_place = {(document.message_id.id, document.position): document for document in documents}
        for message_id, position, error in broken:
            by_place[message_id, position]._set_attention(
                self.env._(
                    "This document cannot be read, and nothing of it was applied. Ask Bring's "
                    "integration team to send it again.\n%s",
                    error,
                ),
                "unreadable",
            )
        documents._set_aside_duplicates()
        messages._update_state()
        return len(messages)

    @api.model
    def _message_values(self, message):
        return {
            "message_id": message.id,
            "account_id": message.account_id.id,
            "company_id": message.company_id.id,
        }

    @api.model
    def _document_values(self, message, reading, now):
        """Return the values of the ``bring.document`` for one reading.

        A time in the future is clamped to ``now``: Odoo would accept it, and stock would be
        dated before it moves.
        """
        document = reading.document
        created_at = getattr(document, "created_at", None)
        return {
            **self._message_values(message),
            "position": reading.position,
            "kind": reading.kind,
            "digest": reading.digest,
            "reference": getattr(document, "reference", None),
            "status_code": getattr(document, "status", None),
            "is_pulled": message.channel == "pull",
            "warehouse_code": getattr(document, "warehouse_code", None),
            "line_count": getattr(document, "line_count", 0) or 0,
            "document_date": min(naive(created_at.end), now) if created_at else False,
            "unread": "\n".join(map(str, getattr(document, "unread", ()))) or False,
            **self._event_values(getattr(document, "event", None), now),
        }

    @api.model
    def _event_values(self, event, now):
        """Return when something happened, for the columns: it is dated by the latest it can be.

        :param event: a :class:`..bring.span.Span`, or None where nothing is told: then it was in
            the day before it came
        """
        start, end = now - UNTOLD, now
        if event is not None:
            start, end = naive(event.start), min(naive(event.end), now)
        return {"event_date": end, "event_start": start if start < end else False}

    def _set_aside_duplicates(self):
        """Ignore documents whose own content came before, whatever envelope it came in."""
        earlier = {}
        known = self.search_fetch(
            [
                ("account_id", "in", self.account_id.ids),
                ("digest", "in", [digest for digest in self.mapped("digest") if digest]),
                ("duplicate_of_id", "=", False),
            ],
            ["account_id", "digest", "state"],
            order="id",
        )
        for document in known:
            first = earlier.setdefault((document.account_id, document.digest), document)
            if first != document and document in self and document.state == "pending":
                document._set_ignored(
                    self.env._(
                        "Bring sent the same content before, in message %s.",
                        first.message_id.request_id,
                    ),
                    duplicate_of=first,
                )

    # -- applying -------------------------------------------------------------

    def _apply(self, batch):
        """Apply these documents together, or, when that fails, in halves down to the guilty one."""
        try:
            with self.env.cr.savepoint():
                self._apply_together(batch)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # a savepoint can't mend it: the whole transaction has to be tried again
        except Exception as error:
            batch.forget_changes()
            if len(self) == 1:
                self._set_attention(*self._explain(error))
                return
            half = len(self) // 2
            self[:half]._apply(batch)
            self[half:]._apply(batch)

    def _explain(self, error):
        """Put an exception in words for the person who has to mend its cause.

        :return: the words, the cause (a key of :data:`.bring_cause.CAUSES`) and its subject
        """
        if isinstance(error, Attention):
            return str(error.args[0]), error.cause, error.subject
        if isinstance(error, UserError):
            return str(error.args[0] if error.args else error), "odoo", None
        if isinstance(error, MessageError):
            return str(error), "unreadable", None
        if isinstance(error, OperationalError):
            _logger.warning("The database refused %s of Bring", self, exc_info=error)
            words = self.env._("The database did not take the change. Apply the document again.")
            return words, "unexpected", None
        _logger.error("Could not apply %s of Bring", self, exc_info=error)
        words = self.env._(
            "Something unexpected happened, and nothing was applied. Apply the document again; if "
            "that does not help, give the server's log of this moment to your Odoo partner.\n%s",
            f"{type(error).__name__}: {error}",
        )
        return words, "unexpected", None

    def _apply_together(self, batch):
        """Apply these documents in order, validating as many transfers at a time as possible.

        A handler's ``_apply`` is a generator: each transfer set that it yields is validated
        before it goes on. The transfers of all documents under way are validated in one go,
        except that a document waits until the ones before it that touch the same order are
        through.
        """
        running = []
        for document in self:
            handler = self.env[f"bring.handler.{document.kind}"]
            if handler._alone:
                batch.run(running)
            try:
                handler._check_time(document)
                content = batch.content(document)
                match = handler._match(document, content, batch)
                if any(match.keys & other.keys for _document, other, _steps in running):
                    batch.run(running)
                    match = handler._match(document, content, batch)
            except Later as reason:
                batch.postpone(document, str(reason))
                continue
            except Covered as reason:
                document._set_ignored(str(reason))
                continue
            except (Attention, MessageError) as error:
                document._set_attention(*self._explain(error))
                continue
            steps = handler._apply(document, content, match, batch)
            if steps is not None:
                running.append((document, match, steps))
        batch.run(running)
        batch.post_notes()

    def _clean_context(self, company):
        """Return the context to apply documents in: the scheduled action's keys, one company.

        What a person's screen put into the context (defaults, filters, language) has no say in
        what Bring's documents do: they speak the company's language.
        """
        kept = {
            key: self.env.context[key]
            for key in ("ir_cron_progress_id", "cron_id", "cron_end_time", "lastcall")
            if key in self.env.context
        }
        return {
            **kept,
            "allowed_company_ids": [company.id],
            "lang": company._bring_lang(),
            "tracking_disable": True,
        }
