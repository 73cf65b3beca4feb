"""The ledger alone decides what Bring is told of orders: no other code writes into the outbox."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("models", "wizards", "controllers")
RECONCILIATION = "models/bring_order_reconcile.py"
OUTBOX = "models/bring_message_out.py"
WRITTEN = {"told_quantity", "done_quantity", "cancelled_quantity", "here_quantity"}


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    return [
        (str(file.relative_to(ROOT)), node)
        for folder in CODE
        for file in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text()))
    ]


def constants(node: ast.Call) -> set[object]:
    return {argument.value for argument in node.args if isinstance(argument, ast.Constant)}


def test_orders_are_queued_by_the_reconciliation_alone():
    places = {
        path
        for path, node in nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "_queue"
        and "order" in constants(node)
    }
    assert places == {RECONCILIATION}


def test_messages_to_bring_are_made_by_the_outbox_alone():
    places = {
        path
        for path, node in nodes()
        if isinstance(node, ast.Dict)
        and any(
            isinstance(key, ast.Constant)
            and key.value == "direction"
            and isinstance(value, ast.Constant)
            and value.value == "out"
            for key, value in zip(node.keys, node.values, strict=True)
        )
    }
    assert places == {OUTBOX}


def test_the_ledger_s_quantities_are_written_by_the_reconciliation_alone():
    places = {path for path, node in nodes() if WRITTEN & written(node)}
    assert places == {RECONCILIATION}


def written(node: ast.AST) -> set[str]:
    """Return the names that a statement assigns to records, or has in a dict of values."""
    if isinstance(node, ast.Assign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {target.attr for target in targets if isinstance(target, ast.Attribute)}
    if isinstance(node, ast.Dict):
        return {str(key.value) for key in node.keys if isinstance(key, ast.Constant)}
    return set()
