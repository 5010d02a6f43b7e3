"""Rules in ordered tables: the first that applies decides."""

from newsdesk.rulebook import Case, first_case


def case(id_: str, letter: str) -> Case[str]:
    return Case(id=id_, message="", fires=letter, silent="", applies=lambda text: letter in text)


TABLE = (case("first", "a"), case("second", "b"))


def test_of_two_rules_that_apply_the_first_decides():
    decided = first_case(TABLE, "ba")
    assert decided is TABLE[0]


def test_a_rule_that_does_not_apply_is_passed_over():
    assert first_case(TABLE, "b") is TABLE[1]


def test_where_no_rule_applies_none_decides():
    assert first_case(TABLE, "c") is None
