import json
from dataclasses import asdict, replace
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models

from ..bring.ledger import (
    Line,
    Side,
    Standing,
    Step,
    difference,
    differing,
    is_same,
    next_step,
    surplus,
)
from ..bring.order_check import check
from ..bring.order_writer import write_order
from ..bring.orders import Order, OrderLine
from .bring_words import quantity_words
from .handlers.despatch_advice import quantities

# the message around an order, and what names nothing: another name of an article changes no order
ENVELOPE = ("lines", "message_id", "message_date", "update_indicator", "test_indicator")
LINE_ONLY = ("line_id", "quantity", "name")
REFUSED = "bring_warehousing.mail_activity_type_refused"


class Written(NamedTuple):
    """What transfers make of an order.

    :ivar order: as Bring's interface wants it, or None where nothing is open
    :ivar lines: as from ``_bring_numbered_lines``
    :ivar problems: what hinders it, in words
    :ivar side: the same as a side of the comparison
    """

    order: Order | None = None
    lines: list = ()
    problems: list = ()
    side: Side = Side()

    @property
    def refused_for(self):
        """What Bring would refuse, in words."""
        return [*self.problems, *map(str, check(self.order))]


class BringOrder(models.Model):
    """The one place that decides what Bring is told of orders, and writes it into the outbox.

    What Bring has open (the ledger) is compared with what Odoo wants (the open moves of the
    order's transfers); ``bring/ledger.py`` says what follows. A change marks its order, in its own
    transaction, and wakes the outbox; that compares what is marked once it is committed, for half
    of a change means nothing. What came another way is found by the outbox's query.
    """

    _inherit = "bring.order"

    # -- both sides -----------------------------------------------------------

    def _standing(self):
        """Return how the order stands at Bring.

        :rtype: ..bring.ledger.Standing
        """
        lines = {
            line.number: Line(
                article=line.product_id.id,
                quantity=exact(line.product_id, line.left_quantity),
                terms=line.terms or {},
            )
            for line in self.line_ids
            if line.left_quantity
        }
        return Standing(
            open=Side(lines=lines, terms=self.terms or {}),
            is_told=bool(self.told_at),
            may_be_told=self.may_be_told,
            is_begun=self._is_begun(),
            is_cancelling=self.is_cancelling,
            settled=self.settled or "",
        )

    def _written(self):
        """Return the order that the open transfers make now.

        :rtype: Written
        """
        pickings = self._open_pickings()
        if not pickings.move_ids:
            return Written()
        lines = pickings._bring_numbered_lines()
        order, problems = pickings._bring_order(self.name, lines)
        return Written(order, lines, problems, side_of(order, lines))

    def _done_by_hand(self):
        """Return what was done here, by nobody's word: product → quantity; while Bring has it."""
        known = {}
        for line in self.line_ids:
            known[line.product_id] = (
                known.get(line.product_id, 0.0) + line.done_quantity + line.here_quantity
            )
        gone = self.picking_ids.filtered(lambda p: p.picking_type_code != "internal")
        at_bring = self.line_ids.filtered("left_quantity").product_id
        return {
            product: quantity - known.get(product, 0.0)
            for product, quantity in quantities(gone).items()
            if product in at_bring and product.uom_id.compare(quantity, known.get(product, 0.0)) > 0
        }

    # -- when -----------------------------------------------------------------

    @api.model
    def _drifted(self, account):
        """Return orders of which Odoo's quantities are others than Bring's, whatever changed them.

        By article, with one query: what is found is compared line by line.
        """
        self.env.flush_all()
        self.env.cr.execute(
            """
            WITH looked_at AS (
                SELECT id FROM bring_order
                 WHERE account_id = %s AND state IN ('at_bring', 'closed')
            ), bring AS (
                SELECT line.order_id, line.product_id, sum(line.left_quantity) AS quantity
                  FROM bring_order_line line JOIN looked_at ON looked_at.id = line.order_id
                 WHERE line.left_quantity > 0
                 GROUP BY line.order_id, line.product_id
            ), odoo AS (
                SELECT picking.bring_order_id AS order_id, move.product_id,
                       sum(move.product_qty) AS quantity
                  FROM stock_picking picking
                  JOIN looked_at ON looked_at.id = picking.bring_order_id
                  JOIN stock_move move ON move.picking_id = picking.id
                 WHERE picking.state NOT IN ('done', 'cancel')
                   AND move.state NOT IN ('done', 'cancel')
                 GROUP BY picking.bring_order_id, move.product_id
            )
            SELECT DISTINCT order_id FROM bring FULL JOIN odoo USING (order_id, product_id)
             WHERE abs(COALESCE(bring.quantity, 0) - COALESCE(odoo.quantity, 0)) > 1e-6
            """,
            [account.id],
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())

    def _reconcile(self):
        """Put into the outbox what Bring is to be told, or ask a person. Twice gives no more."""
        for order in self.sudo():
            if order.is_to_compare:
                order.is_to_compare = False
            order._take_step()

    # -- what follows ---------------------------------------------------------

    def _take_step(self):
        message = self._open_message()
        is_cancelled = set(self.picking_ids.mapped("state")) == {"cancel"}
        if message.state == "unknown" and message.update_indicator != "Delete" and not is_cancelled:
            self.is_to_compare = True  # when it is known what became of it
            return
        written, standing = self._written(), self._standing()
        bring, wanted = standing.open, written.side
        step = next_step(standing, wanted, done_here=bool(self._done_by_hand()))
        if step in (Step.UPDATE, Step.CANCEL) or is_same(bring, wanted):
            self._answered()
        if step is Step.NOTHING:
            message._withdraw(self._why_withdrawn(standing))
        elif step is Step.SEND:  # a person sends it, or the account by itself
            if message.update_indicator == "Original":
                self._refresh(message, written)
            else:
                message._withdraw(self._why_withdrawn(standing))
        elif step is Step.UPDATE:
            self._change(message, bring, written)
        elif step is Step.CANCEL:
            if message.update_indicator != "Delete":
                self._cancel_at_bring()
        else:
            if message.update_indicator != "Original":
                message._withdraw(self.env._("Not sent any more: Bring has begun."))
            if step is Step.SPLIT and self.account_id.send_automatically:
                self._split()
            else:
                self._ask(bring, wanted)

    def _why_withdrawn(self, standing):
        if standing.is_told:
            return self.env._("Not sent to Bring any more: it has what is wanted.")
        states = set(self.picking_ids.mapped("state"))
        if "done" in states:
            return self.env._("Not sent to Bring any more: the transfer is done here.")
        if "cancel" in states:
            return self.env._("Not sent to Bring any more: the transfer is cancelled here.")
        return self.env._("Not sent to Bring any more: the transfer was deleted.")

    def _change(self, message, bring, written):
        """Tell Bring of a change, where what is on its way does not say it already."""
        if message.update_indicator == "Update" and message.told == as_told(written.side):
            return
        if problems := written.refused_for:
            message._withdraw(self.env._("Not sent to Bring any more: it would be refused."))
            self._ask(bring, written.side, problems)
            return
        self._queue("Update", written)

    def _queue(self, indicator, written):
        """Write an order into the outbox, in place of what is there of it.

        :param str indicator: ``Original``, ``Update`` or ``Delete``
        :param Written written: what is to be said
        """
        self._open_message()._withdraw(self.env._("Replaced by a newer message to Bring."))
        self.picking_ids._bring_keep_numbers(written.lines)
        return self.env["bring.message"]._queue(
            self.account_id,
            "order",
            self._content(written.order, indicator),
            bring_order_id=self.id,
            picking_id=self._picking().id,
            order_number=self.name,
            update_indicator=indicator,
            told=indicator != "Delete" and as_told(written.side),
        )

    def _content(self, order, indicator):
        account = self.account_id
        return write_order(
            replace(order, update_indicator=indicator), account.api_format, account.tz
        )

    def _send(self, order, lines):
        """Send an order that Bring does not know, after the commit."""
        return self._queue("Original", Written(order, lines, side=side_of(order, lines)))

    def _refresh(self, message, written):
        """Write a message anew, from what is wanted now; where Bring would refuse it, say so."""
        told = as_told(written.side)
        if message.told == told:
            return
        if problems := written.refused_for:
            message._cannot_go("\n".join(problems))
            return
        self.picking_ids._bring_keep_numbers(written.lines)
        content = self._content(written.order, message.update_indicator)
        message.write({"content": content, "size": len(content), "told": told})

    # -- cancelled here -------------------------------------------------------

    def _cancel_at_bring(self):
        """Ask Bring to cancel what it has or may have."""
        pickings = self.picking_ids.filtered(lambda picking: not picking.bring_shipped)
        pickings.bring_cancel_requested = True
        pickings = pickings.filtered(lambda picking: picking.state == "cancel") or pickings
        lines = pickings._bring_numbered_lines()
        order, _problems = pickings._bring_order(self.name, lines)
        told = tuple(
            OrderLine(
                line_id=str(line.number),
                quantity=exact(line.product_id, line.left_quantity),
                name=line.product_id.name,
                **from_json(line.terms),
            )
            for line in self.line_ids
            if line.left_quantity and line.terms
        )
        self._queue("Delete", Written(replace(order, lines=told or order.lines)))

    # -- a person -------------------------------------------------------------

    def _ask(self, bring, wanted, problems=()):
        """Put both sides before a person, once for each difference."""
        question = difference(bring, wanted)
        if question == self.question:
            return
        self.question = question
        words = "\n".join([*self._difference_words(bring, wanted), *problems])
        for picking in self._picking():
            picking.activity_unlink([REFUSED])
            picking._bring_ask_person(
                self.env._("Changed here, and Bring has begun with %s", self.name)
                if self._is_begun()
                else self.env._("Bring and Odoo differ about %s", self.name),
                self.env._(
                    "Open the transfer, tab Bring: leave it, or agree it with Bring.\n%s",
                    words,
                ),
            )

    def _leave(self):
        """Leave what differs now as it is: nothing is told, and nobody is asked for it again."""
        for order in self.sudo():
            order._put_aside_rejected()
            found = difference(order._standing().open, order._written().side)
            order.write({"question": found, "settled": found, "may_be_told": False})
            order.picking_ids.activity_unlink([REFUSED])

    def action_leave(self):
        """Leave it at Bring's: what Bring has, Bring does."""
        self._check_may_decide()
        self._leave()
        self._log(self.env._("%s leaves it at Bring's.", self.env.user.name))
        return True

    def action_agreed(self):
        """It is agreed with Bring, by telephone or mail: the ledger takes Odoo's side."""
        self._check_may_decide()
        for order in self.sudo():
            order._put_aside_rejected()
            order._answer_for_done_here()
            order._take_over(as_told(order._written().side))
            order._reconcile()
        self.sudo().picking_ids._bring_send_mails_soon()
        self._log(self.env._("%s has agreed it with Bring.", self.env.user.name))
        return True

    def action_tell_bring(self):
        """Tell Bring what is wanted now: what was done here is not to be done by Bring, too."""
        self._check_may_decide()
        self.sudo()._answer_for_done_here()
        self.sudo()._reconcile()
        self._log(self.env._("%s has Bring told of it.", self.env.user.name))
        return True

    def action_send_rest(self):
        """Send what Bring takes no more on this order, and was never told, as one of its own."""
        self._check_may_decide()
        for order in self.sudo():
            order._split().action_bring_send()
        return True

    def _put_aside_rejected(self):
        """Send no more what Bring rejected: a person has decided about the difference itself."""
        rejected = self._open_message("attention")
        if rejected:
            rejected._withdraw(self.env._("Not sent again: %s has decided.", self.env.user.name))
            self.picking_ids.activity_unlink([REFUSED])

    def _check_may_decide(self):
        self.check_access("read")
        self.env["bring.document"]._check_may_settle()

    def _log(self, body):
        for picking in self.sudo().picking_ids[:1]:
            picking._message_log(body=body)

    def _answer_for_done_here(self):
        """What was done by hand is answered for: Bring did not do it, and is not to do it."""
        for order in self:
            lines = order.line_ids.grouped("product_id")
            for product, quantity in order._done_by_hand().items():
                lines[product][0].here_quantity += quantity

    def _answered(self):
        """Both sides are the same, or what differs is told: nobody has to do anything."""
        if self.question:
            self.write({"question": False, "settled": False})
            self.picking_ids.activity_unlink([REFUSED])

    def _difference_words(self, bring, wanted):
        """Return what differs, in sentences: what Bring has, what Odoo wants."""
        words = []
        for number in differing(bring, wanted):
            there, here = bring.lines.get(number), wanted.lines.get(number)
            product = self.env["product.product"].browse((there or here).article)
            words.append(
                self.env._(
                    "Line %(number)s, %(product)s: Bring has %(bring)s, Odoo wants %(odoo)s.",
                    number=number,
                    product=product.display_name,
                    bring=quantity_of(self.env, there),
                    odoo=quantity_of(self.env, here),
                )
            )
        words += [
            self.env._(
                "%(quantity)s of %(product)s were done here by hand, and Bring will do it, too.",
                quantity=quantity_words(self.env, quantity),
                product=product.display_name,
            )
            for product, quantity in self._done_by_hand().items()
        ]
        if not words:
            words.append(self.env._("The address, the date, the service or a note is another one."))
        return words

    # -- what became of it ----------------------------------------------------

    def _was_told(self, message):
        """Bring has taken a message: the ledger says what it said."""
        if not self:
            return
        self.may_be_told = False
        if message.update_indicator == "Delete":
            self.is_cancelling = True
            return
        if message.told:
            self._take_over(message.told)
            message.told = False

    def _take_over(self, told):
        """Write down what Bring has open, as :func:`as_told` says it."""
        lines = {line.number: line for line in self.line_ids}
        values = []
        for number, said in told["lines"].items():
            line = lines.pop(int(number), self.line_ids.browse())
            quantity = float(Decimal(said["quantity"]))
            values.append(
                {
                    "number": int(number),
                    "product_id": said["article"],
                    "lot_name": said["terms"].get("batch"),
                    "told_quantity": quantity + line.done_quantity + line.cancelled_quantity,
                    "terms": said["terms"],
                }
            )
            if line:
                line.write(values.pop())
        self.env["bring.order.line"].create([{**line, "order_id": self.id} for line in values])
        for line in lines.values():  # not named any more
            line.told_quantity = line.done_quantity + line.cancelled_quantity
        self.write({"terms": told["terms"], "told_at": fields.Datetime.now()})

    def _is_known(self):
        """Bring tells of these orders: that proves what was not known, whether it has them."""
        for order in self.sudo().filtered("may_be_told"):
            tried = order.message_ids.filtered(
                lambda message: message.told and message.attempts and message.state != "sent"
            ).sorted("id")[-1:]
            if tried.state == "unknown":
                tried._was_sent("")
            else:
                order._was_told(tried)

    def _bring_did(self, moves):
        """Write down what Bring shipped or received.

        :param moves: ``stock.move`` → the list of its :class:`.handlers.outcome.Goods`
        """
        for move, parts in moves.items():
            order = move.picking_id.bring_order_id.sudo()
            if not order:
                continue
            order._is_known()
            for part in parts:
                number = (move.bring_lot_numbers or {}).get(part.lot_name or "")
                line = order._line(number or move.bring_line_number, move.product_id)
                line.done_quantity += part.quantity

    def _line(self, number, product):
        """Return the line of that number; one that was never told where there is none."""
        line = self.line_ids.filtered(
            lambda line: line.product_id == product and str(line.number) == number
        )
        if not line:
            following = max(self.line_ids.mapped("number"), default=0) // 10 * 10 + 10
            own = [int(number)] if number and number.isdecimal() else []
            free = own and own[0] not in self.line_ids.mapped("number")
            line = line.create(
                {
                    "order_id": self.id,
                    "number": own[0] if free else following,
                    "product_id": product.id,
                }
            )
        return line

    def _bring_cancelled(self):
        """Bring does nothing more of these orders."""
        for order in self.sudo():
            for line in order.line_ids.filtered("left_quantity"):
                line.cancelled_quantity += line.left_quantity
            order.write({"is_cancelling": False, "may_be_told": False})
        self.picking_ids._bring_send_mails_soon()

    def _had_nothing(self):
        """Bring was asked to cancel an order that it does not have: then nothing is open there."""
        self._bring_cancelled()
        for picking in self.picking_ids.filtered("bring_cancel_requested"):
            picking.bring_cancel_requested = False
            picking._message_log(
                body=self.env._(
                    "Bring does not have %s: nothing is to be cancelled there.", self.name
                )
            )

    # -- what Bring was never told, of an order that it has begun ---------------

    def _split(self):
        """Make a transfer of its own of what is wanted and Bring was never told: a new order.

        :return: the ``stock.picking``, or none where nothing could be split off
        """
        picking = self._open_pickings()[:1]
        bring, written = self._standing().open, self._written()
        more = {str(number): float(q) for number, q in surplus(bring, written.side).items()}
        apart = self.env["stock.move"]
        for moves, lot, _quantity, number in written.lines if self._is_begun() else ():
            for move in moves if not lot else ():
                unit = move.product_id.uom_id
                share = min(more.get(number, 0.0), move.product_qty)
                if unit.compare(share, 0.0) <= 0:
                    continue
                more[number] -= share
                move._do_unreserve()
                is_part = unit.compare(share, move.product_qty) < 0
                apart |= move.create(move._split(share)) if is_part else move
        if not apart:
            self._ask(bring, written.side)
            return picking.browse()
        new = picking.copy({"name": "/", "move_ids": [], "move_line_ids": []})
        apart.write({"picking_id": new.id, "bring_line_number": False, "bring_lot_numbers": False})
        apart.filtered(lambda move: move.state == "draft")._action_confirm(merge=False)
        (new | picking).action_assign()
        new._message_log(
            body=self.env._(
                "Made of %(picking)s: Bring has begun with %(order)s, and was never told of this.",
                picking=picking.name,
                order=self.name,
            )
        )
        self._reconcile()
        return new


def side_of(order, lines):
    """Return what an order of ours says, as a side of the comparison.

    :param order: the :class:`..bring.orders.Order`
    :param lines: those it was made of, as from ``_bring_numbered_lines``
    """
    written = {}
    for line, (moves, _lot, quantity, number) in zip(
        sorted(order.lines, key=lambda line: int(line.line_id)), lines, strict=True
    ):
        product = moves.product_id
        if product.uom_id.is_zero(quantity):
            continue
        terms = as_json(asdict(line))
        for name in LINE_ONLY:
            terms.pop(name)
        written[int(number)] = Line(
            article=product.id, quantity=exact(product, quantity), terms=terms
        )
    terms = as_json(asdict(replace(order, lines=())))
    for name in ENVELOPE:
        terms.pop(name)
    return Side(lines=written, terms=terms)


def exact(product, quantity):
    """Return a quantity of a product as Decimal, rounded as its unit is."""
    return Decimal(str(product.uom_id.round(quantity))).normalize()


def as_json(value):
    """Return a value as it is after it was kept as JSON."""
    return json.loads(json.dumps(value, default=str))


def from_json(terms):
    """Return the fields of an ``OrderLine`` that were kept as JSON."""
    values = {
        name: tuple(tuple(e) if isinstance(e, list) else e for e in value)
        if isinstance(value, list)
        else value
        for name, value in terms.items()
    }
    if values.get("unit_price") is not None:
        values["unit_price"] = Decimal(values["unit_price"])
    return values


def as_told(side):
    """Return a side as a message keeps it until Bring has taken it."""
    return {
        "terms": dict(side.terms),
        "lines": {
            str(number): {
                "article": line.article,
                "quantity": str(line.quantity),
                "terms": dict(line.terms),
            }
            for number, line in side.lines.items()
        },
    }


def quantity_of(env, line):
    """Return how much a side has of a line, in words."""
    return quantity_words(env, float(line.quantity) if line else 0.0)
