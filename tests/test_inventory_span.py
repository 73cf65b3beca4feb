"""Movements of which Bring told only the day, beside a stock report of that day."""

import random
from datetime import datetime, timedelta

from odoo.exceptions import UserError

from .common import (
    adjustment,
    despatch_advice,
    despatch_line,
    message,
    receiving_advice,
    receiving_line,
    stock_report,
)
from .test_inventory_report import InventoryReportCase

MIDNIGHT = "2026-03-02T00:00:00"
REPORT = "2026-03-02T05:30:00"
CREATED = "2026-03-02T17:00:18"


class SpanCase(InventoryReportCase):
    def allow_auto(self):
        self.account.write(
            {
                "auto_apply": True,
                "auto_max_lines": 50,
                "auto_max_share": 100,
                "auto_max_value": 100000,
                "drop_share": 100,
            }
        )

    def ship(self, quantity, at=MIDNIGHT, created=CREATED, product=None, items=()):
        """Ship some of an article on that day, without a time of day."""
        product = product or self.a
        order = self.make_order((product, quantity))
        line = despatch_line(10, product.default_code, quantity, items=items)
        document = self.despatch(order, line, at=at, created=created)
        self.assertEqual(document.state, "done", document.error)
        return document

    def receive_day(self, quantity, product=None):
        product = product or self.a
        order = self.make_purchase((product, quantity))
        advice = receiving_advice(
            order.name, receiving_line(10, product.default_code, quantity), at=MIDNIGHT
        )
        advice.find("creationDateTime").text = CREATED
        (document,) = self.deliver(message("receiving_advice", advice)).document_ids
        self.assertEqual(document.state, "done", document.error)

    def assertAsked(self, report, product=None):
        line = self.line(report, product or self.a)
        self.assertEqual((line.state, line.is_doubtful), ("differ", True))
        self.assertEqual(report.state, "compared")
        self.assertTrue(report.activity_ids, "a person is called")
        return line


class TestReportOnTheDay(SpanCase):
    def test_a_report_that_agreed_before_the_movement_stays_agreed(self):
        self.allow_auto()
        for first in ("report", "movement"):
            with self.subTest(first=first):
                if first == "report":
                    report = self.report(("A1", 10), ("B1", 10), at=REPORT)
                    self.ship(3)
                    left = 7
                else:
                    self.ship(3, MIDNIGHT.replace("02T", "03T"), CREATED.replace("02T", "03T"))
                    at = REPORT.replace("02T", "03T")
                    report = self.report(("A1", 7), ("B1", 10), at=at)
                    left = 4
                self.assertEqual(self.line(report, self.a).state, "agree")
                self.assertEqual(self.on_hand(self.a), left)
                self.assertFalse(report.move_ids)
                self.assertFalse(report.activity_ids)

    def test_a_report_that_holds_the_movement_agrees(self):
        self.ship(3)
        report = self.report(("A1", 7), ("B1", 10), at=REPORT)
        line = self.line(report, self.a)
        self.assertEqual((line.state, line.odoo_quantity, line.is_doubtful), ("agree", 7, True))
        self.assertFalse(report.activity_ids)

    def test_some_of_several_movements_may_have_been_before(self):
        for quantity in (1, 2, 3):
            self.ship(quantity)
        self.receive_day(5)
        for counted in (10, 9, 8, 7, 13, 9):
            report = self.report(("A1", counted), ("B1", 10), at=REPORT)
            self.assertEqual(self.line(report, self.a).state, "agree", counted)
        report = self.report(("A1", 20), ("B1", 10), at=REPORT)
        self.assertEqual(self.line(report, self.a).state, "differ")

    def test_a_movement_counts_as_a_whole(self):
        self.ship(3)
        report = self.report(("A1", 9), ("B1", 10), at=REPORT)
        line = self.assertAsked(report)
        self.assertEqual((line.odoo_before, line.odoo_after), (7, 10))

    def test_what_agrees_in_no_reading_is_never_booked_automatically(self):
        self.allow_auto()
        self.ship(3)
        report = self.report(("A1", 9), ("B1", 10), at=REPORT)
        line = self.assertAsked(report)
        self.assertEqual(self.on_hand(self.a), 7)
        self.assertIn("10", line.hint)
        self.assertIn("7", line.hint)
        with self.assertRaisesRegex(UserError, "Moved before"):
            line.action_apply()
        report.action_apply()
        self.assertAsked(report)
        self.assertEqual(self.on_hand(self.a), 7, "a person has to say first")

    def test_a_person_says_that_it_moved_before(self):
        self.ship(3)
        report = self.report(("A1", 9), ("B1", 10), at=REPORT)
        line = self.line(report, self.a)
        line.action_moved_before()
        self.assertEqual((line.state, line.odoo_quantity, line.difference), ("differ", 7, 2))
        line.action_apply()
        self.assertEqual(self.on_hand(self.a), 9)
        self.assertEqual((line.state, report.state), ("applied", "applied"))

    def test_a_person_says_that_it_moved_after(self):
        self.ship(3)
        report = self.report(("A1", 9), ("B1", 10), at=REPORT)
        line = self.line(report, self.a)
        line.action_moved_after()
        self.assertEqual((line.state, line.odoo_quantity, line.difference), ("differ", 10, -1))
        report.action_apply()
        self.assertEqual(self.on_hand(self.a), 6)
        self.assertEqual((line.state, report.state), ("applied", "applied"))

    def test_what_was_booked_may_be_the_movement_that_is_told_later(self):
        self.allow_auto()
        report = self.report(("A1", 7), ("B1", 10), at=REPORT)
        self.assertEqual(self.on_hand(self.a), 7, "nothing was told of it yet")
        self.ship(3)
        self.assertEqual(self.on_hand(self.a), 4)
        line = self.assertAsked(report)
        line.action_moved_before()
        self.assertEqual(line.difference, 3)
        line.action_apply()
        self.assertEqual(self.on_hand(self.a), 7)
        self.assertEqual(report.state, "applied")

    def test_what_was_booked_was_another_loss(self):
        self.allow_auto()
        report = self.report(("A1", 7), ("B1", 10), at=REPORT)
        self.ship(3)
        line = self.assertAsked(report)
        line.action_moved_after()
        self.assertEqual((line.state, report.state), ("applied", "applied"))
        self.assertEqual(self.on_hand(self.a), 4)

    def test_a_later_report_decides_what_the_first_could_not(self):
        self.allow_auto()
        first = self.report(("A1", 7), ("B1", 10), at=REPORT)
        self.ship(3)
        self.assertAsked(first)
        second = self.report(("A1", 7), ("B1", 10), at="2026-03-03T05:30:00")
        self.assertEqual(first.state, "superseded")
        self.assertEqual(self.on_hand(self.a), 7)
        self.assertEqual(second.state, "applied")

    def test_a_report_that_was_settled_is_not_asked_about_once_there_is_a_later_one(self):
        self.allow_auto()
        first = self.report(("A1", 7), ("B1", 10), at=REPORT)
        second = self.report(("A1", 7), ("B1", 10), at="2026-03-03T05:30:00")
        self.ship(3)
        self.assertEqual(self.on_hand(self.a), 7, "the second held it, and says so")
        self.assertEqual((first.state, self.line(first, self.a).state), ("applied", "applied"))
        self.assertEqual(second.state, "applied")

    def test_other_articles_are_booked_as_ever(self):
        self.allow_auto()
        self.ship(3)
        report = self.report(("A1", 10), ("B1", 9), at=REPORT)
        self.assertEqual(self.on_hand(self.b), 9)
        self.assertEqual(report.state, "applied")

    def test_a_report_of_the_evening_holds_what_was_written_before(self):
        self.ship(3)
        report = self.report(("A1", 9), ("B1", 10), at="2026-03-02T18:00:00")
        line = self.line(report, self.a)
        self.assertEqual((line.state, line.difference, line.is_doubtful), ("differ", 2, False))

    def test_a_correction_of_the_day(self):
        content = adjustment(("A1", -2, "100"), at=MIDNIGHT).replace(
            b"DateTime>2026-03-02T00:00:00<", b"DateTime>2026-03-02T17:00:18<"
        )
        self.assertEqual(self.deliver(content).document_ids.state, "done")
        for counted, state in ((10, "agree"), (8, "agree"), (9, "differ")):
            report = self.report(("A1", counted), ("B1", 10), at=REPORT)
            self.assertEqual(self.line(report, self.a).state, state, counted)

    def test_lots_of_one_despatch_left_together(self):
        lotted = self.make_product("L1", tracking="lot", standard_price=1)
        for name in ("X", "Y"):
            self.put_stock(lotted, 10, self.make_lot(lotted, name))
        self.ship(
            5,
            product=lotted,
            items=[{"batch": "X", "quantity": 2}, {"batch": "Y", "quantity": 3}],
        )
        status = "AVAILABLE_FOR_SALE"

        def counted(x, y):
            report = self.report(
                ("A1", 10), ("B1", 10), ("L1", x, status, "X"), ("L1", y, status, "Y"), at=REPORT
            )
            lines = report.line_ids.filtered(lambda line: line.product_id == lotted)
            return sorted((line.lot_id.name, line.state) for line in lines)

        self.assertEqual(counted(10, 10), [("X", "agree"), ("Y", "agree")])
        self.assertEqual(counted(8, 7), [("X", "agree"), ("Y", "agree")])
        self.assertIn("differ", dict(counted(10, 7)).values(), "one despatch is one movement")

    def test_a_part_that_is_not_mentioned_left_on_the_day(self):
        self.account.absent_policy = "zero"
        self.allow_auto()
        self.put_stock(self.b, 2, location=self.blocked)
        self.ship(10, product=self.b)
        report = self.report(("A1", 10), ("B1", 2, "BLOCKED"), at=REPORT)
        lines = report.line_ids.filtered(lambda line: line.product_id == self.b)
        self.assertFalse(lines.filtered(lambda line: line.state == "differ"))
        self.assertEqual(self.on_hand(self.b), 0)

    def test_absent_is_never_booked_as_zero_on_a_movement_without_a_time(self):
        self.account.absent_policy = "zero"
        self.allow_auto()
        self.ship(3)
        report = self.report(("B1", 10), at=REPORT)
        self.assertEqual(self.on_hand(self.a), 7)
        line = self.line(report, self.a)
        self.assertEqual((line.state, line.is_doubtful), ("absent", True))
        self.assertTrue(report.activity_ids)


class TestReportOfADay(SpanCase):
    """The report itself names only its day, and was written on another."""

    def day_report(self, *counts):
        content = stock_report(*counts, at=MIDNIGHT).replace(
            b"DateTime>2026-03-02T00:00:00<", b"DateTime>2026-03-04T01:00:00<"
        )
        document = self.deliver(content).document_ids
        self.assertEqual(document.state, "done", document.error)
        report = self.env["bring.inventory.report"].browse(document.res_id)
        self.assertTrue(report.event_start)
        return report

    def test_what_moved_on_the_day_may_be_in_it(self):
        self.allow_auto()
        self.ship(3, at="2026-03-02T10:00:00")
        for counted in (10, 7):
            report = self.day_report(("A1", counted), ("B1", 10))
            self.assertEqual(self.line(report, self.a).state, "agree", counted)
        line = self.assertAsked(self.day_report(("A1", 8), ("B1", 10)))
        self.assertEqual((line.odoo_before, line.odoo_after), (7, 10))
        self.assertEqual(self.on_hand(self.a), 7)

    def test_what_moved_on_other_days_is_certain(self):
        self.ship(3, at="2026-03-01T10:00:00", created="2026-03-01T10:10:00")
        self.ship(2, at="2026-03-03T10:00:00", created="2026-03-03T10:10:00")
        report = self.day_report(("A1", 8), ("B1", 10))
        line = self.line(report, self.a)
        self.assertEqual((line.odoo_quantity, line.difference, line.is_doubtful), (7, 1, False))

    def test_it_does_not_settle_an_exact_report_of_its_day(self):
        exact = self.report(("A1", 9), ("B1", 10), at=REPORT)
        self.ship(1, at="2026-03-02T10:00:00")
        report = self.day_report(("A1", 9), ("B1", 10))
        self.assertEqual(exact.state, "compared", "it may have been taken later")
        self.assertEqual(self.line(exact, self.a).state, "differ")
        self.assertEqual(self.line(report, self.a).state, "agree")


class TestBalancesCountedBefore(SpanCase):
    """Bring answers later than it heard from the warehouse (LastUpdatedDateTime)."""

    def balances(self, quantity, counted="2026-03-02T05:30:00+01:00"):
        """Take in an answer of 10:00 with 10 of B1 and so many of A1, counted before."""
        rows = "".join(
            f"<ArticleBalance><ArticleNumber>{article}</ArticleNumber>"
            f"<PhysicalBalance>{there}</PhysicalBalance><AllocatedBalance>0</AllocatedBalance>"
            f"<InOrderBalance>0</InOrderBalance><FreeBalance>{there}</FreeBalance>"
            f"<LastUpdatedDateTime>{counted}</LastUpdatedDateTime></ArticleBalance>"
            for article, there in (("A1", quantity), ("B1", 10))
        )
        content = (
            "<GetArticleBalanceResponse><ResponseProperties><DateAndTimes>"
            "2026-03-02T10:00:00+01:00</DateAndTimes></ResponseProperties>"
            f"<ArticleBalanceSet>{rows}</ArticleBalanceSet></GetArticleBalanceResponse>"
        )
        self.env.flush_all()
        messages = self.env["bring.message"]
        request_id, _new = messages._receive(
            self.account.id, None, content.encode(), "application/xml", "balances"
        )
        self.env["bring.document"]._process_pending()
        self.env.invalidate_all()
        document = messages.search([("request_id", "=", request_id)]).document_ids
        self.assertEqual(document.state, "done", document.error)
        return self.env["bring.inventory.report"].browse(document.res_id)

    def balance(self, report, product):
        return report.line_ids.filtered(lambda line: line.product_id == product)

    def test_what_moved_since_is_in_the_number_or_not(self):
        self.allow_auto()
        self.ship(3, at="2026-03-02T08:00:00", created="2026-03-02T08:10:00")
        for quantity in (10, 7):
            report = self.balances(quantity)
            self.assertEqual(self.balance(report, self.a).state, "agree", quantity)
            self.assertFalse(self.balance(report, self.b).is_doubtful)
        self.assertEqual(self.on_hand(self.a), 7)
        line = self.balance(self.balances(9), self.a)
        self.assertEqual((line.state, line.odoo_before, line.odoo_after), ("differ", 7, 10))
        self.assertEqual(self.on_hand(self.a), 7, "nothing is booked on it automatically")

    def test_what_moved_before_is_in_it(self):
        self.allow_auto()
        self.ship(3, at="2026-03-02T05:00:00", created="2026-03-02T05:10:00")
        line = self.balance(self.balances(8), self.a)
        self.assertEqual((line.state, self.on_hand(self.a)), ("applied", 8))

    def test_it_is_compared_again_as_it_was_counted(self):
        report = self.balances(10)
        self.ship(3, at="2026-03-02T08:00:00", created="2026-03-02T08:10:00")
        self.assertEqual(self.balance(report, self.a).state, "agree")
        report.action_compare()
        self.assertEqual(self.balance(report, self.a).state, "agree")


class TestRandomDays(SpanCase):
    """Odoo ends where Bring is, or a person is called; never a silent difference."""

    def test_odoo_ends_where_bring_is_or_a_person_is_called(self):
        for seed in range(10):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self.live(random.Random(seed))
                savepoint.close(rollback=True)
            self.env.invalidate_all()

    def live(self, rng):
        """Let a day go by at Bring, tell it in any order, and see where Odoo is."""
        if rng.random() < 0.8:
            self.allow_auto()
        orders = [self.make_order((self.a, 1)) for _number in range(rng.randint(1, 3))]
        bring, told, start = 10, [], datetime(2026, 3, 2)
        happenings = [("ship", order) for order in orders]
        happenings += [("report", None)] * rng.randint(1, 2)
        happenings += [("correct", None)] * rng.randint(0, 1)
        moments = sorted(rng.sample(range(1, 24 * 60), len(happenings)))
        rng.shuffle(happenings)
        for minutes, (what, order) in zip(moments, happenings, strict=True):
            at = start + timedelta(minutes=minutes)
            midnight = at.replace(hour=0, minute=0)
            by_day = rng.random() < 0.8
            moved = (midnight if by_day else at).isoformat()
            # in the evening, as in Bring's samples, or in the night after
            evening = midnight + timedelta(hours=rng.choice([17, 17, 26]), seconds=18)
            written = max(at, evening).isoformat()
            if what == "ship":
                bring -= 1
                advice = despatch_advice(
                    order.name, [despatch_line(10, "A1", 1)], at=moved, created=written
                )
                told.append(message("despatch_advice", advice))
            elif what == "correct":
                change = rng.choice([-1, 1])
                bring += change
                content = adjustment(("A1", change, "100"), at=moved)
                told.append(
                    content.replace(
                        f"<creationDateTime>{moved}<".encode(),
                        f"<creationDateTime>{written}<".encode(),
                    )
                )
            else:
                told.append(stock_report(("A1", bring), ("B1", 10), at=at.isoformat()))
        if rng.random() < 0.8:
            rng.shuffle(told)
        for content in told:
            document = self.deliver(content).document_ids
            self.assertIn(document.state, ("done", "ignored"), document.error)
        if self.on_hand(self.a) == bring:
            return
        open_lines = self.env["bring.inventory.report.line"].search(
            [
                ("account_id", "=", self.account.id),
                ("product_id", "=", self.a.id),
                ("state", "=", "differ"),
                ("report_id.state", "=", "compared"),
            ]
        )
        self.assertTrue(open_lines, f"Bring has {bring}, Odoo {self.on_hand(self.a)}, in silence")
        self.assertTrue(open_lines.report_id.activity_ids, "a person is called")
