"""The stage commands. They read JSON lines, and write one JSON line for each, in the same order and without buffering.

For a line that fails, `{"id", "error"}` is written, and the next line is processed; the exit status is 0.
"""

import base64
import binascii
import datetime as dt
import json
import math
import sys
from collections.abc import Callable
from typing import Any

import click
from pydantic import TypeAdapter
from rich.console import Console

from newsdesk.boundary import Failure, attempt
from newsdesk.cli.terminal import echo
from newsdesk.errors import ArticleRejected, Reason
from newsdesk.records import Capture, CapturedPage, CaptureRef, Checked, Cleaned, Original, Tagged
from newsdesk.settings import load
from newsdesk.visible import visible, visible_line

Line = dict[str, Any]

STANDARD_INPUT = CaptureRef("-", 0)
"""The capture of a page from standard input, which is in no archive."""


@click.command("parse-feed")
def parse_feed() -> None:
    """Parse feeds. Input lines: {"id","url","body_base64","content_type"}."""
    from newsdesk.fetch.feeds import parse_feed as parse

    def answer(line: Line) -> Line:
        feed = parse(_bytes(line, "body_base64"), content_type=_text(line, "content_type", ""), url=_text(line, "url", ""))
        return {"title": feed.title, "entries": [_plain(item) for item in feed.items]}

    _answer_lines(answer)


@click.command()
def clean() -> None:
    """Extract articles from pages. Input lines: {"id","url","html_base64","content_type"}, and "fetched_at" if it is known: dates such
    as "2 hours ago" are read only then."""
    from newsdesk.clean.worker import CleaningPool

    with CleaningPool(load().clean) as pool:
        _answer_lines(lambda line: _plain(pool.clean(_page(line))))


@click.command()
@click.option("--rules", is_flag=True, help="List the rules and stop.")
@click.option(
    "--explain", "explained", is_flag=True, help="Print the text with its findings marked, and the points of the verdict, instead of JSON."
)
def check(rules: bool, explained: bool) -> None:
    """Run the translation check. Input lines: {"id","text"}, optionally "language", "title", "source_text", "source_language"."""
    if rules:
        _print_rules()
        return
    from newsdesk.check.explain import COLOURED, PLAIN, explain
    from newsdesk.check.smollm2 import open_language_model
    from newsdesk.check.stage import check as check_text
    from newsdesk.nlp import open_analyser

    settings = load()
    analyser, model = open_analyser(settings.nlp), open_language_model(settings.check)
    console = Console()
    style = PLAIN if console.color_system is None or console.no_color else COLOURED

    def answer(line: Line) -> Line:
        cleaned = _cleaned(line)
        doc = analyser.analyse(cleaned.text, cleaned.language)
        checked = check_text(cleaned, doc, settings.check, original=_original(line), language_model=model)
        return {"explanation": explain(checked, cleaned.text, style)} if explained else _checked(checked)

    _answer_lines(answer, show=_explanation if explained else _json, seconds=settings.nlp.deadline_seconds)


def _print_rules() -> None:
    from newsdesk.check.catalogue import list_rules

    for rule in list_rules():
        languages = ", ".join(sorted(rule.languages)) or "all"
        echo(f"{rule.id}  ({rule.severity}; {languages})\n    {rule.message}\n    fires:  {rule.fires}\n    silent: {rule.silent}")


@click.command()
@click.option("--explain", "explained", is_flag=True, help='Add "dropped": the names that were dropped, each with the id of the rule.')
def tag(explained: bool) -> None:
    """Find entities. Input lines: {"id","text"}, optionally "language", "title"."""
    from newsdesk.name_models import open_name_finder
    from newsdesk.nlp import open_analyser
    from newsdesk.tag.gazetteer import load_gazetteer
    from newsdesk.tag.stage import tag_and_explain

    settings = load()
    analyser, names, gazetteer = open_analyser(settings.nlp), open_name_finder(settings.nlp), load_gazetteer(settings.tag)

    def answer(line: Line) -> Line:
        cleaned = _cleaned(line)
        doc = analyser.analyse(cleaned.text, cleaned.language)
        model_names = names.find(cleaned.text, cleaned.language) if doc is None else None
        tagged, dropped = tag_and_explain(cleaned, doc, gazetteer, settings.tag, model_names=model_names)
        answered = _tagged(tagged)
        if explained:
            answered["dropped"] = [
                {"start": drop.span.start, "end": drop.span.end, "text": drop.span.text, "rule": drop.rule} for drop in dropped
            ]
        return answered

    _answer_lines(answer, seconds=settings.nlp.deadline_seconds)


@click.command()
def enrich() -> None:
    """Clean, check and tag in one: the input of `clean`, the outputs of all three, and the vector of what the article means."""
    from newsdesk.enrichment import enrich as enrich_capture
    from newsdesk.enrichment import open_tools

    settings = load()
    with open_tools(settings) as tools:

        def answer(line: Line) -> Line:
            page = _page(line)
            cleaned = tools.cleaning.clean(page)
            article = enrich_capture(page.capture, cleaned, partition="", tools=tools, settings=settings)
            return {
                **_plain(cleaned),
                **_checked(article.checked),
                **_tagged(article.tagged),
                "article_id": article.id,
                "pipeline_version": article.pipeline_version,
                "embedding": _plain(article.embedding) if article.embedding else None,
            }

        _answer_lines(answer, seconds=settings.nlp.deadline_seconds)


def _json(answer: Line) -> str:
    return visible(json.dumps(answer, ensure_ascii=False))


def _explanation(answer: Line) -> str:
    told = visible(answer["error"]) if "error" in answer else answer["explanation"]
    return f"{visible_line(str(answer['id']))}: {told}\n"


def _answer_lines(answer: Callable[[Line], Line], *, show: Callable[[Line], str] = _json, seconds: float = math.inf) -> None:
    for raw in sys.stdin.buffer:
        print(show(_answer(raw, answer, seconds)), flush=True)


def _answer(raw: bytes, answer: Callable[[Line], Line], seconds: float) -> Line:
    line = attempt(lambda: _parse(raw), what="a line of input")
    if isinstance(line, Failure):
        return {"id": None, "error": line.detail}
    made = attempt(lambda: answer(line), what=f"input {line.get('id')!r}", seconds=seconds)
    if isinstance(made, Failure):
        return {"id": line.get("id"), "error": made.detail}
    return {"id": line.get("id"), **made}


def _parse(raw: bytes) -> Line:
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ArticleRejected(Reason.BAD_INPUT, f"this line is not JSON: {error}") from error
    if not isinstance(line, dict):
        raise ArticleRejected(Reason.BAD_INPUT, "this line is not a JSON object")
    return line


def _text(line: Line, name: str, default: str | None = None) -> str:
    """Return the string in this field, or the default if it is missing or null. Raises ArticleRejected if there is no default."""
    value = line.get(name)
    if value is None and default is not None:
        return default
    if name not in line:
        raise ArticleRejected(Reason.BAD_INPUT, f'the field "{name}" is missing')
    if not isinstance(value, str):
        raise ArticleRejected(Reason.BAD_INPUT, f'the field "{name}" must be a string')
    return value


def _bytes(line: Line, name: str) -> bytes:
    try:
        return base64.b64decode(_text(line, name), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ArticleRejected(Reason.BAD_INPUT, f'the field "{name}" is not base64: {error}') from error


def _page(line: Line) -> CapturedPage:
    fetched_at = _time(line, "fetched_at")
    capture = Capture(
        ref=STANDARD_INPUT,
        url=_text(line, "url", ""),
        content_type=_text(line, "content_type", ""),
        fetched_at=fetched_at or dt.datetime.now(dt.UTC),
        is_time_known=fetched_at is not None,
    )
    return CapturedPage(capture, _bytes(line, "html_base64"))


def _time(line: Line, name: str) -> dt.datetime | None:
    """Return the time in this field, in UTC if it has no zone; None if it is missing or null."""
    text = _text(line, name, "")
    try:
        time = dt.datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise ArticleRejected(Reason.BAD_INPUT, f'the field "{name}" is not a time such as 2026-11-24T12:05:00Z: {text}') from error
    return time.replace(tzinfo=time.tzinfo or dt.UTC) if time else None


def _cleaned(line: Line) -> Cleaned:
    """Return the text of a line as the input of a stage. The language is detected if the line has none."""
    from newsdesk.clean.language import detect_language

    text, language = _text(line, "text"), _text(line, "language", "")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ArticleRejected(Reason.BAD_INPUT, 'the field "text" contains a lone surrogate')
    if language:
        return Cleaned(title=_text(line, "title", ""), text=text, language=language)
    detected = detect_language(text.split("\n"))
    return Cleaned(title=_text(line, "title", ""), text=text, language=detected.code, language_confidence=detected.confidence)


def _original(line: Line) -> Original | None:
    """Return the original of a line, if there is one. Its language is detected if the line has none."""
    from newsdesk.clean.language import detect_language

    text = _text(line, "source_text", "")
    return Original(text=text, language=_text(line, "source_language", "") or detect_language(text.split("\n")).code) if text else None


def _plain(record: Any) -> Line:
    plain: Line = TypeAdapter(type(record)).dump_python(record, mode="json")
    return plain


def _checked(checked: Checked) -> Line:
    plain = _plain(checked)
    return {"language": plain.pop("language"), "translation": plain}


def _tagged(tagged: Tagged) -> Line:
    """Return the result of tagging, with entities without null fields."""
    plain = _plain(tagged)
    known = [{key: value for key, value in entity.items() if value is not None} for entity in plain["entities"]]
    return {"entities": known, "entities_status": plain["status"]}
