"""Italian."""

from newsdesk.check.lang import LanguageData, words

DATA = LanguageData(
    code="it",
    opening="“«",
    closing="”»",
    abbreviations=words("sig sigg dott dr prof avv ing arch on sen etc ecc pag pagg art n s ss tel ca cfr vol st"),
)
