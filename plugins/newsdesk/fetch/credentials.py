"""Credentials that are sent along a chain of redirects: the login of a feed, and cookies that were set by earlier responses."""

from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from newsdesk.fetch.client import Response
from newsdesk.urls import host_key

_POLICY = DefaultCookiePolicy(strict_domain=True, strict_ns_domain=DefaultCookiePolicy.DomainStrictNonDomain)


class Credentials:
    """The credentials of one chain of redirects.

    The login is sent only to the host of the first URL, and after https never over http. Cookies are sent as RFC 6265 defines.
    """

    def __init__(self, url: str, *, authorization: str | None, return_cookies: bool) -> None:
        self._host = host_key(url)
        self._is_https = url.lower().startswith("https:")
        self._authorization = authorization
        self._returns_cookies = return_cookies
        self._cookies: httpx.Cookies | None = None

    def fields(self, url: str) -> dict[str, str]:
        """Return the header fields for a request to this URL."""
        found = {}
        if self._authorization and host_key(url) == self._host and (url.lower().startswith("https:") or not self._is_https):
            found["Authorization"] = self._authorization
        if self._cookies:
            request = httpx.Request("GET", url)
            self._cookies.set_cookie_header(request)
            found.update({"Cookie": request.headers["cookie"]} if "cookie" in request.headers else {})
        return found

    def store_cookies(self, response: Response) -> None:
        """Store the cookies of a response, if cookies are enabled. Those that are not ASCII are ignored, as httpx cannot send them."""
        given = [("set-cookie", value) for name, value in response.headers_list if name.lower() == "set-cookie" and value.isascii()]
        if not given or not self._returns_cookies:
            return
        self._cookies = self._cookies or httpx.Cookies(CookieJar(_POLICY))
        self._cookies.extract_cookies(httpx.Response(response.status, headers=given, request=httpx.Request("GET", response.url)))
