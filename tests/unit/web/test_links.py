"""Links to other sites."""

import pytest

from newsdesk.web.links import outward_link


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("http://example.org/", "http://example.org/"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//example.org/", ""),
        ("https://", ""),
        ("https://[", ""),
        ("", ""),
    ],
)
def test_only_http_and_https_urls_become_links(url, link):
    assert outward_link(url) == link
