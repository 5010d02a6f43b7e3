import pytest

from captures import page, write_captures
from newsdesk import chunks
from newsdesk.store.archive import Archive

PARTITION = "2026-11-24T1205"
FERRY = page(
    "Ferry returns to the harbour",
    "The first passengers crossed the river by ferry on Saturday morning, eleven years after the last boat was withdrawn.",
    "“My mother took this boat to work,” said Ines Calloway, who was at the rail when the boat left the north bank at seven.",
    "The new boat was built in Rotterdam and carries sixty passengers; a single crossing costs one euro, and children travel free.",
)


@pytest.fixture
def archive(tmp_path):
    return Archive(str(tmp_path))


@pytest.mark.parametrize(("captures", "size", "counts"), [(0, 2, []), (1, 2, [1]), (2, 2, [2]), (5, 2, [2, 2, 1])], ids=str)
def test_chunks_contain_every_capture_once(archive, captures, size, counts):
    if captures:
        write_captures(archive, PARTITION, [(f"https://example.org/{n}", FERRY) for n in range(captures)])
    planned = chunks.plan_chunks(archive, PARTITION, size=size)
    assert [chunk.count for chunk in planned] == counts
    assert [chunk.first for chunk in planned] == [sum(counts[:n]) for n in range(len(counts))]
    assert len({chunk.articles_path for chunk in planned}) == len(planned)


def test_the_largest_chunks_come_first(archive):
    for shard, captures in (("a", 1), ("b", 5), ("c", 2)):
        write_captures(archive, PARTITION, [(f"https://example.org/{shard}/{n}", b"x") for n in range(captures)], shard=shard)
    assert [chunk.count for chunk in chunks.plan_chunks(archive, PARTITION, size=3)] == [3, 2, 2, 1]


def test_captures_that_are_added_later_do_not_change_existing_chunks(archive):
    write_captures(archive, PARTITION, [(f"https://example.org/{n}", FERRY) for n in range(3)], shard="b")
    before = set(chunks.plan_chunks(archive, PARTITION, size=2))
    write_captures(archive, PARTITION, [("https://example.org/late", FERRY)], shard="a")
    assert before < set(chunks.plan_chunks(archive, PARTITION, size=2))


def test_a_partition_never_has_more_chunks_than_airflow_can_map(archive):
    write_captures(archive, PARTITION, [(f"https://example.org/{n}", b"x") for n in range(1100)])
    assert len(chunks.plan_chunks(archive, PARTITION, size=1)) <= chunks.MOST_CHUNKS
