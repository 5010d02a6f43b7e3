"""The records that pass between stages: frozen, typed, in the order in which an article meets them.

Offsets (`start`, `end`) count Unicode code points of the article's text, the end exclusive. Times are aware, in UTC.
"""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from newsdesk.errors import Reason, Stage, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """One entry of a feed, in the feed's own words. `content_html` is the full text where the feed carries it."""

    id: str
    url: str
    title: str = ""
    published_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    summary: str = ""
    content_html: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    image: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class CaptureRef:
    """Where a capture lies: a WARC file relative to the data root, and the byte offset of the response record in it."""

    path: str
    offset: int

    def __str__(self) -> str:
        return f"{self.path}#{self.offset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestEntry:
    """A capture in a manifest: where its response record lies and what one wants to know without reading it."""

    path: str
    offset: int
    id: str
    url: str
    source: str
    feed_url: str
    fetched_at: dt.datetime
    digest: str

    @property
    def ref(self) -> CaptureRef:
        return CaptureRef(self.path, self.offset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What is known of a page that was fetched. `url` is the address that answered after redirects, `ref` where its body lies.

    `identity_url` is where the same story was captured first: it stays when the slug changes. Empty where that is not sure.
    """

    ref: CaptureRef
    url: str
    fetched_at: dt.datetime
    content_type: str = ""
    source: str = ""
    requested_url: str = ""
    feed_url: str = ""
    identity_url: str = ""
    item: FeedItem | None = None


@dataclass(frozen=True, slots=True)
class CapturedPage:
    """A capture with the page as it was served, decoded from its transfer codings."""

    capture: Capture
    body: bytes


class ZoneSource(StrEnum):
    """How the zone of a time is known: the page tells it with the time, its other times or its country give it, or it is taken for UTC."""

    TOLD = "told"
    DERIVED = "derived"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """The article without its page. Paragraphs of `text` are joined by a newline.

    `authors` are persons; `credits` are the agencies, newsrooms and houses that the page names as authors.

    `hreflang` maps the languages that the page offers itself in to their addresses, and `declared_language` is the
    page's own claim: both are evidence for the translation check. `published_at` and `modified_at` keep the zone in
    which the page tells them, since the day of publication is a day somewhere; their sources are json-ld, meta, time, url,
    feed, dateline or text. `published_zone` says how the zone of `published_at` is known; a day without a time is assumed to
    begin at midnight UTC. `script` is an ISO 15924 code. `paragraph_languages` is given
    for mixed texts only, one for each paragraph, None where a paragraph is too short to tell. `content_kind` is article,
    teaser, liveblog, video, gallery or listing. `content_hash` is that of title and text, for telling edits. `dropped` are
    lines that stood at the end of the text, and that the source puts under many articles.
    """

    title: str
    text: str
    language: str | None
    language_confidence: float = 0.0
    authors: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    published_at: dt.datetime | None = None
    modified_at: dt.datetime | None = None
    canonical_url: str = ""
    site_name: str | None = None
    image: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    description: str = ""
    content_kind: str = "article"
    declared_language: str | None = None
    hreflang: dict[str, str] = field(default_factory=dict)
    published_source: str = ""
    modified_source: str = ""
    published_zone: ZoneSource | None = None
    script: str | None = None
    direction: str = "ltr"
    paragraph_languages: tuple[str | None, ...] = ()
    content_hash: str = ""
    is_paywalled: bool = False
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Original:
    """The text that an article was translated from, and its language as an ISO 639-1 code where it is known."""

    text: str
    language: str | None = None


class Severity(StrEnum):
    """How much a finding weighs: `strong` alone can decide, `weak` counts in company."""

    STRONG = "strong"
    WEAK = "weak"


class Verdict(StrEnum):
    """What the check says of a text. None of them promises that the text is right."""

    NO_DEFECT_FOUND = "no_defect_found"
    SUSPECT = "suspect"
    GARBLED = "garbled"


class Basis(StrEnum):
    """What a verdict rests on: `compared` with the original by meaning, `structure_only` where nobody compared it,
    `not_a_translation` where the text is in its page's own language and nothing points to another, `no_rules` where nothing
    looked at it."""

    COMPARED = "compared"
    STRUCTURE_ONLY = "structure_only"
    NOT_A_TRANSLATION = "not_a_translation"
    NO_RULES = "no_rules"


class IsTranslation(StrEnum):
    """Whether a text is a translation; every value but `unknown` names its evidence."""

    YES = "yes"
    LIKELY = "likely"
    UNKNOWN = "unknown"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A defect at a place in the text, with a sentence that a journalist understands.

    `source_start` and `source_end` give the place in the original, where the finding is a disagreement with it. What is missing
    from the text has an empty place, where it would stand.
    """

    start: int
    end: int
    rule: str
    severity: Severity
    message: str
    source_start: int | None = None
    source_end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sign that the text is a translation: `signal` is its stable name, `detail` what was seen."""

    signal: str
    detail: str
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The translation check. `verdict` is None where no rules exist for the language: absent, not good.

    `score` are the points of `check.verdict`, 0 for a text without a flaw; `rules_version` the version of the rules that found them.
    """

    language: str | None
    verdict: Verdict | None
    basis: Basis = Basis.NO_RULES
    findings: tuple[Finding, ...] = ()
    score: float = 0.0
    is_translation: IsTranslation = IsTranslation.UNKNOWN
    source_language: str | None = None
    evidence: tuple[Evidence, ...] = ()
    rules_version: int = 0


class EntityType(StrEnum):
    PERSON = "person"
    ORGANIZATION = "organization"
    PLACE = "place"
    EVENT = "event"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Somebody or something that an article names, under its most complete name; `id`, `lat`, `lon` where it was linked.

    `aliases` are its other names, in the article or in the alias table; `roles` the titles that stood before it. `salience` is
    between 0 and 1: how early, how often and whether in the title it is named. `link_confidence` is that of a place's `id`.
    """

    name: str
    type: EntityType
    mentions: tuple[Mention, ...]
    id: str | None = None
    lat: float | None = None
    lon: float | None = None
    country: str | None = None
    aliases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    salience: float = 0.0
    in_title: bool = False
    link_confidence: float | None = None


class EntitiesStatus(StrEnum):
    """`tagged`, or why there are no entities or only some: `rules_only` names well-known places and persons with titles."""

    TAGGED = "tagged"
    NO_MODEL = "no_model"
    RULES_ONLY = "rules_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """Who and where. `countries` are the ISO codes of the places linked and the nationalities named.

    `model` and `aliases_version` say what found the entities.
    """

    entities: tuple[Entity, ...]
    status: EntitiesStatus
    countries: tuple[str, ...] = ()
    model: str = ""
    aliases_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A finished article: what each stage added, and the capture it was made from."""

    id: str
    url: str
    source: str
    feed_url: str
    fetched_at: dt.datetime
    partition: str
    capture: CaptureRef
    pipeline_version: str
    cleaned: Cleaned
    checked: Checked
    tagged: Tagged


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one article ended at one stage; `id` is made from its address until its canonical address is known.

    `pipeline_version` is that of the pipeline which made or refused the article, where the stage is enrich.
    """

    stage: Stage
    id: str
    status: Status
    source: str = ""
    url: str = ""
    reason: Reason | None = None
    detail: str = ""
    pipeline_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """An article that failed: enough to show it, to group it with its like, and to run it again.

    A page that was never captured has no `capture`; `page_id` names it.
    """

    stage: Stage
    reason: Reason
    detail: str
    partition: str
    source: str
    url: str
    capture: CaptureRef | None
    failed_at: dt.datetime
    pipeline_version: str
    page_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCounters:
    """How many articles of one source ended how at one stage of one partition; `found` is the sum of the others."""

    stage: Stage
    partition: str
    source: str
    run_at: dt.datetime
    found: int = 0
    fetched: int = 0
    not_modified: int = 0
    failed: int = 0
    dead: int = 0
    set_aside: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0
    duplicates: int = 0
    seconds: float = 0.0
