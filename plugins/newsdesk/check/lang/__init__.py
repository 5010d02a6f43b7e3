"""Data of languages for the rules, one module per language.

`load(code)` returns the data, or None for a language without rules; `load_any(code)` returns what is needed to split sentences.
"""

import importlib
from dataclasses import dataclass, field

LANGUAGES = ("en", "es", "fr", "de", "pt", "it")
"""The languages with a module in this package."""


def words(listed: str) -> frozenset[str]:
    """Return the words of a list that are separated by spaces."""
    return frozenset(listed.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageData:
    """Data of a language.

    `opening` and `closing` are its quotation marks. The marks of `either_way` open in one country and close in another; for these, and for
    straight marks, adjacent characters decide. `blank_before` are punctuation marks that follow a space in its typography.
    `cut_at_blanks`: its sentences have no punctuation at their end. `never_last` are lower-case words and elisions that no sentence ends
    with; not words that are a pronoun, noun or particle too ("una", "sobre", "an").

    For translations from it: `leftovers` are function words and months that no other language here has, which identify it if they were
    not translated; `calques` are patterns of English that imitates its phrases; `name_forms` are spellings of names in it.
    """

    code: str
    opening: str
    closing: str
    either_way: str = ""
    blank_before: str = ""
    cut_at_blanks: bool = False
    abbreviations: frozenset[str] = field(default_factory=frozenset)
    never_last: frozenset[str] = field(default_factory=frozenset)
    leftovers: frozenset[str] = field(default_factory=frozenset)
    calques: tuple[str, ...] = ()
    name_forms: tuple[str, ...] = ()


def load(code: str | None) -> LanguageData | None:
    if code not in LANGUAGES:
        return None
    data: LanguageData = importlib.import_module(f"newsdesk.check.lang.{code}").DATA
    return data


def load_any(code: str) -> LanguageData:
    """Return the data of a language; for one without rules, only quotation marks."""
    return load(code) or LanguageData(code=code, opening="“«「『", closing="”»」』", cut_at_blanks=code == "th")
