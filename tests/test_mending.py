from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .common import (
    BringCase,
    adjustment,
    despatch_advice,
    despatch_line,
    message,
    receiving_line,
    stock_report,
)


class MendingCase(BringCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="mending-manager",
            groups="bring_warehousing.group_bring_manager,stock.group_stock_user",
        )
        cls.a = cls.make_product("A1")
        cls.put_stock(cls.a, 100)

    def mend(self, record, **values):
        """Mend as the manager does: the button, its dialog, the answer. Return what it says."""
        with self.dialog(record) as dialog:
            for field, value in values.items():
                dialog[field] = value
        return dialog.record.action_mend()["params"]["message"]

    def dialog(self, record):
        action = record.with_user(self.manager).action_mend()
        self.assertEqual(action["target"], "new")
        dialog = self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])
        return Form(dialog)


class TestCauses(MendingCase):
    """Every attention names its cause and what it is about."""

    def assert_cause(self, document, cause, subject):
        self.assertEqual(
            (document.state, document.cause, document.cause_subject),
            ("attention", cause, subject),
            document.error,
        )

    def test_an_unknown_article_by_each_of_its_numbers(self):
        order = self.make_order((self.a, 1))
        for numbers, subject in (
            ({"article": "X1", "gtin": "7038010000010"}, "X1"),
            ({"gtin": "07038010000010", "supplier": "S1"}, "07038010000010"),
            ({"supplier": "S1"}, "S1"),
        ):
            document = self.despatch(order, despatch_line(**numbers))
            self.assert_cause(document, "unknown_article", subject)

    def test_an_article_that_may_be_several(self):
        self.make_product("TWICE")
        self.make_product("TWICE")
        order = self.make_order((self.a, 1))
        document = self.despatch(order, despatch_line(article="TWICE"))
        self.assert_cause(document, "several_articles", "TWICE")

    def test_an_unknown_order(self):
        document = self.despatch("4500012345", despatch_line(article="A1"))
        self.assert_cause(document, "unknown_order", "4500012345")

    def test_an_order_that_may_be_several(self):
        self.make_order((self.a, 1), client_order_ref="PO1")
        self.make_order((self.a, 1), client_order_ref="PO1")
        document = self.despatch("PO1", despatch_line(article="A1"))
        self.assert_cause(document, "several_orders", "PO1")

    def test_an_order_in_another_warehouse(self):
        other = self.env["stock.warehouse"].create({"name": "Own", "code": "OWN"})
        order = self.make_order((self.a, 1), warehouse_id=other.id)
        document = self.despatch(order, despatch_line(article="A1"))
        self.assert_cause(document, "no_transfer", order.name)

    def test_an_unknown_warehouse_and_an_unknown_unit(self):
        order = self.make_order((self.a, 1))
        document = self.despatch(order, despatch_line(article="A1"), warehouse="MOSS")
        self.assert_cause(document, "unknown_warehouse", "MOSS")
        document = self.despatch(order, despatch_line(article="A1", unit="KRT"))
        self.assert_cause(document, "unknown_unit", "KRT")

    def test_what_odoo_refuses_and_what_nobody_expected(self):
        order = self.make_order((self.a, 1))
        documents = [
            self.despatch(order, despatch_line(article="A1"), at=f"2026-03-0{day}T10:00:00")
            for day in (2, 3)
        ]
        self.assertEqual([d.state for d in documents], ["done", "attention"])
        self.assert_cause(documents[1], "nothing_open", order.name)
        words = documents[1]._explain(UserError("No."), documents[1])
        self.assertEqual(words, ("No.", "odoo", None))

    def test_the_cause_goes_when_it_is_mended(self):
        document = self.despatch(self.make_order((self.a, 1)), despatch_line(article="X1"))
        self.make_product("X1")
        document.action_retry()
        self.assertEqual(
            (document.state, document.cause, document.cause_subject), ("done", False, False)
        )


class TestMendArticle(MendingCase):
    def stuck(self, count=1, **numbers):
        return self.env["bring.document"].union(
            *[
                self.despatch(self.make_order((self.a, 1)), despatch_line(**numbers))
                for _number in range(count)
            ]
        )

    def test_mapping_once_settles_all_that_wait_for_it(self):
        product = self.make_product(False)
        documents = self.stuck(3, article="X1")
        other = self.stuck(article="X2")
        changed = self.deliver(adjustment(("X1", -2, "60"))).document_ids
        with self.dialog(documents[1]) as dialog:
            self.assertEqual((dialog.own, dialog.document_count), ("X1", 4))
            dialog.product_id = product
            self.assertEqual((dialog.target, dialog.number), ("default_code", "X1"))
            self.assertFalse(dialog.conflict)
        told = dialog.record.action_mend()["params"]
        self.assertIn("Documents applied: 4", told["message"])
        self.assertEqual(product.default_code, "X1")
        self.assertEqual(set((documents | changed).mapped("state")), {"done"})
        self.assertEqual(other.state, "attention")
        self.assertIn("X1", product.message_ids[0].body)
        self.assertIn(self.manager.name, product.message_ids[0].body)

    def test_the_gtin_becomes_the_barcode_where_the_reference_is_taken(self):
        document = self.stuck(article="X1", gtin="07038010000010")
        self.mend(document, product_id=self.a)
        self.assertEqual((self.a.default_code, self.a.barcode), ("A1", "7038010000010"))
        self.assertEqual(document.state, "done")

    def test_the_suppliers_number_becomes_the_vendors_code(self):
        self.a.barcode = "7038010000027"
        document = self.stuck(gtin="07038010000010", supplier="SUP-9")
        self.mend(document, product_id=self.a, vendor_id=self.supplier)
        self.assertEqual(self.a.barcode, "7038010000027")
        self.assertEqual(self.a.seller_ids.product_code, "SUP-9")
        self.assertEqual(self.a.seller_ids.partner_id, self.supplier)
        self.assertEqual(document.state, "done")

    def test_the_vendors_own_line_gets_the_code(self):
        self.env["product.supplierinfo"].create(
            {"partner_id": self.supplier.id, "product_tmpl_id": self.a.product_tmpl_id.id}
        )
        document = self.stuck(supplier="SUP-9")
        self.mend(document, product_id=self.a)
        self.assertEqual(self.a.seller_ids.mapped("product_code"), ["SUP-9"])

    def test_a_product_that_has_a_reference_gets_another_number(self):
        documents = self.stuck(2, article="X1")
        self.mend(documents[0], product_id=self.a)
        self.assertEqual((self.a.default_code, self.a.bring_numbers), ("A1", "X1"))
        self.assertEqual(self.a.product_tmpl_id.bring_numbers, "X1")
        self.assertEqual(set(documents.mapped("state")), {"done"})
        also = self.stuck(article="X2")
        self.mend(also, product_id=self.a)
        self.assertEqual(self.a.bring_numbers, "X1,X2")
        self.assertEqual(self.stuck(article="A1").state, "done")

    def test_another_number_counts_in_stock_reports_and_is_never_a_guess(self):
        self.a.bring_numbers = "X1, 07038010000010"
        document = self.deliver(stock_report(("X1", 100))).document_ids
        report = self.env["bring.inventory.report"].browse(document.res_id)
        self.assertEqual(report.line_ids.product_id, self.a)
        self.assertEqual(self.stuck(gtin="07038010000010").state, "done")
        self.make_product("X1")
        self.assertEqual(self.stuck(article="X1").cause, "several_articles")

    def test_a_kind_of_number_that_bring_did_not_give(self):
        with self.assertRaisesRegex(UserError, "no number of that kind"):
            self.mend(self.stuck(article="X1"), product_id=self.a, target="barcode")

    def test_nothing_is_overwritten_in_silence(self):
        document = self.stuck(article="X1")
        with self.dialog(document) as dialog:
            dialog.product_id = self.a
            self.assertEqual((dialog.target, dialog.conflict), ("other", False))
            dialog.target = "default_code"
            self.assertIn("A1", dialog.conflict)
        with self.assertRaisesRegex(UserError, "Replace it"):
            dialog.record.action_mend()
        self.assertEqual((self.a.default_code, document.state), ("A1", "attention"))
        dialog.record.replace = True
        dialog.record.action_mend()
        self.assertEqual((self.a.default_code, document.state), ("X1", "done"))

    def test_what_still_cannot_be_applied_is_said(self):
        serial = self.make_product(False, tracking="serial")
        document = self.stuck(article="X1")
        told = self.mend(document, product_id=serial)
        self.assertEqual(document.cause, "lot")
        self.assertIn(document.error, told)

    def test_a_line_of_a_stock_report_is_mended_too(self):
        product = self.make_product(False)
        self.put_stock(product, 5)
        self.env.flush_all()
        document = self.deliver(stock_report(("A1", 100), ("X1", 5))).document_ids
        report = self.env["bring.inventory.report"].browse(document.res_id)
        line = report.line_ids.filtered(lambda line: line.state == "unknown")
        self.assertEqual((line.problem, line.problem_subject), ("unknown_article", "X1"))
        with self.dialog(line) as dialog:
            self.assertEqual((dialog.own, dialog.line_count), ("X1", 1))
            dialog.product_id = product
        dialog.record.action_mend()
        self.assertEqual((report.state, report.unknown_count), ("applied", 0))

    def test_only_managers_map_and_only_for_their_company(self):
        document = self.stuck(article="X1")
        user = new_test_user(
            self.env, login="mending-user", groups="bring_warehousing.group_bring_user"
        )
        with self.assertRaises(UserError):
            document.with_user(user).action_mend()
        with self.assertRaises(AccessError):
            self.env["bring.mend.article"].with_user(user).create(
                {"account_id": self.account.id, "cause": "unknown_article", "subject": "X1"}
            )
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            login="mending-stranger",
            groups="bring_warehousing.group_bring_manager",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        with self.assertRaises(AccessError):
            document.with_user(stranger).action_mend()
        theirs = self.make_product(False, company_id=elsewhere.id)
        with self.dialog(document) as dialog:
            dialog.product_id = self.make_product(False)
        dialog.record.sudo().product_id = theirs
        with self.assertRaises(UserError):
            dialog.record.action_mend()
        self.assertFalse(theirs.default_code)

    def test_many_documents_go_to_the_scheduled_action(self):
        documents = self.stuck(2, article="X1")
        module = "odoo.addons.bring_warehousing.models.bring_document.TOO_MANY"
        with patch(module, 1):
            told = self.mend(documents[0], product_id=self.make_product(False))
        self.assertIn("Applied in a moment: 2", told)
        self.env.flush_all()
        self.env["bring.document"]._process_pending()
        self.assertEqual(set(documents.mapped("state")), {"done"})


class TestMendOrder(MendingCase):
    def test_choosing_the_order_remembers_brings_number(self):
        order = self.make_order((self.a, 5))
        other = self.make_order((self.a, 5))
        first = self.despatch("45001", despatch_line(article="A1", quantity=2))
        second = self.despatch(
            "45001", despatch_line(article="A1", quantity=3), at="2026-03-02T11:00:00"
        )
        told = self.mend(first, sale_id=order)
        self.assertIn("Documents applied: 2", told)
        self.assertEqual((first.state, second.state), ("done", "done"))
        self.assertEqual(order.bring_status, "despatched")
        self.assertEqual(order.picking_ids.mapped("bring_order_number"), ["45001", "45001"])
        self.assertFalse(other.picking_ids.bring_order_number)

    def test_of_several_orders_only_those_are_offered(self):
        orders = self.make_order((self.a, 1), client_order_ref="PO1") | self.make_order(
            (self.a, 1), client_order_ref="PO1"
        )
        self.make_order((self.a, 1))
        document = self.despatch("PO1", despatch_line(article="A1"))
        with self.dialog(document) as dialog:
            self.assertEqual(set(dialog.record.candidate_sale_ids.ids), set(orders.ids))
            dialog.sale_id = orders[1]
        dialog.record.action_mend()
        self.assertEqual(document.state, "done")
        self.assertEqual(orders.mapped("bring_status"), [False, "despatched"])

    def test_a_number_that_two_transfers_have_is_left_with_one(self):
        orders = self.make_order((self.a, 1)) | self.make_order((self.a, 1))
        orders.picking_ids.bring_order_number = "45001"
        document = self.despatch("45001", despatch_line(article="A1"))
        self.assertEqual(document.cause, "several_orders")
        with self.dialog(document) as dialog:
            dialog.sale_id = orders[0]
            self.assertIn(orders[1].picking_ids.name, dialog.conflict)
        with self.assertRaisesRegex(UserError, "Replace it"):
            dialog.record.action_mend()
        dialog.record.replace = True
        dialog.record.action_mend()
        self.assertEqual(document.state, "done")
        self.assertFalse(orders[1].picking_ids.bring_order_number)

    def test_a_purchase_order(self):
        purchase = self.make_purchase((self.a, 5))
        document = self.receive("45002", receiving_line(article="A1", received=5))
        with self.dialog(document) as dialog:
            self.assertEqual(dialog.what, "purchase")
            dialog.purchase_id = purchase
        dialog.record.action_mend()
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(purchase.picking_ids.state, "done")

    def test_a_transfer(self):
        order = self.make_order((self.a, 1))
        document = self.despatch("45003", despatch_line(article="A1"))
        self.mend(document, what="transfer", picking_id=order.picking_ids)
        self.assertEqual(document.state, "done")

    def test_an_order_without_a_transfer_at_bring_is_refused(self):
        other = self.env["stock.warehouse"].create({"name": "Own", "code": "OWN"})
        order = self.make_order((self.a, 1), warehouse_id=other.id)
        document = self.despatch("45004", despatch_line(article="A1"))
        with self.assertRaisesRegex(UserError, "has no transfer"):
            self.mend(document, sale_id=order)

    def test_who_may_not_see_transfers_is_told(self):
        document = self.despatch("45005", despatch_line(article="A1"))
        manager = new_test_user(
            self.env, login="no-stock", groups="bring_warehousing.group_bring_manager"
        )
        with self.assertRaisesRegex(UserError, "rights in Inventory"):
            document.with_user(manager).action_mend()


class TestMendWarehouse(MendingCase):
    def test_a_new_code_is_mapped(self):
        other = self.env["stock.warehouse"].create({"name": "Moss", "code": "MOS"})
        product = self.make_product("M1")
        order = self.make_order((product, 1), warehouse_id=other.id)
        document = self.despatch(order, despatch_line(article="M1"), warehouse="MOSS")
        self.mend(document, warehouse_id=other)
        mapping = self.account._find_warehouse("MOSS")
        self.assertEqual(mapping.warehouse_id, other)
        self.assertEqual(mapping.stock_location_id, other.lot_stock_id)
        self.assertEqual(document.state, "done", document.error)

    def test_a_warehouse_that_is_mapped_gets_the_new_code_when_that_is_said(self):
        order = self.make_order((self.a, 1))
        document = self.despatch(order, despatch_line(article="A1"), warehouse="BERGER2")
        with self.dialog(document) as dialog:
            dialog.warehouse_id = self.warehouse
            self.assertIn("BERGER", dialog.conflict)
            self.assertEqual(dialog.blocked_location_id, self.blocked)
        with self.assertRaisesRegex(UserError, "Replace it"):
            dialog.record.action_mend()
        dialog.record.replace = True
        dialog.record.action_mend()
        self.assertEqual(self.account.warehouse_ids.mapped("code"), ["BERGER2"])
        self.assertEqual(document.state, "done")

    def test_a_location_for_goods_that_are_held_back(self):
        self.account.warehouse_ids.blocked_location_id = False
        purchase = self.make_purchase((self.a, 5))
        line = receiving_line(article="A1", received=5, conditions=[("1", 5)])
        document = self.receive(purchase, line)
        self.assertEqual((document.cause, document.cause_subject), ("no_location", "BERGER"))
        self.mend(document, blocked_location_id=self.blocked)
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(self.on_hand(self.a, self.blocked), 5)

    def test_an_account_without_a_warehouse_gets_its_first(self):
        order = self.make_order((self.a, 1))
        self.account.warehouse_ids.unlink()
        document = self.despatch(order, despatch_line(article="A1"), warehouse=None)
        self.assertEqual((document.cause, document.cause_subject), ("unknown_warehouse", False))
        self.mend(document, code="berger", warehouse_id=self.warehouse)
        self.assertEqual(self.account.warehouse_ids.code, "BERGER")
        self.assertEqual(document.state, "done", document.error)

    def test_a_warehouse_of_another_account_is_refused(self):
        other = self.env["stock.warehouse"].create({"name": "Moss", "code": "MOS"})
        self.env["bring.account"].create(
            {"name": "Two", "warehouse_ids": [(0, 0, {"code": "M", "warehouse_id": other.id})]}
        )
        document = self.despatch("S1", despatch_line(article="A1"), warehouse="MOSS")
        with self.assertRaisesRegex(UserError, "mapped in the account Two already"):
            self.mend(document, warehouse_id=other)


class TestMendUnit(MendingCase):
    def test_the_code_is_added_to_the_unit(self):
        carton = self.env["uom.uom"].create(
            {
                "name": "Carton",
                "relative_factor": 12,
                "relative_uom_id": self.a.uom_id.id,
                "bring_codes": "CT, ",
            }
        )
        order = self.make_order((self.a, 24))
        document = self.despatch(order, despatch_line(article="A1", quantity=2, unit="KRT"))
        self.mend(document, uom_id=carton)
        self.assertEqual(carton.bring_codes, "CT,KRT")
        self.assertEqual(document.state, "done", document.error)
        self.assertEqual(order.order_line.qty_delivered, 24)

    def test_a_unit_of_another_kind_does_not_help_and_that_is_said(self):
        order = self.make_order((self.a, 24))
        document = self.despatch(order, despatch_line(article="A1", quantity=2, unit="KRT"))
        told = self.mend(document, uom_id=self.env.ref("uom.product_uom_kgm"))
        self.assertIn("Still need attention: 1", told)
        self.assertEqual(document.cause, "unknown_unit")


class TestDespatchTwice(MendingCase):
    def test_what_waits_is_applied_in_the_order_of_events(self):
        order = self.make_order((self.a, 1))
        late, early = (
            self.deliver(
                message(
                    "despatch_advice",
                    despatch_advice("45001", [despatch_line(article="A1")], status=status, at=at),
                )
            ).document_ids
            for status, at in (("O4", "2026-03-02T12:00:00"), ("O3", "2026-03-02T09:00:00"))
        )
        self.mend(late, sale_id=order)
        self.assertEqual((late.state, early.state), ("done", "done"))
        self.assertEqual(order.bring_status, "despatched")
