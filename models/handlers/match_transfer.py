from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from odoo import models

from .outcome import Attention, Match


@dataclass(frozen=True)
class Way:
    """A way of goods that Bring's documents speak of.

    :ivar order_model: the orders that start it
    :ivar order_field: the transfer's field that names the order
    :ivar partner_reference: the order's field with the partner's own reference
    :ivar takes: which transfers of such an order go that way
    """

    order_model: str
    order_field: str
    partner_reference: str
    takes: Callable


def leaves(picking):
    """Tell whether goods go out with a transfer, to whomever: a return to a supplier does, too.

    A step within the warehouse goes the way of its chain; one that brings back says so itself.
    """
    code = picking.picking_type_code
    return code == "outgoing" or (code == "internal" and not picking.return_id)


WAYS = {
    "delivery": Way(
        "sale.order",
        "sale_id",
        "client_order_ref",
        lambda picking: leaves(picking),
    ),
    "receipt": Way(
        "purchase.order",
        "purchase_id",
        "partner_ref",
        lambda picking: picking.picking_type_code != "outgoing" and not picking.return_id,
    ),
    "return": Way(
        "sale.order",
        "sale_id",
        "client_order_ref",
        lambda picking: not leaves(picking),
    ),
}


class Rule(NamedTuple):
    """A place where the number of an order may stand.

    :ivar model: ``stock.picking``, or the way's ``order_model``
    :ivar field: a stored field with a text, compared exactly
    :ivar indexed: False: only what no rule before found is looked for here
    """

    model: str
    field: str
    indexed: bool = True


class BringMatchTransfer(models.AbstractModel):
    """Which order, which transfers does a document speak of?"""

    _name = "bring.match.transfer"
    _description = "Find the transfers that Bring speaks of"

    def _reference_rules(self, way):
        """Return where the number that Bring names is looked for, the closest place first.

        Inherit it to look in another field too. The first place where something is found decides,
        and two found at one place are an attention, never a guess.

        :param way: the :class:`Way` of the goods
        :return: list of :class:`Rule`, of the same length for every way
        """
        return [
            Rule("stock.picking", "bring_order_number"),
            Rule(way.order_model, "name"),
            Rule("stock.picking", "name"),
            Rule(way.order_model, way.partner_reference, indexed=False),
        ]

    def _match_transfers(self, document, batch, *ways):
        """Find the order and the transfers that ``document.reference`` names.

        By :meth:`_reference_rules`, within the account's company and the message's warehouse.

        :param ways: keys of :data:`WAYS`
        :rtype: Match
        :raises Attention: when nothing matches, or more than one
        """
        matches, elsewhere = self._find_matches(document, batch, *ways)
        if len(matches) > 1:
            raise Attention(
                self._several(document, matches),
                cause="several_orders",
                subject=document.reference,
            )
        if matches:
            return matches[0]
        if elsewhere:
            raise Attention(
                self.env._(
                    "%(name)s has no such transfer in %(warehouses)s, where Bring says that it is. "
                    "Check the order's warehouse and the account's warehouses (a return needs its "
                    "return transfer), then apply the document again.",
                    name=elsewhere.display_name,
                    warehouses=", ".join(self._match_warehouses(document).mapped("display_name")),
                ),
                cause="no_transfer",
                subject=document.reference,
            )
        raise Attention(
            self.env._(
                "No order, transfer or reference in Odoo is called %s. If the order is here under "
                "another name, press “Choose the order”.",
                document.reference,
            ),
            cause="unknown_order",
            subject=document.reference,
        )

    def _find_matches(self, document, batch, *ways):
        """Return all that ``document.reference`` may mean.

        :return: (list of :class:`.outcome.Match`, a record that has the number and no such
            transfer there, or None)
        """
        mappings = self._match_warehouses(document)
        found = [
            (way, self._lookup_references(document, batch, way).get(document.reference, {}))
            for way in (WAYS[name] for name in ways)
        ]
        elsewhere = None
        for level in sorted({level for _way, levels in found for level in levels}):
            matches = []
            for way, levels in found:
                records = levels.get(level)
                if records:
                    matches += [
                        match
                        for match in self._candidates(records, mappings.warehouse_id, way)
                        # a receipt that goes by Bring's number is found on both ways
                        if not any(match.pickings <= known.pickings for known in matches)
                    ]
                    elsewhere = elsewhere or records[0]
            if matches:
                return matches, None
        return [], elsewhere

    def _several(self, document, matches):
        names = [(match.orders or match.pickings[:1]).name for match in matches]
        return self.env._(
            "%(reference)s may be any of %(candidates)s. Press “Choose the order” to say which: it "
            "gets Bring's order number.",
            reference=document.reference,
            candidates=", ".join(names),
        )

    def _match_warehouses(self, document):
        """Return the ``bring.warehouse`` that the document names, or all of its account.

        :raises Attention: when the code is not known
        """
        if document.warehouse_code:
            return self._match_warehouse(document.account_id, document.warehouse_code)
        mappings = document.account_id.warehouse_ids
        if not mappings:
            raise Attention(
                self.env._(
                    "The account %s has no warehouse yet. Add one, then apply the document again.",
                    document.account_id.name,
                ),
                cause="unknown_warehouse",
            )
        return mappings

    def _match_warehouse(self, account, code):
        """Return the account's ``bring.warehouse`` with this code of Bring's.

        :raises Attention: when the code is not known
        """
        mapping = account._find_warehouse(code)
        if not mapping:
            raise Attention(
                self.env._(
                    "Bring's warehouse %(code)s is not known in the account %(account)s. Press "
                    "“Map the warehouse” to say which one it is.",
                    code=code,
                    account=account.name,
                ),
                cause="unknown_warehouse",
                subject=code,
            )
        return mapping

    def _lookup_references(self, document, batch, way):
        """Look up, for all documents of the batch at once, what their references may name.

        :return: reference → level → record set; the lower the level, the closer the match
        """
        cache = batch.lookups["references", way]
        account = document.account_id
        if account.id in cache:
            return cache[account.id]
        references = {
            content.reference
            for owner, content in batch.contents()
            if owner == account and getattr(content, "reference", None)
        }
        company = [("company_id", "=", batch.company.id)]
        found = {}
        for level, (model, field, indexed) in enumerate(self._reference_rules(way)):
            wanted = references if indexed else references - found.keys()
            records = self.env[model].search([(field, "in", list(wanted)), *company])
            for value, same in records.grouped(field).items():
                found.setdefault(value, {})[level] = same
            self._read_ahead(records if model == "stock.picking" else records.picking_ids)
        cache[account.id] = found
        return found

    def _read_ahead(self, pickings):
        """Read for all transfers at once what each document is going to ask about its own."""
        moves = pickings.move_ids
        for related in (
            pickings.backorder_ids,
            moves.move_line_ids,
            moves.move_orig_ids,
            moves.move_dest_ids,
            moves.product_id.product_tmpl_id,
            moves.sale_line_id.order_id.order_line,
        ):
            related.fetch()

    def _candidates(self, records, warehouses, way):
        """Make one match of each order among ``records``, and of each transfer without an order."""
        if records._name == way.order_model:
            groups = [(order, order.picking_ids) for order in records]
        else:
            groups = []
            for owner, pickings in records.grouped(lambda p: p[way.order_field] or p).items():
                order = owner if owner._name == way.order_model else self.env[way.order_model]
                if not any(pickings <= known for _order, known in groups):  # a backorder of it
                    groups.append((order, self._chain(pickings)))
        matches = []
        for order, pickings in groups:
            here = pickings.filtered(
                lambda picking: (
                    picking.picking_type_id.warehouse_id in warehouses and way.takes(picking)
                )
            )
            if here:
                matches.append(Match(orders=order, pickings=here))
        return matches

    def _chain(self, pickings):
        """Return these transfers with their backorders and the steps before and after them.

        A return follows on what it brings back, and still is a way of its own.
        """
        chain = new = pickings
        returns = bool(pickings[:1].return_id)
        while new:
            moves = new.move_ids
            new = (
                new.backorder_ids | moves.move_orig_ids.picking_id | moves.move_dest_ids.picking_id
            ).filtered(lambda picking: bool(picking.return_id) == returns) - chain
            chain |= new
        return chain
