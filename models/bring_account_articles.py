from odoo import fields, models

from .bring_rights import check_manager
from .bring_words import quantity_words


class BringAccount(models.Model):
    """Which articles Bring is told of, and how far that is."""

    _inherit = "bring.account"

    send_articles = fields.Boolean("Send article data")
    articles_paused = fields.Boolean(readonly=True, copy=False)
    article_category_ids = fields.Many2many(
        "product.category", string="Of these categories", help="Empty: all products kept in stock."
    )
    article_lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(), "Article names in"
    )
    article_ids = fields.One2many("bring.article", "account_id", "Articles")
    article_waiting_count = fields.Integer(compute="_compute_article_counts")
    article_sent_count = fields.Integer(compute="_compute_article_counts")

    def _compute_article_counts(self):
        counts = {
            (account, state): count
            for account, state, count in self.env["bring.article"]._read_group(
                [("account_id", "in", self.ids)], ["account_id", "state"], ["__count"]
            )
        }
        for account in self:
            origin = account._origin
            account.article_waiting_count = counts.get((origin, "waiting"), 0) + counts.get(
                (origin, "sending"), 0
            )
            account.article_sent_count = counts.get((origin, "sent"), 0)

    def _article_domain(self):
        domain = [
            ("is_storable", "=", True),
            ("company_id", "in", [False, self.company_id.id]),
        ]
        if self.article_category_ids:
            domain.append(("categ_id", "child_of", self.article_category_ids.ids))
        return domain

    def action_send_articles(self):
        """Queue the whole catalogue: what changed since it was sent goes, in bulk.

        It can be left and goes on by itself; the counts on the account show how far it is.
        """
        check_manager(self)
        works = self.env["bring.work"]
        for account in self:
            sudo = account.sudo()
            sudo.send_articles = True
            known = sudo.article_ids.product_id
            products = self.env["product.product"].sudo().search(sudo._article_domain())
            self.env["bring.article"].sudo().create(
                [
                    {"account_id": account.id, "product_id": product.id}
                    for product in products - known
                ]
            )
            sudo.article_ids.filtered(lambda a: a.state in ("sent", "attention")).state = "waiting"
            works._running_articles(account)._end("stopped")
            works |= works._begin(
                "articles",
                account,
                self.env._("Send %s articles", quantity_words(self.env, len(sudo.article_ids))),
                total=len(sudo.article_ids),
            )
            sudo.articles_paused = False
        self.env.ref("bring_warehousing.ir_cron_send").sudo()._trigger()
        return works[:1].action_open()
