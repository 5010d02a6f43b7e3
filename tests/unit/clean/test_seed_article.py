"""The seed site's pages give their articles back exactly, paragraph by paragraph."""

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


@pytest.mark.parametrize("story", site.STORIES, ids=lambda story: Path(story.file).stem)
def test_seed_page_gives_its_text_exactly(story) -> None:  # type: ignore[no-untyped-def]
    cleaned = clean(capture(story.path, site.article_page(story, ORIGIN)), CleanSettings())
    assert cleaned.text.split("\n") == story.paragraphs
    assert cleaned.title == story.headline
    assert cleaned.published_at == story.published_at
    assert cleaned.language == story.language
    assert cleaned.content_kind == "article"
    assert cleaned.authors == ((story.author,) if story.author_type == "Person" else ())


def test_seed_home_page_is_a_listing() -> None:
    assert clean(capture("/", site.home_page()), CleanSettings()).content_kind == "listing"
