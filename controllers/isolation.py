from psycopg2.extensions import TRANSACTION_STATUS_IDLE


def relax_isolation(cr):
    """Use READ COMMITTED for this transaction, if it has not begun.

    For single statements that settle a conflict by themselves (``ON CONFLICT``): under Odoo's
    REPEATABLE READ the loser would fail and be run again after a pause of up to two seconds.
    """
    if cr.connection.get_transaction_status() == TRANSACTION_STATUS_IDLE:
        cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
