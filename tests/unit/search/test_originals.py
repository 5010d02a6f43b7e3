"""The candidates for an article's original, and their coverage of the article."""

import datetime as dt

from newsdesk.search.originals import LEAST_COVERED, Story, _candidates, _coverage, compare_stories

ENGLISH = Story(
    id="1",
    url="",
    source="",
    title="",
    language="en",
    text="The council of Lorca spent 1,520,000 euros on Tuesday, said Inés Robledo. The company Ferrovial builds until October.",
    dated_at=dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC),
    story_id="1",
)
SAME = "El concejo de Lorca gastó 1.250.000 euros el martes, dijo Inés Robledo. La empresa Ferrovial construye hasta octubre."


def spanish(text: str, language: str = "es") -> Story:
    return Story(id="2", url="", source="", title="", language=language, text=text, dated_at=ENGLISH.dated_at, story_id="2")


def test_the_same_event_covers_the_article_and_another_of_the_same_people_does_not() -> None:
    other = spanish("La alcaldesa Inés Robledo recibió el jueves en Lorca a los bomberos. Llovió mucho en Mazarrón.")
    assert _coverage(ENGLISH, other) < LEAST_COVERED < _coverage(ENGLISH, spanish(SAME))


def test_candidates_are_in_other_languages_of_the_days_around_and_no_translations_themselves() -> None:
    asked = _candidates(ENGLISH)["bool"]
    languages, around = asked["filter"]
    assert "en" not in languages["terms"]["language"]
    assert around["range"]["dated_at"] == {"gte": "2026-11-21T12:00:00+00:00", "lte": "2026-11-25T12:00:00+00:00"}
    assert {"terms": {"translation.is_translation": ("yes", "likely")}} in asked["must_not"]


def test_a_comparison_names_both_contents_and_says_the_same_when_it_is_made_again() -> None:
    record = compare_stories(ENGLISH, spanish(SAME))
    assert record
    assert (record.article_content, record.original_content) == (ENGLISH.content, spanish(SAME).content)
    assert [finding.rule for finding in record.findings] == ["number-differs"]
    assert compare_stories(ENGLISH, spanish(SAME)) == record


def test_an_original_without_vectors_cannot_be_compared() -> None:
    assert compare_stories(ENGLISH, spanish("Obec utratila milion korun.", "cs")) is None
