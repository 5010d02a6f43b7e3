"""Finds again what was named once: the model sees "William Ruto" in one sentence and passes over "Ruto" in the next."""

from collections import defaultdict
from collections.abc import Sequence

from newsdesk.records import EntityType
from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.kinds import LOCATIVE
from newsdesk.tag.names import Named, Token
from newsdesk.tag.same import surname_forms
from newsdesk.tag.words import FUNCTION_WORDS


def with_repeats(named: list[Named], tokens: Sequence[Token], text: str, gazetteer: Gazetteer) -> list[Named]:
    """The names and their other occurrences, whole words in the same case that belong to no other name."""
    forms = _forms(named, gazetteer)
    taken = {offset for name in named for offset in (name.start, name.end - 1)}
    found = []
    spans = iter(sorted((name.start, name.end) for name in named))
    current = next(spans, None)
    for at, token in enumerate(tokens):
        while current is not None and current[1] <= token.start:
            current = next(spans, None)
        if current is not None and current[0] <= token.start:
            continue
        for form, kind in forms.get(token.text, ()):
            end = token.start + len(form)
            if text[token.start : end] == form and _ends_word(text, end) and not _reaches(taken, token.start, end):
                if _is_ordinary(token, form, text, kind) or _is_part_of_another(tokens, at, end, gazetteer):
                    continue
                found.append(Named(token.start, end, form, kind))
                break
    return sorted([*named, *_apart(found)], key=lambda name: name.start)


def _forms(named: Sequence[Named], gazetteer: Gazetteer) -> dict[str, list[tuple[str, EntityType]]]:
    """First token -> the forms that begin with it, the longest first."""
    kinds: dict[str, EntityType] = {}
    for name in named:
        kinds.setdefault(name.text, name.kind)
        if name.kind is EntityType.PERSON and " " in name.text:
            last = name.text.split()[-1]
            if len(last) > 2 and last[0].isupper() and fold(last) in surname_forms(name.text):
                kinds.setdefault(last, EntityType.PERSON)
            first = name.text.split()[0]
            if "-" in last and fold(first) not in gazetteer.given_names:
                kinds.setdefault(first, EntityType.PERSON)  # Park Geun-hye: the family's name comes first
    forms = defaultdict(list)
    for form, kind in sorted(kinds.items(), key=lambda item: -len(item[0])):
        first = form.split(" ", 1)[0].split("-", 1)[0]
        forms[first].append((form, kind))
    return forms


def _is_ordinary(token: Token, form: str, text: str, kind: EntityType) -> bool:
    """Whether a word at the start of a sentence is likely no name at all, or a place where a person of that name is sought."""
    if form.casefold() in FUNCTION_WORDS:
        return True
    if (
        kind is EntityType.PERSON
        and " " not in form
        and LOCATIVE.search(text[max(0, token.start - 40) : token.start])
        and not token.is_proper
    ):
        return True
    if kind is EntityType.PERSON and len(form) > 3 and form.casefold() not in text:
        return False
    return " " not in form and token.starts_sentence and not token.is_proper


def _is_part_of_another(tokens: Sequence[Token], at: int, end: int, gazetteer: Gazetteer) -> bool:
    """Whether a word follows that makes it another name: the Cromwell Society is not Cromwell."""
    following = next((token for token in tokens[at + 1 : at + 12] if token.start >= end), None)
    return (
        following is not None and following.start == end + 1 and following.is_capitalised and fold(following.text) in gazetteer.kind_words
    )


def _ends_word(text: str, end: int) -> bool:
    if end >= len(text):
        return True
    following = text[end]
    return not (following.isalnum() or (following == "-" and end + 1 < len(text) and text[end + 1].isalnum()))


def _reaches(taken: set[int], start: int, end: int) -> bool:
    return any(offset in taken for offset in range(start, end))


def _apart(found: list[Named]) -> list[Named]:
    kept: list[Named] = []
    for name in found:
        if not kept or kept[-1].end <= name.start:
            kept.append(name)
    return kept
