"""Style sheets, scripts and pictures of the pages, from `static/`."""

from pathlib import Path

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

from newsdesk.web.sections import Section

FOLDER = Path(__file__).parent / "static"
MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
NAMES = frozenset(file.name for file in FOLDER.iterdir() if file.suffix in MEDIA_TYPES)
KEPT = "private, max-age=31536000, immutable"
"""URLs of files contain a digest of the content, so that they change with it."""


def static_section() -> Section:
    router = APIRouter()

    @router.get("/static/{name}")
    def static_file(name: str) -> Response:
        # Not StaticFiles: a mounted folder would be served without the login.
        if name not in NAMES:
            raise HTTPException(404)
        file = FOLDER / name
        return Response(file.read_bytes(), media_type=MEDIA_TYPES[file.suffix], headers={"Cache-Control": KEPT})

    return Section(router=router)
