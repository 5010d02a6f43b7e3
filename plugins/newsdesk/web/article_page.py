"""The page of an article: text with findings, versions, entities and similar articles; its comparison with the original; its gist."""

from fastapi import APIRouter, Request, Response

from newsdesk.errors import SetupError, Unavailable
from newsdesk.records import EntityType
from newsdesk.web.findings import mark_findings, mark_pair
from newsdesk.web.gist import LONGEST_TEXT, Translator, choose_target, read_languages
from newsdesk.web.library import Library
from newsdesk.web.names import KINDS
from newsdesk.web.rendering import render, render_error
from newsdesk.web.sections import Section

FIELD_OF = {EntityType.PERSON: "person", EntityType.ORGANIZATION: "organization", EntityType.PLACE: "place"}
"""For each type of entities the search field for its names."""

MOST_ENTITIES = 60
GONE = (404, "There is no such article", "It may have been removed.")


def article_section(library: Library, *, translator: Translator, has_images: bool = False) -> Section:
    router = APIRouter()

    def find_target(request: Request, language: str | None) -> str | None:
        return choose_target(translator, language, read_languages(request.headers.get("accept-language", "")))

    @router.get("/article/{article_id}")
    def article_page(request: Request, article_id: str) -> Response:
        found = library.find_article(article_id)
        if found is None:
            return render_error(request, *GONE)
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
            gist_language=find_target(request, found.hit.language),
        )

    # On request, because a translation takes seconds.
    @router.get("/article/{article_id}/gist")
    def gist_page(request: Request, article_id: str) -> Response:
        found = library.find_article(article_id)
        if found is None:
            return render_error(request, *GONE)
        target = find_target(request, found.hit.language)
        if target is None or found.hit.language is None:
            return render_error(request, 404, "There is no rough translation of this article", "None of its language is installed.")
        lines, problem, status = [], "", 200
        try:
            text = f"{' '.join(found.hit.title.split())}\n{found.body}"
            lines = translator.translate(text, source=found.hit.language, target=target).splitlines()
        except (Unavailable, SetupError) as error:
            # htmx shows the reason in the page of the article, and swaps in no part of an answer with an error.
            problem, status = str(error), 200 if request.headers.get("hx-request") == "true" else 503
        is_cut = len(text) > LONGEST_TEXT
        return render(request, "gist.html", status, hit=found.hit, language=target, lines=lines, is_cut=is_cut, problem=problem)

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
