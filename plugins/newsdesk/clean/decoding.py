"""Bytes to text: which encoding a page is in, whatever it says of itself."""

import codecs
import re

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

_BINARY = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"ID3", b"OggS", b"\x7fELF")
_RIFF = re.compile(rb"^(RIFF....WEBP|RIFF....WAVE|....ftyp)", re.DOTALL)
_META_CHARSET = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
_CHARSET_PARAMETER = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
_HEAD_BYTES = 4096
_DETECTION_BYTES = 50_000


def decode_page(body: bytes, content_type: str) -> str:
    """The page as text, without NUL characters; line breaks as they were.

    In this order: a byte order mark, UTF-8 where the bytes are valid UTF-8 and not plain ASCII (foreign encodings are
    never valid UTF-8 by chance over a page), the header's charset, the page's own, a detected one, windows-1252.

    Raises ArticleRejected(NOT_HTML) for PDF, images, archives and other bytes that are no text.
    """
    refuse_binary(body)
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return _without_nul(body[len(mark) :].decode(encoding, "replace"))
    if _is_utf16_without_mark(body):
        return _without_nul(body.decode("utf-16-le" if body[1:2] == b"\0" else "utf-16-be", "replace"))
    declared = [name for name in _declared(body, content_type) if name]
    if not body.isascii() and _is_utf8(body):
        return _without_nul(body.decode("utf-8", "ignore"))
    if body.isascii() and not any(name.startswith(("iso2022", "hz", "utf-7")) for name in declared):
        return _without_nul(body.decode("ascii"))
    for encoding in declared:
        text = _decode_mostly(body, encoding)
        if text is not None:
            return _without_nul(text)
    return _without_nul(body.decode(_detected(body), "replace"))


def refuse_binary(body: bytes) -> None:
    """Raises ArticleRejected(NOT_HTML) where the first bytes are those of a known file that is no text."""
    start = body[:16].lstrip()
    if start.startswith(_BINARY) or _RIFF.match(body[:16]):
        raise ArticleRejected(Reason.NOT_HTML, f"the page is a file of another kind: it starts with {body[:8]!r}")


def _declared(body: bytes, content_type: str) -> list[str]:
    found = [match.group(1) for match in [_CHARSET_PARAMETER.search(content_type)] if match]
    for pattern in (_META_CHARSET, _XML_ENCODING):
        match = pattern.search(body[:_HEAD_BYTES])
        if match:
            found.append(match.group(1).decode("ascii"))
    return [_codec(name) for name in found]


def _codec(label: str) -> str:
    """Python's codec for a label, read as browsers read it; empty for labels that nobody knows."""
    try:
        name = codecs.lookup(label.strip().lower()).name
    except (LookupError, ValueError):
        return ""
    return "" if name.startswith(("utf-16", "utf-32")) else _AS_BROWSERS_READ.get(name, name)


def _is_utf8(body: bytes) -> bool:
    """Whether the bytes are UTF-8; a page that was cut off inside its last letter still is."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(body) - 3 and not body[: error.start].isascii()
    return True


def _is_utf16_without_mark(body: bytes) -> bool:
    sample = body[:2000]
    return len(sample) > 100 and sample.count(0) > len(sample) // 3 and b"<\0" in body[:_HEAD_BYTES] + b"\0"


def _decode_mostly(body: bytes, encoding: str) -> str | None:
    """The text, or None where more than one character in fifty cannot be read: the label is wrong."""
    try:
        text = body.decode(encoding, "replace")
    except (LookupError, ValueError):
        return None
    return text if text.count("\ufffd") * 50 <= len(text) else None


def _detected(body: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(body[:_DETECTION_BYTES]).best()
    return _AS_BROWSERS_READ.get(best.encoding, best.encoding) if best else "cp1252"


def _without_nul(text: str) -> str:
    return text.replace("\0", "")
