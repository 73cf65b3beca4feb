import base64
import gzip
import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree

from odoo.tools.misc import file_open

from .common import BringHttpCase, message, order_response, utc

RESPONSE = "{http://interchange.bring.com/SupplyChain.Response}PostbackResponse"
SCHEMA = Path(__file__).parent / "bring" / "fixtures" / "response.xsd"


def basic(password, user="bring"):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def as_json(reference="S1", at="2026-03-02T08:00:00"):
    """Return an order response as JSON, with prefixes in its keys."""
    document = {
        "creationDateTime": at,
        "orderResponseIdentification": {"entityIdentification": reference},
        "responseStatusCode": "O1",
        "originalOrder": {"entityIdentification": reference},
    }
    return json.dumps({"ns0:orderResponseMessage": {"ns0:orderResponse": document}}).encode()


def a_message(reference="S1"):
    return message("order_response", order_response(reference))


class DoorCase(BringHttpCase):
    def post(self, body=b"", **options):
        """POST also when there is no body."""
        return super().post(body, **{"method": "POST", **options})

    def stored(self, account=None):
        self.env.invalidate_all()
        account = account or self.account
        return self.env["bring.message"].search([("account_id", "=", account.id)])

    def read_answer(self, answer):
        """Return the message and the request id of an answer, which must have Bring's shape."""
        if "json" in answer.headers["Content-Type"]:
            body = answer.json()
            self.assertEqual(list(body), ["PostBackResponse"])
            self.assertEqual(list(body["PostBackResponse"]), ["Message", "RequestID"])
            said, request_id = body["PostBackResponse"].values()
        else:
            root = etree.fromstring(answer.content)
            self.assertEqual(root.tag, RESPONSE)
            self.assertEqual([child.tag for child in root], ["Message", "RequestID"])
            said, request_id = (child.text for child in root)
        self.assertTrue(request_id)
        return said, request_id

    def assert_taken(self, answer):
        """Check that a delivery was taken; return its request id."""
        self.assertEqual(answer.status_code, 200, answer.text)
        said, request_id = self.read_answer(answer)
        self.assertEqual(said, "success")
        return request_id

    def assert_refused(self, answer, status, reason=""):
        """Check that a delivery was refused in Bring's format, and that nothing was stored."""
        self.assertEqual(answer.status_code, status, answer.text)
        said, _request_id = self.read_answer(answer)
        self.assertNotEqual(said.lower(), "success")
        self.assertIn(reason, said)
        self.assertFalse(self.stored())

    def send_raw(self, head, body=b"", stall=False):
        """Send bytes as they are, close our side, and return the answer's bytes.

        With ``stall`` our side stays open, and nothing more comes.
        """
        target = urlsplit(self.base_url())
        self.env.flush_all()
        with self.allow_requests(), socket.create_connection((target.hostname, target.port)) as s:
            s.settimeout(30)
            cookie = f"Cookie: test_request_key={self.http_request_key}\r\n".encode()
            s.sendall(head + cookie + b"\r\n" + body)
            if not stall:
                s.shutdown(socket.SHUT_WR)
            parts = []
            while part := s.recv(65536):
                parts.append(part)
        return b"".join(parts)


class TestReceiveKeys(DoorCase):
    """Who may come in. Without a valid key: 401, nothing stored."""

    def headers(self, **headers):
        return {
            "Content-Type": "application/xml",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }

    def test_the_key_is_taken_as_a_header_or_as_the_password_of_basic(self):
        for number, headers in enumerate(
            (
                {"X-API-KEY": self.key},
                {"x-api-key": self.key},
                {"Authorization": basic(self.key)},
                {"Authorization": basic(self.key, user="")},
                {"Authorization": basic(self.key, user="æøå").replace("Basic", "basic")},
                {"Authorization": basic(self.key), "X-API-KEY": self.key},
            )
        ):
            with self.subTest(headers=headers):
                answer = self.post(a_message(f"S{number}"), headers=headers)
                self.assert_taken(answer)

    def test_no_or_a_wrong_key_is_refused(self):
        wrong = self.key[:-1] + ("A" if self.key[-1] != "A" else "B")
        no_text = base64.b64encode(b"bring:\xff\xfe").decode()
        for headers in (
            {},
            {"X-API-KEY": ""},
            {"X-API-KEY": wrong},
            {"X-API-KEY": self.key[:8]},
            {"X-API-KEY": self.key + "A"},
            {"X-API-KEY": "é".encode("latin-1")},
            {"X-API-KEY": "æ\U0001f512".encode()},
            {"Authorization": ""},
            {"Authorization": basic(wrong)},
            {"Authorization": basic("")},
            {"Authorization": basic("\0")},
            {"Authorization": "Basic"},
            {"Authorization": "Basic ***"},
            {"Authorization": f"Basic {no_text}"},
            {"Authorization": f"Basic {base64.b64encode(self.key.encode()).decode()}"},
            {"Authorization": f"Bearer {self.key}"},
            {"Authorization": self.key},
        ):
            with self.subTest(headers=headers):
                answer = self.post(a_message(), headers={"Content-Type": "text/xml", **headers})
                self.assert_refused(answer, 401, "key")
                self.assertIn("Basic", answer.headers["WWW-Authenticate"])

    def test_every_credential_that_is_sent_must_be_right(self):
        for headers in (
            {"X-API-KEY": self.key, "Authorization": basic("wrong")},
            {"X-API-KEY": self.key, "Authorization": basic("")},
            {"X-API-KEY": self.key, "Authorization": ""},
            {"X-API-KEY": self.key, "Authorization": f"Bearer {self.key}"},
            {"X-API-KEY": "wrong", "Authorization": basic(self.key)},
            {"X-API-KEY": "", "Authorization": basic(self.key)},
        ):
            with self.subTest(headers=headers):
                self.assert_refused(self.post(a_message(), headers=headers), 401)

    def test_several_keys_are_valid_until_they_are_revoked(self):
        second = self.env["bring.account.key"]._generate(self.account, "second")
        self.assert_taken(self.post(a_message("S1")))
        self.assert_taken(self.post(a_message("S2"), key=second))
        self.account.key_ids.filtered(lambda key: key.name == "test").action_revoke()
        self.assertEqual(self.post(a_message("S3")).status_code, 401)
        self.assert_taken(self.post(a_message("S4"), key=second))
        self.account.key_ids.action_revoke()
        self.assertEqual(self.post(a_message("S5"), key=second).status_code, 401)
        self.assertEqual(len(self.stored()), 3)

    def test_an_account_without_keys_refuses_everything(self):
        account = self.account.copy({"name": "No key yet"})
        path = f"/bring/warehousing/{account.endpoint_token}"
        for headers in ({}, {"X-API-KEY": ""}, {"X-API-KEY": self.key}):
            answer = self.post(a_message(), path=path, headers=headers)
            self.assertEqual(answer.status_code, 401)
        self.assertFalse(self.stored(account))

    def test_an_address_that_names_no_account_is_answered_like_a_wrong_key(self):
        token = self.account.endpoint_token
        known = self.post(a_message(), key="wrong")
        for last in ("nobody", token.swapcase(), token + "%00", token + "/", "%C3%A5", "a" * 900):
            with self.subTest(last=last):
                path = f"/bring/warehousing/{last}"
                right = last.startswith(token)  # still the right address, spelled oddly
                answer = self.post(a_message(), path=path, key="wrong" if right else None)
                self.assert_refused(answer, 401)
                self.assertEqual(self.read_answer(answer)[0], self.read_answer(known)[0])
        self.account.active = False
        self.assert_refused(self.post(a_message()), 401)

    def test_other_methods_are_not_allowed(self):
        for method in ("GET", "PUT", "DELETE", "OPTIONS", "PATCH"):
            with self.subTest(method=method):
                answer = self.post(method=method)
                self.assert_refused(answer, 405, "POST")
                self.assertEqual(answer.headers["Allow"], "POST")
        self.assertEqual(self.post(method="HEAD").status_code, 405)

    def test_a_neutralized_copy_takes_no_calls(self):
        with file_open("bring_warehousing/data/neutralize.sql") as file:
            self.env.cr.execute(file.read())
        self.env.invalidate_all()
        self.assert_refused(self.post(a_message()), 401)


class TestReceiveBody(DoorCase):
    """What may come in. After a valid key, a refusal says why."""

    def keyed(self, **headers):
        return {
            "X-API-KEY": self.key,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }

    def test_any_content_type_is_taken_forms_too(self):
        for number, content_type in enumerate(
            (
                "application/xml",
                "text/xml; charset=utf-8",
                "text/plain",
                "application/json",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=none",
                "multipart/form-data",
                "nonsense",
                "",
            )
        ):
            with self.subTest(content_type=content_type):
                body = a_message(f"S{number}")
                answer = self.post(body, headers=self.keyed(Content_Type=content_type))
                self.assert_taken(answer)
                self.assertEqual(self.stored()[0].content, body)

    def test_a_large_message_under_a_form_type_is_taken_whole(self):
        body = a_message() + b" " * 12_000_000
        for number, content_type in enumerate(
            ("application/x-www-form-urlencoded", "multipart/form-data; boundary=none")
        ):
            sent = body + b" " * number
            self.assert_taken(self.post(sent, headers=self.keyed(Content_Type=content_type)))
            self.assertEqual(self.stored()[0].size, len(sent))

    def test_gzip_is_unpacked_and_is_the_same_delivery_as_plain(self):
        body = a_message()
        half = len(body) // 2
        plain = self.assert_taken(self.post(body))
        for packed in (
            gzip.compress(body),
            gzip.compress(body[:half]) + gzip.compress(body[half:]),
        ):
            answer = self.post(packed, headers=self.keyed(Content_Encoding="gzip"))
            self.assertEqual(self.assert_taken(answer), plain)
        self.assertEqual(self.stored().content, body)

    def test_what_is_packed_wrongly_is_refused(self):
        packed = gzip.compress(a_message())
        self.account.max_message_size = 1
        for encoding, body, status, reason in (
            ("gzip", a_message(), 400, "gzip"),
            ("gzip", packed[:-6], 400, "early"),
            ("gzip", packed[:20], 400, "early"),
            ("gzip", packed[:-8] + b"\0" * 8, 400, "gzip"),
            ("gzip", gzip.compress(b"<a>" + b" " * 2_000_000), 413, "1 MiB unpacked"),
            ("gzip", gzip.compress(b" " * 1_000_000) * 2, 413, "1 MiB unpacked"),
            ("br", packed, 415, "gzip"),
            ("gzip, gzip", packed, 415, "gzip"),
        ):
            with self.subTest(encoding=encoding, reason=reason, size=len(body)):
                answer = self.post(body, headers=self.keyed(Content_Encoding=encoding))
                self.assert_refused(answer, status, reason)

    def test_without_a_length_it_is_refused(self):
        for content_type in ("application/xml", "application/json"):
            body = a_message() if "xml" in content_type else as_json()
            answer = self.post(iter([body]), headers=self.keyed(Content_Type=content_type))
            self.assert_refused(answer, 411, "Content-Length")
            self.assertIn(content_type, answer.headers["Content-Type"])

    def test_over_the_limit_is_refused_unread(self):
        self.account.max_message_size = 1
        limit = 1024 * 1024
        at_limit = a_message("S1").ljust(limit)
        answer = self.post(at_limit + b" ")
        self.assert_refused(answer, 413, "1 MiB")
        self.assert_taken(self.post(at_limit))

    def test_a_message_that_ends_early_is_refused(self):
        token = self.account.endpoint_token
        head = (
            f"POST /bring/warehousing/{token} HTTP/1.1\r\nHost: localhost\r\n"
            f"X-API-KEY: {self.key}\r\nContent-Length: 1000000\r\n"
        )
        answer = self.send_raw(head.encode(), a_message())
        self.assertIn(b" 400 ", answer.splitlines()[0])
        self.assertIn(b"before its Content-Length", answer)
        self.assertFalse(self.stored())

    def test_a_nul_in_a_header_does_no_harm(self):
        body = a_message()
        for header in (b"Content-Type: text/\0xml\r\n", b"Content-Encoding: g\0\r\n"):
            head = (
                f"POST /bring/warehousing/{self.account.endpoint_token} HTTP/1.1\r\n"
                f"Host: localhost\r\nX-API-KEY: {self.key}\r\nContent-Length: {len(body)}\r\n"
            )
            status = self.send_raw(head.encode() + header, body).splitlines()[0]
            self.assertRegex(status, rb" (200|415) ")

    def test_what_cannot_be_read_is_refused_with_the_reason(self):
        secret = "text-of-an-entity"
        entity = (
            f'<!DOCTYPE m [<!ENTITY e "{secret}"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
        ).encode()
        good = a_message()
        declaration, rest = good.split(b"\n", 1)
        end = rest.rindex(b"</")
        deep = b"<a>" * 100_000 + b"</a>" * 100_000
        for name, body, reason in (
            ("empty", b"", "empty"),
            ("blank", b" \n", "empty"),
            ("text", b"hello", "neither XML nor JSON"),
            ("truncated", good[:-9], "well-formed"),
            ("junk after the root", good + b"<a/>", "well-formed"),
            ("DTD", declaration + entity + rest, "document type"),
            ("entity", declaration + entity + rest.replace(b"S1", b"&e;&f;"), "document type"),
            ("unknown entity", good.replace(b"S1", b"&e;"), "well-formed"),
            ("deep", declaration + rest[:end] + deep + rest[end:], "deep"),
            ("unknown root", b"<order/>", "root"),
            ("not UTF-8", good.replace(b"S1", b"\xe5"), "encoding"),
            ("unknown encoding", b'<?xml version="1.0" encoding="x-none"?><a/>', "encoding"),
            ("truncated JSON", as_json()[:-2], "well-formed JSON"),
            ("deep JSON", b'{"a":' * 100_000, "deep"),
            ("unknown JSON", b'{"order": {}}', "root"),
            ("JSON with NaN", as_json().replace(b'"O1"', b"NaN"), "number"),
            ("NUL in a JSON key", b'{"a\\u0000": [1]}', "root"),
            ("lone surrogate", b'{"\\ud800": [1]}', "root"),
        ):
            with self.subTest(name=name):
                answer = self.post(body)
                self.assert_refused(answer, 400, reason)
                self.assertNotIn(secret, answer.text)
                self.assertNotIn("root:x", answer.text)

    def test_the_answer_has_the_format_of_the_message_or_what_accept_names(self):
        xml, broken_xml = a_message(), b"<a"
        broken_json = b'{"a"'
        for body, accept, wanted in (
            (xml, None, "xml"),
            (as_json(), None, "json"),
            (as_json("S2"), "*/*", "json"),
            (xml, "application/json", "json"),
            (as_json(), "text/xml, */*;q=0.1", "xml"),
            (xml, "application/json, application/xml", "xml"),
            (broken_xml, None, "xml"),
            (broken_json, None, "json"),
            (b"\xef\xbb\xbf" + broken_json, None, "json"),
            (broken_xml, "application/json", "json"),
            (broken_json, "application/xml", "xml"),
        ):
            with self.subTest(body=body[:20], accept=accept):
                answer = self.post(body, headers=self.keyed(Accept=accept))
                self.assertIn(f"application/{wanted}", answer.headers["Content-Type"])
                self.read_answer(answer)

    def test_without_a_body_to_look_at_the_content_type_tells_the_format(self):
        for content_type in ("application/xml", "application/json"):
            answer = self.post(b"", headers={"Content-Type": content_type})
            self.assert_refused(answer, 401)
            self.assertIn(content_type, answer.headers["Content-Type"])


class TestReceive(DoorCase):
    """What is taken."""

    def test_the_answer_is_bring_s_own_to_the_letter(self):
        answer = self.post(a_message())
        request_id = self.assert_taken(answer)
        self.assertEqual(self.stored().request_id, request_id)
        answer = self.post(as_json())
        request_id = self.read_answer(answer)[1]
        self.assertEqual(
            answer.json(), {"PostBackResponse": {"Message": "success", "RequestID": request_id}}
        )

    def test_the_answer_is_valid_by_bring_s_schema(self):
        schema = etree.XMLSchema(etree.parse(SCHEMA))
        for body in (a_message(), b"<broken"):
            schema.assertValid(etree.fromstring(self.post(body).content))

    def test_it_is_kept_byte_for_byte_with_who_and_when(self):
        body = message("order_response", order_response("Ålesund")) + b"\n\n"
        self.post(body, headers={"X-API-KEY": self.key, "Content-Type": "text/xml; charset=utf-8"})
        stored = self.stored()
        self.assertEqual(stored.content, body)
        self.assertEqual(stored.content_type, "text/xml; charset=utf-8")
        self.assertEqual(stored.size, len(body))
        self.assertEqual((stored.direction, stored.state), ("in", "received"))
        self.assertEqual(stored.key_id, self.account.key_ids)
        self.assertEqual(stored.company_id, self.account.company_id)

    def test_the_same_bytes_again_are_answered_alike_and_kept_once(self):
        first = self.assert_taken(self.post(a_message()))
        self.assertEqual(self.assert_taken(self.post(a_message())), first)
        answer = self.post(
            a_message(), headers={"Authorization": basic(self.key), "Content-Type": "text/plain"}
        )
        self.assertEqual(self.assert_taken(answer), first)
        self.assertEqual(self.stored().duplicate_count, 2)
        self.assertTrue(self.stored().last_duplicate_at)

    def test_another_message_has_another_request_id(self):
        ids = {self.assert_taken(self.post(a_message(f"S{number}"))) for number in range(5)}
        self.assertEqual(len(ids), 5)

    def test_the_same_bytes_for_another_account_are_another_delivery(self):
        other = self.account.copy({"name": "Other"})
        key = self.env["bring.account.key"]._generate(other, "other")
        first = self.assert_taken(self.post(a_message()))
        path = f"/bring/warehousing/{other.endpoint_token}"
        self.assertNotEqual(self.assert_taken(self.post(a_message(), path=path, key=key)), first)
        self.assertEqual(self.post(a_message(), path=path).status_code, 401)  # another's key

    def test_it_is_applied_after_the_request_never_in_it(self):
        cron = self.account.company_id.bring_cron_id
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        triggers = self.env["ir.cron.trigger"]
        self.post(a_message())
        self.assertFalse(self.stored().document_ids)
        self.assertEqual(self.stored().state, "received")
        woken = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]) - triggers
        self.assertEqual(len(woken), 1)
        self.post(a_message())  # a duplicate wakes nobody
        triggers |= woken
        self.assertFalse(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]) - triggers)

    def test_a_trigger_that_nobody_was_told_of_does_not_delay_it(self):
        cron = self.account.company_id.bring_cron_id
        left = cron._trigger()
        self.env.cr.execute(
            "UPDATE ir_cron_trigger SET create_date = create_date - interval '1 minute'"
            " WHERE id = %s",
            [left.id],
        )
        self.post(a_message())
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertGreater(max(triggers.ids), left.id)

    def test_odd_times_and_letters_are_read_right(self):
        def at(time, name="S-Ålesund"):
            return message("order_response", order_response(name, at=time))

        utf8 = at("2026-07-01T11:30:00")
        text = utf8.decode().split("\n", 1)[1]
        default_namespace = text.replace("ns0:", "").replace("xmlns:ns0", "xmlns")
        summer, winter = utc("2026-07-01T09:30:00"), utc("2026-01-15T10:30:00")
        for name, body, content_type, wanted in (
            ("offset", at("2026-07-01T12:30:00.0000000+03:00"), "text/xml", summer),
            ("no offset, summer", utf8, "text/xml", summer),
            ("no offset, winter", at("2026-01-15T11:30:00"), "text/xml", winter),
            (
                "ISO-8859-1, declared",
                ('<?xml version="1.0" encoding="ISO-8859-1"?>' + text).encode("iso-8859-1"),
                "text/xml",
                summer,
            ),
            ("ISO-8859-1, by type", text.encode("latin-1"), "text/xml; charset=latin-1", summer),
            ("BOM", b"\xef\xbb\xbf" + utf8, "text/xml", summer),
            ("UTF-16", text.encode("utf-16"), "text/xml", summer),
            ("default namespace", default_namespace.encode(), "text/xml", summer),
            ("JSON", as_json("S-Ålesund", "2026-07-01T11:30:00"), "application/json", summer),
            ("epoch", as_json("S-Ålesund", 1782898200000), "application/json", summer),
        ):
            with self.subTest(name=name):
                answer = self.post(
                    body, headers={"X-API-KEY": self.key, "Content-Type": content_type}
                )
                request_id = self.assert_taken(answer)
                self.env["bring.document"]._process_pending()
                document = (
                    self.stored()
                    .filtered(lambda stored, wanted=request_id: stored.request_id == wanted)
                    .document_ids
                )
                self.assertEqual(document.reference, "S-Ålesund")
                self.assertEqual(document.document_date, wanted)

    def test_the_original_is_handed_out_to_who_may_read_it(self):
        self.post(a_message())
        path = f"/bring/message/{self.stored().id}/content"
        self.authenticate("admin", "admin")
        answer = self.url_open(path)
        self.assertEqual(answer.content, a_message())
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.authenticate(None, None)
        self.assertNotIn(b"orderResponse", self.url_open(path).content)
