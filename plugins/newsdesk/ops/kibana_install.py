"""Sends newsdesk's saved objects and dashboards to Kibana. Sending again replaces; nothing else in Kibana is touched."""

import json
import ssl
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx

from newsdesk.errors import SetupError, Unavailable
from newsdesk.ops.kibana import Json, KibanaContent
from newsdesk.settings import KibanaSettings

WAITS = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between tries while Kibana does not answer, or answers that it is not ready: 31 s in all. Compose starts the
set-up when Kibana is healthy, so this bridges a restart, not a start."""
NOT_READY = frozenset({502, 503, 504})
LOGIN_REMEDY = "Check NEWSDESK_KIBANA_USERNAME and NEWSDESK_KIBANA_PASSWORD; docker/elasticsearch/roles/newsdesk_setup.json has the rights"


def base_path(settings: KibanaSettings) -> str:
    """What Kibana's own links begin with: the space and the base path, which are the path of its address."""
    return urlsplit(settings.url).path.rstrip("/")


def install(
    content: KibanaContent, settings: KibanaSettings, *, sleep: Callable[[float], None], transport: httpx.BaseTransport | None = None
) -> list[str]:
    """Sends everything and returns a line for each thing that is in place.

    Raises SetupError with all that Kibana refused, and Unavailable where it did not answer.
    """
    headers = {"kbn-xsrf": "true"}
    auth = httpx.BasicAuth(settings.username, settings.password.get_secret_value()) if settings.password else None
    verify = _trust(settings) if settings.ca_certs else True
    with httpx.Client(
        base_url=settings.url.rstrip("/"), headers=headers, auth=auth, verify=verify, timeout=settings.timeout_seconds, transport=transport
    ) as client:
        done = _import_objects(client, content, sleep)
        refused = []
        for id_, dashboard in content.dashboards.items():
            answer = _request(client, sleep, "PUT", f"/api/dashboards/{id_}", json=dashboard)
            if answer.is_success:
                done.append(f"dashboard {id_}: {dashboard['title']}")
            else:
                refused.append(_dashboard_refusal(id_, answer))
    if refused:
        raise SetupError(
            f"Kibana refused {len(refused)} of {len(content.dashboards)} dashboards: {'; '.join(refused)}", "The rest is in place"
        )
    return done


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


def _dashboard_refusal(id_: str, answer: httpx.Response) -> str:
    if answer.status_code == 404:
        return f"{id_}: this Kibana has no Dashboards API, it is older than 9.5"
    return f"{id_}: {_message(answer)}"


def _request(client: httpx.Client, sleep: Callable[[float], None], method: str, path: str, **content: object) -> httpx.Response:
    """The answer, once Kibana gives one. Raises Unavailable when it gives none, SetupError when it refuses the login."""
    trouble = ""
    for wait in (*WAITS, None):
        try:
            answer = client.request(method, path, **content)  # type: ignore[arg-type]
        except httpx.TransportError as error:
            trouble = f"{type(error).__name__} {error}".strip()
        else:
            if answer.status_code in (401, 403):
                raise SetupError(f"Kibana at {client.base_url} refused the login or its rights: {_message(answer)}", LOGIN_REMEDY)
            if answer.status_code not in NOT_READY:
                return answer
            trouble = _message(answer)
        if wait is not None:
            sleep(wait)
    raise Unavailable(f"Kibana at {client.base_url}", trouble)


def _message(answer: httpx.Response) -> str:
    """Kibana's own words, short enough for a line."""
    text = _body(answer).get("message") or answer.text
    return f"{answer.status_code} {str(text)[:500]}"


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
