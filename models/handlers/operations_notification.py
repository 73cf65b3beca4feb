from collections import defaultdict

from odoo import models

from ..bring_status_word import NOTHING, word_key
from ..bring_words import quantity_words
from .booking import Change
from .outcome import Attention, Match

STEP = "statuschanging"  # inventoryBusinessStepCode status_changing, as words are compared
# what the goods are now → where they lie, a field of bring.warehouse
LOCATIONS = {
    "available": "stock_location_id",
    "blocked": "blocked_location_id",
    "quarantined": "quarantine_location_id",
}


class BringHandlerOperationsNotification(models.AbstractModel):
    """A notification tells that goods are blocked, released or in quarantine now.

    They are moved between the warehouse's stock, blocked and quarantine locations. Bring says how
    the goods are, and not how they were: what lies elsewhere in the warehouse is moved there,
    where that can mean one thing only. (Guideline WarehousingOperationsNotification.)
    """

    _name = "bring.handler.operations_notification"
    _inherit = ["bring.handler", "bring.booking"]
    _description = "Handler of status changes"
    _alone = True

    def _match(self, document, content, batch):
        self._check_read(document, (str(part) for part in content.unread if part.is_needed))
        there, changes, remarks = {}, [], []
        for change in content.changes:
            self._plan(document, change, batch, there, changes, remarks)
        return Match(
            orders=self.env["sale.order"],
            pickings=self.env["stock.picking"],
            items=[changes, remarks],
        )

    def _apply(self, document, content, match, batch):
        changes, remarks = match.items
        moves, gave_way = self._book(
            changes,
            document,
            document.display_name,
            {"bring_document_id": document.id},
        )
        if gave_way:
            remarks.append(
                self.env._(
                    "These deliveries have less reserved than they need now: %s.",
                    ", ".join(gave_way.sorted("name").mapped("name")),
                )
            )
        if not moves:
            remarks.append(self.env._("Nothing was moved."))
        document._set_done(moves, remarks)

    # -- what one event says --------------------------------------------------

    def _plan(self, document, change, batch, there, changes, remarks):
        """Add what one event moves to ``changes``, and what a person should know to ``remarks``.

        :param there: product → {(location id, lot id or False): quantity}, as the events before
            this one leave it; changed
        """
        self._check_step(document, change)
        meaning = self._goods_status(document, change, batch)
        if meaning == NOTHING:
            remarks.append(
                self.env._("“%s” moves no goods.", change.reason_text or change.reason or "")
            )
            return
        mapping = self._change_warehouse(document, change)
        target = self._target(mapping, meaning)
        product = self._match_product(document, change.article, batch)
        if not product.is_storable:
            raise Attention(
                self.env._(
                    "%s is not kept in stock in Odoo. Track its inventory, then apply the document "
                    "again.",
                    product.display_name,
                ),
                cause="not_stored",
                subject=product.default_code or product.name,
            )
        quantity = None
        if change.quantity is not None:
            quantity = self._to_product_unit(product, change.quantity, batch)
        if product not in there:
            there[product] = self._goods_in(mapping.account_id.warehouse_ids, product)
        for lots, share in self._shares(product, change, quantity, batch):
            found = self._take(product, lots, share, mapping, target, there[product])
            if not found:
                remarks.append(
                    self.env._(
                        "%(product)s lies in %(location)s already.",
                        product=self._named(product, lots),
                        location=target.display_name,
                    )
                )
            for location, lot, part in found:
                there[product][location.id, lot.id] -= part
                there[product][target.id, lot.id] += part
                reason = self._reason(change)
                changes.append(Change(product, part, location, lot, target, reason))

    def _check_step(self, document, change):
        if change.step and word_key(change.step) != STEP:
            raise Attention(
                self.env._(
                    "Bring tells of a step in its warehouse that Odoo does not know: %(step)s, in "
                    "%(number)s. Do by hand what it tells, then ignore the document.",
                    step=change.step,
                    number=document.reference or "?",
                ),
                cause="unsupported",
                subject=document.reference,
            )

    def _goods_status(self, document, change, batch):
        """Return how the goods are now: a key of :data:`LOCATIONS`, or NOTHING.

        By the reason's code and text, else by the disposition, where one of them is known.

        :raises Attention: when none is, or when they contradict each other
        """
        meanings = batch.lookups["stock_words"]
        account = document.account_id
        if account.id not in meanings:
            meanings[account.id] = self.env["bring.status.word"]._meanings(account, "stock")
        known = meanings[account.id]
        told = [word for word in (change.reason, change.reason_text) if word]
        found = {known[word_key(word)] for word in told if word_key(word) in known}
        if not found and not told and change.disposition:
            told = [change.disposition]
            found = {known[word_key(word)] for word in told if word_key(word) in known}
        if len(found) == 1:
            return found.pop()
        if found:
            raise Attention(
                self.env._(
                    "Bring's reason contradicts itself: %(code)s means something else than "
                    "%(text)s. Ask Bring how the goods are.",
                    code=change.reason,
                    text=change.reason_text,
                ),
                cause="contradiction",
                subject=change.reason,
            )
        raise Attention(
            self.env._(
                "Bring says of goods that they are “%(words)s”, and nobody has told Odoo what that "
                "means. Press “Map the status”: what you say is kept, and all that waits for the "
                "same word follows.",
                words=" – ".join(told) or "?",
            ),
            cause="unknown_stock_word",
            subject=told[0] if told else None,
        )

    def _change_warehouse(self, document, change):
        """Return the ``bring.warehouse`` of an event: the one it names, else the only one."""
        account = document.account_id
        if change.warehouse_code:
            return self._match_warehouse(account, change.warehouse_code)
        if len(account.warehouse_ids) == 1:
            return account.warehouse_ids
        raise Attention(
            self.env._(
                "The status change names no warehouse, and the account has several. Ask Bring."
            ),
            cause="contradiction",
            subject=document.reference,
        )

    def _target(self, mapping, meaning):
        target = mapping[LOCATIONS[meaning]]
        if not target:
            meanings = self.env["bring.status.word"]._fields["status"]
            raise Attention(
                self.env._(
                    "%(warehouse)s has no location for this: %(status)s. Press “Choose the "
                    "location”.",
                    warehouse=mapping.display_name,
                    status=dict(meanings._description_selection(self.env))[meaning],
                ),
                cause="no_location",
                subject=mapping.code,
            )
        return target

    def _reason(self, change):
        words = change.reason_text or change.disposition or ""
        if change.reason:
            return self.env._("Bring: %(words)s (%(code)s)", words=words, code=change.reason)
        return self.env._("Bring: %s", words)

    # -- which goods ----------------------------------------------------------

    def _shares(self, product, change, quantity, batch):
        """Split an event by the lots and serial numbers that it names.

        :param quantity: in the product's unit, None where Bring names none
        :return: list of (``stock.lot`` records, or None for any; quantity, or None for all of it)
        """
        if product.tracking == "none":
            return [(None, quantity)]
        named = []  # (name, quantity or None)
        for item in change.items:
            share = item.quantity and self._to_product_unit(product, item.quantity, batch)
            names = [item.batch] if item.batch else []
            if product.tracking == "serial":
                names = item.serials or ([item.lot_number] if item.lot_number else names)
                share = 1.0
            named += [(name, share) for name in names]
        if not named:
            return [(None, quantity)]
        lots = self._known_lots(product, [name for name, _share in named])
        if len(named) == 1 and product.tracking == "lot":
            return [(lots[named[0][0]], quantity)]
        shares = [share for _name, share in named]
        told = None if None in shares else sum(shares)
        if quantity is not None and (told is None or product.uom_id.compare(told, quantity)):
            raise Attention(
                self.env._(
                    "Bring names %(lots)s of %(product)s and %(quantity)s in all, and does not say "
                    "how many are of each. Ask Bring, or move the goods by hand and ignore the "
                    "document.",
                    lots=", ".join(name for name, _share in named),
                    product=product.display_name,
                    quantity=quantity_words(self.env, quantity),
                ),
                cause="lot",
                subject=product.default_code or product.name,
            )
        return [(lots[name], share) for name, share in named]

    def _known_lots(self, product, names):
        """Return the lots of these names: name → ``stock.lot``."""
        found = (
            self.env["stock.lot"]
            .search(
                [
                    ("product_id", "=", product.id),
                    ("name", "in", names),
                    ("company_id", "in", [False, self.env.company.id]),
                ]
            )
            .grouped("name")
        )
        missing = [name for name in names if name not in found]
        if missing:
            raise Attention(
                self.env._(
                    "Odoo has never seen %(lots)s of %(product)s. Receive the goods first, then "
                    "apply the document again.",
                    lots=", ".join(missing),
                    product=product.display_name,
                ),
                cause="lot",
                subject=product.default_code or product.name,
            )
        return found

    def _goods_in(self, mappings, product):
        """Return what lies in these warehouses: (location id, lot id or False) → quantity."""
        groups = self.env["stock.quant"]._read_group(
            [
                ("product_id", "=", product.id),
                ("location_id", "in", list(mappings._places())),
                ("company_id", "=", self.env.company.id),
                ("owner_id", "=", False),
            ],
            ["location_id", "lot_id"],
            ["quantity:sum"],
        )
        goods = defaultdict(float)
        goods |= {(location.id, lot.id): quantity for location, lot, quantity in groups}
        return goods

    def _take(self, product, lots, quantity, mapping, target, goods):
        """Return what has to be moved to ``target``: list of (location, lot, quantity).

        Nothing where all of it lies there already.

        :raises Attention: when there is not as much, or when it can mean more than one thing
        """
        places, unit = mapping._places(), product.uom_id
        here = {
            (location, lot): there
            for (location, lot), there in goods.items()
            if location in places
            and (lots is None or lot in lots.ids)
            and unit.compare(there, 0.0) > 0
        }
        elsewhere = {key: there for key, there in here.items() if places[key[0]] != target.id}
        total = sum(elsewhere.values())
        settled = sum(here.values()) - total
        name = self._named(product, lots)
        wanted = total if quantity is None else quantity
        if not elsewhere and here and unit.compare(wanted, settled) <= 0:
            return []
        if not elsewhere or unit.compare(wanted, total) > 0:
            self._clash(
                product,
                self.env._(
                    "Bring says that %(wanted)s of %(product)s are in another status now. Odoo has "
                    "%(total)s elsewhere in the warehouse, and %(settled)s in %(location)s "
                    "already.",
                    wanted=quantity_words(self.env, wanted),
                    product=name,
                    total=quantity_words(self.env, total),
                    settled=quantity_words(self.env, settled),
                    location=target.display_name,
                ),
            )
        shared = [field for field in LOCATIONS.values() if mapping[field] == target]
        if len(shared) > 1 and unit.compare(settled, 0.0) > 0:
            self._clash(
                product,
                self.env._(
                    "%(location)s holds goods of two statuses. Either %(wanted)s of %(product)s "
                    "come to it now, or they lie there already and only changed their status.",
                    location=target.display_name,
                    wanted=quantity_words(self.env, wanted),
                    product=name,
                ),
            )
        is_part = unit.compare(wanted, total) < 0
        sources = {places[location] for location, _lot in elsewhere}
        if is_part and (len(sources) > 1 or len({lot for _location, lot in elsewhere}) > 1):
            self._clash(
                product,
                self.env._(
                    "Bring says that %(wanted)s of %(product)s are in another status now, and does "
                    "not say which: there are %(there)s.",
                    wanted=quantity_words(self.env, wanted),
                    product=name,
                    there=", ".join(
                        self.env._(
                            "%(quantity)s in %(place)s",
                            quantity=quantity_words(self.env, there),
                            place=place,
                        )
                        for place, there in self._by_place(elsewhere)
                    ),
                ),
            )
        moved, left = [], wanted
        for (location, lot), there in elsewhere.items():
            part = min(there, left)
            if unit.compare(part, 0.0) > 0:
                moved.append(
                    (
                        self.env["stock.location"].browse(location),
                        self.env["stock.lot"].browse(lot or ()),
                        part,
                    )
                )
                left -= part
        return moved

    def _clash(self, product, words):
        raise Attention(
            self.env._(
                "%s Nothing was moved. Move the goods by hand and ignore the document, or ask "
                "Bring.",
                words,
            ),
            cause="goods",
            subject=product.default_code or product.name,
        )

    def _by_place(self, goods):
        for (location, lot), quantity in goods.items():
            place = self.env["stock.location"].browse(location).display_name
            name = self.env["stock.lot"].browse(lot or ()).name
            yield f"{place}, {name}" if name else place, quantity

    def _named(self, product, lots):
        """Return a product's name, with those of its lots."""
        if not lots:
            return product.display_name
        return f"{product.display_name} ({', '.join(lots.mapped('name'))})"
