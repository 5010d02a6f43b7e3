"""The seed site on this machine: `seeds/site.py` as a server of its own."""

import sys

from newsdesk.local.airflow import ROOT
from newsdesk.local.processes import Service, inherited_environment
from newsdesk.settings import Settings


def service(settings: Settings) -> Service:
    return Service("seed-site", settings.home.home)


def host(settings: Settings) -> str:
    """`address:port`, as the fetcher's list of allowed hosts takes it."""
    return f"127.0.0.1:{settings.local.seed_site_port}"


def feed_url(settings: Settings) -> str:
    return f"http://{host(settings)}/feed.xml"


def start(settings: Settings) -> Service:
    started = service(settings)
    command = [sys.executable, str(ROOT / "seeds" / "site.py"), "--port", str(settings.local.seed_site_port)]
    started.start(command, environment=inherited_environment())
    return started
