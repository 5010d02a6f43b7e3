"""Makes untrusted text safe to show: control characters and bidirectional overrides are escaped.

Terminals execute control characters (ECMA-48), and bidirectional overrides make a line look different from its content
(CVE-2021-42574). Each is replaced by its JSON escape, such as `\\u001b`, so JSON keeps its meaning. Marks that Arabic and Hebrew
need (U+200E, U+200F, U+061C) and joiners are kept.
"""

import dataclasses
import logging
import re
import traceback
from typing import Any, TypeVar

T = TypeVar("T")

_UNSAFE = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb\ud800-\udfff"
_IN_TEXT = re.compile(f"[{_UNSAFE}]")
_IN_LINE = re.compile(rf"[{_UNSAFE}\n\t]")


def visible(text: str) -> str:
    """Escape unsafe characters. Line breaks and tabs are kept.

    >>> visible("Ferry\\x1b[2J")
    'Ferry\\\\u001b[2J'
    """
    return _IN_TEXT.sub(_escape, text)


def visible_line(text: str) -> str:
    """Escape unsafe characters, line breaks and tabs, so that the text cannot imitate another line."""
    return _IN_LINE.sub(_escape, text)


def visible_fields(record: T) -> T:
    """Escape unsafe characters in every string of a dataclass, tuple, list or dict."""
    return _walk(record)  # type: ignore[no-any-return]


def make_logs_visible() -> None:
    """Escape unsafe characters in all messages that newsdesk logs, for every handler. Idempotent."""
    factory = logging.getLogRecordFactory()
    if not isinstance(factory, _VisibleRecords):
        logging.setLogRecordFactory(_VisibleRecords(factory))


class _VisibleRecords:
    """A factory of log records that wraps another one, and formats and escapes the messages of newsdesk."""

    def __init__(self, factory: Any) -> None:
        self._factory = factory

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record: logging.LogRecord = self._factory(*args, **kwargs)
        # Records from logging.makeLogRecord, which structlog uses, have no name.
        if (record.name or "").partition(".")[0] != "newsdesk":
            return record
        record.msg, record.args = visible_line(record.getMessage()), ()
        if record.exc_info and record.exc_info[0]:
            # Formatted here, since a handler would write the text of the exception unescaped.
            record.msg += "\n" + visible("".join(traceback.format_exception(*record.exc_info)).rstrip())
            record.exc_info = None
        return record


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _walk(value: Any) -> Any:
    if type(value) is str:
        return visible(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        shown = {field.name: _walk(getattr(value, field.name)) for field in dataclasses.fields(value) if field.init}
        return dataclasses.replace(value, **shown)
    if isinstance(value, (tuple, list)):
        return type(value)(_walk(item) for item in value)
    if isinstance(value, dict):
        return {_walk(key): _walk(item) for key, item in value.items()}
    return value
