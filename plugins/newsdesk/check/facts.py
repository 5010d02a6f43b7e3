"""Extracts facts of a sentence that can be compared between languages: numbers, times, dates, units, names and negations."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from newsdesk.check.expressions import Expressions, Unit, expressions_of, stem, units
from newsdesk.check.reading import Sentence
from newsdesk.check.vocabulary import is_listed

WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_CAPITALISED = r"(?:[^\W\d_a-zà-öø-ÿ][^\W\d_]*(?:[-’'][^\W\d_]+)*)"
_RUN_OF_CAPITALS = re.compile(rf"(?<![\w]){_CAPITALISED}(?: {_CAPITALISED})*")
_BLANK = "[ \u00a0\u202f\u2009]"
_NUMBER = re.compile(r"(?<![\w.,])(?:\d{1,3}(?:[.,\u00a0\u202f\u2009' ]\d{3})+(?![\d])(?:[.,]\d+)?|\d+(?:[.,]\d+)?)")
_DATE_IN_DIGITS = re.compile(
    r"(?<![\w.,/-])(?:(?P<day>[0-3]?\d)(?P<sign>[./-])(?P<month>0?[1-9]|1[0-2])(?P=sign)(?:19|20)\d\d|(?:19|20)\d\d-(?P<iso>0[1-9]|1[0-2])-[0-3]\d)"
    r"(?!\d|[./-]\d)"
)
"""A date in digits with the day first, or in ISO 8601."""
_CLOCK = re.compile(
    rf"(?<![\w.,:])(?P<hour>[01]?\d|2[0-4])(?:(?P<mark>[:.h]|{_BLANK}[hч]{_BLANK}?)(?P<minute>[0-5]\d))?"
    rf"(?:{_BLANK}?(?P<half>[ap])\.?{_BLANK}?m\b\.?|{_BLANK}?(?P<word>h|hs|hrs|uhr|Uhr|uur|ore|horas|heures|часов|ч)\b)?(?![\w]|[.,:]\d)"
)
_ZONE = re.compile(r" ?\(?(?:GMT|UTC|BST|CES?T|MSK|IST|[ECMP][SD]?T)\b")
"""The zone of a time, which is often converted."""
_HALF_DAY = 12 * 60
_AFTER_NUMBER = re.compile(rf"(?:{_BLANK}|-(?=[^\W\d_]{{3}}))?(?:de )?([^\W\d_]+|[%€$£¥])")
_BEFORE_NUMBER = re.compile(rf"(?:[€$£¥]|[^\W\d_]{{2,}}){_BLANK}?$")
_JOINED = re.compile(r"[ \u00a0-]+(?:(?:and|y|e|et|und|i|и) )?$")

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a time of day. `values` are the possible numbers, and `times` the possible minutes of half a day. `is_time`: it is
    written as a time. `is_sure` is False if it may not be a number, or be an article."""

    place: Place
    written: str
    values: frozenset[float]
    times: frozenset[int] = frozenset()
    is_time: bool = False
    unit: Unit | None = None
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Name:
    """A capitalised word. `plain` is its lower-case form in Latin letters without accents. `is_sure`: it is not at a position where
    all words are capitalised, and the analysis, if there is one, tags it as a person or place. `phrase` is the sequence of capitalised
    words that contains it; `begins`: it is the first word of its sentence; `is_latin`: it is written in Latin letters; `label`: its entity
    type, or empty."""

    place: Place
    written: str
    plain: str
    phrase: str
    is_sure: bool
    begins: bool
    is_latin: bool
    label: str

    @property
    def is_place(self) -> bool:
        return self.label in _PLACES

    @property
    def is_tagged(self) -> bool:
        return self.label in _NAMED

    @property
    def is_people(self) -> bool:
        """Whether it is tagged as a nation or a group ("Czech"), whose names are translated."""
        return self.label == "NORP"


@dataclass(frozen=True)
class Facts:
    """The facts of a sentence; offsets refer to the whole text."""

    sentence: Sentence
    expressions: Expressions

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        return tuple(sorted(_quantities(self.sentence, self.expressions), key=lambda quantity: quantity.place))

    @cached_property
    def dates(self) -> dict[tuple[str, int], Place]:
        return dict(_dates(self.sentence, self.expressions))

    @cached_property
    def names(self) -> tuple[Name, ...]:
        return tuple(_names(self.sentence, self.expressions))

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(match.group() for match in WORD.finditer(self.sentence.text))

    def without(self, places: Iterable[Place]) -> str:
        """Return the text without the words in these ranges."""
        text, start = self.sentence.text, self.sentence.start
        for first, last in sorted(places, reverse=True):
            if start <= first < self.sentence.end:
                text = text[: first - start] + text[last - start :]
        return text

    @cached_property
    def denials(self) -> tuple[Place, ...]:
        """The words that deny a verb, without those that are cancelled by the words after them ("not only", "will not fail to")."""
        text = _NOT_ONLY.sub(lambda match: " " * len(match.group()), _straight(self.sentence.text))
        found = self.expressions.denial.finditer(text)
        return tuple(
            _placed(self.sentence, match.span("deny"))
            for match in found
            if self._is_complete(text, match) and not self._is_cancelled(text, match)
        )

    def _is_complete(self, text: str, denial: re.Match[str]) -> bool:
        """Return whether the word denies; in French only before another one in its clause, and before "que": "ne ... que" is "only"."""
        completion = self.expressions.completion
        return completion is None or completion.search(_UP_TO_QUE.match(text, denial.end()).group()) is not None  # type: ignore[union-attr]

    def _is_cancelled(self, text: str, denial: re.Match[str]) -> bool:
        start = _LAST_WORD.search(text, 0, denial.start()) if self.expressions.denies_after else None
        first, last = start.start() if start else denial.start(), _NEXT_WORDS.match(text, denial.end()).end()  # type: ignore[union-attr]
        return any(softener.start() < last and first < softener.end() for softener in self.expressions.softener.finditer(text))

    @cached_property
    def negations(self) -> int:
        """How many times anything is negated, at least: "ne" and "pas" are one negation."""
        text = _straight(self.sentence.text)
        return max(sum(1 for _ in pattern.finditer(text)) for pattern in (self.expressions.negation, self.expressions.denial))

    @cached_property
    def softeners(self) -> int:
        """How many words can replace a negation of the other language ("without", "unable")."""
        listed = sum(1 for _ in self.expressions.softener.finditer(_straight(self.sentence.text)))
        return listed + sum(map(_is_denied, self.words)) if self.expressions.code == "en" else listed


def _straight(text: str) -> str:
    return text.replace("’", "'")


def facts_of(sentences: Sequence[Sentence], code: str) -> list[Facts]:
    return [Facts(sentence, expressions_of(code)) for sentence in sentences]


@lru_cache(maxsize=4096)
def plain(word: str) -> str:
    """Return a word in lower-case Latin letters without accents; Cyrillic is transcribed as in English."""
    if word.isascii():
        return word.lower()
    latin = "".join(_LATIN.get(sign, sign) for sign in word.lower())
    return "".join(sign for sign in unicodedata.normalize("NFKD", latin) if not unicodedata.combining(sign))


_LATIN = dict(zip("абвгдеёзийклмнопрстуфыэіїєłøđ", "abvgdeeziyklmnoprstufyeiyelod", strict=True))
_LATIN |= {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ь": "", "ю": "yu", "я": "ya", "ґ": "g", "ß": "ss"}


def consonants(plain_word: str) -> str:
    """Return the consonants of a plain word, as English pronounces them: what it shares with its transcription in another script."""
    for spelling, sound in _SOUNDS:
        plain_word = plain_word.replace(spelling, sound)
    return re.sub(r"[aeiouyvwh'-]|(.)(?=\1)", "", plain_word)


_SOUNDS = tuple(
    (spelling, sound)
    for sound, spellings in {
        "J": "dzh j zh",
        "": "kh",
        "S": "sch sh",
        "C": "tch ch",
        "f": "ph",
        "z": "ts",
        "k": "ck c q",
        "ks": "x",
    }.items()
    for spelling in spellings.split(" ")
)
"""Spellings and the sounds that replace them, in this order."""

_UP_TO_QUE = re.compile(r"(?:(?!\bqu[e'])[^,;:.!?])*")
_NEXT_WORDS = re.compile(r"(?:[\W\d_]+[^\W\d_]+){0,3}")
_LAST_WORD = re.compile(r"[^\W\d_]+[\W\d_]+$")

_NOT_ONLY = re.compile(
    r"\b(?:(?:not|n't|no|non|pas|nicht|não|niet|nie|не)(?: \w+){0,3} (?:only|just|merely|s[oó]lo|solamente|únicamente|seulement|uniquement|"
    r"soltanto|nur|zuletzt|apenas|somente|alleen|tylko|только)|not to mention|no obstante|no(?: \w+){0,2} más que|nada más|"
    r"não(?: \w+){0,2} (?:mais (?:do )?que|senão)|non(?: \w+){0,2} altro che|non (?:fa|fanno|fece|faceva) che|"
    r"sans que(?: \w+){1,4}? n[e']|non loin|"
    r"(?:le|un|ce|du|au|son|leur|chaque|premier|grand|petit|faux) pas|"
    r"que nunca|que jamais|che mai|как никогда)\b",
    re.IGNORECASE,
)


_NEGATING_PREFIX = re.compile(
    r"(?:(?:un|dis|non)-?(?=\w{4})|(?:in|im|ir|il)-?(?=\w+(?:[ai]ble|[ae]nt|ate|ive|al|[ec]t|ete|ous|ty|[ae]nce)(?:ly)?$))"
)


def _is_denied(word: str) -> bool:
    """Return whether an English word is another word with a negating prefix ("unable", "dislike", "insecurity")."""
    match = _NEGATING_PREFIX.match(word.lower())
    return match is not None and is_listed(word.lower()[match.end() :])


def _placed(sentence: Sentence, span: Place) -> Place:
    return sentence.start + span[0], sentence.start + span[1]


_WIDE_DIGITS = {ord(zero) + value: str(value) for zero in "٠۰०０" for value in range(10)}
"""Maps Arabic, Persian, Devanagari and full-width digits to ASCII digits."""


def _quantities(sentence: Sentence, expressions: Expressions) -> Iterator[Quantity]:
    text = _without_months(sentence.text.translate(_WIDE_DIGITS), expressions.code)
    taken: list[Place] = []
    for match in _CLOCK.finditer(text):
        if (match["mark"] or match["half"] or match["word"]) and not (
            match["mark"] == "." and expressions.code == "en" and not match["half"]
        ):
            taken.append(match.span())
            is_sure = not _ZONE.match(text, match.end())
            yield Quantity(_placed(sentence, match.span()), match.group(), *_of_clock(match), is_time=True, is_sure=is_sure)
    for match in _NUMBER.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            yield _number(sentence, text, match, expressions)
    yield from _in_words(sentence, text, expressions)


def _of_clock(match: re.Match[str]) -> tuple[frozenset[float], frozenset[int]]:
    """Return the numbers that a time can also mean, and its minutes."""
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    values = {float(f"{hour}.{match['minute']}" if match["minute"] else hour)} if match["mark"] in (".", None) else set()
    return frozenset(values), frozenset({(hour * 60 + minute) % _HALF_DAY})


def _number(sentence: Sentence, text: str, match: re.Match[str], expressions: Expressions) -> Quantity:
    values, end = values_of(match.group()), match.end()
    scale = 1
    for _ in range(2):
        after = _AFTER_NUMBER.match(text, end)
        factor = _magnitude(after.group(1), expressions) if after else None
        if after is None or factor is None:
            break
        scale, end = scale * factor[0], end + len(after.group()) - factor[1]
    unit = _unit_beside(text, match.start(), end)
    scales = {scale, 1} if _METRES.search(text, match.end(), end) else {scale}
    keys = frozenset(round(value * each, 6) for value in values for each in scales)
    if re.match(r"[''’]?[^\W\d_]", text[end : end + 2]) and any(1900 <= value < 2100 and value % 10 == 0 for value in values):
        keys |= {value % 100 for value in values}  # the 1980s are the 80s
    hours = frozenset(int(value * 60) % _HALF_DAY for value in values if scale == 1 and value == int(value) and value <= 24)
    is_sure = not _ZONE.match(text, end)
    return Quantity(_placed(sentence, (match.start(), end)), text[match.start() : end], keys, hours, unit=unit, is_sure=is_sure)


_METRES = re.compile(r"(?<![^\W\d_])[km]$", re.IGNORECASE)
"""The letter of a magnitude that can also be one of a unit, or of a model ("100 m", "C-295M")."""


def _magnitude(word: str, expressions: Expressions) -> tuple[int, int] | None:
    """Return the factor that a word means, and how many letters after it do not belong to it (in scripts without spaces)."""
    if expressions.code in _WITHOUT_BLANKS:
        for sign, factor in expressions.magnitudes.items():
            if word.startswith(sign):
                return factor, len(word) - len(sign)
        return None
    factor_of = expressions.magnitudes.get(word.lower())
    return (factor_of, 0) if factor_of else None


_WITHOUT_BLANKS = frozenset({"zh", "ja", "ko", "th"})


def _unit_beside(text: str, start: int, end: int) -> Unit | None:
    after = _UNIT_AFTER.match(text, end)
    before = _BEFORE_NUMBER.search(text[max(0, start - 12) : start])
    for beside in (after["unit"] if after else "", before.group().strip() if before else ""):
        for pattern, unit in units():
            if beside and pattern.fullmatch(beside):
                is_square = after is not None and unit.dimension == "length" and bool(after["square"] or after["squared"])
                return Unit("area", unit.size**2) if is_square else unit
    return None


_UNIT_AFTER = re.compile(
    rf"(?:{_BLANK}|-)?(?:de |di |d['’])?(?P<square>square |sq\.? |квадратн\w+ |кв\.? ?|quadrat(?=\w))?(?P<unit>[^\W\d_²]+|[%€$£¥])"
    rf"(?P<squared>²|{_BLANK}(?:cuadrad|carré|quadrat|quadrad)\w+)?",
    re.IGNORECASE,
)


def values_of(digits: str) -> frozenset[float]:
    """Return the numbers that digits with separators can mean. If there are both a comma and a point, the last one is the decimal
    separator; a single one before three digits can be either a thousands or a decimal separator."""
    bare = re.sub(r"[^\d.,]", "", digits)
    marks = re.findall("[.,]", bare)
    whole, mark, fraction = bare.rpartition(marks[-1]) if marks else (bare, "", "")
    is_grouped = len(set(marks)) == 1 and re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", bare) is not None
    values = {float(re.sub("[.,]", "", bare))} if is_grouped or not marks else set()
    if mark and (len(marks) == 1 or len(set(marks)) == 2):
        values.add(float(f"{re.sub('[.,]', '', whole) or 0}.{fraction or 0}"))
    return frozenset(values)


def _in_words(sentence: Sentence, text: str, expressions: Expressions) -> Iterator[Quantity]:
    """Yield numbers in words. Adjacent ones are joined ("thirty-five"); next to a word for half an hour they are a time."""
    run: list[tuple[Place, int]] = []
    for match in re.finditer(r"[^\W\d_]+", text):
        value = expressions.numerals.get(match.group().lower())
        if value is None:
            continue
        if run and not _JOINED.fullmatch(text, run[-1][0][1], match.start()):
            yield _spelled(sentence, text, run, expressions)
            run = []
        run.append((match.span(), value))
    if run:
        yield _spelled(sentence, text, run, expressions)


def _spelled(sentence: Sentence, text: str, run: Sequence[tuple[Place, int]], expressions: Expressions) -> Quantity:
    start, end = run[0][0][0], run[-1][0][1]
    after = _AFTER_NUMBER.match(text, end)
    factor = _magnitude(after.group(1), expressions) if after else None
    scale = factor[0] if factor else 1
    value = sum(each for _, each in run)
    near = text[max(0, start - 20) : end + 20]
    values = frozenset({round(float(value * scale), 6), *(float(each) for _, each in run)})
    is_time = scale == 1 and value <= 24 and expressions.clock.search(near) is not None
    times = frozenset((value * 60 + minutes) % _HALF_DAY for minutes in ((0, 15, 30, -15, -30) if is_time else (0,)) if value <= 24)
    unit = _unit_beside(text, start, end)
    is_sure = (len(run) == 1 and value > 2) or [each >= 20 for _, each in run] == [True, False]
    return Quantity(_placed(sentence, (start, end)), text[start:end], values, times, is_time=is_time, unit=unit, is_sure=is_sure)


def _without_months(text: str, code: str) -> str:
    """Replace each date in digits by two numbers, its day and its year. Its month is not a number, but one of `_dates`."""

    def without_month(date: re.Match[str]) -> str:
        ambiguous = ("day", "month") if _may_begin_with_month(date, code) else ()
        taken = [date.span(group) for group in (*ambiguous, "month", "iso") if date[group]]
        return "".join(
            sign if sign.isdigit() and not any(start <= at < end for start, end in taken) else " "
            for at, sign in enumerate(date.group(), date.start())
        )

    return _DATE_IN_DIGITS.sub(without_month, text)


def _may_begin_with_month(date: re.Match[str], code: str) -> bool:
    """Return whether a date in digits can have the month first: 5/12/2026 in American English."""
    return code == "en" and date["sign"] == "/"


def _dates(sentence: Sentence, expressions: Expressions) -> Iterator[tuple[tuple[str, int], Place]]:
    for date in _DATE_IN_DIGITS.finditer(sentence.text.translate(_WIDE_DIGITS)):
        if not _may_begin_with_month(date, expressions.code):
            yield ("month", int(date["month"] or date["iso"]) - 1), _placed(sentence, date.span())
    for match in re.finditer(r"[^\W\d_]+(?:-feira)?", sentence.text):
        word = match.group()
        if expressions.code == "en" and not word[0].isupper():
            continue  # "may", "march"
        named = stem(word.lower(), expressions.code)
        for kind, names in (("month", expressions.months), ("day", expressions.weekdays)):
            if named in names:
                yield (kind, names[named]), _placed(sentence, match.span())


def _names(sentence: Sentence, expressions: Expressions) -> Iterator[Name]:
    tokens = {token.idx: token for token in sentence.tokens}
    first = WORD.search(sentence.text)
    for run in _RUN_OF_CAPITALS.finditer(sentence.text):
        for match in WORD.finditer(sentence.text, run.start(), run.end()):
            word = match.group()
            named = stem(word.lower(), expressions.code)
            if len(word) < SHORTEST_NAME or named in expressions.months or named in expressions.weekdays:
                continue
            token = tokens.get(sentence.start + match.start())
            is_named = _is_english_name(word, token, run.group()) if expressions.code == "en" else not expressions.has_capital_nouns
            begins = first is not None and first.start() == match.start()
            is_abbreviation = sentence.text[match.end() : match.end() + 1] == "." and match.end() < len(sentence.text.rstrip(".”\"'"))
            yield Name(
                place=_placed(sentence, match.span()),
                written=word,
                plain=plain(word),
                phrase=run.group(),
                is_sure=is_named and not (begins or is_abbreviation),
                begins=begins,
                is_latin=unicodedata.name(word[0], "").startswith("LATIN"),
                label="" if token is None else token.ent_type_,
            )


SHORTEST_NAME = 3
_PLACES = frozenset({"GPE", "LOC"})
_NAMED = _PLACES | {"PERSON"}


_ROMAN_ORDINAL = re.compile(r"[IVXLC]+(?:st|nd|rd|th)")


def _is_english_name(word: str, token: Any | None, phrase: str) -> bool:
    """Return whether the analysis tags a word as a person or place, or it is not an English word. Acronyms, peoples, organizations and
    places of several words are excluded, as they are often translated."""
    if word.isupper() or (token is not None and token.ent_type_ == "NORP"):
        return False
    bare = word.lower().removesuffix("'s").removesuffix("’s")
    if not any(is_listed(part) for part in bare.split("-")):
        return not _ROMAN_ORDINAL.fullmatch(word)
    return token is not None and (token.ent_type_ == "PERSON" or (token.ent_type_ in _PLACES and phrase == word))
