from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .handlers.outcome import Attention

# inventoryStatusType → where such goods lie
LOCATION_FIELD = {
    "AVAILABLE_FOR_SALE": "stock_location_id",
    "BLOCKED": "blocked_location_id",
    "QUARANTINED": "quarantine_location_id",
}
SHOWN = 5  # orders named in an error


class BringWarehouse(models.Model):
    """Map one of Bring's warehouses onto a warehouse of Odoo and its locations."""

    _name = "bring.warehouse"
    _inherit = "bring.border"
    _description = "Bring warehouse"
    _rec_name = "code"
    _check_company_auto = True

    account_id = fields.Many2one("bring.account", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    site_id = fields.Many2one(
        "bring.site",
        string="Bring's site",
        help="Choose a known site to fill in its codes, or type the codes yourself.",
    )
    code = fields.Char(
        required=True, help="The warehouse's code in Bring's messages, for example BERGER or NCD."
    )
    party_id = fields.Char(
        "Party id", help="The warehouse's number in Bring's order interface, for example 780132."
    )
    warehouse_id = fields.Many2one("stock.warehouse", required=True, check_company=True)
    stock_location_id = fields.Many2one(
        "stock.location",
        compute="_compute_stock_location_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        check_company=True,
        domain="[('usage', '=', 'internal')]",
        string="Stock",
        help="Where goods lie that Bring calls AVAILABLE_FOR_SALE.",
    )
    blocked_location_id = fields.Many2one(
        "stock.location",
        check_company=True,
        domain="[('usage', '=', 'internal')]",
        string="Blocked",
        help="Where goods lie that Bring calls BLOCKED (receiving condition 1).",
    )
    quarantine_location_id = fields.Many2one(
        "stock.location",
        check_company=True,
        domain="[('usage', '=', 'internal')]",
        string="Quarantine",
        help="Where goods lie that Bring calls QUARANTINED (receiving condition 2).",
    )

    grade_ids = fields.One2many(
        "bring.grade",
        "warehouse_id",
        "Grades",
        help="Where goods lie that Bring counts apart, as grade A and grade B.",
    )

    _code_unique = models.UniqueIndex(
        "(account_id, code)", "Each code of Bring's can be mapped once in an account."
    )

    @api.constrains("account_id", "warehouse_id")
    def _check_one_account(self):
        for mapping in self:
            other = self.sudo().search(
                [
                    ("warehouse_id", "=", mapping.warehouse_id.id),
                    ("account_id", "!=", mapping.account_id.id),
                ],
                limit=1,
            )
            if not other:
                continue
            if not self.browse(other.id).has_access("read"):
                raise ValidationError(
                    self.env._(
                        "A warehouse that was chosen is mapped in an account that you may not see."
                    )
                )
            raise ValidationError(
                self.env._(
                    "%(warehouse)s is mapped in the account %(account)s already. A warehouse "
                    "belongs to one account, else nobody knows whose messages move its stock: "
                    "choose another one, or remove it from that account first, archived or "
                    "not.",
                    warehouse=mapping.warehouse_id.display_name,
                    account=other.account_id.name,
                )
            )

    @api.depends("warehouse_id")
    def _compute_stock_location_id(self):
        for mapping in self:
            mapping.stock_location_id = mapping.warehouse_id.lot_stock_id

    @api.onchange("site_id")
    def _onchange_site_id(self):
        if self.site_id:
            self.code = self.site_id.code or self.code
            self.party_id = self.site_id.party_id or self.party_id

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean_codes(vals) for vals in vals_list])

    def write(self, vals):
        if "warehouse_id" in vals:
            self.filtered(
                lambda mapping: mapping.warehouse_id.id != vals["warehouse_id"]
            )._check_nothing_is_open()
        return super().write(self._clean_codes(vals))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open_orders(self):
        self._check_nothing_is_open()

    def _check_nothing_is_open(self):
        """Refuse to forget a warehouse where Bring has something to do.

        :raises UserError: with the numbers of some of the orders
        """
        orders = (
            self.env["bring.order"]
            .sudo()
            .search(
                [
                    ("account_id", "in", self.account_id.ids),
                    ("state", "not in", ["draft", "closed"]),
                    ("picking_ids.picking_type_id.warehouse_id", "in", self.warehouse_id.ids),
                ]
            )
        )
        at_bring = orders._has_something()
        if at_bring:
            raise UserError(
                self.env._(
                    "Bring has orders of %(warehouses)s to do: %(orders)s. Cancel them first, or "
                    "wait until they are done.",
                    warehouses=", ".join(self.warehouse_id.mapped("display_name")),
                    orders=", ".join(at_bring[:SHOWN].mapped("name")),
                )
            )

    @api.model
    def _clean_codes(self, vals):
        """Take the codes as Bring writes them: without blanks around, in capitals."""
        cleaned = dict(vals)
        if vals.get("code"):
            cleaned["code"] = vals["code"].strip().upper()
        if vals.get("party_id"):
            cleaned["party_id"] = vals["party_id"].strip()
        return cleaned

    def _places(self):
        """Return every location that lies at or below a mapped one: id → id of the mapped one.

        Where one mapped location lies below another, the nearest counts.
        """
        mapped = self.env["stock.location"].browse(self._owners())
        places = {}
        for location in mapped.sorted(lambda location: location.parent_path.count("/")):
            below = self.env["stock.location"].search([("id", "child_of", location.id)])
            places |= dict.fromkeys(below.ids, location.id)
        return places

    def _owners(self):
        """Return who has goods in each mapped location: location id → ids of these mappings.

        Two statuses, and two codes of Bring's, may have one location in common.
        """
        owners = defaultdict(set)
        for mapping in self:
            for location, _status in mapping._locations():
                owners[location.id].add(mapping.id)
        return owners

    def _locations(self):
        """Return each mapped location with what of Bring's goods lies there."""
        self.ensure_one()
        pairs = [
            *((self[field], status) for status, field in LOCATION_FIELD.items()),
            *(
                (one.location_id, grade_words(self.env, one.grade, one.item_status))
                for one in self.grade_ids
            ),
        ]
        return [(location, words) for location, words in pairs if location]

    def _location_of(self, status, article):
        """Return the ``stock.location`` of an article's goods.

        :param status: inventoryStatusType, a key of :data:`LOCATION_FIELD`
        :param article: a :class:`..bring.documents.Article`, for its grade (ZGR) and status (ZST)
        :raises Attention: when nobody has said where such goods lie
        """
        self.ensure_one()
        if article.grade or article.status:
            words = grade_words(self.env, article.grade, article.status)
            found = self.grade_ids.filtered(
                lambda one: (
                    (one.grade or None, one.item_status or None) == (article.grade, article.status)
                )
            )
            if not found:
                raise Attention(
                    self.env._(
                        "Bring counts goods of %(grade)s apart in %(warehouse)s, and nobody has "
                        "said where they lie. Press “Map the grade”.",
                        grade=words,
                        warehouse=self.display_name,
                    ),
                    cause="unknown_grade",
                    subject=f"{self.code} {article.grade or ''}/{article.status or ''}",
                )
            if found.location_id:
                return found.location_id
        field = LOCATION_FIELD.get(status)
        location = self[field] if field else None
        if not location:
            raise Attention(
                self.env._(
                    "%(warehouse)s has no location for goods that are %(status)s",
                    warehouse=self.display_name,
                    status=status,
                ),
                cause="no_location" if field else "unknown_status",
                subject=self.code if field else status,
            )
        return location

    def _sharing(self):
        """Return these mappings and those of the account that have goods in the same locations."""
        found = self
        while True:
            locations = set(found._owners())
            more = self.account_id.warehouse_ids.filtered(
                lambda mapping, known=locations: not known.isdisjoint(mapping._owners())
            )
            if more <= found:
                return found
            found |= more

    def _country_code(self):
        """Return the country that the warehouse lies in, two letters, or "" when it isn't known."""
        country = self.site_id.country_id or self.warehouse_id.partner_id.country_id
        return country.code or ""


def grade_words(env, grade, status):
    """Name a grade (ZGR) and a status (ZST) as a person would: "grade B, status HOLD"."""
    words = (grade and env._("grade %s", grade), status and env._("status %s", status))
    return ", ".join(filter(None, words))
