"""The commands `newsdesk search --like` and `--versions` with a real index and archive."""

import dataclasses
import datetime as dt
import json
import os
import subprocess
from collections.abc import Callable, Iterator

import pytest

from newsdesk.index.aliases import set_up
from newsdesk.index.client import open_client
from newsdesk.index.sink import index_articles
from newsdesk.records import Article, CaptureRef
from newsdesk.settings import ElasticsearchSettings, IndexSettings
from newsdesk.store.archive import Archive
from newsdesk.store.articles import write_articles
from samples import NOW, numbered
from stack import command
from stack.elasticsearch import variables_of

Newsdesk = Callable[..., subprocess.CompletedProcess[str]]

REPORT = (
    "Ferry captains in Marlow refuse the winter timetable.\n"
    "The captains say that the timetable leaves four minutes for each landing, which no ferry can do in winter. "
    "“We would leave people on the quay,” said Ines Calloway, who speaks for the captains.\n"
    "The county, which pays for the ferries, wants to talk to the captains on Friday."
)
FOLLOW_UP = (
    "The captains of the ferries in Marlow won: the county takes its winter timetable back, Ines Calloway said after talks on Friday."
)
MEETING = "Ferry captains of Marlow met in winter about a timetable of the county, which Ines Calloway calls too tight for each landing."
FIRST = "The council met at noon.\nIt will vote on Friday about the bridge."
SECOND = "The council met at noon.\nIt will vote on Monday about the bridge."

CAPTAINS = numbered(1, title="Captains refuse timetable", text=REPORT, source="Wire")
COPY = numbered(2, title="Captains refuse timetable", text=REPORT, source="Daily", fetched_at=NOW + dt.timedelta(hours=1))
LATER = numbered(3, title="Ferry captains: timetable is off", text=FOLLOW_UP)
BAKERY = numbered(4, title="Bakery opens", text="A bakery with three ovens opened beside the old mill.")
MET = numbered(5, title="Captains meet", text=MEETING)


def vote(hours: int, text: str, title: str) -> Article:
    made = numbered(6, text=text, title=title, fetched_at=NOW + dt.timedelta(hours=hours), partition=f"p{hours}")
    return dataclasses.replace(made, capture=CaptureRef(f"raw/p{hours}/shard-0.warc.gz", 512))


VOTES = [vote(0, FIRST, "Bridge"), vote(2, SECOND, "Vote on bridge")]


@pytest.fixture(scope="module")
def newsdesk(elasticsearch_settings: ElasticsearchSettings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsdesk]:
    """A function that runs `newsdesk search` with an index and an archive of these articles."""
    home, index = tmp_path_factory.mktemp("home"), IndexSettings(prefix="search-command-tests-")
    archive = Archive(str(home / "data"))
    for one in VOTES:
        write_articles(archive, f"articles/{one.partition}/shard-0-000000.jsonl.gz", [one])
    environment = {**os.environ, "NEWSDESK_HOME": str(home), **variables_of(elasticsearch_settings, index)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return command.newsdesk("search", *arguments, environment=environment)

    with open_client(elasticsearch_settings) as es:
        set_up(es, index, now=NOW)
        list(index_articles(es, [CAPTAINS, COPY, LATER, BAKERY, MET, *VOTES], index, now=NOW))
        es.indices.refresh(index=f"{index.prefix}*")
        yield run
        for name in list(es.indices.get(index=f"{index.prefix}*")):
            es.indices.delete(index=name)


def output(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_like_prints_other_stories_on_the_same_subject_only(newsdesk: Newsdesk) -> None:
    shown = output(newsdesk("--like", CAPTAINS.id))
    assert shown.startswith("2 articles found\n")
    assert {one.url for one in (CAPTAINS, COPY, LATER, BAKERY, MET, *VOTES) if f"{one.url}\n" in shown} == {LATER.url, MET.url}


def test_like_prints_json_with_usable_ids(newsdesk: Newsdesk) -> None:
    found = json.loads(output(newsdesk("--like", CAPTAINS.id, "--json")))
    assert found["total"] == 2
    assert {hit["id"] for hit in found["hits"]} == {LATER.id, MET.id}
    (again,) = json.loads(output(newsdesk("--like", found["hits"][0]["id"], "--size", "1", "--json")))["hits"]
    assert again["id"] != found["hits"][0]["id"]


def test_versions_prints_each_version_with_its_changes_and_marks_the_searched_one(newsdesk: Newsdesk) -> None:
    older, newer = output(newsdesk("--versions", VOTES[0].id)).split("2. ")
    assert older.splitlines() == ["1. Bridge", "   2026-11-24 12:05 UTC · raw/p0/shard-0.warc.gz#512"]
    assert newer.splitlines() == [
        "Vote on bridge",
        "   2026-11-24 14:05 UTC · raw/p2/shard-0.warc.gz#512 · this one is searched",
        "   headline changed from “Bridge” to “Vote on bridge”; 1 paragraph changed",
        "   - It will vote on Friday about the bridge.",
        "   + It will vote on Monday about the bridge.",
    ]


def test_versions_prints_json_with_the_complete_texts(newsdesk: Newsdesk) -> None:
    older, newer = json.loads(output(newsdesk("--versions", VOTES[0].id, "--json")))
    assert (older["text"], newer["text"]) == (FIRST, SECOND)
    assert (older["is_searched"], newer["is_searched"]) == (False, True)
    (change,) = newer["changes"]
    assert (change["before"], change["after"]) == (FIRST.split("\n")[1], SECOND.split("\n")[1])


@pytest.mark.parametrize("option", ["--like", "--versions"])
def test_an_unknown_id_is_refused_with_a_message_about_ids(newsdesk: Newsdesk, option: str) -> None:
    done = newsdesk(option, "no-such-id", "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "newsdesk: there is no article no-such-id. `newsdesk search --format jsonl` shows the ids of hits\n"


def test_the_remedy_of_an_unknown_id_shows_ids(newsdesk: Newsdesk) -> None:
    ids = {json.loads(line)["id"] for line in output(newsdesk("bakery", "--format", "jsonl")).splitlines()}
    assert ids == {BAKERY.id}
