from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class BringArticleStory(models.Model):
    """What happened to an article at Bring, in one list: what Bring counted, and what moved.

    Rows: the lines of stock reports that tell of the article, and the done move lines into, out of
    and within the warehouses that are Bring's.
    """

    _name = "bring.article.story"
    _description = "Story of an article at Bring"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "reference"
    _depends = {
        "bring.inventory.report": ["state"],
        "bring.inventory.report.line": ["bring_quantity", "odoo_quantity", "difference", "state"],
        "stock.move.line": ["state", "date", "quantity_product_uom"],
        "stock.picking": ["name"],
    }

    kind = fields.Selection(
        [
            ("counted", "Counted by Bring"),
            ("differs", "Counted, and differs"),
            ("in", "Came in"),
            ("out", "Went out"),
            ("within", "Moved within"),
        ],
        "What",
        readonly=True,
    )
    date = fields.Datetime(readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    location_id = fields.Many2one("stock.location", "Where", readonly=True)
    stock_status = fields.Char("Bring's status", readonly=True)
    quantity = fields.Float(
        digits="Product Unit", readonly=True, help="What moved; less than 0 where it went out."
    )
    bring_quantity = fields.Float("Bring", digits="Product Unit", readonly=True)
    odoo_quantity = fields.Float("Odoo then", digits="Product Unit", readonly=True)
    difference = fields.Float(digits="Product Unit", readonly=True)
    reference = fields.Char(readonly=True, help="The transfer, the correction or the report.")
    picking_id = fields.Many2one("stock.picking", "Transfer", readonly=True)
    report_id = fields.Many2one("bring.inventory.report", "Stock report", readonly=True)
    document_id = fields.Many2one(
        "bring.document", "Bring's document", readonly=True, help="What told of it."
    )

    @property
    def _table_query(self):
        """Return the rows; each part has an index on the product."""
        return SQL(
            """
            SELECT line.id::bigint * 2 AS id,
                   CASE line.state WHEN 'differ' THEN 'differs' ELSE 'counted' END AS kind,
                   line.event_date AS date, line.product_id, line.lot_id, line.company_id,
                   line.location_id, line.stock_status, NULL::float AS quantity,
                   line.bring_quantity, line.odoo_quantity, line.difference,
                   report.name AS reference, NULL::int AS picking_id, report.id AS report_id,
                   NULL::int AS document_id
              FROM bring_inventory_report_line line
              JOIN bring_inventory_report report ON report.id = line.report_id
             WHERE line.is_told AND line.product_id IS NOT NULL
               AND report.state IN ('compared', 'applied', 'superseded')
            UNION ALL
            SELECT line.id::bigint * 2 + 1,
                   CASE WHEN source.is_bring AND target.is_bring THEN 'within'
                        WHEN target.is_bring THEN 'in' ELSE 'out' END,
                   line.date, line.product_id, line.lot_id, line.company_id,
                   CASE WHEN target.is_bring THEN line.location_dest_id ELSE line.location_id END,
                   NULL,
                   line.quantity_product_uom * CASE WHEN target.is_bring THEN 1 ELSE -1 END,
                   NULL, NULL, NULL,
                   COALESCE(picking.name, move.inventory_name, move.origin), line.picking_id,
                   move.bring_report_id,
                   COALESCE(move.bring_document_id, (
                       SELECT MAX(document.id) FROM bring_document document
                        WHERE document.res_model = 'stock.picking'
                          AND document.res_id = line.picking_id))
              FROM stock_move_line line
              JOIN stock_move move ON move.id = line.move_id
              LEFT JOIN stock_picking picking ON picking.id = line.picking_id
              JOIN LATERAL (
                   SELECT EXISTS (
                       SELECT 1 FROM stock_location place
                         JOIN bring_warehouse mapping ON mapping.warehouse_id = place.warehouse_id
                        WHERE place.id = line.location_id AND place.usage = 'internal'
                   ) AS is_bring) source ON TRUE
              JOIN LATERAL (
                   SELECT EXISTS (
                       SELECT 1 FROM stock_location place
                         JOIN bring_warehouse mapping ON mapping.warehouse_id = place.warehouse_id
                        WHERE place.id = line.location_dest_id AND place.usage = 'internal'
                   ) AS is_bring) target ON TRUE
             WHERE line.state = 'done' AND (source.is_bring OR target.is_bring)
            """
        )

    def action_open(self):
        """Open what the row is about: the transfer, else the stock report."""
        self.check_access("read")
        self.ensure_one()
        targets = [self.picking_id, self.report_id, self.document_id]
        target = next((one for one in targets if one and one.has_access("read")), None)
        if target is None:
            raise UserError(
                self.env._("What is behind it (%s) is not for you to see.", self.reference)
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": target._name,
            "res_id": target.id,
            "view_mode": "form",
        }
