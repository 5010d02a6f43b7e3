"""German. Its quotations open below („) and close with what opens an English one (“); guillemets point inwards, in Switzerland outwards."""

from newsdesk.check.lang import LanguageData, in_order, words

DATA = LanguageData(
    code="de",
    opening="„",
    closing="“”",
    either_way="«»",
    abbreviations=words("dr prof hr fr nr str bzw ca usw etc evtl ggf inkl max min mio mrd st tel u.a z.b d.h bspw vgl abs art s jh"),
    leftovers=words(
        "und der das nicht auch außerdem für über wird wurde wurden werden sich einer eines einem sind haben sagte "
        "erklärte laut gegen zwischen seit Januar Februar März Mai Juni Juli Oktober Dezember Montag Dienstag "
        "Mittwoch Donnerstag Freitag Samstag Sonntag Jahre Jahren Regierung Bundesregierung Ministerpräsident Präsident "
        "Bürgermeister Polizei Gericht Landkreis Behörden Prozent Millionen Milliarden Uhr"
    ),
    calques=(
        r"\baccording to own (?:statements|information)",
        r"\bso the (?:minister|spokesman|police)\b",
        r"\b[Ii]n the night to\b",
    ),
    name_forms=(
        "Selenskyj",
        "Selenski",
        "Kiew",
        "Moskau",
        "Brüssel",
        "Peking",
    ),
    negations=words("nicht nie niemals niemand nichts kein keine keinen keiner keinem weder"),
    softeners=words(
        "ohne nur kaum erst sondern verhindern vermeiden ablehnen bestreiten ausschließen unmöglich unfähig fehlt mangel "
        "außer bis wenig wenige"
    ),
    months=in_order("januar februar märz april mai juni juli august september oktober november dezember"),
    weekdays=in_order("montag dienstag mittwoch donnerstag freitag samstag sonntag"),
    numerals=in_order("drei vier fünf sechs sieben acht neun zehn elf zwölf"),
    magnitudes={"tausend": 1000, "million": 1000000, "millionen": 1000000, "milliarde": 1000000000, "milliarden": 1000000000},
)
