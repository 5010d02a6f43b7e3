"""Recognises English words: the list of SCOWL, with common prefixes, suffixes and compounds."""

import functools
import gzip
import re
from importlib.resources import files

_PREFIXES = re.compile(
    r"^(?:anti|auto|bio|co|counter|cross|cyber|de|eco|e|ex|geo|hyper|inter|intra|mega|micro|mid|mini|mis|multi|nano|neo|neuro|non|omni|out|over|photo|"
    r"post|pre|pro|pseudo|psycho|re|semi|socio|sub|super|tele|trans|ultra|un|under|up)-?(?=\w{3})"
)
_ENDINGS = tuple(
    (ending, instead.replace("-", ""))
    for instead, endings in {
        "ise": "isation ised",
        "ize": "ization ized",
        "y": "ies ied ily iest ier",
        "e": "ed ing er ers able y ity",
        "-": "es s ed ing er ers ly ness ment able ish less like ism ist ists wise ful y al ic ity",
    }.items()
    for ending in endings.split(" ")
)
"""Suffixes, and what they replace."""
_LEAST_PART = 3
"""Minimum length of each part of a compound ("horsemeat")."""


@functools.cache
def _listed() -> frozenset[str]:
    packed = files("newsdesk.check").joinpath("data/english-words.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split("\n"))


@functools.cache
def _common_runs() -> frozenset[str]:
    return frozenset(files("newsdesk.check").joinpath("data/english-letters.txt").read_text(encoding="utf-8").split(" "))


def is_listed(word: str) -> bool:
    """Return whether a lower-case word is in the list itself."""
    return word in _listed()


def is_plain(word: str) -> bool:
    """Return whether the word has only English letters, or macrons as in loan words."""
    return word.translate(_MACRONS).isascii()


_MACRONS = str.maketrans("āēīōū", "aeiou")


def foreignness(word: str) -> float:
    """Return the foreignness of a word that is not English: 2 with a letter that English lacks, 1 with two letter sequences that are rare
    in English, else 0.5 (a new word or a typo)."""
    if not is_plain(word):
        return 2.0
    framed = f"^{word}$"
    rare = sum(framed[at : at + 3] not in _common_runs() for at in range(len(word)))
    return 1.0 if rare >= 2 else 0.5


@functools.lru_cache(maxsize=50_000)
def is_english(word: str) -> bool:
    """Return whether a lower-case word is English: in the list, or derived from words in it."""
    if word in _listed() or _is_derived(word):
        return True
    without = _PREFIXES.sub("", word)
    if without != word and (without in _listed() or _is_derived(without)):
        return True
    return any(
        word[:cut] in _listed() and (word[cut:] in _listed() or _is_derived(word[cut:]))
        for cut in range(_LEAST_PART, len(word) - _LEAST_PART + 1)
    )


def _is_derived(word: str) -> bool:
    return any(
        word.endswith(ending) and len(word) - len(ending) > 2 and word[: len(word) - len(ending)] + instead in _listed()
        for ending, instead in _ENDINGS
    )
