"""English."""

from newsdesk.check.lang import LanguageData, words

DATA = LanguageData(
    code="en",
    opening="“",
    closing="”",
    abbreviations=words(
        "mr mrs ms dr prof rev hon st ave gen col lt sgt capt maj cpl adm gov sen rep pres sr jr vs v etc no nos vol fig "
        "approx dept est excl incl min max mins secs "
        "hrs llc plc inc ltd co corp bros jan feb mar apr jun jul aug sept sep oct nov dec mon tue wed thu fri sat "
        "sun e.g i.e cf al ca p pp op ft mt u.s u.k"
    ),
)
