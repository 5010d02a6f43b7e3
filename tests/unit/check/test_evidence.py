"""Signs that a text is a translation."""

import pytest

from newsdesk.check.stage import check
from newsdesk.nlp import Analyser
from newsdesk.records import Cleaned, IsTranslation, Original
from newsdesk.settings import CheckSettings

PLAIN = "The council closed the harbour on Monday. Work begins in May."


@pytest.mark.parametrize(
    ("text", "fields", "expected", "source"),
    [
        pytest.param(PLAIN, {}, "unknown", None, id="nothing to go by"),
        pytest.param(f"Lisbon (Lusa).- {PLAIN}", {}, "likely", "pt", id="dateline of a foreign agency in its own style"),
        pytest.param(f"LISBON (Reuters) - {PLAIN}", {}, "unknown", None, id="dateline of an English agency"),
        pytest.param(f"{PLAIN}\nTranslated from Spanish by Ana Ruiz", {}, "yes", "es", id="credit"),
        pytest.param(PLAIN, {"authors": ("Traducido por Ana Ruiz",)}, "yes", None, id="credit in the byline"),
        pytest.param(PLAIN, {"credits": ("EFE",)}, "unknown", "es", id="a foreign agency's credit alone is no proof"),
        pytest.param(
            PLAIN,
            {"credits": ("EFE",), "hreflang": {"es": "/es"}, "declared_language": "es", "language_confidence": 0.99},
            "likely",
            "es",
            id="a foreign agency's credit, and a page that calls itself Spanish",
        ),
        pytest.param(
            PLAIN,
            {"language": "no", "declared_language": "nb-NO", "language_confidence": 0.99},
            "unknown",
            None,
            id="two codes of one language",
        ),
        pytest.param(PLAIN, {"credits": ("Reuters", "The Courier")}, "unknown", None, id="credits that are no foreign agency's"),
        pytest.param(
            f"{PLAIN} It cost 2,5 million euros.",
            {"declared_language": "fr-FR", "language_confidence": 0.99},
            "likely",
            "fr",
            id="a page that calls itself French, and a decimal comma",
        ),
        pytest.param(PLAIN, {"hreflang": {"en": "/en", "de": "/de"}}, "unknown", "de", id="another edition alone is no proof"),
    ],
)
def test_what_is_said_of_a_text(check_text, text: str, fields: dict[str, object], expected: str, source: str | None) -> None:
    checked = check_text(text, **fields)
    assert (checked.is_translation, checked.source_language) == (expected, source)


def test_every_answer_but_unknown_names_its_evidence(check_text) -> None:
    checked = check_text(f"Lisbon (Lusa).- {PLAIN}")
    assert [(sign.signal, sign.weight > 0) for sign in checked.evidence] == [("agency-dateline", True), ("dateline-style", True)]


def test_a_text_whose_original_is_given_is_a_translation(check_text) -> None:
    checked = check_text(PLAIN, original=Original("El Ayuntamiento cerró el puerto el lunes. Las obras empiezan en mayo.", "es"))
    assert (checked.is_translation, checked.source_language) == (IsTranslation.YES, "es")


@pytest.mark.parametrize(
    ("feed_language", "signals", "source"),
    [
        pytest.param("es-ES", ["feed-language"], "es", id="a Spanish feed"),
        pytest.param("en_GB", [], None, id="an English one"),
        pytest.param("yes, please", [], None, id="no language"),
    ],
)
def test_a_feed_in_another_language_is_a_sign_but_decides_nothing(
    analyser: Analyser, feed_language: str, signals: list[str], source: str | None
) -> None:
    cleaned = Cleaned(title="", text=PLAIN, language="en", language_confidence=0.99)
    checked = check(cleaned, analyser.analyse(PLAIN, "en"), CheckSettings(), feed_language=feed_language)
    assert ([sign.signal for sign in checked.evidence], checked.source_language) == (signals, source)
    assert checked.is_translation is IsTranslation.UNKNOWN
