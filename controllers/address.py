"""The receiving address, however it is spelled."""

import re
from urllib.parse import unquote

# Proxies and people add a slash, or write the path in capitals; the token's letters count.
_ADDRESS = re.compile(r"/+bring/+warehousing/+([^/]+)/*", re.IGNORECASE)
# Whatever follows may hold the token: other slashes, a query, an anchor.
_ANYWHERE = re.compile(r"[/\\]*bring[/\\]+warehousing(?![\w-]).*", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"[^\s\"']+")
_MASKED = "/bring/warehousing/[masked]"
_AFTER = re.compile(re.escape(_MASKED) + r"[^\"\n]*( HTTP/)")


def plain_path(path):
    """Return the path as the route has it, when it is a receiving address; else as it came."""
    found = _ADDRESS.fullmatch(path)
    return f"/bring/warehousing/{found[1]}" if found else path


def token_of(path):
    """Return the token in a path; what can't be one where there is none."""
    found = _ADDRESS.fullmatch(path)
    return (found[1] if found else "").replace("\0", "")  # PostgreSQL takes no NUL


def mask_address(text):
    """Return ``text`` with each receiving address in it replaced, escaped (%2F) or not.

    An address with a space in it, which makes a bad request, ends where the request line does.
    """
    if "bring" not in text.lower() and "%" not in text:
        return text
    masked = _WORD.sub(_mask_word, text)
    if masked == text:
        return text
    masked = _AFTER.sub(rf"{_MASKED}\1", masked)
    return masked[: masked.index(_MASKED) + len(_MASKED)] if "Bad " in text else masked


def _mask_word(found):
    word = spelled = found[0]
    for _time in range(4):  # escaped, and escaped again
        address = _ANYWHERE.search(spelled)
        if address:
            before = spelled[: address.start()] if spelled == word else ""
            return before + _MASKED
        spelled = unquote(spelled)
    return word
