"""Inserts one kind of change into translations, seeded: what a comparison with the original must find.

A story is an original and its translation, aligned by sentence. Nothing here uses the rules of the check: inserted text comes from
other stories, and negations are recognised by the forms of a few English verbs.
"""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

_WORDS = re.compile(r"\w+")
_DIGITS = re.compile(r"(?<![\w.,:/-])\d+(?:[.,]\d+)*(?![\w.,:/-]*\d)")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}(?![\w-])")
_NOT = re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could|should|does|did|do)(?: not\b|n['’]t\b)")
_YES = re.compile(r"\b(is|are|was|were|will|would|can|could|should|must) (?=[a-z]+)")


@dataclass(frozen=True, slots=True)
class Story:
    id: str
    language: str
    source: tuple[str, ...]
    translation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Altered:
    """`changed` are the sentences of the translation with another meaning, `missing` those of the original that it lacks."""

    kind: str
    story: Story
    changed: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()


def _is_sentence(text: str) -> bool:
    return len(_WORDS.findall(text)) >= 6


def _foreign(story: Story, stories: Sequence[Story], chance: random.Random, count: int) -> list[str]:
    others = [sentence for other in stories if other.id != story.id for sentence in other.translation if _is_sentence(sentence)]
    return chance.sample(others, count)


def add_two(story: Story, stories: Sequence[Story], chance: random.Random) -> Altered | None:
    translation, at = list(story.translation), chance.randint(1, len(story.translation))
    places = (at, at + 1) if chance.random() < 0.5 else tuple(sorted(chance.sample(range(1, len(translation) + 2), 2)))
    for place, sentence in zip(places, _foreign(story, stories, chance, 2), strict=True):
        translation.insert(place, sentence)
    return Altered("added", replace(story, translation=tuple(translation)), changed=places)


def omit_two(story: Story, stories: Sequence[Story], chance: random.Random) -> Altered | None:
    full = [
        i
        for i, (here, there) in enumerate(zip(story.translation, story.source, strict=True))
        if i and _is_sentence(here) and _is_sentence(there)
    ]
    if len(full) < 2:
        return None
    missing = tuple(sorted(chance.sample(full, 2)))
    kept = tuple(sentence for i, sentence in enumerate(story.translation) if i not in missing)
    return Altered("omitted", replace(story, translation=kept), missing=missing)


def replace_one(story: Story, stories: Sequence[Story], chance: random.Random) -> Altered | None:
    full = [i for i, sentence in enumerate(story.translation) if i and _is_sentence(sentence)]
    return _with(story, chance.choice(full), _foreign(story, stories, chance, 1)[0], "replaced") if full else None


def alter_number(story: Story, stories: Sequence[Story], chance: random.Random) -> Altered | None:
    def other(match: re.Match[str]) -> str:
        digits = list(match.group())
        at = chance.choice([k for k, sign in enumerate(digits) if sign.isdigit()])
        digits[at] = str((int(digits[at]) + chance.randrange(1, 9)) % 9 + 1) if digits[at] != "0" else str(chance.randrange(1, 9))
        return "".join(digits)

    return _rewritten(story, _DIGITS, other, chance, "number")


def _shared_names(story: Story) -> list[tuple[int, str]]:
    """Return capitalised words that are the same in a sentence and its translation: probably names."""
    pairs = enumerate(zip(story.translation, story.source, strict=True))
    return [(i, name) for i, (here, there) in pairs for name in _NAME.findall(here) if re.search(rf"\b{name}\b", there)]


def alter_name(story: Story, stories: Sequence[Story], chance: random.Random) -> Altered | None:
    found = _shared_names(story)
    own = {name for _, name in found}
    others = [name for other in stories if other.id != story.id for _, name in _shared_names(other) if name not in own]
    if not found or not others:
        return None
    i, name = chance.choice(found)
    return _with(story, i, re.sub(rf"\b{name}\b", chance.choice(others), story.translation[i], count=1), "name")


def drop_negation(story: Story, stories: Sequence[Story], chance: random.Random) -> Altered | None:
    return _rewritten(story, _NOT, lambda match: match.group(1), chance, "negation")


def put_negation(story: Story, stories: Sequence[Story], chance: random.Random) -> Altered | None:
    return _rewritten(story, _YES, lambda match: f"{match.group(1)} not ", chance, "negation put in")


def _rewritten(
    story: Story, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str], chance: random.Random, kind: str
) -> Altered | None:
    found = [(i, match) for i, sentence in enumerate(story.translation) for match in pattern.finditer(sentence)]
    if not found:
        return None
    i, match = chance.choice(found)
    sentence, word = story.translation[i], new(match)
    return _with(story, i, sentence[: match.start()] + word + sentence[match.end() :], kind) if word != match.group() else None


def _with(story: Story, at: int, sentence: str, kind: str) -> Altered:
    translation = (*story.translation[:at], sentence, *story.translation[at + 1 :])
    return Altered(kind, replace(story, translation=translation), changed=(at,))


KINDS = (add_two, omit_two, replace_one, alter_number, alter_name, drop_negation, put_negation)


def alter_all(stories: Sequence[Story], seed: int) -> Iterator[Altered]:
    """Yield each story with each kind of alteration that is possible in it."""
    chance = random.Random(seed)
    for story in stories:
        for alter in KINDS:
            altered = alter(story, stories, chance)
            if altered is not None:
                yield altered


def read_stories(rows: Iterable[dict[str, object]]) -> list[Story]:
    return [Story(str(row["id"]), str(row["language"]), tuple(row["source"]), tuple(row["translation"])) for row in rows]  # type: ignore[arg-type]
