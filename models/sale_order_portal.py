from odoo import models

from .bring_words import day_words, quantity_words


class SaleOrder(models.Model):
    """What the customer sees of the delivery, on the page of the order."""

    _inherit = "sale.order"

    def _bring_portal_values(self):
        """Return what the customer may see of the delivery; False where Bring has no part in it.

        Words and numbers only. No names of warehouses or transfers, no lots, nothing about what
        waits for a person, nothing about Odoo's stock.
        """
        self.ensure_one()
        order = self.sudo()
        if not order.bring_status:
            return False
        lines = order._bring_line_progress()
        return {
            **order._bring_portal_status(),
            "progress": order._bring_progress_words(lines),
            "eta": order.bring_eta,
            "tracking": order.bring_tracking,
            "lines": [
                {
                    **order._bring_line_words(progress),
                    "to_follow": order._bring_to_follow(progress),
                }
                for progress in lines
            ],
            "shipments": [
                picking._bring_shipment_for_customer()
                for picking in order._bring_shipped_pickings()
            ],
        }

    def _bring_to_follow(self, progress):
        """Say how much of a line that has left in part is still to come."""
        if not progress.rests or not progress.despatched:
            return False
        quantity = sum(rest.quantity for rest in progress.rests)
        return self.env._("%s to follow", quantity_words(self.env, quantity))

    def _bring_portal_status(self):
        """Return the status in the customer's words, its colour, and since when."""
        self.ensure_one()
        order = self.sudo()
        words, tone = {
            "sent": (self.env._("Sent to the warehouse"), "info"),
            "registered": (self.env._("The warehouse has your order"), "info"),
            "allocated": (self.env._("Your goods are set aside"), "info"),
            "started": (self.env._("Being picked"), "info"),
            "picked": (self.env._("Packed, waits for the carrier"), "info"),
            "partially_despatched": (self.env._("Partially despatched"), "warning"),
            "despatched": (self.env._("Despatched"), "success"),
            # what becomes of it the seller decides, and tells
            "cancelled": (self.env._("We are looking into it"), "warning"),
        }[order.bring_status]
        since = order.bring_status_date
        zone = order.picking_ids._bring_reader_zone()
        return {
            "status": words,
            "tone": tone,
            "since": since and day_words(self.env, since, zone),
        }

    def _bring_portal_list_words(self):
        """Return the status for the customer's list of orders, beside Odoo's own."""
        self.ensure_one()
        order = self.sudo()
        if order.bring_status == "partially_despatched":
            return order._bring_progress_words(order._bring_line_progress())
        return order._bring_portal_status()["status"]
