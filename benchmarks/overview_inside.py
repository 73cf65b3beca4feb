"""The part of the overview's benchmark that runs inside Odoo's shell.

The rows are written with SQL: a year's archive, with what a busy Monday has open.
"""

from __future__ import annotations

import json
from time import perf_counter
from typing import Any

import orders
from lxml import etree

ROUNDS = 7


def main(env: Any, documents: int, transfers: int) -> None:
    """Fill, measure, and print the figures as JSON."""
    account = orders.prepare(env)
    fill(env, account, documents, transfers)
    env["bring.account"].create({"name": "Another", "company_id": env.company.id})
    env.cr.commit()
    specification = card_fields(env)
    opened, parts = [], {}
    read(env, specification)  # what a worker reads once
    for _round in range(ROUNDS):
        seconds, queries = read(env, specification)
        opened.append(seconds)
    for compute in (
        "transfer_counts",
        "document_counts",
        "outbox_attention_count",
        "last_heard_at",
        "last_report_id",
        "agreement_curve",
        "setup",
    ):
        parts[compute] = [compute_only(env, f"_compute_{compute}") for _round in range(ROUNDS)]
    print(json.dumps({"opened": opened, "queries": queries, "parts": parts}))


def card_fields(env: Any) -> dict[str, Any]:
    """Return the fields that the overview's cards show, as the web client asks for them."""
    action = env["ir.actions.act_window"]._for_xml_id(
        "bring_warehousing.bring_account_action_overview"
    )
    views = env[action["res_model"]].get_views(action["views"])
    arch = etree.fromstring(views["views"]["kanban"]["arch"])
    return {
        name: {"fields": {"display_name": {}}} if name.endswith("_id") else {}
        for name in {node.get("name") for node in arch.iter("field")}
    }


def read(env: Any, specification: dict[str, Any]) -> tuple[float, int]:
    """Read the cards with a cold cache; return seconds and queries."""
    env.invalidate_all()
    before, begun = env.cr.sql_log_count, perf_counter()
    found = env["bring.account"].web_search_read([], specification)
    taken = perf_counter() - begun
    assert any(card["open_order_count"] for card in found["records"]), "nothing was counted"
    return taken, env.cr.sql_log_count - before


def compute_only(env: Any, name: str) -> float:
    """Return the seconds that one computation takes with a cold cache."""
    env.invalidate_all()
    accounts = env["bring.account"].search([])
    begun = perf_counter()
    getattr(accounts, name)()
    return perf_counter() - begun


def fill(env: Any, account: Any, documents: int, transfers: int) -> None:
    """Write messages, documents, transfers, and a year of stock reports."""
    warehouse = account.warehouse_ids.warehouse_id
    values = {
        "account": account.id,
        "company": env.company.id,
        "out": warehouse.out_type_id.id,
        "in": warehouse.in_type_id.id,
        "stock": warehouse.lot_stock_id.id,
        "customers": env.ref("stock.stock_location_customers").id,
        "documents": documents,
        "transfers": transfers,
        "reports": 365,
        "lines": 20_000 if documents >= 200_000 else 2_000,
    }
    for statement in STATEMENTS:
        env.cr.execute(statement, values)
    env.cr.commit()
    env.cr._cnx.autocommit = True
    env.cr.execute("ANALYZE")
    env.cr._cnx.autocommit = False
    env.invalidate_all()


STATEMENTS = (
    # one message a document; every hundredth one we sent, a few of those stuck
    """
    INSERT INTO bring_message (account_id, company_id, direction, channel, state, content,
                               content_type, size, sha256, request_id, received_at, create_date)
    SELECT %(account)s, %(company)s,
           CASE WHEN n %% 100 = 0 THEN 'out' ELSE 'in' END, 'push',
           CASE WHEN n %% 100 = 0 THEN CASE WHEN n %% 20000 = 0 THEN 'attention' ELSE 'sent' END
                ELSE 'done' END,
           decode(repeat('20', 600), 'hex'), 'application/xml', 600, md5(n::text), md5(n::text),
           now() - n * interval '2 minutes', now() - n * interval '2 minutes'
      FROM generate_series(1, %(documents)s) n
    """,
    # a quarter order responses, the rest spread; 40 waiting, 40 in need of a person
    """
    INSERT INTO bring_document (message_id, account_id, company_id, position, kind, status_code,
                                reference, event_date, state, digest, applied_at, res_model, res_id)
    SELECT id, account_id, company_id, 1,
           (ARRAY['order_response', 'despatch_advice', 'receiving_advice',
                  'inventory_adjustment'])[1 + id %% 4],
           (ARRAY['O1', 'O2', 'O3', 'O4'])[1 + id %% 4], 'S' || id, received_at,
           CASE WHEN id %% 5000 = 1 THEN 'pending' WHEN id %% 5000 = 2 THEN 'attention'
                WHEN id %% 50 = 3 THEN 'ignored' ELSE 'done' END,
           request_id, received_at, 'stock.picking', 1 + id %% %(transfers)s
      FROM bring_message
    """,
    # a tenth receipts; what is open: 2 % at Bring in all stages, some late, some not sent
    """
    INSERT INTO stock_picking (name, state, move_type, picking_type_id, company_id, location_id,
                               location_dest_id, scheduled_date, date_done, bring_status,
                               bring_status_date, bring_order_number, bring_shipped, create_date)
    SELECT 'BENCH/' || n,
           CASE WHEN open THEN 'assigned' ELSE 'done' END, 'direct',
           CASE WHEN receipt THEN %(in)s ELSE %(out)s END, %(company)s,
           CASE WHEN receipt THEN %(customers)s ELSE %(stock)s END,
           CASE WHEN receipt THEN %(stock)s ELSE %(customers)s END,
           happened + interval '1 day', CASE WHEN NOT open THEN happened END,
           CASE WHEN receipt OR unsent THEN NULL
                WHEN open THEN (ARRAY['sent', 'registered', 'allocated', 'started',
                                      'picked'])[1 + n %% 5]
                ELSE 'despatched' END,
           happened, CASE WHEN NOT unsent THEN 'S' || n END, NOT open AND NOT receipt, happened
      FROM (SELECT n, n %% 10 = 0 AS receipt, n %% 50 IN (0, 1) AS open, n %% 500 = 1 AS unsent,
                   now() - (n %% 20000) * interval '20 minutes' AS happened
              FROM generate_series(1, %(transfers)s) n) made
    """,
    """
    INSERT INTO bring_inventory_report (account_id, company_id, event_date, state, line_count,
                                        agreement)
    SELECT %(account)s, %(company)s, now() - n * interval '1 day',
           CASE WHEN n = 1 THEN 'compared' ELSE 'applied' END, %(lines)s, 0.95 + (n %% 5) / 100.0
      FROM generate_series(1, %(reports)s) n
    """,
    """
    INSERT INTO bring_inventory_report_line (report_id, account_id, company_id, event_date, article,
                                             state)
    SELECT report.id, account_id, company_id, event_date, 'A' || n,
           CASE WHEN n %% 500 = 0 THEN 'differ' ELSE 'agree' END
      FROM bring_inventory_report report, generate_series(1, %(lines)s) n
     WHERE report.event_date > now() - interval '11 days'
    """,
)
