"""Pages are decoded with their actual encoding, whatever they declare."""

import pytest

from newsdesk.charsets import decode_page, decode_text
from newsdesk.clean.text import repair

SENTENCES = {
    "german": "Die Fähre über die Lenn fährt von heute an nur noch jede halbe Stunde, weil die große Brücke überprüft wird.",
    "french": "Le conseil municipal a décidé mardi soir que le vieux pont serait réparé avant l’arrivée de l’hiver, a déclaré la maire.",
    "polish": "Rada miasta postanowiła we wtorek wieczorem, że stary most zostanie naprawiony przed nadejściem zimy, powiedział burmistrz.",
    "russian": "Городской совет решил во вторник вечером, что старый мост отремонтируют до наступления зимы, сообщил мэр города.",
    "arabic": "قرر المجلس البلدي مساء الثلاثاء إصلاح الجسر القديم قبل حلول الشتاء، وفق ما أعلنه رئيس البلدية أمام الحضور.",
    "hebrew": "מועצת העיר החליטה ביום שלישי בערב שהגשר הישן ישופץ לפני בוא החורף, אמר ראש העיר בפני הקהל.",
    "japanese": "市議会は火曜日の夜、冬が来る前に古い橋を修理することを決めた。工事は三月に始まると市長は述べた。",
    "chinese": "市议会周二晚间决定，在冬天到来之前修缮这座旧桥。市长说，工程将于三月开始。旁听席上的掌声在街上都能听到。",
    "korean": "시의회는 화요일 저녁 겨울이 오기 전에 낡은 다리를 수리하기로 결정했다고 시장이 밝혔다.",
}
MENU = "".join(f'<a class="menu-item" href="/section/{number}">{number}</a>' for number in range(200))


def page(sentence: str, *, meta: str = "") -> str:
    return f"<html><head>{meta}</head><body><nav>{MENU}</nav><p>{sentence}</p></body></html>"


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        pytest.param("naïve".encode(), "text/html; charset=iso-8859-1", "naïve", id="UTF-8 under a wrong label"),
        pytest.param("“quoted”".encode("cp1252"), "text/html; charset=iso-8859-1", "“quoted”", id="latin-1 is read as windows-1252"),
        pytest.param('<meta charset="koi8-r">Привет'.encode("koi8-r"), "text/html", '<meta charset="koi8-r">Привет', id="meta"),
        pytest.param("\ufeffhej".encode(), "", "hej", id="byte order mark"),
        pytest.param("hej då".encode("utf-16"), "text/html; charset=utf-8", "hej då", id="UTF-16 with its mark"),
        pytest.param("Żółć i gęśl".encode("iso-8859-2"), "text/html; charset=iso-8859-2", "Żółć i gęśl", id="header"),
        pytest.param(b"plain", "text/html; charset=no-such-thing", "plain", id="an unknown label"),
        pytest.param("橋".encode("iso2022_jp"), "text/html", "橋", id="Japanese in escapes"),
        pytest.param("הגשר".encode("iso8859-8"), "text/html; charset=iso-8859-8-i", "הגשר", id="a label that Python does not know"),
        pytest.param("Мост закроют".encode() + b"\xff", "", "Мост закроют\ufffd", id="UTF-8 with a broken byte"),
    ],
)  # fmt: skip
def test_page_is_decoded_whatever_it_says_of_itself(body: bytes, content_type: str, text: str) -> None:
    assert decode_page(body, content_type) == text


@pytest.mark.parametrize("content_type", ["text/html", "text/html; charset=utf-8"])
@pytest.mark.parametrize(
    ("language", "encoding"),
    [
        ("german", "cp1252"), ("french", "cp1252"), ("polish", "cp1250"), ("russian", "cp1251"),
        ("russian", "koi8-r"), ("arabic", "cp1256"), ("hebrew", "cp1255"), ("japanese", "shift_jis"), ("japanese", "euc_jp"),
        ("chinese", "gb18030"), ("korean", "euc_kr"),
    ],
)  # fmt: skip
def test_encoding_that_nothing_or_a_wrong_label_names_is_told_by_the_words_of_the_page(
    language: str, encoding: str, content_type: str
) -> None:
    sentence = SENTENCES[language]
    assert sentence in decode_page(page(sentence).encode(encoding), content_type)


@pytest.mark.parametrize(("language", "encoding"), [("russian", "windows-1251"), ("japanese", "shift_jis")])
def test_the_page_is_believed_before_a_server_that_calls_everything_latin(language: str, encoding: str) -> None:
    sentence = SENTENCES[language]
    body = page(sentence, meta=f'<meta charset="{encoding}">').encode(encoding)
    assert sentence in decode_page(body, "text/html; charset=ISO-8859-1")


def test_latin_label_on_words_of_another_script_is_not_believed() -> None:
    assert SENTENCES["russian"] in decode_page(page(SENTENCES["russian"]).encode("cp1251"), "text/html; charset=iso-8859-1")


def test_latin_label_on_a_page_of_signs_and_spaces_is_believed() -> None:
    text = page("“— Ça alors… —”\xa0\xa0\xa0\xa0•••\xa0\xa0« déjà »")
    assert decode_page(text.encode("cp1252"), "text/html; charset=windows-1252") == text


@pytest.mark.parametrize("sentence", SENTENCES.values(), ids=SENTENCES.keys())
def test_text_that_was_encoded_twice_is_put_right(sentence: str) -> None:
    assert repair(sentence.encode().decode("latin-1")) == sentence


@pytest.mark.parametrize("text", ["« voilà\xa0»", "déjà\xa0: «\xa0à\xa0» la", "Ä“ und Ö„", "É»"])
def test_letters_that_only_look_like_broken_ones_stay(text: str) -> None:
    assert repair(text) == text


@pytest.mark.parametrize("text", ["Sjöfart på ån", "Où est le café", "Kapı açık"])
def test_few_letters_with_a_broken_byte_are_utf8_where_it_is_declared(text: str) -> None:
    assert decode_text(text.encode() + b" \xe2\x80", "text/xml; charset=utf-8") == f"{text} \ufffd"


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "gb18030", "euc_kr", "shift_jis", "cp1253", "cp874"])
def test_letters_of_another_encoding_are_not_taken_for_broken_utf8(encoding: str) -> None:
    text = {
        "gb18030": "市议会周二决定修缮旧桥",
        "euc_kr": "낡은 다리를 수리하기로",
        "shift_jis": "古い橋を修理する",
        "cp1253": "Η γέφυρα έκλεισε",
        "cp874": "สะพานเก่าปิดแล้ว",
    }
    sentence = text.get(encoding, "Городской совет решил")
    body = f'<?xml version="1.0" encoding="{encoding}"?><title>{sentence}</title>'.encode(encoding)
    assert sentence in decode_text(body, "text/xml")


def test_a_word_or_two_with_accents_is_no_word_of_another_script() -> None:
    assert decode_text("Señal y año".encode("cp1252"), "") == "Señal y año"
    assert decode_text("Żółw śpi, a łoś je".encode("cp1250"), "") == "Żółw śpi, a łoś je"


@pytest.mark.parametrize("text", ["Мост и дожди", "Νέα από το λιμάνι", "نبأ عن الجسر"])
@pytest.mark.parametrize("encoding", ["cp1251", "cp1253", "cp1256"])
def test_a_few_words_are_not_taken_for_an_encoding_that_is_not_met(text: str, encoding: str) -> None:
    try:
        body = text.encode(encoding)
    except UnicodeEncodeError:
        return
    assert decode_text(body, "") == text
