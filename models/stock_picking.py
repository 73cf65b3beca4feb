from odoo import api, fields, models

from .bring_status import RANK, STATUSES

# what was validated by hand while Bring had it to do waits for Bring's word
MAILS_DUE = [
    ("bring_mail_pending", "=", True),
    "|",
    "|",
    ("bring_shipped", "=", True),
    ("bring_order_id", "=", False),
    ("bring_order_id.state", "=", "closed"),
]


class StockPicking(models.Model):
    _inherit = "stock.picking"

    bring_status = fields.Selection(
        STATUSES, "Bring status", copy=False, readonly=True, index="btree_not_null"
    )
    bring_status_date = fields.Datetime("Bring status since", copy=False, readonly=True)
    bring_order_number = fields.Char("Bring's order number", copy=False, index="btree_not_null")
    bring_shipped = fields.Boolean(
        copy=False, readonly=True, help="Bring has shipped it: Odoo books no shipment for it."
    )
    bring_mail_pending = fields.Boolean(
        "Mail to the customer waits",
        copy=False,
        readonly=True,
        help="The customer's mail and SMS go next or, where Bring still has it to do, when Bring "
        "says that it left, or that it does nothing of it.",
    )
    bring_document_ids = fields.One2many(
        "bring.document",
        "res_id",
        "Bring's documents",
        domain=[("res_model", "=", "stock.picking")],
        readonly=True,
        groups="bring_warehousing.group_bring_user,sales_team.group_sale_salesman,"
        "purchase.group_purchase_user,stock.group_stock_user",
    )
    bring_has_documents = fields.Boolean(
        compute="_compute_bring_has_documents",
        compute_sudo=True,
        help="For the screens of those who may not read the documents.",
    )

    # what the mail action looks for, whatever the size of the archive
    _bring_mail_index = models.Index("(id) WHERE bring_mail_pending")

    @api.depends("bring_document_ids")
    def _compute_bring_has_documents(self):
        for picking in self:
            picking.bring_has_documents = bool(picking.bring_document_ids)

    def _bring_advance(self, status, at, is_day=False):
        """Take Bring's status over, forward only.

        A status never goes back, whatever the order of arrival. What happened before a backorder
        came to be was about the part that is gone.

        :param str status: a key of :data:`.bring_status.STATUSES`
        :param datetime at: when it happened, UTC
        :param bool is_day: only the day is known; then ``at`` is the latest that it can have been
        :return: the transfers that changed
        """
        changed = self.filtered(
            lambda picking: (
                RANK[status] > RANK.get(picking.bring_status, -1)
                and not picking._bring_is_before(at)
            )
        )
        self._bring_reached(status, at, is_day)
        if status != "sent":  # what Bring tells of, it has
            changed.bring_order_id._is_known()
        changed.write({"bring_status": status, "bring_status_date": at})
        return changed

    def _bring_happened(self, event):
        """Date done transfers, their moves and lines by when it happened at Bring.

        :param event: the ``bring.event`` that moved them
        """
        self.write({"date_done": event.event_date})
        self.move_ids._bring_happened(event)

    # -- Bring's shipping is not Odoo's ---------------------------------------

    def send_to_shipper(self):
        """Book nothing with a carrier for what Bring has shipped: it would be a second parcel."""
        if self.bring_shipped:
            return None
        return super().send_to_shipper()

    def _send_confirmation_email(self):
        """Leave the customer's mail for after the commit: it renders a PDF, and that may fail.

        Of what Bring still has to do, the customer hears when Bring says that it left.
        """
        later = self._bring_mails_later()
        if self.env.context.get("bring_shipping"):
            later = self
        mailed = later.filtered(
            lambda picking: (
                picking.picking_type_code == "outgoing"
                and (
                    picking.company_id.stock_move_email_validation
                    or picking.company_id._get_text_validation("sms")
                )
            )
        )
        if mailed:
            mailed.bring_mail_pending = True
            self._bring_send_mails_soon()
        if now := self - later:
            return super(StockPicking, now)._send_confirmation_email()
        return None

    def _bring_mails_later(self):
        """Return what is validated by hand while Bring has it to do, or may have."""
        if self.env.context.get("bring_shipping"):
            return self.browse()
        return self.filtered(
            lambda picking: (
                not picking.bring_shipped and picking.sudo().bring_order_id._has_something()
            )
        )

    @api.model
    def _bring_send_mails_soon(self):
        self.env.ref("bring_warehousing.ir_cron_send_mails").sudo()._trigger()

    @api.model
    def _cron_bring_send_mails(self):
        """Send the confirmation mails of what Bring has shipped, one by one, each committed."""
        waiting = self.search(MAILS_DUE, order="id", limit=1000)
        remaining = len(waiting)
        for picking in waiting:
            picking = picking.with_company(picking.company_id).try_lock_for_update(
                allow_referencing=True
            )
            remaining -= 1
            if not picking.bring_mail_pending:
                continue
            picking.bring_mail_pending = False
            try:
                with self.env.cr.savepoint():
                    picking._send_confirmation_email()
            except Exception as error:
                # a mail that can't be made must not hold up the others, nor be tried for ever
                picking._bring_mail_failed(error)
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                break

    def _bring_mail_failed(self, error):
        """Tell in the chatter that the customer's mail could not be sent."""
        self.ensure_one()
        self._message_log(
            body=self.env._(
                "The confirmation mail to the customer could not be sent: %s. Send it from here.",
                error,
            )
        )
