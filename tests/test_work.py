from contextlib import suppress
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import AccessError, UserError

from ..models import (
    bring_document,
    bring_inventory_comparison,
    bring_inventory_report,
    bring_work,
)
from .common import message, order_response, stock_report
from .test_inventory_report import InventoryReportCase
from .test_sending import SimulatorCase


class TestWork(InventoryReportCase):
    def works(self):
        self.env.invalidate_all()
        return self.env["bring.work"].search([("account_id", "=", self.account.id)])

    def start_booking(self):
        report = self.report(("A1", 8), ("B1", 7))
        self.enterContext(patch.object(bring_inventory_report, "TOO_MANY", 1))
        self.enterContext(patch.object(bring_inventory_report, "IN_A_STEP", 1))
        action = report.action_apply()
        self.assertEqual(action["res_model"], "bring.work")
        return report, self.env["bring.work"].browse(action["res_id"])

    def test_many_differences_are_booked_in_steps(self):
        report, work = self.start_booking()
        self.assertEqual((work.state, work.done, work.total), ("running", 0, 2))
        self.assertEqual(self.on_hand(self.a), 10, "the person does not wait for it")
        with patch.object(bring_work, "time_left", return_value=0):
            self.env["bring.work"]._cron_step()
        self.assertEqual((work.state, work.done, work.progress), ("running", 1, 50))
        self.assertEqual((self.on_hand(self.a), self.on_hand(self.b)), (8, 10))
        self.env["bring.work"]._cron_step()
        self.assertEqual((work.state, work.done, report.state), ("done", 2, "applied"))
        self.assertEqual(self.on_hand(self.b), 7)

    def test_what_is_stopped_stays_as_far_as_it_came_and_goes_on_when_told(self):
        report, work = self.start_booking()
        with patch.object(bring_work, "time_left", return_value=0):
            self.env["bring.work"]._cron_step()
        work.action_stop()
        self.env["bring.work"]._cron_step()
        self.assertEqual((work.state, work.done), ("stopped", 1))
        self.assertEqual((self.on_hand(self.b), report.state), (10, "compared"))
        work.action_resume()
        self.env["bring.work"]._cron_step()
        self.assertEqual((work.state, report.state), ("done", "applied"))
        self.assertEqual((self.on_hand(self.a), self.on_hand(self.b)), (8, 7))

    def test_the_same_report_is_not_booked_twice_at_once(self):
        report, work = self.start_booking()
        self.assertEqual(report.action_apply()["res_id"], work.id)
        self.assertEqual(self.works(), work)

    def test_work_that_fails_says_why(self):
        report, work = self.start_booking()
        self.report(("A1", 9), ("B1", 9), at="2026-03-03T12:00:00")
        self.env["bring.work"]._cron_step()
        self.assertEqual(work.state, "failed")
        self.assertIn("superseded", work.error)
        self.assertEqual(self.on_hand(self.a), 10)

    def attentions(self, number):
        found = self.deliver(
            message("order_response", *[order_response(f"X{n}") for n in range(number)])
        )
        self.assertEqual(set(found.document_ids.mapped("state")), {"attention"})
        return found.document_ids

    def test_many_documents_are_applied_again_by_the_scheduled_action(self):
        documents = self.attentions(3)
        with patch.object(bring_document, "TOO_MANY", 2):
            work = self.env["bring.work"].browse(documents.action_retry()["res_id"])
        self.assertEqual((work.state, work.done, work.total), ("running", 0, 3))
        self.assertEqual(set(documents.mapped("state")), {"pending"})
        self.env["bring.document"]._process_pending()
        self.assertEqual((work.state, work.done), ("done", 3))

    def test_documents_that_were_stopped_are_attentions_again(self):
        documents = self.attentions(3)
        errors = documents.mapped("error")
        with patch.object(bring_document, "TOO_MANY", 2):
            work = self.env["bring.work"].browse(documents.action_retry()["res_id"])
        work.action_stop()
        self.env["bring.document"]._process_pending()
        self.assertEqual(set(documents.mapped("state")), {"attention"})
        self.assertEqual(documents.mapped("error"), errors)
        self.assertEqual(documents.message_id.state, "attention")
        work.action_resume()
        self.env["bring.document"]._process_pending()
        self.assertEqual(work.state, "done")

    def test_documents_that_a_person_puts_aside_end_the_work_too(self):
        documents = self.attentions(3)
        with patch.object(bring_document, "TOO_MANY", 2):
            work = self.env["bring.work"].browse(documents.action_retry()["res_id"])
        documents._set_ignored("Not ours")
        self.env["bring.work"]._cron_step()
        self.assertEqual((work.state, work.done), ("done", 3))

    def test_a_comparison_that_was_cut_off_is_not_under_way_for_ever(self):
        document = self.deliver(stock_report(("A1", 8), ("B1", 7))).document_ids
        works = self.env["bring.work"]
        with patch.object(bring_work, "LONG_REPORT", 2):
            with suppress(SerializationFailure), works._comparing(document):
                raise SerializationFailure
            self.assertEqual(self.works().state, "running", "it is tried again at once")
            with works._comparing(document) as work:
                self.assertEqual(self.works(), work)
        self.assertEqual(work.state, "done")

    def long_report(self, stop=False):
        told = []
        tell = type(self.env["bring.work"])._tell

        def note(work, number):
            told.append(number)
            if stop:
                work.action_stop()
            return tell(work, number)

        with (
            patch.object(bring_work, "LONG_REPORT", 2),
            patch.object(bring_inventory_comparison, "CHUNK", 1),
            patch.object(type(self.env["bring.work"]), "_tell", note),
        ):
            found = self.deliver(stock_report(("A1", 8), ("B1", 7)))
        return found.document_ids, told

    def test_a_long_comparison_tells_how_far_it_is(self):
        document, told = self.long_report()
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(told, [1, 2, 2, 3])
        work = self.works()
        self.assertEqual((work.kind, work.total, work.state), ("comparison", 4, "done"))

    def test_a_comparison_that_is_stopped_keeps_nothing(self):
        document, told = self.long_report(stop=True)
        self.assertEqual(told, [1])
        self.assertEqual(document.state, "attention")
        self.assertIn("stopped", document.error)
        self.assertFalse(
            self.env["bring.inventory.report"].search([("account_id", "=", self.account.id)])
        )

    def test_only_managers_of_the_company_steer_work(self):
        _report, work = self.start_booking()
        users = self.make_users("work")
        with self.assertRaisesRegex(UserError, "Manager"):
            work.with_user(users["user"]).action_stop()
        other = self.env["res.company"].create({"name": "Another"})
        users["manager"].write({"company_ids": other.ids, "company_id": other.id})
        with self.assertRaises(AccessError):
            work.with_user(users["manager"]).action_stop()
        self.assertEqual(work.state, "running")


class TestCatalogue(SimulatorCase):
    def test_the_catalogue_can_be_stopped_and_goes_on_where_it_stopped(self):
        work = self.env["bring.work"].browse(self.account.action_send_articles()["res_id"])
        total = work.total
        self.assertGreaterEqual(total, 2)
        self.assertEqual((work.state, work.done), ("running", 0))
        work.action_stop()
        self.send()
        self.assertFalse([call for call in self.server.calls if call.route == "send.items"])
        work.action_resume()
        self.send()
        self.assertEqual((work.state, work.done), ("done", total))
        self.assertTrue([call for call in self.server.calls if call.route == "send.items"])
