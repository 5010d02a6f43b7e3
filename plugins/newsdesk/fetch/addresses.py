"""Which network addresses may be asked. Pure; `client` calls it for every address that a name resolves to."""

import ipaddress
from collections.abc import Iterable

_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_EMBEDDING = (ipaddress.IPv6Network("::/96"), ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("::ffff:0:0:0/96"), *_NAT64)


def is_public(address: str) -> bool:
    """Whether this address belongs to the public internet.

    Private, loopback, link-local, shared (RFC 6598), multicast, reserved and documentation ranges do not, nor does an
    IPv6 address that carries an IPv4 address: mapped, translated (RFC 6052), compatible, 6to4, Teredo. What is no
    plain address (`0x7f.1`, `2130706433`, a zone index) does not either.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.sixtofour or parsed.teredo or any(parsed in network for network in _EMBEDDING):
            return False
        return parsed in _GLOBAL_UNICAST and parsed.is_global and not parsed.is_multicast
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")


def is_allowed_host(host: str, port: int, allowed: Iterable[str]) -> bool:
    """Whether a setting frees this host, as `name` (every port) or `name:port`, from the rule of public addresses."""
    bare = host.lower().strip("[]")
    names = {bare, f"{bare}:{port}", f"[{bare}]:{port}"}
    return any(entry.lower().strip() in names for entry in allowed)
