from collections import defaultdict
from itertools import islice
from tempfile import TemporaryFile

from odoo import api, models

from .bring_inventory_count import COLUMNS, Counted

CHUNK = 5000  # lines whose articles are looked up together
COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class BringInventoryReport(models.Model):
    """How a photograph is compared with what Odoo's stock was at its instant."""

    _inherit = "bring.inventory.report"

    def _add(self, document, work=None):
        """Compare a document, as the whole report or as a part of it, and decide what follows.

        :param work: the ``bring.work`` to tell how far it is, where it takes long
        """
        self.ensure_one()
        self.document_ids |= document
        self._compare_part(document, work)
        if self._newer_reports():
            self.state = "superseded"
            return
        self.state = "compared"
        older = self._older_reports()
        older.write({"state": "superseded"})
        self._inherit_doubts(older)
        self._decide()

    @api.model
    def _whole_of(self, document):
        """Return the report that ``document`` is a part of, or an empty one.

        A report may come in parts: several documents of one message, or of several messages with
        the same instant and other articles. One that counts the same articles again is not a part,
        it replaces what was told before.
        """
        if document.is_pulled:
            return self.browse()
        for report in self.search(
            [
                ("account_id", "=", document.account_id.id),
                ("event_date", "=", document.event_date),
                ("event_start", "=", document.event_start),
                ("state", "in", ["draft", "compared"]),
            ]
        ):
            if document.message_id in report.document_ids.message_id:
                return report
            owners = report.warehouse_ids._owners()
            told = {
                (warehouse, line.article)
                for line in report.line_ids
                if line.is_told
                for warehouse in line.warehouse_id.ids or owners[line.location_id.id] or (False,)
            }
            warehouses = report.warehouse_ids._sharing()
            for line in document.message_id._read_report_lines(document.position):
                code = line.warehouse_code or document.warehouse_code
                mapping = document.account_id._find_warehouse(code)
                number = line.article.own or line.article.gtin or line.article.supplier
                if (mapping.id, number) in told or mapping not in warehouses:
                    break
            else:
                return report
        return self.browse()

    def _lines(self, domain, limit=None, order=None):
        """Return lines of this report; searched, for a report may have 100,000."""
        self.ensure_one()
        return self.env["bring.inventory.report.line"].search(
            [("report_id", "=", self.id), *domain], limit=limit, order=order
        )

    def _warehouses_of(self, document):
        account = document.account_id
        return account._find_warehouse(document.warehouse_code) or account.warehouse_ids

    def _older_reports(self):
        """Return reports of the same warehouses that nobody has settled and that are outdated."""
        older = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("warehouse_ids", "in", self.warehouse_ids.ids),
                # those of the report's own day may have been taken after it
                ("event_date", "<=", self.event_start or self.event_date),
                ("state", "=", "compared"),
                ("id", "!=", self.id),
            ]
        )
        older = older.filtered(lambda report: report.warehouse_ids <= self.warehouse_ids)
        older = older.filtered("open_count")
        older.activity_ids.action_done()
        return older

    def _outcome(self):
        """Say in one sentence what the comparison found."""
        self.ensure_one()
        if self.state == "superseded":
            return self.env._(
                "A newer stock report was compared already: nothing was done with it."
            )
        return self.env._(
            "%(agree)s lines agree, %(differ)s differ, %(unknown)s were not understood, "
            "%(absent)s were not mentioned.",
            agree=self.agree_count,
            differ=self.differ_count,
            unknown=self.unknown_count,
            absent=self.absent_count,
        )

    def _compare(self, parts, work=None):
        """Compare what Bring counted with Odoo's stock, and keep the result as report lines.

        :param parts: pairs of an iterable of :class:`..bring.documents.InventoryLine`, read once,
            and the ``bring.warehouse`` for lines that name none: one, or several when each line
            tells one number for all of them
        """
        self.ensure_one()
        work = work or self.env["bring.work"]
        counted, read = Counted(self), 0
        for lines, warehouses in parts:
            iterator = iter(lines)
            while chunk := list(islice(iterator, CHUNK)):
                counted.add(chunk, warehouses)
                read += len(chunk)
                work._tell(read)
        self.warehouse_ids |= counted.warehouses
        # a line without a warehouse is one of several, which are compared together
        self._lines(
            [
                "|",
                ("warehouse_id", "in", counted.warehouses.ids),
                "&",
                ("warehouse_id", "=", False),
                ("location_id", "in", [False, *counted.warehouses._owners()]),
            ]
        ).unlink()
        self._store(counted.rows(), lambda stored: work._tell(read + stored))
        self._sum_up()

    def _store(self, rows, tell=None):
        """Write many rows at once: the ORM takes four times as long, and nothing is computed.

        :param tell: called now and then with how many were made
        """
        columns = ", ".join(COLUMNS)
        # by way of a file: making them asks the database, and nobody can while it reads them
        with TemporaryFile("w+") as file:
            for number, row in enumerate(rows):
                if tell and number % CHUNK == 0:
                    tell(number)
                file.write("\t".join([copy_text(value) for value in row]))
                file.write("\n")
            file.seek(0)
            self.env.flush_all()
            self.env.cr._obj.copy_expert(
                f"COPY bring_inventory_report_line ({columns}) FROM STDIN", file
            )
        self.env["bring.inventory.report.line"].invalidate_model()
        self.invalidate_recordset(["line_ids", "open_count"])

    def _sum_up(self):
        """Put the figures of the lines onto the report."""
        Line = self.env["bring.inventory.report.line"]
        for report in self:
            groups = Line._read_group(
                [("report_id", "=", report.id)],
                ["state"],
                ["__count", "difference:sum", "value_difference:sum"],
            )
            count = defaultdict(int, {state: number for state, number, *_sums in groups})
            total = sum(count.values())
            known = total - count["unknown"] - count["absent"]
            self.env.cr.execute(
                """
                SELECT COALESCE(SUM(ABS(difference + COALESCE(applied_difference, 0))), 0),
                       COUNT(DISTINCT product_id) FILTER (WHERE
                           (state = 'differ' AND difference < 0)
                           OR (state = 'absent' AND odoo_quantity > 0 AND %s)),
                       COUNT(DISTINCT product_id)
                  FROM bring_inventory_report_line WHERE report_id = %s
                """,
                [report.account_id.absent_policy == "zero", report.id],
            )
            apart, dropped, articles = self.env.cr.fetchone()
            report.write(
                {
                    "line_count": total,
                    "agree_count": count["agree"],
                    "differ_count": count["differ"],
                    "unknown_count": count["unknown"],
                    "absent_count": count["absent"],
                    "agreement": (count["agree"] / known) if known else 0.0,
                    "absolute_difference": apart,
                    "value_difference": sum(
                        value for state, *_rest, value in groups if state != "kept"
                    ),
                    "is_drop": bool(articles)
                    and dropped / articles * 100 > report.account_id.drop_share,
                }
            )

    # -- Odoo's side ----------------------------------------------------------

    def _odoo_quantities(self, product_ids=None):
        """Return what Odoo's stock was at the instant.

        Quants of now, less what the done moves after the instant brought, plus what they took.

        :param product_ids: only these; all products when ``None``
        :return: product id → {(location id, lot id or None): quantity}, by the locations that
            are mapped: what lies below one counts in it
        """
        self.ensure_one()
        places = self.warehouse_ids._places()
        domain = [
            ("location_id", "in", list(places)),
            ("company_id", "=", self.company_id.id),
        ]
        if product_ids is not None:
            domain.append(("product_id", "in", product_ids))
        quantities = defaultdict(lambda: defaultdict(float))
        for product, location, lot, quantity in self.env["stock.quant"]._read_group(
            domain, ["product_id", "location_id", "lot_id"], ["quantity:sum"]
        ):
            quantities[product.id][places[location.id], lot.id or None] += quantity
        for field, sign in (("location_id", 1), ("location_dest_id", -1)):
            domain = [
                (field, "in", list(places)),
                ("state", "=", "done"),
                ("date", ">", self.event_date),
                ("company_id", "=", self.company_id.id),
                ("product_id.is_storable", "=", True),
            ]
            if product_ids is not None:
                domain.append(("product_id", "in", product_ids))
            for product, location, lot, quantity in self.env["stock.move.line"]._read_group(
                domain, ["product_id", field, "lot_id"], ["quantity_product_uom:sum"]
            ):
                quantities[product.id][places[location.id], lot.id or None] += sign * quantity
        return quantities

    # -- documents that come late ---------------------------------------------

    def _documents_came(self, documents):
        """Mend what reports said before documents came that happened before their instant.

        A photograph already held what such a document tells. A difference that was booked for it
        is booked back, or it would count twice.
        """
        documents = documents.filtered(lambda document: document.state == "done")
        if not documents:
            return
        reports = self.search(
            [
                ("account_id", "in", documents.account_id.ids),
                ("event_date", ">=", min(d.event_start or d.event_date for d in documents)),
                ("state", "in", ["compared", "applied"]),
            ],
            order="event_date",
        )
        for report in reports:
            products = report._touched(documents)
            if products and report._lines([], limit=1):  # an old one's lines are deleted
                report._mend(products)

    def _touched(self, documents):
        """Return the articles of those documents that tell what the report may hold."""
        others = documents.filtered(
            lambda document: (
                document.account_id == self.account_id and document not in self.document_ids
            )
        )
        certain = others.filtered(lambda d: d.event_date <= (self.event_start or self.event_date))
        doubtful = (others - certain).filtered(
            lambda d: (d.event_start or d.event_date) < self.event_date
        )
        products = certain._moved_products()
        newer = self._newer_reports() if doubtful else self.browse()
        for document in doubtful:
            # a later report that surely holds it says what is right: nobody is asked about this one
            sure = newer.filtered(
                lambda report: (report.event_start or report.event_date) >= document.event_date  # noqa: B023
            )
            products |= document._moved_products() - sure._told_products()
        return products

    def _told_products(self):
        """Return the products of which these reports tell something."""
        lines = self.env["bring.inventory.report.line"]
        groups = lines._read_group(
            [("report_id", "in", self.ids), ("is_told", "=", True), ("product_id", "!=", False)],
            ["product_id"],
        )
        return self.env["product.product"].union(*(product for (product,) in groups))

    def _mend(self, products):
        """Look again at articles that a late document touched."""
        domain = [("product_id", "in", products.ids)]
        was_booked = self._lines([*domain, ("state", "=", "applied")])
        self._compare_again(products)
        # on movements without a time nothing is booked, nor booked back, without a person
        back = was_booked.filtered(lambda line: line.state == "differ" and not line.is_doubtful)
        reasons = back._reasons()
        back = back.filtered(lambda line: not reasons[line])
        if back:
            back._book()
            self.message_post(
                body=self.env._(
                    "Documents of Bring's came that the report already held: what was booked for "
                    "them is booked back (%s).",
                    ", ".join(back[:20].mapped("display_name")),
                )
            )
        self._sum_up()
        if self._lines([*domain, ("state", "=", "differ")], limit=1):
            if self.state == "applied":
                self.state = "compared"
            self._decide()

    # -- what happens next ----------------------------------------------------

    def _decide(self):
        """Book the differences at once where the account says so, else ask a person."""
        self.ensure_one()
        self.invalidate_recordset(["open_count"])
        if not self.open_count or self.state != "compared":
            return
        lines = self._lines_to_apply()
        if lines and self._within_limits(lines):
            self._apply_lines(lines)
        if self.open_count:
            self._suggest_causes()
            self._call_person()


def copy_text(value):
    """Write one value as COPY's text format has it."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(COPY_ESCAPES)
    return str(value)
