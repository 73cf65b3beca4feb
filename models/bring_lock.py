from contextlib import contextmanager

from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from odoo.modules import module
from odoo.service.model import retrying
from odoo.sql_db import Cursor

CALLING = 0x62726963  # "bric": the class of the locks held while Bring is called


@contextmanager
def exclusively(cr, purpose, record_id):
    """Hold a lock over commits, so that one process at a time calls Bring for an account.

    :param int purpose: the class of the lock
    :param int record_id: id of the account
    :return: whether the lock was free
    """
    cr.execute("SELECT pg_try_advisory_lock(%s, %s)", [purpose, record_id])
    if not cr.fetchone()[0]:
        yield False
        return
    try:
        yield True
    finally:
        # the transaction may have failed: then nothing can be executed in it
        if cr.connection.get_transaction_status() == TRANSACTION_STATUS_INERROR:
            cr.rollback()
        cr.execute("SELECT pg_advisory_unlock(%s, %s)", [purpose, record_id])


def commit(env):
    """Commit what is written, before Bring is called and after it has answered.

    In a test the transaction belongs to the test.
    """
    if belongs_to_test(env):
        env.flush_all()
    else:
        env.cr.commit()


def time_left(env, done, remaining):
    """Commit, and tell a scheduled action how far it is, so that Odoo calls it again.

    :param int done: how much was done since it was last told
    :param int remaining: how much is left
    :return: seconds until the action should stop; infinite outside a scheduled action
    """
    if "ir_cron_progress_id" in env.context:
        return env["ir.cron"]._commit_progress(done, remaining=remaining)
    commit(env)
    return float("inf")


def settle(env, step):
    """Take a step, and commit; take it anew when somebody wrote to the same records meanwhile.

    A scheduled action must not fail for that: Odoo switches off what fails too often. What
    changes something at Bring stays out of the step.

    :param step: called without arguments, as often as it takes
    :return: what the step returned
    """
    if not belongs_to_test(env):
        return retrying(step, env)
    result = step()
    env.flush_all()
    return result


def oldest_change(env):
    """Return a moment before which nothing is changed any more: what was, can be seen by now.

    Odoo dates a change with the start of its transaction, which may be long ago when it ends.

    :return: naive UTC
    """
    commit(env)
    env.cr.execute(
        """
        SELECT min(xact_start) AT TIME ZONE 'UTC' FROM pg_stat_activity
        WHERE datname = current_database()
        """
    )
    (moment,) = env.cr.fetchone()
    commit(env)  # what follows must see all that ended meanwhile
    return moment


def belongs_to_test(env):
    return module.current_test and isinstance(env.cr, Cursor)
