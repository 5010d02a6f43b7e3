"""Verdicts and their reasons.

Tests of newsdesk.check.fluency and newsdesk.check.stage.
"""

import pytest

from newsdesk.check.catalogue import list_rules
from newsdesk.check.verdict import POINTS_OF_A_NAT, score, split_score, verdict_of, weights
from newsdesk.records import Finding, Severity, Verdict
from newsdesk.settings import CheckSettings

SOUND = (
    "The harbour of Larvik will be closed for three weeks. The council decided this on Monday after a long debate.\n"
    "“We know that this is hard for the fishermen,” said the mayor, Ingrid Solberg. “But the old pier is not safe. Not any more.”\n"
    "Why was it not repaired earlier? The council had no money. For years, nobody asked.\n"
    "Work begins in May\n"
    "According to the engineers, the new pier will last for 80 years. It costs 12 million crowns, of which the state pays half.\n"
)
TORN = (
    "The harbour of Larvik will be closed for three weeks. After a long debate on money.\n"
    "“We know that this is hard for the fishermen,” said the mayor, Ingrid Solberg. Must wait for it.” The old pier is not safe.\n"
    "The council had no money to repair , and nobody asked. Was.” ,\n"
    "The new pier will last for 80 years. Which the engineers from Bergen had drawn.\n"
)


def test_sound_news_with_speech_questions_and_short_sentences_has_no_finding(check_text) -> None:
    checked = check_text(SOUND)
    assert (checked.verdict, checked.findings, checked.score < 5) == (Verdict.NO_DEFECT_FOUND, (), True)


def test_a_text_torn_apart_is_garbled_and_each_tear_is_marked(check_text) -> None:
    checked = check_text(TORN)
    marked = [TORN[finding.start : finding.end] for finding in checked.findings]
    assert checked.verdict is Verdict.GARBLED
    for torn in ("After a long debate", "Must wait for it.”", "repair ,", "” ,", "Which the engineers"):
        assert any(torn in place or place in torn for place in marked), torn


def test_one_strong_finding_makes_a_text_suspect(check_text) -> None:
    assert check_text(SOUND + "The mayor was tired. Could agree on nothing. She went home.").verdict is Verdict.SUSPECT


@pytest.mark.parametrize(
    "slip",
    [
        pytest.param("“The pier was old, said the mayor.", id="a quotation that is never closed"),
        pytest.param("The pier was old , said the mayor.", id="a blank before a comma"),
        pytest.param("The pier was the the oldest.", id="a doubled word"),
    ],
)
def test_one_slip_of_an_editor_is_no_verdict(check_text, slip: str) -> None:
    checked = check_text(f"{SOUND}{slip}\n{SOUND}")
    assert checked.verdict is Verdict.NO_DEFECT_FOUND
    assert all(finding.severity is Severity.WEAK for finding in checked.findings)


def test_a_text_with_many_words_of_another_language_is_garbled_and_may_be_a_translation(check_text) -> None:
    left = " ".join(f"The {word} was closed by the council on Monday, and nobody asked why." for word in LEFT_STANDING)
    checked = check_text(left)
    assert checked.verdict is Verdict.GARBLED
    assert {finding.rule for finding in checked.findings} == {"unknown-word"}
    assert checked.is_translation == "likely"


LEFT_STANDING = ("matrací", "abwassergebühren", "könyvtár", "zündschnüre", "přístav", "schneeräumung", "épület", "wohnungshaushalte")


def test_words_in_an_order_that_is_not_english_are_suspect_and_the_sentences_are_marked(check_text) -> None:
    text = " ".join(
        [
            "Not surprising so, that the of the town inhabitants are proud of one and it defending.",
            "He that the of project money to the term long added, and this onto very short refinanced had.",
            "It of the picture worked though since up was, because in this manner here him everybody it calls.",
            "To which the it of are committee that has not, of the in they had was for a river under again.",
            "The with it to have that of council some been which, and at the of not mayor by is because.",
            "Of more, the rain accompanied the of it waiting to the during which they for of it took a.",
        ]
    )
    checked = check_text(text)
    assert checked.verdict is not Verdict.NO_DEFECT_FOUND
    assert "broken-wording" in {finding.rule for finding in checked.findings}


def test_the_same_damage_weighs_less_in_a_very_long_text(check_text) -> None:
    damage = "The mayor was tired. Could agree on nothing. She went home.\n"
    assert check_text(SOUND * 30 + damage).score < check_text(SOUND + damage).score


@pytest.mark.parametrize(
    "text", ["", "\n\n", "Fire.", "   ", "“", "…\n…"], ids=["empty", "blank lines", "a word", "blanks", "a mark", "dots"]
)
def test_a_text_without_sentences_has_no_defect(check_text, text: str) -> None:
    assert check_text(text).verdict is Verdict.NO_DEFECT_FOUND


def test_offsets_count_code_points_after_signs_beyond_the_basic_plane(check_text) -> None:
    text = "🎉 𝔏arvik celebrates. The mayor was tired. Could agree on nothing. She went home."
    (finding,) = check_text(text).findings
    assert text[finding.start : finding.end] == "Could agree on nothing."


def test_a_score_can_be_split_into_places_and_measures_again() -> None:
    slip = Finding(start=0, end=3, rule="bare-auxiliary", severity=Severity.STRONG, message="A sentence begins with an auxiliary verb.")
    parts = score([slip], words=450, foreign_for_1000=8.0, wording_spreads=0)
    assert split_score(parts.total, [slip], words=450) == pytest.approx((parts.places, parts.foreign), abs=0.01)
    assert parts.places == pytest.approx(POINTS_OF_A_NAT * weights()["bare-auxiliary"])


def test_a_rule_without_a_weight_shows_its_place_and_counts_nothing() -> None:
    slip = Finding(start=0, end=3, rule="doubled-word", severity=Severity.WEAK, message="A word is repeated.")
    assert "doubled-word" not in weights()
    assert score([slip] * 9, words=200, foreign_for_1000=0, wording_spreads=0).total == 0


def test_many_quotation_marks_without_a_partner_are_one_slip() -> None:
    slips = [
        Finding(start=at, end=at + 2, rule="orphan-quotation-end", severity=Severity.WEAK, message="A quotation is closed here.")
        for at in range(0, 60, 3)
    ]
    assert score(slips, words=450, foreign_for_1000=0, wording_spreads=0).total < 5


def test_one_place_in_a_long_sound_article_is_shown_and_is_no_verdict(check_text) -> None:
    checked = check_text(SOUND * 10 + "The mayor was tired. Could agree on nothing. She went home.")
    rules = {finding.rule for finding in checked.findings} - {"repeated-paragraph"}
    assert (checked.verdict, rules) == (Verdict.NO_DEFECT_FOUND, {"bare-auxiliary"})


def test_a_few_doubtful_places_among_very_many_letters_are_not_a_garbled_text() -> None:
    slips = [
        Finding(start=at, end=at + 9, rule=rule, severity=Severity.STRONG, message="A sentence begins with an auxiliary verb.")
        for at, rule in ((0, "bare-auxiliary"), (500, "bare-auxiliary"), (900, "adrift-phrase"), (1300, "adrift-phrase"))
    ]
    verdicts = [
        verdict_of(score(slips, words=words, foreign_for_1000=0, wording_spreads=0).total, CheckSettings()) for words in (450, 2400)
    ]
    assert verdicts == [Verdict.GARBLED, Verdict.SUSPECT]


def test_every_weight_is_that_of_a_rule() -> None:
    assert set(weights()) <= {rule.id for rule in list_rules()}
