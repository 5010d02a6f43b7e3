"""Portuguese."""

from newsdesk.check.lang import LanguageData, words

DATA = LanguageData(
    code="pt",
    opening="“«",
    closing="”»",
    abbreviations=words("sr sra dr dra d prof profa eng exmo exma av etc pág págs art núm nº tel aprox ltda st sto sta"),
    never_last=words("de do da dos das em no na nas ao aos à pelo pela pelos pelas com por e ou seus suas cujo cuja"),
    leftovers=words(
        "não também são está após até além segundo governo disse afirmou janeiro fevereiro março maio junho julho "
        "setembro outubro novembro dezembro segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado uma "
        "dos mais"
    ),
    calques=(
        r"(?:said|announced) this (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day",
        r"\b(?:He|She) affirmed that",
    ),
    name_forms=(
        "Moscovo",
        "Bruxelas",
        "Quieve",
    ),
)
