"""English."""

from newsdesk.check.lang import LanguageData, in_order, words

DATA = LanguageData(
    code="en",
    opening="“",
    closing="”",
    abbreviations=words(
        "mr mrs ms dr prof rev hon st ave gen col lt sgt capt maj cpl adm gov sen rep pres sr jr vs v etc no nos vol fig "
        "approx dept est inc ltd co corp bros jan feb mar apr jun jul aug sept sep oct nov dec mon tue wed thu fri sat "
        "sun e.g i.e cf al ca p pp op ft mt u.s u.k"
    ),
    negations=words("not n't no never nobody none nothing neither nor cannot"),
    softeners=words(
        "without only hardly barely scarcely refuse refused refuses reject rejected deny denied denies fail failed fails "
        "unable impossible lack lacks lacked rule ruled avoid avoided prevent prevented stop stopped except unless until "
        "few little instead but doubt undoubtedly unlikely against"
    ),
    months=in_order("january february march april may june july august september october november december"),
    weekdays=in_order("monday tuesday wednesday thursday friday saturday sunday"),
    numerals=in_order("three four five six seven eight nine ten eleven twelve"),
    magnitudes={"thousand": 1000, "million": 1000000, "billion": 1000000000, "trillion": 1000000000000},
)
