from odoo import api, fields, models
from odoo.tools import format_date

from ..bring.times import zone
from .bring_words import moment_words

INTERNAL = "base.group_user"  # customers read words that are made for them
ETA = (
    "bring_eta_date",
    "bring_eta_at",
    "bring_eta_was_date",
    "bring_eta_was_at",
    "bring_eta_told_at",
)


class StockPicking(models.Model):
    """When goods arrive at the customer's, as Bring estimates it: a day, or a time of a day.

    ``estimatedDeliveryDateTime`` of the despatch advice, "Estimated delivery Date", whose example
    has a zero clock: that is a day (:class:`..bring.span.Span`), and no time is shown for it.
    """

    _inherit = "stock.picking"

    bring_eta_date = fields.Date(
        "Estimated delivery",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="The day on which Bring estimates that the goods arrive, where the warehouse is.",
    )
    bring_eta_at = fields.Datetime(
        copy=False, readonly=True, groups=INTERNAL, help="The time, where Bring tells it."
    )
    bring_eta_was_date = fields.Date(
        copy=False, readonly=True, groups=INTERNAL, help="What it told before."
    )
    bring_eta_was_at = fields.Datetime(copy=False, readonly=True, groups=INTERNAL)
    bring_eta_told_at = fields.Datetime(
        copy=False, readonly=True, groups=INTERNAL, help="When Bring told it."
    )
    bring_eta = fields.Char(
        "Estimated delivery, in words",
        compute="_compute_bring_eta",
        compute_sudo=True,
        groups=INTERNAL,
        help="The day, the time if Bring tells it, and what it was before it moved.",
    )

    @api.depends("bring_eta_date", "bring_eta_at", "bring_eta_was_date", "bring_eta_was_at")
    @api.depends_context("lang", "tz", "uid")
    def _compute_bring_eta(self):
        for picking in self:
            words = picking._bring_eta_words(picking.bring_eta_date, picking.bring_eta_at)
            was = picking._bring_eta_words(picking.bring_eta_was_date, picking.bring_eta_was_at)
            picking.bring_eta = (
                self.env._("%(now)s (was %(before)s)", now=words, before=was) if was else words
            )

    def _bring_eta_words(self, day, at):
        """Return a day, or a time in the reader's zone, in words; False when there is none."""
        if at:
            return moment_words(self.env, at, self._bring_reader_zone())
        return format_date(self.env, day, date_format="medium") if day else False

    def _bring_take_eta(self, span, told_at):
        """Take over when Bring estimates the delivery, and keep what it told before.

        What was told earlier and comes late changes nothing.

        :param span: a :class:`..bring.span.Span`
        :param datetime told_at: when Bring told it, UTC, naive
        :return: the transfers whose estimate is new
        """
        changed = self.browse()
        for picking in self:
            if picking.bring_eta_told_at and told_at < picking.bring_eta_told_at:
                continue
            at = span.start.replace(tzinfo=None) if span.is_instant else False
            day = span.start.astimezone(zone(picking._bring_zone())).date()
            new = {"bring_eta_date": day, "bring_eta_at": at}
            known = picking.bring_eta_at
            if picking.bring_eta_date == day and (at == known or not at or not known):
                # a day and a time on it agree: that is no move, and the time is kept
                picking.write({"bring_eta_at": at or known, "bring_eta_told_at": told_at})
                continue
            if picking.bring_eta_date:
                new["bring_eta_was_date"] = picking.bring_eta_date
                new["bring_eta_was_at"] = picking.bring_eta_at
            picking.write({**new, "bring_eta_told_at": told_at})
            changed |= picking
        return changed

    def _bring_take_eta_of(self, others):
        """Take the estimate over that was told of the steps before these transfers."""
        told = others.filtered("bring_eta_date").sorted("bring_eta_told_at")[-1:]
        for picking in self.filtered(lambda p: told and not p.bring_eta_date):
            picking.write({name: told[name] for name in ETA})


class SaleOrder(models.Model):
    """When the goods of an order arrive: the answer to the customer's question."""

    _inherit = "sale.order"

    bring_eta_date = fields.Date(
        "Estimated delivery",
        compute="_compute_bring_eta_date",
        store=True,
        copy=False,
        groups=INTERNAL,
        help="The day on which Bring estimates that all that it has told of has arrived.",
    )
    bring_eta = fields.Char(
        "Estimated delivery, in words",
        compute="_compute_bring_eta",
        compute_sudo=True,
        groups=INTERNAL,
    )

    @api.depends("picking_ids.bring_eta_date", "picking_ids.state")
    def _compute_bring_eta_date(self):
        for order in self:
            order.bring_eta_date = order._bring_eta_picking().bring_eta_date

    @api.depends("picking_ids.bring_eta", "picking_ids.state")
    @api.depends_context("lang", "tz", "uid")
    def _compute_bring_eta(self):
        for order in self:
            words = order._bring_eta_picking().bring_eta
            if words and order._bring_eta_is_of_a_part():
                words = self.env._("%s, a part of it", words)
            order.bring_eta = words

    def _bring_eta_is_of_a_part(self):
        """Tell whether a part has left and nobody knows when the rest arrives."""
        going = self.picking_ids.filtered(
            lambda picking: picking.picking_type_code == "outgoing" and picking.state != "cancel"
        )
        rest = going.filtered(lambda p: p.state != "done" and not p.bring_eta_date)
        return bool(rest and rest != going)

    def _bring_eta_picking(self):
        """Return the transfer whose goods arrive last, of those that Bring has told of."""
        told = self.picking_ids.filtered(
            lambda picking: (
                picking.bring_eta_date
                and picking.state != "cancel"
                and picking.picking_type_code != "incoming"
            )
        )
        # the steps inside the warehouse say the same once the last one is there
        told = told.filtered(lambda picking: picking.picking_type_code == "outgoing") or told
        return told.sorted(lambda p: (p.bring_eta_date, p.bring_eta_at or p.bring_eta_told_at))[-1:]
