from odoo import models


class StockLocation(models.Model):
    _inherit = "stock.location"

    def _bring_is_outside(self):
        """Tell whether goods here are out of the house: as Odoo does, and cheap for stock."""
        self.ensure_one()
        return self.usage == "customer" or (self.usage == "transit" and self._is_outgoing())
