from collections import defaultdict

from ...bring.errors import CallError, MessageError
from .outcome import Attention

VALIDATION_CONTEXT = {
    "skip_backorder": True,  # what was not shipped becomes a backorder, nobody is asked
    "skip_sms": True,
    "skip_sanity_check": True,
    "skip_expired": True,
    "bring_shipping": True,  # Bring has shipped it: no carrier is called, mails wait for the commit
}


class Batch:
    """What is shared while a batch of documents is applied: what was read, looked up, to be noted.

    :ivar company: the company whose documents are applied
    :ivar only: ids of the documents to apply; all that wait when ``None``
    :ivar postponed: ids of the documents that wait for others, in this run
    """

    def __init__(self, env, company, only=None):
        self.env = env
        self.company = company.with_env(env)
        self.only = None if only is None else set(only)
        self.postponed = set()
        self._readings = {}
        self.forget()

    def forget(self):
        """Drop what was looked up, before the next batch. What was read from messages stays."""
        self.lookups = defaultdict(dict)
        self.forget_changes()

    def forget_changes(self):
        """Drop what stands for changes that were rolled back."""
        self._notes = []

    def forget_references(self):
        """Drop which transfers the numbers mean: some numbers have gone over to others."""
        for key in [key for key in self.lookups if key[0] == "references"]:
            del self.lookups[key]

    # -- reading --------------------------------------------------------------

    def keep(self, documents):
        """Forget what was read of other messages than these documents'."""
        kept = set(documents.message_id.ids)
        self._readings = {id_: found for id_, found in self._readings.items() if id_ in kept}

    def load(self, documents):
        """Read the content of these documents, each message once."""
        wanted = defaultdict(set)  # message → positions
        for document in documents:
            if not document._handler()._streams:
                wanted[document.message_id].add(document.position)
        for message, positions in wanted.items():
            if not positions <= self._readings.get(message.id, {}).keys():
                self._readings[message.id] = self._read(message, positions)
                self.lookups.clear()  # they were made for what was read before

    def _read(self, message, positions):
        """Read some documents of a message; all are wrong where it can't be read any more."""
        try:
            found = message._read_documents(report_lines=False, wanted=positions)
            return {reading.position: reading for reading in found}
        except (MessageError, CallError) as error:
            return {position: error for position in positions}

    def came(self, documents):
        """Take note of documents that were made of a message that is read again."""
        if self.only is not None:
            self.only.update(documents.ids)

    def content(self, document):
        """Return what the document says, as a dataclass; None for a handler that streams.

        :raises MessageError: when it cannot be read
        """
        if document._handler()._streams:
            return None
        reading = self._readings[document.message_id.id].get(document.position)
        if isinstance(reading, Exception):
            raise reading
        if reading and reading.error:
            raise reading.error
        return reading and reading.document

    def contents(self):
        """Return all that was read for this batch, as pairs of account id and dataclass."""
        messages = self.env["bring.message"].browse(self._readings)
        return [
            (message.account_id, reading.document)
            for message in messages
            for reading in self._readings[message.id].values()
            if getattr(reading, "document", None) is not None
        ]

    def postpone(self, document, reason):
        self.postponed.add(document.id)
        if document.remark != reason:
            document.remark = reason

    # -- validating -----------------------------------------------------------

    def run(self, running):
        """Take all running documents to their end, validating their transfers together."""
        under_way = [(document, steps) for document, _match, steps in running]
        while under_way:
            going_on, happened = [], {}
            pickings = defaultdict(lambda: self.env["stock.picking"])
            for document, steps in under_way:
                step = next(steps, None)
                if step is not None:
                    pickings[document._local_event_date()] |= step
                    happened |= dict.fromkeys(step.ids, document.event_date)
                    going_on.append((document, steps))
            for date, together in pickings.items():
                self.validate(together, date, happened)
                together.backorder_ids.fetch()  # the documents look at them next, one by one
            under_way = going_on
        running.clear()

    def validate(self, pickings, date, happened):
        """Validate transfers as Odoo does.

        :param date: of the accounting entries
        :param happened: id of each transfer → when it happened, UTC
        """
        moments = [happened[picking.id] for picking in pickings]
        pickings.move_ids.product_id._bring_valued_since(min(moments))
        pickings.with_context(
            **VALIDATION_CONTEXT,
            force_period_date=date,
            bring_happened=tuple(happened.items()),
        ).button_validate()
        stuck = pickings.filtered(lambda picking: picking.state != "done")
        if stuck:
            raise Attention(
                self.env._(
                    "Odoo did not complete %s. Open the transfer, validate it by hand to see what "
                    "it asks for, then apply the document again.",
                    ", ".join(stuck.mapped("name")),
                ),
                cause="odoo",
                subject=", ".join(stuck.mapped("name")),
            )

    # -- noting ---------------------------------------------------------------

    def note(self, records, body):
        """Log ``body`` in the chatter of ``records``, together with all other notes."""
        self._notes += [(record, body) for record in records]

    def post_notes(self):
        """Write the notes of this batch, all records of a model at once."""
        notes, self._notes = self._notes, []
        bodies = defaultdict(lambda: defaultdict(list))
        for record, body in notes:
            bodies[record._name][record.id].append(body)
        for model, by_id in bodies.items():
            rounds = max(len(texts) for texts in by_id.values())
            for number in range(rounds):
                part = {i: texts[number] for i, texts in by_id.items() if number < len(texts)}
                self.env[model].browse(part)._message_log_batch(bodies=part)
