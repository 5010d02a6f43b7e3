"""Apertium as a translator: a separate program (GPL), never linked, asked over pipes and ended at a deadline."""

import shutil
import subprocess
from collections.abc import Sequence

from newsdesk.check.gist import Translator
from newsdesk.errors import SetupError
from newsdesk.settings import CheckSettings

PAIRS = {("es", "en"): ("spa-eng", "apertium-eng-spa"), ("en", "es"): ("eng-spa", "apertium-eng-spa")}
"""Source and target -> Apertium's name of the pair, and the Debian package that holds it."""


def open_translator(settings: CheckSettings) -> Translator | None:
    """The translator that the settings name, None where they name none. Raises SetupError where it is not installed."""
    if settings.translator == "":
        return None
    if shutil.which("apertium") is None:
        raise SetupError(
            "NEWSDESK_CHECK_TRANSLATOR is apertium, but there is no program apertium",
            "Install it (`apt-get install apertium apertium-eng-spa`) or unset the variable",
        )
    return Apertium(settings.translator_seconds)


class Apertium:
    """`seconds` is how long one text may take; a text that takes longer gets no gist."""

    def __init__(self, seconds: float, program: str = "apertium") -> None:
        self._seconds = seconds
        self._program = program

    def gist(self, lines: Sequence[str], *, source: str, target: str) -> list[str] | None:
        """A line for each line; None for languages that it has no pair for, and where it was too slow.

        Raises SetupError where the pair is not installed.
        """
        if (source, target) not in PAIRS:
            return None
        pair, package = PAIRS[source, target]
        text = "\n".join(" ".join(line.split()) for line in lines) + "\n"
        try:
            done = subprocess.run(
                [self._program, "-u", pair],
                input=text,
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=self._seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None
        if done.returncode != 0:
            raise SetupError(f"apertium cannot translate {pair}: {(done.stderr or done.stdout).strip()[:200]}", f"Install {package}")
        found = done.stdout.rstrip("\n").split("\n")
        return found if len(found) == len(lines) else None
