"""Repairs and normalises text, and splits it into paragraphs and words."""

import re
import unicodedata
from collections.abc import Iterable

import ftfy

_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff\ud800-\udfff]")
_CONTINUES = "[\u0080-\u00bf\u0152-\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
_MARKS_OF_MOJIBAKE = re.compile(f"[\u00c2-\u00df]{_CONTINUES}|[\u00e0-\u00ef]{_CONTINUES}{{2}}|\u00f0{_CONTINUES}{{3}}|\ufffd")
"""UTF-8 bytes of a letter that were decoded as windows-1252. Only a hint: ftfy decides whether to repair the text."""


_MARKS = "".join(map(chr, filter(lambda code: unicodedata.category(chr(code)) in ("Mn", "Mc"), range(0x300, 0xFE00))))
_WORD = re.compile(rf"\w[\w{_MARKS}]*")
"""A word, including combining marks such as vowel signs, which `\\w` does not match and Hindi and Thai words contain."""
_SENTENCE_END = re.compile(r"[.!?…。！？।۔؟][»”\"’'』」)\]]*$")
_SHORTEST_SENTENCE = 7
_SHORTEST_UNSPACED_SENTENCE = 20
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def repair(text: str) -> str:
    """Return the text with mojibake repaired, in NFC, without control and invisible characters.

    Typographic quotation marks, dashes and ellipses are kept, since the translation check uses them.
    """
    if text.isascii():
        return text if text.isprintable() else _INVISIBLE.sub("", text)
    if _MARKS_OF_MOJIBAKE.search(text):
        text = ftfy.fix_text(text, uncurl_quotes=False, fix_latin_ligatures=False, fix_character_width=False, unescape_html=False)
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def one_line(text: str) -> str:
    """Return the repaired text with white space collapsed to single spaces."""
    return " ".join(repair(text).split())


def paragraphs_of(text: str) -> list[str]:
    """Return the non-empty lines of a repaired text, with white space collapsed."""
    lines = (" ".join(line.split()) for line in repair(text).splitlines())
    return [line for line in lines if line]


def join_paragraphs(paragraphs: Iterable[str]) -> str:
    return "\n".join(paragraphs)


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case: letters and digits of any script."""
    return re.findall(r"\w+", text.lower()) if text.isascii() else _WORD.findall(text.lower())


def name_key(name: str) -> str:
    """Return the letters and digits of a name in lower case, for comparison: `OS-System` and `os system` are equal."""
    return "".join(words_of(name))


def tokens_of(text: str) -> set[str]:
    """Return the words of a text, or its characters in scripts without spaces between words, for computing similarities."""
    return set(text) if _UNSPACED.search(text) else set(words_of(text))


def is_sentence(text: str) -> bool:
    """Return whether a line is a sentence rather than a label, name or headline.

    It must end like a sentence, have at least seven words, and most words in lower case; in scripts without spaces, only the length
    counts.
    """
    if not _SENTENCE_END.search(text):
        return False
    if _UNSPACED.search(text):
        return len(text) >= _SHORTEST_UNSPACED_SENTENCE
    words = words_of_as_written(text)
    small = sum(not word[:1].isupper() for word in words)
    return len(words) >= _SHORTEST_SENTENCE and 2 * small > len(words)


def words_of_as_written(text: str) -> list[str]:
    """Return the words of a text without changing their case."""
    return _WORD.findall(text)


def same_words(one: str, other: str) -> bool:
    """Return whether two lines have the same words, ignoring case and punctuation.

    False for lines without words, and if one line is more than twice as long as the other.
    """
    if not 0.5 <= (len(one) + 10) / (len(other) + 10) <= 2:
        return False
    words = words_of(one)
    return bool(words) and words == words_of(other)
