"""The canonical form of an article's address, and the article's identity made from it."""

import hashlib
import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

import courlan

CANONICALISER_VERSION = 2
"""Goes up whenever `canonical_url` or `article_id` answers differently for some address; ids of another version do not match."""

_TRACKING = re.compile(
    r"(utm_?|ga_|hsa_|mtm_|pk_|piwik_|matomo_|at_|itm_|wt\.|__twitter|_hs|oly_|vero_|mc_|mkt_|fb_|wbra|gad_|s_kwc)\w*"
    r"|fbclid|gclid|gclsrc|dclid|msclkid|twclid|yclid|igshid|igsh|ttclid|li_fat_id|wickedid|rb_clickid|epik|srsltid|ysclid|zanpid"
    r"|cmp|cmpid|cid_source|icid|intcid|ns_\w+|ocid|ncid|smid|smtyp|sref|xtor|ref_?src|ref_?url|referrer|_ga|_gl|_openstat|spm|amp_js_v|usqp"
    r"|feature|ftag|ito|partner|rss|share|sharetype|sh_kit|soc_\w+|echobox|wpsrc|traffic_source|campaign_id",
    re.IGNORECASE,
)
"""Parameters that name a visitor's way and never a page, beside those that courlan removes: analytics, advertising,
newsletters, social networks, feed readers. A name must match as a whole."""

_LONGEST_HOST = 253
"""RFC 1035, 2.3.4."""

_TWIN_HOSTS = ("www.", "m.", "mobile.", "amp.")
_AMP_PATH = re.compile(r"(?i)(/amp/?|\.amp(\.html?)?)$")
_AMP_CACHES = re.compile(r"^https?://(?:[\w-]+\.cdn\.ampproject\.org/[a-z]/|www\.google\.[\w.]+/amp/)(s/)?(.+)$", re.IGNORECASE)


def canonical_url(url: str) -> str:
    """The address of the page itself: no fragment, tracking parameters, default port, AMP form or letter-case noise.

    An address that cannot be read comes back as it is: identity must never fail.
    """
    try:
        cleaned = str(courlan.normalize_url(_out_of_amp_cache(url.strip()), trailing_slash=True) or url)
        parts = urlsplit(cleaned)
        if not parts.hostname:
            return url
        query = [pair for pair in parts.query.split("&") if pair and not _is_tracking(pair)]
        path = _AMP_PATH.sub("", parts.path) or "/"
        return urlunsplit((parts.scheme, _authority(parts), path, "&".join(query), ""))
    except ValueError:
        return url


def article_id(url: str) -> str:
    """The document id of the article at this canonical address: 32 hexadecimal digits.

    Twins have one id: http and https, with and without `www.`, the mobile and the AMP host, a slash at the end.
    """
    bare = re.sub(r"^https?://", "", url, flags=re.IGNORECASE)
    for prefix in _TWIN_HOSTS:
        host = bare.split("/", 1)[0]
        if host.startswith(prefix) and host.count(".") > 1:
            bare = bare.removeprefix(prefix)
    path, mark, query = bare.partition("?")
    key = f"{path.rstrip('/')}{mark}{query}"
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    return bool(_TRACKING.fullmatch(name)) or (name.lower(), value.lower()) in (("outputtype", "amp"), ("amp", "1"), ("amp", ""))


def _authority(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    is_default = parts.port is None or (parts.scheme, parts.port) in (("http", 80), ("https", 443))
    return host if is_default else f"{host}:{parts.port}"


def _out_of_amp_cache(url: str) -> str:
    cached = _AMP_CACHES.match(url)
    return f"http{'s' if cached[1] else ''}://{cached[2]}" if cached else url


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
    if len(host) > _LONGEST_HOST:
        return ""
    name = f"[{host}]" if ":" in host else host
    return name if not host or port in (None, 80, 443) else f"{name}:{port}"
