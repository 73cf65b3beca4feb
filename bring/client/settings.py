"""What a client needs to know of an account with Bring."""

from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from ..errors import BadSettings
from ..text import Format

PULL_URL: Final = "https://api.bring.com/warehousing/api/v1"
SEND_URL: Final = "https://bapi.bring.com/wh/api/v1"
WSDL_URL: Final = "https://api.bring.com/po/api/ws/purchaseorder-v1.wsdl"
MASK: Final = "***"
_MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """An account's settings; neither its ``repr`` nor its errors show the key.

    ``api_uid``, ``api_key`` and ``client_url`` are the three Mybring headers. ``pull_url`` and
    ``send_url`` are the base addresses of Bring's pull and send interfaces. ``transport`` says
    how Bring is asked; orders and items are sent by REST in either case, for Bring publishes
    no SOAP service that takes them. ``format`` is that of REST. Time-outs in seconds:
    ``connect_timeout`` until a connection stands, ``read_timeout`` between two pieces of an
    answer, ``total_timeout`` for all of a call, its repetitions included. ``max_answer`` in
    bytes, unpacked.
    """

    api_uid: str
    api_key: str = field(repr=False)
    client_url: str
    customer_number: str
    pull_url: str = PULL_URL
    send_url: str = SEND_URL
    transport: Literal["rest", "soap"] = "rest"
    format: Format = "xml"
    wsdl_url: str = WSDL_URL
    connect_timeout: float = 10
    read_timeout: float = 60
    total_timeout: float = 300
    max_answer: int = 64 * _MIB

    def headers(self) -> dict[str, str]:
        """The three Mybring headers; BadSettings when one is empty or can't be a header."""
        named = {
            "X-Mybring-API-Uid": ("API user", self.api_uid),
            "X-Mybring-API-Key": ("API key", self.api_key),
            "X-Bring-Client-URL": ("client address", self.client_url),
        }
        headers = {}
        for header, (name, value) in named.items():
            headers[header] = (value or "").strip()
            if not headers[header]:
                raise BadSettings(f"The account has no {name}. Enter it in its settings.")
            # What can't be sent would come back, spelled out, in the error of a library.
            if not (headers[header].isascii() and headers[header].isprintable()):
                raise BadSettings(
                    f"The account's {name} holds characters that a header can't hold."
                    " Copy it from Mybring once more."
                )
        return headers

    def base(self, name: Literal["pull_url", "send_url", "wsdl_url"]) -> str:
        """An address without the slash at its end; BadSettings when it is none."""
        url = (getattr(self, name) or "").strip().rstrip("/")
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname)
            usable = usable and parts.port != 0 and "@" not in parts.netloc
        except ValueError:
            usable = False
        if not usable:
            raise BadSettings(
                f"The account's {name.replace('_', ' ')} is not an address that begins with"
                " https:// and holds no user name."
            )
        return url

    def masked(self, words: str) -> str:
        """``words`` without the key, in case Bring repeats it."""
        key = (self.api_key or "").strip()
        return words.replace(key, MASK) if key else words
