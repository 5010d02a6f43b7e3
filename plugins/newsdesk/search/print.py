"""Search results on a terminal."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from newsdesk.check.verdict import describe
from newsdesk.fetch.source_names import NO_NAMES, SourceNames
from newsdesk.search.meaning import FoundBy
from newsdesk.search.run import Hit, Part, SearchResults
from newsdesk.search.versions import ArticleVersion
from newsdesk.visible import visible_fields

_STYLES = {"bad": "bold red", "warn": "yellow", "good": "green", "quiet": "dim"}
_MOST_NAMES = 12


def print_hits(results: SearchResults, console: Console | None = None, *, source_names: SourceNames = NO_NAMES) -> None:
    """Print each hit: title, source, the snippet with its matches marked, verdict, findings, persons and places."""
    results = _with_names(results, source_names)
    console, results = console or Console(highlight=False), visible_fields(results)
    # Without colour, as in a pipe, the matches must be visible too.
    plain = console.color_system is None or console.no_color
    shown = f"{len(results.hits)} of {results.total}" if results.total > len(results.hits) else str(results.total)
    console.print(f"{shown} article{'' if results.total == 1 else 's'} found")
    if results.incomplete:
        console.print("A part of the index did not answer: there may be more", style="yellow")
    for note in results.notes:
        console.print(Text(note, style="yellow"), soft_wrap=True)
    for number, hit in enumerate(results.hits, start=1):
        console.print()
        console.print(_title(number, hit, plain=plain), soft_wrap=True)
        for line in _lines(hit, plain=plain):
            _print_indented(line, console)
    if results.suggestion:
        console.print(Text(f"\nDid you mean: {results.suggestion}"), soft_wrap=True)
    if results.next_cursor:
        console.print(Text(f"\nThe next page: --after {results.next_cursor}", style="dim"), soft_wrap=True)
    for name, buckets in results.facets.items():
        if buckets and name != "dates":
            counts = ", ".join(f"{bucket.value} ({bucket.count})" for bucket in buckets)
            console.print(Text(f"\n{name}: ", style="dim").append(counts, style="not dim"), soft_wrap=True)


def _with_names(results: SearchResults, names: SourceNames) -> SearchResults:
    """Return the results with the names of sources instead of their keys."""
    hits = tuple(
        replace(
            hit,
            source=names.name(hit.source),
            first_source=names.name(hit.first_source),
            copies=tuple(replace(copy, source=names.name(copy.source)) for copy in hit.copies),
            event=tuple(replace(article, source=names.name(article.source)) for article in hit.event),
        )
        for hit in results.hits
    )
    sources = tuple(replace(bucket, value=names.name(bucket.value)) for bucket in results.facets.get("sources", ()))
    return replace(results, hits=hits, facets={**results.facets, "sources": sources} if sources else results.facets)


def print_versions(versions: Iterable[ArticleVersion], console: Console | None = None) -> None:
    """Print each version, oldest first: when it was fetched, its headline, and the changed paragraphs."""
    console = console or Console(highlight=False)
    for number, version in enumerate(map(visible_fields, versions), start=1):
        title = Text(f"{number}. ").append(version.title, style="bold")
        console.print(title, soft_wrap=True)
        about = [_moment(version.fetched_at), version.capture, "this one is searched" if version.is_searched else ""]
        _print_indented(Text(" · ".join(part for part in about if part), style="dim"), console)
        if version.summary:
            _print_indented(Text(version.summary), console)
        for change in version.changes:
            for sign, paragraph in (("-", change.before), ("+", change.after)):
                if paragraph:
                    _print_indented(Text(f"{sign} {paragraph}", style="red" if sign == "-" else "green"), console)


def _print_indented(line: Text, console: Console) -> None:
    # Lines are wrapped on a terminal, but not in a pipe or a log.
    if console.is_terminal:
        console.print(Padding(line, (0, 0, 0, 3)))
    else:
        console.print(Text("   ").append_text(line), soft_wrap=True)


def _title(number: int, hit: Hit, *, plain: bool) -> Text:
    title = Text(f"{number}. ")
    title.append_text(_marked(hit.title_parts, plain=plain, base="bold"))
    return title


def _lines(hit: Hit, *, plain: bool) -> Iterable[Text]:
    date = hit.published_at or hit.first_seen_at
    about = [hit.source, _moment(date), hit.language or "", _reason(hit)]
    yield Text(" · ".join(part for part in about if part), style="dim")
    yield Text(hit.url, style="dim")
    yield _marked(hit.snippet, plain=plain)
    yield _verdict(hit)
    for finding in hit.findings:
        line = Text(f"  {finding.severity:<6} ", style="dim")
        line.append(f"⟨{' '.join(finding.text.split())}⟩", style="italic")
        line.append(f" {finding.message}")
        yield line
    named = (("persons", hit.persons), ("organisations", hit.organizations), ("places", hit.places), ("events", hit.events))
    for label, values in named:
        if values:
            more = f" and {len(values) - _MOST_NAMES} more" if len(values) > _MOST_NAMES else ""
            yield Text(f"{label + ':':<15}", style="dim").append(", ".join(values[:_MOST_NAMES]) + more, style="not dim")
    if hit.copies:
        yield Text(f"one story, {hit.first_source} was first; also:", style="dim")
    for copy in hit.copies:
        yield Text(f"  {copy.kind.replace('_', ' ')}: {copy.source}, {copy.title}  {copy.url}")
    if hit.event:
        yield Text(f"the same event in {', '.join(hit.event_languages)}:", style="dim")
    for article in hit.event:
        yield Text(f"  {article.language or '?'}: {article.source}, {article.title}  {article.url}")


_FOUND_BY = {FoundBy.WORDS: "found by its words", FoundBy.MEANING: "found by its meaning", FoundBy.BOTH: "found by words and meaning"}


def _reason(hit: Hit) -> str:
    return _FOUND_BY[hit.found_by] if hit.found_by else f"score {hit.score:.2f}"


def _moment(moment: dt.datetime | None) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC" if moment else ""


def _verdict(hit: Hit) -> Text:
    said = describe(hit.verdict, hit.basis)
    line = Text("translation check: ", style="dim")
    line.append(said.label, style=f"not dim {_STYLES[said.tone]}")
    if hit.is_translation != "unknown":
        line.append(f"; translated: {hit.is_translation}{f' from {hit.source_language}' if hit.source_language else ''}")
    if hit.findings:
        line.append(f"; {len(hit.findings)} finding{'' if len(hit.findings) == 1 else 's'}")
    return line


def _marked(parts: Iterable[Part], *, plain: bool, base: str = "") -> Text:
    text = Text()
    for part in parts:
        shown = f"*{part.text}*" if part.marked and plain else part.text
        text.append(shown, style=f"{base} bold black on yellow" if part.marked else base)
    return text
