from odoo import models

from odoo.addons.bring_warehousing.models.handlers.outcome import Attention

MOST = 10.0  # how much may be short on paper before a person looks


class BringHandlerShip(models.AbstractModel):
    _inherit = "bring.handler.ship"

    def _short_on_paper(self, pickings, product, quantity):
        if quantity > MOST:
            raise Attention(
                self.env._(
                    "%(product)s is %(quantity)g short. Count it, correct the stock, then apply "
                    "the document again.",
                    product=product.display_name,
                    quantity=quantity,
                ),
                cause="odoo",
            )
        return super()._short_on_paper(pickings, product, quantity)


class BringInventoryReport(models.Model):
    _inherit = "bring.inventory.report"

    def _within_limits(self, lines):
        tracked = any(line.product_id.tracking != "none" for line in lines)
        return not tracked and super()._within_limits(lines)
