"""The articles of the seed site's pages are extracted exactly, by paragraph."""

import datetime as dt
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from newsdesk.clean.stage import clean
from newsdesk.records import CapturedPage
from newsdesk.settings import CleanSettings
from samples import captured_page

SITE = Path(__file__).parents[3] / "seeds/site.py"
ORIGIN = "http://127.0.0.1:8765"


def load_site() -> ModuleType:
    spec = importlib.util.spec_from_file_location("seed_site_for_clean", SITE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


site = load_site()


def capture(path: str, page: str) -> CapturedPage:
    return captured_page(url=ORIGIN + path, body=page.encode(), content_type="text/html; charset=utf-8")


TODAY = dt.date(2026, 11, 24)
EVERY = [(paper, story) for paper in (site.SEED_POST, *site.read_papers(TODAY)) for story in paper.stories]


@pytest.mark.parametrize(("paper", "story"), EVERY, ids=[f"{paper.name}{story.path}" for paper, story in EVERY])
def test_seed_page_gives_its_text_exactly(paper, story) -> None:  # type: ignore[no-untyped-def]
    cleaned = clean(capture(story.path, site.article_page(story, ORIGIN, paper)), CleanSettings())
    assert cleaned.text.split("\n") == story.paragraphs
    assert cleaned.title == story.headline
    assert cleaned.published_at == story.published_at
    assert cleaned.language == story.language
    assert cleaned.content_kind == "article"
    assert cleaned.authors == ((story.author,) if story.author_type == "Person" else ())


def test_papers_have_a_month_of_stories_in_six_languages_at_addresses_of_their_own() -> None:
    papers = site.read_papers(TODAY)
    assert len({paper.language for paper in papers}) == 6
    assert [paper.address for paper in papers] == [f"127.0.0.{number}" for number in range(2, 2 + len(papers))]
    days = [(TODAY - story.published_at.date()).days for paper in papers for story in paper.stories]
    assert (min(days), max(days)) == (1, 27)
    assert 25 <= len(days) <= 40


def test_a_paper_dates_its_stories_anew_and_keeps_their_addresses() -> None:
    today, tomorrow = (site.read_papers(TODAY + dt.timedelta(days=days))[0].stories for days in (0, 1))
    assert [story.path for story in today] == [story.path for story in tomorrow]
    assert all(later.published_at - story.published_at == dt.timedelta(days=1) for story, later in zip(today, tomorrow, strict=True))


def test_seed_home_page_is_a_listing() -> None:
    assert clean(capture("/", site.home_page()), CleanSettings()).content_kind == "listing"
