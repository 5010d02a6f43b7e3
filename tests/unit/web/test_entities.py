"""The pages of entities: content, rights to edit names, and hostile names.

Tests of newsdesk.web.entities_page.
"""

import datetime as dt
import functools
from html.parser import HTMLParser
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from newsdesk.records import EntityType
from newsdesk.search.counts import Bucket, PlaceCount, Timeline, TimelineQuery
from newsdesk.search.entity_profile import FIELDS, EntityProfile, NamedEntity, Point
from newsdesk.settings import load
from newsdesk.tag.known_names import find_known
from newsdesk.web.app import make_app
from newsdesk.web.identity import Reader, Right
from newsdesk.web.site import make_sections
from shared_application import StandIn, known_by_header, resources_of, serving

NOW = dt.datetime(2026, 11, 24, 12, 5, tzinfo=dt.UTC)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
READERS = {"vera": Reader("vera"), "ada": Reader("ada", frozenset(Right))}
UTC = ZoneInfo("UTC")


def profile(name="Marlow", type_=EntityType.PLACE, **changes):
    shown = TimelineQuery(NOW - dt.timedelta(days=2), NOW, UTC)
    starts = tuple(NOW - dt.timedelta(days=days) for days in (2, 1, 0))
    given = {
        "name": name,
        "types": {type_: 30, EntityType.PERSON: 2},
        "names": ("Old Marlow",),
        "roles": ("Mayor",),
        "country": "GB",
        "point": Point(51.5719, -0.7769),
        "total": 31,
        "first_at": NOW,
        "last_at": NOW,
        "timeline": Timeline(shown, starts, (1, 0, 2), ()),
        "together": {each: (Bucket(f"Named {each}", 4),) for each in FIELDS},
        "places": (PlaceCount("Marlow", 51.5719, -0.7769, 30),),
        "sources": (Bucket("example", 31),),
        "languages": (),
        "newest": (),
    }
    return EntityProfile(**{**given, **changes})


class Library:
    """A library with the methods that these pages use."""

    def __init__(self):
        self.profile = profile()
        self.asked = []

    def find_entity(self, name, known, type_, *, zone):
        self.asked.append((name, known.name if known else None, type_, zone.key))
        return self.profile

    def list_named(self, text):
        return [NamedEntity(text or "Ines Calloway", EntityType.PERSON, 7)]


LIBRARY, SETTINGS, SITE = StandIn(), StandIn(), StandIn()


@functools.cache
def application():
    resources = resources_of(SITE, SETTINGS)
    return make_app(
        sections=make_sections(SETTINGS, LIBRARY, resources), identity=known_by_header(READERS), open_state=resources.open_state
    )


class Site:
    """A browser for each user, with the library and the state behind the site."""

    def __init__(self, engine):
        self.engine, self.library = engine, Library()
        targets = {LIBRARY: self.library, SETTINGS: load(), SITE: self}
        self.browser = TestClient(serving(application(), targets), follow_redirects=False)

    def get(self, path, *, user="ada"):
        return self.browser.get(path, headers={"x-user": user})

    def entity(self, name, *, user="ada", **query):
        return self.get(f"/entities/entity?{urlencode({'name': name, **query})}", user=user)

    def post(self, path, *, user="ada", **form):
        token = application().state.changes.make_token(READERS[user])
        return self.browser.post(path, data={"csrf_token": token, **form}, headers={"x-user": user})


@pytest.fixture
def site(engine, home):
    return Site(engine)


class Attributes(HTMLParser):
    """The elements and attributes that a browser parses."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.found = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.found += attrs


def test_the_most_named_are_listed_with_links_to_their_pages(site):
    shown = site.get("/entities").text
    assert "entities/entity?name=Ines+Calloway&amp;type=person" in shown
    assert "three months" in shown
    assert "Names with" in site.get("/entities?q=calloway").text


def test_a_page_shows_names_place_time_and_company(site):
    shown = site.entity("Marlow", type="place").text
    for part in (
        "Old Marlow",
        "Mayor",
        "United Kingdom",
        "51.5719, -0.7769",
        "openstreetmap.org/?mlat=51.57190",
        "Named person",
        "data-timeline",
    ):
        assert part in shown, part
    assert '?place=%3DMarlow"' in shown
    assert site.library.asked == [("Marlow", None, EntityType.PLACE, "UTC")]


def test_an_unknown_name_is_answered_with_those_that_are_near(site):
    site.library.profile = None
    answer = site.entity("Calloway")
    assert answer.status_code == 404
    assert "entities/entity?name=Calloway&amp;type=person" in answer.text


def test_names_are_edited_by_administrators_and_count_at_once(site):
    assert "Another name" not in site.entity("Marlow", user="vera").text
    assert "Another name" in site.entity("Marlow").text
    form = {"name": "Marlow", "type": "place", "other": "Old  Marlow"}
    assert site.post("/entities/names", user="vera", **form).status_code == 403
    added = site.post("/entities/names", **form)
    assert (added.status_code, added.headers["location"]) == (303, "entity?name=Marlow&type=place")
    assert find_known(load().tag, "Old Marlow").name == "Marlow"
    assert "Remove <" in site.entity("Marlow").text
    assert "Remove <" not in site.entity("Marlow", user="vera").text
    assert site.post("/entities/names/remove", user="vera", **{**form, "other": "Old Marlow"}).status_code == 403
    removed = site.post("/entities/names/remove", **{**form, "other": "Old Marlow"})
    assert removed.headers["location"] == "../entity?name=Marlow&type=place"
    assert find_known(load().tag, "Old Marlow") is None


@pytest.mark.parametrize("form", [{"other": "a|b"}, {"other": "a\tb", "name": "a\nb"}, {"other": ""}, {"type": "planet"}])
def test_what_is_no_name_is_refused(site, form):
    answer = site.post("/entities/names", **{"name": "Marlow", "type": "place", "other": "Old Marlow", **form})
    assert answer.status_code in (400, 422)


def test_hostile_names_stay_text(site):
    site.library.profile = profile(
        name=HOSTILE, names=(HOSTILE,), roles=(HOSTILE,), places=(PlaceCount(HOSTILE, 1, 1, 1),), sources=(Bucket(HOSTILE, 1),)
    )
    for answer in (site.entity(HOSTILE[:200]), site.get(f"/entities?{urlencode({'q': HOSTILE})}")):
        page = Attributes(answer.text)
        assert not {name for name, _ in page.found if name.startswith("on")}
        assert "img" not in page.tags
