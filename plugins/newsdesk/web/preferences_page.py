"""The form in the footer of every page: colours, time zone, keyboard shortcuts."""

from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from newsdesk.web.changes import kept_in_browser
from newsdesk.web.preferences import THEMES, zone_names
from newsdesk.web.sections import Section

KEPT_SECONDS = 365 * 24 * 3600


def preferences_section() -> Section:
    router = APIRouter()

    @router.post("/preferences")
    @kept_in_browser
    def keep_preferences(
        request: Request, theme: str = Form(""), zone: str = Form(""), shortcuts: str = Form("off"), page: str = Form("")
    ) -> RedirectResponse:
        chosen = {
            "newsdesk_theme": theme if theme in THEMES else "",
            "newsdesk_zone": quote(zone, safe="") if zone in zone_names() else "",
            "newsdesk_shortcuts": "on" if shortcuts == "on" else "off",
        }
        # A path that starts with a dot cannot lead to another site.
        response = RedirectResponse(f"./{page.lstrip('/')}", status_code=303)
        path = request.scope.get("root_path") or "/"
        for name, value in chosen.items():
            response.set_cookie(name, value, max_age=KEPT_SECONDS, path=path, samesite="lax")
        return response

    return Section(router=router)
