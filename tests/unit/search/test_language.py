"""Examples of the query language and their trees."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.errors import BadRequest
from newsdesk.search.language import MOST_TERMS, All, Either, InField, Must, Node, Phrase, Range, Without, Word, parse

NAMES = frozenset({"title", "text", "person", "source", "since", "date"})
A, B, C = Word("a"), Word("b"), Word("c")


def tree(text: str) -> Node:
    return parse(text, NAMES).tree


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("", All(()), id="nothing"),
        pytest.param("a", A, id="a word"),
        pytest.param("a b", All((A, B)), id="words"),
        pytest.param("a AND b c", All((A, B, C), is_strict=True), id="AND"),
        pytest.param("a && b", All((A, B), is_strict=True), id="&&"),
        pytest.param("a OR b | c", Either((A, B, C)), id="OR and |"),
        pytest.param("a|b", Either((A, B)), id="| without blanks"),
        pytest.param("a or b and c not", All((A, Word("or"), B, Word("and"), C, Word("not"))), id="small letters are words"),
        pytest.param("a b OR c", Either((All((A, B)), C)), id="OR binds less than words beside each other"),
        pytest.param("(a OR b) c", All((Either((A, B)), C)), id="brackets"),
        pytest.param("a -b", All((A, Without(B))), id="a dash before a word"),
        pytest.param("a NOT b", All((A, Without(B))), id="NOT"),
        pytest.param("a -(b OR c)", All((A, Without(Either((B, C))))), id="a group left out"),
        pytest.param("+a b", All((Must(A), B)), id="a plus before a word"),
        pytest.param("harb*", Word("harb", is_prefix=True), id="the beginning of a word"),
        pytest.param("well-be*", Word("well-be", is_prefix=True), id="the beginning of a word in parts"),
    ],
)
def test_operators(typed: str, meant: Node) -> None:
    assert tree(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        '"a b"',
        "“a b”",
        "„a b“",
        "”a b”",
        "«a b»",
        "« a b »",
        "»a b«",
        "‹a b›",
        "「a b」",
        "『a b』",
        "〝a b〟",
        "＂a b＂",
        "‘a b’",
        "‚a b‘",
        "'a b'",
    ],
)
def test_a_phrase_stands_in_any_quotation_marks(typed: str) -> None:
    assert tree(typed) == Phrase("a b")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param('"a b"~3', Phrase("a b", slop=3), id="words of a phrase apart"),
        pytest.param('-"a b" c', All((Without(Phrase("a b")), C)), id="a phrase left out"),
        pytest.param('"a OR -b (c"', Phrase("a OR -b (c"), id="operators in a phrase are words"),
        pytest.param('"title:a b"', Phrase("title:a b"), id="a field in a phrase is words"),
        pytest.param('a "b', All((A, B)), id="a lone mark"),
        pytest.param("the boss' car O'Neil", All((Word("the"), Word("boss"), Word("car"), Word("O'Neil"))), id="apostrophes are no marks"),
        pytest.param('צה"ל', Word('צה"ל'), id="a mark within a Hebrew word"),
    ],
)
def test_what_quotation_marks_do(typed: str, meant: Node) -> None:
    assert tree(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("title:a", InField("title", A), id="a word"),
        pytest.param("TITLE:a", InField("title", A), id="capitals"),
        pytest.param("title: a", InField("title", A), id="a blank"),
        pytest.param("title：a", InField("title", A), id="a colon of full width"),
        pytest.param('person:"Ana Duarte"', InField("person", Phrase("Ana Duarte")), id="a phrase"),
        pytest.param("person:«Ana Duarte»", InField("person", Phrase("Ana Duarte")), id="a phrase in other marks"),
        pytest.param('person:="Ana Duarte"', InField("person", Phrase("Ana Duarte", is_whole=True)), id="a whole name"),
        pytest.param('title:(="a" OR b)', InField("title", Either((Phrase("a", is_whole=True), Word("b")))), id="a whole name in a group"),
        pytest.param("title:(a OR b)", InField("title", Either((A, B))), id="a group"),
        pytest.param("-source:a", Without(InField("source", A)), id="left out"),
        pytest.param("(source:a OR source:b)", Either((InField("source", A), InField("source", B))), id="in a group"),
        pytest.param("since:last week a", All((InField("since", Word("last week")), A)), id="a date in two words"),
        pytest.param("since:3 days ago", InField("since", Word("3 days ago")), id="a date in three words"),
        pytest.param("date:[a TO b]", InField("date", Range("a", "b")), id="a range"),
        pytest.param("since:2026-11-01 a", All((InField("since", Word("2026-11-01")), A)), id="beside words"),
    ],
)
def test_a_field_is_a_name_and_a_colon(typed: str, meant: Node) -> None:
    assert tree(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["EU:s", "20:45", "3:1", "https://a.example/b?c=d", "Title:", "Kyiv:Live", "re:publica", "al-Qaeda", "C++", ".NET", "@ann", "#a"],
)
def test_a_sign_within_a_word_is_no_operator(typed: str) -> None:
    assert tree(typed) == Word(typed.rstrip(":"))
    assert parse(typed, NAMES).notes == ()


@pytest.mark.parametrize(("typed", "meant"), [("a,", A), ("¿a?", A), ("a…", A), ("...a", A), ("U.S.", Word("U.S")), ("[a]", A)])
def test_marks_around_a_word_are_not_part_of_it(typed: str, meant: Node) -> None:
    assert tree(typed) == meant


@pytest.mark.parametrize(("typed", "word"), [("S & P", "S & P"), ("1 000", "1 000"), ("12 345 678", "12 345 678"), ("U. S.", "U.S")])
def test_what_is_written_with_blanks_may_be_one_word(typed: str, word: str) -> None:
    assert tree(f"{typed} b") == All((Word(word), B))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a OR", A),
        ("OR a", A),
        ("a OR OR b", Either((A, B))),
        ("AND", All(())),
        ("NOT", All(())),
        ("a - b", All((A, B))),
        ("a – b", All((A, B))),
        ("((a", A),
        ("a))", A),
        ("()", All(())),
        ("a () b", All((A, B))),
        ('((( ||| "', All(())),
        ("NOT NOT a", Without(A)),
        ("&", All(())),
    ],
)
def test_what_cannot_stand_where_it_was_typed_is_left_out(typed: str, meant: Node) -> None:
    assert tree(typed) == meant


def test_letters_are_composed_and_of_common_width() -> None:
    assert tree("Zu\u0308rich ＡＢＣ") == All((Word("Zürich"), Word("ABC")))


@pytest.mark.parametrize(("typed", "near"), [("titel:strike", "title:strike"), ("persons:Ana", "person:Ana"), ("sorce:EFE", "source:EFE")])
def test_a_field_that_does_not_exist_is_told_with_the_nearest_that_does(typed: str, near: str) -> None:
    with pytest.raises(BadRequest, match=f"There is no field .*: did you mean {near}"):
        tree(typed)


def test_a_field_without_a_value_is_told() -> None:
    with pytest.raises(BadRequest, match="There is no value after since:"):
        tree("storm since:")


def test_a_name_that_is_like_no_field_is_searched_for_and_told_of() -> None:
    parsed = parse("budget:2027", NAMES)
    assert parsed.tree == Word("budget:2027")
    assert parsed.notes == ("There is no field budget: budget:2027 was searched as words",)


def test_more_words_than_are_looked_for_are_told_of() -> None:
    parsed = parse("a " * 100, NAMES)
    assert parsed.tree == All((A,) * MOST_TERMS)
    assert parsed.notes == (f"Only the first {MOST_TERMS} words were searched",)


def test_brackets_within_brackets_have_an_end() -> None:
    assert str(tree("(a OR " * 30 + "b" + ")" * 30)).count("Either") < 10


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(' "()|-+*:«»abOR'))))
def test_whatever_is_typed_is_understood_somehow(text: str) -> None:
    with contextlib.suppress(BadRequest):
        assert parse(text, NAMES)
