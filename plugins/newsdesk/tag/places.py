"""Links the places of an article to the gazetteer, each by what else the article names; never by a guess below the stated confidence."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsdesk.tag.gazetteer import Gazetteer, Place, fold
from newsdesk.tag.names import Named
from newsdesk.tag.words import US_ABBREVIATIONS

NOT_LISTED = 4.8
"""Weight of "none of those listed": that of a city of 60,000. A smaller one is believed only with support from the article."""

SUPPORT, MOST_SUPPORT = 1.2, 2.5
"""What each other place, country or nationality of the article adds to the places of its country, and the most they add together.

With a most of 4, an article on world cities that names five American ones took Paris for the one in Texas.
"""

SAME_STATE = 1.5
"""What a state or province that the article names adds to its towns, and they to it: Roswell with New Mexico, Georgia with Atlanta."""

SOURCE = 2.0
"""What a source's own country adds to its towns: Córdoba is in Spain for a Spanish newspaper, in Argentina for one from there."""

SHARPNESS = 2.0
"""How fast confidence grows with the distance in weight: tenfold the population without other support gives .88."""

WORLD_CITY, SMALLEST_COUNTRY = 0.7, 7.0

CONTAINED = 8.0
"""What "Paris, Texas" adds to the places of that state or country."""

IS_COUNTRY, IS_CAPITAL, IS_EXONYM, IS_NAMESAKE = 2.0, 1.5, -0.8, -2.0


@dataclass(frozen=True, slots=True)
class Link:
    place: Place
    confidence: float


class Atlas:
    """The places that one article may mean by its names."""

    def __init__(
        self, gazetteer: Gazetteer, named: Sequence[Named], peoples: Iterable[str], source_country: str | None, language: str
    ) -> None:
        self._gazetteer = gazetteer
        self._territories = gazetteer.territories(language) if language != "en" else {}
        keys = {fold(name.text) for name in named}
        self._support = self._count_support(keys, peoples)
        regions = {key: gazetteer.regions[key] for key in keys if key in gazetteer.regions}
        self._states = {(region.country, region.admin1): key for key, region in regions.items() if region.admin1}
        self._source_country = source_country

        self._towns = {}
        for key in keys - self._gazetteer.countries.keys():
            for place in gazetteer.cities.get(key, ())[:1]:
                self._towns[place.country, place.admin1] = key

    def candidates(self, key: str) -> list[tuple[Place, float]]:
        """Places of that name with their weight before the context: about the logarithm of the population."""
        gazetteer = self._gazetteer
        found: dict[str, tuple[Place, float]] = {}
        country = gazetteer.countries.get(key) or self._territories.get(key)
        if country is not None:
            found[country.id] = (country, max(SMALLEST_COUNTRY, math.log10(country.population + 10) + IS_COUNTRY))
        if key in gazetteer.regions:
            found[gazetteer.regions[key].id] = (gazetteer.regions[key], 6.8)
        for place in gazetteer.cities.get(key, ()):
            if country is not None and place.country == country.country:
                continue  # Singapore is one, not two
            found[place.id] = (place, _weight(place))
        for place in gazetteer.exonyms.get(key, ()):
            found.setdefault(place.id, (place, _weight(place) + (IS_EXONYM if key not in gazetteer.cities else IS_NAMESAKE)))
        return list(found.values())

    def link(self, key: str, container: str = "") -> Link | None:
        """The likeliest place of that name, or None where none is listed. `container` is the folded name that follows a comma."""
        candidates = self.candidates(key) or self.candidates(_without_kind(key))
        if not candidates:
            return None
        weighed = [(weight + self._context(place, key) + self._containment(place, container), place) for place, weight in candidates]
        best = max(weighed, key=lambda pair: pair[0])
        total = sum(math.exp(SHARPNESS * (weight - best[0])) for weight, _ in weighed) + math.exp(SHARPNESS * (NOT_LISTED - best[0]))
        return Link(best[1], 1 / total)

    def _context(self, place: Place, key: str) -> float:
        speaking = (self._states if place.kind == "city" else self._towns if place.kind == "region" else {}).get(
            (place.country, place.admin1), key
        )
        same_state = SAME_STATE if place.admin1 and speaking != key else 0.0
        own = 1 if place.kind == "country" else 0
        supporters = self._support.get(place.country or "", Counter())
        others = sum(1 for name in supporters if name != key)
        at_home = SOURCE if place.country == self._source_country and not own else 0.0
        return min(MOST_SUPPORT, SUPPORT * others) * (0.8 if own else 1) + same_state + at_home

    def _containment(self, place: Place, container: str) -> float:
        if not container:
            return 0.0
        regions = self._gazetteer.regions
        region, country = regions.get(container) or regions.get(f"{container} state"), self._gazetteer.countries.get(container)
        if container in US_ABBREVIATIONS and (place.country, place.admin1) == ("US", US_ABBREVIATIONS[container]):
            return CONTAINED
        if region is not None and place.kind == "city" and place.country == region.country and place.admin1 == region.admin1 != "":
            return CONTAINED
        if country is not None and place.kind != "country" and place.country == country.country:
            return CONTAINED
        return 0.0

    def _count_support(self, keys: set[str], peoples: Iterable[str]) -> dict[str, Counter[str]]:
        """Country -> the names in the article that speak for it. A name of several places speaks for the largest of each country."""
        support: dict[str, Counter[str]] = {}
        for key in keys:
            candidates = self.candidates(key)
            if not candidates:
                continue
            heaviest = max(weight for _, weight in candidates)
            for place, weight in candidates:
                if place.country and weight > heaviest - 0.7:
                    support.setdefault(place.country, Counter())[key] += 1
        for code in peoples:
            support.setdefault(code, Counter())[f"people of {code}"] += 1
        for key in keys:
            for known in self._gazetteer.known.get(key, ()):
                if known.country and not known.is_ambiguous:
                    support.setdefault(known.country, Counter())[key] += 1
        return support


def _weight(place: Place) -> float:
    return math.log10(place.population + 10) + place.is_capital * IS_CAPITAL + (place.population >= 1_000_000) * WORLD_CITY


OF_A_KIND = re.compile(
    r"^(?:city|town|port|state|province|region|(?:\w+ ){0,2}republic|kingdom|island|sultanate|emirate) of "
    r"| (?:city|state|province|region|oblast|governorate)$"
)


def _without_kind(key: str) -> str:
    """The name alone of "Toyota City", "city of Paris", "Darfur region"."""
    return OF_A_KIND.sub("", key)
