"""Inserts defects of machine translations into correct text. Each kind is a seeded function from a sentence to a damaged one.

A damaged document is {"id", "text", "source", "spans": [{"start", "end", "kind"}]}: `spans` are the damaged places; "also" of a
span lists other places where the same defect is visible.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_SENTENCE = re.compile(r"[^\s].*?[.!?][”\"’]*(?=\s|$)", re.DOTALL)
_PREPOSITIONS = "with|in|of|for|from|by|at|on|about|after|against|between|under|without|through"
_AUXILIARIES = "can|could|will|would|should|may|might|must|is|are|was|were|has|had"
_LEFT_STANDING = (
    *("octubre", "según", "también", "aussi", "février", "gouvernement"),
    *("außerdem", "Regierung", "não", "però", "después", "Ministerpräsident"),
)


@dataclass(frozen=True, slots=True)
class Torn:
    """A damaged sentence and the damaged places in it, the main one first."""

    text: str
    places: tuple[tuple[int, int], ...]


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def tear_tail(sentence: str, chance: random.Random) -> Torn | None:
    """Separate the last phrase: "... long-term options. With Kiev in both spheres." """
    return _tear(sentence, rf"( )(?:{_PREPOSITIONS}) ", chance, least=5, tail=4)


def tear_relative(sentence: str, chance: random.Random) -> Torn | None:
    """Separate a relative clause: "... the minister. Who had been ill." """
    return _tear(sentence, r"(,? )(?:which|who|whose|where) (?!is why)", chance, least=4, tail=4)


def tear_participle(sentence: str, chance: random.Random) -> Torn | None:
    """Separate a participle clause: "... in Rome. Adding that it was late." """
    return _tear(sentence, r"(, )(?:[a-z]{3,}ing) ", chance, least=4, tail=3)


def tear_verb(sentence: str, chance: random.Random) -> Torn | None:
    """Separate the end of a clause, starting with its auxiliary: "Can stop it." """
    return _tear(sentence, rf"( )(?:{_AUXILIARIES}|have) ", chance, least=3, tail=2)


def tear_middle(sentence: str, chance: random.Random) -> Torn | None:
    """Insert a full stop after a word that cannot end a sentence: "... agreed to the. Plan of the council." """
    return _tear(sentence, r" (?:the|a|an|of|to|and|with|from|for|that|by)( )", chance, least=3, tail=2)


def leave_quotation_end(sentence: str, chance: random.Random) -> Torn | None:
    """Put the end of a quotation with its mark after the sentence: "..., he said. Can stop it.” " """
    match = re.match(r"([“\"])([^”\"]{40,}?),?([”\"])( .*[.])$", sentence)
    if not match:
        return None
    words = match.group(2).split()
    cut = chance.choice((1, 2, 3, 4, 5))
    if len(words) < cut + 5:
        return None
    kept = " ".join(words[:-cut]).rstrip(",")
    left = f"{capital(' '.join(words[-cut:]))}.{match.group(3)}"
    text = f"{match.group(1)}{kept},{match.group(3)}{match.group(4)} {left}"
    return Torn(text, ((len(text) - len(left), len(text)),))


def strand_comma(sentence: str, chance: random.Random) -> Torn | None:
    """Put a word of the sentence and a comma after it: "Is.” ," """
    words = [word for word in re.findall(r"[^\W\d_]+", sentence) if len(word) > 1]
    if not words:
        return None
    left = capital(chance.choice(words)) + chance.choice((".” ,", ". ,", ".”,"))
    return Torn(f"{sentence} {left}", ((len(sentence) + 1, len(sentence) + 1 + len(left)),))


def lose_middle(sentence: str, chance: random.Random) -> Torn | None:
    """Remove a part of the sentence before a comma, with a space left: "to negotiate , while" """
    match = re.search(r" \w+(?:\s[\w’']+){2,5}, ", sentence)
    if not match or match.start() < 15:
        return None
    text = sentence[: match.start()] + " , " + sentence[match.end() :]
    word = sentence.rfind(" ", 0, match.start()) + 1
    return Torn(text, ((word, match.start() + 2),))


def lose_start(sentence: str, chance: random.Random) -> Torn | None:
    """Remove the first words, so that the sentence starts with a lower-case letter: "minister said that" """
    words = sentence.split(" ")
    cut = chance.choice((1, 2, 3))
    if len(words) < cut + 6 or sentence[0] in '“"' or not words[cut].isalpha() or not words[cut].islower():
        return None
    text = " ".join(words[cut:])
    return Torn(text, ((0, len(words[cut]) + 1 + len(words[cut + 1])),))


def lose_subject(sentence: str, chance: random.Random) -> Torn | None:
    """Remove the subject, so that the sentence starts with the auxiliary: "Could not agree on it." """
    match = re.match(rf"(?:[A-Z][\w’]*|[a-z]+)(?: [\w’]+){{0,3}}? ({_AUXILIARIES}) ", sentence)
    if not match or len(sentence) - match.end() < 10 or sentence.endswith("?"):
        return None
    text = capital(sentence[match.start(1) :])
    return Torn(text, ((0, min(len(text), 25)),))


def repeat_clause(sentence: str, chance: random.Random) -> Torn | None:
    """Repeat some words of the sentence."""
    words = sentence.split(" ")
    if len(words) < 12 or '"' in sentence or "“" in sentence:
        return None
    start = chance.randrange(2, len(words) - 8)
    length = chance.choice((4, 5, 6))
    before = " ".join(words[: start + length])
    again = " ".join(words[start : start + length]).rstrip(".,")
    text = f"{before} {again} {' '.join(words[start + length :])}"
    first = len(" ".join(words[:start])) + 1
    return Torn(text, ((len(before) + 1, len(before) + 1 + len(again)), (first, len(before))))


def reopen(sentence: str, chance: random.Random) -> Torn | None:
    """Remove the closing mark before a second quotation: "with. He commented, “I think" """
    match = re.match(r"([“\"][^”\"]+)[”\"]( [^“\"]{5,60} )([“\"])\w", sentence)
    if not match:
        return None
    text = match.group(1) + sentence[match.end(1) + 1 :]
    return Torn(text, ((match.end(1), match.start(3) + 5),))


def leave_source_words(sentence: str, chance: random.Random) -> Torn | None:
    """Leave a word of the source language untranslated."""
    left = chance.choice(_LEFT_STANDING)
    words = sentence.split(" ")
    if len(words) < 8:
        return None
    at = chance.randrange(3, len(words) - 2)
    start = len(" ".join(words[:at])) + 1
    return Torn(" ".join([*words[:at], left, *words[at:]]), ((start, start + len(left)),))


KINDS: dict[str, Callable[[str, random.Random], Torn | None]] = {
    "tail": tear_tail,
    "relative": tear_relative,
    "participle": tear_participle,
    "verb": tear_verb,
    "middle": tear_middle,
    "quotation-end": leave_quotation_end,
    "stranded": strand_comma,
    "lost-middle": lose_middle,
    "lost-start": lose_start,
    "lost-subject": lose_subject,
    "repeat": repeat_clause,
    "reopened": reopen,
    "source-words": leave_source_words,
}


def corrupt(text: str, *, count: int, seed: int, kinds: tuple[str, ...] = tuple(KINDS)) -> tuple[str, list[dict[str, object]]] | None:
    """Return the text with `count` defects in different sentences, and their spans; None if that many are not possible."""
    chance = random.Random(seed)
    sentences = [match for match in _SENTENCE.finditer(text) if "\n" not in match.group() and len(match.group().split()) > 5]
    chance.shuffle(sentences)
    chosen: list[tuple[re.Match[str], Torn, str]] = []
    for match in sentences:
        if len(chosen) == count:
            break
        for kind in chance.sample(kinds, len(kinds)):
            torn = KINDS[kind](match.group(), chance)
            if torn is not None and torn.text != match.group():
                chosen.append((match, torn, kind))
                break
    return _apply(text, sorted(chosen, key=lambda each: each[0].start())) if len(chosen) == count else None


def _apply(text: str, chosen: list[tuple[re.Match[str], Torn, str]]) -> tuple[str, list[dict[str, object]]]:
    parts, spans, done, length = [], [], 0, 0
    for match, torn, kind in chosen:
        parts.append(text[done : match.start()])
        length += match.start() - done
        (start, end), *more = ((length + start, length + end) for start, end in torn.places)
        spans.append({"start": start, "end": end, "kind": kind, "also": more})
        parts.append(torn.text)
        length += len(torn.text)
        done = match.end()
    return "".join([*parts, text[done:]]), spans


def _tear(sentence: str, pattern: str, chance: random.Random, *, least: int, tail: int) -> Torn | None:
    """Insert a full stop at a match of the pattern's group with at least `least` words before it and `tail` words after it."""
    places = [match.start(1) for match in re.finditer(pattern, sentence) if _whole(sentence, match.start(1), least=least, tail=tail)]
    if not places or re.search(r"[“”\"]", sentence):
        return None
    place = chance.choice(places)
    text = f"{sentence[:place]}. {capital(sentence[place:].lstrip(' ,'))}"
    seam = place + 2
    return Torn(text, ((seam, len(text)), (max(0, sentence.rfind(" ", 0, place)), seam)))


def _whole(sentence: str, place: int, *, least: int, tail: int) -> bool:
    return len(sentence[:place].split()) >= least and len(sentence[place:].split()) >= tail


def corrupt_all(
    documents: list[dict[str, str]], *, count: int, seed: int, kinds: tuple[str, ...] = tuple(KINDS)
) -> Iterator[dict[str, object]]:
    """Yield the damaged documents, without those in which `count` defects are not possible; each has its own seed."""
    for number, document in enumerate(documents):
        torn = corrupt(document["text"], count=count, seed=seed + number, kinds=kinds)
        if torn is not None:
            yield {"id": f"{document['id']}-{count}", "text": torn[0], "source": f"corrupt-{count}", "spans": torn[1]}
