"""Examples of the rules for names: a text with one name marked, `[Baker|PERSON, titled: person]`.

After the name and a bar come the model's label (none if the model did not find it), flags, and the expected type:
`titled` for a person found after a title, `common` for a word that is not a proper noun for the model.
"""

import re
from dataclasses import dataclass

from newsdesk.records import EntityType
from newsdesk.tag.detection import LABELS
from newsdesk.tag.spans import NameSpan, Token

MARK = re.compile(r"\[(?P<name>[^]|]+)(?:\|(?P<label>[A-Z_]*)(?:, (?P<flag>titled|common))?(?:: (?P<type>[a-z]+))?)?\]")
WORD = re.compile(r"\w+(?:[-'’]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Example:
    """A parsed example. `expected` is the type that the rule must assign; None if the example has none."""

    text: str
    span: NameSpan
    tokens: list[Token]
    expected: EntityType | None

    @property
    def at(self) -> int:
        """The index of the first token of the name."""
        return next(at for at, token in enumerate(self.tokens) if token.start == self.span.start)


def parse_example(marked: str) -> Example:
    """Parse an example. Raises AssertionError unless there is exactly one mark."""
    (mark,) = MARK.finditer(marked)
    text = marked[: mark.start()] + mark["name"] + marked[mark.end() :]
    start, end = mark.start(), mark.start() + len(mark["name"])
    titled, common = mark["flag"] == "titled", mark["flag"] == "common"
    type_ = LABELS.get(mark["label"] or "", EntityType.OTHER)
    title = text[:start].split()[-1] if titled else ""
    span = NameSpan(start, end, mark["name"], type_, label=mark["label"] or "", title=title, sure=titled, is_common=common)
    tokens = [
        Token(
            word.start(),
            word.group(),
            is_proper=word.group()[0].isupper() and not (common and start <= word.start() < end),
            starts_sentence=word.start() == 0 or text[: word.start()].endswith((". ", "\n")),
        )
        for word in WORD.finditer(text)
    ]
    return Example(text, span, tokens, EntityType(mark["type"]) if mark["type"] else None)
