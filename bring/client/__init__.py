"""Calling Bring: ``connect`` gives a client that speaks REST or SOAP, as the account says.

Plain Python: requests, zeep and lxml. Nothing here knows where settings or answers are kept.
"""

import random as _random
import time
from collections.abc import Callable
from datetime import tzinfo
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from .base import Client
from .cache import WsdlCache
from .http import Http
from .rest import RestClient
from .settings import Settings

__all__ = ["Client", "Settings", "WsdlCache", "connect"]


def connect(
    settings: Settings,
    *,
    session: requests.Session | None = None,
    sleep: Callable[[float], None] = time.sleep,
    random: Callable[[], float] = _random.random,
    wsdl_cache: WsdlCache | None = None,
    tz: str | tzinfo = "Europe/Oslo",
) -> Client:
    """Return a client; it calls nobody yet. Use it in a ``with``, or ``close()`` it.

    ``session`` makes the calls and stays the caller's to close; ``sleep`` (seconds) and
    ``random`` (0 to 1) rule the pauses before a call is repeated; ``wsdl_cache`` keeps the
    WSDL; ``tz`` is the time zone of times without an offset, in answers and in what is sent.
    """
    owned = session is None
    if session is None:
        session = requests.Session()
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Patience(settings.connect_timeout))
    http = Http(settings, session, sleep, random)
    if settings.transport == "soap":
        from .soap import SoapClient  # zeep is slow to import, and few need it

        return SoapClient(http, tz, owned=owned, cache=wsdl_cache)
    return RestClient(http, tz, owned=owned)


class _Patience(HTTPAdapter):
    """Wait for a connection shorter than for an answer.

    Not told to the session: what stands around requests (Odoo's tests do) takes one number.
    """

    def __init__(self, connect_timeout: float) -> None:
        super().__init__()
        self._connect_timeout = connect_timeout

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, *, timeout: float, **options: Any
    ) -> requests.Response:
        return super().send(request, timeout=(self._connect_timeout, timeout), **options)
