"""`newsdesk history warc`: past days from WARC files of others, up to the index."""

import datetime as dt
import functools
import http.server
import io
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from captures import page
from newsdesk.index.client import open_client
from newsdesk.store.archive import Archive
from newsdesk.store.manifests import list_captures
from stack.desk import everything_in
from stack.elasticsearch import free_port
from stack.loopback import LoopbackServer

FIRST_DAY = dt.datetime(2024, 6, 11, tzinfo=dt.UTC)
SECOND_DAY = FIRST_DAY + dt.timedelta(days=1)
DAYS = [f"{day:%Y-%m-%d}" for day in (FIRST_DAY, SECOND_DAY)]
HARBOUR, INLAND, ELSEWHERE = "https://www.harbour.example", "https://inland.example", "https://elsewhere.example"
HTML, FEED = ("text/html; charset=utf-8", "application/rss+xml")


def story(ships):
    return page(
        f"Harbour counts {ships} ships",
        f"The harbour of Marlow counted {ships} ships this week, the harbour master's office said in the evening, after a quiet start.",
        f"“We had {ships * 7} people on the quay at noon,” said Ines Calloway, who runs the port with a staff of twelve and two tugs.",
    )


class CcNews:
    """A WARC file like those of Common Crawl's news crawler: request, response and metadata of each page, each compressed separately."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = io.BytesIO()
        self._writer = WARCWriter(self._file, gzip=True)
        self._writer.write_record(self._writer.create_warcinfo_record(path.name, {"software": "a news crawler", "format": "WARC 1.0"}))

    def add(self, url, moment, body, *, content_type=HTML, status="200 OK"):
        headers = {"WARC-Date": f"{moment:%Y-%m-%dT%H:%M:%SZ}", "WARC-IP-Address": "192.0.2.7"}
        asked = StatusAndHeaders("GET / HTTP/1.1", [("User-Agent", "a news crawler")], is_http_request=True)
        answered = StatusAndHeaders(status, [("Content-Type", content_type)], protocol="HTTP/1.1")
        for kind, payload, about in (("request", b"", asked), ("response", body, answered)):
            record = self._writer.create_warc_record(
                url, kind, payload=io.BytesIO(payload), http_headers=about, warc_headers_dict=dict(headers)
            )
            self._writer.write_record(record)
        self._writer.write_record(self._writer.create_warc_record(url, "metadata", payload=io.BytesIO(b"fetchTimeMs: 311\r\n")))

    def close(self):
        self.path.write_bytes(self._file.getvalue())


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    """A file with five stories of two days and three domains, a later day, and responses that are not pages."""
    file = CcNews(tmp_path_factory.mktemp("crawled") / "CC-NEWS-20240611080000-00042.warc.gz")
    morning = dt.timedelta(hours=9)
    file.add(f"{HARBOUR}/1", FIRST_DAY + morning, story(31))
    file.add(f"{INLAND}/1", FIRST_DAY + morning, story(32))
    file.add(f"{ELSEWHERE}/1", FIRST_DAY + morning, story(33))
    file.add(f"{HARBOUR}/feed", FIRST_DAY + morning, b"<rss version='2.0'/>", content_type=FEED)
    file.add(f"{HARBOUR}/chart", FIRST_DAY + morning, b"%PDF-1.7", content_type="application/pdf")
    file.add(f"{HARBOUR}/gone", FIRST_DAY + morning, story(34), status="404 Not Found")
    file.add(f"{HARBOUR}/1", FIRST_DAY + 2 * morning, story(31))
    file.add(f"{HARBOUR}/2", SECOND_DAY + morning, story(35))
    file.add(f"{INLAND}/2", SECOND_DAY + morning, story(36))
    file.add(f"{HARBOUR}/3", SECOND_DAY + dt.timedelta(days=1), story(37))
    file.close()
    return file.path


@pytest.fixture(scope="module")
def served(crawled):
    """The URL of a folder with a later file, which contains one page of the first file and a new one."""
    later = CcNews(crawled.with_name("CC-NEWS-20240612200000-00043.warc.gz"))
    later.add(f"{HARBOUR}/2", SECOND_DAY + dt.timedelta(hours=21), story(35))
    later.add(f"{INLAND}/3", SECOND_DAY + dt.timedelta(hours=21), story(38))
    later.close()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(crawled.parent))
    port = free_port()
    with LoopbackServer(port, handler):
        yield f"http://127.0.0.1:{port}"


def load_warc(desk, file, *options):
    """The output of `newsdesk history warc` for these days and domains; waits until started runs are indexed."""
    asked = ["--from", DAYS[0], "--to", DAYS[1], "--domains", "harbour.example,inland.example", "--start", *options]
    runs = {day: desk.run_ids("newsdesk_index", day) for day in DAYS}
    started = enrich_runs(desk)
    # A host that is not public is asked only where it is allowed.
    done = desk.newsdesk("history", "warc", str(file), *asked, NEWSDESK_FETCH_ALLOWED_HOSTS=urlsplit(str(file)).netloc)
    assert done.returncode == 0, done.stderr
    for day, _ in enrich_runs(desk) - started:
        desk.await_follower("newsdesk_index", day, besides=runs[day])
    return done.stdout


def enrich_runs(desk):
    return {(day, run_id) for day in DAYS for run_id in desk.run_ids("newsdesk_enrich", day)}


def indexed(es):
    """The URLs and days of the indexed articles of these days, with duplicates."""
    sources = [source for _, source in everything_in(es).values() if source["partition"] in DAYS]
    return sorted((source["url"], source["partition"], source["source"]) for source in sources)


FROM_FILE = [
    (f"{INLAND}/1", DAYS[0], "inland.example"),
    (f"{INLAND}/2", DAYS[1], "inland.example"),
    (f"{HARBOUR}/1", DAYS[0], "harbour.example"),
    (f"{HARBOUR}/2", DAYS[1], "harbour.example"),
]


@pytest.fixture(scope="module")
def loaded(desk, crawled):
    """The output of the first load of the file, and what it indexed."""
    told = load_warc(desk, crawled)
    with open_client(desk.settings.elasticsearch) as es:
        return told, indexed(es)


def test_only_pages_of_the_given_days_and_domains_are_indexed(loaded):
    told, found = loaded
    assert "31 records, 5 wanted, 4 captured, 1 captured before" in told
    assert f"4 captures in 2 days, {DAYS[0]} to {DAYS[1]}" in told
    assert "2 partitions done" in told
    assert found == FROM_FILE


@pytest.mark.usefixtures("loaded")
def test_loading_a_file_again_changes_nothing(desk, es, crawled):
    before, runs = everything_in(es), enrich_runs(desk)
    captures = captured(desk)
    again = load_warc(desk, crawled)
    assert "31 records, 5 wanted, 0 captured, 5 captured before" in again
    assert "nothing to enrich and index" in again
    assert (everything_in(es), enrich_runs(desk), captured(desk)) == (before, runs, captures)


@pytest.mark.usefixtures("loaded")
def test_a_file_from_a_web_server_adds_only_new_pages(desk, es, served):
    before = everything_in(es)
    (told,) = map(json.loads, load_warc(desk, f"{served}/CC-NEWS-20240612200000-00043.warc.gz", "--json").splitlines())
    assert (told["captured"], told["known"], told["days"], told["error"]) == (1, 1, {DAYS[1]: 1}, "")
    assert indexed(es) == sorted([*FROM_FILE, (f"{INLAND}/3", DAYS[1], "inland.example")])
    after = everything_in(es)
    assert {article: after[article] for article in before} == before


def captured(desk):
    return {day: list_captures(Archive(desk.settings.data_url), day) for day in DAYS}
