"""Which network addresses may be asked. Pure; `client` calls it for every address that a name resolves to."""

import ipaddress
from collections.abc import Collection

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # IETF protocol assignments
        "192.88.99.0/24",  # 6to4 relays, deprecated
        "168.63.129.16/32",  # Azure's own services, seen by every virtual machine there and by nobody else
        "2001::/23",  # IETF protocol assignments: Teredo, benchmarking, ORCHID
        "2002::/16",  # 6to4: carries an IPv4 address
        "3fff::/20",  # documentation (RFC 9637)
    )
)
"""Of IANA's special-purpose registries what `ipaddress` of Python 3.11 takes for global, or what carries an IPv4 address; and a
public address that leads inside (learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16)."""

_LOCAL_NAMES = ("localhost", "local", "localdomain", "internal", "intranet", "private", "lan", "home", "corp", "arpa", "test", "invalid")
"""Top-level names that the public internet does not have: RFC 6761, 6762, 8375, ICANN's reserved `internal`, and usual ones."""


def is_public(address: str) -> bool:
    """Whether this address belongs to the public internet.

    Private, loopback, link-local, shared (RFC 6598), multicast, reserved and documentation ranges do not, nor does an
    IPv6 address that carries an IPv4 address: mapped, translated, compatible, NAT64, 6to4, Teredo. What is no plain
    address (`0x7f.1`, `2130706433`, a zone index) does not either.
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
    """Whether this name can be one of the public internet, as far as that can be told without looking it up.

    It has a dot and ends in a top-level name: neither in a local one, nor in a number, which makes it another spelling of an address.
    """
    name = host.lower().rstrip(".")
    _, dot, last = name.rpartition(".")
    return bool(dot) and last[:1].isalpha() and last not in _LOCAL_NAMES


def is_allowed_host(host: str, port: int, allowed: Collection[str]) -> bool:
    """Whether a setting frees this host from the rule of public addresses.

    An entry is `name` (every port) or `name:port`; `*.name` stands for every name below it.
    """
    bare = host.lower().strip("[]").rstrip(".")
    labels = bare.split(".")
    names = [bare, f"[{bare}]", *(f"*.{'.'.join(labels[start:])}" for start in range(1, len(labels)))]
    return any(name in allowed or f"{name}:{port}" in allowed for name in names)
