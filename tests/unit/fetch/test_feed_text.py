"""Titles and summaries as plain text: markup is removed, but not text that looks like markup."""

import pytest

from newsdesk.fetch.feed_text import Markup, plain_text


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("The <b>ferry</b> &amp; the <i>quay</i>", "The ferry & the quay"),
        ("First<br>second<br/>third", "First second third"),
        ("<p>One</p><p>Two", "One Two"),
        ("<ul><li>One<li>Two</ul>", "One Two"),
        ("H<sub>2</sub>O", "H2O"),
        ('<a href="https://news.example/">Ferry</a>', "Ferry"),
        ("before<!-- a remark -->after", "before after"),
        ("x<script>alert('<b>')</script>y", "x y"),
        ("<![CDATA[Ferry &amp; quay]]>", "Ferry & quay"),
        ("caf&eacute; &#8211; &#x2026;", "café – …"),
        ("R&D, AT&T, a&b;c", "R&D, AT&T, a&b;c"),
        ("if a<b and c>d", "if a<b and c>d"),
        ("why the <main> element matters", "why the <main> element matters"),
        ("<redis>", "<redis>"),
        ("use <Foo bar=1> here", "use <Foo bar=1> here"),
        ("3 < 5", "3 < 5"),
        ("a heart <3", "a heart <3"),
        ("ends in <unfinished", "ends in <unfinished"),
        ("  two\n lines ", "two lines"),
        ("Ha\u00adfen, \u200bQuay\ufeff and&shy; more", "Hafen, Quay and more"),
        ("Quay\x07 opens&#7; again", "Quay opens again"),
        ("می\u200cخواهد", "می\u200cخواهد"),
    ],
)
def test_markup_that_nobody_names(given: str, text: str) -> None:
    assert plain_text(given) == text


def test_text_that_is_named_text_stays_as_it_is() -> None:
    assert plain_text("The <b>bold</b> element &amp; its friends", Markup.NONE) == "The <b>bold</b> element &amp; its friends"


def test_character_references_may_be_decoded_without_tags() -> None:
    assert plain_text("Marks &amp; Spencer&#8217;s <b>tag</b>", Markup.REFERENCES) == "Marks & Spencer’s <b>tag</b>"


def test_in_html_every_tag_is_one() -> None:
    assert plain_text("one <my-word>two</my-word> <main>three", Markup.HTML) == "one two three"
    assert plain_text("1 < 2", Markup.HTML) == "1 < 2"


@pytest.mark.parametrize(("value", "text"), [(None, ""), (7, "7"), (True, ""), (["x"], ""), ("a\x00b", "ab"), ("a\ud800", "a?")])
def test_what_is_no_text_is_none(value: object, text: str) -> None:
    assert plain_text(value, Markup.NONE) == text
