"""The site: routes, access, and the HTML that a browser receives.

Tests of newsdesk.web.article_page, newsdesk.web.library, newsdesk.web.preferences, newsdesk.web.preferences_page,
newsdesk.web.rendering, newsdesk.web.resources, newsdesk.web.search_page, newsdesk.web.sections, newsdesk.web.site,
newsdesk.web.source_labels and newsdesk.web.static_files.
"""

import dataclasses
import datetime as dt
import functools
import json
import os
import re
from html.parser import HTMLParser
from urllib.parse import urljoin
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from fastapi import APIRouter, FastAPI, HTTPException, Request
from fastapi.testclient import TestClient

from newsdesk.clean.changes import Change, ChangeKind
from newsdesk.errors import BadRequest, SetupError, Unavailable
from newsdesk.records import Finding, Severity, Verdict
from newsdesk.search.article import FoundArticle, FoundEntity
from newsdesk.search.comparisons import ComparedArticles, ComparedPair, PairKind
from newsdesk.search.counts import FACETS, Bucket, PlaceCount, Series, Timeline, TimelineQuery
from newsdesk.search.originals import Story
from newsdesk.search.run import Copy, EventArticle, Hit, HitFinding, Part, SearchResults
from newsdesk.search.versions import ArticleVersion
from newsdesk.settings import load
from newsdesk.web.app import SECURITY_HEADERS, make_app
from newsdesk.web.identity import Identity, Reader
from newsdesk.web.rendering import render_error
from newsdesk.web.resources import Resources
from newsdesk.web.sections import Section
from newsdesk.web.site import make_sections
from samples import NOW, TEXT
from shared_application import StandIn, serving

START = TEXT.index("Can come back.”")
HIT = Hit(
    id="a1b2",
    title="Ferry leaves Rotterdam",
    url="https://example.org/ferry",
    source="example",
    language="en",
    published_at=NOW,
    first_seen_at=NOW,
    score=2.0,
    title_parts=(Part("Ferry", marked=True), Part(" leaves Rotterdam")),
    snippet=(Part("The "), Part("ferry", marked=True), Part(" left")),
    verdict=Verdict.GARBLED,
    findings=(HitFinding(rule="r", severity="strong", message="No subject.", text="Can come back.”", start=START, end=START + 15),),
    is_translation="likely",
    source_language="nl",
    persons=("Ines Calloway",),
    organizations=(),
    places=("Rotterdam",),
    events=(),
)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


class Markup(HTMLParser):
    """The elements and attributes that a browser parses."""

    def __init__(self):
        super().__init__()
        self.tags = set()
        self.attributes = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs


def no_state():
    """Articles can be read if the state database does not respond."""
    raise SetupError("the disk is full", "Make room")


LIBRARY = StandIn()


def identify(request: Request):
    name = request.headers.get("x-user")
    if name is None:
        raise HTTPException(401, "Not authenticated")
    if name == "stranger":
        raise HTTPException(403, "Forbidden")
    return Reader(name)


@functools.cache
def application(websub=None):
    resources = Resources(settings=load(), open_state=no_state, open_es=no_state, open_airflow=no_state)
    return make_app(
        sections=make_sections(load(), LIBRARY, resources),
        identity=Identity(identify=identify, login_address=lambda page: f"/auth/login?next={page}"),
        open_state=no_state,
        websub=websub,
    )


class FakeLibrary:
    """A `web.library.Library` that records queries; `answer` is returned, or raised if it is an exception."""

    def __init__(self, answer=None, found=None):
        self.answer = answer if answer is not None else SearchResults(total=1, hits=(HIT,))
        self.found = found
        self.versions = []
        self.comparison = None
        self.asked = []

    def search(self, query):
        self.asked.append(query)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def find_all(self, query, *, most):
        return list(self.search(query).hits)[:most]

    def find_article(self, article_id):
        return self.found if article_id == "a1b2" else None

    def more_like(self, _article_id):
        return SearchResults(total=1, hits=(dataclasses.replace(HIT, id="c3d4", title="Another ferry"),))

    def list_versions(self, _article_id):
        return self.versions

    def find_comparison(self, _article_id):
        return self.comparison

    def browser(self, *, user="ines", path="", websub=None):
        app = serving(application(websub), {LIBRARY: self})
        return TestClient(app, root_path=path, follow_redirects=False, headers={"x-user": user} if user else None)


def _found(**changes):
    whole = {
        "body": TEXT,
        "authors": ("Maud Ellery",),
        "credits": (),
        "site_name": "Example",
        "fetched_at": "",
        "capture": "raw/x#1",
        "pipeline_version": "1",
    }
    return FoundArticle(**{"hit": HIT, **whole, **changes})


ROUTES = [
    "/",
    "/?q=ferry",
    "/article/a1b2",
    "/export.csv?q=ferry",
    "/export.jsonl",
    "/static/newsdesk.css",
    "/static/icon.svg",
    "/static/keyboard.js",
]


def test_hubs_reach_their_callback_without_a_login_and_nothing_else():
    callback = FastAPI()
    callback.get("/{path}")(lambda path: path)
    library = FakeLibrary(found=_found())
    browser = library.browser(user=None, websub=callback)
    assert browser.get("/websub/unguessable").json() == "unguessable"
    assert {browser.get(route).status_code for route in ROUTES} == {401}


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_requires_a_login(route):
    library = FakeLibrary(found=_found())
    answer = library.browser(user=None).get(route)
    assert (answer.status_code, answer.text) == (401, "Log in first\n")
    assert library.asked == []


def test_a_browser_that_is_not_logged_in_is_redirected_to_the_login_page():
    answer = FakeLibrary().browser(user=None).get("/?q=ferry", headers={"accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/auth/login?next=http://testserver/?q=ferry"


def test_an_entry_of_the_navigation_is_shown_to_those_who_may_and_marks_where_the_reader_is():
    def page(request: Request):
        return render_error(request, 200, "Open")

    router = APIRouter()
    router.get("/desk/feeds")(page)
    desk = Section(router=router, title="Desk", path="desk/", is_shown=lambda request: request.headers.get("x-user") == "op")
    sections = (Section(router=APIRouter(), title="Search"), desk)
    browser = TestClient(make_app(sections=sections, identity=Identity(identify=lambda: Reader("ines")), open_state=no_state))
    shown = browser.get("/desk/feeds", headers={"x-user": "op"}).text
    assert '<a href="../desk/" aria-current="page">Desk</a>' in shown
    assert '<a href="../" >Search</a>' in shown
    assert "Desk" not in browser.get("/desk/feeds", headers={"x-user": "viewer"}).text


def test_preferences_are_kept_in_cookies_below_the_site_and_lead_back_to_the_page():
    browser = FakeLibrary(found=_found()).browser(path="/newsdesk")
    answer = browser.post("/newsdesk/preferences", data={"theme": "dark", "zone": "Asia/Kolkata", "page": "/article/a1b2?x=1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "./article/a1b2?x=1")
    assert all("Path=/newsdesk; SameSite=lax" in cookie for cookie in answer.headers.get_list("set-cookie"))
    text = browser.get("/newsdesk/article/a1b2").text
    assert 'data-theme="dark"' in text
    assert "2026-11-24 17:35 IST" in text
    assert "data-shortcuts" not in text


@pytest.mark.parametrize("page", ["//evil.example/", "https://evil.example", "\\\\evil.example", "/..//evil.example"])
def test_preferences_lead_to_no_other_site(page):
    answer = FakeLibrary().browser().post("/preferences", data={"page": page})
    assert urljoin("https://desk.example/newsdesk/preferences", answer.headers["location"]).startswith("https://desk.example/")


@pytest.mark.parametrize("cookie", ["newsdesk_zone=../../etc/passwd", "newsdesk_zone=Mars%2FBase", "newsdesk_theme=x", "newsdesk_zone=%FF"])
def test_preferences_that_do_not_exist_are_ignored(cookie):
    text = FakeLibrary().browser().get("/?q=ferry", headers={"cookie": cookie}).text
    assert "2026-11-24 12:05 UTC" in text
    assert "data-theme" not in text


def test_a_user_without_permission_gets_403():
    assert FakeLibrary().browser(user="stranger").get("/", headers={"accept": "text/html"}).status_code == 403


@pytest.mark.parametrize("route", ["/docs", "/redoc", "/openapi.json", "/static/../app.py", "/static/app.py", "/export.xml", "/nowhere"])
def test_no_other_route_exists(route):
    assert FakeLibrary().browser().get(route).status_code == 404


@pytest.mark.parametrize("route", [*ROUTES, "/article/unknown", "/nowhere"])
def test_every_response_has_the_security_headers_that_allow_only_scripts_of_the_site(route):
    answer = FakeLibrary(found=_found()).browser().get(route)
    assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_pages_are_kept_by_no_cache_and_files_by_the_browser_until_they_change():
    browser = FakeLibrary(found=_found()).browser()
    assert browser.get("/?q=ferry").headers["Cache-Control"] == "private, no-store"
    (style,) = re.findall(r'href="\./(static/newsdesk\.css\?\w+)"', browser.get("/").text)
    assert "immutable" in browser.get(f"/{style}").headers["Cache-Control"]


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_search_is_a_get(method):
    assert getattr(FakeLibrary().browser(), method)("/").status_code == 405


def test_a_hit_shows_title_date_verdict_findings_source_language_and_entities():
    text = FakeLibrary().browser().get("/?q=ferry").text
    assert '<a href="./article/a1b2"><mark>Ferry</mark> leaves Rotterdam</a>' in text
    assert '<time datetime="2026-11-24T12:05:00+00:00">2026-11-24 12:05 UTC</time>' in text
    assert "garbled" in text
    assert '<q dir="auto">Can come back.”</q> No subject.' in text
    assert "from Dutch" in text
    assert 'href="./?q=ferry&amp;person=%3DInes+Calloway"' in text


def test_the_form_is_searched_for_and_shown_again():
    library = FakeLibrary()
    text = library.browser().get("/", params={"q": "ferry source:EFE", "verdict": "suspect", "since": "2026-11-01"}).text
    (query,) = library.asked
    assert (query.text, query.verdict, query.size) == ("ferry source:EFE", (Verdict.SUSPECT,), 20)
    assert 'value="ferry source:EFE"' in text
    assert '<input type="hidden" name="verdict" value="suspect">' in text
    assert '<a href="./?q=ferry+source%3AEFE&amp;since=2026-11-01"><span class="kind">Verdict</span> <bdi>suspect</bdi>' in text


def test_an_empty_result_says_what_to_do():
    assert "No articles found. Try fewer words" in FakeLibrary(SearchResults(total=0, hits=())).browser().get("/?q=xyz").text
    assert "The index is empty" in FakeLibrary(SearchResults(total=0, hits=())).browser().get("/").text


def test_incomplete_results_are_announced():
    notice = "A part of the index did not answer"
    assert notice in FakeLibrary(SearchResults(total=1, hits=(HIT,), incomplete=True)).browser().get("/?q=ferry").text
    assert notice not in FakeLibrary(SearchResults(total=1, hits=(HIT,))).browser().get("/?q=ferry").text


def test_each_page_leads_to_the_next_and_back_to_the_first():
    first = FakeLibrary(SearchResults(total=5_000, hits=(HIT,) * 20, next_cursor="p2")).browser().get("/?q=ferry").text
    assert 'href="./?q=ferry&amp;after=p2" rel="next">Next page' in first
    assert "First page" not in first
    last = FakeLibrary()
    shown = last.browser().get("/?q=ferry&after=p2").text
    assert last.asked[0].cursor == "p2"
    assert 'href="./?q=ferry">First page' in shown
    assert "Next page" not in shown


def test_a_question_that_cannot_be_is_told_beside_the_form_it_was_typed_in():
    answer = FakeLibrary(BadRequest("There is no field titel: did you mean title:ferry?")).browser().get("/?q=titel:ferry")
    assert answer.status_code == 400
    assert "There is no field titel: did you mean title:ferry?" in answer.text
    assert 'value="titel:ferry"' in answer.text
    assert "No articles found" not in answer.text


def test_notes_say_how_a_search_was_understood():
    assert (
        "Only the first 40 words were searched."
        in FakeLibrary(SearchResults(total=1, hits=(HIT,), notes=("Only the first 40 words were searched",)))
        .browser()
        .get("/?q=ferry")
        .text
    )


def test_facets_are_shown_with_counts_and_filter_the_search():
    facets = {"sources": (Bucket("EFE", 1_200),), "verdicts": (Bucket("no_defect_found", 3),), "dates": (Bucket("2026-11-24", 1),)}
    text = FakeLibrary(SearchResults(total=1, hits=(HIT,), facets=facets)).browser().get("/?q=ferry").text
    assert '<a href="./?q=ferry&amp;source=EFE"><bdi>EFE</bdi></a> <span class="kind">1,200</span>' in text
    assert '<a href="./?q=ferry&amp;verdict=no_defect_found"><bdi>no defect found</bdi></a>' in text


def test_a_facet_takes_several_values_and_a_chosen_one_is_removed_by_its_own_link():
    facets = {"languages": (Bucket("en", 5), Bucket("es", 3))}
    text = FakeLibrary(SearchResults(total=1, hits=(HIT,), facets=facets)).browser().get("/?language=es&language=fr").text
    assert re.search(r'href="\./\?language=fr"><span aria-hidden="true">✓</span> <bdi>Spanish</bdi>', text)
    assert '<a href="./?language=es&amp;language=fr&amp;language=en"><bdi>English</bdi></a>' in text


def test_the_timeline_is_a_picture_of_links_and_a_table_of_the_same_numbers():
    start = NOW.replace(hour=0, minute=0)
    query = TimelineQuery(start, start + dt.timedelta(days=30), ZoneInfo("UTC"))
    timeline = Timeline(query, (start, start + dt.timedelta(days=1)), (3, 1), (Series("en", (2, 0)), Series("", (1, 1))))
    text = FakeLibrary(SearchResults(total=4, hits=(HIT,), timeline=timeline)).browser().get("/?q=ferry").text
    narrowed = "./?q=ferry&amp;since=2026-11-24&amp;until=2026-11-24"
    assert text.count(f'href="{narrowed}"') == 2
    assert re.search(r'Tue 24 Nov 2026</a></th><td class="number">3</td><td class="number">2</td><td class="number">1</td>', text)
    assert "<bdi>English</bdi></li>" in text


def test_places_are_circles_on_a_map_and_a_list_beside_it():
    places = (PlaceCount("Kyiv", 50.45, 30.52, 7), PlaceCount("Madrid", 40.42, -3.7, 2))
    text = FakeLibrary(SearchResults(total=9, hits=(HIT,), places=places)).browser().get("/?place=%3DMadrid").text
    assert text.count('href="./?place=%3DMadrid&amp;place=%3DKyiv"') == 2
    assert re.search(r'<title>Kyiv: 7</title><circle  cx="[\d.]+" cy="[\d.]+" r="22.0"/>', text)
    assert re.search(r'<title>Madrid: 2</title><circle class="chosen"', text)
    assert re.search(r'<use class="land" href="\./static/land.svg\?\w+#land"/>', text)


@pytest.fixture
def apertium(tmp_path, monkeypatch):
    """A function that puts a program named apertium, which runs this line, before all others."""
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    def install(line):
        file = tmp_path / "apertium"
        file.write_text(f'#!/bin/sh\nif [ "$1" = -l ]; then echo eng-spa; else {line}; fi\n')
        file.chmod(0o755)

    return install


def test_a_gist_is_offered_and_marked_as_made_by_a_machine(apertium):
    apertium("cat >/dev/null; printf 'El ferry\\nEl texto <script>'")
    browser = FakeLibrary(found=_found()).browser()
    assert "Rough translation into Spanish" in browser.get("/article/a1b2", headers={"accept-language": "es"}).text
    assert "Rough translation" not in browser.get("/article/a1b2", headers={"accept-language": "en"}).text
    text = browser.get("/article/a1b2/gist", headers={"accept-language": "es"}).text
    assert "into Spanish, made by a machine" in text
    assert "<strong>El ferry</strong>" in text
    assert "El texto &lt;script&gt;" in text


def test_a_gist_that_fails_says_so_and_is_not_offered_for_a_language_without_one(apertium):
    apertium("echo broken >&2; exit 1")
    browser = FakeLibrary(found=_found()).browser()
    asked = {"accept-language": "es"}
    failed = browser.get("/article/a1b2/gist", headers=asked)
    assert (failed.status_code, "It could not be made: Apertium: eng-spa: broken" in failed.text) == (503, True)
    assert browser.get("/article/a1b2/gist", headers={**asked, "hx-request": "true"}).status_code == 200
    assert browser.get("/article/a1b2/gist", headers={"accept-language": "fr"}).status_code == 404
    assert browser.get("/article/none/gist", headers=asked).status_code == 404


def test_htmx_gets_the_next_hits_alone():
    library = FakeLibrary(SearchResults(total=50, hits=(HIT,), next_cursor="p3"))
    text = library.browser().get("/?q=ferry&after=p2", headers={"hx-request": "true"}).text
    assert text.lstrip().startswith("<li>")
    assert 'hx-get="./?q=ferry&amp;after=p3"' in text
    (query,) = library.asked
    assert (query.facets, query.timeline, query.places) == (False, None, False)


def test_the_copies_of_a_story_are_listed_and_its_first_source_is_named():
    copy = Copy(id="e5", title="Ferry", url="", source="Herald", published_at=NOW, kind="other_headline")
    hit = dataclasses.replace(HIT, copies=(copy,), first_source="EFE", duplicate_kind="first", story_id="a1b2")
    text = FakeLibrary(SearchResults(total=1, hits=(hit,))).browser().get("/?q=ferry").text
    assert "1 more of this story, first published by <bdi>EFE</bdi>" in text
    assert re.search(r"<bdi>Herald</bdi> · <time[^>]*>2026-11-24 12:05 UTC</time> · the same text, another headline", text)


def test_a_misspelt_query_gets_a_suggestion():
    text = FakeLibrary(SearchResults(total=0, hits=(), suggestion="zelensky plan")).browser().get("/?q=zelenski+plan&source=EFE").text
    assert 'Did you mean <a dir="auto" href="./?q=zelensky+plan&amp;source=EFE">zelensky plan</a>?' in text


def test_results_can_be_exported():
    library = FakeLibrary()
    answer = library.browser().get("/export.csv", params={"q": "ferry", "source": "EFE"})
    assert answer.headers["content-disposition"] == 'attachment; filename="newsdesk.csv"'
    assert answer.text.splitlines()[1].startswith('"a1b2","https://example.org/ferry","Ferry leaves Rotterdam"')
    assert (library.asked[0].text, library.asked[0].source) == ("ferry", ("EFE",))
    assert json.loads(library.browser().get("/export.jsonl").text)["id"] == "a1b2"
    rss = ElementTree.fromstring(library.browser().get("/export.rss?q=ferry&source=EFE").text)
    assert rss.findtext("channel/title") == "ferry source:EFE"
    assert rss.findtext("channel/link") == "http://testserver/?q=ferry&source=EFE"
    assert rss.findtext("channel/item/link") == "https://example.org/ferry"


def test_an_article_links_to_similar_articles():
    assert '<a dir="auto" href="../article/c3d4">Another ferry</a>' in FakeLibrary(found=_found()).browser().get("/article/a1b2").text


def test_an_article_is_shown_with_its_findings_marked():
    text = FakeLibrary(found=_found()).browser().get("/article/a1b2").text
    assert re.search(r'id="finding-1"></a><mark class="finding" title="No subject. ">Can come back.”</mark><sup>1</sup>', text)
    assert '<a href="https://example.org/ferry" rel="noopener noreferrer" target="_blank">' in text
    assert '<p dir="auto">The ferry left Rotterdam at noon.</p>' in text
    assert 'href="../static/newsdesk.css?' in text


def test_in_airflows_iframe_the_url_is_shown_as_text_to_copy():
    text = FakeLibrary(found=_found()).browser().get("/article/a1b2", headers={"sec-fetch-dest": "iframe"}).text
    assert 'readonly value="https://example.org/ferry"' in text
    assert "target=" not in text


def test_an_unknown_article_gets_404_and_a_message():
    answer = FakeLibrary().browser().get("/article/unknown")
    assert answer.status_code == 404
    assert "There is no such article" in answer.text


def test_control_characters_and_bidi_overrides_are_shown_as_escapes():
    hostile = "Ferry\x1b[2J \u202egnp.exe\u2066"
    hit = dataclasses.replace(HIT, title=hostile, title_parts=(Part(hostile),), snippet=(Part(hostile, marked=True),), source=hostile)
    browser = FakeLibrary(SearchResults(total=1, hits=(hit,), suggestion=hostile), found=_found(hit=hit, body=hostile)).browser()
    for answer in (browser.get("/", params={"q": hostile}), browser.get("/article/a1b2")):
        assert not set(answer.text) & set("\x1b\u202e\u2066")
        assert "\\u202egnp.exe" in answer.text


def test_no_picture_is_shown_or_served_unless_the_installation_wants_it():
    hit = dataclasses.replace(HIT, image="https://example.org/ferry.jpg")
    browser = FakeLibrary(SearchResults(total=1, hits=(hit,)), found=_found(hit=hit)).browser()
    assert "<img" not in browser.get("/").text + browser.get("/article/a1b2").text
    assert browser.get("/image/a1b2").status_code == 404


def test_text_from_articles_and_users_is_escaped():
    names = dict.fromkeys(("persons", "organizations", "places", "events"), (HOSTILE,))
    finding = dataclasses.replace(HIT.findings[0], text=HOSTILE, message=HOSTILE, rule=HOSTILE, start=0, end=len(HOSTILE))
    hit = dataclasses.replace(
        HIT, title=HOSTILE, title_parts=(Part(HOSTILE),), snippet=(Part(HOSTILE, marked=True),), source=HOSTILE, language=HOSTILE,
        url="javascript:alert(1)", findings=(finding,), id=HOSTILE, source_language=HOSTILE, first_source=HOSTILE, story_id=HOSTILE, duplicate_kind=HOSTILE,
        copies=(Copy(id=HOSTILE, title=HOSTILE, url=HOSTILE, source=HOSTILE, published_at=None, kind=HOSTILE),), **names,
    )  # fmt: skip
    browser = FakeLibrary(
        SearchResults(total=9_999, hits=(hit,), facets={name: (Bucket(HOSTILE, 1),) for name in FACETS}, suggestion=HOSTILE),
        found=_found(hit=hit, body=HOSTILE, authors=(HOSTILE,), site_name=HOSTILE),
    ).browser()
    for answer in (browser.get("/", params={"q": HOSTILE, "source": HOSTILE, "person": HOSTILE}), browser.get("/article/a1b2")):
        assert answer.status_code == 200
        seen = Markup()
        seen.feed(answer.text)
        assert not seen.tags & {"img", "iframe", "object", "style"}
        assert not [name for name, _ in seen.attributes if name.startswith("on")]
        assert not [name for name, _ in seen.attributes if name == "style"]
        addresses = [value for name, value in seen.attributes if name in ("href", "src", "action")]
        assert not [address for address in addresses if not address.startswith(("./", "../", "#", "https://"))], addresses
        assert "&lt;script&gt;" in answer.text


@pytest.mark.parametrize(
    ("error", "message"),
    [
        pytest.param(Unavailable("https://elasticsearch:9200", "refused"), "Elasticsearch does not answer", id="no answer"),
        pytest.param(SetupError("there is no index articles", "Run `newsdesk index setup`"), "Run `newsdesk index setup`", id="no index"),
    ],
)
def test_an_error_is_shown_as_a_message_without_a_traceback(error, message):
    answer = FakeLibrary(error).browser().get("/")
    assert answer.status_code == 503
    assert message in answer.text
    assert "Traceback" not in answer.text


def test_links_are_relative_to_the_mount_path():
    entity = FoundEntity(name="Ines Calloway", type="person", roles=(), aliases=(), country=None, in_title=False, mentions=1)
    text = FakeLibrary(found=_found(entities=(entity,))).browser(path="/newsdesk").get("/newsdesk/article/a1b2").text
    assert 'href="../static/newsdesk.css?' in text
    assert 'href="../entities/entity?name=Ines+Calloway&amp;type=person"' in text


def _version(summary="", *changes):
    return ArticleVersion(
        fetched_at=NOW, title="Ferry", capture="raw/x#1", partition="p", is_searched=False, summary=summary, changes=changes, text=TEXT
    )


def test_an_article_names_its_entities_with_their_roles_and_where_it_comes_from():
    entity = FoundEntity(
        name="Ines Calloway", type="person", roles=("mayor",), aliases=("Calloway",), country=None, in_title=False, mentions=2
    )
    text = FakeLibrary(found=_found(entities=(entity,))).browser().get("/article/a1b2").text
    assert (
        '<a dir="auto" href="../entities/entity?name=Ines+Calloway&amp;type=person">Ines Calloway</a> <span class="kind">also <bdi>Calloway</bdi></span>'
        in text
    )
    assert '<td><bdi>mayor</bdi></td><td class="number">2</td>' in text
    assert "<dd><code>raw/x#1</code>" in text
    assert "<bdi>Maud Ellery</bdi>" in text


def test_ten_thousand_entities_are_not_all_listed():
    entity = FoundEntity(name="x", type="event", roles=(), aliases=(), country=None, in_title=False, mentions=1)
    text = FakeLibrary(found=_found(entities=(entity,) * 10_000)).browser().get("/article/a1b2").text
    assert "and 9,940 more" in text or "and 9940 more" in text
    assert text.count("<tr>") < 100


def _story(id: str, *, title: str, language: str, url: str) -> Story:
    return Story(id=id, title=title, language=language, url=url, text="", source="s", dated_at=NOW, story_id="s1")


def test_an_article_is_shown_beside_its_original_with_the_differences_marked_on_both_sides():
    library = FakeLibrary(found=_found())
    finding = Finding(
        rule="number-differs", severity=Severity.STRONG, start=10, end=12, message="14 in the original.", source_start=3, source_end=5
    )
    library.comparison = ComparedArticles(
        article=_story("a1b2", title="Ferry", language="en", url="https://example.org/ferry"),
        original=_story("c3", title="Pont", language="nl", url="javascript:alert(1)"),
        coverage=0.5,
        pairs=(
            ComparedPair(
                kind=PairKind.SAME,
                text="He saw 12 boats",
                start=3,
                end=18,
                source_text="Hij 14",
                source_start=-1,
                source_end=5,
                findings=(finding,),
            ),
            ComparedPair(kind=PairKind.MISSING, source_text=HOSTILE, source_start=6, source_end=70),
            ComparedPair(kind=PairKind.ADDED, text="New.", start=19, end=23),
        ),
        findings=(finding,),
    )
    text = library.browser().get("/article/a1b2/original").text
    assert 'He saw <mark class="finding">12</mark><sup>1</sup> boats' in text
    assert 'Hij <mark class="finding">14</mark><sup>1</sup>' in text
    assert "14 in the original." in text
    assert "2 passages are in one of the texts only, or different" in text
    assert "1 difference found." in text
    assert "missing here" in text
    assert "not in the original" in text
    assert "javascript:" not in text
    assert "&lt;script&gt;" in text


def test_an_article_lists_the_same_event_in_other_languages_and_the_copies_of_its_text():
    copy = Copy(id="e5", title="Ferry", url="", source="Herald", published_at=NOW, kind="other_headline")
    other = EventArticle(id="f6", title="Pont", url="", source="EFE", language="nl", published_at=NOW)
    hit = dataclasses.replace(
        HIT, copies=(copy,), duplicate_kind="first", story_id="s1", event=(other,), event_id="v1", event_languages=("nl", "en")
    )
    text = FakeLibrary(found=_found(hit=hit)).browser().get("/article/a1b2").text
    assert "The same event in Dutch, English" in text
    assert '<a dir="auto" href="../article/f6">Pont</a>' in text
    assert 'href="../?event=v1"' in text
    assert "This one is the first." in text
    assert '<a dir="auto" href="../article/e5">Ferry</a>' in text


def test_an_article_without_an_original_says_so():
    answer = FakeLibrary(found=_found()).browser().get("/article/a1b2/original")
    assert (answer.status_code, "No original of this article is known" in answer.text) == (404, True)


def test_an_edited_article_shows_its_versions_and_their_changes():
    library = FakeLibrary(found=_found())
    library.versions = [
        _version(),
        _version("1 paragraph changed", Change(kind=ChangeKind.CHANGED, paragraph=0, before=HOSTILE, after="now")),
    ]
    text = library.browser().get("/article/a1b2").text
    assert "1 paragraph changed" in text
    assert "<ins>now</ins>" in text
    assert "<script>" not in text


def test_an_unedited_article_shows_no_versions():
    library = FakeLibrary(found=_found())
    library.versions = [_version()]
    assert "Versions" not in library.browser().get("/article/a1b2").text
