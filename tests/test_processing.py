from datetime import datetime, timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..models.bring_document_processing import LOCK
from .common import BringCase, despatch_advice, despatch_line, message, order_response

ENGINE = "odoo.addons.bring_warehousing.models.bring_document_processing"


class TestProcessing(BringCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.make_product("A1")
        cls.put_stock(cls.product, 1000)

    def store(self, content, account=None):
        self.env.flush_all()
        return self.env["bring.message"]._receive(
            (account or self.account).id, None, content, "application/xml"
        )

    def test_documents_are_applied_in_the_order_of_events_not_of_arrival(self):
        order = self.make_order((self.product, 10))
        for hour, quantity in ((14, 5), (10, 2), (12, 3)):
            self.store(
                message(
                    "despatch_advice",
                    despatch_advice(
                        order.name,
                        [despatch_line(10, "A1", quantity)],
                        at=f"2026-03-02T{hour}:00:00",
                    ),
                )
            )
        self.env["bring.document"]._process_pending()
        self.env.invalidate_all()
        pickings = order.picking_ids.sorted("id")
        self.assertEqual([sum(p.move_ids.mapped("quantity")) for p in pickings], [2, 3, 5])
        self.assertEqual(
            pickings.mapped("date_done"), [datetime(2026, 3, 2, hour) for hour in (9, 11, 13)]
        )

    def test_sixty_documents_with_two_guilty_ones(self):
        orders = [self.make_order((self.product, 1)) for _number in range(60)]
        advices = [
            despatch_advice(order.name, [despatch_line(10, "A1", 1)], at=f"2026-03-02T10:{n:02}:00")
            for n, order in enumerate(orders)
        ]
        guilty = orders[7].picking_ids | orders[41].picking_ids
        validate = type(guilty).button_validate

        def refuse(pickings):
            if pickings & guilty:
                raise UserError("This shelf is closed")  # pylint: disable=translation-required
            return validate(pickings)

        with patch.object(type(guilty), "button_validate", refuse):
            found = self.deliver(message("despatch_advice", *advices))
        states = found.document_ids.sorted("position").mapped("state")
        self.assertEqual(
            [number for number, state in enumerate(states) if state == "attention"], [7, 41]
        )
        self.assertEqual(states.count("done"), 58)
        bad = found.document_ids.filtered(lambda d: d.state == "attention")
        self.assertEqual(set(bad.mapped("error")), {"This shelf is closed"})
        self.assertEqual(guilty.mapped("state"), ["assigned", "assigned"])
        self.assertEqual(found.state, "attention")
        bad.action_retry()
        self.assertEqual(found.state, "done")

    def test_transfers_of_a_batch_are_validated_together(self):
        orders = [self.make_order((self.product, 1)) for _number in range(20)]
        calls = []
        validate = type(orders[0].picking_ids).button_validate

        def count(pickings):
            calls.append(len(pickings))
            return validate(pickings)

        with patch.object(type(orders[0].picking_ids), "button_validate", count):
            found = self.deliver(
                message(
                    "despatch_advice",
                    *[despatch_advice(o.name, [despatch_line(10, "A1", 1)]) for o in orders],
                )
            )
        self.assertEqual(found.state, "done")
        self.assertEqual(calls, [20])

    def test_the_same_content_in_a_new_envelope_is_not_applied_again(self):
        order = self.make_order((self.product, 10))
        advice = {"at": "2026-03-02T10:00:00", "lines": [despatch_line(10, "A1", 2)]}
        messages = [
            self.deliver(
                message(
                    "despatch_advice",
                    despatch_advice(order.name, [despatch_line(10, "A1", 2)], at=advice["at"]),
                    header_date=f"2026-03-02T12:00:0{number}",
                )
            )
            for number in range(2)
        ]
        self.assertEqual([m.state for m in messages], ["done", "ignored"])
        first, second = (m.document_ids for m in messages)
        self.assertEqual(second.duplicate_of_id, first)
        self.assertEqual(order.order_line.qty_delivered, 2)

    def test_the_same_bytes_are_stored_once_and_counted(self):
        content = message("order_response", order_response("S1"))
        first = self.store(content)
        second = self.store(content)
        self.assertEqual(first, (first[0], True))
        self.assertEqual(second, (first[0], False))
        found = self.env["bring.message"].search([("request_id", "=", first[0])])
        self.assertEqual(found.duplicate_count, 1)
        self.assertEqual(bytes(found.content), content)
        self.assertEqual(found.account_id, self.account)

    def test_one_writer_for_each_company(self):
        request_id, _new = self.store(message("order_response", order_response("S1")))
        found = self.env["bring.message"].search([("request_id", "=", request_id)])
        with self.registry.cursor() as other:
            other.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, self.company.id])
            self.env["bring.document"]._process_pending()
            self.assertEqual(found.state, "received")
        self.env["bring.document"]._process_pending()
        self.assertEqual(found.state, "attention")

    def test_a_serialization_failure_is_for_the_whole_transaction(self):
        self.store(message("order_response", order_response("S1")))
        handler = type(self.env["bring.handler.order_response"])
        with (
            patch.object(handler, "_match", side_effect=SerializationFailure),
            self.assertRaises(SerializationFailure),
        ):
            self.env["bring.document"]._process_pending()

    def test_the_scheduled_action_never_fails(self):
        self.store(message("order_response", order_response("S1")))
        cron = self.company.sudo().bring_cron_id
        self.assertTrue(cron.active)
        documents = type(self.env["bring.document"])
        with (
            patch.object(documents, "_process_batch", side_effect=ValueError("broken")),
            mute_logger(ENGINE),
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
        soon = fields.Datetime.now() + timedelta(minutes=2)
        waiting = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertTrue(waiting.filtered(lambda trigger: trigger.call_at <= soon))

    def test_a_bug_in_a_handler_is_an_attention_and_logged(self):
        handler = type(self.env["bring.handler.order_response"])
        with (
            patch.object(handler, "_match", side_effect=KeyError("oops")),
            self.assertLogs(ENGINE, "ERROR"),
        ):
            found = self.deliver(message("order_response", order_response("S1")))
        self.assertEqual(found.document_ids.state, "attention")
        self.assertIn("KeyError", found.document_ids.error)

    def test_only_a_manager_settles_and_says_why(self):
        found = self.deliver(message("order_response", order_response("nothing")))
        document = found.document_ids
        user = self.env["res.users"].create(
            {
                "name": "Reader",
                "login": "reader",
                "group_ids": [
                    (4, self.env.ref("bring_warehousing.group_bring_user").id),
                ],
            }
        )
        with self.assertRaises(UserError):
            document.with_user(user).action_retry()
        user.group_ids += self.env.ref("bring_warehousing.group_bring_manager")
        dialog = (
            self.env["bring.document.ignore"]
            .with_user(user)
            .with_context(**document.action_ignore()["context"])
            .create({"reason": "A test of Bring's"})
        )
        dialog.action_ignore()
        self.assertEqual((document.state, found.state), ("ignored", "ignored"))
        self.assertIn("A test of Bring's", document.error)
        self.assertFalse(document.activity_ids)
        document.with_user(user).action_retry()
        self.assertEqual(document.state, "attention")

    def test_companies_do_not_see_each_others_orders(self):
        other = self.env["res.company"].create({"name": "Other AS"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        account = self.env["bring.account"].create(
            {
                "name": "Other",
                "company_id": other.id,
                "warehouse_ids": [(0, 0, {"code": "BERGER", "warehouse_id": warehouse.id})],
            }
        )
        order = self.make_order((self.product, 1))
        content = message("order_response", order_response(order.name))
        found = self.deliver(content, account=account)
        self.assertEqual(found.document_ids.state, "attention")
        self.assertEqual(found.company_id, other)
        self.assertFalse(order.bring_status)
        self.assertEqual(self.deliver(content).state, "done")
        self.assertEqual(order.bring_status, "registered")

    def test_every_company_with_an_account_has_its_own_scheduled_action(self):
        other = self.env["res.company"].create({"name": "Other AS"})
        self.assertFalse(other.sudo().bring_cron_id)
        self.env["bring.account"].create({"name": "Other", "company_id": other.id})
        cron = other.sudo().bring_cron_id
        self.assertTrue(cron)
        self.assertNotEqual(cron, self.company.sudo().bring_cron_id)

    def test_settled_messages_are_deleted_when_their_time_is_over(self):
        order = self.make_order((self.product, 1))
        done = self.deliver(message("order_response", order_response(order.name)))
        bad = self.deliver(message("order_response", order_response("nothing")))
        self.account.retention_days = 30
        self.env["bring.message"]._gc_messages()
        self.assertTrue(done.exists())
        self.env.cr.execute("UPDATE bring_message SET create_date = now() - interval '31 days'")
        self.env.invalidate_all()
        self.env["bring.message"]._gc_messages()
        self.assertFalse(done.exists())
        self.assertTrue(bad.exists())

    def test_the_time_at_the_warehouse_stands_beside_where_it_is_another(self):
        order = self.make_order((self.product, 1))
        document = self.despatch(order, despatch_line(10, "A1", 1), at="2026-07-02T10:00:00")
        for zone, words in (("Europe/Oslo", None), ("Europe/Helsinki", "10:00"), (False, None)):
            self.env.user.tz = zone
            there = document.with_context(tz=zone).event_date_there
            self.assertEqual(bool(there), bool(words), zone)
            if words:
                self.assertIn(words, there)

    def test_what_is_wrong_is_said_in_the_company_s_language(self):
        self.env["res.lang"]._activate_lang("nb_NO")
        self.company.partner_id.lang = "nb_NO"
        order = self.make_order((self.product, 1))
        document = self.despatch(order, despatch_line(10, "NOBODY", 1))
        self.assertEqual(document.state, "attention")
        self.assertIn("NOBODY", document.error)
        self.assertNotIn("is not known", document.error)
        self.assertIn("artikkel", document.error.lower())
