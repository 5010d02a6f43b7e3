"""A translation and its original side by side, as pages and commands show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from elasticsearch import Elasticsearch

from newsdesk.records import AlignedSentences, Finding
from newsdesk.search.originals import Story, compare_articles
from newsdesk.settings import Settings


class PairKind(StrEnum):
    """The relation between the sentences of a pair.

    `same`: they have the same meaning (a number or a name may still differ, see the findings); `different`: they have the same position
    and another meaning; `added`: only the article has them; `missing`: only the original has them.
    """

    SAME = "same"
    DIFFERENT = "different"
    ADDED = "added"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPair:
    """Adjacent sentences of the article, the sentences of the original that are aligned with them, and the findings in them.

    Offsets are code points of the article's and of the original's text. A side without a sentence is empty and has no offsets.
    The findings' offsets refer to the whole texts.
    """

    kind: PairKind
    text: str = ""
    start: int | None = None
    end: int | None = None
    source_text: str = ""
    source_start: int | None = None
    source_end: int | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedArticles:
    """A translation and its original with their sentences side by side, in the order of the texts.

    `coverage` is the share of the article's sentences that the original also has; `findings` are all differences.
    """

    article: Story
    original: Story
    coverage: float
    pairs: tuple[ComparedPair, ...]
    findings: tuple[Finding, ...]


def find_comparison(es: Elasticsearch, article_id: str, settings: Settings) -> ComparedArticles | None:
    """Return the article and its original side by side; None if its original is not known.

    Raises SetupError if the index does not have the article.
    """
    found = compare_articles(es, article_id, None, settings)
    if found.original is None:
        return None
    return ComparedArticles(
        article=found.article,
        original=found.original,
        coverage=found.covered,
        pairs=tuple(_pair(found.article, found.original, aligned, found.findings) for aligned in found.sentences),
        findings=found.findings,
    )


def _pair(article: Story, original: Story, aligned: AlignedSentences, findings: Sequence[Finding]) -> ComparedPair:
    start, end = aligned.text or (None, None)
    source_start, source_end = aligned.source or (None, None)
    return ComparedPair(
        kind=_kind(aligned),
        text=article.text[slice(*aligned.text)] if aligned.text else "",
        start=start,
        end=end,
        source_text=original.text[slice(*aligned.source)] if aligned.source else "",
        source_start=source_start,
        source_end=source_end,
        findings=tuple(finding for finding in findings if _is_in(finding, aligned)),
    )


def _kind(aligned: AlignedSentences) -> PairKind:
    if aligned.source is None:
        return PairKind.ADDED
    if aligned.text is None:
        return PairKind.MISSING
    return PairKind.SAME if aligned.is_same else PairKind.DIFFERENT


def _is_in(finding: Finding, aligned: AlignedSentences) -> bool:
    """Return whether a finding is in these sentences: by its place in the article, or in the original if it is missing from the article."""
    if finding.start < finding.end:
        return aligned.text is not None and aligned.text[0] <= finding.start < aligned.text[1]
    return aligned.source is not None and finding.source_start is not None and aligned.source[0] <= finding.source_start < aligned.source[1]
