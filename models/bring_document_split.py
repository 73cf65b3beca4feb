import time
from collections import defaultdict
from datetime import UTC

from odoo import api, fields, models

from ..bring.errors import CallError, MessageError
from ..bring.span import UNTOLD
from .bring_document_processing import TRIES

DOCUMENTS = 1000  # made in one step; a message may have ten times as many
SECONDS = 20  # from which on a step takes up no further message
ASKED = 10  # documents of a message that cannot be read and have an activity each
LONGEST = 200  # characters of a number or code that goes into an index; GS1 allows 80


def naive(moment):
    """Return an aware time as Odoo stores it: UTC, whole seconds."""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)


class BringDocument(models.Model):
    """Taking messages apart: one ``bring.document`` for each business document in them.

    What is wrong with a message as a whole is told by a document at position 0.
    """

    _inherit = "bring.document"

    def _split_messages(self, batch, messages):
        """Make the documents of messages that have just come; one never stops the others.

        Of very many documents only the next thousand: then the message stays ``received``.
        """
        if not messages:
            return
        messages.key_id._bring_touch(max(messages.mapped("received_at")))
        self._in_halves(
            messages,
            lambda some: self._take_apart(batch, some),
            lambda message, error: self._set_unread(batch, message, *self._explain(error, message)),
        )

    def _take_apart(self, batch, messages):
        """Read these messages, and make their documents, all at once."""
        known = dict(
            self._read_group([("message_id", "in", messages.ids)], ["message_id"], ["position:max"])
        )
        until = time.monotonic() + SECONDS
        rows, whole, unread = [], self.env["bring.message"], []
        for message in messages:
            if len(rows) >= DOCUMENTS or (rows and time.monotonic() > until):
                break
            if message.tries > TRIES:
                unread.append((message, self._given_up_words(), "unexpected"))
                continue
            before, made = known.get(message, 0), len(rows)
            wanted = range(before + 1, before + 1 + DOCUMENTS - made)
            try:
                for reading in message._read_documents(report_lines=False, wanted=wanted):
                    rows.append(self._document_values(message, reading))
            except (MessageError, CallError) as error:
                unread.append((message, self._unreadable_words(error), "unreadable"))
                continue
            if len(rows) - made < len(wanted):
                whole |= message
                if not before and len(rows) == made:
                    unread.append((message, self._empty_words(), "unreadable"))
        documents = self.create(rows)
        documents._ask_about_unreadable()
        documents._set_aside_duplicates()
        batch.came(documents)
        whole._set_taken_apart()
        for message, words, cause in unread:
            self._set_unread(batch, message, words, cause)

    def _set_unread(self, batch, message, words, cause, subject=None):
        """Say in a document of its own, at position 0, what is wrong with a message as a whole."""
        document = self.search([("message_id", "=", message.id), ("position", "=", 0)], limit=1)
        document = document or self.create(
            {
                **self._message_values(message),
                "position": 0,
                "kind": "unsupported",
                "event_date": message.received_at,
            }
        )
        batch.came(document)
        document._set_attention(words, cause, subject)
        message._set_taken_apart()

    def _unreadable_words(self, error):
        return self.env._(
            "This document cannot be read, and nothing of it was applied. Ask Bring's "
            "integration team to send it again.\n%s",
            error,
        )

    def _empty_words(self):
        return self.env._(
            "The message has no document in it, so nothing was applied. Ask Bring's integration "
            "team what it was to say, and to send it again."
        )

    def _twice_words(self):
        return self.env._(
            "The message has this document twice, word for word. If both are true, apply this one "
            "again; else ignore it. Ask Bring if you do not know."
        )

    def _given_up_words(self):
        return self.env._(
            "It was begun %s times, and each time the server came to an end over it: it may take "
            "too long, or too much memory. It was set aside so that all else goes on; nothing of "
            "it was applied. Apply it again when the server has more time and memory, or ask "
            "Bring's integration team to send it in smaller parts.",
            TRIES,
        )

    @api.model
    def _message_values(self, message):
        return {
            "message_id": message.id,
            "account_id": message.account_id.id,
            "company_id": message.company_id.id,
        }

    @api.model
    def _document_values(self, message, reading):
        """Return the values of the ``bring.document`` for one reading.

        A time in the future is clamped to the message's: Odoo would accept it, and stock would be
        dated before it moves.
        """
        document, error, now = reading.document, reading.error, message.received_at
        created_at = getattr(document, "created_at", None)
        values = {
            **self._message_values(message),
            "position": reading.position,
            "kind": reading.kind,
            "digest": reading.digest,
            "clients": reading.clients,
            "document_status": getattr(document, "document_status", None),
            "is_pulled": message.channel == "pull",
            "line_count": getattr(document, "line_count", 0) or 0,
            "document_date": min(naive(created_at.end), now) if created_at else False,
            "unread": "\n".join(map(str, getattr(document, "unread", ()))) or False,
            **self._event_values(getattr(document, "event", None), now),
        }
        for name, field in (
            ("reference", "reference"),
            ("status_code", "status"),
            ("warehouse_code", "warehouse_code"),
        ):
            value = getattr(document, field, None)
            if value and len(value) > LONGEST:
                error = error or MessageError(
                    f"is longer than the {LONGEST} characters that a number may have", value=value
                )
                value = None
            values[name] = value
        if error:
            values.update(
                state="attention",
                error=self._unreadable_words(error),
                cause="unreadable",
                applied_at=fields.Datetime.now(),
            )
        return values

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

    def _ask_about_unreadable(self):
        """Give the responsible person an activity for each that can't be read, or one for many."""
        unreadable = self.filtered(lambda document: document.state == "attention")
        for message, documents in unreadable.grouped("message_id").items():
            asked = documents[:1] if len(documents) > ASKED else documents
            for document in asked:
                note = document.error
                if len(documents) > len(asked):
                    note = self.env._(
                        "%(count)s documents of this message cannot be read. The first:\n%(error)s",
                        count=len(documents),
                        error=note,
                    )
                message.account_id._ask_person(
                    document, "mail_activity_type_attention", document.display_name, note
                )

    def _set_aside_duplicates(self):
        """Ignore documents whose own content came before, whatever envelope it came in.

        A copy is set aside when its original comes, too, and never stands for it. What one message
        has twice are two corrections of the same second; of goods that left or arrived, a person
        says whether they are.
        """
        originals, mine = {}, set(self.ids)
        duplicates, twice = defaultdict(lambda: self.browse()), self.browse()
        known = self.search_fetch(
            [
                ("account_id", "in", self.account_id.ids),
                ("digest", "in", [digest for digest in self.mapped("digest") if digest]),
            ],
            ["account_id", "digest", "state", "document_status", "duplicate_of_id", "message_id"],
            order="id",
        )
        turns = {
            document: (document.account_id, document.digest, turn)
            for _message_and_digest, same in known.grouped(
                lambda document: (document.message_id, document.digest)
            ).items()
            for turn, document in enumerate(same)
        }
        for document in known:
            if document.duplicate_of_id:
                continue
            if not document._is_copy() or document.state == "done":
                originals.setdefault(turns[document], document)
        for document in known:
            first = originals.get(turns[document], document)
            is_new = document.id in mine and document.state == "pending"
            waits = document._is_copy() and document.state == "attention"
            if first != document and (is_new or waits):
                duplicates[first] |= document
            elif is_new and turns[document][2] and document.kind != "inventory_adjustment":
                twice |= document
        for document in twice:
            document._set_attention(self._twice_words(), "contradiction", document.reference)
        for first, same in duplicates.items():
            same._set_ignored(
                self.env._(
                    "Bring sent the same content before, in message %s.",
                    first.message_id.request_id,
                ),
                duplicate_of=first,
            )
