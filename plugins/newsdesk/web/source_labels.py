"""Names of sources on pages."""

import logging
from collections.abc import Callable
from functools import cached_property

import sqlalchemy as sa

from newsdesk.errors import SetupError
from newsdesk.fetch.source_names import NO_NAMES, SourceNames, load_source_names

log = logging.getLogger(__name__)

OpenState = Callable[[], sa.Engine]


def read_names(open_state: OpenState) -> SourceNames:
    """Return the names of sources; none if the state database does not respond, since articles can be read without them."""
    try:
        return load_source_names(open_state())
    except (SetupError, sa.exc.SQLAlchemyError) as error:
        log.warning("sources are shown by their keys: %s", error)
        return NO_NAMES


class SourceLabels:
    """`labels(key)` is the name of a source. The names are read at the first call, for one page."""

    def __init__(self, open_state: OpenState) -> None:
        self._open_state = open_state

    @cached_property
    def _names(self) -> SourceNames:
        return read_names(self._open_state)

    def __call__(self, key: str) -> str:
        return self._names.name(key)
