from odoo import fields, models


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    bring_service_code = fields.Char(
        "Bring service",
        help="Bring's BasicServiceCode for orders with this delivery method, for example 5800.",
    )
    bring_additional_services = fields.Char(
        "Bring additional services",
        help="Bring's codes, comma-separated, for example EVARSLING.",
    )

    def _bring_additional_codes(self):
        codes = (self.bring_additional_services or "").split(",")
        return tuple(code.strip() for code in codes if code.strip())
