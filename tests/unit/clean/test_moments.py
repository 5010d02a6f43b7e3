"""Dates are read with the time and the time zone next to them, if there are any."""

import datetime as dt

import pytest

from newsdesk.clean.moments import MomentReader


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-02T10:00:00+02:00", "2026-05-02T10:00:00+02:00"),
        ("2026-05-02T10:00:00.123Z", "2026-05-02T10:00:00+00:00"),
        ("2026-05-02T10:00:00.9996320", "2026-05-02T10:00:00+00:00"),
        ("2026-05-02 10:00", "2026-05-02T10:00:00+00:00"),
        ("2026-05-02 10:00:00 +02:00", "2026-05-02T10:00:00+02:00"),
        ("20260502T100000Z", "2026-05-02T10:00:00+00:00"),
        ("Sat, 02 May 2026 10:00:00 GMT", "2026-05-02T10:00:00+00:00"),
        ("2026/05/02 10:00", "2026-05-02T10:00:00+00:00"),
        ("2026. 5. 2. 오전", "2026-05-02T00:00:00+00:00"),
        ("02.05.2026", "2026-05-02T00:00:00+00:00"),
        ("2026年5月2日", "2026-05-02T00:00:00+00:00"),
        ("2. marraskuuta 2026", "2026-11-02T00:00:00+00:00"),
        ("1777716000", "2026-05-02T10:00:00+00:00"),
        ("1777716000000", "2026-05-02T10:00:00+00:00"),
        ("2026-05-02 2:30:00 PM EDT", "2026-05-02T14:30:00-04:00"),
        ("2026-05-02 23:30:00 JST", "2026-05-02T23:30:00+09:00"),
        ("2026-05-02 12:05 AM", "2026-05-02T00:05:00+00:00"),
        ("May 2, 2026, 2 p.m. ET", "2026-05-02T14:00:00-04:00"),
        ("9:27pm, Sat, May 2, 2026", "2026-05-02T21:27:00+00:00"),
        ("2. Mai 2026, 14.30 Uhr MESZ", "2026-05-02T14:30:00+02:00"),
        ("02.05.2026, kl. 13.05", "2026-05-02T13:05:00+00:00"),
        ("2.5.2026 klo 14.30", "2026-05-02T14:30:00+00:00"),
        ("2 mai 2026 à 14 h 30", "2026-05-02T14:30:00+00:00"),
        ("02/05/2026 às 14h", "2026-05-02T14:00:00+00:00"),
        ("2026年5月2日 午後2時30分", "2026-05-02T14:30:00+00:00"),
        ("2026년 5월 2일 오후 2:30", "2026-05-02T14:30:00+00:00"),
        ("2 مايو 2026 - 2:30 م", "2026-05-02T14:30:00+00:00"),
        ("2 Μαΐου 2026, 2:30 μ.μ.", "2026-05-02T14:30:00+00:00"),
        ("2 мая 2026, 14:30 МСК", "2026-05-02T14:30:00+03:00"),
        ("२ मई २०२६, १४:३०", "2026-05-02T14:30:00+00:00"),
        ("Thứ bảy, 2/5/2026, 14:30 (GMT+7)", "2026-05-02T14:30:00+07:00"),
        ("Sat May  2 23:30:00 EDT 2026", "2026-05-02T23:30:00-04:00"),
        ("Sat May 02 2026 14:30:00 GMT+0200 (CEST)", "2026-05-02T14:30:00+02:00"),
        ("2 May 2026 14.30 CEST", "2026-05-02T14:30:00+02:00"),
        ("2. maj 2026 ob 14.30", "2026-05-02T14:30:00+00:00"),
        ("2 พฤษภาคม 2569 เวลา 14.30 น.", "2026-05-02T14:30:00+00:00"),
        ("2 مايو 2026 الساعة 2:30 مساءً", "2026-05-02T14:30:00+00:00"),
        ("2 مايو 2026 الساعة 2:30 صباحا", "2026-05-02T02:30:00+00:00"),
        ("2026-05-02 14:30 Europe/Rome", "2026-05-02T14:30:00+02:00"),
        ("2 May 2026 | 5 min read", "2026-05-02T00:00:00+00:00"),
        ("2 May 2026, version 10.30", "2026-05-02T00:00:00+00:00"),
        ("02/05/2026", "2026-05-02T00:00:00+00:00"),
        ("2026-02-30", None),
        ("soon", None),
        ("", None),
    ],
)
def test_moment_is_read_as_it_is_written(text: str, moment: str | None) -> None:
    read = MomentReader(month_first=False).read(text)
    assert (read.at if read else None) == (dt.datetime.fromisoformat(moment) if moment else None)


def test_what_is_not_told_is_not_made_up() -> None:
    reader = MomentReader()
    day, time, moment = (reader.read(text) for text in ("2 May 2026", "2 May 2026, 14:30", "2 May 2026, 14:30 UTC"))
    assert day is not None
    assert time is not None
    assert moment is not None
    assert [(read.has_time, read.zone) for read in (day, time, moment)] == [(False, None), (True, None), (True, dt.UTC)]


@pytest.mark.parametrize(("country", "offset"), [(None, 5.5), ("IN", 5.5), ("IE", 1), ("IL", 2)])
def test_abbreviation_of_several_zones_is_told_by_the_country(country: str | None, offset: float) -> None:
    read = MomentReader(country=country).read("2 May 2026, 14:30 IST")
    assert read is not None
    assert read.at.utcoffset() == dt.timedelta(hours=offset)
