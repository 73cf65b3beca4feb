import json

from odoo import http
from odoo.tests import new_test_user

from .common import BringHttpCase, despatch_advice, despatch_line, message


class TestLoad(BringHttpCase):
    """A person loads a message from a file: the endpoint's checks, the endpoint's storage."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="load-manager",
            password="load-manager",
            groups="bring_warehousing.group_bring_manager",
        )
        cls.product = cls.make_product("A1")
        cls.put_stock(cls.product, 10)

    def load(self, *files, login="load-manager", account=None):
        """Load files, pairs of name and bytes; return what is said of each."""
        self.authenticate(login, login)
        answer = self.url_open(
            "/bring/message/load",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "account_id": account or self.account.id,
            },
            files=[("ufile", (name, content, "text/xml")) for name, content in files],
        )
        self.env.invalidate_all()
        return answer

    def told(self, *files):
        answer = self.load(*files)
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()

    def advice(self, order):
        return message(
            "despatch_advice", despatch_advice(order.name, [despatch_line(article="A1")])
        )

    def test_a_file_goes_the_way_of_a_delivery(self):
        order = self.make_order((self.product, 1))
        (told,) = self.told(("advice.xml", self.advice(order)))
        self.assertEqual(told["outcome"], "new")
        loaded = self.env["bring.message"].browse(told["id"])
        self.assertEqual(bytes(loaded.with_context(bin_size=False).content), self.advice(order))
        self.assertEqual(
            (loaded.state, loaded.loaded_by_id, loaded.file_name, loaded.account_id),
            ("received", self.manager, "advice.xml", self.account),
        )
        self.env["bring.document"]._process_pending()
        self.assertEqual(loaded.document_ids.state, "done", loaded.document_ids.error)
        self.assertEqual(order.bring_status, "despatched")
        self.assertFalse(self.account.last_heard_at, "nothing was heard from Bring")

    def test_a_file_does_not_end_bring_s_silence(self):
        self.account.silence_hours = 5
        self.post(self.advice(self.make_order((self.product, 1))))
        self.env.cr.execute(
            "UPDATE bring_message SET received_at = received_at - interval '21 days'"
        )
        self.told(("advice.xml", self.advice(self.make_order((self.product, 1)))))
        self.env["bring.account"]._cron_notice_silence()
        silence = self.env.ref("bring_warehousing.mail_activity_type_silence")
        self.assertIn(silence, self.account.activity_ids.activity_type_id)

    def test_what_bring_delivered_is_the_same(self):
        content = self.advice(self.make_order((self.product, 1)))
        self.assertEqual(self.post(content).status_code, 200)
        (told,) = self.told(("advice.xml", content))
        self.assertEqual(told["outcome"], "known")
        self.assertIn("Bring's delivery of", told["words"])
        delivered = self.env["bring.message"].browse(told["id"])
        self.assertFalse(delivered.loaded_by_id)
        self.assertEqual(delivered.duplicate_count, 1)
        (told,) = self.told(("b.xml", content + b"\n"))
        (told,) = self.told(("c.xml", content + b"\n"))
        self.assertIn(f"{self.manager.name} loaded the same", told["words"])

    def test_what_the_endpoint_refuses_is_refused_with_its_reason(self):
        self.account.max_message_size = 1
        for content in (b"  ", b"<a", b"<unknown/>", b"hello", b"<a>" + b" " * 1_100_000 + b"</a>"):
            answer = self.post(content, headers={"X-API-KEY": self.key, "Accept": "text/json"})
            self.assertGreaterEqual(answer.status_code, 400)
            (told,) = self.told(("wrong.xml", content))
            self.assertEqual((told["outcome"], told["id"]), ("refused", False))
            reason = json.loads(answer.text)["PostBackResponse"]["Message"]
            self.assertIn(reason, told["words"])

    def test_several_files_at_once(self):
        order = self.make_order((self.product, 1))
        told = self.told(("a.xml", self.advice(order)), ("b.json", b"{"))
        self.assertEqual([result["outcome"] for result in told], ["new", "refused"])

    def test_only_managers_of_the_company_load(self):
        new_test_user(
            self.env,
            login="load-user",
            password="load-user",
            groups="bring_warehousing.group_bring_user",
        )
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        new_test_user(
            self.env,
            login="load-stranger",
            password="load-stranger",
            groups="bring_warehousing.group_bring_manager",
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        content = self.advice(self.make_order((self.product, 1)))
        count = self.env["bring.message"].search_count([])
        for login in ("load-user", "load-stranger"):
            self.assertEqual(self.load(("a.xml", content), login=login).status_code, 403)
        self.assertEqual(self.env["bring.message"].search_count([]), count)

    def test_an_account_that_is_none_is_not_found(self):
        for account in ("abc", "", "-1", "0", "4294967297", "1" * 5000, "²", "1.0"):
            with self.subTest(account=account[:20]):
                answer = self.load(("a.xml", b"<a/>"), account=account or " ")
                self.assertEqual(answer.status_code, 404)

    def test_a_very_long_file_name_is_kept_short(self):
        name = "a" * 100_000 + ".xml"
        (told,) = self.told((name, self.advice(self.make_order((self.product, 1)))))
        loaded = self.env["bring.message"].browse(told["id"])
        self.assertLessEqual(len(loaded.file_name), 200)
        self.assertLess(len(told["words"]), 1000)
        (told,) = self.told((name, b"<broken"))
        self.assertLess(len(told["words"]), 1000)

    def test_who_may_not_load_is_told_so_before_the_body_is_read(self):
        new_test_user(
            self.env, login="load-portal", password="load-portal", groups="base.group_portal"
        )
        self.authenticate("load-portal", "load-portal")
        answer = self.url_open("/bring/message/load", data={"account_id": self.account.id})
        self.assertEqual(answer.status_code, 403)  # not 400: the form's token was not looked for
