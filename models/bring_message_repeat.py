from odoo import fields, models


class BringMessageRepeat(models.Model):
    """How often the bytes of a message came again.

    In a row of its own: Bring may send what waits again and again while it is being applied, and
    who counts must not write to the row that the engine writes to.
    """

    _name = "bring.message.repeat"
    _description = "Bring message sent again"

    message_id = fields.Many2one("bring.message", required=True, readonly=True, ondelete="cascade")
    count = fields.Integer(required=True, readonly=True)
    last_at = fields.Datetime(required=True, readonly=True)

    _message_unique = models.UniqueIndex("(message_id)")
