"""How words are compared: each text below is an article, and each query finds these texts and no others."""

import dataclasses
import datetime as dt
from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from newsdesk.index.aliases import set_up
from newsdesk.index.client import open_client
from newsdesk.index.sink import index_articles
from newsdesk.search.queries import SearchQuery
from newsdesk.search.run import search
from newsdesk.settings import ElasticsearchSettings, IndexSettings, Settings
from samples import NOW, numbered

TEXTS = {
    "quay": ("en", "The sailor O’Hanlon saw Brenna’s boats on the quay."),
    "hanlon": ("en", "Hanlon was there, O her brother."),
    "italie": ("fr", "L’hiver de l’Islande commence."),
    "bursa": ("tr", "Bursa'nın köprüsü İznik’te açıldı, IŞIKLAR yandı."),
    "sv": ("sv", "WTO:s råd möttes i Umeå."),
    "dots": ("en", "The U.N. and the W.T.O. met.Later they left."),
    "led": ("en", "A UN-led force and a W.T.O.-led court."),
    "un": ("it", "Un altro giorno per noi."),
    "rowland": ("en", "A book by K. L. Rowland."),
    "signs": ("en", "D&G, C++ and F# at 24/7; Nova+ by @lena_k #Quay2027 on .NET."),
    "letters": ("en", "D and G, then C and F on 24 July 7, nova and net."),
    "mail": ("en", "Write to desk@quay.example or see https://quay.example/a/7?b=c today."),
    "points": ("en", "It cost 3,400,000 pounds, 6.5 percent."),
    "commas": ("de", "Es kostete 3.400.000 Euro, 6,5 Prozent."),
    "blanks": ("fr", "Il a coûté 3 400 000 euros."),
    "digits": ("en", "It cost 3400000 crowns in room 65."),
    "hyphen": ("en", "The cease-fire and the F-35 by e-mail."),
    "joined": ("en", "The ceasefire and the F35 by email."),
    "apart": ("en", "The cease fire and the F 35."),
    "therapist": ("en", "The rapist was caught."),
    "shanghai": ("zh", "上海市政府讨论交通问题。"),
    "sea": ("zh", "上午在海边开会。"),
    "kana": ("ja", "横浜のﾎﾃﾙで会議。"),
    "korean": ("ko", "부산에서 축제가 열렸다."),
    "thai": ("th", "รัฐบาลประกาศนโยบายใหม่"),
    "arabic": ("ar", "وصل الوزيرُ إلى الإسكندرية."),
    "hindi": ("hi", "हिंदी के क़ानून"),
    "greek": ("el", "Ο υπουργός στην Αθήνα."),
    "russian": ("ru", "Артём приехал в Орёл."),
    "neva": ("ru", "Мэр выступил в Санкт-Петербурге."),
    "breakers": ("en", "Past truce-breakers spoke."),
    "wide": ("en", "ＯＰＥＣ met in Łódź and Århus."),
    "band": ("en", "The Guess Who played."),
    "guess": ("en", "Guess who was there."),
}
NUMBERS = {name: number for number, name in enumerate(TEXTS)}
LATE = dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=-5)))


@pytest.fixture(scope="module")
def settings(stack_settings: Settings, elasticsearch_settings: ElasticsearchSettings) -> Iterator[Settings]:
    found = dataclasses.replace(stack_settings, index=IndexSettings(prefix="words-tests-"), elasticsearch=elasticsearch_settings)
    articles = [
        numbered(NUMBERS[name], title="", text=text, language=language, published_at=LATE) for name, (language, text) in TEXTS.items()
    ]
    with open_client(elasticsearch_settings) as es:
        set_up(es, found.index, now=NOW)
        list(index_articles(es, articles, found.index, now=NOW))
        yield found
        for name in list(es.indices.get(index="words-tests-*")):
            es.indices.delete(index=name)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("O'Hanlon", "quay"),
        ("O`Hanlon", "quay"),
        ("OʼHanlon", "quay"),
        ("Brenna", "quay"),
        ("Brenna's", "quay"),
        ("Islande", "italie"),
        ("Bursa", "bursa"),
        ("Iznik", "bursa"),
        ("İZNİK", "bursa"),
        ("isiklar", "bursa"),
        ("WTO", "sv dots led"),
        ("W.T.O.", "sv dots led"),
        ("WTO-led", "led"),
        ("UN", "dots led"),
        ("un", "dots led un"),
        ("later", "dots"),
        ('"the UN and the WTO"', "dots"),
        ("UN-led", "led"),
        ("U.N.-led", "led"),
        ('"U.N. led force"', "led"),
        ("K.L. Rowland", "rowland"),
        ("KL Rowland", "rowland"),
        ("D&G", "signs"),
        ("D & G", "signs"),
        ("C++", "signs"),
        ("F#", "signs"),
        ("24/7", "signs"),
        ("Nova+", "signs"),
        ("nova", "signs letters"),
        ("@lena_k", "signs"),
        ("#quay2027", "signs"),
        (".NET", "signs"),
        ("desk@quay.example", "mail"),
        ("quay.example", "mail"),
        ("https://quay.example/a/7?b=c", "mail"),
        ("https://news.example/3", "bursa"),
        ("3,400,000", "points commas blanks digits"),
        ("3 400 000", "points commas blanks digits"),
        ("3'400'000", "points commas blanks digits"),
        ("3400000", "points commas blanks digits"),
        ("6,5", "points commas"),
        ("ceasefire", "hyphen joined apart"),
        ("cease-fire", "hyphen joined apart"),
        ("cease fire", "hyphen joined apart"),
        ("F35", "hyphen joined apart"),
        ("F-35", "hyphen joined apart"),
        ("email", "hyphen joined"),
        ("Санкт-Петербург", "neva"),
        ("truce-breaker", "breakers"),
        ("the-breaker", ""),
        ("therapist", ""),
        ("上海", "shanghai"),
        ("上海交通问题", "shanghai"),
        ("ホテル", "kana"),
        ("부산", "korean"),
        ("รัฐบาล", "thai"),
        ("الاسكندريه", "arabic"),
        ("الوزير", "arabic"),
        ("हिन्दी", "hindi"),
        ("कानून", "hindi"),
        ("ΑΘΗΝΑ", "greek"),
        ("артем", "russian"),
        ("орел", "russian"),
        ("opec", "wide"),
        ("lodz arhus", "wide"),
        ("Lo\u0301dz\u0301", "wide"),
        ('"the guess who"', "band"),
        ("guess*", "band guess"),
        ("#quay*", "signs"),
        ("@lena*", "signs"),
        ("hanl*", "quay hanlon"),
        ("ÅRH*", "wide"),
        ("cease-fi*", "hyphen apart"),
        ("text:guess -text:played", "guess"),
        ("guess AND (who OR nobody) NOT played", "guess"),
        ("language:Greek until:2026-11-20", "greek"),
        ("language:Greek date:2026-11-21", "greek"),
        ("language:Greek since:2026-11-22", ""),
    ],
)
def test_a_query_finds_these_texts_and_no_others(es: Elasticsearch, settings: Settings, typed: str, names: str) -> None:
    hits = search(es, SearchQuery(text=typed, size=50), settings, now=NOW).hits
    assert {int(hit.url.rsplit("/", 1)[1]) for hit in hits} == {NUMBERS[name] for name in names.split()}


@pytest.mark.parametrize("typed", ["{url}", "http://{rest}", "{rest}", "www.{rest}", "https://www.{rest}?utm_source=feed"])
def test_an_article_is_found_by_the_variants_of_its_address(es: Elasticsearch, settings: Settings, typed: str) -> None:
    url = numbered(NUMBERS["band"]).url
    asked = typed.format(url=url, rest=url.partition("://")[2])
    assert [hit.url for hit in search(es, SearchQuery(text=asked), settings, now=NOW).hits] == [url]
