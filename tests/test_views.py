from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user

from .common import BringCase, despatch_line, receiving_line

ACTIONS = {  # action → the least group that has it in a menu
    "bring_account_action_overview": "user",
    "bring_document_action": "user",
    "bring_message_action": "user",
    "bring_message_action_outbox": "user",
    "bring_article_action": "user",
    "bring_refusal_action": "manager",
    "bring_account_action": "admin",
}
LEVELS = ("user", "manager", "admin")


class TestViews(BringCase):
    """Every screen opens for those who have it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = cls.make_users("views")
        cls.product = cls.make_product("A1")
        cls.put_stock(cls.product, 10)
        cls.order = cls.make_order((cls.product, 2))
        cls.done = cls.despatch(
            cls.order, despatch_line(article="A1", quantity=2), tracking="370700000000000001"
        )
        cls.stuck = cls.despatch("S-unknown", despatch_line(article="A1", quantity=2))

    def _open(self, user, model, record, view_type="form", only=""):
        """Load a view as the web client does, and read the record with that view's fields.

        :param only: read the fields that begin so; other addons' own may be out of reach
        """
        records = self.env[model].with_user(user)
        views = records.get_views([(False, view_type), (False, "search")])
        names = self._fields_of(views["views"][view_type]["arch"])
        names = {name for name in names if name.startswith(only)}
        return record.with_user(user).web_read({name: {} for name in names})[0]

    @staticmethod
    def _fields_of(arch):
        """Return the names of the view's own fields, not those of lists within it."""
        return {
            node.get("name")
            for node in etree.fromstring(arch).iter("field")
            if not any(parent.tag == "field" for parent in node.iterancestors())
        }

    def test_every_action_opens_for_its_groups(self):
        for name, least in ACTIONS.items():
            action = self.env.ref(f"bring_warehousing.{name}")
            for level in LEVELS[LEVELS.index(least) :]:
                records = self.env[action.res_model].with_user(self.users[level])
                for view_type in action.view_mode.split(","):
                    with self.subTest(action=name, level=level, view=view_type):
                        found = records.search([], limit=1)
                        if found:
                            self.assertTrue(
                                self._open(self.users[level], action.res_model, found, view_type)
                            )
                        else:
                            records.get_views([(False, view_type)])

    def test_menus_follow_the_groups(self):
        user = {"Overview", "To settle", "Stock reports", "Reporting", "In and out"}
        user |= {"Orders at Bring", "Documents", "Messages", "Outbox", "Articles", "Long work"}
        user |= {"Despatch times", "Receipts", "Stock agreement"}
        manager = user | {"Refused deliveries", "Configuration", "Status words"}
        expected = {
            "user": user,
            "manager": manager,
            "admin": manager | {"Accounts", "Grades", "Services"},
        }
        root = self.env.ref("bring_warehousing.menu_bring")
        for level, names in expected.items():
            visible = self.env["ir.ui.menu"].with_user(self.users[level])._visible_menu_ids()
            below = (root.child_id | root.child_id.child_id).filtered(
                lambda menu, ids=visible: menu.id in ids
            )
            self.assertEqual(set(below.mapped("name")), names, level)
            self.assertIn(self.env.ref("stock.menu_stock_root").id, visible, level)

    def test_the_overview_counts_what_needs_attention(self):
        seen = self._open(self.users["user"], "bring.account", self.account, "kanban")
        self.assertEqual((seen["attention_count"], seen["pending_count"]), (1, 0))
        action = (
            self.account.with_user(self.users["user"])
            .with_context(bring_state="attention")
            .action_view_documents()
        )
        self.assertEqual(
            action["context"],
            {"search_default_account_id": self.account.id, "search_default_attention": 1},
        )

    def test_the_overview_counts_what_could_not_be_sent(self):
        message = self.env["bring.message"]._queue(self.account, "items", b"<items/>")
        for state, count in (("waiting", 0), ("unknown", 1), ("attention", 1), ("cancelled", 0)):
            message.state = state
            self.env.invalidate_all()
            seen = self._open(self.users["user"], "bring.account", self.account, "kanban")
            self.assertEqual(seen["outbox_attention_count"], count, state)
        message.state = "attention"
        action = self.account.with_user(self.users["user"]).action_view_outbox()
        self.assertEqual(action["res_model"], "bring.message")
        self.assertEqual(action["context"]["search_default_attention"], 1)

    def test_settings_show_the_accounts_of_the_company_only(self):
        other = self.env["res.company"].create({"name": "Another company"})
        self.env["bring.account"].create({"name": "Theirs", "company_id": other.id})
        settings = self.env["res.config.settings"].with_user(self.env.ref("base.user_admin"))
        form = Form(settings)
        names = [line["name"] for line in form.bring_account_ids._records]
        self.assertIn("Bring", names)
        self.assertNotIn("Theirs", names)
        self.assertEqual(
            form.save().action_bring_accounts()["domain"],
            [("company_id", "=", self.env.company.id)],
        )

    def test_an_administrator_sets_up_an_account_by_hand(self):
        warehouse = self.env["stock.warehouse"].create({"name": "Drammen", "code": "DRM"})
        form = Form(self.env["bring.account"].with_user(self.users["admin"]))
        form.name = "Second"
        form.api_uid = "ware@example.com"
        form.api_key = "secret"
        with form.warehouse_ids.new() as line:
            line.site_id = self.env.ref("bring_warehousing.site_berger")
            line.warehouse_id = warehouse
        account = form.save()
        mapping = account.warehouse_ids
        self.assertEqual((mapping.code, mapping.party_id), ("BERGER", "780132"))
        self.assertEqual(mapping.stock_location_id, warehouse.lot_stock_id)
        self.assertEqual(account._find_warehouse("berger"), mapping)

    def test_a_site_with_a_party_id_only_leaves_the_typed_code(self):
        form = Form(self.env["bring.warehouse"].with_context(default_account_id=self.account.id))
        form.code = "dram "
        form.site_id = self.env.ref("bring_warehousing.site_drammen")
        form.warehouse_id = self.warehouse
        self.assertEqual(form.party_id, "105091")
        self.assertEqual(form.save().code, "DRAM")

    def test_a_salesman_opens_an_order_that_bring_has_shipped(self):
        salesman = new_test_user(
            self.env, login="views-sales", groups="sales_team.group_sale_salesman_all_leads"
        )
        seen = self._open(salesman, "sale.order", self.order)
        self.assertEqual(seen["bring_status"], "despatched")
        self.assertEqual(seen["bring_progress"], "2 of 2 despatched")
        self.assertIn("370700000000000001", seen["bring_tracking"][0]["url"])
        self.assertIn("370700000000000001", seen["bring_delivery"])
        self.assertIn("Despatched", seen["bring_timeline"])
        self.assertNotIn("bring_document_ids", seen, "the documents are for those who settle")
        for view_type in ("list", "kanban"):
            seen = self._open(salesman, "sale.order", self.order, view_type, only="bring_")
            self.assertEqual(seen["bring_progress"], "2 of 2 despatched")
            self.assertEqual(seen["bring_tracking"][0]["number"], "370700000000000001")
            self.assertTrue(seen["bring_status_date"])

    def test_a_stock_user_opens_a_transfer_that_bring_has_shipped(self):
        user = new_test_user(self.env, login="views-stock", groups="stock.group_stock_user")
        picking = self.order.picking_ids
        seen = self._open(user, "stock.picking", picking, only="bring_")
        self.assertEqual(seen["bring_status"], "despatched")
        self.assertEqual(seen["bring_document_ids"], self.done.ids)
        self.assertIn(picking.carrier_tracking_ref, seen["bring_tracking"][0]["url"])
        seen = self._open(user, "stock.picking", picking, "kanban", only="bring_")
        self.assertEqual(seen["bring_standing"], "despatched")
        # and the document itself, from the list
        self.assertEqual(self._open(user, "bring.document", self.done)["state"], "done")

    def test_a_purchaser_opens_a_transfer(self):
        user = new_test_user(self.env, login="views-buy", groups="purchase.group_purchase_user")
        seen = self._open(user, "stock.picking", self.order.picking_ids, only="bring_")
        self.assertEqual(seen["bring_status"], "despatched")
        self.assertEqual(seen["bring_document_ids"], self.done.ids)

    def test_a_purchaser_sees_what_bring_said_of_his_receipts(self):
        user = new_test_user(self.env, login="views-buys", groups="purchase.group_purchase_user")
        purchase = self.make_purchase((self.product, 5))
        document = self.receive(purchase, receiving_line(10, "A1", 5, 5))
        self.assertEqual(document.state, "done", document.error)
        seen = self._open(user, "purchase.order", purchase, only="bring_")
        self.assertEqual(seen["bring_document_ids"], document.ids)
        self.assertTrue(document.with_user(user).display_name)

    def test_orders_and_transfers_are_found_by_their_status(self):
        for record in (self.order, self.order.picking_ids):
            search = record.get_views([(False, "search")])
            self.assertIn("group_bring_status", search["views"]["search"]["arch"])
            groups = record._read_group([("id", "=", record.id)], ["bring_status"], ["__count"])
            self.assertEqual(groups, [("despatched", 1)])

    def test_units_have_bring_s_codes(self):
        unit = self.env.ref("uom.product_uom_unit")
        self.assertEqual(self.env["uom.uom"]._bring_find("STK", unit), unit)
        self.assertEqual(Form(unit).bring_codes, "PCE,STK,EA")

    def test_the_one_who_sends_is_told_what_bring_would_refuse(self):
        """Also those who may not read the account: stock users and salesmen."""
        order = self.make_order((self.product, 1))
        picking = order.picking_ids
        for login, groups in (
            ("views-send-stock", "stock.group_stock_user"),
            ("views-send-sales", "sales_team.group_sale_salesman_all_leads"),
            ("views-send-bring", "stock.group_stock_user,bring_warehousing.group_bring_user"),
        ):
            user = new_test_user(self.env, login=login, groups=groups)
            with self.subTest(user=login):
                seen = self._open(user, "stock.picking", picking, only="bring_")
                self.assertTrue(seen["bring_can_send"])
                self.assertTrue(seen["bring_problem_text"])
                self.assertFalse(seen["bring_is_test"])
                self.assertEqual("bring_message_ids" in seen, "bring" in groups)

    def test_test_mode_shows_wherever_its_account_does(self):
        order = self.make_order((self.product, 1))
        self.account.test_mode = True
        user = new_test_user(
            self.env,
            login="views-test-mode",
            groups="stock.group_stock_user,sales_team.group_sale_salesman_all_leads",
        )
        self.assertTrue(self._open(user, "sale.order", order, only="bring_")["bring_is_test"])
        picking = order.picking_ids
        self.assertTrue(self._open(user, "stock.picking", picking, only="bring_")["bring_is_test"])
        message = self.stuck.message_id
        self.assertTrue(self._open(self.users["user"], "bring.message", message)["is_test"])

    def test_only_a_manager_sends_again(self):
        article = self.env["bring.article"].create(
            {"account_id": self.account.id, "product_id": self.product.id, "state": "sent"}
        )
        message = self.env["bring.message"]._queue(self.account, "items", b"<items/>")
        message.state = "attention"
        for action in (
            lambda user: article.with_user(user).action_send_again(),
            lambda user: message.with_user(user).action_resend(),
            lambda user: message.with_user(user).action_cancel_sending(),
        ):
            with self.assertRaises(UserError):
                action(self.users["user"])
        self.assertEqual((article.state, message.state), ("sent", "attention"))
        article.with_user(self.users["manager"]).action_send_again()
        message.with_user(self.users["manager"]).action_resend()
        self.assertEqual((article.state, message.state), ("waiting", "waiting"))
        message.with_user(self.users["manager"]).action_cancel_sending()
        self.assertEqual(message.state, "cancelled")

    def test_a_delivery_method_takes_bring_s_codes(self):
        carrier = self.env["delivery.carrier"].create(
            {"name": "Home", "product_id": self.product.id}
        )
        with Form(carrier) as form:
            form.bring_service_id = self.env.ref("bring_warehousing.service_5800")
            form.bring_additional_ids.add(self.env.ref("bring_warehousing.service_evarsling"))
        self.assertEqual(carrier.bring_service_code, "5800")
        self.assertEqual(carrier._bring_additional_codes(), ("EVARSLING",))
