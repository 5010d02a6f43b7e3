"""The article with which newsdesk started: a wire story damaged by machine translation."""

from pathlib import Path

from newsdesk.records import Basis, Original, Verdict

ARTICLES = Path(__file__).parents[3] / "seeds/articles"
TORN = (
    "One day later.",
    "Can stop it.”",
    "Defense Ministers were held in Brussels",
    "negotiate ,",
    "With Kiev in both economic and security spheres.",
    "Is.” ,",
    "He commented, “I think",
    "Can.”",
    "Face the challenges before us.”",
)


def seed_text() -> str:
    return "\n".join((ARTICLES / "nato-victory-plan.txt").read_text(encoding="utf-8").strip().split("\n")[1:])


def test_the_seed_article_is_garbled_each_torn_place_is_marked_and_at_most_one_other(check_text) -> None:
    text = seed_text()
    checked = check_text(text)
    places = [(text.index(torn), text.index(torn) + len(torn)) for torn in TORN]
    touched = [[start < finding.end and finding.start < end for start, end in places] for finding in checked.findings]
    assert checked.verdict is Verdict.GARBLED
    assert [torn for torn, hits in zip(TORN, zip(*touched, strict=True), strict=True) if not any(hits)] == []
    assert sum(not any(hits) for hits in touched) <= 1


def test_the_seed_article_is_likely_a_translation_from_spanish(check_text) -> None:
    checked = check_text(seed_text())
    assert (checked.is_translation, checked.source_language) == ("likely", "es")
    assert checked.evidence[0].signal == "agency-dateline"


def test_the_seed_article_covers_its_original_and_agrees_with_it_in_numbers_names_and_dates(check_text) -> None:
    _, *paragraphs = (ARTICLES / "otan-plan-de-la-victoria.txt").read_text(encoding="utf-8").strip().split("\n")
    checked = check_text(seed_text(), original=Original("\n".join(paragraphs), "es"))
    assert checked.basis is Basis.COMPARED
    assert not [finding for finding in checked.findings if finding.source_start is not None]
