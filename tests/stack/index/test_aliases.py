"""The user's alias table, from the command to the index: an edit takes effect with the next replay, and can be reverted."""

import dataclasses

import pytest
from click.testing import CliRunner

from captures import page, write_captures
from newsdesk.chunk_enrichment import enrich_chunk
from newsdesk.chunks import plan_chunks
from newsdesk.cli.aliases import aliases
from newsdesk.enrichment import open_tools
from newsdesk.errors import Stage, Status
from newsdesk.index.aliases import names, set_up
from newsdesk.jobs.index import index_articles
from newsdesk.scope import Only, Scope
from newsdesk.settings import load
from newsdesk.store.archive import Archive
from newsdesk.store.articles import read_articles
from newsdesk.store.outcomes import write_outcomes
from newsdesk.urls import article_id
from samples import NOW
from stack.desk import everything_in

PARTITION = "2026-11-24T1205"
PORT, RIVER, BOTH = (f"https://example.org/{name}" for name in ("port", "river", "both"))
PAGES = [
    (
        PORT,
        page(
            "The port of Marlow stays shut",
            "Ferry Watch, which counts the boats that go up the river, closed its office at the port of Marlow on Saturday morning.",
            "“They told us on Friday night,” said Ines Calloway, who has run the small shop beside the office for eleven years.",
        ),
    ),
    (
        RIVER,
        page(
            "The river rises again",
            "The river rose by forty centimetres in one night, and the meadows below the old mill stood under water until Sunday.",
            "“We have seen worse, and we have seen it earlier in the year,” said Tomas Arden, who keeps sheep on the north bank.",
        ),
    ),
    (
        BOTH,
        page(
            "A bridge is promised",
            "Vigia da Balsa, the group from Lisbon, asked the council for a bridge, as it has done every spring for eleven years.",
            "The council promised an answer by the end of the month, and nobody in the hall believed that there would be one.",
        ),
    ),
]


@pytest.fixture
def aliases_command(tmp_path, monkeypatch):
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
    monkeypatch.delenv("NEWSDESK_TAG_ALIASES", raising=False)
    return lambda *arguments: CliRunner().invoke(aliases, arguments, catch_exceptions=False)


@pytest.fixture
def archive(tmp_path):
    archive = Archive(str(tmp_path / "data"))
    write_captures(archive, PARTITION, PAGES)
    return archive


@pytest.fixture
def replay(es, index_settings, aliases_command, archive):
    """A function that enriches and indexes the partition; returns the index statuses in the order of PAGES."""
    settings = dataclasses.replace(load(), index=index_settings)
    set_up(es, index_settings, now=NOW)

    def replayed(only=Only.ALL):
        statuses = []
        with open_tools(settings) as tools:
            for chunk in plan_chunks(archive, PARTITION, size=200):
                report = enrich_chunk(chunk, archive=archive, tools=tools, settings=settings, now=NOW, scope=Scope(only=only))
                write_outcomes(archive, PARTITION, Stage.ENRICH, chunk.name, report.outcomes)
                made = list(read_articles(archive, chunk.articles_path))
                statuses += [outcome.status for outcome in index_articles(made, es=es, settings=settings, now=NOW).outcomes]
        return statuses

    return replayed


@pytest.fixture
def indexed(es, index_settings):
    return lambda: everything_in(es, names(index_settings).articles)


def organizations(documents, url):
    return documents[article_id(url)][1].get("organizations", [])


def test_a_replay_with_a_new_alias_rewrites_affected_documents_only(replay, indexed, aliases_command):
    assert replay() == [Status.CREATED] * 3
    before = indexed()
    assert organizations(before, BOTH) != ["Ferry Watch"]
    assert replay() == [Status.UNCHANGED] * 3

    aliases_command("add", "Ferry Watch", "Vigia da Balsa", "--country", "pt")
    assert indexed() == before, "nothing changes by the command alone"
    assert replay() == [Status.UPDATED, Status.UNCHANGED, Status.UPDATED]
    changed = indexed()
    assert organizations(changed, PORT) == organizations(changed, BOTH) == ["Ferry Watch"]
    (linked,) = [entity for entity in changed[article_id(BOTH)][1]["entities"] if entity["name"] == "Ferry Watch"]
    assert (linked["id"], linked["country"], linked["aliases"]) == ("organization:ferry-watch", "PT", ["Vigia da Balsa"])
    assert changed[article_id(RIVER)] == before[article_id(RIVER)]
    assert changed[article_id(BOTH)][1]["entities_aliases_version"] != before[article_id(BOTH)][1]["entities_aliases_version"]

    aliases_command("remove", "Ferry Watch")
    assert replay() == [Status.UPDATED, Status.UNCHANGED, Status.UPDATED]
    assert {id_: document for id_, (_, document) in indexed().items()} == {id_: document for id_, (_, document) in before.items()}
    assert replay() == [Status.UNCHANGED] * 3


def test_one_name_of_an_entry_can_be_removed(replay, indexed, aliases_command):
    aliases_command("add", "Ferry Watch", "Vigia da Balsa")
    replay()
    assert organizations(indexed(), BOTH) == ["Ferry Watch"]
    aliases_command("remove", "Vigia da Balsa")
    replay()
    assert organizations(indexed(), BOTH) != ["Ferry Watch"]
    assert organizations(indexed(), PORT) == ["Ferry Watch"]


def test_a_replay_of_older_articles_ignores_alias_tables(replay, indexed, aliases_command):
    replay()
    before = indexed()
    aliases_command("add", "Ferry Watch", "Vigia da Balsa")
    assert replay(only=Only.OLDER) == [Status.UNCHANGED] * 3
    assert indexed() == before
