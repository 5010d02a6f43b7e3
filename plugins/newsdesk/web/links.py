"""Links to other sites. Pure."""

from urllib.parse import urlsplit


def outward_link(url: str) -> str:
    """The URL if it is safe as a link target (http or https, with a host), else an empty string."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""
