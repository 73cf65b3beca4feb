from odoo import api, fields, models

SENT_CODES = ("PCE", "KGM")  # what Bring's order interface counts in; STK means PCE


class UomUom(models.Model):
    _inherit = "uom.uom"

    bring_codes = fields.Char(
        "Bring's codes",
        help="How Bring names this unit in its messages, comma-separated, for example PCE,STK.",
    )

    @api.model
    def _bring_find(self, code, product_uom):
        """Return the unit that Bring means by ``code`` for goods counted in ``product_uom``.

        :param str code: as sent, in capitals, for example ``PCE``
        :return: one ``uom.uom``, or none when no unit of that kind has the code
        """
        units = self.search([("bring_codes", "!=", False)])
        for unit in units:
            codes = {part.strip().upper() for part in unit.bring_codes.split(",")}
            if code in codes and unit._has_common_reference(product_uom):
                return unit
        return self.browse()

    def _bring_unit_to_send(self):
        """Return the unit, and its code, in which Bring is told of goods counted in this unit.

        :return: (``uom.uom``, code), both empty when no unit of this kind has a code
        """
        self.ensure_one()
        for code in SENT_CODES:
            unit = self._bring_find(code, self)
            if unit:
                return unit, code
        return self.browse(), ""
