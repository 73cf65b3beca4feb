from odoo import models

from .outcome import Attention, Match


class BringMatchTransfer(models.AbstractModel):
    """Which order, which transfers does a document speak of?"""

    _name = "bring.match.transfer"
    _description = "Find the transfers that Bring speaks of"

    # order model → (the direction that its transfers don't have, the transfer's field that names
    # the order, the order's field with the partner's reference)
    _WAYS = {
        "sale.order": ("incoming", "sale_id", "client_order_ref"),
        "purchase.order": ("outgoing", "purchase_id", "partner_ref"),
    }

    def _match_transfers(self, document, batch, order_model):
        """Find the order and the transfers that ``document.reference`` names.

        In this order: Bring's order number, the order's name, the transfer's name, the partner's
        reference. Within the account's company and the message's warehouse.

        :param str order_model: ``sale.order`` or ``purchase.order``
        :rtype: Match
        :raises Attention: when nothing matches, or more than one
        """
        mappings = self._match_warehouses(document)
        found = self._lookup_references(document, batch, order_model)
        for records in found.get(document.reference, []):
            matches = self._candidates(records, mappings.warehouse_id, order_model)
            if len(matches) > 1:
                raise Attention(
                    self.env._(
                        "%(reference)s may be any of %(candidates)s. Give the right one Bring's "
                        "order number %(reference)s (on its transfer), then apply the document "
                        "again.",
                        reference=document.reference,
                        candidates=", ".join(records.mapped("name")),
                    )
                )
            if matches:
                return matches[0]
        elsewhere = [r for records in found.get(document.reference, []) for r in records]
        if elsewhere:
            raise Attention(
                self.env._(
                    "%(name)s has no transfer in %(warehouses)s, where Bring says that it is. Check "
                    "the order's warehouse and the account's warehouses, then apply the document "
                    "again.",
                    name=elsewhere[0].display_name,
                    warehouses=", ".join(mappings.mapped("display_name")),
                )
            )
        raise Attention(
            self.env._(
                "No order, transfer or reference in Odoo is called %s. If the order is here under "
                "another name, write Bring's order number on its transfer, then apply the document "
                "again.",
                document.reference,
            )
        )

    def _match_warehouses(self, document):
        """Return the ``bring.warehouse`` that the document names, or all of its account.

        :raises Attention: when the code is not known
        """
        account = document.account_id
        if not document.warehouse_code:
            mappings = account.warehouse_ids
            if not mappings:
                raise Attention(
                    self.env._(
                        "The account %s has no warehouse yet. Add one, then apply the document "
                        "again.",
                        account.name,
                    )
                )
            return mappings
        mapping = account._find_warehouse(document.warehouse_code)
        if not mapping:
            raise Attention(
                self.env._(
                    "Bring's warehouse %(code)s is not known. Add it to the warehouses of the "
                    "account %(account)s, then apply the document again.",
                    code=document.warehouse_code,
                    account=account.name,
                )
            )
        return mapping

    def _lookup_references(self, document, batch, order_model):
        """Look up, for all documents of the batch at once, what their references may name.

        :return: reference → list of record sets, the closest kind of match first
        """
        cache = batch.lookups["references", order_model]
        account = document.account_id
        if account.id in cache:
            return cache[account.id]
        references = {
            content.reference
            for owner, content in batch.contents()
            if owner == account and getattr(content, "reference", None)
        }
        company = [("company_id", "=", batch.company.id)]
        _against, _order_field, partner_reference = self._WAYS[order_model]
        found = {}
        for model, field in (
            ("stock.picking", "bring_order_number"),
            (order_model, "name"),
            ("stock.picking", "name"),
            (order_model, partner_reference),
        ):
            # the last kind has no index: it is only asked for what is still unknown
            wanted = references if field != partner_reference else references - found.keys()
            records = self.env[model].search([(field, "in", list(wanted)), *company])
            by_value = records.grouped(field)
            for value in wanted & by_value.keys():
                found.setdefault(value, []).append(by_value[value])
        cache[account.id] = found
        return found

    def _candidates(self, records, warehouses, order_model):
        """Make one match of each order among ``records``, and of each transfer without an order."""
        against, order_field, _partner_reference = self._WAYS[order_model]
        if records._name == order_model:
            groups = [(order, order.picking_ids) for order in records]
        else:
            groups = []
            for owner, pickings in records.grouped(lambda p: p[order_field] or p).items():
                order = owner if owner._name == order_model else self.env[order_model]
                groups.append((order, self._chain(pickings)))
        matches = []
        for order, pickings in groups:
            here = pickings.filtered(
                lambda picking: picking.picking_type_id.warehouse_id in warehouses
                and picking.picking_type_code != against
                and not picking.return_id
            )
            if here:
                matches.append(Match(orders=order, pickings=here))
        return matches

    def _chain(self, pickings):
        """Return these transfers with their backorders and the steps before and after them."""
        chain = new = pickings
        while new:
            moves = new.move_ids
            new = (
                new.backorder_ids
                | moves.move_orig_ids.picking_id
                | moves.move_dest_ids.picking_id
            ) - chain
            chain |= new
        return chain
