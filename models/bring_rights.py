from odoo.exceptions import AccessError

MANAGER = "bring_warehousing.group_bring_manager"


def check_manager(records, refusal=None):
    """Let Bring managers pass, and only with records that they may read.

    :param str refusal: what others are told; by default that a manager can do it
    :raises AccessError: for others
    """
    env = records.env
    records.check_access("read")
    if not env.su and not env.user.has_group(MANAGER):
        raise AccessError(refusal or env._("Only a Bring Manager can do that. Ask one to do it."))
