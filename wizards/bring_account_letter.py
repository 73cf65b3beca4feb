from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize_all

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

PURPOSES = [
    ("setup", "Where and how to send"),
    ("questions", "Questions before going live"),
]


class BringAccountLetter(models.TransientModel):
    """A letter to Bring: where and how to send, or what its pages leave open.

    It goes out as a mail of its own, not over the account's chatter: whoever reads the account
    need not know its address. A key that goes with it is made when it is sent, and kept nowhere.
    """

    _name = "bring.account.letter"
    _inherit = "bring.dialog"
    _description = "Letter to Bring about the set-up"

    account_id = fields.Many2one("bring.account", required=True, ondelete="cascade")
    purpose = fields.Selection(PURPOSES, required=True, default="setup")
    email_to = fields.Char("To", help="Your contact at Bring; several addresses with commas.")
    subject = fields.Char(compute="_compute_letter", compute_sudo=False, store=True, readonly=False)
    body = fields.Html(compute="_compute_letter", compute_sudo=False, store=True, readonly=False)
    with_key = fields.Boolean("Put a new key into the letter")
    missing = fields.Text(
        compute="_compute_missing", help="Steps that come before the letter and are not done."
    )

    @api.depends("account_id", "purpose")
    def _compute_letter(self):
        for letter in self:
            # whose letter it is may read the account; to render a template is the template's right
            template = self.env.ref(f"bring_warehousing.mail_template_{letter.purpose}").sudo()
            letter.account_id.check_access("read")
            ids = letter.account_id.ids
            for field, source in (("subject", "subject"), ("body", "body_html")):
                letter[field] = template._render_field(source, ids)[ids[0]] if ids else False

    @api.depends("account_id", "purpose")
    def _compute_missing(self):
        for letter in self:
            letter.missing = False
            if letter.purpose != "setup":
                continue
            account = letter.account_id
            labels = account._setup_labels()
            letter.missing = "\n".join(
                labels[step]
                for step in ("account", "warehouses", "reachable")
                if not account[f"setup_{step}"]
            )

    def action_send(self):
        """Send the letter now, and note on the account that Bring was told.

        :raises UserError: when it can't be sent; then nothing has changed, and there is no key
        """
        account = self.account_id
        account.check_access("write")
        self.ensure_one()
        recipients = email_normalize_all(self.email_to or "")
        if not recipients:
            raise UserError(self.env._("Enter the e-mail address of your contact at Bring."))
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": self.subject,
                    "body_html": (self.body or Markup()) + self._closing(),
                    "email_to": ", ".join(recipients),
                    "email_from": self.env.user.email_formatted,
                    "reply_to": self.env.user.email_formatted,
                    "author_id": self.env.user.partner_id.id,
                    "auto_delete": True,  # the key must not stay
                    "message_type": "email_outgoing",
                    "is_notification": False,
                }
            )
        )
        try:
            mail.send(raise_exception=True)
        except (MailDeliveryException, OSError) as error:  # SMTP's errors are OSErrors
            raise self._not_sent(" ".join(str(part) for part in error.args)) from error
        if mail.exists().state == "exception":
            raise self._not_sent(mail.failure_reason)
        done = "told" if self.purpose == "setup" else "asked"
        account.sudo().write(
            {f"{done}_at": fields.Datetime.now(), f"{done}_to": ", ".join(recipients)}
        )
        account._message_log(body=self._log_line(recipients))
        return {"type": "ir.actions.act_window_close"}

    def _not_sent(self, reason):
        return UserError(
            self.env._(
                "The letter could not be sent, and no key was made: %s. Set up the outgoing mail "
                "server in the general settings, or copy the letter into a mail of your own and "
                "press “Bring knows already” in the guide.",
                reason,
            )
        )

    def _closing(self):
        """Return the last paragraph: the key itself, or that it comes in another way."""
        if self.purpose != "setup":
            return Markup()
        if not self.with_key:
            return Markup("<p>%s</p>") % self.env._(
                "The key is not in this mail: you get it in another way."
            )
        name = self.env._("Bring, by letter %s", fields.Date.context_today(self))
        key = self.env["bring.account.key"]._generate(self.account_id, name)
        return Markup("<p>%s <code>%s</code></p>") % (self.env._("The key:"), key)

    def _log_line(self, recipients):
        if self.purpose == "questions":
            return self.env._("Questions were sent to %s.", ", ".join(recipients))
        if self.with_key:
            return self.env._(
                "The set-up and a new key were sent to %s. Nobody can read the key here.",
                ", ".join(recipients),
            )
        return self.env._("The set-up was sent to %s, without a key.", ", ".join(recipients))
