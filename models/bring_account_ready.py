from odoo import api, fields, models

from .bring_words import quantity_words

ADMIN = "bring_warehousing.group_bring_admin"
ADDRESS = ("street", "zip", "city", "country_id")


class BringAccount(models.Model):
    """What Bring needs before it can ship an order: a service, a sender, articles that it knows."""

    _inherit = "bring.account"

    ready_service = fields.Boolean(compute="_compute_ready", compute_sudo=True, groups=ADMIN)
    ready_address = fields.Boolean(compute="_compute_ready", compute_sudo=True, groups=ADMIN)
    ready_articles = fields.Boolean(compute="_compute_ready", compute_sudo=True, groups=ADMIN)
    ready_service_note = fields.Char(compute="_compute_ready", compute_sudo=True, groups=ADMIN)
    ready_address_note = fields.Char(compute="_compute_ready", compute_sudo=True, groups=ADMIN)
    ready_articles_note = fields.Char(compute="_compute_ready", compute_sudo=True, groups=ADMIN)

    @api.depends(
        "default_service_code",
        "company_id.partner_id.street",
        "company_id.partner_id.zip",
        "company_id.partner_id.city",
        "company_id.partner_id.country_id",
        "article_ids.sent_at",
        "article_category_ids",
    )
    def _compute_ready(self):
        for account in self:
            account.ready_service, account.ready_service_note = account._service_is_ready()
            account.ready_address, account.ready_address_note = account._address_is_ready()
            account.ready_articles, account.ready_articles_note = account._articles_are_ready()

    def _service_is_ready(self):
        """Return whether each order has a service code, and what there is, in words."""
        if self.default_service_code:
            return True, self.env._("Usual service: %s", self.default_service_code)
        methods = self.env["delivery.carrier"].search(
            [("company_id", "in", [False, self.company_id.id])]
        )
        coded = methods.filtered("bring_service_code")
        words = self.env._(
            "%(coded)s of %(all)s delivery methods have a service of Bring's, and there is no "
            "usual one for orders without a method.",
            coded=len(coded),
            all=len(methods),
        )
        return bool(methods) and coded == methods, words

    def _address_is_ready(self):
        """Return whether the sender has an address, and what of it is missing, in words."""
        partner = self.company_id.partner_id
        missing = [
            partner._fields[name]._description_string(self.env)
            for name in ADDRESS
            if not partner[name]
        ]
        if not missing:
            return True, " ".join((partner._display_address(without_company=True)).split())
        return False, self.env._(
            "%(company)s lacks: %(fields)s.", company=partner.name, fields=", ".join(missing)
        )

    def _articles_are_ready(self):
        """Return whether Bring knows the articles, and how many were sent, in words.

        What Bring counts in its stock it knows, whoever told it.
        """
        domain = self._article_domain()
        count = self.env["product.product"].search_count(domain)
        sent = self.env["bring.article"].search_count(
            [
                ("account_id", "=", self._origin.id),
                ("sent_at", "!=", False),
                ("product_id", "any", domain),
            ]
        )
        words = self.env._(
            "%(sent)s of %(all)s articles sent to Bring.",
            sent=quantity_words(self.env, sent),
            all=quantity_words(self.env, count),
        )
        if count and sent == count:
            return True, words
        counted = self.env["bring.inventory.report.line"].search_count(
            [("account_id", "=", self._origin.id), ("product_id", "!=", False)], limit=1
        )
        if counted and not self.send_articles:
            return True, self.env._("Bring knows them: its stock reports count them.")
        return False, words

    def action_open_sender(self):
        """Open the company's own address, which is the sender's."""
        self.check_access("write")
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.company_id.partner_id.id,
            "view_mode": "form",
        }
