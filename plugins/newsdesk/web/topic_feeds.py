"""The feeds of topics: served without a login, at secret URLs."""

from collections.abc import Callable

import sqlalchemy as sa
from fastapi import FastAPI, HTTPException, Request, Response

from newsdesk.fetch.source_names import load_source_names
from newsdesk.topics.feeds import JSON_FEED, MOST_ITEMS, RSS, find_topic_of_feed, to_json_feed, to_rss
from newsdesk.topics.matches import list_matches

FORMATS = {"rss": (to_rss, RSS), "json": (to_json_feed, JSON_FEED)}


def make_feeds(open_state: Callable[[], sa.Engine], *, page_url: str) -> FastAPI:
    """Build the application. `page_url` is the public URL of the pages; if it is empty, that of the request is used."""
    app = FastAPI(title="Feeds of topics", docs_url=None, redoc_url=None, openapi_url=None)

    @app.api_route("/{token}.{kind}", methods=["GET", "HEAD"])
    def topic_feed(request: Request, token: str, kind: str) -> Response:
        state = open_state()
        topic = find_topic_of_feed(state, token)
        if topic is None or kind not in FORMATS:
            raise HTTPException(404)
        write, media_type = FORMATS[kind]
        found = [one.match for one in list_matches(state, topic.id, most=MOST_ITEMS)]
        root = page_url.rstrip("/") or _root(request)
        names = load_source_names(state)
        text = write(topic, found, address=f"{root}/feeds/{token}.{kind}", page=f"{root}/topics/{topic.id}", names=names)
        return Response(text, media_type=media_type)

    return app


def _root(request: Request) -> str:
    mounted = request.scope.get("root_path", "").removesuffix("/feeds")
    return f"{request.url.scheme}://{request.url.netloc}{mounted}"
