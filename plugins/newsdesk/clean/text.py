"""The rules of text: repair, Unicode NFC, white space, paragraphs."""

import re
import unicodedata
from collections.abc import Iterable

import ftfy

_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff\ud800-\udfff]")
_CONTINUES = "[\u0080-\u00bf\u0152-\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
_MARKS_OF_MOJIBAKE = re.compile(f"[\u00c2-\u00df]{_CONTINUES}|[\u00e0-\u00ef]{_CONTINUES}{{2}}|\u00f0{_CONTINUES}{{3}}|\ufffd")
"""What the bytes of a letter in UTF-8 look like when they are read as windows-1252: reason to look closer, no proof."""


_MARKS = "".join(map(chr, filter(lambda code: unicodedata.category(chr(code)) in ("Mn", "Mc"), range(0x300, 0xFE00))))
_WORD = re.compile(rf"\w[\w{_MARKS}]*")
"""A letter or digit and what follows, vowel signs and other marks too, which would else be gaps in Hindi and Thai words."""
_SENTENCE_END = re.compile(r"[.!?…。！？।۔؟][»”\"’'』」)\]]*$")
_SHORTEST_SENTENCE = 7
_SHORTEST_UNSPACED_SENTENCE = 20
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def repair(text: str) -> str:
    """The text with mis-decoded letters put right, in NFC, without control and invisible characters.

    Typographic quotation marks, dashes and ellipses stay as written: they are evidence for the translation check.
    """
    if text.isascii():
        return text if text.isprintable() else _INVISIBLE.sub("", text)
    if _MARKS_OF_MOJIBAKE.search(text):
        text = ftfy.fix_text(text, uncurl_quotes=False, fix_latin_ligatures=False, fix_character_width=False, unescape_html=False)
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def one_line(text: str) -> str:
    """The text repaired, every run of white space one space."""
    return " ".join(repair(text).split())


def paragraphs_of(text: str) -> list[str]:
    """The lines of a text that are not empty, white space put in order."""
    lines = (" ".join(line.split()) for line in repair(text).splitlines())
    return [line for line in lines if line]


def join_paragraphs(paragraphs: Iterable[str]) -> str:
    return "\n".join(paragraphs)


def words_of(text: str) -> list[str]:
    """The words in lower case, for comparing texts; letters and digits of any script."""
    return re.findall(r"\w+", text.lower()) if text.isascii() else _WORD.findall(text.lower())


def squeezed(name: str) -> str:
    """The letters and digits of a name in lower case: `OS-System` and `os system` are one."""
    return "".join(words_of(name))


def tokens_of(text: str) -> set[str]:
    """What two texts are likened by: their words, or their characters where words are not set apart."""
    return set(text) if _UNSPACED.search(text) else set(words_of(text))


def is_sentence(text: str) -> bool:
    """Whether a line is a whole sentence rather than a label, a name or a headline: it ends as one and most words are small.

    Where letters have no case or words are not set apart, by its length.
    """
    if not _SENTENCE_END.search(text):
        return False
    if _UNSPACED.search(text):
        return len(text) >= _SHORTEST_UNSPACED_SENTENCE
    words = words_of_as_written(text)
    small = sum(not word[:1].isupper() for word in words)
    return len(words) >= _SHORTEST_SENTENCE and 2 * small > len(words)


def words_of_as_written(text: str) -> list[str]:
    """The words in their own letter case."""
    return _WORD.findall(text)


def same_words(one: str, other: str) -> bool:
    """Whether two lines say the same, letter case and punctuation aside.

    Lines without words are never the same, nor are lines of which one is twice as long.
    """
    if not 0.5 <= (len(one) + 10) / (len(other) + 10) <= 2:
        return False
    words = words_of(one)
    return bool(words) and words == words_of(other)
