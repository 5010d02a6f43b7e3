"""Pictures of articles, fetched and cached by this server, so that publishers do not see who reads an article.

Only picture URLs of indexed articles are fetched, with the usual address check, so that this is not an open proxy.
"""

import datetime as dt
import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from newsdesk.errors import ArticleRejected, Unavailable
from newsdesk.fetch.client import Response as Fetched
from newsdesk.fetch.client import open_http_client
from newsdesk.settings import Settings
from newsdesk.web.library import Library
from newsdesk.web.sections import Section

SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif", "image/avif": ".avif"}
"""The accepted media types with the suffixes of their files. SVG is not accepted, because it can contain scripts."""
MEDIA_TYPES = {suffix: media_type for media_type, suffix in SUFFIXES.items()}
KEPT_BY_BROWSER = "private, max-age=86400"

Ask = Callable[[str], Awaitable[Fetched]]


class Pictures:
    """Pictures by URL, in a folder of at most `kept_bytes`, from which the oldest are removed. `ask` sends one request."""

    def __init__(self, folder: Path, ask: Ask, *, kept_bytes: int, maximum_redirects: int) -> None:
        self._folder = folder
        self._ask = ask
        self._kept_bytes = kept_bytes
        self._maximum_redirects = maximum_redirects

    async def find(self, url: str) -> Path:
        """Return the file of a picture. Raises Unavailable or ArticleRejected if it cannot be fetched, LookupError if it is no picture."""
        name = hashlib.sha256(url.encode()).hexdigest()
        for file in self._folder.glob(f"{name}.*"):
            return file
        fetched = await self._follow(url)
        suffix = SUFFIXES.get(fetched.content_type.partition(";")[0].strip().lower())
        if fetched.status != 200 or suffix is None:
            raise LookupError(f"{url} is not a picture: {fetched.status} {fetched.content_type}")
        file = self._folder / f"{name}{suffix}"
        await run_in_threadpool(self._keep, file, fetched.body)
        return file

    async def _follow(self, url: str) -> Fetched:
        for _ in range(self._maximum_redirects + 1):
            fetched = await self._ask(url)
            if fetched.redirect_url is None:
                return fetched
            url = fetched.redirect_url
        raise LookupError(f"{url}: more than {self._maximum_redirects} redirects")

    def _keep(self, file: Path, body: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Two readers may open the same article at once.
        written = file.with_name(f".{uuid4().hex}-{file.name}")
        written.write_bytes(body)
        written.replace(file)
        files = sorted(self._folder.glob("[!.]*"), key=lambda each: each.stat().st_mtime)
        size = sum(each.stat().st_size for each in files)
        for oldest in files[:-1]:
            if size <= self._kept_bytes:
                break
            size -= oldest.stat().st_size
            oldest.unlink(missing_ok=True)


def asking(settings: Settings) -> Ask:
    """Return a function that sends requests with the fetch settings, for pictures of at most NEWSDESK_WEB_IMAGE_BYTES."""

    async def ask(url: str) -> Fetched:
        async with open_http_client(settings.fetch, now=lambda: dt.datetime.now(dt.UTC)) as client:
            return await client.get(url, accept=", ".join(SUFFIXES), maximum_bytes=settings.web.image_bytes)

    return ask


def pictures_section(library: Library, pictures: Pictures) -> Section:
    router = APIRouter()

    @router.get("/image/{article_id}")
    async def picture(_request: Request, article_id: str) -> Response:
        found = await run_in_threadpool(library.find_article, article_id)
        if found is None or not found.hit.image:
            raise HTTPException(404)
        try:
            file = await pictures.find(found.hit.image)
        except (Unavailable, ArticleRejected, LookupError) as error:
            raise HTTPException(404, "The picture could not be fetched") from error
        body = await run_in_threadpool(file.read_bytes)
        return Response(body, media_type=MEDIA_TYPES[file.suffix], headers={"Cache-Control": KEPT_BY_BROWSER})

    return Section(router=router)
