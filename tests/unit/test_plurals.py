import pytest

from newsdesk.plurals import plural


@pytest.mark.parametrize(
    ("number", "noun", "told"),
    [(1, "page", "1 page"), (0, "page", "0 pages"), (2, "dead letter", "2 dead letters"), (3, "copy", "3 copies"), (2, "day", "2 days")],
)
def test_a_number_has_its_noun_in_the_right_form(number, noun, told):
    assert plural(number, noun) == told
