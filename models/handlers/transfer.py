from collections import defaultdict
from dataclasses import replace

from odoo import models

from ..bring_words import quantity_words
from .outcome import Attention


class BringHandlerTransfer(models.AbstractModel):
    """What documents that complete transfers share: whose line is it, which lot, how much more?"""

    _name = "bring.handler.transfer"
    _inherit = "bring.handler"
    _description = "Put quantities of Bring's documents onto transfers"

    def _open(self, pickings):
        return pickings.filtered(lambda picking: picking.state not in ("done", "cancel"))

    def _open_moves(self, pickings):
        return pickings.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))

    def _with_lots(self, goods, batch):
        """Find or make the lots that are named.

        :return: (the goods with their lots, remarks)
        """
        named = [item for item in goods if item.lot_name]
        dates = {(item.product, item.lot_name): item.best_before for item in named}
        imeis = {(item.product, item.lot_name): item.imei for item in named}
        lots, remarks = self._find_lots(dates, batch.company, imeis)
        found = [replace(item, lot=lots.get((item.product, item.lot_name))) for item in goods]
        return found, remarks

    def _line_product(self, document, line, match, batch):
        """Return the line's product: by its article or, when it names none, by its number."""
        article = line.article
        if any(number_in(article) for number_in, _find in self._article_rules()):
            return self._match_product(document, article, batch)
        moves = match.pickings.move_ids
        numbers = moves._bring_line_numbers()
        number = moves._bring_numbers_of_lots().get(line.number, line.number)
        products = moves.filtered(lambda move: number and numbers.get(move) == number).product_id
        if len(products) != 1:
            raise Attention(
                self.env._(
                    "Line %s names no article, and its number alone does not tell which one it is. "
                    "Ask Bring.",
                    line.number or "?",
                ),
                cause="contradiction",
                subject=document.reference,
            )
        return products

    def _components(self, product, quantity, match):
        """Take a kit apart that Bring names as a whole; anything else stays as it is.

        :return: list of (product, quantity)
        """
        if product in match.pickings.move_ids.product_id or "mrp.bom" not in self.env:
            return [(product, quantity)]
        bom = self.env["mrp.bom"]._bom_find(
            product, company_id=match.pickings.company_id.id, bom_type="phantom"
        )[product]
        if not bom:
            return [(product, quantity)]
        factor = product.uom_id._compute_quantity(quantity, bom.product_uom_id) / bom.product_qty
        _boms, lines = bom.explode(product, factor)
        return [
            (
                line.product_id,
                line.product_uom_id._compute_quantity(data["qty"], line.product_id.uom_id),
            )
            for line, data in lines
        ]

    # -- sharing out ----------------------------------------------------------

    def _share_out(self, moves, items):
        """Share goods out over moves: by line number, then by article.

        What is more than ordered stays on the line that Bring names, or on the first one of the
        article.

        :return: (move → list of items, product → list of items that no move is for)
        """
        numbers, of_lots = moves._bring_line_numbers(), moves._bring_numbers_of_lots()
        by_product = moves.grouped("product_id")
        free = {move: move.product_qty for move in moves}
        shares, unordered = defaultdict(list), defaultdict(list)

        def named(item, move):
            number = of_lots.get(item.number, item.number)
            return bool(number) and numbers.get(move) == number

        def candidates(item):
            own = by_product.get(item.product, moves.browse())
            by_number = own.filtered(lambda move: named(item, move))
            if any(by_number.mapped("bring_line_number")):
                return by_number
            return by_number | own

        # those that name their line first, so that no other takes it from them
        for item in sorted(items, key=lambda i: not any(named(i, move) for move in moves)):
            possible = candidates(item)
            if not possible:
                unordered[item.product].append(item)
                continue
            unit, left = item.product.uom_id, item.quantity
            for move in possible:
                share = min(left, free[move])
                if unit.compare(share, 0.0) > 0:
                    shares[move].append(replace(item, quantity=share))
                    free[move] -= share
                    left -= share
            if unit.compare(left, 0.0) > 0:
                shares[possible[0]].append(replace(item, quantity=left))
        return shares, unordered

    def _more_than_ordered(self, shares):
        """Return a remark for each move whose share is more than was ordered."""
        remarks = []
        for move, parts in shares.items():
            unit = move.product_id.uom_id
            quantity = sum(part.quantity for part in parts)
            if unit.compare(quantity, move.product_qty) > 0:
                remarks.append(
                    self.env._(
                        "%(product)s: %(quantity)s %(unit)s, and %(ordered)s were ordered.",
                        quantity=quantity_words(self.env, quantity),
                        unit=unit.name,
                        product=move.product_id.display_name,
                        ordered=quantity_words(self.env, move.product_qty),
                    )
                )
        return remarks

    def _add_unordered(self, picking, unordered, shares, location=None):
        """Add moves for articles that nobody ordered, and share their goods out to them.

        :param unordered: product → list of :class:`.outcome.Goods`
        :param shares: move → list of :class:`.outcome.Goods`; added to
        :param location: where the goods come from; the transfer's own source when ``None``
        :return: remarks, in sentences
        """
        remarks = []
        for product, parts in unordered.items():
            move = self.env["stock.move"].create(
                {
                    "product_id": product.id,
                    "product_uom": product.uom_id.id,
                    "product_uom_qty": 0,
                    "picking_id": picking.id,
                    "picking_type_id": picking.picking_type_id.id,
                    "company_id": picking.company_id.id,
                    "origin": picking.origin,
                    "location_id": (location or picking.location_id).id,
                    "location_dest_id": picking.location_dest_id.id,
                }
            )
            shares[move._action_confirm(merge=False)] = parts
            remarks.append(
                self.env._(
                    "%(product)s: %(quantity)s %(unit)s that nobody ordered.",
                    product=product.display_name,
                    quantity=quantity_words(self.env, sum(part.quantity for part in parts)),
                    unit=product.uom_id.name,
                )
            )
        return remarks

    # -- packages -------------------------------------------------------------

    def _find_packages(self, codes, destination, used=None):
        """Find or make the packages with these SSCCs, for goods that go to a location.

        One that still holds stock elsewhere is another one with the same number: Odoo would
        refuse to fill it in two places.

        :param destination: ``stock.location``, one or several; what lies below counts, too
        :param used: ``stock.package`` that goods are put into now, for another place
        :return: SSCC → ``stock.package``
        """
        codes = list(dict.fromkeys(codes))
        if not codes:
            return {}
        Package = self.env["stock.package"]
        domain = [
            ("name", "in", codes),
            ("company_id", "in", [False, self.env.company.id]),
            ("id", "not in", used.ids if used else []),
        ]
        known = Package.search(domain, order="id").filtered(
            lambda package: all(
                any(location._child_of(below) for below in destination)
                for location in package.contained_quant_ids.location_id
            )
        )
        packages = {package.name: package for package in known}
        missing = [code for code in codes if code not in packages]
        created = Package.create([{"name": code} for code in missing])
        return packages | dict(zip(missing, created, strict=True))
