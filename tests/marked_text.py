"""Texts with inline gold entities: `[Kiev](place: Kyiv @703448)`."""

import re
from dataclasses import dataclass

MARK = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<type>[a-z]+): (?P<name>[^)@]+?)(?: @(?P<id>\d+|\?))?\)")


@dataclass(frozen=True, slots=True)
class GoldMention:
    """A gold mention. `id` is None if the entity is not linked, and `?` if its link is not evaluated."""

    start: int
    end: int
    type: str
    name: str
    id: str | None


@dataclass(frozen=True, slots=True)
class GoldText:
    heading: str
    text: str
    mentions: tuple[GoldMention, ...]

    @property
    def is_held_out(self) -> bool:
        return " held out" in self.heading


def parse_marked(marked: str, heading: str = "") -> GoldText:
    """The plain text and its mentions."""
    text, mentions, done = "", [], 0
    for mark in MARK.finditer(marked):
        text += marked[done : mark.start()]
        end = len(text) + len(mark["text"])
        mentions.append(GoldMention(len(text), end, mark["type"], mark["name"], mark["id"]))
        text += mark["text"]
        done = mark.end()
    return GoldText(heading, text + marked[done:], tuple(mentions))


def parse_collection(collection: str) -> list[GoldText]:
    """Parse the texts of a file. Each follows a line `# heading`, and ends at an empty line."""
    parts = re.findall(r"^# (.+)\n((?:.+\n?)+)", collection, flags=re.MULTILINE)
    return [parse_marked(marked.rstrip("\n"), heading) for heading, marked in parts]


Forms = dict[tuple[str, str], tuple[str, ...]]


def parse_forms(table: str) -> Forms:
    """Map (type, canonical name) to the forms in which a text mentions the entity."""
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {(kind, name): tuple(forms.split("|")) for kind, name, forms in rows}


def find_forms(text: str, gold: Forms) -> dict[tuple[int, int], tuple[str, str]]:
    """Map spans to entities, for every whole-word occurrence of a form; longer forms take precedence."""
    entity_of = {form: entity for entity, forms in gold.items() for form in forms}
    longest_first = sorted(entity_of, key=len, reverse=True)
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b")
    return {match.span(): entity_of[match.group()] for match in pattern.finditer(text)}
