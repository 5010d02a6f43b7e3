"""Spanish."""

from newsdesk.check.lang import LanguageData, words

DATA = LanguageData(
    code="es",
    opening="“«",
    closing="”»",
    abbreviations=words("sr sra srta dr dra d da ud uds vd etc pág págs núm art av avda prof gral cnel lic ing pdte aprox ee uu s.a ss mm"),
    never_last=words("el los las un de del al en con por y que su sus cada aunque porque desde hasta cuyo cuya"),
    leftovers=words(
        "según también después está están muy más aunque desde hasta porque cuando donde sobre entre gobierno presidente "
        "dijo señaló añadió enero febrero abril junio julio agosto septiembre octubre noviembre diciembre lunes martes "
        "miércoles jueves viernes sábado domingo años además ciudad país"
    ),
    calques=(
        r"(?:said|announced|reported|confirmed|indicated) this (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day",
        r"[Ff]or (?:his|her|its) part, the",
        r"\b(?:He|She|They) (?:assured|indicated|specified|pointed out) that",
        r"in (?:declarations|statements) to (?:the press|journalists|EFE)",
        r"\b[Ii]n this (?:sense|regard|line),",
    ),
    name_forms=(
        "Zelenski",
        "Jersón",
        "Járkov",
        "Moscú",
        "Bruselas",
        "Putín",
        "Pekín",
        "Teherán",
    ),
)
