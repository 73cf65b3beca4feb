from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw, get_public_method
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common import (
    BringCase,
    BringHttpCase,
    despatch_advice,
    despatch_line,
    inventory,
    inventory_line,
    message,
    receiving_line,
    stock_report,
)

ALL = (
    "bring_warehousing.group_bring_admin,stock.group_stock_manager,"
    "sales_team.group_sale_manager,purchase.group_purchase_manager"
)
OURS = "odoo.addons.bring_warehousing."
# Odoo's own doors, which ask for rights themselves
ODOO_S = {"create", "write", "default_get", "onchange"}
# model → methods that may be called by anybody, and why that is nothing
HARMLESS = {
    ("bring.account", "get_empty_list_help"): "words of help, of no account",
    ("stock.picking", "send_to_shipper"): "does less than Odoo's own",
}
# what a Bring User, who settles nothing, may call: it opens what he may read
OPENING = {
    "action_all",
    "action_bring_story",
    "action_open",
    "action_open_message",
    "action_open_products",
    "action_open_result",
    "action_open_transfer",
    "action_download",
    "action_setup_refresh",
    "action_view_documents",
    "action_view_drift",
    "action_view_last_report",
    "action_view_lines",
    "action_view_messages",
    "action_view_movements",
    "action_view_moves",
    "action_view_outbox",
    "action_view_subject",
    "action_view_to_settle",
    "action_view_transfers",
}


class TwoCompanies:
    """Company A, where the users are, and company B, of which they know nothing."""

    @classmethod
    def set_up_two(cls):
        cls.b = cls.env["res.company"].create({"name": "Hemmelig AS"})
        cls.b_warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.b.id)])
        cls.b_warehouse.name = "Hemmelig lager"
        cls.b_free_warehouse = cls.env["stock.warehouse"].create(
            {"name": "Hemmelig lager to", "code": "HL2", "company_id": cls.b.id}
        )
        cls.b_account = cls.env["bring.account"].create(
            {
                "name": "Hemmelig konto",
                "company_id": cls.b.id,
                "customer_number": "424242",
                "accepted_clients": "999999",
                "warehouse_ids": [(0, 0, {"code": "HEMMELIG", "warehouse_id": cls.b_warehouse.id})],
            }
        )
        cls.env["bring.account.key"]._generate(cls.b_account, "of B")
        cls.b_key = cls.b_account.key_ids
        cls.env["bring.account.key"]._generate(cls.account, "of A")
        cls.a_key = cls.account.key_ids[0]
        cls.b_document = cls.deliver(
            message(
                "despatch_advice",
                despatch_advice(
                    "Hemmelig-1", [despatch_line(article="HEMMELIG-ART")], warehouse="HEMMELIG"
                ),
            ),
            account=cls.b_account,
        ).document_ids
        line = inventory_line("HEMMELIG-ART", 3, status="AVAILABLE_FOR_SALE", warehouse="HEMMELIG")
        report = cls.deliver(
            message("inventory_report", inventory("STATUS", line, warehouse="HEMMELIG")),
            account=cls.b_account,
        ).document_ids
        cls.b_report = cls.env["bring.inventory.report"].browse(report.res_id)
        assert cls.b_report.line_ids, report.error
        cls.b_partner = cls.env["res.partner"].create(
            {"name": "Hemmelig kunde", "company_id": cls.b.id}
        )
        cls.b_order = cls.env["sale.order"].create(
            {"partner_id": cls.b_partner.id, "company_id": cls.b.id, "name": "Hemmelig-9"}
        )
        cls.people = {
            level: new_test_user(
                cls.env,
                login=f"border-{level}",
                password=f"border-{level}",
                groups=f"bring_warehousing.group_bring_{level},stock.group_stock_manager",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for level in ("user", "manager", "admin")
        }
        # Bring's administrator and nothing else: sees no warehouse
        cls.people["bare"] = new_test_user(
            cls.env,
            login="border-bare",
            groups="bring_warehousing.group_bring_admin",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.accountant = new_test_user(
            cls.env,
            login="border-accountant",
            password="border-accountant",
            groups="account.group_account_readonly,base.group_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.portal = new_test_user(cls.env, login="border-portal", groups="base.group_portal")
        cls.stranger = new_test_user(
            cls.env,
            login="border-stranger",
            password="border-stranger",
            groups=ALL,
            company_id=cls.b.id,
            company_ids=[(6, 0, cls.b.ids)],
        )


class TestBorders(TwoCompanies, BringCase):
    """What belongs to a company stays there, and is told to nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_two()

    def refused(self, call, *args, **kwargs):
        """Return the words with which it is refused; they never name anything of company B."""
        with (
            self.assertRaises(UserError) as caught,
            self.env.cr.savepoint(),
            mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"),
        ):
            call(*args, **kwargs)
        words = str(caught.exception)
        self.assertNotIn("emmelig", words)
        self.assertNotIn("HEMMELIG", words)
        return words

    # -- what belongs to an account -------------------------------------------

    def test_an_account_stays_in_its_company(self):
        for user in (self.people["admin"], self.people["bare"], self.env.user):
            self.refused(self.account.with_user(user).write, {"company_id": self.b.id})
        both = self.people["admin"]
        both.company_ids += self.b  # even for who may do it in both
        self.refused(self.account.with_user(both).write, {"company_id": self.b.id})
        self.refused(self.b.write, {"bring_account_ids": [(4, self.account.id)]})
        self.assertEqual(self.account.company_id, self.company)

    def test_whatever_belongs_to_an_account_stays_with_it(self):
        """Each model of ours that has an account or a company, those of other addons too."""
        records = {
            "bring.account.key": self.a_key,
            "bring.warehouse": self.account.warehouse_ids,
            "bring.document": self.b_document,
            "bring.message": self.b_document.message_id,
            "bring.inventory.report": self.b_report,
            "bring.inventory.report.line": self.b_report.line_ids[:1],
            "bring.account": self.account,
        }
        for name, model in self.env.registry.items():
            if not name.startswith("bring.") or model._transient or model._abstract:
                continue
            for field in {"account_id", "company_id"} & model._fields.keys():
                if not model._auto:
                    continue  # a view of the database
                with self.subTest(model=name, field=field):
                    self.assertIsInstance(self.env[name], self.env.registry["bring.border"])
                    record = records.get(name)
                    if record is None:
                        continue
                    other = self.b if record.company_id != self.b else self.company
                    if field == "account_id":
                        other = self.b_account if other == self.b else self.account
                    self.refused(record.write, {field: other.id})

    def test_a_key_and_a_mapping_go_to_no_other_account(self):
        admin, bare = self.people["admin"], self.people["bare"]
        mapping = self.account.warehouse_ids
        same_company = self.env["bring.account"].create({"name": "Second"})
        for user in (admin, bare):
            for record in (self.a_key, mapping):
                for account in (self.b_account, same_company):
                    self.refused(record.with_user(user).write, {"account_id": account.id})
            account = self.account.with_user(user)
            for commands in (
                {"key_ids": [(4, self.b_key.id)]},
                {"key_ids": [(6, 0, self.b_key.ids)]},
                {"key_ids": [(1, self.b_key.id, {"name": "mine"})]},
                {"warehouse_ids": [(4, self.b_account.warehouse_ids.id)]},
                {"warehouse_ids": [(1, mapping.id, {"account_id": self.b_account.id})]},
                {"warehouse_ids": [(0, 0, {"code": "X", "warehouse_id": self.b_warehouse.id})]},
                {"report_ids": [(4, self.b_report.id)]},
            ):
                with self.subTest(user=user.login, commands=commands):
                    self.refused(account.write, commands)
        self.assertEqual(self.b_key.account_id, self.b_account)

    def test_a_warehouse_of_another_company_is_not_mapped_and_not_named(self):
        mapping = self.account.warehouse_ids.with_user(self.people["admin"])
        for warehouse in (self.b_warehouse, self.b_free_warehouse):
            self.refused(mapping.write, {"warehouse_id": warehouse.id})
            self.refused(
                mapping.create,
                {"account_id": self.account.id, "code": "X", "warehouse_id": warehouse.id},
            )
        for field in ("stock_location_id", "blocked_location_id", "quarantine_location_id"):
            self.refused(mapping.write, {field: self.b_warehouse.lot_stock_id.id})
        defaults = mapping.with_context(default_warehouse_id=self.b_warehouse.id)
        self.refused(defaults.create, {"account_id": self.account.id, "code": "X"})

    def test_nothing_of_another_companys_account_is_made(self):
        for user in (self.people["admin"], self.people["bare"]):
            accounts = self.env["bring.account"].with_user(user)
            self.refused(accounts.create, {"name": "x", "company_id": self.b.id})
            self.refused(
                accounts.browse(self.account.id).copy, {"company_id": self.b.id, "name": "y"}
            )
            self.refused(
                self.env["bring.warehouse"].with_user(user).create,
                {"account_id": self.b_account.id, "code": "X", "warehouse_id": self.warehouse.id},
            )

    def test_the_same_value_once_more_is_no_change(self):
        self.account.with_user(self.people["admin"]).write(
            {"company_id": self.company.id, "name": "Renamed"}
        )
        self.assertEqual(self.account.name, "Renamed")

    # -- keys -----------------------------------------------------------------

    def test_a_revoked_key_never_lives_again(self):
        plain = self.env["bring.account.key"]._generate(self.account, "to be revoked")
        key = self.account.key_ids[0].with_user(self.people["admin"])
        key.action_revoke()
        for vals in (
            {"revoked_at": False},
            {"prefix": "abcdefgh"},
            {"last_used_at": False},
            {"key_hash": "0"},
        ):
            self.refused(key.write, vals)
        key.sudo().revoked_at = False  # whoever can do that
        self.assertIsNone(self.env["bring.account.key"]._match(self.account.id, [plain]))
        key.name = "The old one"
        self.assertEqual(key.name, "The old one")

    # -- dialogs --------------------------------------------------------------

    def dialogs(self):
        return [
            self.env[name]
            for name, model in self.env.registry.items()
            if name.startswith("bring.") and model._transient
        ]

    def foreign(self, comodel):
        """Return a record of company B that a dialog's relation could name, or None."""
        return {
            "bring.account": self.b_account,
            "bring.document": self.b_document,
            "bring.message": self.b_document.message_id,
            "bring.inventory.report.line": self.b_report.line_ids[:1],
            "res.company": self.b,
            "res.partner": self.b_partner,
            "sale.order": self.b_order,
            "stock.warehouse": self.b_warehouse,
            "stock.location": self.b_warehouse.lot_stock_id,
        }.get(comodel)

    def test_a_dialog_knows_no_more_than_its_user(self):
        for dialog in self.dialogs():
            self.assertIsInstance(dialog, self.env.registry["bring.dialog"])
            rule = self.env["ir.rule"].search([("model_id.model", "=", dialog._name)])
            self.assertEqual(rule.domain_force, "[('create_uid', '=', user.id)]")
            self.assertFalse(rule.groups)
            for name, field in dialog._fields.items():
                with self.subTest(dialog=dialog._name, field=name):
                    if field.related:
                        self.assertFalse(field.related_sudo)
                    elif field.compute and name != "display_name":
                        self.assertFalse(field.compute_sudo)

    def test_no_dialog_is_opened_on_what_its_user_may_not_read(self):
        admin = self.people["admin"]
        tried = 0
        for dialog in self.dialogs():
            dialog = dialog.with_user(admin)
            for name, field in dialog._fields.items():
                foreign = field.relational and self.foreign(field.comodel_name)
                if not foreign or name in ("create_uid", "write_uid"):
                    continue
                tried += 1
                many = field.type != "many2one"
                value = [(6, 0, foreign.ids)] if many else foreign.id
                spec = {known: {} for known in dialog._fields}
                with self.subTest(dialog=dialog._name, field=name):
                    self.refused(dialog.create, {name: value})
                    self.refused(dialog.onchange, {name: value}, [name], spec)
                    self.refused(dialog.onchange, {name: value}, [], spec)
                    if many:
                        link = [(4, foreign.id)]
                        self.refused(dialog.onchange, {name: link}, [name], spec)
                    if field.compute and not field.store:
                        continue  # has no default
                    default = {f"default_{name}": foreign.ids if many else foreign.id}
                    self.refused(dialog.with_context(**default).onchange, {}, [], spec)
                    self.refused(dialog.with_context(**default).create, {})
                    self.refused(dialog.with_context(**default).default_get, [name])
        self.assertGreater(tried, 15)

    def test_an_open_dialog_is_not_turned_to_what_its_user_may_not_read(self):
        self.put_stock(self.make_product("A1"), 5)
        stuck = self.despatch("S-unknown", despatch_line(article="A1"))
        for document, values in (
            (stuck, {"sale_id": self.b_order.id}),
            (stuck, {"account_id": self.b_account.id}),
            (stuck, {"document_id": self.b_document.id}),
        ):
            action = document.with_user(self.people["manager"]).action_mend()
            dialog = (
                self.env[action["res_model"]]
                .with_user(self.people["manager"])
                .browse(action["res_id"])
            )
            self.refused(dialog.write, values)
            self.refused(dialog.web_save, values, {"display_name": {}})
            self.refused(dialog.onchange, values, list(values), {"conflict": {}})

    def test_a_dialog_is_its_openers_alone(self):
        stuck = self.despatch("S-unknown", despatch_line(article="A1"))
        action = stuck.with_user(self.people["manager"]).action_mend()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        self.assertTrue(dialog.with_user(self.people["manager"]).read(["subject"]))
        for user in (self.people["admin"], self.stranger):
            self.refused(dialog.with_user(user).read, ["subject"])
            self.refused(dialog.with_user(user).write, {"replace": True})

    def test_what_bring_said_comes_from_the_document_alone(self):
        """A person answers the question; the facts of it are not his to write."""
        product = self.make_product("A1")
        self.put_stock(product, 5)
        stuck = self.despatch(self.make_order((product, 1)), despatch_line(article="X1"))
        manager = self.people["manager"]
        action = stuck.with_user(manager).action_mend()
        dialog = self.env[action["res_model"]].with_user(manager).browse(action["res_id"])
        for values in (
            {"own": "HACK"},
            {"gtin": "00000017"},
            {"supplier_number": "HACK"},
            {"subject": "A2,OTHER"},
            {"cause": "unknown_unit"},
            {"words": "all is well"},
        ):
            self.refused(dialog.write, values)
            self.refused(
                dialog.create,
                {"account_id": self.account.id, "cause": "unknown_article", **values},
            )
        # nor by defaults in the context of the button
        action = (
            stuck.with_user(manager)
            .with_context(default_gtin="00000017", default_replace=True, default_product_id=1)
            .action_mend()
        )
        dialog = dialog.browse(action["res_id"])
        self.assertEqual(
            (dialog.own, dialog.gtin, dialog.replace, dialog.product_id.id),
            ("X1", False, False, False),
        )

    def test_what_all_companies_share_is_changed_by_who_may(self):
        product = self.make_product("A1")
        self.put_stock(product, 5)
        order = self.make_order((product, 1))
        article = self.despatch(order, despatch_line(article="X1"))
        unit = self.despatch(order, despatch_line(article="A1", unit="KRT"))
        manager = new_test_user(
            self.env,
            login="border-mender",
            groups="bring_warehousing.group_bring_manager,stock.group_stock_user",
        )

        def answer(document, **values):
            action = document.with_user(manager).action_mend()
            dialog = self.env[action["res_model"]].with_user(manager).browse(action["res_id"])
            dialog.write(values)
            dialog.action_mend()

        pieces = self.env.ref("uom.product_uom_unit")
        self.assertIn(
            "all companies", self.refused(answer, article, product_id=product.id, target="other")
        )
        self.assertIn("all companies", self.refused(answer, unit, uom_id=pieces.id))
        product.company_id = self.company
        answer(article, product_id=product.id, target="other")
        self.assertEqual(product.bring_numbers, "X1")
        self.b_account.sudo().unlink()  # now nobody else reads units
        answer(unit, uom_id=pieces.id)
        self.assertIn("KRT", pieces.bring_codes)

    def test_a_number_with_a_comma_is_not_put_into_a_list(self):
        self.b_account.sudo().unlink()
        product = self.make_product("A1")
        self.put_stock(product, 5)
        stuck = self.despatch(self.make_order((product, 1)), despatch_line(article="X1,X2"))
        manager = self.people["manager"]
        action = stuck.with_user(manager).action_mend()
        dialog = self.env[action["res_model"]].with_user(manager).browse(action["res_id"])
        dialog.write({"product_id": product.id, "target": "other"})
        self.assertIn("comma", self.refused(dialog.action_mend))
        self.assertFalse(product.bring_numbers)

    # -- public methods -------------------------------------------------------

    def public_methods(self):
        """Yield (model, method) of all that a client may call and that is written in this addon."""
        for name, model in self.env.registry.items():
            if model._abstract:
                continue
            methods = {
                method
                for base in model.mro()
                if base.__module__.startswith(OURS)
                for method, value in vars(base).items()
                if callable(value) and not method.startswith("_") and method not in ODOO_S
            }
            for method in sorted(methods):
                try:
                    get_public_method(self.env[name], method)
                except AccessError:
                    continue
                if (name, method) not in HARMLESS:
                    yield name, method

    def specimens(self):
        """Return a record of company A for each model that has public methods."""
        product = self.make_product("A1")
        self.put_stock(product, 50)
        applied = self.despatch(
            self.make_order((product, 2)), despatch_line(article="A1", quantity=2)
        )
        purchase = self.make_purchase((product, 2))
        self.receive(purchase, receiving_line(article="A1", accepted=2))
        stuck = self.despatch(self.make_order((product, 1)), despatch_line(article="X1"))
        document = self.deliver(stock_report(("A1", 7))).document_ids
        report = self.env["bring.inventory.report"].browse(document.res_id)
        account = self.account
        article = self.env["bring.article"].create(
            {"account_id": account.id, "product_id": product.id}
        )
        work = self.env["bring.work"]._begin("articles", account, "Send")
        self.env.flush_all()
        manager = self.people["manager"]
        dialogs = {
            "bring.account.key.wizard": {"account_id": account.id, "name": "x"},
            "bring.account.letter": {"account_id": account.id},
            "bring.document.export": {"document_ids": stuck.ids},
            "bring.document.ignore": {"document_ids": stuck.ids, "reason": "x"},
            "bring.choose.warehouse": {"line_ids": report.line_ids.ids},
            "bring.at.bring": {"name": "x", "product_ids": product.ids},
            "bring.validate": {"picking_ids": purchase.picking_ids.ids},
            **{
                dialog._name: {
                    "account_id": account.id,
                    "cause": "unknown_article",
                    "document_id": stuck.id,
                    **({"what": "sale"} if "what" in dialog._fields else {}),
                }
                for dialog in self.dialogs()
                if isinstance(dialog, self.env.registry["bring.mend"])
            },
        }
        own = self.make_product("OWN", company_id=account.company_id.id)
        return {
            "product.product": own,
            "product.template": own.product_tmpl_id,
            "bring.article.story": self.env["bring.article.story"].search(
                [("product_id", "=", product.id)]
            ),
            "bring.account": account,
            "bring.account.key": self.a_key,
            "bring.article": article,
            "bring.document": stuck,
            "bring.message": stuck.message_id,
            "bring.inventory.report": report,
            "bring.inventory.report.line": report.line_ids[:1],
            "bring.work": work,
            "bring.order": self.env["bring.order"].create(
                {"name": "S00001-9", "account_id": account.id}
            ),
            "bring.to.settle": self.env["bring.to.settle"].search([("document_id", "=", stuck.id)]),
            "bring.despatch.analysis": self.env["bring.despatch.analysis"].search(
                [("picking_id", "=", applied.res_id)]
            ),
            "bring.receipt.analysis": self.env["bring.receipt.analysis"].search(
                [("picking_id", "in", purchase.picking_ids.ids)]
            ),
            "stock.picking": self.make_order((product, 1)).picking_ids,
            **{
                name: self.env[name].with_user(manager).sudo().create(values)
                for name, values in dialogs.items()
            },
        }

    def test_every_public_method_asks_who_calls_it(self):
        records = self.specimens()
        for name, method in self.public_methods():
            if name == "res.config.settings":
                continue  # for who may change the settings; its records are his own
            with self.subTest(model=name, method=method):
                self.assertIn(name, records, "give the test a record of it")
                record = records[name][:1]
                self.assertTrue(record)
                for user in (self.portal, self.accountant, self.stranger):
                    with self.subTest(user=user.login):
                        self.refused(
                            call_kw, record.with_user(user).browse(), method, [record.ids], {}
                        )
                if method in OPENING or name == "stock.picking":
                    continue
                words = self.refused(
                    call_kw,
                    record.with_user(self.people["user"]).browse(),
                    method,
                    [record.ids],
                    {},
                )
                self.assertRegex(words, "Only a Bring Manager|top-secret|not allowed|opened by")

    def test_who_may_only_read_a_transfer_sends_and_cancels_nothing(self):
        product = self.make_product("A1")
        self.put_stock(product, 50)
        picking = self.make_order((product, 1)).picking_ids
        self.customer.write(
            {
                "street": "Gata 1",
                "zip": "0150",
                "city": "Oslo",
                "country_id": self.env.ref("base.no").id,
            }
        )
        salesman = new_test_user(
            self.env, login="border-sale", groups="sales_team.group_sale_salesman_all_leads"
        )
        self.assertFalse(picking.with_user(self.accountant).has_access("write"))
        for user in (self.accountant, salesman, self.portal, self.stranger):
            with self.subTest(user=user.login):
                self.refused(picking.with_user(user).action_bring_send)
        for user in (self.accountant, self.portal, self.stranger):
            self.refused(picking.with_user(user).action_cancel)
        self.assertFalse(picking.bring_message_ids)
        self.assertEqual(picking.bring_order_number, False)


class TestBordersByRpc(TwoCompanies, BringHttpCase):
    """The same, through the door that a browser uses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_two()

    def call(self, model, method, *args, **kwargs):
        """Call as the web client does; return the answer."""
        answer = self.url_open(
            "/web/dataset/call_kw",
            json={
                "params": {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
            },
        )
        self.assertNotIn("emmelig", answer.text)
        return answer.json()

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_an_administrator_of_a_takes_nothing_of_b_over(self):
        self.authenticate("border-admin", "border-admin")
        mapping = self.account.warehouse_ids
        for model, record, vals in (
            ("bring.account", self.account, {"company_id": self.b.id}),
            ("bring.account.key", self.a_key, {"account_id": self.b_account.id}),
            ("bring.account.key", self.a_key, {"revoked_at": False}),
            ("bring.warehouse", mapping, {"account_id": self.b_account.id}),
            ("bring.warehouse", mapping, {"warehouse_id": self.b_warehouse.id}),
        ):
            with self.subTest(model=model, vals=vals):
                self.assertIn("error", self.call(model, "write", record.ids, vals))
                self.assertIn("error", self.call(model, "web_save", record.ids, vals, {"id": {}}))
        self.assertIs(
            self.call("bring.account", "write", self.account.ids, {"name": "Ours"})["result"], True
        )

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_the_dialogs_tell_an_administrator_of_a_nothing_of_b(self):
        self.authenticate("border-admin", "border-admin")
        address = {"endpoint_url": {}, "account_id": {"fields": {"display_name": {}}}}
        for model, spec in (
            ("bring.account.key.wizard", address),
            ("bring.account.letter", {"subject": {}, "body": {}}),
        ):
            chosen = {"account_id": self.b_account.id}
            for args, context in (
                (([], chosen, ["account_id"], spec), {}),
                (([], {}, [], spec), {"default_account_id": self.b_account.id}),
            ):
                answer = self.call(model, "onchange", *args, context=context)
                told = answer.get("result", {}).get("value", {})
                self.assertFalse(any(told.values()), "an error, or nothing at all")
                self.assertNotIn(self.b_account.endpoint_token, str(answer))
            self.assertIn("error", self.call(model, "create", [{**chosen, "name": "x"}]))
            own = self.call(
                model, "onchange", [], {}, [], spec,
                context={"default_account_id": self.account.id},
            )  # fmt: skip
            self.assertIn("result", own)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_an_accountant_sends_nothing(self):
        product = self.make_product("A1")
        self.put_stock(product, 5)
        picking = self.make_order((product, 1)).picking_ids
        self.authenticate("border-accountant", "border-accountant")
        self.assertIn("result", self.call("stock.picking", "read", picking.ids, ["name"]))
        self.assertIn("error", self.call("stock.picking", "action_bring_send", picking.ids))
        self.env.invalidate_all()
        self.assertFalse(picking.bring_message_ids)
