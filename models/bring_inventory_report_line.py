from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from .bring_cause import DIALOGS
from .bring_words import quantity_words
from .handlers.booking import Change

STATES = [
    ("agree", "Agrees"),
    ("differ", "Differs"),
    ("absent", "Not mentioned"),
    ("unknown", "Not understood"),
    ("applied", "Booked"),
    ("kept", "Odoo's kept"),
]

PROBLEMS = [
    ("unknown_article", "Article not known"),
    ("several_articles", "Article may be one of several"),
    ("unknown_unit", "Unit not known"),
    ("not_stored", "Product is not kept in stock"),
    ("no_location", "No location for held goods"),
    ("unknown_status", "Status not known"),
    ("unknown_grade", "Grade not mapped"),
    ("unreadable", "Line cannot be read"),
    ("old", "Balance is old"),
]

CAUSES = [
    ("document", "A document of Bring's waits"),
    ("own_transfer", "Done in Odoo, not told by Bring"),
    ("return", "A return is under way"),
    ("receipt", "A receipt is under way"),
    ("unit", "Counted in another unit"),
]


class BringInventoryReportLine(models.Model):
    """One article, lot and status of a stock report, beside Odoo's quantity at that instant."""

    _name = "bring.inventory.report.line"
    _inherit = "bring.border"
    _description = "Line of a stock report"
    _order = "report_id desc, state, id"
    _rec_name = "article"

    report_id = fields.Many2one(
        "bring.inventory.report", required=True, readonly=True, ondelete="cascade", index=True
    )
    account_id = fields.Many2one("bring.account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    event_date = fields.Datetime("Stock as of", readonly=True)
    article = fields.Char("Bring's article", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null")
    categ_id = fields.Many2one(related="product_id.categ_id")
    lot_id = fields.Many2one("stock.lot", readonly=True)
    lot_name = fields.Char("Bring's lot", readonly=True)
    warehouse_id = fields.Many2one("bring.warehouse", "Bring's warehouse", readonly=True)
    location_id = fields.Many2one(
        "stock.location",
        readonly=True,
        help="Empty: Bring tells one number for all locations of the account.",
    )
    stock_status = fields.Char("Bring's stock status", readonly=True)
    parts = fields.Char(
        "Added up",
        readonly=True,
        help="What of Bring's report means the same place in Odoo, and was added up.",
    )
    is_told = fields.Boolean(
        "Mentioned", readonly=True, help="Bring's report tells it. Else it is only in Odoo."
    )
    bring_quantity = fields.Float("Bring", readonly=True, digits="Product Unit")
    odoo_quantity = fields.Float("Odoo then", readonly=True, digits="Product Unit")
    difference = fields.Float(readonly=True, digits="Product Unit", help="Bring's less Odoo's.")
    allocated_quantity = fields.Float(
        "Allocated", readonly=True, digits="Product Unit", help="For orders, as a balance tells."
    )
    in_order_quantity = fields.Float(
        "In order", readonly=True, digits="Product Unit", help="As a balance tells."
    )
    free_quantity = fields.Float(
        "Free", readonly=True, digits="Product Unit", help="What can be sold, as a balance tells."
    )
    counted_at = fields.Datetime(
        "Last heard", readonly=True, help="When Bring last heard of the balance from the warehouse."
    )
    value_difference = fields.Monetary("Value", readonly=True)
    value_apart = fields.Monetary(
        "Value apart",
        compute="_compute_value_apart",
        store=True,
        help="The size of the value, to put the largest differences first.",
    )
    applied_difference = fields.Float("Booked", readonly=True, digits="Product Unit")
    state = fields.Selection(STATES, required=True, readonly=True)
    note = fields.Char("What is wrong", readonly=True)
    problem = fields.Selection(PROBLEMS, "Not understood because", readonly=True)
    problem_subject = fields.Char(
        readonly=True, help="The number or code that is not known, as Bring wrote it."
    )
    target_id = fields.Many2one(
        "bring.warehouse",
        "Chosen warehouse",
        readonly=True,
        help="Where the difference is booked, as a person chose: Bring tells one number for "
        "several warehouses.",
    )
    needs_warehouse = fields.Boolean(compute="_compute_needs_warehouse")
    cause = fields.Selection(CAUSES, "Maybe", readonly=True)
    cause_text = fields.Char("Why maybe", readonly=True)
    hint = fields.Char("What may be behind it", compute="_compute_hint")
    can_mend = fields.Boolean(compute="_compute_can_mend")
    is_doubtful = fields.Boolean(
        "Movements without a time",
        readonly=True,
        help="Bring told only the day of something that moved, or of the report: it may have moved "
        "before the report was taken, or after it. Nothing of it is booked automatically.",
    )
    odoo_before = fields.Float(
        "Odoo, moved before",
        readonly=True,
        digits="Product Unit",
        help="What Odoo's stock was if all of it moved before the report was taken.",
    )
    odoo_after = fields.Float(
        "Odoo, moved after",
        readonly=True,
        digits="Product Unit",
        help="What Odoo's stock was if all of it moved after the report was taken.",
    )
    booked_in_doubt = fields.Float(
        readonly=True,
        digits="Product Unit",
        help="What was booked for older reports and may be what moved without a time.",
    )
    reading = fields.Selection(
        [("before", "Moved before the report"), ("after", "Moved after the report")],
        "Decided",
        readonly=True,
        help="What a person said of movements that Bring told without a time.",
    )

    _open_index = models.Index("(report_id) WHERE state IN ('differ', 'absent', 'unknown')")

    @api.depends("product_id", "article")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.product_id.display_name or line.article

    @api.depends("value_difference")
    def _compute_value_apart(self):
        for line in self:
            line.value_apart = abs(line.value_difference)

    @api.depends("note", "cause", "cause_text", "state", "is_doubtful", "reading")
    def _compute_hint(self):
        labels = dict(self._fields["cause"]._description_selection(self.env))
        for line in self:
            # what it is about first: the column is narrow
            line.hint = (
                line.note
                or line._doubt_words()
                or " – ".join(filter(None, (line.cause_text, labels.get(line.cause))))
            )

    @api.depends("state", "problem")
    def _compute_can_mend(self):
        for line in self:
            line.can_mend = line.state == "unknown" and line.problem in DIALOGS

    def _compute_needs_warehouse(self):
        for line in self:
            line.needs_warehouse = (
                line.state == "differ"
                and line.product_id
                and not line.location_id
                and len(line._targets()) > 1
            )

    # -- actions --------------------------------------------------------------

    def action_apply(self):
        """Book the differences of the chosen lines, absent ones as zero."""
        self.report_id._check_may_settle()
        if not self.filtered(lambda line: line.state in ("differ", "absent")):
            raise UserError(
                self.env._(
                    "There is no difference to book: choose lines that differ or that Bring did "
                    "not mention."
                )
            )
        for report, lines in self.grouped("report_id").items():
            report._apply_lines(lines, chosen=True)
        return True

    def action_moved_before(self):
        """Say that what Bring told without a time had moved when it took the report."""
        return self._read_as("before")

    def action_moved_after(self):
        """Say that what Bring told without a time moved after Bring took the report."""
        return self._read_as("after")

    def _read_as(self, reading):
        """Compare lines again by what a person says. What differs then can be booked, or kept."""
        self.report_id._check_may_settle()
        lines = self.sudo().filtered("is_doubtful")
        lines.reading = reading
        words = dict(self._fields["reading"]._description_selection(self.env))[reading]
        for report, decided in lines.grouped("report_id").items():
            report._compare_again(decided.product_id)
            report._sum_up()
            names = ", ".join(decided[:20].mapped("display_name"))
            report.message_post(body=self.env._("%(lines)s: %(words)s.", lines=names, words=words))
            report._settle()
        return True

    def action_mend(self):
        """Open the dialog that mends why this line, and all like it, is not understood."""
        self.ensure_one()
        self.report_id._check_may_settle()
        if not self.can_mend:
            raise UserError(
                self.env._("Nothing can be mended from here: open %s.", self.display_name)
            )
        return self.env[DIALOGS[self.problem]]._open(
            self.account_id, self.problem, self.problem_subject, line=self
        )

    def action_choose_warehouse(self):
        """Open the dialog that asks in which warehouse differences are booked."""
        self.report_id._check_may_settle()
        lines = self.filtered("needs_warehouse")
        if not lines:
            raise UserError(
                self.env._("Bring tells the warehouse of these lines: there is none to choose.")
            )
        if len(lines.report_id) > 1:
            raise UserError(self.env._("Choose lines of one stock report at a time."))
        return self.env["bring.choose.warehouse"]._open(lines)

    def action_keep(self, reason=None):
        """Keep Odoo's quantity for the chosen lines: Bring's is held to be wrong.

        :param reason: why, in a person's words; goes into the report's messages
        """
        self.report_id._check_may_settle()
        lines = self.sudo().filtered(lambda line: line.state in ("differ", "absent", "unknown"))
        lines.state = "kept"
        for report, kept in lines.grouped("report_id").items():
            names = ", ".join(kept[:20].mapped("display_name"))
            more = len(kept) - 20
            if more > 0:
                names += self.env._(" and %s more", more)
            text = self.env._("Odoo's quantity is kept for %s.", names)
            report.message_post(body=f"{text} {reason}" if reason else text)
            report.sudo()._sum_up()
            report._settle()
        return True

    def action_ask_bring(self):
        """Open a mail with the chosen lines in a table, ready to be sent to Bring."""
        if not self:
            raise UserError(self.env._("There is nothing to ask: choose lines that differ."))
        report = self.report_id[:1]
        report._check_may_settle()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask Bring"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": report._name,
                "default_res_ids": report.ids,
                "default_composition_mode": "comment",
                "default_subject": self.env._("Stock differences, %s", report.name),
                "default_body": self._ask_body(report),
            },
        }

    def _ask_body(self, report):
        cell = Markup("<td>%s</td>")
        rows = Markup("").join(
            Markup("<tr>%s</tr>")
            % Markup("").join(
                cell % value
                for value in (
                    line.article or line.product_id.default_code or "",
                    line.product_id.name or "",
                    line.lot_id.name or line.lot_name or "",
                    line.stock_status or "",
                    quantity_words(self.env, line.bring_quantity) if line.is_told else "–",
                    quantity_words(self.env, line.odoo_quantity),
                )
            )
            for line in self[:500]
        )
        head = Markup("").join(
            Markup("<th>%s</th>") % title
            for title in (
                self.env._("Article"),
                self.env._("Name"),
                self.env._("Lot"),
                self.env._("Status"),
                self.env._("Your stock"),
                self.env._("Our stock"),
            )
        )
        return Markup("<p>%s</p><table class='table'><tr>%s</tr>%s</table>") % (
            self.env._(
                "Customer %(customer)s: your stock report of %(time)s and our records do not agree "
                "on these lines. Please check them.",
                customer=report.account_id.customer_number or report.account_id.name,
                time=format_datetime(
                    self.env, report.event_date, tz=report.account_id.tz, dt_format="short"
                ),
            ),
            head,
            rows,
        )

    def action_view_movements(self):
        """Open what moved the article since the last photograph on which both agreed."""
        self.check_access("read")
        self.ensure_one()
        location = self.location_id or self.report_id.warehouse_ids.stock_location_id
        since = self.search(
            [
                ("product_id", "=", self.product_id.id),
                ("location_id", "=", self.location_id.id),
                ("account_id", "=", self.account_id.id),
                ("event_date", "<", self.event_date),
                ("state", "in", ["agree", "applied"]),
            ],
            order="event_date desc",
            limit=1,
        ).event_date
        domain = [
            ("product_id", "=", self.product_id.id),
            ("state", "=", "done"),
            "|",
            ("location_id", "child_of", location.ids),
            ("location_dest_id", "child_of", location.ids),
        ]
        if since:
            domain.append(("date", ">", since))
        action = self.env["ir.actions.act_window"]._for_xml_id("stock.stock_move_line_action")
        return {**action, "name": self.display_name, "domain": domain, "context": {}}

    # -- booking --------------------------------------------------------------

    def _book(self):
        """Book what these lines differ by, as they are now; nothing differs then.

        :return: the deliveries whose reservation gave way
        """
        report = self.report_id
        _moves, gave_way = self.env["bring.booking"]._book(
            self._changes(), report, report.name, {"bring_report_id": report.id}
        )
        self._set_applied()
        return gave_way

    def _to_book(self):
        """Return how much is to be booked: of what Bring did not mention, all that is there."""
        self.ensure_one()
        return -self.odoo_quantity if self.state == "absent" else self.difference

    def _set_applied(self):
        """Say that the differences of these lines are booked: nothing differs now.

        One statement: a report may have thousands, and nothing is computed from it.
        """
        if not self:
            return
        self.flush_recordset()
        self.env.cr.execute(
            """
            UPDATE bring_inventory_report_line
               SET state = 'applied',
                   applied_difference = COALESCE(applied_difference, 0)
                       + CASE state WHEN 'absent' THEN -odoo_quantity ELSE difference END,
                   odoo_quantity = bring_quantity, difference = 0, value_difference = 0,
                   value_apart = 0
             WHERE id = ANY(%s)
            """,
            [self.ids],
        )
        self.invalidate_recordset()

    def _is_sum(self):
        """Tell whether the line counts lots of its article together: all that it does not name."""
        return self.product_id.tracking != "none" and not self.lot_id and not self.lot_name

    def _value_to_book(self):
        cost = self.product_id.with_company(self.company_id).standard_price
        return self._to_book() * cost

    def _reasons(self):
        """Return why each of these lines, of one report, can't be booked: in words, or None.

        A line is never booked while goods that it lacks may be told elsewhere in the report.
        """
        if not self:
            return {}
        report = self.report_id
        unclear, together = report._unclear_articles(self.product_id)
        elsewhere = report._told_elsewhere()
        reasons = {line: line._reason(unclear, together, elsewhere) for line in self}
        free = self.filtered(lambda line: not reasons[line] and not line.location_id)
        return reasons | free._reasons_of_target()

    def _booked_in_doubt(self):
        """Return what was booked for this report, and for older ones, and may be what moved."""
        self.ensure_one()
        return self.applied_difference + self.booked_in_doubt

    def _doubt_words(self):
        """Return what Odoo's stock may have been, where a person has to say which; else False."""
        if not self.is_doubtful or self.reading or self.state not in ("differ", "absent"):
            return False
        return self.env._(
            "Told without a time: Odoo had %(before)s if it moved before the report, %(after)s if "
            "after",
            before=quantity_words(self.env, self.odoo_before),
            after=quantity_words(self.env, self.odoo_after),
        )

    def _reason(self, unclear, together, elsewhere):
        if not self.product_id:
            return self.env._("%s: the article is not known in Odoo.", self.article)
        doubt = self._doubt_words()
        if doubt:
            return self.env._(
                "%(article)s: %(doubt)s. Bring counted %(bring)s. Press “Moved before” or “Moved "
                "after”, then book what differs.",
                article=self.display_name,
                doubt=doubt,
                bring=quantity_words(self.env, self.bring_quantity),
            )
        if self.product_id in unclear:
            return self.env._(
                "%(article)s: another line of the report tells of it and is not understood "
                "(%(problem)s). Mend that one first.",
                article=self.display_name,
                problem=unclear[self.product_id],
            )
        if not self._target():
            return self.env._(
                "%s: Bring tells one number for several warehouses. Choose the warehouse on the "
                "line, or say on the account in which one such differences are booked.",
                self.display_name,
            )
        if self._is_sum():
            return self.env._(
                "%s is tracked by lot or serial number, and Bring names none. Adjust the right lot "
                "by hand, then keep Odoo's quantity here.",
                self.display_name,
            )
        if any(
            not other.location_id or other.location_id == self.location_id
            for other in together.get(self.product_id, ())
            if other != self
        ):
            return self.env._(
                "%s: a part of it is counted together with others in another line, and that one "
                "differs too. Settle that one first.",
                self.display_name,
            )
        if self.location_id in elsewhere:
            return self.env._(
                "%(article)s: %(location)s also has goods of Bring's warehouse %(codes)s, which "
                "this report does not tell. Adjust it by hand, or give each its own location.",
                article=self.display_name,
                location=self.location_id.display_name,
                codes=elsewhere[self.location_id],
            )
        return None

    def _targets(self):
        """Return the locations in one of which the line's difference is booked."""
        warehouses = self.warehouse_id or self.report_id.warehouse_ids
        return self.location_id or warehouses.stock_location_id

    def _target(self):
        """Return the ``stock.location`` in which the difference is booked; empty: nobody said."""
        self.ensure_one()
        targets = self._targets()
        if len(targets) > 1:
            chosen = self.target_id or self.account_id.undivided_warehouse_id
            targets = chosen.stock_location_id & targets
        return targets

    def _reasons_of_target(self):
        """Return why what is missing can't be taken from where a person says: line → words."""
        short = self.filtered(lambda line: len(line._targets()) > 1 and line._to_book() < 0)
        if not short:
            return {}
        places = self.report_id.warehouse_ids._places()
        there = defaultdict(float)
        for product, location, quantity in self.env["stock.quant"]._read_group(
            [("product_id", "in", short.product_id.ids), ("location_id", "in", list(places))],
            ["product_id", "location_id"],
            ["quantity:sum"],
        ):
            there[product.id, places[location.id]] += quantity
        reasons = {}
        for line in short:
            target = line._target()
            has = there[line.product_id.id, target.id]
            if line.product_id.uom_id.compare(has, -line._to_book()) < 0:
                reasons[line] = self.env._(
                    "%(article)s: %(missing)s are missing, and %(location)s has %(quantity)s. "
                    "Choose another warehouse, or adjust by hand.",
                    article=line.display_name,
                    missing=quantity_words(self.env, -line._to_book()),
                    location=target.display_name,
                    quantity=quantity_words(self.env, has),
                )
        return reasons

    def _changes(self):
        """Return what is to be booked, as :class:`.handlers.booking.Change`.

        The same goods here under one status and there under another are moved, not lost and found.
        """
        no_lot = self.env["stock.lot"]
        new_lots, _remarks = self.env["bring.handler"]._find_lots(
            {(line.product_id, line.lot_name): None for line in self if line.lot_name},
            self.company_id,
        )
        by_goods = defaultdict(list)
        for line in self:
            lot = line.lot_id or new_lots.get((line.product_id, line.lot_name), no_lot)
            location = line._target()
            goods = (line.product_id, lot, location.warehouse_id)
            by_goods[goods].append([location, line._to_book()])
        reason = self.env._("Bring: stock report %s", self.report_id.name)
        changes = []
        for (product, lot, _warehouse), parts in by_goods.items():
            unit = product.uom_id
            for source in parts:
                for target in parts:
                    quantity = min(-source[1], target[1])
                    if unit.compare(quantity, 0.0) > 0:
                        changes.append(Change(product, quantity, source[0], lot, target[0], reason))
                        source[1] += quantity
                        target[1] -= quantity
            changes += [
                Change(product, left, location, lot, None, reason)
                for location, left in parts
                if not unit.is_zero(left)
            ]
        return changes
