"""Runs the seed site and its papers, `seeds/site.py`, on this machine."""

import sys

from newsdesk.local.airflow import ROOT
from newsdesk.local.processes import Service, inherited_environment
from newsdesk.settings import Settings


def service(settings: Settings) -> Service:
    return Service("seed-site", settings.home.home)


def host(settings: Settings) -> str:
    """Return `address:port`, in the form of NEWSDESK_FETCH_ALLOWED_HOSTS."""
    return f"127.0.0.1:{settings.local.seed_site_port}"


def feed_url(settings: Settings) -> str:
    return f"http://{host(settings)}/feed.xml"


def paper_feeds(settings: Settings) -> dict[str, str]:
    """Return the feed's URL by source for each paper of `seeds/papers/`: invented news of the last month in several languages."""
    return {source: f"http://{host}/feed.xml" for source, host in _papers(settings).items()}


def hosts(settings: Settings) -> tuple[str, ...]:
    """Return the hosts of the site and of its papers."""
    return (host(settings), *_papers(settings).values())


def _papers(settings: Settings) -> dict[str, str]:
    # The same URLs as in `read_papers` of the site.
    files = sorted((ROOT / "seeds" / "papers").glob("*.txt"))
    return {file.stem: f"127.0.0.{number}:{settings.local.seed_site_port}" for number, file in enumerate(files, 2)}


def start(settings: Settings) -> Service:
    started = service(settings)
    command = [sys.executable, str(ROOT / "seeds" / "site.py"), "--papers", "--port", str(settings.local.seed_site_port)]
    started.start(command, environment=inherited_environment())
    return started
