"""Notification channels that do not depend on Airflow: the log and a webhook."""

import logging
from collections.abc import Sequence

import httpx
from pydantic import SecretStr

from newsdesk.errors import Unavailable
from newsdesk.ops.alerts import Alert, Channel

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10.0


def tell_log(alerts: Sequence[Alert]) -> None:
    for alert in alerts:
        log.log(logging.WARNING if alert.recovered_at is None else logging.INFO, "%s", alert.line)


def webhook(url: SecretStr) -> Channel:
    """Return a channel that posts JSON: `text` with one line per alert, which chat services show, and `alerts` for programs.

    It raises Unavailable if the request fails. The URL is a secret, and neither logged nor part of messages.
    """

    # httpx logs the URL of each request.
    logging.getLogger("httpx").setLevel(logging.WARNING)

    def tell(alerts: Sequence[Alert]) -> None:
        body = {"text": "\n".join(alert.line for alert in alerts), "alerts": [as_json(alert) for alert in alerts]}
        try:
            answer = httpx.post(url.get_secret_value(), json=body, timeout=TIMEOUT_SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable("the webhook", type(error).__name__) from None
        if not answer.is_success:
            raise Unavailable("the webhook", f"status {answer.status_code}")

    return tell


def as_json(alert: Alert) -> dict[str, str | None]:
    return {
        "state": alert.state,
        "rule": str(alert.rule),
        "subject": alert.subject,
        "name": alert.name or alert.subject,
        "message": alert.message,
        "raised_at": alert.raised_at.isoformat(),
        "recovered_at": alert.recovered_at.isoformat() if alert.recovered_at else None,
    }
