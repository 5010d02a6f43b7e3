"""check/lang: what the rules know of a language, one file of data each; the logic stands elsewhere.

`load(code)` gives the data, or None for a language without rules.
"""

import importlib
from dataclasses import dataclass, field

LANGUAGES = ("en", "es", "fr", "de", "pt", "it")
"""The languages that have a file here."""


def words(listed: str) -> frozenset[str]:
    """The words of a list that is written with blanks between them."""
    return frozenset(listed.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageData:
    """`opening` and `closing` are the quotation marks that pair; straight marks are read by their neighbours everywhere.

    `leftovers` are small words and months that no other language here writes alike: what betrays the language when it was left
    standing in a translation from it. `blank_before` are the signs of punctuation that the language's own typography sets after a blank.
    """

    code: str
    opening: str
    closing: str
    blank_before: str = ""
    abbreviations: frozenset[str] = field(default_factory=frozenset)
    leftovers: frozenset[str] = field(default_factory=frozenset)


def load(code: str | None) -> LanguageData | None:
    if code not in LANGUAGES:
        return None
    data: LanguageData = importlib.import_module(f"newsdesk.check.lang.{code}").DATA
    return data
