import pytest

from newsdesk.plurals import plural


@pytest.mark.parametrize(
    ("number", "noun", "told"),
    [(1, "page", "1 page"), (0, "page", "0 pages"), (2, "dead letter", "2 dead letters"), (3, "copy", "3 copies"), (2, "day", "2 days")],
)
def test_the_noun_has_the_form_of_its_number(number, noun, told):
    assert plural(number, noun) == told
