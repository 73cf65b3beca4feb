from odoo import api, fields, models


class BringService(models.Model):
    """A service of Bring's, by the code that its order interface takes.

    The list begins with the codes and (English) names that Bring publishes; an agreement with Bring
    may know others, which are added here. Which goes with which is in ``bring/services.py``.
    """

    _name = "bring.service"
    _description = "Bring service"
    _order = "kind desc, code"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, help="BasicServiceCode or AdditionalService of an order.")
    name = fields.Char(required=True)
    kind = fields.Selection(
        [("basic", "Service"), ("additional", "Additional service")],
        required=True,
        default="basic",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex("(code)", "There is a service with this code already.")

    @api.depends("code", "name")
    def _compute_display_name(self):
        for service in self:
            service.display_name = " ".join(filter(None, (service.code, service.name)))

    @api.model
    def _by_codes(self, codes):
        """Return the services with these codes, archived ones too, in the order of the codes.

        :param codes: strings; an unknown one is left out
        """
        found = self.with_context(active_test=False).search([("code", "in", list(codes))])
        by_code = found.grouped("code")
        return self.union(*(by_code[code] for code in codes if code in by_code))
