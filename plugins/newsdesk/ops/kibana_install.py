"""Installs newsdesk's saved objects and dashboards in Kibana. Existing ones are replaced; other objects are not changed.

GET  /api/status                  checks state and version before anything is changed
POST /api/saved_objects/_import
PUT  /api/dashboards/{id}
GET  /api/dashboards/{id}         checks what Kibana has stored
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
"""Attempts per request while Kibana does not answer or is not ready, after 1, 2, 4, ... seconds: 31 s in total. That is enough for a
restart; Compose starts the setup when Kibana is healthy."""
OLDEST = (9, 5)
"""The version from which the Dashboards API is stable; before, its format was different."""
WORKING = frozenset({"available", "degraded"})
"""Levels at which Kibana stores objects; it is degraded if, for example, an internet service is missing."""
NOT_READY = frozenset({502, 503, 504})
LONGEST_MESSAGE = 500
LOGIN_REMEDY = "Check NEWSDESK_KIBANA_USERNAME and NEWSDESK_KIBANA_PASSWORD; docker/elasticsearch/roles/newsdesk_setup.json has the rights"


def base_path(settings: KibanaSettings) -> str:
    """Return the prefix of Kibana's links: base path and space, which are the path of its URL."""
    return urlsplit(settings.url).path.rstrip("/")


def install(
    content: KibanaContent, settings: KibanaSettings, *, sleep: Callable[[float], None], transport: httpx.BaseTransport | None = None
) -> list[str]:
    """Install all objects and return a message for each.

    Raises SetupError for dashboards that Kibana rejected or changed, if it is too old or rejects the login; Unavailable if it does not
    answer or is not ready.
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
        raise SetupError(f"{client.base_url} is not Kibana: {_message(answer)}", "Check NEWSDESK_KIBANA_URL")
    if level not in WORKING:
        raise Unavailable(f"Kibana at {client.base_url}", f"its status is {level}; see its log for the reason")
    # The version is only reported for a valid login; otherwise the next request fails with the reason.
    number = str((body.get("version") or {}).get("number", ""))
    found = re.match(r"(\d+)\.(\d+)", number)
    if found and (int(found[1]), int(found[2])) < OLDEST:
        raise SetupError(f"Kibana at {client.base_url} is {number}, older than 9.5", "Upgrade Kibana; nothing was changed")


def _import_objects(client: httpx.Client, content: KibanaContent, sleep: Callable[[float], None]) -> list[str]:
    file = ("newsdesk.ndjson", content.files()["newsdesk.ndjson"].encode(), "application/ndjson")
    answer = _request(client, sleep, "POST", "/api/saved_objects/_import", params={"overwrite": "true"}, files={"file": file})
    body = _body(answer)
    # The status is 200 also for a rejected import.
    if not answer.is_success or body.get("success") is not True:
        refused = "; ".join(_import_refusals(body)) or _message(answer)
        raise SetupError(f"Kibana refused the saved objects: {refused}", "Objects with a missing reference were not changed")
    return [f"{item['type']} {item['id']}" for item in content.saved_objects]


def _import_refusals(body: Json) -> Iterator[str]:
    for error in body.get("errors", []):
        detail = error.get("error", {})
        missing = ", ".join(f"{reference.get('type')} {reference.get('id')}" for reference in detail.get("references", []))
        why = " ".join(part for part in (detail.get("type", "unknown"), missing, detail.get("message", "")) if part)
        yield f"{error.get('type')} {error.get('id')}: {why}"


def _put_dashboard(client: httpx.Client, sleep: Callable[[float], None], id_: str, dashboard: Json) -> str:
    """Write a dashboard and read it back; return what is wrong with it, or empty text."""
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
    """Return the parts of a dashboard that Kibana has not stored. Kibana adds defaults, so the two are never equal."""
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
    """Send a request until Kibana answers. Raises Unavailable if it does not, SetupError if it rejects the login."""

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
    """Return Kibana's error message, shortened to one line."""
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
