"""`newsdesk feeds` for users and for programs.

Tests of newsdesk.cli.feeds, newsdesk.fetch.admission and newsdesk.fetch.trial.
"""

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
def home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("NEWSDESK_DATABASE_URL", raising=False)
    return home


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The addresses of host names; others are unknown."""
    addresses = {"news.example": "93.184.215.14", "inside.example": "10.0.0.7"}

    async def resolve(host: str, port: int) -> list[str]:
        if host not in addresses:
            raise OSError("not known")
        return [addresses[host]]

    monkeypatch.setattr("newsdesk.fetch.trial.system_resolver", lambda: resolve)
    return addresses


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
    assert call("list", "--failing").output == "no failing feeds\n"


@pytest.mark.parametrize(
    ("arguments", "trouble"),
    [
        (("add", "news.example"), "is not a valid feed URL"),
        (("disable", "nobody"), "there is no feed nobody"),
        (("import", "-"), "cannot be parsed as OPML"),
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
    assert f"it links to the feeds {home}real.xml" in refused.output


def test_a_feed_inside_the_house_cannot_be_tried() -> None:
    refused = call("test", "http://169.254.169.254/latest/meta-data/", "--json")
    assert refused.exit_code == 1
    assert "not a public internet address" in json.loads(refused.output)["error"]


def test_import_says_what_was_left_out() -> None:
    given = '<opml><body><outline xmlUrl="https://news.example/a"/><outline xmlUrl="ftp://news.example/b"/></body></opml>'
    result = call("import", "-", given=given)
    assert "skipped: invalid URL in line 1: ftp://news.example/b" in result.output
    assert result.output.endswith("1 feed added, 0 known already, 1 skipped\n")


def test_a_refused_address_is_said_at_once_with_what_allows_it() -> None:
    with pytest.raises(SetupError, match=r"would be refused: inside\.example resolves to 10\.0\.0\.7") as refused:
        call("add", "https://inside.example/rss")
    assert "newsdesk feeds allow inside.example" in refused.value.remedy
    assert "NEWSDESK_FETCH_ALLOWED_HOSTS" in refused.value.remedy
    assert call("list").output.startswith("no feeds yet")
    assert call("allow", "inside.example").output == "inside.example\n"
    assert call("add", "https://inside.example/rss").output == "added: https://inside.example/rss\n"


def test_an_address_that_the_settings_allow_here_is_allowed_for_every_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_FETCH_ALLOWED_HOSTS", '["*.example"]')
    call("add", "http://inside.example:8080/rss")
    assert json.loads(call("allow", "--json").output) == {"allowed": ["inside.example:8080"]}
    assert call("allow", "inside.example:8080", "--remove").output == "no hosts are allowed except those of the settings\n"
    with pytest.raises(SetupError, match="is not in the list"):
        call("allow", "inside.example:8080", "--remove")


def test_a_name_that_cannot_be_looked_up_now_is_no_refusal() -> None:
    assert call("add", "https://later.example/rss").output == (
        "added: https://later.example/rss; later.example: the name later.example cannot be resolved\n"
    )


def test_adding_a_known_feed_again_changes_what_is_given() -> None:
    call("add", "https://news.example/rss", "--source", "harbour")
    assert (
        call("add", "https://news.example/rss", "--source", "quay", "--title", "The Quay").output == "changed: https://news.example/rss\n"
    )
    (feed,) = [json.loads(line) for line in call("list", "--json").output.splitlines()]
    assert (feed["source"], feed["title"]) == ("quay", "The Quay")


def test_a_login_is_kept_and_shown_nowhere() -> None:
    outputs = [call("add", "https://ana:s3cret@news.example/rss").output, call("add", "https://ana:other@news.example/rss").output]
    assert outputs == ["added: https://news.example/rss\n", "changed: https://news.example/rss\n"]
    shown = "".join(call(*command).output for command in (["list"], ["list", "--json"], ["export"], ["show", "1"], ["show", "1", "--json"]))
    assert "ana" not in shown
    assert "requested with a login" in shown


def test_rename_poll_and_remove() -> None:
    call("add", "https://news.example/rss", "--source", "harbour")
    assert call("rename", "harbour", "--source", "quay").output == "1 feed renamed\n"
    assert call("poll", "quay").output == "1 feed due now\n"
    assert "next poll due, as requested by an operator" in call("show", "quay").output
    assert call("remove", "https://news.example/rss").output == "1 feed removed\n"
    for command in ("remove", "poll", "show", "disable"):
        with pytest.raises(SetupError, match="there is no feed quay"):
            call(command, "quay")
    assert call("rename", "quay").exit_code == 2


@pytest.mark.parametrize(
    "command",
    ["import", "export", "add", "remove", "rename", "list", "show", "test", "poll", "disable", "enable", "allow"],
)
def test_every_command_explains_itself(command: str) -> None:
    assert "--json" in call(command, "--help").output
