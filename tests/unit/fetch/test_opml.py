"""Lists of feeds: export and import are lossless, and the error for a broken list is one line."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from newsdesk.errors import SetupError
from newsdesk.fetch.opml import Outline, parse_opml, source_name, write_opml
from newsdesk.fetch.plan import FeedStatus
from newsdesk.fetch.state import ImportCounts, add_feed, export_outlines, import_opml, list_feeds, set_status
from newsdesk.fetch.tables import FEEDS

SEEDS = Path(__file__).parents[3] / "seeds" / "feeds.opml"
LIST = b"""<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head><title>t</title></head><body>
<outline text="World"><outline text="Agencies"><outline type="rss" text="Agence &amp; Cie" xmlUrl="https://a.example/rss" htmlUrl="https://a.example/" language="fr"/></outline></outline>
<outline title="B" xmlUrl="http://b.example/atom?x=1&amp;y=2" source="bee" category="/x,/y"/></body></opml>"""


def test_folders_titles_and_attributes_are_read() -> None:
    first, second = parse_opml(LIST, name="list.opml")
    assert (first.title, first.url, first.folders) == ("Agence & Cie", "https://a.example/rss", ("World", "Agencies"))
    assert first.attributes["language"] == "fr"
    assert (second.title, second.source, second.folders) == ("B", "bee", ())


def test_a_round_trip_through_the_database_loses_nothing(engine: sa.Engine) -> None:
    before = parse_opml(SEEDS.read_bytes(), name="feeds.opml")
    import_opml(engine, SEEDS.read_bytes())
    after = parse_opml(write_opml(export_outlines(engine)), name="exported")
    assert [(outline.url, outline.title, outline.folders) for outline in after] == [
        (outline.url, outline.title, outline.folders) for outline in before
    ]
    for old, new in zip(before, after, strict=True):
        assert dict(old.attributes).items() <= dict(new.attributes).items()


def test_importing_twice_adds_nothing_and_keeps_what_is_known(engine: sa.Engine) -> None:
    assert import_opml(engine, LIST) == ImportCounts(added=2, known=0)
    with engine.begin() as connection:
        connection.execute(sa.update(FEEDS).values(etag='"x"', failures=3, url="https://moved.example/").where(FEEDS.c.source == "bee"))
    assert import_opml(engine, LIST) == ImportCounts(added=0, known=2)
    with engine.connect() as connection:
        assert connection.execute(sa.select(FEEDS.c.etag, FEEDS.c.failures).where(FEEDS.c.source == "bee")).one() == ('"x"', 3)


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b"", "cannot be parsed as OPML"),
        (b"<opml><body><outline", "cannot be parsed as OPML"),
        (b"\x00\x01", "cannot be parsed as OPML"),
        (b"<rss version='2.0'/>", "its root element is <rss>"),
        (b"<opml><head/></opml>", "contains no feed"),
        (b"<opml><body><outline text='folder'/></body></opml>", "contains no feed"),
        (b"<opml><body>\n<outline xmlUrl='ftp://x.example/'/></body></opml>", "in line 2: ftp://x.example/"),
        (b"<opml><body><outline xmlUrl='https:///path'/></body></opml>", "invalid URL"),
    ],
    ids=["empty", "cut off", "not text", "a feed", "no body", "only folders", "ftp", "no host"],
)
def test_a_broken_list_names_its_trouble_and_adds_nothing(engine: sa.Engine, body: bytes, trouble: str) -> None:
    with pytest.raises(SetupError) as broken:
        import_opml(engine, body, name="mine.opml")
    assert "mine.opml" in broken.value.problem
    assert trouble in broken.value.problem
    assert broken.value.remedy
    assert list_feeds(engine, now=_noon()) == []


ROWING, SEA = "https://a.example/rowing", "https://b.example/sea?x=1&y=2"
OUTLINES = '<outline text="Rowing" xmlUrl="https://a.example/rowing"/>{}<outline text="Sea" xmlUrl="https://b.example/sea?x=1&amp;y=2"/>'


def opml(between: str = "", *, outlines: str = OUTLINES, before: str = '<?xml version="1.0" encoding="UTF-8"?>', root: str = "") -> str:
    return f'{before}<opml version="2.0"{root}><head><title>x</title></head><body>\n{outlines.format(between)}</body></opml>'


WRITTEN = {
    "a bare ampersand": opml(outlines=OUTLINES.replace("&amp;", "&")),
    "an entity of HTML": opml('<outline text="Fish&nbsp;&amp; chips&hellip;"/>'),
    "an entity that nobody knows": opml('<outline text="&unknown; &also"/>'),
    "a less-than sign": opml('<outline text="a < b"/>'),
    "blank lines first": opml(before='\n\n <?xml version="1.0"?>\n'),
    "a comment first": opml(before='<?xml version="1.0"?><!-- exported -->\n'),
    "a default namespace": opml(root=' xmlns="http://opml.org/spec2"'),
    "a namespace of the reader's": opml('<outline my:id="1" text="x"/>', root=' xmlns:my="https://reader.example/"'),
    "a namespace that is not declared": opml('<outline my:id="1" text="x"/>'),
    "names in capitals": opml(outlines=OUTLINES.replace("xmlUrl", "XMLURL").replace("outline", "OUTLINE")),
    "feed: as scheme": opml(outlines=OUTLINES.replace("https://a", "feed:https://a").replace("https://b", "FEED:https://b")),
    "url for xmlUrl": opml(outlines=OUTLINES.replace("xmlUrl=", 'type="rss" url=')),
    "a control character": opml('<outline text="a\x0bb"/>'),
    "no body": opml().replace("<body>", "").replace("</body>", ""),
    "no end": opml().replace("</body></opml>", ""),
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_a_list_is_read_as_readers_write_it(text: str) -> None:
    assert [outline.url for outline in parse_opml(text.encode(), name="x")] == [ROWING, SEA]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_a_list_is_read_in_its_encoding_whatever_it_says(encoding: str) -> None:
    text = opml(outlines='<outline text="Fähren &amp; Brücken — Süd" xmlUrl="https://a.example/rowing"/>')
    assert [outline.title for outline in parse_opml(text.encode(encoding), name="x")] == ["Fähren & Brücken — Süd"]


def test_the_scheme_of_feed_readers_is_http() -> None:
    outlines = '<outline xmlUrl="feed://a.example/rowing"/><outline xmlUrl="itpc://a.example/sea"/><outline xmlUrl="feeds://a.example/"/>'
    assert [outline.url for outline in parse_opml(opml(outlines=outlines).encode(), name="x")] == [
        "http://a.example/rowing", "http://a.example/sea", "https://a.example/",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "address",
    ["ftp://x.example/", "nowhere", "https:///path", f"https://x.example/{'x' * 3_000}", "javascript:x", "https://x.example/\u202efeed"],
)
def test_a_bad_outline_costs_that_outline_and_is_named(engine: sa.Engine, address: str) -> None:
    counts = import_opml(engine, opml(f'\n<outline xmlUrl="{address}"/>').encode())
    assert (counts.added, counts.known) == (2, 0)
    assert counts.left_out == (f"invalid URL in line 3: {address[:200]}",)


def test_damage_is_named_with_its_line(engine: sa.Engine) -> None:
    counts = import_opml(engine, opml("\n<outline text=bare/>\n").encode())
    assert counts.added == 2
    assert counts.left_out[0].startswith("line 3: ")


def test_no_file_is_read_into_a_list(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    declared = f'<!DOCTYPE opml [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>'
    (outline,) = parse_opml(opml(before=declared, outlines='<outline text="&e;" xmlUrl="https://a.example/"/>').encode(), name="x")
    assert "secret" not in outline.title


def test_an_attribute_that_cannot_be_written_is_left_out_of_an_export() -> None:
    outlines = parse_opml(opml('<outline text="x" other:id="1" xmlUrl="https://c.example/"/>').encode(), name="x")
    assert len(parse_opml(write_opml(outlines), name="written")) == 3


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("UN News in Arabic", "un-news-in-arabic"),
        ("Folha de S.Paulo", "folha-de-s-paulo"),
        ("El País", "el-pais"),
        ("Українська правда", "pravda.example"),
        ("", "pravda.example"),
    ],
)
def test_a_source_has_a_stable_keyword(title: str, name: str) -> None:
    assert source_name(title, "https://www.pravda.example/rss") == name


def test_a_feed_can_be_switched_off_by_number_address_or_source(engine: sa.Engine) -> None:
    import_opml(engine, LIST)
    now = _noon()
    assert set_status(engine, "bee", FeedStatus.DISABLED, now=now) == 1
    assert set_status(engine, "https://a.example/rss", FeedStatus.DISABLED, now=now) == 1
    assert {(feed.status, feed.next_poll_at) for feed in list_feeds(engine, now=now)} == {("disabled", None)}
    assert set_status(engine, "1", FeedStatus.ACTIVE, now=now) == 1
    assert set_status(engine, "nobody", FeedStatus.ACTIVE, now=now) == 0


def test_a_feed_is_added_once(engine: sa.Engine) -> None:
    assert add_feed(engine, "https://a.example/rss", source="a")
    assert not add_feed(engine, "https://a.example/rss", source="b")
    with pytest.raises(SetupError):
        add_feed(engine, "a.example/rss")


def test_what_is_written_can_be_read_whatever_the_title() -> None:
    outline = Outline(url="https://x.example/?a=1&b=<", title='"A" & <B>', source="x", folders=("One / Two", "Three"))
    (read,) = parse_opml(write_opml([outline]), name="x")
    assert (read.url, read.title, read.source, read.folders) == (outline.url, outline.title, outline.source, outline.folders)


def _noon():  # type: ignore[no-untyped-def]
    import datetime as dt

    return dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
