"""The feeds of the seed site to which `make run` subscribes."""

import datetime as dt
import importlib.util
import sys
from pathlib import Path

from newsdesk.local import seed_site
from newsdesk.settings import load

SITE = Path(__file__).parents[3] / "seeds/site.py"


def test_every_paper_is_subscribed_to_where_the_site_serves_it():
    specification = importlib.util.spec_from_file_location("seed_site_for_local", SITE)
    site = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = site
    specification.loader.exec_module(site)
    settings = load()
    served = {paper.address for paper in site.read_papers(dt.date(2026, 11, 24))}
    feeds = seed_site.paper_feeds(settings)
    assert {url.split("/")[2].split(":")[0] for url in feeds.values()} == served
    assert set(seed_site.hosts(settings)) == {seed_site.host(settings), *(url.split("/")[2] for url in feeds.values())}
