"""What may have moved before a stock report was taken, or after it: nobody knows.

Bring tells of some movements the day only, and of some stock reports too. If one way of counting
such movements agrees with what Bring counted, that is what happened; else a person sees what
Odoo's stock was in either case, and nothing is booked before he has said which it was.
"""

from collections import defaultdict
from itertools import combinations
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

MAX_DOUBTS = 8  # movements of one article that are tried in every combination


class Doubt(NamedTuple):
    """Movements of an article, by one transfer or correction, that a report may hold or not.

    :ivar is_held: Odoo's stock as it is dated holds them
    :ivar changes: {(location id, lot id or None): what they brought, or took (minus)}
    """

    is_held: bool
    changes: dict


class Either(NamedTuple):
    """What Odoo's stock in a place was, if all in doubt moved before the report, or after it.

    ``lowest`` and ``highest`` are what it can have been at all.
    """

    before: float
    after: float
    lowest: float
    highest: float

    def may_be(self, booked, odoo):
        """Tell whether what was booked for the report may be a movement, which would count twice.

        :param booked: the difference that was booked
        :param odoo: what Odoo's stock was, as it is dated
        """
        return (booked < 0 and self.lowest < odoo) or (booked > 0 and self.highest > odoo)


def readings(odoo, doubts):
    """Yield what Odoo's stock of an article may have been: as it is dated, then every other way.

    :param odoo: {(location id, lot id or None): quantity} as it is dated
    :param doubts: list of :class:`Doubt`; each counts as a whole or not at all
    """
    yield odoo
    yield before(odoo, doubts)
    yield after(odoo, doubts)
    if len(doubts) <= MAX_DOUBTS:
        for size in range(1, len(doubts)):
            for some in combinations(doubts, size):
                yield turned(odoo, some)


def before(odoo, doubts):
    """Return Odoo's stock if all in doubt moved before the report."""
    return turned(odoo, [doubt for doubt in doubts if not doubt.is_held])


def after(odoo, doubts):
    """Return Odoo's stock if all in doubt moved after the report."""
    return turned(odoo, [doubt for doubt in doubts if doubt.is_held])


def turned(odoo, doubts):
    """Return Odoo's stock with these counted the other way round."""
    quantities = defaultdict(float, odoo)
    for doubt in doubts:
        for place, quantity in doubt.changes.items():
            quantities[place] += -quantity if doubt.is_held else quantity
    return dict(quantities)


class BringInventoryReport(models.Model):
    _inherit = "bring.inventory.report"

    def _counted_at(self):
        """Return when articles were counted, where that was before the report: by product id."""
        groups = self.env["bring.inventory.report.line"]._read_group(
            [("report_id", "=", self.id), ("counted_at", "!=", False)],
            ["product_id"],
            ["counted_at:min"],
        )
        return {product.id: at for product, at in groups}

    def _doubts(self, product_ids=None, counted=None):
        """Return what may have moved before the report was taken or after it.

        Of a report of an instant these are movements of a day; of a report of a day, and of an
        article that was counted before the report, all that moved since. What was booked for the
        report itself is not in doubt.

        :param product_ids: only these; all products when ``None``
        :param counted: product id → when it was counted; asked for when ``None``
        :return: product id → list of :class:`Doubt`
        """
        self.ensure_one()
        counted = self._counted_at() if counted is None else counted
        start = self.event_start or self.event_date
        # the first has an index; of an instant nothing else can be in doubt
        moved = SQL("move.bring_not_before < %s", self.event_date)
        if self.event_start or counted:
            moved = SQL("COALESCE(move.bring_not_before, line.date) < %s", self.event_date)
        places = self.warehouse_ids._places()
        self.env["stock.move"].flush_model()
        self.env["stock.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.product_id, line.location_id, line.location_dest_id, line.lot_id,
                       line.quantity_product_uom, line.date, line.date <= %(end)s,
                       move.bring_document_id, move.picking_id, move.bring_report_id
                  FROM stock_move_line line
                  JOIN stock_move move ON move.id = line.move_id
                 WHERE line.state = 'done'
                   AND line.company_id = %(company)s
                   AND (line.location_id = ANY(%(places)s)
                        OR line.location_dest_id = ANY(%(places)s))
                   AND line.date > %(start)s
                   AND %(moved)s
                   AND move.bring_report_id IS DISTINCT FROM %(report)s
                   AND %(wanted)s
                """,
                start=min(start, *counted.values()) if counted else start,
                end=self.event_date,
                moved=moved,
                report=self.id,
                company=self.company_id.id,
                places=list(places),
                wanted=SQL("TRUE")
                if product_ids is None
                else SQL("line.product_id = ANY(%s)", product_ids),
            )
        )
        found = defaultdict(lambda: defaultdict(lambda: defaultdict(float)))
        for product, source, target, lot, quantity, date, *what in rows:
            if date <= min(start, counted.get(product, start)):
                continue  # it was counted later
            changes = found[product][tuple(what)]
            if source in places:
                changes[places[source], lot or None] -= quantity
            if target in places:
                changes[places[target], lot or None] += quantity
        return {
            product: [
                Doubt(is_held, dict(changes))
                for (is_held, *_what), changes in movements.items()
                if any(round(quantity, 6) for quantity in changes.values())
            ]
            for product, movements in found.items()
        }

    def _inherit_doubts(self, older):
        """Take over what was booked for older reports and may be what moved: it stays in doubt.

        This report decides it, unless it may hold or not hold later movements itself.
        """
        asked = older._undecided().filtered(lambda line: line._booked_in_doubt())
        if not asked:
            return
        mine = {
            (line.product_id, line.location_id, line.lot_id): line
            for line in self._lines([("product_id", "in", asked.product_id.ids)])
        }
        for line in asked:
            heir = mine.get((line.product_id, line.location_id, line.lot_id))
            if heir:
                heir.booked_in_doubt += line._booked_in_doubt()
        self._compare_again(asked.product_id)
        self._sum_up()

    def _undecided(self):
        """Return the lines of these reports that wait for a person to say what moved before."""
        return self.env["bring.inventory.report.line"].search(
            [
                ("report_id", "in", self.ids),
                ("state", "=", "differ"),
                ("is_doubtful", "=", True),
                ("reading", "=", False),
            ]
        )
