from collections import defaultdict
from datetime import timedelta
from operator import attrgetter
from typing import NamedTuple

from odoo.tools import SQL, groupby

from .bring_inventory_compare import NOT_IN_ODOO, Comparison, Costs, Told
from .bring_warehouse import grade_words
from .bring_words import quantity_words
from .handlers.match_article import PIECE, describe, number_of
from .handlers.outcome import Attention

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
    "parts",
    "is_told",
    "bring_quantity",
    "odoo_quantity",
    "difference",
    "allocated_quantity",
    "in_order_quantity",
    "free_quantity",
    "counted_at",
    "value_difference",
    "value_apart",
    "state",
    "note",
    "problem",
    "problem_subject",
    "is_doubtful",
    "odoo_before",
    "odoo_after",
)


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


class Place(NamedTuple):
    """A place of an article in Odoo that lines of Bring's mean; see :class:`Told`.

    ``lot_name`` is as Bring writes it. ``warehouse`` is empty where the location says it.
    """

    product_id: int
    location_id: int | None
    warehouse_id: int | None
    lot_name: str | None


class Counted:
    """What Bring counted, added up by the place in Odoo that it means.

    It goes through a hundred thousand lines: per line it touches plain values only.
    """

    def __init__(self, report):
        self.report = report
        self.env = report.env
        self.account = report.account_id
        self.warehouses = self.env["bring.warehouse"]  # those of which the report tells
        self.codes = {}  # Bring's warehouse code → id of the bring.warehouse
        # (bring.warehouse, status, grade, status of the article) → (location id, bring.warehouse)
        self.locations = {}  # or the Problem
        self.products = {}  # an article's numbers → Product or Problem
        self.factors = {}  # (Bring's unit, id of the product's unit) → factor or None
        self.quantities = defaultdict(float)  # Place → quantity
        self.sources = {}  # Place → (bring.warehouse, status) that Bring named
        self.merged = {}  # Place → {source: quantity}, where that is more than one
        self.balances = {}  # Place → [allocated, in order, free, as of], of a balance only
        self.words = {}  # key of locations → status and grade, as Bring says them
        self.names = {}  # product id → Bring's article
        self.counted = {}  # product id → when that was counted, where it was before the report
        # (warehouse, status, article, product id or None, lot name, Problem) → quantity
        self.problems = defaultdict(float)

    def add(self, lines, warehouses):
        """Add up a part of the report.

        :param warehouses: the ``bring.warehouse`` for lines that name none: one, or several when
            each line tells one number for all of them
        """
        default = warehouses.id if len(warehouses) == 1 else None
        if default:
            self.warehouses |= warehouses
        self._look_up({article_key(line.article): line.article for line in lines})
        for line in lines:
            warehouse = default
            if line.warehouse_code:
                warehouse = self._warehouse(line.warehouse_code)
            elif not default:
                self.warehouses |= warehouses
            found = self.products[article_key(line.article)]
            if unread := self._unread(line):
                product_id = None if isinstance(found, Problem) else found.id
                problem = Problem(unread, "unreadable", number_of(line.article))
                self._problem(warehouse, line, product_id, problem)
                continue
            if isinstance(found, Problem):
                self._problem(warehouse, line, None, found)
                continue
            if line.as_of is not None and self._is_old(line):
                old = line.as_of.end.strftime("%Y-%m-%d %H:%M")
                why = self.env._("the balance is old: of %s", old)
                problem = Problem(why, "old", number_of(line.article))
                self._problem(warehouse, line, found.id, problem)
                continue
            key = (line.quantity.unit, found.uom_id)
            factor = self.factors[key] if key in self.factors else self._factor(*key)
            if factor is None:
                why = self.env._("the unit %s is not one of the article's", line.quantity.unit)
                problem = Problem(why, "unknown_unit", line.quantity.unit)
                self._problem(warehouse, line, found.id, problem)
                continue
            key = (warehouse, line.status, line.article.grade, line.article.status)
            location = self.locations[key] if key in self.locations else self._locate(key, line)
            if isinstance(location, Problem):
                self._problem(warehouse, line, found.id, location)
                continue
            self.names[found.id] = number_of(line.article)
            source = (warehouse, self.words[key])
            if line.as_of is not None:
                self._counted_at(found.id, line.as_of.start.replace(tzinfo=None, microsecond=0))
            amount = float(line.quantity.value) * factor
            if line.as_of is not None or line.free is not None:
                self._balance(Place(found.id, *location, None), line, factor)
            if found.tracking == "none" or not line.items:
                self._count(Place(found.id, *location, None), source, amount)
                continue
            for lot_name, share in self._lots(line, found, amount, factor):
                self._count(Place(found.id, *location, lot_name), source, share)

    def _count(self, place, source, amount):
        if self.sources.setdefault(place, source) != source or place in self.merged:
            first = self.sources[place]
            parts = self.merged.setdefault(place, {first: self.quantities[place]})
            parts[source] = parts.get(source, 0.0) + amount
        self.quantities[place] += amount

    def _warehouse(self, code):
        if code not in self.codes:
            mapping = self.env["bring.handler"]._match_warehouse(self.account, code)
            self.warehouses |= mapping
            self.codes[code] = mapping.id
        return self.codes[code]

    def _locate(self, key, line):
        """Return (location id, bring.warehouse): one of the two; or the Problem.

        Without a status it is the number for all locations.
        """
        warehouse, status, *grades = key
        grade = grade_words(self.env, *grades)
        self.words[key] = ", ".join(filter(None, (status, grade)))
        try:
            if warehouse and (status or grade):
                mapping = self.env["bring.warehouse"].browse(warehouse)
                found = (mapping._location_of(status, line.article).id, None)
            elif grade:
                raise Attention(
                    self.env._("goods of %s without a warehouse: nobody knows where", grade),
                    cause="unknown_grade",
                    subject=f"? {line.article.grade or ''}/{line.article.status or ''}",
                )
            else:
                found = (None, warehouse)
        except Attention as error:
            found = Problem(error.args[0], error.cause, error.subject)
        self.locations[key] = found
        return found

    def _balance(self, place, line, factor):
        """Keep what else a balance tells of an article, and of when it is."""
        told = [
            float(amount or 0) * factor for amount in (line.allocated, line.in_order, line.free)
        ]
        before = self.balances.get(place, (0.0, 0.0, 0.0, None))
        self.balances[place] = [*map(sum, zip(told, before[:3], strict=True)), line.as_of]

    def _counted_at(self, product_id, at):
        earliest = self.counted.get(product_id, self.report.event_date)
        if at < earliest:
            self.counted[product_id] = at

    def _is_old(self, line):
        """Tell whether a balance is so old that it does not count."""
        age = self.report.event_date - line.as_of.end.replace(tzinfo=None)
        return age > timedelta(hours=self.account.balance_max_age)

    def _problem(self, warehouse, line, product_id, problem):
        lot = next((item.batch for item in line.items if item.batch), None)
        key = (warehouse, line.status or "", describe(line.article), product_id, lot, problem)
        self.problems[key] += float(line.quantity.value) if line.quantity else 0.0

    def _unread(self, line):
        """Say in words why a line is no count of stock; False for one that is."""
        if line.problem:
            return self.env._("the line cannot be read: %s", line.problem)
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
        """Return (lot name or None, quantity) of each lot that a line names.

        Where they do not add up to the line, all of it is counted together: nothing gets lost.
        """
        if product.tracking == "serial":
            serials = [serial for item in line.items for serial in item.serials]
            if serials and len(serials) == amount:
                return [(serial, 1.0) for serial in serials]
            return [(None, amount)]
        batches = [item for item in line.items if item.batch]
        if len(batches) == 1:
            return [(batches[0].batch, amount)]
        if batches and all(item.quantity for item in batches):
            shares = [(item.batch, float(item.quantity.value) * factor) for item in batches]
            if abs(sum(share for _batch, share in shares) - amount) < 1e-6:
                return shares
        return [(None, amount)]

    # -- beside Odoo's stock --------------------------------------------------

    def rows(self):
        """Yield the rows of the report's lines, as ``COLUMNS`` of the comparison names them."""
        self.products.clear()  # all that was looked up is in the quantities
        comparison = Comparison(self.report, counted=self.counted)
        rows = Rows(self.report)
        lots = self._known_lots()
        unclear = defaultdict(list)
        for problem in self.problems:
            unclear[problem[3]].append(problem)
        for problem in unclear.pop(None, ()):
            yield self._problem_row(rows, problem, 0.0)
        seen = set()
        for product_id, places in groupby(self.quantities, attrgetter("product_id")):
            seen.add(product_id)
            yield from self._article_rows(
                comparison, rows, lots, product_id, places, unclear.pop(product_id, ())
            )
        for product_id, problems in unclear.items():
            seen.add(product_id)
            yield from self._article_rows(comparison, rows, lots, product_id, [], problems)
        for product_id in comparison.odoo:
            if product_id not in seen:
                _found, left, _rest = comparison.article(product_id, [])
                for one in left:
                    yield rows.not_told(product_id, one)

    def _article_rows(self, comparison, rows, lots, product_id, places, problems):
        told = []
        for place in places:
            lot_id = None
            if place.lot_name:
                lot_id = lots.get((product_id, place.lot_name), NOT_IN_ODOO)
            told.append(
                Told(
                    place.location_id,
                    only_warehouse(self._sources(place)),
                    lot_id,
                    self.quantities[place],
                )
            )
        found, left, rest = comparison.article(product_id, told, bool(problems))
        for place, one, result in zip(places, told, found, strict=True):
            allocated, in_order, free, counted_at = self.balances.get(place, (None,) * 4)
            yield rows.row(
                article=self.names[product_id],
                product_id=product_id,
                lot_id=one.lot_id or None,
                lot_name=None if one.lot_id else place.lot_name,
                warehouse_id=one.warehouse_id,
                location_id=place.location_id,
                stock_status=all_statuses(self._sources(place)),
                parts=self._parts(place),
                is_told=True,
                bring_quantity=one.quantity,
                odoo_quantity=result.odoo,
                difference=result.difference,
                allocated_quantity=allocated,
                in_order_quantity=in_order,
                free_quantity=free,
                counted_at=counted_at and counted_at.start.replace(tzinfo=None),
                state=result.state,
                **either_way(result),
            )
        for problem in problems:
            yield self._problem_row(rows, problem, rest)
            rest = 0.0
        for one in left:
            yield rows.not_told(product_id, one, self.names.get(product_id))

    def _problem_row(self, rows, key, odoo):
        """Make the row of what is not understood; it can't be compared, so nothing differs.

        Of an article that is not known Odoo has nothing.
        """
        warehouse, status, article, product_id, lot_name, problem = key
        quantity = self.problems[key]
        return rows.row(
            article=article,
            product_id=product_id,
            lot_name=lot_name,
            warehouse_id=warehouse,
            stock_status=status or None,
            is_told=True,
            bring_quantity=quantity,
            odoo_quantity=odoo,
            difference=0.0 if product_id else quantity,
            state="unknown",
            note=problem.why,
            problem=problem.cause,
            problem_subject=problem.subject,
        )

    def _sources(self, place):
        """Return every (``bring.warehouse``, status) that Bring named for a place."""
        return self.merged.get(place) or (self.sources[place],)

    def _parts(self, place):
        """Say what was added up for a place, where that is more than one number of Bring's."""
        if place not in self.merged:
            return None
        codes = {mapping.id: mapping.code for mapping in self.account.warehouse_ids}
        return " + ".join(
            " ".join(
                filter(None, (quantity_words(self.env, quantity), codes.get(warehouse), status))
            )
            for (warehouse, status), quantity in self.merged[place].items()
        )

    def _known_lots(self):
        """Return the lots that Bring names and Odoo knows: (product id, name) → lot id."""
        wanted = {(place.product_id, place.lot_name) for place in self.quantities if place.lot_name}
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


class Rows:
    """Makes the rows of a report's lines, in the order of :data:`COLUMNS`."""

    def __init__(self, report):
        self.costs = Costs(report.env, report.company_id)
        self.head = {
            "report_id": report.id,
            "account_id": report.account_id.id,
            "company_id": report.company_id.id,
            "event_date": report.event_date,
        }
        self.of_location = defaultdict(list)  # location id → its warehouses and statuses
        for mapping in report.warehouse_ids:
            for location, status in mapping._locations():
                self.of_location[location.id].append((mapping.id, status))

    def row(self, **values):
        value = self.costs.value(values["product_id"], values["difference"])
        values |= {**self.head, "value_difference": value, "value_apart": abs(value)}
        return [values.get(column) for column in COLUMNS]

    def not_told(self, product_id, left, article=None):
        """Make the row of what Odoo has and the report does not tell; see :class:`NotTold`."""
        sources = self.of_location[left.location_id]
        return self.row(
            article=article,
            product_id=product_id,
            lot_id=left.lot_id,
            warehouse_id=only_warehouse(sources),
            location_id=left.location_id,
            stock_status=all_statuses(sources),
            is_told=False,
            bring_quantity=0.0,
            odoo_quantity=left.odoo,
            difference=left.difference,
            state=left.state,
            **either_way(left),
        )


def article_key(article):
    return (article.own, article.gtin, article.supplier, article.others)


def either_way(one):
    """Return the columns for what may have moved before the report or after it."""
    either = one.either
    return {
        "is_doubtful": either is not None,
        "odoo_before": either.before if either else 0.0,
        "odoo_after": either.after if either else 0.0,
    }


def only_warehouse(sources):
    """Return the ``bring.warehouse`` of some (warehouse, status), None where they are several."""
    warehouses = {warehouse for warehouse, _status in sources}
    return warehouses.pop() if len(warehouses) == 1 else None


def all_statuses(sources):
    return ", ".join(dict.fromkeys(words for _w, words in sources if words)) or None
