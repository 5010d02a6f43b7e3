"""What a rule is. The modules that declare rules are listed in `catalogue`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from newsdesk import rulebook
from newsdesk.check.reading import Reading
from newsdesk.records import Severity

Span = tuple[int, int]

ALL_LANGUAGES: frozenset[str] = frozenset()
"""In a rule's `languages`: every language that has data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(rulebook.Rule):
    """A kind of defect.

    `find` gives the places. `message` is for a journalist. `fires` is a text in which the rule finds something, `silent` a
    sound one that resembles it and in which it does not; both are run as tests, in the first of the rule's languages.
    """

    severity: Severity
    find: Callable[[Reading], Iterable[Span]]
    languages: frozenset[str] = ALL_LANGUAGES
    needs_analysis: bool = False

    def applies(self, reading: Reading) -> bool:
        return (not self.languages or reading.language.code in self.languages) and (reading.doc is not None or not self.needs_analysis)
