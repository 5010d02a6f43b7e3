"""Only public addresses are requested, in any spelling."""

import pytest

from newsdesk.fetch.addresses import is_allowed_host, is_public, is_public_name

REFUSED = {
    "this network": "0.0.0.0",
    "private 10": "10.0.0.1",
    "private 172": "172.16.5.4",
    "private 172, last": "172.31.255.255",
    "private 192": "192.168.1.1",
    "carrier-grade NAT": "100.64.0.1",
    "loopback": "127.0.0.1",
    "loopback, anywhere in it": "127.8.9.10",
    "link-local": "169.254.10.20",
    "cloud metadata": "169.254.169.254",
    "cloud metadata of Alibaba": "100.100.100.200",
    "cloud metadata of Oracle": "192.0.0.192",
    "services of Azure": "168.63.129.16",
    "services of Azure, mapped": "::ffff:168.63.129.16",
    "services of Azure by NAT64": "64:ff9b::a83f:8110",
    "IETF protocols": "192.0.0.8",
    "documentation 1": "192.0.2.1",
    "documentation 2": "198.51.100.7",
    "documentation 3": "203.0.113.9",
    "benchmarking": "198.18.0.1",
    "multicast": "224.0.0.1",
    "multicast, scoped": "239.255.255.250",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "IPv6 unspecified": "::",
    "IPv6 loopback": "::1",
    "IPv6 link-local": "fe80::1",
    "IPv6 link-local with zone": "fe80::1%eth0",
    "IPv6 unique local": "fd00:ec2::254",
    "IPv6 site-local": "fec0::1",
    "IPv6 multicast": "ff02::1",
    "IPv6 documentation": "2001:db8::1",
    "IPv6 documentation, new": "3fff::1",
    "IPv6 discard": "100::1",
    "IPv4-mapped loopback": "::ffff:127.0.0.1",
    "IPv4-mapped private": "::ffff:a00:1",
    "IPv4-mapped public": "::ffff:8.8.8.8",
    "IPv4-translated": "::ffff:0:127.0.0.1",
    "IPv4-compatible": "::127.0.0.1",
    "NAT64 loopback": "64:ff9b::7f00:1",
    "NAT64 private": "64:ff9b::10.0.0.1",
    "NAT64 local": "64:ff9b:1::10.0.0.1",
    "6to4 loopback": "2002:7f00:1::",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "outside global unicast": "4000::1",
    "decimal": "2130706433",
    "hexadecimal": "0x7f000001",
    "hexadecimal by parts": "0x7f.0.0.1",
    "octal": "017700000001",
    "octal by parts": "0177.0.0.1",
    "short": "127.1",
    "a name": "localhost",
    "nothing": "",
}


@pytest.mark.parametrize("address", REFUSED.values(), ids=REFUSED)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "93.184.216.34",
        "172.32.0.1",
        "100.63.255.255",
        "168.63.129.15",
        "168.63.129.17",
        "2606:2800:220:1::1",
        "2a00:1450:4001::200e",
    ],
)
def test_a_public_address_may_be_asked(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("host", "port", "allowed", "expected"),
    [
        ("127.0.0.1", 8765, ("127.0.0.1:8765",), True),
        ("127.0.0.1", 22, ("127.0.0.1:8765",), False),
        ("Intranet.Example", 80, ("intranet.example",), True),
        ("news.intranet.example", 80, ("*.intranet.example",), True),
        ("intranet.example", 80, ("*.intranet.example",), False),
        ("news.intranet.example", 81, ("*.intranet.example:80",), False),
        ("evil-intranet.example", 80, ("intranet.example",), False),
        ("::1", 8080, ("[::1]:8080",), True),
        ("127.0.0.1", 80, (), False),
    ],
    ids=[
        "this port",
        "another port",
        "any port, any case",
        "below a name",
        "not the name itself",
        "below a name, another port",
        "a name that ends alike",
        "IPv6",
        "nothing allowed",
    ],
)
def test_a_setting_frees_exactly_what_it_names(host: str, port: int, allowed: tuple[str, ...], *, expected: bool) -> None:
    assert is_allowed_host(host, port, allowed) is expected


@pytest.mark.parametrize("name", ["example.org", "www.example.org.", "news.xn--p1ai", "EXAMPLE.COM", "1.example.org", "home.example.org"])
def test_a_name_with_a_top_level_name_may_be_public(name: str) -> None:
    assert is_public_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "postgres",
        "localhost",
        "a.localhost",
        "router.local.",
        "vault.internal",
        "nas.home.arpa",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0177.1",
        "",
        ".",
    ],
)
def test_a_local_name_or_another_spelling_of_an_address_may_not(name: str) -> None:
    assert not is_public_name(name)
