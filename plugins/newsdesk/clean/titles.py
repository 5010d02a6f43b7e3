"""Finds the headline of a page, without the name of the site."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from newsdesk.clean.blocks import Block, blocks_of
from newsdesk.clean.bylines import is_newsroom
from newsdesk.clean.furniture import is_invisible, names_label
from newsdesk.clean.regions import length_of, prose_characters
from newsdesk.clean.structured import Structured, as_text
from newsdesk.clean.text import name_key, one_line, tokens_of, words_of
from newsdesk.urls import host_of

_SEPARATOR = re.compile(
    r"\s+(?:[|\-–—·•:»«/~‹›<>]|::)\s+|\s*[|｜ㅣ：－]\s*|(?<=[^\x00-\x7f])-(?=[^\x00-\x7f])|(?<=\w):\s+|(?<=\w)\s*—\s*|_(?=\D)"
)
_BAR = re.compile(r"\s+[|｜ㅣ]\s+")
_JOINT = re.compile(r"\s*[-–—|｜ㅣ·_<]")
"""Between a headline and a section, also without spaces: `Headline-Sport|Courier`."""
_PATH = "<"
"""Between a headline and the sections that it belongs to: `Headline < Sport < Article - Courier`."""
_AROUND_LABELS = " /|:–-"
_LONGEST_HEADLINE = 400
_LONGEST_CLAIM = 2_000
_AGREEING = 0.5
_WHOLE_HEADLINE = 4
_FEWEST_WORDS = 3
_SHORTEST_HEADLINE = 15
_MUCH_LONGER = 2
_LINKED = 0.5
_COLONS = frozenset(":：")
_AFTER_LABEL = re.compile(r"\s*[-–—|｜ㅣ·»]\s*")
_LONGEST_SECTION = 30
_RELATED = 0.15
"""Agreement with a declared title from which a single h1 is the headline; declared titles are often written for search engines."""


def find_title(tree: HtmlElement, structured: Structured, blocks: Sequence[Block], *, url: str, site_name: str | None) -> str:
    """Return the headline without the name of the site: the h1 that agrees with the titles that the page declares, else such a title.

    Empty if the page has neither heading nor title.
    """
    claims = _claims(tree, structured)
    headings = _headings(tree)
    labels = {heading for heading in headings if _is_label(heading, claims, blocks)}
    headings = [heading for heading in headings if heading not in labels]
    names = _site_names(claims, headings, url=url, site_name=site_name) | set(map(name_key, labels))
    headings = [heading for heading in headings if name_key(heading) not in names]
    claims = [without_site_name(claim, names=names) for claim in claims]
    headings = _without_kickers(tree, headings, claims)
    chosen = _best_heading(headings, claims) or _shown_part(claims, blocks) or _much_longer_heading(headings, claims)
    chosen = chosen or _without_names(next(iter(claims), ""), blocks, url=url) or next(iter(headings), "") or _first_heading(blocks)
    return _as_claimed(_without_tail(without_site_name(chosen, names=names)), claims)


def without_site_name(title: str, *, names: Iterable[str]) -> str:
    """Remove one of the names, given as keys of `text.name_key`, from the end (also before a section) or the start of a title.

    A title that is only a name is not changed.
    """
    known = set(names)
    for match in reversed(list(_SEPARATOR.finditer(title))):
        head, tail = title[: match.start()].strip(), title[match.end() :].strip()
        name = _SEPARATOR.split(tail, maxsplit=1)[0]
        if head and name_key(name) in known and (name == tail or len(tail) < len(head)):
            return without_site_name(head, names=known)
    for match in _SEPARATOR.finditer(title):
        head, tail = title[: match.start()].strip(), title[match.end() :].strip()
        if tail and name_key(head) in known:
            return tail
    return title


def _claims(tree: HtmlElement, structured: Structured) -> list[str]:
    values = [
        as_text(structured.article.get("headline")),
        structured.meta_first("headline"),
        structured.meta_first("og:title"),
        structured.meta_first("twitter:title", "title", "dc.title", "parsely-title", "sailthru.title"),
        next((element.text_content() for element in tree.iter("title")), ""),
    ]
    return [title for title in map(_plain, values) if title]


def _headings(tree: HtmlElement) -> list[str]:
    found = [_plain(" ".join(block.text for block in blocks_of(element))) for element in tree.iter("h1") if not is_invisible(element)]
    return [heading for heading in dict.fromkeys(found) if heading and len(heading) <= _LONGEST_HEADLINE]


def _without_kickers(tree: HtmlElement, headings: list[str], claims: list[str]) -> list[str]:
    """Remove labels in elements before or after the headline, if a declared title is equal to the rest of the heading, or if their class
    names them.
    """
    claimed = {name_key(part) for claim in claims for part in (claim, _without_tail(claim), _without_head(claim))}
    bare = {}
    for element in tree.iter("h1"):
        whole = _plain(element.text_content())
        for rest in _without_label(element, whole):
            if name_key(rest) in claimed:
                bare[name_key(whole)] = rest
        if name_key(whole) not in bare and name_key(whole) not in claimed:
            bare[name_key(whole)] = _without_named_label(element, whole)
    return [bare.get(name_key(heading), heading) for heading in headings]


def _without_label(heading: HtmlElement, whole: str) -> Iterator[str]:
    """Yield the text of a heading without its first element, without its last one, and without both, unless there is text before or
    after it.
    """
    rests = [whole]
    if len(heading) and not (heading.text or "").strip():
        rests.append(whole.removeprefix(_plain(heading[0].text_content())))
    if len(heading) and not (heading[-1].tail or "").strip():
        rests += [rest.removesuffix(_plain(heading[-1].text_content())) for rest in rests]
    yield from (rest.strip(_AROUND_LABELS) for rest in rests[1:])


def _without_named_label(heading: HtmlElement, whole: str) -> str:
    """Return the text of a heading without a first or last element whose class is that of a kicker or badge."""
    labels = [_plain(element.text_content()) for element in heading.iter() if element is not heading and names_label(element)]
    for label in labels:
        for rest in (whole.removeprefix(label), whole.removesuffix(label)):
            if rest != whole and len(words_of(rest)) >= _FEWEST_WORDS:
                whole = rest.strip(_AROUND_LABELS)
                break
    return whole


def _plain(text: str) -> str:
    return one_line(html.unescape(text[:_LONGEST_CLAIM]))


def _site_names(claims: list[str], headings: list[str], *, url: str, site_name: str | None) -> set[str]:
    """Return the keys of the site's names: its declared name, its host, and parts of titles that other titles lack or that are like it."""
    labels = [label for label in host_of(url).removeprefix("www.").split(".") if len(label) > 3]
    names = {name_key(site_name or ""), name_key(host_of(url)), name_key(host_of(url).removeprefix("www.")), *map(name_key, labels)}
    for claim in claims:
        parts = _SEPARATOR.split(claim)
        if len(parts) > 1:
            names |= {name_key(part) for part in (parts[0], parts[-1]) if _is_of_host(part, labels)}
        for other in claims + headings:
            rest = claim.removeprefix(other)
            if rest != claim and (match := _SEPARATOR.match(rest)):
                names.add(name_key(rest[match.end() :]))
    return names - {""}


def _is_of_host(part: str, labels: list[str]) -> bool:
    """Return whether a part of a title is similar to a label of the host: `LogRocket Blog` on logrocket.com."""
    name = name_key(part)
    known = [name_key(label) for label in labels]
    return any((name in label or label in name) and 0.5 * len(label) <= len(name) <= 1.8 * len(label) for label in known)


def _best_heading(headings: list[str], claims: list[str]) -> str:
    scored = [(max((_agreement(heading, claim) for claim in claims), default=0.0), heading) for heading in headings]
    best, heading = max(scored, key=lambda pair: pair[0], default=(0.0, ""))
    return heading if best >= _AGREEING or (len(headings) == 1 and best >= _RELATED and len(heading) >= _SHORTEST_HEADLINE) else ""


def _much_longer_heading(headings: list[str], claims: list[str]) -> str:
    """Return the only heading if all declared titles are so much shorter that they rather name the site: a page of scripts."""
    if len(headings) != 1 or length_of(headings[0]) < _SHORTEST_HEADLINE:
        return ""
    return headings[0] if all(_MUCH_LONGER * len(claim) <= len(headings[0]) for claim in claims) else ""


def _shown_part(claims: list[str], blocks: Sequence[Block]) -> str:
    """Return the part of a declared title that the page shows as a line of its own: the rest is the name of the site or a section.

    What is before a colon is part of the headline.
    """
    lines = _lines(blocks)
    shown = set(map(name_key, lines))
    for claim in claims:
        if name_key(claim) in shown:
            return claim
        for line in lines:
            joint = _JOINT.match(claim, len(line)) if claim.startswith(line) else None
            if joint and (2 * len(line) >= len(claim) or joint.group().strip() == _PATH):
                return line
        for match in _SEPARATOR.finditer(claim):
            parts = (claim[: match.start()].strip(), claim[match.end() :].strip())
            longer = max(parts, key=len)
            if match.group().strip() not in _COLONS and name_key(longer) in shown:
                return longer
    return ""


def _is_label(heading: str, claims: list[str], blocks: Sequence[Block]) -> bool:
    """Return whether a heading is the site or a section: it is before a much longer part of a declared title, which the page shows."""
    rests = {claim[len(heading) :] for claim in claims if claim.startswith(heading)}
    titles = {rest[match.end() :] for rest in rests if len(rest) > _MUCH_LONGER * len(heading) and (match := _AFTER_LABEL.match(rest))}
    return bool(titles) and not titles.isdisjoint(_lines(blocks))


def _lines(blocks: Sequence[Block]) -> list[str]:
    """Return the lines of the page that can be a headline."""
    return [block.text for block in blocks if len(block.text) <= _LONGEST_HEADLINE and block.link_share < _LINKED]


def _without_names(claim: str, blocks: Sequence[Block], *, url: str) -> str:
    """Return a declared title that the page does not show without the names of a site or section around it."""
    return _without_head(_without_newsroom(_without_section(claim, blocks, url=url)))


def _without_head(title: str) -> str:
    """Remove a short first part before a bar, such as the site, a section or a kicker."""
    head, *rest = _BAR.split(title, maxsplit=1)
    words = words_of("".join(rest))
    is_head = len(words) >= _WHOLE_HEADLINE and len(words_of(head)) < len(words) and _MUCH_LONGER * len(head) <= len(rest[0])
    return rest[0] if rest and is_head else title


def _without_newsroom(title: str) -> str:
    """Remove a short last part in capitals with a word of newsrooms, such as "Tribune" or 新聞."""
    for match in reversed(list(_SEPARATOR.finditer(title))):
        head, tail = title[: match.start()].strip(), title[match.end() :].strip()
        if len(words_of(tail)) <= len(words_of(head)) and is_newsroom(tail):
            return head
    return title


def _first_heading(blocks: Sequence[Block]) -> str:
    """Return the first heading of a page that declares no title and has no h1, if it is before the first paragraph."""
    before = takewhile(lambda block: not prose_characters(block), blocks)
    return next((block.text for block in before if block.is_heading and block.link_share < _LINKED), "")


def _without_section(claim: str, blocks: Sequence[Block], *, url: str) -> str:
    """Remove a last part that is the text of a link of the page, such as a section in its menu, or a part of the URL's path."""
    menu = {name_key(block.text) for block in blocks if block.link_share >= _LINKED and len(block.text) <= _LONGEST_SECTION}
    menu |= set(map(name_key, urlsplit(url).path.split("/"))) - {""}
    for match in _SEPARATOR.finditer(claim):
        head, tail = claim[: match.start()].strip(), claim[match.end() :].strip()
        if len(tail) < len(head) and name_key(tail) in menu:
            return head
    return claim


def _agreement(heading: str, claim: str) -> float:
    """Return the similarity of the words, from 0 to 1. Words that are only in the heading have more weight than missing ones."""
    words, claimed = tokens_of(heading), tokens_of(claim)
    if not words or not claimed:
        return 0.0
    return len(words & claimed) / (0.7 * len(words) + 0.3 * len(claimed))


def _without_tail(title: str) -> str:
    """Remove short parts after a bar, such as a section, a series or keywords."""
    parts = _BAR.split(title)
    first = words_of(parts[0])
    return parts[0] if len(parts) > 1 and len(first) >= 4 and all(len(words_of(part)) < len(first) for part in parts[1:]) else title


def _as_claimed(title: str, claims: list[str]) -> str:
    """Return the declared title instead of a heading that has the same words in capitals or without spaces, or a date, number or kicker
    around it.
    """
    words = words_of(title)
    for claim in claims:
        claimed = words_of(claim)
        if claimed == words and title.isupper() and not claim.isupper():
            return claim
        if len(claimed) > len(words) and name_key(claim) == name_key(title):
            return claim
        if len(claimed) >= _WHOLE_HEADLINE and title.endswith(claim) and title.removesuffix(claim)[-1:].isalnum():
            return claim
        if len(claimed) >= 3 and len(claimed) < len(words) and _has_only_numbers_around(words, claimed):
            return claim
    return title


def _has_only_numbers_around(words: list[str], claimed: list[str]) -> bool:
    rest = (
        words[: -len(claimed)] if words[-len(claimed) :] == claimed else words[len(claimed) :] if words[: len(claimed)] == claimed else []
    )
    return 2 <= len(rest) <= 3 and any(word.isdigit() for word in rest)
