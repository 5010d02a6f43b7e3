"""Functions that the routes of the desk share."""

import contextlib
from typing import Any

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse

from newsdesk.errors import Unavailable
from newsdesk.index.aliases import names
from newsdesk.ops.daily_counts import DayCounts, read_daily_counts
from newsdesk.ops.overview import Overview, read_overview
from newsdesk.web.day_chart import HEIGHT, WIDTH, draw_days
from newsdesk.web.identity import Right, requires
from newsdesk.web.rendering import relative_root
from newsdesk.web.resources import Resources

DAYS_SHOWN = 14

OPERATES, ADMINISTERS = Depends(requires(Right.OPERATE)), Depends(requires(Right.ADMINISTER))


def back(request: Request, path: str) -> RedirectResponse:
    """Redirect to a page of the desk after a change, so that reloading the page does not repeat it."""
    return RedirectResponse(f"{relative_root(request)}/desk/{path}", status_code=303)


def read_days(desk: Resources, *, sources: tuple[str, ...] = ()) -> tuple[DayCounts, ...]:
    """Return the counts of the last days; none if Elasticsearch does not respond."""
    try:
        with desk.open_es() as es:
            return read_daily_counts(es, names(desk.settings.index).runs, days=DAYS_SHOWN, now=desk.now(), sources=sources)
    except Unavailable:
        return ()


def read_state(desk: Resources) -> Overview:
    """Return the overview of running, waiting and failed work; services that do not respond are named in it."""
    engine = desk.open_state()
    return read_overview(
        archive=desk.archive,
        open_engine=lambda: contextlib.nullcontext(engine),
        open_es=desk.open_es,
        open_airflow=desk.open_airflow,
        index=names(desk.settings.index).articles,
        now=desk.now(),
    )


def chart(days: tuple[DayCounts, ...]) -> dict[str, Any]:
    """Return the variables of a chart's template."""
    return {"bars": draw_days(days), "chart_width": WIDTH, "chart_height": HEIGHT}
