"""Numbers: every spelling of one is the same, and nothing else is one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bring.fields import parse_number, plain_number


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1", "1"),
        ("1.0", "1"),
        ("+1.50", "1.5"),
        ("-6", "-6"),
        (".5", "0.5"),
        ("100", "100"),
        ("1e2", "100"),
        ("1E-2", "0.01"),
        ("-0.0", "0"),
        ("007", "7"),
        ("0e999", "0"),
    ],
)
def test_a_number_has_one_plain_spelling(text: str, plain: str) -> None:
    value = parse_number(text)
    assert value is not None
    assert plain_number(value) == plain


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1,5", "1 000", "1_000", "٣", "NaN", "Infinity", "0x10", "1e999", "1e-999", "--1"]
    + ["9" * 16, "1." + "3" * 40],
)
def test_anything_else_is_no_number(text: str) -> None:
    assert parse_number(text) is None


@given(st.decimals(-(10**14), 10**14, places=4, allow_nan=False))
def test_no_digit_is_lost(value: Decimal) -> None:
    assert Decimal(plain_number(value)) == value
    assert parse_number(format(value, "f")) == value
