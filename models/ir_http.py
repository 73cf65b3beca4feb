from werkzeug.exceptions import Forbidden

from odoo import models
from odoo.http import request

from ..controllers import doorkeeper
from ..controllers.address import plain_path
from .bring_rights import MANAGER


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _match(cls, path_info):
        """Find the receiving address also with a slash at its end, or in capitals."""
        return super()._match(plain_path(path_info))

    @classmethod
    def _auth_method_bring_manager(cls):
        """Ask for a Bring Manager, before the body is read."""
        cls._auth_method_user()
        if not request.env.user.has_group(MANAGER):
            raise Forbidden

    @classmethod
    def _auth_method_bring(cls):
        """Ask for no user of Odoo's: a key proves the caller, see :meth:`_authenticate`."""
        cls._auth_method_none()

    @classmethod
    def _authenticate(cls, endpoint):
        """Let a call of Bring's in, or end it here, before Odoo reads the body as a form.

        The keys are checked first; only then is the body read, within the account's limit. Not in
        the method above, because Odoo turns whatever fails in there into 403: a conflict in the
        database has to be tried again, and a fault of ours has to be a 500, so that Bring sends
        the message again.
        """
        result = super()._authenticate(endpoint)
        if endpoint.routing["auth"] == "bring":
            doorkeeper.admit(request)
        return result
