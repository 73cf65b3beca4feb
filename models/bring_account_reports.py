from odoo import fields, models


class BringAccount(models.Model):
    """How an account's stock stands: its last report, and the way there."""

    _inherit = "bring.account"

    last_report_id = fields.Many2one("bring.inventory.report", compute="_compute_last_report_id")
    last_report_agreement = fields.Float("Stock agrees", compute="_compute_last_report_id")
    last_report_open_count = fields.Integer("To settle", compute="_compute_last_report_id")

    def _compute_last_report_id(self):
        for account in self:
            account.last_report_id = self.env["bring.inventory.report"].search(
                [
                    ("account_id", "=", account._origin.id),
                    ("state", "in", ["compared", "applied"]),
                ],
                limit=1,
            )
            account.last_report_agreement = account.last_report_id.agreement
            account.last_report_open_count = account.last_report_id.open_count

    def action_view_last_report(self):
        """Open the last stock report that was compared."""
        self.check_access("read")
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "bring.inventory.report",
            "res_id": self.last_report_id.id,
            "view_mode": "form",
        }

    def action_view_drift(self):
        """Open the graph of how far the account's stock agreed, report by report."""
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bring_warehousing.bring_inventory_report_action"
        )
        return {
            **action,
            "view_mode": "graph,list,pivot,form",
            "views": [(False, view) for view in ("graph", "list", "pivot", "form")],
            "domain": [
                ("account_id", "=", self.id),
                ("state", "in", ["compared", "applied"]),
            ],
            "context": {"fill_temporal": False},
        }
