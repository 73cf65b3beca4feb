from lxml import html

from odoo.tests import new_test_user

from .common import (
    BringCase,
    despatch_advice,
    despatch_line,
    message,
    order_response,
    receiving_advice,
    receiving_line,
)


class TestTimeline(BringCase):
    """What Bring and we said about an order, oldest first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.tz = "Europe/Oslo"
        cls.a = cls.make_product("A1")
        cls.put_stock(cls.a, 100)
        cls.order = cls.make_order((cls.a, 10))
        cls.picking = cls.order.picking_ids

    def events(self, record=None):
        """Return the timeline as a list of (time, title)."""
        return [(time, title) for time, title, _text in self.told(record)]

    def told(self, record=None):
        """Return the timeline as a list of (time, title, all of the text)."""
        self.env.invalidate_all()
        timeline = (record or self.order).bring_timeline
        if not timeline:
            return []
        return [
            (
                " ".join(item.xpath("div[1]")[0].text_content().split()),
                item.xpath(".//strong")[0].text_content(),
                " ".join(item.xpath("div[3]")[0].text_content().split()),
            )
            for item in html.fromstring(timeline).xpath("//li")
        ]

    def tell(self, status, at, kind="despatch_advice"):
        if kind == "order_response":
            document = order_response(self.order.name, status, at)
        else:
            document = despatch_advice(self.order.name, status=status, created=at, at=None)
        return self.deliver(message(kind, document)).document_ids

    def test_events_come_in_the_order_in_which_they_happened(self):
        self.tell("O3", "2026-03-02T10:00:00")
        self.tell("O1", "2026-03-02T08:00:00", "order_response")
        self.tell("O3", "2026-03-02T09:30:00", "order_response")
        self.tell("O2", "2026-03-02T09:00:00", "order_response")
        self.assertEqual(
            self.events(),
            [
                ("8:00 AM", "Registered"),
                ("9:00 AM", "Allocated"),
                ("9:30 AM", "Started"),
                ("10:00 AM", "Picked"),
            ],
        )
        days = html.fromstring(self.order.bring_timeline).xpath("//h6/text()")
        self.assertEqual(days, ["Monday, March 2, 2026"])

    def test_each_part_says_what_left_with_it(self):
        self.despatch(self.order, despatch_line(10, "A1", 6), tracking="70700000000000001")
        self.despatch(
            self.order,
            despatch_line(10, "A1", 4),
            tracking="70700000000000002",
            at="2026-03-03T11:00:00",
        )
        first, second = self.told()
        self.assertEqual(first[:2], ("10:00 AM", "Partially despatched"))
        self.assertIn("6 Units of [A1] Article A1 70700000000000001", first[2])
        self.assertEqual(second[:2], ("11:00 AM", "Despatched"))
        self.assertIn("4 Units of [A1] Article A1 70700000000000002", second[2])

    def test_the_reader_s_time_comes_first_and_the_warehouse_s_beside_it(self):
        self.tell("O1", "2026-07-01T08:00:00", "order_response")
        self.assertNotIn("at the warehouse", self.order.bring_timeline)
        abroad = self.order.with_context(tz="Europe/Helsinki")
        self.assertEqual(self.events(abroad), [("9:00 AM", "Registered")])
        self.assertIn("8:00", abroad.bring_timeline)
        self.assertIn("at the warehouse", abroad.bring_timeline)

    def test_the_day_is_the_reader_s(self):
        self.tell("O1", "2026-07-01T23:30:00", "order_response")
        abroad = self.order.with_context(tz="Europe/Helsinki")
        days = html.fromstring(abroad.bring_timeline).xpath("//h6/text()")
        self.assertEqual(days, ["Thursday, July 2, 2026"])

    def test_what_we_sent_is_there_with_what_became_of_it(self):
        queue = self.env["bring.message"]._queue
        for state, title in (
            ("waiting", "Waits to be sent to Bring"),
            ("unknown", "Sent, and Bring has not confirmed it yet"),
            ("attention", "Could not be sent to Bring"),
            ("sent", "Sent to Bring"),
        ):
            with self.subTest(state):
                sent = queue(
                    self.account,
                    "order",
                    b"<x/>",
                    picking_id=self.picking.id,
                    order_number=self.order.name,
                    update_indicator="Original",
                    state=state,
                    sent_at="2026-03-02 06:00:00",
                    error="Bring is not there" if state == "attention" else False,
                )
                ((time, said, text),) = self.told()
                self.assertEqual((time, said), ("7:00 AM", title))
                self.assertEqual("Bring is not there" in text, state == "attention")
                sent.state = "cancelled"
                self.assertFalse(self.told(), "what never left was not said")

    def test_a_cancellation_is_asked_for_and_answered(self):
        self.tell("O1", "2026-03-02T08:00:00", "order_response")
        self.picking.bring_order_id = order = self.env["bring.order"]._of(self.picking)
        order.may_be_told = True
        self.picking.action_cancel()
        order._reconcile()
        message_out = self.picking.bring_message_ids
        message_out.write({"state": "sent", "sent_at": "2026-03-02 08:00:00"})
        self.tell("99", "2026-03-02T10:00:00")
        self.assertEqual(
            self.events(),
            [
                ("8:00 AM", "Registered"),
                ("9:00 AM", "The cancellation was sent to Bring"),
                ("10:00 AM", "Cancelled"),
            ],
        )

    def test_what_was_asked_for_is_marked(self):
        document = self.tell("O1", "2026-03-02T08:00:00", "order_response")
        self.assertNotIn("we asked", self.order.bring_timeline)
        document.is_pulled = True
        self.assertIn("Registered (we asked)", self.told()[0][2])

    def test_what_needs_attention_is_told_without_the_reason(self):
        stuck = self.despatch(self.order, despatch_line(10, "UNKNOWN-ARTICLE", 6))
        self.assertEqual(stuck.state, "attention")
        self.tell("O1", "2026-03-02T08:00:00", "order_response")
        event = self.told()[1]
        self.assertEqual(event[1], "Despatched: not taken over, needs attention")
        self.assertTrue(self.order.bring_is_behind)
        self.assertIn(self.account.responsible_id.name, event[2])
        self.assertNotIn("UNKNOWN-ARTICLE", self.order.bring_timeline)
        stuck._set_ignored("Not ours")
        self.env.invalidate_all()
        self.assertFalse(self.order.bring_is_behind)
        self.assertEqual(self.events(), [("8:00 AM", "Registered")])

    def test_what_left_stays_when_old_messages_are_deleted(self):
        self.despatch(self.order, despatch_line(10, "A1", 10)).message_id.unlink()
        self.assertEqual(self.events(), [("10:00 AM", "Despatched")])

    def test_a_return_is_on_the_order_and_on_its_own_transfer(self):
        self.despatch(self.order, despatch_line(10, "A1", 10))
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=self.picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 3
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.bring_order_number = "RETURN-1"
        advice = receiving_advice("RETURN-1", receiving_line(10, "A1", 3), at="2026-03-05T09:00:00")
        document = self.deliver(message("receiving_advice", advice)).document_ids
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(
            self.events(), [("10:00 AM", "Despatched"), ("9:00 AM", "Came back to Bring")]
        )
        self.assertIn("3 Units of [A1] Article A1", self.told()[1][2])
        self.assertEqual(self.events(back), [("9:00 AM", "Came back to Bring")])
        self.assertEqual(self.events(self.picking), [("10:00 AM", "Despatched")])

    def test_the_steps_of_a_delivery_share_their_timeline(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.make_order((self.a, 5))
        self.deliver(message("order_response", order_response(order.name)))
        self.despatch(order, despatch_line(10, "A1", 5))
        self.assertEqual(len(order.picking_ids), 2)
        for picking in order.picking_ids:
            self.assertEqual(
                self.events(picking), [("8:00 AM", "Registered"), ("10:00 AM", "Despatched")]
            )

    def test_a_receipt_has_a_timeline_too(self):
        purchase = self.make_purchase((self.a, 5))
        self.receive(purchase, receiving_line(10, "A1", 5))
        self.assertEqual(self.events(purchase.picking_ids), [("9:00 AM", "Arrived at Bring")])

    def test_many_articles_are_summed_up(self):
        products = [self.make_product(f"M{number}") for number in range(13)]
        for product in products:
            self.put_stock(product, 1)
        order = self.make_order(*((product, 1) for product in products))
        self.despatch(order, *(despatch_line(article=p.default_code) for p in products))
        self.assertIn("and 3 more articles", self.told(order)[0][2])

    def test_it_is_told_in_the_reader_s_language_and_for_colleagues_only(self):
        for model in ("sale.order", "stock.picking"):
            self.assertEqual(self.env[model]._fields["bring_timeline"].groups, "base.group_user")
        buyer = new_test_user(self.env, login="timeline-buy", groups="purchase.group_purchase_user")
        self.tell("O1", "2026-03-02T08:00:00", "order_response")
        self.env.invalidate_all()
        self.assertIn("Registered", self.picking.with_user(buyer).bring_timeline)
