"""Users identified by a reverse proxy, for pages that are served without Airflow.

The header is accepted only in requests from the trusted addresses, and only if it occurs once: if a proxy appended its header
to one of the browser, everybody could log in with any name.
"""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from fastapi import HTTPException, Request

from newsdesk.errors import SetupError
from newsdesk.settings import WebSettings
from newsdesk.web.identity import Identity, Reader, Right

LONGEST_NAME = 200


def proxy_identity(settings: WebSettings) -> Identity:
    """Return the identity of the settings. Raises SetupError without a header or a trusted address, so that nobody reads anonymously."""
    if not settings.user_header or not settings.trusted_proxies:
        raise SetupError(
            "the pages are not served alone: no reverse proxy is set that names its users",
            "Set NEWSDESK_WEB_USER_HEADER to the header it names them in, and NEWSDESK_WEB_TRUSTED_PROXIES to its addresses",
        )
    networks = [_network(each) for each in settings.trusted_proxies]

    def identify(request: Request) -> Reader:
        peer = request.client.host if request.client else ""
        if not peer or not any(ip_address(peer) in network for network in networks):
            raise HTTPException(403, "These pages are open to the newsroom's reverse proxy alone")
        named = [name.strip() for name in request.headers.getlist(settings.user_header)]
        if len(named) != 1 or not named[0] or len(named[0]) > LONGEST_NAME or not named[0].isprintable():
            raise HTTPException(401, "The reverse proxy has named no user")
        return Reader(named[0], _rights(named[0], settings))

    return Identity(identify=identify)


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError as error:
        raise SetupError(f"NEWSDESK_WEB_TRUSTED_PROXIES: {error}", "For example 127.0.0.1,10.0.5.0/24") from error


def _rights(name: str, settings: WebSettings) -> frozenset[Right]:
    rights = {Right.READ}
    if name in settings.operators or name in settings.administrators:
        rights.add(Right.OPERATE)
    if name in settings.administrators:
        rights.add(Right.ADMINISTER)
    return frozenset(rights)
