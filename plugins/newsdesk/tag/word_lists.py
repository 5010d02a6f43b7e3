"""The word lists in `data/words/`, with one word or phrase per line and comments that start with `#`. Read at import."""

import re

from newsdesk.data_files import read_lines, read_rows


def read_list(name: str) -> tuple[str, ...]:
    """Return the words of `data/words/<name>.txt` in their order."""
    return tuple(read_lines(f"tag/data/words/{name}.txt"))


def read_set(name: str) -> frozenset[str]:
    """Return the words of `data/words/<name>.txt` as a set."""
    return frozenset(read_list(name))


def any_of(name: str) -> str:
    """Return a regular expression that matches any word of `data/words/<name>.txt`; `*` in a word means one or more word characters."""
    return "|".join(re.escape(word).replace(r"\*", r"\w+") for word in read_list(name))


AWARDS = frozenset(word.casefold() for word in read_list("awards"))
ARABIC_ARTICLES = read_set("arabic_articles")
CALENDAR = read_set("calendar")
COLLECTIVE_OWNERS = read_set("collective_owners")
CROWNED_HEADS = frozenset(word.casefold() for word in read_list("crowned_heads"))
COUNTRIES_ALSO_WORDS = read_set("countries_also_words")
FOREIGN_BODIES = read_set("foreign_bodies")
FOREIGN_ARTICLES = read_set("foreign_articles")
FUNCTION_WORDS = read_set("function_words")
GENERIC_COUNTRY_DOMAINS = read_set("generic_country_domains")
HONORIFICS = read_set("honorifics")
MONTHS_AS_NAMES = read_set("months_as_names")
NOT_DATELINES = read_set("not_datelines")
NOT_NAMES = read_set("not_names")
NOT_TEAMS = read_set("not_teams")
PARTICLES = read_set("particles")
SURNAME_PARTICLES = read_set("surname_particles")
PLACES_AS_GIVEN_NAMES = read_set("places_as_given_names")
REGNAL_TITLES = read_set("regnal_titles")
SHIP_PREFIXES = read_set("ship_prefixes")
ACRONYM_SMALL_WORDS = read_set("acronym_small_words")
STATES_NAMED_AS_CITIES = read_set("states_named_as_cities")
TITLES_IN_CAPITALS = read_set("titles_in_capitals")
STORMS = frozenset(word.casefold() for word in read_list("storms"))
US_ABBREVIATIONS = dict(read_rows("tag/data/us_abbreviations.tsv"))
"""Postal codes of US states by their lower-case abbreviations."""
