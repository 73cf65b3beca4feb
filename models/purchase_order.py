from odoo import api, fields, models


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    bring_document_ids = fields.Many2many(
        "bring.document",
        compute="_compute_bring_document_ids",
        groups="bring_warehousing.group_bring_user,sales_team.group_sale_salesman,"
        "purchase.group_purchase_user,stock.group_stock_user",
    )

    @api.depends("picking_ids.bring_document_ids")
    def _compute_bring_document_ids(self):
        for order in self:
            order.bring_document_ids = order.picking_ids.bring_document_ids
