"""No state that nobody sees: where a person meets each of them."""

from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.tools.safe_eval import safe_eval

from .common import BringCase, despatch_advice, despatch_line, message

# model and field → value → the filter of the model's search view that shows it
SEEN = {
    ("bring.article", "state"): {
        "waiting": "waiting",
        "sending": "waiting",
        "sent": "sent",
        "attention": "attention",
    },
    ("bring.document", "state"): {
        "pending": "pending",
        "done": "done",
        "attention": "attention",
        "ignored": "ignored",
    },
    ("bring.inventory.report", "state"): {
        "draft": "draft",
        "compared": "compared",
        "applied": "applied",
        "cancelled": "aside",
        "superseded": "aside",
    },
    ("bring.inventory.report.line", "state"): {
        "agree": "agree",
        "differ": "differ",
        "absent": "absent",
        "unknown": "unknown",
        "applied": "settled",
        "kept": "settled",
    },
    ("bring.message", "state"): {
        "received": "pending",
        "processing": "pending",
        "done": "done",
        "attention": "attention",
        "ignored": "ignored",
        "waiting": "pending",
        "sent": "done",
        "unknown": "attention",
        "cancelled": "ignored",
    },
    ("bring.order", "state"): {
        "draft": "draft",
        "waiting": "waiting",
        "unknown": "unknown",
        "rejected": "rejected",
        "at_bring": "at_bring",
        "cancelling": "at_bring",
        "differs": "differs",
        "accepted": "accepted",
        "closed": "closed",
    },
    ("bring.work", "state"): {
        "running": "running",
        "stopped": "ended",
        "done": "done",
        "failed": "ended",
    },
}
# how far orders are, and what a word means, are shown by the lists that are grouped by them
GROUPED = {
    ("bring.despatch.analysis", "bring_status"): "group_status",
    ("bring.status.word", "status"): "group_status",
    ("sale.order", "bring_status"): "group_bring_status",
    ("stock.picking", "bring_status"): "group_bring_status",
}
# the states in which a record waits for a person, each in the one list of all that waits
TO_SETTLE = {
    ("bring.article", "attention"): "article_id",
    ("bring.document", "attention"): "document_id",
    ("bring.inventory.report.line", "differ"): "line_id",
    ("bring.inventory.report.line", "absent"): "line_id",
    ("bring.inventory.report.line", "unknown"): "line_id",
    ("bring.message", "attention"): "message_id",
    ("bring.order", "differs"): "order_id",
}
# the states in which a record waits for Odoo: a person is told when it waits too long
WAITING = {("bring.document", "pending"), ("bring.message", "received")}


class TestStates(BringCase):
    def states(self):
        """Yield (model, field) of all that says in which state something of ours is."""
        for name, model in self.env.registry.items():
            if model._abstract or model._transient:
                continue
            ours = name.startswith("bring.")
            for field in model._fields.values():
                is_state = field.name in ("state", "status") or field.name.endswith("_status")
                if field.type != "selection" or not is_state:
                    continue
                if ours or field.name.startswith("bring_"):
                    yield name, field.name

    def search_view(self, model):
        views = self.env[model].get_views([(False, "search")])
        return etree.fromstring(views["views"]["search"]["arch"])

    def test_each_state_has_its_place_in_a_list(self):
        for model, field in self.states():
            values = [
                value
                for value, _label in self.env[model]._fields[field]._description_selection(self.env)
            ]
            with self.subTest(model=model, field=field):
                if (model, field) in GROUPED:
                    wanted = GROUPED[model, field]
                    nodes = self.search_view(model).xpath(f"//filter[@name='{wanted}']")
                    self.assertTrue(nodes, f"no filter {wanted}")
                    self.assertIn(f"'group_by': '{field}'", nodes[0].get("context"))
                    continue
                self.assertEqual(set(SEEN.get((model, field), ())), set(values))
                arch = self.search_view(model)
                for value, name in SEEN[model, field].items():
                    (node,) = arch.xpath(f"//filter[@name='{name}']")
                    record = self.env[model].new({field: value})
                    domain = safe_eval(node.get("domain"))
                    self.assertTrue(record.filtered_domain(domain), f"{value}: {domain}")

    def test_what_waits_for_a_person_is_in_the_one_list(self):
        kinds = set(TO_SETTLE.values())
        self.assertEqual(
            kinds,
            {
                f"{kind}_id"
                for kind, _label in self.env["bring.to.settle"]._fields["kind"].selection
            },
        )
        for model, state in TO_SETTLE:
            self.assertIn(state, SEEN[model, "state"])
        attention = {model for (model, _f), values in SEEN.items() if "attention" in values}
        self.assertEqual(attention, {model for model, state in TO_SETTLE if state == "attention"})

    def test_a_person_is_told_of_what_waits_for_nobody(self):
        product = self.make_product("A1")
        self.put_stock(product, 1)
        order = self.make_order((product, 1))
        long_ago = fields.Datetime.now() - timedelta(hours=3)
        document = self.despatch(order, despatch_line(10, "A1", 1))
        received = self.env["bring.message"].create(
            {
                "account_id": self.account.id,
                "content": message("despatch_advice", despatch_advice("X", [])),
                "request_id": "waits",
                "received_at": long_ago,
                "state": "done",
            }
        )
        records = {"bring.document": document, "bring.message": received}

        def told():
            self.env.flush_all()
            self.env["bring.account"]._cron_notice_silence()
            return self.account.activity_ids.filtered(
                lambda activity: (
                    activity.activity_type_id
                    == self.env.ref("bring_warehousing.mail_activity_type_waiting")
                )
            )

        self.assertFalse(told())
        for model, state in WAITING:
            was = records[model].state
            records[model].state = state
            self.env.flush_all()
            self.env.cr.execute(
                f"UPDATE {records[model]._table} SET write_date = %s WHERE id = %s",  # pylint: disable=sql-injection
                [long_ago, records[model].id],
            )
            self.env.invalidate_all()
            self.assertEqual(len(told()), 1, model)
            self.assertEqual(len(told()), 1, "one is enough")
            records[model].state = was
            self.assertFalse(told(), "it is over")
