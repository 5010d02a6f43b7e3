"""Texts with their gold entities marked in place: `[Kiev](place: Kyiv @703448)`."""

import re
from dataclasses import dataclass

MARK = re.compile(r"\[(?P<text>[^\]]+)\]\((?P<type>[a-z]+): (?P<name>[^)@]+?)(?: @(?P<id>\d+|\?))?\)")


@dataclass(frozen=True, slots=True)
class GoldMention:
    """`id` is None where the gold names no link, and `?` where the link is not judged."""

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
    """The bare text and its mentions."""
    text, mentions, done = "", [], 0
    for mark in MARK.finditer(marked):
        text += marked[done : mark.start()]
        end = len(text) + len(mark["text"])
        mentions.append(GoldMention(len(text), end, mark["type"], mark["name"], mark["id"]))
        text += mark["text"]
        done = mark.end()
    return GoldText(heading, text + marked[done:], tuple(mentions))


def parse_collection(collection: str) -> list[GoldText]:
    """The texts of a file: each after a line `# heading`, up to an empty line."""
    parts = re.findall(r"^# (.+)\n((?:.+\n?)+)", collection, flags=re.MULTILINE)
    return [parse_marked(marked.rstrip("\n"), heading) for heading, marked in parts]
