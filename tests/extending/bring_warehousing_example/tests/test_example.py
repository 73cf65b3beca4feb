import json

from odoo.addons.bring_warehousing.tests.common import (
    BringCase,
    BringHttpCase,
    despatch_line,
    stock_report,
    utc,
)

XML = """<?xml version="1.0" encoding="utf-8"?>
<t:transportStatusNotificationMessage
    xmlns:t="urn:gs1:ecom:transport_status_notification:xsd:3">
  <transportStatusNotification>
    <creationDateTime>2026-03-04T12:05:00</creationDateTime>
    {reference}
    <transportStatus>
      <transportStatusConditionCode>DELIVERED</transportStatusConditionCode>
      <transportStatusDateTime>2026-03-04T12:00:00</transportStatusDateTime>
    </transportStatus>
  </transportStatusNotification>
</t:transportStatusNotificationMessage>"""
REFERENCE = """<transportReference>
      <entityIdentification>{}</entityIdentification>
    </transportReference>"""


def transport_status(reference):
    return XML.format(reference=REFERENCE.format(reference)).encode()


def as_json(reference):
    document = {
        "creationDateTime": "2026-03-05T12:05:00",
        "transportReference": {"entityIdentification": reference},
        "transportStatus": {
            "transportStatusConditionCode": "DELIVERED",
            "transportStatusDateTime": "2026-03-05T12:00:00",
        },
    }
    message = {"transportStatusNotificationMessage": {"transportStatusNotification": document}}
    return json.dumps(message).encode()


class TestKind(BringHttpCase):
    """A kind of document of the addon's own goes the way of all others, from the door on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.make_product("A1")
        cls.put_stock(cls.product, 10)

    def process(self):
        self.env["bring.document"]._process_pending()
        self.env.invalidate_all()
        return self.env["bring.document"].search([("account_id", "=", self.account.id)])

    def test_it_is_taken_at_the_door_read_and_applied(self):
        for body, at in (
            (transport_status, "2026-03-04T11:00:00"),
            (as_json, "2026-03-05T11:00:00"),
        ):
            with self.subTest(body.__name__):
                order = self.make_order((self.product, 1))
                answer = self.post(body(order.name))
                self.assertEqual(answer.status_code, 200, answer.text)
                self.assertIn("success", answer.text)
                document = self.process()[:1]
                self.assertEqual((document.kind, document.state), ("transport_status", "done"))
                self.assertEqual(document.reference, order.name)
                self.assertEqual(document.display_name, f"Transport status {order.name} DELIVERED")
                self.assertEqual(order.picking_ids.delivered_at, utc(at))
                self.assertIn("DELIVERED", order.picking_ids.message_ids[0].body)

    def test_an_error_in_it_names_its_place(self):
        answer = self.post(XML.format(reference="").encode())
        self.assertEqual(answer.status_code, 200)
        document = self.process()
        self.assertEqual((document.kind, document.state), ("transport_status", "attention"))
        self.assertIn(
            "transportStatusNotification[1]/transportReference/entityIdentification: is missing",
            document.error,
        )

    def test_it_can_be_chosen_in_filters(self):
        field = self.env["bring.document"].fields_get(["kind"])["kind"]
        self.assertIn(("transport_status", "Transport status"), field["selection"])

    def test_the_same_content_counts_once(self):
        order = self.make_order((self.product, 1))
        self.post(transport_status(order.name))
        self.post(
            transport_status(order.name)
            .replace(b"<t:", b"<u:")
            .replace(b":t=", b":u=")
            .replace(b"</t:", b"</u:")
        )
        states = self.process().mapped("state")
        self.assertEqual(sorted(states), ["done", "ignored"])


class TestMatchRules(BringCase):
    def test_an_order_is_found_by_its_number_in_the_web_shop(self):
        product = self.make_product("A1")
        self.put_stock(product, 10)
        order = self.make_order((product, 2), webshop_number="WEB-77")
        document = self.despatch("WEB-77", despatch_line(article="A1", quantity=2))
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(order.bring_status, "despatched")

    def test_two_orders_with_one_number_are_left_to_a_person(self):
        product = self.make_product("A1")
        for _number in range(2):
            self.make_order((product, 2), webshop_number="WEB-77")
        document = self.despatch("WEB-77", despatch_line(article="A1", quantity=2))
        self.assertEqual(document.state, "attention")

    def test_an_article_is_found_by_its_former_number(self):
        product = self.make_product("A1", former_number="OLD-1")
        self.put_stock(product, 10)
        order = self.make_order((product, 2))
        document = self.despatch(order, despatch_line(article="OLD-1", quantity=2))
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(self.on_hand(product), 8)

    def test_a_stock_report_finds_it_too(self):
        product = self.make_product("A1", former_number="OLD-1")
        self.put_stock(product, 10)
        document = self.deliver(stock_report(("OLD-1", 10))).document_ids
        report = self.env["bring.inventory.report"].browse(document.res_id)
        self.assertEqual((report.agree_count, report.unknown_count), (1, 0))


class TestPolicies(BringCase):
    def test_a_little_short_is_pointed_out_and_much_waits_for_a_person(self):
        product = self.make_product("A1")
        little, much = (self.make_order((product, quantity)) for quantity in (5, 20))
        done = self.despatch(little, despatch_line(article="A1", quantity=5))
        self.assertEqual(done.state, "done", done.error)
        self.assertIn("short", done.remark)
        waits = self.despatch(much, despatch_line(article="A1", quantity=20))
        self.assertEqual(waits.state, "attention")
        self.assertIn("Count it", waits.error)
        self.assertNotEqual(much.picking_ids.state, "done")

    def test_a_difference_in_lots_is_never_booked_without_a_person(self):
        self.account.write(
            {
                "auto_apply": True,
                "auto_max_lines": 10,
                "auto_max_share": 100,
                "auto_max_value": 1000,
                "drop_share": 100,
            }
        )
        plain, tracked = self.make_product("A1"), self.make_product("B1", tracking="lot")
        self.put_stock(plain, 10)
        self.put_stock(tracked, 10, lot=self.make_lot(tracked, "L1"))
        first = self.deliver(stock_report(("A1", 9), ("B1", 10, "AVAILABLE_FOR_SALE", "L1")))
        self.assertEqual(self.on_hand(plain), 9)
        report = self.env["bring.inventory.report"].browse(first.document_ids.res_id)
        self.assertEqual(report.state, "applied")
        second = self.deliver(
            stock_report(("A1", 9), ("B1", 8, "AVAILABLE_FOR_SALE", "L1"), at="2026-03-03T12:00:00")
        )
        report = self.env["bring.inventory.report"].browse(second.document_ids.res_id)
        self.assertEqual(report.state, "compared")
        self.assertEqual(self.on_hand(tracked), 10)
