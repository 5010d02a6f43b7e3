"""The same story in the layouts of news sites, in twelve languages: text and headline are those of the article."""

import pytest

from newsdesk.clean.stage import clean
from newsdesk.settings import CleanSettings
from page_layouts import LAYOUTS, STORIES, Layout
from samples import captured_page

EACH = 3
"""Languages in which a layout is tested; which ones differs by layout."""


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_text_and_headline_of_an_article_in_this_layout(layout: Layout) -> None:
    first = LAYOUTS.index(layout)
    for story in [STORIES[(first + 4 * number) % len(STORIES)] for number in range(EACH)]:
        page = layout(story)
        found = clean(captured_page(url="https://paper.example/2026/11/24/bridge", body=page.markup.encode()), CleanSettings())
        assert [line for line in page.wanted if line not in found.text] == [], story.language
        assert [line for line in page.unwanted if line in found.text] == [], story.language
        assert found.title == story.title
