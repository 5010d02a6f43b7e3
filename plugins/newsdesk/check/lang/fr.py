"""French. There is a space before ; : ! ? and inside guillemets."""

from newsdesk.check.lang import LanguageData, words

DATA = LanguageData(
    code="fr",
    opening="“«",
    closing="”»",
    blank_before=";:!?%»",
    abbreviations=words("m mm mme mlle dr pr me st ste av bd etc p pp art env cf ex no vol chap janv févr juill sept oct nov déc"),
    never_last=words("le les des du de au aux et ou à dans par cette ces dont d' l' qu' jusqu' lorsqu' puisqu'"),
    leftovers=words(
        "aussi avec dans pour sont être était été leur leurs mais même selon cette cet après avant depuis pendant "
        "gouvernement janvier février avril juin juillet août septembre octobre novembre décembre lundi mardi mercredi "
        "jeudi vendredi samedi dimanche déclaré a-t-il ainsi également aujourd"
    ),
    calques=(
        r"\b(?:He|She) (?:precised|underlined) that",
        r"\b[Oo]n (?:his|her) side,",
        r"\bto the (?:micro|microphone) of\b",
        r"\b[Ii]n the margins? of the",
    ),
    name_forms=(
        "Poutine",
        "Zelenski",
        "Bruxelles",
        "Pékin",
        "Londres",
    ),
)
