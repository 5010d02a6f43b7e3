"""The canonical form of an article's address, and the article's identity made from it."""

import hashlib
from urllib.parse import urlsplit

import courlan

CANONICALISER_VERSION = 1
"""Goes up whenever `canonical_url` answers differently for some address; ids made by another version do not match."""


def canonical_url(url: str) -> str:
    """The address without fragment, tracking parameters, default port and letter-case noise.

    An address that cannot be read comes back as it is: identity must never fail.
    """
    try:
        cleaned = courlan.normalize_url(url, trailing_slash=True)
    except ValueError:
        return url
    return str(cleaned) if cleaned else url


def article_id(url: str) -> str:
    """The document id of the article at this canonical address: 32 hexadecimal digits."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def host_of(url: str) -> str:
    """The host in lower case, without port; empty where the address names none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def host_key(url: str) -> str:
    """The host with its port where that is not the scheme's own: what politeness counts as one host. Empty where there is none."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        return ""
    name = f"[{host}]" if ":" in host else host
    return name if not host or port in (None, 80, 443) else f"{name}:{port}"
