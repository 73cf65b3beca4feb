import hashlib
import hmac
import secrets

from odoo import api, fields, models

PREFIX_LENGTH = 8


def hash_key(key):
    """Return the SHA-256 of a key as hex.

    A plain hash is enough: the keys are random, 256 bits long, so there is nothing to guess.
    """
    return hashlib.sha256(key.encode()).hexdigest()


class BringAccountKey(models.Model):
    """A key that Bring calls us with: as ``X-API-KEY``, or as the password of Basic."""

    _name = "bring.account.key"
    _inherit = "bring.border"
    _description = "Bring access key"
    _order = "id desc"

    account_id = fields.Many2one("bring.account", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    name = fields.Char("Used for", required=True)
    prefix = fields.Char("Starts with", size=PREFIX_LENGTH, readonly=True, copy=False, index=True)
    key_hash = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    last_used_at = fields.Datetime("Last used", readonly=True, copy=False)
    revoked_at = fields.Datetime("Revoked", readonly=True, copy=False)

    @api.model
    def _generate(self, account, name):
        """Make a key for ``account`` and return it in clear: the only time that it can be seen.

        :param account: a ``bring.account``
        :param str name: what the key is for, in the administrator's words
        :rtype: str
        """
        key = secrets.token_urlsafe(32)
        self.sudo().create(
            {
                "account_id": account.id,
                "name": name,
                "prefix": key[:PREFIX_LENGTH],
                "key_hash": hash_key(key),
            }
        )
        return key

    @api.model
    def _match(self, account_id, keys):
        """Return the id of the valid key when *every* one of ``keys`` is valid, else ``None``.

        The account may be unknown (``None``): then the same work is done and nothing matches, so
        that the time that it takes tells nothing.

        :param int account_id: id of the account that the URL names, or ``None``
        :param list keys: the credentials that were sent, in clear
        """
        if any("\0" in key for key in keys):  # PostgreSQL takes none, and no key has one
            return None
        self.env.cr.execute(
            """
            SELECT id, key_hash FROM bring_account_key
             WHERE account_id = %s AND prefix = ANY(%s) AND revoked_at IS NULL
            """,
            [account_id, [key[:PREFIX_LENGTH] for key in keys]],
        )
        stored = self.env.cr.fetchall() or [(None, "")]
        matched = None
        for key in keys:
            sent = hash_key(key)
            found = None
            for key_id, key_hash in stored:
                if hmac.compare_digest(sent, key_hash or ""):
                    found = key_id
            if found is None:
                return None
            matched = found
        return matched

    def _bring_touch(self, at):
        """Note that these keys were used ``at`` (a UTC datetime), unless later is known."""
        self.filtered(lambda key: not key.last_used_at or key.last_used_at < at).last_used_at = at

    def action_revoke(self):
        """Refuse these keys from now on, for good. What arrived with them stays.

        The hash goes: nothing that is written afterwards makes such a key valid again.
        """
        self.check_access("write")
        self.sudo().filtered(lambda key: not key.revoked_at).write(
            {"revoked_at": fields.Datetime.now(), "key_hash": False}
        )
