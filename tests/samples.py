"""Records for tests: `article(title="...")` is a complete article with default values for all other fields.

`numbered(7)` is one of many: its URL, id and text depend on the number.
"""

import dataclasses
import datetime as dt
import random

from newsdesk.records import (
    Article,
    Capture,
    CapturedPage,
    CaptureRef,
    Checked,
    Cleaned,
    Embedding,
    EntitiesStatus,
    Entity,
    EntityType,
    FeedItem,
    Finding,
    Mention,
    Severity,
    Tagged,
    Verdict,
)
from newsdesk.urls import article_id
from newsdesk.vectors import MODEL, embed, pack

NOW = dt.datetime(2026, 11, 24, 12, 5, tzinfo=dt.UTC)
TEXT = "The ferry left Rotterdam at noon.\nCan come back.” Ines Calloway was on board."


def cleaned(**changes) -> Cleaned:
    record = Cleaned(title="Ferry leaves Rotterdam", text=TEXT, language="en", language_confidence=0.98, authors=("Maud Ellery",))
    return dataclasses.replace(record, **changes)


def checked(**changes) -> Checked:
    start = TEXT.index("Can come back.”")
    finding = Finding(start=start, end=start + 15, rule="bare-auxiliary", severity=Severity.STRONG, message="A sentence has no subject.")
    return dataclasses.replace(Checked(language="en", verdict=Verdict.SUSPECT, findings=(finding,), score=1.0), **changes)


def tagged(**changes) -> Tagged:
    def mention(name: str) -> Mention:
        start = TEXT.index(name)
        return Mention(start=start, end=start + len(name), text=name)

    entities = (
        Entity(name="Ines Calloway", type=EntityType.PERSON, mentions=(mention("Ines Calloway"),)),
        Entity(name="Rotterdam", type=EntityType.PLACE, mentions=(mention("Rotterdam"),), id="geonames:2747891", lat=51.92, lon=4.48),
    )
    return dataclasses.replace(Tagged(entities=entities, status=EntitiesStatus.TAGGED), **changes)


def article(url: str = "https://example.org/ferry", *, fetched_at: dt.datetime = NOW, source: str = "example", **changes) -> Article:
    """An article; additional arguments set fields of its `Cleaned`."""
    return Article(
        id=article_id(url),
        url=url,
        source=source,
        feed_url="https://example.org/feed.xml",
        fetched_at=fetched_at,
        partition="2026-11-24T1205",
        capture=CaptureRef("raw/2026-11-24T1205/shard-0.warc.gz", 512),
        pipeline_version="1.1.1",
        cleaned=cleaned(canonical_url=url, **changes),
        checked=checked(),
        tagged=tagged(),
    )


def numbered(
    number: int,
    *,
    text: str | None = None,
    partition: str = "2026-11-24T1205",
    pipeline_version: str = "1.1.1",
    persons: tuple[str, ...] = (),
    organizations: tuple[str, ...] = (),
    places: tuple[tuple[str, float, float, str], ...] = (),
    verdict: Verdict = Verdict.NO_DEFECT_FOUND,
    findings: tuple[tuple[int, int], ...] = (),
    **changes,
) -> Article:
    """Return the article of this number, with its own text if none is given; it has only the given entities and findings.

    Places are name, latitude, longitude and country. Further arguments are those of `article`.
    """
    text = words(number, 40) if text is None else text
    entities = [Entity(name=name, type=EntityType.PERSON, mentions=(Mention(start=0, end=1, text=text[:1]),)) for name in persons]
    entities += [Entity(name=name, type=EntityType.ORGANIZATION, mentions=()) for name in organizations]
    entities += [Entity(name=name, type=EntityType.PLACE, mentions=(), lat=lat, lon=lon, country=code) for name, lat, lon, code in places]
    found = [Finding(start=start, end=end, rule="test", severity=Severity.STRONG, message="This is broken.") for start, end in findings]
    made = article(f"https://news.example/{number}", **{"text": text, "title": "A headline", "authors": (), **changes})
    return dataclasses.replace(
        made,
        partition=partition,
        pipeline_version=pipeline_version,
        checked=checked(verdict=verdict, findings=tuple(found), language=made.cleaned.language, score=0.0),
        tagged=tagged(entities=tuple(entities)),
    )


def embedded(number: int, language: str, title: str, text: str, **changes) -> Article:
    """Return the article of this number with the vector of the enrich stage."""
    made = numbered(number, title=title, text=text, language=language, **changes)
    return dataclasses.replace(made, embedding=Embedding(pack(embed(title, text)), MODEL))


_VOCABULARY = [
    f"{start}{middle}{end}"
    for start in "bdfgklmnprst"
    for middle in ("a", "e", "io", "u")
    for end in ("ran", "lis", "mot", "ver", "dun", "kel")
]


def words(seed: int, count: int) -> str:
    """Return a text of this many invented words; texts of different seeds have no words in common."""
    return " ".join(random.Random(seed).choices(_VOCABULARY, k=count))


def captured_page(
    body: bytes | str,
    *,
    url: str = "https://example.org/ferry",
    fetched_at: dt.datetime = NOW,
    content_type: str = "",
    source: str = "example",
    item: FeedItem | None = None,
) -> CapturedPage:
    """A page as input for clean, not from an archive."""
    ref = CaptureRef("raw/2026-11-24T1205/sample.warc.gz", 0)
    capture = Capture(ref=ref, url=url, fetched_at=fetched_at, content_type=content_type, source=source, item=item)
    return CapturedPage(capture, body.encode() if isinstance(body, str) else body)
