from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .bring_status import STATUSES

NOTHING = "nothing"
# what a word for an order may mean: a status that Bring reaches, or nothing that Odoo wants to know
ORDER_MEANINGS = [
    *(pair for pair in STATUSES if pair[0] not in ("sent", "partially_despatched")),
    (NOTHING, "Nothing new: ignore it"),
]
# what a word for goods may mean: the locations of a bring.warehouse
STOCK_MEANINGS = [
    ("available", "Goods fit for sale"),
    ("blocked", "Goods blocked"),
    ("quarantined", "Goods in quarantine"),
]


class BringStatusWord(models.Model):
    """A word with which Bring says how far an order is, and what it means.

    The list begins with the words that Bring publishes, each with its source. Bring's list is open
    (OrderStatus): a word that is not here leaves its document to a person, who adds it to the
    account. An account's own word wins over one of all accounts.
    """

    _name = "bring.status.word"
    _inherit = "bring.border"
    _bring_fixed = ("account_id",)
    _description = "Word of Bring's for a status"
    _order = "account_id, word"
    _rec_name = "word"

    word = fields.Char(help="As Bring writes it; empty where Bring writes none.")
    key = fields.Char(compute="_compute_key", store=True)
    use = fields.Selection(
        [("order", "Orders"), ("stock", "Goods")],
        "Said of",
        required=True,
        default="order",
    )
    status = fields.Selection([*ORDER_MEANINGS, *STOCK_MEANINGS], "Means", required=True)
    account_id = fields.Many2one(
        "bring.account", ondelete="cascade", index=True, help="Empty: all accounts."
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    source = fields.Char(help="Where Bring says so, or who decided it.")

    _unique = models.UniqueIndex(
        "(COALESCE(account_id, 0), use, key)", "This word has a meaning here already."
    )

    @api.constrains("use", "status")
    def _check_status(self):
        stock = dict(STOCK_MEANINGS)
        for word in self:
            if (word.use == "stock") != (word.status in stock) and word.status != NOTHING:
                raise ValidationError(
                    self.env._("“%s” cannot mean that: choose another meaning.", word.word or "")
                )

    @api.depends("word")
    def _compute_key(self):
        for word in self:
            word.key = word_key(word.word)

    @api.depends("word")
    def _compute_display_name(self):
        for word in self:
            word.display_name = word.word or self.env._("(no status)")

    @api.model
    def _meanings(self, account, use="order"):
        """Return what the words mean in an account: key → meaning.

        :param account: the ``bring.account``
        :param use: of what the words are said
        :rtype: dict
        """
        words = self.sudo().search([("account_id", "in", [False, account.id]), ("use", "=", use)])
        # an account's own words come last, and win
        return {word.key: word.status for word in words.sorted(lambda word: bool(word.account_id))}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if any(not word.account_id for word in self):
            raise UserError(
                self.env._(
                    "The words that Bring publishes stay. Add the word to your account with "
                    "another meaning instead: it wins there."
                )
            )


def word_key(word):
    """Return what words are compared by: case, spaces and underscores do not count."""
    return "".join((word or "").casefold().replace("_", " ").split())
