"""The headline, without the name of the site."""

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from newsdesk.clean.structured import Structured, as_text
from newsdesk.clean.text import one_line, words_of

_SEPARATOR = re.compile(r"\s+[|\-–—·•:»«/~‹›]+\s+|\s*[|｜»]\s*|(?<=\S):\s+|\s+—|\s*[—]\s*|_")
_MAXIMUM_HEADLINE = 400


def find_title(tree: HtmlElement, structured: Structured, *, site_name: str | None) -> str:
    """The headline: the heading in the page that the page's own claims point to; else the claim, cut free of the site's name.

    Empty where the page has neither heading nor title.
    """
    claims = _claims(tree, structured)
    headings = _headings(tree)
    agreed = _best_heading(headings, claims)
    if agreed:
        return agreed
    if claims:
        return without_site_name(claims[0], names=[site_name] if site_name else ())
    return headings[0] if headings else ""


def without_site_name(title: str, *, names: Iterable[str]) -> str:
    """The title without a part that is one of the names, at its beginning or end; a title that is only a name stays."""
    known = {_squeezed(name) for name in names if name}
    for match in reversed(list(_SEPARATOR.finditer(title))):
        head, tail = title[: match.start()].strip(), title[match.end() :].strip()
        if head and _squeezed(tail) in known:
            return without_site_name(head, names=names)
    for match in _SEPARATOR.finditer(title):
        head, tail = title[: match.start()].strip(), title[match.end() :].strip()
        if tail and _squeezed(head) in known:
            return tail
    return title


def _claims(tree: HtmlElement, structured: Structured) -> list[str]:
    values = [
        as_text(structured.article.get("headline")),
        structured.meta_first("og:title"),
        structured.meta_first("twitter:title", "title", "dc.title", "parsely-title", "sailthru.title"),
        next((element.text_content() for element in tree.iter("title")), ""),
    ]
    return [title for title in map(one_line, values) if title]


def _headings(tree: HtmlElement) -> list[str]:
    found = [one_line(element.text_content()) for element in tree.iter("h1")]
    return [heading for heading in found if heading and len(heading) <= _MAXIMUM_HEADLINE]


def _best_heading(headings: list[str], claims: list[str]) -> str:
    scored = [(max((_agreement(heading, claim) for claim in claims), default=0.0), -i) for i, heading in enumerate(headings)]
    best, index = max(scored, default=(0.0, 0))
    return headings[-index] if best >= 0.5 else ""


def _agreement(heading: str, claim: str) -> float:
    """How much of the heading's words the claim has, from 0 to 1, less for a heading that is only a small part of it."""
    words, claimed = set(words_of(heading)), set(words_of(claim))
    if not words or not claimed:
        return 0.0
    common = len(words & claimed)
    return common / (0.7 * len(words) + 0.3 * len(claimed))


def _squeezed(name: str) -> str:
    return "".join(words_of(name))
