"""What a terminal shows of a search."""

import io

from rich.console import Console

from newsdesk.search.print import print_hits
from newsdesk.search.run import SearchResults


def printed(results: SearchResults) -> str:
    console = Console(file=io.StringIO(), highlight=False, width=200)
    print_hits(results, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_suggestion_is_shown_as_it_was_typed() -> None:
    assert "Did you mean: negotiators [/b] [red]" in printed(SearchResults(total=0, hits=(), suggestion="negotiators [/b] [red]"))


def test_a_part_of_the_index_that_did_not_answer_is_told_of() -> None:
    told = "A part of the index did not answer"
    assert told in printed(SearchResults(total=0, hits=(), incomplete=True))
    assert told not in printed(SearchResults(total=0, hits=()))
