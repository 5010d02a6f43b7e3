"""Patterns for the words before and after a name that indicate its type. They end or start at the name, respectively."""

import re

from newsdesk.tag.word_lists import any_of

LOCATIVE = re.compile(rf"\b(?:{any_of('locatives')})\s+(?:the\s+)?$", re.IGNORECASE)
LOCATIVE_WITH_ARTICLE = re.compile(rf"\b(?:{any_of('locatives_with_article')})\s+the\s+$", re.IGNORECASE)
CALLED_A_PLACE = re.compile(rf"\b(?:{any_of('place_nouns')})(?:\s+of)?,?\s+$")
CONNECTED = re.compile(rf"\b(?:{any_of('connections')})\s+(?:\w+\s+)?between\s+(?:(?:[^\W\d_a-z][\w’'-]+\s+){{1,3}}and\s+)?$")
SURNAME_WITH_PREFIX = re.compile(r"(?:Mc|O['’])[A-Z][a-z]\w+")

BEFORE_PERSON = re.compile(rf"\b(?:{any_of('before_persons')})\s+$", re.IGNORECASE)
PERSON_ACTS = re.compile(rf"^(?:,? who\b|\s+(?:{any_of('person_verbs')})\b)", re.IGNORECASE)
WHO_OR_AGE = re.compile(r",? who\b|,\s+(?:aged\s+)?\d{1,3}[,.]")
TIME_BEFORE = re.compile(rf"(?:^|[^\w’'-])(?:{any_of('before_months')})\s+$", re.IGNORECASE)
SMALL_WORD_BEFORE = re.compile(r"(?<![\w’'-])[a-z][\w’'-]*\s+$")
SMALL_WORD_AFTER = re.compile(r"(?:[’']s)?\s+[a-z]")
APPOSITION = re.compile(r",\s+(?:a|an|the|\d+)\s")
OFFICE_BEFORE = re.compile(r"\b(?:[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[Tt]he|[Aa]n?|[’']s)\s+(?:[\w-]+\s+){0,2}?([\w-]+),\s+$")
OFFICE_AFTER = re.compile(r"^,\s+(?:the|a|an|its|their|his|her|one of the)\s+(?:[a-z][\w-]*\s+){0,2}?([a-z][\w-]+)\b")
PEOPLE_AFTER = re.compile(rf"^\s+(?:{any_of('after_peoples')})\b", re.IGNORECASE)

_ORGANIZATION_NOUN = f"(?:{any_of('organization_nouns')})"
CALLED_AN_ORGANIZATION = re.compile(
    rf"\b{_ORGANIZATION_NOUN}\s+$|\b(?:his|her|their|its|whose|the)\s+(?:[\w'’-]+\s+){{0,2}}?{_ORGANIZATION_NOUN},\s+(?:the\s+)?$",
    re.IGNORECASE,
)
CALLED_A_BODY = re.compile(rf"\b(?:[Tt]he|[Aa]n?|[’']s|[A-Z]\w+|[Rr]ock|[Pp]op|[Pp]unk|[Mm]etal|[Ff]olk) {_ORGANIZATION_NOUN}\s+$")
_NAME_IN_LIST = r"[^\W\d_a-z][\w’'.-]*(?: (?:&|[^\W\d_a-z])[\w’'.-]*){0,3}(?:, | and |, and )"
AMONG_ORGANIZATIONS = re.compile(
    rf"\b(?i:{_ORGANIZATION_NOUN}s|{any_of('organization_plurals')})\s+(?:such as|like|including)\s+(?:{_NAME_IN_LIST}){{0,4}}$"
)
"""Before a name in a list of bodies: `brands such as Okolov, Prado & Sons and `"""
IS_AN_ORGANIZATION = re.compile(rf"^,\s+(?:a|an|the|its|one of the)\s+(?:[\w-]+\s+){{0,3}}?{_ORGANIZATION_NOUN}\b")
WORKS_FOR = re.compile(rf"\b(?:{any_of('employments')})s?\s+(?:at|for|with|in)\s+$|\b(?:{any_of('team_verbs')})\s+for\s+$", re.IGNORECASE)
ITS_PEOPLE = re.compile(rf"^(?:['’]s)?\s+(?:{any_of('people_of_bodies')})\b")
BODY_AFTER = re.compile(rf"^\s+(?:{any_of('bodies_after_names')})\b")
ITS_PLAYERS = re.compile(rf"^(?:['’]s)?\s+(?:{any_of('players')})\b")
BEATS = re.compile(rf"^\s+(?:{any_of('after_teams')})\s+(?=[A-Z])")
BEATEN = re.compile(rf"\b(?:{any_of('before_losers')})\s+$")
ITS_LOCALS = re.compile(rf"^\s+(?:{any_of('locals')})\b")
HEADS = re.compile(rf"\b(?:{any_of('heads_of_bodies')})\s+of\s+$")
IN_JOURNAL = re.compile(rf"\b(?:{any_of('published')})\s+in\s+$")

CALLED_A_SHIP = re.compile(rf"\b(?:{any_of('ships')})\s+$", re.IGNORECASE)
AWARD_BEFORE = re.compile(r"\b(?:an?|the|his|her|their|its|one|first|second|third|best \w+|won|win|wins|[’']s)\s+$", re.IGNORECASE)
AWARD_AFTER = re.compile(r"^(?:\s+(?:nomin\w+|winn\w+|ceremon\w+|award\w*|statuette\w*)|-(?:winn|nomin)\w+)")
KNOWN_AS = re.compile(r",?\s+(?:better |also |widely |commonly |formerly )?(?:known as|nicknamed)\s+(?:the\s+)?[“\"'‘]?")
"""Between a name and another name of the same person or thing."""
_STORM = f"(?:Tropical )?Storm|{any_of('storms')}"
STORM = re.compile(rf"(?:{_STORM}) (?=[A-Z])")
STORM_OR_CROWN = re.compile(rf"\b(?:(?P<storm>{_STORM})|{any_of('crowned_heads')}) $")
DATELINE = re.compile(
    r"^([^\W\d_a-z](?:[^\W\d_a-z]|[ '.-]){2,30}?)"
    r"(?=(?:, (?P<container>[^\n(]{1,30}?))?\s?(?P<agency>\([^)\n]{2,30}\))?(?:\s?[–—-]\s|: (?=[“\"A-Z])))",
    re.MULTILINE,
)
"""A name in capitals at the start of a paragraph, up to the dash or colon: `BERLIN — `, `MANILA, Philippines (AP) — `, `LIMA: `."""
ARTICLE_BEFORE = re.compile(r"\b[Tt]he $")
STATE_CODE = re.compile(r"^, ([A-Z]{2})(?!\w)")
NAME_BEFORE_COMMA = re.compile(r"[^\W\d_a-z][\w'’-]+, $")
REGION_NOUN = re.compile(rf"^\s+(?:{any_of('after_regions')})\b")
AGENCY_CREDIT = re.compile(r"^[^\n()]{0,60}\(([^()\n]{2,40})\)\s?[.:]?\s?[-–—:]", re.MULTILINE)
"""The agency in the brackets of a dateline: `Brussels (EFE).-`"""
_AGENCY = f"(?:{any_of('picture_agencies')})"
_PHOTOGRAPHER = r"[^\W\d_a-z][\w.'’-]{1,30}(?: [^\W\d_a-z][\w.'’-]{0,30}){1,2}"
PICTURE_CREDIT = re.compile(rf"\b({_AGENCY}(?: Photo)?/{_PHOTOGRAPHER}|{_PHOTOGRAPHER}/{_AGENCY}|{_AGENCY}(?= ?/ ?[A-Z]))")
"""The photographer and the agency of a picture: `Ana Prado/Getty Images`."""
