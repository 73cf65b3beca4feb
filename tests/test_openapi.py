import ast
import gzip
import json
from pathlib import Path
from unittest import skipUnless
from unittest.mock import patch

import requests
from lxml import etree

from odoo.tools import mute_logger

from ..bring.json_tree import MAX_DEPTH
from ..bring.kinds import BUILT_IN
from .test_receive import DoorCase, a_message, as_json, basic

try:
    import jsonschema
    import yaml
except ImportError:  # Odoo needs neither; dev/test has both
    jsonschema = yaml = None

ADDON = Path(__file__).resolve().parents[1]
PAGE = ADDON / "docs" / "openapi.yaml"
PATH = "/bring/warehousing/{endpoint_token}"
OTHERS = ("get", "put", "patch", "delete", "options")


@skipUnless(yaml and jsonschema and PAGE.exists(), "docs/, PyYAML or jsonschema is not here")
class TestOpenApi(DoorCase):
    """docs/openapi.yaml tells what the door really answers: all of it, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.page = yaml.safe_load(PAGE.read_text())
        cls.operations = {
            method: operation
            for method, operation in cls.page["paths"][PATH].items()
            if method != "parameters"
        }

    def resolve(self, part):
        while isinstance(part, dict) and "$ref" in part and len(part) == 1:
            part = self.lookup(part["$ref"])
        return part

    def lookup(self, reference):
        found = self.page
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        return found

    def validate(self, instance, schema):
        """Check a value against a schema of the page, by the dialect that OpenAPI 3.1 has."""
        whole = {**schema, "components": self.page["components"]}
        jsonschema.Draft202012Validator.check_schema(whole)
        jsonschema.Draft202012Validator(whole).validate(instance)

    # -- a real request for every answer --------------------------------------

    def keyed(self, accept, **headers):
        return {
            "X-API-KEY": self.key,
            "Accept": accept,
            "Content-Type": "application/xml",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }

    def ask_200(self, accept):
        return self.post(a_message(), headers=self.keyed(accept))

    def ask_400(self, accept):
        return self.post(b"<broken", headers=self.keyed(accept))

    def ask_401(self, accept):
        return self.post(a_message(), headers={"Accept": accept})

    def ask_408(self, accept):
        head = "".join(f"{name}: {value}\r\n" for name, value in self.keyed(accept).items())
        path = f"/bring/warehousing/{self.account.endpoint_token}"
        raw = self.send_raw(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n{head}".encode(),
            stall=True,
        )
        lines, _blank, body = raw.partition(b"\r\n\r\n")
        status, *headers = lines.decode().split("\r\n")
        answer = requests.Response()
        answer.status_code = int(status.split()[1])
        answer.headers.update(header.split(": ", 1) for header in headers)
        answer._content = body
        return answer

    def ask_411(self, accept):
        return self.post(iter([a_message()]), headers=self.keyed(accept))

    def ask_413(self, accept):
        self.account.max_message_size = 1
        return self.post(b" " * 1_100_000, headers=self.keyed(accept))

    def ask_415(self, accept):
        return self.post(a_message(), headers=self.keyed(accept, Content_Encoding="br"))

    def ask_500(self, accept):
        fault = patch.object(
            type(self.env["bring.message"]), "_receive", side_effect=RuntimeError("a fault")
        )
        with fault, mute_logger("odoo.http"):
            return self.post(a_message("S-fault"), headers=self.keyed(accept))

    def test_every_answer_of_the_page_is_given_and_is_what_the_page_says(self):
        for status, answer in self.operations["post"]["responses"].items():
            for media_type in self.resolve(answer)["content"]:
                with self.subTest(status=status, media_type=media_type):
                    given = getattr(self, f"ask_{status}")(media_type)
                    self.check(given, status, media_type, self.resolve(answer))

    def test_other_methods_are_answered_as_the_page_says(self):
        self.assertEqual(sorted(self.operations), sorted((*OTHERS, "post")))
        for method in OTHERS:
            ((status, answer),) = self.operations[method]["responses"].items()
            for media_type in self.resolve(answer)["content"]:
                with self.subTest(method=method, media_type=media_type):
                    given = self.post(method=method.upper(), headers={"Accept": media_type})
                    self.check(given, status, media_type, self.resolve(answer))

    def check(self, given, status, media_type, answer):
        """Check an answer's status, headers and body against the page's."""
        self.assertEqual(str(given.status_code), status, given.text)
        self.assertEqual(given.headers["Content-Type"].partition(";")[0], media_type)
        for name, header in answer.get("headers", {}).items():
            self.validate(given.headers.get(name), header["schema"])
        schema = self.resolve(answer["content"][media_type]["schema"])
        if media_type == "application/json":
            self.validate(given.json(), schema)
        elif media_type == "application/xml":
            root = etree.fromstring(given.content)
            xml = schema["xml"]
            self.assertEqual(root.tag, f"{{{xml['namespace']}}}{xml['name']}")
            self.assertEqual(root.prefix, xml["prefix"])
            self.validate({child.tag: child.text for child in root}, schema)
        else:
            self.assertNotIn("success", given.text)
            self.validate(given.text, schema)

    def test_the_page_leaves_no_answer_of_the_door_out(self):
        given = {500}  # Odoo's own
        for file in ("doorkeeper.py", "receive.py"):
            for node in ast.walk(ast.parse((ADDON / "controllers" / file).read_text())):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    place = {"Refused": 0, "respond": 0, "answer": 1}.get(name)
                    if place is not None and isinstance(node.args[place], ast.Constant):
                        given.add(node.args[place].value)
        told = {
            int(status)
            for operation in self.operations.values()
            for status in operation["responses"]
        }
        self.assertEqual(told, given)

    # -- who and what is taken ------------------------------------------------

    def test_each_way_to_prove_who_calls_is_taken(self):
        schemes = self.page["components"]["securitySchemes"]
        self.assertEqual(set(schemes), {"apiKey", "basic"})
        self.assertEqual((schemes["basic"]["type"], schemes["basic"]["scheme"]), ("http", "basic"))
        name = schemes["apiKey"]["name"]
        sent = {"apiKey": {name: self.key}, "basic": {"Authorization": basic(self.key)}}
        for number, together in enumerate(self.operations["post"]["security"]):
            with self.subTest(together=list(together)):
                headers = {}
                for scheme in together:
                    headers |= sent[scheme]
                self.assert_taken(self.post(a_message(f"S{number}"), headers=headers))
                for header in headers:
                    wrong = {
                        **headers,
                        header: basic("wrong") if "Basic" in headers[header] else "",
                    }
                    self.assertEqual(self.post(a_message(), headers=wrong).status_code, 401)

    def test_each_content_encoding_and_type_is_taken(self):
        operation = self.operations["post"]
        parameters = {parameter["name"]: parameter for parameter in operation["parameters"]}
        for encoding in parameters["Content-Encoding"]["schema"]["enum"]:
            body = a_message(f"S-{encoding}")
            if "gzip" in encoding:
                body = gzip.compress(body)
            headers = self.keyed("*/*", Content_Encoding=encoding)
            self.assert_taken(self.post(body, headers=headers))
        for media_type in operation["requestBody"]["content"]:
            body = as_json() if "json" in media_type else a_message(media_type)
            headers = self.keyed("*/*", Content_Type=media_type)
            self.assert_taken(self.post(body, headers=headers))

    def test_the_example_is_taken_and_is_what_the_page_says(self):
        content = self.operations["post"]["requestBody"]["content"]["application/json"]
        for example in content["examples"].values():
            self.validate(example["value"], self.resolve(content["schema"]))
            body = json.dumps(example["value"]).encode()
            self.assert_taken(self.post(body, headers=self.keyed("application/json")))

    def test_messages_in_json_are_what_the_page_says(self):
        schema = self.page["components"]["schemas"]["JsonMessage"]
        fixtures = sorted((ADDON / "tests" / "bring" / "fixtures").glob("*.json"))
        self.assertEqual(len(fixtures), 5)
        for fixture in fixtures:
            with self.subTest(fixture.name):
                body = fixture.read_bytes()
                self.validate(json.loads(body), schema)
                self.assert_taken(self.post(body))
        for wrong in ({}, {"order": {}}, {"orderMessage": {"orderResponse": {}}}):
            with self.subTest(wrong), self.assertRaises(jsonschema.ValidationError):
                self.validate(wrong, schema)
            self.assertEqual(self.post(json.dumps(wrong).encode()).status_code, 400)

    def test_every_kind_is_named(self):
        schemas = self.page["components"]["schemas"]
        for kind in BUILT_IN:
            self.assertIn(f"`{kind.root}`", schemas["XmlMessage"]["description"])
            self.assertIn(kind.element, schemas["XmlMessage"]["properties"])
            self.validate({kind.root: {kind.element: {}}}, schemas["JsonMessage"])

    def test_the_limits_are_the_real_ones(self):
        operation = self.operations["post"]
        limit = self.env["bring.account"].default_get(["max_message_size"])["max_message_size"]
        length = next(p for p in operation["parameters"] if p["name"] == "Content-Length")
        self.assertIn(f"{limit} MiB unless changed", length["description"])
        self.assertIn(f"{MAX_DEPTH} levels", operation["requestBody"]["description"])

    def test_the_version_is_the_addon_s(self):
        manifest = ast.literal_eval((ADDON / "__manifest__.py").read_text())
        self.assertEqual(self.page["info"]["version"], manifest["version"])
