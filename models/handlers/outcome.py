from dataclasses import dataclass, field

from odoo import models
from odoo.exceptions import UserError


class Attention(UserError):
    """A document cannot be applied; its text tells a warehouse manager why and what to do."""


class Later(Exception):
    """A document must wait for others; it stays pending."""


@dataclass
class Match:
    """What a document is about.

    :ivar keys: what it touches. Documents with a key in common are applied one after the other.
    :ivar orders: ``sale.order`` or ``purchase.order`` records, may be empty
    :ivar pickings: its transfers, whatever their state
    :ivar items: what a handler found out about the document's lines
    """

    orders: models.BaseModel
    pickings: models.BaseModel
    items: list = field(default_factory=list)

    @property
    def keys(self):
        return set(self.pickings.ids)
