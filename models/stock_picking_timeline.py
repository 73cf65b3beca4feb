from dataclasses import dataclass, field
from datetime import datetime

from odoo import api, fields, models

from .bring_status import RANK
from .bring_words import (
    day_words,
    label,
    moment_words,
    quantity_words,
    same_clock,
    time_words,
)

MAX_GOODS = 10  # articles told one by one
TONES = {"despatched": "success", "partially_despatched": "warning", "cancelled": "danger"}


@dataclass
class Event:
    """Something that Bring or we said about transfers.

    :ivar at: when it happened, UTC, naive
    :ivar title: what, in a few words
    :ivar meaning: what that means for the order
    :ivar is_ours: we said it to Bring
    :ivar is_asked: Bring did not tell, we asked
    :ivar tone: Bootstrap's name of a colour
    :ivar rank: what comes first of what happened at the same time
    :ivar goods: quantities and articles, in words
    :ivar tracking: links, dicts of number and url
    :ivar remark: what a colleague should know besides
    :ivar is_day: no time of day is known, at the warehouse
    """

    at: datetime
    title: str
    meaning: str = ""
    is_ours: bool = False
    is_asked: bool = False
    tone: str = "info"
    rank: int = 0
    goods: list = field(default_factory=list)
    tracking: list = field(default_factory=list)
    remark: str = ""
    is_day: bool = False


class StockPicking(models.Model):
    """The timeline: what was said between Bring and us about transfers, oldest first.

    It is read from the messages, the documents and the transfers; nothing of it is stored. What a
    document shipped is read from the transfer, which stays when old messages are deleted.
    """

    _inherit = "stock.picking"

    bring_timeline = fields.Html(
        "Bring's timeline",
        compute="_compute_bring_timeline",
        compute_sudo=True,
        sanitize=False,
        exportable=False,
        groups="base.group_user",
    )

    @api.depends("bring_status", "bring_status_date", "state")
    @api.depends_context("lang", "tz", "uid")
    def _compute_bring_timeline(self):
        for picking in self:
            order = picking.sale_id or picking.purchase_id
            is_in = picking.picking_type_code == "incoming"
            # the steps and the parts of one delivery belong together
            related = picking | order.picking_ids.filtered(
                lambda other, is_in=is_in: (other.picking_type_code == "incoming") == is_in
            )
            picking.bring_timeline = related._bring_render_timeline()

    def _bring_render_timeline(self):
        """Return the timeline of these transfers as HTML, or False when nothing was said."""
        events = self and self._bring_events()
        if not events:
            return False
        zone, there = self._bring_reader_zone(), self._bring_zone()
        days = {}
        for event in events:
            day = day_words(self.env, event.at, there if event.is_day else zone, "full")
            days.setdefault(day, []).append((event, self._bring_event_time(event, zone, there)))
        return self.env["ir.qweb"]._render("bring_warehousing.timeline", {"days": days})

    def _bring_event_time(self, event, zone, there):
        """Return the time of day for the reader and, where it is another, at the warehouse."""
        moment = event.at
        if event.is_day:
            return False, self.env._("no time of day told")
        here = time_words(self.env, moment, zone)
        if same_clock(moment, zone, there):
            return here, False
        return here, self.env._("%s at the warehouse", time_words(self.env, moment, there))

    def _bring_events(self):
        """Return what was said about these transfers, in the order in which it happened.

        :rtype: list(Event)
        """
        pickings = self.sudo()
        documents = pickings.bring_document_ids.filtered(lambda d: d.state == "done")
        events = [
            *pickings._bring_message_events(),
            *pickings._bring_shipment_events(documents),
            *pickings._bring_document_events(documents),
            *pickings._bring_waiting_events(),
        ]
        return sorted(events, key=lambda event: (event.at, event.rank))

    # -- what we sent ---------------------------------------------------------

    def _bring_message_events(self):
        sent = {
            "Original": self.env._("Sent to Bring"),
            "Update": self.env._("The change was sent to Bring"),
            "Delete": self.env._("The cancellation was sent to Bring"),
        }
        without_outcome = {
            "waiting": (self.env._("Waits to be sent to Bring"), "secondary"),
            "unknown": (self.env._("Sent, and Bring has not confirmed it yet"), "warning"),
            "attention": (self.env._("Could not be sent to Bring"), "danger"),
        }
        for message in self.bring_message_ids.filtered(lambda m: m.purpose == "order"):
            yield from self._bring_attempt_events(message)
            at = message.sent_at or message.create_date
            if message.state == "sent":
                yield Event(at, sent[message.update_indicator], is_ours=True)
            elif message.state == "waiting" or (
                message.state in without_outcome and not message.attempt_ids
            ):
                title, tone = without_outcome[message.state]
                remark = "" if message.attempt_ids else message.error or ""
                yield Event(at, title, is_ours=True, tone=tone, remark=remark)

    def _bring_attempt_events(self, message):
        """Yield the calls with a message that Bring did not take."""
        tones = {"rejected": "danger", "unknown": "warning", "failed": "secondary"}
        for attempt in message.attempt_ids:
            remark = attempt.words
            if attempt.count > 1:
                remark = self.env._(
                    "%(count)s times, last on %(last)s: %(words)s",
                    count=attempt.count,
                    last=moment_words(self.env, attempt.last_at, self._bring_reader_zone()),
                    words=remark,
                )
            yield Event(
                attempt.at,
                label(attempt, "outcome", attempt.outcome),
                is_ours=True,
                tone=tones[attempt.outcome],
                remark=remark,
            )

    # -- what Bring said ------------------------------------------------------

    def _bring_shipment_events(self, documents):
        """Yield what left, from the transfers themselves."""
        told = {d.res_id: d for d in documents if d.kind == "despatch_advice"}
        for picking in self.filtered(
            lambda p: p.bring_shipped and p.state == "done" and p.picking_type_code == "outgoing"
        ):
            status = "partially_despatched" if picking.backorder_ids else "despatched"
            yield Event(
                picking.date_done,
                label(picking, "bring_status", status),
                is_asked=picking.bring_pulled,
                tone=TONES[status],
                rank=RANK[status],
                goods=picking._bring_goods_words(),
                tracking=picking.bring_tracking,
                remark=told[picking.id].remark or "" if picking.id in told else "",
                is_day=picking._bring_is_untimed(),
            )

    def _bring_document_events(self, documents):
        """Yield what Bring said besides what left."""
        for document in documents:
            status = document._bring_status()
            if status == "despatched":
                continue
            if document.kind == "receiving_advice":
                picking = self.browse(document.res_id)
                yield Event(
                    document.event_date,
                    self.env._("Came back to Bring")
                    if picking.sale_id
                    else self.env._("Arrived at Bring"),
                    is_asked=document.is_pulled,
                    tone="success",
                    goods=picking._bring_goods_words(),
                    remark=document.remark or "",
                    is_day=bool(document.event_start),
                )
            elif status:
                yield Event(
                    document.event_date,
                    label(self, "bring_status", status),
                    self._bring_meaning(status),
                    is_asked=document.is_pulled,
                    tone=TONES.get(status, "info"),
                    rank=RANK[status],
                    remark=document.remark or "",
                    is_day=bool(document.event_start),
                )

    def _bring_meaning(self, status):
        return {
            "registered": self.env._("Bring has the order"),
            "allocated": self.env._("The goods are set aside"),
            "started": self.env._("Somebody is picking"),
            "picked": self.env._("Packed, waits for the carrier"),
            "cancelled": self.env._("Nothing more of it leaves Bring's warehouse"),
        }[status]

    def _bring_waiting_events(self):
        """Yield what Bring said that is not taken over yet."""
        for document in self._bring_waiting_documents():
            status = document._bring_status()
            what = (
                label(self, "bring_status", status)
                if status
                else label(document, "kind", document.kind)
            )
            if document.state == "pending":
                title = self.env._("%s: being taken over", what)
                remark = document.remark or ""
            else:
                title = self.env._("%s: not taken over, needs attention", what)
                person = document.account_id._person()
                remark = self.env._("%s has been asked to look at it.", person.name)
            yield Event(
                document.event_date,
                title,
                is_asked=document.is_pulled,
                tone="warning",
                rank=RANK.get(status, 0),
                remark=remark,
                is_day=bool(document.event_start),
            )

    def _bring_waiting_documents(self):
        """Return what is not taken over yet and names one of these transfers, or their order."""
        orders = self.sale_id.mapped("name") + self.purchase_id.mapped("name")
        names = {*self.mapped("bring_order_number"), *self.mapped("name"), *orders} - {False}
        return self.env["bring.document"].search(
            [
                ("reference", "in", list(names)),
                ("company_id", "in", self.company_id.ids),
                ("state", "in", ["pending", "attention"]),
            ]
        )

    def _bring_goods_words(self):
        """Return what a done transfer moved: "6 Units Camp kettle", a list."""
        moved = {}
        for move in self.move_ids.filtered(lambda m: m.state == "done" and m.quantity):
            unit, product = move.product_id.uom_id, move.product_id
            quantity = move.product_uom._compute_quantity(move.quantity, unit)
            moved[product] = moved.get(product, 0.0) + quantity
        words = [
            self.env._(
                "%(quantity)s %(unit)s of %(product)s",
                quantity=quantity_words(self.env, quantity),
                unit=product.uom_id.name,
                product=product.display_name,
            )
            for product, quantity in list(moved.items())[:MAX_GOODS]
        ]
        if len(moved) > MAX_GOODS:
            words.append(self.env._("and %s more articles", str(len(moved) - MAX_GOODS)))
        return words
