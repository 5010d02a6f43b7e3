"""The type of rules. The modules that define rules are listed in `catalogue`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from newsdesk import rulebook
from newsdesk.check.reading import Reading
from newsdesk.records import Severity

Span = tuple[int, int]

ALL_LANGUAGES: frozenset[str] = frozenset()
"""Value of a rule's `languages` for all languages with data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(rulebook.Rule):
    """A rule for a kind of defect.

    `find` returns the ranges of the defects. `message` is shown to readers. `fires` is a text with a finding, `silent` a similar text
    without one; both are run as tests, in the first of the rule's languages.
    """

    severity: Severity
    find: Callable[[Reading], Iterable[Span]]
    languages: frozenset[str] = ALL_LANGUAGES
    needs_analysis: bool = False

    def applies(self, reading: Reading) -> bool:
        return (not self.languages or reading.language.code in self.languages) and (reading.doc is not None or not self.needs_analysis)
