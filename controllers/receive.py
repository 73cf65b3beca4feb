from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request

from . import doorkeeper
from .download import download


class BringReceive(http.Controller):
    @http.route(
        "/bring/warehousing/<string:endpoint_token>",
        type="http",
        auth="bring",
        methods=None,
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def receive(self, endpoint_token, **_params):
        """Take one delivery: store it, wake the scheduled action, answer.

        ``auth="bring"`` has found out who calls and read the body. The answer leaves after the
        commit. Nothing is mapped here.
        """
        delivery = request.bring_delivery
        env = delivery.account.env
        request_id, is_new = env["bring.message"]._receive(
            delivery.account.id, delivery.key_id, delivery.content, delivery.content_type
        )
        if is_new:
            delivery.company._bring_wake()
        return doorkeeper.respond(200, "success", request_id, delivery.answer_format)

    @http.route("/bring/message/<int:message_id>/content", type="http", auth="user")
    def content(self, message_id):
        """Hand out the original bytes of a message to who may read it."""
        message = request.env["bring.message"].browse(message_id).exists()
        if not message:
            raise request.not_found()
        try:
            message.check_access("read")
        except AccessError:
            raise request.not_found() from None
        suffix = "json" if message.content.lstrip()[:1] in (b"{", b"[") else "xml"
        file_name = f"bring-{message.request_id}.{suffix}"
        return download(message.content, file_name, "application/octet-stream")
