from newsdesk.data_files import read_lines, read_rows


def test_rows_are_split_at_tabs_and_comments_left_out() -> None:
    rows = read_rows("fetch/data/halves_of_day.tsv")
    assert ["am", "am"] in rows
    assert all(len(row) == 2 and not row[0].startswith("#") for row in rows)


def test_lines_hold_neither_comments_nor_empty_lines() -> None:
    lines = read_lines("data/shared_hosts.txt")
    assert "substack.com" in lines
    assert all(line and not line.startswith("#") for line in lines)
