from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .bring_rights import check_manager
from .bring_words import label, notification, quantity_words

OPEN_STATES = ("differ", "absent", "unknown")
SHOWN_LINES = 80  # on a report's form
TOO_MANY = 2000  # lines that are booked while a person waits
IN_A_STEP = 500  # and that are booked in one transaction, where there are more


class BringInventoryReport(models.Model):
    """A photograph of Bring's stock, beside what Odoo's stock was at that instant.

    How it is compared is in ``bring_inventory_comparison.py``, again in
    ``bring_inventory_refresh.py``.
    """

    _name = "bring.inventory.report"
    _description = "Stock report of Bring"
    _inherit = ["bring.border", "bring.event", "mail.thread", "mail.activity.mixin"]
    _order = "event_date desc, id desc"

    name = fields.Char(compute="_compute_name", store=True)
    account_id = fields.Many2one(
        "bring.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    event_date = fields.Datetime(
        "Stock as of",
        required=True,
        readonly=True,
        index=True,
        help="When the stock was so at Bring.",
    )
    is_pulled = fields.Boolean(
        "Balances", readonly=True, help="Bring was asked: a balance counts all warehouses together."
    )
    warehouse_ids = fields.Many2many("bring.warehouse", readonly=True)
    document_ids = fields.Many2many("bring.document", readonly=True)
    line_ids = fields.One2many("bring.inventory.report.line", "report_id", readonly=True)
    state = fields.Selection(
        [
            ("draft", "Being compared"),
            ("compared", "To settle"),
            ("applied", "Settled"),
            ("cancelled", "Put aside"),
            ("superseded", "Superseded"),
        ],
        required=True,
        readonly=True,
        default="draft",
        tracking=True,
    )
    open_line_ids = fields.Many2many(
        "bring.inventory.report.line",
        compute="_compute_open_line_ids",
        help="What is to settle, the largest differences only: a report may have 100,000 lines.",
    )
    move_ids = fields.One2many("stock.move", "bring_report_id", "Booked", readonly=True)
    move_count = fields.Integer("Booked moves", compute="_compute_move_count", compute_sudo=True)

    # figures, kept when the lines are gone: whether the two systems grow together or apart
    line_count = fields.Integer("Lines compared", readonly=True, aggregator="sum")
    agree_count = fields.Integer("Agree", readonly=True)
    differ_count = fields.Integer("Differ", readonly=True)
    unknown_count = fields.Integer("Not understood", readonly=True)
    absent_count = fields.Integer("Not mentioned", readonly=True)
    open_count = fields.Integer("To settle", compute="_compute_open_count")
    agreement = fields.Float(
        readonly=True, aggregator="avg", help="Share of the lines that agree, 0 to 1."
    )
    absolute_difference = fields.Float(
        "Units apart",
        readonly=True,
        digits="Product Unit",
        aggregator="avg",
        help="Sum of all differences' sizes when they were found, settled or not.",
    )
    value_difference = fields.Monetary(
        "Value of the differences", readonly=True, aggregator="avg", help="Of what is to settle."
    )
    is_drop = fields.Boolean(
        "Large drop",
        readonly=True,
        help="So many articles have less than in Odoo that a person must look, whatever the rules.",
    )

    # what is to settle, whatever the size of the archive
    _compared_index = models.Index("(account_id) WHERE state = 'compared'")

    @api.depends("account_id.name", "event_date", "event_start")
    def _compute_name(self):
        for report in self:
            local = fields.Datetime.context_timestamp(
                report.with_context(tz=report.account_id.tz), report.event_date
            )
            clock = "" if report.event_start else f" {local:%H:%M}"
            report.name = f"{report.account_id.name} {local:%Y-%m-%d}{clock}"

    @api.depends("line_ids.state")
    def _compute_open_count(self):
        counts = dict(
            self.env["bring.inventory.report.line"]._read_group(
                [("report_id", "in", self.ids), ("state", "in", OPEN_STATES)],
                ["report_id"],
                ["__count"],
            )
        )
        for report in self:
            report.open_count = counts.get(report, 0)

    @api.depends("line_ids.state")
    def _compute_open_line_ids(self):
        for report in self:
            report.open_line_ids = self.env["bring.inventory.report.line"].search(
                [("report_id", "=", report._origin.id), ("state", "in", OPEN_STATES)],
                order="value_apart desc, id",
                limit=SHOWN_LINES,
            )

    @api.depends("move_ids")
    def _compute_move_count(self):
        counts = dict(
            self.env["stock.move"]._read_group(
                [("bring_report_id", "in", self.ids)], ["bring_report_id"], ["__count"]
            )
        )
        for report in self:
            report.move_count = counts.get(report._origin, 0)

    # -- settling -------------------------------------------------------------

    def action_apply(self):
        """Book every difference of these reports; what can't be booked stays, and is named.

        Lines that Bring did not mention are only booked where the account says that this means
        zero, or when they are chosen one by one.
        """
        self._check_may_settle()
        works, texts = self.env["bring.work"], []
        for report in self:
            lines = report._lines_to_apply()
            if len(lines) > TOO_MANY:
                report.sudo()._check_can_apply()
                works |= works._booking(report) or works._begin(
                    "differences",
                    report.account_id,
                    self.env._(
                        "Book %(count)s differences of %(report)s",
                        count=quantity_words(self.env, len(lines)),
                        report=report.name,
                    ),
                    report_id=report.id,
                    total=len(lines),
                )
                continue
            booked = report._apply_lines(lines)
            stays = report._close()
            if stays:
                texts.append(report._stays_words(booked, stays))
        if works:
            return works[:1].action_open()
        return notification("warning", "\n".join(texts), sticky=True) if texts else True

    def _close(self):
        """Say that the report is settled, unless something stays that a person must look at.

        What Bring did not mention does not differ: it holds up nothing.

        :return: the lines that stay
        """
        self.ensure_one()
        stays = self._lines([("state", "in", ["differ", "unknown"])], limit=TOO_MANY)
        if not stays:
            self.sudo().state = "applied"
            self.sudo().activity_ids.action_done()
        return stays

    def _stays_words(self, booked, stays):
        """Say in words what was booked of the report and what stays, and why."""
        unknown = stays.filtered(lambda line: line.state == "unknown")
        reasons = [reason for reason in (stays - unknown)._reasons().values() if reason]
        texts = [
            self.env._(
                "%(report)s: differences booked: %(booked)s, still to settle: %(stays)s.",
                report=self.name,
                booked=quantity_words(self.env, len(booked)),
                stays=quantity_words(self.env, len(stays)),
            ),
            *list(dict.fromkeys(reasons))[:5],
        ]
        if unknown:
            names = ", ".join(unknown[:5].mapped("display_name"))
            texts.append(self.env._("Not understood: %s.", names))
        return " ".join(texts)

    def _lines_to_apply(self, after_product_id=None):
        """Return the lines whose differences are to be booked.

        :param int after_product_id: the next part instead: all lines of the products after that
            one, about ``IN_A_STEP`` of them
        """
        domain = [("state", "=", "differ")]
        if self.unknown_count:
            # what is not understood may be what seems not to be there
            domain.append(("is_told", "=", True))
        elif self.account_id.absent_policy == "zero":
            domain = [("state", "in", ["differ", "absent"])]
        if after_product_id is None:
            return self._lines(domain)
        domain.append(("product_id.id", ">", after_product_id))
        part = self._lines(domain, limit=IN_A_STEP, order="product_id.id")
        last = part[-1:].product_id.id
        return part | self._lines([*domain, ("product_id", "=", last)]) if last else part

    def action_cancel(self):
        """Put the reports aside: nothing of them is booked."""
        self._check_may_settle()
        self.sudo().write({"state": "cancelled"})
        self.sudo().activity_ids.action_done()

    def action_compare(self):
        """Compare again with what Odoo's stock was at the instant, as it is known now."""
        self._check_may_settle()
        for report in self.sudo():
            report._refresh()

    def action_view_lines(self):
        """Open the lines; ``bring_filter`` in the context names a filter to start with."""
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "bring_warehousing.bring_inventory_report_line_action"
        )
        chosen = self.env.context.get("bring_filter")
        return {
            **action,
            "name": self.name,
            "domain": [("report_id", "=", self.id)],
            "context": {f"search_default_{chosen}": 1} if chosen else {},
        }

    def action_view_moves(self):
        self.check_access("read")
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("stock.stock_move_action")
        return {**action, "domain": [("bring_report_id", "=", self.id)], "context": {}}

    def action_ask_bring(self):
        """Open a mail to Bring with the lines that differ, ready to be sent."""
        self.check_access("read")
        self.ensure_one()
        lines = self._lines([("state", "in", ["differ", "absent"])])
        return lines.action_ask_bring()

    def _check_may_settle(self):
        check_manager(self, self.env._("Only a Bring Manager can settle stock differences."))

    def _check_can_apply(self, lines=None):
        """Refuse to book what may be wrong by now.

        :param lines: what is to be booked; all when ``None``
        :raises UserError: with the reason and what to do
        """
        self.ensure_one()
        if self.state == "superseded":
            raise UserError(
                self.env._(
                    "%s is superseded: a newer stock report was compared meanwhile. Settle that "
                    "one.",
                    self.name,
                )
            )
        if self.state not in ("compared", "applied"):
            raise UserError(
                self.env._(
                    "%(report)s is %(state)s: nothing of it can be applied.",
                    report=self.name,
                    state=label(self, "state", self.state),
                )
            )
        newer = self._newer_reports()
        if newer and lines and all(lines.mapped("is_doubtful")):
            # of movements without a time the newer ones may know no more
            newer = newer.filtered(lambda report: report._told_products() & lines.product_id)
            newer = newer.filtered(lambda report: not report._doubts(lines.product_id.ids))
        if newer:
            raise UserError(
                self.env._(
                    "A newer stock report has been compared already (%s). Settle that one.",
                    newer[0].name,
                )
            )
        waiting = self.env["bring.document"].search_count(
            [
                ("account_id", "=", self.account_id.id),
                ("state", "=", "pending"),
                *self._may_be_before(),
                ("id", "not in", self.document_ids.ids),
            ],
            limit=1,
        )
        if waiting:
            raise UserError(
                self.env._(
                    "Documents of Bring that happened before the report still wait to be applied. "
                    "Apply the report when they are through."
                )
            )

    def _newer_reports(self):
        """Return compared reports of the same warehouses that were surely taken later."""
        return self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("warehouse_ids", "in", self.warehouse_ids.ids),
                ("event_date", ">", self.event_date),
                "|",
                ("event_start", "=", False),
                ("event_start", ">", self.event_date),
                ("state", "in", ["compared", "applied"]),
            ]
        )

    def _apply_lines(self, lines, chosen=False):
        """Book the differences of some lines, as they are now.

        What Odoo's stock was at the instant is read anew first: documents that came late change
        it. What moved after the instant stays.

        :param lines: ``bring.inventory.report.line`` of this report
        :param bool chosen: a person chose just these: all of them, or an error
        :return: the lines that were booked
        :raises UserError: when a chosen line can't be booked, or the report is outdated
        """
        self.ensure_one()
        report = self.sudo().with_company(self.company_id)
        report._check_can_apply(lines.sudo())
        lines = lines.sudo().with_company(self.company_id)
        report._compare_again(lines.product_id)
        lines = lines.exists().filtered(lambda line: line.state in ("differ", "absent"))
        reasons = lines._reasons()
        unclear = [reason for reason in reasons.values() if reason]
        if chosen:
            unclear += report._why_not_in_bulk(lines)
        if unclear and chosen:
            raise UserError("\n".join(dict.fromkeys(unclear)))
        lines = lines.filtered(lambda line: not reasons[line])
        gave_way = lines._book() if lines else report.env["stock.picking"]
        texts = [self.env._("%s differences were booked.", len(lines))]
        if gave_way:
            texts.append(
                self.env._(
                    "These deliveries have less reserved than they need now: %s.",
                    ", ".join(gave_way.sorted("name").mapped("name")),
                )
            )
        texts += list(dict.fromkeys(unclear))[:20]
        report.message_post(body=Markup("<br/>").join(texts))
        report._sum_up()
        report._settle()
        return lines

    def _why_not_in_bulk(self, lines):
        """Return in words why these lines can't be booked together, in a list; one may be alone."""
        not_told = lines.filtered(lambda line: not line.is_told)
        unknown = self._lines([("state", "=", "unknown")])
        if len(not_told) < 2 or not unknown:
            return []
        return [
            self.env._(
                "%(report)s has lines that are not understood (%(unknown)s): they may be what "
                "seems not to be there. Mend them first, or book %(lines)s one by one.",
                report=self.name,
                unknown=", ".join(unknown[:5].mapped("display_name")),
                lines=", ".join(not_told[:5].mapped("display_name")),
            )
        ]

    def _unclear_articles(self, products):
        """Return of which of some articles goods may be told where it can't be seen where.

        :return: (product → what is not understood of it, product → lines that count lots or
            locations together and that differ)
        """
        of_these = [("product_id", "in", products.ids)]
        unclear = self._lines([*of_these, ("problem", "!=", False)])
        together = self._lines(
            [
                *of_these,
                ("state", "=", "differ"),
                ("is_told", "=", True),
                ("lot_id", "=", False),
                ("lot_name", "=", False),
            ]
        ).filtered(lambda line: not line.location_id or line._is_sum())
        return (
            {line.product_id: line.note for line in unclear},
            dict(together.grouped("product_id")),
        )

    def _told_elsewhere(self):
        """Return locations with goods that another report tells: location → Bring's codes.

        Two codes of Bring's may be one warehouse in Odoo; a report of one of them is no count of
        what lies there.
        """
        others = self.warehouse_ids._sharing() - self.warehouse_ids
        if not others:
            return {}
        told = others.filtered(
            lambda mapping: self.search([("warehouse_ids", "in", mapping.ids)], limit=1)
        )
        return {
            self.env["stock.location"].browse(location): ", ".join(
                told.filtered(lambda mapping, at=owners: mapping.id in at).mapped("code")
            )
            for location, owners in (self.warehouse_ids | told)._owners().items()
            if not owners.isdisjoint(told.ids)
        }

    def _settle(self):
        """Close the report when nothing of it is left to settle."""
        for report in self.sudo():
            report.invalidate_recordset(["open_count"])
            if report.state == "compared" and not report.open_count:
                report.state = "applied"
                report.activity_ids.action_done()

    def _within_limits(self, lines):
        """Tell whether these lines may be booked without a person: by the account's rules.

        Inherit it to decide otherwise.

        :param lines: ``bring.inventory.report.line``, all that there is to book of this report
        """
        self.ensure_one()
        account = self.account_id
        if not account.auto_apply or self.is_drop or self.unknown_count:
            return False
        if any(lines._reasons().values()) or any(lines.mapped("is_doubtful")):
            return False
        return (
            len(lines) <= account.auto_max_lines
            and len(lines) <= account.auto_max_share / 100 * self.line_count
            and sum(abs(line._value_to_book()) for line in lines) <= account.auto_max_value
        )

    def _call_person(self):
        """Ask the responsible person to settle the report, once."""
        self.ensure_one()
        self.account_id._ask_person(
            self,
            "mail_activity_type_stock_report",
            self.env._(
                "%s differences with Bring's stock", quantity_words(self.env, self.open_count)
            ),
        )

    @api.autovacuum
    def _gc_lines(self):
        """Delete the lines of settled reports when their account's retention is over."""
        for account in self.env["bring.account"].search([("retention_days", ">", 0)]):
            limit = fields.Datetime.subtract(fields.Datetime.now(), days=account.retention_days)
            self.env["bring.inventory.report.line"].search(
                [
                    ("report_id.account_id", "=", account.id),
                    ("report_id.state", "in", ["applied", "cancelled", "superseded"]),
                    ("report_id.event_date", "<", limit),
                ],
                limit=100000,
            ).unlink()
