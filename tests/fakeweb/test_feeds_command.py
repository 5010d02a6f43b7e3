"""`newsdesk feeds` as a person and a program use it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fakeweb.server import FakeWeb, Request, Response
from fakeweb.sites import html_for_feed, rss, site
from newsdesk.cli.feeds import feeds
from newsdesk.errors import SetupError

SEEDS = Path(__file__).parents[2] / "seeds" / "feeds.opml"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
    monkeypatch.delenv("NEWSDESK_DATABASE_URL", raising=False)
    return tmp_path


def call(*arguments: str, given: str | bytes | None = None) -> Result:
    result = CliRunner().invoke(feeds, arguments, input=given)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_import_twice_then_export_gives_the_same_feeds(tmp_path: Path) -> None:
    assert call("import", str(SEEDS)).output.endswith("0 known already\n")
    assert json.loads(call("import", str(SEEDS), "--json").output)["added"] == 0
    call("export", "-o", str(tmp_path / "out.opml"))
    assert json.loads(call("import", str(tmp_path / "out.opml"), "--json").output)["added"] == 0
    assert (
        len(json.loads(call("export", "--json").output))
        == json.loads(call("import", "-", "--json", given=SEEDS.read_bytes()).output)["known"]
    )


def test_add_list_disable_enable() -> None:
    assert call("list").output.startswith("no feeds yet")
    call("add", "https://news.example/rss", "--source", "harbour")
    assert call("add", "https://news.example/rss").output == "known already: https://news.example/rss\n"
    (feed,) = [json.loads(line) for line in call("list", "--json").output.splitlines()]
    assert set(feed) >= {"last_success_at", "next_poll_at", "interval_seconds", "failures", "last_error", "articles_24h"}
    shown = call("list").output
    assert "harbour  active  0 articles in 24 h, last success never, next poll due, every 10 min" in shown
    assert call("disable", "harbour").output == "1 feed disabled\n"
    assert "next poll never" in call("list").output
    assert call("enable", "1").output == "1 feed enabled\n"
    assert call("list", "--failing").output == "no feed fails\n"


@pytest.mark.parametrize(
    ("arguments", "trouble"),
    [
        (("add", "news.example"), "no address of a feed"),
        (("disable", "nobody"), "there is no feed nobody"),
        (("import", "-"), "no readable OPML"),
    ],
    ids=["add", "disable", "import"],
)
def test_trouble_is_named_with_its_remedy(arguments: tuple[str, ...], trouble: str) -> None:
    with pytest.raises(SetupError, match=trouble) as error:
        call(*arguments, given="not a list")
    assert error.value.remedy


def test_a_feed_is_tried_before_it_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    def paper(request: Request) -> Response:
        return html_for_feed(request) if request.path == "/" else site(request, rss(request.origin, [1, 2]))

    with FakeWeb({"127.0.0.1": paper}) as web:
        monkeypatch.setenv("NEWSDESK_FETCH_ALLOWED_HOSTS", json.dumps([f"127.0.0.1:{web.port}"]))
        home = f"http://127.0.0.1:{web.port}/"
        found = call("test", f"{home}feed.xml")
        assert found.output.startswith("Harbour news: rss20, 2 entries")
        assert len(json.loads(call("test", f"{home}feed.xml", "--json").output)["entries"]) == 2
        refused = call("test", home)
    assert refused.exit_code == 1
    assert f"it offers {home}real.xml" in refused.output


def test_a_feed_inside_the_house_cannot_be_tried() -> None:
    refused = call("test", "http://169.254.169.254/latest/meta-data/", "--json")
    assert refused.exit_code == 1
    assert "not a public internet address" in json.loads(refused.output)["error"]


@pytest.mark.parametrize("command", ["import", "export", "add", "list", "test", "disable", "enable"])
def test_every_command_explains_itself(command: str) -> None:
    assert "--json" in call(command, "--help").output
