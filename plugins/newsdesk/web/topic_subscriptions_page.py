"""The page of a topic's subscriptions: alerts by mail and webhooks, and the URLs of feeds."""

import datetime as dt
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel

from newsdesk.settings import Settings
from newsdesk.topics import feeds, schedule, subscriptions
from newsdesk.topics.channels import check_address
from newsdesk.topics.records import Channel, Subscription, Topic
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
        return render(
            request,
            "topic_subscriptions.html",
            topic=topic,
            subscribed=list_own_subscriptions(state, topic, reader),
            unsent=subscriptions.count_unsent(state),
            feeds=list_own_feeds(state, topic, reader),
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
        made = add_subscription(state, topic, form, reader, settings)
        return RedirectResponse(f"subscriptions?made={made.id}", status_code=303)

    @router.post("/{topic_id}/subscriptions/{number}/remove")
    def unsubscribe(request: Request, state: State, reader: CurrentReader, topic: SeenTopic, number: int) -> RedirectResponse:
        name_subject(request, f"{topic.name}: {number}")
        subscriptions.unsubscribe(state, find_own(state, topic, reader, number))
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
        revoke_own(state, topic, reader, token)
        return RedirectResponse("../subscriptions", status_code=303)

    return Section(router=router)


def feed_root(request: Request, settings: Settings) -> str:
    """Return the base URL of feeds: the public URL in the settings, or else that of this request."""
    own = settings.topics.page_url or f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}"
    return f"{own.rstrip('/')}/feeds"


def add_subscription(state: sa.Engine, topic: Topic, form: SubscriptionForm, reader: Reader, settings: Settings) -> Subscription:
    """Add an alert. Raises BadRequest for an invalid address or schedule, and 403 if the user may not use the channel."""
    if form.channel in SENT_OUT and not reader.may(Right.OPERATE):
        raise HTTPException(403, f"You may not subscribe a {form.channel}")
    address = check_address(form.channel, form.address, settings)
    return subscriptions.subscribe(state, topic, form.channel, address, form.schedule, owner=reader.name)


def list_own_subscriptions(state: sa.Engine, topic: Topic, reader: Reader) -> list[Subscription]:
    """Return the alerts of the user, or for an administrator those of all users."""
    return [one for one in subscriptions.list_subscriptions(state, topic.id) if _is_own(one, reader)]


def find_own(state: sa.Engine, topic: Topic, reader: Reader, number: int) -> Subscription:
    """Return one of the alerts of `list_own_subscriptions`. Raises 404 for any other number."""
    found = next((one for one in list_own_subscriptions(state, topic, reader) if one.id == number), None)
    if found is None:
        raise HTTPException(404, "There is no such subscription")
    return found


def list_own_feeds(state: sa.Engine, topic: Topic, reader: Reader) -> list[feeds.TopicFeed]:
    """Return the feeds of the user, or for an administrator those of all users."""
    return [feed for feed in feeds.list_feeds(state, topic.id) if _is_own(feed, reader)]


def revoke_own(state: sa.Engine, topic: Topic, reader: Reader, token: str) -> bool:
    """Revoke one of the feeds of `list_own_feeds`. Raises 404 for any other token."""
    if not any(feed.token == token for feed in list_own_feeds(state, topic, reader)):
        raise HTTPException(404, "There is no such feed")
    return feeds.revoke_feed(state, topic.id, token)


def _is_own(one: Subscription | feeds.TopicFeed, reader: Reader) -> bool:
    return one.owner == reader.name or reader.may(Right.ADMINISTER)
