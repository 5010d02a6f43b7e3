"""The country of a site, and the time zone of a country."""

import datetime as dt

import pytest

from newsdesk.clean.zones import country_of, zone_of_country


@pytest.mark.parametrize(
    ("url", "language", "country"),
    [
        ("https://www.courier.example.co.uk/a", None, "GB"),
        ("https://kurier.example.de/a", "en", "DE"),
        ("https://courier.example.cat/a", "en", "ES"),
        ("https://courier.example.xn--90a3ac/a", None, "RS"),
        ("https://courier.example.tv/a", "ja-JP", "JP"),
        ("https://courier.example/a", "pt_BR", "BR"),
        ("https://courier.example/a", "en-US", None),
        ("https://courier.example/a", "fr", None),
        ("https://courier.example/a", None, None),
    ],
)
def test_country_is_that_of_the_host_else_of_the_language(url: str, language: str | None, country: str | None) -> None:
    assert country_of(url, language) == country


@pytest.mark.parametrize(
    ("country", "hours"), [("DE", 2), ("ES", 2), ("IN", 5.5), ("JP", 9), ("PT", 1), ("US", None), ("RU", None), (None, None)]
)
def test_zone_of_a_country_is_the_one_that_nearly_all_live_in(country: str | None, hours: float | None) -> None:
    zone = zone_of_country(country)
    offset = dt.datetime(2026, 7, 1, 12, tzinfo=zone).utcoffset() if zone else None
    assert offset == (None if hours is None else dt.timedelta(hours=hours))
