"""The state database of a request."""

from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends, Request


def _open_state(request: Request) -> sa.Engine:
    engine: sa.Engine = request.app.state.open_state()
    return engine


State = Annotated[sa.Engine, Depends(_open_state)]
"""A parameter of a route. Raises SetupError if the database cannot be used."""
