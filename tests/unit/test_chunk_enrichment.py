import dataclasses

import pytest

from captures import page, write_captures
from newsdesk.chunk_enrichment import enrich_chunk
from newsdesk.chunks import plan_chunks, remove_unplanned
from newsdesk.clean.repeated import Ending
from newsdesk.enrichment import PIPELINE_VERSION, WINDOW, enrich, enrich_captures
from newsdesk.errors import Reason, Stage, Status
from newsdesk.records import Capture, CaptureRef, EntitiesStatus
from newsdesk.scope import Only, Scope
from newsdesk.settings import load
from newsdesk.store.archive import Archive
from newsdesk.store.articles import list_article_files, read_articles
from newsdesk.store.manifests import read_manifests
from newsdesk.store.outcomes import read_outcomes, write_outcomes
from newsdesk.tag.stage import tag
from newsdesk.urls import article_id
from newsdesk.vectors import MODEL, unpack
from samples import NOW, cleaned

PARTITION = "2026-11-24T1205"
FERRY = page(
    "Ferry returns to the harbour",
    "The first passengers crossed the river by ferry on Saturday morning, eleven years after the last boat was withdrawn.",
    "“My mother took this boat to work,” said Ines Calloway, who was at the rail when the boat left the north bank at seven.",
    "The new boat was built in Rotterdam and carries sixty passengers; a single crossing costs one euro, and children travel free.",
)
FAEHRE = page(
    "Die Fähre kehrt zurück",
    "Die ersten Fahrgäste überquerten den Fluss am Samstagmorgen mit der Fähre, elf Jahre nachdem das letzte Boot verschwunden war.",
    "Das neue Boot wurde in Rotterdam gebaut und trägt sechzig Fahrgäste; die einfache Fahrt kostet einen Euro, Kinder fahren frei.",
)
POISON = b"%PDF-1.7 this is no page"


@pytest.fixture(scope="module")
def settings():
    return load()


@pytest.fixture
def archive(tmp_path):
    return Archive(str(tmp_path))


def enrich_all(archive, tools, settings, *, size=200):
    return [
        enrich_chunk(chunk, archive=archive, tools=tools, settings=settings, now=NOW)
        for chunk in plan_chunks(archive, PARTITION, size=size)
    ]


def articles_of(archive):
    return [article for path in list_article_files(archive, PARTITION) for article in read_articles(archive, path)]


def test_a_capture_becomes_a_cleaned_checked_and_tagged_article(archive, tools, settings):
    (ref,) = write_captures(archive, PARTITION, [("https://example.org/ferry", FERRY)])
    (report,) = enrich_all(archive, tools, settings)
    (article,) = articles_of(archive)
    assert article.cleaned.title == "Ferry returns to the harbour"
    assert article.checked.verdict == "no_defect_found"
    assert "Ines Calloway" in {entity.name for entity in article.tagged.entities}
    assert (article.capture, article.partition, article.source) == (ref, PARTITION, "example")
    assert article.id == article_id("https://example.org/ferry")
    assert [(o.status, o.id, o.source) for o in report.outcomes] == [(Status.ENRICHED, article.id, "example")]


def test_an_article_has_a_vector_that_is_near_its_translations(archive, tools, settings):
    write_captures(archive, PARTITION, [("https://example.org/ferry", FERRY), ("https://example.org/faehre", FAEHRE)])
    enrich_all(archive, tools, settings)
    english, german = (unpack(article.embedding.values) for article in articles_of(archive))
    assert english @ german > 0.6
    assert {article.embedding.model for article in articles_of(archive)} == {MODEL}


def test_an_article_has_no_vector_where_they_are_off_or_the_model_lacks_its_language(settings, tools):
    def embedding(language, nlp):
        about = dataclasses.replace(settings, nlp=nlp)
        return enrich(
            Capture(ref=CaptureRef("-", 0), url="https://example.org/ferry", fetched_at=NOW),
            cleaned(language=language),
            partition="",
            tools=tools,
            settings=about,
        ).embedding

    assert embedding("en", settings.nlp) is not None
    assert embedding("uk", settings.nlp) is None
    assert embedding("en", settings.nlp.model_copy(update={"vectors": False})) is None


def test_a_capture_that_is_not_html_is_a_dead_letter_and_the_others_continue(archive, tools, settings):
    refs = write_captures(archive, PARTITION, [("https://example.org/poison", POISON), ("https://example.org/ferry", FERRY)])
    (report,) = enrich_all(archive, tools, settings)
    assert [outcome.status for outcome in report.outcomes] == [Status.DEAD, Status.ENRICHED]
    (letter,) = report.dead_letters
    assert (letter.stage, letter.capture, letter.url) == (Stage.ENRICH, refs[0], "https://example.org/poison")
    assert letter.reason in {Reason.NOT_HTML, Reason.UNREADABLE}
    assert report.passed == (refs[1],)
    assert len(articles_of(archive)) == 1


def test_an_exception_in_a_stage_is_a_dead_letter_of_that_capture_only(archive, tools, settings):
    class Broken:
        def __init__(self, analyser):
            self.analyser = analyser

        def analyse(self, text, language):
            if "poison" in text:
                raise KeyError("the bug")
            return self.analyser.analyse(text, language)

        def analyse_many(self, texts, language):
            return (self.analyse(text, language) for text in texts)

    poisoned = FERRY.replace(b"sixty passengers", b"sixty poison passengers")
    write_captures(archive, PARTITION, [("https://example.org/a", poisoned), ("https://example.org/b", FERRY)])
    (report,) = enrich_all(archive, dataclasses.replace(tools, analyser=Broken(tools.analyser)), settings)
    assert [(letter.reason, letter.url) for letter in report.dead_letters] == [(Reason.BUG, "https://example.org/a")]
    assert [outcome.status for outcome in report.outcomes] == [Status.DEAD, Status.ENRICHED]


def test_articles_of_several_languages_keep_the_order_of_their_captures(archive, tools, settings):
    number = WINDOW + 6
    pages = [(f"https://example.org/{n}", FAEHRE if n % 3 == 1 else POISON if n % 7 == 2 else FERRY) for n in range(number)]
    refs = write_captures(archive, PARTITION, pages)
    (report,) = enrich_all(archive, tools, settings)
    assert [outcome.url for outcome in report.outcomes] == [url for url, _ in pages]
    assert [outcome.status is Status.DEAD for outcome in report.outcomes] == [body is POISON for _, body in pages]
    sound = [(ref, "de" if body is FAEHRE else "en") for ref, (_, body) in zip(refs, pages, strict=True) if body is not POISON]
    assert [(article.capture, article.cleaned.language) for article in articles_of(archive)] == sound
    assert {article.tagged.status for article in articles_of(archive) if article.cleaned.language == "en"} == {EntitiesStatus.TAGGED}


def test_an_article_is_the_same_analysed_in_a_batch_or_alone(archive, tools, settings):
    write_captures(archive, PARTITION, [(f"https://example.org/{n}", FERRY) for n in range(3)])
    enrich_all(archive, tools, settings)
    for article in articles_of(archive):
        doc = tools.analyser.analyse(article.cleaned.text, "en")
        assert article.tagged.entities == tag(article.cleaned, doc, tools.gazetteer, settings.tag).entities


def test_the_number_of_captures_in_progress_is_limited(archive, tools, settings):
    write_captures(archive, PARTITION, [(f"https://example.org/{n}", POISON) for n in range(3 * WINDOW)])
    taken = []

    def counted():
        for entry in read_manifests(archive, PARTITION):
            taken.append(entry)
            yield entry

    made = enrich_captures(counted(), archive=archive, partition=PARTITION, tools=tools, settings=settings)
    next(made)
    made.close()
    assert len(taken) < 2 * WINDOW


def test_repeated_last_lines_of_a_source_are_moved_from_the_text_to_dropped(archive, tools, settings):
    tail = "The new boat was built in Rotterdam and carries sixty passengers; a single crossing costs one euro, and children travel free."
    endings = [Ending(str(n), "", (tail,)) for n in range(3)]
    write_captures(archive, PARTITION, [("https://example.org/ferry", FERRY)])
    (chunk,) = plan_chunks(archive, PARTITION, size=200)
    asked = []

    def recall(source):
        asked.append(source)
        return endings

    enrich_chunk(chunk, archive=archive, tools=tools, settings=settings, now=NOW, recall=recall)
    (article,) = articles_of(archive)
    assert asked == ["example"]
    assert article.cleaned.dropped == (tail,)
    assert article.cleaned.text.endswith("left the north bank at seven.")
    assert all(mention.end <= len(article.cleaned.text) for entity in article.tagged.entities for mention in entity.mentions)


def test_a_damaged_record_is_a_dead_letter_and_the_next_records_are_read(archive, tools, settings, tmp_path):
    refs = write_captures(archive, PARTITION, [(f"https://example.org/{n}", FERRY) for n in range(3)])
    file = tmp_path / refs[1].path
    torn = bytearray(file.read_bytes())
    torn[refs[1].offset : refs[1].offset + 40] = bytes(40)
    file.write_bytes(torn)
    (report,) = enrich_all(archive, tools, settings)
    assert [outcome.status for outcome in report.outcomes] == [Status.ENRICHED, Status.DEAD, Status.ENRICHED]
    (letter,) = report.dead_letters
    assert (letter.reason, letter.capture, letter.source) == (Reason.UNREADABLE, refs[1], "example")
    assert letter.url == "https://example.org/1"


def test_a_chunk_opens_its_warc_file_once(archive, tools, settings):
    write_captures(archive, PARTITION, [(f"https://example.org/{n}", FERRY) for n in range(3)])
    opened = []

    class Watched(Archive):
        def open_for_reading(self, path):
            opened.append(path)
            return super().open_for_reading(path)

    enrich_all(Watched(str(archive.root)), tools, settings)
    assert len([path for path in opened if path.endswith(".warc.gz")]) == 1


def test_enriching_a_chunk_again_writes_the_same_bytes(archive, tools, settings, tmp_path):
    write_captures(archive, PARTITION, [("https://example.org/ferry", FERRY)])
    enrich_all(archive, tools, settings)
    (path,) = list_article_files(archive, PARTITION)
    first = (tmp_path / path).read_bytes()
    enrich_all(archive, tools, settings)
    assert list_article_files(archive, PARTITION) == [path]
    assert (tmp_path / path).read_bytes() == first


def keep(archive, report, chunk):
    write_outcomes(archive, PARTITION, Stage.ENRICH, chunk.name, report.outcomes)


def replay(archive, tools, settings, **scope):
    """Enrich the partition's only chunk again in this scope; returns the captures that were enriched again."""
    made = []

    class Watched:
        def clean_all(self, pages):
            for captured, result in tools.cleaning.clean_all(pages):
                made.append(captured.capture.url)
                yield captured, result

    (chunk,) = plan_chunks(archive, PARTITION, size=200)
    report = enrich_chunk(
        chunk,
        archive=archive,
        tools=dataclasses.replace(tools, cleaning=Watched()),
        settings=settings,
        now=NOW,
        scope=Scope(**scope),
    )
    keep(archive, report, chunk)
    return made, report


@pytest.fixture
def enriched(archive, tools, settings):
    """A partition that was enriched once, with a valid capture and one that is not HTML."""
    write_captures(archive, PARTITION, [("https://example.org/ferry", FERRY), ("https://example.org/poison", POISON)])
    replay(archive, tools, settings)
    return archive


def test_a_replay_of_failed_captures_keeps_the_other_articles(enriched, tools, settings):
    before = articles_of(enriched)
    made, report = replay(enriched, tools, settings, only=Only.FAILED)
    assert made == ["https://example.org/poison"]
    assert [outcome.status for outcome in report.outcomes] == [Status.ENRICHED, Status.DEAD]
    assert articles_of(enriched) == before


def test_a_replay_of_older_articles_enriches_those_of_another_version_only(enriched, tools, settings):
    (chunk,) = plan_chunks(enriched, PARTITION, size=200)
    assert replay(enriched, tools, settings, only=Only.OLDER)[0] == []
    outcomes = read_outcomes(enriched, PARTITION, Stage.ENRICH)
    older = [dataclasses.replace(outcome, pipeline_version="0.0.0") for outcome in outcomes]
    write_outcomes(enriched, PARTITION, Stage.ENRICH, chunk.name, older)
    assert replay(enriched, tools, settings, only=Only.OLDER)[0] == ["https://example.org/ferry"]
    assert [article.pipeline_version for article in articles_of(enriched)] == [PIPELINE_VERSION]


def test_a_replay_of_missing_articles_restores_them(enriched, tools, settings):
    (path,) = list_article_files(enriched, PARTITION)
    enriched.remove(path)
    assert replay(enriched, tools, settings, only=Only.MISSING)[0] == ["https://example.org/ferry"]
    assert len(articles_of(enriched)) == 1


@pytest.mark.parametrize(
    ("scope", "made"),
    [
        ({"source": "example"}, 2),
        ({"source": "another"}, 0),
        ({"language": "en"}, 1),
        ({"language": "es"}, 0),
    ],
    ids=str,
)
def test_a_replay_can_be_filtered_by_source_or_language(enriched, tools, settings, scope, made):
    before = articles_of(enriched)
    assert len(replay(enriched, tools, settings, **scope)[0]) == made
    assert articles_of(enriched) == before


def test_a_new_capture_is_enriched_in_every_scope(archive, tools, settings):
    write_captures(archive, PARTITION, [("https://example.org/ferry", FERRY)])
    assert replay(archive, tools, settings, only=Only.FAILED)[0] == ["https://example.org/ferry"]


def test_articles_of_unplanned_chunks_are_removed(archive, tools, settings):
    write_captures(archive, PARTITION, [(f"https://example.org/{n}", FERRY) for n in range(3)])
    for size in (1, 2):
        chunks = plan_chunks(archive, PARTITION, size=size)
        for chunk in chunks:
            keep(archive, enrich_chunk(chunk, archive=archive, tools=tools, settings=settings, now=NOW), chunk)
        remove_unplanned(archive, PARTITION, chunks)
    assert len(list_article_files(archive, PARTITION)) == 2
    assert sorted(article.url for article in articles_of(archive)) == [f"https://example.org/{n}" for n in range(3)]
    assert len(list(read_outcomes(archive, PARTITION, Stage.ENRICH))) == 3
