"""Past days loaded from a site by a backfill of the sweep, then replayed without requests."""

import threading

import pytest

from newsdesk.errors import Stage
from newsdesk.ops import backfill
from newsdesk.ops.backfill import Backfill
from newsdesk.plurals import plural
from stack.desk import everything_in
from stack.site import story_path


def load_history(desk, days):
    """Load these days as an operator would, and wait until they are indexed."""
    before = {key: desk.run_ids("newsdesk_index", key) for key in days}
    loaded = desk.newsdesk("history", "load", "--from", days[0], "--to", days[-1])
    assert loaded.returncode == 0, loaded.stderr
    assert f"{len(days)} of {plural(len(days), 'day')} loaded" in loaded.stdout
    for key in days:
        desk.await_follower("newsdesk_index", key, besides=before[key])


@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("no_fetching", "subscribed")
def test_history_is_fetched_once_then_replayed_and_loaded_again_without_requests(desk, news_site, es):
    days = [f"{day:%Y-%m-%d}" for day in news_site.days]
    load_history(desk, days)
    loaded = everything_in(es)
    ours = {source["url"] for _, source in loaded.values() if source["partition"] in days}
    assert ours == {f"{news_site.url}{story_path(day)}" for day in news_site.days}
    assert sorted(news_site.asked_below("/story/")) == [story_path(day) for day in news_site.days]

    asked = len(news_site.asked)
    before = {key: desk.run_ids("newsdesk_index", key) for key in days}
    *_, progress = backfill.start(Backfill(name="again", stage=Stage.ENRICH, keys=tuple(days)), desk.airflow, wait=threading.Event().wait)
    assert (progress.succeeded, progress.failed) == (len(days), 0)
    for key in days:
        desk.await_follower("newsdesk_index", key, besides=before[key])
    assert everything_in(es) == loaded
    assert len(news_site.asked) == asked

    load_history(desk, days[:1])
    assert everything_in(es) == loaded
    assert len(news_site.asked) == asked
