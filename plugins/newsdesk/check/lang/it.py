"""Italian."""

from newsdesk.check.lang import LanguageData, words

DATA = LanguageData(
    code="it",
    opening="“«",
    closing="”»",
    abbreviations=words("sig sigg dott dr prof avv ing arch on sen etc ecc pag pagg art n s ss tel ca cfr vol st"),
    never_last=words(
        "il lo gli di del dello della dei degli delle da dal dalla in nel nella nei nelle con sul sulla per e ed "
        "al allo alla agli alle un dell' all' nell' sull' dall' l' d'"
    ),
    leftovers=words(
        "della delle degli gli però anche sono perché più secondo governo detto dopo prima gennaio febbraio marzo maggio "
        "giugno luglio settembre ottobre dicembre lunedì martedì mercoledì giovedì venerdì sabato domenica anni città"
    ),
    calques=(
        r"\b(?:He|She) (?:underlined|precised) that",
        r"\baccording to what (?:was )?(?:learned|reported)",
    ),
    name_forms=(
        "Bruxelles",
        "Mosca",
        "Pechino",
        "Londra",
    ),
)
