from ..bring.errors import (
    AccountRefused,
    BadSettings,
    BrokenAnswer,
    ElsewhereError,
    RejectedError,
    TransportError,
    UnknownOutcome,
)

OPEN = ("waiting", "unknown", "attention")  # states of a message that is on its way to Bring
IN_A_ROW = 3  # messages without an outcome that make it a matter of the connection


class Run:
    """What one run of the outbox has learnt about the connection with Bring.

    A failure of the connection or of the login ends the run (:meth:`count` raises it); any other
    is its message's alone. Where Bring can't be asked, it is not asked again in this run.
    """

    def __init__(self, client):
        self.client = client
        self.asking_failed = None
        self.answered = False
        self.elsewhere = None  # the last answer that wasn't Bring's
        self._in_a_row = 0

    def ask(self, order_number, **options):
        """Ask for an order; see :meth:`..bring.client.Client.order`."""
        if self.asking_failed:
            raise self.asking_failed
        try:
            return self.client.order(order_number, **options)
        except (TransportError, AccountRefused, BadSettings) as error:
            self.asking_failed = error
            raise

    def count(self, failure):
        """Take notice of how a call ended.

        :param failure: the :class:`..bring.errors.CallError`, or None
        """
        if failure is None or is_final(failure):
            self.answered = True
            self._in_a_row = 0
            return
        self._in_a_row += 1
        is_alone = isinstance(failure, UnknownOutcome | ElsewhereError)
        if not is_alone or self._in_a_row == IN_A_ROW:
            raise failure
        if isinstance(failure, ElsewhereError):  # perhaps a firewall dislikes this one
            self.elsewhere = failure


def is_final(error):
    """Tell whether Bring said no to what was sent, and would again."""
    return isinstance(error, RejectedError | BrokenAnswer) and not isinstance(error, AccountRefused)


def passes(error):
    """Tell whether a call may end well later without anybody doing something."""
    return isinstance(error, TransportError) and (error.retry or isinstance(error, UnknownOutcome))
