"""Where the WSDL is kept."""

from typing import Protocol


class WsdlCache(Protocol):
    """zeep's cache: ``get`` returns what ``add`` was given, or None when it is not there."""

    def get(self, url: str) -> bytes | None: ...

    def add(self, url: str, content: bytes) -> None: ...
