"""A name span in its text: what the rules of the tables ask about it."""

from dataclasses import dataclass
from typing import Self

from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.spans import NameSpan, Token

CHARACTERS_BEFORE, CHARACTERS_AFTER = 60, 40
LONGEST_CODE = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that may be a name. `key` is the folded name, `words` are its words as they stand, `keys` those of the folded name."""

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
        """Whether the name cannot be a common word: more than three letters, or in capitals, or with full stops. US, but not us."""
        return len(self.key) > LONGEST_CODE or self.name.isupper() or "." in self.name

    @property
    def is_place_name(self) -> bool:
        """Whether a place of this name is known."""
        return self.gazetteer.has_place(self.key)


@dataclass(frozen=True, slots=True)
class Overlooked(Candidate):
    """A run of capitalised words that the model passed over. `first` is the first token, which may have been trimmed off the name."""

    first: Token

    @classmethod
    def found(cls, span: NameSpan, first: Token, text: str, gazetteer: Gazetteer) -> Self:
        key = fold(span.text)
        return cls(span, text, gazetteer, key, span.text.split(), key.split(), first)

    @property
    def before(self) -> str:
        """The text before the first token, at most 60 characters."""
        return self.text[max(0, self.first.start - CHARACTERS_BEFORE) : self.first.start]
