"""Synthetic articles for benchmarks of the index: Zipf-distributed words, several languages, names, stories with copies."""

import datetime as dt
import random
from collections.abc import Iterator
from itertools import accumulate

from newsdesk.records import Article, CaptureRef, Checked, Cleaned, EntitiesStatus, Entity, EntityType, Tagged, Verdict
from newsdesk.urls import article_id

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
LANGUAGES = ("en", "en", "en", "es", "fr", "de")
SYLLABLES = [a + b for a in "bcdfghklmnprstvz" for b in ("a", "e", "i", "o", "u", "ar", "en", "is")]


class Newsroom:
    """A generator of articles; the same seed gives the same articles."""

    def __init__(self, seed: int = 1, words: int = 60_000) -> None:
        self.random = random.Random(seed)
        self.made = 0
        self.vocabulary = ["".join(self.random.choices(SYLLABLES, k=self.random.randint(1, 4))) for _ in range(words)]
        self.weights = list(accumulate(1 / (rank + 2.7) for rank in range(words)))
        self.people = [f"{self._name()} {self._name()}" for _ in range(3_000)]
        self.bodies = [f"{self._name()} {self._name()} Council" for _ in range(800)]
        self.towns = [(self._name(), self.random.uniform(-60, 70), self.random.uniform(-180, 180)) for _ in range(600)]

    def sentence(self, words: int) -> str:
        return " ".join(self.random.choices(self.vocabulary, cum_weights=self.weights, k=words)).capitalize() + "."

    def text(self, words: int = 400) -> str:
        paragraphs, left = [], words
        while left > 0:
            size = min(left, self.random.randint(30, 70))
            paragraphs.append(self.sentence(size))
            left -= size
        return "\n".join(paragraphs)

    def articles(self, count: int, *, start: int = 0) -> Iterator[Article]:
        for number in range(start, start + count):
            yield self.article(number, self.text(self.random.randint(200, 600)))

    def article(self, number: int, text: str, *, title: str | None = None, source: str | None = None) -> Article:
        pick = self.random
        url = f"https://bench.example/{number}"
        language = pick.choice(LANGUAGES)
        people = [Entity(name=name, type=EntityType.PERSON, mentions=()) for name in pick.sample(self.people, 3)]
        bodies = [Entity(name=name, type=EntityType.ORGANIZATION, mentions=()) for name in pick.sample(self.bodies, 2)]
        towns = [
            Entity(name=name, type=EntityType.PLACE, mentions=(), lat=lat, lon=lon, country="XX")
            for name, lat, lon in pick.sample(self.towns, 2)
        ]
        moment = NOW - dt.timedelta(minutes=pick.randint(0, 20 * 24 * 60))
        return Article(
            id=article_id(url),
            url=url,
            source=source or f"Source {pick.randint(1, 30)}",
            feed_url="https://bench.example/feed",
            fetched_at=moment,
            partition=f"{moment:%Y-%m-%dT%H:%M}",
            capture=CaptureRef("raw/bench.warc.gz", number),
            pipeline_version="1",
            cleaned=Cleaned(title=title or self.sentence(8), text=text, language=language, published_at=moment),
            checked=Checked(language=language, verdict=pick.choice(list(Verdict))),
            tagged=Tagged(entities=(*people, *bodies, *towns), status=EntitiesStatus.TAGGED),
        )

    def _name(self) -> str:
        return "".join(self.random.choices(SYLLABLES, k=3)).capitalize()
