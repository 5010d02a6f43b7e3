"""Portuguese."""

from newsdesk.check.lang import LanguageData, words

DATA = LanguageData(
    code="pt",
    opening="“«",
    closing="”»",
    abbreviations=words("sr sra dr dra d prof profa eng exmo exma av etc pág págs art núm nº tel aprox ltda st sto sta"),
)
