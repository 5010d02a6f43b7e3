"""Tests of newsdesk.cli.lines."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from click.testing import CliRunner

from newsdesk.clean.article_endings import delete_endings, delete_old_endings, list_sources, load_endings, save_endings
from newsdesk.clean.repeated import REMEMBERED_ARTICLES
from newsdesk.cli.lines import lines
from newsdesk.records import Article, CaptureRef, Checked, Cleaned, EntitiesStatus, Tagged

TAIL = "Follow the Courier on the river for more stories like this."


def article(number: int, *, source: str = "courier", tail: str = TAIL) -> Article:
    return Article(
        id=f"{number:032x}",
        url=f"https://a.example/{number}",
        source=source,
        feed_url="",
        fetched_at=dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
        partition="",
        capture=CaptureRef("raw/x", number),
        pipeline_version="1.1.1",
        cleaned=Cleaned(title=f"Story {number}", text=f"Story number {number}.\n{tail}", language="en"),
        checked=Checked(language="en", verdict=None),
        tagged=Tagged(entities=(), status=EntitiesStatus.NO_MODEL),
    )


def known(engine: sa.Engine, before: str | None = None) -> list[int]:
    return [int(ending.article, 16) for ending in load_endings(engine, "courier", before=before)]


def test_only_earlier_partitions_count_newest_first(engine: sa.Engine) -> None:
    save_endings(engine, "2026-11-24T1205", [article(2)])
    save_endings(engine, "2026-11-23", [article(1)])
    save_endings(engine, "2026-11-24T1210", [article(3), article(4, source="another")])
    assert known(engine, before="2026-11-24T1210") == [2, 1]
    assert known(engine, before="2026-11-23") == []
    assert known(engine) == [3, 2, 1]


def test_trimming_changes_nothing_that_the_partitions_left_can_recall(engine: sa.Engine) -> None:
    days = [f"2026-{month:02}-{day:02}" for month in (8, 9, 10) for day in range(1, 29)]
    for number, day in enumerate(days):
        save_endings(engine, day, [article(number * 10 + n) for n in range(10)])
    save_endings(engine, "2026-01-01", [article(1, source="a slow one")])
    kept = [day for day in days if day >= "2026-10-20"]
    before = [known(engine, before=day) for day in kept]
    assert delete_old_endings(engine, before=kept[0]) > 0
    assert [known(engine, before=day) for day in kept] == before
    assert {source.source for source in list_sources(engine)} == {"courier", "a slow one"}
    assert delete_old_endings(engine, before=kept[0]) == 0


def test_partition_that_runs_again_replaces_what_was_kept_of_it(engine: sa.Engine) -> None:
    save_endings(engine, "2026-11-24T1205", [article(1), article(2)])
    save_endings(engine, "2026-11-24T1205", [article(2), article(2)])
    assert known(engine) == [2]


def test_article_of_several_partitions_counts_once(engine: sa.Engine) -> None:
    for minute in range(3):
        save_endings(engine, f"2026-11-24T120{minute}", [article(1)])
    assert known(engine) == [1]


def test_the_newest_articles_are_remembered(engine: sa.Engine) -> None:
    for day in range(10, 20):
        save_endings(engine, f"2026-11-{day}", [article(100 * day + number) for number in range(10)])
    assert len(known(engine)) == REMEMBERED_ARTICLES
    assert min(known(engine)) == 1400


def test_partitions_that_end_side_by_side_lose_nothing(engine: sa.Engine) -> None:
    def learn(number: int) -> None:
        save_endings(engine, f"2026-11-{number:02}", [article(number)])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(learn, range(1, 25)))
    assert sorted(known(engine)) == list(range(1, 25))


def test_sources_are_listed_with_the_lines_that_are_dropped(engine: sa.Engine) -> None:
    save_endings(engine, "2026-11-24", [article(number) for number in range(3)] + [article(9, source="another")])
    another, courier = list_sources(engine)
    assert (another.source, another.articles, another.repeated) == ("another", 1, ())
    assert (courier.source, courier.articles, courier.repeated) == ("courier", 3, (TAIL,))


def test_a_source_that_is_forgotten_starts_anew_and_the_others_stay(engine: sa.Engine) -> None:
    save_endings(engine, "2026-11-24", [article(1), article(2, source="another")])
    assert delete_endings(engine, "courier") == 1
    assert [source.source for source in list_sources(engine)] == ["another"]


def test_commands_show_and_forget(engine: sa.Engine) -> None:
    save_endings(engine, "2026-11-24", [article(number) for number in range(3)])

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(lines, arguments, catch_exceptions=False)
        assert result.exit_code == 0
        return result.output

    assert json.loads(run("list", "--json")) == {"source": "courier", "source_name": "courier", "articles": 3, "repeated": [TAIL]}
    assert run("list").split() == ["courier", "3", "articles", "1", "lines"]
    assert json.loads(run("show", "courier", "--json"))["repeated"] == [TAIL]
    assert TAIL in run("show", "courier")
    assert json.loads(run("forget", "courier", "--json"))["forgotten"] == 3
    assert "no lines are removed" in run("show", "courier")
