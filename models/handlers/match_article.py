from operator import attrgetter

from odoo import models

from ..bring_words import quantity_words
from .outcome import Attention

PIECE = "PCE"


class BringMatchArticle(models.AbstractModel):
    """Which product, how much of it, which lots does a line speak of?"""

    _name = "bring.match.article"
    _description = "Find the articles that Bring speaks of"

    # -- products -------------------------------------------------------------

    def _article_rules(self):
        """Return how the product of an article is found, the closest way first.

        Our number against the internal reference, then the GTIN against the barcode, then the
        supplier's number (SA) against both the internal reference and the vendors' codes; each of
        them also against the other numbers of Bring's that a product has. Inherit it to add a
        way. The first one that finds something decides, and two products found by one are an
        attention, never a guess.

        SA is ours where we are the supplier to Bring: on customer orders, the advices of them, item
        data and stock reports (guidelines CustomerOrder and ItemDataNotification name an article
        by SA alone). On purchase orders it is the vendor's.

        :return: list of pairs: which number of a :class:`..bring.documents.Article` is meant, as
            a function of it; and a method that looks many such numbers up at once, in a company:
            ``(set of numbers, res.company) → {number: products}``
        """
        return [
            (attrgetter("own"), self._find_by_reference),
            (attrgetter("gtin"), self._find_by_barcode),
            (attrgetter("supplier"), self._find_by_supplier_number),
        ]

    def _match_product(self, document, article, batch):
        """Return the product that Bring means, by :meth:`_article_rules`; active ones first.

        :param article: a :class:`..bring.documents.Article`
        :raises Attention: when no product has the number, or more than one
        """
        cache = batch.lookups["products"]
        account = document.account_id
        if account.id not in cache:
            lookup = self._lookup_products(
                [
                    article
                    for owner, content in batch.contents()
                    if owner == account
                    for article in content_articles(content)
                ],
                batch.company,
            )
            products = (products for _number, index in lookup for products in index.values())
            self.env["product.product"].union(*products).product_tmpl_id.fetch()  # units, at once
            cache[account.id] = lookup
        return self._pick_product(cache[account.id], article)

    def _pick_product(self, lookup, article):
        """Return the product for an article out of what :meth:`_lookup_products` found.

        :raises Attention: when no product has the number, or more than one
        """
        for number_in, index in lookup:
            number = number_in(article)
            products = index.get(number) if number else None
            if not products:
                continue
            products = products.filtered("active") or products
            if len(products) > 1:
                raise Attention(
                    self.env._(
                        "The article %(number)s may be any of %(products)s. Give the number to one "
                        "product only, then apply the document again.",
                        number=number,
                        products=", ".join(products.mapped("display_name")),
                    ),
                    cause="several_articles",
                    subject=number,
                )
            return products
        raise Attention(
            self.env._(
                "The article %(article)s is not known. Press “Map the article” to say which "
                "product it is, or create a product with the internal reference %(number)s.",
                article=describe(article),
                number=number_of(article) or "?",
            ),
            cause="unknown_article",
            subject=number_of(article),
        )

    def _lookup_products(self, articles, company):
        """Look up many articles at once, by :meth:`_article_rules`.

        :return: list of pairs: which number of an article is meant; {number: products}
        """
        Product = self.env["product.product"]
        lookup, wanted = [], []
        for number_in, find in self._article_rules():
            numbers = {number for number in map(number_in, articles) if number}
            wanted.append(numbers)
            lookup.append((number_in, find(numbers, company) if numbers else {}))
        named_otherwise = self._find_products([("bring_numbers", "!=", False)], company)
        for product in named_otherwise:
            for number in product._bring_number_list():
                for numbers, (_number_in, index) in zip(wanted, lookup, strict=True):
                    if number in numbers:
                        index[number] = index.get(number, Product) | product
        return lookup

    def _find_by_reference(self, numbers, company):
        products = self._find_products([("default_code", "in", list(numbers))], company)
        return products.grouped("default_code")

    def _find_by_barcode(self, gtins, company):
        spellings = {spelling for gtin in gtins for spelling in gtin_spellings(gtin)}
        products = self._find_products([("barcode", "in", list(spellings))], company)
        return products.grouped(lambda product: product.barcode.zfill(14))

    def _find_by_supplier_number(self, numbers, company):
        ours = self._find_by_reference(numbers, company)
        vendors = self._find_by_vendor_code(numbers, company)
        none = self.env["product.product"]
        return {n: ours.get(n, none) | vendors.get(n, none) for n in ours.keys() | vendors.keys()}

    def _find_by_vendor_code(self, codes, company):
        infos = self.env["product.supplierinfo"].search(
            [
                ("product_code", "in", list(codes)),
                ("company_id", "in", [False, company.id]),
            ]
        )
        found = {}
        Product = self.env["product.product"].with_context(active_test=False)
        for info in infos:
            products = info.product_id or info.product_tmpl_id.product_variant_ids
            found[info.product_code] = found.get(info.product_code, Product) | products
        return found

    def _find_products(self, domain, company):
        """Search products of the company, archived ones too, and read what picking one needs."""
        return (
            self.env["product.product"]
            .with_context(active_test=False)
            .search_fetch(
                [*domain, ("company_id", "in", [False, company.id])],
                ["default_code", "barcode", "active"],
            )
        )

    # -- quantities -----------------------------------------------------------

    def _to_product_unit(self, product, quantity, batch):
        """Return Bring's quantity in the product's own unit.

        :param quantity: a :class:`..bring.documents.Quantity`; pieces when it has no unit
        :rtype: float
        :raises Attention: when the unit is unknown or of another kind than the product's
        """
        own = product.uom_id
        cache = batch.lookups["units"]
        key = (quantity.unit, own.id)
        if key not in cache:
            cache[key] = self.env["uom.uom"]._bring_find(quantity.unit or PIECE, own)
        unit = cache[key] or (own if not quantity.unit else None)
        if not unit:
            raise Attention(
                self.env._(
                    "Bring counts %(product)s in %(code)s, and no unit of measure of the kind of "
                    "%(unit)s has that code. Press “Add the unit” to say which unit it is.",
                    product=product.display_name,
                    code=quantity.unit,
                    unit=own.name,
                ),
                cause="unknown_unit",
                subject=quantity.unit,
            )
        return unit._compute_quantity(float(quantity.value), own, rounding_method="HALF-UP")

    # -- lots -----------------------------------------------------------------

    def _lot_quantities(self, product, quantity, items, batch):
        """Split a line's quantity by the lots and serial numbers that it names.

        :param float quantity: the line's quantity, in the product's unit
        :param items: the line's :class:`..bring.documents.ItemData`
        :return: list of (lot name or None, quantity, best before or None)
        :raises Attention: when the numbers contradict each other
        """
        if product.tracking == "none":
            return [(None, quantity, None)]
        if product.tracking == "serial":
            serials = [
                (serial, item.best_before)
                for item in items
                for serial in (item.serials or ((item.lot_number,) if item.lot_number else ()))
            ]
            names = [serial for serial, _date in serials]
            if len(set(names)) != len(names):
                raise Attention(
                    self.env._(
                        "Bring names a serial number of %s twice in one document. Ask Bring which "
                        "pieces it means.",
                        product.display_name,
                    ),
                    cause="lot",
                    subject=product.default_code or product.name,
                )
            if serials and product.uom_id.compare(quantity, len(serials)) != 0:
                raise Attention(
                    self.env._(
                        "Bring names %(count)s serial numbers for %(quantity)s pieces of "
                        "%(product)s. Ask Bring for the serial numbers.",
                        count=len(serials),
                        quantity=quantity_words(self.env, quantity),
                        product=product.display_name,
                    ),
                    cause="lot",
                    subject=product.default_code or product.name,
                )
            return [(name, 1.0, date) for name, date in serials] or [(None, quantity, None)]
        named = [item for item in items if item.batch]
        if not named:
            return [(None, quantity, None)]
        if len(named) == 1 and len(items) == 1:
            return [(named[0].batch, quantity, named[0].best_before)]
        split = []
        for item in items:
            if item.quantity is None:
                raise Attention(
                    self.env._(
                        "Bring names several batches of %s and does not say how many are of each.",
                        product.display_name,
                    ),
                    cause="lot",
                    subject=product.default_code or product.name,
                )
            # an item without a unit counts in the line's
            share = self._to_product_unit(product, item.quantity, batch)
            split.append((item.batch, share, item.best_before))
        total = sum(share for _batch, share, _date in split)
        if product.uom_id.compare(total, quantity) != 0:
            raise Attention(
                self.env._(
                    "Bring's batches of %(product)s add up to %(total)s, and the line says "
                    "%(quantity)s. Ask Bring which is right.",
                    product=product.display_name,
                    total=quantity_words(self.env, total),
                    quantity=quantity_words(self.env, quantity),
                ),
                cause="lot",
                subject=product.default_code or product.name,
            )
        return split

    def _imeis(self, items):
        """Return serial number → IMEI, where an item names one of each.

        Bring's lotNumber is the IMEI (DespatchAdvice-outbound, transactionalItemData/lotNumber).
        """
        return {
            item.serials[0]: item.lot_number
            for item in items
            if item.lot_number and len(item.serials) == 1
        }

    def _find_lots(self, dates, company, imeis=None):
        """Find or create lots: one for each product and name, of the company or of all.

        :param dates: (product, lot name) → best-before date or None
        :param imeis: (product, lot name) → IMEI or None. Who keeps the IMEI as the serial number
            in Odoo has the piece under that name.
        :return: ((product, lot name) → ``stock.lot``, remarks)
        """
        if not dates:
            return {}, []
        imeis = {pair: imei for pair, imei in (imeis or {}).items() if imei}
        Lot = self.env["stock.lot"]
        known = Lot.search(
            [
                ("product_id", "in", list({product.id for product, _name in dates})),
                ("name", "in", list({name for _product, name in dates} | {*imeis.values()})),
                ("company_id", "in", [False, company.id]),
            ]
        )
        lots = {(lot.product_id, lot.name): lot for lot in known.sorted("company_id")}
        for product, name in dates:
            by_imei = lots.get((product, imeis.get((product, name))))
            if by_imei:
                lots.setdefault((product, name), by_imei)
        missing = [pair for pair in dates if pair not in lots]
        # a lot of a product that companies share is theirs, too, unless one has its own of the name
        theirs = Lot.sudo().search(
            [
                ("product_id", "in", [product.id for product, _name in missing]),
                ("name", "in", [name for _product, name in missing]),
                ("company_id", "not in", [False, company.id]),
            ]
        )
        taken = {(lot.product_id, lot.name) for lot in theirs}
        created = Lot.create(
            [
                {
                    "product_id": product.id,
                    "name": name,
                    **({"company_id": company.id} if (product, name) in taken else {}),
                }
                for product, name in missing
            ]
        )
        lots |= dict(zip(missing, created, strict=True))
        remarks = [lots[pair]._bring_set_best_before(date) for pair, date in dates.items()]
        remarks += [
            lots[product, name]._bring_set_other_number(name, imei)
            for (product, name), imei in imeis.items()
        ]
        return lots, [remark for remark in remarks if remark]


def content_articles(content):
    """Yield every article that a document names in its lines."""
    for unit in getattr(content, "units", ()):
        for line in unit.lines:
            yield line.article
    for line in (*getattr(content, "lines", ()), *getattr(content, "changes", ())):
        yield line.article


def number_of(article):
    """Return the number that an article goes by: ours, else its GTIN, else the supplier's."""
    return article.own or article.gtin or article.supplier


def gtin_spellings(gtin):
    """Yield how a barcode may write a GTIN: with any of the usual paddings, or none."""
    bare = gtin.lstrip("0")
    yield bare
    for width in (8, 12, 13, 14):
        if len(bare) <= width:
            yield bare.zfill(width)


def describe(article):
    """Name an article in words, with every number that Bring gave for it."""
    numbers = [article.own]
    numbers.append(f"GTIN {article.gtin}" if article.gtin else None)
    numbers.append(f"SA {article.supplier}" if article.supplier else None)
    text = ", ".join(number for number in numbers if number) or "?"
    return f"{text} ({article.description})" if article.description else text
