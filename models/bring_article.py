import hashlib
from decimal import Decimal
from functools import partial

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import split_every

from ..bring.order_writer import check_item, write_items
from ..bring.orders import BASE_UNIT, BATCH_HANDLING, SERIAL_NUMBERS, ItemData
from .bring_lock import settle

TRACKING = {"lot": (BATCH_HANDLING,), "serial": (SERIAL_NUMBERS,)}
IN_A_MESSAGE = 200
MESSAGES_IN_A_RUN = 20


class BringArticle(models.Model):
    """What Bring knows of a product: when it was sent, and whether it has changed since."""

    _name = "bring.article"
    _inherit = "bring.border"
    _description = "Article at Bring"
    _rec_name = "product_id"
    _order = "id desc"

    account_id = fields.Many2one("bring.account", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    product_id = fields.Many2one("product.product", required=True, ondelete="cascade", index=True)
    state = fields.Selection(
        [
            ("waiting", "To be sent"),
            ("sending", "Being sent"),
            ("sent", "Sent"),
            ("attention", "Needs attention"),
        ],
        required=True,
        default="waiting",
        readonly=True,
    )
    digest = fields.Char(readonly=True)
    sent_at = fields.Datetime("Sent", readonly=True)
    message_ids = fields.Many2many(
        "bring.message",
        readonly=True,
        help="What is on its way: a message to each of Bring's warehouses that has to know.",
    )
    error = fields.Text("What is wrong", readonly=True)

    _product_unique = models.UniqueIndex("(account_id, product_id)")
    _attention_index = models.Index("(account_id) WHERE state = 'attention'")
    _waiting_index = models.Index("(account_id, id) WHERE state = 'waiting'")

    @api.model
    def _queue_due(self, account):
        """Write what waits into the outbox, in bulk: each article as it is now.

        However often it was changed before, the last version goes, once.

        :return: 1 when there are more than a run takes, else 0
        """
        if not account.send_articles or account.articles_paused:
            return 0
        waiting = self.search(
            [("account_id", "=", account.id), ("state", "=", "waiting")],
            order="id",
            limit=IN_A_MESSAGE * MESSAGES_IN_A_RUN,
        )
        for part in split_every(IN_A_MESSAGE, waiting.ids, self.browse):
            settle(self.env, partial(part._queue_together, account))
        # what had changed and changed back, or can't be sent, ends here
        self.env["bring.work"]._running_articles(account)._end_if_done()
        return int(len(waiting) == IN_A_MESSAGE * MESSAGES_IN_A_RUN)

    def _queue_together(self, account):
        items = self.browse()
        data = []
        for article in self:
            item = article._item_data()
            digest = item_digest(item)
            if digest == article.digest:
                article.write({"state": "sent", "error": False})  # changed, and changed back
                continue
            problems = check_item(item)
            if problems:
                article.write({"state": "attention", "error": "\n".join(map(str, problems))})
                continue
            article.digest = digest
            items |= article
            data.append(item)
        if not data:
            return
        units = account._performing_units()
        if not units:
            error = self.env._("The account has no warehouse of Bring's that could be told.")
            items.write({"state": "attention", "error": error, "digest": False})
            return
        messages = self.env["bring.message"]
        for unit in units:
            content = write_items(
                data,
                account.api_format,
                account.tz,
                customer_number=account.customer_number or "",
                performing_unit=unit,
                test_indicator=account._test_indicator(),
            )
            messages |= messages._queue(account, "items", content)
        items.write(
            {"state": "sending", "message_ids": [Command.set(messages.ids)], "error": False}
        )

    def _item_data(self):
        """Return the product as Bring's interface wants it, in the account's language."""
        self.ensure_one()
        account = self.account_id
        product = self.product_id.with_context(
            lang=account.article_lang or account.company_id.partner_id.lang
        ).with_company(account.company_id)
        kilograms = product.weight
        if product.weight_uom_name == "lb":
            kilograms *= 0.45359237
        _unit, code = product.uom_id._bring_unit_to_send()
        return ItemData(
            item_no=product.default_code or "",
            name=product.bring_name or product.name or "",
            ean=product._bring_gtin(),
            units=((BASE_UNIT, code),),
            quantities=((BASE_UNIT, Decimal(1)),),
            flags=TRACKING.get(product.tracking, ()),
            notes=product.description_picking or "",
            net_weight=decimal(kilograms),
            gross_weight=decimal(kilograms),
            group=product.categ_id.bring_group or "",
            country_of_origin=product.country_of_origin.code or "",
            **self._size_data(product),
        )

    def _size_data(self, product):
        """Return width, height and depth in centimetres, where the products have such fields.

        Odoo's own have none; the fields are those of the OCA's ``product_dimension``.
        """
        names = {"width": "product_width", "height": "product_height", "depth": "product_length"}
        if not {"dimensional_uom_id", *names.values()} <= product._fields.keys():
            return {}
        centimetre = self.env.ref("uom.product_uom_cm")
        unit = product["dimensional_uom_id"] or centimetre
        return {
            measure: decimal(unit._compute_quantity(product[name], centimetre, round=False))
            for measure, name in names.items()
        }

    @api.model
    def _was_sent(self, message):
        """One of Bring's warehouses knows the articles; they are sent when all of them do."""
        articles = self.search([("message_ids", "in", message.ids)])
        articles.message_ids = [Command.unlink(message.id)]
        articles.filtered(lambda a: a.state == "sending" and not a.message_ids).write(
            {"state": "sent", "sent_at": fields.Datetime.now(), "error": False}
        )
        self.env["bring.work"]._running_articles(message.account_id)._end_if_done()

    @api.model
    def _was_refused(self, message, reason):
        articles = self.search([("message_ids", "in", message.ids)])
        articles.message_ids = [Command.unlink(message.id)]
        articles.filtered(lambda article: article.state == "sending").write(
            {"state": "attention", "error": reason, "digest": False}
        )

    @api.model
    def _send_now(self, account, products):
        """Put these products into the outbox at once; orders go after them."""
        known = self.search([("account_id", "=", account.id), ("product_id", "in", products.ids)])
        missing = products - known.product_id
        known |= self.create(
            [{"account_id": account.id, "product_id": product.id} for product in missing]
        )
        due = known.filtered(lambda article: article.state != "sending")
        due.write({"state": "waiting", "digest": False})
        for part in split_every(IN_A_MESSAGE, due.ids, self.browse):
            part._queue_together(account)

    @api.model
    def _unsent(self, account, products):
        """Return those products that Bring must know and does not."""
        if not account.send_articles:
            return products.browse()
        return self._never_sent(account, products)

    @api.model
    def _never_sent(self, account, products):
        """Return those products kept in stock that Bring was never told of from here."""
        known = self.sudo().search(
            [
                ("account_id", "=", account.id),
                ("product_id", "in", products.ids),
                ("sent_at", "!=", False),
            ]
        )
        return products.filtered("is_storable") - known.product_id

    def action_send_again(self):
        """Send these articles once more, whether they changed or not."""
        self.check_access("read")
        self.env["bring.document"]._check_may_settle()
        self.sudo().write({"state": "waiting", "digest": False})
        self.env.ref("bring_warehousing.ir_cron_send").sudo()._trigger()


def decimal(number):
    return Decimal(str(round(number, 3))) if number else None


def item_digest(item):
    return hashlib.sha256(repr(item).encode()).hexdigest()
