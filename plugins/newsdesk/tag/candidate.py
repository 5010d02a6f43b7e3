"""Candidates for names, with the properties that the rules of the tables use."""

from dataclasses import dataclass
from typing import Self

from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.spans import NameSpan, Token

CHARACTERS_BEFORE, CHARACTERS_AFTER = 60, 40
LONGEST_CODE = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that can be a name. `key` is the folded name, `words` are its words as written, `keys` those of the folded name."""

    span: NameSpan
    text: str
    gazetteer: Gazetteer
    key: str
    words: list[str]
    keys: list[str]

    @classmethod
    def of(cls, span: NameSpan, text: str, gazetteer: Gazetteer) -> Self:
        key = fold(span.text)
        return cls(span, text, gazetteer, key, span.text.split(), key.split())

    @property
    def name(self) -> str:
        return self.span.text

    @property
    def before(self) -> str:
        """The text before the name, at most 60 characters."""
        return self.text[max(0, self.span.start - CHARACTERS_BEFORE) : self.span.start]

    @property
    def after(self) -> str:
        """The text after the name, at most 40 characters."""
        return self.text[self.span.end : self.span.end + CHARACTERS_AFTER]

    @property
    def is_distinct(self) -> bool:
        """Whether a short name is distinct from common words by its spelling: US, but not us.

        True for names with more than three letters, in capitals, or with full stops.
        """
        return len(self.key) > LONGEST_CODE or self.name.isupper() or "." in self.name

    @property
    def is_place_name(self) -> bool:
        """Whether the gazetteer has a place with this name."""
        return self.gazetteer.has_place(self.key)


@dataclass(frozen=True, slots=True)
class MissedName(Candidate):
    """A sequence of capitalised words that the model did not detect. `first` is the first token before the name was trimmed."""

    first: Token

    @classmethod
    def found(cls, span: NameSpan, first: Token, text: str, gazetteer: Gazetteer) -> Self:
        key = fold(span.text)
        return cls(span, text, gazetteer, key, span.text.split(), key.split(), first)

    @property
    def before(self) -> str:
        """The text before the first token, at most 60 characters."""
        return self.text[max(0, self.first.start - CHARACTERS_BEFORE) : self.first.start]
