from odoo import api, fields, models

from ..bring.services import impossible


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    bring_service_code = fields.Char(
        "Bring's code",
        help="Bring's BasicServiceCode for orders with this delivery method, for example 5800.",
    )
    bring_additional_services = fields.Char(
        "Bring's additional codes",
        help="Bring's codes, comma-separated, for example 1064.",
    )
    bring_service_id = fields.Many2one(
        "bring.service",
        "Bring service",
        compute="_compute_bring_service_id",
        inverse="_inverse_bring_service_id",
        domain=[("kind", "=", "basic")],
        help="What Bring does for orders with this delivery method.",
    )
    bring_additional_ids = fields.Many2many(
        "bring.service",
        string="Bring additional services",
        compute="_compute_bring_additional_ids",
        inverse="_inverse_bring_additional_ids",
        domain=[("kind", "=", "additional")],
    )

    bring_pickup_points = fields.Boolean(
        "Pick-up points are Bring's",
        help="Customers choose from the points of Bring's Pickup Point API with this method, so "
        "that the point's id can be sent to Bring. Ids of other providers mean nothing there.",
    )
    bring_problem_text = fields.Text(
        "What Bring does not do together", compute="_compute_bring_problem_text"
    )

    @api.depends("bring_service_code", "bring_additional_services")
    def _compute_bring_problem_text(self):
        for carrier in self:
            code = (carrier.bring_service_code or "").strip()
            problems = impossible(code, carrier._bring_additional_codes())
            carrier.bring_problem_text = "\n".join(problems) or False

    @api.depends("bring_service_code")
    def _compute_bring_service_id(self):
        for carrier in self:
            code = (carrier.bring_service_code or "").strip()
            carrier.bring_service_id = self.env["bring.service"]._by_codes([code])

    def _inverse_bring_service_id(self):
        for carrier in self:
            carrier.bring_service_code = carrier.bring_service_id.code

    @api.depends("bring_additional_services")
    def _compute_bring_additional_ids(self):
        for carrier in self:
            carrier.bring_additional_ids = self.env["bring.service"]._by_codes(
                carrier._bring_additional_codes()
            )

    def _inverse_bring_additional_ids(self):
        for carrier in self:
            codes = carrier.bring_additional_ids.mapped("code")
            carrier.bring_additional_services = ",".join(codes)

    def _bring_additional_codes(self):
        codes = (self.bring_additional_services or "").split(",")
        return tuple(code.strip() for code in codes if code.strip())

    def _bring_offers_points(self):
        """Tell whether a point chosen with this method is one of Bring's.

        Never where customers collect from our own shops: there it is the warehouse's id.
        """
        return self.bring_pickup_points and self.delivery_type != "in_store"
