"""Detection of a text's language; between similar languages the page's declaration also counts."""

import pytest

from newsdesk.clean.language import detect_language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("gl", "O concello reuniuse onte pola noite e acordou que a vella ponte se arranxará antes de que chegue o inverno."),
        ("pt", "A câmara reuniu-se ontem à noite e decidiu que a velha ponte será reparada antes da chegada do inverno."),
        ("es", "El ayuntamiento se reunió anoche y decidió que el viejo puente se arreglará antes de que llegue el invierno."),
        ("ca", "L'ajuntament es va reunir ahir al vespre i va decidir que el vell pont s'arreglarà abans que arribi l'hivern."),
        ("no", "Kommunestyret møttes tirsdag kveld og bestemte at den gamle broen skal repareres før vinteren kommer."),
        ("da", "Kommunalbestyrelsen mødtes tirsdag aften og besluttede, at den gamle bro skal repareres, før vinteren kommer."),
        ("sv", "Kommunfullmäktige möttes på tisdagskvällen och beslutade att den gamla bron ska repareras innan vintern kommer."),
        ("is", "Bæjarstjórnin kom saman á þriðjudagskvöld og ákvað að gamla brúin yrði löguð áður en veturinn kemur."),
        (
            "id",
            "Dewan kota bertemu pada Selasa malam dan memutuskan bahwa jembatan tua itu akan diperbaiki karena musim hujan segera tiba.",
        ),
        (
            "ms",
            "Majlis bandar bermesyuarat pada malam Selasa dan memutuskan bahawa jambatan lama itu akan dibaiki kerana musim hujan hampir tiba.",
        ),
        ("ms", "Seorang lelaki meninggal dunia petang semalam selepas traktor yang dipandunya terbalik, kata jiran mangsa."),
        ("id", "Harga ayam diperkirakan turun menjelang hari raya, kata dinas. Pedagang di pasar kabupaten tidak begitu yakin."),
        ("bs", "Niko nije povrijeđen u saobraćajnoj nesreći koja se jutros dogodila na putu kod mosta, saopćila je policija."),
        ("hr", "Nitko nije ozlijeđen u prometnoj nesreći koja se jutros dogodila na cesti kod mosta, priopćila je policija."),
        ("sr", "Niko nije povređen u saobraćajnoj nesreći koja se jutros dogodila na putu kod mosta, saopštila je policija."),
        ("sr", "Republički zavod za statistiku objavio je da je u julu izvoz porastao za tri odsto. Najviše se izvozilo u Evropsku uniju."),
        ("bs", "Meteorolozi najavljuju snijeg u petak. Vozačima se savjetuje oprez u saobraćaju, naročito na prijevojima."),
        ("sl", "Nihče ni bil poškodovan v prometni nesreči, ki se je zjutraj zgodila pri mostu, so sporočili s policije."),
        ("sk", "Mestské zastupiteľstvo sa zišlo v utorok večer a rozhodlo, že starý most bude opravený skôr, než príde zima."),
        ("cs", "Městské zastupitelstvo se sešlo v úterý večer a rozhodlo, že starý most bude opraven dříve, než přijde zima."),
        ("af", "Die raad het Dinsdagaand vergader en besluit dat die ou brug herstel sal word voordat die winter kom."),
        ("nl", "De gemeenteraad kwam dinsdagavond bijeen en besloot dat de oude brug wordt hersteld voordat de winter komt."),
    ],
)
def test_languages_near_to_each_other_are_told_apart(language: str, text: str) -> None:
    assert detect_language([text]).code == language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zu", "Umkhandlu wedolobha uphasise isabelomali sonyaka ozayo izolo, usizo lwemindeni lukhuphuke ngamaphesenti amane."),
        ("xh", "Ibhunga lesixeko liphumeze uhlahlo lwabiwo-mali lonyaka ozayo izolo, uncedo lweentsapho lunyuke ngeepesenti ezine."),
        ("rw", "Polisi yafashe abantu batatu bakekwaho kwiba iduka rya zahabu i Kigali nijoro. Iperereza rirakomeje."),
        ("so", "Booliisku waxay xireen saddex qof oo lagu eedeeyay inay dhac u geysteen dukaan dahab ah xalay."),
        ("ha", "'Yan sanda sun kama mutane uku kan zargin fashi a wani kantin zinariya a daren jiya."),
        ("yo", "Àwọn ọlọ́pàá mú ènìyàn mẹ́ta lórí ẹ̀sùn olè jíjà ní ilé ìtajà wúrà lálẹ́ àná."),
        ("en", "Final score: United 2, City 1. Goals: Lee, Ray."),
    ],
)
def test_language_that_one_model_lacks_is_detected_by_the_other(language: str, text: str) -> None:
    assert detect_language([text]).code == language


def test_claim_decides_where_the_text_fits_both() -> None:
    text = "Grad je danas odlučio popraviti stari most."
    assert detect_language([text], claimed="hr-HR").code == "hr"
    assert detect_language([text], claimed="sr-Latn").code == "sr"


def test_claim_tells_which_norwegian_it_is() -> None:
    text = "Kommunestyret møttes tirsdag kveld og bestemte at den gamle broen skal repareres før vinteren kommer."
    assert detect_language([text], claimed="nb-NO").code == "no"
    assert detect_language([text], claimed="nn").code == "nn"


def test_claim_of_another_family_does_not_count() -> None:
    assert detect_language(["The council met on Tuesday evening and decided to repair the bridge."], claimed="sv").code == "en"


def test_text_without_words_has_no_language() -> None:
    assert detect_language(["12 | 14"]).code is None
