from odoo import api, models
from odoo.tools import LazyTranslate

from ..bring.kinds import BUILT_IN, Kinds

_lt = LazyTranslate(__name__)

LABELS = {
    "order_response": _lt("Order response"),
    "despatch_advice": _lt("Despatch advice"),
    "receiving_advice": _lt("Receiving advice"),
    "inventory_report": _lt("Stock report"),
    "operations_notification": _lt("Status change"),
}


class BringDocument(models.Model):
    """Which kinds of documents there are."""

    _inherit = "bring.document"

    @api.model
    def _bring_kinds(self):
        """Return the kinds of documents that Bring may send, with their names for people.

        Inherit it to add one, and make a model ``bring.handler.<name of the kind>`` that inherits
        ``bring.handler``. The door then takes messages with the kind's root element, and the
        documents in them are read and handled as all others are; without a handler a person is
        asked. Of two kinds with one document element the last counts.
        It is asked for each delivery: no search in it.

        :return: list of (:class:`..bring.kinds.Kind`, label)
        """
        return [(kind, LABELS[kind.name]) for kind in BUILT_IN]

    @api.model
    def _readable_kinds(self):
        """Return the kinds as ``bring/`` wants them."""
        return Kinds(kind for kind, _label in self._bring_kinds())

    @api.model
    def _selection_kind(self):
        """Return the kinds to choose from, those without a root of their own included."""
        labels = {kind.name: self.env._(label) for kind, label in self._bring_kinds()}
        return [
            *labels.items(),
            # the same root as stock reports have
            ("inventory_adjustment", self.env._("Stock adjustment")),
            ("unsupported", self.env._("Not supported")),
        ]
