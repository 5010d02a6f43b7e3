"""Portuguese."""

from newsdesk.check.lang import LanguageData, in_order, words

DATA = LanguageData(
    code="pt",
    opening="“«",
    closing="”»",
    abbreviations=words("sr sra dr dra d prof profa eng exmo exma av etc pág págs art núm nº tel aprox ltda st sto sta"),
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
    negations=words("não nunca jamais ninguém nada nenhum nenhuma nem tampouco"),
    softeners=words(
        "sem senão só somente apenas mal salvo exceto impedir evitar rejeitar negar descartar incapaz impossível falta até pouco poucos"
    ),
    months=in_order("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
    weekdays=in_order("segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo"),
    numerals=in_order("três quatro cinco seis sete oito nove dez onze doze"),
    magnitudes={"mil": 1000, "milhão": 1000000, "milhões": 1000000, "bilhão": 1000000000, "bilhões": 1000000000},
)
