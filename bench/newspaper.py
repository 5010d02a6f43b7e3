"""Synthetic news pages: English sentences with names and places, in pages of the size and depth of real news sites.

In 137 saved pages of news sites the medians are 740 words of text, 245 kB, 1,000 elements and 50 kB of scripts.
"""

import html
import json
import math
import random
import re

HOSTS = 12
_MEDIAN_WORDS = 740
_SPREAD = 0.5
"""Standard deviation of the logarithm: one text in ten has fewer than 400 words, one in ten more than 1,400."""

_WORDS = {
    "first": "Anna Omar Grace Peter Lucia Jonas Maria David Fatima Henrik Priya Samuel Elena Victor Chloe Marcus Ingrid Tomas",
    "last": "Brennick Halloran Okafor Lindqvist Moreau Castellano Whitfield Novak Achterberg Sandoval Petrov Nakamura Farrell Ibsen",
    "place": "Lisbon Nairobi Warsaw Leeds Toronto Oslo Lima Manila Dublin Athens Accra Denver Osaka Lyon",
    "body": "Council Ministry Waterworks University Hospital Parliament Court Institute",
    "noun": "bridge budget harbour school election storm contract railway museum hospital factory vaccine tunnel market orchestra forest "
    "lawsuit satellite ferry stadium library pension merger drought strike archive tariff inquiry airport vineyard",
    "verb": "delayed approved rejected reopened funded criticised defended extended reviewed praised postponed abandoned",
    "adjective": "local costly unexpected rural former public private early disputed modest narrow foreign recent crowded",
    "month": "January February March April May June July August September October November December",
    "day": "Monday Tuesday Wednesday Thursday Friday",
}
_SENTENCES = (
    "{first} {last} said on {day} that the {noun} in {place} would be {verb} before the end of {month}.",
    "The {place} {body} has {verb} a {adjective} plan for the {noun}, which is expected to cost {number} million euros.",
    "\u201cNobody in {place} asked for another {noun},\u201d said {first} {last}, who has worked for the {place} {body} since {year}.",
    "More than {number} people gathered outside the {noun} after the {adjective} decision became known.",
    "According to {first} {last}, the {body} of {place} {verb} the {adjective} {noun} without a vote.",
    "It was the {adjective} end of a {noun} that began in {month} {year} with a {adjective} report about the {noun}.",
    "Prices rose by {number} per cent in {place}, while the {noun} and the {noun} were {verb} for the second time.",
    "A spokeswoman for the {place} {body} declined to comment on the {noun}, but confirmed that {first} {last} had left.",
    "In {place}, where the {noun} was {verb} in {year}, opinions about the {adjective} {noun} are divided.",
    "{first} {last} and {first} {last} will meet in {place} on {day} to discuss the {noun}.",
    "The report names {number} cases in which a {noun} was {verb} although the {place} {body} had warned against it.",
    "If the {noun} fails, {first} {last} argued, the {adjective} {noun} of {place} would not survive the winter.",
)


class Newspaper:
    """A generator of pages; the same seed gives the same pages."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._words = {slot: words.split() for slot, words in _WORDS.items()}
        self._nouns = self._words["noun"]

    def pages(self, count: int) -> list[tuple[str, bytes]]:
        """This many (URL, body) pairs, alternating between HOSTS hosts."""
        return [self._page(number) for number in range(count)]

    def _page(self, number: int) -> tuple[str, bytes]:
        host = f"paper-{number % HOSTS}.bench.example"
        url = f"https://{host}/news/2026/{number}-{'-'.join(self._random.sample(self._nouns, 3))}"
        return url, self.page(url)

    def page(self, url: str, *, headline: str = "", published: str = "2026-11-28T09:30:00Z") -> bytes:
        """Return a page with this URL, with its own headline if none is given."""
        host = url.split("/")[2]
        headline = headline or self._sentence().rstrip(".")
        words = int(math.exp(self._random.gauss(math.log(_MEDIAN_WORDS), _SPREAD)))
        story = "".join(f'<p class="story-text">{html.escape(text)}</p><div class="slot"></div>' for text in self._paragraphs(words))
        about = {"@type": "NewsArticle", "headline": headline, "url": url, "datePublished": published, "inLanguage": "en"}
        return (
            f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{html.escape(headline)} | {host}</title>"
            f"<link rel='canonical' href='{url}'><script type='application/ld+json'>{json.dumps(about)}</script>"
            f"<style>{self._filler(45_000)}</style><script>var settings = '{self._filler(60_000)}'</script></head><body>"
            f"<header><nav>{self._links(host, 60)}</nav></header><main><article><h1>{html.escape(headline)}</h1>"
            f"<p class='byline'>By {self._fill('first')} {self._fill('last')}</p>{story}</article>"
            f"<aside><h2>More stories</h2>{self._links(host, 120)}</aside></main>"
            f"<footer>{self._links(host, 60)}<p>All rights reserved.</p></footer><script>{self._filler(90_000)}</script></body></html>"
        ).encode()

    def _paragraphs(self, words: int) -> list[str]:
        found: list[str] = []
        while words > 0:
            found.append(" ".join(self._sentence() for _ in range(self._random.randint(2, 4))))
            words -= len(found[-1].split())
        return found

    def _sentence(self) -> str:
        return re.sub(r"{(\w+)}", lambda slot: self._fill(slot[1]), self._random.choice(_SENTENCES))

    def _fill(self, slot: str) -> str:
        match slot:
            case "number":
                return str(self._random.randint(3, 900))
            case "year":
                return str(self._random.randint(1990, 2026))
        return self._random.choice(self._words[slot])

    def _links(self, host: str, count: int) -> str:
        titles = (" ".join(self._random.sample(self._nouns, 4)).capitalize() for _ in range(count))
        return "<ul>" + "".join(f"<li><a href='https://{host}/{title[:9]}'><span>{title}</span></a></li>" for title in titles) + "</ul>"

    def _filler(self, size: int) -> str:
        return "".join(f"{word}_{word}:0;" for word in self._random.choices(self._nouns, k=size // 18))
