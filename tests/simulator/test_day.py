"""A day shows every state, always the same for one seed, and never in the future."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from counterpart import KEY
from lxml import etree

from simulator.day import STATES, day, push_day
from simulator.inventory import Stock
from simulator.orders import Line
from simulator.push import Endpoint
from simulator.style import oslo

NOW = datetime(2026, 7, 1, 15, 30, 12, 345678, tzinfo=UTC)


@pytest.fixture
def orders(order, purchase):
    """Nine orders of customers, four purchases, a return."""
    single = replace(order, lines=(Line(number=10, article="ONE", quantity=Decimal(1)),))
    customers = [replace(single, reference=f"S{n:05}") for n in range(1, 8)]
    customers += [replace(order, reference=f"S{n:05}") for n in range(8, 10)]
    purchases = [replace(purchase, reference=f"P{n:05}") for n in range(4)]
    return [*customers, *purchases, replace(purchase, reference="R1", type="return")]


def told(events):
    """Return each order's messages as (kind, status), in the order of the events."""
    found = defaultdict(list)
    for event in events:
        tree = etree.fromstring(event.message.xml())
        status = tree.findtext(".//deliveryTypeCode") or tree.findtext(".//responseStatusCode")
        reference = (
            tree.findtext(".//originalOrder/entityIdentification")
            or tree.findtext(".//despatchAdviceIdentification/entityIdentification")
            or tree.findtext(".//receivingAdviceIdentification/entityIdentification")
            or event.message.title
        )
        found[reference].append((event.message.kind, status and status.replace("0", "O")))
    return found


def test_every_state_occurs(orders):
    ends = [messages for name, messages in told(day(orders, now=NOW)).items() if name[0] == "S"]
    response, advice = "order_response", "despatch_advice"
    started = [(response, "O1"), (advice, "O2"), (response, "O3")]
    for expected in (
        [(response, "O1")],
        started[:2],
        started,
        [*started, (advice, "O3")],
        [*started, (advice, "O3"), (advice, "O4")],
        [(response, "O1"), (advice, "99")],
    ):
        assert expected in ends
    # Nine orders: eight states, one of which is silence, then the first again.
    assert len(ends) == len(STATES)


def test_what_can_be_shipped_in_part_is(orders):
    for seed in range(5):
        wholes = []
        for event in day(orders, now=NOW, seed=seed):
            tree = etree.fromstring(event.message.xml())
            if tree.findtext(".//deliveryTypeCode") == "O4":
                assert len(tree.findtext(".//ginc")) == 17
                assert len(tree.findtext(".//sscc")) == 18
                reference = tree.findtext(".//entityIdentification")
                ordered = next(o for o in orders if o.reference == reference)
                total = sum(Decimal(q.text) for q in tree.findall(".//despatchedQuantity"))
                wholes.append(total == sum(line.quantity for line in ordered.lines))
        assert sorted(wholes) == [False, True, True]


def test_arrivals_are_whole_blocked_and_short(orders):
    conditions, totals = set(), []
    for event in day(orders, now=NOW):
        if event.message.kind == "receiving_advice":
            tree = etree.fromstring(event.message.xml())
            conditions |= {e.text for e in tree.findall(".//receivingConditionCode")}
            totals.append(sum(Decimal(e.text) for e in tree.findall(".//quantityReceived")))
    assert conditions == {"0", "1"}
    assert sorted(totals) == [10, 15, 15, 15]


def test_the_stock_is_told_at_the_end_of_the_day(orders):
    *others, adjustment, report = day(orders, now=NOW)
    assert adjustment.message.kind == "inventory_adjustment"
    assert report.message.kind == "inventory_report"
    assert max(event.at for event in others) < adjustment.at == report.at
    tree = etree.fromstring(report.message.xml())
    articles = {e.text for e in tree.findall(".//additionalTradeItemIdentification")}
    # Phones have serial numbers, which can't be invented.
    assert articles == {"ONE", "LAMP", "MILK", "FISH"}


@pytest.mark.parametrize("now", [NOW, NOW.replace(hour=22, minute=0, second=9)])
def test_times_are_earlier_today_in_oslo_and_rise(orders, now):
    events = day(orders, now=now)
    times = [event.at for event in events]
    assert times == sorted(times)
    assert all(time <= now for time in times)
    assert {time.astimezone(oslo()).date() for time in times} == {now.astimezone(oslo()).date()}
    assert max(times) - min(times) <= timedelta(hours=10)
    for event in events:
        created = etree.fromstring(event.message.xml()).findtext(".//creationDateTime")
        assert datetime.fromisoformat(created) == event.at


def test_a_seed_repeats_a_day_and_another_does_not(orders):
    def contents(seed):
        return [event.message.xml() for event in day(orders, now=NOW, seed=seed)]

    assert contents(3) == contents(3)
    assert contents(3) != contents(4)


def test_some_of_what_moves_tells_only_its_day(orders):
    events = day(orders, now=NOW)
    clocks = {
        element.text[11:19] == "00:00:00"
        for event in events
        for element in etree.fromstring(event.message.xml()).iter(
            "despatchDateTime", "receivingDateTime"
        )
    }
    assert clocks == {True, False}


def test_check_digits_are_right(orders):
    for event in day(orders, now=NOW):
        for code in etree.fromstring(event.message.xml()).iter("sscc", "ginc"):
            digits = [int(digit) for digit in reversed(code.text)]
            assert (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def test_few_orders_are_enough_and_none_are_not(order):
    assert [e.message.kind for e in day([order], now=NOW)][-1] == "inventory_report"
    with pytest.raises(ValueError, match="needs orders"):
        day([], now=NOW)
    with pytest.raises(ValueError, match="no time zone"):
        day([order], now=NOW.replace(tzinfo=None))


@pytest.mark.parametrize("quirks", [False, True])
def test_a_day_is_pushed_in_its_order(orders, counterpart, quirks):
    events = day(orders, now=NOW, quirks=quirks)
    pushed = list(push_day(events, Endpoint(counterpart.url, KEY)))
    assert [event for event, _ in pushed] == events
    assert all(answer.success for _, answer in pushed)
    assert [body for _, body in counterpart.received] == [e.message.xml() for e in events]


MORNING = [
    Stock("ONE", Decimal(50)),
    Stock("LAMP", Decimal(30)),
    Stock("MILK", Decimal(40), batch="B1"),
    Stock("PHONE", Decimal(3), serials=("SN1", "SN2", "SN9")),
]


def reported(events):
    """Return the quantities of the stock report by article and status."""
    tree = etree.fromstring(events[-1].message.xml())
    found = defaultdict(Decimal)
    for place in tree.iter("inventoryItemLocationInformation"):
        article = place.findtext(".//additionalTradeItemIdentification")
        status = place.findtext(".//inventoryStatusType")
        found[article, status] += Decimal(place.findtext(".//quantityOfUnits"))
    return dict(found)


def test_the_report_tells_what_the_day_left_of_the_stock(orders):
    single = [replace(orders[0], reference="S1"), replace(orders[0], reference="S2")]
    events = day(single, now=NOW, stock=[Stock("ONE", Decimal(50))])
    left = 50 - shipped(events) - 1 + 2  # the adjustment: one damaged, two found
    assert left < 51
    assert reported(events) == {("ONE", "AVAILABLE_FOR_SALE"): left}


def shipped(events):
    return sum(
        Decimal(quantity.text)
        for event in events
        for quantity in etree.fromstring(event.message.xml()).iter("despatchedQuantity")
    )


def test_mishaps_make_the_report_differ(orders):
    told = day(orders, now=NOW, stock=MORNING, mishaps=True)
    references = {event.message.title for event in told}
    assert any("W20417" in title for title in references)
    assert ("ONE-B", "AVAILABLE_FOR_SALE") in reported(told)
    calm = day(orders, now=NOW, stock=MORNING)
    assert ("ONE-B", "AVAILABLE_FOR_SALE") not in reported(calm)
    assert [event.message.xml() for event in calm] == [
        event.message.xml() for event in day(orders, now=NOW, stock=MORNING)
    ]


def test_serial_numbers_that_left_are_not_in_the_stock(order):
    line = Line(number=10, article="PHONE", quantity=Decimal(2), serials=("SN1", "SN2"))
    events = day([replace(order, lines=(line,))], now=NOW, stock=MORNING)
    serials = [e.text for e in etree.fromstring(events[-1].message.xml()).iter("serialNumber")]
    assert serials == ["SN9"]


def test_a_batch_is_blocked_and_released(orders):
    """As many as before are told at the end: the report has the same with and without it."""
    events = day(orders, now=NOW, stock=MORNING)
    notices = [event for event in events if event.message.kind == "operations_notification"]
    assert len(notices) == 2 and notices[0].at < notices[1].at
    codes = [
        etree.fromstring(e.message.xml()).findtext(".//{*}inventoryEventReasonCode")
        for e in notices
    ]
    assert codes == ["ABC", "AVAILABLE_FOR_SALE"]
    few = [row._replace(quantity=Decimal(3)) for row in MORNING]
    assert not [
        event
        for event in day(orders, now=NOW, stock=few)
        if event.message.kind == "operations_notification"
    ]
