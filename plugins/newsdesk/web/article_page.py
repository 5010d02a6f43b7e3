"""The page of an article: text with findings, versions, entities and similar articles; and its comparison with the original."""

from fastapi import APIRouter, Request, Response

from newsdesk.records import EntityType
from newsdesk.web.findings import mark_findings, mark_pair
from newsdesk.web.library import Library
from newsdesk.web.names import KINDS
from newsdesk.web.rendering import render, render_error
from newsdesk.web.sections import Section

FIELD_OF = {EntityType.PERSON: "person", EntityType.ORGANIZATION: "organization", EntityType.PLACE: "place"}
"""For each type of entities the search field for its names."""

MOST_ENTITIES = 60


def article_section(library: Library, *, has_images: bool = False) -> Section:
    router = APIRouter()

    @router.get("/article/{article_id}")
    def article_page(request: Request, article_id: str) -> Response:
        found = library.find_article(article_id)
        if found is None:
            return render_error(request, 404, "There is no such article", "It may have been removed.")
        return render(
            request,
            "article.html",
            found=found,
            hit=found.hit,
            paragraphs=mark_findings(found.body, found.hit.findings),
            similar=library.more_like(article_id).hits,
            versions=library.list_versions(article_id),
            kinds=KINDS,
            fields=FIELD_OF,
            most_entities=MOST_ENTITIES,
            has_images=has_images,
        )

    # A separate page, because encoding the sentences takes seconds.
    @router.get("/article/{article_id}/original")
    def comparison_page(request: Request, article_id: str) -> Response:
        compared = library.find_comparison(article_id)
        if compared is None:
            return render_error(
                request,
                404,
                "No original of this article is known",
                "It is searched among the articles about the same event in other languages.",
            )
        return render(request, "comparison.html", article_id=article_id, compared=compared, mark=mark_pair)

    return Section(router=router)
