from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    bring_line_number = fields.Char(
        "Bring's line number",
        help="The number under which the line was sent to Bring. Backorders keep it.",
    )

    bring_document_id = fields.Many2one(
        "bring.document",
        "Bring's document",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    bring_report_id = fields.Many2one(
        "bring.inventory.report",
        "Bring's stock report",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    def _bring_line_numbers(self):
        """Return how Bring's documents may number these moves' lines: move → number.

        As sent; where nothing was sent from here, the order's n-th line is number 10·n.
        """
        numbers = {move: move.bring_line_number for move in self if move.bring_line_number}
        for line_field in ("sale_line_id", "purchase_line_id"):
            unsent = self.filtered(lambda move: move not in numbers and move[line_field])  # noqa: B023
            for order in unsent[line_field].order_id:
                lines = order.order_line.filtered(lambda line: not line.display_type)
                by_line = {line: str(10 * place) for place, line in enumerate(lines, start=1)}
                numbers |= {
                    move: by_line[move[line_field]]
                    for move in unsent
                    if move[line_field] in by_line
                }
        return numbers
