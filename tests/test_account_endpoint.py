import contextlib
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest.mock import patch

from odoo import http
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from ..bring.response import postback
from .common import BringHttpCase

ADDRESS = "web.base.url"


@contextlib.contextmanager
def stranger(status, body=b"", headers=()):
    """Run a server that gives one answer to everything; yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            """Write nothing: this is somebody else's log."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class TestAccountEndpoint(BringHttpCase):
    """The button that tests the receiving address says what it saw."""

    def probe(self, base_url):
        self.env["ir.config_parameter"].set_param(ADDRESS, base_url)
        self.env.invalidate_all()
        with self.allow_requests(all_requests=True):
            params = self.account.action_test_endpoint()["params"]
        self.assertNotIn(self.account.endpoint_token, params["message"])
        return params["type"], params["message"]

    def test_what_answers_wrongly_is_explained(self):
        right = postback("no", "1", "xml")[0]
        for status, body, headers, said in (
            (404, b"<html>", (), "dbfilter"),
            (502, b"bad gateway", (), "Is Odoo running"),
            (413, b"", (), "client_max_body_size"),
            (500, b"", (), "log"),
            (301, b"", (("Location", "https://elsewhere.test/x"),), "https://elsewhere.test"),
            (200, b"<html><p>hello", (), "Something else"),
            (401, b"log in, please", (), "Something else"),
            (400, right, (), "400 instead of 401"),
            (401, right, (), "Another database"),
        ):
            with self.subTest(status=status), stranger(status, body, headers) as base_url:
                kind, message = self.probe(base_url)
                self.assertEqual(kind, "danger")
                self.assertIn(said, message)

    def test_a_missing_dbfilter_is_named(self):
        with stranger(404, b"<html>") as base_url:
            with patch.object(http, "db_list", return_value=["one", "two"]):
                self.assertIn("this server has several", self.probe(base_url)[1])
            with patch.object(http, "db_list", return_value=["one"]):
                self.assertIn("elsewhere", self.probe(base_url)[1])

    def test_what_was_found_is_kept(self):
        with stranger(502) as base_url:
            message = self.probe(base_url)[1]
        self.assertEqual(
            (self.account.endpoint_outcome, self.account.endpoint_note), ("danger", message)
        )
        self.assertTrue(self.account.endpoint_tested_at)
        with stranger(502), self.allow_requests(all_requests=True):
            guided = self.account.with_context(bring_in_guide=True).action_test_endpoint()
        self.assertIs(guided, True, "in the guide it stands at its step")

    def test_no_answer_is_explained(self):
        with stranger(200) as base_url:
            pass  # nobody listens there any more
        kind, message = self.probe(base_url)
        self.assertEqual(kind, "danger")
        self.assertIn("Is the proxy running", message)
        for base_url in ("ftp://localhost", "http://"):
            self.assertIn("Mend", self.probe(base_url)[1])

    def test_only_managers_may_test_it(self):
        user = new_test_user(
            self.env, login="bring-plain", groups="bring_warehousing.group_bring_user"
        )
        with self.assertRaises(AccessError):
            self.account.with_user(user).action_test_endpoint()
