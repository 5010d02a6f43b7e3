"""Originals and sound translations, written for this project, and the alterations that a comparison must find."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

PAIRS = tuple(tuple(line.split("\t")) for line in Path(__file__).with_name("pairs.tsv").read_text(encoding="utf-8").splitlines())
"""Language, original, translation into English."""

_OTHER_NAMES = ("Whitfield", "Kowalczyk", "Brandt", "Okafor", "Lindqvist")


def alter(text: str, kind: str, chance: random.Random) -> tuple[str, tuple[int, int]] | None:
    """The translation with one thing changed, and where; None where it has no such thing."""
    if kind == "number":
        found = list(re.finditer(r"(?<![\d.,])\d+(?:[.,]\d+)*", text))
        if not found:
            return None
        match = chance.choice(found)
        new = "".join(str((int(sign) + chance.randrange(1, 8)) % 9 + 1) if sign.isdigit() else sign for sign in match.group())
    elif kind == "name":
        found = list(
            re.finditer(r"(?<=[A-Z][\wéúíáóüö]{3} )[A-Z]\w{3,}|(?<=[A-Z]\w\w\w\w )[A-Z]\w{3,}|(?<=[A-Z]\w\w\w\w\w )[A-Z]\w{3,}", text)
        )
        if not found:
            return None
        match = chance.choice(found)
        new = chance.choice(_OTHER_NAMES)
    else:
        return _without_negation(text, chance)
    return text[: match.start()] + new + text[match.end() :], (match.start(), match.start() + len(new))


def _without_negation(text: str, chance: random.Random) -> tuple[str, tuple[int, int]] | None:
    changes = {r"\bNobody\b": "Somebody", r"\bnever\b": "always", r"\bNothing\b": "Something", r"\bno (?=\w)": "some "}
    changes |= {rf"\b{verb} not\b": verb for verb in ("will", "is", "does", "did", "was")}
    found = [(match, new) for pattern, new in changes.items() for match in re.finditer(pattern, text)]
    if not found:
        return None
    match, new = chance.choice(found)
    return text[: match.start()] + new + text[match.end() :], (match.start(), match.start() + len(new))


def altered_pairs(seed: int) -> Iterator[tuple[str, str, str, str, tuple[int, int]]]:
    """Kind, language, original, altered translation and the altered place."""
    chance = random.Random(seed)
    for language, original, translation in PAIRS:
        for kind in ("number", "name", "negation"):
            changed = alter(translation, kind, chance)
            if changed is not None and changed[0] != translation:
                yield kind, language, original, *changed
