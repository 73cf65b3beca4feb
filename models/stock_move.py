from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    bring_line_number = fields.Char(
        "Bring's line number",
        help="The number under which the line was sent to Bring. Backorders keep it.",
    )

    def _bring_line_numbers(self):
        """Return how Bring's documents may number these moves' lines: move → number.

        As sent; where nothing was sent from here, the order's n-th line is number 10·n.
        """
        numbers = {move: move.bring_line_number for move in self if move.bring_line_number}
        for order in (self - self.browse([move.id for move in numbers])).sale_line_id.order_id:
            lines = order.order_line.filtered(lambda line: not line.display_type)
            by_line = {line: str(10 * place) for place, line in enumerate(lines, start=1)}
            for move in self:
                if move not in numbers and move.sale_line_id in by_line:
                    numbers[move] = by_line[move.sale_line_id]
        return numbers
