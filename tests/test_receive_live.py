import logging
import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread
from unittest.mock import patch
from urllib.parse import urlsplit

import requests

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import DummyRLock, Registry
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..controllers.log_masking import mask_address
from ..models import bring_auth_failure, bring_refusal
from .common import message, order_response

PARALLEL = 8


def a_message(reference):
    return message("order_response", order_response(reference))


@tagged("post_install", "-at_install")
class TestReceiveLive(HttpCase):
    """The door with real transactions: what is committed, and what happens at the same instant.

    Odoo's tests run in one transaction that is rolled back; here each request has its own and
    commits. What is made is deleted again.
    """

    registry_test_mode = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the thread that runs the tests holds the lock; a request needs it to find the registry
        for name, value in (
            ("_lock", DummyRLock()),
            ("check_signaling", lambda registry, _cr=None: registry),
        ):
            patcher = patch.object(Registry, name, value)
            patcher.start()
            cls.addClassCleanup(patcher.stop)
        with cls.committed() as env:
            account = env["bring.account"].create({"name": "Live", "max_message_size": 1})
            cls.account_id = account.id
            cls.token = account.endpoint_token
            cls.key = env["bring.account.key"]._generate(account, "live")
        cls.addClassCleanup(cls.delete_account)
        cls.url = f"{cls.base_url()}/bring/warehousing/{cls.token}"

    @classmethod
    def committed(cls):
        return Committed(cls.registry)

    @classmethod
    def delete_account(cls):
        with cls.committed() as env:
            account = env["bring.account"].browse(cls.account_id)
            env["bring.document"].search([("account_id", "=", account.id)]).unlink()
            account.unlink()
            env["bring.auth.failure"].search([("account_id", "=", False)]).unlink()

    def setUp(self):
        super().setUp()
        clean = patch.dict(bring_auth_failure.BringAuthFailure._logged_at, clear=True)
        clean.start()
        self.addCleanup(clean.stop)

    def post(self, body, key=None, url=None, headers=None):
        headers = {
            "X-API-KEY": self.key if key is None else key,
            "Content-Type": "text/xml",
            **(headers or {}),
        }
        return requests.post(url or self.url, data=body, headers=headers, timeout=30)

    def together(self, count, function):
        """Call ``function`` with 0, 1, … at the same instant; return what it returned."""
        barrier = Barrier(count)

        def call(number):
            barrier.wait()
            return function(number)

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(call, range(count)))

    def found(self, model):
        with self.committed() as env:
            records = env[model].search([("account_id", "=", self.account_id)], order="id")
            return records.read()

    def test_the_same_bytes_at_the_same_instant_are_one_delivery(self):
        body = a_message("S-live-1")
        started = time.monotonic()
        answers = self.together(PARALLEL, lambda _number: self.post(body))
        self.assertEqual({answer.status_code for answer in answers}, {200})
        self.assertEqual(len({answer.text for answer in answers}), 1)
        self.assertLess(time.monotonic() - started, 20)
        with self.committed() as env:
            stored = env["bring.message"].search([("account_id", "=", self.account_id)])
            stored = stored.filtered(lambda message: message.content == body)
            self.assertEqual(len(stored), 1)
            self.assertEqual(stored.duplicate_count, PARALLEL - 1)

    def test_different_messages_at_the_same_instant_are_all_taken(self):
        answers = self.together(PARALLEL, lambda number: self.post(a_message(f"S-live-2-{number}")))
        self.assertEqual({answer.status_code for answer in answers}, {200})
        self.assertEqual(len({answer.text for answer in answers}), PARALLEL)

    def test_refused_calls_are_counted_and_logged_once_a_minute(self):
        def refused():
            return sum(row["count"] for row in self.found("bring.auth.failure"))

        before = refused()
        with self.assertLogs(bring_auth_failure.__name__, logging.INFO) as logs:
            answers = self.together(
                PARALLEL, lambda _number: self.post(a_message("S-x"), key="not-the-key")
            )
        self.assertEqual({answer.status_code for answer in answers}, {401})
        self.assertEqual(refused() - before, PARALLEL)
        self.assertEqual(len(logs.records), 1)
        self.assertEqual(len(self.found("bring.auth.failure")), 1)
        with (
            patch.object(bring_auth_failure, "LOG_EVERY", 0),
            self.assertLogs(bring_auth_failure.__name__, logging.INFO) as logs,
        ):
            self.post(a_message("S-x"), key="not-the-key")
        self.assertIn(f"{PARALLEL - 1} more", logs.output[0])

    def test_calls_to_an_unknown_address_are_counted_for_no_account(self):
        def refused():
            with self.committed() as env:
                rows = env["bring.auth.failure"].search([("account_id", "=", False)])
                return sum(rows.mapped("count"))

        before = refused()
        self.post(a_message("S-x"), url=self.url + "x")
        self.assertEqual(refused(), before + 1)

    def test_what_a_valid_key_sends_and_is_refused_is_kept_bounded(self):
        with patch.object(bring_refusal, "KEEP", 4):
            answers = self.together(
                PARALLEL, lambda number: self.post(b"<broken " + b"x" * 70_000 * (number % 2))
            )
            self.assertEqual({answer.status_code for answer in answers}, {400})
            self.post(b"<last")
            self.post(b" " * 1_100_000)
        kept = self.found("bring.refusal")
        self.assertEqual(len(kept), 4)
        self.assertEqual([row["status"] for row in kept[-2:]], [400, 413])
        self.assertIn("well-formed", kept[-2]["reason"])
        self.assertEqual(kept[-2]["content_type"], "text/xml")
        self.assertEqual(kept[-1]["size"], 1_100_000)
        with self.committed() as env:
            sizes = env["bring.refusal"].search([("account_id", "=", self.account_id)])
            for refusal in sizes:
                self.assertLessEqual(len(refusal.head or b""), bring_refusal.HEAD * 4 // 3 + 4)

    def test_neither_key_nor_address_nor_body_is_in_the_log(self):
        with CapturedLog() as log:
            self.post(a_message("S-in-the-log"))
            self.post(a_message("S-in-the-log"), key="a-wrong-key-in-the-log")
            self.post(b"<S-in-the-log")
            self.post(a_message("S-in-the-log"), url=self.url + "?a=1", key="")
            requests.get(self.url, timeout=10)
            time.sleep(0.2)  # the access log is written after the answer
        self.assertIn("/bring/warehousing/[masked]", log.text)
        for secret in (self.token, self.key, "a-wrong-key-in-the-log", "S-in-the-log"):
            self.assertNotIn(secret, log.text)

    def failing(self, sqlstate, times):
        """Have the database fail the check of the key with ``sqlstate``, so many times."""
        keys = type(self.env["bring.account.key"])
        match, left = keys._match, [times]

        def fail_first(model, account_id, sent):
            if left[0]:
                left[0] -= 1
                model.env.cr.execute(f"DO $$ BEGIN RAISE SQLSTATE '{sqlstate}'; END $$")
            return match(model, account_id, sent)

        return patch.object(keys, "_match", fail_first)

    def test_a_conflict_in_the_database_is_tried_again(self):
        for content_type in ("text/xml", "multipart/form-data; boundary=none"):
            body = a_message(f"S-conflict {content_type}")
            with self.failing("40001", 1), mute_logger("odoo.sql_db"):
                answer = self.post(body, headers={"Content-Type": content_type})
            self.assertEqual(answer.status_code, 200, answer.text)

    def test_a_fault_of_ours_is_a_500_never_a_refusal_of_the_key(self):
        with self.failing("53100", 1), mute_logger("odoo.sql_db", "odoo.http"):
            answer = self.post(a_message("S-disk-full"))
        self.assertEqual(answer.status_code, 500)

    def test_the_button_sees_that_the_call_reached_this_account(self):
        with self.committed() as env:
            account = env["bring.account"].browse(self.account_id)
            kind, said = account._bring_probe(self.url)
        self.assertEqual(kind, "warning")  # reached, but over http at an address of this machine
        self.assertIn("works from this server", said)

    def test_a_failed_statement_does_not_put_the_message_into_the_log(self):
        with CapturedLog() as log, self.committed() as env:
            env.cr.execute("SET TRANSACTION READ ONLY")
            with self.assertRaises(Exception) as caught:
                env["bring.message"]._receive(
                    self.account_id, None, b"<body-in-the-log/>", "text/xml"
                )
            env.cr.rollback()
        self.assertIn("read-only", str(caught.exception))
        self.assertNotIn("body-in-the-log", log.text)

    def test_addresses_are_masked_however_they_are_spelled(self):
        for text in (
            "POST /bring/warehousing/abc-_123 HTTP/1.1",
            "(url:http://x.test/bring/warehousing/abc-_123?debug=1)",
            "//bring//warehousing//abc-_123",
            "'/bring/warehousing/abc-_123/'",
        ):
            self.assertNotIn("abc", mask_address(text))
        self.assertEqual(mask_address("/bring/message/1"), "/bring/message/1")

    def test_what_waits_may_come_again_while_it_is_applied(self):
        """Row 61: counting what came again never collides with applying."""
        bodies = [a_message(f"S-again-{number}") for number in range(40)]
        for body in bodies:
            self.assertEqual(self.post(body).status_code, 200)
        stop, answers = Event(), []

        def send_again():
            while not stop.is_set():
                for body in bodies:
                    answers.append(self.post(body).status_code)

        senders = [Thread(target=send_again) for _number in range(2)]
        with self.assertNoLogs("odoo.service.model", logging.INFO):
            for sender in senders:
                sender.start()
            try:
                with self.committed() as env:
                    company = env["bring.account"].browse(self.account_id).company_id
                    company.sudo().bring_cron_id.method_direct_trigger()
            finally:
                stop.set()
                for sender in senders:
                    sender.join()
        self.assertEqual(set(answers), {200})
        with self.committed() as env:
            found = env["bring.message"].search([("account_id", "=", self.account_id)])
            found = found.filtered(lambda message: b"S-again" in message.content)
            self.assertEqual(set(found.mapped("state")), {"attention"})
            self.assertEqual(sum(found.mapped("duplicate_count")), len(answers))
            again = found.filtered("duplicate_count")
            self.assertTrue(all(again.mapped("last_duplicate_at")))
            for operator, value, wanted in (
                (">", 0, again),
                ("=", 0, found - again),
                (">=", 0, found),
                (">", 10**6, found.browse()),
            ):
                domain = [("id", "in", found.ids), ("duplicate_count", operator, value)]
                self.assertEqual(env["bring.message"].search(domain), wanted)

    def test_the_token_is_in_no_log_however_the_address_is_spelled(self):
        token, host = self.token, urlsplit(self.base_url())
        escaped = "".join(f"%{ord(letter):02x}" for letter in f"/bring/warehousing/{token}")
        paths = (
            f"/bring/warehousing/{token}/",
            f"/BRING/Warehousing/{token}",
            f"/bring/warehousing%2F{token}",
            f"/bring%2fwarehousing%2f{token}",
            f"/%62ring/warehousing/{token}",
            f"/%2562ring/warehousing/{token}",
            f"//bring//warehousing//{token}",
            f"/bring/warehousing/x?token={token}",
            f"/bring/warehousing/{token}?again={token}#{token}",
            f"/bring/warehousing?{token}",
            f"/web/login?redirect=/bring/warehousing/{token}",
            f"/web/login?redirect=%2Fbring%2Fwarehousing%2F{token}",
            f"/bring/warehousing/{token};x={token}",
            f"/bring\\warehousing\\{token}",
            f"/bring/warehousing/a {token}",
            f"http://localhost/bring/warehousing/{token}",
            "/" + escaped[3:],
        )
        body = a_message("S-masked")
        with CapturedLog() as log:
            for path in paths:
                head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nX-API-KEY: {self.key}\r\n"
                head += f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
                with socket.create_connection((host.hostname, host.port)) as s:
                    s.settimeout(20)
                    s.sendall(head.encode() + body)
                    s.shutdown(socket.SHUT_WR)
                    while s.recv(65536):
                        pass
            time.sleep(0.3)  # the access log is written after the answer
        self.assertIn("/bring/warehousing/[masked]", log.text)
        self.assertNotIn(token, log.text)
        self.assertNotIn(escaped[-30:], log.text)

    def test_the_set_up_guide_tells_what_the_door_saw(self):
        with self.committed() as env:
            account = env["bring.account"].create({"name": "Guided"})
            account_id, token = account.id, account.endpoint_token
            key = env["bring.account.key"]._generate(account, "guided")
            # what other tests called a moment ago
            env["bring.auth.failure"].search([("account_id", "=", False)]).unlink()
        self.addCleanup(self.delete, account_id)
        url = f"{self.base_url()}/bring/warehousing/{token}"

        def note():
            with self.committed() as env:
                return env["bring.account"].browse(account_id).setup_heard_note

        self.assertIn("Nobody has called yet", note())
        self.assertEqual(self.post(a_message("S-x"), key="wrong", url=url).status_code, 401)
        self.assertIn("without a valid key", note())
        self.assertEqual(self.post(b"hello", key=key, url=url).status_code, 400)
        self.assertIn("neither XML nor JSON", note())
        self.assertEqual(self.post(iter([b"<a/>"]), key=key, url=url).status_code, 411)
        self.assertIn("proxy_request_buffering", note())
        self.assertEqual(self.post(a_message("S-x"), key=key, url=url).status_code, 200)
        self.assertIn("It came on", note())

    def delete(self, account_id):
        with self.committed() as env:
            env["bring.account"].browse(account_id).unlink()


class Committed:
    """An environment in a transaction of its own, committed at the end."""

    def __init__(self, registry):
        self.registry = registry

    def __enter__(self):
        self.cr = self.registry.cursor()
        return api.Environment(self.cr, SUPERUSER_ID, {})

    def __exit__(self, kind, _error, _traceback):
        try:
            if kind is None:
                self.cr.commit()  # pylint: disable=invalid-commit
        finally:
            self.cr.close()


class CapturedLog(logging.Handler):
    """All that reaches the root logger, with tracebacks, as one text."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter())
        self.text = ""

    def emit(self, record):
        self.text += self.format(record) + os.linesep

    def __enter__(self):
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *_error):
        logging.getLogger().removeHandler(self)
