"""Reads an article in JSON instead of a page: the body of a capture by `newsdesk index load`."""

import datetime as dt
import json
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from newsdesk.clean.changes import content_hash
from newsdesk.clean.language import detect_language
from newsdesk.clean.text import join_paragraphs
from newsdesk.errors import ArticleRejected, Reason
from newsdesk.records import CapturedPage, Cleaned, ZoneSource

CONTENT_TYPE = "application/vnd.newsdesk.article+json"
GIVEN = "given"
"""The source of dates that were given."""


@dataclass(frozen=True, kw_only=True)
class GivenArticle:
    """The fields of the JSON object; others are ignored. Lines of `text` are paragraphs. A time without a zone is read as UTC."""

    text: str
    title: str = ""
    language: str | None = None
    published_at: dt.datetime | None = None
    modified_at: dt.datetime | None = None
    authors: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    site_name: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    description: str = ""


_GIVEN = TypeAdapter(GivenArticle)


def parse_article_json(fields: Any) -> GivenArticle:
    """Return the article of a JSON object. Raises ArticleRejected with BAD_INPUT, naming the field, or EMPTY."""
    try:
        given = _GIVEN.validate_python(fields)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "the line"
        raise ArticleRejected(Reason.BAD_INPUT, f"{field}: {first['msg']}") from error
    if not given.text.strip():
        raise ArticleRejected(Reason.EMPTY, "the text is empty")
    return given


def clean_article_json(captured: CapturedPage, *, now: dt.datetime) -> Cleaned:
    """Return the article. The language is detected where none is given; a publication after `now` is left out."""
    try:
        given = parse_article_json(json.loads(captured.body))
    except ValueError as error:
        raise ArticleRejected(Reason.UNREADABLE, f"this is not JSON: {error}") from error
    paragraphs = [line.strip() for line in given.text.splitlines() if line.strip()]
    detected = detect_language(paragraphs, claimed=given.language)
    text = join_paragraphs(paragraphs)
    published = _moment(given.published_at, now)
    return Cleaned(
        title=" ".join(given.title.split()),
        text=text,
        language=given.language or detected.code,
        language_confidence=1.0 if given.language else detected.confidence,
        authors=given.authors,
        credits=given.credits,
        published_at=published,
        modified_at=_moment(given.modified_at, now),
        canonical_url=captured.capture.url,
        site_name=given.site_name,
        image=given.image,
        section=given.section,
        tags=given.tags,
        description=given.description,
        declared_language=given.language,
        published_source=GIVEN if published else "",
        modified_source=GIVEN if _moment(given.modified_at, now) else "",
        published_zone=_zone(given.published_at) if published else None,
        script=detected.script,
        direction=detected.direction,
        paragraph_languages=detected.paragraphs,
        content_hash=content_hash(given.title, text),
    )


def _moment(given: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
    if given is None:
        return None
    moment = given if given.tzinfo else given.replace(tzinfo=dt.UTC)
    return moment if moment <= now else None


def _zone(given: dt.datetime | None) -> ZoneSource:
    return ZoneSource.TOLD if given and given.tzinfo else ZoneSource.ASSUMED
