"""Settles what a name names. The model's types are weaker than its spans, so tables, words and context go before its label."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from newsdesk.records import EntityType
from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.names import Named, Token, run_from, trimmed, without_titles
from newsdesk.tag.words import CALENDAR, FUNCTION_WORDS, NO_NAMES, PARTICLES, REGNAL, STARTS_ORGANIZATION, US_ABBREVIATIONS

LOCATIVE = re.compile(
    r"\b(?:in|near|at|from|to|into|around|outside|off|across|towards?|throughout|over|reach(?:ed)?|visit(?:ed)?)\s+(?:the\s+)?$", re.I
)
SPEAKS_AFTER = re.compile(
    r"^(?:,? who\b|\s+(?:told|said|says|added|argued|insisted|tweeted|recalled|thanked|smiled|scored|limped|resigned|pleaded)\b)", re.I
)
SPEAKS_BEFORE = re.compile(
    r"\b(?:said|says|adds|added|admits|recalls|explains|insists|argues|warns|laughs|told|asked|son of|named|called|aged)\s+$", re.I
)
RELATIVE_OF = re.compile(r"\b(?:son|daughter|wife|husband|brother|sister|mother|father|girlfriend|boyfriend|twins?|named|called)s?,?\s+$")
PEOPLE_AFTER = re.compile(
    r"^\s+(?:girls?|boys?|wom[ae]n|men|man|people|villag\w+|famil\w+|children|communit\w+|language|tribes?|culture|civili[sz]ation)\b", re.I
)
BEFORE_NAME = re.compile(r"\b(?:(?P<storm>(?:Tropical )?Storm|Hurricane|Typhoon|Cyclone)|King|Queen|Pope|Prince|Princess|Emperor) $")
LONGEST_ACRONYM = 6
NO_SURNAME_FROM = 100_000
"""A town below this size whose name somebody in the article bears is that person, though the model takes it for a place."""
MANY = frozenset(("people", "men", "women", "children"))
KNOWN_AS = re.compile(r",?\s+(?:better |also |widely |commonly |formerly )?(?:known as|nicknamed)\s+(?:the\s+)?[“\"'‘]?")
ALSO_WORDS = frozenset(("chad", "china", "georgia", "guinea", "jersey", "jordan", "reunion", "turkey"))
"""Countries whose names at the start of a sentence may be a word or somebody's given name."""
IN_A_PLACE = re.compile(r"\b(?:in|near|outside|around)\s+$", re.I)
INVESTED_IN = re.compile(
    r"\b(?:shares?|stakes?|invest\w*|confidence|trust|interest|role|seats?|faith|belief|believe\w*|job|jobs|career|position|post|partner|fight\w*|"
    r"majority|vote\w*|published|reported|wrote|writing|article|colleagues)\s+in\s+$",
    re.I,
)
IN_THE = re.compile(r"\b(?:in|across|of|from|to|through|throughout|over|into|up|down|along|around)\s+the\s+$", re.I)
_ORGANIZATION_NOUNS = (
    r"(?:trade union|union|company|firm|party|agency|group|bank|club|newspaper|network|movement|carrier|airline|charity|broadcaster|"
    r"think tank|militia|organi[sz]ation|daily|weekly|magazine|website|platform|start-?up|retailer|utility|supermarket|\w+maker|"
    r"label|nonprofit|watchdog|brand|chain|manufacturer|insurer|lender|publisher|institute|university|school|conglomerate|cartel|gang|band|"
    r"federation|association|regulator|ministry)"
)
CALLED_AN_ORGANIZATION = re.compile(
    rf"\b{_ORGANIZATION_NOUNS}\s+$|\b(?:his|her|their|its|whose|the)\s+(?:[\w'’-]+\s+){{0,2}}?{_ORGANIZATION_NOUNS},\s+$", re.I
)
DATELINE = re.compile(r"^([^\W\d_a-z][^\W\d_a-z '.-]{2,30}?)(?=(?:,[^\n]{1,30}?)?\s*(?:\([^)\n]{2,30}\))?\s*[–—-]\s)", re.MULTILINE)
IS_AN_ORGANIZATION = re.compile(rf"^,\s+(?:a|an|the|its|one of the)\s+(?:[\w-]+\s+){{0,3}}?{_ORGANIZATION_NOUNS}\b")
WORKS_FOR = re.compile(
    r"\b(?:economist|analyst|professor|lecturer|researcher|executive|manager|strategist|partner|editor|spokes\w+|trader|adviser|lawyer|fellow|"
    r"engineer|chief executive|works?|worked|working|shares)\s+(?:at|for|with|in)\s+$|\b(?:plays|played|playing|signed)\s+for\s+$"
)
OFFICE_BEFORE = re.compile(r"\b(?:[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[Tt]he|[Aa]n?|[’']s)\s+(?:[\w-]+\s+){0,2}?([\w-]+),\s+$")
OFFICE_AFTER = re.compile(r"^,\s+(?:the|a|an|its|their|his|her|one of the)\s+(?:[a-z][\w-]*\s+){0,2}?([a-z][\w-]+)\b")
CALLED_A_PLACE = re.compile(
    r"\b(?:town|city|village|port|island|province|district|region|suburb|neighbou?rhood|capital|county|municipality|river|lake|mount|settlement|hamlet)"
    r"(?:\s+of)?,?\s+$"
)


def settle(names: Iterable[Named], tokens: Sequence[Token], text: str, gazetteer: Gazetteer) -> list[Named]:
    """The names with their types repaired; what names nothing is left out."""
    settled = []
    for named in names:
        named = _repaired(named, text, gazetteer)
        if _is_sound(named, text, gazetteer):
            settled.append(named)
    datelines = _datelines(text, gazetteer)
    settled = [named for named in settled if not any(named.start < line.end and line.start < named.end for line in datelines)]
    settled = sorted([*settled, *datelines], key=lambda named: named.start)
    settled.extend(_overlooked(settled, tokens, text, gazetteer))
    settled.sort(key=lambda named: named.start)
    return _agreed(settled, text, gazetteer)


def _repaired(named: Named, text: str, gazetteer: Gazetteer) -> Named:
    if fold(named.text) in gazetteer.known:
        pass  # "Georgian Dream" is no dream of Georgians
    elif named.kind is EntityType.PERSON:
        named = without_titles(_person_alone(named), gazetteer)
    elif named.label != "NORP":
        named = _without_trailing_title(named, gazetteer)
    named = _with_what_stands_before(named, text)
    if named.sure:
        return named
    kind = kind_by_name(named.text, gazetteer)
    if kind is not None:
        return _cut_for(replace(named, kind=kind, sure=True), gazetteer)
    return replace(named, kind=_kind_by_context(named, text, gazetteer))


def _with_what_stands_before(named: Named, text: str) -> Named:
    """With the word that makes it a storm or a crowned head: Hurricane Melissa, Queen Elizabeth II."""
    before = BEFORE_NAME.search(text, max(0, named.start - 16), named.start)
    if before is None:
        return named
    is_storm = before["storm"] is not None
    is_crowned = named.kind is EntityType.PERSON and (" " not in named.text or re.search(r"\s[IVX]+$", named.text) is not None)
    if not is_storm and not is_crowned:
        return named
    kind = EntityType.EVENT if is_storm else EntityType.PERSON
    return replace(named, start=before.start(), text=text[before.start() : named.end], kind=kind, sure=True)


def _person_alone(named: Named) -> Named:
    """Without what a person owns and what is no name behind them: "George Martin’s Song", "Ayr maul"."""
    name = re.split(r"(?:['’]s|(?<=s)['’])\s", named.text, maxsplit=1)[0]
    words = name.split()
    while len(words) > 1 and words[-1].islower() and words[-1] not in PARTICLES:
        words.pop()
    name = name[: name.rfind(words[-1]) + len(words[-1])] if words else name
    return replace(named, end=named.start + len(name), text=name)


def _cut_for(named: Named, gazetteer: Gazetteer) -> Named:
    return without_titles(_person_alone(named), gazetteer) if named.kind is EntityType.PERSON else named


def _without_trailing_title(named: Named, gazetteer: Gazetteer) -> Named:
    """Without the office after it: "Lamar County Sheriff" names a county."""
    name = named.text
    heads = gazetteer.titles - gazetteer.title_modifiers
    while name.count(" ") > 1 and re.search(r" [a-z]{4,}$", name) and fold(name.rsplit(" ", 1)[1]) in gazetteer.kind_words:
        name = name.rsplit(" ", 1)[0]  # "the Law and Justice party"
    while " " in name and fold(name.rsplit(" ", 1)[1]) in heads and fold(name) not in gazetteer.known:
        if name.rsplit(" ", 2)[-2].islower():
            break  # "Department of Justice"
        name = name.rsplit(" ", 1)[0]
    return replace(named, end=named.start + len(name), text=name)


def kind_by_name(name: str, gazetteer: Gazetteer) -> EntityType | None:
    """The type that the name itself tells: by the tables, by its first or last word, by a given name. None: it does not tell."""
    key = fold(name)
    known = [entry for entry in gazetteer.known.get(key, ()) if not entry.is_ambiguous]
    if known:
        return known[0].type
    if key in gazetteer.countries and (len(key) > 3 or name.isupper() or "." in name):
        return EntityType.PLACE
    words = key.split()
    if len(words) < 2:
        return None
    if words[0] in gazetteer.titles and words[-1] not in gazetteer.kind_words and words[0] not in gazetteer.given_names:
        return None
    if key in gazetteer.regions or (key in gazetteer.cities and words[0] not in gazetteer.given_names):
        return EntityType.PLACE
    if words[-1] in gazetteer.kind_words:
        return gazetteer.kind_words[words[-1]]
    if words[0] in ("hurricane", "typhoon", "cyclone"):
        return EntityType.EVENT
    if words[0] in STARTS_ORGANIZATION or (len(words) > 2 and words[1] == "of" and gazetteer.kind_words.get(words[0])):
        return EntityType.ORGANIZATION if words[0] in STARTS_ORGANIZATION else gazetteer.kind_words[words[0]]
    if any(
        word in gazetteer.kind_words and gazetteer.kind_words[word] is EntityType.ORGANIZATION and after in ("of", "for", "on")
        for word, after in itertools.pairwise(words)
    ):
        return EntityType.ORGANIZATION
    if words[0] in gazetteer.given_names and words[1] not in ("of", "and", "for", "&"):
        return EntityType.PERSON
    return None


def _kind_by_context(named: Named, text: str, gazetteer: Gazetteer) -> EntityType:
    key = fold(named.text)
    before, after = text[max(0, named.start - 60) : named.start], text[named.end : named.end + 40]
    if key in gazetteer.known and key in gazetteer.regions:
        return EntityType.PLACE if IN_THE.search(before) else named.kind
    if key in gazetteer.known and named.kind is gazetteer.known[key][0].type:
        return named.kind
    if gazetteer.has_place(key):
        return _place_or_namesake(named, key, before, after, gazetteer)
    if named.kind is EntityType.PERSON and named.text.isupper() and 2 <= len(named.text) <= 5:
        return EntityType.ORGANIZATION
    if WORKS_FOR.search(before) or (CALLED_AN_ORGANIZATION.search(before) and " " not in named.text) or IS_AN_ORGANIZATION.match(after):
        return EntityType.ORGANIZATION
    if re.match(r",? who\b|,\s+(?:aged\s+)?\d{1,3}[,.]", after) or (
        SPEAKS_BEFORE.search(before) and re.match(r",\s+(?:a|an|the|\d+)\s", after)
    ):
        return EntityType.PERSON if _may_be_a_person(named) else named.kind
    if _holds_an_office(before, after, gazetteer) and _may_be_a_person(named):
        return EntityType.PERSON
    if named.kind is EntityType.PLACE and SPEAKS_AFTER.match(after):
        return EntityType.PERSON
    if CALLED_A_PLACE.search(before) and named.kind is not EntityType.ORGANIZATION:
        return EntityType.PLACE
    if named.kind is EntityType.ORGANIZATION and not named.text.isupper() and IN_A_PLACE.search(before) and not INVESTED_IN.search(before):
        return EntityType.PLACE
    return named.kind


def _holds_an_office(before: str, after: str, gazetteer: Gazetteer) -> bool:
    """Whether the name stands beside a title as somebody's does: "its spokesman, Suharyanto, said", "Tokayev, the president,"."""
    said_before = OFFICE_BEFORE.search(before)
    if said_before and said_before[1].casefold() in gazetteer.titles and after.startswith((",", ".", ";")):
        return True
    said_after = OFFICE_AFTER.match(after)
    return said_after is not None and said_after[1] in gazetteer.titles and said_after[1] not in gazetteer.kind_words


def _may_be_a_person(named: Named) -> bool:
    words = named.text.split()
    return not named.text.isupper() and len(words) <= 4 and all(word[0].isupper() or word in PARTICLES for word in words)


def _place_or_namesake(named: Named, key: str, before: str, after: str, gazetteer: Gazetteer) -> EntityType:
    """For a name that the gazetteer has too: a club of that town, a person of that name, or the place."""
    if RELATIVE_OF.search(before) and key not in gazetteer.countries and " " not in named.text:
        return EntityType.PERSON
    if named.kind not in (EntityType.PERSON, EntityType.ORGANIZATION):
        return named.kind
    if SPEAKS_AFTER.match(after) and named.kind is EntityType.PERSON:
        return named.kind
    if LOCATIVE.search(before) or CALLED_A_PLACE.search(before):
        return EntityType.PLACE
    well_known = gazetteer.is_prominent_place(key) or key in gazetteer.regions
    if well_known and key not in gazetteer.given_names and not SPEAKS_BEFORE.search(before):
        return EntityType.PLACE
    return named.kind


def _is_sound(named: Named, text: str, gazetteer: Gazetteer) -> bool:
    name, key = named.text, fold(named.text)
    words = name.split()
    if not words or not any(word[0].isupper() for word in words) or not any(character.isalpha() for character in name):
        return False
    known = key in gazetteer.known
    if known and (len(key) > 3 or name.isupper() or "." in name):
        return True
    if key in gazetteer.countries and named.kind is EntityType.PLACE:
        return len(key) > 3 or name.isupper() or "." in name
    if named.label == "NORP" or key in gazetteer.demonyms or key in gazetteer.peoples:
        return False
    if all(word in gazetteer.titles or word in CALENDAR or word in FUNCTION_WORDS or word in gazetteer.peoples for word in key.split()):
        return named.sure and named.kind is EntityType.PERSON and bool(named.title) and key not in FUNCTION_WORDS
    if len(name) == 1 or "\n" in name or "@" in name or "://" in name or text[named.start - 1 : named.start] in ("#", "@"):
        return False
    if key in gazetteer.kind_words or key == "house":
        return False
    if key in NO_NAMES or (name.isupper() and len(words) == 1 and len(name) > LONGEST_ACRONYM):
        return False
    if name == "D.C." and text[: named.start].endswith("Washington, "):
        return False
    if key in US_ABBREVIATIONS and not name.isupper() and text[named.end : named.end + 1] == ".":
        return False
    if PEOPLE_AFTER.match(text[named.end : named.end + 20]) and len(words) == 1 and named.kind is not EntityType.PLACE:
        return False
    if _is_shouted(named, text):
        return False
    if named.kind is EntityType.OTHER and (len(words) < 2 or sum(word[0].isupper() for word in words) < 2):
        return False
    if named.kind is EntityType.PERSON and words[-1].casefold().rstrip(".") in gazetteer.titles and len(words) > 1:
        return False  # "Lifeguard Capt": the name comes behind it
    if named.kind in (EntityType.PERSON, EntityType.PLACE) and any(character.isdigit() for character in name):
        return False
    if named.kind is EntityType.PLACE or name.isupper() or (named.kind is EntityType.PERSON and (" " in name or named.sure)):
        return True
    return not _is_written_small(name, text)  # a common noun too: "victory plan", "alliance"


def _is_written_small(name: str, text: str) -> bool:
    small = name.casefold()
    at = text.find(small)
    if at < 0 or small == name:
        return False
    before, after = text[at - 1 : at], text[at + len(small) : at + len(small) + 1]
    return not (before.isalnum() or after.isalnum())


def _is_shouted(named: Named, text: str) -> bool:
    """Whether the whole line is in capitals, which hides what is a name; one word alone is too little to tell."""
    start, end = text.rfind("\n", 0, named.start) + 1, text.find("\n", named.end)
    line = text[start : end if end >= 0 else len(text)]
    return line.isupper() and len(line.split()) > 2


def _datelines(text: str, gazetteer: Gazetteer) -> list[Named]:
    """Places in capitals at the head of a paragraph: "BERLIN — ", "MANILA, Philippines (AP) — "."""
    matches = [match for match in DATELINE.finditer(text) if match[1].isupper() and gazetteer.has_place(fold(match[1]))]
    return [Named(match.start(1), match.end(1), match[1], EntityType.PLACE, sure=True) for match in matches]


def _overlooked(settled: list[Named], tokens: Sequence[Token], text: str, gazetteer: Gazetteer) -> list[Named]:
    """Names that the model passed over and whose words tell what they are."""
    found = []
    taken = iter(settled)
    current = next(taken, None)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        while current is not None and current.end <= token.start:
            current = next(taken, None)
        if not token.is_capitalised or (current is not None and current.start < token.end):
            at += 1
            continue
        after = _after_owners(tokens, at, run_from(tokens, at), gazetteer)
        while current is not None and after > at and tokens[after - 1].end > current.start:
            after -= 1
        if after > at:
            named = _told_by_words(tokens[at:after], text, gazetteer)
            if named is not None:
                found.append(named)
        at = max(after, at + 1)
    return found


def _after_owners(tokens: Sequence[Token], at: int, after: int, gazetteer: Gazetteer) -> int:
    """The index after the name where a body of people follows its members: "Workers' Party", "Women's League"."""
    if after != at + 1 or after + 1 >= len(tokens):
        return after
    owners, mark, body = tokens[at], tokens[after], tokens[after + 1]
    is_many = owners.text.endswith("s") if mark.text in ("'", "’") else owners.text.casefold() in MANY and mark.text in ("'s", "’s")
    if not is_many or mark.start != owners.end or body.start != mark.end + 1 or gazetteer.has_place(fold(owners.text)):
        return after
    end = run_from(tokens, after + 1)
    return end if end > after + 1 and fold(tokens[end - 1].text) in gazetteer.kind_words else after


def _told_by_words(run: Sequence[Token], text: str, gazetteer: Gazetteer) -> Named | None:
    start, end = run[0].start, run[-1].end
    before = text[max(0, start - 60) : start]
    named = trimmed(Named(start, end, text[start:end], EntityType.OTHER))
    if run[0].starts_sentence and len(run) > 1 and fold(run[0].text) in FUNCTION_WORDS:
        return _told_by_words(run[1:], text, gazetteer)
    kind = kind_by_name(named.text, gazetteer)
    words = named.text.split()
    if kind is None and len(words) > 1 and WORKS_FOR.search(before):
        kind = EntityType.ORGANIZATION
    if kind is None and len(words) == 1 and run[0].is_proper:
        key = fold(named.text)
        in_place = LOCATIVE.search(before)
        if key not in gazetteer.given_names and (gazetteer.is_prominent_place(key) or (in_place and gazetteer.has_place(key))):
            kind = EntityType.PLACE
    if kind is None and len(words) == 1 and run[0].is_proper and not run[0].starts_sentence:
        known = gazetteer.known.get(fold(named.text), ())
        kind = known[0].type if known and known[0].name == named.text else None
    if kind is None and len(words) == 1 and len(named.text) > 2 and named.text.isupper() and CALLED_AN_ORGANIZATION.search(before):
        kind = EntityType.ORGANIZATION  # "the miners' federation, FSTMB, wants"
    is_proper = run[0].is_proper or named.text.isupper() or _is_a_country_only(fold(named.text), gazetteer)
    if kind is None or (len(words) == 1 and not is_proper):
        return None
    named = _cut_for(replace(named, kind=kind, sure=True), gazetteer)
    return named if _is_sound(named, text, gazetteer) else None


def _is_a_country_only(key: str, gazetteer: Gazetteer) -> bool:
    """Whether the name at the start of a sentence can be nothing else: Iceland, but not Turkey."""
    return key in gazetteer.countries and len(key) > 3 and key not in ALSO_WORDS


def _agreed(settled: list[Named], text: str, gazetteer: Gazetteer) -> list[Named]:
    """One name, one type: mentions of the same name take the type that most of them have, the surer ones counting more.

    A name that is part of a person's full name in this article is that person, unless it stands where a place stands.
    """
    surnames = {part for named in settled if named.kind is EntityType.PERSON and " " in named.text for part in _name_parts(named.text)}
    votes: dict[str, Counter[EntityType]] = {}
    for named in settled:
        votes.setdefault(fold(named.text), Counter())[named.kind] += 3 if named.sure else 1
    alone = {fold(named.text) for named in settled if named.kind is EntityType.PERSON and " " not in named.text}
    agreed: list[Named] = []
    for at, named in enumerate(settled):
        key = fold(named.text)
        if agreed and KNOWN_AS.fullmatch(text, agreed[-1].end, named.start):
            agreed.append(replace(named, kind=agreed[-1].kind))
            continue
        is_surname = " " not in named.text and key in surnames and not _stands_as_place(named, text, gazetteer)
        if is_surname or _has_surname(named, alone, gazetteer):
            named = replace(named, kind=EntityType.PERSON)
        elif key not in surnames and not named.sure:
            named = replace(named, kind=votes[key].most_common(1)[0][0])
            neighbours = [*agreed[-1:], *settled[at + 1 : at + 2]]
            is_listed = gazetteer.has_place(key) and any(_is_listed_with(named, other, text) for other in neighbours)
            if is_listed or (agreed and _is_container(agreed[-1], named, text, gazetteer)):
                named = replace(named, kind=EntityType.PLACE)
        agreed.append(named)
    return agreed


def _has_surname(named: Named, alone: set[str], gazetteer: Gazetteer) -> bool:
    """Whether a name of several words is a person's because its last word alone is: Paris Hilton, since Hilton spoke."""
    words = fold(named.text).split()
    return (
        not named.sure
        and 2 <= len(words) <= 3
        and words[-1] in alone
        and words[-1] not in gazetteer.kind_words
        and words[0] not in FUNCTION_WORDS
    )


def _is_listed_with(named: Named, place: Named, text: str) -> bool:
    """Whether the two are joined by "and" and the other is a place, as in "toured Cartagena and Cali"."""
    first, second = (named, place) if named.start < place.start else (place, named)
    return place.kind is EntityType.PLACE and named.kind is EntityType.PERSON and text[first.end : second.start] in (" and ", " or ")


def _is_container(place: Named, named: Named, text: str, gazetteer: Gazetteer) -> bool:
    """Whether the name closes an address, as Devon does in "Ilfracombe, Devon, when"."""
    return (
        place.kind is EntityType.PLACE
        and named.kind is EntityType.PERSON
        and " " not in named.text
        and text[place.end : named.start] == ", "
        and text[named.end : named.end + 1] in (",", ".", ";", "\n", "")
        and fold(named.text) not in gazetteer.given_names
    )


def _name_parts(name: str) -> set[str]:
    words = name.split()
    last = fold(words[-1])
    return {last, fold(words[-1].split("-", 1)[-1])} | ({fold(words[0])} if words[0].casefold() not in REGNAL else set())


def _stands_as_place(named: Named, text: str, gazetteer: Gazetteer) -> bool:
    key = fold(named.text)
    if named.sure and named.title:
        return False
    if not gazetteer.has_place(key):
        return False
    before, after = text[max(0, named.start - 40) : named.start], text[named.end : named.end + 30]
    if SPEAKS_AFTER.match(after):
        return False
    is_more = gazetteer.is_prominent_place(key) or key in gazetteer.regions
    is_town = not is_more and any(place.population < NO_SURNAME_FROM for place in gazetteer.cities.get(key, ())[:1])
    return (named.label in ("GPE", "LOC") and not is_town) or bool(LOCATIVE.search(before)) or bool(re.search(r"\bof\s+$", before))
