"""Italian."""

from newsdesk.check.lang import LanguageData, in_order, words

DATA = LanguageData(
    code="it",
    opening="“«",
    closing="”»",
    abbreviations=words("sig sigg dott dr prof avv ing arch on sen etc ecc pag pagg art n s ss tel ca cfr vol st"),
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
    negations=words("non mai nessuno nessuna nessun niente nulla né neanche neppure"),
    softeners=words(
        "senza solo soltanto appena salvo tranne impedire evitare rifiutare negare escludere incapace impossibile manca fino poco pochi"
    ),
    months=in_order("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
    weekdays=in_order("lunedì martedì mercoledì giovedì venerdì sabato domenica"),
    numerals=in_order("tre quattro cinque sei sette otto nove dieci undici dodici"),
    magnitudes={"mila": 1000, "milione": 1000000, "milioni": 1000000, "miliardo": 1000000000, "miliardi": 1000000000},
)
