"""Languages and countries by name or code."""

import pytest

from newsdesk.errors import BadRequest
from newsdesk.search.regions import read_country, read_language


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("es", "es"),
        ("ES", "es"),
        ("Spanish", "es"),
        ("español", "es"),
        ("espagnol", "es"),
        ("Deutsch", "de"),
        ("русский", "ru"),
        ("zh", "zh"),
        ("Chinese", "zh"),
        ("pt_BR", "pt-br"),
    ],
)
def test_a_language_has_a_code_and_names(typed: str, code: str) -> None:
    assert read_language(typed) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ua", "UA"),
        ("Ukraine", "UA"),
        ("Ucrania", "UA"),
        ("Украина", "UA"),
        ("the Netherlands", "NL"),
        ("United States", "US"),
        ("USA", "US"),
        ("UK", "GB"),
        ("Deutschland", "DE"),
        ("日本", "JP"),
    ],
)
def test_a_country_has_a_code_and_names(typed: str, code: str) -> None:
    assert read_country(typed) == code


@pytest.mark.parametrize(
    ("read", "typed", "told"),
    [
        (read_country, "Ukrania", r"Ukrania is not a country: did you mean Ukraine \(UA\)\?"),
        (read_country, "Germny", r"did you mean Germany \(DE\)\?"),
        (read_language, "Spansih", r"Spansih is not a language: did you mean Spanish \(es\)\?"),
        (read_language, "qqqqqqqq", "qqqqqqqq is not a language: "),
        (read_country, "xq", "xq is not a country: "),
    ],
)
def test_what_is_none_is_told_with_the_nearest(read, typed: str, told: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadRequest, match=told):
        read(typed)
