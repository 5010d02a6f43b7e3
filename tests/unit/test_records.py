"""The records that stages exchange."""

import dataclasses
import inspect

import pytest

from newsdesk import records
from newsdesk.records import CaptureRef, ManifestEntry
from samples import NOW

RECORDS = [record for _, record in inspect.getmembers(records, dataclasses.is_dataclass)]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_a_record_cannot_be_changed_and_has_no_other_fields(record):
    assert record.__dataclass_params__.frozen
    assert "__slots__" in vars(record)


def test_the_location_of_a_capture_is_its_file_and_offset():
    entry = ManifestEntry(
        path="raw/p/a.warc.gz", offset=17, id="a", url="https://example.org/a", source="example", feed_url="", fetched_at=NOW, digest=""
    )
    assert entry.ref == CaptureRef("raw/p/a.warc.gz", 17)
    assert str(entry.ref) == "raw/p/a.warc.gz#17"
