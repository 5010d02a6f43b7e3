"""Ordered tables of rules."""

from newsdesk.rulebook import Case, first_case


def case(id_: str, letter: str) -> Case[str]:
    return Case(id=id_, message="", fires=letter, silent="", applies=lambda text: letter in text)


TABLE = (case("first", "a"), case("second", "b"))


def test_the_first_rule_that_applies_decides():
    decided = first_case(TABLE, "ba")
    assert decided is TABLE[0]


def test_a_rule_that_does_not_apply_is_skipped():
    assert first_case(TABLE, "b") is TABLE[1]


def test_none_is_returned_where_no_rule_applies():
    assert first_case(TABLE, "c") is None
