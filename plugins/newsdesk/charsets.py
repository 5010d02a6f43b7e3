"""Bytes to text: which encoding a page or feed is in, whatever it says of itself."""

import codecs
import re

from charset_normalizer import from_bytes

from newsdesk.errors import ArticleRejected, Reason

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_AS_BROWSERS_READ = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
"""Labels that browsers read as a larger encoding (WHATWG Encoding Standard, section 4.2), by Python's codec names."""

_LABELS = {"iso-8859-8-i": "iso8859-8", "x-sjis": "cp932", "x-gbk": "gb18030", "x-euc-jp": "euc_jp", "x-cp1251": "cp1251"}
"""Labels of that standard that Python does not know."""

_FOR_WANT_OF_KNOWING = "cp1252"
"""What servers send for every page alike. So what the page says of itself goes before it."""

_OF_LATIN_LETTERS = frozenset({"cp1250", "cp1252", "cp1254", "cp1257", "iso8859-2", "iso8859-15"})
_FOREIGN_RUN = re.compile("[^\x00-\x7f\xa0\u2010-\u203a]{3,}")
"""Three in a row that are not ASCII, spaces and typographic signs aside: no language writes so in Latin letters as a rule."""
_LETTER_ALONE = re.compile(rb"(?<![\x80-\xff])[\xc0-\xff](?![\x80-\xff])")
"""A letter with an accent between ASCII ones, in every encoding of Latin letters. Others write most of theirs in a row."""
_TOO_FEW = 20
"""So few characters prove no rule: `Żółć` is a word."""

_BINARY = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"ID3", b"OggS", b"\x7fELF")
_RIFF = re.compile(rb"^(RIFF....WEBP|RIFF....WAVE|....ftyp)", re.DOTALL)
_META_CHARSET = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
_CHARSET_PARAMETER = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
_HEAD_BYTES = 4096
_TAG = re.compile(rb"<[^<>]*>")
_SEARCHED_BYTES = 2_000_000
_DETECTION_BYTES = 50_000
_JAPANESE_ESCAPE = b"\x1b$B"


def decode_page(body: bytes, content_type: str) -> str:
    """The page as text, without NUL characters; line breaks as they were.

    In this order, each where the bytes bear it out: a byte order mark, UTF-8 (foreign encodings never look like it over
    a page), the header's charset, the page's own, a detected one, windows-1252.

    Raises ArticleRejected(NOT_HTML) for PDF, images, archives and other bytes that are no text.
    """
    refuse_binary(body)
    return decode_text(body, content_type).replace("\0", "")


def decode_text(body: bytes, content_type: str) -> str:
    """As `decode_page`, for bytes that are known to be text; bytes that cannot be read are U+FFFD."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    if _is_utf16_without_mark(body):
        return body.decode("utf-16-le" if body[1:2] == b"\0" else "utf-16-be", "replace")
    declared = _declared(body, content_type)
    if body.isascii():
        escaping = next((name for name in declared if name.startswith(("iso2022", "hz", "utf-7"))), "ascii")
        return body.decode("iso2022_jp" if escaping == "ascii" and _JAPANESE_ESCAPE in body else escaping, "replace")
    text = _decode_utf8(body, is_declared="utf-8" in declared)
    if text is not None:
        return text
    for encoding in declared:
        text = _decode_mostly(body, encoding)
        if text is not None:
            return text
    return body.decode(_detected(body), "replace")


def refuse_binary(body: bytes) -> None:
    """Raises ArticleRejected(NOT_HTML) where the first bytes are those of a known file that is no text."""
    start = body[:16].lstrip()
    if start.startswith(_BINARY) or _RIFF.match(body[:16]):
        raise ArticleRejected(Reason.NOT_HTML, f"the page is a file of another kind: it starts with {body[:8]!r}")


def _declared(body: bytes, content_type: str) -> list[str]:
    found = [match.group(1) for match in [_CHARSET_PARAMETER.search(content_type)] if match]
    for pattern in (_XML_ENCODING, _META_CHARSET):
        match = pattern.search(body[:_HEAD_BYTES])
        if match:
            found.append(match.group(1).decode("ascii"))
    known = [codec for codec in map(_codec, found) if codec]
    return sorted(known, key=lambda codec: codec == _FOR_WANT_OF_KNOWING)


def _codec(label: str) -> str:
    """Python's codec for a label, read as browsers read it; empty for labels that nobody knows."""
    label = label.strip().lower()
    try:
        name = codecs.lookup(_LABELS.get(label, label)).name
    except (LookupError, ValueError):
        return ""
    return "" if name.startswith(("utf-16", "utf-32")) else _AS_BROWSERS_READ.get(name, name)


def _is_utf16_without_mark(body: bytes) -> bool:
    sample = body[:2000]
    return len(sample) > 100 and sample.count(0) > len(sample) // 3 and b"<\0" in body[:_HEAD_BYTES] + b"\0"


def _decode_utf8(body: bytes, *, is_declared: bool) -> str | None:
    """The text, or None where it is not UTF-8: too many bytes belong to no character.

    Letters of other encodings form characters of UTF-8 by chance only: for each one that can be read many cannot. So as
    many broken bytes as sound characters are let pass where UTF-8 is declared, half as many where it is not.
    """
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = len(text) - len(text.encode("ascii", "ignore")) - broken
    return text if broken <= (sound if is_declared else sound // 2) else None


def _decode_mostly(body: bytes, encoding: str) -> str | None:
    """The text, or None where the label is wrong: a tenth of what is not ASCII cannot be read, or it reads as no language does.

    What is ASCII says nothing of the label, and is most of a page.
    """
    try:
        text = body.decode(encoding, "replace")
    except (LookupError, ValueError):
        return None
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    if text.count("\ufffd") * 10 > foreign:
        return None
    if encoding in _OF_LATIN_LETTERS and foreign > _TOO_FEW and 2 * sum(map(len, _FOREIGN_RUN.findall(text))) > foreign:
        return None
    return text


def _detected(body: bytes) -> str:
    """The encoding of the page's words: markup is ASCII whatever they are in, and would outvote them."""
    pieces = _TAG.split(body[:_SEARCHED_BYTES])
    # Of a list of feeds the attributes are the words.
    sample = b" ".join(piece for piece in pieces if not piece.isascii()) or body[:_SEARCHED_BYTES]
    best = from_bytes(sample[:_DETECTION_BYTES]).best()
    found = _AS_BROWSERS_READ.get(best.encoding, best.encoding) if best else _FOR_WANT_OF_KNOWING
    is_latin = 2 * len(_LETTER_ALONE.findall(sample)) > sum(byte >= 0x80 for byte in sample)
    # Of a few words the detector makes letters of any script.
    return _FOR_WANT_OF_KNOWING if is_latin and _codec(found) not in _OF_LATIN_LETTERS else found
