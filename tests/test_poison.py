"""One message never stops the others: whatever is in it, the next one is applied."""

import random
import string
import time
from contextlib import suppress
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..models.handlers.outcome import Later
from .common import BringCase, despatch_advice, despatch_line, message, order_response

ENGINE = "odoo.addons.bring_warehousing.models.bring_document_processing"
A_RUN = 30  # seconds of work: far from the two minutes after which a worker is killed


class Killed(BaseException):
    """The end of a worker, as the code in it sees it: nothing catches it."""


def order_responses(*documents):
    """Return a message with these documents, as bytes between the tags of its root."""
    return b"".join(
        (
            b"<n:orderResponseMessage xmlns:n='urn:gs1:ecom:order_response:xsd:3'>",
            *documents,
            b"</n:orderResponseMessage>",
        )
    )


def attributes(number):
    return b"".join(b" a%d='1'" % n for n in range(number))


def long_number(length=6000):
    """Return a text that PostgreSQL can't make smaller."""
    return "".join(random.Random(7).choices(string.ascii_letters + string.digits, k=length))


def report_item(gtin):
    return (
        b"<n:inventoryReportMessage xmlns:n='urn:gs1:ecom:inventory_report:xsd:3'><inventoryReport>"
        b"<creationDateTime>2026-03-02T10:00:00</creationDateTime>"
        b"<inventoryReportTypeCode>INVENTORY_STATUS</inventoryReportTypeCode>"
        b"<inventoryItemLocationInformation><transactionalTradeItem>"
        + gtin
        + b"</transactionalTradeItem><inventoryStatusLineItem>"
        b"<inventoryStatusQuantitySpecification>"
        b"<inventoryStatusType>AVAILABLE_FOR_SALE</inventoryStatusType>"
        b"<quantityOfUnits>5</quantityOfUnits>"
        b"</inventoryStatusQuantitySpecification></inventoryStatusLineItem>"
        b"</inventoryItemLocationInformation></inventoryReport></n:inventoryReportMessage>"
    )


class TestPoison(BringCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.make_product("A1")
        cls.put_stock(cls.product, 1000)

    def store(self, content):
        self.env.flush_all()
        request_id, _new = self.env["bring.message"]._receive(
            self.account.id, None, content, "application/xml"
        )
        return self.env["bring.message"].search([("request_id", "=", request_id)])

    def run_engine(self):
        """Let the company's scheduled action run once, as Odoo lets it."""
        with self.enter_registry_test_mode():
            self.company.sudo().bring_cron_id.method_direct_trigger()
        self.env.invalidate_all()

    def assert_the_others_go_on(self, *contents):
        """Store messages between two good ones, run the engine once; return the stored ones."""
        orders = [self.make_order((self.product, 1)) for _number in range(2)]
        good = [
            message("despatch_advice", despatch_advice(order.name, [despatch_line(10, "A1", 1)]))
            for order in orders
        ]
        self.store(good[0])
        bad = [self.store(content) for content in contents]
        self.store(good[1])
        started = time.thread_time()
        self.run_engine()
        self.assertLess(time.thread_time() - started, A_RUN)
        self.assertEqual([order.bring_status for order in orders], ["despatched"] * 2)
        return bad

    def assert_exceptions(self, *messages):
        """Check that each message needs a person, who is asked, in words."""
        for found in messages:
            self.assertEqual(found.state, "attention")
            waiting = found.document_ids.filtered(lambda d: d.state == "attention")
            self.assertTrue(waiting)
            self.assertTrue(all(waiting.mapped("error")))
            self.assertTrue(all(waiting.mapped("cause")))
            self.assertTrue(waiting.activity_ids)
            for words in waiting.mapped("error"):
                self.assertNotRegex(words, "(?i)btree|index row|psycopg|Traceback")

    # -- the five ways --------------------------------------------------------

    def test_a_text_that_looks_like_a_mark_of_the_reader_s(self):
        bad = self.assert_the_others_go_on(
            report_item("<gtin>\ue00099<x/></gtin>".encode()),
            report_item("<gtin>\ue000-1<x/></gtin>".encode()),
            report_item("<gtin>\ue000no number<x/></gtin>".encode()),
            report_item("<batchNumber>\ue0000<x/><x/></batchNumber>".encode()),
        )
        self.assertNotIn("received", [found.state for found in bad])
        lines = self.env["bring.inventory.report"].search([]).line_ids
        for found in bad:
            self.assertTrue(found.document_ids.error or lines.filtered("problem"))

    def test_an_order_number_that_no_index_takes(self):
        bad = self.assert_the_others_go_on(
            message("order_response", order_response(long_number())),
            message("despatch_advice", despatch_advice(long_number(3000), [])),
            message(
                "order_response", order_response("S-ok"), order_response(long_number(1_000_000))
            ),
        )
        self.assert_exceptions(*bad)
        self.assertEqual(bad[2].document_ids.mapped("reference"), [False, "S-ok"])
        self.assertIn(long_number()[:50], bad[0].document_ids.error)

    def test_tens_of_thousands_of_attributes(self):
        bad = self.assert_the_others_go_on(
            order_responses(b"<orderResponse" + attributes(30_000) + b"/>"),
            order_responses(
                b"<orderResponse><a><b" + attributes(30_000) + b"/></a></orderResponse>"
            ),
            b'{"orderResponseMessage": {"orderResponse": {"_": "x", %s}}}'
            % b",".join(b'"a%d": "1"' % n for n in range(20_000)),
        )
        self.assert_exceptions(*bad)

    def test_eight_thousand_empty_documents(self):
        (bad,) = self.assert_the_others_go_on(order_responses(*[b"<orderResponse/>"] * 8000))
        for _run in range(10):
            if bad.state != "received":
                break
            started = time.thread_time()
            self.run_engine()
            self.assertLess(time.thread_time() - started, A_RUN)
        self.assert_exceptions(bad)
        self.assertEqual(len(bad.document_ids), 8000)
        self.assertEqual(set(bad.document_ids.mapped("state")), {"attention"})
        self.assertLess(len(bad.document_ids.activity_ids), 100, "nobody reads 8,000 activities")

    def test_more_documents_than_a_message_may_have(self):
        bad = self.assert_the_others_go_on(
            order_responses(*[b"<orderResponse/>"] * 1_000_000),
            b'{"orderResponseMessage": {"orderResponse": [%s]}}' % b",".join([b"{}"] * 200_000),
        )
        self.assert_exceptions(*bad)
        self.assertIn("10,000", bad[0].document_ids.filtered(lambda d: not d.position).error)

    def test_a_message_that_kills_its_worker_is_set_aside_after_three_tries(self):
        order, other = (self.make_order((self.product, 1)) for _number in range(2))
        deadly = self.store(message("order_response", order_response(order.name)))
        self.store(message("order_response", order_response(other.name)))
        self.store(message("order_response", order_response(other.name, "O2")))
        messages = type(self.env["bring.message"])
        read, deaths = messages._read_documents, []

        def killing(found, **options):
            if found == deadly:
                deaths.append(found.id)
                raise Killed
            return read(found, **options)

        with patch.object(messages, "_read_documents", killing):
            for _run in range(6):
                with suppress(Killed):
                    self.run_engine()
        self.assertEqual(len(deaths), 3)
        self.assertEqual(other.bring_status, "allocated")
        self.assert_exceptions(deadly)
        self.assertFalse(order.bring_status)
        deadly.document_ids.action_retry()
        self.run_engine()
        self.assertEqual(order.bring_status, "registered")
        self.assertEqual(deadly.document_ids.filtered("position").state, "done")
        self.assertNotEqual(deadly.state, "attention")
        self.assertFalse(deadly.document_ids.activity_ids)

    # -- what else there is ---------------------------------------------------

    def test_a_document_that_kills_its_worker_is_set_aside_after_three_tries(self):
        orders = [self.make_order((self.product, 1)) for _number in range(3)]
        found = self.store(
            message("order_response", *[order_response(order.name) for order in orders])
        )
        handler = type(self.env["bring.handler.order_response"])
        match, deaths = handler._match, []

        def killing(model, document, content, batch):
            if document.position == 1:
                deaths.append(document.id)
                raise Killed
            return match(model, document, content, batch)

        with patch.object(handler, "_match", killing):
            for _run in range(6):
                with suppress(Killed):
                    self.run_engine()
        self.assertEqual(len(deaths), 3)
        self.assertEqual(
            [order.bring_status for order in orders], [False, "registered", "registered"]
        )
        self.assert_exceptions(found)
        found.document_ids.filtered(lambda d: d.state == "attention").action_retry()
        self.assertEqual(found.state, "done")

    def test_waiting_for_others_is_not_a_failed_try(self):
        handler = type(self.env["bring.handler.order_response"])
        order = self.make_order((self.product, 1))
        found = self.store(message("order_response", order_response(order.name)))
        with patch.object(handler, "_match", side_effect=Later("not yet")):
            for _run in range(5):
                self.run_engine()
        self.assertEqual(found.document_ids.state, "pending")
        self.run_engine()
        self.assertEqual(found.document_ids.state, "done")

    def failing_for(self, model, method, poison, error):
        """Have ``method`` raise for the message ``poison``, wherever it gets to see it."""
        original = getattr(model, method)

        def failing(records, *args, **options):
            seen = records if records._name == "bring.message" else records.message_id
            if poison in seen:
                raise error
            return original(records, *args, **options)

        return patch.object(model, method, failing)

    def test_a_bug_in_the_reader_stops_one_message_only(self):
        for error in (IndexError("list index"), RecursionError("deep"), MemoryError()):
            bad = self.store(message("order_response", order_response(f"S-{error!r}")))
            messages = type(self.env["bring.message"])
            with (
                self.failing_for(messages, "_read_documents", bad, error),
                mute_logger(ENGINE),
            ):
                self.assert_the_others_go_on()
            self.assert_exceptions(bad)
            bad.document_ids.action_retry()
            self.assertEqual(bad.document_ids.filtered("position").cause, "unknown_order")

    def test_a_message_that_cannot_be_read_again_when_it_is_applied(self):
        bad = self.store(message("order_response", order_response("S1")))
        self.assert_the_others_go_on()
        self.env.cr.execute(
            "UPDATE bring_message SET content = %s WHERE id = %s", [b"<broken", bad.id]
        )
        self.env.cr.execute(
            "UPDATE bring_document SET state = 'pending' WHERE message_id = %s", [bad.id]
        )
        self.env.invalidate_all()
        self.assert_the_others_go_on()
        self.assert_exceptions(bad)
        self.assertIn("well-formed", bad.document_ids.error)

    def test_a_report_that_cannot_be_mended_stops_one_document_only(self):
        guilty = self.make_order((self.product, 1))
        bad = self.store(
            message("despatch_advice", despatch_advice(guilty.name, [despatch_line(10, "A1", 1)]))
        )
        reports = type(self.env["bring.inventory.report"])
        came = reports._documents_came

        def failing(model, documents):
            if bad in documents.message_id:
                raise UserError("The report is closed")  # pylint: disable=translation-required
            return came(model, documents)

        with patch.object(reports, "_documents_came", failing):
            self.assert_the_others_go_on()
        self.assert_exceptions(bad)
        self.assertNotEqual(guilty.bring_status, "despatched")

    def test_a_message_without_a_document_is_an_exception(self):
        head = message("order_response")
        bad = self.assert_the_others_go_on(head, order_responses(b""))
        self.assert_exceptions(*bad)
        self.assertIn("no document", bad[0].document_ids.error)
        bad[0].document_ids.action_retry()
        self.assert_exceptions(*bad)
        self.assertEqual(len(bad[0].document_ids), 1)

    def test_a_message_of_many_documents_is_applied_whole(self):
        orders = [self.make_order((self.product, 1)) for _number in range(7)]
        found = self.store(
            message("order_response", *[order_response(order.name) for order in orders])
        )
        with patch(f"{ENGINE.rpartition('.')[0]}.bring_document_split.DOCUMENTS", 3):
            self.run_engine()
        self.assertEqual(found.state, "done")
        self.assertEqual(sorted(found.document_ids.mapped("position")), list(range(1, 8)))
        self.assertEqual({order.bring_status for order in orders}, {"registered"})
