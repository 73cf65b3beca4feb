from lxml import html

from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import BringHttpCase, despatch_advice, despatch_line, leaf, message, order_response

NUMBER = "70700000000000001"
SSCC = "370700000000000017"


class TestPortal(BringHttpCase):
    """What a customer sees of his delivery, and what he does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer, cls.stranger = (
            new_test_user(
                cls.env, login=login, password=login, groups="base.group_portal", tz="Europe/Oslo"
            )
            for login in ("portal-buyer", "portal-stranger")
        )
        cls.customer = cls.buyer.partner_id
        cls.a, cls.b = cls.make_product("A1"), cls.make_product("B1", tracking="lot")
        cls.put_stock(cls.a, 3)
        cls.order = cls.make_order((cls.a, 6), (cls.b, 4), client_order_ref="PO-4711")

    def page(self, login=None, path=None, **params):
        """Return the text of the customer's page of the order, and its tree."""
        self.authenticate(login, login)
        query = "&".join(f"{name}={value}" for name, value in params.items())
        response = self.url_open(f"{path or f'/my/orders/{self.order.id}'}?{query}")
        self.assertEqual(response.status_code, 200)
        tree = html.fromstring(response.content)
        wrapped = tree.xpath("//*[@id='wrapwrap']") or [tree]
        return " ".join(wrapped[0].text_content().split()), tree

    def ship_a_part(self):
        """Ship six of A1 in one parcel; Odoo's stock is three short on paper."""
        advice = despatch_advice(
            self.order.name, (SSCC, [despatch_line(10, "A1", 6)]), tracking=NUMBER
        )
        document = self.deliver(message("despatch_advice", advice)).document_ids
        self.assertIn("short", document.remark)
        return document

    def test_he_sees_how_far_his_order_is(self):
        text, _tree = self.page("portal-buyer")
        self.assertNotIn("despatched", text, "Bring knows nothing of it yet")
        self.deliver(message("order_response", order_response(self.order.name, "O2")))
        text, _tree = self.page("portal-buyer")
        self.assertIn("Your goods are set aside", text)
        self.assertIn("0 of 10 despatched", text)
        self.assertIn("Mar 2, 2026", text)

    def test_he_sees_what_has_left_line_by_line_and_parcel_by_parcel(self):
        self.ship_a_part()
        text, tree = self.page("portal-buyer")
        self.assertIn("Partially despatched", text)
        self.assertIn("6 of 10 despatched", text)
        section = tree.xpath("//*[@id='bring_delivery']")[0]
        rows = [" ".join(row.text_content().split()) for row in section.xpath(".//tbody/tr")]
        self.assertEqual(rows, ["[A1] Article A1 6 of 6 Units", "[B1] Article B1 0 of 4 Units"])
        self.assertEqual(
            section.xpath(".//a/@href"),
            [f"https://tracking.bring.com/tracking/{number}" for number in (NUMBER, SSCC)],
        )
        odoo_s = tree.xpath("//*[@name='delivery_order']//a/@href")
        self.assertIn(f"https://tracking.bring.com/tracking/{NUMBER}", odoo_s)

    def test_he_sees_nothing_of_what_goes_on_inside(self):
        self.account.responsible_id = new_test_user(
            self.env, login="portal-responsible", name="Someone Responsible"
        )
        self.ship_a_part()
        self.put_stock(self.b, 4, lot=self.make_lot(self.b, "SECRET-LOT"))
        stuck = self.despatch(
            self.order, despatch_line(10, "NO-SUCH-ARTICLE", 1), at="2026-03-03T08:00:00"
        )
        self.assertEqual(stuck.state, "attention")
        self.despatch(
            self.order,
            despatch_line(20, "B1", 4, items=[{"batch": "SECRET-LOT"}]),
            at="2026-03-04T08:00:00",
        )
        self.assertEqual(self.order.bring_progress, "10 of 10 despatched")
        for text, tree in (
            self.page("portal-buyer"),
            self.page(None, access_token=self.order._portal_ensure_token()),
        ):
            self.assertIn("10 of 10 despatched", text)
            source = " ".join([text, *tree.xpath("//body//@title | //body//a/@href")])
            for inside in (
                "short",
                "BERGER",
                "Berger",
                "780132",
                "SECRET-LOT",
                "NO-SUCH-ARTICLE",
                "attention",
                "at Bring",
                "Someone Responsible",
            ):
                self.assertNotIn(inside, source)
        messages = self.order.with_user(self.buyer).website_message_ids
        self.assertFalse(messages.filtered(lambda note: "Bring" in (note.body or "")))
        self.assertTrue(self.order.message_ids.filtered(lambda note: "short" in note.body))

    def test_that_bring_cancelled_is_for_the_seller_to_tell(self):
        advice = despatch_advice(self.order.name, status="99", at="2026-03-02T10:00:00")
        self.deliver(message("despatch_advice", advice))
        self.assertEqual(self.order.bring_status, "cancelled")
        _text, tree = self.page("portal-buyer")
        told = tree.xpath("//*[@id='bring_delivery' or contains(@class, 'o_bring_portal_status')]")
        self.assertEqual(len(told), 2)
        for part in told:
            self.assertIn("We are looking into it", part.text_content())
            self.assertNotIn("ancelled", part.text_content())

    def test_another_customer_is_refused(self):
        self.ship_a_part()
        text, _tree = self.page("portal-stranger")
        for inside in ("despatched", NUMBER, SSCC, self.order.name):
            self.assertNotIn(inside, text)

    def test_the_link_of_the_mail_opens_it_and_a_wrong_one_does_not(self):
        self.ship_a_part()
        text, _tree = self.page(None, access_token=self.order._portal_ensure_token())
        self.assertIn("6 of 10 despatched", text)
        text, _tree = self.page(None, access_token="wrong")
        self.assertNotIn("despatched", text)

    @mute_logger("odoo.http")
    def test_he_cannot_read_what_colleagues_read(self):
        self.ship_a_part()
        self.authenticate("portal-buyer", "portal-buyer")
        for model, record, field in (
            ("sale.order", self.order, "name"),
            ("sale.order", self.order, "bring_timeline"),
            ("sale.order", self.order, "bring_delivery"),
            ("sale.order", self.order, "bring_progress"),
            ("sale.order", self.order, "bring_document_ids"),
            ("stock.picking", self.order.picking_ids[:1], "bring_timeline"),
            ("bring.document", self.order.sudo().bring_document_ids[:1], "remark"),
        ):
            answer = self.url_open(
                "/web/dataset/call_kw",
                json={
                    "params": {
                        "model": model,
                        "method": "read",
                        "args": [record.ids, [field]],
                        "kwargs": {},
                    }
                },
            ).json()
            self.assertEqual("result" in answer, field == "name", (field, answer))

    def test_he_sees_when_it_arrives(self):
        """The answer to his question, and what it was before it moved: no time for a day."""
        for estimate, created in (("2026-03-04T00:00:00", "08"), ("2026-03-06T00:00:00", "09")):
            advice = despatch_advice(
                self.order.name, status="O1", created=f"2026-03-02T{created}:00:00"
            )
            advice.find("despatchInformation").append(leaf("estimatedDeliveryDateTime", estimate))
            self.deliver(message("despatch_advice", advice))
        words = "Estimated delivery: Mar 6, 2026 (was Mar 4, 2026)"
        for path in (None, "/my/orders"):
            text, _tree = self.page("portal-buyer", path)
            self.assertIn(words, text)

    def test_the_list_of_his_orders_says_how_far_they_are(self):
        text, _tree = self.page("portal-buyer", "/my/orders")
        self.assertIn(self.order.name, text)
        self.assertNotIn("despatched", text)
        self.ship_a_part()
        _text, tree = self.page("portal-buyer", "/my/orders")
        (status,) = tree.xpath("//td[@name='order_delivery_status']")
        self.assertIn("6 of 10 despatched", status.text_content())

    def test_an_order_that_bring_has_no_part_in_shows_nothing_of_it(self):
        _text, tree = self.page("portal-buyer")
        self.assertFalse(
            tree.xpath("//*[@id='bring_delivery' or contains(@class, 'o_bring_portal_status')]")
        )
