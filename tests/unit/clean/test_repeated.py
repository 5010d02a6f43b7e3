from newsdesk.archive import Archive
from newsdesk.clean.line_memory import forget_lines, read_lines, write_lines
from newsdesk.clean.repeated import SourceLines, drop_repeated, learn
from newsdesk.records import Cleaned

TAIL = "Follow the Courier on the river for more stories like this."


def article(number: int, *, tail: str = TAIL) -> Cleaned:
    story = f"Story number {number} tells of something that happened to {number} people, and of nothing else at all in the whole town."
    return Cleaned(title=f"Story {number}", text=f"{story}\n{tail}", language="en", canonical_url=f"https://a.example/{number}")


def memory_of(*articles: Cleaned) -> SourceLines:
    memory = SourceLines("a.example")
    for cleaned in articles:
        memory = learn(memory, cleaned)
    return memory


def test_line_that_stood_in_three_other_articles_is_dropped() -> None:
    memory = memory_of(article(1), article(2), article(3))
    dropped = drop_repeated(article(4), memory)
    assert TAIL not in dropped.text
    assert dropped.text.startswith("Story number 4")
    assert dropped.content_hash
    assert memory.repeated() == [TAIL]


def test_line_of_two_articles_stays() -> None:
    assert drop_repeated(article(3), memory_of(article(1), article(2))) == article(3)


def test_article_fetched_ten_times_teaches_nothing() -> None:
    memory = memory_of(*[article(1)] * 10)
    assert memory.repeated() == []
    assert drop_repeated(article(1), memory) == article(1)


def test_article_that_repeats_as_a_whole_is_kept() -> None:
    copies = [
        Cleaned(title="Tide", text="High tide at six.\nLow tide at noon.", language="en", canonical_url=f"https://a.example/{n}")
        for n in range(5)
    ]
    assert drop_repeated(copies[4], memory_of(*copies[:4])) == copies[4]


def test_memory_of_a_source_outlives_the_run_and_can_be_reset(tmp_path) -> None:  # type: ignore[no-untyped-def]
    archive = Archive(str(tmp_path))
    write_lines(archive, memory_of(article(1), article(2), article(3)))
    assert read_lines(archive, "a.example").repeated() == [TAIL]
    assert read_lines(archive, "b.example").repeated() == []
    forget_lines(archive, "a.example")
    assert read_lines(archive, "a.example").repeated() == []
