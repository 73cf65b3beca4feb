from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from .download import download


class BringExport(http.Controller):
    @http.route("/bring/export/<int:export_id>", type="http", auth="user")
    def export(self, export_id):
        """Hand out documents packed for Bring's integration team, to who chose them."""
        export = request.env["bring.document.export"].browse(export_id).exists()
        if not export:
            raise request.not_found()
        try:
            export.check_access("read")
            content = export._pack()
        except (AccessError, UserError):
            raise request.not_found() from None
        return download(content, export._file_name(), "application/zip")
