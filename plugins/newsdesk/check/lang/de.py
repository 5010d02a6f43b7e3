"""German. Its quotations open below („) and close with what opens an English one (“); guillemets point inwards."""

from newsdesk.check.lang import LanguageData, words

DATA = LanguageData(
    code="de",
    opening="„»",
    closing="“”«",
    abbreviations=words("dr prof hr fr nr str bzw ca usw etc evtl ggf inkl max min mio mrd st tel u.a z.b d.h bspw vgl abs art s jh"),
    leftovers=words(
        "und der das nicht auch außerdem für über wird wurde wurden werden sich einer eines einem sind haben sagte "
        "erklärte laut gegen zwischen seit regierung januar februar märz mai juni juli oktober dezember montag dienstag "
        "mittwoch donnerstag freitag samstag sonntag jahre"
    ),
)
