"""Sections of a site with their routes, and the entries of the navigation."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request


def _always(_request: Request) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Related routes, and their entry in the navigation: none if `title` is empty.

    `path` is the target of the entry, relative to the first page. `is_shown` returns whether the user of a request sees the
    entry; it is not an access check, which is done by the routes.
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
    """Return the entries for this user; the one with the longest matching prefix of the page's path is current."""
    shown = [section for section in sections if section.title and section.is_shown(request)]
    page = request.url.path.removeprefix(request.scope.get("root_path", "")).lstrip("/")
    current = max((section.path for section in shown if _is_below(page, section.path)), key=len, default=None)
    return tuple(Entry(section.title, section.path, section.path == current) for section in shown)


def _is_below(page: str, path: str) -> bool:
    return page == path or (path != "" and page.startswith(path.rstrip("/") + "/"))
