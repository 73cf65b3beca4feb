from werkzeug.exceptions import Forbidden

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

MAX_NAME = 200  # characters of a file's name
MAX_DIGITS = 9  # of an id, so that it fits into the 32 bits of the database


class BringLoad(http.Controller):
    @http.route("/bring/message/load", type="http", auth="bring_manager", methods=["POST"])
    def load(self, account_id="", **_params):
        """Take message files that a person chose or dropped, and say what became of each.

        :param account_id: id of the ``bring.account`` that they are for
        :return: a JSON list, see ``bring.message._load_file``
        """
        known = account_id.isascii() and account_id.isdigit() and len(account_id) <= MAX_DIGITS
        account = request.env["bring.account"].browse(int(account_id) if known else []).exists()
        if not account:
            raise request.not_found()
        try:
            told = [
                request.env["bring.message"]._load_file(
                    account, (file.filename or "")[:MAX_NAME], file.read()
                )
                for file in request.httprequest.files.getlist("ufile")
            ]
        except (AccessError, UserError) as error:
            raise Forbidden(str(error)) from error
        return request.make_json_response(told)
