"""Pages of one story in several languages, in the layouts of news sites. `stories.json` has its text and the words of a page around it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Story:
    """The text of an article, and lines around it that are no part of it: `offer` to `share`."""

    language: str
    title: str
    description: str
    paragraphs: list[str]
    subheadings: list[str]
    items: list[str]
    table: list[list[str]]
    author: str
    site: str
    date: str
    tags: list[str]
    related: str
    headlines: list[str]
    offer: str
    portrait: str
    comments: str
    comment: str
    rights: str
    share: str
    caption: str
    credit: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page, lines that its article has, and text that its article has not."""

    markup: str
    wanted: Sequence[str]
    unwanted: Sequence[str] = ()


STORIES = [Story(**fields) for fields in json.loads(Path(__file__).with_name("stories.json").read_text(encoding="utf-8"))]
Layout = Callable[[Story], Page]
LAYOUTS: list[Layout] = []


def layout(function: Layout) -> Layout:
    LAYOUTS.append(function)
    return function


def lines(texts: Sequence[str], tag: str = "p") -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for text in texts)


def links(texts: Sequence[str]) -> str:
    return "".join(f'<li><a href="/{number}">{text}</a></li>' for number, text in enumerate(texts))


def page(story: Story, body: str, *, head: str = "", unwanted: Sequence[str] = (), wanted: Sequence[str] | None = None) -> Page:
    """A page with a header, a list of other articles and a footer around a body."""
    markup = f"""<!DOCTYPE html><html lang="{story.language}"><head><title>{story.title} | {story.site}</title>
<meta property="og:title" content="{story.title}"><meta property="og:site_name" content="{story.site}">
<meta name="description" content="{story.description}"><meta name="author" content="{story.author}">{head}</head><body>
<header><a href="/">{story.site}</a><nav><ul>{links(story.tags)}</ul></nav></header>{body}
<aside><h3>{story.related}</h3><ul>{links(story.headlines)}</ul></aside><footer><p>{story.rights}</p></footer></body></html>"""
    around = (story.headlines[0], story.headlines[2], story.rights)
    return Page(markup, story.paragraphs if wanted is None else wanted, (*around, *unwanted))


@layout
def text_in_bare_divs(story: Story) -> Page:
    return page(story, f"<div><div><h1>{story.title}</h1></div><div>{lines(story.paragraphs, 'div')}</div></div>")


@layout
def text_in_spans(story: Story) -> Page:
    spans = "".join(f"<div><span>{text}</span></div>" for text in story.paragraphs)
    return page(story, f"<div><h1>{story.title}</h1><div>{spans}</div></div>")


@layout
def text_separated_by_breaks(story: Story) -> Page:
    return page(story, f"<div><h1>{story.title}</h1><div>{'<br><br>'.join(story.paragraphs)}</div></div>")


@layout
def text_separated_by_breaks_with_a_picture_in_a_table(story: Story) -> Page:
    picture = f"<table><tr><td><img src=a.jpg></td></tr><tr><td class=img_desc>{story.caption}</td></tr></table>"
    contact = f"{story.author} kim@paper.example"
    text = f"{picture}{'<br>'.join(story.paragraphs)}<br>{contact}"
    return page(story, f"<div><h1>{story.title}</h1><div class=news_body>{text}</div></div>", unwanted=["kim@paper"])


@layout
def page_in_a_table(story: Story) -> Page:
    menu = "".join(f'<tr><td><a href="/{number}">{text}</a></td></tr>' for number, text in enumerate(story.tags + story.headlines))
    text = f"<font size=4><b>{story.title}</b></font><br><font size=1>{story.date}</font><br><br>{'<br><br>'.join(story.paragraphs)}"
    row = f"<td width=150><table>{menu}</table></td><td>{text}</td><td><table>{menu}</table></td>"
    markup = (
        f"<html><head><title>{story.site} - {story.title}</title></head><body><table><tr>{row}</tr></table>{story.rights}</body></html>"
    )
    return Page(markup, story.paragraphs, [*story.headlines, story.rights])


@layout
def page_for_printing(story: Story) -> Page:
    text = "".join(f"{text}<br><br>" for text in story.paragraphs)
    body = f"<h2>{story.title}</h2><div>{story.date}</div><hr>{text}<hr>https://paper.example/1<br>{story.rights}"
    return Page(
        f"<html><head><title>{story.title} - {story.site}</title></head><body>{body}</body></html>", story.paragraphs, [story.rights]
    )


@layout
def mobile_page(story: Story) -> Page:
    side = f"<amp-sidebar><ul>{links(story.headlines)}</ul></amp-sidebar><header><a href=/>{story.site}</a></header>"
    text = f"<amp-img src=a.jpg></amp-img><div class=caption>{story.caption}</div>{lines(story.paragraphs)}"
    body = f"{side}<article><h1>{story.title}</h1>{text}</article><footer>{story.rights}</footer>"
    markup = f"<html amp lang={story.language}><head><title>{story.title}</title></head><body>{body}</body></html>"
    return Page(markup, story.paragraphs, [*story.headlines, story.rights, story.caption])


@layout
def several_first_headings(story: Story) -> Page:
    body = f"<h1><a href=/>{story.site}</a></h1><div><h1>{story.title}</h1>{lines(story.paragraphs)}</div><h1>{story.related}</h1>"
    return page(story, f"{body}<ul>{links(story.headlines)}</ul>")


@layout
def text_in_structured_data(story: Story) -> Page:
    # Twice: a Chinese text needs the length, in which another rendering is believed.
    text = "\n\n".join(story.paragraphs + story.items)
    data = json.dumps({"@type": "NewsArticle", "headline": story.title, "articleBody": text}, ensure_ascii=False)
    head = f'<script type="application/ld+json">{data}</script>'
    return page(story, "<div id=app></div>", head=head, wanted=[*story.paragraphs, *story.items])


@layout
def text_as_markup_in_data_of_scripts(story: Story) -> Page:
    data = json.dumps({"article": {"content": lines(story.paragraphs + story.items)}}).replace("</", "<\\/")
    body = f"<div id=root></div><script>window.__STATE__={data};</script>"
    return page(story, body, wanted=[*story.paragraphs, *story.items])


@layout
def text_as_blocks_in_data_of_scripts(story: Story) -> Page:
    blocks = [{"type": "text", "content": text} for text in story.paragraphs + story.items]
    data = json.dumps({"content_elements": blocks, "related": [{"title": text, "url": "/1"} for text in story.headlines]})
    body = f"<div id=root></div><script>Fusion.globalContent={data};Fusion.other={{}};</script>"
    return page(story, body, wanted=[*story.paragraphs, *story.items])


@layout
def table_and_list_in_text(story: Story) -> Page:
    table = "".join(f"<tr>{lines(row, 'td')}</tr>" for row in story.table)
    extra = f"<table>{table}</table><ul>{lines(story.items, 'li')}</ul>"
    body = f"<article><h1>{story.title}</h1>{lines(story.paragraphs[:4])}{extra}{lines(story.paragraphs[4:])}</article>"
    return page(story, body, wanted=[*story.paragraphs, *story.items, *(cell for row in story.table for cell in row)])


@layout
def list_at_the_end(story: Story) -> Page:
    body = f"<article><h1>{story.title}</h1>{lines(story.paragraphs)}<ol>{lines(story.items, 'li')}</ol></article>"
    return page(story, body, wanted=[*story.paragraphs, *story.items])


@layout
def list_of_terms(story: Story) -> Page:
    terms = "".join(f"<dt>{term}</dt><dd>{text}</dd>" for term, text in zip(story.subheadings, story.items, strict=False))
    body = f"<article><h1>{story.title}</h1>{lines(story.paragraphs[:4])}<dl>{terms}</dl>{lines(story.paragraphs[4:])}</article>"
    return page(story, body, wanted=[*story.paragraphs, *story.items[:2]])


@layout
def links_to_others_between_paragraphs(story: Story) -> Page:
    one = f"<p><strong>{story.related}: <a href=/1>{story.headlines[0]}</a></strong></p>"
    two = f"<p><strong>{story.related}</strong></p><p><a href=/2>{story.headlines[2]}</a></p>"
    text = f"{lines(story.paragraphs[:2])}{one}{lines(story.paragraphs[2:4])}{two}{lines(story.paragraphs[4:])}"
    return page(story, f"<article><h1>{story.title}</h1>{text}</article>")


@layout
def box_of_others_between_paragraphs(story: Story) -> Page:
    box = f"<div class=box><h4>{story.related}</h4><ul>{links(story.headlines)}</ul></div>"
    return page(story, f"<article><h1>{story.title}</h1>{lines(story.paragraphs[:2])}{box}{lines(story.paragraphs[2:])}</article>")


@layout
def teasers_after_the_text(story: Story) -> Page:
    texts = zip(story.headlines, [story.comment, *story.items], strict=False)
    cards = "".join(f"<div class=card><img src=a.jpg><h3><a href=/1>{headline}</a></h3><p>{text}</p></div>" for headline, text in texts)
    body = f"<div><h1>{story.title}</h1>{lines(story.paragraphs)}</div><section><h2>{story.related}</h2>{cards}</section>"
    return page(story, f"<div>{body}</div>", unwanted=[story.comment])


@layout
def another_article_beside(story: Story) -> Page:
    other = f"<article><h2><a href=/2>{story.headlines[0]}</a></h2><p>{story.comment}</p></article>"
    return page(story, f"<main><article><h1>{story.title}</h1>{lines(story.paragraphs)}</article>{other}</main>", unwanted=[story.comment])


@layout
def next_article_below(story: Story) -> Page:
    other = f"<div class=page><h1><a href=/2>{story.headlines[0]}</a></h1><p>{story.comment}</p></div>"
    body = f"<main><div class=page><h1>{story.title}</h1>{lines(story.paragraphs)}</div>{other}</main>"
    return page(story, body, unwanted=[story.comment])


@layout
def sign_up_between_paragraphs(story: Story) -> Page:
    box = f"<div><h4>{story.site}</h4><p>{story.offer}</p><input name=email><button>OK</button></div>"
    body = f"<article><h1>{story.title}</h1>{lines(story.paragraphs[:2])}{box}{lines(story.paragraphs[2:])}</article>"
    return page(story, body, unwanted=[story.offer])


@layout
def offer_at_the_end(story: Story) -> Page:
    return page(story, f"<article><h1>{story.title}</h1>{lines([*story.paragraphs, story.offer])}</article>", unwanted=[story.offer])


@layout
def portrait_of_the_author(story: Story) -> Page:
    box = f"<div class=writer><img src=a.jpg><h4>{story.author}</h4><p>{story.portrait}</p></div>"
    body = f"<article><h1>{story.title}</h1><div>{story.author}</div>{lines(story.paragraphs)}{box}</article>"
    return page(story, body, unwanted=[story.portrait])


@layout
def contact_and_tags_at_the_end(story: Story) -> Page:
    ending = f"<p>{story.author} | news@paper.example</p><p>{' '.join(story.tags)}</p>"
    return page(story, f"<article><h1>{story.title}</h1>{lines(story.paragraphs)}{ending}</article>", unwanted=["news@paper"])


@layout
def comments_below(story: Story) -> Page:
    comments = "".join(f"<li><b>user{number}</b><p>{story.comment} {story.items[number % 3]}</p></li>" for number in range(12))
    talk = f"<section id=talk><h3>{story.comments} (12)</h3><ol>{comments}</ol></section>"
    body = f"<div><article><h1>{story.title}</h1>{lines(story.paragraphs)}</article>{talk}</div>"
    return page(story, body, unwanted=[story.comment])


@layout
def bars_for_sharing(story: Story) -> Page:
    bar = f"<div><span>{story.share}</span> <a href=#>Facebook</a> <a href=#>WhatsApp</a> <a href=#>Telegram</a></div>"
    body = f"<article><h1>{story.title}</h1>{bar}{lines(story.paragraphs)}{bar}</article>"
    return page(story, body, unwanted=["Facebook", "WhatsApp"])


@layout
def pictures_with_credits(story: Story) -> Page:
    figure = f"<figure><img src=a.jpg><figcaption>{story.caption} <span>{story.credit}</span></figcaption></figure>"
    loose = f"<div><img src=b.jpg><p>{story.credit}</p></div>"
    body = f"<article><h1>{story.title}</h1>{figure}{lines(story.paragraphs[:3])}{loose}{lines(story.paragraphs[3:])}</article>"
    return page(story, body, unwanted=[story.credit])


@layout
def live_blog_of_articles(story: Story) -> Page:
    entries = "".join(f"<article><time>1{n}:05</time><h3>Nr. {n}</h3><p>{text}</p></article>" for n, text in enumerate(story.paragraphs))
    return page(story, f"<main><h1>{story.title}</h1><div>{entries}</div></main>")


@layout
def live_blog_of_divs(story: Story) -> Page:
    share = "<ul><li><a href=#>Facebook</a></li><li><a href=#>X</a></li></ul>"
    entries = "".join(
        f"<div class=update><span>1{n}:05</span><h2>{story.subheadings[n % 2]} {n}</h2><div>{text}</div>{share}</div>"
        for n, text in enumerate(story.paragraphs)
    )
    return page(story, f"<div><h1>{story.title}</h1>{entries}</div>")


@layout
def beginning_before_an_offer(story: Story) -> Page:
    gate = f"<div><h3>{story.offer}</h3><p>{story.offer}</p><a href=/pay>OK</a></div>"
    body = f"<article><h1>{story.title}</h1>{lines(story.paragraphs[:3])}{gate}</article>"
    return page(story, body, wanted=story.paragraphs[:3], unwanted=[story.offer])


@layout
def misleading_class_names(story: Story) -> Page:
    text = f"<div class='content-social main-column'><h1>{story.title}</h1>{lines(story.paragraphs)}</div>"
    return page(story, f"<div class='article-with-sidebar related-layout'>{text}<div class=sidebar>{links(story.headlines)}</div></div>")


@layout
def end_tags_are_missing(story: Story) -> Page:
    return page(story, f"<div><h1>{story.title}</h1>{''.join(f'<p>{text}' for text in story.paragraphs)}</div>")


@layout
def class_of_furniture_on_each_paragraph(story: Story) -> Page:
    text = "".join(f'<p class="paywall">{text}</p>' for text in story.paragraphs)
    return page(story, f"<article><h1>{story.title}</h1>{text}</article>")


@layout
def long_thread_of_comments(story: Story) -> Page:
    comments = "".join(f'<div class="comment"><p>{story.comment} {number} {" ".join(story.items)}</p></div>' for number in range(12))
    body = f"<article><h1>{story.title}</h1>{lines(story.paragraphs)}</article><div>{comments}</div>"
    return page(story, f"<div>{body}</div>", unwanted=[story.comment])


@layout
def labels_between_paragraphs(story: Story) -> Page:
    labels = lines(["Story continues below advertisement", "▼ 関連記事", "View this post on Instagram"])
    pointer = f"<p><strong>{story.related} | <a href=/1>{story.headlines[0]}</a></strong></p>"
    text = f"{lines(story.paragraphs[:3])}{labels}{pointer}{lines(story.paragraphs[3:])}"
    return page(story, f"<article><h1>{story.title}</h1>{text}</article>", unwanted=["Story continues", "関連記事", "Instagram"])


@layout
def text_in_the_stream_of_a_page_rendered_by_scripts(story: Story) -> Page:
    element = ["$", "div", None, {"dangerouslySetInnerHTML": {"__html": lines(story.paragraphs + story.items)}}]
    stream = json.dumps([1, f"5:{json.dumps(element, ensure_ascii=False)}\n"], ensure_ascii=False).replace("</", "<\\/")
    body = f"<div id=__next></div><script>self.__next_f.push({stream})</script>"
    return page(story, body, wanted=[*story.paragraphs, *story.items], unwanted=["$", "__html"])


@layout
def text_in_a_shadow_tree(story: Story) -> Page:
    tree = f'<template shadowrootmode="open"><h1>{story.title}</h1>{lines(story.paragraphs)}</template>'
    return page(story, f"<news-article>{tree}</news-article><template><p>{story.comment}</p></template>", unwanted=[story.comment])


@layout
def posts_of_networks_between_paragraphs(story: Story) -> Page:
    post = (
        f'<blockquote class="instagram-media"><a href="/p/1">{story.share}</a><p>A post shared by Ann (@ann) {story.date}</p></blockquote>'
    )
    text = f"{lines(story.paragraphs[:3])}{post}{lines(story.paragraphs[3:])}"
    return page(story, f"<article><h1>{story.title}</h1>{text}</article>", unwanted=["A post shared"])


@layout
def offer_and_price_after_the_beginning(story: Story) -> Page:
    gate = f"<div class=regwall><p>{story.offer}</p><ul><li>{story.comment}</li></ul><button>OK</button></div><p>1 € / 30</p>"
    body = f"<article><h1>{story.title}</h1>{lines(story.paragraphs[:3])}{gate}</article>"
    return page(story, body, wanted=story.paragraphs[:3], unwanted=[story.offer, story.comment])


@layout
def section_joined_to_the_declared_headline(story: Story) -> Page:
    head = f"<title>{story.title}-{story.tags[0]}ㅣ{story.site}</title>"
    return Page(f"<html lang={story.language}><head>{head}</head><body><h2>{story.title}</h2>{lines(story.paragraphs)}</body></html>", [])


@layout
def site_in_the_only_first_heading(story: Story) -> Page:
    head = f"<title>{story.site} - {story.title}</title>"
    body = f"<h1>{story.site}</h1><div>{story.title}</div>{lines(story.paragraphs)}"
    return Page(f"<html lang={story.language}><head>{head}</head><body>{body}</body></html>", [])


@layout
def lead_named_by_its_class(story: Story) -> Page:
    lead = story.items[0].rstrip(".。।")
    above = f'<div class="meta"><span>{story.author}</span><time>{story.date}</time><a href=/1>{story.tags[0]}</a></div>'
    body = f'<article><h1>{story.title}</h1><h2 class="article-subtitle">{lead}</h2>{above}<div>{lines(story.paragraphs)}</div></article>'
    return page(story, body, wanted=[lead, *story.paragraphs])


@layout
def box_with_facts_between_paragraphs(story: Story) -> Page:
    fact = story.paragraphs[0]
    box = f"<div class=box><div>i</div><div>{fact}</div></div>"
    body = f"<article><h1>{story.title}</h1><div>{lines(story.paragraphs[1:4])}{box}{lines(story.paragraphs[4:])}</div></article>"
    return page(story, body)


@layout
def captions_of_a_gallery(story: Story) -> Page:
    pictures = "".join(f"<figure><img src=a.jpg><figcaption>{text}</figcaption></figure>" for text in story.paragraphs[:4])
    body = f"<article><h1>{story.title}</h1><p>{story.description}</p>{pictures}</article>"
    return page(story, body, wanted=story.paragraphs[:4])


@layout
def comments_told_by_their_buttons(story: Story) -> Page:
    reply = {
        "en": "Reply", "de": "Antworten", "es": "Responder", "pt": "Responder", "fr": "Répondre", "ko": "답글", "ja": "返信", "ar": "رد",
        "fa": "پاسخ", "hi": "जवाब दें", "af": "Antwoord", "zh": "回复",
    }[story.language]  # fmt: skip
    talk = "".join(
        f"<div><b>user{n}</b><div><div>{story.comment} {story.items[n]}</div><button>{reply}</button></div></div>" for n in range(3)
    )
    body = f"<div><h1>{story.title}</h1>{lines(story.paragraphs + story.items)}</div><div><p>3</p>{talk}</div>"
    return page(story, f"<main>{body}</main>", unwanted=[story.comment])


@layout
def next_article_in_an_element_like_this_one(story: Story) -> Page:
    other = f"<div class=item><h1>{story.headlines[0]}</h1><p>{story.comment}</p><p>{story.portrait}</p></div>"
    body = f"<div class=item><h1>{story.title}</h1>{lines(story.paragraphs)}</div>{other}"
    return page(story, f"<main>{body}</main>", unwanted=[story.comment, story.portrait])


@layout
def newsletter_without_a_field(story: Story) -> Page:
    box = f"<div class=b><h3>{story.site}</h3><p>{story.offer}</p><a href=/letter>OK</a></div>"
    body = f"<article><h1>{story.title}</h1><div>{lines(story.paragraphs[:2])}{box}{lines(story.paragraphs[2:])}</div></article>"
    return page(story, body, unwanted=[story.offer])


@layout
def unknown_label_above_links(story: Story) -> Page:
    box = f"<div class=b><p>{story.tags[0]}</p><ul>{links(story.headlines)}</ul></div>"
    body = f"<article><h1>{story.title}</h1><div>{lines(story.paragraphs[:2])}{box}{lines(story.paragraphs[2:])}</div></article>"
    return page(story, body, unwanted=[f"\n{story.tags[0]}\n"])


@layout
def arrows_and_brackets_around_links(story: Story) -> Page:
    signs = [f"<p>» <a href=/1>{story.headlines[0]}</a></p>", f"<p>[ <a href=/2>{story.headlines[2]}</a> ]</p>"]
    text = f"{lines(story.paragraphs[:2])}{signs[0]}{lines(story.paragraphs[2:4])}{signs[1]}{lines(story.paragraphs[4:])}"
    return page(story, f"<article><h1>{story.title}</h1><div>{text}</div></article>")


@layout
def button_and_poll_between_paragraphs(story: Story) -> Page:
    button = '<p><a class="btn btn-primary" href=/1>Book now</a></p>'
    poll = "<div><h4>Is it right?</h4><label><input type=radio>Yes</label><label><input type=radio>No</label></div>"
    text = f"{lines(story.paragraphs[:2])}{button}{lines(story.paragraphs[2:4])}{poll}{lines(story.paragraphs[4:])}"
    return page(story, f"<article><h1>{story.title}</h1><div>{text}</div></article>", unwanted=["Book now", "Is it right?"])


@layout
def panels_that_a_button_opens(story: Story) -> Page:
    panels = "".join(
        f'<div><h3><button>{text}</button></h3><div aria-hidden="true"><p>{answer}</p></div></div>'
        for text, answer in zip(story.subheadings, story.paragraphs[2:4], strict=True)
    )
    body = f"<article><h1>{story.title}</h1>{lines(story.paragraphs[:2])}{panels}{lines(story.paragraphs[4:])}</article>"
    return page(story, body)


@layout
def portrait_below_a_label(story: Story) -> Page:
    box = f"<section><h2>Sobre la firma</h2><div>{story.author}</div><div>{story.comment}</div></section>"
    return page(story, f"<article><h1>{story.title}</h1><div>{lines(story.paragraphs)}</div>{box}</article>", unwanted=[story.comment])
