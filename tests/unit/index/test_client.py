"""The retry policy of the Elasticsearch client, and its errors."""

import pickle

import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elastic_transport import ConnectionError as NoConnection
from elasticsearch import ApiError, NotFoundError

from newsdesk.errors import SetupError, Unavailable
from newsdesk.index.client import Retry, connect, translate_errors
from newsdesk.settings import ElasticsearchSettings


def api_error(status: int) -> ApiError:
    meta = ApiResponseMeta(
        status=status, http_version="1.1", headers=HttpHeaders(), duration=0.0, node=NodeConfig("http", "127.0.0.1", 9200)
    )
    return ApiError("refused", meta, {})


class Failing:
    """A call that raises each of the errors, then returns."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)

    def __call__(self) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


def test_pauses_between_retries_double() -> None:
    waits: list[float] = []
    call = Failing(NoConnection("gone"), api_error(429), api_error(503))
    assert Retry(retries=4, sleep=waits.append).call(call) == "answer"
    assert waits == [1, 2, 4]


def test_the_error_of_the_last_try_is_raised() -> None:
    waits: list[float] = []
    with pytest.raises(NoConnection):
        Retry(retries=2, sleep=waits.append).call(Failing(*[NoConnection("gone")] * 3))
    assert waits == [1, 2]


def test_a_rejected_request_is_not_retried() -> None:
    waits: list[float] = []
    with pytest.raises(ApiError):
        Retry(retries=4, sleep=waits.append).call(Failing(api_error(400)))
    assert waits == []


def test_a_failed_connection_names_the_address_and_the_remedy() -> None:
    with pytest.raises(Unavailable, match=r"http://es:9200: .*make run") as caught, translate_errors("http://es:9200"):
        raise NoConnection("Connection refused")
    assert pickle.loads(pickle.dumps(caught.value)).host == "http://es:9200"


def test_a_missing_index_names_the_index_and_the_remedy() -> None:
    meta = ApiResponseMeta(404, "1.1", HttpHeaders(), 0.0, NodeConfig("http", "127.0.0.1", 9200))
    missing = NotFoundError(
        "index_not_found_exception", meta, {"error": {"type": "index_not_found_exception", "index": "articles"}, "status": 404}
    )
    with pytest.raises(SetupError, match=r"no index articles.*newsdesk index setup"), translate_errors("http://es:9200"):
        raise missing


def test_a_missing_address_names_the_setting() -> None:
    with pytest.raises(SetupError, match="ELASTICSEARCH_URL"):
        connect(ElasticsearchSettings(url=None))
