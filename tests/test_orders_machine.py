import logging
import os
import unittest
from unittest.mock import patch

from ..bring import ledger
from ..models import bring_order_reconcile
from .test_orders_at_bring import LedgerCase

try:  # a tool of the tests, which an installed addon does not need
    from .orders_machine import explore
except ImportError:
    explore = None

_logger = logging.getLogger(__name__)

STEPS = int(os.environ.get("BRING_STEPS", "10000"))


@unittest.skipIf(explore is None, "hypothesis is not installed")
class TestOrdersMachine(LedgerCase):
    def at_bring_is(self, quantity):
        """Let Bring have so much of each article that is free."""
        for product in ("A1", "B1"):
            free = self.server.stock.quantity(product)
            now = self.server.clock.now
            if free < quantity:
                self.server.stock.put(
                    "BERGER", product, quantity - free, at=now, status="AVAILABLE_FOR_SALE"
                )
            elif free > quantity:
                self.server.stock.take("BERGER", product, free - quantity, at=now)

    def setUp(self):
        super().setUp()
        for product in (self.a, self.b):
            self.put_stock(product, 10_000)
        self.account.api_format = "json"
        # the same life has the same numbers: else hypothesis could not live it again
        self.env["ir.sequence"].search([("active", "=", True)]).implementation = "no_gap"

    def test_odoo_and_bring_end_equal_or_a_person_knows(self):
        lives = explore(self, STEPS, os.environ.get("BRING_SEED"))
        words = "%s steps in %s lives of orders; %s ended with nothing open"
        _logger.info(words, lives.steps, lives.lives, lives.compared)
        self.assertGreater(lives.compared, lives.lives / 4, "else little is proved")

    def test_the_machine_finds_what_is_wrong(self):
        """A model that finds nothing proves nothing: here are faults, one at a time."""
        orders, messages = self.env.registry["bring.order"], self.env.registry["bring.message"]

        def careless(standing, odoo, **options):
            step = ledger.next_step(standing, odoo, **options)
            return ledger.Step.NOTHING if step is ledger.Step.UPDATE else step

        faults = {
            "it is sent again without asking": (messages, "_ask_before_again", lambda *_args: True),
            "what Bring did is forgotten": (orders, "_bring_did", lambda *_args: None),
            "changes are not told": (bring_order_reconcile, "next_step", careless),
            "a cancellation is not told": (orders, "_cancel_at_bring", lambda *_args: None),
            "what was done by hand is not seen": (orders, "_done_by_hand", lambda *_args: {}),
        }
        for name, (place, attribute, replacement) in faults.items():
            with (
                self.subTest(name),
                patch.object(place, attribute, replacement),
                self.assertRaises(AssertionError),
            ):
                explore(self, 2_000, shrink=False)
