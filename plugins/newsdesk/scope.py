"""The scope of a replay: which captures of a partition are enriched again."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from newsdesk.errors import BadRequest, Status


class Only(StrEnum):
    """Which captures a replay enriches again, by their previous outcome."""

    ALL = "all"
    FAILED = "failed"
    MISSING = "missing"  # enriched, but its article is no longer in the archive
    OLDER = "older"  # enriched by another version of the pipeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The result of a capture when its chunk was last enriched; `status` is None where it never was."""

    status: Status | None = None
    has_article: bool = False
    version: str = ""
    source: str = ""
    language: str | None = None


NEVER_ENRICHED = Past()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The filters of a replay. A capture outside the scope keeps its article.

    `source` is a key or a name of a source, `keys` all keys of it: without them it is taken for a key.
    """

    only: Only = Only.ALL
    source: str = ""
    language: str = ""
    keys: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The keys that captures in the scope have; empty where any will do."""
        return self.keys or ((self.source,) if self.source else ())

    def includes(self, past: Past, *, version: str) -> bool:
        """Whether a capture with this previous result is enriched again by pipeline version `version`.

        A capture that was never enriched is always included.
        """
        if past.status is None:
            return True
        if self.sources and past.source not in self.sources:
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
        """The conf of a DAG run with this scope; empty where there is no filter."""
        given = {"only": "" if self.only is Only.ALL else str(self.only), "source": self.source, "language": self.language}
        return {name: value for name, value in given.items() if value}


EVERYTHING = Scope()


def parse_scope(conf: Mapping[str, object]) -> Scope:
    """Parse the scope from a DAG run's conf or a command's options.

    Raises BadRequest where a name or value is unknown, or where the scope would be empty.
    """
    unknown = sorted(set(conf) - {"only", "source", "language"})
    if unknown:
        raise BadRequest(f"unknown: {', '.join(unknown)}. A replay can be filtered by only, source and language")
    try:
        only = Only(str(conf.get("only") or Only.ALL))
    except ValueError as error:
        raise BadRequest(f"only={conf['only']!r} is not one of {', '.join(Only)}") from error
    scope = Scope(only=only, source=str(conf.get("source") or ""), language=str(conf.get("language") or ""))
    if scope.language and only in {Only.FAILED, Only.MISSING}:
        raise BadRequest(f"a capture that is {only} has no article and thus no language: leave out only or language")
    return scope
