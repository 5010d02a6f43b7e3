"""Sends newsdesk's saved objects and dashboards to Kibana. Sending again replaces; nothing else in Kibana is touched.

GET  /api/status                  before anything is changed: is it up, is it new enough
POST /api/saved_objects/_import
PUT  /api/dashboards/{id}
GET  /api/dashboards/{id}         what Kibana has made of it
"""

import json
import re
import ssl
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from newsdesk.errors import SetupError, Unavailable
from newsdesk.ops.kibana import Json, KibanaContent
from newsdesk.settings import KibanaSettings

TRIES = 6
"""A request is sent so often while Kibana does not answer or is not ready, after 1, 2, 4, ... seconds: 31 s in all. Compose
starts the set-up when Kibana is healthy, so this bridges a restart, not a start."""
OLDEST = (9, 5)
"""The Dashboards API is stable since this version; before, the same address takes another form."""
WORKING = frozenset({"available", "degraded"})
"""Degraded is Kibana's word for a part that is missing, such as a service on the internet; it stores what it is sent."""
NOT_READY = frozenset({502, 503, 504})
LONGEST_MESSAGE = 500
LOGIN_REMEDY = "Check NEWSDESK_KIBANA_USERNAME and NEWSDESK_KIBANA_PASSWORD; docker/elasticsearch/roles/newsdesk_setup.json has the rights"


def base_path(settings: KibanaSettings) -> str:
    """What Kibana's own links begin with: the space and the base path, which are the path of its address."""
    return urlsplit(settings.url).path.rstrip("/")


def install(
    content: KibanaContent, settings: KibanaSettings, *, sleep: Callable[[float], None], transport: httpx.BaseTransport | None = None
) -> list[str]:
    """Sends everything and returns a line for each thing that is in place.

    Raises SetupError with all that Kibana refused or made something else of, and Unavailable where it did not answer.
    A Kibana that is too old or not well is left as it is.
    """
    headers = {"kbn-xsrf": "true"}
    auth = httpx.BasicAuth(settings.username, settings.password.get_secret_value()) if settings.password else None
    verify = _trust(settings) if settings.ca_certs else True
    with httpx.Client(
        base_url=settings.url.rstrip("/"), headers=headers, auth=auth, verify=verify, timeout=settings.timeout_seconds, transport=transport
    ) as client:
        _check_status(client, sleep)
        done = _import_objects(client, content, sleep)
        refused = []
        for id_, dashboard in content.dashboards.items():
            if problem := _put_dashboard(client, sleep, id_, dashboard):
                refused.append(f"{id_}: {problem}")
            else:
                done.append(f"dashboard {id_}: {dashboard['title']}")
    if refused:
        raise SetupError(
            f"Kibana refused {len(refused)} of {len(content.dashboards)} dashboards: {'; '.join(refused)}", "The rest is in place"
        )
    return done


def _check_status(client: httpx.Client, sleep: Callable[[float], None]) -> None:
    answer = _request(client, sleep, "GET", "/api/status")
    body = _body(answer)
    level = ((body.get("status") or {}).get("overall") or {}).get("level")
    if not answer.is_success or not level:
        raise SetupError(f"{client.base_url} is no Kibana: {_message(answer)}", "Check NEWSDESK_KIBANA_URL")
    if level not in WORKING:
        raise Unavailable(f"Kibana at {client.base_url}", f"it calls itself {level}; its log says why")
    # Told to those only whose login is right; the next request says so where it is not.
    number = str((body.get("version") or {}).get("number", ""))
    found = re.match(r"(\d+)\.(\d+)", number)
    if found and (int(found[1]), int(found[2])) < OLDEST:
        raise SetupError(f"Kibana at {client.base_url} is {number}, older than 9.5", "Upgrade Kibana; nothing was changed")


def _import_objects(client: httpx.Client, content: KibanaContent, sleep: Callable[[float], None]) -> list[str]:
    file = ("newsdesk.ndjson", content.files()["newsdesk.ndjson"].encode(), "application/ndjson")
    answer = _request(client, sleep, "POST", "/api/saved_objects/_import", params={"overwrite": "true"}, files={"file": file})
    body = _body(answer)
    # A refused import is answered 200 as well, with a count of what would have been written.
    if not answer.is_success or body.get("success") is not True:
        refused = "; ".join(_import_refusals(body)) or _message(answer)
        raise SetupError(f"Kibana refused the saved objects: {refused}", "Nothing of newsdesk's is changed where a reference is missing")
    return [f"{item['type']} {item['id']}" for item in content.saved_objects]


def _import_refusals(body: Json) -> Iterator[str]:
    for error in body.get("errors", []):
        detail = error.get("error", {})
        missing = ", ".join(f"{reference.get('type')} {reference.get('id')}" for reference in detail.get("references", []))
        why = " ".join(part for part in (detail.get("type", "unknown"), missing, detail.get("message", "")) if part)
        yield f"{error.get('type')} {error.get('id')}: {why}"


def _put_dashboard(client: httpx.Client, sleep: Callable[[float], None], id_: str, dashboard: Json) -> str:
    """Writes a dashboard and reads it back; what is wrong with it, "" where nothing is."""
    path = f"/api/dashboards/{id_}"
    answer = _request(client, sleep, "PUT", path, json=dashboard)
    if answer.status_code == 404:
        return "this Kibana has no Dashboards API, it is older than 9.5"
    if not answer.is_success:
        return _message(answer)
    answer = _request(client, sleep, "GET", path)
    if not answer.is_success:
        return f"written, but not to be read: {_message(answer)}"
    return _lost(dashboard, _body(answer))


def _lost(sent: Json, kept: Json) -> str:
    """What Kibana has not kept of a dashboard. It fills in defaults, so that the two are never equal."""
    if warnings := kept.get("warnings"):
        return f"written, with warnings: {json.dumps(warnings)[:LONGEST_MESSAGE]}"
    data = kept.get("data") or {}
    if data.get("title") != sent["title"]:
        return f"another one is there: {data.get('title')!r}"
    panels = len(data.get("panels") or [])
    return "" if panels == len(sent["panels"]) else f"{panels} of {len(sent['panels'])} panels are there"


class _NotReady(Exception):
    """Kibana is starting or cannot reach Elasticsearch yet."""


def _request(client: httpx.Client, sleep: Callable[[float], None], method: str, path: str, **content: object) -> httpx.Response:
    """The answer, once Kibana gives one. Raises Unavailable when it gives none, SetupError when it refuses the login."""

    def ask() -> httpx.Response:
        answer = client.request(method, path, **content)  # type: ignore[arg-type]
        if answer.status_code in (401, 403):
            raise SetupError(f"Kibana at {client.base_url} refused the login or its rights: {_message(answer)}", LOGIN_REMEDY)
        if answer.status_code in NOT_READY:
            raise _NotReady(_message(answer))
        return answer

    again = Retrying(
        retry=retry_if_exception_type((httpx.TransportError, _NotReady)),
        stop=stop_after_attempt(TRIES),
        wait=wait_exponential(),
        sleep=sleep,
        reraise=True,
    )
    try:
        return again(ask)
    except httpx.TransportError as error:
        raise Unavailable(f"Kibana at {client.base_url}", f"{type(error).__name__} {error}".strip()) from error
    except _NotReady as error:
        raise Unavailable(f"Kibana at {client.base_url}", str(error)) from error


def _message(answer: httpx.Response) -> str:
    """Kibana's own words, short enough for a line."""
    text = _body(answer).get("message") or answer.text
    return f"{answer.status_code} {str(text)[:LONGEST_MESSAGE]}"


def _body(answer: httpx.Response) -> Json:
    try:
        body = answer.json()
    except json.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _trust(settings: KibanaSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca_certs)
    except OSError as error:
        raise SetupError(f"the certificate {settings.ca_certs} cannot be used: {error}", "Check NEWSDESK_KIBANA_CA_CERTS") from error
