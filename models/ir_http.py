from odoo import models
from odoo.http import request

from ..controllers import doorkeeper


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _auth_method_bring(cls):
        """Let a call of Bring's in, or end it here, before Odoo reads the body as a form.

        The keys are checked first; only then is the body read, within the account's limit.
        """
        cls._auth_method_none()
        doorkeeper.admit(request)
