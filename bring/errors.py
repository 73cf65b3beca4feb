"""The exceptions of this package, one small tree."""

_SHOWN = 80


class BringError(Exception):
    """Base of everything that this package raises on purpose."""


class MessageError(BringError):
    """A document of a message can't be read.

    ``path`` names the element ("despatchAdvice[2]/despatchInformation/despatchDateTime", indexes
    from 1), ``value`` is the text found there (None when there is none), ``reason`` says in
    words what is wrong with it.
    """

    def __init__(self, reason: str, *, path: str | None = None, value: str | None = None) -> None:
        super().__init__(reason, path, value)
        self.reason = reason
        self.path = path
        self.value = value

    def __str__(self) -> str:
        words = self.reason
        if self.value is not None:
            shown = self.value if len(self.value) <= _SHOWN else self.value[:_SHOWN] + "…"
            words = f"{shown!r} {words}"
        return f"{self.path}: {words}" if self.path else words


class RefusedMessage(MessageError):
    """The message as a whole can't be taken.

    It is empty, not well-formed, too deep, in an unknown encoding, has a document type
    declaration or a root that isn't one of Bring's.
    """


class TooLarge(RefusedMessage):
    """The message is larger than the account takes."""


class CallError(BringError):
    """A call of Bring's interfaces that didn't end well.

    ``reason`` says in words what happened and what to do; ``call`` names the call ("order
    S00012"), "" until it is known. Neither ever holds a key.
    """

    def __init__(self, reason: str, *, call: str = "") -> None:
        super().__init__(reason, call)
        self.reason = reason
        self.call = call

    def __str__(self) -> str:
        return f"{self.call}: {self.reason}" if self.call else self.reason


class BadSettings(CallError):
    """The account's settings can't be used for a call: a key is missing, an address is none."""


class TransportError(CallError):
    """Bring wasn't reached, or couldn't answer; nothing was changed there.

    ``retry`` tells whether the same call may succeed later without anyone doing something.
    """

    def __init__(self, reason: str, *, call: str = "", retry: bool = True) -> None:
        super().__init__(reason, call=call)
        self.retry = retry


class UnknownOutcome(TransportError):
    """Something was sent, and whether Bring took it isn't known.

    A time-out, a cut, a 5xx, or an answer that says neither yes nor no. Ask for the order
    before sending it again. ``retry`` is False.
    """

    def __init__(self, reason: str, *, call: str = "") -> None:
        super().__init__(reason, call=call, retry=False)


class ElsewhereError(TransportError):
    """An answer without a word of Bring's, from whatever stands before it.

    A gateway, a proxy, a firewall, or another server at a wrong address: its status says nothing
    about an order, and nothing reached Bring. ``retry`` is False.
    """

    def __init__(self, reason: str, *, call: str = "") -> None:
        super().__init__(reason, call=call, retry=False)


class RejectedError(CallError):
    """Bring answered, and said no: to this order, this article, this question.

    ``code`` is Bring's own (PO_STATE_001), "" when it gave none; ``description`` are Bring's
    words; ``http_status`` is that of the answer, None when it isn't known (or when the refusal
    is ours, because Bring would refuse for certain).
    """

    def __init__(
        self,
        description: str,
        *,
        code: str = "",
        http_status: int | None = None,
        call: str = "",
    ) -> None:
        super().__init__(description, call=call)
        self.code = code
        self.http_status = http_status

    @property
    def description(self) -> str:
        return self.reason

    def __str__(self) -> str:
        status = f"HTTP {self.http_status}" if self.http_status not in (None, 200) else ""
        codes = ", ".join(filter(None, (self.code, status)))
        return f"{super().__str__()} ({codes})" if codes else super().__str__()


class AccountRefused(RejectedError):
    """Bring says no to the account or to our way of calling: it would say so to any call."""


class NotAuthorised(AccountRefused):
    """The API user or key is wrong, or has no access to this customer number."""


class NotFound(RejectedError):
    """Bring itself says that it has no such order or article.

    Never raised for a mere HTTP 404: an address that is wrong proves nothing about an order.
    """


class NoItems(RejectedError):
    """Bring has no lines of an order; of the order itself that says nothing."""


class AlreadyThere(RejectedError):
    """Bring has an order of this number already: what was sent did arrive, or another did."""


class BrokenAnswer(CallError):
    """The answer can't be read: not what was asked for, cut, too large, or with a DTD."""


class NotOffered(CallError):
    """The SOAP service lacks the operation."""
