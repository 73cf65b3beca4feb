"""An order's life between Odoo and Bring, in every order of events: hypothesis explores it.

Odoo's side creates, changes, adds, cancels and validates by hand; Bring takes, begins, ships a
part or all; the network cuts calls, delays, repeats and reorders what Bring tells; people press
the buttons. When both are quiet they are equal, or a person has it in a list.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ..simulator.orders import Line

STEPS_EACH = 12  # in a longer life a person has decided something nearly always
OPEN_AT_BRING = ("taken", "registered", "allocated", "started", "picked", "partially_despatched")
FAULTS = ["error_before", "error_after", "silent", "cut"]


class Life(RuleBasedStateMachine):
    """One sales order; ``case`` is the test in whose transaction it lives."""

    case = None
    steps = 0  # of all lives
    lives = 0
    compared = 0  # lives that ended with nothing open: then both sides are equal

    def check_invariants(self, *args, **kwargs):
        type(self).steps += 1
        return super().check_invariants(*args, **kwargs)

    @initialize(first=st.integers(1, 6), second=st.integers(0, 3), there=st.sampled_from([2, 100]))
    def begin(self, first, second, there):
        # a life leaves nothing behind: the thousandth costs what the first did
        self.savepoint = self.case.env.cr.savepoint(flush=True)
        self.case.server.stop()
        self.case.begin_bring()
        self.case.at_bring_is(there)
        self.told = []  # pushes that were given to Odoo, by their place
        lines = [(self.case.a, first), *([(self.case.b, second)] if second else [])]
        # tracked values are Odoo's own, and a fifth of the time
        self.sale = self.case.make_order(*lines).with_context(tracking_disable=True)
        self.by_hand_of = {}  # article → how much was validated by hand
        self.is_left = False  # a person has left a difference as it is

    # -- what there is ------------------------------------------------------

    @property
    def pickings(self):
        return self.sale.picking_ids

    @property
    def open(self):
        return self.pickings.filtered(lambda p: p.state not in ("done", "cancel"))

    @property
    def orders(self):
        return self.pickings.bring_order_id

    @property
    def kept(self):
        numbers = self.orders.mapped("name")
        return [self.case.server.orders[n] for n in numbers if n in self.case.server.orders]

    # -- Odoo ---------------------------------------------------------------

    @rule(line=st.integers(0, 2), quantity=st.integers(0, 8))
    def change(self, line, quantity):
        if self.sale.state == "sale":
            line = self.sale.order_line[line % len(self.sale.order_line)]
            if quantity >= line.qty_delivered:
                line.product_uom_qty = quantity

    @precondition(lambda self: self.sale.state == "sale" and len(self.sale.order_line) < 4)
    @rule(which=st.booleans(), quantity=st.integers(1, 4))
    def add(self, which, quantity):
        product = self.case.b if which else self.case.a
        self.sale.write(
            {"order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": quantity})]}
        )

    @rule(days=st.integers(1, 3))
    def postpone(self, days):
        for picking in self.open:
            picking.scheduled_date += timedelta(days=days)

    @precondition(lambda self: self.sale.state == "sale")
    @rule()
    def cancel(self):
        if not any(self.sale.order_line.mapped("qty_delivered")):
            self.sale.with_context(disable_cancel_warning=True).action_cancel()
        else:
            self.open.action_cancel()

    @rule(part=st.integers(1, 3), asked=st.booleans())
    def by_hand(self, part, asked):
        for picking in self.open[:1]:
            move = picking.move_ids.filtered(lambda m: m.state in ("assigned", "confirmed"))[:1]
            if not move or move.product_qty <= 0:
                continue
            part = min(part, move.product_qty)
            move.write({"quantity": part, "picked": True})
            picking = picking.with_context(skip_backorder=True, bring_by_hand=asked)
            picking._action_done()
            product = move.product_id
            self.by_hand_of[product] = self.by_hand_of.get(product, 0) + part

    # -- to and from Bring --------------------------------------------------

    @rule()
    def send(self):
        for picking in self.open.filtered("bring_can_send"):
            if not picking.bring_order_id._open_message("unknown"):
                picking.action_bring_send()

    @rule(fault=st.sampled_from([None, None, *FAULTS]))
    def run(self, fault):
        if fault:
            self.case.server.faults.add(fault, "send.order")
        self.case.run_later()
        self.case.server.faults.clear()

    @rule(hours=st.sampled_from([0.3, 1, 3, 12]))
    def bring_works(self, hours):
        self.case.server.advance(hours=hours)

    @rule()
    def bring_gets_goods(self):
        self.case.at_bring_is(100)

    @rule(which=st.integers(0, 5), copies=st.integers(1, 2))
    def bring_tells(self, which, copies):
        waiting = self.waiting()
        if waiting:
            push = waiting[which % len(waiting)]
            for _copy in range(copies):
                self.case.deliver(push.body)
            self.told.append(push.number)
            self.case.env.invalidate_all()

    def waiting(self):
        numbers = [order.name.encode() for order in self.orders]
        return [
            push
            for push in self.case.server.bring.pushes
            if push.number not in self.told and any(n in push.body for n in numbers)
        ]

    # -- people -------------------------------------------------------------

    @rule(
        way=st.sampled_from(["agreed", "tell_bring", "send_rest", "agreed", "tell_bring", "leave"])
    )
    def decide(self, way):
        for order in self.orders.filtered(lambda order: order.state == "differs"):
            getattr(order, f"action_{way}")()
            if way == "leave":
                self.is_left = True
            elif way == "agreed":
                self.agree(order)

    def agree(self, order):
        """Have Bring change its order to what the ledger says now, as on the telephone."""
        kept = self.case.server.orders.get(order.name)
        left = {line.number: line for line in order.line_ids if line.left_quantity}
        if kept is None or (kept.status not in OPEN_AT_BRING and left):
            self.is_left = True  # there is nothing that could be changed by telephone
            return
        known = {line.number: line for line in kept.order.lines}
        lines = []
        for number in sorted(known.keys() | left.keys()):
            quantity = kept.handled.get(number, Decimal())
            line = left.get(number)
            if line:
                quantity += Decimal(str(line.left_quantity))
            values = {"article": line.product_id.default_code} if line else {}
            kind = known.get(number) or Line(number=number, article="", quantity=quantity)
            lines.append(replace(kind, quantity=quantity, **values))
        self.case.server.bring.agree(replace(kept.order, lines=tuple(lines)))

    @rule(way=st.sampled_from(["retry", "has", "retry", "has", "retry", "has", "not"]))
    def press(self, way):
        for message in self.orders.message_ids.filtered(
            lambda m: m.state in ("waiting", "unknown", "attention")
        ):
            if way == "retry":
                message.action_resend()
            elif way == "not":
                message.action_cancel_sending()
                self.is_left = True
            elif message.state == "unknown" and message.update_indicator == "Original":
                if message.order_number in self.case.server.orders:
                    message.action_bring_has_it()
                else:
                    message.action_bring_has_it_not()

    # -- what must hold -----------------------------------------------------

    def teardown(self):
        if not hasattr(self, "sale"):
            return
        self.case.at_bring_is(100)
        for _round in range(4):
            self.case.run_later(2)
            self.case.server.advance(hours=24)
            waiting = self.waiting()
            for push in waiting:
                self.case.deliver(push.body)
                self.told.append(push.number)
            if not waiting and not any(order._open_message() for order in self.orders):
                break  # quiet
        type(self).lives += 1
        try:
            for kept in self.kept:
                assert not kept.duplicates, f"{kept.reference} was sent twice"
            self.check_both_sides()
        finally:
            self.savepoint.rollback()
            self.case.env.invalidate_all(flush=False)

    def check_both_sides(self):
        documents = self.case.env["bring.document"].search(
            [("reference", "in", self.orders.mapped("name")), ("state", "=", "attention")]
        )
        open_ones = self.orders.filtered(
            lambda o: o.state in ("differs", "rejected", "unknown", "accepted", "waiting")
        )
        if documents or open_ones or self.is_left:
            return  # a person sees it, or has decided
        type(self).compared += 1
        shipped = dict.fromkeys(self.case.a | self.case.b, Decimal())
        for order in self.orders:
            kept = self.case.server.orders.get(order.name)
            for product in shipped:
                left = Decimal()
                for line in kept.order.lines if kept else ():
                    if line.article == product.default_code:
                        shipped[product] += kept.handled.get(line.number, Decimal())
                        if kept.status != "cancelled":
                            left += max(Decimal(), kept.remaining(line))
                open_moves = self.moves(order.picking_ids, product).filtered(
                    lambda move: move.state not in ("done", "cancel")
                )
                wanted = sum(open_moves.mapped("product_qty"))
                note(f"{order.name} {product.default_code}: {left} at Bring, {wanted} wanted")
                if order.told_at:
                    assert float(left) == wanted, f"{order.name}: {left} at Bring, {wanted} wanted"
        for product, by_bring in shipped.items():
            moves = self.moves(self.pickings, product).filtered(lambda m: m.state == "done")
            done = sum(moves.mapped("quantity"))
            by_hand = self.by_hand_of.get(product, 0)
            words = f"{product.default_code}: {done} done, {by_bring} by Bring, {by_hand} by hand"
            assert done == float(by_bring) + by_hand, words

    def moves(self, pickings, product):
        return pickings.move_ids.filtered(lambda move: move.product_id == product)


def explore(case, steps, seed=None, *, shrink=True):
    """Live through so many steps.

    :param seed: None for the same ones each time
    :param shrink: look for the shortest life that shows what is wrong
    :return: the class of the lives, which has counted
    """
    lives = type("Life", (Life,), {"case": case})
    run_state_machine_as_test(
        lives,
        settings=settings(
            max_examples=max(1, steps // STEPS_EACH),
            stateful_step_count=STEPS_EACH,
            deadline=None,
            report_multiple_bugs=False,
            derandomize=seed is None,
            database=None,
            phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    return lives
