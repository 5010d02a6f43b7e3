"""The pages of topics: the list with unread counts, and the articles of one, to read, star and annotate."""

import datetime as dt
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from newsdesk.search.queries import describe as describe_query
from newsdesk.topics import marks, matches
from newsdesk.topics.matches import Shown
from newsdesk.topics.records import Topic
from newsdesk.topics.saved import find_topic, list_topics
from newsdesk.web.changes import name_subject
from newsdesk.web.identity import CurrentReader, Reader, Right
from newsdesk.web.rendering import render
from newsdesk.web.sections import Section
from newsdesk.web.state import State

PAGE_SIZE = 50
SHOWN = {Shown.UNREAD: "Unread", Shown.ALL: "All", Shown.STARRED: "Starred"}
READ = {"read": True, "unread": False}
STARRED = {"star": True, "unstar": False}
ACTIONS = frozenset({*READ, *STARRED, "note"})
"""Buttons of an article."""


def seen_topic(topic_id: int, state: State, reader: CurrentReader) -> Topic:
    """Return the topic of the path. Raises 404 if there is none, or if it is private to another user."""
    topic = find_topic(state, topic_id)
    if topic is None or not topic.is_seen_by(reader.name):
        raise HTTPException(404, "There is no such topic")
    return topic


SeenTopic = Annotated[Topic, Depends(seen_topic)]


def may_edit(topic: Topic, reader: Reader) -> bool:
    """Return whether the user made the topic, or has the right ADMINISTER."""
    return topic.owner == reader.name or reader.may(Right.ADMINISTER)


def topics_section() -> Section:
    router = APIRouter(prefix="/topics")

    @router.get("")
    def topics_page(request: Request, state: State, reader: CurrentReader) -> HTMLResponse:
        found = list_topics(state, user=reader.name)
        return render(request, "topics.html", topics=found, unread=matches.count_unread(state, reader.name), describe_query=describe_query)

    @router.get("/{topic_id}")
    def topic_page(
        request: Request,
        state: State,
        reader: CurrentReader,
        topic: SeenTopic,
        shown: Annotated[Shown, Query()] = Shown.UNREAD,
        before: Annotated[int | None, Query(ge=0, lt=2**31)] = None,
    ) -> HTMLResponse:
        found = matches.list_matches(state, topic.id, user=reader.name, shown=shown, before=before, most=PAGE_SIZE + 1)
        return render(
            request,
            "topic.html",
            topic=topic,
            query=describe_query(topic.query),
            listed=found[:PAGE_SIZE],
            has_more=len(found) > PAGE_SIZE,
            shown=shown,
            views=SHOWN,
            before=before,
            may_edit=may_edit(topic, reader),
        )

    @router.get("/{topic_id}/articles/{article_id}")
    def open_article(request: Request, state: State, reader: CurrentReader, topic: SeenTopic, article_id: str) -> RedirectResponse:
        if matches.find_match(state, topic.id, article_id, user=reader.name) is None:
            raise HTTPException(404, "There is no such article in this topic")
        # A link on a page of another site does not mark anything.
        if request.headers.get("sec-fetch-site") != "cross-site":
            marks.mark_article(state, reader.name, article_id, is_read=True, now=dt.datetime.now(dt.UTC))
        return RedirectResponse(f"../../../article/{quote(article_id)}", status_code=303)

    @router.post("/{topic_id}/marks")
    def mark_article(
        request: Request,
        state: State,
        reader: CurrentReader,
        topic: SeenTopic,
        article: Annotated[str, Form()],
        action: Annotated[str, Form()],
        note: Annotated[str, Form()] = "",
        shown: Annotated[Shown, Form()] = Shown.UNREAD,
    ) -> Response:
        name_subject(request, f"{topic.name}: {article[:64]}: {action[:16]}")
        if matches.find_match(state, topic.id, article, user=reader.name) is None:
            raise HTTPException(404, "There is no such article in this topic")
        if action not in ACTIONS:
            raise HTTPException(400, f"An article can be marked: {', '.join(sorted(ACTIONS))}")
        marks.mark_article(
            state,
            reader.name,
            article,
            is_read=READ.get(action),
            is_starred=STARRED.get(action),
            note=note if action == "note" else None,
            now=dt.datetime.now(dt.UTC),
        )
        if "hx-request" in request.headers:
            marked = matches.find_match(state, topic.id, article, user=reader.name)
            return render(request, "topic_article.html", topic=topic, one=marked, shown=shown)
        return RedirectResponse(f"../{topic.id}?shown={shown}#article-{article}", status_code=303)

    @router.post("/{topic_id}/read")
    def mark_all_read(
        request: Request, state: State, reader: CurrentReader, topic: SeenTopic, until: Annotated[int, Form(ge=0, lt=2**31)]
    ) -> RedirectResponse:
        name_subject(request, topic.name)
        marks.mark_all_read(state, reader.name, topic.id, until=until, now=dt.datetime.now(dt.UTC))
        return RedirectResponse(f"../{topic.id}", status_code=303)

    return Section(router=router, title="Topics", path="topics")
