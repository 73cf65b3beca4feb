"""When things happened: an instant or a day, and the day in the books."""

from datetime import datetime, timedelta

from odoo import fields

from .common import (
    BringCase,
    BringHttpCase,
    adjustment,
    despatch_advice,
    despatch_line,
    message,
    order_response,
    receiving_advice,
    receiving_line,
    stock_report,
)


class TestPrecision(BringHttpCase):
    """What is stored of when it happened, through the door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.make_product("A1")
        cls.put_stock(cls.a, 10)

    def deliver_here(self, content):
        """POST a message, apply it, and return its only document."""
        response = self.post(content)
        self.assertEqual(response.status_code, 200, response.text)
        self.env["bring.document"]._process_pending()
        self.env.invalidate_all()
        return self.env["bring.document"].search([], order="id desc", limit=1)

    def test_a_zero_clock_says_the_day_and_the_goods_left_before_it_was_written(self):
        for clock in ("T00:00:00", "", "T00:00:00+01:00", "T00:00"):
            order = self.make_order((self.a, 1))
            advice = despatch_advice(
                order.name,
                [despatch_line(10, "A1", 1)],
                at=f"2026-03-02{clock}",
                created="2026-03-02T17:00:18",
            )
            document = self.deliver_here(message("despatch_advice", advice))
            self.assertEqual(document.state, "done", document.error)
            self.assertEqual(document.event_date, datetime(2026, 3, 2, 16, 0, 18))
            self.assertEqual(document.event_start, datetime(2026, 3, 1, 23))
            picking = order.picking_ids
            self.assertEqual(picking.date_done, document.event_date)
            self.assertEqual(picking.bring_despatched_at, document.event_date)
            self.assertEqual(picking.move_ids.bring_not_before, document.event_start)

    def test_written_on_another_day_it_left_by_the_day_s_end(self):
        order = self.make_order((self.a, 1))
        advice = despatch_advice(
            order.name,
            [despatch_line(10, "A1", 1)],
            at="2026-03-02T00:00:00",
            created="2026-03-03T02:00:00",
        )
        document = self.deliver_here(message("despatch_advice", advice))
        self.assertEqual(document.event_date, datetime(2026, 3, 2, 22, 59, 59))
        self.assertEqual(document.event_start, datetime(2026, 3, 1, 23))

    def test_a_day_that_is_not_over_ends_now(self):
        order = self.make_order((self.a, 1))
        today = fields.Datetime.context_timestamp(
            self.account.with_context(tz="Europe/Oslo"), fields.Datetime.now()
        ).date()
        advice = despatch_advice(
            order.name, [despatch_line(10, "A1", 1)], at=f"{today}", created=None
        )
        before = fields.Datetime.now()
        document = self.deliver_here(message("despatch_advice", advice))
        self.assertEqual(document.state, "done", document.error)
        self.assertLess(abs(document.event_date - before), timedelta(minutes=5))
        self.assertLess(document.event_start, document.event_date)

    def test_a_time_of_day_is_an_instant(self):
        order = self.make_order((self.a, 1))
        advice = despatch_advice(order.name, [despatch_line(10, "A1", 1)], at="2026-03-02T16:20:00")
        document = self.deliver_here(message("despatch_advice", advice))
        self.assertEqual(document.event_date, datetime(2026, 3, 2, 15, 20))
        self.assertFalse(document.event_start)
        self.assertFalse(order.picking_ids.move_ids.bring_not_before)

    def test_without_its_time_it_left_in_the_day_before_it_was_written(self):
        order = self.make_order((self.a, 1))
        advice = despatch_advice(order.name, [despatch_line(10, "A1", 1)], at=None)
        document = self.deliver_here(message("despatch_advice", advice))
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(document.event_date, datetime(2026, 3, 2, 9, 20))
        self.assertEqual(document.event_start, datetime(2026, 3, 1, 9, 20))

    def test_goods_whose_time_cannot_be_read_wait_for_a_person(self):
        for at in ("soon", "1976-03-02", "0001-01-01", "999999999999999"):
            order = self.make_order((self.a, 1))
            advice = despatch_advice(order.name, [despatch_line(10, "A1", 1)], at=at)
            document = self.deliver_here(message("despatch_advice", advice))
            self.assertEqual(document.state, "attention")
            self.assertIn(at, document.error)
            self.assertEqual(order.picking_ids.state, "assigned")
            status = despatch_advice(order.name, [despatch_line(10, "A1", 1)], status="O3", at=at)
            document = self.deliver_here(message("despatch_advice", status))
            self.assertEqual(document.state, "done", "nothing moves: the time is not needed")

    def test_a_correction_s_time_that_cannot_be_read_is_pointed_out(self):
        content = adjustment(("A1", -1, "100"), at="2026-03-02T11:00:00").replace(
            b"<endDate>2026-03-02<", b"<endDate>1900-01-01<"
        )
        document = self.deliver_here(content)
        self.assertEqual(document.state, "done", document.error)
        self.assertIn("1900-01-01", document.remark)
        self.assertEqual(document.event_date, datetime(2026, 3, 2, 10))

    def test_twelve_digits_are_a_date(self):
        order = self.make_order((self.a, 1))
        advice = despatch_advice(
            order.name,
            [despatch_line(10, "A1", 1)],
            at="202603021000",
            created="20260302102000",
        )
        document = self.deliver_here(message("despatch_advice", advice))
        self.assertEqual(document.event_date, datetime(2026, 3, 2, 9))
        self.assertEqual(document.document_date, datetime(2026, 3, 2, 9, 20))

    def test_what_happened_years_ago_waits_for_a_person(self):
        for year in ("2019", "2005"):
            order = self.make_order((self.a, 1))
            advice = despatch_advice(
                order.name,
                [despatch_line(10, "A1", 1)],
                at=f"{year}-03-02T10:00:00",
                created=f"{year}-03-02T10:20:00",
            )
            document = self.deliver_here(message("despatch_advice", advice))
            self.assertEqual((document.state, document.cause), ("attention", "long_ago"))
            self.assertIn(year, document.error)
            self.assertEqual(order.picking_ids.state, "assigned")
            document.action_retry()
            self.assertEqual(document.state, "done", document.error)

    def test_a_receipt_of_a_day(self):
        order = self.make_purchase((self.a, 5))
        advice = receiving_advice(order.name, receiving_line(10, "A1", 5), at="2026-03-02")
        advice.find("creationDateTime").text = "2026-03-02T16:39:29"
        document = self.deliver_here(message("receiving_advice", advice))
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(document.event_date, datetime(2026, 3, 2, 15, 39, 29))
        self.assertEqual(document.event_start, datetime(2026, 3, 1, 23))
        move = order.picking_ids.move_ids
        self.assertEqual(move.date, document.event_date)
        self.assertEqual(move.bring_not_before, document.event_start)

    def test_a_correction_of_a_day(self):
        content = adjustment(("A1", -1, "100"), at="2026-03-02T00:00:00").replace(
            b"<creationDateTime>2026-03-02T00:00:00<",
            b"<creationDateTime>2026-03-02T11:14:00<",
        )
        document = self.deliver_here(content)
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(document.event_date, datetime(2026, 3, 2, 10, 14))
        self.assertEqual(document.event_start, datetime(2026, 3, 1, 23))
        move = self.env["stock.move"].search([("bring_document_id", "=", document.id)])
        self.assertEqual(move.bring_not_before, document.event_start)

    def test_a_report_of_a_day_is_of_when_it_was_written_that_day(self):
        zero = stock_report(("A1", 10), at="2026-03-02T00:00:00")
        for content, date, start in (
            (
                zero.replace(b"DateTime>2026-03-02T00:00:00<", b"DateTime>2026-03-02T05:30:00<"),
                datetime(2026, 3, 2, 4, 30),
                False,
            ),
            (
                zero.replace(b"DateTime>2026-03-02T00:00:00<", b"DateTime>2026-03-03T05:30:00<"),
                datetime(2026, 3, 2, 22, 59, 59),
                datetime(2026, 3, 1, 23),
            ),
            (
                zero.replace(b"<endTime>00:00:00</endTime>", b"").replace(
                    b"2026-03-02</endDate>", b"1772406000000</endDate>"
                ),
                datetime(2026, 3, 2, 22, 59, 59),
                datetime(2026, 3, 1, 23),
            ),
        ):
            document = self.deliver_here(content)
            self.assertEqual((document.event_date, document.event_start), (date, start))
            report = self.env["bring.inventory.report"].browse(document.res_id)
            self.assertEqual((report.event_date, report.event_start), (date, start))

    def test_a_report_without_any_time_is_compared_with_nothing(self):
        content = stock_report(("A1", 3), at="0001-01-01T00:00:00")
        document = self.deliver_here(content)
        self.assertEqual((document.state, document.cause), ("attention", "unreadable"))
        self.assertIn("creationDateTime", document.error)
        reports = self.env["bring.inventory.report"].search([])
        self.assertFalse(reports.filtered(lambda report: report.account_id == self.account))

    def test_a_status_of_a_day_is_not_before_the_despatch_of_that_day(self):
        order = self.make_order((self.a, 1))
        self.deliver_here(
            message("order_response", order_response(order.name, at="2026-03-02T09:00:00"))
        )
        advice = despatch_advice(
            order.name,
            [despatch_line(10, "A1", 1)],
            at="2026-03-02T00:00:00",
            created="2026-03-02T17:00:18",
        )
        self.deliver_here(message("despatch_advice", advice))
        picking = order.picking_ids
        self.assertLess(picking.bring_registered_at, picking.bring_despatched_at)
        self.assertEqual(order.bring_status, "despatched")


class TestTheDayInTheBooks(BringCase):
    """Corrections are dated in the accounts by the account's day, as despatches are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounts = cls.env["account.account"].create(
            [
                {"name": name, "code": code, "account_type": kind}
                for name, code, kind in (
                    ("Stock", "BRING1", "asset_current"),
                    ("Loss of stock", "BRING2", "expense"),
                )
            ]
        )
        stock, loss = accounts
        journal = cls.env["account.journal"].create(
            {"name": "Stock", "code": "BRST", "type": "general"}
        )
        category = cls.env["product.category"].create(
            {
                "name": "Valued",
                "property_valuation": "real_time",
                "property_cost_method": "average",
                "property_stock_valuation_account_id": stock.id,
                "property_stock_journal": journal.id,
            }
        )
        cls.a = cls.make_product("A1", categ_id=category.id, standard_price=10)
        cls.a.property_stock_inventory.valuation_account_id = loss
        cls.put_stock(cls.a, 10)

    def assertBooked(self, moves, day):
        entries = moves.account_move_id
        self.assertTrue(entries, "valued goods have an entry")
        self.assertEqual({str(entry.date) for entry in entries}, {day})

    def test_a_correction_after_midnight(self):
        document = self.deliver(
            adjustment(("A1", -1, "100"), at="2026-07-02T00:30:00")
        ).document_ids
        self.assertEqual(document.state, "done", document.error)
        moves = self.env["stock.move"].search([("bring_document_id", "=", document.id)])
        self.assertEqual(moves.date, datetime(2026, 7, 1, 22, 30))
        self.assertBooked(moves, "2026-07-02")

    def test_a_correction_in_another_account_s_zone(self):
        self.account.tz = "America/New_York"
        document = self.deliver(
            adjustment(("A1", -1, "100"), at="2026-07-02T22:00:00")
        ).document_ids
        moves = self.env["stock.move"].search([("bring_document_id", "=", document.id)])
        self.assertBooked(moves, "2026-07-02")

    def test_the_difference_of_a_report_after_midnight(self):
        document = self.deliver(stock_report(("A1", 8), at="2026-07-02T00:30:00")).document_ids
        report = self.env["bring.inventory.report"].browse(document.res_id)
        report.action_apply()
        self.assertBooked(report.move_ids, "2026-07-02")

    def test_a_correction_that_is_applied_again_later(self):
        content = adjustment(("NEW", -1, "100"), at="2026-07-02T00:30:00")
        document = self.deliver(content).document_ids
        self.assertEqual(document.state, "attention")
        self.a.default_code = "NEW"
        document.action_retry()
        moves = self.env["stock.move"].search([("bring_document_id", "=", document.id)])
        self.assertBooked(moves, "2026-07-02")

    def test_what_is_booked_back(self):
        document = self.deliver(stock_report(("A1", 7), at="2026-07-02T00:30:00")).document_ids
        report = self.env["bring.inventory.report"].browse(document.res_id)
        report.action_apply()
        order = self.make_order((self.a, 3))
        self.despatch(order, despatch_line(10, "A1", 3), at="2026-07-02T00:10:00")
        self.assertEqual(self.on_hand(self.a), 7)
        self.assertBooked(report.move_ids, "2026-07-02")


class TestADayIsShownAsADay(BringCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.make_product("A1")
        cls.put_stock(cls.a, 10)
        cls.order = cls.make_order((cls.a, 3))
        cls.picking = cls.order.picking_ids
        cls.picking.bring_sent_at = datetime(2026, 3, 1, 12)
        cls.picking.bring_status = "sent"

    def ship(self, at="2026-03-02T00:00:00"):
        return self.despatch(
            self.order, despatch_line(10, "A1", 3), at=at, created="2026-03-02T17:00:18"
        )

    def row(self):
        self.env.flush_all()
        rows = self.env["bring.despatch.analysis"].search([("picking_id", "=", self.picking.id)])
        return rows.read(["hours", "hours_to_despatch", "days", "is_day", "on_time"])[0]

    def groups(self):
        """Return the averages of hours and days, None where there is none."""
        ((hours, days),) = self.env["bring.despatch.analysis"]._read_group(
            [("picking_id", "=", self.picking.id)], aggregates=["hours:avg", "days:avg"]
        )
        return None if hours is False else hours, days  # no average is no number

    def test_on_the_document_and_in_the_chatter(self):
        document = self.ship()
        self.assertEqual(document.with_context(lang="en_US").event_day, "Mar 2, 2026")
        body = self.picking.message_ids.filtered(lambda m: "Bring's time" in (m.body or ""))[
            :1
        ].body
        self.assertIn("Mar 2, 2026", body)
        self.assertNotIn("17:00", body)
        self.assertNotIn("5:00", body)

    def test_an_instant_has_no_day(self):
        self.assertFalse(self.ship(at="2026-03-02T16:00:00").event_day)

    def test_it_is_the_warehouse_s_day_whatever_the_reader_s_clock(self):
        document = self.ship().with_context(tz="Pacific/Auckland", lang="en_US")
        self.assertEqual(document.event_day, "Mar 2, 2026")
        html = self.picking.with_context(tz="Pacific/Auckland", lang="en_US").bring_timeline
        self.assertIn("March 2, 2026", html)
        self.assertIn("no time of day told", html)

    def test_in_what_the_colleagues_see_of_a_shipment(self):
        self.ship()
        when = self.picking.with_context(tz="Europe/Oslo", lang="en_US")._bring_shipment()["when"]
        self.assertEqual(when, "Mar 2, 2026")

    def test_no_hours_are_counted_from_a_day(self):
        self.ship()
        row = self.row()
        self.assertEqual((row["is_day"], row["days"], row["on_time"]), (True, 1, 1))
        self.assertEqual(self.groups(), (None, 1))

    def test_hours_are_counted_from_an_instant(self):
        self.ship(at="2026-03-02T13:00:00")
        row = self.row()
        self.assertEqual((row["hours"], row["days"], row["is_day"]), (24, 1, False))

    def test_a_day_never_makes_hours_or_days_negative(self):
        self.picking.bring_sent_at = datetime(2026, 3, 2, 15)
        self.ship()
        self.assertEqual(self.groups(), (None, 0))
