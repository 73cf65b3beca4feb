from odoo.tests import new_test_user

from .common import BringHttpCase, despatch_line


class TestSalesTours(BringHttpCase):
    """A customer is on the phone: what a sales person does, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesman = new_test_user(
            cls.env,
            login="tours-sales",
            password="tours-sales",
            groups="sales_team.group_sale_salesman",
        )
        product = cls.make_product("A1")
        cls.put_stock(product, 20)
        for reference in ("PO-4711", "PO-0815"):
            order = cls.make_order(
                (product, 10), client_order_ref=reference, user_id=cls.salesman.id
            )
            if reference == "PO-4711":
                cls.despatch(order, despatch_line(10, "A1", 6), tracking="70700000000000001")


class TestSalesToursDesk(TestSalesTours):
    browser_size = "1400x900"

    def test_a_salesman_answers_the_phone_at_his_desk(self):
        self.start_tour("/odoo/orders", "bring_phone_call", login="tours-sales")


class TestSalesToursPhone(TestSalesTours):
    browser_size = "390x844"
    touch_enabled = True

    def test_a_salesman_answers_the_phone_on_the_way(self):
        self.start_tour("/odoo/orders", "bring_phone_call_on_the_way", login="tours-sales")
