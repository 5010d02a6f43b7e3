"""`newsdesk compare`: an article beside its original."""

import click
from pydantic import TypeAdapter

from newsdesk.cli.terminal import echo
from newsdesk.index.client import open_client
from newsdesk.search import originals
from newsdesk.search.originals import Comparison
from newsdesk.settings import load


@click.command()
@click.argument("article_id")
@click.argument("original_id", required=False)
@click.option("--json", "as_json", is_flag=True, help="For a program.")
def compare(article_id: str, original_id: str | None, as_json: bool) -> None:
    """Compares an indexed article with its original, sentence by sentence: what is missing, was put in, or says something else.

    Without the id of the original, a story of the same event in another language is looked for in the index.
    """
    settings = load()
    with open_client(settings.elasticsearch) as es:
        found = originals.compare_articles(es, article_id, original_id, settings)
    echo(TypeAdapter(originals.Comparison).dump_json(found) if as_json else _shown(found))


def _shown(found: Comparison) -> str:
    if found.original is None:
        return "No story of the same event in another language was found in the index."
    original = found.original
    lines = [
        f"{found.article.title}  [{found.article.language}]  {found.article.url}",
        f"{original.title}  [{original.language}]  {original.url}",
        f"{found.covered:.0%} of the article's sentences have a counterpart in the original",
        "" if found.findings else "no disagreement found (that is no promise that there is none)",
    ]
    for finding in found.findings:
        lines.append(f"{finding.message} [{finding.rule}]")
        lines.append(f"  {finding.start}-{finding.end}: {found.article.text[finding.start : finding.end] or '(nothing)'}")
        if finding.source_start is not None and finding.source_end is not None:
            place = f"{finding.source_start}-{finding.source_end}"
            lines.append(f"  original {place}: {original.text[finding.source_start : finding.source_end]}")
    return "\n".join(lines)
