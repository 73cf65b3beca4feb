from odoo import api, fields, models
from odoo.fields import Domain

from ..bring.answer_codes import About, about, codes_in
from ..bring.ledger import surplus
from .bring_order import STATES
from .bring_status import STATUSES
from .bring_words import notification, quantity_words, sentence

# what asks for something; of several transfers of an order the first of these counts
SHOWN_STATES = ("rejected", "differs", "unknown", "draft", "waiting", "cancelling", "accepted")
OF_ORDERS = [state for state in SHOWN_STATES if state != "draft"]  # what has no order is a draft
URGENT = ("rejected", "differs", "unknown", "cancelling")  # more than how far Bring is
STANDINGS = [*((key, words) for key, words in STATES if key in SHOWN_STATES), *STATUSES]


class BringOrder(models.Model):
    """What people see of an order at Bring: both sides next to each other."""

    _inherit = "bring.order"

    ledger = fields.Html(
        "Bring and Odoo", compute="_compute_ledger", compute_sudo=True, sanitize=False,
        exportable=False, groups="base.group_user",
    )  # fmt: skip
    differing = fields.Text("What differs", compute="_compute_differing", compute_sudo=True)
    is_done_here = fields.Boolean(compute="_compute_differing", compute_sudo=True)
    has_surplus = fields.Boolean(compute="_compute_differing", compute_sudo=True)

    @api.depends("line_ids", "state", "is_to_compare")
    @api.depends_context("lang", "uid")
    def _compute_ledger(self):
        for order in self:
            order.ledger = self.env["ir.qweb"]._render(
                "bring_warehousing.ledger", {"lines": order._ledger_lines()}
            )

    @api.depends("state", "is_to_compare", "question", "settled")
    @api.depends_context("lang")
    def _compute_differing(self):
        for order in self:
            order.differing = order.is_done_here = order.has_surplus = False
            if order.question or (order.state == "rejected" and order.told_at):
                bring, wanted = order._standing().open, order._written().side
                order.differing = "\n".join(order._difference_words(bring, wanted))
                order.is_done_here = bool(order._done_by_hand())
                order.has_surplus = order._is_begun() and bool(surplus(bring, wanted))

    def _ledger_lines(self):
        """Return what Bring was told, what it did, what it still has, and what Odoo wants."""
        wanted = self._written().side.lines
        rows = []
        for line in self.line_ids:
            here = wanted.pop(line.number, None)
            rows.append(
                self._ledger_row(
                    line.number,
                    line.product_id,
                    line.lot_name,
                    float(here.quantity) if here and here.article == line.product_id.id else 0.0,
                    line,
                )
            )
        for number, here in wanted.items():
            product = self.env["product.product"].browse(here.article)
            rows.append(
                self._ledger_row(number, product, here.terms.get("batch"), float(here.quantity))
            )
        return sorted(rows, key=lambda row: row["number"])

    def _ledger_row(self, number, product, lot, wanted, line=None):
        def words(quantity):
            return quantity_words(self.env, quantity) if quantity else "–"

        left = line.left_quantity if line else 0.0
        return {
            "number": number,
            "product": product.display_name,
            "unit": product.uom_id.name,
            "lot": lot,
            "told": words(line.told_quantity if line else 0.0),
            "done": words(line.done_quantity if line else 0.0),
            "cancelled": words(line.cancelled_quantity if line else 0.0),
            "here": words(line.here_quantity if line else 0.0),
            "left": words(left),
            "wanted": words(wanted),
            "differs": product.uom_id.compare(left, wanted) != 0,
        }

    def action_open_transfer(self):
        """Open the transfer that the order is about."""
        self.check_access("read")
        self.ensure_one()
        picking = self._picking()
        return {
            "type": "ir.actions.act_window",
            "res_model": "stock.picking" if picking else self._name,
            "res_id": picking.id or self.id,
            "view_mode": "form",
        }


class StockPicking(models.Model):
    _inherit = "stock.picking"

    bring_sending = fields.Selection(
        STATES,
        "Bring order",
        compute="_compute_bring_sending",
        compute_sudo=True,
        search="_search_bring_sending",
        help="Where its order to Bring stands, while that asks for something: waiting, rejected, "
        "differing. How far Bring is with it, the Bring status says.",
    )
    bring_standing = fields.Selection(
        STANDINGS, "Bring", compute="_compute_bring_standing", compute_sudo=True
    )
    bring_ledger = fields.Html(
        compute="_compute_bring_ledger", compute_sudo=True, sanitize=False, exportable=False,
        groups="base.group_user",
    )  # fmt: skip
    bring_differing = fields.Text(
        "What differs", related="bring_order_id.differing", related_sudo=True
    )
    bring_is_done_here = fields.Boolean(related="bring_order_id.is_done_here", related_sudo=True)
    bring_has_surplus = fields.Boolean(related="bring_order_id.has_surplus", related_sudo=True)
    bring_is_brings = fields.Boolean(
        compute="_compute_bring_sending",
        compute_sudo=True,
        help="Bring is to do it, or has it to do: nobody validates it by hand first thing.",
    )
    bring_is_told = fields.Boolean(
        compute="_compute_bring_sending",
        compute_sudo=True,
        help="Bring has taken the order: what it rejects now is a change of it.",
    )
    bring_send_error = fields.Text(
        compute="_compute_bring_sending", compute_sudo=True, help="Why it could not be sent."
    )
    bring_lacks_articles = fields.Boolean(compute="_compute_bring_lacks", compute_sudo=True)
    bring_lacks_service = fields.Boolean(compute="_compute_bring_lacks", compute_sudo=True)
    bring_lacks_address = fields.Boolean(compute="_compute_bring_lacks", compute_sudo=True)

    @api.depends("bring_order_id.state", "bring_order_id.message_ids.error", "bring_can_send")
    def _compute_bring_sending(self):
        for picking in self:
            order = picking.bring_order_id
            shown = order.state if order.state in OF_ORDERS else False
            picking.bring_sending = shown or ("draft" if picking.bring_can_send else False)
            picking.bring_is_brings = picking.bring_can_send or bool(order._has_something())
            picking.bring_is_told = bool(order.told_at)
            error = order._open_message("attention", "unknown").error
            picking.bring_send_error = error and sentence(error)

    @api.model
    def _search_bring_sending(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain("bring_order_id.state", "in", [s for s in value if s in OF_ORDERS])
        if "draft" in value:
            domain |= Domain("id", "in", self._bring_unsent().ids)
        return domain

    @api.model
    def _bring_unsent(self):
        """Return what could be sent to Bring, and was not."""
        mapped = self.env["bring.warehouse"].sudo().search([("account_id.active", "=", True)])
        return self.search(
            [
                ("picking_type_id.warehouse_id", "in", mapped.warehouse_id.ids),
                ("state", "in", ["confirmed", "assigned", "waiting"]),
                ("bring_status", "=", False),
            ]
        ).filtered(lambda picking: picking.bring_sending == "draft")

    @api.depends("bring_status", "bring_sending")
    def _compute_bring_standing(self):
        for picking in self:
            picking.bring_standing = standing(picking.bring_status, picking.bring_sending)

    @api.depends("bring_sending", "partner_id", "carrier_id", "bring_account_id")
    def _compute_bring_lacks(self):
        """Find the cause of what Bring rejects, or would, where a button mends it."""
        for picking in self:
            account = picking.bring_account_id
            is_stuck = picking.bring_sending in ("draft", "rejected") and account
            is_out = picking.picking_type_code != "incoming"
            partner = picking.partner_id or picking._bring_own_destination()
            picking.bring_lacks_articles = bool(is_stuck) and picking._bring_lacks_articles()
            picking.bring_lacks_service = bool(
                is_stuck and is_out and not picking._bring_services()[0]
            )
            picking.bring_lacks_address = bool(
                is_stuck
                and partner
                and not all(partner[name] for name in ("street", "city", "country_id"))
            )

    def _bring_lacks_articles(self):
        """Tell whether Bring does not know the articles: it says so, or they were never sent."""
        codes = codes_in(self.bring_send_error or "")
        if codes and about(*codes) is About.ARTICLE:
            return True
        if self.bring_is_told:
            return False  # what Bring took it knows
        articles = self.env["bring.article"]
        find = articles._never_sent if self.bring_sending == "rejected" else articles._unsent
        return bool(find(self.bring_account_id, self._bring_moves().product_id))

    @api.depends("bring_order_id.ledger")
    @api.depends_context("lang", "uid")
    def _compute_bring_ledger(self):
        for picking in self:
            order = picking.bring_order_id
            picking.bring_ledger = order.ledger if order.line_ids else False

    # the buttons of the order, where the transfer is what people look at
    def action_bring_leave(self):
        """Leave what differs at Bring's."""
        return self._bring_decide("action_leave")

    def action_bring_agreed(self):
        """Take it that what Odoo wants was agreed with Bring."""
        return self._bring_decide("action_agreed")

    def action_bring_tell(self):
        """Have Bring told of what is wanted now, after goods were moved by hand."""
        return self._bring_decide("action_tell_bring")

    def action_bring_send_rest(self):
        """Send what Bring was never told as an order of its own."""
        return self._bring_decide("action_send_rest")

    def action_bring_retry(self):
        """Send what Bring rejected once more, as the transfer is now."""
        self.check_access("read")
        return self.sudo().bring_order_id._open_message().sudo(False).action_resend()

    def action_bring_send_articles(self):
        """Send the articles of these transfers to Bring, and then what was rejected for them."""
        self._bring_check_may_send()
        for picking in self.sudo():
            products = picking._bring_moves().product_id.filtered("is_storable")
            self.env["bring.article"].sudo()._send_now(picking.bring_account_id, products)
            message = picking.bring_order_id._open_message("attention")
            message.write({"state": "waiting", "next_attempt_at": False})
        self.env.ref("bring_warehousing.ir_cron_send").sudo()._trigger()
        return notification(
            "success", self.env._("The articles go to Bring in a moment, and the order after them.")
        )

    def action_bring_open_address(self):
        """Open the address that lacks something."""
        self.check_access("write")
        self.ensure_one()
        partner = self.partner_id or self.sudo()._bring_own_destination()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": partner.id,
            "view_mode": "form",
        }

    def action_bring_open_account(self):
        """Open the account, where the default service is chosen."""
        self.check_access("write")
        self.ensure_one()
        return self.sudo().bring_account_id.action_open()

    def _bring_decide(self, action):
        self.check_access("write")
        return getattr(self.sudo().bring_order_id.sudo(False), action)()


def standing(status, sending):
    """Return what one badge says: what asks for something first, else how far Bring is.

    :param status: a key of :data:`.bring_status.STATUSES`, or False
    :param sending: one of :data:`SHOWN_STATES`, or False
    """
    return sending if sending in URGENT else status or sending
