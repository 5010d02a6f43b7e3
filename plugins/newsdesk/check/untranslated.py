"""Rules for words that were not translated."""

import functools
import re
import unicodedata
from collections.abc import Iterable

from newsdesk.check.lang import LANGUAGES, LanguageData, load, words
from newsdesk.check.reading import Reading
from newsdesk.check.rules import Rule, Span
from newsdesk.check.vocabulary import foreignness, is_english, is_plain
from newsdesk.records import Severity

_ENGLISH = frozenset({"en"})
_SMALL_WORD = re.compile(r"(?<![\w@#/.’'-])[^\W\d_]+(?![\w@/’'-])(?!\.\w)")
_WORD_BEFORE = re.compile(r"([\w’'-]+),? $")
_WORD_AFTER = re.compile(r",? ([\w’'-]+)")
LONGEST_WORD = 40
_SHORTEST = 3
_OTHER_LETTERS = re.compile(r"[^\W\d_A-Za-z\u00aa-\u02af\u1e00-\u1eff\ufb00-\ufb06]{2,}")

_IN_BRACKETS = re.compile(r"[(（\[][^)）\]\n]*$")
"""Text in brackets, such as a name in its own script after its Latin form."""
LONGEST_GLOSS = 80

LEAST_UNKNOWN_FOR_1000 = 10.0
"""Foreignness per 1,000 words from which unknown words are findings. Sound news has 0.5 on average, with rare exceptions (a report on
chemical elements: 9); texts with untranslated Czech or German have 30 to 130."""
SHORTEST_WORDS = 300


def _find_unknown_words(reading: Reading) -> list[tuple[int, int, float]]:
    found: dict[str, tuple[int, int, float]] = {}
    for match in _SMALL_WORD.finditer(reading.text):
        word = unicodedata.normalize("NFKC", match.group())  # ligatures such as "fi" as one character
        if (
            len(word) >= _SHORTEST
            and word.islower()
            and word not in found
            and not is_english(word)
            and not reading.is_spoken(match.start())
            and not _is_gloss(reading, match)
        ):
            found[word] = (match.start(), match.end(), foreignness(word))
    return list(found.values())


def _is_gloss(reading: Reading, match: re.Match[str]) -> bool:
    """Return whether a word of another script is in brackets, after its Latin form, or quoted."""
    if not _OTHER_LETTERS.match(match.group()):
        return False
    in_brackets = _IN_BRACKETS.search(reading.text, max(0, match.start() - LONGEST_GLOSS), match.start())
    return in_brackets is not None or reading.is_spoken(match.start())


def unknown_words(reading: Reading) -> list[tuple[int, int, float]]:
    """Return range and foreignness of each lower-case word outside quotations that is not English; each word once."""
    if "unknown" not in reading.kept:
        reading.kept["unknown"] = _find_unknown_words(reading)
    found: list[tuple[int, int, float]] = reading.kept["unknown"]
    return found


def unknown_for_1000(reading: Reading) -> float:
    """Return the foreignness per 1,000 words. Words with English letters only, such as loan words ("idli", "whānau"), count at most as
    much as words with other letters.
    """
    weights = [(weight, is_plain(reading.text[start:end])) for start, end, weight in unknown_words(reading)]
    marked = sum(weight for weight, is_plain_word in weights if not is_plain_word)
    plain = sum(weight for weight, is_plain_word in weights if is_plain_word)
    return 1000 * (marked + min(plain, PLAIN_FOR_MARKED * marked)) / max(reading.word_count, SHORTEST_WORDS)


PLAIN_FOR_MARKED = 2.0


def find_unknown(reading: Reading) -> Iterable[Span]:
    if unknown_for_1000(reading) >= LEAST_UNKNOWN_FOR_1000:
        yield from ((start, end) for start, end, _ in unknown_words(reading))


def untranslated_places(reading: Reading) -> Iterable[Span]:
    """Yield function words and months of another language between English words, except between capitalised words (names and titles)."""
    foreign = _small_words_of_others(reading.language.code)
    for match in _SMALL_WORD.finditer(reading.text):
        if match.group() in foreign:
            before = _WORD_BEFORE.search(reading.text, max(0, match.start() - LONGEST_WORD), match.start())
            after = _WORD_AFTER.match(reading.text, match.end())
            near = [word.group(1) for word in (before, after) if word]
            if len(near) == 2 and any(map(_is_small_english, near)) and not any(_is_of_a_name(word, match.group()) for word in near):
                yield match.span()


def _is_of_a_name(word: str, beside: str) -> bool:
    """Return whether two adjacent words are part of a foreign name or quotation: the other is foreign too, or both are capitalised."""
    return not is_english(word) if word.islower() else word[0].isupper() and beside[0].isupper()


def _is_small_english(word: str) -> bool:
    return word.islower() and is_english(word)


def find_untranslated_sentences(reading: Reading) -> Iterable[Span]:
    for sentence in reading.sentences:
        if not sentence.paragraph.is_prose:
            continue
        found = _SMALL_WORD.finditer(reading.text, sentence.start, sentence.end)
        small = {word.group() for word in found if word.group().islower() and len(word.group()) > 1 and not reading.is_spoken(word.start())}
        if len(small) < LEAST_UNTRANSLATED or small & _NO_ENGLISH_WITHOUT:
            continue
        unknown = sum(not is_english(word) for word in small)
        if unknown >= max(LEAST_UNKNOWN_IN_SENTENCE, LEAST_SHARE_IN_SENTENCE * len(small)):
            yield sentence.start, sentence.end


_NO_ENGLISH_WITHOUT = words("the of and to is was for with that by from are were this it he she they said has have their its at but")
"""Words of which nearly every English sentence has at least one."""
LEAST_UNKNOWN_IN_SENTENCE = 3
LEAST_SHARE_IN_SENTENCE = 0.4
"""Minimum number and share of its lower-case words that are not English. Two can be loan words ("A mzungu on a boda lost a shoe.")."""
LEAST_UNTRANSLATED = 5
"""Minimum number of lower-case words of an untranslated sentence; titles have fewer."""


def find_english_sentences(reading: Reading) -> Iterable[Span]:
    for sentence in reading.sentences:
        small = [word for word in _SMALL_WORD.finditer(reading.text, sentence.start, sentence.end) if word.group().islower()]
        told = [word.group() for word in small if not reading.is_spoken(word.start())]
        english = [word for word in told if word in _ONLY_ENGLISH]
        if len(set(english)) >= LEAST_ENGLISH and len(english) >= LEAST_SHARE_OF_ENGLISH * len(told):
            yield sentence.start, sentence.end


_ONLY_ENGLISH = words(
    "the of and to is with that by from are this it they said their its at which would who been for not has had were was because when "
    "after about our we than into could"
)
"""Small words of English that are none in the other languages, or not together."""
LEAST_ENGLISH = 3
LEAST_SHARE_OF_ENGLISH = 0.25
"""Minimum number of different ones, and share of the lower-case words. Titles of films have fewer."""


def find_other_scripts(reading: Reading) -> Iterable[Span]:
    for match in _OTHER_LETTERS.finditer(reading.text):
        if not _is_gloss(reading, match):
            yield match.span()


@functools.cache
def _small_words_of_others(code: str) -> frozenset[str]:
    return frozenset().union(*(small_words_of(other) for other in map(load, LANGUAGES) if other is not None and other.code != code))


def small_words_of(data: LanguageData) -> frozenset[str]:
    """Return the words that identify the language in an English text."""
    return frozenset(word for word in data.leftovers if not is_english(word))


RULES = (
    Rule(
        id="untranslated-word",
        severity=Severity.STRONG,
        message="A common word of another language between English ones was not translated.",
        fires="The council agreed to the plan en octubre según the mayor, and también it will pay for the road.",
        silent="The film “La casa de las flores” opens the festival, and Casa de las Flores is a hotel in Oaxaca.",
        find=untranslated_places,
        languages=_ENGLISH,
    ),
    Rule(
        id="untranslated-sentence",
        severity=Severity.STRONG,
        message="Most words of this sentence are not English: it was not translated.",
        fires="The council met on Monday. El alcalde dijo que no subirán los impuestos durante este año. It meets again in May.",
        silent="The council met on Monday. The mayor quoted “El alcalde dijo que no subirán los impuestos.” It meets again in May.",
        find=find_untranslated_sentences,
        languages=_ENGLISH,
    ),
    Rule(
        id="english-sentence",
        severity=Severity.WEAK,
        message="This sentence is English: it was not translated.",
        fires="Der Minister kam am Montag. The talks with the owners of the mine lasted for hours. Am Abend flog er weiter.",
        silent="Der Minister sagte: „The talks with the owners of the mine lasted for hours.“ Er sah The Lord of the Rings im Kino.",
        find=find_english_sentences,
        languages=frozenset({"de", "es", "fr", "it", "pt"}),
    ),
    Rule(
        id="unknown-word",
        severity=Severity.WEAK,
        message="This is not an English word, and the text has many of them: they were not translated.",
        fires="The council agreed on Monday that the abwassergebühren and müllgebühren will be higher next year, and the strompreise too.",
        silent="The council agreed on Monday that the fees for sewage will be higher next year, and the café's rents too.",
        find=find_unknown,
        languages=_ENGLISH,
    ),
    Rule(
        id="other-script",
        severity=Severity.WEAK,
        message="Words in another script were not translated.",
        fires="The ministry of обороны said on Monday that the road is open.",
        silent="The ministry of defence said on Monday that the road to Łódź is open.",
        find=find_other_scripts,
    ),
)
