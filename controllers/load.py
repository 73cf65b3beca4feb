from werkzeug.exceptions import Forbidden

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request


class BringLoad(http.Controller):
    @http.route("/bring/message/load", type="http", auth="user", methods=["POST"])
    def load(self, account_id, **_params):
        """Take message files that a person chose or dropped, and say what became of each.

        :param account_id: id of the ``bring.account`` that they are for
        :return: a JSON list, see ``bring.message._load_file``
        """
        account = request.env["bring.account"].browse(int(account_id)).exists()
        if not account:
            raise request.not_found()
        try:
            told = [
                request.env["bring.message"]._load_file(account, file.filename, file.read())
                for file in request.httprequest.files.getlist("ufile")
            ]
        except (AccessError, UserError) as error:
            raise Forbidden(str(error)) from error
        return request.make_json_response(told)
