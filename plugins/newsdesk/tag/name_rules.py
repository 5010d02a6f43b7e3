"""Which spans are names: an ordered table. The first rule that applies to a span keeps or drops it; where none applies it is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsdesk.records import EntityType
from newsdesk.rulebook import Case, Rule, Subject, first_case
from newsdesk.tag.candidate import Candidate
from newsdesk.tag.contexts import AGENCY_CREDIT, PEOPLE_AFTER, PICTURE_CREDIT
from newsdesk.tag.spans import NameSpan
from newsdesk.tag.word_lists import CALENDAR, FUNCTION_WORDS, NAME_CONTINUATIONS, NOT_NAMES, US_ABBREVIATIONS

LONGEST_ACRONYM = 6
LEAST_LINE = 3
"""Words of a line in capitals in which no name can be told; fewer may be a name in capitals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRule(Case[Subject]):
    """Keeps or drops a span."""

    keep: bool


@dataclass(frozen=True, slots=True)
class Dropped:
    """A span that is no name, and the id of the rule that says so."""

    span: NameSpan
    rule: str


def dropping_rule(rules: Sequence[NameRule[Subject]], candidate: Subject) -> NameRule[Subject] | None:
    """The rule that drops the candidate, None where it is kept."""
    rule = first_case(rules, candidate)
    return None if rule is None or rule.keep else rule


def _has_capital(candidate: Candidate) -> bool:
    return any(word[0].isupper() for word in candidate.words)


def _is_demonym(candidate: Candidate) -> bool:
    gazetteer = candidate.gazetteer
    return candidate.span.label == "NORP" or candidate.key in gazetteer.demonyms or candidate.key in gazetteer.peoples


def _is_of_common_words(candidate: Candidate) -> bool:
    """Whether each of its words is a title, a day or month, a function word or a people."""
    titles, peoples = candidate.gazetteer.titles, candidate.gazetteer.peoples
    return all(word in titles or word in CALENDAR or word in FUNCTION_WORDS or word in peoples for word in candidate.keys)


def _is_titled_person(candidate: Candidate) -> bool:
    span = candidate.span
    return span.sure and span.type is EntityType.PERSON and bool(span.title)


def _is_handle_or_address(candidate: Candidate) -> bool:
    start = candidate.span.start
    return "@" in candidate.name or "://" in candidate.name or candidate.text[start - 1 : start] in ("#", "@")


def _is_continuation(candidate: Candidate) -> bool:
    before = NAME_CONTINUATIONS.get(candidate.name)
    return before is not None and candidate.before.endswith(f"{before}, ")


def _is_written_small(candidate: Candidate) -> bool:
    """Whether the text also has the name in lower case, as a word: then it is a common noun."""
    name, text = candidate.name, candidate.text
    small = name.casefold()
    at = text.find(small)
    if at < 0 or small == name:
        return False
    before, after = text[at - 1 : at], text[at + len(small) : at + len(small) + 1]
    return not (before.isalnum() or after.isalnum())


def _is_in_line_of_capitals(candidate: Candidate) -> bool:
    span, text = candidate.span, candidate.text
    start, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    line = text[start : end if end >= 0 else len(text)]
    return line.isupper() and len(line.split()) >= LEAST_LINE


def _lacks_second_capital(candidate: Candidate) -> bool:
    return len(candidate.words) < 2 or sum(word[0].isupper() for word in candidate.words) < 2


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
        message="A name has a word that begins with a capital.",
        fires="The firm sells [iced tea|PRODUCT].",
        silent="The firm sells [Windows|PRODUCT].",
        applies=lambda candidate: not _has_capital(candidate),
    ),
    NameRule(
        id="no-letter",
        keep=False,
        message="A name has a letter: symbols such as a Roman numeral of its own code point are none.",
        fires="The sign said [Ⓐ|ORG].",
        silent="The sign said [A1|ORG].",
        applies=lambda candidate: not any(character.isalpha() for character in candidate.name),
    ),
    NameRule(
        id="alias-table",
        keep=True,
        message="A name of the alias table is one, unless it could be a short word.",
        fires="The [WHO|ORG] met on Monday.",
        silent="The men [Who|ORG] met on Monday.",
        applies=lambda candidate: candidate.key in candidate.gazetteer.known and candidate.is_distinct,
    ),
    NameRule(
        id="country",
        keep=True,
        message="A country's name is one, unless it could be a short word.",
        fires="The [UK|GPE] agreed.",
        silent="The firm [Uk|GPE] agreed.",
        applies=lambda candidate: _is_country(candidate) and candidate.is_distinct,
    ),
    NameRule(
        id="country-code-as-word",
        keep=False,
        message="A short name of a country that is neither in capitals nor has full stops is a word.",
        fires="[Uae|GPE] agreed.",
        silent="[UAE|GPE] agreed.",
        applies=lambda candidate: _is_country(candidate) and not candidate.is_distinct,
    ),
    NameRule(
        id="nationality",
        keep=False,
        message="A nationality, a people, a faith or a political group is an attribute and no name.",
        fires="[Ukrainian|NORP] officials met.",
        silent="[Ukraine|GPE] met Poland.",
        applies=_is_demonym,
    ),
    NameRule(
        id="surname-behind-title",
        keep=True,
        message="A word that is a title or month elsewhere is a surname behind a title.",
        fires="Senator [Judge|PERSON, titled] spoke.",
        silent="[Judge|PERSON] spoke.",
        applies=lambda candidate: _is_of_common_words(candidate) and _is_titled_person(candidate) and candidate.key not in FUNCTION_WORDS,
    ),
    NameRule(
        id="title-or-date",
        keep=False,
        message="Titles, days, months, function words and peoples alone make no name.",
        fires="[Foreign Minister|PERSON] met them.",
        silent="[Minister Prado|PERSON] met them.",
        applies=_is_of_common_words,
    ),
    NameRule(
        id="one-letter",
        keep=False,
        message="One letter is no name.",
        fires="Group [B|ORG] won.",
        silent="Group [B2|ORG] won.",
        applies=lambda candidate: len(candidate.name) == 1,
    ),
    NameRule(
        id="line-end",
        keep=False,
        message="No name goes over the end of a line.",
        fires="He met [Ana\nPrado|PERSON].",
        silent="He met [Ana Prado|PERSON].",
        applies=lambda candidate: "\n" in candidate.name,
    ),
    NameRule(
        id="handle-or-address",
        keep=False,
        message="Hashtags, handles of social media, mail and web addresses are no names.",
        fires="She wrote #[Harbour|ORG].",
        silent="She wrote to [Harbour|ORG].",
        applies=_is_handle_or_address,
    ),
    NameRule(
        id="head-noun-alone",
        keep=False,
        message="The noun that tells the type of a longer name is no name alone.",
        fires="The [Ministry|ORG] declined.",
        silent="The [Ministry of Ferries|ORG] declined.",
        applies=lambda candidate: candidate.key in candidate.gazetteer.head_nouns,
    ),
    NameRule(
        id="listed-as-no-name",
        keep=False,
        message="Some abbreviations and nouns are written in capitals and name no person, place or organization.",
        fires="The [CEO|ORG] left.",
        silent="The [CEZ|ORG] left.",
        applies=lambda candidate: candidate.key in NOT_NAMES,
    ),
    NameRule(
        id="long-word-in-capitals",
        keep=False,
        message="A word in capitals that is too long for an acronym is emphasised.",
        fires="It was [BREAKING|ORG].",
        silent="It was [UNCTAF|ORG].",
        applies=lambda candidate: len(candidate.words) == 1 and len(candidate.name) > LONGEST_ACRONYM and candidate.name.isupper(),
    ),
    NameRule(
        id="continuation",
        keep=False,
        message="What only completes the name before it is no name of its own.",
        fires="He lives in Washington, [D.C.|GPE]",
        silent="He lives in [D.C.|GPE]",
        applies=_is_continuation,
    ),
    NameRule(
        id="abbreviated-state",
        keep=False,
        message="An abbreviation of a state of the US says where the place before it lies.",
        fires="He lives in Tampa, [Fla|GPE].",
        silent="He lives in Tampa, [FLA|GPE].",
        applies=lambda candidate: (
            candidate.key in US_ABBREVIATIONS
            and not candidate.name.isupper()
            and candidate.text[candidate.span.end : candidate.span.end + 1] == "."
        ),
    ),
    NameRule(
        id="people-by-noun",
        keep=False,
        message="A word before people, a language or a culture names a people.",
        fires="[Maasai|PERSON] villagers left.",
        silent="[Maasai|PERSON] left.",
        applies=lambda candidate: (
            len(candidate.words) == 1 and candidate.span.type is not EntityType.PLACE and PEOPLE_AFTER.match(candidate.after) is not None
        ),
    ),
    NameRule(
        id="line-of-capitals",
        keep=False,
        message="In a line of three or more words that is all in capitals no name can be told.",
        fires="[STORM ANTON|PERSON] KILLS TWO",
        silent="[STORM ANTON|PERSON] kills two",
        applies=_is_in_line_of_capitals,
    ),
    NameRule(
        id="work-of-one-word",
        keep=False,
        message="A product, work or law of which only one word begins with a capital is a common noun.",
        fires="He read [Letters|WORK_OF_ART].",
        silent="He read [Letters from Lima|WORK_OF_ART].",
        applies=lambda candidate: candidate.span.type is EntityType.OTHER and _lacks_second_capital(candidate),
    ),
    NameRule(
        id="name-behind-it",
        keep=False,
        message="A person's name does not end in a title: the name stands behind it.",
        fires="[Ana Capt|PERSON]. Prado swam.",
        silent="[Ana Prado|PERSON] swam.",
        applies=lambda candidate: candidate.span.type is EntityType.PERSON and _ends_in_title(candidate),
    ),
    NameRule(
        id="digits",
        keep=False,
        message="Names of persons and places have no digits.",
        fires="He drove the [A40|LOC].",
        silent="He watched [Channel 4|ORG].",
        applies=lambda candidate: candidate.span.type in (EntityType.PERSON, EntityType.PLACE) and _has_digit(candidate),
    ),
    NameRule(
        id="place-acronym-or-full-name",
        keep=True,
        message="A place, an acronym, a person's full name and what a rule is sure of need no further proof.",
        fires="[Ana Prado|PERSON] swam.",
        silent="[Prado|PERSON] swam.",
        applies=lambda candidate: candidate.span.type is EntityType.PLACE or candidate.name.isupper() or _is_full_person(candidate),
    ),
    NameRule(
        id="common-noun",
        keep=False,
        message="A name that the same text has in lower case too is a common noun.",
        fires="The [Harvest|ORG] was good. Nobody praised the harvest.",
        silent="The [Harvest|ORG] was good. Nobody praised the harvesters.",
        applies=_is_written_small,
    ),
)


def _is_country(candidate: Candidate) -> bool:
    return candidate.span.type is EntityType.PLACE and candidate.key in candidate.gazetteer.countries


DATELINE_RULE = Rule(
    id="dateline",
    message="A span that overlaps the place of a dateline gives way to it.",
    fires="[MANILA, Philippines|GPE] (AP) — The port was closed.",
    silent="The port of [MANILA|GPE] was closed.",
)

CREDIT_RULE = Rule(
    id="agency-credit",
    message="The agency that a dateline or a picture is credited to is not what the article is about.",
    fires="Lima ([EFE|ORG]).- The port was closed.",
    silent="The agency [EFE|ORG] said that the port was closed.",
)


def without_overlaps(spans: Iterable[NameSpan], datelines: Sequence[NameSpan]) -> tuple[list[NameSpan], list[Dropped]]:
    """The spans that overlap none of the datelines' places, and those that `DATELINE_RULE` drops."""
    kept: list[NameSpan] = []
    dropped: list[Dropped] = []
    for span in spans:
        if any(span.start < line.end and line.start < span.end for line in datelines):
            dropped.append(Dropped(span, DATELINE_RULE.id))
        else:
            kept.append(span)
    return kept, dropped


def without_credits(spans: Iterable[NameSpan], text: str) -> tuple[list[NameSpan], list[Dropped]]:
    """The spans that are no credits, and those that `CREDIT_RULE` drops."""
    credits = [match.span(1) for pattern in (AGENCY_CREDIT, PICTURE_CREDIT) for match in pattern.finditer(text)]
    kept: list[NameSpan] = []
    dropped: list[Dropped] = []
    for span in spans:
        if any(start <= span.start and span.end <= end for start, end in credits):
            dropped.append(Dropped(span, CREDIT_RULE.id))
        else:
            kept.append(span)
    return kept, dropped
