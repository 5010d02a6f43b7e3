"""The scope of a replay: which captures of a partition are enriched again."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from newsdesk.errors import BadRequest, Status


class Only(StrEnum):
    """Which captures a replay takes up, by how they ended before."""

    ALL = "all"
    FAILED = "failed"
    MISSING = "missing"  # enriched, but the file with the article is gone
    OLDER = "older"  # enriched by another version of the pipeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """How a capture ended when its chunk was last enriched; `status` is None where it never was."""

    status: Status | None = None
    has_article: bool = False
    version: str = ""
    source: str = ""
    language: str | None = None


NEVER_ENRICHED = Past()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a replay is narrowed to. A capture outside of it keeps the article that it has."""

    only: Only = Only.ALL
    source: str = ""
    language: str = ""

    def includes(self, past: Past, *, version: str) -> bool:
        """Whether a capture with this past is enriched again by this version of the pipeline.

        A capture that was never enriched always is.
        """
        if past.status is None:
            return True
        if self.source and past.source != self.source:
            return False
        if self.language and past.language != self.language:
            return False
        match self.only:
            case Only.FAILED:
                return past.status is Status.DEAD
            case Only.MISSING:
                return past.status is Status.ENRICHED and not past.has_article
            case Only.OLDER:
                return past.status is Status.ENRICHED and past.version != version
            case Only.ALL:
                return True

    def as_conf(self) -> dict[str, str]:
        """The conf of a DAG run with this scope; empty where nothing is narrowed."""
        given = {"only": "" if self.only is Only.ALL else str(self.only), "source": self.source, "language": self.language}
        return {name: value for name, value in given.items() if value}


EVERYTHING = Scope()


def parse_scope(conf: Mapping[str, object]) -> Scope:
    """The scope that a DAG run's conf or a command's options describe.

    Raises BadRequest where a name or a value is unknown, or where the scope can include nothing.
    """
    unknown = sorted(set(conf) - {"only", "source", "language"})
    if unknown:
        raise BadRequest(f"{', '.join(unknown)}: a replay can be narrowed by only, source and language")
    try:
        only = Only(str(conf.get("only") or Only.ALL))
    except ValueError as error:
        raise BadRequest(f"only={conf['only']!r} is not one of {', '.join(Only)}") from error
    scope = Scope(only=only, source=str(conf.get("source") or ""), language=str(conf.get("language") or ""))
    if scope.language and only in {Only.FAILED, Only.MISSING}:
        raise BadRequest(f"a capture that is {only} has no article and so no language: leave out only or language")
    return scope
