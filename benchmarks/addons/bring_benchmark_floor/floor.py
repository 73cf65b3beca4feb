"""The floor of the accept benchmark: a route that checks nothing and creates one row."""

from odoo import SUPERUSER_ID, fields, http, models


class BringBenchmarkRow(models.Model):
    _name = "bring.benchmark.row"
    _description = "Row of the benchmark's floor"

    name = fields.Char()
    content = fields.Text()


class BringBenchmarkFloor(http.Controller):
    @http.route(
        "/bring/benchmark/floor",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def store(self):
        """Create one row with the body, by the ORM, and answer."""
        request = http.request
        body = request.httprequest.get_data(as_text=True)
        row = {"name": request.httprequest.headers.get("X-Name"), "content": body}
        request.env(user=SUPERUSER_ID)["bring.benchmark.row"].create(row)
        return request.make_response("success")
