"""The contract and what is said of it hang together."""

import re

import pytest

import contract
import messages
import uses
from contract import Kind

TYPES = {"boolean", "code", "date", "dateTime", "decimal", "group", "identifier", "integer",
         "string", "time"}  # fmt: skip


@pytest.fixture(params=contract.names())
def kind(request: pytest.FixtureRequest) -> Kind:
    return contract.kind(request.param)


def test_every_element_stands_in_one_that_is_there(kind: Kind) -> None:
    for path, element in kind.elements.items():
        assert element.occurs in ("1", "0..1", "1..n", "0..n"), path
        assert element.type in TYPES, path
        assert "/" not in path or kind.elements[element.parent].type, path
        assert not element.is_attribute or not element.is_group, path


def test_every_path_is_written_once(kind: Kind) -> None:
    paths = [row["path"] for row in kind.data["element"]]
    assert len(paths) == len(set(paths))


def test_every_example_of_a_value_is_one(kind: Kind) -> None:
    for path, element in kind.elements.items():
        if element.example:
            assert element.length is None or len(element.example) <= element.length, path
            assert not element.pattern or re.fullmatch(element.pattern, element.example), path
            assert not element.codes or element.open_codes or element.example in element.codes, path


@pytest.mark.parametrize("name", uses.kinds())
def test_every_element_has_a_word_on_what_is_done_with_it(name: str) -> None:
    kind = contract.kind(name)
    silent = [
        path
        for path, element in {**kind.elements, **kind.examples}.items()
        if not is_spoken_for_by_what_is_in_it(kind, path)
        and not ((use := uses.of(kind, path)) and (use.use or use.no))
    ]
    assert not silent


@pytest.mark.parametrize("name", uses.kinds())
def test_no_word_is_on_what_is_not_there(name: str) -> None:
    kind = contract.kind(name)
    paths = [*kind.elements, *kind.examples]
    stale = [end for end in uses.own(name) if not any(f"/{p}".endswith(f"/{end}") for p in paths)]
    assert not stale


def test_the_page_is_as_dev_messages_writes_it() -> None:
    written = messages.PAGE.read_text(encoding="utf-8")
    assert written == messages.page(written), "run dev/messages"


def is_spoken_for_by_what_is_in_it(kind: Kind, path: str) -> bool:
    """Tell whether it is a group: what is in it says all."""
    element = kind.elements.get(path) or kind.examples[path]
    inside = any(other.startswith(f"{path}/") for other in [*kind.elements, *kind.examples])
    return element.is_group and inside
