"""The page of an article: its text with findings, its versions, and what is similar."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from newsdesk.web.findings import mark_findings
from newsdesk.web.library import Library
from newsdesk.web.names import KINDS
from newsdesk.web.rendering import render, render_error
from newsdesk.web.sections import Section


def article_section(library: Library) -> Section:
    router = APIRouter()

    @router.get("/article/{article_id}")
    def article_page(request: Request, article_id: str) -> HTMLResponse:
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
        )

    return Section(router=router)
