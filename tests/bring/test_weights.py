"""Weights of a despatch advice: AAD of a logistic unit, AAC of a line's item data."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from bring.documents import DespatchAdvice, Quantity
from bring.reader import Reading

Read = Callable[..., list[Reading]]

ADVICE = """<despatchAdviceMessage xmlns="urn:gs1:ecom:despatch_advice:xsd:3"><despatchAdvice>
<creationDateTime>2026-03-02T10:20:00</creationDateTime>
<despatchAdviceIdentification><entityIdentification>S1</entityIdentification>
</despatchAdviceIdentification><deliveryTypeCode>O4</deliveryTypeCode>
<despatchAdviceLogisticUnit>{gross}<despatchAdviceLineItem><lineItemNumber>10</lineItemNumber>
<despatchedQuantity measurementUnitCode="PCE">3</despatchedQuantity>
<transactionalTradeItem>{items}</transactionalTradeItem></despatchAdviceLineItem>
</despatchAdviceLogisticUnit></despatchAdvice></despatchAdviceMessage>"""


def measured(name: str, kind: str, value: str, unit: str = "KGM") -> str:
    return (
        f"<{name}><measurementType>{kind}</measurementType>"
        f'<measurementValue measurementUnitCode="{unit}">{value}</measurementValue></{name}>'
    )


def gross(value: str, unit: str = "KGM") -> str:
    inner = measured("unitMeasurement", "AAD", value, unit)
    return f"<logisticUnitMeasurement>{inner}</logisticUnitMeasurement>"


def net(*values: str, unit: str = "KGM") -> str:
    return "".join(
        "<transactionalItemData><batchNumber>B</batchNumber>"
        + measured("transactionalItemWeight", "AAC", value, unit)
        + "</transactionalItemData>"
        for value in values
    )


@pytest.fixture
def advice(read: Read) -> Callable[..., DespatchAdvice]:
    def advice(gross: str = "", items: str = "") -> DespatchAdvice:
        (reading,) = read(ADVICE.format(gross=gross, items=items).encode())
        assert isinstance(reading.document, DespatchAdvice)
        return reading.document

    return advice


def kilograms(value: str) -> Quantity:
    return Quantity(value=Decimal(value), unit="KGM")


def test_each_of_a_line_s_items_has_a_weight_of_its_own(
    advice: Callable[..., DespatchAdvice],
) -> None:
    (line,) = advice(items=net("1.25", "2.5")).units[0].lines
    assert line.net_weight == kilograms("3.75")


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [("4.5", "KGM", "4.5"), ("4500", "GRM", "4.5"), ("0.25", "TNE", "250"), ("3", "", "3")],
)
def test_weights_are_in_kilograms(
    advice: Callable[..., DespatchAdvice], value: str, unit: str, expected: str
) -> None:
    told = advice(gross=gross(value, unit), items=net(value, unit=unit))
    assert told.units[0].gross_weight == kilograms(expected)
    assert told.units[0].lines[0].net_weight == kilograms(expected)
    assert not told.unread


def test_zero_is_no_weight(advice: Callable[..., DespatchAdvice]) -> None:
    told = advice(gross=gross("0"), items=net("0", "0.0"))
    assert told.units[0].gross_weight is None
    assert told.units[0].lines[0].net_weight is None
    assert not told.unread


@pytest.mark.parametrize(("value", "unit"), [("3", "XYZ"), ("-3", "KGM"), ("heavy", "KGM")])
def test_what_is_no_weight_is_said_and_the_goods_are_read(
    advice: Callable[..., DespatchAdvice], value: str, unit: str
) -> None:
    told = advice(gross=gross(value, unit), items=net(value, unit=unit))
    assert told.units[0].gross_weight is None
    assert told.units[0].lines[0].quantity.value == 3
    assert [part.is_needed for part in told.unread] == [False, False]
