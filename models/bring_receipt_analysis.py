from odoo import fields, models
from odoo.tools import SQL

from .bring_despatch_analysis import PLACES, days_between, hours_between, is_on_time


class BringReceiptAnalysis(models.Model):
    """What arrived at Bring of what was expected, and in which condition: a row for each line.

    Receipts and customers' returns that Bring was told of, or that it told of, and what is left
    of those.
    """

    _name = "bring.receipt.analysis"
    _description = "Receipts at Bring"
    _auto = False
    _order = "received_at desc nulls last, id desc"
    _depends = {
        "bring.warehouse": ["account_id", "warehouse_id"],
        "bring.account": ["tz"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id", "uom_id"],
        "stock.move": [
            "bring_blocked_quantity",
            "bring_quarantined_quantity",
            "picking_id",
            "product_id",
            "product_qty",
            "product_uom",
            "quantity",
            "state",
        ],
        "stock.picking": [
            "bring_received_at",
            "backorder_id",
            "bring_sent_at",
            "bring_untimed",
            "company_id",
            "name",
            "partner_id",
            "picking_type_id",
            "return_id",
            "scheduled_date",
        ],
        "stock.picking.type": ["code", "warehouse_id"],
    }

    name = fields.Char("Reference", readonly=True)
    picking_id = fields.Many2one("stock.picking", "Transfer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    account_id = fields.Many2one("bring.account", "Bring account", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    partner_id = fields.Many2one("res.partner", "From", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Product category", readonly=True)
    is_return = fields.Boolean("Customer's return", readonly=True)
    scheduled_date = fields.Datetime("Scheduled", readonly=True)
    sent_at = fields.Datetime("Sent", readonly=True)
    received_at = fields.Datetime("Received", readonly=True)
    hours = fields.Float("Hours, sent to received", readonly=True, digits=(16, 1), aggregator="avg")
    is_day = fields.Boolean(
        "Day only", readonly=True, help="Bring told only the day: no hours are counted."
    )
    days = fields.Float(
        "Days, sent to received",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="From one day to the other, in the account's time zone. Hours are counted only where "
        "Bring told the time of day.",
    )
    on_time = fields.Float(
        "Came on time",
        readonly=True,
        aggregator="avg",
        help="Share of the received lines that came on their scheduled day or before, in the "
        "account's time zone.",
    )
    ordered_quantity = fields.Float("Quantity expected", readonly=True, digits="Product Unit")
    received_quantity = fields.Float("Quantity received", readonly=True, digits="Product Unit")
    received_share = fields.Float(
        "Received of expected",
        readonly=True,
        aggregator="avg",
        help="Of a group: all that was received by all that was expected.",
    )
    blocked_quantity = fields.Float("Received blocked", readonly=True, digits="Product Unit")
    quarantined_quantity = fields.Float(
        "Received in quarantine", readonly=True, digits="Product Unit"
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT move.id,
                   move.picking_id,
                   picking.name,
                   picking.company_id,
                   place.account_id,
                   type.warehouse_id,
                   picking.partner_id,
                   move.product_id,
                   template.categ_id,
                   picking.return_id IS NOT NULL AS is_return,
                   picking.scheduled_date,
                   picking.bring_sent_at AS sent_at,
                   picking.bring_received_at AS received_at,
                   %(hours)s AS hours,
                   %(days)s AS days,
                   picking.bring_untimed IS NOT NULL AS is_day,
                   %(on_time)s AS on_time,
                   move.product_qty AS ordered_quantity,
                   %(received)s AS received_quantity,
                   %(received)s / NULLIF(move.product_qty, 0) AS received_share,
                   COALESCE(move.bring_blocked_quantity, 0) AS blocked_quantity,
                   COALESCE(move.bring_quarantined_quantity, 0) AS quarantined_quantity
              FROM stock_picking picking
              JOIN stock_picking_type type ON type.id = picking.picking_type_id
              JOIN stock_move move ON move.picking_id = picking.id
              JOIN product_product product ON product.id = move.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom unit ON unit.id = move.product_uom
              JOIN uom_uom own_unit ON own_unit.id = template.uom_id
              LEFT JOIN %(places)s ON place.warehouse_id = type.warehouse_id
             WHERE type.code = 'incoming'
               AND (picking.bring_sent_at IS NOT NULL
                    OR picking.bring_received_at IS NOT NULL
                    OR picking.backorder_id IN (
                        SELECT id FROM stock_picking WHERE bring_received_at IS NOT NULL))
               AND move.state <> 'cancel'
            """,
            hours=hours_between("bring_sent_at", "bring_received_at"),
            days=days_between("bring_sent_at", "bring_received_at"),
            on_time=is_on_time("bring_received_at"),
            received=SQL(
                "CASE WHEN move.state = 'done'"
                " THEN move.quantity * unit.factor / own_unit.factor ELSE 0 END"
            ),
            places=PLACES,
        )

    def _read_group_select(self, aggregate_spec, query):
        """Weigh the share of a group by what was expected: ten of a hundred are not one of one."""
        if aggregate_spec == "received_share:avg":
            return SQL(
                "SUM(%s) / NULLIF(SUM(%s), 0)",
                self._field_to_sql(self._table, "received_quantity", query),
                self._field_to_sql(self._table, "ordered_quantity", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    def action_open_transfer(self):
        """Open the transfer of the row."""
        self.check_access("read")
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.picking",
            "res_id": self.picking_id.id,
            "view_mode": "form",
        }
