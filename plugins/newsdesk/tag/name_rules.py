"""The rules that decide which spans are names. The first rule that applies keeps or drops a span; if none applies, it is kept."""

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsdesk.records import EntityType
from newsdesk.rulebook import Case, Rule, Subject, first_case
from newsdesk.tag.candidate import Candidate
from newsdesk.tag.contexts import AGENCY_CREDIT, NAME_BEFORE_COMMA, PEOPLE_AFTER, PICTURE_CREDIT
from newsdesk.tag.spans import NameSpan, line_around, occurs_in_lower_case
from newsdesk.tag.word_lists import CALENDAR, FUNCTION_WORDS, NOT_NAMES, US_ABBREVIATIONS

LONGEST_ACRONYM = 6
LONG_WORD = 4
LEAST_HEADLINE = 6
"""Minimum number of words with four or more letters in a headline."""
SMALL_WORD_OF_HEADLINE = re.compile(r" (?:to|as) [A-Z]")
"""What a headline has rather than a line that is a name: "Mill to Close as Sales Slump". It needs one long word less."""
LONGEST_IN_HEADLINE = 4
"""Maximum number of words of a name in a headline: its words are all capitalised, so a longer one is rather a part of the sentence."""
LEAST_LINE = 3
"""Number of words from which a line in capitals is not searched for names; a shorter one can be a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRule(Case[Subject]):
    """A rule that keeps or drops a span."""

    keep: bool


@dataclass(frozen=True, slots=True)
class Dropped:
    """A span that is not a name, and the id of the rule that dropped it."""

    span: NameSpan
    rule: str


def dropping_rule(rules: Sequence[NameRule[Subject]], candidate: Subject) -> NameRule[Subject] | None:
    """Return the rule that drops the candidate; None if it is kept."""
    rule = first_case(rules, candidate)
    return None if rule is None or rule.keep else rule


def _has_capital(candidate: Candidate) -> bool:
    return any(character.isupper() for character in candidate.name)


def _is_demonym(candidate: Candidate) -> bool:
    gazetteer = candidate.gazetteer
    if candidate.key in gazetteer.regions:
        return False
    if candidate.span.label == "NORP":
        is_party = " " in candidate.name and candidate.name.endswith("s") and candidate.keys[-1] in gazetteer.peoples
        return not is_party  # Social Democrats
    return candidate.key in gazetteer.demonyms or candidate.key in gazetteer.peoples


def _is_of_common_words(candidate: Candidate) -> bool:
    """Return whether all words are titles, days, months, function words or peoples, or the name is the plural of a title."""
    titles, peoples = candidate.gazetteer.titles, candidate.gazetteer.peoples
    if candidate.name.isupper() and len(candidate.words) == 1:
        return candidate.key in CALENDAR
    if candidate.key.removesuffix("s") in titles - candidate.gazetteer.title_modifiers:
        return True
    if candidate.span.label == "ORG" and candidate.key in candidate.gazetteer.title_modifiers:
        return candidate.gazetteer.is_title(next(iter(candidate.after.split()), ""))  # Labor Minister, but not Labor, the party
    return all(word in titles or word in CALENDAR or word in FUNCTION_WORDS or word in peoples for word in candidate.keys)


def _is_titled_person(candidate: Candidate) -> bool:
    span = candidate.span
    return span.sure and span.type is EntityType.PERSON and bool(span.title)


def _is_handle_or_address(candidate: Candidate) -> bool:
    start = candidate.span.start
    return "@" in candidate.name or "://" in candidate.name or candidate.text[start - 1 : start] in ("#", "@")


def _is_state_code(candidate: Candidate) -> bool:
    return candidate.name.isupper() and candidate.key in US_ABBREVIATIONS and NAME_BEFORE_COMMA.search(candidate.before) is not None


def _is_abbreviated_state(candidate: Candidate) -> bool:
    return candidate.key in US_ABBREVIATIONS and not candidate.name.isupper() and candidate.after.startswith(".")


def _is_common_noun(candidate: Candidate) -> bool:
    return candidate.name != candidate.name.casefold() and occurs_in_lower_case(candidate.name, candidate.text)


def _is_in_line_of_capitals(candidate: Candidate) -> bool:
    line = line_around(candidate.text, candidate.span.start, candidate.span.end)
    return line.isupper() and len(line.split()) >= LEAST_LINE


def _is_in_headline(candidate: Candidate) -> bool:
    if candidate.is_place_name:
        return False
    is_sure = (candidate.span.sure and not candidate.span.title) or candidate.keys[0] in candidate.gazetteer.given_names
    if is_sure and len(candidate.words) <= LONGEST_IN_HEADLINE:
        return False
    line = line_around(candidate.text, candidate.span.start, candidate.span.end)
    if line.rstrip("”\"’' ").endswith("."):
        return False  # a sentence with many names
    long = [word for word in line.split() if len(word) >= LONG_WORD]
    least = LEAST_HEADLINE - 1 if SMALL_WORD_OF_HEADLINE.search(line) else LEAST_HEADLINE
    return len(long) >= least and all(word[0].isupper() for word in long)


def _ends_in_title(candidate: Candidate) -> bool:
    return len(candidate.words) > 1 and candidate.words[-1].casefold().rstrip(".") in candidate.gazetteer.titles


def _has_digit(candidate: Candidate) -> bool:
    return any(character.isdigit() for character in candidate.name)


def _is_full_person(candidate: Candidate) -> bool:
    return candidate.span.type is EntityType.PERSON and (" " in candidate.name or candidate.span.sure)


NAME_RULES: tuple[NameRule[Candidate], ...] = (
    NameRule(
        id="no-capital",
        keep=False,
        message="A name has a capital letter.",
        fires="The firm sells [iced tea|PRODUCT].",
        silent="The firm sells [Windows|PRODUCT].",
        applies=lambda candidate: not _has_capital(candidate),
    ),
    NameRule(
        id="common-noun-first",
        keep=False,
        message="A single common noun at the start of a sentence is not a name.",
        fires="[Gunmen|PERSON, common] fled.",
        silent="[Okolov|PERSON] fled.",
        applies=lambda candidate: (
            candidate.span.is_common and not candidate.is_place_name and candidate.key not in candidate.gazetteer.known
        ),
    ),
    NameRule(
        id="currency",
        keep=False,
        message="The letters of a country before a currency sign are part of an amount.",
        fires="It cost [US|GPE]$3.",
        silent="It cost the [US|GPE] 3 dollars.",
        applies=lambda candidate: candidate.after.startswith(("$", "€", "£")),
    ),
    NameRule(
        id="no-letter",
        keep=False,
        message="A name has a letter; symbols are not letters.",
        fires="The sign said [Ⓐ|ORG].",
        silent="The sign said [A1|ORG].",
        applies=lambda candidate: not any(character.isalpha() for character in candidate.name),
    ),
    NameRule(
        id="state-code",
        keep=False,
        message="The code of a US state after a place is part of its address.",
        fires="He lives in Tampa, [FL|ORG].",
        silent="He lives in [LA|GPE].",
        applies=_is_state_code,
    ),
    NameRule(
        id="alias-table",
        keep=True,
        message="A name in the alias table is a name, unless it can be a short word.",
        fires="The [WHO|ORG] met on Monday.",
        silent="The men [Who|ORG] met on Monday.",
        applies=lambda candidate: candidate.key in candidate.gazetteer.known and candidate.is_distinct,
    ),
    NameRule(
        id="country",
        keep=True,
        message="The name of a country is a name, unless it can be a short word.",
        fires="The [UK|GPE] agreed.",
        silent="The firm [Uk|GPE] agreed.",
        applies=lambda candidate: _is_country(candidate) and candidate.is_distinct,
    ),
    NameRule(
        id="country-code-as-word",
        keep=False,
        message="A short name of a country is a word if it is not in capitals and has no full stops.",
        fires="[Uae|GPE] agreed.",
        silent="[UAE|GPE] agreed.",
        applies=lambda candidate: _is_country(candidate) and not candidate.is_distinct,
    ),
    NameRule(
        id="nationality",
        keep=False,
        message="A nationality, people, religion or political group is an attribute, not a name.",
        fires="[Ukrainian|NORP] officials met.",
        silent="[Ukraine|GPE] met Poland.",
        applies=_is_demonym,
    ),
    NameRule(
        id="nationality-of-noun",
        keep=False,
        message="A nationality and a common noun are not a name.",
        fires="It rained in the [Chilean city|GPE] of Valdivia.",
        silent="It rained in [Mexico City|GPE].",
        applies=lambda candidate: candidate.words[-1].islower() and candidate.keys[0] in candidate.gazetteer.demonyms,
    ),
    NameRule(
        id="surname-behind-title",
        keep=True,
        message="A word that is otherwise a title or month is a surname after a title.",
        fires="Senator [Judge|PERSON, titled] spoke.",
        silent="[Judge|PERSON] spoke.",
        applies=lambda candidate: _is_of_common_words(candidate) and _is_titled_person(candidate) and candidate.key not in FUNCTION_WORDS,
    ),
    NameRule(
        id="title-or-date",
        keep=False,
        message="Titles, days, months, function words and peoples alone are not a name.",
        fires="[Foreign Minister|PERSON] met them.",
        silent="[Minister Prado|PERSON] met them.",
        applies=_is_of_common_words,
    ),
    NameRule(
        id="one-letter",
        keep=False,
        message="A single letter is not a name.",
        fires="Group [B|ORG] won.",
        silent="Group [B2|ORG] won.",
        applies=lambda candidate: len(candidate.name) == 1,
    ),
    NameRule(
        id="line-end",
        keep=False,
        message="A name does not continue over the end of a line.",
        fires="He met [Ana\nPrado|PERSON].",
        silent="He met [Ana Prado|PERSON].",
        applies=lambda candidate: "\n" in candidate.name,
    ),
    NameRule(
        id="handle-or-address",
        keep=False,
        message="Hashtags, handles, mail addresses and web addresses are not names.",
        fires="She wrote #[Harbour|ORG].",
        silent="She wrote to [Harbour|ORG].",
        applies=_is_handle_or_address,
    ),
    NameRule(
        id="listed-as-no-name",
        keep=False,
        message="Some abbreviations and nouns in capitals are listed as not being names.",
        fires="The [CEO|ORG] left.",
        silent="The [CEZ|ORG] left.",
        applies=lambda candidate: candidate.key in NOT_NAMES,
    ),
    NameRule(
        id="long-word-in-capitals",
        keep=False,
        message="A word in capitals that is too long for an acronym is emphasis.",
        fires="It was [BREAKING|ORG].",
        silent="It was [UNCTAF|ORG].",
        applies=lambda candidate: len(candidate.words) == 1 and len(candidate.name) > LONGEST_ACRONYM and candidate.name.isupper(),
    ),
    NameRule(
        id="abbreviated-state",
        keep=False,
        message="The abbreviation of a US state after a place is part of its address.",
        fires="He lives in Tampa, [Fla|GPE].",
        silent="He lives in Tampa, [FLA|GPE].",
        applies=_is_abbreviated_state,
    ),
    NameRule(
        id="people-by-noun",
        keep=False,
        message='A word before nouns such as "villagers" or "language" is the name of a people.',
        fires="[Maasai|PERSON] villagers left.",
        silent="[Maasai|PERSON] left.",
        applies=lambda candidate: (
            len(candidate.words) == 1 and candidate.span.type is not EntityType.PLACE and PEOPLE_AFTER.match(candidate.after) is not None
        ),
    ),
    NameRule(
        id="line-of-capitals",
        keep=False,
        message="Names are not detected in a line of three or more words in capitals.",
        fires="[STORM ANTON|PERSON] KILLS TWO",
        silent="[STORM ANTON|PERSON] kills two",
        applies=_is_in_line_of_capitals,
    ),
    NameRule(
        id="headline",
        keep=False,
        message="In a line of six or more long, capitalised words, only known names and short names with a given name are detected.",
        fires="[Storm Kills|PERSON] Three Fishermen While Ferry Sinks Near Harbour",
        silent="[Ana Prado|PERSON] Tells Three Fishermen While Ferry Sinks Near Harbour",
        applies=_is_in_headline,
    ),
    NameRule(
        id="name-behind-it",
        keep=False,
        message="The name of a person does not end in a title.",
        fires="[Ana Capt|PERSON]. Prado swam.",
        silent="[Ana Prado|PERSON] swam.",
        applies=lambda candidate: candidate.span.type is EntityType.PERSON and _ends_in_title(candidate),
    ),
    NameRule(
        id="digits",
        keep=False,
        message="Names of persons and places do not contain digits.",
        fires="He drove the [A40|LOC].",
        silent="He watched [Channel 4|ORG].",
        applies=lambda candidate: candidate.span.type in (EntityType.PERSON, EntityType.PLACE) and _has_digit(candidate),
    ),
    NameRule(
        id="place-acronym-or-full-name",
        keep=True,
        message="A place, an acronym, a full name of a person and a person found by a rule are names.",
        fires="[Ana Prado|PERSON] swam.",
        silent="[Prado|PERSON] swam.",
        applies=lambda candidate: candidate.span.type is EntityType.PLACE or candidate.name.isupper() or _is_full_person(candidate),
    ),
    NameRule(
        id="common-noun",
        keep=False,
        message="A word that also occurs in lower case in the text is a common noun.",
        fires="The [Harvest|ORG] was good. Nobody praised the harvest.",
        silent="The [Harvest|ORG] was good. Nobody praised the harvesters.",
        applies=_is_common_noun,
    ),
)


def _is_country(candidate: Candidate) -> bool:
    return candidate.span.type is EntityType.PLACE and candidate.key in candidate.gazetteer.countries


DATELINE_RULE = Rule(
    id="dateline",
    message="A span that overlaps the place of a dateline is replaced by it.",
    fires="[MANILA, Philippines|GPE] (AP) — The port was closed.",
    silent="The port of [MANILA|GPE] was closed.",
)

CREDIT_RULE = Rule(
    id="agency-credit",
    message="An agency in a dateline or picture credit is not a subject of the article.",
    fires="Lima ([EFE|ORG]).- The port was closed.",
    silent="The agency [EFE|ORG] said that the port was closed.",
)


def without_overlaps(spans: Iterable[NameSpan], datelines: Sequence[NameSpan]) -> tuple[list[NameSpan], list[Dropped]]:
    """Return the spans that do not overlap the places of datelines, which are in order, and those that `DATELINE_RULE` drops."""
    kept: list[NameSpan] = []
    dropped: list[Dropped] = []
    starts = [line.start for line in datelines]
    for span in spans:
        last = bisect.bisect_left(starts, span.end) - 1
        if last >= 0 and span.start < datelines[last].end:
            dropped.append(Dropped(span, DATELINE_RULE.id))
        else:
            kept.append(span)
    return kept, dropped


def without_credits(spans: Iterable[NameSpan], text: str) -> tuple[list[NameSpan], list[Dropped]]:
    """Return the spans that are not credits, and those that `CREDIT_RULE` drops."""
    credits = sorted(match.span(1) for pattern in (AGENCY_CREDIT, PICTURE_CREDIT) for match in pattern.finditer(text))
    kept: list[NameSpan] = []
    dropped: list[Dropped] = []
    for span in spans:
        last = bisect.bisect_right(credits, (span.start, len(text))) - 1
        if last >= 0 and span.end <= credits[last][1]:
            dropped.append(Dropped(span, CREDIT_RULE.id))
        else:
            kept.append(span)
    return kept, dropped
