"""Spanish."""

from newsdesk.check.lang import LanguageData, words

DATA = LanguageData(
    code="es",
    opening="“«",
    closing="”»",
    abbreviations=words("sr sra srta dr dra d da ud uds vd etc pág págs núm art av avda prof gral cnel lic ing pdte aprox ee uu s.a ss mm"),
)
