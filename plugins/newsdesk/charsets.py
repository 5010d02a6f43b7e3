"""Detects the encoding of a page or feed, and decodes it. Declared encodings are verified against the bytes."""

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
_WHATWG_SUPERSETS = {
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
"""Codecs that browsers replace by a superset (WHATWG Encoding Standard, section 4.2), by Python's names."""

_LABELS = {"iso-8859-8-i": "iso8859-8", "x-sjis": "cp932", "x-gbk": "gb18030", "x-euc-jp": "euc_jp", "x-cp1251": "cp1251"}
"""Labels of that standard that Python does not know."""

_FALLBACK_ENCODING = "cp1252"
"""The encoding that many servers declare for every page, so the page's own declaration takes precedence. Also the fallback."""

_DETECTED_ENCODINGS = (
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "iso8859_2", "iso8859_4", "iso8859_5",
    "iso8859_6", "iso8859_7", "iso8859_8", "iso8859_15", "koi8_r", "koi8_u", "cp874", "gb18030", "big5hkscs", "euc_jp", "cp932", "cp949",
)  # fmt: skip
"""The encodings of that standard. Those of DOS and Mac OS resemble them and are not used on the web."""

_LATIN_ENCODINGS = frozenset({"cp1250", "cp1252", "cp1254", "cp1257", "iso8859-2", "iso8859-15"})
_FOREIGN_RUN = re.compile("[^\x00-\x7f\xa0\u2010-\u203a]{3,}")
"""Three consecutive non-ASCII characters, except spaces and typographic signs: rare in languages with Latin script."""
_LETTER_ALONE = re.compile(rb"(?<![\x80-\xff])[\xc0-\xff](?![\x80-\xff])")
"""A single non-ASCII letter between ASCII bytes, as in all Latin encodings; in other scripts such letters are consecutive."""
_FEWEST_CHARACTERS = 20
"""With fewer non-ASCII characters the share of runs says nothing: `Żółć` is a Polish word."""

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
    """Decode a page. NUL characters are removed; line breaks are kept.

    The first of these that matches the bytes is used: a byte order mark, UTF-8 (a whole page in another encoding is never
    valid UTF-8), the header's charset, the page's own declaration, a detected encoding, windows-1252.

    Raises ArticleRejected(NOT_HTML) for PDF, images, archives and other binary data.
    """
    refuse_binary(body)
    return decode_text(body, content_type).replace("\0", "")


def decode_text(body: bytes, content_type: str) -> str:
    """As `decode_page`, for bytes that are known to be text. Undecodable bytes become U+FFFD."""
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
    """Raise ArticleRejected(NOT_HTML) where the first bytes are the signature of a binary format."""
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
    return sorted(known, key=lambda codec: codec == _FALLBACK_ENCODING)


def _codec(label: str) -> str:
    """Python's codec for a label, interpreted as by browsers; empty for unknown labels."""
    label = label.strip().lower()
    try:
        name = codecs.lookup(_LABELS.get(label, label)).name
    except (LookupError, ValueError):
        return ""
    return "" if name.startswith(("utf-16", "utf-32")) else _WHATWG_SUPERSETS.get(name, name)


def _is_utf16_without_mark(body: bytes) -> bool:
    sample = body[:2000]
    return len(sample) > 100 and sample.count(0) > len(sample) // 3 and b"<\0" in body[:_HEAD_BYTES] + b"\0"


def _decode_utf8(body: bytes, *, is_declared: bool) -> str | None:
    """Decode as UTF-8; None where too many bytes are invalid.

    Text in another encoding is valid UTF-8 by chance only, with many invalid bytes for each valid character. So there may be as many
    invalid bytes as valid non-ASCII characters if UTF-8 is declared, and half as many otherwise.
    """
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = len(text) - len(text.encode("ascii", "ignore")) - broken
    return text if broken <= (sound if is_declared else sound // 2) else None


def _decode_mostly(body: bytes, encoding: str) -> str | None:
    """Decode with a declared encoding; None where it is wrong: a tenth of the non-ASCII characters is invalid, or the text is implausible.

    ASCII characters, which are most of a page, say nothing about the encoding.
    """
    try:
        text = body.decode(encoding, "replace")
    except (LookupError, ValueError):
        return None
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    if text.count("\ufffd") * 10 > foreign:
        return None
    if encoding in _LATIN_ENCODINGS and foreign > _FEWEST_CHARACTERS and 2 * sum(map(len, _FOREIGN_RUN.findall(text))) > foreign:
        return None
    return text


def _detected(body: bytes) -> str:
    """Detect the encoding from the text without markup, which is ASCII in any encoding and would dominate."""
    pieces = _TAG.split(body[:_SEARCHED_BYTES])
    # In OPML the text is in attributes.
    sample = b" ".join(piece for piece in pieces if not piece.isascii()) or body[:_SEARCHED_BYTES]
    best = from_bytes(sample[:_DETECTION_BYTES], cp_isolation=list(_DETECTED_ENCODINGS)).best()
    found = _WHATWG_SUPERSETS.get(best.encoding, best.encoding) if best else _FALLBACK_ENCODING
    if 2 * len(_LETTER_ALONE.findall(sample)) <= sum(byte >= 0x80 for byte in sample):
        return found
    # For short texts the detector may choose an encoding of any script, or one for another part of Europe.
    signs = [sign for sign in sample.decode(_FALLBACK_ENCODING, "replace") if not sign.isascii()]
    is_western = len(signs) <= _FEWEST_CHARACTERS and all(sign.isalpha() for sign in signs)
    return _FALLBACK_ENCODING if is_western or _codec(found) not in _LATIN_ENCODINGS else found
