from odoo import fields, models

from odoo.addons.bring_warehousing.models.handlers.match_transfer import Rule


class SaleOrder(models.Model):
    _inherit = "sale.order"

    webshop_number = fields.Char(copy=False, index="btree_not_null")


class BringMatchTransfer(models.AbstractModel):
    _inherit = "bring.match.transfer"

    def _reference_rules(self, way):
        rules = super()._reference_rules(way)
        field = "webshop_number" if way.order_model == "sale.order" else "partner_ref"
        return [*rules, Rule(way.order_model, field)]


class ProductProduct(models.Model):
    _inherit = "product.product"

    former_number = fields.Char(index="btree_not_null")


class BringMatchArticle(models.AbstractModel):
    _inherit = "bring.match.article"

    def _article_rules(self):
        return [*super()._article_rules(), (own_number, self._find_by_former_number)]

    def _find_by_former_number(self, numbers, company):
        products = self._find_products([("former_number", "in", list(numbers))], company)
        return products.grouped("former_number")


def own_number(article):
    return article.own
