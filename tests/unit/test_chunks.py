import pytest

from captures import write_captures
from newsdesk import chunks
from newsdesk.store.archive import Archive

PARTITION = "2026-11-24T1205"
PAGE = b"<p>a page</p>"


@pytest.fixture
def archive(tmp_path):
    return Archive(str(tmp_path))


@pytest.mark.parametrize(("captures", "size", "counts"), [(0, 2, []), (1, 2, [1]), (2, 2, [2]), (5, 2, [2, 2, 1])], ids=str)
def test_chunks_contain_every_capture_once(archive, captures, size, counts):
    if captures:
        write_captures(archive, PARTITION, [(f"https://example.org/{n}", PAGE) for n in range(captures)])
    planned = chunks.plan_chunks(archive, PARTITION, size=size)
    assert [chunk.count for chunk in planned] == counts
    assert [chunk.first for chunk in planned] == [sum(counts[:n]) for n in range(len(counts))]
    assert len({chunk.articles_path for chunk in planned}) == len(planned)


def test_the_largest_chunks_come_first(archive):
    for shard, captures in (("a", 1), ("b", 5), ("c", 2)):
        write_captures(archive, PARTITION, [(f"https://example.org/{shard}/{n}", b"x") for n in range(captures)], shard=shard)
    assert [chunk.count for chunk in chunks.plan_chunks(archive, PARTITION, size=3)] == [3, 2, 2, 1]


def test_captures_that_are_added_later_do_not_change_existing_chunks(archive):
    write_captures(archive, PARTITION, [(f"https://example.org/{n}", PAGE) for n in range(3)], shard="b")
    before = set(chunks.plan_chunks(archive, PARTITION, size=2))
    write_captures(archive, PARTITION, [("https://example.org/late", PAGE)], shard="a")
    assert before < set(chunks.plan_chunks(archive, PARTITION, size=2))


def test_the_entries_of_a_chunk_are_read_from_the_manifest_of_its_file_alone(archive):
    for shard in "abc":
        write_captures(archive, PARTITION, [(f"https://example.org/{shard}/{n}", PAGE) for n in range(3)], shard=shard)
    planned = {(chunk.path[-9:-8], chunk.first): chunk for chunk in chunks.plan_chunks(archive, PARTITION, size=2)}
    opened = []

    class Recording(Archive):
        def open_for_reading(self, path):
            opened.append(path)
            return super().open_for_reading(path)

    assert [entry.url for entry in chunks.list_entries(planned["b", 2], Recording(archive.root))] == ["https://example.org/b/2"]
    assert opened == [f"raw/{PARTITION}/b.json"]


def test_a_partition_never_has_more_chunks_than_airflow_can_map(archive):
    write_captures(archive, PARTITION, [(f"https://example.org/{n}", b"x") for n in range(1100)])
    assert len(chunks.plan_chunks(archive, PARTITION, size=1)) <= chunks.MOST_CHUNKS
