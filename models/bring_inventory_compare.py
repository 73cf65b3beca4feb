from collections import defaultdict
from functools import partial
from typing import NamedTuple

from odoo.tools import float_is_zero

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
    """What Odoo's stock was in that place, and what follows."""

    odoo: float
    difference: float
    state: str


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


class Comparison:
    """The one comparison of what a report tells with what Odoo's stock was at its instant.

    It is made the first time, again, when documents come late, and before anything is booked.
    What Bring tells of one place is added up before (:class:`Told` is a place, never a line), and
    what is compared is taken out of Odoo's stock, so that nothing is counted for two places.

    :ivar odoo: product id → {(location id, lot id or None): what Odoo's stock was}
    """

    def __init__(self, report, product_ids=None):
        self.odoo = report._odoo_quantities(product_ids)
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
        left = dict(self.odoo.get(product_id, ()))
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


class Costs:
    """What differences are worth, at the products' cost in the company."""

    def __init__(self, env, company):
        self.products = env["product.product"].with_company(company)

    def value(self, product_id, difference):
        if not difference:
            return 0.0
        return difference * self.products.browse(product_id).standard_price
