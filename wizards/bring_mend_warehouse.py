from odoo import api, fields, models
from odoo.exceptions import UserError

LOCATIONS = ("stock_location_id", "blocked_location_id", "quarantine_location_id")


class BringMendWarehouse(models.TransientModel):
    """Ask which warehouse a code of Bring's means, and where held goods go there."""

    _name = "bring.mend.warehouse"
    _inherit = "bring.mend"
    _description = "Map a warehouse of Bring's"
    _check_company_auto = True

    code = fields.Char("Bring's code")
    party_id = fields.Char("Party id", help="The warehouse's number in Bring's order interface.")
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Warehouse in Odoo",
        check_company=True,
        domain="[('company_id', '=', company_id)]",
    )
    stock_location_id = fields.Many2one(
        "stock.location",
        "Stock",
        compute="_compute_locations",
        compute_sudo=False,
        store=True,
        readonly=False,
        check_company=True,
        domain="[('usage', '=', 'internal')]",
    )
    blocked_location_id = fields.Many2one(
        "stock.location",
        "Blocked goods",
        compute="_compute_locations",
        compute_sudo=False,
        store=True,
        readonly=False,
        check_company=True,
        domain="[('usage', '=', 'internal')]",
    )
    quarantine_location_id = fields.Many2one(
        "stock.location",
        "Goods in quarantine",
        compute="_compute_locations",
        compute_sudo=False,
        store=True,
        readonly=False,
        check_company=True,
        domain="[('usage', '=', 'internal')]",
    )

    def _title(self):
        return self.env._("Which warehouse is it?")

    def _first_values(self, account, subject, document, line):
        known = account._find_warehouse(subject)
        site = self.env["bring.site"].search([("code", "=", subject)], limit=1) if subject else None
        return {
            "code": subject,
            "party_id": known.party_id or (site.party_id if site else False),
            "warehouse_id": known.warehouse_id.id,
        }

    @api.depends("warehouse_id")
    def _compute_locations(self):
        for dialog in self:
            known = dialog._known()
            for field in LOCATIONS:
                dialog[field] = known[field]
            dialog.stock_location_id = dialog.stock_location_id or dialog.warehouse_id.lot_stock_id

    def _known(self):
        """Return the mapping of the code, else that of the chosen warehouse, else none."""
        mappings = self.account_id.warehouse_ids
        by_code = self.account_id._find_warehouse(self.code)
        return by_code or mappings.filtered(lambda m: m.warehouse_id == self.warehouse_id)[:1]

    @api.depends("code", "warehouse_id")
    def _compute_conflict(self):
        for dialog in self:
            known = dialog._known() if dialog.warehouse_id else dialog.account_id.warehouse_ids[:0]
            code = (dialog.code or "").strip().upper()
            dialog.conflict = False
            if known and known.code != code:
                dialog.conflict = self.env._(
                    "%(warehouse)s is Bring's %(known)s so far; %(code)s would replace it, and "
                    "messages that say %(known)s would not be understood any more.",
                    warehouse=known.warehouse_id.display_name,
                    known=known.code,
                    code=code,
                )
            elif known and known.warehouse_id != dialog.warehouse_id:
                dialog.conflict = self.env._(
                    "%(code)s is %(known)s so far; %(warehouse)s would replace it.",
                    code=code,
                    known=known.warehouse_id.display_name,
                    warehouse=dialog.warehouse_id.display_name,
                )

    def _mend(self):
        if not self.warehouse_id or not (self.code or "").strip():
            raise UserError(self.env._("Choose the warehouse that Bring means, and give its code."))
        self.warehouse_id.check_access("read")
        values = {
            "code": self.code,
            "party_id": self.party_id,
            "warehouse_id": self.warehouse_id.id,
            **{field: self[field].id for field in LOCATIONS},
        }
        # the mapping refuses warehouses and locations of other companies and accounts
        known = self._known().sudo()
        if known:
            known.write(values)
        else:
            known.create({"account_id": self.account_id.id, **values})
