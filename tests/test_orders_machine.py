import logging
import os
import unittest

from .test_orders_at_bring import LedgerCase

try:  # a tool of the tests, which an installed addon does not need
    from .orders_machine import explore
except ImportError:
    explore = None

_logger = logging.getLogger(__name__)

STEPS = int(os.environ.get("BRING_STEPS", "1500"))


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
