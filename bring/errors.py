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
