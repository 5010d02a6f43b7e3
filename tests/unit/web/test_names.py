"""Names that are shown instead of codes."""

import pytest

from newsdesk.index.duplicates import DuplicateKind
from newsdesk.web.names import KINDS, country_name, language_name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("es", "Spanish"),
        ("pt-BR", "Portuguese (Brazil)"),
        ("pt-br", "Portuguese (Brazil)"),
        ("zh", "Chinese"),
        ("qqx", "qqx"),
        ("", ""),
        ("<b>", "<b>"),
    ],
)
def test_a_language_is_called_by_its_english_name_or_its_code(code, name):
    assert language_name(code) == name


@pytest.mark.parametrize(("code", "name"), [("UA", "Ukraine"), ("NL", "Netherlands"), ("QQ", "QQ"), ("", "")])
def test_a_country_is_called_by_its_english_name_or_its_code(code, name):
    assert country_name(code) == name


def test_every_kind_of_duplicate_has_a_label():
    assert set(KINDS) == set(DuplicateKind)
