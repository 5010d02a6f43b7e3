"""German. Quotations open with „ and close with “, which opens English ones; guillemets point inwards, in Switzerland outwards."""

from newsdesk.check.lang import LanguageData, words

DATA = LanguageData(
    code="de",
    opening="„",
    closing="”",
    either_way="«»“",
    abbreviations=words("dr prof hr fr nr str bzw ca usw etc evtl ggf inkl max min mio mrd st tel u.a z.b d.h bspw vgl abs art s jh"),
    never_last=words("dem des im zum zur beim vom ins und sowie dass weil einem eines"),
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
)
