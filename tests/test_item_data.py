"""What Bring is told of articles and which of its sites there are."""

from lxml import etree

from odoo.tools import convert_file, mute_logger

from .common import BringCase
from .test_sending import SimulatorCase

MB = "{http://api.bring.com/mb}"


class TestItemData(SimulatorCase):
    def calls(self):
        return [call for call in self.server.calls if call.route == "send.items"]

    def article(self, product):
        return self.account.article_ids.filtered(lambda article: article.product_id == product)

    def sent(self, product):
        """Send the catalogue; return what is said of one article."""
        self.account.action_send_articles()
        self.send()
        root = etree.fromstring(self.calls()[-1].body)
        (element,) = (
            e
            for e in root.iter(f"{MB}ArticleInformation")
            if product.default_code in [n.text for n in e.findall(f"{MB}ArticleNumber")]
        )
        return element

    def test_what_the_page_requires_of_an_article_is_said(self):
        self.a.description_picking = "Keep upright"
        element = self.sent(self.a)
        root = element.getroottree().getroot()
        unit = root.find(f"{MB}PerformingUnit")
        self.assertEqual((unit.text, unit.get("Name")), ("780132", "BERGER"))
        self.assertEqual(element.findtext(f"{MB}ArticleUnitCode"), "PCE")
        self.assertEqual(element.findtext(f"{MB}ArticleQuantity"), "1")
        words = {
            name: (e.get("usageCode"), e.findtext(f"{MB}Text"))
            for name in ("Description", "FreeText")
            for e in element.findall(f"{MB}{name}")
        }
        self.assertEqual(
            words,
            {"Description": ("AAA", "Article A1"), "FreeText": ("ACB", "Keep upright")},
        )

    def test_tracking_is_a_code_and_no_prose(self):
        milk = self.make_product("MILK", tracking="lot")
        lamp = self.make_product("LAMP", tracking="serial")
        for product, code in ((milk, "BH"), (lamp, "SRN"), (self.a, None)):
            element = self.sent(product)
            with self.subTest(code=code):
                flags = [e.get("codeListIdentifier") for e in element.findall(f"{MB}Utility")]
                self.assertEqual(flags, [code] if code else [])
                self.assertIsNone(element.find(f"{MB}FreeText"))

    def test_only_a_gtin_goes_as_one(self):
        inside = self.make_product("INSIDE", barcode="SHELF-7")
        wrong = self.make_product("WRONG", barcode="7044610878006")
        for product, ean in ((self.a, self.a.barcode), (inside, None), (wrong, None)):
            element = self.sent(product)
            numbers = {
                e.get("codeListIdentifier"): e.text for e in element.findall(f"{MB}ArticleNumber")
            }
            self.assertEqual(numbers.get("EAN"), ean, product.default_code)
        picking = self.make_order((inside, 1)).picking_ids
        self.server.stock.put(
            "BERGER", "INSIDE", 1, at=self.server.clock.now, status="AVAILABLE_FOR_SALE"
        )
        picking.action_bring_send()
        self.assertNotIn(b"SHELF-7", bytes(picking.bring_message_ids.content))

    def test_what_is_too_long_is_said_before_and_holds_up_no_other(self):
        number = self.make_product("N" * 22)
        name = self.make_product("LONG", name="A name that is longer than forty-five characters")
        group = self.env["product.category"].create({"name": "A category with a long name"})
        self.b.categ_id = group
        self.sent(self.a)
        self.assertEqual(self.article(number).state, "attention")
        self.assertRegex(self.article(number).error, "22 characters; Bring takes 21")
        self.assertRegex(self.article(name).error, "48 characters; Bring takes 45")
        self.assertEqual(self.article(self.b).state, "sent", "a category's name is no group")
        name.bring_name = "A short name"
        self.send()
        self.assertEqual(self.article(name).state, "sent")
        self.assertIn(b"A short name", self.calls()[-1].body)
        group.bring_group = "DAIRY"
        self.send()
        self.assertIn(b"<ArticleGroup>DAIRY</ArticleGroup>", self.calls()[-1].body)

    def test_each_of_bring_s_warehouses_is_told(self):
        other = self.env["stock.warehouse"].create({"name": "Lier", "code": "LIE"})
        self.env["bring.warehouse"].create(
            {"account_id": self.account.id, "code": "NCD", "warehouse_id": other.id}
        )
        self.account.action_send_articles()
        self.server.faults.add("error_before", "send.items")
        self.send()
        self.assertEqual(self.article(self.a).state, "sending", "one of the two knows it at most")
        self.due()
        self.send()
        self.assertEqual(self.article(self.a).state, "sent")
        units = [
            etree.fromstring(call.body).findtext(f"{MB}PerformingUnit") for call in self.calls()
        ]
        self.assertEqual(set(units), {"780132", "NCD"}, "the code where there is no party id")

    def test_what_one_warehouse_refuses_is_not_sent(self):
        other = self.env["stock.warehouse"].create({"name": "Lier", "code": "LIE"})
        self.env["bring.warehouse"].create(
            {"account_id": self.account.id, "code": "NCD", "warehouse_id": other.id}
        )
        self.account.action_send_articles()
        self.env["bring.article"]._queue_due(self.account)
        first, second = self.article(self.a).message_ids.sorted("id")
        self.env["bring.article"]._was_refused(first, "No")
        self.env["bring.article"]._was_sent(second)
        self.assertEqual(self.article(self.a).state, "attention")
        self.assertFalse(self.article(self.a).sent_at)


class TestSites(BringCase):
    def load(self, **values):
        """Load the table of sites as an update of the addon does, with Berger changed."""
        site = self.env.ref("bring_warehousing.site_berger")
        data = {
            "xml_id": "bring_warehousing.site_berger",
            "values": {"name": "Berger (Skedsmokorset)", "code": "BERGER", **values},
            "noupdate": False,
        }
        with mute_logger("odoo.addons.bring_warehousing.models.bring_site"):
            self.env["bring.site"]._load_records([data], update=True)
        return site

    def test_the_table_learns_a_new_id_and_so_do_mappings_that_had_it_from_there(self):
        site = self.env.ref("bring_warehousing.site_berger")
        mapping = self.account.warehouse_ids
        mapping.site_id = site
        self.assertEqual((site.party_id, mapping.party_id), ("780132",) * 2)
        self.load(party_id="790132")
        self.assertEqual((site.party_id, mapping.party_id), ("790132",) * 2)

    def test_what_a_user_changed_stays(self):
        site = self.env.ref("bring_warehousing.site_berger")
        mapping = self.account.warehouse_ids
        mapping.write({"site_id": site.id, "party_id": "4711"})
        site.write({"name": "Our Berger", "party_id": "123456"})
        self.load(party_id="790132", country_id=self.env.ref("base.no").id)
        self.assertEqual((site.name, site.party_id), ("Our Berger", "123456"))
        self.assertEqual(mapping.party_id, "4711")
        self.load(party_id="790133")
        self.assertEqual(site.party_id, "123456", "also the next time")

    def test_an_emptied_id_stays_empty_and_an_archived_site_archived(self):
        site = self.env.ref("bring_warehousing.site_berger")
        site.write({"party_id": False, "active": False})
        self.load(party_id="790132")
        self.assertEqual((site.party_id, site.active), (False, False))

    def test_a_database_that_began_without_it_learns_too(self):
        records = self.env["ir.model.data"].search(
            [("model", "=", "bring.site"), ("module", "=", "bring_warehousing")]
        )
        records.noupdate = True
        site = self.env.ref("bring_warehousing.site_trondheim")
        site.write({"published": False, "party_id": False})
        convert_file(self.env, "bring_warehousing", "data/bring_site_data.xml", {}, mode="update")
        self.assertEqual(site.party_id, "780135")
        self.assertEqual(site.country_id.code, "NO")
        self.assertFalse(any(records.mapped("noupdate")))
