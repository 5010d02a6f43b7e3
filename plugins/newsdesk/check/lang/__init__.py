"""check/lang: what the rules know of a language, one file of data each; the logic stands elsewhere.

`load(code)` gives the data, or None for a language without rules; `load_any(code)` what it takes to cut a text into sentences.
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
    """`opening` and `closing` are the quotation marks that pair; straight marks are read by their neighbours everywhere,
    and so are the marks of `either_way`, which open in one country and close in another.
    `blank_before` are the signs of punctuation that the language's own typography sets after a blank. `cut_at_blanks`: its
    sentences have no sign at their end.

    For translations from it: `leftovers` are small words and months that no other language here writes alike, which betray it
    when they were left standing; `calques` are patterns of English that follows its turns of phrase; `name_forms` spellings of
    names that are its own.
    """

    code: str
    opening: str
    closing: str
    either_way: str = ""
    blank_before: str = ""
    cut_at_blanks: bool = False
    abbreviations: frozenset[str] = field(default_factory=frozenset)
    leftovers: frozenset[str] = field(default_factory=frozenset)
    calques: tuple[str, ...] = ()
    name_forms: tuple[str, ...] = ()


def load(code: str | None) -> LanguageData | None:
    if code not in LANGUAGES:
        return None
    data: LanguageData = importlib.import_module(f"newsdesk.check.lang.{code}").DATA
    return data


def load_any(code: str) -> LanguageData:
    """The language's data, or quotation marks alone for one without rules."""
    return load(code) or LanguageData(code=code, opening="“«「『", closing="”»」』", cut_at_blanks=code == "th")
