"""GTINs: which number is one, and which only looks like one."""

from typing import Final

_LENGTHS: Final = frozenset({8, 12, 13, 14})


def is_gtin(number: str) -> bool:
    """Tell whether a number is a GTIN: 8, 12, 13 or 14 digits, the last of which proves the rest.

    Zeros are none: Bring's guidelines fill the place of a GTIN with them where there isn't one.

    Source: GS1 General Specifications, "Check digit calculations"; guideline ItemDataNotification,
    tradeItemIdentification/gtin.
    """
    if len(number) not in _LENGTHS or not (number.isascii() and number.isdigit()):
        return False
    if not number.strip("0"):
        return False
    weighted = (int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(number[:-1])))
    return (sum(weighted) + int(number[-1])) % 10 == 0
