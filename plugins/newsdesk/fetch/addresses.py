"""Decides which network addresses may be requested. Pure; `transport` applies it to every address that a host name resolves to."""

import ipaddress
from collections.abc import Collection

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # IETF protocol assignments
        "192.88.99.0/24",  # 6to4 relays, deprecated
        "168.63.129.16/32",  # Azure platform services, reachable from every Azure virtual machine
        "2001::/23",  # IETF protocol assignments: Teredo, benchmarking, ORCHID
        "2002::/16",  # 6to4: carries an IPv4 address
        "3fff::/20",  # documentation (RFC 9637)
    )
)
"""Networks of IANA's special-purpose registries that Python 3.11's `ipaddress` treats as global or that embed an IPv4 address, and a
public address that is routed internally (learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16)."""

_LOCAL_NAMES = ("localhost", "local", "localdomain", "internal", "intranet", "private", "lan", "home", "corp", "arpa", "test", "invalid")
"""Top-level names that do not exist in the public DNS: RFC 6761, 6762, 8375, ICANN's reserved `internal`, and common local ones."""


def is_public(address: str) -> bool:
    """Return whether this IP address belongs to the public internet.

    False for private, loopback, link-local, shared (RFC 6598), multicast, reserved and documentation ranges, for IPv6 addresses that
    embed an IPv4 address (mapped, translated, compatible, NAT64, 6to4, Teredo), and for anything but the standard notation of an
    address (`0x7f.1`, `2130706433`, a zone index).
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if parsed.version == 6 and parsed not in _GLOBAL_UNICAST:
        return False
    if any(parsed in network for network in _SPECIAL):
        return False
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


def is_public_name(host: str) -> bool:
    """Return whether this host name can exist in the public DNS, judged by its form only; it is not resolved.

    The name must contain a dot and end in a top-level name that is neither local nor a number (`127.1` is an IP address).
    """
    name = host.lower().rstrip(".")
    _, dot, last = name.rpartition(".")
    return bool(dot) and last[:1].isalpha() and last not in _LOCAL_NAMES


def is_allowed_host(host: str, port: int, allowed: Collection[str]) -> bool:
    """Return whether the allow list exempts this host from the check for public addresses.

    An entry is `name` (every port) or `name:port`; `*.name` matches every subdomain.
    """
    bare = host.lower().strip("[]").rstrip(".")
    labels = bare.split(".")
    names = [bare, f"[{bare}]", *(f"*.{'.'.join(labels[start:])}" for start in range(1, len(labels)))]
    return any(name in allowed or f"{name}:{port}" in allowed for name in names)
