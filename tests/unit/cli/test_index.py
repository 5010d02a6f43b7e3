"""`newsdesk index`: errors that are reported without a request to the index."""

import pytest
from click.testing import CliRunner

from newsdesk.cli.main import newsdesk
from newsdesk.errors import SetupError


def test_a_partition_that_the_archive_does_not_have_is_not_called_sound(home):
    with pytest.raises(SetupError, match="no articles of 2026-11-2"):
        CliRunner().invoke(newsdesk, ["index", "verify", "--partition", "2026-11-2"], catch_exceptions=False)
