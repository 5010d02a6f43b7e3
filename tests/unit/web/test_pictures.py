"""Pictures of articles: fetched once, with a limit of their total size, and no other files."""

import asyncio
import dataclasses
import datetime as dt
import os

import pytest

from newsdesk.errors import ArticleRejected, Reason
from newsdesk.fetch.client import Response
from newsdesk.settings import WebSettings, load
from newsdesk.web.pictures import Pictures, asking

NOW = dt.datetime(2026, 11, 24, 12, 5, tzinfo=dt.UTC)


class Publisher:
    """Responds with the stored content of a URL, and records requests."""

    def __init__(self, **held):
        self.held = held
        self.asked = []

    async def __call__(self, url):
        self.asked.append(url)
        status, headers, body = self.held[url.rsplit("/", 1)[1]]
        return Response(url=url, status=status, headers=headers, body=body, requested_at=NOW)


def _picture(body=b"picture", media_type="image/jpeg"):
    return 200, {"content-type": media_type}, body


def _find(pictures, name):
    return asyncio.run(pictures.find(f"https://example.org/{name}"))


def _pictures(folder, publisher, *, kept_bytes=1_000):
    return Pictures(folder / "pictures", publisher, kept_bytes=kept_bytes, maximum_redirects=2)


def test_a_picture_is_fetched_once(tmp_path):
    publisher = Publisher(a=_picture(media_type="image/JPEG; q=1"))
    pictures = _pictures(tmp_path, publisher)
    assert _find(pictures, "a") == _find(pictures, "a")
    assert _find(pictures, "a").read_bytes() == b"picture"
    assert publisher.asked == ["https://example.org/a"]


def test_two_readers_may_open_an_article_at_once(tmp_path):
    pictures = _pictures(tmp_path, Publisher(a=_picture()))

    async def both():
        return await asyncio.gather(*(pictures.find("https://example.org/a") for _ in range(20)))

    for _ in range(20):
        (file,) = set(asyncio.run(both()))
        assert [path.read_bytes() for path in file.parent.iterdir()] == [b"picture"]
        file.unlink()


def test_a_redirect_is_followed_but_not_in_circles(tmp_path):
    publisher = Publisher(a=(301, {"location": "/b"}, b""), b=_picture(), c=(302, {"location": "/c"}, b""))
    assert _find(_pictures(tmp_path, publisher), "a").read_bytes() == b"picture"
    with pytest.raises(LookupError, match="redirects"):
        _find(_pictures(tmp_path, publisher), "c")
    assert publisher.asked.count("https://example.org/c") == 3


@pytest.mark.parametrize(
    "answer",
    [
        _picture(media_type="image/svg+xml"),
        _picture(media_type="text/html"),
        _picture(media_type=""),
        (404, {"content-type": "image/png"}, b""),
    ],
)
def test_what_is_no_picture_is_not_kept(tmp_path, answer):
    with pytest.raises(LookupError, match="is not a picture"):
        _find(_pictures(tmp_path, Publisher(a=answer)), "a")
    assert list(tmp_path.rglob("*.*")) == []


def test_the_oldest_pictures_make_room_for_new_ones(tmp_path):
    publisher = Publisher(**{name: _picture(name.encode() * 400) for name in "abc"})
    pictures = _pictures(tmp_path, publisher)
    for age, name in zip((30, 20, 10), "abc", strict=True):
        file = _find(pictures, name)
        if name != "c":
            os.utime(file, (NOW.timestamp() - age, NOW.timestamp() - age))
    assert sorted(file.read_bytes()[:1] for file in (tmp_path / "pictures").iterdir()) == [b"b", b"c"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x.png", "http://169.254.169.254/latest", "file:///etc/passwd"])
def test_private_addresses_are_not_asked(url):
    with pytest.raises(ArticleRejected) as refused:
        asyncio.run(asking(dataclasses.replace(load(), web=WebSettings(images=True)))(url))
    assert refused.value.reason in (Reason.REFUSED_ADDRESS, Reason.BAD_INPUT)
