"""Hits for other programs.

Tests of newsdesk.search.rss.
"""

import csv
import datetime as dt
import io
from xml.etree import ElementTree

import pytest

from newsdesk.fetch.source_names import SourceNames
from newsdesk.records import Verdict
from newsdesk.search.export import COLUMNS, to_csv, to_jsonl, to_rss
from newsdesk.search.run import Hit, Part

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


def hit(title: str = "A headline", **fields: object) -> Hit:
    given: dict[str, object] = {
        "id": "a1",
        "title": title,
        "url": "https://news.example/1?a=1&b=2",
        "source": "Example",
        "language": "en",
        "published_at": NOW,
        "first_seen_at": NOW,
        "score": 1.0,
        "title_parts": (Part(title),),
        "snippet": (Part("before "), Part("match", marked=True)),
        "verdict": Verdict.SUSPECT,
        "findings": (),
        "is_translation": "unknown",
        "source_language": None,
        "persons": ("Ana Duarte", "Olha Petrenko"),
        "organizations": (),
        "places": (),
        "events": (),
    }
    return Hit(**(given | fields))  # type: ignore[arg-type]


def test_csv_comes_back_as_it_was() -> None:
    (row,) = csv.DictReader(io.StringIO("".join(to_csv([hit('A "quoted", headline\nin two lines')]))))
    assert row["title"] == 'A "quoted", headline\nin two lines'
    assert row["persons"] == "Ana Duarte; Olha Petrenko"
    assert row["published_at"] == "2026-11-24T12:00:00+00:00"
    assert row["findings"] == "0"


def test_csv_has_the_key_and_the_name_of_a_source() -> None:
    (row,) = csv.DictReader(io.StringIO("".join(to_csv([hit(source="mp")], source_names=SourceNames({"mp": "Marlow Post"})))))
    assert (row["source"], row["source_name"]) == ("mp", "Marlow Post")


@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\n=1"])
def test_no_cell_is_taken_for_a_formula(title: str) -> None:
    (row,) = csv.DictReader(io.StringIO("".join(to_csv([hit(title)]))))
    assert row["title"] == f"'{title}"


@pytest.mark.parametrize("blank", ["", " ", "\u00a0 ", "\u3000", "\ufeff", "\u200b"], ids=ascii)
@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_no_blank_and_no_wide_sign_hides_a_formula(blank: str, sign: str) -> None:
    formula = f"{blank}{sign}cmd|' /C calc'!A0"
    (row,) = csv.DictReader(io.StringIO("".join(to_csv([hit(formula)]))))
    assert row["title"] == f"'{formula}"


@pytest.mark.parametrize("separator", [";", "\t", "|", "\n"], ids=ascii)
def test_a_program_that_was_told_another_separator_meets_no_formula_either(separator: str) -> None:
    text = "".join(to_csv([hit(f"headline{separator} =cmd|' /C calc'!A0")]))
    cells = (cell for row in csv.reader(io.StringIO(text), delimiter=separator if separator != "\n" else ";") for cell in row)
    assert not [cell for cell in cells if cell.lstrip(' "').startswith("=")]


def test_every_cell_is_in_quotation_marks() -> None:
    heading, row = "".join(to_csv([hit("A headline")])).splitlines()
    for line in (heading, row):
        assert line.startswith('"')
        assert line.count('","') == len(COLUMNS) - 1


def test_raw_cells_stay_as_they_are() -> None:
    (row,) = csv.DictReader(io.StringIO("".join(to_csv([hit(" =1; -2")], raw=True))))
    assert row["title"] == " =1; -2"


@pytest.mark.parametrize("title", ["Ferry - a story", "1+1=2", "me@example.org", "A well-known; and another"])
def test_a_sign_inside_a_headline_is_left_alone(title: str) -> None:
    (row,) = csv.DictReader(io.StringIO("".join(to_csv([hit(title)]))))
    assert row["title"] == title


def test_json_lines_are_one_line_each() -> None:
    lines = list(to_jsonl([hit("two\nlines"), hit()]))
    assert len(lines) == 2
    assert all(line.count("\n") == 1 for line in lines)


def test_a_feed_can_be_read_whatever_a_headline_holds() -> None:
    feed = ElementTree.fromstring(to_rss([hit("<script>&\x00\x0b \ud83d end")], title="saved & kept", link="http://127.0.0.1/", now=NOW))
    item = feed.find("channel/item")
    assert item is not None
    assert item.findtext("title") == "<script>&  end"
    assert item.findtext("link") == "https://news.example/1?a=1&b=2"
    assert item.findtext("description") == "before match"
    assert item.findtext("pubDate") == "Tue, 24 Nov 2026 12:00:00 +0000"
    assert feed.findtext("channel/title") == "saved & kept"


def test_a_description_is_text_to_a_reader_that_takes_it_for_html() -> None:
    snippet = (Part("if a < b & <img src=x onerror=alert(1)>"),)
    feed = ElementTree.fromstring(to_rss([hit(snippet=snippet)], title="t", link="http://127.0.0.1/", now=NOW))
    assert feed.findtext("channel/item/description") == "if a &lt; b &amp; &lt;img src=x onerror=alert(1)&gt;"
