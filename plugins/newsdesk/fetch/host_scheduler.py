"""Schedules requests per host: one at a time, with a gap between two requests, across all tasks and workers.

Requests to a host need a lease from the state database. Leases are claimed for many hosts at once, renewed while the run lasts, and
released in the transaction that commits what was fetched under them.
"""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

import sqlalchemy as sa

from newsdesk.errors import ArticleRejected, Reason, Unavailable
from newsdesk.fetch import hosts as leases
from newsdesk.fetch.client import PERMANENT, HttpClient, Response, user_agent
from newsdesk.fetch.credentials import Credentials
from newsdesk.fetch.hosts import LEASE, HostState, LeaseLost
from newsdesk.fetch.plan import MAXIMUM_WAIT, plan_host_pause
from newsdesk.fetch.robots import MAXIMUM_BYTES, Robots, RobotsRules, decode_robots
from newsdesk.settings import FetchSettings
from newsdesk.urls import host_key, join_uri, to_uri

log = logging.getLogger(__name__)


class HostBusy(Unavailable):
    """The host is leased by another task, or paused. No request was made, and the feed or page stays due."""


@dataclass(slots=True)
class HostSession:
    """The hosts that a unit of work (the due feeds or pages of one host) has used. They are released when its results are committed."""

    hosts: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The last response of a chain of redirects.

    `permanent_url` is the URL after the permanent redirects at the start of the chain; None if there were none.
    """

    response: Response
    permanent_url: str | None = None


class HostScheduler:
    """Sends requests to the hosts that this run has leased. Must be used from one event loop."""

    def __init__(
        self,
        client: HttpClient,
        *,
        engine: sa.Engine,
        owner: str,
        settings: FetchSettings,
        now: Callable[[], dt.datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._engine = engine
        self._owner = owner
        self._settings = settings
        self._now = now
        self._sleep = sleep
        self._leased: dict[str, HostState] = {}
        self._releasing: set[str] = set()
        self._users: Counter[str] = Counter()
        self._locks: dict[str, asyncio.Lock] = {}
        self._ready_at: dict[str, float] = {}
        self._rules: dict[str, RobotsRules] = {}
        self._renewed_at = now()

    async def claim(self, names: Iterable[str]) -> list[HostSession]:
        """Lease those of these hosts that are free; return a session for each of them."""
        wanted = [name for name in names if name not in self._leased and name not in self._releasing]
        found = await asyncio.to_thread(leases.claim_hosts, self._engine, wanted, self._owner, self._now())
        for state in found.values():
            self._add_lease(state)
        sessions = [HostSession({name}) for name in wanted if name in found]
        self._users.update(name for session in sessions for name in session.hosts)
        return sessions

    async def keep_alive(self) -> None:
        """Renew the leases until cancelled."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 4)
            try:
                await asyncio.to_thread(leases.renew, self._engine, self._owner, self._now())
            except sa.exc.OperationalError as error:
                # Leases last for three more attempts; after that, `_send_scheduled` sends no more requests.
                log.warning("the leases could not be renewed: %s", error.orig)
            else:
                self._renewed_at = self._now()

    def is_paused(self, host: str) -> bool:
        state = self._leased.get(host)
        # A pause beyond the maximum was stored by a machine whose clock was ahead.
        return state is not None and state.paused_until is not None and self._now() < state.paused_until <= self._now() + MAXIMUM_WAIT

    async def follow(
        self,
        url: str,
        session: HostSession,
        *,
        accept: str,
        validators: Mapping[str, str] | None = None,
        authorization: str | None = None,
        obey_robots: bool = False,
        cut_at: int | None = None,
        maximum_bytes: int | None = None,
    ) -> Followed:
        """Send a GET request and follow redirects; each hop is scheduled for its own host.

        `authorization` is the Authorization header, which is sent to the first host only. With `obey_robots`, each hop must be allowed
        by the robots.txt of its host.

        Raises HostBusy; Unavailable; ArticleRejected for too many redirects, for what robots.txt disallows, and as `HttpClient.get`
        does; LeaseLost.
        """
        url = _uri(url)
        credentials = Credentials(url, authorization=authorization, return_cookies=self._settings.return_cookies)
        permanent = True
        permanent_url = None
        for _ in range(self._settings.maximum_redirects + 1):
            if obey_robots:
                await self._check_robots(url, session)
            fields = {**(validators or {}), **credentials.fields(url)}
            response = await self._get(url, session, accept=accept, fields=fields, cut_at=cut_at, maximum_bytes=maximum_bytes)
            credentials.store_cookies(response)
            target = response.redirect_url
            if target is None:
                return Followed(response=response, permanent_url=permanent_url)
            permanent = permanent and response.status in PERMANENT
            permanent_url = target if permanent else permanent_url
            url = target
        raise ArticleRejected(Reason.UNREADABLE, f"more than {self._settings.maximum_redirects} redirects")

    async def sitemaps(self, url: str, session: HostSession) -> list[str]:
        """Return the URLs of the sitemaps in the robots.txt of this URL's host; none if it cannot be read."""
        with contextlib.suppress(Unavailable, ArticleRejected):
            named = (await self._rules_of(url, session)).sitemaps()
            # The standard requires absolute URLs, but many files contain paths.
            return [address for line in named if (address := _joined(url, line))]
        return []

    async def close_connections(self, session: HostSession) -> None:
        """Close the session's connections. Its leases last until its results are committed."""
        for host in session.hosts:
            async with self._locks.setdefault(host, asyncio.Lock()):
                await self._client.close_connections(host)

    def end_sessions(self, sessions: Iterable[HostSession]) -> list[HostState]:
        """End these sessions; return the hosts that no other session uses.

        The caller releases their leases when it commits the results, then calls `confirm_release`. Until then they cannot be claimed.
        """
        for session in sessions:
            self._users.subtract(session.hosts)
        free = [name for name in self._leased if self._users[name] <= 0]
        for name in free:
            del self._users[name]
            self._locks.pop(name, None)
            self._ready_at.pop(name, None)
            self._rules.pop(name, None)
        self._releasing.update(free)
        return [self._leased.pop(name) for name in free]

    def confirm_release(self, states: Iterable[HostState]) -> None:
        """Allow these hosts, whose leases were released, to be claimed again."""
        self._releasing.difference_update(state.host for state in states)

    async def post(self, url: str, session: HostSession, *, form: Mapping[str, str]) -> Response:
        """Send a form as a POST request, scheduled for its host; redirects are not followed. Raises what `follow` raises."""
        url = _uri(url)
        return await self._send_scheduled(url, session, lambda: self._client.post(url, form=form))

    async def _get(
        self,
        url: str,
        session: HostSession,
        *,
        accept: str,
        fields: Mapping[str, str],
        cut_at: int | None = None,
        maximum_bytes: int | None = None,
    ) -> Response:
        send = partial(self._client.get, url, accept=accept, fields=fields, cut_at=cut_at, maximum_bytes=maximum_bytes)
        return await self._send_scheduled(url, session, send)

    async def _send_scheduled(self, url: str, session: HostSession, send: Callable[[], Awaitable[Response]]) -> Response:
        host = _host(url)
        await self._join(host, session)
        async with self._locks.setdefault(host, asyncio.Lock()):
            if self.is_paused(host):
                raise HostBusy(host, f"requests are paused until {self._leased[host].paused_until:%H:%M} UTC")
            await self._await_gap(host)
            if self._now() - self._renewed_at > LEASE:
                raise LeaseLost("this task was suspended so long that its leases expired")
            try:
                response = await send()
            finally:
                self._record_request(host)
        pause = plan_host_pause(response.status, response.headers, self._now())
        if pause is not None:
            self._leased[host] = dataclasses.replace(self._leased[host], paused_until=pause)
        return response

    async def _join(self, host: str, session: HostSession) -> None:
        if host in session.hosts:
            return
        if host not in self._leased:
            # If it were claimed while it is being released, the release would end the new lease.
            wanted = [] if host in self._releasing else [host]
            found = await asyncio.to_thread(leases.claim_hosts, self._engine, wanted, self._owner, self._now())
            if host not in found:
                raise HostBusy(host, "another task sends requests to it")
            if host not in self._leased:
                self._add_lease(found[host])
        session.hosts.add(host)
        self._users[host] += 1

    def _add_lease(self, state: HostState) -> None:
        self._leased[state.host] = state
        if state.asked_at is not None:
            passed = (self._now() - state.asked_at).total_seconds()
            self._ready_at[state.host] = _clock() + min(max(self._gap(state.host) - passed, 0), self._gap(state.host))

    async def _await_gap(self, host: str) -> None:
        wait = self._ready_at.get(host, 0) - _clock()
        if wait > 0:
            await self._sleep(wait)

    def _record_request(self, host: str) -> None:
        self._leased[host] = dataclasses.replace(self._leased[host], asked_at=self._now())
        self._ready_at[host] = _clock() + self._gap(host)

    def _gap(self, host: str) -> float:
        rules = self._rules.get(host)
        return max(self._settings.minimum_gap_seconds, rules.delay_seconds() if rules else 0)

    async def _rules_of(self, url: str, session: HostSession) -> RobotsRules:
        host = _host(url)
        await self._join(host, session)
        if host not in self._rules or not self._is_fresh(host):
            robots = await self._robots(url, session)
            self._leased[host] = dataclasses.replace(self._leased[host], robots=robots)
            self._rules[host] = RobotsRules(robots, agent=user_agent(self._settings))
        return self._rules[host]

    async def _check_robots(self, url: str, session: HostSession) -> None:
        host = _host(url)
        rules = await self._rules_of(url, session)
        if rules.is_unreachable:
            raise Unavailable(host, "its robots.txt cannot be fetched")
        if not rules.allows(url):
            raise ArticleRejected(Reason.REFUSED_BY_ROBOTS, f"the robots.txt of {host} disallows it")

    def _is_fresh(self, host: str) -> bool:
        robots = self._leased[host].robots
        return robots is not None and robots.is_fresh(self._now())

    async def _robots(self, url: str, session: HostSession) -> Robots:
        host = host_key(url)
        if self._is_fresh(host):
            return self._leased[host].robots  # type: ignore[return-value]
        address = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/robots.txt"
        try:
            response = (await self.follow(address, session, accept="text/plain, */*;q=0.5", cut_at=MAXIMUM_BYTES)).response
        except HostBusy:
            raise
        except Unavailable:
            return Robots(status=0, body="", fetched_at=self._now())
        except ArticleRejected as rejected:
            # Too many redirects count as no robots.txt (RFC 9309, 2.3.1.2). A refused address applies to the page as well.
            if rejected.reason is Reason.REFUSED_ADDRESS:
                raise
            return Robots(status=404, body="", fetched_at=self._now())
        body = decode_robots(response.body) if response.status < 300 else ""
        return Robots(status=response.status, body=body, fetched_at=self._now())


def _uri(url: str) -> str:
    try:
        return to_uri(url)
    except ValueError as error:
        raise ArticleRejected(Reason.BAD_INPUT, str(error)) from error


def _joined(base: str, reference: str) -> str:
    """Resolve a reference; empty if it is invalid."""
    try:
        return join_uri(base, reference)
    except ValueError:
        return ""


def _host(url: str) -> str:
    return host_key(_uri(url))


def _clock() -> float:
    return asyncio.get_running_loop().time()
