"""The query language: parses what was typed into a tree. Pure; `docs/search.md` is its reference.

Every text is a valid query: an unmatched bracket or quotation mark and an operator without words are ignored.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from lark import Lark, Token, Transformer
from rapidfuzz import process

from newsdesk.errors import BadRequest

LONGEST_TEXT = 1_000
MOST_TERMS = 40
"""Maximum number of words, phrases and values in a query: each word is searched in about 80 fields."""
MOST_BRACKETS = 8
"""Maximum depth of nested brackets; Elasticsearch refuses more than 30."""
NEAR = 75
"""Minimum similarity in percent from which an unknown field name is treated as a typing error."""

_QUOTES = '"“”„‟«»‹›「」『』〝〞〟'
_FOLDED: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((*range(0x2000, 0x200B), 0x00A0, 0x202F, 0x3000), " "),
}
"""Full-width characters, and spaces other than the ordinary one."""
_AROUND_WORDS = "'’‘`´,;:!?¿¡…[]{}·•"

_GRAMMAR = rf"""
query: any_of?
?any_of: all_of (_OR all_of)*
?all_of: (clause AND?)* clause
?clause: NOT clause -> without
       | MUST clause -> must
       | FIELD value -> in_field
       | value
?value: WORD | SPACED | PHRASE | WHOLE | QUOTED | RANGE | _OPEN any_of _CLOSE

_OR.4: /OR(?!\S)|\|\|?/
AND.4: /AND(?!\S)|&&(?!\S)/
NOT.4: /NOT(?=[\s(]|$)|(?<![^\s(|])[-−](?=[^\s\-−)|])/
MUST.4: /(?<![^\s(|])\+(?=[^\s+)|])/
_OPEN.4: "("
_CLOSE.4: ")"
PHRASE.4: /(?<!\w)[{_QUOTES}][^{_QUOTES}]*\w[^{_QUOTES}]*[{_QUOTES}](?:~\d\d?)?/
WHOLE.4: /(?<!\w)=[{_QUOTES}][^{_QUOTES}]*\w[^{_QUOTES}]*[{_QUOTES}]/
QUOTED.4: /(?<!\S)(?:[‘‚][^‘’‚]+[‘’]|'[^']+\s[^']+')(?!\w)/
RANGE.4: /\[[^\[\]]+\sTO\s[^\[\]]+\]/
FIELD.4: /(?<![^\s(|+\-−])(?:(?i:NAMES):|(?:NAMES):\s+)(?=[^\s)|])/
SPACED.4: /\w+ & \w+/
    | /\d{{1,3}}(?: \d{{3}})+(?!\w)/
    | /[^\W\d_]\.(?: [^\W\d_]\.)+/
    | /(?<=:)(?:(?:this|last) (?:week|month|year)|\d+ (?:hour|day|week)s?(?: ago)?)(?!\w)/i
WORD.3: /(?:[^\s()|{_QUOTES}]|(?<=\w)[{_QUOTES}](?=\w))+/
STRAY.2: /[{_QUOTES}]/
%ignore STRAY
%ignore /\s+/
"""
"""S & P, 1 000, U. S. and, after a field, last week are one word each (SPACED)."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as typed, or a prefix."""

    text: str
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, at most `slop` apart. With `is_whole` they are a whole name, not a part of one."""

    text: str
    slop: int = 0
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """A range of values, both ends included."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class All:
    """All of these. `is_strict` if AND was typed; otherwise some words of many may be missing."""

    parts: tuple["Node", ...]
    is_strict: bool = False


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Without:
    part: "Node"


@dataclass(frozen=True, slots=True)
class Must:
    part: "Node"


@dataclass(frozen=True, slots=True)
class InField:
    """The part of a query after `name:`."""

    name: str
    part: "Node"


Node = Word | Phrase | Range | All | Either | Without | Must | InField


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed query, and notes for the user on how it was interpreted."""

    tree: Node
    notes: tuple[str, ...] = ()


def parse(text: str, field_names: frozenset[str]) -> Parsed:
    """Return the tree of a text: an `All` without parts if it has no word.

    A name before a colon is a field if it is one of `field_names`; otherwise it is part of a word (`EU:s`, `20:45`, a URL).
    Raises BadRequest if it is probably a misspelt field name.

    >>> parse("strike OR walkout", frozenset({"title"})).tree
    Either(parts=(Word(text='strike', is_prefix=False), Word(text='walkout', is_prefix=False)))
    """
    folded = unicodedata.normalize("NFC", text.translate(_FOLDED))
    parser = _parser(field_names)
    tokens = [token for token in parser.lex(folded[:LONGEST_TEXT]) if _says_something(token)]
    terms = [at for at, token in enumerate(tokens) if token.type in _TERMS]
    is_cut = len(folded) > LONGEST_TEXT or len(terms) > MOST_TERMS
    notes = [f"Only the first {min(len(terms), MOST_TERMS)} words were searched"] if is_cut else []
    notes += filter(None, (_no_field(token, field_names) for token in tokens if token.type == "WORD"))
    state = parser.parse_interactive("")
    for token in [*_tidy(tokens[: terms[MOST_TERMS] if len(terms) > MOST_TERMS else None]), Token("$END", "")]:
        parsed = state.feed_token(token)
    return Parsed(_Tree().transform(parsed), tuple(notes))


@cache
def _parser(field_names: frozenset[str]) -> Lark:
    return Lark(_GRAMMAR.replace("NAMES", "|".join(sorted(field_names))), start="query", parser="lalr", lexer="basic")


_TERMS = frozenset({"WORD", "SPACED", "PHRASE", "WHOLE", "QUOTED", "RANGE"})
_BEGINS = _TERMS | {"FIELD", "_OPEN"}
_ENDS = _TERMS | {"_CLOSE"}


def without_quotes(text: str) -> str:
    """Return a text with a space for each quotation mark.

    >>> without_quotes("Oda “the Pier” Haugen")
    'Oda the Pier Haugen'
    """
    return " ".join(re.sub(f"[{_QUOTES}]", " ", text).split())


def is_one_word(text: str) -> bool:
    """Return whether a text has only letters, digits and their marks."""
    return all(unicodedata.category(sign)[0] in "LNM" for sign in text)


def _says_something(token: Token) -> bool:
    """Return whether a word has a letter, a digit or a symbol such as an emoji: a dash between two words is not a word."""
    return token.type != "WORD" or any(unicodedata.category(sign) == "So" or sign.isalnum() for sign in token)


def _no_field(word: Token, field_names: frozenset[str]) -> str:
    """Return a note if a word looks like an unknown field. Raises BadRequest if a similar field exists, or if a field has no value."""
    found = re.match(r"([a-z_]{3,}):(?!//)(.*)", word)
    if not found:
        return ""
    name, value = found.groups()
    if not value:
        if name in field_names:
            raise BadRequest(f"There is no value after {name}:")
        return ""
    if near := process.extractOne(name, sorted(field_names), score_cutoff=NEAR):
        raise BadRequest(f"There is no field {name}: did you mean {near[0]}:{value}?")
    return f"There is no field {name}: {word} was searched as words"


def _tidy(tokens: list[Token]) -> list[Token]:
    """Return the tokens without unmatched brackets and operators without words."""
    while True:
        tokens = _balanced(tokens)
        kept: list[Token] = []
        for at, token in enumerate(tokens):
            if _fits(kept[-1].type if kept else "", token.type, tokens[at + 1].type if at + 1 < len(tokens) else ""):
                kept.append(token)
        if len(kept) == len(tokens):
            return kept
        tokens = kept


def _balanced(tokens: list[Token]) -> list[Token]:
    open_at: list[int] = []
    paired: set[int] = set()
    for at, token in enumerate(tokens):
        if token.type == "_OPEN":
            open_at.append(at)
        elif token.type == "_CLOSE" and open_at:
            begin = open_at.pop()
            if len(open_at) < MOST_BRACKETS:
                paired |= {begin, at}
    return [token for at, token in enumerate(tokens) if token.type not in ("_OPEN", "_CLOSE") or at in paired]


def _fits(before: str, kind: str, after: str) -> bool:
    match kind:
        case "_OR" | "AND":
            return before in _ENDS and after in _BEGINS | {"NOT", "MUST"}
        case "NOT" | "MUST":
            return after in _BEGINS
        case "FIELD":
            return after in _TERMS | {"_OPEN"}
        case "_OPEN":
            return after != "_CLOSE"
        case "_CLOSE":
            return before != "_OPEN"
    return True


class _Tree(Transformer[Token, Node]):
    """Builds the tree. Methods in capitals are called with the tokens of that name, the others with the parts of a rule."""

    def WORD(self, token: Token) -> Word:
        bare = token.rstrip("*")
        kept = bare.strip(_AROUND_WORDS).rstrip(_AROUND_WORDS + ".")
        return Word(re.sub(r"^\.{2,}", "", kept) or str(bare), is_prefix=bare != token)

    def SPACED(self, token: Token) -> Word:
        return Word(token.replace(". ", ".").rstrip("."))

    def PHRASE(self, token: Token) -> Phrase:
        text, _, slop = token.rpartition("~") if token[-1].isdigit() else (token, "", "")
        return Phrase(text[1:-1].strip(), int(slop or 0))

    def WHOLE(self, token: Token) -> Phrase:
        return Phrase(token[2:-1].strip(), is_whole=True)

    def QUOTED(self, token: Token) -> Phrase:
        return Phrase(token[1:-1].strip())

    def RANGE(self, token: Token) -> Range:
        first, last = re.split(r"\sTO\s", token[1:-1], maxsplit=1)
        return Range(first.strip(), last.strip())

    def query(self, parts: list[Node]) -> Node:
        return parts[0] if parts else All(())

    def any_of(self, parts: list[Node]) -> Node:
        return Either(tuple(parts))

    def all_of(self, parts: list[Node | Token]) -> Node:
        return All(tuple(part for part in parts if not isinstance(part, Token)), is_strict=any(isinstance(part, Token) for part in parts))

    def without(self, parts: list[Node]) -> Node:
        return Without(parts[1])

    def must(self, parts: list[Node]) -> Node:
        return Must(parts[1])

    def in_field(self, parts: tuple[Token, Node]) -> Node:
        name, part = parts
        return InField(name.rstrip().rstrip(":").lower(), part)
