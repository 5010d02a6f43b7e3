"""The Elasticsearch client: connection, retry policy, and errors that name the remedy."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from elastic_transport import ConnectionError as ElasticConnectionError
from elastic_transport import ConnectionTimeout, TransportError
from elasticsearch import ApiError, AuthenticationException, Elasticsearch, NotFoundError
from tenacity import Retrying, retry_if_exception, retry_if_result, stop_after_attempt, wait_exponential
from tenacity.retry import retry_base

from newsdesk.errors import SetupError, Unavailable
from newsdesk.index.mapping import Json
from newsdesk.settings import ElasticsearchSettings

Answer = TypeVar("Answer")
TRANSIENT_STATUSES = frozenset({429, 502, 503, 504})
LONGEST_WAIT_SECONDS = 30.0
SLEEP: Callable[[float], None] = time.sleep  # noqa: TID251  the one default; whoever tests passes another


@contextlib.contextmanager
def open_client(settings: ElasticsearchSettings) -> Iterator[Elasticsearch]:
    """Open a client for the cluster in the settings, and close it at the end.

    Client errors raised in the block become SetupError (no address, wrong password, missing index) or Unavailable (no
    answer). Other ApiErrors are raised unchanged: they are bugs of the caller.
    """
    es = connect(settings)
    try:
        with translate_errors(settings.url or ""):
            yield es
    finally:
        es.close()


def connect(settings: ElasticsearchSettings) -> Elasticsearch:
    """Create a client, which the caller closes. It does not retry: `Retry` is the only retry policy.

    Raises SetupError where no address is set.
    """
    if settings.url is None:
        raise SetupError("no Elasticsearch is configured", "Run `make run`, or set ELASTICSEARCH_URL to your cluster's address")
    password = settings.password.get_secret_value() if settings.password else None
    trusted: Json = {"ca_certs": str(settings.ca_certs)} if settings.ca_certs else {}
    return Elasticsearch(
        settings.url,
        basic_auth=(settings.username, password) if password is not None else None,
        **trusted,
        request_timeout=settings.timeout_seconds,
        max_retries=0,
        retry_on_timeout=False,
    )


@contextlib.contextmanager
def translate_errors(url: str) -> Iterator[None]:
    """Translate the client's errors to SetupError and Unavailable, which name the remedy."""
    try:
        yield
    except AuthenticationException as error:
        raise SetupError(
            f"Elasticsearch at {url} refuses the login",
            "Set NEWSDESK_ELASTICSEARCH_USERNAME and NEWSDESK_ELASTICSEARCH_PASSWORD to a user of the cluster",
        ) from error
    except NotFoundError as error:
        if error.error != "index_not_found_exception":
            raise
        raise SetupError(f"there is no index {error.body['error']['index']}", "Run `newsdesk index setup`") from error
    except TransportError as error:
        raise Unavailable(
            url, f"Elasticsearch does not answer ({_cause(error)}). Start it with `make run`, or check ELASTICSEARCH_URL"
        ) from error
    except ApiError as error:
        if error.status_code in TRANSIENT_STATUSES:
            raise Unavailable(url, f"Elasticsearch is overloaded or starting (status {error.status_code})") from error
        raise


@dataclass(frozen=True, slots=True)
class Retry:
    """The retry policy: up to `retries` retries, with pauses of 1, 2, 4, ... (at most 30) seconds. Tests pass another `sleep`."""

    retries: int = 4
    sleep: Callable[[float], None] = SLEEP

    def call(self, request: Callable[[], Answer]) -> Answer:
        """The result of `request`, which is retried while Elasticsearch is unreachable or overloaded.

        Raises the error of the last try. `request` must be idempotent.
        """
        return self._attempts(retry_if_exception(_is_transient))(request)

    def until(self, done: Callable[[], bool]) -> bool:
        """Call `done` until it returns true. Returns whether it did so within the tries."""
        return self._attempts(retry_if_result(lambda is_done: not is_done), retry_error_callback=lambda _state: False)(done)

    def _attempts(self, again: retry_base, **options: Any) -> Retrying:
        return Retrying(
            retry=again,
            stop=stop_after_attempt(self.retries + 1),
            wait=wait_exponential(max=LONGEST_WAIT_SECONDS),
            sleep=self.sleep,
            reraise=True,
            **options,
        )


def _is_transient(error: BaseException) -> bool:
    if isinstance(error, ApiError):
        return error.status_code in TRANSIENT_STATUSES
    return isinstance(error, (ElasticConnectionError, ConnectionTimeout))


def _cause(error: TransportError) -> str:
    text = str(error.args[0]) if error.args else type(error).__name__
    return text.rsplit("): ", 1)[-1].rsplit("] ", 1)[-1]
