"""What Bring answers is read as its examples have it, whatever of it is left out."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from generated import Generated, fullest, smallest
from product import TZ, at, comparable
from spelling import CONVENTIONS, Node, to_json, to_xml

import contract
import uses
from bring import pull_reader
from bring.errors import BrokenAnswer, RejectedError
from bring.pulled import read_pulled
from contract import Kind

NO_ROOT = next(convention for convention in CONVENTIONS if not convention.wrapped)
READERS: dict[str, Callable[[bytes], Any]] = {
    "article_balance": lambda body: pull_reader.parse_balances(body, None, TZ),
    "get_order": lambda body: pull_reader.parse_order(body, None, TZ),
    "get_purchase_order_answer": lambda body: pull_reader.parse_order(body, None, TZ),
    "order_items": lambda body: pull_reader.parse_order_items(body, None, TZ),
    "error_codes": lambda body: pull_reader.parse_error_codes(body, None, TZ),
    "create_order_answer": lambda body: pull_reader.parse_receipt(body, None),
    "create_itemdata_answer": lambda body: pull_reader.parse_receipt(body, None),
}


@pytest.fixture(params=READERS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return contract.kind(request.param)


def test_every_answer_that_we_ask_for_has_its_words() -> None:
    assert set(READERS) == set(uses.kinds()) - set(contract.PUSHED)


def test_smallest_and_fullest_are_read_alike_in_xml_and_json(kind: Kind) -> None:
    needed = [path for path in kind.elements if (use := uses.of(kind, path)) and use.needed]
    for made in (smallest(kind, also=needed), fullest(kind, times=1), fullest(kind)):
        found = [READERS[kind.name](body) for body in spelled(made)]
        assert all(answer == found[0] for answer in found)


def test_each_element_may_be_left_out_but_for_what_is_needed(kind: Kind) -> None:
    needed = {path for path in kind.elements if (use := uses.of(kind, path)) and use.needed}
    for path in kind.elements:
        if path == kind.document:
            continue
        gone = [other for other in needed if other == path or goes_with(kind, other, path)]
        for body in spelled(fullest(kind, without=path, times=1)):
            if not gone:
                READERS[kind.name](body)
                continue
            with pytest.raises(BrokenAnswer) as caught:
                READERS[kind.name](body)
                pytest.fail(f"read without {path}")
            names = re.split("[/@]+", "/".join([path, *gone]).replace(kind.document, ""))
            said = str(caught.value)
            assert any(name.removeprefix("Purchase") in said for name in names if name), path


def goes_with(kind: Kind, path: str, group: str) -> bool:
    """Tell whether a group always has the element: none around it may be left out by repetition."""
    while path.startswith(f"{group}/"):
        path = path.rpartition("/")[0]
        if kind.elements[path].is_repeated:
            return False
        if path == group:
            return True
    return False


def test_what_is_used_comes_out_where_the_page_says(kind: Kind) -> None:
    made = fullest(kind)
    for body in spelled(made):
        answer = READERS[kind.name](body)
        for element in kind.stated():
            use = uses.of(kind, element.path)
            if use and use.field:
                want = comparable(made.values(element.path, use.per), element.type)
                found = comparable(at(answer, use.field), element.type)
                assert set(found) == set(want), element.path


@pytest.mark.parametrize("name", ["create_order_answer", "create_itemdata_answer"])
def test_a_success_gives_its_request_id(name: str) -> None:
    kind = contract.kind(name)
    for word in kind.elements[f"{kind.root}/ResponseProperties/Message"].codes:
        made = smallest(kind, codes={f"{kind.root}/ResponseProperties/Message": word})
        (want,) = made.values(f"{kind.root}/ResponseProperties/RequestId")
        # In JSON another root, without the group, and another spelling of the number.
        json = Node("PostBackResponse", children=tuple(
            Node("RequestID", want) if child.name == "RequestId" else child
            for child in made.root.children[0].children
        ))  # fmt: skip
        for body in (to_xml(made.root), to_json(json, CONVENTIONS[0])):
            assert READERS[kind.name](body) == want


@pytest.mark.parametrize(
    "name", ["article_balance", "get_order", "get_purchase_order_answer", "order_items"]
)
def test_every_error_code_is_a_refusal_in_words(name: str) -> None:
    kind = contract.kind(name)
    error = f"{kind.document}/ResponseProperties/Error"
    for code in contract.kind("error_codes").elements["ErrorList/errorTypes/Code"].codes:
        made = smallest(kind, also=[error], codes={f"{error}/Code": code})
        (words,) = made.values(f"{error}/Description")
        for body in spelled(made):
            with pytest.raises(RejectedError, match=words) as caught:
                READERS[kind.name](body)
            assert caught.value.code == code


@pytest.mark.parametrize("name", ["get_order", "get_purchase_order_answer"])
def test_every_order_status_is_known_or_named(name: str) -> None:
    kind = contract.kind(name)
    (path,) = (path for path in kind.elements if path.endswith("/OrderStatus"))
    for word in [*kind.elements[path].codes, "Order sent", "A word of theirs"]:
        body = to_xml(fullest(kind, codes={path: word}, times=1).root)
        for reading in read_pulled("order", body, None, TZ):
            assert reading.error is None
            # what it means is said in Odoo: bring.status.word
            assert reading.document.status == word


def spelled(made: Generated) -> list[bytes]:
    """An answer as XML and as JSON, which has no root."""
    return [to_xml(made.root), to_json(made.root, NO_ROOT)]
