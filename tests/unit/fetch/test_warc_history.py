"""Tests of newsdesk.fetch.guarded_http and newsdesk.fetch.imported."""

import datetime as dt
import gzip
import io
import json
import re

import brotli
import pytest
from click.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from captures import page, write_captures
from newsdesk.chunk_enrichment import enrich_chunk
from newsdesk.chunks import plan_chunks
from newsdesk.cli.history import history
from newsdesk.errors import SetupError, Stage
from newsdesk.fetch.imported import is_imported
from newsdesk.fetch.pages import is_captured
from newsdesk.fetch.state import add_feed
from newsdesk.fetch.warc import read_capture
from newsdesk.fetch.warc_history import PATHS, Wanted, find_warcs, import_lock, load_history
from newsdesk.ops.run_counters import count_outcomes
from newsdesk.settings import FetchSettings
from newsdesk.settings import load as load_settings
from newsdesk.store.archive import Archive
from newsdesk.store.articles import list_article_files, read_articles
from newsdesk.store.manifests import list_captures, read_manifests
from newsdesk.store.outcomes import read_outcomes
from newsdesk.urls import article_id
from samples import NOW

DAY = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
WEEK = Wanted(since=DAY, until=DAY + dt.timedelta(days=7))
SETTINGS = FetchSettings(maximum_bytes=50_000)
HTML = [("Content-Type", "text/html; charset=utf-8")]
STORY = page("Harbour opens its second basin", "The harbour of Marlow opened a second basin on Monday after the busiest week in years.")


def warc(*pages, headers=HTML, status="200 OK", kind="response", zipped=True):
    """Return a WARC file with these (URL, time, body) records."""
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=zipped)
    writer.write_record(writer.create_warcinfo_record("a.warc.gz", {"software": "somebody's crawler"}))
    for url, moment, body in pages:
        about = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
        record = writer.create_warc_record(
            url, kind, payload=io.BytesIO(body), http_headers=about, warc_headers_dict={"WARC-Date": f"{moment:%Y-%m-%dT%H:%M:%SZ}"}
        )
        writer.write_record(record)
    return file.getvalue()


def story(number=0, *, host="example.org", after=dt.timedelta(hours=9)):
    return (f"https://{host}/story-{number}", DAY + after, STORY)


@pytest.fixture
def archive(tmp_path):
    return Archive(str(tmp_path / "data"))


@pytest.fixture
def load(tmp_path, archive, engine):
    """A function that loads history from a file with these bytes and returns the report."""

    def load(content, wanted=WEEK, *, name="a.warc.gz", dry_run=False):
        (tmp_path / name).write_bytes(content)
        files = find_warcs([str(tmp_path / name)], wanted, settings=SETTINGS)
        reports = load_history(files, wanted, archive=archive, engine=engine, settings=SETTINGS, now=NOW, dry_run=dry_run)
        return [report for report in reports if report.is_over][-1]

    return load


def captured_urls(archive, day):
    return [entry.url for entry in read_manifests(archive, day)]


def test_a_page_becomes_a_capture_of_the_day_on_which_it_was_captured(load, archive):
    report = load(warc(story(1), story(2, after=dt.timedelta(days=1, hours=2))))
    assert (report.captured, report.days, report.error) == (2, {"2026-11-20": 1, "2026-11-21": 1}, "")
    (ref,) = list_captures(archive, "2026-11-20")
    page = read_capture(archive, ref)
    capture = page.capture
    assert (capture.url, page.body, capture.fetched_at) == ("https://example.org/story-1", STORY, DAY + dt.timedelta(hours=9))
    assert capture.content_type == "text/html; charset=utf-8"


def test_a_capture_names_the_file_and_record_that_it_came_from(load, archive, tmp_path):
    load(warc(story()))
    (path,) = archive.list_files("raw/2026-11-20", ".warc.gz")
    with archive.open_for_reading(path) as raw, gzip.open(raw) as file:
        metadata = json.loads(next(line for line in file if line.startswith(b'{"item"')))
    assert metadata["origin"].startswith(f"file://{tmp_path}/a.warc.gz <urn:uuid:")


def test_doing_it_again_captures_nothing_twice(load, archive):
    load(warc(story(1), story(2)))
    before = captured_urls(archive, "2026-11-20")
    again = load(warc(story(1), story(2), story(3)))
    assert (again.wanted, again.known, again.captured) == (3, 2, 1)
    assert sorted(captured_urls(archive, "2026-11-20")) == sorted([*before, "https://example.org/story-3"])


def test_another_file_with_the_same_page_captures_it_once(load, archive):
    load(warc(story()))
    assert load(warc(story()), name="b.warc.gz").known == 1
    assert len(list_captures(archive, "2026-11-20")) == 1


@pytest.mark.parametrize(
    ("kept_out", "why"),
    [
        (warc(story(after=dt.timedelta(seconds=-1))), "before the window"),
        (warc(story(after=dt.timedelta(days=7))), "after the window"),
        (warc(story(), headers=[("Content-Type", "application/rss+xml")]), "a feed"),
        (warc(story(), status="404 Not Found"), "an error page"),
        (warc(story(), kind="request"), "a request"),
        (warc(("dns:example.org", DAY, b"93.184.216.34")), "no page's address"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_page_of_the_window_is_left(load, archive, kept_out, why):
    report = load(kept_out)
    assert (report.captured, report.error) == (0, "")
    assert archive.list_folders("raw") == []


def test_only_the_domains_asked_for_and_what_is_below_them(load, archive):
    hosts = ("example.org", "www.example.org", "notexample.org", "example.org.evil.net")
    load(warc(*(story(n, host=host) for n, host in enumerate(hosts))), Wanted(since=DAY, until=WEEK.until, domains=("example.org",)))
    assert captured_urls(archive, "2026-11-20") == ["https://example.org/story-0", "https://www.example.org/story-1"]


def test_budgets_are_kept_also_by_a_second_run(load):
    frugal = Wanted(since=DAY, until=WEEK.until, most_per_host_and_day=2)
    five = warc(*(story(n) for n in range(5)), story(9, host="example.net"))
    assert load(five, frugal).captured == 3
    assert (again := load(five, frugal)).captured == 0
    assert again.over_budget == 3
    assert load(five, Wanted(since=DAY, until=WEEK.until, most=1)).captured == 1


def test_a_dry_run_counts_and_writes_nothing(load, archive, tmp_path):
    assert load(warc(story(1), story(2)), dry_run=True).days == {"2026-11-20": 2}
    assert not (tmp_path / "data").exists()


def test_a_page_over_the_size_limit_is_left_and_the_next_one_taken(load, archive):
    report = load(warc(("https://example.org/huge", DAY, b"x" * 50_001), story()))
    assert (report.too_large, report.captured) == (1, 1)


@pytest.mark.parametrize("zipped", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize("lost", [20, 40, 200])
def test_a_file_that_is_cut_off_gives_what_is_whole_and_says_so(load, archive, zipped, lost):
    whole, last = warc(story(1), zipped=zipped), warc(story(1), story(2), zipped=zipped)
    cut = last[: max(len(whole) + 150, len(last) - 4 - lost)]
    report = load(cut, name="a.warc.gz" if zipped else "a.warc")
    assert captured_urls(archive, "2026-11-20") == ["https://example.org/story-1"]
    assert "damaged" in report.error


def test_damage_in_the_middle_keeps_what_came_before(load, archive):
    first = warc(story(1))
    report = load(first + b"\x00 this is no record " * 20 + warc(story(2)))
    assert captured_urls(archive, "2026-11-20") == ["https://example.org/story-1"]
    assert "damaged" in report.error


@pytest.mark.parametrize("content", [b"", b"<html>not found</html>"], ids=["empty", "a page"])
def test_a_file_that_is_no_warc_is_told(load, content):
    assert load(content).error


def test_a_page_in_brotli_is_stored_decoded_and_one_that_is_cut_off_is_left(load, archive):
    headers = [*HTML, ("Content-Encoding", "br")]
    packed = brotli.compress(STORY)
    report = load(warc((*story(1)[:2], packed), (*story(2)[:2], packed[:-9]), headers=headers))
    assert (report.wanted, report.captured, report.unreadable, report.error) == (2, 1, 1, "")
    assert read_capture(archive, list_captures(archive, "2026-11-20")[0]).body == STORY


def test_a_record_without_an_address_ends_the_file_and_not_the_loading(load):
    broken = re.sub(rb"WARC-Target-URI: \S+\r\n", b"", warc(story(1), zipped=False))
    report = load(warc(story(0), zipped=False) + broken)
    assert (report.captured, report.is_over) == (1, True)
    assert "invalid record" in report.error


def test_compressed_and_chunked_pages_are_stored_decoded(load, archive):
    headers = [*HTML, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]
    zipped = gzip.compress(STORY)
    chunked = f"{len(zipped):x}\r\n".encode() + zipped + b"\r\n0\r\n\r\n"
    load(warc((story()[0], story()[1], chunked), headers=headers))
    assert read_capture(archive, list_captures(archive, "2026-11-20")[0]).body == STORY


def test_what_was_captured_is_counted_known_to_fetch_and_named_after_the_feed_of_its_host(load, archive, engine):
    add_feed(engine, "https://example.org/feed.xml", source="marlow-post", now=NOW)
    load(warc(story(), story(2, host="www.example.net")))
    rows = count_outcomes(read_outcomes(archive, "2026-11-20", Stage.FETCH), stage=Stage.FETCH, partition="2026-11-20", now=NOW)
    assert [(row.source, row.fetched) for row in rows] == [("example.net", 1), ("marlow-post", 1)]
    assert is_captured(engine, article_id("https://example.org/story-0"))


def test_files_of_cc_news_from_another_time_are_not_opened(tmp_path):
    for stamp in ("20261118120000", "20261119233000", "20261122080000", "20261127000000"):
        (tmp_path / f"CC-NEWS-{stamp}-00001.warc.gz").touch()
    (tmp_path / "mine.warc").touch()
    found = find_warcs([str(tmp_path)], WEEK, settings=SETTINGS)
    assert [name.rpartition("/")[2] for name in found] == [
        "CC-NEWS-20261119233000-00001.warc.gz",
        "CC-NEWS-20261122080000-00001.warc.gz",
        "mine.warc",
    ]


@pytest.mark.parametrize(
    "pattern",
    ["http://127.0.0.1:9/CC-NEWS/*.warc.gz", "nosuch://bucket/*.warc.gz", "simplecache::http://127.0.0.1:9/a.warc.gz"],
    ids=["an address inside", "unknown kind", "an address behind another"],
)
def test_a_place_that_cannot_be_looked_at_is_an_error(pattern):
    with pytest.raises(SetupError, match="cannot be listed"):
        find_warcs([pattern], WEEK, settings=SETTINGS)


def test_a_pattern_that_finds_nothing_is_an_error(tmp_path):
    with pytest.raises(SetupError, match="matches no WARC file"):
        find_warcs([str(tmp_path / "*.warc.gz")], WEEK, settings=SETTINGS)


@pytest.fixture
def asked():
    """The paths that were requested from the local web server."""
    return []


@pytest.fixture
def served(tmp_path, asked):
    """The URL of a folder on a local web server; `/to/<URL>` redirects to the URL."""
    import functools
    import http.server
    import threading

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            asked.append(self.path)

        def do_GET(self):
            if self.path.startswith("/to/"):
                self.send_response(302)
                self.send_header("Location", self.path.removeprefix("/to/"))
                self.end_headers()
            else:
                super().do_GET()

        do_HEAD = do_GET

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_an_address_with_a_star_is_looked_up_in_the_list_beside_the_files(tmp_path, served, archive, engine):
    names = [f"CC-NEWS-2026112{day}120000-0000{day}.warc.gz" for day in (1, 2)]
    (tmp_path / names[0]).write_bytes(warc(story(after=dt.timedelta(days=1, hours=13))))
    (tmp_path / PATHS).write_bytes(gzip.compress("".join(f"crawl-data/CC-NEWS/2026/11/{name}\n" for name in names).encode()))
    told = FetchSettings(maximum_bytes=50_000, allowed_hosts=(served.removeprefix("http://"),))
    files = find_warcs([f"{served}/CC-NEWS-2026112*.warc.gz"], WEEK, settings=told)
    assert files == [f"{served}/{name}" for name in names]
    reports = load_history(files, WEEK, archive=archive, engine=engine, settings=told, now=NOW)
    first, second = (report for report in reports if report.is_over)
    assert (first.captured, first.error) == (1, "")
    assert (second.captured, "damaged or unavailable" in second.error) == (0, True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "[::ffff:127.0.0.1]", "0177.0.0.1"])
def test_an_address_inside_is_asked_for_no_file(served, asked, archive, engine, host):
    address = served.replace("127.0.0.1", host)
    (report,) = load_history([f"{address}/a.warc.gz"], WEEK, archive=archive, engine=engine, settings=SETTINGS, now=NOW)
    assert "damaged or unavailable" in report.error
    with pytest.raises(SetupError, match="cannot be listed"):
        find_warcs([f"{address}/*.warc.gz"], WEEK, settings=SETTINGS)
    assert asked == []


def test_the_setting_that_lets_it_be_asked_is_named(served, archive, engine):
    (report,) = load_history([f"{served}/a.warc.gz"], WEEK, archive=archive, engine=engine, settings=SETTINGS, now=NOW)
    assert "127.0.0.1 is not a public internet address; add the host to NEWSDESK_FETCH_ALLOWED_HOSTS" in report.error


def test_no_redirect_leads_inside(tmp_path, served, asked, archive, engine):
    (tmp_path / "a.warc.gz").write_bytes(warc(story()))
    port = served.rpartition(":")[2]
    told = FetchSettings(maximum_bytes=50_000, allowed_hosts=(f"localhost:{port}",))
    start = f"http://localhost:{port}"
    files = [f"{start}/to/{start}/a.warc.gz", f"{start}/to/{served}/a.warc.gz"]
    reports = load_history(files, WEEK, archive=archive, engine=engine, settings=told, now=NOW)
    within, outside = (report for report in reports if report.is_over)
    assert (within.captured, within.error) == (1, "")
    assert "127.0.0.1 is not a public internet address" in outside.error
    assert asked[-1].startswith("/to/http://127.0.0.1"), "what the redirect led to was asked"


def test_a_second_loading_beside_the_first_is_refused(tmp_path):
    with import_lock(tmp_path), pytest.raises(SetupError, match="another `newsdesk history` is running"), import_lock(tmp_path):
        pass


@pytest.fixture
def newsdesk(home):
    """A function that runs `newsdesk history warc` in a separate home."""
    (home / "a.warc.gz").write_bytes(warc(story(1), story(2, after=dt.timedelta(days=1))))

    def run(*options, paths=("a.warc.gz",)):
        days = ["--from", "2026-11-20", "--to", "2026-11-21"]
        return CliRunner().invoke(history, ["warc", *(str(home / path) for path in paths), *days, *options])

    return run


def test_the_command_takes_a_file_through_to_articles(newsdesk, archive, tools):
    done = newsdesk()
    assert done.exit_code == 0, done.output
    assert "2 captures in 2 days, 2026-11-20 to 2026-11-21" in done.stdout
    assert "newsdesk backfill start --from 2026-11-20 --to 2026-11-21 --only missing" in done.stdout
    for chunk in plan_chunks(archive, "2026-11-20", size=10):
        enrich_chunk(chunk, archive=archive, tools=tools, settings=load_settings(), now=NOW)
    (path,) = list_article_files(archive, "2026-11-20")
    (article,) = read_articles(archive, path)
    assert (article.cleaned.title, article.source) == ("Harbour opens its second basin", "example.org")
    assert "second basin on Monday" in article.cleaned.text


def test_the_command_tells_each_file_as_json(newsdesk):
    (line,) = newsdesk("--json", "--limit", "1").stdout.splitlines()
    told = json.loads(line)
    assert (told["captured"], told["error"], told["days"]) == (1, "", {"2026-11-20": 1})


def test_a_dry_run_of_the_command_does_not_say_to_go_on(newsdesk, tmp_path):
    done = newsdesk("--dry-run", "--domains", "*.example.org, example.net")
    assert "2 captures in 2 days" in done.stdout
    assert "backfill start" not in done.stdout
    assert not (tmp_path / "data").exists()


def test_a_broken_file_fails_the_command_after_the_others_were_read(newsdesk, archive, tmp_path):
    (tmp_path / "0.warc.gz").write_bytes(b"<html>not found</html>")
    done = newsdesk(paths=("0.warc.gz", "a.warc.gz"))
    assert isinstance(done.exception, SetupError)
    assert "1 of 2 files could not be read" in str(done.exception)
    assert len(list_captures(archive, "2026-11-20")) == 1


def test_a_day_with_captures_from_elsewhere_only_is_still_swept(newsdesk, archive):
    newsdesk()
    assert all(is_imported(ref) for ref in list_captures(archive, "2026-11-20"))
    write_captures(archive, "2026-11-20", [("https://example.org/a", STORY)])
    assert not all(is_imported(ref) for ref in list_captures(archive, "2026-11-20"))


@pytest.mark.parametrize(
    ("domains", "captured"), [(".Example.ORG., example.net", 2), ("*.example.net", 0)], ids=["odd spelling", "another"]
)
def test_domains_are_taken_as_they_are_commonly_written(newsdesk, tmp_path, domains, captured):
    (told,) = map(json.loads, newsdesk("--domains", domains, "--json").stdout.splitlines())
    assert told["captured"] == captured


@pytest.mark.parametrize("domains", ["https://example.org/", ",", "example.org,,example.net"], ids=["address", "comma", "gap"])
def test_domains_that_would_match_nothing_or_everything_are_refused(newsdesk, domains):
    assert newsdesk("--domains", domains).exit_code == 2
