from odoo import models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _bring_set_in_date(self, move_lines, at):
        """Let goods that came in be as old as they are: first in, first out goes by it.

        :param move_lines: done ``stock.move.line``
        :param datetime at: when the goods came, UTC
        """
        quants = self.sudo().search(
            [
                ("product_id", "in", move_lines.product_id.ids),
                ("location_id", "in", move_lines.location_dest_id.ids),
                ("lot_id", "in", [*move_lines.lot_id.ids, False]),
                ("in_date", ">", at),
            ]
        )
        quants.in_date = at
