"""Calling Bring: ``connect`` gives a client that speaks REST or SOAP, as the account says.

Plain Python: requests, zeep and lxml. Nothing here knows where settings or answers are kept.
"""

import random as _random
import time
from collections.abc import Callable
from datetime import tzinfo

import requests

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
    http = Http(settings, session or requests.Session(), sleep, random)
    if settings.transport == "soap":
        from .soap import SoapClient  # zeep is slow to import, and few need it

        return SoapClient(http, tz, owned=owned, cache=wsdl_cache)
    return RestClient(http, tz, owned=owned)
