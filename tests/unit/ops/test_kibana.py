"""Requests to Kibana, without a Kibana: they match its schema, references are valid, and errors are reported.

Tests of newsdesk.cli.kibana and newsdesk.ops.kibana_install.
"""

import base64
import email
import json
import re
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from kibana_requests import indices, uses
from kibana_schema import problems
from newsdesk.cli.kibana import kibana
from newsdesk.database import open_database
from newsdesk.errors import SetupError, Unavailable
from newsdesk.fetch.source_names import SourceNames, write_source_name
from newsdesk.ops.kibana import kibana_content
from newsdesk.ops.kibana_install import TRIES, base_path, install
from newsdesk.settings import KibanaSettings

ROOT = Path(__file__).parents[3]
CONTENT = kibana_content()
PIPELINE_PANELS = CONTENT.dashboards["newsdesk-pipeline"]["panels"]
OBJECTS = {(item["type"], item["id"]): item for item in CONTENT.saved_objects}
SETTINGS = KibanaSettings(url="http://kibana.test", username="newsdesk_setup", password=SecretStr("right"))


class StandInKibana:
    """The four routes that are used, with the validation and the error responses of Kibana 9.5."""

    def __init__(self, *, version="9.5.2", level="available"):
        self.version, self.level = version, level
        self.objects = {}
        self.dashboards = {}
        self.asked = 0
        self.troubles = []  # responses or errors that take precedence

    def __call__(self, request):
        self.asked += 1
        if self.troubles:
            trouble = self.troubles.pop(0)
            if isinstance(trouble, Exception):
                raise trouble
            return trouble
        known = request.headers.get("authorization") == "Basic " + base64.b64encode(b"newsdesk_setup:right").decode()
        if (request.method, request.url.path) == ("GET", "/api/status"):
            return self._status(known=known)
        if not known:
            return httpx.Response(401, json={"statusCode": 401, "error": "Unauthorized", "message": "unable to authenticate"})
        if request.method != "GET" and "kbn-xsrf" not in request.headers:
            return httpx.Response(400, json={"message": "Request must contain a kbn-xsrf header."})
        if request.method == "POST" and request.url.path == "/api/saved_objects/_import":
            return self._import(request)
        if request.method == "PUT" and request.url.path.startswith("/api/dashboards/"):
            return self._put_dashboard(request)
        if request.method == "GET" and request.url.path.startswith("/api/dashboards/"):
            return self._get_dashboard(request.url.path.rpartition("/")[2])
        return httpx.Response(404, json={"message": "Not Found"})

    def _status(self, *, known):
        # Without a login the response has only the level.
        more = {"name": "kibana", "version": {"number": self.version}} if known else {}
        status = 503 if self.level in ("unavailable", "critical") else 200
        return httpx.Response(status, json={"status": {"overall": {"level": self.level}}, **more})

    def _get_dashboard(self, id_):
        if id_ not in self.dashboards:
            return httpx.Response(404, json={"statusCode": 404, "message": f"A dashboard with ID {id_} was not found."})
        return httpx.Response(200, json=self.read_back(id_))

    def read_back(self, id_):
        """Return an object like Kibana, with defaults that were not sent."""
        return {"id": id_, "data": {"filters": [], **self.dashboards[id_]}, "meta": {}}

    def _import(self, request):
        head = f"Content-Type: {request.headers['content-type']}\n\n".encode()
        part = email.message_from_bytes(head + request.read()).get_payload()[0]
        if not part.get_filename().endswith(".ndjson"):
            return httpx.Response(400, json={"message": "Invalid file extension"})
        items = [json.loads(line) for line in part.get_payload(decode=True).splitlines()]
        known = {*self.objects, *((item["type"], item["id"]) for item in items)}
        errors = []
        for item in items:
            checked = [reference for reference in item["references"] if reference["type"] in ("index-pattern", "search")]
            missing = [reference for reference in checked if (reference["type"], reference["id"]) not in known]
            if missing:
                error = {"type": "missing_references", "references": missing}
                errors.append({"type": item["type"], "id": item["id"], "error": error})
        if not errors:
            self.objects.update({(item["type"], item["id"]): item for item in items})
        answer = {"success": not errors, "successCount": len(items) - len(errors), "warnings": []}
        return httpx.Response(200, json=answer | ({"errors": errors} if errors else {}))

    def _put_dashboard(self, request):
        dashboard, id_ = json.loads(request.read()), request.url.path.rpartition("/")[2]
        wrong = problems(dashboard)
        if wrong:
            return httpx.Response(400, json={"statusCode": 400, "message": wrong[0]})
        status = 200 if id_ in self.dashboards else 201
        self.dashboards[id_] = dashboard
        return httpx.Response(status, json={"id": id_, "data": dashboard, "meta": {}})


def _send(kibana, content=CONTENT, settings=SETTINGS):
    slept = []
    return install(content, settings, sleep=slept.append, transport=httpx.MockTransport(kibana)), slept


# --- what is made ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CONTENT.dashboards)
def test_each_dashboard_fits_the_published_schema(name):
    assert problems(CONTENT.dashboards[name]) == []


def test_the_schema_refuses_what_kibana_would():
    wrong = json.loads(json.dumps(CONTENT.dashboards["newsdesk-news"]))
    wrong["panels"][5]["config"]["layers"][0]["seriesType"] = "bar"
    assert len(problems(wrong)) == 1
    wrong["panels"][0]["type"] = "map"
    assert len(problems(wrong)) == 2


def test_the_files_in_the_tree_are_what_the_module_makes():
    folder = ROOT / "docker/kibana"
    assert {path.name: path.read_text() for path in folder.iterdir()} == CONTENT.files(), "newsdesk kibana write makes them anew"


def test_every_reference_of_a_saved_object_is_in_the_same_file():
    for item in CONTENT.saved_objects:
        for reference in item["references"]:
            assert (reference["type"], reference["id"]) in OBJECTS, (item["id"], reference)


def test_every_reference_name_that_an_object_uses_is_declared():
    for item in CONTENT.saved_objects:
        used = set(re.findall(r'"index(?:PatternRefName|RefName)\\?":\\?"([^"\\]+)', json.dumps(item["attributes"])))
        assert used == {reference["name"] for reference in item["references"] if reference["type"] == "index-pattern"}


def test_every_json_inside_json_can_be_read():
    def texts(value):
        for key, inner in value.items():
            if isinstance(inner, dict):
                yield from texts(inner)
            elif key.endswith("JSON"):
                yield inner

    found = [text for item in CONTENT.saved_objects for text in texts(item["attributes"])]
    assert len(found) == 6
    assert all(json.loads(text) for text in found)


@pytest.mark.parametrize("name", CONTENT.dashboards)
def test_a_dashboard_refers_to_what_is_there(name):
    dashboard = CONTENT.dashboards[name]
    views = re.findall(r'"(?:data_view_id)": "([^"]+)"', json.dumps(dashboard))
    for panel in dashboard["panels"]:
        config = panel["config"]
        views += [layer["data_source"]["ref_id"] for layer in [*config.get("layers", []), config] if "data_source" in layer]
        assert panel["type"] != "discover_session" or ("search", config["ref_id"]) in OBJECTS
    assert views
    assert all(("index-pattern", view) in OBJECTS for view in views)
    assert all(("tag", tag) in OBJECTS for tag in dashboard["tags"])


@pytest.mark.parametrize("name", CONTENT.dashboards)
def test_no_panel_lies_over_another_or_outside_of_the_grid(name):
    taken = set()
    for panel in CONTENT.dashboards[name]["panels"]:
        grid = panel["grid"]
        cells = {(x, y) for x in range(grid["x"], grid["x"] + grid["w"]) for y in range(grid["y"], grid["y"] + grid["h"])}
        assert not cells & taken, panel["config"].get("title")
        assert max(x for x, _ in cells) < 48
        taken |= cells


@pytest.mark.parametrize("name", CONTENT.dashboards)
def test_links_between_dashboards_lead_somewhere(name):
    linked = re.findall(r"/app/(dashboards#/view|maps/map)/([a-z-]+)", json.dumps(CONTENT.dashboards[name]))
    known = {("dashboards#/view", board) for board in CONTENT.dashboards} | {("maps/map", id_) for kind, id_ in OBJECTS if kind == "map"}
    assert linked
    assert set(linked) <= known


def test_a_source_that_is_silent_for_longer_than_the_dashboard_shows_is_still_in_the_table_of_freshness():
    (table,) = (panel["config"] for panel in PIPELINE_PANELS if "Freshness" in panel["config"].get("title", ""))
    assert table["time_range"] == {"from": "now-90d", "to": "now"}


def test_the_ids_stay_as_they_are():
    # Users have bookmarks of them, and with a new id the old object would remain in Kibana.
    assert sorted(CONTENT.dashboards) == ["newsdesk-news", "newsdesk-pipeline", "newsdesk-translation-check"]
    assert sorted(OBJECTS) == [
        ("index-pattern", "articles"),
        ("index-pattern", "articles-arrivals"),
        ("index-pattern", "newsdesk-dead-letters"),
        ("index-pattern", "newsdesk-runs"),
        ("map", "newsdesk-places"),
        ("search", "newsdesk-dead"),
        ("search", "newsdesk-garbled"),
        ("search", "newsdesk-newest-by-entity"),
        ("tag", "newsdesk"),
    ]


def test_a_prefix_moves_the_data_views_to_its_indices():
    assert set(indices(kibana_content(index_prefix="desk-")).values()) == {
        "desk-articles",
        "desk-newsdesk-runs",
        "desk-newsdesk-dead-letters",
    }


def test_an_article_links_to_the_search_page_and_to_its_own():
    views = [json.loads(item["attributes"]["fieldFormatMap"]) for item in kibana_content(page_url="https://desk.example/").saved_objects
             if item["type"] == "index-pattern" and item["attributes"]["title"] == "articles"]  # fmt: skip
    assert len(views) == 2
    for formats in views:
        assert formats["id"]["params"]["urlTemplate"] == "https://desk.example/newsdesk/article/{{value}}"
        assert formats["event_id"]["params"]["urlTemplate"] == "https://desk.example/newsdesk/?event={{value}}"
        assert formats["url"]["id"] == "url"
    searches = {item["id"]: item["attributes"]["columns"] for item in CONTENT.saved_objects if item["type"] == "search"}
    assert all({"id", "url"} <= set(columns) for name, columns in searches.items() if name != "newsdesk-dead")


def test_sources_are_shown_by_their_names_in_every_data_view():
    content = kibana_content(source_names=SourceNames({"mp": "Marlow Post", "efe": "efe"}))
    views = [item for item in content.saved_objects if item["type"] == "index-pattern"]
    for view in views:
        assert json.loads(view["attributes"]["fieldFormatMap"])["source"] == {
            "id": "static_lookup",
            "params": {"lookupEntries": [{"key": "mp", "value": "Marlow Post"}], "unknownKeyValue": None},
        }
    assert len(views) == 4


def test_the_commands_write_the_names_of_the_state_database(tmp_path, monkeypatch):
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
    with open_database(f"sqlite:///{tmp_path}/state.db") as engine, engine.begin() as connection:
        write_source_name(connection, ["mp"], "Marlow Post")
    assert CliRunner().invoke(kibana, ["write", str(tmp_path / "written")]).exit_code == 0
    assert "Marlow Post" in (tmp_path / "written/newsdesk.ndjson").read_text()


def test_the_files_that_are_written_know_the_prefix_and_the_space(tmp_path, monkeypatch):
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NEWSDESK_INDEX_PREFIX", "desk-")
    monkeypatch.setenv("NEWSDESK_KIBANA_URL", "https://kibana/s/news")
    CliRunner().invoke(kibana, ["write", str(tmp_path)])
    assert '"title": "desk-articles"' in (tmp_path / "newsdesk.ndjson").read_text()
    assert "](/s/news/app/dashboards#/view/newsdesk-news)" in (tmp_path / "newsdesk-pipeline.json").read_text()


def test_a_space_is_kept_in_the_links():
    space = KibanaSettings(url="https://kibana.test/s/news/")
    assert "](/s/news/app/dashboards#/view/newsdesk-news)" in json.dumps(kibana_content(base_path=base_path(space)).dashboards)


def test_the_fields_in_use_are_found_in_every_place():
    found = {(use.view, use.field, use.need) for use in uses(CONTENT)}
    assert {
        ("articles", "persons", "buckets"),
        ("articles", "places_location", "buckets"),
        ("articles", "title", "shown"),
        ("articles-arrivals", "translation.rules", "buckets"),
        ("articles-arrivals", "translation.verdict", "shown"),
        ("newsdesk-runs", "seconds", "buckets"),
        ("newsdesk-dead-letters", "detail", "shown"),
    } <= found


# --- how it is sent -------------------------------------------------------------------------------------------------


def test_everything_is_in_place_after_an_installation_and_after_a_second_one():
    kibana = StandInKibana()
    lines, slept = _send(kibana)
    assert kibana.objects.keys() == OBJECTS.keys()
    assert kibana.dashboards == CONTENT.dashboards
    assert len(lines) == len(OBJECTS) + len(CONTENT.dashboards)
    assert _send(kibana)[0] == lines
    assert slept == []


def test_a_refused_import_is_an_error_although_it_is_answered_200():
    broken = kibana_content()
    broken.saved_objects[5]["references"][0]["id"] = "nowhere"
    kibana = StandInKibana()
    with pytest.raises(SetupError, match="newsdesk-garbled: missing_references index-pattern nowhere"):
        _send(kibana, broken)
    assert kibana.dashboards == {}


def test_each_refused_dashboard_is_named_with_kibanas_reason_and_the_others_are_sent():
    broken = kibana_content()
    broken.dashboards["newsdesk-news"]["panels"][1]["config"]["colour"] = "red"
    kibana = StandInKibana()
    with pytest.raises(SetupError, match=r"1 of 3 dashboards: newsdesk-news: 400 .*'colour' was unexpected"):
        _send(kibana, broken)
    assert set(kibana.dashboards) == {"newsdesk-translation-check", "newsdesk-pipeline"}


@pytest.mark.parametrize("version", ["8.19.3", "9.4.2"])
def test_a_kibana_that_is_too_old_is_told_so_before_anything_is_changed(version):
    kibana = StandInKibana(version=version)
    with pytest.raises(SetupError, match=rf"is {version}, older than 9\.5"):
        _send(kibana)
    assert (kibana.objects, kibana.dashboards) == ({}, {})


@pytest.mark.parametrize("version", ["9.5.0", "9.10.0-SNAPSHOT", "10.0.0"])
def test_a_newer_kibana_is_taken(version):
    _send(kibana := StandInKibana(version=version))
    assert kibana.dashboards == CONTENT.dashboards


def test_a_degraded_kibana_is_good_enough():
    _send(kibana := StandInKibana(level="degraded"))
    assert kibana.dashboards == CONTENT.dashboards


@pytest.mark.parametrize("level", ["unavailable", "critical"])
def test_a_kibana_that_is_not_well_is_left_as_it_is(level):
    kibana = StandInKibana(level=level)
    with pytest.raises(Unavailable, match=level):
        _send(kibana)
    assert kibana.asked == TRIES
    assert (kibana.objects, kibana.dashboards) == ({}, {})


@pytest.mark.parametrize("answer", [httpx.Response(404, text="nothing here"), httpx.Response(200, text="<html>a proxy</html>")])
def test_an_address_where_something_else_lives_is_no_kibana(answer):
    kibana = StandInKibana()
    kibana.troubles = [answer]
    with pytest.raises((SetupError, Unavailable), match="is not Kibana"):
        _send(kibana)
    assert kibana.objects == {}


def _reading_back(change):
    class Lossy(StandInKibana):
        def read_back(self, id_):
            answer = super().read_back(id_)
            return {**answer, **change(answer["data"])} if id_ == "newsdesk-news" else answer

    return Lossy()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda _data: {"warnings": [{"message": "panel-03 cannot be shown"}]}, "written, with warnings: .*panel-03 cannot be shown"),
        (lambda data: {"data": {**data, "panels": data["panels"][1:]}}, r"\d+ of \d+ panels are there"),
        (lambda data: {"data": {**data, "title": "Sales"}}, "another one is there: 'Sales'"),
    ],
)
def test_what_kibana_has_not_kept_of_a_dashboard_is_told(change, told):
    with pytest.raises(SetupError, match=f"1 of 3 dashboards: newsdesk-news: {told}"):
        _send(_reading_back(change))


def test_a_dashboard_that_cannot_be_read_back_is_told():
    class Forgetful(StandInKibana):
        def _get_dashboard(self, id_):
            return super()._get_dashboard(f"{id_}-of-another-space")

    with pytest.raises(SetupError, match="3 of 3 dashboards: newsdesk-news: written, but not to be read: 404 A dashboard"):
        _send(Forgetful())


def test_a_kibana_without_a_dashboards_api_is_told_so():
    class Old(StandInKibana):
        def _put_dashboard(self, _request):
            return httpx.Response(404, json={"message": "Not Found"})

    with pytest.raises(SetupError, match=r"older than 9\.5"):
        _send(Old())


def test_a_wrong_password_is_not_tried_again_and_not_repeated_in_the_message():
    kibana = StandInKibana()
    with pytest.raises(SetupError, match="NEWSDESK_KIBANA_PASSWORD") as caught:
        _send(kibana, settings=SETTINGS.model_copy(update={"password": SecretStr("hunter2")}))
    assert kibana.asked == 2
    assert "hunter2" not in str(caught.value)


def test_a_kibana_that_is_starting_is_waited_for():
    kibana = StandInKibana()
    kibana.troubles = [httpx.ConnectError("refused"), httpx.Response(503, text="Kibana server is not ready yet.")]
    _, slept = _send(kibana)
    assert slept == [1, 2]
    assert kibana.dashboards == CONTENT.dashboards


def test_a_kibana_that_never_answers_is_given_up():
    kibana = StandInKibana()
    kibana.troubles = [httpx.ConnectError("refused")] * 100
    with pytest.raises(Unavailable, match="ConnectError refused"):
        _send(kibana)
    assert kibana.asked == TRIES


def test_a_certificate_that_is_not_there_is_named():
    with pytest.raises(SetupError, match="NEWSDESK_KIBANA_CA_CERTS"):
        _send(StandInKibana(), settings=SETTINGS.model_copy(update={"ca_certs": Path("/nowhere/ca.crt")}))
