"""What Bring sends is taken as far as it goes, and what isn't understood waits for a person."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError

from .common import (
    BringCase,
    adjustment,
    despatch_advice,
    despatch_line,
    element,
    inventory,
    inventory_line,
    leaf,
    message,
    order_response,
    own_number,
    receiving_advice,
    receiving_line,
    stock_report,
    warehouse_element,
)


def bare_item(article, quantity=None):
    """Build an item of a report without a line item, which are 0..n."""
    return element(
        "inventoryItemLocationInformation",
        warehouse_element("BERGER"),
        element("transactionalTradeItem", own_number(article), leaf("tradeItemQuantity", quantity)),
    )


class TestOneLineIsOneLine(BringCase):
    """What can't be read of a document is as small as it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.make_product("A1", standard_price=10)
        cls.b = cls.make_product("B1", standard_price=20)
        cls.put_stock(cls.a, 10)
        cls.put_stock(cls.b, 10)
        cls.env.flush_all()

    def report(self, *items):
        found = self.deliver(message("inventory_report", inventory("STATUS", *items)))
        document = found.document_ids
        self.assertEqual(document.state, "done", document.error)
        return self.env["bring.inventory.report"].browse(document.res_id)

    def test_a_line_of_a_report_that_cannot_be_read_is_not_understood_alone(self):
        good = inventory_line("A1", 8, status="AVAILABLE_FOR_SALE")
        for bad in (
            inventory_line("B1", "seven", status="AVAILABLE_FOR_SALE"),
            inventory_line("B1", None, status="AVAILABLE_FOR_SALE"),
            bare_item("B1", 7),
            inventory_line("B1", 7, reason="100"),
        ):
            report = self.report(good, bad)
            states = {line.article: line.state for line in report.line_ids}
            self.assertEqual(states["A1"], "differ")
            unknown = report.line_ids.filtered(lambda line: line.state == "unknown")
            self.assertEqual(len(unknown), 1)
            self.assertEqual(unknown.problem, "unreadable")
            self.assertTrue(unknown.note)
            self.assertTrue(report.activity_ids)
            row = self.env["bring.to.settle"].search([("line_id", "=", unknown.id)])
            self.assertEqual((row.cause, row.subject), ("unreadable", "B1"))

    def test_a_correction_that_cannot_be_read_is_named_and_nothing_is_booked(self):
        found = self.deliver(
            message(
                "inventory_report",
                inventory(
                    "ACTIVITY",
                    inventory_line("A1", -2, reason="100"),
                    inventory_line("B1", "two", reason="100"),
                ),
            )
        )
        document = found.document_ids
        self.assertEqual((document.state, document.cause), ("attention", "unreadable"))
        self.assertIn("article B1", document.error)
        self.assertIn("'two' is not a number", document.error)
        self.assertEqual(self.on_hand(self.a), 10)
        counted = self.deliver(
            message(
                "inventory_report",
                inventory("ACTIVITY", inventory_line("B1", 2, status="BLOCKED")),
            )
        ).document_ids
        self.assertEqual((counted.state, counted.cause), ("attention", "unreadable"))
        self.assertIn("BLOCKED", counted.error)

    def test_a_correction_without_a_line_changes_nothing(self):
        document = self.deliver(
            message(
                "inventory_report",
                inventory("ACTIVITY", bare_item("A1"), inventory_line("B1", -2, reason="100")),
            )
        ).document_ids
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual((self.on_hand(self.a), self.on_hand(self.b)), (10, 8))
        document = self.deliver(
            message("inventory_report", inventory("ACTIVITY", bare_item("A1")))
        ).document_ids
        self.assertEqual((document.state, document.remark), ("done", "It changes nothing."))

    def test_what_ships_nothing_needs_no_line(self):
        order = self.make_order((self.a, 2))
        advice = despatch_advice(order.name, [despatch_line(10, "A1", "two")], status="O2")
        document = self.deliver(message("despatch_advice", advice)).document_ids
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(order.picking_ids.bring_status, "allocated")
        self.assertIn("'two' is not a number", document.remark)

    def test_what_left_needs_each_line(self):
        order = self.make_order((self.a, 2), (self.b, 1))
        lines = [despatch_line(10, "A1", 2), despatch_line(20, "B1", "one")]
        advice = despatch_advice(order.name, lines)
        document = self.deliver(message("despatch_advice", advice)).document_ids
        self.assertEqual((document.state, document.cause), ("attention", "unreadable"))
        self.assertIn("Line 20", document.error)
        self.assertNotIn("Line 10", document.error)
        self.assertEqual(order.picking_ids.state, "assigned")

    def test_what_left_needs_no_weight_and_no_best_before_date(self):
        lot = self.make_product("L1", tracking="lot")
        self.put_stock(lot, 5, self.make_lot(lot, "X"))
        order = self.make_order((lot, 2))
        line = despatch_line(10, "L1", 2, items=[{"batch": "X", "best_before": "soon"}])
        document = self.deliver(
            message("despatch_advice", despatch_advice(order.name, [line]))
        ).document_ids
        self.assertEqual(document.state, "done", document.error)
        self.assertIn("Not read: Line 10", document.remark)
        self.assertEqual(self.on_hand(lot), 3)

    def test_what_arrived_needs_each_line(self):
        purchase = self.make_purchase((self.a, 2), (self.b, 1))
        found = self.deliver(
            message(
                "receiving_advice",
                receiving_advice(
                    purchase.name, receiving_line(10, "A1", 2), receiving_line(20, "B1", "?")
                ),
            )
        )
        document = found.document_ids
        self.assertEqual((document.state, document.cause), ("attention", "unreadable"))
        self.assertIn("Line 20", document.error)
        self.assertEqual(self.on_hand(self.a), 10)

    def test_a_condition_that_nobody_knows_is_named(self):
        purchase = self.make_purchase((self.a, 2))
        document = self.receive(purchase, receiving_line(10, "A1", 2, conditions=[("7", 2)]))
        self.assertEqual((document.state, document.cause), ("attention", "contradiction"))
        self.assertIn("7", document.error)

    def test_a_report_of_which_no_line_can_be_read_books_nothing(self):
        report = self.deliver(stock_report(("A1", "x"), ("B1", "y"))).document_ids
        self.assertEqual(report.state, "done", report.error)
        found = self.env["bring.inventory.report"].browse(report.res_id)
        self.assertEqual(found.unknown_count, 2)
        self.assertEqual((self.on_hand(self.a), self.on_hand(self.b)), (10, 10))

    def test_corrections_are_still_booked(self):
        document = self.deliver(adjustment(("A1", -2, "100"))).document_ids
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(self.on_hand(self.a), 8)


class TestWhoAndWhat(BringCase):
    """Whose document it is, which article it means, and whether it is an original."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.make_product("A1")
        cls.put_stock(cls.a, 10)

    def advice_of(self, order, line, **options):
        changes = {name: options.pop(name) for name in ("code", "receiver") if name in options}
        advice = despatch_advice(order.name, [line], **options)
        if "code" in changes:
            advice.find("documentStatusCode").text = changes["code"]
        if "receiver" in changes:
            advice.append(
                element(
                    "receiver",
                    *[
                        leaf("additionalPartyIdentification", client)
                        for client in changes["receiver"]
                    ],
                )
            )
        return advice

    def send(self, *documents, kind="despatch_advice", receiver=None):
        content = message(kind, *documents)
        if receiver is not None:
            content = content.replace(b">999999</sh:Identifier>", receiver)
        return self.deliver(content).document_ids

    # -- originals and copies -------------------------------------------------

    def test_what_takes_back_or_changes_is_for_a_person(self):
        for code in ("DELETE", "REPLACE", "delete", "WITHDRAWN"):
            order = self.make_order((self.a, 1))
            document = self.send(self.advice_of(order, despatch_line(10, "A1", 1), code=code))
            self.assertEqual((document.state, document.cause), ("attention", "no_original"), code)
            self.assertIn(order.name, document.error)
            self.assertIn(code, document.error)
            self.assertNotEqual(order.picking_ids.state, "done")

    def test_what_says_original_or_nothing_is_applied(self):
        for code in ("ORIGINAL", "Original", ""):
            order = self.make_order((self.a, 1))
            document = self.send(self.advice_of(order, despatch_line(10, "A1", 1), code=code))
            self.assertEqual(document.state, "done", document.error)

    def test_a_withdrawal_of_the_same_content_is_no_duplicate(self):
        order = self.make_order((self.a, 1))
        line = despatch_line(10, "A1", 1)
        self.send(self.advice_of(order, line))
        document = self.send(self.advice_of(order, line, code="DELETE"))
        self.assertEqual((document.state, document.cause), ("attention", "no_original"))

    def test_a_copy_of_what_is_here_is_ignored(self):
        order = self.make_order((self.a, 2))
        line = despatch_line(10, "A1", 1)
        original = self.send(self.advice_of(order, line))
        for code in ("COPY", "ADDITIONAL_TRANSMISSION"):
            copy = self.send(self.advice_of(order, line, code=code))
            self.assertEqual((copy.state, copy.duplicate_of_id), ("ignored", original))
        self.assertEqual(self.on_hand(self.a), 9)

    def test_a_copy_without_its_original_waits_until_that_comes(self):
        order = self.make_order((self.a, 1))
        line = despatch_line(10, "A1", 1)
        copy = self.send(self.advice_of(order, line, code="COPY"))
        self.assertEqual((copy.state, copy.cause), ("attention", "no_original"))
        self.assertEqual(self.on_hand(self.a), 10)
        original = self.send(self.advice_of(order, line))
        self.assertEqual(original.state, "done", original.error)
        self.assertEqual((copy.state, copy.duplicate_of_id), ("ignored", original))
        self.assertFalse(copy.activity_ids)
        self.assertEqual(self.on_hand(self.a), 9)

    def test_copies_of_reports_and_corrections_change_nothing(self):
        for content in (stock_report(("A1", 5)), adjustment(("A1", -5, "100"))):
            copied = content.replace(b">ORIGINAL<", b">COPY<")
            document = self.deliver(copied).document_ids
            self.assertEqual((document.state, document.cause), ("attention", "no_original"))
            original = self.deliver(content).document_ids
            self.assertEqual(original.state, "done", original.error)
            self.assertEqual(document.state, "ignored")

    def test_one_more_transmission_of_an_order_response_is_applied(self):
        # the guideline of OrderResponse lists no other code
        order = self.make_order((self.a, 1))
        content = message("order_response", order_response(order.name, "O3"))
        document = self.deliver(
            content.replace(b">ORIGINAL<", b">ADDITIONAL_TRANSMISSION<")
        ).document_ids
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(order.picking_ids.bring_status, "started")

    # -- whose ----------------------------------------------------------------

    def test_what_is_for_another_client_is_never_booked(self):
        order = self.make_order((self.a, 1))
        line = despatch_line(10, "A1", 1)
        document = self.send(self.advice_of(order, line), receiver=b">555555</sh:Identifier>")
        self.assertEqual((document.state, document.cause), ("attention", "other_client"))
        self.assertEqual(document.cause_subject, "555555")
        self.assertIn("555555", document.error)
        inside = self.send(self.advice_of(order, line, receiver=["555555"], tracking="X123"))
        self.assertEqual((inside.state, inside.cause), ("attention", "other_client"))
        self.assertEqual(self.on_hand(self.a), 10)
        purchase = self.make_purchase((self.a, 1))
        receipt = self.send(
            receiving_advice(purchase.name, receiving_line(10, "A1", 1)),
            kind="receiving_advice",
            receiver=b">555555</sh:Identifier>",
        )
        self.assertEqual(receipt.cause, "other_client")
        report = inventory("STATUS", inventory_line("A1", 3, status="AVAILABLE_FOR_SALE"))
        report.append(
            element("inventoryReportToParty", leaf("additionalPartyIdentification", "555555"))
        )
        found = self.send(report, kind="inventory_report")
        self.assertEqual(found.cause, "other_client")
        self.assertEqual(self.on_hand(self.a), 10)

    def test_an_id_that_is_accepted_lets_all_that_wait_follow(self):
        orders = [self.make_order((self.a, 1)) for _number in range(2)]
        documents = self.env["bring.document"]
        for order in orders:
            documents |= self.send(
                self.advice_of(order, despatch_line(10, "A1", 1)),
                receiver=b">555555</sh:Identifier>",
            )
        self.assertEqual(documents.mapped("state"), ["attention"] * 2)
        action = documents[0].action_mend()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((dialog.subject, dialog.document_count), ("555555", 2))
        dialog.action_mend()
        self.assertEqual(documents.mapped("state"), ["done"] * 2)
        self.assertEqual(self.account.accepted_clients, "555555")

    def test_ids_are_compared_as_numbers_and_one_of_a_partys_is_enough(self):
        self.account.accepted_clients = "20001234567; NO-7"
        for receiver, ids in (
            (b">0999999</sh:Identifier>", ["999999"]),
            (b">20001234567</sh:Identifier>", ["no-7", "555555"]),
            (b"></sh:Identifier>", []),
        ):
            order = self.make_order((self.a, 1))
            advice = self.advice_of(order, despatch_line(10, "A1", 1), receiver=ids)
            document = self.send(advice, receiver=receiver)
            self.assertEqual(document.state, "done", document.error)

    def test_an_account_without_a_number_compares_nothing(self):
        self.account.customer_number = False
        order = self.make_order((self.a, 1))
        document = self.send(
            self.advice_of(order, despatch_line(10, "A1", 1)), receiver=b">5</sh:Identifier>"
        )
        self.assertEqual(document.state, "done", document.error)

    def test_the_warehouse_that_receives_is_no_other_client(self):
        purchase = self.make_purchase((self.a, 1))
        advice = receiving_advice(purchase.name, receiving_line(10, "A1", 1))
        advice.append(element("receiver", leaf("additionalPartyIdentification", "780132")))
        document = self.send(advice, kind="receiving_advice")
        self.assertEqual(document.state, "done", document.error)

    # -- which article --------------------------------------------------------

    def test_the_suppliers_number_is_ours_on_what_we_sell(self):
        order = self.make_order((self.a, 1))
        document = self.send(self.advice_of(order, despatch_line(10, supplier="A1")))
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(self.on_hand(self.a), 9)

    def test_the_suppliers_number_is_the_vendors_on_what_we_buy(self):
        b = self.make_product("B1")
        self.env["product.supplierinfo"].create(
            {
                "partner_id": self.supplier.id,
                "product_tmpl_id": b.product_tmpl_id.id,
                "product_code": "V-77",
            }
        )
        purchase = self.make_purchase((b, 2))
        line = receiving_line(10, None, 2)
        line.find("transactionalTradeItem").append(
            leaf(
                "additionalTradeItemIdentification",
                "V-77",
                additionalTradeItemIdentificationTypeCode="SA",
            )
        )
        document = self.send(receiving_advice(purchase.name, line), kind="receiving_advice")
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(self.on_hand(b), 2)

    def test_our_number_that_is_a_vendors_of_another_article_is_for_a_person(self):
        b = self.make_product("B1")
        self.put_stock(b, 10)
        self.env["product.supplierinfo"].create(
            {
                "partner_id": self.supplier.id,
                "product_tmpl_id": b.product_tmpl_id.id,
                "product_code": "A1",
            }
        )
        order = self.make_order((self.a, 1))
        document = self.send(self.advice_of(order, despatch_line(10, supplier="A1")))
        self.assertEqual((document.state, document.cause), ("attention", "several_articles"))
        self.assertIn(self.a.display_name, document.error)
        self.assertIn(b.display_name, document.error)
        self.assertEqual((self.on_hand(self.a), self.on_hand(b)), (10, 10))
        # our own number beside it leaves no doubt
        document = self.send(self.advice_of(order, despatch_line(10, "A1", supplier="A1")))
        self.assertEqual(document.state, "done", document.error)


class TestNothingUnseen(BringCase):
    """What isn't understood is an exception with its reason and number, and can be mapped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls.make_product("A1")
        cls.put_stock(cls.a, 10)

    def assertSeen(self, document, cause, number):
        self.assertEqual((document.state, document.cause), ("attention", cause), document.error)
        self.assertTrue(document.error)
        self.assertTrue(document.activity_ids)
        row = self.env["bring.to.settle"].search([("document_id", "=", document.id)])
        self.assertEqual((row.cause, row.subject), (cause, number))
        self.assertEqual(document.message_id.state, "attention")

    def test_a_kind_of_document_that_nobody_knows(self):
        foreign = element(
            "stockTaking",
            element("stockTakingIdentification", leaf("entityIdentification", "ST-1")),
        )
        document = self.deliver(message("inventory_report", foreign)).document_ids
        self.assertSeen(document, "unsupported", "ST-1")
        self.assertIn("stockTaking", document.error)
        document.action_retry()
        self.assertSeen(document, "unsupported", "ST-1")

    def test_a_type_of_report_that_nobody_knows(self):
        report = inventory("STATUS", inventory_line("A1", 1, status="AVAILABLE_FOR_SALE"))
        report.find("inventoryReportTypeCode").text = "INVENTORY_FORECAST"
        report.append(element("inventoryReportIdentification", leaf("entityIdentification", "R-9")))
        document = self.deliver(message("inventory_report", report)).document_ids
        self.assertSeen(document, "unsupported", "R-9")
        self.assertIn("INVENTORY_FORECAST", document.error)

    def test_a_kind_without_a_handler(self):
        order = self.make_order((self.a, 1))
        document = self.despatch(order, despatch_line(10, "A1", 1))
        document.write({"state": "pending"})
        Unhandled = self.env["bring.document"]
        with patch.object(
            type(Unhandled), "_handler", lambda doc: doc.env["bring.handler.unsupported"]
        ):
            Unhandled._process_pending()
        self.assertSeen(document, "unsupported", order.name)
        self.assertIn("Despatch advice", document.error)

    def test_a_message_that_cannot_be_read_after_a_retry(self):
        self.env.flush_all()
        request_id, _new = self.env["bring.message"]._receive(
            self.account.id, None, b"<x>", "application/xml"
        )
        self.env["bring.document"]._process_pending()
        document = self.env["bring.message"].search([("request_id", "=", request_id)]).document_ids
        self.assertSeen(document, "unreadable", False)
        document.action_retry()
        document = document.exists() or document.message_id.document_ids
        self.assertSeen(document, "unreadable", False)

    def pulled(self, order, word):
        """Store the answer to the question for an order, as pulling does."""
        content = (
            "<GetOrderResponse><ResponseProperties><DateAndTimes>2026-03-02T12:00:00+01:00"
            f"</DateAndTimes></ResponseProperties><OrderSet><Order orderId='{order.name}'>"
            f"<OrderStatus>{word}</OrderStatus></Order></OrderSet></GetOrderResponse>"
        ).encode()
        items = (
            "<GetPurchaseOrderItemResponse><PurchaseOrderItem><OrderLineSet>"
            "<OrderItem articleLineId='10'><ArticleId>A1</ArticleId>"
            "<ArticleQuantity>1</ArticleQuantity>"
            "<RemainingArticleQuantity>0</RemainingArticleQuantity></OrderItem>"
            f"</OrderLineSet><x>{order.name}</x></PurchaseOrderItem></GetPurchaseOrderItemResponse>"
        ).encode()
        messages = self.env["bring.message"]
        self.env.flush_all()
        kept = messages.browse()
        for body, purpose in ((items, "order_items"), (content, "order")):
            request_id, _new = messages._receive(
                self.account.id, None, body, "application/xml", purpose
            )
            found = messages.search([("request_id", "=", request_id)])
            if purpose == "order_items":
                found.state, kept = "done", found
            else:
                found.items_message_id = kept
        self.env["bring.document"]._process_pending()
        self.env.invalidate_all()
        return found.document_ids

    def test_words_that_bring_publishes(self):
        for word, status in (
            ("EDIIMPORTED", "registered"),
            ("Picked", "picked"),
            ("Order allocated", "allocated"),
            ("Order picked", "picked"),
            ("Canceled", "cancelled"),
            ("ORDER_ALLOCATED", "allocated"),
        ):
            order = self.make_order((self.a, 1))
            document = self.pulled(order, word)
            self.assertEqual(document.state, "done", document.error)
            self.assertEqual(order.picking_ids.bring_status, status, word)
            self.assertEqual(document._bring_status(), status)
        order = self.make_order((self.a, 1))
        document = self.pulled(order, "Order sent")
        self.assertEqual((document.state, order.picking_ids.state), ("done", "done"))

    def test_a_word_that_nobody_knows_is_mapped_once_for_all(self):
        orders = [self.make_order((self.a, 1)) for _number in range(3)]
        documents = self.env["bring.document"]
        for order in orders[:2]:
            documents |= self.pulled(order, "Shipped from dock")
        for document, order in zip(documents, orders, strict=False):
            self.assertSeen(document, "unknown_word", "Shipped from dock")
            self.assertIn(order.name, document.error)
        manager = self.make_users("words")["manager"]
        action = documents[0].with_user(manager).action_mend()
        dialog = self.env[action["res_model"]].with_user(manager).browse(action["res_id"])
        self.assertEqual((dialog.subject, dialog.document_count), ("Shipped from dock", 2))
        with self.assertRaises(UserError):
            dialog.action_mend()
        dialog.order_status = "despatched"
        dialog.action_mend()
        self.assertEqual(documents.mapped("state"), ["done", "done"])
        self.assertEqual(orders[0].picking_ids.state, "done")
        word = self.env["bring.status.word"].search([("account_id", "=", self.account.id)])
        self.assertEqual((word.word, word.status), ("Shipped from dock", "despatched"))
        self.assertIn(manager.name, word.source)
        document = self.pulled(orders[2], "shipped from DOCK")
        self.assertEqual(document.state, "done", document.error)

    def test_a_word_may_mean_nothing(self):
        self.env["bring.status.word"].create(
            {"word": "On the way to the dock", "status": "nothing", "account_id": self.account.id}
        )
        order = self.make_order((self.a, 1))
        document = self.pulled(order, "On the way to the dock")
        self.assertEqual(document.state, "ignored")
        self.assertFalse(order.picking_ids.bring_status)

    def test_an_accounts_own_word_wins_and_stays_its_own(self):
        self.env["bring.status.word"].create(
            {"word": "picked", "status": "allocated", "account_id": self.account.id}
        )
        order = self.make_order((self.a, 1))
        self.pulled(order, "Picked")
        self.assertEqual(order.picking_ids.bring_status, "allocated")
        other = self.account.copy({"name": "Other"})
        self.assertEqual(self.env["bring.status.word"]._meanings(other)["picked"], "picked")

    def test_what_bring_publishes_is_not_changed_by_a_manager(self):
        manager = self.make_users("published")["manager"]
        word = self.env.ref("bring_warehousing.status_word_picked").with_user(manager)
        with self.assertRaises(AccessError):
            word.status = "despatched"
        with self.assertRaises(AccessError):
            word.unlink()
        with self.assertRaises(UserError):
            word.sudo().unlink()

    def test_an_advice_without_a_status_is_for_a_person(self):
        order = self.make_order((self.a, 1))
        document = self.despatch(order, despatch_line(10, "A1", 1), status=None)
        self.assertSeen(document, "unknown_word", order.name)
        self.assertIn(order.name, document.error)
        self.assertEqual(self.on_hand(self.a), 10)
        action = document.action_mend()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        dialog.order_status = "despatched"
        dialog.action_mend()
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(self.on_hand(self.a), 9)

    def test_a_code_that_nobody_knows(self):
        order = self.make_order((self.a, 1))
        self.assertSeen(
            self.despatch(order, despatch_line(10, "A1", 1), status="O7"), "unknown_word", "O7"
        )
        response = self.deliver(
            message("order_response", order_response(order.name, "O8"))
        ).document_ids
        self.assertSeen(response, "unknown_word", "O8")

    def test_an_order_response_ships_nothing_whatever_its_word_means(self):
        order = self.make_order((self.a, 1))
        for status in ("O4", "99", "Order sent", "Canceled"):
            document = self.deliver(
                message("order_response", order_response(order.name, status))
            ).document_ids
            self.assertSeen(document, "contradiction", order.name)
        self.assertNotIn(order.picking_ids.state, ("done", "cancel"))
