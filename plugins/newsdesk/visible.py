"""Text from outside made safe to show: control characters, escapes and changes of direction become visible.

A terminal obeys control characters (ECMA-48), and a change of writing direction makes a line read as something else
(CVE-2021-42574), so each becomes its JSON escape: `\\u001b`. JSON therefore means the same after it.
Marks that Arabic and Hebrew text needs (U+200E, U+200F, U+061C) and joiners stay.
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
    """The text with an escape for each character that could act on a terminal; line breaks and tabs stay.

    >>> visible("Ferry\\x1b[2J")
    'Ferry\\\\u001b[2J'
    """
    return _IN_TEXT.sub(_escape, text)


def visible_line(text: str) -> str:
    """The same in one line: line breaks and tabs are escaped too, so that no text can pass for a line of its own."""
    return _IN_LINE.sub(_escape, text)


def visible_fields(record: T) -> T:
    """A record, or a tuple, list or dict of them, in which every text is visible."""
    return _walk(record)  # type: ignore[no-any-return]


def make_logs_visible() -> None:
    """From now on each message that newsdesk logs is visible, whatever handler writes it. May be called twice."""
    factory = logging.getLogRecordFactory()
    if not isinstance(factory, _VisibleRecords):
        logging.setLogRecordFactory(_VisibleRecords(factory))


class _VisibleRecords:
    """Makes log records as another factory does; those of newsdesk carry their finished, visible message."""

    def __init__(self, factory: Any) -> None:
        self._factory = factory

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record: logging.LogRecord = self._factory(*args, **kwargs)
        # logging.makeLogRecord, which structlog calls, makes records without a name.
        if (record.name or "").partition(".")[0] != "newsdesk":
            return record
        record.msg, record.args = visible_line(record.getMessage()), ()
        if record.exc_info and record.exc_info[0]:
            # A handler would write the exception's own text as it is.
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
