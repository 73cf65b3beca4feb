"""Orders are read from JSON, and what is wrong with it is said with its place."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from simulator import orders

FIXTURES = Path(__file__).parent / "fixtures"
LINE = {"article": "A", "quantity": 1}


def test_orders_are_read_with_all_that_they_say():
    first, second = orders.load(FIXTURES / "orders.json")
    assert (first.reference, first.type, first.warehouse) == ("S00012", "order", "BERGER")
    assert first.customer.city == "Ålesund"
    assert second.customer == orders.Address(name="Supplier AB", country="SE")
    lamp, milk, phone, fish = first.lines
    assert (lamp.quantity, lamp.gtin, lamp.batches) == (4, "7038010000001", ())
    assert milk.batches == (("L1", date(2027, 1, 31), Decimal(3)),)
    assert milk.supplier_article == "M-1"
    assert phone.serials == ("SN1", "SN2")
    assert (fish.quantity, fish.unit) == (Decimal("2.5"), "KGM")
    assert fish.batches[1] == ("F2", None, Decimal(1))


def test_what_is_left_out_has_a_default():
    (order,) = orders.parse(
        [{"reference": "S1", "warehouse": "NCD", "customer": False, "lines": [LINE, LINE]}]
    )
    assert (order.type, order.customer_number) == ("order", "999999")
    assert [line.number for line in order.lines] == [10, 20]
    assert order.lines[0].unit == "PCE"


@pytest.mark.parametrize(
    "change, words",
    [
        ({"reference": ""}, r"orders\[0\].reference is missing"),
        ({"warehouse": False}, r"orders\[0\].warehouse is missing"),
        ({"type": "gift"}, r"orders\[0\].type: 'gift' is none of order, purchase, return"),
        ({"lines": []}, r"orders\[0\].lines: an order has lines"),
        ({"lines": [7]}, r"orders\[0\].lines\[0\]: 7 is not an object"),
        ({"lines": [{"article": "A"}]}, r"lines\[0\].quantity is missing"),
        ({"lines": [LINE | {"quantity": "two"}]}, "quantity: 'two' is not a number"),
        ({"lines": [LINE | {"quantity": "NaN"}]}, "quantity: 'NaN' is not a number"),
        ({"lines": [LINE | {"batch": "B", "best_before": "soon"}]}, "'soon' is not a date"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(tmp_path, change, words):
    path = tmp_path / "orders.json"
    row = {"reference": "S1", "warehouse": "NCD", "lines": [LINE]} | change
    path.write_text(json.dumps([row]))
    with pytest.raises(orders.OrderError, match=words):
        orders.load(path)


def test_no_file_no_json_and_no_order_are_told(tmp_path):
    with pytest.raises(orders.OrderError, match="No such file"):
        orders.load(tmp_path / "none.json")
    path = tmp_path / "orders.json"
    path.write_text("{")
    with pytest.raises(orders.OrderError, match="isn't JSON"):
        orders.load(path)
    path.write_text("{}")
    with pytest.raises(orders.OrderError, match="a JSON list"):
        orders.load(path)
    with pytest.raises(orders.OrderError, match="no order 'S9' in the file; it has none"):
        orders.find([], "S9")
