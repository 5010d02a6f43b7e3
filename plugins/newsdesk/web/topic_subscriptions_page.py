"""The page of a topic's subscriptions: alerts by mail and webhooks, and the URLs of feeds."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel

from newsdesk.settings import Settings
from newsdesk.topics import feeds, schedule, subscriptions
from newsdesk.topics.channels import check_address
from newsdesk.topics.records import Channel, Subscription
from newsdesk.web.changes import name_subject
from newsdesk.web.identity import CurrentReader, Reader, Right
from newsdesk.web.rendering import render
from newsdesk.web.sections import Section
from newsdesk.web.state import State
from newsdesk.web.topics_page import SeenTopic

SENT_OUT = frozenset({Channel.WEBHOOK, Channel.SLACK})
"""Channels in which newsdesk sends requests to a URL: they need the right OPERATE."""


class SubscriptionForm(BaseModel):
    """The submitted form of an alert."""

    channel: Channel
    address: str
    rhythm: str = "instant"
    daily_at: str = "07:00"
    quiet_from: str = ""
    quiet_until: str = ""
    gap: int = 5
    zone: str = "UTC"

    @property
    def schedule(self) -> schedule.Schedule:
        """Return the schedule. Raises BadRequest for an invalid time or time zone."""
        quiet = f"{self.quiet_from}-{self.quiet_until}" if self.quiet_from or self.quiet_until else ""
        return schedule.read_schedule(rhythm=self.rhythm, daily_at=self.daily_at, quiet=quiet, gap_minutes=self.gap, time_zone=self.zone)


def topic_subscriptions_section(settings: Settings) -> Section:
    router = APIRouter(prefix="/topics")

    @router.get("/{topic_id}/subscriptions")
    def subscriptions_page(request: Request, state: State, reader: CurrentReader, topic: SeenTopic, made: int = 0) -> HTMLResponse:
        subscribed = [one for one in subscriptions.list_subscriptions(state, topic.id) if _is_own(one, reader)]
        addresses = [feed for feed in feeds.list_feeds(state, topic.id) if _is_own(feed, reader)]
        return render(
            request,
            "topic_subscriptions.html",
            topic=topic,
            subscribed=subscribed,
            unsent=subscriptions.count_unsent(state),
            feeds=addresses,
            feed_root=feed_root(request, settings),
            made=made,
            channels=[channel for channel in Channel if channel not in SENT_OUT or reader.may(Right.OPERATE)],
            rhythms=list(schedule.Rhythm),
            describe_schedule=schedule.describe,
        )

    @router.post("/{topic_id}/subscriptions")
    def subscribe(
        request: Request,
        state: State,
        reader: CurrentReader,
        topic: SeenTopic,
        form: Annotated[SubscriptionForm, Form()],
    ) -> RedirectResponse:
        name_subject(request, f"{topic.name}: {form.channel}")
        if form.channel in SENT_OUT and not reader.may(Right.OPERATE):
            raise HTTPException(403, f"You may not subscribe a {form.channel}")
        address = check_address(form.channel, form.address, settings)
        made = subscriptions.subscribe(state, topic, form.channel, address, form.schedule, owner=reader.name)
        return RedirectResponse(f"subscriptions?made={made.id}", status_code=303)

    @router.post("/{topic_id}/subscriptions/{number}/remove")
    def unsubscribe(request: Request, state: State, reader: CurrentReader, topic: SeenTopic, number: int) -> RedirectResponse:
        name_subject(request, f"{topic.name}: {number}")
        found = [one for one in subscriptions.list_subscriptions(state, topic.id) if one.id == number and _is_own(one, reader)]
        if not found:
            raise HTTPException(404, "There is no such subscription")
        subscriptions.unsubscribe(state, found[0])
        return RedirectResponse("../../subscriptions", status_code=303)

    @router.post("/{topic_id}/feeds")
    def make_feed(request: Request, state: State, reader: CurrentReader, topic: SeenTopic) -> RedirectResponse:
        name_subject(request, topic.name)
        feeds.add_feed(state, topic, owner=reader.name, now=dt.datetime.now(dt.UTC))
        return RedirectResponse("subscriptions", status_code=303)

    @router.post("/{topic_id}/feeds/revoke")
    def revoke_feed(
        request: Request, state: State, reader: CurrentReader, topic: SeenTopic, token: Annotated[str, Form()]
    ) -> RedirectResponse:
        name_subject(request, topic.name)
        if not any(feed.token == token and _is_own(feed, reader) for feed in feeds.list_feeds(state, topic.id)):
            raise HTTPException(404, "There is no such feed")
        feeds.revoke_feed(state, topic.id, token)
        return RedirectResponse("../subscriptions", status_code=303)

    return Section(router=router)


def feed_root(request: Request, settings: Settings) -> str:
    """Return the base URL of feeds: the public URL in the settings, or else that of this request."""
    own = settings.topics.page_url or f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}"
    return f"{own.rstrip('/')}/feeds"


def _is_own(one: Subscription | feeds.TopicFeed, reader: Reader) -> bool:
    return one.owner == reader.name or reader.may(Right.ADMINISTER)
