"""Coreference of names within an article: surname and full name, acronym and expansion, two spellings of one name."""

import bisect
import re
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence

from rapidfuzz import fuzz

from newsdesk.tag.contexts import STORM
from newsdesk.tag.gazetteer import fold, skeleton
from newsdesk.tag.spans import NameSpan
from newsdesk.tag.word_lists import ACRONYM_SMALL_WORDS, ARABIC_ARTICLES, PARTICLES, REGNAL_TITLES

SIMILAR = 75
"""Minimum similarity (rapidfuzz ratio) of two spellings with the same consonants: Umirov and Umerov have 83, Putin and Patton 55."""

SHORTEST_FUZZY = 5
"""Minimum length of names whose spellings are compared; shorter ones are too similar, such as Xi and Xu, Chen and Chan."""

GENERATION = re.compile(r"(?:Jr|Sr|I{1,3}|IV|V|VI{0,3})\.?")
ACRONYM_IN_BRACKETS = re.compile(r"\s*\((?:the )?[“\"']?([A-Z][A-Za-z-]{1,9})[”\"']?\)")
NOT_ASCII_LETTERS = re.compile(r"[^A-Za-z]")
SHORTEST_ACRONYM, LONGEST_ACRONYM = 2, 8
SHORTEST_SHORT_FORM = 4
MOST_NAMESAKES = 50
"""Maximum number of full names with the same surname that are compared; a text with more is a list."""


def resolve_persons(persons: Sequence[NameSpan]) -> dict[str, str]:
    """Map each form of a person's name to the full name that it stands for, which can be the form itself.

    A surname of several persons stands for the one who was named last; `latest_mentioned` decides this for each mention.
    """
    forms = list(dict.fromkeys(span.text for span in persons))
    full = [form for form in forms if " " in form]
    names = _FullNames(full)
    target = {form: form for form in forms}
    for form in sorted(full, key=lambda form: len(form.split())):
        target[form] = names.fuller(form) or form
    for form in forms:
        if " " not in form or fold(form) in names.by_last:
            target[form] = next(names.full_names(form), target[form])
    _join_spellings(target, full)
    return {form: _end_of_chain(form, target) for form in forms}


class _FullNames:
    """The full names of an article by surname, first name, and middle names (which include the first of two surnames)."""

    def __init__(self, full: Sequence[str]) -> None:
        self.by_last: dict[str, list[str]] = defaultdict(list)
        self.by_first: dict[str, list[str]] = defaultdict(list)
        self.by_middle: dict[str, list[str]] = defaultdict(list)
        for form in full:
            words = form.split()
            self.by_first[fold(words[0])].append(form)
            for last in surname_forms(form):
                if len(self.by_last[last]) < MOST_NAMESAKES:
                    self.by_last[last].append(form)
            for middle in words[1:-1]:
                self.by_middle[fold(middle)].append(form)  # Edgar Morales Mamani is Morales: the first of two surnames

    def full_names(self, form: str) -> Iterator[str]:
        """Yield the other full names that this form can stand for, in the order of their first mention."""
        key = fold(form)
        surname = self.by_last.get(key) or self.by_last.get(key.removeprefix("al "))
        found = surname or self.by_first.get(key) or self.by_middle.get(key, [])
        return (bearer for bearer in found if bearer != form)

    def fuller(self, form: str) -> str | None:
        """Return a longer name with the same surname that contains all words of this one: Recep Tayyip Erdogan for Tayyip Erdogan."""
        words = [fold(word) for word in form.split()]
        for other in self.by_last.get(words[-1], ()):
            others = [fold(word) for word in other.split()]
            if other != form and len(others) > len(words) and all(_is_among(word, others) for word in words):
                return other
        return None


def _is_among(word: str, words: Sequence[str]) -> bool:
    """Return whether a word is one of the words, or the initial of one."""
    return word in words or (len(word) == 1 and any(other.startswith(word) for other in words))


def surname_forms(name: str) -> set[str]:
    """Return the folded short forms of a full name: the last word, with the particles before it, and without al-."""
    words = name.split()
    if words[0].casefold() in REGNAL_TITLES:
        return {fold(" ".join(words[1:]))} if len(words) > 2 else set()
    while len(words) > 2 and GENERATION.fullmatch(words[-1]):
        words = words[:-1]
    last = words[-1]
    found = {fold(last)}
    at = len(words) - 2
    while at > 0 and words[at].casefold() in PARTICLES:
        found.add(fold(" ".join(words[at:])))
        at -= 1
    if "-" in last and last.split("-", 1)[0].casefold() in ARABIC_ARTICLES:
        found.add(fold(last.split("-", 1)[1]))
    if len(words) > 2 and len(words[-2]) > 2:
        found.add(fold(" ".join(words[-2:])))
    return found


def given_name_of_storm(name: str) -> str:
    """Return the name by which a storm can be named again: Helene for Hurricane Helene. It is empty for other names."""
    return name.rpartition(" ")[2] if STORM.match(name) else ""


def _join_spellings(target: dict[str, str], full: Sequence[str]) -> None:
    """Map each spelling to the first similar full name with the same consonants."""
    by_skeleton: dict[str, list[str]] = defaultdict(list)
    for form in full:
        alike = by_skeleton[skeleton(form.split()[-1])]
        if len(alike) < MOST_NAMESAKES:
            alike.append(form)
    for form in list(target):
        if target[form] != form:
            continue
        last = form.split()[-1]
        if len(last) < SHORTEST_FUZZY:
            continue
        for other in by_skeleton.get(skeleton(last), ()):
            if other != form and _end_of_chain(other, target) != form and are_spellings(form, other):
                target[form] = other
                break


def are_spellings(one: str, other: str) -> bool:
    """Return whether two forms are spellings of one person's name: Umirov and Rustem Umerov, but not Jan Hansen and Ole Hanson."""
    ours, theirs = one.split(), other.split()
    if skeleton(ours[-1]) != skeleton(theirs[-1]) or fuzz.ratio(ours[-1].casefold(), theirs[-1].casefold()) < SIMILAR:
        return False
    if len(ours) == 1 or len(theirs) == 1:
        return min(len(ours[-1]), len(theirs[-1])) >= SHORTEST_FUZZY
    first, second = fold(ours[0]), fold(theirs[0])
    return first == second or (skeleton(first) == skeleton(second) and fuzz.ratio(first, second) >= SIMILAR)


def _end_of_chain(form: str, target: dict[str, str]) -> str:
    seen = {form}
    while target.get(form, form) not in seen:
        form = target[form]
        seen.add(form)
    return form


def resolve_organizations(organizations: Sequence[NameSpan], text: str, known: Container[str]) -> dict[str, str]:
    """Map folded forms of organizations to the form that they abbreviate: acronyms, and first words of longer names, of this article.

    Acronyms in `known` have another meaning and are not mapped by their initials.
    """
    forms = {fold(span.text): span.text for span in organizations}
    target = {key: key for key in forms}
    by_initials = _by_initials(forms)
    for span in organizations:
        key = fold(span.text)
        expansion = by_initials.get(_acronym(span.text))
        if expansion and expansion != key and key not in known:
            target[key] = expansion
    for span in organizations:
        bracket = ACRONYM_IN_BRACKETS.match(text[span.end : span.end + 16])
        if bracket and fold(bracket[1]) in target and " " in span.text:
            target[fold(bracket[1])] = fold(span.text)
    _join_short_forms(forms, target)
    return target


def _by_initials(forms: Mapping[str, str]) -> dict[str, str]:
    """Map acronyms to the first folded name of several words with these initials."""
    found: dict[str, str] = {}
    for key, form in forms.items():
        for initials in initials_of(form) if " " in form else ():
            found.setdefault(initials, key)
    return found


def _acronym(name: str) -> str:
    """Return the letters of an acronym in lower case; empty if the name is not an acronym."""
    letters = NOT_ASCII_LETTERS.sub("", name)
    is_acronym = " " not in name and SHORTEST_ACRONYM <= len(letters) <= LONGEST_ACRONYM and letters[:2].isupper()
    return letters.casefold() if is_acronym else ""


def initials_of(name: str) -> set[str]:
    """Return the possible acronyms of a name in lower case: with and without small words such as "of"."""
    words = [word for word in re.split(r"[\s-]+", name) if word and word[0].isalnum()]
    large = [word[0] for word in words if word.casefold() not in ACRONYM_SMALL_WORDS]
    return {"".join(large).casefold(), "".join(word[0] for word in words).casefold()} if len(large) > 1 else set()


def _join_short_forms(forms: dict[str, str], target: dict[str, str]) -> None:
    """Map a first word such as "Stanbic" to the longer name that starts with it, Stanbic Bank, if there is only one."""
    by_first: dict[str, list[str]] = defaultdict(list)
    for key in forms:
        if " " in key:
            by_first[key.split(" ", 1)[0]].append(key)
    for key, form in forms.items():
        longer = by_first.get(key, ())
        if len(longer) == 1 and _is_short_form(key, form) and target[key] == key:
            target[key] = longer[0]


def _is_short_form(key: str, form: str) -> bool:
    return " " not in key and len(key) >= SHORTEST_SHORT_FORM and not form.isupper()


def latest_mentioned(start: int, full_names: Sequence[str], starts_of: Mapping[str, Sequence[int]]) -> str:
    """Return the full name that was mentioned last before `start`; the first one if none was."""

    def last_before(bearer: str) -> int:
        starts = starts_of.get(bearer, ())
        at = bisect.bisect_left(starts, start)
        return starts[at - 1] if at else -1

    return max(full_names, key=last_before)
