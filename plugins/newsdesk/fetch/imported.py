"""Captures that were not fetched but imported: from WARC files of other archives, and from texts."""

import datetime as dt
import posixpath
from collections.abc import Iterable
from typing import TYPE_CHECKING

from newsdesk.errors import Stage, Status
from newsdesk.fetch.pages import Page, add_aliases
from newsdesk.fetch.warc import CaptureWriter
from newsdesk.records import CaptureRef, Outcome
from newsdesk.store.archive import Archive, file_stem
from newsdesk.store.manifests import dump_manifest, write_manifest
from newsdesk.store.outcomes import write_outcomes

if TYPE_CHECKING:
    import sqlalchemy as sa

PREFIX = "warc-"
"""Prefix of files with imported captures, by which they are distinguished from captures of the sweep of that day."""


def is_imported(ref: CaptureRef) -> bool:
    """Return whether the capture was imported."""
    return posixpath.basename(ref.path).startswith(PREFIX)


def commit_imported(
    writer: CaptureWriter, pages: Iterable[Page], *, archive: Archive, engine: "sa.Engine", partition: str, origin: str, now: dt.datetime
) -> None:
    """Commit the WARC file with the captures of these pages. `origin` says in their outcomes where they come from."""
    writer.commit()
    name = file_stem(writer.path)
    outcomes = [
        Outcome(stage=Stage.FETCH, id=entry.id, status=Status.FETCHED, source=entry.source, url=entry.url, detail=origin)
        for entry in writer.entries
    ]
    # The manifest is written last: captures exist once they are listed, and then are counted and known to the queue.
    write_outcomes(archive, partition, Stage.FETCH, name, outcomes, is_new=True)
    with engine.begin() as connection:
        add_aliases(connection, {page.id: page for page in pages}, now)
    write_manifest(archive, f"raw/{partition}/{name}.json", dump_manifest(partition, writer.entries))
