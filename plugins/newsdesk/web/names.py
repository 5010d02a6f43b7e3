"""Names of codes on pages: languages and countries in English, from CLDR, and kinds of copies. Pure."""

from functools import cache

from babel import Locale, UnknownLocaleError


@cache
def language_name(code: str) -> str:
    """Return the name of a language, or the code itself if CLDR has none.

    >>> language_name("es"), language_name("pt-BR"), language_name("tlh-x")
    ('Spanish', 'Portuguese (Brazil)', 'tlh-x')
    """
    try:
        return str(Locale.parse(code, sep="-").get_display_name("en") or code)
    except (UnknownLocaleError, ValueError, TypeError):
        return str(_english().languages.get(code.lower(), code))


@cache
def country_name(code: str) -> str:
    """Return the name of a country, or the code itself if CLDR has none.

    >>> country_name("UA"), country_name("XX")
    ('Ukraine', 'XX')
    """
    return str(_english().territories.get(code, code))


def value_name(field: str, value: str) -> str:
    """Return the displayed name of a value of a search field. For names of sources see `source_labels`."""
    match field:
        case "language":
            return language_name(value)
        case "country":
            return country_name(value)
        case "verdict":
            return value.replace("_", " ")
        case _:
            return value


@cache
def _english() -> Locale:
    return Locale("en")


KINDS = {
    "first": "the first",
    "exact_copy": "the same text",
    "other_headline": "the same text, another headline",
    "teaser": "a part of the text",
    "fuller": "a longer text",
    "update": "changed since",
    "edited_copy": "edited",
}
"""Labels for the relation of an article to the first one of its story."""
