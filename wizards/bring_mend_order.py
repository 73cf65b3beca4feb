from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.handlers.batch import Batch
from ..models.handlers.match_transfer import WAYS

MODELS = {"sale": "sale_id", "purchase": "purchase_id", "transfer": "picking_id"}


class BringMendOrder(models.TransientModel):
    """Ask which order Bring means, and write Bring's order number on its transfer."""

    _name = "bring.mend.order"
    _inherit = "bring.mend"
    _description = "Choose the order that Bring means"

    what = fields.Selection(
        [("sale", "Sales order"), ("purchase", "Purchase order"), ("transfer", "Transfer")],
        "It is a",
        required=True,
    )
    warehouse_ids = fields.Many2many("stock.warehouse", compute="_compute_warehouse_ids")
    candidate_sale_ids = fields.Many2many("sale.order", compute="_compute_candidates")
    candidate_purchase_ids = fields.Many2many("purchase.order", compute="_compute_candidates")
    candidate_picking_ids = fields.Many2many("stock.picking", compute="_compute_candidates")
    sale_id = fields.Many2one(
        "sale.order",
        "Sales order",
        domain="[('id', 'in', candidate_sale_ids)] if candidate_sale_ids else "
        "[('company_id', '=', company_id), ('state', '=', 'sale'),"
        " ('picking_ids.picking_type_id.warehouse_id', 'in', warehouse_ids)]",
    )
    purchase_id = fields.Many2one(
        "purchase.order",
        "Purchase order",
        domain="[('id', 'in', candidate_purchase_ids)] if candidate_purchase_ids else "
        "[('company_id', '=', company_id), ('state', '=', 'purchase'),"
        " ('picking_ids.picking_type_id.warehouse_id', 'in', warehouse_ids)]",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        "Transfer",
        domain="[('id', 'in', candidate_picking_ids)] if candidate_picking_ids else "
        "[('company_id', '=', company_id),"
        " ('picking_type_id.warehouse_id', 'in', warehouse_ids)]",
    )

    def _title(self):
        return self.env._("Which order is it?")

    def _open(self, account, cause, subject, document=None, line=None):
        self._check_may_choose()
        return super()._open(account, cause, subject, document, line)

    def action_mend(self):
        self._check_may_choose()
        return super().action_mend()

    def _check_may_choose(self):
        if not self.env.user.has_group("stock.group_stock_user"):
            raise UserError(
                self.env._("To choose an order you need rights in Inventory: at least User.")
            )

    def _first_values(self, account, subject, document, line):
        return {"what": "purchase" if document.kind == "receiving_advice" else "sale"}

    @api.depends("account_id")
    def _compute_warehouse_ids(self):
        for dialog in self:
            dialog.warehouse_ids = dialog.account_id.warehouse_ids.warehouse_id

    @api.depends("document_id", "cause")
    def _compute_candidates(self):
        """Offer only those that the number may mean, where it may mean several."""
        for dialog in self:
            pickings = dialog._candidates() if dialog.cause == "several_orders" else []
            dialog.candidate_picking_ids = pickings
            dialog.candidate_sale_ids = dialog.candidate_picking_ids.sale_id
            dialog.candidate_purchase_ids = dialog.candidate_picking_ids.purchase_id

    def _candidates(self):
        """Return the transfers of all that the document's number may mean."""
        document = self.document_id.sudo().with_company(self.company_id)
        batch = Batch(document.env, self.company_id.sudo())
        batch.load(document)
        matches, _elsewhere = document.env[f"bring.handler.{document.kind}"]._find_matches(
            document, batch, *self._ways()
        )
        return document.env["stock.picking"].union(*[match.pickings for match in matches])

    def _ways(self):
        if self.document_id.kind == "receiving_advice":
            return ("receipt", "return")
        return ("delivery",)

    def _chosen(self):
        """Return the transfers that get the number: those still open, else all of them."""
        record = self[MODELS[self.what]]
        if not record or self.what == "transfer":
            return record
        incoming = self.document_id.kind == "receiving_advice"
        way = WAYS["receipt" if self.what == "purchase" else "return" if incoming else "delivery"]
        warehouses = self.account_id.warehouse_ids.warehouse_id
        pickings = record.picking_ids.filtered(
            lambda picking: (
                picking.picking_type_id.warehouse_id in warehouses and way.takes(picking)
            )
        )
        ends = pickings.filtered(
            lambda picking: picking.picking_type_code == ("incoming" if incoming else "outgoing")
        )
        pickings = ends or pickings
        return pickings.filtered(lambda p: p.state not in ("done", "cancel")) or pickings

    def _others(self, chosen):
        """Return transfers of other orders that have the number: it would stay ambiguous."""
        return (
            self.env["stock.picking"]
            .search(
                [
                    ("bring_order_number", "=", self.subject),
                    ("company_id", "=", self.company_id.id),
                    ("id", "not in", chosen.ids),
                ]
            )
            .filtered(
                lambda picking: (
                    not (
                        picking.sale_id & chosen.sale_id or picking.purchase_id & chosen.purchase_id
                    )
                )
            )
        )

    @api.depends("what", "sale_id", "purchase_id", "picking_id")
    def _compute_conflict(self):
        for dialog in self:
            chosen = dialog._chosen()
            texts = [
                self.env._(
                    "%(transfer)s has Bring's order number %(known)s; %(number)s would replace it.",
                    transfer=picking.name,
                    known=picking.bring_order_number,
                    number=dialog.subject,
                )
                for picking in chosen
                if picking.bring_order_number and picking.bring_order_number != dialog.subject
            ]
            others = dialog._others(chosen) if chosen else chosen
            if others:
                texts.append(
                    self.env._(
                        "The number %(number)s would be taken from %(transfers)s.",
                        number=dialog.subject,
                        transfers=", ".join(others.mapped("name")),
                    )
                )
            dialog.conflict = "\n".join(texts) or False

    def _mend(self):
        if not self[MODELS[self.what]]:
            raise UserError(self.env._("Choose the order that Bring means."))
        self[MODELS[self.what]].check_access("read")
        chosen = self._chosen()
        warehouses = self.account_id.sudo().warehouse_ids.warehouse_id
        if (
            not chosen
            or chosen.company_id != self.company_id
            or chosen.picking_type_id.warehouse_id - warehouses
        ):
            raise UserError(
                self.env._(
                    "%s has no transfer in a warehouse of this account.",
                    self[MODELS[self.what]].display_name,
                )
            )
        self._others(chosen).sudo().bring_order_number = False
        chosen = chosen.sudo()
        chosen.bring_order_number = self.subject
        for picking in chosen:
            picking._message_log(
                body=self.env._(
                    "Bring's order %(number)s is this transfer, says %(user)s.",
                    number=self.subject,
                    user=self.env.user.name,
                )
            )
