"""English."""

from newsdesk.check.lang import LanguageData, words

DATA = LanguageData(
    code="en",
    opening="“",
    closing="”",
    abbreviations=words(
        "mr mrs ms messrs dr prof rev hon st ave gen gens col lt sgt capt maj cpl adm gov govs sen sens rep reps pres sr jr vs v etc "
        "no nos vol fig "
        "approx dept est excl incl min max mins secs "
        "hrs llc plc inc ltd co corp bros jan feb mar apr jun jul aug sept sep oct nov dec mon tue wed thu fri sat "
        "sun e.g i.e cf al ca resp viz ibid p pp op ft mt u.s u.k pct para atty natl fed lieut const bn "
        "llp lp pty pte gmbh ag se sa spa srl nv bv ab oyj"
    ),
    never_last=words("the a an and or nor than its their our my your every because although whether unless"),
)
