from odoo import fields, models
from odoo.tools.misc import get_lang


class ResCompany(models.Model):
    _inherit = "res.company"

    bring_account_ids = fields.One2many("bring.account", "company_id", "Bring accounts")
    bring_cron_id = fields.Many2one(
        "ir.cron",
        "Bring: apply documents",
        copy=False,
        ondelete="set null",
        groups="base.group_system",
        help="One scheduled action for each company: companies are worked on in parallel, the "
        "documents of one company one after the other.",
    )

    def _bring_ensure_cron(self):
        """Make the scheduled action that applies this company's documents, where it's missing."""
        model = self.env["ir.model"]._get("bring.document").sudo()
        for company in self.sudo().filtered(lambda company: not company.bring_cron_id):
            company.bring_cron_id = (
                self.env["ir.cron"]
                .sudo()
                .create(
                    {
                        "name": f"Bring Warehousing: apply documents of {company.name}",
                        "model_id": model.id,
                        "state": "code",
                        "code": f"model._cron_process_pending({company.id})",
                        "interval_number": 5,
                        "interval_type": "minutes",
                        "user_id": self.env.ref("base.user_root").id,
                        "priority": 3,
                    }
                )
            )

    def _bring_lang(self):
        """Return the language in which scheduled actions write to the company's people."""
        self.ensure_one()
        return get_lang(self.env, self.partner_id.lang).code

    def _bring_wake(self):
        """Have the company's waiting messages applied at once, after the commit.

        One trigger that the scheduler has not taken yet is enough for any number of messages,
        and making it costs as much as all the rest of a delivery. The scheduler takes a trigger
        by deleting it, before its transaction for the work begins; our lock makes it wait for our
        commit, so that it finds our message. A trigger that is being taken is locked: skipped. One
        that is older may be known to nobody (made for later, or left by a server that was
        stopped): the scheduler would come upon it only when it looks of itself, once a minute.
        """
        self.ensure_one()
        self.env.cr.execute(
            """
            SELECT 1
              FROM ir_cron_trigger AS trigger
              JOIN res_company AS company ON company.bring_cron_id = trigger.cron_id
             WHERE company.id = %s AND trigger.call_at <= now() AT TIME ZONE 'UTC'
               AND trigger.create_date > now() AT TIME ZONE 'UTC' - interval '5 seconds'
             LIMIT 1
               FOR KEY SHARE OF trigger SKIP LOCKED
            """,
            [self.id],
        )
        if self.env.cr.fetchone():
            return
        company = self.sudo()
        if not company.bring_cron_id:
            company._bring_ensure_cron()
        company.bring_cron_id._trigger()
