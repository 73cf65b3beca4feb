"""The languages in i18n/ are complete, and say what the sources say."""

from __future__ import annotations

import re
import string
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "i18n"
TEMPLATE = FOLDER / "bring_warehousing.pot"
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.po"))
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-+ #0]*\d*(?:\.\d+)?[sdfgir]")


def terms(path: Path) -> dict[str, str]:
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text.replace("%%", "")))


def braces(text: str) -> list[str]:
    if "{{" in text or not re.search(r"\{\w*\}", text):
        return []
    return sorted(name or "" for _text, name, _spec, _how in string.Formatter().parse(text)
                  if name is not None)  # fmt: skip


def tags(text: str) -> list[tuple]:
    found: list[tuple] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag, attributes):
            kept = [pair for pair in attributes if pair[0] in ("t-out", "t-field", "name", "href")]
            found.append((tag, *sorted(kept)))

    Parser().feed(text)
    return sorted(found)


def test_the_four_languages_are_there():
    assert {"da", "fi", "nb", "sv"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_each_term_and_no_other(language):
    source, translated = terms(TEMPLATE), terms(FOLDER / f"{language}.po")
    assert translated.keys() == source.keys()
    lacking = [term for term, text in translated.items() if not text.strip()]
    assert not lacking, f"{len(lacking)} terms, the first: {lacking[:3]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_is_the_same(language):
    wrong = [
        (term, text)
        for term, text in terms(FOLDER / f"{language}.po").items()
        if placeholders(term) != placeholders(text)
        or braces(term) != braces(text)
        or tags(term) != tags(text)
        or term[:1].isspace() != text[:1].isspace()
        or term[-1:].isspace() != text[-1:].isspace()
    ]
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_not_english(language):
    """Names and codes may stay; sentences don't."""
    same = [
        term
        for term, text in terms(FOLDER / f"{language}.po").items()
        if term == text and len(term.split()) > 3
    ]
    assert not same
