from odoo import api, fields, models

from .bring_status import RANK, STATUSES


class SaleOrder(models.Model):
    _inherit = "sale.order"

    bring_status = fields.Selection(
        STATUSES,
        "Bring status",
        compute="_compute_bring_status",
        store=True,
        copy=False,
        index="btree_not_null",
    )
    bring_status_date = fields.Datetime(
        "Bring status since", compute="_compute_bring_status", store=True, copy=False
    )
    bring_warehouse_note = fields.Text(
        "Note to the warehouse", help="Bring's warehouse reads it when the order is picked."
    )
    bring_carrier_note = fields.Text("Note to the carrier", help="Goes on the transport label.")
    bring_recipient_note = fields.Text(
        "Message to the recipient", help="May go on the delivery note."
    )
    bring_is_at_bring = fields.Boolean(
        compute="_compute_bring_is_at_bring",
        compute_sudo=True,
        help="The order's warehouse is one of Bring's.",
    )
    bring_is_test = fields.Boolean(
        compute="_compute_bring_is_test",
        compute_sudo=True,
        help="A transfer of this order belongs to an account in test mode.",
    )
    bring_document_ids = fields.Many2many(
        "bring.document",
        compute="_compute_bring_document_ids",
        groups="bring_warehousing.group_bring_user,sales_team.group_sale_salesman,"
        "stock.group_stock_user",
    )

    @api.depends("warehouse_id")
    def _compute_bring_is_at_bring(self):
        mapped = self.env["bring.warehouse"].search([("warehouse_id", "in", self.warehouse_id.ids)])
        for order in self:
            order.bring_is_at_bring = order.warehouse_id in mapped.warehouse_id

    @api.depends("picking_ids.bring_status", "picking_ids.bring_status_date", "picking_ids.state")
    def _compute_bring_status(self):
        """Sum up the transfers: what is gone, else how far the rest has come."""
        for order in self:
            # the steps inside the warehouse say nothing to a customer once the last one is there
            pickings = order.picking_ids.filtered("bring_status")
            gone = pickings.filtered(lambda picking: picking.bring_status == "despatched")
            open_ones = (order.picking_ids - gone).filtered(
                lambda picking: (
                    picking.picking_type_code != "incoming"
                    and picking.state not in ("done", "cancel")
                )
            )
            outgoing_gone = gone.filtered(lambda p: p.picking_type_code == "outgoing")
            if outgoing_gone:
                status = "partially_despatched" if open_ones else "despatched"
                decisive = outgoing_gone
            else:
                active = pickings.filtered(lambda picking: picking.bring_status != "cancelled")
                decisive = active or pickings
                status = max(decisive.mapped("bring_status"), key=RANK.get, default=False)
            order.bring_status = status
            order.bring_status_date = max(
                (date for date in decisive.mapped("bring_status_date") if date), default=False
            )

    @api.depends("picking_ids.bring_is_test")
    def _compute_bring_is_test(self):
        for order in self:
            order.bring_is_test = any(order.picking_ids.mapped("bring_is_test"))

    @api.depends("picking_ids.bring_document_ids")
    def _compute_bring_document_ids(self):
        for order in self:
            order.bring_document_ids = order.picking_ids.bring_document_ids
