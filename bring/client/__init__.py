"""Calling Bring: ``connect`` gives a client that speaks REST or SOAP, as the account says.

Plain Python: requests, zeep and lxml. Nothing here knows where settings or answers are kept.
"""

import random as _random
import time
from collections.abc import Callable
from datetime import tzinfo
from http.client import HTTPException, HTTPResponse, parse_headers
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from .base import Client
from .cache import WsdlCache
from .http import Http
from .rest import RestClient
from .settings import Settings

__all__ = ["Client", "Settings", "WsdlCache", "connect"]

_MOST_INFORMATIONAL: Final = 20  # answers before the answer


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


class _FinalResponse(HTTPResponse):
    """Skips what is informational (1xx), not only 100 as Python does.

    A server may send any of them before its answer (RFC 9110, 15.2). 101 is an answer, to what
    we never ask for.
    """

    def _read_status(self) -> tuple[str, int, str]:
        for _each in range(_MOST_INFORMATIONAL):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == 101:
                return version, status, reason
            parse_headers(self.fp)
        raise HTTPException("informational answers without end")


class _Http(HTTPConnection):
    response_class = _FinalResponse


class _Https(HTTPSConnection):
    response_class = _FinalResponse


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class _Patience(HTTPAdapter):
    """Wait for a connection shorter than for an answer, and for an answer that is one.

    Not told to the session: what stands around requests (Odoo's tests do) takes one number.
    """

    def __init__(self, connect_timeout: float) -> None:
        super().__init__()
        self._connect_timeout = connect_timeout

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
        return manager

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, *, timeout: float, **options: Any
    ) -> requests.Response:
        return super().send(request, timeout=(self._connect_timeout, timeout), **options)
