from collections import defaultdict
from functools import partial
from typing import NamedTuple

from odoo.tools import float_is_zero

from .bring_inventory_span import Either, after, before, readings, turned

NOT_IN_ODOO = 0  # a lot that Bring names and Odoo does not know


class Told(NamedTuple):
    """What Bring's report says that there is of an article in one place of Odoo's.

    :ivar location_id: a mapped location; None for all of the warehouse, or of all warehouses
    :ivar warehouse_id: the ``bring.warehouse`` whose goods these are; None for those of several
    :ivar lot_id: ``stock.lot``, :data:`NOT_IN_ODOO`, or None where Bring names none: then it is
        what the lots that it does name leave
    :ivar quantity: in the product's unit
    """

    location_id: int | None
    warehouse_id: int | None
    lot_id: int | None
    quantity: float


class Found(NamedTuple):
    """What Odoo's stock was in that place, and what follows.

    :ivar either: where something of it may have moved before the report or after it
    """

    odoo: float
    difference: float
    state: str
    either: Either | None = None


class NotTold(NamedTuple):
    """What Odoo's stock was in a place of which the report tells nothing.

    ``differ``: Bring tells of the article in that warehouse, so there is none of it here.
    ``absent``: it tells nothing of the article, and nobody knows; then nothing differs.
    """

    location_id: int
    lot_id: int | None
    odoo: float
    difference: float
    state: str
    either: Either | None = None


class Comparison:
    """The one comparison of what a report tells with what Odoo's stock was at its instant.

    It is made the first time, again, when documents come late, and before anything is booked.
    What Bring tells of one place is added up before (:class:`Told` is a place, never a line), and
    what is compared is taken out of Odoo's stock, so that nothing is counted for two places.

    :ivar odoo: product id → {(location id, lot id or None): what Odoo's stock was}
    :ivar doubts: product id → what may have moved before the report or after it
    """

    def __init__(self, report, product_ids=None, counted=None):
        counted = report._counted_at() if counted is None else counted
        self.odoo = report._odoo_quantities(product_ids)
        self.doubts = report._doubts(product_ids, counted)
        self.owners = report.warehouse_ids._owners()
        self.everywhere = frozenset(self.owners)
        self.of_warehouse = defaultdict(set)
        for location, warehouses in self.owners.items():
            for warehouse in warehouses:
                self.of_warehouse[warehouse].add(location)
        self.is_zero = partial(
            float_is_zero,
            precision_digits=report.env["decimal.precision"].precision_get("Product Unit"),
        )

    def scope(self, told):
        """Return the locations that Bring speaks of."""
        if told.location_id:
            return frozenset((told.location_id,))
        if told.warehouse_id:
            return self.of_warehouse[told.warehouse_id]
        return self.everywhere

    def article(self, product_id, told, is_unclear=False):
        """Compare all that Bring tells of one article.

        :param told: list of :class:`Told`
        :param is_unclear: a line of the article is not understood: where the rest lies is unknown
        :return: (a :class:`Found` for each of ``told``, list of :class:`NotTold`, how much of
            Odoo's stock belongs to the lines that are not understood)
        """
        odoo, doubts = self.odoo.get(product_id, {}), self.doubts.get(product_id)
        if doubts:
            return self._in_doubt(odoo, doubts, told, is_unclear)
        return self._beside(odoo, told, is_unclear)

    def _in_doubt(self, odoo, doubts, told, is_unclear):
        """Compare an article with the reading of its stock that agrees best; the first, if equal.

        What differs in every reading is set beside the stock as it is dated.
        """
        dated = best = self._beside(odoo, told, is_unclear)
        for stock in readings(odoo, doubts):
            if not count_differing(best):
                break
            result = self._beside(stock, told, is_unclear)
            if count_differing(result) < count_differing(best):
                best = result
        stocks = [odoo, before(odoo, doubts), after(odoo, doubts)]
        stocks += [turned(odoo, [doubt]) for doubt in doubts]
        results = [self._beside(stock, told, is_unclear)[0] for stock in stocks]
        found = []
        for position, one in enumerate(best[0]):
            either = self._either([result[position].odoo for result in results])
            one = one if one.state == "agree" else dated[0][position]
            found.append(one._replace(either=either))
        left = []
        for one in dated[1] if count_differing(best) else best[1]:
            place = (one.location_id, one.lot_id)
            either = self._either([stock.get(place, 0.0) for stock in stocks])
            left.append(one._replace(either=either))
        return found, left, dated[2]

    def _either(self, quantities):
        """Return what Odoo's stock in a place was, either way; None where nothing is in doubt.

        :param quantities: as it is dated, if all moved before, if all moved after, and with each
            movement in doubt counted the other way round
        """
        dated, if_before, if_after, *turned_one = quantities
        changes = [quantity - dated for quantity in turned_one]
        if all(map(self.is_zero, changes)):
            return None
        return Either(
            before=if_before,
            after=if_after,
            lowest=dated + sum(change for change in changes if change < 0),
            highest=dated + sum(change for change in changes if change > 0),
        )

    def as_read(self, one, reading, bring):
        """Return a :class:`Found` or :class:`NotTold` by what a person said: before or after.

        :param reading: ``before`` or ``after``
        :param bring: what Bring counted
        """
        if one.either is None or one.state == "absent":
            return one
        odoo = getattr(one.either, reading)
        difference = bring - odoo
        if self.is_zero(difference):
            return one._replace(odoo=odoo, difference=0.0, state="agree")
        return one._replace(odoo=odoo, difference=difference, state="differ")

    def _beside(self, odoo, told, is_unclear):
        """Set what Bring tells of an article beside one reading of Odoo's stock."""
        left = dict(odoo)
        found = [None] * len(told)
        # the closest first: one that counts lots or locations together has what the others leave
        for position in sorted(
            range(len(told)), key=lambda p: (not told[p].location_id, told[p].lot_id is None)
        ):
            odoo = self._take(left, told[position])
            difference = told[position].quantity - odoo
            if self.is_zero(difference):
                found[position] = Found(odoo, 0.0, "agree")
            else:
                found[position] = Found(odoo, difference, "differ")
        left = {place: quantity for place, quantity in left.items() if not self.is_zero(quantity)}
        if is_unclear:
            return found, [], sum(left.values())
        mentioned = self._mentioned(told)
        return found, [self._not_told(place, q, mentioned) for place, q in left.items()], 0.0

    def _take(self, left, told):
        """Take out of Odoo's stock what Bring speaks of, and return how much that is."""
        scope = self.scope(told)
        return sum(
            left.pop((location, lot))
            for location, lot in list(left)
            if location in scope and told.lot_id in (None, lot)
        )

    def _mentioned(self, told):
        """Return the warehouses of which Bring tells something about the article."""
        warehouses = set()
        for one in told:
            if one.warehouse_id:
                warehouses.add(one.warehouse_id)
            else:
                warehouses.update(*(self.owners.get(at, ()) for at in self.scope(one)))
        return warehouses

    def _not_told(self, place, quantity, mentioned):
        location, lot = place
        if self.owners[location] <= mentioned:
            return NotTold(location, lot, quantity, -quantity, "differ")
        return NotTold(location, lot, quantity, 0.0, "absent")


def count_differing(result):
    """Return how much of a comparison's result differs."""
    found, left, _rest = result
    return sum(one.state == "differ" for one in (*found, *left))


class Costs:
    """What differences are worth, at the products' cost in the company."""

    def __init__(self, env, company):
        self.products = env["product.product"].with_company(company)

    def value(self, product_id, difference):
        if not difference:
            return 0.0
        return difference * self.products.browse(product_id).standard_price
