"""French. Its typography sets a blank before ; : ! ? and inside guillemets."""

from newsdesk.check.lang import LanguageData, words

DATA = LanguageData(
    code="fr",
    opening="“«",
    closing="”»",
    blank_before=";:!?%»",
    abbreviations=words("m mm mme mlle dr pr me st ste av bd etc p pp art env cf ex no vol chap janv févr juill sept oct nov déc"),
)
