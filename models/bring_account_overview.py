import json
from collections import Counter
from datetime import UTC, datetime, time, timedelta

import pytz

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from .bring_account_send import UNKNOWN_TO_BRING

# what Bring has and has not shipped, in the order in which it gets on
AT_BRING = ("sent", "registered", "allocated", "started", "picked")
REST = "rest"  # Bring shipped a part and owes the rest: a transfer that has no status yet
OPEN = ("confirmed", "waiting", "assigned")
# for how long an order has had its status: between the beginnings of these days, 0 is today
AGES = {"today": (0, None), "recent": (-2, 0), "old": (None, -2)}
NUMBERS = ("late", "unsent", "despatched", "expected", "overdue")
CURVE_DAYS = 90


class BringAccount(models.Model):
    """The card of an account on the overview: its numbers, and the list behind each of them.

    A number and its list come from one domain, so they can't differ. What the user may read is
    counted, by one grouped query for all accounts of a time zone.
    """

    _inherit = "bring.account"

    sees_transfers = fields.Boolean(
        compute="_compute_transfer_counts", help="The user may read transfers."
    )
    open_orders = fields.Json(
        compute="_compute_transfer_counts",
        help="Deliveries at Bring by status and age, for the widget.",
    )
    open_order_count = fields.Integer("Deliveries at Bring", compute="_compute_transfer_counts")
    late_count = fields.Integer("Late", compute="_compute_transfer_counts")
    unsent_count = fields.Integer("Ready to send", compute="_compute_transfer_counts")
    despatched_count = fields.Integer("Despatched today", compute="_compute_transfer_counts")
    expected_count = fields.Integer("Receipts expected", compute="_compute_transfer_counts")
    overdue_count = fields.Integer("Receipts overdue", compute="_compute_transfer_counts")
    agreement_curve = fields.Text(
        compute="_compute_agreement_curve",
        help="How much of each stock report agreed, for Odoo's dashboard graph.",
    )

    # -- transfers ------------------------------------------------------------

    def _compute_transfer_counts(self):
        sees_transfers = self.env["stock.picking"].has_access("read")
        self.sees_transfers = sees_transfers
        counts = Counter()
        if sees_transfers:
            for accounts in self.grouped("tz").values():
                for number in NUMBERS:
                    counts += accounts._count_transfers(number)
                for age in AGES:
                    counts += accounts._count_transfers(age)
        for account in self:
            origin = account._origin.id
            for number in NUMBERS:
                account[f"{number}_count"] = counts[origin, number]
            account.open_orders = account._open_orders(counts)
            account.open_order_count = sum(counts[origin, age] for age in AGES)

    def _count_transfers(self, number):
        """Count, for each of these accounts, what lies behind a number or an age.

        :return: (account id, number) → count, and for an age also (account id, age, status)
        """
        accounts = {
            mapping.warehouse_id: mapping.account_id.id for mapping in self.sudo().warehouse_ids
        }
        counts = Counter()
        groups = self.env["stock.picking"]._read_group(
            self._transfer_domain(number), ["picking_type_id", "bring_status"], ["__count"]
        )
        for picking_type, status, count in groups:
            account = accounts[picking_type.sudo().warehouse_id]
            counts[account, number] += count
            if number in AGES:
                counts[account, number, status or REST] += count
        return counts

    def _open_orders(self, counts):
        """Return the table of open deliveries: its ages, and a row for each status in use."""
        self.ensure_one()
        origin = self._origin.id
        rows = []
        for status, label in self._open_labels().items():
            by_age = {age: counts[origin, age, status] for age in AGES}
            if any(by_age.values()):
                rows.append({"status": status, "label": label, "counts": by_age})
        return {
            "ages": [{"age": age, "label": label} for age, label in self._age_labels().items()],
            "rows": rows,
        }

    def _open_labels(self):
        statuses = dict(
            self.env["stock.picking"]._fields["bring_status"]._description_selection(self.env)
        )
        return {
            **{status: statuses[status] for status in AT_BRING},
            REST: self.env._("Rest of a part despatched"),
        }

    def _age_labels(self):
        return {
            "today": self.env._("Since today"),
            "recent": self.env._("1–2 days"),
            "old": self.env._("Longer"),
        }

    def _transfer_domain(self, number=None, status=None):
        """Return the domain of the transfers behind a number of the overview.

        The accounts share a time zone, so that their day begins at the same instant.

        :param number: one of :data:`NUMBERS` or :data:`AGES`; all that is open at Bring by default
        :param status: with an age: one of :data:`AT_BRING`, or :data:`REST`
        """
        incoming = number in ("expected", "overdue")
        domain = Domain("picking_type_id", "in", self._picking_types(incoming).ids)
        if number == "despatched":
            shipped = Domain("bring_shipped", "=", True) & Domain("state", "=", "done")
            return domain & shipped & between("date_done", self._day_begins(0), None)
        if number == "unsent":
            return domain & Domain("state", "=", "assigned") & Domain(UNKNOWN_TO_BRING)
        domain &= Domain("state", "in", OPEN)
        if number in ("late", "overdue"):
            domain &= between("scheduled_date", None, self._day_begins(0))
        return domain if incoming else domain & self._at_bring_domain(number, status)

    def _at_bring_domain(self, age, status):
        at_bring = Domain("bring_status", "in", AT_BRING if status in (None, REST) else [status])
        rest = Domain("bring_status", "=", False) & Domain("backorder_id.bring_shipped", "=", True)
        if age in AGES:
            since, until = (day if day is None else self._day_begins(day) for day in AGES[age])
            at_bring &= between("bring_status_date", since, until)
            rest &= between("create_date", since, until)
        if status is None:
            return at_bring | rest
        return rest if status == REST else at_bring

    def _picking_types(self, incoming):
        """Return the types of what Bring ships, or receives, archived ones included."""
        return (
            self.env["stock.picking.type"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("warehouse_id", "in", self.sudo().warehouse_ids.warehouse_id.ids),
                    ("code", "=", "incoming" if incoming else "outgoing"),
                ]
            )
        )

    def _day_begins(self, day):
        """Return when a day begins in the accounts' time zone, as UTC without a zone.

        :param int day: 0 is today, -1 yesterday
        """
        zone = pytz.timezone(self[:1].tz or "UTC")
        today = fields.Datetime.now().replace(tzinfo=UTC).astimezone(zone).date()
        begins = zone.localize(datetime.combine(today + timedelta(days=day), time.min))
        return begins.astimezone(UTC).replace(tzinfo=None)

    # -- the lists ------------------------------------------------------------

    def action_view_transfers(self):
        """Open the transfers behind a number.

        The context names it in ``bring_number`` (see :meth:`_transfer_domain`; none: all that is
        open at Bring), and in ``bring_status`` the row of the table.
        """
        self.check_access("read")
        self.ensure_one()
        number = self.env.context.get("bring_number")
        status = self.env.context.get("bring_status")
        action = self.env["ir.actions.act_window"]._for_xml_id("stock.action_picking_tree_all")
        label = self._number_label(number, status)
        return {
            **action,
            "name": label,
            "display_name": label,
            "path": False,
            "domain": list(self._transfer_domain(number, status)),
            "context": {"contact_display": "partner_address"},
        }

    def _number_label(self, number, status):
        """Return how a list is called: the words of its number."""
        if number in NUMBERS:
            return self._fields[f"{number}_count"]._description_string(self.env)
        parts = [
            self._open_labels()[status]
            if status
            else self._fields["open_order_count"]._description_string(self.env)
        ]
        if number:
            parts.append(self._age_labels()[number])
        return ", ".join(parts)

    def action_view_messages(self):
        """Open what Bring has sent for this account, the newest first."""
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bring_warehousing.bring_message_action"
        )
        context = {"search_default_account_id": self.id, "search_default_incoming": 1}
        return {**action, "context": context}

    # -- stock ----------------------------------------------------------------

    def _compute_agreement_curve(self):
        reports = self.env["bring.inventory.report"].search_fetch(
            [
                ("account_id", "in", self.ids),
                ("state", "in", ["compared", "applied"]),
                (
                    "event_date",
                    ">",
                    fields.Datetime.subtract(fields.Datetime.now(), days=CURVE_DAYS),
                ),
            ],
            ["account_id", "event_date", "agreement"],
            order="event_date, id",
        )
        by_account = reports.grouped("account_id")
        for account in self:
            own = by_account.get(account._origin, ())
            values = [
                {
                    "x": format_datetime(
                        self.env, report.event_date, tz=account.tz, dt_format="short"
                    ),
                    "y": round(100 * report.agreement, 1),
                }
                for report in own
            ]
            account.agreement_curve = len(values) > 1 and json.dumps(
                [{"key": self.env._("Stock agrees, %"), "values": values}]
            )


def between(field, since, until):
    """Return the domain of a time from ``since`` to before ``until``; None is no limit.

    A time that is not known is as old as can be.
    """
    domain = Domain.TRUE
    if since is not None:
        domain &= Domain(field, ">=", since)
    if until is not None:
        domain &= Domain(field, "<", until)
        if since is None:
            domain |= Domain(field, "=", False)
    return domain
