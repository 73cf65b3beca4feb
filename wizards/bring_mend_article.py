from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.handlers.match_article import content_articles, gtin_spellings, number_of

# where a number of Bring's is looked for → the field of the dialog that holds the number
NUMBERS = {
    "default_code": "own",
    "barcode": "gtin",
    "vendor": "supplier_number",
    "other": "subject",
}


class BringMendArticle(models.TransientModel):
    """Ask which product Bring's article is, and write Bring's number on it."""

    _name = "bring.mend.article"
    _inherit = "bring.mend"
    _description = "Map an article of Bring's"

    own = fields.Char("Number", readonly=True)
    gtin = fields.Char("GTIN", readonly=True)
    supplier_number = fields.Char("Supplier's number", readonly=True)
    description = fields.Char("Name", readonly=True)
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        domain="[('company_id', 'in', [False, company_id])]",
    )
    target = fields.Selection(
        [
            ("default_code", "Internal reference"),
            ("barcode", "Barcode"),
            ("vendor", "Vendor's product code"),
            ("other", "Another number of Bring's for it"),
        ],
        "Write the number as",
        compute="_compute_target",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    possible_targets = fields.Char(
        compute="_compute_possible_targets", help="The targets that Bring gave a number for."
    )
    number = fields.Char("It gets", compute="_compute_number")
    vendor_id = fields.Many2one(
        "res.partner",
        compute="_compute_vendor_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="Whose number it is.",
    )

    def _title(self):
        return self.env._("Which product is it?")

    def _first_values(self, account, subject, document, line):
        article = next(
            (
                article
                for source in document or line.report_id.document_ids
                for article in self._articles(source)
                if number_of(article) == subject
            ),
            None,
        )
        if article is None:
            raise UserError(
                self.env._("The message does not name the article %s any more.", subject or "?")
            )
        return {
            "own": article.own,
            "gtin": article.gtin,
            "supplier_number": article.supplier,
            "description": article.description,
        }

    def _articles(self, document):
        """Yield the articles that a document names, as :class:`..bring.documents.Article`."""
        message = document.message_id
        if document._handler()._streams:
            for line in message._read_report_lines(document.position):
                yield line.article
            return
        for reading in message._read_documents():
            if reading.position == document.position and reading.document is not None:
                yield from content_articles(reading.document)

    @api.depends("own", "gtin", "supplier_number")
    def _compute_possible_targets(self):
        for dialog in self:
            dialog.possible_targets = ",".join(
                target for target, field in NUMBERS.items() if dialog[field]
            )

    @api.depends("product_id")
    def _compute_target(self):
        """Suggest the first place that is free, in the order in which they are looked at.

        Beside what stands there a product may have other numbers, so that there always is one.
        """
        for dialog in self:
            possible = dialog.possible_targets.split(",")
            free = [target for target in possible if target and not dialog._known(target)]
            dialog.target = (free or [False])[0]

    @api.depends("target")
    def _compute_number(self):
        for dialog in self:
            number = dialog[NUMBERS[dialog.target]] if dialog.target else False
            if number and dialog.target == "barcode":
                number = barcode_of(number)
            dialog.number = number

    @api.depends("product_id", "target")
    def _compute_vendor_id(self):
        for dialog in self:
            dialog.vendor_id = dialog.product_id.seller_ids[:1].partner_id

    @api.depends("product_id", "target", "vendor_id")
    def _compute_conflict(self):
        for dialog in self:
            known = dialog.target and dialog._known(dialog.target)
            dialog.conflict = known and self.env._(
                "%(product)s has the number %(known)s there already; %(number)s would replace it.",
                product=dialog.product_id.display_name,
                known=known,
                number=dialog.number,
            )

    def _known(self, target):
        """Return the other number that stands where the article's would be written, or False."""
        product = self.product_id
        number = self[NUMBERS[target]]
        if target == "other":
            return False
        if target == "vendor":
            known = self._vendor_line().product_code
            return known if known != number else False
        known = product[target]
        if target == "barcode":
            return known if known and known not in gtin_spellings(number or "") else False
        return known if known != number else False

    def _vendor_line(self):
        """Return the product's price line of the chosen vendor, if it has one."""
        lines = self.product_id.seller_ids.filtered(
            lambda line: (
                line.partner_id == self.vendor_id
                and line.product_id in (self.product_id, line.product_id.browse())
                and line.company_id in (self.company_id, line.company_id.browse())
            )
        )
        return lines.sorted(lambda line: not line.product_id)[:1]

    def _mend(self):
        product = self.product_id
        if not product:
            raise UserError(self.env._("Choose the product that Bring means."))
        if not self.number:
            raise UserError(self.env._("Bring gave no number of that kind: choose another."))
        product.check_access("read")
        if product.company_id and product.company_id != self.company_id:
            raise UserError(self.env._("%s belongs to another company.", product.display_name))
        if self.target != "vendor":  # a vendor's code is written for this company alone
            self._check_shared(product)
        product = product.sudo().with_company(self.company_id)
        if self.target == "vendor":
            self._write_vendor_code(product)
        elif self.target == "other":
            self._check_listed(self.number)
            numbers = product._bring_number_list()
            if self.number not in numbers:
                product.bring_numbers = ",".join([*numbers, self.number])
        elif product[self.target] != self.number:
            product[self.target] = self.number
        product._message_log(
            body=self.env._(
                "Bring's article %(number)s is this product, says %(user)s.",
                number=self.number,
                user=self.env.user.name,
            )
        )

    def _write_vendor_code(self, product):
        if not self.vendor_id:
            raise UserError(self.env._("Choose the vendor whose number it is."))
        line = self._vendor_line().sudo()
        if line:
            line.product_code = self.number
            return
        self.env["product.supplierinfo"].sudo().create(
            {
                "partner_id": self.vendor_id.id,
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_id": product.id,
                "product_code": self.number,
                "company_id": self.company_id.id,
            }
        )


def barcode_of(gtin):
    """Return a GTIN as barcodes are usually written: 13 digits, or 8, or all 14."""
    bare = gtin.lstrip("0")
    return bare.zfill(8 if len(bare) <= 8 else 13)
