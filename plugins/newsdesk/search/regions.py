"""Reads typed languages and countries: a code, or the name in any language that the index stems. Pure."""

from functools import cache

from babel import Locale
from rapidfuzz import process

from newsdesk.errors import BadRequest
from newsdesk.index.mapping import ANALYZERS

NEAR = 70
"""Minimum similarity in percent of a name that is suggested instead of an unknown one."""
_OTHER_NAMES = {"uk": "GB", "usa": "US", "uae": "AE", "england": "GB", "scotland": "GB", "wales": "GB", "britain": "GB", "holland": "NL"}
"""Names of countries that CLDR does not have."""


def read_language(text: str) -> str:
    """Return the code of a language. Raises BadRequest for an unknown name, with the nearest known one.

    >>> read_language("Spanish"), read_language("español"), read_language("es"), read_language("pt-BR")
    ('es', 'es', 'es', 'pt-br')
    """
    typed = text.casefold().replace("_", "-")
    if typed.split("-")[0] in Locale("en").languages:
        return typed
    return _named("languages", typed) or _refuse("languages", typed, f"{text} is not a language")


def read_country(text: str) -> str:
    """Return the code of a country. Raises BadRequest like `read_language`.

    >>> read_country("Ukraine"), read_country("Украина"), read_country("ua"), read_country("UK")
    ('UA', 'UA', 'UA', 'GB')
    """
    typed = text.casefold()
    if other := _OTHER_NAMES.get(typed):
        return other
    if len(typed) == 2 and typed.upper() in Locale("en").territories:
        return typed.upper()
    return _named("territories", typed) or _refuse("territories", typed, f"{text} is not a country")


def _named(kind: str, typed: str) -> str | None:
    return _codes(kind).get(typed.removeprefix("the "))


def _refuse(kind: str, typed: str, problem: str) -> str:
    found = process.extractOne(typed, list(_codes(kind)), score_cutoff=NEAR)
    if not found:
        raise BadRequest(
            f"{problem}: a name or a code of two letters is one, such as {'Ukrainian or uk' if kind == 'languages' else 'Ukraine or UA'}"
        )
    code = _codes(kind)[found[0]]
    raise BadRequest(f"{problem}: did you mean {getattr(Locale('en'), kind)[code]} ({code})?")


@cache
def _codes(kind: str) -> dict[str, str]:
    """Return codes by names in lower case. If a name has different codes in two languages, the English one applies."""
    codes: dict[str, str] = {}
    for language in ("en", *ANALYZERS):
        for code, name in getattr(Locale.parse(language), kind).items():
            if code.isalpha() and (kind == "languages" or len(code) == 2):
                codes.setdefault(name.casefold(), code)
    return codes
