"""Parses bylines into persons, without their roles, and credits such as agencies and newsrooms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from newsdesk.clean.text import name_key, one_line, words_of
from newsdesk.clean.words import read_words

_WORDS = read_words("byline_words")
_BY = re.compile(
    r"^\s*(?:(?:(?:written|posted|reviewed|report(?:ed|ing)|words|story)\s+by|by|von|par|por|di|da|door|av|af|przez|kirjoittanut|oleh|eftir|nga|piše|pišu|napisa(?:o|la|li)|пише|των|της|του|γράφ(?:ει|ουν)(?:\s[οηι]{1,2})?|بقلم|كتبت?|מאת|โดย)(?:\s*[:：]\s*|\s+)"
    r"|(?:authors?|autor(?:a|in|es|i|ius|s)?|avtor(?:ica|ji)?|interview|entretien|entrevista|intervista|wywiad|haber|röportaj|texte?|texto|testo|teksti?|yazan|автор(?:ы|и|ка)?|аутор(?:ка|и)?|текст|كتب|كتبت|نویسنده|लेखक|作者|撰文|取材(?:・文)?|文)\s*[/／:：＝=]\s*"
    r"|[\[(（【]\S{1,8}\s?[=＝]\s?(?=\S+\s?(?:기자|특파원))"
    r"|\S{0,6}(?:記者|记者)\s*[/／:：]?\s*(?=[^\s\])）】]))",
    re.IGNORECASE,
)
_PREPARED_BY = re.compile(rf"^\s*(?:{'|'.join(map(re.escape, sorted(_WORDS['prepared'])))})\s*:?\s+(?=[^\W\d_])", re.IGNORECASE)
""" "oprac. Anna Nowak", "Подготовила Нина Орлова"."""
_ENGLISH_BY = re.compile(r"^\s*by(?:\s*[:：]\s*|\s+)", re.IGNORECASE)
"""With `_PREPARED_BY`, the only prefix that is removed from names declared as persons: words such as Di and Von can be part of a name."""
_CREDITED = re.compile(
    rf"^(?:\w+(?:\s+[^\W\d_A-ZÀ-ÞА-Я]\w*){{1,3}}|(?:[Ee]ine?\s+)?(?i:{'|'.join(sorted(_WORDS['genre']))}))"
    r"\s+(?:by|von|par|por|de|di|door|av|af|da|przez)\s+(?=[^\W\d_a-z])"
)
"""One word, then words in lower case, or a kind of text: "Propos recueillis par Anne Roy", "Opinion by Ann Lee", but not "Johann Wolfgang
von Goethe"."""
_PICTURES = "|".join(sorted(_WORDS["pictures"]))
_OF_PICTURES = re.compile(rf"\s*[(（\[](?:{_PICTURES})[)）\]]", re.IGNORECASE)
_AFTER_TEXT = re.compile(rf"\s+(?:{_PICTURES})(?:\s*[:：]|\s(?:by|von|par|de|di)\s).*", re.IGNORECASE)
""" "Text: Ann Lee Photos: Bob Ray"."""
_PHOTOGRAPHER = "\0"
"""Stands in a name for the note that it is the photographer's."""
_CONTACT = re.compile(r"\s*[(\[<]?(?:[^\s@()]{1,64}@[^\s@()]{1,64}\.\w{2,12}|(?<!\w)@\w+)[)\]>]?")
"""A mail address, or a name in a network."""
_FOLLOW = re.compile(rf"\s(?:{'|'.join(sorted(_WORDS['follow']))})$", re.IGNORECASE)
_ASIDE = re.compile(r"(?<=\S)\s*[(（\[][^()（）\[\]]*[)）\]]")
_SUFFIX = re.compile(r",\s*((?:jr|sr|inc|llc|ltd|plc|corp|gmbh|pty|s\.?p\.?a|s\.a)\b\.?|I{2,3}\b|IV\b)", re.IGNORECASE)
""" "John Smith, Jr." and "Larkin Energy, Inc." are one name."""
_NAMES_IN_WAW = "|".join(sorted(name.removeprefix("و") for name in _WORDS["name in waw"]))
_SPLIT = re.compile(
    r"\s*(?:[,;|/／•、،]|·(?![\u3400-\u9fff]))\s*(?:and\s+)?|\s*&\s*"
    r"|\s(?:and|und|et|og|och|with|avec|(?-i:en|ja|ve|és|și|și|και|та|mit|con|com|met|و|और|και))\s"
    r"|\s(?:(?-i:dan|và|un|ir|dhe|ile))\s"
    rf"|\sو(?!(?:{_NAMES_IN_WAW})\b)(?=\S{{2,}}\s\S+$)"
    r"|\s(?:기자|특파원)\s+(?=[가-힣])|\s(?-i:[ayeiи]|(?<=[A-ZÀ-Þ]{2}\s)[YE](?=\s[A-ZÀ-Þ]{2}))\s(?=\S+\s[^\s,;|/])",
    re.IGNORECASE,
)
"""Arabic "and" is joined to the next word. A single letter separates two names only if two words follow: not in `José Ortega y Gasset` or
`Anna E. Smith`."""
_AFTER_DASH = re.compile(r"^([^,;|/]*?)\s[-–—]\s[^,;|/]*")
"""Usually a place, company or date: "Ann Lee – Berlin"."""
_AFTER_NAME = re.compile(r"\s(?:(?-i:in|at|on|for|from|aus|à|am)|published|updated|posted|special\s+to)\s.*", re.IGNORECASE)
""" "By Ann Lee in Washington", "By Ann Lee Updated 2 May"."""
_AFTER_DECLARED_NAME = re.compile(r"\s(?:in|for|from|at)\s[^\W\d_a-z].*")
"""The same for a name that is declared as a person, which other prepositions can be part of."""
_ROLE_AFTER_NAME = re.compile(r"\s*(?:記者|记者|特派員|撰文|기자|특파원|\s\S{1,4}(?:報導|报导|報道|报道))$")
_REPORTER_LINE = re.compile(
    r"(?:[\[(（【](?:\S{1,8}\s?[=＝]\s?)?)?[^\W\d_]{2,12}(?:[·,、 ]\s?[^\W\d_]{2,4}){0,3}\s?(?:기자|특파원|논설위원|記者|记者)[\])）】]?"
    r"(?:\s*\(?\S+@\S+)?"
)
_AROUND_NAMES = " .-–—:：()（）【】[]\"'"
_ENDS_IN_DOT = re.compile(r"(?:\s|^)(?:\w|[JS]r)\.$")

_AGENCIES = frozenset(" ".join(words_of(name)) for name in _WORDS["agency"])
_ABBREVIATIONS = frozenset(name for name in _WORDS["agency"] if name.isupper() or len(name) <= 3)
_NOT_IN_LOOSE_NAMES = frozenset(_AGENCIES - {name.lower() for name in _ABBREVIATIONS}).union(
    _WORDS["newsroom"], _WORDS["doubtful"], _WORDS["role"], _WORDS["nobody"], _WORDS["sentence"]
)
_NOT_ALONE = _WORDS["doubtful"] | _WORDS["role"] | _WORDS["nobody"] | _WORDS["sentence"]
_NEWSROOM_STEMS = tuple(_WORDS["newsroom stem"])
_JOB_TITLES = _WORDS["role"] - _WORDS["doubtful"]
"""Last words of job titles such as "Special Correspondent" and "Web Editor"."""

_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NEWSROOM_UNSPACED = re.compile(
    "新聞|新闻|通信|通訊|通讯|編集|编辑|編輯|放送|電視|电视|客户端|公司|中心|本報|本报|報導|報道|报道|綜合|综合|チーム|ニュース|テレビ|オンライン|日刊|週刊|月刊"
    "|[社報报網网台臺局部]$|뉴스|신문|일보|통신|방송|편집|취재|온라인|연합|기자단"
)
"""Parts of the names of newsrooms, but not of persons, in scripts without spaces between words."""
_ACRONYM = re.compile(r"[A-Z]{2,5}")
_ADDRESS = re.compile(r"(?<![\w@.-])(?:www\.)?((?:[\w-]+\.)+[a-z]{2,})\b")
_NOT_IN_NAMES = frozenset("@<>{}[]#=_\\»«:：")
_LONGEST_NAME = 60
_LONGEST_BYLINE_WORD = 12
_LONGEST_CLAIM = 2_000
_MAXIMUM_WORDS = 6
_MAXIMUM_WORDS_UNCASED = 4
_MAXIMUM_CHARACTERS_UNSPACED = 12


class Declared(Enum):
    """How the page declares an author. `LINE` is plain text without a declared type."""

    PERSON = "person"
    ORGANIZATION = "organization"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Claim:
    """A text of the page that names authors."""

    text: str
    declared: Declared = Declared.LINE


@dataclass(frozen=True, slots=True)
class Named:
    """The persons and credits (agencies, newsrooms, companies) of a claim, in its order."""

    persons: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()


def names_in(claim: Claim, *, site_names: frozenset[str]) -> Named:
    """Return the authors in a claim: for "By Ann Lee and Bob Ray, political editor, AP", Ann Lee and Bob Ray, and AP as a credit.

    A name that is declared as a person is accepted unless it is that of an agency, newsroom or site. In a plain line, every word must
    look like part of a person's name. `site_names` are keys of `text.name_key`.
    """
    if claim.declared is Declared.ORGANIZATION:
        name = one_line(claim.text)
        return Named(credits=(name,)) if 1 < len(name) <= _LONGEST_NAME and "://" not in name else Named()
    persons: list[str] = []
    credits: list[str] = []
    names_site = any(name_key(address) in site_names for address in _ADDRESS.findall(claim.text))
    for index, name in enumerate(_parts_of(claim)):
        is_declared = claim.declared is Declared.PERSON and index == 0
        is_alone = index == 0 and (is_declared or begins_as_byline(claim.text))
        if index and words_of(name)[-1:] and words_of(name)[-1] in _JOB_TITLES:
            continue
        if (
            names_site
            or _is_organization(name, site_names)
            or (is_declared and _is_job_title(name))
            or (is_alone and _ACRONYM.fullmatch(name))
        ):
            credits.append(name)
        elif is_person(name) or (is_declared and _is_declared_person(name)):
            persons.append(name.title() if name.isupper() and len(name) > 3 else name)
    return Named(tuple(persons), tuple(credits))


def begins_as_byline(line: str) -> bool:
    """Return whether a line starts with words that precede author names: "By", "Von", "Автор:", "Opinion by"."""
    return any(words.match(line) for words in (_BY, _CREDITED, _PREPARED_BY))


def persons_of_byline(line: str) -> tuple[str, ...]:
    """Return the persons that a line names after a word such as "By"; none if it does not start like a byline."""
    return names_in(Claim(line), site_names=frozenset()).persons if begins_as_byline(line) else ()


def is_only_byline_word(line: str) -> bool:
    """Return whether a line is only the word before a name, which is on the next line: "By", "Von", "Por:"."""
    return len(line) <= _LONGEST_BYLINE_WORD and _BY.fullmatch(f"{line} ") is not None


def ends_in_initial(line: str) -> bool:
    """Return whether a line ends in an initial or "Jr." rather than a full stop."""
    return _ENDS_IN_DOT.search(line) is not None


def is_reporter_line(line: str) -> bool:
    """Return whether a line is a name followed by "reporter" in Korean or Chinese, with or without a mail address: "김민수 기자"."""
    return _REPORTER_LINE.fullmatch(line) is not None


def is_newsroom(name: str) -> bool:
    """Return whether this is the name of an agency or site: a few capitalised words of which one is typical, or 新聞 and the like."""
    words = words_of(name)
    if _UNSPACED.search(name):
        return len(name) <= 2 * _MAXIMUM_CHARACTERS_UNSPACED and bool(_NEWSROOM_UNSPACED.search(name))
    if len(words) > _MAXIMUM_WORDS or not all(map(_is_part_of_a_name, name.split())):
        return False
    return is_agency(name) or not _WORDS["site"].isdisjoint(words)


def is_agency(name: str) -> bool:
    """Return whether this is the name or abbreviation of a known news agency."""
    return " ".join(words_of(name)).removeprefix("the ") in _AGENCIES


def is_person(name: str) -> bool:
    """Return whether an undeclared name can be that of a person: a few capitalised words without address, digits, agency or role.

    In scripts without case: two or more words, or a short name of Chinese characters, kana or Hangul.
    """
    words = name.split()
    if not _can_be_name(name) or len(words) > _MAXIMUM_WORDS:
        return False
    if not _NOT_IN_LOOSE_NAMES.isdisjoint(words_of(name)) or not _ABBREVIATIONS.isdisjoint(re.split(r"[\s/-]+", name)):
        return False
    if _UNSPACED.search(name):
        return _is_unspaced_name(name) and not re.search("[A-Za-z]", name)
    if len(words) < 2:
        return False
    if name.title() == name.lower():  # a script without capitals
        return len(words) <= _MAXIMUM_WORDS_UNCASED and sum(len(word) > 1 for word in words) >= 2
    return all(map(_is_part_of_a_name, words)) and "." not in words[-1].rstrip(".")[1:]


def _parts_of(claim: Claim) -> Iterator[str]:
    """Yield the names of a claim, without introductory words and without roles, places and dates."""
    line = _CONTACT.sub("", one_line(claim.text[:_LONGEST_CLAIM]))
    line = _OF_PICTURES.sub(_PHOTOGRAPHER, _AFTER_TEXT.sub("", _FOLLOW.sub("", line)))
    line = _PREPARED_BY.sub("", line)
    plain = _ENGLISH_BY.sub("", line) if claim.declared is Declared.PERSON else _CREDITED.sub("", _BY.sub("", line))
    for part in _SPLIT.split(_AFTER_DASH.sub(r"\1", _SUFFIX.sub(r" \1", _ASIDE.sub("", plain)))):
        name = _AFTER_DECLARED_NAME.sub("", part) if claim.declared is Declared.PERSON else _BY.sub("", part)
        if plain != line:
            name = _AFTER_NAME.sub("", name)
        ending = "." if _ENDS_IN_DOT.search(name) else ""
        if _PHOTOGRAPHER in name:
            continue
        if name := _ROLE_AFTER_NAME.sub("", name.strip(_AROUND_NAMES)):
            yield name + ending


def _is_organization(name: str, site_names: frozenset[str]) -> bool:
    """Return whether this is the name of the site, an agency, a newsroom or a company."""
    words = words_of(name)
    if not words or len(name) > _LONGEST_NAME or len(words) > _MAXIMUM_WORDS or "@" in name or "://" in name:
        return False
    if "".join(words) in site_names or is_agency(name):
        return True
    if _UNSPACED.search(name):
        return bool(_NEWSROOM_UNSPACED.search(name)) and len(name) <= 2 * _MAXIMUM_CHARACTERS_UNSPACED
    if len(words) > 1 and any(word in _ABBREVIATIONS for word in name.split()):
        return True
    is_newsroom = not _WORDS["newsroom"].isdisjoint(words) or any(word.startswith(_NEWSROOM_STEMS) for word in words)
    return is_newsroom and _WORDS["sentence"].isdisjoint(words)


def _is_job_title(name: str) -> bool:
    """Return whether a name declared as a person is a job title or starts with an article: "Web Editor", "The Local"."""
    words = words_of(name)
    return len(words) > 1 and (words[0] == "the" or words[-1] in _JOB_TITLES)


def _is_declared_person(name: str) -> bool:
    """Return whether a name declared as a person can be one; it may be a single word, in lower case, in any script."""
    words = words_of(name)
    if not _can_be_name(name) or not any(map(str.isalpha, name)) or _NOT_ALONE.issuperset(words):
        return False
    return _is_unspaced_name(name) if _UNSPACED.search(name) else len(words) <= 2 * _MAXIMUM_WORDS


def _can_be_name(name: str) -> bool:
    return 1 < len(name) <= _LONGEST_NAME and not any(sign.isdigit() or sign in _NOT_IN_NAMES for sign in name)


def _is_unspaced_name(name: str) -> bool:
    return len(name) <= _MAXIMUM_CHARACTERS_UNSPACED and not _NEWSROOM_UNSPACED.search(name)


def _is_part_of_a_name(word: str) -> bool:
    return word[:1].isupper() or not word[:1].isalpha() or word.strip(".'’").lower() in _WORDS["particle"]
