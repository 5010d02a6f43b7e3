"""URLs: normalisation for requests, canonical form, article ids, and ownership of hosts.

Tracking parameters, pages that only redirect, and hosts shared by many owners are lists in `data/`.
"""

import base64
import fnmatch
import hashlib
import ipaddress
import re
import string
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, quote, quote_plus, unquote_to_bytes, urljoin, urlsplit, urlunsplit

import idna
from publicsuffixlist import PSLFILE, PublicSuffixList

from newsdesk.data_files import read_lines, read_rows

CANONICALISER_VERSION = 3
"""Increase it when the result of `canonical_url` or `article_id` changes for any URL.

Known pages keep their ids: a migration of the state database has to add their ids of the new version as keys, as
`migrations/versions/0009_canonicaliser_3.py` does.
"""

_SCHEMES = ("http", "https")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST_HOST = 253
"""RFC 1035, 2.3.4."""

_UNQUOTED = "".join(set(string.punctuation) - set('"<>\\^`{|}'))
"""Characters besides letters and digits that are not percent-encoded: RFC 3986's reserved and unreserved ones, and `%`."""

_AMPERSAND = re.compile(r"(?i)&(?:amp|#0*38|#x0*26);")
"""An ampersand that was escaped twice, as in some feeds."""

_UNENCODABLE = re.compile("[\t\r\n\ud800-\udfff]")
"""Tabs and line breaks, which browsers remove from URLs, and lone surrogates, which cannot be encoded."""

_BEFORE_QUERY = re.compile(r"^[^?#]*")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(f"{string.ascii_letters}{string.digits}-._~")
_INVALID_IN_HOST = re.compile(r"[\s\x00-\x20/?#@\\<>^`{|}%\"]")

_TWIN_HOSTS = ("www.", "m.", "mobile.", "amp.")
_MOST_WRAPPERS = 3
_AMP_CACHES = re.compile(
    r"https?://(?:[\w-]+\.cdn\.ampproject\.org/[a-z]|www\.google\.[\w.]+/amp|www\.bing\.com/amp)/(s/)?(.+)", re.IGNORECASE
)
_SESSION_IN_PATH = re.compile(r"(?i);(?:jsessionid|phpsessid)=[^/;]*|/\((?:[asf]\([\w-]{20,}\))+\)(?=/)")
"""Session ids of Java and PHP as path parameters, of ASP.NET as a path segment (`cookieless`)."""

_SESSION_IN_QUERY = re.compile(r"(?i)(?<![^&])cfid=[^&]*&cftoken=[^&]*")
"""ColdFusion's: neither name is a session's alone."""

_ROUTE_PREFIXES = ("!", "/")
"""Prefixes of fragments that identify a page shown by a script; other fragments are positions in a page."""

_TENANT_FOLDER = re.compile(r"/[~@][^/]+")


def to_uri(address: str) -> str:
    """Convert to an ASCII URL: percent-encoded UTF-8, the host in lower case and punycode (RFC 3987, 3.1).

    Raises ValueError for invalid URLs, and for schemes other than http and https.
    """
    text = _AMPERSAND.sub("&", _UNENCODABLE.sub(_replaced, address.strip()))
    # Browsers read a backslash as a slash (WHATWG URL standard, 4.4).
    parts = urlsplit(_BEFORE_QUERY.sub(lambda found: found[0].replace("\\", "/"), text))
    if parts.scheme not in _SCHEMES:
        raise ValueError(f"only http and https are supported, not {address[:100]}")
    user, at, _ = parts.netloc.rpartition("@")
    return urlunsplit(
        (
            parts.scheme,
            f"{_encoded(user)}{at}{_authority(parts)}",
            _encoded(parts.path) or "/",
            _encoded(parts.query),
            _encoded(parts.fragment),
        )
    )


def join_uri(base: str, reference: str) -> str:
    """Resolve a reference against `base`, and convert it with `to_uri`. Raises ValueError for invalid URLs and other schemes."""
    return to_uri(urljoin(base, reference.strip()))


def unwrapped(uri: str) -> str:
    """The target of a wrapper URL (Google Alerts, Bing News, AMP caches); any other URL is returned unchanged."""
    for _ in range(_MOST_WRAPPERS):
        target = _target(uri)
        if target is None:
            break
        uri = target
    return uri


def canonical_url(url: str) -> str:
    """The canonical form of a URL: without tracking parameters, session ids, wrapper, user info, default port, and position in the page.

    Nothing else is removed, since anything else may identify a page on some site. An invalid URL is returned unchanged, since
    identity must never fail.
    """
    try:
        parts = urlsplit(unwrapped(to_uri(url)))
        path = _without_dots(_SESSION_IN_PATH.sub("", parts.path))
        query = _SESSION_IN_QUERY.sub("", parts.query)
        pairs = [pair for pair in query.split("&") if pair and not _is_tracking(pair)]
        fragment = parts.fragment if parts.fragment.startswith(_ROUTE_PREFIXES) and len(parts.fragment) > 1 else ""
        host = _authority(parts, keep_root=False)
        return urlunsplit((parts.scheme, host, *map(_normalised, (path, "&".join(pairs), fragment))))
    except ValueError:
        return url


def article_id(url: str) -> str:
    """The document id of the article at this URL: 32 hexadecimal digits.

    Variants have the same id: http and https, with and without `www.`, mobile and AMP hosts, trailing and double slashes, parameters in
    another order, and unnecessary percent-encoding.
    """
    canonical = canonical_url(url)
    try:
        parts = urlsplit(canonical)
        key = _key(parts) if parts.scheme in _SCHEMES else canonical
    except ValueError:
        key = canonical
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def split_login(url: str) -> tuple[str, str | None]:
    """The address without user and password, and these as the value of an Authorization header (RFC 7617); None without them."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, None
    login, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, None
    user, _, password = login.partition(":")
    encoded = base64.b64encode(unquote_to_bytes(user) + b":" + unquote_to_bytes(password)).decode()
    return urlunsplit(parts._replace(netloc=host)), f"Basic {encoded}" if login.strip(":") else None


def host_of(url: str) -> str:
    """The host in lower case, without port; empty if there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def host_key(url: str) -> str:
    """The host in punycode, with a non-default port: the unit to which rate limits apply. Empty if there is none."""
    try:
        parts = urlsplit(url)
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        return ""
    return host if port in (None, 80, 443) else f"{host}:{port}"


def is_same_site(one: str, other: str) -> bool:
    """Whether two URLs belong to one owner: the same registrable domain and port.

    On hosts that give a subdomain to each customer, the subdomain is the owner. These hosts are in the private part of the public
    suffix list (https://publicsuffix.org, from the package publicsuffixlist) and in `data/shared_hosts.txt`. If one path begins
    with `/~name` or `/@name`, the other has to begin with the same.
    """
    try:
        return _site(one) == _site(other)
    except ValueError:
        return False


def _replaced(found: re.Match[str]) -> str:
    return "" if found[0].isspace() else "\ufffd"


def _encoded(part: str) -> str:
    return quote(_LONE_PERCENT.sub("%25", part), safe=_UNQUOTED)


def _authority(parts: SplitResult, *, keep_root: bool = True) -> str:
    host, port = _host(parts.hostname or "", keep_root=keep_root), parts.port
    if port == 0:
        raise ValueError("port 0 is not valid")
    return host if port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{port}"


@lru_cache(maxsize=10_000)
def _host(name: str, *, keep_root: bool = False) -> str:
    """The host in punycode; an IPv6 address in brackets. Raises ValueError for an invalid host."""
    host = name if keep_root else name.rstrip(".")
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host)}]"
    if not host.isascii():
        # Nameprep and IDNA 2008 as browsers do it (UTS 46); IDNAError is a ValueError.
        host = idna.encode(host, uts46=True).decode("ascii")
    if not host.strip(".") or len(host) > _LONGEST_HOST or _INVALID_IN_HOST.search(host):
        raise ValueError(f"{name[:100]!r} is not a host")
    return host.lower()


def _normalised(part: str) -> str:
    """Normalise percent-encoding (RFC 3986, 6.2.2): upper-case digits, and only where necessary."""
    return _ESCAPED.sub(lambda found: char if (char := chr(int(found[1], 16))) in _UNRESERVED else found[0].upper(), part)


def _without_dots(path: str) -> str:
    """Remove `.` and `..` from a path (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    for folder in path.split("/"):
        if folder == "..":
            del kept[max(1, len(kept) - 1) :]
        elif folder != ".":
            kept.append(folder)
    return "/".join(kept) + "/" * path.endswith(("/.", "/.."))


def _key(parts: SplitResult) -> str:
    """A key that all variants of an article's URL share. Bytes are compared, since old sites use any encoding."""
    path = re.sub(r"(?<!:)/{2,}", "/", parts.path)
    folders = [quote(unquote_to_bytes(folder), safe="!=:,-") for folder in path.rstrip("/").split("/")]
    pairs = ["=".join(_form_encoded(side) for side in pair.split("=", 1) if side) for pair in parts.query.split("&") if pair]
    mark, hash_ = "?" if pairs else "", "#" if parts.fragment else ""
    return f"{_without_twin(parts.netloc)}{'/'.join(folders)}{mark}{'&'.join(sorted(pairs))}{hash_}{parts.fragment}"


def _form_encoded(text: str) -> str:
    return quote_plus(unquote_to_bytes(text.replace("+", " ")))


def _without_twin(authority: str) -> str:
    """The host without `www.` and its like. `m.blogspot.com` is a blog of its own, but no shared host gives away `www`."""
    for prefix in _TWIN_HOSTS:
        bare = authority.removeprefix(prefix)
        host = bare.partition(":")[0]
        if bare != authority and (_registrable(host) or (prefix == "www." and "." in host)):
            authority = bare
    return authority


def _site(url: str) -> tuple[str, int | None, str]:
    parts = urlsplit(to_uri(url))
    host = _host(parts.hostname or "")
    folder = _TENANT_FOLDER.match(parts.path)
    port = parts.port if parts.port not in (80, 443) else None
    return _registrable(host) or host, port, _normalised(folder[0]).lower() if folder else ""


def _registrable(host: str) -> str:
    """The registrable domain of a host; empty for a public suffix or an IP address."""
    is_address = host.startswith("[") or host.replace(".", "").isdecimal()
    return "" if is_address else _suffixes().privatesuffix(host) or ""


def _target(uri: str) -> str | None:
    """The target of a wrapper URL; None for other URLs."""
    cached = _AMP_CACHES.fullmatch(uri)
    if cached:
        return _uri_or_none(f"http{'s' if cached[1] else ''}://{cached[2]}")
    parts = urlsplit(uri)
    for pattern, names in _wrappers():
        if parts.query and pattern.fullmatch(f"{parts.hostname}{parts.path}"):
            given = parse_qs(parts.query)
            return next((target for name in names for value in given.get(name, ()) if (target := _uri_or_none(value))), None)
    return None


def _uri_or_none(address: str) -> str | None:
    try:
        return to_uri(address)
    except ValueError:
        return None


def _is_tracking(pair: str) -> bool:
    name, _, value = _normalised(pair).lower().partition("=")
    words = re.findall(r"[a-z]{2,}[a-z0-9]*", value)
    return any(_tracking().fullmatch(f"{name}={said}") for said in (value, *words))


@cache
def _tracking() -> re.Pattern[str]:
    lines = read_lines("data/tracking_parameters.txt")
    return re.compile("|".join(fnmatch.translate(line if "=" in line else f"{line}=*") for line in lines))


@cache
def _wrappers() -> list[tuple[re.Pattern[str], list[str]]]:
    rows = read_rows("data/redirect_wrappers.tsv")
    return [(re.compile(fnmatch.translate(f"{host}{path}")), names.split()) for host, path, names in rows]


@cache
def _suffixes() -> PublicSuffixList:
    with Path(PSLFILE).open(encoding="utf-8") as file:
        return PublicSuffixList([*file, *read_lines("data/shared_hosts.txt")])
