from collections import defaultdict
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from odoo.tools import SQL, float_is_zero

from .handlers.match_article import PIECE, describe, number_of
from .handlers.outcome import Attention

LOCATION_FIELD = {
    "AVAILABLE_FOR_SALE": "stock_location_id",
    "BLOCKED": "blocked_location_id",
    "QUARANTINED": "quarantine_location_id",
}


NO_PROBLEM = (None, None, None)


class Product(NamedTuple):
    """What counting needs to know of a ``product.product``: plain values, read for many at once."""

    id: int
    tracking: str
    uom_id: int


class Problem(NamedTuple):
    """Why a line is not understood: in words, a key of the line's ``problem``, what it is about."""

    why: str
    cause: str
    subject: str | None = None


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
        self.products = {}  # an article's numbers → Product or Problem
        self.factors = {}  # (Bring's unit, id of the product's unit) → factor or None
        self.quantities = defaultdict(float)  # (warehouse, status, product, lot name) → quantity
        self.names = {}  # product id → Bring's article
        self.problems = defaultdict(
            float
        )  # (warehouse, status, article, lot name, Problem) → quantity

    def add(self, lines):
        """Add up a part of the report."""
        self._look_up({article_key(line.article): line.article for line in lines})
        for line in lines:
            code = line.warehouse_code
            warehouse = self._warehouse(code) if code else self.default
            found = self.products[article_key(line.article)]
            if unread := self._unread(line):
                found = Problem(unread, "unreadable", number_of(line.article))
            if isinstance(found, Problem):
                self._problem(warehouse, line, found)
                continue
            if line.as_of is not None and self._is_old(line):
                old = line.as_of.strftime("%Y-%m-%d %H:%M")
                why = self.env._("the balance is old: of %s", old)
                self._problem(warehouse, line, Problem(why, "old", number_of(line.article)))
                continue
            key = (line.quantity.unit, found.uom_id)
            factor = self.factors[key] if key in self.factors else self._factor(*key)
            if factor is None:
                why = self.env._("the unit %s is not one of the article's", line.quantity.unit)
                self._problem(warehouse, line, Problem(why, "unknown_unit", line.quantity.unit))
                continue
            self.names[found.id] = number_of(line.article)
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

    def _problem(self, warehouse, line, problem):
        lot = next((item.batch for item in line.items if item.batch), None)
        key = (warehouse, line.status or "", describe(line.article), lot, problem)
        self.problems[key] += float(line.quantity.value) if line.quantity else 0.0

    def _unread(self, line):
        """Say in words why a line is no count of stock; False for one that is."""
        if line.problem:
            return line.problem
        if line.quantity is None:
            return self.env._("Bring names no quantity for it")
        return bool(line.reason) and self.env._(
            "a correction (reason %s) among the counts of a stock report", line.reason
        )

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
            except Attention as error:
                self.products[key] = Problem(error.args[0], error.cause, error.subject)
        facts = self._facts(set(found.values()))
        del lookup  # a hundred thousand products in the cache would take more than all the rest
        self.env["product.product"].invalidate_model(["default_code", "barcode", "active"])
        for key, product_id in found.items():
            self.products[key] = facts.get(product_id) or Problem(
                self.env._("the product is not kept in stock in Odoo"),
                "not_stored",
                number_of(new[key]),
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
        """Yield the rows of the report's lines, as ``COLUMNS`` of the comparison names them."""
        report = self.report
        self.products.clear()  # all that was looked up is in the quantities
        odoo = report._odoo_quantities()
        lots = self._known_lots()
        mappings = {mapping.id: mapping for mapping in self.account.warehouse_ids}
        is_zero = partial(
            float_is_zero,
            precision_digits=self.env["decimal.precision"].precision_get("Product Unit"),
        )
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
                    problem = Problem(
                        self.env._(
                            "%(warehouse)s has no location for goods that are %(status)s",
                            warehouse=mappings[warehouse].display_name,
                            status=status,
                        ),
                        "no_location" if status in LOCATION_FIELD else "unknown_status",
                        mappings[warehouse].code if status in LOCATION_FIELD else status,
                    )
            lot_id = lots.get((product_id, lot_name)) if lot_name else None
            there = odoo.get(product_id, {})
            if problem:
                quantity, state = 0.0, "unknown"
            else:
                quantity = self._take(there, location, lot_id, lot_name)
                state = "agree" if is_zero(bring - quantity) else "differ"
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
                *(problem or NO_PROBLEM),
            )
        for (warehouse, status, article, lot_name, problem), bring in self.problems.items():
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
                *problem,
            )
        yield from self._not_told(base, odoo, of_location, mentioned, costs, is_zero)

    def _location(self, mapping, status):
        field = LOCATION_FIELD.get(status)
        return mapping[field].id if field else None

    def _take(self, there, location, lot_id, lot_name):
        """Take out of Odoo's stock of a product what one line speaks of, and return how much.

        A line without a location speaks of all, one without a lot of all lots. Of a lot that Odoo
        does not know there is nothing.
        """
        if lot_name is not None and lot_id is None:
            return 0.0
        taken = 0.0
        for at, lot in list(there):
            if location in (None, at) and (lot_name is None or lot == lot_id):
                taken += there.pop((at, lot))
        return taken

    def _not_told(self, base, odoo, of_location, mentioned, costs, is_zero):
        """Yield rows for what Odoo has and Bring did not tell.

        An article that Bring mentions in a warehouse has nothing there under what it leaves out;
        one that it does not mention at all is not zero: nobody knows.
        """
        for product_id, places in odoo.items():
            for (location, lot_id), quantity in places.items():
                if is_zero(quantity):
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
                    *NO_PROBLEM,
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
    return (article.own, article.gtin, article.supplier, article.others)
