from odoo import fields, models
from odoo.tools import SQL

from .bring_status import STATUSES


class BringDespatchAnalysis(models.Model):
    """How long Bring takes to despatch: one row for each delivery that it was told of.

    Read from the facts on the transfers. An average leaves out what is not known, such as the
    hours of what has not left yet.
    """

    _name = "bring.despatch.analysis"
    _description = "Despatch times"
    _auto = False
    _order = "despatched_at desc nulls last, id desc"
    _depends = {
        "bring.warehouse": ["account_id", "warehouse_id"],
        "bring.account": ["tz"],
        "res.partner": ["country_id"],
        "stock.move": ["picking_id", "state"],
        "stock.move.line": ["picking_id", "quantity_product_uom", "result_package_id", "state"],
        "stock.picking": [
            "bring_despatched_at",
            "bring_picked_at",
            "bring_registered_at",
            "bring_sent_at",
            "bring_started_at",
            "bring_status",
            "bring_untimed",
            "carrier_id",
            "company_id",
            "name",
            "partner_id",
            "picking_type_id",
            "return_id",
            "sale_id",
            "scheduled_date",
        ],
        "stock.picking.type": ["code", "warehouse_id"],
    }

    name = fields.Char("Reference", readonly=True)
    picking_id = fields.Many2one("stock.picking", "Transfer", readonly=True)
    sale_id = fields.Many2one("sale.order", "Sales order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    account_id = fields.Many2one("bring.account", "Bring account", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    country_id = fields.Many2one("res.country", "Customer's country", readonly=True)
    carrier_id = fields.Many2one("delivery.carrier", readonly=True)
    bring_status = fields.Selection(STATUSES, readonly=True)
    is_return = fields.Boolean("Return to a supplier", readonly=True)
    scheduled_date = fields.Datetime("Scheduled", readonly=True)
    sent_at = fields.Datetime("Sent", readonly=True)
    registered_at = fields.Datetime("Registered", readonly=True)
    started_at = fields.Datetime("Started", readonly=True)
    picked_at = fields.Datetime("Picked", readonly=True)
    despatched_at = fields.Datetime("Despatched", readonly=True)
    delivery_count = fields.Integer("Deliveries", readonly=True, aggregator="sum")
    hours_to_start = fields.Float(
        "Hours, sent to started", readonly=True, digits=(16, 1), aggregator="avg"
    )
    hours_to_despatch = fields.Float(
        "Hours, started to despatched", readonly=True, digits=(16, 1), aggregator="avg"
    )
    hours = fields.Float(
        "Hours, sent to despatched", readonly=True, digits=(16, 1), aggregator="avg"
    )
    is_day = fields.Boolean(
        "Day only", readonly=True, help="Bring told only the day of a step: no hours are counted."
    )
    days = fields.Float(
        "Days, sent to despatched",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="From one day to the other, in the account's time zone. Hours are counted only where "
        "Bring told the time of day.",
    )
    on_time = fields.Float(
        "Left on time",
        readonly=True,
        aggregator="avg",
        help="Share of what has left that left on its scheduled day or before, in the account's "
        "time zone.",
    )
    quantity = fields.Float("Quantity despatched", readonly=True, digits="Product Unit")
    line_count = fields.Integer("Lines", readonly=True, aggregator="sum")
    parcel_count = fields.Integer(
        "Parcels", readonly=True, aggregator="sum", help="Those that Bring gave a number."
    )

    @property
    def _table_query(self):
        """Return the rows; what has to be counted is counted only where it is asked for."""
        return SQL(
            """
            SELECT picking.id,
                   picking.id AS picking_id,
                   picking.name,
                   picking.sale_id,
                   picking.company_id,
                   place.account_id,
                   type.warehouse_id,
                   picking.partner_id,
                   partner.country_id,
                   picking.carrier_id,
                   picking.bring_status,
                   picking.return_id IS NOT NULL AS is_return,
                   picking.scheduled_date,
                   picking.bring_sent_at AS sent_at,
                   picking.bring_registered_at AS registered_at,
                   picking.bring_started_at AS started_at,
                   picking.bring_picked_at AS picked_at,
                   picking.bring_despatched_at AS despatched_at,
                   1 AS delivery_count,
                   %(hours_to_start)s AS hours_to_start,
                   %(hours_to_despatch)s AS hours_to_despatch,
                   %(hours)s AS hours,
                   %(days)s AS days,
                   picking.bring_untimed IS NOT NULL AS is_day,
                   %(on_time)s AS on_time,
                   (SELECT SUM(line.quantity_product_uom) FROM stock_move_line line
                     WHERE line.picking_id = picking.id AND line.state = 'done') AS quantity,
                   (SELECT COUNT(*) FROM stock_move move
                     WHERE move.picking_id = picking.id AND move.state <> 'cancel') AS line_count,
                   (SELECT COUNT(DISTINCT line.result_package_id) FROM stock_move_line line
                     WHERE line.picking_id = picking.id AND line.state = 'done') AS parcel_count
              FROM stock_picking picking
              JOIN stock_picking_type type ON type.id = picking.picking_type_id
              LEFT JOIN res_partner partner ON partner.id = picking.partner_id
              LEFT JOIN %(places)s ON place.warehouse_id = type.warehouse_id
             WHERE type.code = 'outgoing' AND picking.bring_status IS NOT NULL
            """,
            hours_to_start=hours_between("bring_sent_at", "bring_started_at"),
            hours_to_despatch=hours_between("bring_started_at", "bring_despatched_at"),
            hours=hours_between("bring_sent_at", "bring_despatched_at"),
            days=days_between("bring_sent_at", "bring_despatched_at"),
            on_time=is_on_time("bring_despatched_at"),
            places=PLACES,
        )

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


# Each mapped warehouse once, with its account: several of Bring's codes may be one warehouse.
PLACES = SQL(
    """(
        SELECT DISTINCT ON (mapping.warehouse_id)
               mapping.warehouse_id, mapping.account_id, account.tz
          FROM bring_warehouse mapping
          JOIN bring_account account ON account.id = mapping.account_id
         ORDER BY mapping.warehouse_id, mapping.id
    ) place"""
)


def hours_between(start, end):
    """Return SQL for the hours from one time of ``picking`` to another; never less than none.

    Bring's clock and ours may differ by seconds, and an answer may have been late. NULL where only
    the day is known of one of them.
    """
    between = SQL(
        "EXTRACT(EPOCH FROM %s - %s)::float8 / 3600",
        SQL.identifier("picking", end),
        SQL.identifier("picking", start),
    )
    # not GREATEST, for which NULL and 0 make 0
    return SQL(
        """CASE WHEN jsonb_exists_any(picking.bring_untimed, %(names)s) THEN NULL
                WHEN %(between)s < 0 THEN 0 ELSE %(between)s END""",
        names=[start, end],
        between=between,
    )


def days_between(start, end):
    """Return SQL for the days from one time of ``picking`` to another; never less than none."""
    between = SQL("(%s - %s)::float8", day(end), day(start))
    return SQL("CASE WHEN %(between)s < 0 THEN 0 ELSE %(between)s END", between=between)


def day(column):
    """Return SQL for the day of a time of ``picking``, in the account's time zone."""
    return SQL(
        "(%s AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(place.tz, 'UTC'))::date",
        SQL.identifier("picking", column),
    )


def is_on_time(name):
    """Return SQL for 1 when ``picking`` was done on its scheduled day or before, else 0.

    NULL as long as it is not done. The day is that of the account's time zone, ``place.tz``.
    """
    return SQL(
        "CASE WHEN %s IS NOT NULL THEN (%s <= %s)::int::float8 END",
        SQL.identifier("picking", name),
        day(name),
        day("scheduled_date"),
    )
