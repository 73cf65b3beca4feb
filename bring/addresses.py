"""Whether two addresses may be the same place, however each of them is written.

Bring's WMS writes in capitals, abbreviates streets, drops leading zeros of postal codes and puts
the country before them; its samples have all of that. What one of two addresses lacks is not
compared, nor are names: the same door has many.
"""

import re
import unicodedata
from typing import Final

from .documents import Party

_LETTERS: Final = str.maketrans({"ø": "o", "æ": "ae", "ð": "d", "þ": "th", "ß": "ss", "ł": "l"})
# ways to say street, in the languages of Bring's countries: they tell no street from another
_GENERIC: Final = re.compile(
    r"(?:gat(?:e|a|en|an)|gt|vei(?:en)?|veg(?:en)?|v|vag(?:en)?|alle(?:en)?|plass(?:en)?|torget?"
    r"|street|st|road|rd|avenue|ave|katu|tie|stra(?:ss|)e|str|postboks|postbox|boks|po|box|pb)"
)
_SHARED: Final = 4  # letters with which two names of one street begin alike, abbreviated or not


def is_same_place(told: Party, known: Party) -> bool:
    """Tell whether two addresses may be one place: nothing that both of them say differs."""
    countries = {(place.country or "").upper() for place in (told, known)}
    if len(countries) == 2 and all(len(country) == 2 for country in countries):
        return False  # a country in words says nothing that could be compared
    codes = _postal_code(told.postal_code), _postal_code(known.postal_code)
    if all(codes):
        if codes[0] != codes[1]:
            return False
    elif told.city and known.city and _folded(told.city) != _folded(known.city):
        return False
    return _is_same_street(_words(told.street), _words(known.street))


def _folded(text: str) -> str:
    """Letters and digits only, small, without accents; aa is how å is written without one."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(char for char in plain if char.isalnum()).replace("aa", "a")


def _postal_code(code: str | None) -> str:
    """A postal code's one spelling: NO-0150, N 0150, 0150 and 150 are "150"."""
    folded = _folded(code or "")
    digits = re.sub(r"^[a-z]{1,3}(?=\d+$)", "", folded)
    return digits.lstrip("0")


def _words(street: tuple[str, ...]) -> list[str]:
    """The names and numbers of a street's lines, in order: Storgt. 12B is "storgt", "12"."""
    words = (_folded(word) for line in street for word in re.split(r"[\s.,/-]+", line))
    return [part for word in words for part in re.findall(r"\d+|[^\W\d_]+", word)]


def _is_same_street(told: list[str], known: list[str]) -> bool:
    numbers = [{word.lstrip("0") for word in words if word.isdigit()} for words in (told, known)]
    if all(numbers) and not numbers[0] & numbers[1]:
        return False
    names = [
        [word for word in words if not word.isdigit() and not _GENERIC.fullmatch(word)]
        for words in (told, known)
    ]
    names = [[word for word in words if len(word) > 1] for words in names]
    if not all(names):
        return True
    return any(_is_alike(one, other) for one in names[0] for other in names[1])


def _is_alike(one: str, other: str) -> bool:
    """Tell whether two words begin alike, as storgt and storgata do."""
    length = min(_SHARED, len(one), len(other))
    return one[:length] == other[:length]
