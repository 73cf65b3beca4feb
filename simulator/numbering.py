"""Numbers with GS1's check digit: logistic units (SSCC) and consignments (GINC)."""


def with_check_digit(digits: str) -> str:
    """Add GS1's check digit: weights 3 and 1 from the right."""
    total = sum(int(digit) * (3, 1)[i % 2] for i, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


def sscc(serial: int) -> str:
    """Return a logistic unit's number, 18 digits, of a serial number below 10**10."""
    return with_check_digit(f"3707080{serial % 10**10:010}")


def ginc(serial: int) -> str:
    """Return a consignment's number, 17 digits, of a serial number below 10**9."""
    return with_check_digit(f"7070000{serial % 10**9:09}")
