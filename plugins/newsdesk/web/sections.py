"""What a site is made of: sections with their routes, and the entries of the navigation."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request


def _always(_request: Request) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Routes that belong together, and their entry in the navigation: none where `title` is empty.

    `path` is where the entry leads, relative to the first page. `is_shown` says whether the reader of a request sees the
    entry; it protects nothing, which the routes do themselves.
    """

    router: APIRouter
    title: str = ""
    path: str = ""
    is_shown: Callable[[Request], bool] = _always


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the navigation on one page."""

    title: str
    path: str
    is_current: bool


def navigation(sections: tuple[Section, ...], request: Request) -> tuple[Entry, ...]:
    """The entries that this reader sees; the one whose path is the longest beginning of the page's own is current."""
    shown = [section for section in sections if section.title and section.is_shown(request)]
    page = request.url.path.removeprefix(request.scope.get("root_path", "")).lstrip("/")
    current = max((section.path for section in shown if _is_below(page, section.path)), key=len, default=None)
    return tuple(Entry(section.title, section.path, section.path == current) for section in shown)


def _is_below(page: str, path: str) -> bool:
    return page == path or (path != "" and page.startswith(path.rstrip("/") + "/"))
