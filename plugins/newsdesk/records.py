"""The records that stages exchange: frozen dataclasses, in the order of the pipeline.

Offsets (`start`, `end`) count Unicode code points of the article's text; `end` is exclusive. Times are aware, in UTC unless stated.
"""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from newsdesk.errors import Reason, Stage, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """One entry of a feed. `content_html` is the full text if the feed contains it."""

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
    """The location of a capture: the path of a WARC file relative to the data root, and the byte offset of its response record."""

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
    """A fetched page, without its body. `url` is the URL after redirects, `ref` the location of the body.

    `fetched_at` is only an upper bound if `is_time_known` is false.
    `identity_url` is the URL at which the same story was first captured; it is kept when the slug changes. Empty if unknown.
    `page_id` is the id of the page in the state database; empty for captures of other tools.
    """

    ref: CaptureRef
    url: str
    fetched_at: dt.datetime
    is_time_known: bool = True
    content_type: str = ""
    source: str = ""
    requested_url: str = ""
    feed_url: str = ""
    identity_url: str = ""
    page_id: str = ""
    item: FeedItem | None = None


@dataclass(frozen=True, slots=True)
class CapturedPage:
    """A capture with the body of the page, decoded from its transfer codings."""

    capture: Capture
    body: bytes


class ZoneSource(StrEnum):
    """How the time zone is known: given with the time, derived from the page's other times or its country, or assumed to be UTC."""

    TOLD = "told"
    DERIVED = "derived"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """The cleaned article. The paragraphs of `text` are separated by newlines.

    `authors` are persons; `credits` are agencies and newsrooms that the page names as authors.

    `published_at` and `modified_at` keep the page's time zone, since the day of publication is a local day. Their sources are json-ld,
    meta, time, url, feed, dateline, script or text. `published_zone` says how the zone of `published_at` is known; a day without a time
    begins at midnight UTC.

    `declared_language` is the language that the page declares, `hreflang` maps the languages of its other versions to their URLs; both are
    evidence for the translation check. `script` is an ISO 15924 code. `paragraph_languages` is set for mixed texts only: one language
    per paragraph, None where a paragraph is too short.

    `content_kind` is article, teaser, liveblog, video, gallery or listing. `content_hash` is the hash of title and text, which detects
    edits. `dropped` are the last lines that were removed, since the source repeats them under many articles.
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
    """The text that an article was translated from, and its language as an ISO 639-1 code if known."""

    text: str
    language: str | None = None


class Severity(StrEnum):
    """The weight of a finding: one `strong` finding can decide the verdict, `weak` ones count only together."""

    STRONG = "strong"
    WEAK = "weak"


class Verdict(StrEnum):
    """The result of the translation check. No verdict guarantees that the text is correct."""

    NO_DEFECT_FOUND = "no_defect_found"
    SUSPECT = "suspect"
    GARBLED = "garbled"


class Basis(StrEnum):
    """The basis of a verdict.

    `compared`: the text was compared with its original by meaning; `structure_only`: only the text itself was checked;
    `not_a_translation`: the text is in its page's own language, and there is no sign of another; `no_rules`: nothing was checked.
    """

    COMPARED = "compared"
    STRUCTURE_ONLY = "structure_only"
    NOT_A_TRANSLATION = "not_a_translation"
    NO_RULES = "no_rules"


class IsTranslation(StrEnum):
    """Whether a text is a translation. Every value but `unknown` is supported by evidence."""

    YES = "yes"
    LIKELY = "likely"
    UNKNOWN = "unknown"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A defect at a position in the text, with an explanation for journalists.

    `source_start` and `source_end` are the position in the original, if the finding is a difference from it. For something that
    is missing from the text, `start` and `end` are equal, where it would stand.
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
    """A sign that the text is a translation: `signal` is its stable name, `detail` describes it."""

    signal: str
    detail: str
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The result of the translation check. `verdict` is None if there are no rules for the language; that is not a good verdict.

    `score` is the number of points (see `check.verdict`), 0 for a text without defects. `rules_version` is the version of the rules.
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
    """An entity of an article, under its most complete name; `id`, `lat` and `lon` are set if it was linked.

    `aliases` are other names, from the article or the alias table; `roles` are titles before the name. `salience` is between 0 and 1, from
    the position and number of mentions, and whether the title has one. `link_confidence` is the confidence of a place's `id`.
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


@dataclass(frozen=True, slots=True)
class ModelName:
    """A name that a model found at these offsets of a text. `base` is its base form, empty where the text has that or it is unknown."""

    start: int
    end: int
    type: "EntityType"
    base: str = ""


@dataclass(frozen=True, slots=True)
class ModelNames:
    """The names that a model found in a text, in order. `model` is the name and version of the model."""

    model: str
    names: tuple[ModelName, ...]


class EntitiesStatus(StrEnum):
    """Whether a model has tagged the entities. `rules_only`: rules found well-known places and persons with titles; `no_model`: none."""

    TAGGED = "tagged"
    NO_MODEL = "no_model"
    RULES_ONLY = "rules_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """The entities of an article. `countries` are the ISO codes of linked places and of nationalities.

    `model` and `aliases_version` identify the model and the alias tables that were used.
    """

    entities: tuple[Entity, ...]
    status: EntitiesStatus
    countries: tuple[str, ...] = ()
    model: str = ""
    aliases_version: str = ""


@dataclass(frozen=True, slots=True)
class Embedding:
    """The vector of an article, from its headline and first sentences (`vectors.embed`).

    `values` is made by `vectors.pack` and read by `vectors.unpack`; `model` is `vectors.MODEL` at the time when it was made. The product
    of two vectors of the same model measures how similar two articles are, in any languages.
    """

    values: str
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A complete article: the results of clean, check and tag, and the capture that it was made from.

    `embedding` is None in languages that the model does not know (`vectors.LANGUAGES`), and where vectors are switched off.
    """

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
    embedding: Embedding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedSentences:
    """Offsets of aligned sentences in the text and in the original, None for a side without a counterpart, and whether they agree."""

    text: tuple[int, int] | None
    source: tuple[int, int] | None
    is_same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRecord:
    """A translation compared with its original, as both were with these contents (hashes of title and text).

    `coverage` is the share of the article's sentences that the original has too, `sentences` are those of both, side by side.
    `rules_version` is the version of the rules that made the findings.
    """

    article_id: str
    article_content: str
    original_id: str
    original_content: str
    coverage: float
    sentences: tuple[AlignedSentences, ...]
    findings: tuple[Finding, ...]
    rules_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of one stage for one article. `id` is made from its URL until its canonical URL is known.

    `pipeline_version` is set by the stage enrich.
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
    """A failed article, with the data to show it, to group it by cause, and to retry it.

    A page that was never captured has no `capture`; `page_id` identifies it.
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
    """The number of articles of one source with each status, at one stage of one partition; `found` is their sum."""

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
