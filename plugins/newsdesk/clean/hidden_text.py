"""Changes a page to its visible text: removes text for screen readers and footnote marks, adds the quotation marks of `q`, and makes
inline captions `figcaption` elements, so that they are blocks of their own.
"""

import re
from itertools import takewhile

from lxml.html import HtmlElement

_INLINE = ("span", "a", "b", "i", "em", "strong", "small", "sup", "sub", "abbr", "label", "mark", "font", "s", "u")
_FOR_SCREEN_READERS = frozenset({
    "sr-only", "sr_only", "is-sr-only", "show-for-sr", "srt", "screen-reader-text", "screen-reader-only", "screenreader-text",
    "screenreader-only",
    "screen-reader", "screenreader", "visually-hidden", "visuallyhidden", "visually_hidden", "u-visually-hidden", "u-hidden-visually",
    "hidden-visually", "is-visually-hidden",
    "is-hidden-visually", "hide-visually", "a11y-hidden", "a11y", "accessibility-hidden", "assistive-text", "offscreen", "off-screen",
    "element-invisible", "audible",
})  # fmt: skip
"""Classes of common style sheets for text that is only for screen readers."""
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|(?:left|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*[01](?:px)?\b",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"(?:^|[\s_-])(?:caption|img[_-]?desc(?:ription)?|image[_-]?(?:caption|credit)|photo[_-]?(?:caption|credit)|bildunterschrift|bildtext)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LONGEST_CLASS, _LONGEST_CAPTION = 300, 400
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6", "dt"})
_LONGEST_STYLE = 1000
_FOOTNOTE = re.compile(r"\[\s?(?:\d{1,3}|[a-z*])\s?\]|\d{1,3}|[*†‡§]{1,3}")
_BACK = re.compile("[↩↑⤴⮌^]\ufe0e?")
"""The text of a link from a footnote back to its mark."""
_BRACKETED = re.compile(r"\[.*\]")
_ENDS_SENTENCE = re.compile(r"[.,;:!?…)\]”’»\"']\s*$")
_LONGEST_DROP_CAP = 3
_GLUED = re.compile(r"(?:[^\W\d_A-ZÀ-Þ]|[:!?.)])(?:[A-ZÀ-Þ]|[“„«\"])")
"""A lower-case letter or punctuation mark followed by a capital or an opening quotation mark."""
_QUOTATION_MARKS = frozenset("“”\"„«»‹›‘’'「」『』")


def remove_hidden_text(tree: HtmlElement) -> None:
    """Change the tree in place. Hidden blocks are kept, since scripts may show them; `furniture` recognises them."""
    for panel in tree.iter("div", "section", "dd"):
        _open(panel)
    inline = [*tree.iter(*_INLINE)]
    for element in filter(_is_hidden, inline):
        _drop(element)
    for element in inline:
        if _CAPTION.search((element.get("class") or "")[:_LONGEST_CLASS]) and len(element.text_content()) <= _LONGEST_CAPTION:
            element.tag = "figcaption"
        if _is_copy_of_drop_cap(element) or _is_footnote_sign(element):
            _drop(element)
    for element in reversed([*tree.iter("q")]):
        _quote(element)
    for heading in tree.iter("h1", "h2"):
        _separate_words(heading)


def _open(panel: HtmlElement) -> None:
    """Show an element below a heading with a button, which readers press to see it."""
    before = panel.getprevious() if panel.get("aria-hidden") == "true" or panel.get("hidden") is not None else None
    if before is not None and before.tag in _HEADINGS and (before.find(".//button") is not None or before.get("aria-expanded")):
        for name in ("aria-hidden", "hidden"):
            panel.attrib.pop(name, None)


def _is_hidden(element: HtmlElement) -> bool:
    if element.get("hidden") is not None or not _FOR_SCREEN_READERS.isdisjoint((element.get("class") or "").lower().split()):
        return True
    style = element.get("style")
    return bool(style and _HIDDEN_STYLE.search(style[:_LONGEST_STYLE]))


def _is_copy_of_drop_cap(element: HtmlElement) -> bool:
    """Return whether an `aria-hidden` element is the name of an icon, or a drop cap that repeats the letters after it."""
    if element.get("aria-hidden") != "true":
        return False
    letters = str(element.text_content()).strip()
    if not letters or "icon" in (element.get("class") or "").lower():
        return bool(letters)
    del element.attrib["aria-hidden"]  # it is visible, but extractors would omit it
    if len(letters) > _LONGEST_DROP_CAP:
        return False
    return _after(element).startswith(letters)


def _is_footnote_sign(element: HtmlElement) -> bool:
    """Return whether this is a footnote mark: a link within the page, or a superscript that is in brackets or after a sentence."""
    if element.tag not in ("sup", "a"):
        return False
    sign = element.text_content().strip()
    if element.tag == "a" and _BACK.fullmatch(sign):
        return (element.get("href") or "").startswith("#")
    if len(sign) > len("[100]") or not _FOOTNOTE.fullmatch(sign):
        return False
    if element.tag == "a":
        return (element.get("href") or "").startswith("#") and ("note" in (element.get("class") or "") or bool(_BRACKETED.fullmatch(sign)))
    link = element.find(".//a")
    if link is not None:
        return "#" in (link.get("href") or "#")
    return bool(_BRACKETED.fullmatch(sign)) or (not sign.isdigit()) or bool(_ENDS_SENTENCE.search(_before(element)))


def _after(element: HtmlElement) -> str:
    """Return the text right after an element, which can be beside inline elements around it."""
    for outer in (element, *takewhile(lambda around: around.tag in _INLINE, element.iterancestors())):
        follower = outer.getnext()
        if after := outer.tail or (str(follower.text_content()) if follower is not None else ""):
            return after
    return ""


def _before(element: HtmlElement) -> str:
    """Return the text right before an element within its parent."""
    previous = element.getprevious()
    if previous is not None:
        return previous.tail or str(previous.text_content())
    parent = element.getparent()
    return (parent.text or "") if parent is not None else ""


def _drop(element: HtmlElement) -> None:
    """Remove the content of an element, but not the text after it."""
    tail = element.tail
    if tail and tail[0] in ".,;:!?)" and _before(element).endswith(" "):
        _strip_before(element)
    element.clear()
    element.tail = tail


def _strip_before(element: HtmlElement) -> None:
    """Remove the space before an element that is dropped before punctuation."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None and previous.tail:
        previous.tail = previous.tail.rstrip()
    elif previous is None and parent is not None and parent.text:
        parent.text = parent.text.rstrip()


def _separate_words(heading: HtmlElement) -> None:
    """Add spaces around elements of a heading whose text would otherwise be joined to the next word, such as a kicker in a `span`."""
    for element in heading.iter(*_INLINE):
        inner = str(element.text_content())
        if inner and _GLUED.search(_before(element)[-1:] + inner[:1]):
            element.text = " " + (element.text or "")
        if inner and element.tail and _GLUED.search(inner[-1:] + element.tail[:1]):
            element.tail = " " + element.tail


def _quote(element: HtmlElement) -> None:
    """Add the quotation marks that browsers show around `q`, unless the text contains them."""
    text = element.text_content().strip()
    if text and text[0] not in _QUOTATION_MARKS:
        opening, closing = "‘’" if next(element.iterancestors("q"), None) is not None else "“”"
        element.text = opening + (element.text or "").lstrip()
        element.tail = closing + (element.tail or "")
    element.tag = "span"
