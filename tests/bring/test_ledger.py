"""What follows from the difference between what Bring has and what is wanted."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bring.ledger import Line, Side, Standing, Step, difference, differing, next_step, surplus

LINES = st.dictionaries(
    st.sampled_from([10, 20, 30]),
    st.builds(
        Line,
        article=st.sampled_from("AB"),
        quantity=st.integers(1, 9).map(Decimal),
        terms=st.sampled_from([{}, {"batch": "L1"}]),
    ),
)
SIDES = st.builds(Side, lines=LINES, terms=st.sampled_from([{}, {"city": "Oslo"}]))
STANDINGS = st.builds(
    Standing,
    open=SIDES,
    is_told=st.booleans(),
    may_be_told=st.booleans(),
    is_begun=st.booleans(),
    is_cancelling=st.booleans(),
)


def side(terms: str = "Oslo", **quantities: int) -> Side:
    lines = {
        int(number[1:]): Line(article=number, quantity=Decimal(quantity))
        for number, quantity in quantities.items()
    }
    return Side(lines=lines, terms={"city": terms})


TOLD = Standing(open=side(n10=5, n20=2), is_told=True)


@pytest.mark.parametrize(
    ("change", "odoo", "step"),
    [
        ({}, side(n10=5, n20=2), Step.NOTHING),
        ({}, side(n10=6, n20=2), Step.UPDATE),
        ({}, side(n10=5), Step.UPDATE),
        ({}, side("Bergen", n10=5, n20=2), Step.UPDATE),
        ({}, Side(), Step.CANCEL),
        ({"is_begun": True}, Side(), Step.CANCEL),
        ({"is_begun": True}, side(n10=4, n20=2), Step.ASK),
        ({"is_begun": True}, side("Bergen", n10=5, n20=2), Step.ASK),
        ({"is_begun": True}, side(n10=4, n20=3), Step.SPLIT),
        ({"is_begun": True}, side(n10=5, n20=2, n30=1), Step.SPLIT),
        ({"is_cancelling": True}, Side(), Step.NOTHING),
        ({"is_cancelling": True}, side(n10=1), Step.ASK),
        ({"open": Side(terms={"city": "Oslo"})}, Side(), Step.NOTHING),
        ({"open": Side(terms={"city": "Oslo"})}, side("Bergen", n10=1), Step.UPDATE),
    ],
)
def test_what_follows(change: dict, odoo: Side, step: Step) -> None:
    assert next_step(replace(TOLD, **change), odoo) is step


def test_what_bring_does_not_know_is_sent_and_what_it_may_know_is_cancelled() -> None:
    unknown = Standing(open=Side(), is_told=False)
    assert next_step(unknown, side(n10=1)) is Step.SEND
    assert next_step(unknown, Side()) is Step.NOTHING
    maybe = replace(unknown, may_be_told=True)
    assert next_step(maybe, Side()) is Step.CANCEL
    assert next_step(replace(maybe, is_cancelling=True), Side()) is Step.NOTHING


def test_what_was_done_by_hand_is_asked_about_before_bring_is_told() -> None:
    for odoo in (side(n10=1), Side()):
        assert next_step(TOLD, odoo, done_here=True) is Step.ASK
    assert next_step(TOLD, side(n10=5, n20=2), done_here=True) is Step.NOTHING


@given(STANDINGS, SIDES)
def test_a_difference_that_a_person_left_is_left_and_no_other(
    standing: Standing, odoo: Side
) -> None:
    left = replace(standing, is_told=True, settled=difference(standing.open, odoo))
    assert next_step(left, odoo) is Step.NOTHING
    more = {**odoo.lines, 40: Line(article="C", quantity=Decimal(1))}
    assert next_step(left, replace(odoo, lines=more)) is not Step.NOTHING


@given(SIDES, SIDES)
def test_sides_differ_where_a_line_or_the_terms_do(bring: Side, odoo: Side) -> None:
    is_same = bring.lines == odoo.lines and (not odoo.lines or bring.terms == odoo.terms)
    assert bool(difference(bring, odoo)) is not is_same
    assert bool(differing(bring, odoo)) is (bring.lines != odoo.lines)
    more = surplus(bring, odoo)
    assert more.keys() <= odoo.lines.keys()
    assert all(0 < more[number] <= odoo.lines[number].quantity for number in more)


@given(STANDINGS, SIDES, st.booleans())
def test_taking_the_step_that_bring_takes_ends_it(
    standing: Standing, odoo: Side, done_here: bool
) -> None:
    step = next_step(standing, odoo, done_here=done_here)
    taken: dict[Step, Callable[[], Standing]] = {
        Step.SEND: lambda: replace(standing, open=odoo, is_told=True, is_cancelling=False),
        Step.UPDATE: lambda: replace(standing, open=odoo),
        Step.CANCEL: lambda: replace(standing, is_cancelling=True, may_be_told=False),
    }
    if step in taken:
        assert next_step(taken[step](), odoo, done_here=done_here) is Step.NOTHING


def test_nothing_but_the_reconciliation_queues_an_order() -> None:
    root = Path(__file__).parents[2]
    queues = re.compile(r"""_queue\(\s*[\w.]+,\s*["'](\w+)["']""")
    found = {
        (path.name, purpose)
        for folder in ("models", "wizards", "controllers")
        for path in (root / folder).rglob("*.py")
        for purpose in queues.findall(path.read_text())
    }
    assert found == {("bring_order_reconcile.py", "order"), ("bring_article.py", "items")}
