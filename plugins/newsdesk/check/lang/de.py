"""German. Its quotations open below („) and close with what opens an English one (“); guillemets point inwards."""

from newsdesk.check.lang import LanguageData, words

DATA = LanguageData(
    code="de",
    opening="„»",
    closing="“”«",
    abbreviations=words("dr prof hr fr nr str bzw ca usw etc evtl ggf inkl max min mio mrd st tel u.a z.b d.h bspw vgl abs art s jh"),
)
