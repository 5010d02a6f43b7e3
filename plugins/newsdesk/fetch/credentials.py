"""What a visit sends along from hop to hop: the login of a feed, and cookies that were set on the way. Forgotten with the visit."""

from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from newsdesk.fetch.client import Answer
from newsdesk.urls import host_key

_POLICY = DefaultCookiePolicy(strict_domain=True, strict_ns_domain=DefaultCookiePolicy.DomainStrictNonDomain)


class Credentials:
    """Of one visit. The login goes to the host that it was given for, and never from https to http; a cookie where RFC 6265 sends it."""

    def __init__(self, url: str, *, authorization: str | None, return_cookies: bool) -> None:
        self._host = host_key(url)
        self._is_secret = url.lower().startswith("https:")
        self._authorization = authorization
        self._returns_cookies = return_cookies
        self._cookies: httpx.Cookies | None = None

    def fields(self, url: str) -> dict[str, str]:
        """The header fields for a request to this address."""
        found = {}
        if self._authorization and host_key(url) == self._host and (url.lower().startswith("https:") or not self._is_secret):
            found["Authorization"] = self._authorization
        if self._cookies:
            request = httpx.Request("GET", url)
            self._cookies.set_cookie_header(request)
            found.update({"Cookie": request.headers["cookie"]} if "cookie" in request.headers else {})
        return found

    def remember(self, answer: Answer) -> None:
        """Takes the cookies of an answer. One that is not ASCII is none: it could not be sent back."""
        given = [("set-cookie", value) for name, value in answer.headers_list if name.lower() == "set-cookie" and value.isascii()]
        if not given or not self._returns_cookies:
            return
        self._cookies = self._cookies or httpx.Cookies(CookieJar(_POLICY))
        self._cookies.extract_cookies(httpx.Response(answer.status, headers=given, request=httpx.Request("GET", answer.url)))
