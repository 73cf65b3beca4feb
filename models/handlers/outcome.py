from dataclasses import dataclass, field
from datetime import date

from odoo import models
from odoo.exceptions import UserError


class Attention(UserError):
    """A document cannot be applied; its text tells a warehouse manager why and what to do.

    :ivar cause: a key of :data:`..bring_cause.CAUSES`
    :ivar subject: what it is about, as Bring wrote it: the article's or order's number, the code of
        the warehouse or the unit. Documents with the same cause and subject are mended together.
    """

    def __init__(self, text, *, cause, subject=None):
        super().__init__(text)
        self.cause = cause
        self.subject = subject


class Later(Exception):
    """A document must wait for others; it stays pending."""


class Covered(Exception):
    """What a document tells is in Odoo already, because Bring was asked before it told."""


@dataclass
class Match:
    """What a document is about.

    :ivar orders: ``sale.order`` or ``purchase.order`` records, may be empty
    :ivar pickings: its transfers, whatever their state
    :ivar items: what a handler found out about the document's lines
    :ivar status: how far the document says that they are, a key of the statuses
    :ivar is_booked: Odoo has booked already what the document tells
    :ivar covered: transfer done by what Bring answered → {product id: how much of it this tells}
    :ivar articles: ids of the products whose stock it changes
    :ivar only_ships: goods leave, and nothing else happens to them
    """

    orders: models.BaseModel
    pickings: models.BaseModel
    items: list = field(default_factory=list)
    status: str | None = None
    is_booked: bool = False
    covered: dict = field(default_factory=dict)
    articles: frozenset = frozenset()
    only_ships: bool = False

    def waits_for(self, other):
        """Tell whether a document has to wait until one before it is through.

        It does where both are about one order. Of an article, what is on the shelf and what it
        cost depends on what came first: only despatches may change places among themselves.
        """
        if self.pickings & other.pickings:
            return True
        return bool(self.articles & other.articles) and not (self.only_ships and other.only_ships)


@dataclass
class Goods:
    """A quantity of one product that a line of a document speaks of.

    :ivar number: the line's number, as we sent it
    :ivar product: ``product.product``
    :ivar quantity: in the product's own unit
    :ivar lot_name: batch or serial number, or None where Bring names none
    :ivar sscc: the logistic unit's number, or None
    :ivar lot: the ``stock.lot`` of ``lot_name``, once the document is applied
    :ivar location: the ``stock.location`` that it went to, where that is not the usual one
    :ivar condition: Bring's receiving condition, where the goods are held back
    :ivar imei: the IMEI that Bring names beside the serial number, or None
    :ivar unit_weight: net weight of one of the product's unit, in kilograms, or None
    """

    number: str | None
    product: models.BaseModel
    quantity: float
    lot_name: str | None = None
    best_before: date | None = None
    sscc: str | None = None
    lot: models.BaseModel | None = None
    location: models.BaseModel | None = None
    condition: str | None = None
    imei: str | None = None
    unit_weight: float | None = None
