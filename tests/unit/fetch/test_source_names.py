"""Names of sources: each has a key and a name, and both are accepted."""

import pytest

from newsdesk.clean.article_endings import save_endings
from newsdesk.cli.main import newsdesk
from newsdesk.errors import BadRequest, Reason, Stage
from newsdesk.fetch.feed_report import report_feeds
from newsdesk.fetch.plan import FeedStatus
from newsdesk.fetch.source_names import SourceNames, load_source_names
from newsdesk.fetch.state import add_feed, list_feeds, name_source, poll_now, remove_feeds, rename_feeds, set_status
from newsdesk.records import DeadLetter
from newsdesk.search.fields import find_sources
from newsdesk.store.dead_letters import record_dead_letters
from samples import NOW

NAMES = SourceNames(
    {"**": "!!", "un-news": "UN News", "l-equipe": "L’Équipe", "mp": "Marlow Post", "marlow-post": "Marlow Post", "ekonomist": "İktisat"}
)


@pytest.fixture
def engine(engine):
    add_feed(engine, "https://news.un.example/feed.xml", title="UN News", now=NOW)
    add_feed(engine, "https://efe.example/rss", source="EFE", title="Portada: EFE", now=NOW)
    return engine


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("un-news", ("un-news",)),
        ("UN News", ("un-news",)),
        ("un  NEWS", ("un-news",)),
        ("lequipe", ("l-equipe",)),
        ("L'Équipe", ("l-equipe",)),
        ("Marlow Post", ("marlow-post", "mp")),
        ("mp", ("marlow-post", "mp")),
        ("iktisat", ("ekonomist",)),
        ("Marlow", ()),
        ("", ()),
        ("…", ()),
    ],
)
def test_a_source_is_found_by_its_key_or_its_name_however_it_is_written(text, keys):
    assert NAMES.find(text) == keys
    assert NAMES.keys(text) == (keys or (text,))


def test_a_source_is_called_by_the_title_that_its_key_was_made_of_else_by_its_key(engine):
    assert load_source_names(engine).names == {"un-news": "UN News", "EFE": "EFE"}


def test_a_new_name_counts_at_once_and_leaves_the_key(engine):
    assert name_source(engine, "un news", "United Nations") == 1
    assert load_source_names(engine).name("un-news") == "United Nations"
    assert {feed.source for feed in list_feeds(engine, now=NOW)} == {"un-news", "EFE"}
    assert name_source(engine, "United Nations", "UN") == 1
    assert load_source_names(engine).name("un-news") == "UN"
    assert name_source(engine, "nobody", "X") == 0


@pytest.mark.parametrize("named", ["un-news", "UN News", "https://news.un.example/feed.xml", "1"])
def test_feeds_are_named_by_number_address_key_or_name(engine, named):
    assert poll_now(engine, named, now=NOW) == 1
    assert set_status(engine, named, FeedStatus.DISABLED, now=NOW) == 1
    assert len(report_feeds(engine, named, now=NOW)) == 1
    assert rename_feeds(engine, named, title="Another title") == 1
    assert remove_feeds(engine, named) == 1


def test_a_feed_is_added_to_a_known_source_by_its_name(engine):
    add_feed(engine, "https://news.un.example/africa.xml", source="UN News", now=NOW)
    assert [feed.source for feed in list_feeds(engine, now=NOW)] == ["un-news", "EFE", "un-news"]


def test_a_feed_that_moves_to_another_source_takes_the_old_articles_along(engine):
    rename_feeds(engine, "un-news", source="EFE")
    assert [feed.source for feed in list_feeds(engine, now=NOW)] == ["EFE", "EFE"]
    assert load_source_names(engine).keys("EFE") == ("EFE", "un-news")


def test_a_source_that_keeps_a_feed_keeps_its_articles(engine):
    add_feed(engine, "https://news.un.example/africa.xml", source="un-news", now=NOW)
    rename_feeds(engine, "https://news.un.example/africa.xml", source="EFE")
    assert load_source_names(engine).keys("EFE") == ("EFE",)


def test_a_search_finds_what_the_index_calls_a_source():
    assert find_sources("UN News", ("un-news", "Un news"), NAMES) == ["un-news", "Un news"]
    assert find_sources("Marlow Post", ("mp",), NAMES) == ["marlow-post", "mp"]
    assert find_sources("un news", ("other",), NAMES) == ["un-news"], "a source without articles yet"
    with pytest.raises(BadRequest, match=r"did you mean UN News\?"):
        find_sources("UN Mews", ("other",), NAMES)


@pytest.fixture
def command(engine, home):
    from click.testing import CliRunner

    return lambda *words: CliRunner().invoke(newsdesk, list(words)).output


def test_the_list_of_feeds_shows_both(command):
    assert command("feeds", "name", "un-news", "United Nations") == "the name of un-news is now United Nations\n"
    listed = command("feeds", "list")
    assert "un-news (United Nations)" in listed
    assert "EFE  active" in listed
    assert '"source_name": "United Nations"' in command("feeds", "list", "--json")


def test_learned_lines_are_shown_by_the_name_of_a_source(command, engine):
    save_endings(engine, "2026-11-24", [])
    assert command("lines", "show", "UN News") == "UN News: no lines are removed\n"


def test_dead_letters_are_shown_with_the_name_of_their_source(command, engine):
    letter = DeadLetter(
        stage=Stage.FETCH,
        reason=Reason.GONE,
        detail="404",
        partition="2026-11-24T1205",
        source="un-news",
        url="https://news.un.example/1",
        capture=None,
        failed_at=NOW,
        pipeline_version="",
        page_id="1",
    )
    record_dead_letters(engine, [letter])
    assert "source UN News\n" in command("dead", "show")
