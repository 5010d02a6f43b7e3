"""`newsdesk compare`: compares an article with its original."""

from collections.abc import Iterator

import click
from pydantic import TypeAdapter

from newsdesk.cli.terminal import echo
from newsdesk.index.client import open_client
from newsdesk.plurals import plural
from newsdesk.search import originals
from newsdesk.search.originals import Comparison, Story
from newsdesk.settings import load


@click.command()
@click.argument("article_id")
@click.argument("original_id", required=False)
@click.option("--sentences", is_flag=True, help="Also print both texts side by side, sentence by sentence.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def compare(article_id: str, original_id: str | None, sentences: bool, as_json: bool) -> None:
    """Compare an indexed article with its original by sentence: what is missing, was added, or has another meaning.

    Without the id of the original, the index is searched for an article about the same event in another language.
    """
    settings = load()
    with open_client(settings.elasticsearch) as es:
        found = originals.compare_articles(es, article_id, original_id, settings)
    if as_json:
        echo(TypeAdapter(originals.Comparison).dump_json(found))
    elif found.original is None:
        echo("The index has no article about the same event in another language.")
    else:
        echo("\n".join([*_summary(found, found.original), *(_side_by_side(found, found.original) if sentences else ())]))


def _summary(found: Comparison, original: Story) -> list[str]:
    alone = sum(pair.source is None for pair in found.sentences), sum(pair.text is None for pair in found.sentences)
    lines = [
        f"{found.article.title}  [{found.article.language}]  {found.article.url}",
        f"{original.title}  [{original.language}]  {original.url}",
        f"{found.covered:.0%} of the article's sentences have a counterpart in the original; "
        f"{plural(alone[0], 'sentence')} of the article and {alone[1]} of the original have none (--sentences shows them)",
        "" if found.findings else "no disagreement found (there may still be some)",
    ]
    for finding in found.findings:
        lines.append(f"{finding.message} [{finding.rule}]")
        lines.append(f"  {finding.start}-{finding.end}: {found.article.text[finding.start : finding.end] or '(nothing)'}")
        if finding.source_start is not None and finding.source_end is not None:
            place = f"{finding.source_start}-{finding.source_end}"
            lines.append(f"  original {place}: {original.text[finding.source_start : finding.source_end]}")
    return lines


def _side_by_side(found: Comparison, original: Story) -> Iterator[str]:
    for pair in found.sentences:
        sign = " " if pair.is_same else "-" if pair.text is None else "+" if pair.source is None else "?"
        yield ""
        yield f"{sign} {found.article.language}  {_at(found.article.text, pair.text)}"
        yield f"{sign} {original.language}  {_at(original.text, pair.source)}"
    yield "\n+ only in the article   - only in the original   ? at the same position with another meaning"


def _at(text: str, place: tuple[int, int] | None) -> str:
    return " ".join(text[slice(*place)].split()) if place else "(nothing)"
