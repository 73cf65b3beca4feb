import logging
from datetime import timedelta
from functools import partial

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, retrying

from ..bring.errors import CallError, MessageError
from .handlers.batch import Batch
from .handlers.outcome import Attention, Covered, Later

_logger = logging.getLogger(__name__)

BATCH_SIZE = 50  # documents in one savepoint
SPLIT_SIZE = 200  # messages taken apart before a batch
TRIES = 3  # that a message or a document gets to come to its end
LOCK = 0x6272696E  # "brin": the class of our advisory locks


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
        batch = Batch(documents.env, company, only)
        scheduled = "ir_cron_progress_id" in self.env.context
        while True:
            count = documents._process_batch(batch)
            if count is None:
                return False
            remaining = documents._count_waiting(batch)
            time_left = True
            if scheduled:
                time_left = self.env["ir.cron"]._commit_progress(count, remaining=remaining)
            if not remaining or not time_left:
                return True

    def _process_batch(self, batch):
        """Take one round: take messages apart, apply up to fifty documents.

        A scheduled action commits that they are begun, and then what became of them. What was
        begun before and never ended may have killed its worker: it is taken up alone, when all
        that came with it is through.

        :return: how many were settled, or None when somebody else holds the lock
        """
        scheduled = "ir_cron_progress_id" in self.env.context
        settled = 0
        for suspects in (False, True) if scheduled else (None,):
            for find, settle in (
                (self._find_messages, self._settle_messages),
                (self._find_documents, self._settle_documents),
            ):
                begin = partial(self._begin, batch, find, suspects)
                found = retrying(begin, self.env) if scheduled else begin()
                step = partial(self._settle, batch, settle, found)
                count = found and (retrying(step, self.env) if scheduled else step())
                if count is None:
                    return None
                settled += len(found)
        return settled

    def _begin(self, batch, find, suspects):
        """Choose what is settled next, and write down that it was begun.

        :param suspects: True for one that was begun before, False for those that never were, None
            for all, without writing it down
        :return: the records, None when somebody else holds the lock
        """
        if not self._lock(batch):
            return None
        domain = [] if suspects is None else [("tries", ">" if suspects else "=", 0)]
        found = find(batch, domain)
        if suspects:
            found = found[:1]
        if suspects is not None:
            for tries, same in found.grouped("tries").items():
                same.tries = tries + 1
        return found

    def _settle(self, batch, settle, found):
        """Settle what was begun; fails at once when another transaction settled it since.

        :return: whether it was; None when somebody else holds the lock
        """
        if not self._lock(batch):
            return None
        found = found.exists()
        found.lock_for_update(allow_referencing=True)
        settle(batch, found)
        found.filtered("tries").tries = 0
        return True

    def _lock(self, batch):
        """Be the one who works on the company, until the transaction ends; False if another is."""
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, batch.company.id])
        batch.forget()  # a retried transaction, or a new one, must read anew
        return self.env.cr.fetchone()[0]

    def _find_messages(self, batch, domain):
        return self.env["bring.message"].search(
            self._received_domain(batch) + domain, order="id", limit=SPLIT_SIZE
        )

    def _settle_messages(self, batch, messages):
        messages = messages.filtered(lambda message: message.state == "received")
        self._split_messages(batch, messages)

    def _find_documents(self, batch, domain):
        return self.search(
            self._waiting_domain(batch) + domain, order="event_date, id", limit=BATCH_SIZE
        )

    def _settle_documents(self, batch, documents):
        documents = documents.filtered(lambda document: document.state == "pending")
        if not documents:
            return
        batch.keep(documents)
        given_up = documents.filtered(lambda document: document.tries > TRIES)
        for document in given_up:
            document._set_attention(self._given_up_words(), "unexpected")
        (documents - given_up)._apply(batch)
        documents.message_id._update_state()
        documents.work_id._end_if_done()
        if any(document.state != "pending" for document in documents):
            batch.postponed.clear()  # what they waited for may be there now
        self.env["stock.quant"]._quant_tasks()

    def _received_domain(self, batch):
        domain = [("company_id", "=", batch.company.id), ("state", "=", "received")]
        return domain + ([] if batch.only is None else [("document_ids", "in", list(batch.only))])

    def _waiting_domain(self, batch):
        domain = [
            ("company_id", "=", batch.company.id),
            ("state", "=", "pending"),
            ("id", "not in", list(batch.postponed)),
        ]
        return domain + ([] if batch.only is None else [("id", "in", list(batch.only))])

    def _count_waiting(self, batch):
        """Count what is left to do, up to a number that is enough to go on."""
        waiting = self.search_count(self._waiting_domain(batch), limit=1000)
        received = self._received_domain(batch)
        return waiting + self.env["bring.message"].search_count(received, limit=1000)

    # -- applying -------------------------------------------------------------

    def _apply(self, batch):
        """Apply these documents together, or, when that fails, without the guilty one."""

        def failed(document, error):
            batch.forget_changes()
            document._set_attention(*self._explain(error, document))

        self._in_halves(self, lambda some: some._apply_together(batch), failed)

    def _in_halves(self, records, act, failed):
        """Call ``act`` for these records in a savepoint; when that fails, in halves.

        So each record has a savepoint of its own where it needs one, and the guilty one alone is
        given to ``failed``, with the exception.
        """
        if not records:
            return
        try:
            with self.env.cr.savepoint():
                act(records)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # a savepoint can't mend it: the whole transaction has to be tried again
        except Exception as error:
            if len(records) == 1:
                failed(records, error)
                return
            half = len(records) // 2
            self._in_halves(records[:half], act, failed)
            self._in_halves(records[half:], act, failed)

    def _explain(self, error, record):
        """Put an exception in words for the person who has to mend its cause.

        :param record: the document or message that it is about, for the log

        :return: the words, the cause (a key of :data:`.bring_cause.CAUSES`) and its subject
        """
        if isinstance(error, Attention):
            return str(error.args[0]), error.cause, error.subject
        if isinstance(error, UserError):
            return str(error.args[0] if error.args else error), "odoo", None
        if isinstance(error, (MessageError, CallError)):
            return str(error), "unreadable", None
        if isinstance(error, OperationalError):
            _logger.warning("The database refused %s", record, exc_info=error)
            words = self.env._("The database did not take the change. Apply the document again.")
            return words, "unexpected", None
        _logger.error("Could not apply %s", record, exc_info=error)
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
        except that a document waits until the ones before it are through that are about the same
        order, or about stock of the same article (see :meth:`.handlers.outcome.Match.waits_for`).
        """
        running = []
        batch.load(self)
        for document in self:
            handler = document._handler()
            if handler._alone:
                batch.run(running)
            try:
                document._check_may_apply()
                handler._check_time(document)
                content = batch.content(document)
                match = handler._match(document, content, batch)
                if any(match.waits_for(other) for _document, other, _steps in running):
                    batch.run(running)
                    match = handler._match(document, content, batch)
            except Later as reason:
                batch.postpone(document, str(reason))
                continue
            except Covered as reason:
                document._set_ignored(str(reason))
                continue
            except (Attention, MessageError, CallError) as error:
                document._set_attention(*self._explain(error, document))
                continue
            steps = handler._apply(document, content, match, batch)
            if steps is not None:
                running.append((document, match, steps))
        batch.run(running)
        batch.post_notes()
        self.env["bring.inventory.report"]._documents_came(self)

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
