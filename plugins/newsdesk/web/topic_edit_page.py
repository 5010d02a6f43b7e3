"""The pages that make and change topics: the query with a preview of the articles that it would have sent."""

import datetime as dt
import logging
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, Field

from newsdesk.errors import BadRequest, SetupError, Unavailable
from newsdesk.search.queries import SearchQuery, read_question
from newsdesk.search.queries import describe as describe_query
from newsdesk.topics import saved
from newsdesk.topics.records import Item, Topic
from newsdesk.topics.tables import LONGEST_NAME
from newsdesk.web.changes import name_subject
from newsdesk.web.identity import CurrentReader, Reader, Right
from newsdesk.web.library import Library
from newsdesk.web.rendering import reader_zone, render
from newsdesk.web.search_form import LONGEST_TEXT, read_form, to_query
from newsdesk.web.sections import Section
from newsdesk.web.state import State
from newsdesk.web.topics_page import SeenTopic, may_edit

log = logging.getLogger(__name__)

MOST_SHOWN = 20
"""Number of articles of a preview that are listed; all are counted."""


class TopicForm(BaseModel):
    """The submitted form of a topic."""

    name: str
    q: str = Field(max_length=LONGEST_TEXT)
    all_copies: bool = False
    shared: bool = False

    @property
    def query(self) -> SearchQuery:
        return SearchQuery(text=self.q, collapse=not self.all_copies)


def edited_topic(topic: SeenTopic, reader: CurrentReader) -> Topic:
    """Return the topic of the path. Raises 403 if the user may not change it."""
    if not may_edit(topic, reader):
        raise HTTPException(403, "This topic belongs to somebody else")
    return topic


EditedTopic = Annotated[Topic, Depends(edited_topic)]


def check_sharing(topic: Topic | None, reader: Reader, *, is_shared: bool) -> None:
    """Raise 403 if the user shares a topic without the right OPERATE."""
    if is_shared and not (topic and topic.is_shared) and not reader.may(Right.OPERATE):
        raise HTTPException(403, "You may not share topics")


def topic_edit_section(library: Library) -> Section:
    router = APIRouter(prefix="/topics")

    def edit_page(request: Request, reader: Reader, topic: Topic | None) -> HTMLResponse:
        asked = request.query_params
        form = read_form(asked.multi_items(), maximum_hits=1)
        typed = describe_query(to_query(form, zone=reader_zone(request), counts=False))
        query = typed or (describe_query(topic.query) if topic and "q" not in asked else "")
        all_copies = "all_copies" in asked if asked else topic is not None and not topic.query.collapse
        found: list[Item] = []
        problem, notes = "", tuple[str, ...]()
        try:
            if query:
                asked_query = SearchQuery(text=query, collapse=not all_copies)
                notes = read_question(asked_query, now=dt.datetime.now(dt.UTC)).notes
                found = library.preview_topic(asked_query)
        except BadRequest as error:
            problem = str(error)
        return render(
            request,
            "topic_edit.html",
            400 if problem else 200,
            topic=topic,
            query=query,
            all_copies=all_copies,
            found=found[:MOST_SHOWN],
            total=len(found),
            problem=problem,
            notes=notes,
            may_share=reader.may(Right.OPERATE) or bool(topic and topic.is_shared),
            longest_name=LONGEST_NAME,
            longest_text=LONGEST_TEXT,
        )

    @router.get("/new")
    def new_topic_page(request: Request, reader: CurrentReader) -> HTMLResponse:
        return edit_page(request, reader, None)

    @router.get("/{topic_id}/edit")
    def edit_topic_page(request: Request, reader: CurrentReader, topic: EditedTopic) -> HTMLResponse:
        return edit_page(request, reader, topic)

    @router.post("")
    def make_topic(
        request: Request,
        state: State,
        reader: CurrentReader,
        form: Annotated[TopicForm, Form()],
    ) -> RedirectResponse:
        name_subject(request, form.name[:LONGEST_NAME])
        made = make_filled(library, state, form, reader)
        return RedirectResponse(f"topics/{made.id}", status_code=303)

    @router.post("/{topic_id}")
    def change_topic(
        request: Request,
        state: State,
        reader: CurrentReader,
        topic: EditedTopic,
        form: Annotated[TopicForm, Form()],
    ) -> RedirectResponse:
        name_subject(request, topic.name)
        set_filled(library, state, topic, form, reader)
        return RedirectResponse(f"./{topic.id}", status_code=303)

    @router.post("/{topic_id}/remove")
    def remove_topic(request: Request, state: State, topic: EditedTopic) -> RedirectResponse:
        name_subject(request, topic.name)
        saved.remove_topic(state, topic)
        return RedirectResponse("../../topics", status_code=303)

    return Section(router=router)


def make_filled(library: Library, state: sa.Engine, form: TopicForm, reader: Reader) -> Topic:
    """Make a topic, and list the articles of the last week in it. Raises BadRequest, and 403 if the user may not share."""
    check_sharing(None, reader, is_shared=form.shared)
    made = saved.make_topic(state, form.name, form.query, owner=reader.name, is_shared=form.shared, now=dt.datetime.now(dt.UTC))
    _fill(library, state, made)
    return made


def set_filled(library: Library, state: sa.Engine, topic: Topic, form: TopicForm, reader: Reader) -> Topic:
    """Change a topic; with another query, list the articles of the last week anew. Raises like `make_filled`."""
    check_sharing(topic, reader, is_shared=form.shared)
    is_same = form.q == describe_query(topic.query) and form.all_copies is not topic.query.collapse
    query = topic.query if is_same else form.query
    changed = saved.change_topic(state, topic, name=form.name, query=query, is_shared=form.shared, now=dt.datetime.now(dt.UTC))
    if changed.changed_at != topic.changed_at:
        _fill(library, state, changed)
    return changed


def _fill(library: Library, state: sa.Engine, topic: Topic) -> None:
    try:
        library.fill_topic(state, topic)
    except (SetupError, Unavailable) as error:
        log.warning("topic %s is filled by the next run of newsdesk_index: %s", topic.name, error)
