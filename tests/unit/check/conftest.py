"""The analyser, loaded once for all tests of the check."""

from collections.abc import Callable

import pytest

from newsdesk.check.stage import check
from newsdesk.nlp import Analyser, open_analyser
from newsdesk.records import Checked, Cleaned, Original
from newsdesk.settings import CheckSettings, NlpSettings

CheckText = Callable[..., Checked]


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    return open_analyser(NlpSettings())


@pytest.fixture(scope="session")
def check_text(analyser: Analyser) -> CheckText:
    """check_text(text, language="en", original=None, **fields of Cleaned)."""

    def run(text: str, language: str | None = "en", original: Original | None = None, **fields: object) -> Checked:
        cleaned = Cleaned(title="", text=text, language=language, **fields)  # type: ignore[arg-type]
        return check(cleaned, analyser.analyse(text, language), CheckSettings(), original=original)

    return run
