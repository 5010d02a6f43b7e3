"""Articles as JSON instead of pages."""

import datetime as dt
import json
from typing import Any

import pytest

from newsdesk.clean.article_json import CONTENT_TYPE, parse_article_json
from newsdesk.clean.stage import clean
from newsdesk.errors import ArticleRejected, Reason
from newsdesk.records import Capture, CapturedPage, CaptureRef, Cleaned, ZoneSource
from newsdesk.settings import CleanSettings

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
TEXT = "The ferry to Lisbon stayed in port on Monday.\n\n  Talks go on, the crews said.  "


def cleaned(**fields: Any) -> Cleaned:
    capture = Capture(ref=CaptureRef("-", 0), url="https://wire.example/ferry", fetched_at=NOW, content_type=CONTENT_TYPE)
    return clean(CapturedPage(capture, json.dumps({"text": TEXT, **fields}).encode()), CleanSettings())


def test_lines_are_paragraphs():
    assert cleaned().text == "The ferry to Lisbon stayed in port on Monday.\nTalks go on, the crews said."


def test_angle_brackets_are_text():
    assert (
        cleaned(text="Ferries need x < y <b>seats</b> & more, the crews said.").text
        == "Ferries need x < y <b>seats</b> & more, the crews said."
    )


def test_the_language_is_detected_unless_it_is_given():
    assert cleaned().language == "en"
    assert cleaned(language="pt").language == "pt"


@pytest.mark.parametrize(
    ("given", "moment", "zone"),
    [
        ("1998-03-02T08:00:00+01:00", "1998-03-02T08:00:00+01:00", ZoneSource.TOLD),
        ("1998-03-02T08:00:00", "1998-03-02T08:00:00+00:00", ZoneSource.ASSUMED),
        ("2026-11-25T08:00:00Z", None, None),
        (None, None, None),
    ],
)
def test_a_publication_keeps_its_zone_and_is_not_in_the_future(given, moment, zone):
    made = cleaned(published_at=given)
    assert made.published_at == (dt.datetime.fromisoformat(moment) if moment else None)
    assert made.published_zone == zone


def test_unknown_fields_are_ignored_and_the_address_is_that_of_the_capture():
    made = cleaned(canonical_url="https://elsewhere.example/", score=3)
    assert made.canonical_url == "https://wire.example/ferry"


@pytest.mark.parametrize(
    ("fields", "reason", "detail"),
    [
        ({"title": "x"}, Reason.BAD_INPUT, "text: "),
        ({"text": 5}, Reason.BAD_INPUT, "text: "),
        ({"text": "x", "authors": "Ana"}, Reason.BAD_INPUT, "authors: "),
        ({"text": " \n "}, Reason.EMPTY, "empty"),
    ],
)
def test_a_wrong_field_is_named(fields, reason, detail):
    with pytest.raises(ArticleRejected, match=detail) as rejected:
        parse_article_json(fields)
    assert rejected.value.reason is reason


def test_a_body_that_is_not_json_is_unreadable():
    capture = Capture(ref=CaptureRef("-", 0), url="https://wire.example/ferry", fetched_at=NOW, content_type=CONTENT_TYPE)
    with pytest.raises(ArticleRejected) as rejected:
        clean(CapturedPage(capture, b"{cut"), CleanSettings())
    assert rejected.value.reason is Reason.UNREADABLE
