from collections.abc import Sequence
from dataclasses import replace

from newsdesk.clean.repeated import Ending, drop_repeated, ending_of, repeated_lines
from newsdesk.records import Cleaned

TAIL = "Follow the Courier on the river for more stories like this."


def article(number: int, *, tail: str = TAIL, authors: tuple[str, ...] = ()) -> Cleaned:
    story = f"Story number {number} tells of something that happened to {number} people, and of nothing else at all in the whole town."
    return Cleaned(title=f"Story {number}", text=f"{story}\n{tail}", language="en", authors=authors)


def endings_of(*articles: Cleaned) -> Sequence[Ending]:
    return [ending_of(cleaned, article=cleaned.title) for cleaned in articles]


def test_last_line_that_stood_under_three_other_articles_is_dropped_and_kept_beside_the_text() -> None:
    endings = endings_of(article(1), article(2), article(3))
    dropped = drop_repeated(article(4), endings, article="Story 4")
    assert dropped.text == article(4).text.removesuffix(f"\n{TAIL}")
    assert dropped.dropped == (TAIL,)
    assert dropped.content_hash
    assert list(repeated_lines(endings).values()) == [TAIL]


def test_what_is_learned_of_an_article_is_the_same_whether_or_not_lines_were_dropped_from_it() -> None:
    endings = endings_of(article(1), article(2), article(3))
    assert endings_of(drop_repeated(article(4), endings, article="Story 4")) == endings_of(article(4))


def test_line_of_two_articles_stays() -> None:
    assert drop_repeated(article(3), endings_of(article(1), article(2)), article="Story 3") == article(3)


def test_article_fetched_again_is_not_judged_by_itself() -> None:
    endings = endings_of(article(1), article(2), article(3))
    assert drop_repeated(article(3), endings, article="Story 3") == article(3)


def test_several_lines_at_the_end_go_together_up_to_the_articles_own() -> None:
    tail = f"{TAIL}\nWrite to us at the old mill."
    endings = endings_of(*(article(number, tail=tail) for number in (1, 2, 3)))
    dropped = drop_repeated(article(4, tail=f"The mayor agreed.\n{tail}"), endings, article="Story 4")
    assert dropped.text.endswith("The mayor agreed.")
    assert dropped.dropped == tuple(tail.split("\n"))


def test_questions_of_a_series_of_interviews_stay_since_their_answers_follow() -> None:
    asked = "What would you like to be remembered for?"
    answers = [f"For the {thing}, of course, and for nothing else." for thing in ("boat", "bridge", "mill", "ferry")]
    interviews = [article(number, tail=f"{asked}\n{answer}") for number, answer in enumerate(answers)]
    assert drop_repeated(interviews[3], endings_of(*interviews[:3]), article="Story 3") == interviews[3]


def test_name_of_a_column_at_the_start_stays() -> None:
    columns = [
        replace(article(number, tail="An end of its own."), text=f"Letter from the north bank\nStory {number}.") for number in range(4)
    ]
    assert drop_repeated(columns[3], endings_of(*columns[:3]), article="Story 3") == columns[3]


def test_last_words_of_one_columnist_stay() -> None:
    columns = [article(number, tail="And so to bed.", authors=("Ines Calloway",)) for number in range(4)]
    assert drop_repeated(columns[3], endings_of(*columns[:3]), article="Story 3") == columns[3]
    mixed = [replace(columns[0], authors=("Tom Abara",)), *columns[1:3]]
    assert drop_repeated(columns[3], endings_of(*mixed), article="Story 3") != columns[3]


def test_figures_alone_never_count() -> None:
    tables = [article(number, tail="12 – 7") for number in range(4)]
    assert drop_repeated(tables[3], endings_of(*tables[:3]), article="Story 3") == tables[3]


def test_article_that_repeats_as_a_whole_is_kept() -> None:
    copies = [Cleaned(title=f"Tide {n}", text="High tide at six.\nLow tide at noon.", language="en") for n in range(5)]
    assert drop_repeated(copies[4], endings_of(*copies[:4]), article="Tide 4") == copies[4]


def test_languages_of_paragraphs_go_with_them() -> None:
    mixed = replace(article(4), paragraph_languages=("en", "de"))
    dropped = drop_repeated(mixed, endings_of(article(1), article(2), article(3)), article="Story 4")
    assert dropped.paragraph_languages == ("en",)
