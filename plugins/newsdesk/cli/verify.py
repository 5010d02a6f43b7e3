"""`newsdesk verify`: finds damaged files of the archive, and repairs those that can be rebuilt."""

import datetime as dt
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict

import click

from newsdesk.cli.interrupts import INTERRUPTED, finish_step_first
from newsdesk.cli.terminal import echo
from newsdesk.database import open_database
from newsdesk.errors import SetupError
from newsdesk.ops.verification import Damage, Remedy, examine_partition, list_archive_partitions
from newsdesk.ops.verification import repair as repair_partition
from newsdesk.plurals import plural
from newsdesk.settings import load
from newsdesk.store.archive import Archive

BACKFILLS = {Remedy.ENRICH: "--only missing", Remedy.INDEX: "--stage index"}
"""Options of the `newsdesk backfill start` that creates the data again."""

SELF = {Remedy.MANIFEST, Remedy.REMOVE, Remedy.COUNT}
"""Remedies that --repair applies."""


@click.command()
@click.option("--partition", "only", multiple=True, help="Only this partition; may be given several times.")
@click.option("--repair", is_flag=True, help="Rebuild manifests, and remove files that a backfill creates again.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per damaged file.")
def verify(only: tuple[str, ...], repair: bool, as_json: bool) -> None:
    """Read all files of the archive; list damaged ones with their remedies. Exit status 1 if some remain damaged."""
    settings, now = load(), dt.datetime.now(dt.UTC)
    archive, found = Archive(settings.data_url), list[Damage]()
    kept = list_archive_partitions(archive)
    if unknown := sorted(set(only) - set(kept)):
        raise SetupError(f"the archive has no partition {', '.join(unknown)}", "`newsdesk backfill plan` shows its partitions")
    partitions = only or tuple(kept)
    with open_database(settings.database_url) as engine, finish_step_first() as is_interrupted:
        for number, partition in enumerate(partitions):
            if is_interrupted():
                echo(f"interrupted after {number} of {plural(len(partitions), 'partition')}", err=True)
                raise SystemExit(INTERRUPTED)
            damages = examine_partition(archive, partition, engine=engine, now=now)
            for damage in damages:
                echo(json.dumps(asdict(damage)) if as_json else f"{damage.path}: {damage.problem}")
            if repair:
                repair_partition(archive, partition, damages)
            found += damages
    if not as_json:
        for line in _what_to_do(found, partitions, is_repaired=repair):
            echo(line)
    sys.exit(any(damage.remedy not in SELF or not repair for damage in found))


def _what_to_do(found: Sequence[Damage], partitions: Sequence[str], *, is_repaired: bool) -> list[str]:
    if not found:
        return [f"{plural(len(partitions), 'partition')} examined, no damage found"]
    lines = [f"{plural(len(partitions), 'partition')} examined, {plural(len(found), 'damaged file')}"]
    if not is_repaired and any(damage.remedy is not Remedy.BACKUP for damage in found):
        return [*lines, "newsdesk verify --repair repairs what can be rebuilt, and lists the remaining steps"]
    by_remedy = defaultdict(list)
    for damage in found:
        by_remedy[damage.remedy].append(damage.partition)
    for remedy, options in BACKFILLS.items():
        days = sorted({partition[:10] for partition in by_remedy[remedy]})
        lines += [f"create the data again with: newsdesk backfill start --from {day} --to {day} {options}" for day in days]
    if lost := by_remedy[Remedy.BACKUP]:
        lines.append(f"{plural(len(lost), 'file')} can only be restored from a backup of the data folder (docs/backup.md)")
    return lines
