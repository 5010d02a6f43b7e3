"""Articles made for the tests of index and search."""

import datetime as dt
import random

from newsdesk.records import (
    Article,
    CaptureRef,
    Checked,
    Cleaned,
    EntitiesStatus,
    Entity,
    EntityType,
    Finding,
    Mention,
    Severity,
    Tagged,
    Verdict,
)
from newsdesk.urls import article_id

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
_VOCABULARY = [
    f"{start}{middle}{end}"
    for start in "bdfgklmnprst"
    for middle in ("a", "e", "io", "u")
    for end in ("ran", "lis", "mot", "ver", "dun", "kel")
]


def words(seed: int, count: int) -> str:
    """Text of this many invented words; another seed gives a text with nothing in common."""
    return " ".join(random.Random(seed).choices(_VOCABULARY, k=count))


def article(
    number: int,
    *,
    text: str | None = None,
    title: str = "A headline",
    source: str = "Example News",
    language: str = "en",
    fetched_at: dt.datetime = NOW,
    published_at: dt.datetime | None = None,
    pipeline_version: str = "1",
    partition: str = "2026-11-24T12:00",
    persons: tuple[str, ...] = (),
    organizations: tuple[str, ...] = (),
    places: tuple[tuple[str, float, float, str], ...] = (),
    verdict: Verdict | None = Verdict.NO_DEFECT_FOUND,
    findings: tuple[tuple[int, int], ...] = (),
) -> Article:
    url = f"https://news.example/{number}"
    text = words(number, 40) if text is None else text
    entities = [Entity(name=name, type=EntityType.PERSON, mentions=(Mention(start=0, end=1, text=text[:1]),)) for name in persons]
    entities += [Entity(name=name, type=EntityType.ORGANIZATION, mentions=()) for name in organizations]
    entities += [Entity(name=name, type=EntityType.PLACE, mentions=(), lat=lat, lon=lon, country=code) for name, lat, lon, code in places]
    return Article(
        id=article_id(url),
        url=url,
        source=source,
        feed_url="https://news.example/feed",
        fetched_at=fetched_at,
        partition=partition,
        capture=CaptureRef("raw/2026-11-24/0.warc.gz", number),
        pipeline_version=pipeline_version,
        cleaned=Cleaned(title=title, text=text, language=language, published_at=published_at),
        checked=Checked(
            language=language,
            verdict=verdict,
            findings=tuple(
                Finding(start=start, end=end, rule="test", severity=Severity.STRONG, message="This is broken.") for start, end in findings
            ),
        ),
        tagged=Tagged(entities=tuple(entities), status=EntitiesStatus.TAGGED),
    )
