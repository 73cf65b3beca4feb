"""What Bring pushes: each message is written down first, then pushed, again if need be."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

import requests

from .push import MEDIA_TYPES, AnswerError, Endpoint

# So long Bring waits, on the simulated clock, before it pushes again; then it gives up.
REPEATS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))


@dataclass(frozen=True, slots=True)
class Attempt:
    """How a push went: the HTTP status (0 without an answer) and what was said."""

    at: datetime
    status: int
    said: str
    request_id: str = ""


@dataclass(slots=True)
class Push:
    """A message on its way. `state` is waiting, accepted or given up.

    `at` is when it happened in the warehouse; `copies` how often it is delivered in any case.
    """

    number: int
    kind: str
    title: str
    at: datetime
    body: bytes = field(repr=False)
    format: str = "xml"
    copies: int = 1
    state: str = "waiting"
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def sha256(self) -> str:
        return sha256(self.body).hexdigest()

    def deliver(self, endpoint: Endpoint, now: datetime) -> timedelta | None:
        """Push it; return how long to wait before the next time, None when that was the last."""
        delivered = all([self._attempt(endpoint, now) for _ in range(self.copies)])
        if delivered:
            self.state = "accepted"
            return None
        failures = sum(not attempt.request_id for attempt in self.attempts)
        if failures > len(REPEATS):
            self.state = "given up"
            return None
        return REPEATS[failures - 1]

    def _attempt(self, endpoint: Endpoint, now: datetime) -> bool:
        try:
            answer = endpoint.post(self.body, {"Content-Type": MEDIA_TYPES[self.format]})
        except AnswerError as error:
            attempt = Attempt(now, error.status, str(error))
        except requests.RequestException as error:
            attempt = Attempt(now, 0, f"no answer: {type(error).__name__}")
        else:
            request_id = answer.request_id if answer.success else ""
            attempt = Attempt(now, answer.status, answer.message, request_id)
        self.attempts.append(attempt)
        return bool(attempt.request_id)
