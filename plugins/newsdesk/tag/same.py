"""Which mentions mean one and the same: surname and full name, acronym and expansion, two spellings of one name."""

import bisect
import re
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence

from rapidfuzz import fuzz

from newsdesk.tag.gazetteer import Gazetteer, fold, skeleton
from newsdesk.tag.names import Named
from newsdesk.tag.words import PARTICLES, REGNAL, SMALL_WORDS

SIMILAR = 75
"""Least likeness (rapidfuzz ratio) of two spellings that have the same consonants: Umirov and Umerov have 83, Putin and Patton 55."""

SHORTEST_FUZZY = 5
"""Shorter names have too many neighbours: Xi and Xu, Chen and Chan."""


def same_persons(persons: Sequence[Named], gazetteer: Gazetteer) -> dict[str, str]:
    """Each form in which persons are named -> the full name it stands for, itself where it is the fullest.

    A surname that two full names share stands for the one named last before it; that is decided by `latest_bearer`.
    """
    forms = list(dict.fromkeys(named.text for named in persons))
    full = [form for form in forms if " " in form]
    target = {form: form for form in forms}
    by_last: dict[str, list[str]] = defaultdict(list)
    by_first: dict[str, list[str]] = defaultdict(list)
    by_middle: dict[str, list[str]] = defaultdict(list)
    for form in full:
        for last in surname_forms(form):
            by_last[last].append(form)
        by_first[fold(form.split()[0])].append(form)
        for middle in form.split()[1:-1]:
            by_middle[fold(middle)].append(form)  # Edgar Morales Mamani is Morales: the first of two surnames
    for form in sorted(full, key=lambda form: len(form.split())):
        target[form] = _fuller(form, by_last, gazetteer) or form
    for form in forms:
        if " " not in form or fold(form) in by_last:
            key = fold(form)
            bearers = by_last.get(key) or by_last.get(key.removeprefix("al ")) or by_first.get(key) or by_middle.get(key, [])
            bearers = [bearer for bearer in bearers if bearer != form]
            if bearers:
                target[form] = bearers[0]
    _join_spellings(target, full, by_last)
    return {form: _end_of_chain(form, target) for form in forms}


def surname_forms(name: str) -> set[str]:
    """What a full name may be shortened to, folded: the last word, with the particles before it, without al-."""
    words = name.split()
    if words[0].casefold() in REGNAL:
        return {fold(" ".join(words[1:]))} if len(words) > 2 else set()
    while len(words) > 2 and re.fullmatch(r"(?:Jr|Sr|I{1,3}|IV|V|VI{0,3})\.?", words[-1]):
        words = words[:-1]
    last = words[-1]
    found = {fold(last)}
    at = len(words) - 2
    while at > 0 and words[at].casefold() in PARTICLES:
        found.add(fold(" ".join(words[at:])))
        at -= 1
    if "-" in last and last.split("-", 1)[0].casefold() in ("al", "el", "as", "ad", "ar"):
        found.add(fold(last.split("-", 1)[1]))
    if len(words) > 2 and len(words[-2]) > 2:
        found.add(fold(" ".join(words[-2:])))
    return found


def _fuller(form: str, by_last: dict[str, list[str]], gazetteer: Gazetteer) -> str | None:
    """A longer name with the same surname that holds all words of this one: Tayyip Erdogan, Recep Tayyip Erdogan."""
    words = [fold(word) for word in form.split()]
    for other in by_last.get(words[-1], ()):
        others = [fold(word) for word in other.split()]
        if other == form or len(others) <= len(words):
            continue
        if all(any(word == theirs or (len(word) == 1 and theirs.startswith(word)) for theirs in others) for word in words):
            return other
    return None


def _join_spellings(target: dict[str, str], full: Sequence[str], by_last: dict[str, list[str]]) -> None:
    """Points a spelling at the first one met with the same consonants, full names before bare surnames."""
    by_skeleton: dict[str, list[str]] = defaultdict(list)
    for form in full:
        by_skeleton[skeleton(form.split()[-1])].append(form)
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
    """Whether two forms are spellings of one person's name: Umirov and Rustem Umerov, but not Jan Hansen and Ole Hanson."""
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


def same_organizations(organizations: Sequence[Named], text: str, known: Container[str]) -> dict[str, str]:
    """Folded form -> folded form it is short for: acronyms of names in this article, and first words of longer names.

    An acronym that is `known` to stand for something else does not stand for a name of the article.
    """
    forms = {fold(named.text): named.text for named in organizations}
    target = {key: key for key in forms}
    by_initials: dict[str, str] = {}
    for key, form in forms.items():
        if " " in form:
            for initials in initials_of(form):
                by_initials.setdefault(initials, key)
    for named in organizations:
        short = re.sub(r"[^A-Za-z]", "", named.text)
        if " " not in named.text and 2 <= len(short) <= 8 and short[:2].isupper():
            expansion = by_initials.get(short.casefold())
            if expansion and expansion != fold(named.text) and fold(named.text) not in known:
                target[fold(named.text)] = expansion
    for named in organizations:
        bracket = re.match(r"\s*\((?:the )?[“\"']?([A-Z][A-Za-z-]{1,9})[”\"']?\)", text[named.end : named.end + 16])
        if bracket and fold(bracket[1]) in target and " " in named.text:
            target[fold(bracket[1])] = fold(named.text)
    _join_short_forms(forms, target)
    return target


def initials_of(name: str) -> set[str]:
    """The acronyms a name may have, in lower case: with and without its small words."""
    words = [word for word in re.split(r"[\s-]+", name) if word and word[0].isalnum()]
    large = [word[0] for word in words if word.casefold() not in SMALL_WORDS]
    return {"".join(large).casefold(), "".join(word[0] for word in words).casefold()} if len(large) > 1 else set()


def _join_short_forms(forms: dict[str, str], target: dict[str, str]) -> None:
    """ "Stanbic" is the one longer name that begins so, "Stanbic Bank"."""
    by_first: dict[str, list[str]] = defaultdict(list)
    for key in forms:
        if " " in key:
            by_first[key.split(" ", 1)[0]].append(key)
    for key, form in forms.items():
        longer = by_first.get(key, ())
        if " " not in key and target[key] == key and len(longer) == 1 and len(key) > 3 and not form.isupper():
            target[key] = longer[0]


def latest_bearer(start: int, bearers: Sequence[str], starts_of: Mapping[str, Sequence[int]]) -> str:
    """Of several full names with one surname, the one that stands last before `start`; the first of all where none does."""

    def last_before(bearer: str) -> int:
        starts = starts_of.get(bearer, ())
        at = bisect.bisect_left(starts, start)
        return starts[at - 1] if at else -1

    return max(bearers, key=last_before)
