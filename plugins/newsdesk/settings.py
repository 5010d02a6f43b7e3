"""All settings. `load()` reads them from the environment, once per process, in the entry points.

A setting is a field with a description; `docs/settings.md` is generated from them (`make docs`). The name of its
variable is the group's prefix and the field's name in capitals: `NEWSDESK_FETCH_MINIMUM_GAP_SECONDS=5`. A list is written with
commas, or as JSON.
"""

import difflib
import json
import logging
import os
import pwd
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from pydantic import AfterValidator, AliasChoices, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings, SettingsConfigDict

from newsdesk.errors import SetupError
from newsdesk.time_zones import region_named

log = logging.getLogger(__name__)

PREFIX = "NEWSDESK_"

NOT_SETTINGS = frozenset({"NEWSDESK_SERVICE", "NEWSDESK_BENCH_DATA"})
"""Variables with the prefix that are read elsewhere: by `local.processes` and by `bench/`."""


def _config(group: str = "") -> SettingsConfigDict:
    prefix = f"{PREFIX}{group.upper()}_" if group else PREFIX
    return SettingsConfigDict(env_prefix=prefix, frozen=True, extra="ignore", populate_by_name=True, enable_decoding=False)


def _web_address(given: str | SecretStr) -> str | SecretStr:
    text = given.get_secret_value() if isinstance(given, SecretStr) else given
    if text and not _is_web_address(text):
        raise ValueError("it is not a web address")
    return given


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


_WebAddress = Annotated[str, AfterValidator(_web_address)]
_SecretAddress = Annotated[SecretStr, AfterValidator(_web_address)]


class _Group(BaseSettings):
    """Settings that share a prefix."""

    @field_validator("*", mode="before")
    @classmethod
    def _decode(cls, given: Any, info: ValidationInfo) -> Any:
        """Read a list from commas or JSON, and a mapping from JSON."""
        origin = get_origin(cls.model_fields[str(info.field_name)].annotation)
        if not isinstance(given, str) or origin not in (tuple, dict):
            return given
        if origin is tuple and given.lstrip().startswith("{"):
            raise ValueError("it is not a list")
        if origin is tuple and not given.lstrip().startswith("["):
            return [part.strip() for part in given.split(",") if part.strip()]
        try:
            return json.loads(given or "{}")
        except ValueError as error:
            raise ValueError(f"it is not JSON: {error}") from error


def _default_home() -> Path:
    # The user of Elasticsearch cannot access root's home.
    if os.geteuid() == 0:
        return Path("/var/lib/newsdesk")
    base = os.environ.get("XDG_DATA_HOME") or Path(pwd.getpwuid(os.geteuid()).pw_dir) / ".local/share"
    return Path(base) / "newsdesk"


def _default_cache() -> Path:
    if os.geteuid() == 0:
        return Path("/var/cache/newsdesk")
    base = os.environ.get("XDG_CACHE_HOME") or Path(pwd.getpwuid(os.geteuid()).pw_dir) / ".cache"
    return Path(base) / "newsdesk"


class HomeSettings(_Group):
    """Folders and databases."""

    model_config = _config()
    home: Path = Field(
        default_factory=_default_home, description="Folder of all files that newsdesk creates on this machine: state, logins, logs, data."
    )
    cache: Path = Field(default_factory=_default_cache, description="Folder of downloads that can be repeated: Elasticsearch and Java.")
    data_url: str = Field(
        "", description="Location of captures and articles: a folder or any fsspec URL (`s3://bucket/news`). Default: `data` in the home."
    )
    database_url: str = Field("", description="SQLAlchemy URL of the state database. Default: SQLite in the home.")


class ElasticsearchSettings(_Group):
    """The connection to Elasticsearch. If `url` is not set, the embedded server of `make run` is used."""

    model_config = _config("elasticsearch")
    url: _WebAddress | None = Field(
        None,
        validation_alias=AliasChoices("NEWSDESK_ELASTICSEARCH_URL", "ELASTICSEARCH_URL"),
        examples=["https://elasticsearch.example:9200"],
        description="URL of the cluster; `ELASTICSEARCH_URL` is also read.",
    )
    username: str = Field("elastic", description="User that reads and writes.")
    password: SecretStr | None = Field(None, description="That user's password.")
    ca_certs: Path | None = Field(None, description="Certificate of the authority that signed the cluster's certificate.")
    timeout_seconds: float = Field(30.0, gt=0, description="Maximum time of a request.")
    retries: int = Field(
        4, ge=0, description="Number of retries of a request if Elasticsearch does not respond, with pauses of 1, 2, 4, ... seconds."
    )


class FetchSettings(_Group):
    """Polling feeds and fetching pages."""

    model_config = _config("fetch")
    every_minutes: int = Field(
        5, ge=1, le=60, description="Interval of the runs of the fetch DAG. Below 5, it is also the shortest interval of polls of a feed."
    )
    contact: str = Field("", description="Mail address or web page of the operator, which is added to the User-Agent for publishers.")
    shards: int = Field(4, ge=1, le=64, description="Number of shards of hosts that are fetched in parallel.")
    allowed_hosts: tuple[str, ...] = Field(
        (), description="Hosts (`name`, `name:port` or `*.name`) that may resolve to private or loopback addresses, separated by commas."
    )
    proxy: SecretStr | None = Field(
        None,
        description="Proxy for requests to all hosts except the allowed ones: `http://user:password@host:port`, or `https://...`.",
    )
    proxy_resolves: bool = Field(
        default=False, description="Whether only the proxy resolves host names. Their addresses are then not checked by newsdesk."
    )
    connect_timeout_seconds: float = Field(10.0, gt=0, description="Maximum time to open a connection.")
    read_timeout_seconds: float = Field(20.0, gt=0, description="Maximum time without data from a server.")
    total_timeout_seconds: float = Field(60.0, gt=0, description="Maximum time of a request.")
    maximum_bytes: int = Field(10_000_000, gt=0, description="Maximum size of a page or feed, after decompression, in bytes.")
    maximum_redirects: int = Field(5, ge=0, description="Maximum number of redirects.")
    minimum_gap_seconds: float = Field(1.0, ge=0, description="Minimum pause between two requests to a host.")
    pages_per_host: int = Field(
        50, ge=1, description="Maximum number of pages that a run of newsdesk_fetch fetches from a host; the others wait for the next run."
    )
    concurrency: int = Field(64, ge=1, le=1000, description="Number of hosts of a shard that are fetched concurrently.")
    revisit_hours: tuple[float, ...] = Field(
        (1, 6, 24, 72),
        description="Intervals in hours after which a page is fetched again to find edits, separated by commas; empty for never.",
    )
    public_url: _WebAddress = Field(
        "",
        examples=["https://news.example.org/newsdesk"],
        description="Public URL of the search page for WebSub hubs, `https://news.example.org/newsdesk`. If set, newsdesk "
        "subscribes to the hubs of feeds, which then announce changes.",
    )
    return_cookies: bool = Field(
        default=True,
        description="Whether a cookie of a site is sent back to it during the same fetch of a page. Cookies are not stored.",
    )
    parse_deadline_seconds: float = Field(
        20.0, gt=0, description="Maximum time to parse a feed or sitemap, after which the process is ended."
    )
    parse_memory_bytes: int = Field(
        1_500_000_000, gt=0, description="Maximum address space of the child process that parses feeds and sitemaps."
    )
    run_seconds: float = Field(240.0, gt=0, description="Time after which a run starts no further page; the others wait for the next run.")
    page_attempts: int = Field(
        6, ge=1, description="Number of attempts to fetch a page that does not respond, before it fails permanently."
    )

    @field_validator("proxy")
    @classmethod
    def _check_proxy(cls, given: SecretStr | None) -> SecretStr | None:
        if given is None or not given.get_secret_value():
            return None
        try:
            parts = urlsplit(given.get_secret_value())
            is_proxy = parts.scheme in ("http", "https") and bool(parts.hostname) and bool(parts.port)
        except ValueError:
            is_proxy = False
        if not is_proxy:
            # Without the value, which contains a password.
            raise ValueError("it is not like http://user:password@host:port")
        return given


class CleanSettings(_Group):
    """Turning pages into text."""

    model_config = _config("clean")
    page_deadline_seconds: float = Field(20.0, gt=0, description="Maximum time to process a page, after which the process is ended.")
    maximum_bytes: int = Field(10_000_000, gt=0, description="Maximum size of a page that is parsed.")
    processes: int = Field(1, ge=1, description="Child processes that parse pages, for each enrich task.")
    maximum_memory_bytes: int = Field(2_000_000_000, gt=0, description="Maximum address space of a child process that parses pages.")


class NlpSettings(_Group):
    """Language analysis, shared by check and tag."""

    model_config = _config("nlp")
    maximum_characters: int = Field(500_000, gt=0, description="Maximum length of a text that is analysed, in characters.")
    window_characters: int = Field(20_000, ge=1_000, description="A longer text is analysed in windows of this many characters.")
    deadline_seconds: float = Field(
        120.0, gt=0, description="Maximum CPU seconds of the analysis of a text, and also of its check and tagging together."
    )
    new_words_kept: int = Field(
        20_000, ge=1, description="Number of new words after which a model is reloaded, which takes a second and keeps memory constant."
    )
    batch_texts: int = Field(16, ge=1, description="Number of texts that are analysed together.")
    vectors: bool = Field(
        default=True,
        description="Whether articles get a vector of their meaning, for searches by meaning, events and related articles. "
        "The model takes 150 MB of memory in each enrich task.",
    )


class CheckSettings(_Group):
    """The translation check."""

    model_config = _config("check")
    suspect_score: float = Field(5.0, gt=0, description="Points from which a text is suspect.")
    garbled_score: float = Field(10.0, gt=0, description="Points from which a text is garbled.")
    language_model: Literal["none", "smollm2"] = Field(
        "none",
        description="Language model for English texts whose findings are not sufficient for a verdict: `smollm2` (must be installed), or `none`.",
    )


class TagSettings(_Group):
    """Entities."""

    model_config = _config("tag")
    aliases: Path | None = Field(
        None, description="Table of your own aliases, which take precedence over the package's. Default: `aliases.tsv` in the home."
    )
    minimum_confidence: float = Field(0.6, ge=0, le=1, description="Minimum confidence for linking a place; others have no coordinates.")


class IndexSettings(_Group):
    """Writing to Elasticsearch."""

    model_config = _config("index")
    prefix: str = Field(
        "",
        pattern=r"^[a-z0-9-]*$",
        description="Prefix of the names of all indices and aliases, so that several newsdesks can share a cluster.",
    )
    bulk_documents: int = Field(500, ge=1, le=2000, description="Documents in one bulk request.")
    bulk_bytes: int = Field(10_000_000, ge=100_000, description="Bytes in one bulk request.")
    shards: int = Field(1, ge=1, description="Primary shards of a new index.")
    replicas: int = Field(0, ge=0, description="Replicas of a new index; 1 or more on a cluster.")
    group_duplicates: bool = Field(default=True, description="Whether near-duplicates are found and grouped into stories.")


class SearchSettings(_Group):
    """Queries."""

    model_config = _config("search")
    maximum_hits: int = Field(100, ge=1, le=10_000, description="Maximum number of hits on a page.")
    csv_raw: bool = Field(
        default=False,
        description="Whether cells of CSV exports are unchanged. By default an apostrophe prevents spreadsheets from reading them as formulas.",
    )


class WebSettings(_Group):
    """The web application."""

    model_config = _config("web")
    time_zone: str = Field("UTC", description="Default time zone of users: a name of the tz database, `Europe/Madrid`.")

    images: bool = Field(
        default=False,
        description="Whether pages show pictures of articles. They are fetched and cached by newsdesk instead of the browser, so "
        "that publishers do not see who reads an article.",
    )
    image_bytes: int = Field(5_000_000, gt=0, description="Maximum size of a picture, in bytes.")
    image_cache_bytes: int = Field(500_000_000, gt=0, description="Maximum bytes of cached pictures.")
    user_header: str = Field(
        "", description="Header in which a reverse proxy sends the user's name, such as `X-Forwarded-User`; required for `newsdesk web`."
    )
    trusted_proxies: tuple[str, ...] = Field(
        (), description="Addresses or networks of that reverse proxy, separated by commas: `newsdesk web` refuses all others."
    )
    operators: tuple[str, ...] = Field(
        (), description="Users of `newsdesk web` who may start work: fetch, retry, backfill. All others read; separated by commas."
    )
    administrators: tuple[str, ...] = Field(
        (), description="Users of `newsdesk web` who may also change what is fetched and kept, separated by commas."
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if region_named(name) is None:
            raise ValueError("it is not a name of the tz database, such as Europe/Madrid")
        return name


class KibanaSettings(_Group):
    """The Kibana in which dashboards are installed."""

    model_config = _config("kibana")
    url: _WebAddress = Field(
        "http://localhost:5601", description="URL of Kibana, including the space if there is one (`https://kibana/s/news`)."
    )
    username: str = Field("elastic", description="User that may write dashboards, data views, tags and saved objects.")
    password: SecretStr | None = Field(None, description="That user's password.")
    ca_certs: Path | None = Field(None, description="Certificate of the authority that signed Kibana's certificate.")
    timeout_seconds: float = Field(60.0, gt=0, description="Maximum time of a request.")
    page_url: _WebAddress = Field(
        "http://localhost:8080", description="Public URL of Airflow's web server, for links from dashboards to the search page."
    )


class EnrichSettings(_Group):
    """The enrich DAG."""

    model_config = _config("enrich")
    chunk_size: int = Field(100, ge=1, description="Number of captures in a mapped task; several workers can process a partition.")
    every_active_runs: int = Field(2, ge=1, description="Number of partitions that are enriched, and indexed, in parallel.")
    maximum_tasks: int = Field(
        4, ge=1, description="Maximum number of chunks that all workers enrich at the same time; each needs about 1 GB of memory."
    )


class RetentionSettings(_Group):
    """Maximum age in days and size in bytes of stored data; 0 keeps everything. The oldest data is removed first."""

    model_config = _config("retention")
    raw_days: int = Field(
        0,
        ge=0,
        description="Captures. Removed captures cannot be restored. A capture is kept while the index has a document made from it.",
    )
    articles_days: int = Field(0, ge=0, description="Articles and outcomes in files, which can be made again from the captures.")
    index_days: int = Field(0, ge=0, description="Documents, by whole months of the first capture.")
    dead_letters_days: int = Field(0, ge=0, description="Dead letters, since their last failure.")
    raw_bytes: int = Field(0, ge=0, description="Maximum bytes of captures, with the same exception.")
    articles_bytes: int = Field(0, ge=0, description="Maximum bytes of articles in files.")
    index_bytes: int = Field(0, ge=0, description="Maximum bytes of documents, with replicas; the newest month is always kept.")
    dead_letters_count: int = Field(0, ge=0, description="Maximum number of dead letters.")
    runs_days: int = Field(90, ge=0, description="Counters of runs for the dashboard of the pipeline.")
    audit_days: int = Field(365, ge=0, description="Entries of the audit log of the web application.")
    audit_count: int = Field(100_000, ge=0, description="Maximum number of entries of the audit log.")
    topics_days: int = Field(90, ge=0, description="Articles in the lists of topics, since they were found. Stars and notes are kept.")
    airflow_rows_days: int = Field(
        30, ge=0, description="Rows of Airflow: runs, tasks, XComs, asset events, audit log. The latest run of each DAG is kept."
    )
    airflow_logs_days: int = Field(30, ge=0, description="Log files of Airflow, since their last change.")


class AlertSettings(_Group):
    """Alerts about problems of sources and of newsdesk, and their notifications. They are always logged."""

    model_config = _config("alerts")
    window_hours: int = Field(24, ge=1, description="Number of hours that are checked for errors, missing and short texts.")
    learning_days: int = Field(14, ge=8, description="Number of preceding days with which they are compared.")
    minimum_pages: int = Field(5, ge=1, description="Minimum number of pages or articles of a source in the window for alerts about them.")
    error_rate: float = Field(0.5, gt=0, le=1, description="Minimum share of failed or empty pages for an alert.")
    silence_factor: float = Field(
        1.5, ge=1, description="A source is silent if it had no new page for this multiple of its longest earlier pause."
    )
    webhook_url: _SecretAddress | None = Field(
        None, examples=["https://chat.example.org/hook"], description="URL to which alerts are posted as JSON; `text` is for chat services."
    )
    mail_to: tuple[str, ...] = Field((), description="Mail addresses to which alerts are sent, separated by commas.")
    smtp_connection: str = Field("smtp_default", description="Airflow's SMTP connection for sending mail.")
    notifiers: dict[str, dict[str, Any]] = Field(
        {}, description="Airflow notifiers to call, as JSON: class names with their arguments, in which `{{ alert_text }}` is replaced."
    )


class TopicSettings(_Group):
    """Messages to subscribers of topics. Mail is sent like alerts, through `NEWSDESK_ALERTS_SMTP_CONNECTION`."""

    model_config = _config("topics")
    page_url: _WebAddress = Field(
        "",
        examples=["https://news.example.org/newsdesk"],
        description="Public URL of the search page, for links in messages and feeds: `https://news.example.org/newsdesk`.",
    )
    allowed_hosts: tuple[str, ...] = Field(
        (), description="Hosts of webhooks (`name`, `name:port` or `*.name`) that may have private addresses, separated by commas."
    )
    mail_domains: tuple[str, ...] = Field(
        (), description="Allowed domains of mail addresses, in lower case, separated by commas. Default: all."
    )


class AirflowSettings(_Group):
    """The connection to Airflow's REST API. If nothing is set, the Airflow of `make run` is used."""

    model_config = _config("airflow")
    url: _WebAddress | None = Field(None, examples=["http://localhost:8080"], description="URL of Airflow's web server.")
    username: str = Field("admin", description="User that starts and follows runs.")
    password: SecretStr | None = Field(None, description="That user's password.")


class LocalSettings(_Group):
    """Services that `make run` starts on this machine."""

    model_config = _config("local")
    elasticsearch_port: int = Field(9200, ge=1, le=65535, description="Port of the embedded Elasticsearch.")
    elasticsearch_heap: str = Field("512m", pattern=r"^\d+[mg]$", description="Heap of the embedded Elasticsearch.")
    elasticsearch_minimum_free_bytes: int = Field(
        1_000_000_000, ge=0, description="Minimum free bytes on the disk for starting the embedded Elasticsearch."
    )
    airflow_port: int = Field(8080, ge=1, le=65535, description="Port of Airflow's web server.")
    airflow_parallelism: int = Field(4, ge=1, description="Number of tasks that Airflow runs in parallel.")
    seed_site_port: int = Field(8765, ge=1, le=65535, description="Port of the seed site.")
    feeds_file: Path | None = Field(None, description="OPML file of the initial feeds. Default: `seeds/feeds.opml` of the checkout.")
    es_java_home: Path | None = Field(
        None,
        validation_alias=AliasChoices("NEWSDESK_LOCAL_ES_JAVA_HOME", "ES_JAVA_HOME"),
        description="Home of Java 21 or newer for Elasticsearch; `ES_JAVA_HOME` is also read.",
    )
    java_home: Path | None = Field(
        None,
        validation_alias=AliasChoices("NEWSDESK_LOCAL_JAVA_HOME", "JAVA_HOME"),
        description="Home of the Java that is tried next; `JAVA_HOME` is also read.",
    )


@dataclass(frozen=True, slots=True)
class Settings:
    home: HomeSettings
    elasticsearch: ElasticsearchSettings
    fetch: FetchSettings
    clean: CleanSettings
    nlp: NlpSettings
    check: CheckSettings
    tag: TagSettings
    enrich: EnrichSettings
    index: IndexSettings
    search: SearchSettings
    retention: RetentionSettings
    alerts: AlertSettings
    topics: TopicSettings
    airflow: AirflowSettings
    local: LocalSettings
    kibana: KibanaSettings
    web: WebSettings

    @property
    def data_url(self) -> str:
        return self.home.data_url or str(self.home.home / "data")

    @property
    def database_url(self) -> str:
        return self.home.database_url or f"sqlite:///{self.home.home / 'state.db'}"


def load() -> Settings:
    """Return the settings of this process.

    Raises SetupError, which names the variable with an invalid value.
    """
    _warn_of_unknown(os.environ)
    try:
        home, local = HomeSettings(), LocalSettings()
        _require_folder(home.home)
        return Settings(
            home=home,
            elasticsearch=_elasticsearch(home),
            fetch=FetchSettings(),
            clean=CleanSettings(),
            nlp=NlpSettings(),
            check=CheckSettings(),
            tag=_tag(home),
            enrich=EnrichSettings(),
            index=IndexSettings(),
            search=SearchSettings(),
            retention=RetentionSettings(),
            alerts=AlertSettings(),
            topics=TopicSettings(),
            airflow=_airflow(home, local),
            local=local,
            kibana=KibanaSettings(),
            web=WebSettings(),
        )
    except ValidationError as error:
        raise _refusal(error) from error


def variables() -> dict[str, FieldInfo]:
    """Return every variable that is read, including alternative names, and its field."""
    return {name: field for group in _groups() for key, field in group.model_fields.items() for name in _names(group, key)}


def _groups() -> list[type[BaseSettings]]:
    return [get_type_hints(Settings)[group.name] for group in fields(Settings)]


def _names(group: type[BaseSettings], key: str) -> list[str]:
    alias = group.model_fields[key].validation_alias
    if isinstance(alias, AliasChoices):
        return [str(name) for name in alias.choices]
    return [f"{group.model_config['env_prefix']}{key}".upper()]


def unknown_variables(names: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """Yield unknown names with newsdesk's prefix, each with the most similar variable, or None."""
    known = list(variables())
    for name in sorted(names):
        if name.upper().startswith(PREFIX) and name.upper() not in known and name not in NOT_SETTINGS:
            yield name, next(iter(difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.75)), None)


_warned: set[str] = set()


def _warn_of_unknown(names: Iterable[str]) -> None:
    for name, nearest in unknown_variables(names):
        if name not in _warned:
            _warned.add(name)
            log.warning("%s is not a setting%s", name, f": did you mean {nearest}?" if nearest else "; docs/settings.md lists them")


def _refusal(error: ValidationError) -> SetupError:
    """Return an error of one line for the first invalid value: its variable, what is expected, and an example."""
    problem = error.errors()[0]
    group = next(group for group in _groups() if group.__name__ == error.title)
    key = str(problem["loc"][0])
    # A field with an alternative name is reported under the name that was read.
    field_name = next((name for name in group.model_fields if key == name or key in _names(group, name)), key)
    field = group.model_fields[field_name]
    name = next((name for name in _names(group, field_name) if os.environ.get(name)), _names(group, field_name)[0])
    message = problem["msg"].removeprefix("Value error, ")
    value = os.environ.get(name, "")
    # A URL may contain a password.
    given = "" if "SecretStr" in str(field.annotation) or "@" in value else f"={value}"
    return SetupError(f"{name}{given} cannot be used: {message}", f"For example {name}={_example(field)} (docs/settings.md)")


def _example(field: FieldInfo) -> str:
    """Return a valid value: the field's example, its default, or a value of its kind."""
    if field.examples:
        return str(field.examples[0])
    if get_origin(field.annotation) is dict:
        return """'{"package.module.Notifier": {"text": "{{ alert_text }}"}}'"""
    if get_origin(field.annotation) is tuple:
        return ",".join(map(str, field.default)) or "one,two"
    if field.default not in (None, "", PydanticUndefined):
        return str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
    if "SecretStr" in str(field.annotation):
        return "http://user:password@proxy.example:3128"
    if get_origin(field.annotation) is Literal:
        return str(next(choice for choice in get_args(field.annotation) if choice))
    return "/srv/newsdesk" if "Path" in str(field.annotation) else "text"


def _require_folder(home: Path) -> None:
    """Raise SetupError if the home, or one of its parents, is a file."""
    nearest = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    if not nearest.is_dir():
        raise SetupError(f"NEWSDESK_HOME={home} cannot be used: {nearest} is a file", "For example NEWSDESK_HOME=/srv/newsdesk")


def _read_login(file: Path) -> dict[str, str]:
    """Return a login that a server of `make run` wrote. Raises SetupError if the file is incomplete."""
    try:
        login = json.loads(file.read_text())
    except ValueError as error:
        raise SetupError(
            f"{file} is not a login: it is damaged or was written by half", "Remove it; `newsdesk run` makes it again"
        ) from error
    except OSError as error:
        raise SetupError(
            f"{file} cannot be read: {error.strerror}", "Run as the user that ran `newsdesk run`, or set NEWSDESK_HOME"
        ) from error
    if not isinstance(login, dict) or not all(isinstance(value, str) for value in login.values()):
        raise SetupError(f"{file} is not a login", "Remove it; `newsdesk run` makes it again")
    return login


def embedded_elasticsearch_file(home: Path) -> Path:
    """Return the file with URL and login of the embedded server: JSON with url, username, password; mode 0600."""
    return home / "elasticsearch.json"


def local_airflow_file(home: Path) -> Path:
    """Return the file with the login of the Airflow on this machine: JSON, user to password; mode 0600."""
    return home / "airflow-login.json"


def _airflow(home: HomeSettings, local: LocalSettings) -> AirflowSettings:
    given = AirflowSettings()
    login = local_airflow_file(home.home)
    if given.url is not None or not login.is_file():
        return given
    password = _read_login(login).get(given.username)
    if password is None:
        raise SetupError(
            f"{login} knows no user {given.username}", "Set NEWSDESK_AIRFLOW_PASSWORD too, or leave NEWSDESK_AIRFLOW_USERNAME out"
        )
    return given.model_copy(update={"url": f"http://127.0.0.1:{local.airflow_port}", "password": SecretStr(password)})


def given_home() -> Path | None:
    """Return the home that is set in the environment; None for the default one."""
    return Path(os.environ[f"{PREFIX}HOME"]).absolute() if os.environ.get(f"{PREFIX}HOME") else None


def is_elasticsearch_given() -> bool:
    """Return whether the environment has the URL of an Elasticsearch, so that the embedded one is not needed."""
    return ElasticsearchSettings().url is not None


def _elasticsearch(home: HomeSettings) -> ElasticsearchSettings:
    given = ElasticsearchSettings()
    login = embedded_elasticsearch_file(home.home)
    if given.url is not None or not login.is_file():
        return given
    found = _read_login(login)
    if not found.keys() >= {"url", "username", "password"} or not _is_web_address(found["url"]):
        raise SetupError(f"{login} is not a login", "Remove it; `newsdesk run` makes it again")
    return given.model_copy(update={**found, "password": SecretStr(found["password"])})


def _tag(home: HomeSettings) -> TagSettings:
    given = TagSettings()
    return given if given.aliases else given.model_copy(update={"aliases": home.home / "aliases.tsv"})
