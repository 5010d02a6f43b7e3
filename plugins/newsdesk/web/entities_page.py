"""The pages of entities: the most frequent ones, and the profile of one with its names, timeline, related entities and newest articles."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from newsdesk.records import EntityType
from newsdesk.search.entity_profile import FIELDS
from newsdesk.settings import Settings
from newsdesk.tag.known_names import LONGEST_NAME, add_name, find_known, take_name_out
from newsdesk.web.changes import name_subject
from newsdesk.web.identity import CurrentReader, Right, requires
from newsdesk.web.library import Library
from newsdesk.web.rendering import reader_zone, render
from newsdesk.web.search_form import SPANS, as_choice
from newsdesk.web.search_form import Form as SearchForm
from newsdesk.web.sections import Section
from newsdesk.web.timeline import draw_timeline
from newsdesk.web.world_map import VIEW_BOX, draw_places

HEADINGS = {
    EntityType.PERSON: "Persons",
    EntityType.ORGANIZATION: "Organisations",
    EntityType.PLACE: "Places",
    EntityType.EVENT: "Events",
}
PLACES_LISTED = 10

Name = Annotated[str, Query(max_length=LONGEST_NAME)]


def entities_section(library: Library, settings: Settings) -> Section:
    router = APIRouter(prefix="/entities")

    @router.get("")
    def entities_page(request: Request, q: Name = "") -> HTMLResponse:
        text = " ".join(q.split())
        found = library.list_named(text)
        by_type = {type_: [one for one in found if one.type is type_] for type_ in FIELDS}
        return render(request, "entities.html", text=text, by_type=by_type, headings=HEADINGS, address=entity_address)

    @router.get("/entity")
    def entity_page(
        request: Request, reader: CurrentReader, name: Name, type_: Annotated[EntityType | None, Query(alias="type")] = None
    ) -> HTMLResponse:
        known = find_known(settings.tag, name, type_)
        profile = library.find_entity(name, known, type_, zone=reader_zone(request))
        if profile is None:
            near = library.list_named(name)
            return render(request, "entity_unknown.html", 404, asked=name, near=near, address=entity_address)
        main_type = type_ or next(iter(profile.types))
        return render(
            request,
            "entity.html",
            profile=profile,
            known=known,
            own_names=known.aliases if known and known.is_own else (),
            may_edit=reader.may(Right.ADMINISTER),
            main_type=main_type,
            type_=type_,
            form=_search_of(main_type, profile.name),
            chart=draw_timeline(profile.timeline),
            spans=SPANS,
            circles=draw_places(profile.places),
            view_box=VIEW_BOX,
            places_listed=PLACES_LISTED,
            headings=HEADINGS,
            address=entity_address,
        )

    @router.post("/names", dependencies=[Depends(requires(Right.ADMINISTER))])
    def add_entity_name(
        request: Request, name: Annotated[str, Form()], type_: Annotated[EntityType, Form(alias="type")], other: Annotated[str, Form()]
    ) -> RedirectResponse:
        name_subject(request, f"{name[:LONGEST_NAME]}: {other[:LONGEST_NAME]}")
        add_name(settings.tag, type_, name, " ".join(other.split()))
        return RedirectResponse(entity_address(name, type_).removeprefix("entities/"), status_code=303)

    @router.post("/names/remove", dependencies=[Depends(requires(Right.ADMINISTER))])
    def remove_entity_name(
        request: Request, name: Annotated[str, Form()], type_: Annotated[EntityType, Form(alias="type")], other: Annotated[str, Form()]
    ) -> RedirectResponse:
        name_subject(request, f"{name[:LONGEST_NAME]}: {other[:LONGEST_NAME]}")
        take_name_out(settings.tag, type_, name, other)
        return RedirectResponse(f"../{entity_address(name, type_).removeprefix('entities/')}", status_code=303)

    return Section(router=router, title="Entities", path="entities")


def entity_address(name: str, type_: EntityType | None = None) -> str:
    """Return the URL of an entity's page, relative to the first page."""
    return f"entities/entity?{urlencode({'name': name, **({'type': str(type_)} if type_ else {})})}"


def _search_of(type_: EntityType, name: str) -> SearchForm:
    """Return the search for the articles that name an entity; the charts add filters."""
    if type_ is EntityType.EVENT:
        return SearchForm(q=f'event:="{name}"')
    chosen: dict[str, Any] = {str(type_): (as_choice(str(type_), name),)}
    return SearchForm(**chosen)
