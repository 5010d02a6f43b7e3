"""Evidence that a text is a translation, and of its original language. Without evidence the result is unknown, never no.

Each sign has a weight; from a sum of 0.5 a translation is likely, from 1.0 it is certain. Texts of a foreign agency's own English service
also have the agency's name, so no single sign of style is sufficient.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from newsdesk.check.lang import LANGUAGES, LanguageData, load
from newsdesk.check.reading import Reading
from newsdesk.check.untranslated import small_words_of, unknown_for_1000, unknown_words, untranslated_places
from newsdesk.records import Cleaned, Evidence, IsTranslation, Original

LIKELY_FROM = 0.5
YES_FROM = 1.0
_SAME_LANGUAGE = {"nb": "no", "iw": "he", "in": "id"}
"""Detected codes by codes that pages declare."""
SURE_LANGUAGE = 0.8
"""Confidence from which the detected language takes precedence over a declared one."""

_AGENCIES_BY_LANGUAGE = {
    "es": "EFE|Europa Press|Télam|Telam|Notimex|Prensa Latina",
    "it": "ANSA|AGI|Adnkronos",
    "de": "dpa|DPA|APA|SID|KNA",
    "pt": "Lusa|LUSA|Agência Brasil",
    "fr": "Belga|ATS",
    "zh": "Xinhua",
    "ru": "TASS|RIA Novosti|Interfax",
    "uk": "Ukrinform",
    "pl": "PAP",
    "ja": "Kyodo",
    "ko": "Yonhap",
    "hu": "MTI",
    "cs": "ČTK",
    "tr": "Anadolu",
}
AGENCIES = {agency: language for language, agencies in _AGENCIES_BY_LANGUAGE.items() for agency in agencies.split("|")}
"""The main language of each agency, by its signature."""

_NAMES_OF_LANGUAGES = (
    "Spanish:es French:fr German:de Portuguese:pt Italian:it Russian:ru Ukrainian:uk Chinese:zh Japanese:ja Arabic:ar Polish:pl "
    "Turkish:tr Hungarian:hu Czech:cs Korean:ko Dutch:nl Catalan:ca Greek:el Hebrew:he Persian:fa"
)
LANGUAGE_NAMES = dict(pair.split(":") for pair in _NAMES_OF_LANGUAGES.split())

_DATELINE = re.compile(
    r"^(?P<place>[^\W\d_][\w .’'/,-]{1,40}?)[ ,]*(?:\d{1,2} [\w.]{3,10}[ ,]*)?\((?P<agency>"
    + "|".join(map(re.escape, AGENCIES))
    + r")(?:/[\w ]+)?\)(?P<end>\s?\.?\s?[-–—.]*)"
)
_CREDIT = re.compile(
    r"\b(?:(?i:(?:machine[- ]|automatically )?translated) (?:from (?:the )?(?:original )?(?P<from>[A-Z]\w+)|by [A-Z]|automatically)|"
    r"(?i:translation (?:by|of the original)|originally (?:published|written|appeared) in) (?P<in>[A-Z]\w+)|"
    r"(?i:traducid[oa] (?:por|del)|traduit (?:par|de)|traduzid[oa] (?:por|do)|tradotto (?:da|dal)|"
    r"aus dem \w+ (?:übersetzt|von)|übersetzt von)\b)"
)
_GUILLEMETS = re.compile(r"«[^»\n]{2,200}»")
_DECIMAL_COMMA = re.compile(r"(?<![\d.,])\d{1,3},\d{1,2}(?= (?:percent|per cent|million|billion|euros?|dollars|points)|\s?%)")


def collect_evidence(
    cleaned: Cleaned, reading: Reading, original: Original | None, *, feed_language: str | None = None
) -> tuple[tuple[Evidence, ...], str | None]:
    """Return the signs, strongest first, and the language with the largest sum of weights."""
    found = [
        *_from_original(original),
        *_from_page(cleaned),
        *_from_feed(cleaned, feed_language),
        *_from_credits(cleaned, reading),
        *(_from_dateline(reading) or _from_agency(cleaned, reading)),
        *_from_typography(reading),
        *_from_wording(reading),
    ]
    weights: dict[str, float] = defaultdict(float)
    for evidence, language in found:
        if language is not None and language != reading.language.code:
            weights[language] += evidence.weight
    source = original.language if original is not None else None
    if source is None and weights:
        source = max(sorted(weights), key=lambda language: weights[language])
    return tuple(sorted((evidence for evidence, _ in found), key=lambda evidence: -evidence.weight)), source


def judge(evidence: tuple[Evidence, ...]) -> IsTranslation:
    total = sum(sign.weight for sign in evidence)
    if total >= YES_FROM - 1e-9:
        return IsTranslation.YES
    return IsTranslation.LIKELY if total >= LIKELY_FROM - 1e-9 else IsTranslation.UNKNOWN


Sign = tuple[Evidence, str | None]


def _sign(signal: str, detail: str, weight: float, language: str | None = None) -> Sign:
    return Evidence(signal=signal, detail=detail, weight=weight), language


def _from_original(original: Original | None) -> Iterator[Sign]:
    if original is not None:
        named = f" ({original.language})" if original.language else ""
        yield _sign("original", f"the original was given{named}", 1.0, original.language)


def _from_page(cleaned: Cleaned) -> Iterator[Sign]:
    declared = (cleaned.declared_language or "").split("-")[0].lower()
    declared = _SAME_LANGUAGE.get(declared, declared)
    if declared and cleaned.language and declared != cleaned.language and cleaned.language_confidence >= SURE_LANGUAGE:
        yield _sign("declared-language", f"the page calls itself {declared}, the text is {cleaned.language}", 0.3, declared)
    others = sorted({code.split("-")[0].lower() for code in cleaned.hreflang} - {cleaned.language, "x", ""})
    if others:
        yield _sign("hreflang", f"the page offers itself in {', '.join(others)} too", 0.15, others[0] if len(others) == 1 else None)


def _from_feed(cleaned: Cleaned, feed_language: str | None) -> Iterator[Sign]:
    """A feed in another language than its article. The weight is low, as many feeds declare a default of their software."""
    named = (feed_language or "").split("-")[0].split("_")[0].strip().lower()
    if len(named) == 2 and cleaned.language and named != cleaned.language and cleaned.language_confidence >= SURE_LANGUAGE:
        yield _sign("feed-language", f"the feed calls itself {named}, the text is {cleaned.language}", 0.2, named)


def _from_credits(cleaned: Cleaned, reading: Reading) -> Iterator[Sign]:
    edges = [paragraph.text for paragraph in (*reading.paragraphs[:2], *reading.paragraphs[-3:]) if len(paragraph.text) < 400]
    for text in (*edges, *cleaned.authors, cleaned.description):
        match = _CREDIT.search(text)
        if match:
            named = match.group("from") or match.group("in") or ""
            yield _sign("credit", match.group().strip(), 1.0, LANGUAGE_NAMES.get(named))
            return


def _from_dateline(reading: Reading) -> list[Sign]:
    for paragraph in reading.paragraphs[:2]:
        match = _DATELINE.match(paragraph.text)
        if match and AGENCIES[match.group("agency")] != reading.language.code:
            language = AGENCIES[match.group("agency")]
            found = [_sign("agency-dateline", match.group().strip(), 0.4, language)]
            if match.group("end").strip() in (".-", ".–", ".—"):
                found.append(_sign("dateline-style", f"“{match.group('end').strip()}” after the agency's name", 0.2, language))
            return found
    return []


def _from_agency(cleaned: Cleaned, reading: Reading) -> Iterator[Sign]:
    """A foreign agency in the credits of an article without a dateline. The weight is low, as it may be the agency's English service."""
    for credit in cleaned.credits:
        language = AGENCIES.get(credit.removeprefix("Agencia "))
        if language is not None and language != reading.language.code:
            yield _sign("agency-credit", credit, 0.3, language)
            return


def _from_typography(reading: Reading) -> Iterator[Sign]:
    if reading.language.code != "en":
        return
    for signal, pattern, weight in (("guillemets", _GUILLEMETS, 0.3), ("decimal-comma", _DECIMAL_COMMA, 0.3)):
        match = pattern.search(reading.text)
        if match:
            yield _sign(signal, match.group()[:60], weight)


MANY_UNKNOWN_FOR_1000 = 16.0
MOST_CALQUES = 3
CALQUE_WEIGHT = 0.1


def _from_wording(reading: Reading) -> Iterator[Sign]:
    if reading.language.code != "en":
        return
    left = {reading.text[start:end] for start, end in untranslated_places(reading)}
    if unknown_for_1000(reading) >= MANY_UNKNOWN_FOR_1000:
        yield _sign("words-left-standing", ", ".join(reading.text[start:end] for start, end, _ in unknown_words(reading)[:5]), 0.5)
    for data in filter(None, map(load, LANGUAGES)):
        words_left = sorted(left & small_words_of(data))
        if words_left:
            yield _sign("untranslated-words", ", ".join(words_left[:5]), 0.3 if len(words_left) == 1 else 0.5, data.code)
        names = sorted({name for name in data.name_forms if re.search(rf"\b{name}\b", reading.text)})
        if names:
            yield _sign("name-form", ", ".join(names[:5]), 0.2, data.code)
        yield from _calques(reading.text, data)


def _calques(text: str, data: LanguageData) -> Iterator[Sign]:
    found = [match.group() for pattern in data.calques if (match := re.search(pattern, text))]
    if len(found) > 1:  # a single one also occurs in native English
        yield _sign("calque", ", ".join(found[:5]), CALQUE_WEIGHT * min(len(found), MOST_CALQUES), data.code)
