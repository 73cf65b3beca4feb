from collections import defaultdict
from datetime import timedelta
from itertools import islice
from tempfile import TemporaryFile
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL, float_is_zero

from .handlers.match_article import PIECE, describe
from .handlers.outcome import Attention

CHUNK = 5000  # lines whose articles are looked up together
COLUMNS = (
    "report_id",
    "account_id",
    "company_id",
    "event_date",
    "article",
    "product_id",
    "lot_id",
    "lot_name",
    "warehouse_id",
    "location_id",
    "stock_status",
    "bring_quantity",
    "odoo_quantity",
    "difference",
    "value_difference",
    "state",
    "note",
)
VALUE = COLUMNS.index("value_difference")
COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
LOCATION_FIELD = {
    "AVAILABLE_FOR_SALE": "stock_location_id",
    "BLOCKED": "blocked_location_id",
    "QUARANTINED": "quarantine_location_id",
}


class BringInventoryReport(models.Model):
    """How a photograph is compared with what Odoo's stock was at its instant."""

    _inherit = "bring.inventory.report"

    def _add(self, document, warehouses):
        """Compare a document, as the whole report or as a part of it, and decide what follows."""
        self.ensure_one()
        self.document_ids |= document
        self._compare_part(document, self.document_ids, warehouses)
        if self._newer_reports():
            self.state = "superseded"
            return
        self.state = "compared"
        self._older_reports().write({"state": "superseded"})
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
                ("state", "in", ["draft", "compared"]),
            ]
        ):
            if document.message_id in report.document_ids.message_id:
                return report
            told = {
                (line.warehouse_id, line.article)
                for line in report.line_ids
                if line.state != "absent"
            }
            warehouses = {warehouse for warehouse, _article in told}
            for line in document.message_id._read_report_lines(document.position):
                code = line.warehouse_code or document.warehouse_code
                mapping = document.account_id._find_warehouse(code)
                number = line.article.own or line.article.gtin or line.article.supplier
                if (mapping, number) in told or mapping not in warehouses:
                    break
            else:
                return report
        return self.browse()

    def _lines(self, domain, limit=None):
        """Return lines of this report; searched, for a report may have 100,000."""
        self.ensure_one()
        return self.env["bring.inventory.report.line"].search(
            [("report_id", "=", self.id), *domain], limit=limit
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
                ("event_date", "<=", self.event_date),
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

    def _compare(self, lines, warehouses):
        """Compare lines of Bring's with Odoo's stock, and keep the result as report lines.

        :param lines: iterable of :class:`..bring.documents.InventoryLine`; read once
        :param warehouses: the ``bring.warehouse`` for lines that name none: one, or several when
            each line tells one number for all of them
        """
        self.ensure_one()
        counted = Counted(self, warehouses)
        iterator = iter(lines)
        while chunk := list(islice(iterator, CHUNK)):
            counted.add(chunk)
        self.warehouse_ids |= counted.warehouses
        self._lines([("warehouse_id", "in", counted.warehouses.ids)]).unlink()
        self._store(counted.rows())
        self._sum_up()

    def _store(self, rows):
        """Write many rows at once: the ORM takes four times as long, and nothing is computed."""
        columns = ", ".join((*COLUMNS, "value_apart"))
        # by way of a file: making them asks the database, and nobody can while it reads them
        with TemporaryFile("w+") as file:
            for row in rows:
                file.write("\t".join([copy_text(value) for value in (*row, abs(row[VALUE]))]))
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
                       COUNT(DISTINCT product_id) FILTER (WHERE difference < 0 AND (
                           state = 'differ' OR (state = 'absent' AND %s))),
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
                ("event_date", ">=", min(documents.mapped("event_date"))),
                ("state", "in", ["compared", "applied"]),
            ],
            order="event_date",
        )
        for report in reports:
            products = report._late(documents)._moved_products()
            touched = products and report._lines(
                [("product_id", "in", products.ids), ("state", "!=", "kept")]
            )
            if touched:
                report._mend(touched)

    def _late(self, documents):
        """Return those documents that tell what happened before the report's instant."""
        return documents.filtered(
            lambda document: (
                document.account_id == self.account_id
                and document.event_date <= self.event_date
                and document not in self.document_ids
            )
        )

    def _mend(self, lines):
        """Look again at lines that a late document touched."""
        was_booked = lines.filtered(lambda line: line.state == "applied")
        lines._refresh_odoo_quantities()
        back = was_booked.filtered(
            lambda line: (
                not line.product_id.uom_id.is_zero(line.difference)
                and not line._why_not_applicable()
            )
        )
        if back:
            self.env["bring.booking"]._book(
                back._changes(), self.event_date, self.name, {"bring_report_id": self.id}
            )
            for line in back:
                line.applied_difference += line.difference
            back._refresh_odoo_quantities()
            self.message_post(
                body=self.env._(
                    "Documents of Bring's came that the report already held: what was booked for "
                    "them is booked back (%s).",
                    ", ".join(back[:20].mapped("display_name")),
                )
            )
        self._sum_up()
        if lines.filtered(lambda line: line.state == "differ"):
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
        if lines and self._within_limits():
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


class Product(NamedTuple):
    """What counting needs to know of a ``product.product``: plain values, read for many at once."""

    id: int
    tracking: str
    uom_id: int


class Counted:
    """What Bring counted, added up by place, article and lot, to be set beside Odoo's stock.

    It goes through a hundred thousand lines: per line it touches plain values only.
    """

    def __init__(self, report, warehouses):
        self.report = report
        self.env = report.env
        self.account = report.account_id
        self.warehouses = warehouses
        # one number for all warehouses, where lines name none and there are several
        self.default = warehouses.id if len(warehouses) == 1 else None
        self.codes = {}  # Bring's warehouse code → id of the bring.warehouse
        self.products = {}  # (our number, GTIN, supplier's number) → Product, or why not
        self.factors = {}  # (Bring's unit, id of the product's unit) → factor or None
        self.quantities = defaultdict(float)  # (warehouse, status, product, lot name) → quantity
        self.names = {}  # product id → Bring's article
        self.problems = defaultdict(float)  # (warehouse, status, article, lot name, why) → quantity

    def add(self, lines):
        """Add up a part of the report."""
        self._look_up({article_key(line.article): line.article for line in lines})
        for line in lines:
            code = line.warehouse_code
            warehouse = self._warehouse(code) if code else self.default
            found = self.products[article_key(line.article)]
            if isinstance(found, str):
                self._problem(warehouse, line, found)
                continue
            if line.as_of is not None and self._is_old(line):
                old = line.as_of.strftime("%Y-%m-%d %H:%M")
                self._problem(warehouse, line, self.env._("the balance is old: of %s", old))
                continue
            key = (line.quantity.unit, found.uom_id)
            factor = self.factors[key] if key in self.factors else self._factor(*key)
            if factor is None:
                self._problem(
                    warehouse,
                    line,
                    self.env._("the unit %s is not one of the article's", line.quantity.unit),
                )
                continue
            self.names[found.id] = line.article.own or line.article.gtin or line.article.supplier
            status = line.status or ""
            amount = float(line.quantity.value) * factor
            if found.tracking == "none" or not line.items:
                self.quantities[warehouse, status, found.id, None] += amount
                continue
            for lot_name, share in self._lots(line, found, amount, factor):
                self.quantities[warehouse, status, found.id, lot_name] += share

    def _warehouse(self, code):
        if code not in self.codes:
            mapping = self.env["bring.handler"]._match_warehouse(self.account, code)
            self.warehouses |= mapping
            self.codes[code] = mapping.id
        return self.codes[code]

    def _is_old(self, line):
        """Tell whether a balance is so old that it does not count."""
        age = self.report.event_date - line.as_of.replace(tzinfo=None)
        return age > timedelta(hours=self.account.balance_max_age)

    def _problem(self, warehouse, line, why):
        lot = next((item.batch for item in line.items if item.batch), None)
        key = (warehouse, line.status or "", describe(line.article), lot, why)
        self.problems[key] += float(line.quantity.value)

    def _look_up(self, articles):
        """Find the products of many articles at once."""
        new = {key: article for key, article in articles.items() if key not in self.products}
        if not new:
            return
        handler = self.env["bring.handler"]
        lookup = handler._lookup_products(list(new.values()), self.account.company_id)
        found = {}
        for key, article in new.items():
            try:
                found[key] = handler._pick_product(lookup, article).id
            except Attention as problem:
                self.products[key] = problem.args[0]
        facts = self._facts(set(found.values()))
        del lookup  # a hundred thousand products in the cache would take more than all the rest
        self.env["product.product"].invalidate_model(["default_code", "barcode", "active"])
        for key, product_id in found.items():
            self.products[key] = facts.get(product_id) or self.env._(
                "the product is not kept in stock in Odoo"
            )

    def _facts(self, product_ids):
        """Read what counting needs of products kept in stock: id → :class:`Product`."""
        if not product_ids:
            return {}
        self.env["product.template"].flush_model(["tracking", "uom_id", "is_storable"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT product.id, template.tracking, template.uom_id
                  FROM product_product product
                  JOIN product_template template ON template.id = product.product_tmpl_id
                 WHERE product.id IN %s AND template.is_storable
                """,
                tuple(product_ids),
            )
        )
        return {row[0]: Product(*row) for row in rows}

    def _factor(self, code, uom_id):
        own = self.env["uom.uom"].browse(uom_id)
        unit = self.env["uom.uom"]._bring_find(code or PIECE, own)
        unit = unit or (own if not code else None)
        factor = unit._compute_quantity(1.0, own, round=False) if unit else None
        self.factors[code, uom_id] = factor
        return factor

    def _lots(self, line, product, amount, factor):
        """Return (lot name or None, quantity) of each lot that a line names."""
        if product.tracking == "serial":
            serials = [serial for item in line.items for serial in item.serials]
            if serials and len(serials) == amount:
                return [(serial, 1.0) for serial in serials]
            return [(None, amount)]
        batches = [item for item in line.items if item.batch]
        if len(batches) == 1:
            return [(batches[0].batch, amount)]
        if batches and all(item.quantity for item in batches):
            return [(item.batch, float(item.quantity.value) * factor) for item in batches]
        return [(None, amount)]

    # -- beside Odoo's stock --------------------------------------------------

    def rows(self):
        """Yield the rows of the report's lines, as :data:`COLUMNS` names them."""
        report = self.report
        self.products.clear()  # all that was looked up is in the quantities
        odoo = report._odoo_quantities()
        lots = self._known_lots()
        mappings = {mapping.id: mapping for mapping in self.account.warehouse_ids}
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        locations = {}  # (warehouse, status) → location id or None
        of_location = {
            mapping[field].id: (mapping.id, status)
            for mapping in self.warehouses
            for status, field in LOCATION_FIELD.items()
            if mapping[field]
        }
        costs = Costs(self.env, self.account.company_id)
        base = (report.id, self.account.id, self.account.company_id.id, report.event_date)
        mentioned = set()
        # a line that counts all lots together takes what the others leave
        counted = sorted(self.quantities.items(), key=lambda item: item[0][3] is None)
        for (warehouse, status, product_id, lot_name), bring in counted:
            mentioned.add((warehouse, product_id))
            location, problem = None, None
            if warehouse and status:  # without a status it is the number for all locations
                if (warehouse, status) not in locations:
                    locations[warehouse, status] = self._location(mappings[warehouse], status)
                location = locations[warehouse, status]
                if not location:
                    problem = self.env._(
                        "%(warehouse)s has no location for goods that are %(status)s",
                        warehouse=mappings[warehouse].display_name,
                        status=status,
                    )
            lot_id = lots.get((product_id, lot_name)) if lot_name else None
            there = odoo.get(product_id, {})
            if problem:
                quantity, state = 0.0, "unknown"
            else:
                quantity = self._take(there, location, lot_id, lot_name, product_id)
                agrees = float_is_zero(bring - quantity, precision_digits=digits)
                state = "agree" if agrees else "differ"
            difference = 0.0 if state == "agree" else bring - quantity
            yield (
                *base,
                self.names[product_id],
                product_id,
                lot_id,
                None if lot_id else lot_name,
                warehouse,
                location,
                status or None,
                bring,
                quantity,
                difference,
                costs.value(product_id, difference),
                state,
                problem,
            )
        for (warehouse, status, article, lot_name, why), bring in self.problems.items():
            yield (
                *base,
                article,
                None,
                None,
                lot_name,
                warehouse,
                None,
                status or None,
                bring,
                0.0,
                bring,
                0.0,
                "unknown",
                why,
            )
        yield from self._not_told(base, odoo, of_location, mentioned, costs)

    def _location(self, mapping, status):
        field = LOCATION_FIELD.get(status or "AVAILABLE_FOR_SALE")
        return mapping[field].id if field else None

    def _take(self, there, location, lot_id, lot_name, product_id):
        """Take out of Odoo's stock of a product what one line speaks of, and return how much.

        A line without a location speaks of all, one without a lot of all lots.
        """
        taken = 0.0
        for place in list(there):
            at, lot = place
            if location is not None and at != location:
                continue
            if lot_name is not None and lot != lot_id:
                continue
            if lot_name is not None and lot_id is None:
                continue
            taken += there.pop(place)
        return taken

    def _not_told(self, base, odoo, of_location, mentioned, costs):
        """Yield rows for what Odoo has and Bring did not tell.

        An article that Bring mentions in a warehouse has nothing there under what it leaves out;
        one that it does not mention at all is not zero: nobody knows.
        """
        for product_id, places in odoo.items():
            for (location, lot_id), quantity in places.items():
                if self.report._is_zero(quantity):
                    continue
                warehouse, status = of_location[location]
                told = (warehouse, product_id) in mentioned or (None, product_id) in mentioned
                yield (
                    *base,
                    self.names.get(product_id),
                    product_id,
                    lot_id,
                    None,
                    warehouse,
                    location,
                    status,
                    0.0,
                    quantity,
                    -quantity,
                    costs.value(product_id, -quantity),
                    "differ" if told else "absent",
                    None,
                )

    def _known_lots(self):
        """Return the lots that Bring names and Odoo knows: (product id, name) → lot id."""
        wanted = {(product, lot) for _w, _s, product, lot in self.quantities if lot}
        if not wanted:
            return {}
        found = self.env["stock.lot"].search_fetch(
            [
                ("product_id", "in", list({product for product, _lot in wanted})),
                ("name", "in", list({lot for _product, lot in wanted})),
                ("company_id", "in", [False, self.account.company_id.id]),
            ],
            ["product_id", "name"],
        )
        return {(lot.product_id.id, lot.name): lot.id for lot in found}


class Costs:
    """What differences are worth, at the products' cost in the company."""

    def __init__(self, env, company):
        self.products = env["product.product"].with_company(company)

    def value(self, product_id, difference):
        if not difference:
            return 0.0
        return difference * self.products.browse(product_id).standard_price


def article_key(article):
    return (article.own, article.gtin, article.supplier)
