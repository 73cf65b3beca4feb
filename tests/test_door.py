"""What the door bounds, and what it reads though it is spelled oddly."""

import gzip
import json
import time
from contextlib import contextmanager

from .common import message, order_response
from .test_receive import DoorCase, a_message, as_json, basic

AT_ONCE = 5  # seconds; a worker that is held longer holds up other people


class TestDoorBounds(DoorCase):
    def keyed(self, content_type="application/xml", **headers):
        return {"X-API-KEY": self.key, "Content-Type": content_type, **headers}

    @contextmanager
    def at_once(self):
        started = time.monotonic()
        yield
        self.assertLess(time.monotonic() - started, AT_ONCE)

    def test_only_encodings_of_text_that_are_in_use_are_read(self):
        text = a_message().split(b"\n", 1)[1]
        large = json.dumps({"a": "b" * 1_000_000}).encode()
        for number, encoding in enumerate(
            (
                "punycode",
                "idna",
                "utf-7",
                "unicode_escape",
                "raw_unicode_escape",
                "rot13",
                "base64",
                "cp037",
                "hz",
                "iso2022_jp",
                "gb18030",
                "x-none",
                "utf-8;q=1",
                "a" * 300,
            )
        ):
            declaration = f'<?xml version="1.0" encoding="{encoding[:200]}"?>'.encode()
            with self.subTest(encoding=encoding), self.at_once():
                headers = self.keyed(f"application/json; charset={encoding}")
                if ";" not in encoding:
                    answer = self.post(as_json(), headers=headers)
                    self.assert_refused(answer, 400, "encoding")
                    packed = {**headers, "Content-Encoding": "gzip"}
                    self.assert_refused(
                        self.post(gzip.compress(large), headers=packed), 400, "encoding"
                    )
                    self.assert_refused(
                        self.post(a_message(), headers=self.keyed(f"text/xml; charset={encoding}")),
                        400,
                        "encoding",
                    )
                    answer = self.post(declaration + text)
                    self.assert_refused(answer, 400, "encoding")
                else:
                    self.assert_taken(self.post(as_json(f"S{number}"), headers=headers))
                    self.stored().unlink()

    def test_the_encodings_that_are_in_use_are_read(self):
        for number, encoding in enumerate(
            (
                "UTF-8",
                "utf8",
                "UTF-16",
                "utf-16le",
                "UTF-16BE",
                "UTF-32",
                "ISO-8859-1",
                "latin1",
                "iso_8859-15",
                "Windows-1252",
                "cp1252",
                "US-ASCII",
                "ascii",
            )
        ):
            with self.subTest(encoding=encoding):
                body = as_json(f"S{number}").decode().encode(encoding)
                headers = self.keyed(f'application/json; charset="{encoding}"')
                self.assert_taken(self.post(body, headers=headers))

    def test_a_very_long_content_type_is_refused_at_once(self):
        for content_type in (
            "text/xml" + ";" * 60_000,
            "text/xml; a=" + "b" * 50_000,
            "text/xml; charset=" + "a" * 50_000,
            "text/xml;" + " a=1;" * 10_000,
        ):
            with self.at_once():
                answer = self.post(a_message(), headers=self.keyed(content_type))
                self.assert_refused(answer, 400, "Content-Type")
        self.assert_taken(self.post(a_message(), headers=self.keyed("text/xml" + ";" * 200)))

    def test_how_much_may_be_in_a_message(self):
        root = b"<n:orderResponseMessage xmlns:n='urn:gs1:ecom:order_response:xsd:3'>"
        end = b"</n:orderResponseMessage>"
        many = b"".join(b" a%d='1'" % n for n in range(30_000))
        few = b"".join(b" a%d='1'" % n for n in range(101))
        pairs = b",".join(b'"@a%d": "1"' % n for n in range(20_000))
        for name, body, reason in (
            ("documents", root + b"<orderResponse/>" * 10_001 + end, "10,000"),
            ("documents", root + b"<orderResponse/>" * 1_000_000 + end, "10,000"),
            ("attributes", root + b"<orderResponse" + many + b"/>" + end, "attributes"),
            (
                "below",
                root + b"<orderResponse><a><b" + many + b"/></a></orderResponse>" + end,
                "attributes",
            ),
            ("root", root[:-1] + few + b"><orderResponse/>" + end, "attributes"),
            (
                "header",
                root + b"<StandardBusinessDocumentHeader" + many + b"/>" + end,
                "attributes",
            ),
            (
                "JSON documents",
                b'{"orderResponseMessage": {"orderResponse": [%s]}}' % b",".join([b"{}"] * 10_001),
                "10,000",
            ),
            (
                "JSON header",
                b'{"orderResponseMessage": {"StandardBusinessDocumentHeader": {%s}}}' % pairs,
                "attributes",
            ),
            (
                "JSON attributes",
                b'{"orderResponseMessage": {"orderResponse": {"a": {%s}}}}' % pairs,
                "attributes",
            ),
            (
                "JSON group",
                b'{"orderResponseMessage": {"orderResponse": {"$": {%s}}}}' % pairs,
                "attributes",
            ),
            (
                "JSON text and attributes",
                b'{"orderResponseMessage": {"orderResponse": {"_": "x", %s}}}'
                % pairs.replace(b"@", b""),
                "attributes",
            ),
        ):
            with self.subTest(name=name), self.at_once():
                self.assert_refused(self.post(body), 400, reason)
        self.assert_taken(self.post(root + b"<orderResponse/>" * 10_000 + end))

    def test_the_longest_message_of_one_document_is_taken(self):
        body = message("order_response", order_response("S1"))
        self.assert_taken(self.post(body + b"\n" * 1_000_000))


class TestDoorSpellings(DoorCase):
    """What is spelled oddly and can only mean one thing is read."""

    def send(self, head, body):
        """Send a request with these lines in its head."""
        path = f"/bring/warehousing/{self.account.endpoint_token}"
        lines = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{head}Content-Length: {len(body)}\r\n"
        return self.send_raw(lines.encode(), body)

    def test_the_address_with_a_slash_or_in_capitals(self):
        token = self.account.endpoint_token
        for number, path in enumerate(
            (
                f"/bring/warehousing/{token}/",
                f"/bring/warehousing/{token}//",
                f"/Bring/Warehousing/{token}",
                f"/BRING/WAREHOUSING/{token}/",
                f"//bring//warehousing//{token}",
                f"/bring%2Fwarehousing%2F{token}",
                f"/%62ring/warehousing/{token}",
                f"/bring/warehousing/{token}?a=1",
            )
        ):
            with self.subTest(path=path):
                self.assert_taken(self.post(a_message(f"S{number}"), path=path))
        for path in (
            f"/bring/warehousing/{token.swapcase()}",
            f"/bring/warehousing/{token}/x",
            "/bring/warehousing/",
            f"/bring/{token}",
        ):
            self.assertIn(self.post(a_message("S9"), path=path).status_code, (401, 404))

    def test_white_space_before_the_declaration(self):
        body = a_message()
        for number, before in enumerate((b"\n", b" \r\n\t", b"\n" * 70_000, b"\xef\xbb\xbf\n")):
            with self.subTest(before=before[:9]):
                sent = before + body.replace(b"S1", b"S1%d" % number)
                self.assert_taken(self.post(sent))
        text = a_message("S2").decode().replace("utf-8", "utf-16")
        self.assert_taken(self.post(("\n \n" + text).encode("utf-16")))
        self.env["bring.document"]._process_pending()
        self.assertEqual(
            set(self.stored().document_ids.mapped("reference")), {"S10", "S11", "S12", "S13", "S2"}
        )

    def test_content_encodings_that_change_nothing(self):
        for number, encoding in enumerate(
            ("UTF-8", "utf8", "identity", "", "ISO-8859-1", "binary", "identity, identity")
        ):
            with self.subTest(encoding=encoding):
                headers = {"X-API-KEY": self.key, "Content-Encoding": encoding}
                self.assert_taken(self.post(a_message(f"S{number}"), headers=headers))
        packed = gzip.compress(a_message("S-gzip"))
        headers = {"X-API-KEY": self.key, "Content-Encoding": "UTF-8, gzip"}
        self.assert_taken(self.post(packed, headers=headers))
        for encoding in ("br", "deflate", "gzip, br", "utf-9"):
            headers = {"X-API-KEY": self.key, "Content-Encoding": encoding}
            self.assertEqual(self.post(a_message("S-x"), headers=headers).status_code, 415)

    def test_the_same_credential_twice(self):
        other = self.env["bring.account.key"]._generate(self.account, "other")
        key = f"X-API-KEY: {self.key}\r\n"
        right = f"Authorization: {basic(self.key)}\r\n"
        for number, (head, status) in enumerate(
            (
                (key + key, 200),
                (right + right, 200),
                (key + right + key, 200),
                (key + f"X-API-KEY: {other}\r\n", 200),
                (f"X-API-KEY: {self.key}, {self.key}\r\n", 200),
                (key + "X-API-KEY: wrong\r\n", 401),
                ("X-API-KEY: wrong\r\n" + key, 401),
                (key + "X-API-KEY: \r\n", 401),
                (right + f"Authorization: {basic('wrong')}\r\n", 401),
                (right + "Authorization: Bearer x\r\n", 401),
            )
        ):
            with self.subTest(head=head):
                answer = self.send(head, a_message(f"S{number}"))
                self.assertIn(f" {status} ".encode(), answer.splitlines()[0])

    def test_a_body_that_stalls_is_a_408(self):
        path = f"/bring/warehousing/{self.account.endpoint_token}"
        body = a_message()
        for sent in (b"", body[:50], gzip.compress(body)[:20]):
            head = (
                f"POST {path} HTTP/1.1\r\nHost: localhost\r\nX-API-KEY: {self.key}\r\n"
                f"Content-Length: {len(body)}\r\nAccept: application/json\r\n"
            )
            answer = self.send_raw(head.encode(), sent, stall=True)
            self.assertIn(b" 408 ", answer.splitlines()[0])
            said = json.loads(answer.partition(b"\r\n\r\n")[2])
            self.assertIn("in time", said["PostBackResponse"]["Message"])
        self.assertFalse(self.stored())
