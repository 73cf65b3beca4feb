from odoo import models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _bring_set_in_date(self, move_lines, at):
        """Let goods that came in be as old as they are: first in, first out goes by it.

        Only those, and not what lies beside them in another package or lot.

        :param move_lines: done ``stock.move.line``
        :param datetime at: when the goods came, UTC
        """
        places = {
            (
                line.product_id,
                line.location_dest_id,
                line.lot_id,
                line.result_package_id,
                line.owner_id,
            )
            for line in move_lines
        }
        quants = self.sudo().search(
            [
                ("product_id", "in", move_lines.product_id.ids),
                ("location_id", "in", move_lines.location_dest_id.ids),
                ("in_date", ">", at),
            ]
        )
        quants.filtered(
            lambda q: (q.product_id, q.location_id, q.lot_id, q.package_id, q.owner_id) in places
        ).in_date = at
