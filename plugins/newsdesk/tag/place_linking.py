"""Links places to the gazetteer, using the other names of the article as context, and computes the confidence of each link."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsdesk.tag.gazetteer import Gazetteer, Place
from newsdesk.tag.spans import NameSpan
from newsdesk.tag.word_lists import US_ABBREVIATIONS, any_of

NOT_LISTED = 4.8
"""Weight of a place that is not in the gazetteer: that of a city of 60,000. Smaller ones need support from the article."""

SUPPORT, MOST_SUPPORT = 1.2, 2.5
"""Weight that each other place or nationality of the article adds to places of the same country, and the maximum of the sum.

With a maximum of 4, Paris was linked to the town in Texas in an article that names five American cities.
"""

SAME_STATE = 1.5
"""Weight that a state in the article adds to its towns, and a town to its state: Roswell with New Mexico, Georgia with Atlanta."""

SOURCE = 2.0
"""Weight that the country of the source adds to its towns: Córdoba is in Spain for a Spanish newspaper, else in Argentina."""

SHARPNESS = 2.0
"""Factor of weights in the softmax: without other support, a tenfold population results in a confidence of .88."""

COUNTRY_SHARE = 0.8
"""Share of the support that counts for a country itself."""

WORLD_CITY, SMALLEST_COUNTRY = 0.7, 7.0
"""Additional weight of a city with a million inhabitants, and minimum weight of a country."""

REGION = 6.8
"""Weight of a region of the package's table: that of a city of six million."""

SIMILAR_WEIGHT = 0.7
"""Maximum difference in weight to the heaviest place of a name for a place to support its country."""

CONTAINED = 8.0
"""Weight that a following state or country adds to its places: "Paris, Texas"."""

IS_COUNTRY, IS_CAPITAL, IS_EXONYM, IS_NAMESAKE = 2.0, 1.5, -0.8, -2.0
"""Added to the logarithm of the population. An exonym that is also the main name of another city has the weight of a namesake."""


@dataclass(frozen=True, slots=True)
class Link:
    """A linked place with a confidence from 0 to 1."""

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
        """Return the places with this name and their weights without context, about the decimal logarithm of the population."""
        gazetteer = self._gazetteer
        found: dict[str, tuple[Place, float]] = {}
        country = gazetteer.countries.get(key) or self._territories.get(key)
        if country is not None:
            found[country.id] = (country, max(SMALLEST_COUNTRY, math.log10(country.population + 10) + IS_COUNTRY))
        if key in gazetteer.regions:
            found[gazetteer.regions[key].id] = (gazetteer.regions[key], REGION)
        for place in gazetteer.cities.get(key, ()):
            if country is not None and place.country == country.country:
                continue  # the city and the country are the same place, such as Singapore
            found[place.id] = (place, _weight(place))
        for place in (*gazetteer.exonyms.get(key, ()), *self._other_cities.get(key, ())):
            found.setdefault(place.id, (place, _weight(place) + (IS_EXONYM if key not in gazetteer.cities else IS_NAMESAKE)))
        return list(found.values())

    def link(self, key: str, container: str = "") -> Link | None:
        """Return the most likely place with this name; None if there is none. `container` is the folded name of its state or country."""
        candidates = self.candidates(key) or self.candidates(_without_descriptor(key))
        if not candidates:
            return None
        weighed = [(weight + self._context(place, key) + self._containment(place, container), place) for place, weight in candidates]
        best = max(weighed, key=lambda pair: pair[0])
        total = sum(math.exp(SHARPNESS * (weight - best[0])) for weight, _ in weighed) + math.exp(SHARPNESS * (NOT_LISTED - best[0]))
        return Link(best[1], 1 / total)

    def count_support(self, country: str | None, key: str) -> int:
        """Return how many names and nationalities of the article, other than this name, support the country."""
        speakers = self._support.get(country or "", Counter())
        return len(speakers) - (key in speakers)

    def _context(self, place: Place, key: str) -> float:
        """Return the weight that the rest of the article adds to a place with this name."""
        is_country = place.kind == "country"
        support = min(MOST_SUPPORT, SUPPORT * self.count_support(place.country, key)) * (COUNTRY_SHARE if is_country else 1)
        same_state = SAME_STATE if place.admin1 and self._supporting_name(place, key) != key else 0.0
        at_home = SOURCE if place.country == self._source_country and not is_country else 0.0
        return support + same_state + at_home

    def _supporting_name(self, place: Place, key: str) -> str:
        """Return the name in the article of the town's state, or of a town of the state; `key` itself if there is none."""
        speakers = {"city": self._states, "region": self._towns}.get(place.kind, {})
        return speakers.get((place.country, place.admin1), key)

    def _containment(self, place: Place, container: str) -> float:
        return CONTAINED if container and self.is_in(place, container) else 0.0

    def is_in(self, place: Place, container: str) -> bool:
        """Return whether the place is in the state or country with this name."""
        regions = self._gazetteer.regions
        region, country = regions.get(container) or regions.get(f"{container} state"), self._gazetteer.countries.get(container)
        if container in US_ABBREVIATIONS and (place.country, place.admin1) == ("US", US_ABBREVIATIONS[container]):
            return True
        if region and region.admin1 and place.kind == "city" and (place.country, place.admin1) == (region.country, region.admin1):
            return True
        return country is not None and place.kind != "country" and place.country == country.country

    def _count_support(self, keys: set[str], peoples: Iterable[str]) -> dict[str, Counter[str]]:
        """Return the names of the article that support each country. A name of several places supports the countries of the heaviest."""
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
        """Return the places with this name whose weight is similar to that of the heaviest one."""
        candidates = self.candidates(key)
        heaviest = max((weight for _, weight in candidates), default=0.0)
        return [place for place, weight in candidates if weight > heaviest - SIMILAR_WEIGHT]


def _weight(place: Place) -> float:
    return math.log10(place.population + 10) + place.is_capital * IS_CAPITAL + (place.population >= 1_000_000) * WORLD_CITY


DESCRIPTOR = re.compile(rf"^(?:{any_of('place_descriptors_before')}|(?:\w+ ){{0,2}}republic) of | (?:{any_of('place_descriptors_after')})$")


def _without_descriptor(key: str) -> str:
    """Remove descriptors from a name: "Toyota City", "city of Paris", "Darfur region"."""
    return DESCRIPTOR.sub("", key)
