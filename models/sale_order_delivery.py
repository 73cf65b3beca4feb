from odoo import api, fields, models

from .bring_words import label, quantity_words

INTERNAL = "base.group_user"


class SaleOrder(models.Model):
    """How much of an order has left, line by line and parcel by parcel, and what Bring said."""

    _inherit = "sale.order"

    bring_progress = fields.Char(
        "Progress",
        compute="_compute_bring_progress",
        compute_sudo=True,
        groups=INTERNAL,
        help="How much of the order has left for the customer, from Bring or from elsewhere.",
    )
    bring_tracking = fields.Json(
        "Tracking",
        compute="_compute_bring_tracking",
        compute_sudo=True,
        groups=INTERNAL,
        help="Links to Bring's tracking, one for each consignment.",
    )
    bring_delivery = fields.Html(
        "Delivery line by line",
        compute="_compute_bring_delivery",
        compute_sudo=True,
        sanitize=False,
        exportable=False,
        groups=INTERNAL,
    )
    bring_timeline = fields.Html(
        "Bring's timeline",
        compute="_compute_bring_timeline",
        compute_sudo=True,
        sanitize=False,
        exportable=False,
        groups=INTERNAL,
    )

    bring_is_behind = fields.Boolean(
        compute="_compute_bring_is_behind",
        compute_sudo=True,
        groups=INTERNAL,
        help="Bring has said something about the order that Odoo has not taken over.",
    )

    @api.depends("bring_status", "order_line.product_uom_qty", "order_line.move_ids.state")
    @api.depends_context("lang")
    def _compute_bring_progress(self):
        # no filtered(): it would end the prefetching from order to order
        for order in self:
            if not order.bring_status:
                order.bring_progress = False
                continue
            lines = order._bring_line_progress()
            words = order._bring_progress_words(lines)
            cancelled = sum(progress.cancelled for progress in lines)
            has_more = any(progress.despatched or progress.rests for progress in lines)
            if words and cancelled and not has_more:
                words = self.env._("%s cancelled", quantity_words(self.env, cancelled))
            elif words and cancelled:
                words = self.env._(
                    "%(progress)s, %(cancelled)s cancelled",
                    progress=words,
                    cancelled=quantity_words(self.env, cancelled),
                )
            order.bring_progress = words

    @api.depends("picking_ids.bring_tracking")
    def _compute_bring_tracking(self):
        for order in self:
            links = [
                link
                for picking in order.picking_ids.sorted("id")
                for link in picking.bring_tracking or []
            ]
            order.bring_tracking = [
                link for place, link in enumerate(links) if link not in links[:place]
            ]

    @api.depends("bring_status", "order_line.product_uom_qty", "order_line.move_ids.state")
    @api.depends_context("lang", "tz", "uid")
    def _compute_bring_delivery(self):
        for order in self:
            order.bring_delivery = order.bring_status and self.env["ir.qweb"]._render(
                "bring_warehousing.sale_order_delivery",
                {
                    "lines": [
                        {
                            **order._bring_line_words(progress),
                            "remarks": order._bring_line_remarks(progress),
                        }
                        for progress in order._bring_line_progress()
                    ],
                    "shipments": [
                        picking._bring_shipment() for picking in order._bring_shipped_pickings()
                    ],
                },
            )

    @api.depends("picking_ids.bring_status", "picking_ids.bring_status_date", "picking_ids.state")
    @api.depends_context("lang", "tz", "uid")
    def _compute_bring_timeline(self):
        for order in self:
            order.bring_timeline = order.picking_ids._bring_render_timeline()

    @api.depends("picking_ids.bring_order_number")
    def _compute_bring_is_behind(self):
        for order in self:
            waiting = order.picking_ids._bring_waiting_documents()
            order.bring_is_behind = "attention" in waiting.mapped("state")

    # -- how many of how many -------------------------------------------------

    def _bring_line_progress(self):
        """Return how far each line of goods has come.

        :rtype: list(sale_order_line.LineProgress)
        """
        self.ensure_one()
        return [line._bring_progress() for line in self.order_line if line._bring_is_goods()]

    def _bring_progress_words(self, lines):
        """Sum up "6 of 10 despatched": in units where all lines have the same, else in lines.

        :param lines: list of :class:`.sale_order_line.LineProgress`
        """
        if not lines:
            return False
        if len({progress.line.product_uom_id for progress in lines}) > 1:
            complete = [progress for progress in lines if progress.is_complete]
            return self.env._(
                "%(done)s of %(all)s lines despatched", done=str(len(complete)), all=str(len(lines))
            )
        # more than ordered of one line does not make up for another
        despatched = sum(min(progress.despatched, progress.ordered) for progress in lines)
        return self.env._(
            "%(done)s of %(all)s despatched",
            done=quantity_words(self.env, despatched),
            all=quantity_words(self.env, sum(progress.ordered for progress in lines)),
        )

    def _bring_line_words(self, progress):
        """Return what anybody may see of a line: what, how many of how many."""
        return {
            "name": progress.line.product_id.display_name,
            "count": self.env._(
                "%(done)s of %(all)s %(unit)s",
                done=quantity_words(self.env, progress.despatched),
                all=quantity_words(self.env, progress.ordered),
                unit=progress.line.product_uom_id.name,
            ),
            "is_complete": progress.is_complete,
        }

    def _bring_line_remarks(self, progress):
        """Return, for colleagues, where the rest of a line is: a list of sentences."""
        remarks = [self._bring_rest_words(rest) for rest in progress.rests]
        if progress.cancelled:
            remarks.append(self.env._("%s cancelled", quantity_words(self.env, progress.cancelled)))
        if progress.returned:
            remarks.append(self.env._("%s came back", quantity_words(self.env, progress.returned)))
        if progress.is_over:
            remarks.append(self.env._("More left than was ordered"))
        return remarks

    def _bring_rest_words(self, rest):
        """Say, for colleagues, where a part is that has not left."""
        picking = rest.picking
        values = {"quantity": quantity_words(self.env, rest.quantity), "picking": picking.name}
        if rest.status:
            values["status"] = label(self, "bring_status", rest.status)
            return self.env._("%(quantity)s at Bring, %(status)s (%(picking)s)", **values)
        if picking.backorder_id.bring_shipped:
            return self.env._("%(quantity)s to follow from Bring (%(picking)s)", **values)
        if picking.bring_account_id:
            return self.env._("%(quantity)s not sent to Bring yet (%(picking)s)", **values)
        values["status"] = label(picking, "state", picking.state)
        values["warehouse"] = picking.picking_type_id.warehouse_id.name or picking.location_id.name
        return self.env._("%(quantity)s from %(warehouse)s, %(status)s (%(picking)s)", **values)

    def _bring_shipped_pickings(self):
        """Return what left for the customer, in that order, whoever shipped it."""
        return self.picking_ids.filtered(
            lambda picking: (
                picking.state == "done"
                and picking.location_dest_id._bring_is_outside()
                and not picking.location_id._bring_is_outside()
            )
        ).sorted(lambda picking: (picking.date_done, picking.id))
