"""Links the places of an article to the gazetteer, each by what else the article names, and says with what confidence."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsdesk.tag.gazetteer import Gazetteer, Place
from newsdesk.tag.spans import NameSpan
from newsdesk.tag.word_lists import US_ABBREVIATIONS, any_of

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

COUNTRY_SHARE = 0.8
"""The part of that support which counts for a country itself."""

WORLD_CITY, SMALLEST_COUNTRY = 0.7, 7.0
"""What a city of a million has besides its population, and the least weight of a country."""

REGION = 6.8
"""The weight of a region of the package's table: that of a city of six millions."""

SIMILAR_WEIGHT = 0.7
"""Places of one name whose weights differ by less speak for their countries alike."""

CONTAINED = 8.0
"""What "Paris, Texas" adds to the places of that state or country."""

IS_COUNTRY, IS_CAPITAL, IS_EXONYM, IS_NAMESAKE = 2.0, 1.5, -0.8, -2.0
"""Added to the logarithm of the population. An exonym is a namesake where a city has the same name as its own."""


@dataclass(frozen=True, slots=True)
class Link:
    place: Place
    confidence: float


class PlaceLinker:
    """Links the names of one article to places. `peoples` are the ISO codes of the nationalities that the article names."""

    def __init__(
        self, gazetteer: Gazetteer, names: Sequence[NameSpan], peoples: Iterable[str], source_country: str | None, language: str
    ) -> None:
        self._gazetteer = gazetteer
        self._territories = gazetteer.territories(language) if language != "en" else {}
        self._other_cities = gazetteer.cities_in_script_of(language)
        self._source_country = source_country
        keys = {name.key for name in names}
        self._support = self._count_support(keys, peoples)
        regions = {key: gazetteer.regions[key] for key in keys if key in gazetteer.regions}
        self._states = {(region.country, region.admin1): key for key, region in regions.items() if region.admin1}
        towns = {key: gazetteer.cities[key][0] for key in keys if key in gazetteer.cities and key not in gazetteer.countries}
        self._towns = {(town.country, town.admin1): key for key, town in towns.items()}

    def candidates(self, key: str) -> list[tuple[Place, float]]:
        """Places of that name with their weight before the context: about the logarithm of the population."""
        gazetteer = self._gazetteer
        found: dict[str, tuple[Place, float]] = {}
        country = gazetteer.countries.get(key) or self._territories.get(key)
        if country is not None:
            found[country.id] = (country, max(SMALLEST_COUNTRY, math.log10(country.population + 10) + IS_COUNTRY))
        if key in gazetteer.regions:
            found[gazetteer.regions[key].id] = (gazetteer.regions[key], REGION)
        for place in gazetteer.cities.get(key, ()):
            if country is not None and place.country == country.country:
                continue  # Singapore is one, not two
            found[place.id] = (place, _weight(place))
        for place in (*gazetteer.exonyms.get(key, ()), *self._other_cities.get(key, ())):
            found.setdefault(place.id, (place, _weight(place) + (IS_EXONYM if key not in gazetteer.cities else IS_NAMESAKE)))
        return list(found.values())

    def link(self, key: str, container: str = "") -> Link | None:
        """The likeliest place of that name, or None where none is listed. `container` is the folded name that follows a comma."""
        candidates = self.candidates(key) or self.candidates(_without_descriptor(key))
        if not candidates:
            return None
        weighed = [(weight + self._context(place, key) + self._containment(place, container), place) for place, weight in candidates]
        best = max(weighed, key=lambda pair: pair[0])
        total = sum(math.exp(SHARPNESS * (weight - best[0])) for weight, _ in weighed) + math.exp(SHARPNESS * (NOT_LISTED - best[0]))
        return Link(best[1], 1 / total)

    def count_speakers(self, country: str | None, key: str) -> int:
        """How many names and nationalities of the article, besides the one with this key, speak for the country."""
        speakers = self._support.get(country or "", Counter())
        return len(speakers) - (key in speakers)

    def _context(self, place: Place, key: str) -> float:
        """What the rest of the article adds to the weight of a place of that name."""
        is_country = place.kind == "country"
        support = min(MOST_SUPPORT, SUPPORT * self.count_speakers(place.country, key)) * (COUNTRY_SHARE if is_country else 1)
        same_state = SAME_STATE if place.admin1 and self._speaker(place, key) != key else 0.0
        at_home = SOURCE if place.country == self._source_country and not is_country else 0.0
        return support + same_state + at_home

    def _speaker(self, place: Place, key: str) -> str:
        """The name in the article that speaks for the town's state or for the state's towns, `key` itself where there is none."""
        speakers = {"city": self._states, "region": self._towns}.get(place.kind, {})
        return speakers.get((place.country, place.admin1), key)

    def _containment(self, place: Place, container: str) -> float:
        return CONTAINED if container and self._is_in(place, container) else 0.0

    def _is_in(self, place: Place, container: str) -> bool:
        """Whether the place lies in the state or country of that name."""
        regions = self._gazetteer.regions
        region, country = regions.get(container) or regions.get(f"{container} state"), self._gazetteer.countries.get(container)
        if container in US_ABBREVIATIONS and (place.country, place.admin1) == ("US", US_ABBREVIATIONS[container]):
            return True
        if region and region.admin1 and place.kind == "city" and (place.country, place.admin1) == (region.country, region.admin1):
            return True
        return country is not None and place.kind != "country" and place.country == country.country

    def _count_support(self, keys: set[str], peoples: Iterable[str]) -> dict[str, Counter[str]]:
        """Country -> the names in the article that speak for it. A name of several places speaks for the largest of each country."""
        support: dict[str, Counter[str]] = defaultdict(Counter)
        for key in keys:
            for place in self._heaviest(key):
                if place.country:
                    support[place.country][key] += 1
        for code in peoples:
            support[code][f"people of {code}"] += 1
        for key in keys:
            for known in self._gazetteer.known.get(key, ()):
                if known.country and not known.is_ambiguous:
                    support[known.country][key] += 1
        return support

    def _heaviest(self, key: str) -> list[Place]:
        """The places of that name that weigh about as much as the heaviest one."""
        candidates = self.candidates(key)
        heaviest = max((weight for _, weight in candidates), default=0.0)
        return [place for place, weight in candidates if weight > heaviest - SIMILAR_WEIGHT]


def _weight(place: Place) -> float:
    return math.log10(place.population + 10) + place.is_capital * IS_CAPITAL + (place.population >= 1_000_000) * WORLD_CITY


DESCRIPTOR = re.compile(rf"^(?:{any_of('place_descriptors_before')}|(?:\w+ ){{0,2}}republic) of | (?:{any_of('place_descriptors_after')})$")


def _without_descriptor(key: str) -> str:
    """The name alone of "Toyota City", "city of Paris", "Darfur region"."""
    return DESCRIPTOR.sub("", key)
