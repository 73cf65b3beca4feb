import pytest

from bring.addresses import is_same_place
from bring.documents import Party


def place(street: str = "", code: str = "", city: str = "", country: str = "") -> Party:
    return Party(
        street=tuple(filter(None, street.split("|"))),
        postal_code=code or None,
        city=city or None,
        country=country or None,
    )


@pytest.mark.parametrize(
    ("told", "known"),
    [
        (place("STORGATA 1", "0150", "OSLO", "NO"), place("Storgata 1", "0150", "Oslo", "no")),
        (place("Storgt. 1B", "150", "Oslo"), place("Storgata 1 B", "NO-0150", "OSLO")),
        (place("Storgata 1", "N 0150"), place("Storgata 1", "0150")),
        (place("Kungsgatan 5", "11122", "STOCKHOLM"), place("Kungsg. 5", "SE-111 22", "Sthlm")),
        (place("St. Olavs gt 5", "0165"), place("Sankt Olavs gate 5", "0165")),
        (place("Strandveien 8", "9006", "TROMSO"), place("Strandveien 8", "", "Tromsø")),
        (place("Aastubben 2|2. etg", "0381"), place("c/o Hansen|Åstubben 2", "0381")),
        (place("Karl Johans gate 0003", "0154"), place("Karl Johansgate 3", "0154")),
        (place("", "0150", "Oslo", "NO"), place("Storgata 1", "0150")),
        (place(), place("Storgata 1", "0150")),
        (place("Storgata 1", "0150", "", "Norge"), place("Storgata 1", "0150", "", "NO")),
        (place("1 High Street", "SW1A1AA", "", "GB"), place("1 High St", "sw1a 1aa", "", "GB")),
        (place("Gate 3", "0150"), place("Gt. 3", "0150")),
    ],
)
def test_one_place_in_two_spellings(told: Party, known: Party) -> None:
    assert is_same_place(told, known)
    assert is_same_place(known, told)


@pytest.mark.parametrize(
    ("told", "known"),
    [
        (place("Storgata 1", "0150"), place("Storgata 1", "5003")),
        (place("Storgata 1", "0150", "", "NO"), place("Storgata 1", "0150", "", "SE")),
        (place("Storgata 1", "0150"), place("Storgata 12", "0150")),
        (place("Storgata 1", "0150"), place("Kirkeveien 1", "0150")),
        (place("Karl Johans gate 3", "0154"), place("Kirkegata 3", "0154")),
        (place("Customer street", "1088"), place("Storgata", "1088")),
        (place("Strandveien 8", "", "Tromsø"), place("Strandveien 8", "", "Bodø")),
        (place("", "", "Tromsø"), place("Strandveien 8", "9006", "Bodø")),
        (place("1 High Street", "SW1A 1AA"), place("1 High Street", "SW1A 2AA")),
    ],
)
def test_two_places(told: Party, known: Party) -> None:
    assert not is_same_place(told, known)
    assert not is_same_place(known, told)


def test_names_are_not_compared() -> None:
    assert is_same_place(
        Party(name="Kari Nordmann", postal_code="0150"),
        Party(name="Nordmann AS", postal_code="150"),
    )
