"""Schedules requests by host: one at a time to a host, with a pause between two, across all tasks and workers.

A host is asked under a lease from the state database. Leases are claimed for many hosts at once, kept alive while the
run lasts, and given back with the transaction that keeps what was fetched under them.
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
from newsdesk.fetch.client import PERMANENT, Answer, Web, user_agent
from newsdesk.fetch.credentials import Credentials
from newsdesk.fetch.hosts import LEASE, HostState, LeaseLost
from newsdesk.fetch.plan import LONGEST, plan_host_pause
from newsdesk.fetch.robots import MAXIMUM_BYTES, Robots, RobotsRules, decode_robots
from newsdesk.settings import FetchSettings
from newsdesk.urls import host_key, join_uri, to_uri

log = logging.getLogger(__name__)


class HostBusy(Unavailable):
    """Another task holds this host, or the host asked for a pause. No request was made; the work stays due."""


@dataclass(slots=True)
class HostSession:
    """One piece of work, and the hosts it has used: they are released together when its results are stored."""

    hosts: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The last answer of a chain of redirects. `permanent_url`: where permanent redirects alone led, None without one."""

    answer: Answer
    permanent_url: str | None = None


class HostScheduler:
    """The hosts that this run may ask."""

    def __init__(
        self,
        web: Web,
        *,
        engine: sa.Engine,
        owner: str,
        settings: FetchSettings,
        now: Callable[[], dt.datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._web = web
        self._engine = engine
        self._owner = owner
        self._settings = settings
        self._now = now
        self._sleep = sleep
        self._held: dict[str, HostState] = {}
        self._leaving: set[str] = set()
        self._users: Counter[str] = Counter()
        self._locks: dict[str, asyncio.Lock] = {}
        self._ready_at: dict[str, float] = {}
        self._rules: dict[str, RobotsRules] = {}
        self._renewed_at = now()

    async def claim(self, names: Iterable[str]) -> list[HostSession]:
        """A session for each of these hosts that could be leased; it has used that host already."""
        wanted = [name for name in names if name not in self._held and name not in self._leaving]
        found = await asyncio.to_thread(leases.claim_hosts, self._engine, wanted, self._owner, self._now())
        for state in found.values():
            self._hold(state)
        sessions = [HostSession({name}) for name in wanted if name in found]
        self._users.update(name for session in sessions for name in session.hosts)
        return sessions

    async def keep_alive(self) -> None:
        """Renews the leases for as long as it runs."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 4)
            try:
                await asyncio.to_thread(leases.renew, self._engine, self._owner, self._now())
            except sa.exc.OperationalError as error:
                # Three more tries are left before the leases run out, and then `_get` asks nobody any more.
                log.warning("the leases were not renewed: %s", error.orig)
            else:
                self._renewed_at = self._now()

    def is_paused(self, host: str) -> bool:
        state = self._held.get(host)
        # A pause beyond all plans was noted while a clock was ahead.
        return state is not None and state.paused_until is not None and self._now() < state.paused_until <= self._now() + LONGEST

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
        """The answer at the end of the redirects. Every hop takes its own host's turn.

        `authorization` is the value of the header for the first host; others never see it.

        Raises HostBusy, Unavailable and ArticleRejected (too many redirects, robots.txt, and what `Web.get` refuses).
        """
        url = _uri(url)
        credentials = Credentials(url, authorization=authorization, return_cookies=self._settings.return_cookies)
        permanent = True
        permanent_url = None
        for _ in range(self._settings.maximum_redirects + 1):
            if obey_robots:
                await self._ask_robots(url, session)
            fields = {**(validators or {}), **credentials.fields(url)}
            answer = await self._get(url, session, accept=accept, fields=fields, cut_at=cut_at, maximum_bytes=maximum_bytes)
            credentials.remember(answer)
            target = answer.redirect_url
            if target is None:
                return Followed(answer=answer, permanent_url=permanent_url)
            permanent = permanent and answer.status in PERMANENT
            permanent_url = target if permanent else permanent_url
            url = target
        raise ArticleRejected(Reason.UNREADABLE, f"more than {self._settings.maximum_redirects} redirects")

    async def sitemaps(self, url: str, session: HostSession) -> list[str]:
        """The sitemaps that the robots.txt of this address's host names; none where it cannot be read now."""
        with contextlib.suppress(Unavailable, ArticleRejected):
            named = (await self._rules_of(url, session)).sitemaps()
            # The standard wants whole addresses; many name the path.
            return [address for line in named if (address := _joined(url, line))]
        return []

    async def close_connections(self, session: HostSession) -> None:
        """Closes the session's connections; its leases last until its results are kept."""
        for host in session.hosts:
            async with self._locks.setdefault(host, asyncio.Lock()):
                await self._web.close_connections(host)

    def leave(self, sessions: Iterable[HostSession]) -> list[HostState]:
        """Takes the hosts that nobody uses any more out of the run; the caller releases them when it commits, then says so."""
        for session in sessions:
            self._users.subtract(session.hosts)
        free = [name for name in self._held if self._users[name] <= 0]
        for name in free:
            del self._users[name]
            self._locks.pop(name, None)
            self._ready_at.pop(name, None)
            self._rules.pop(name, None)
        self._leaving.update(free)
        return [self._held.pop(name) for name in free]

    def left(self, states: Iterable[HostState]) -> None:
        """These hosts were released: whoever comes now claims them anew."""
        self._leaving.difference_update(state.host for state in states)

    async def post(self, url: str, session: HostSession, *, form: Mapping[str, str]) -> Answer:
        """The answer to a form, in the turn of the address's host; redirects are not followed. Raises as `follow` does."""
        url = _uri(url)
        return await self._in_turn(url, session, lambda: self._web.post(url, form=form))

    async def _get(
        self,
        url: str,
        session: HostSession,
        *,
        accept: str,
        fields: Mapping[str, str],
        cut_at: int | None = None,
        maximum_bytes: int | None = None,
    ) -> Answer:
        ask = partial(self._web.get, url, accept=accept, fields=fields, cut_at=cut_at, maximum_bytes=maximum_bytes)
        return await self._in_turn(url, session, ask)

    async def _in_turn(self, url: str, session: HostSession, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        host = _host(url)
        await self._join(host, session)
        async with self._locks.setdefault(host, asyncio.Lock()):
            if self.is_paused(host):
                raise HostBusy(host, f"wants no request before {self._held[host].paused_until:%H:%M}")
            await self._await_turn(host)
            if self._now() - self._renewed_at > LEASE:
                raise LeaseLost("this task was suspended so long that its leases expired")
            try:
                answer = await ask()
            finally:
                self._asked(host)
        pause = plan_host_pause(answer.status, answer.headers, self._now())
        if pause is not None:
            self._held[host] = dataclasses.replace(self._held[host], paused_until=pause)
        return answer

    async def _join(self, host: str, session: HostSession) -> None:
        if host in session.hosts:
            return
        if host not in self._held:
            # A lease that is being released would be lost while it is used.
            wanted = [] if host in self._leaving else [host]
            found = await asyncio.to_thread(leases.claim_hosts, self._engine, wanted, self._owner, self._now())
            if host not in found:
                raise HostBusy(host, "is being asked by another task")
            if host not in self._held:
                self._hold(found[host])
        session.hosts.add(host)
        self._users[host] += 1

    def _hold(self, state: HostState) -> None:
        self._held[state.host] = state
        if state.asked_at is not None:
            passed = (self._now() - state.asked_at).total_seconds()
            self._ready_at[state.host] = _clock() + min(max(self._gap(state.host) - passed, 0), self._gap(state.host))

    async def _await_turn(self, host: str) -> None:
        wait = self._ready_at.get(host, 0) - _clock()
        if wait > 0:
            await self._sleep(wait)

    def _asked(self, host: str) -> None:
        self._held[host] = dataclasses.replace(self._held[host], asked_at=self._now())
        self._ready_at[host] = _clock() + self._gap(host)

    def _gap(self, host: str) -> float:
        rules = self._rules.get(host)
        return max(self._settings.minimum_gap_seconds, rules.delay_seconds() if rules else 0)

    async def _rules_of(self, url: str, session: HostSession) -> RobotsRules:
        host = _host(url)
        await self._join(host, session)
        if host not in self._rules or not self._is_fresh(host):
            robots = await self._robots(url, session)
            self._held[host] = dataclasses.replace(self._held[host], robots=robots)
            self._rules[host] = RobotsRules(robots, agent=user_agent(self._settings))
        return self._rules[host]

    async def _ask_robots(self, url: str, session: HostSession) -> None:
        host = _host(url)
        rules = await self._rules_of(url, session)
        if rules.is_unreachable:
            raise Unavailable(host, "does not say what its robots.txt allows")
        if not rules.allows(url):
            raise ArticleRejected(Reason.REFUSED_BY_ROBOTS, f"the robots.txt of {host} does not allow it")

    def _is_fresh(self, host: str) -> bool:
        robots = self._held[host].robots
        return robots is not None and robots.is_fresh(self._now())

    async def _robots(self, url: str, session: HostSession) -> Robots:
        host = host_key(url)
        if self._is_fresh(host):
            return self._held[host].robots  # type: ignore[return-value]
        address = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/robots.txt"
        try:
            answer = (await self.follow(address, session, accept="text/plain, */*;q=0.5", cut_at=MAXIMUM_BYTES)).answer
        except HostBusy:
            raise
        except Unavailable:
            return Robots(status=0, body="", fetched_at=self._now())
        except ArticleRejected as rejected:
            # No end of redirects: RFC 9309, 2.3.1.2 reads it as absent. A refused address is the host's own.
            if rejected.reason is Reason.REFUSED_ADDRESS:
                raise
            return Robots(status=404, body="", fetched_at=self._now())
        body = decode_robots(answer.body) if answer.status < 300 else ""
        return Robots(status=answer.status, body=body, fetched_at=self._now())


def _uri(url: str) -> str:
    try:
        return to_uri(url)
    except ValueError as error:
        raise ArticleRejected(Reason.BAD_INPUT, str(error)) from error


def _joined(base: str, reference: str) -> str:
    """The address that a reference means; empty where it means none."""
    try:
        return join_uri(base, reference)
    except ValueError:
        return ""


def _host(url: str) -> str:
    return host_key(_uri(url))


def _clock() -> float:
    return asyncio.get_running_loop().time()
