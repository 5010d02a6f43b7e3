"""Authors are persons, in the page's order: no roles, no agencies, no newsrooms, no places.

Tests of newsdesk.clean.bylines.
"""

import json
from typing import Any

import pytest

from newsdesk.clean.bylines import Claim, Declared, is_person, names_in
from newsdesk.clean.stage import clean
from newsdesk.records import Cleaned
from newsdesk.settings import CleanSettings
from samples import captured_page

BODY = (
    "<p>The council met on Tuesday evening and decided that the old bridge would be repaired before the winter comes.</p>"
    "<p>Nobody on the benches of the public voted, of course, but the applause was loud enough to be heard in the street.</p>"
)


SITE = frozenset({"thecourier"})


def cleaned(head: str, body: str) -> Cleaned:
    page = f"<html><head><title>Bridge</title>{head}</head><body><main><h1>Bridge</h1>{body}{BODY}</main></body></html>"
    return clean(captured_page(url="https://courier.example/news/bridge", body=page.encode()), CleanSettings())


def authors_of(head: str = "", body: str = "") -> tuple[str, ...]:
    return cleaned(head, body).authors


def credits_of(head: str = "", body: str = "") -> tuple[str, ...]:
    return cleaned(head, body).credits


def json_ld(*nodes: dict[str, Any]) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@graph": nodes})}</script>'


@pytest.mark.parametrize(
    ("byline", "persons"),
    [
        ("By Ann Lee", ["Ann Lee"]),
        ("By: Ann Lee", ["Ann Lee"]),
        ("Interview: Ann Lee", ["Ann Lee"]),
        ("Opinion by Ann Lee", ["Ann Lee"]),
        ("Ein Gastbeitrag von Eva Kühn", ["Eva Kühn"]),
        ("Column by column", []),
        ("Eva von Redecker", ["Eva von Redecker"]),
        ("By Ann Lee ann.lee@courier.example", ["Ann Lee"]),
        ("ann@courier.example (Ann Lee)", ["Ann Lee"]),
        ("By Ann Lee @annlee and Bob Ray (@bobray)", ["Ann Lee", "Bob Ray"]),
        ("Ann Lee Follow", ["Ann Lee"]),
        ("Text: Ann Lee Fotos: Bob Ray", ["Ann Lee"]),
        ("Ann Lee (Text) und Bob Ray (Fotos)", ["Ann Lee"]),
        ("Anna Nová a Jan Kos", ["Anna Nová", "Jan Kos"]),
        ("Siti Rahma dan Budi Santoso", ["Siti Rahma", "Budi Santoso"]),
        ("كتب أحمد سالم وسارة علي", ["أحمد سالم", "سارة علي"]),
        ("بقلم أحمد وليد", ["أحمد وليد"]),
        ("سيدي ولد أحمد", ["سيدي ولد أحمد"]),
        ("محمد وائل حسن ونور سعد", ["محمد وائل حسن", "نور سعد"]),
        ("Oleh Hariz Mohd", ["Hariz Mohd"]),
        ("Аутор: Јелена Ристић", ["Јелена Ристић"]),
        ("Napisala: Ivana Perić", ["Ivana Perić"]),
        ("이서윤 기자 정민호 기자", ["이서윤", "정민호"]),
        ("Της Μαρίας Παππά", ["Μαρίας Παππά"]),
        ("【安藤理恵記者】", ["安藤理恵"]),
        ("取材・文＝安藤理恵", ["安藤理恵"]),
        ("[서울=김민수 기자]", ["김민수"]),
        ("김민수 기자 minsu@ilbo.example", ["김민수"]),
        ("记者/李安 台北报导", ["李安"]),
        ("By Ann Lee, Bob Ray, and Cy Poe", ["Ann Lee", "Bob Ray", "Cy Poe"]),
        ("By Ann Lee and Bob Ray, political editor", ["Ann Lee", "Bob Ray"]),
        ("By Ann Lee in Washington", ["Ann Lee"]),
        ("By Ann Lee Published 2 May 2026", ["Ann Lee"]),
        ("Ann Lee (The Courier)", ["Ann Lee"]),
        ("Anna (Anja) Schmidt", ["Anna Schmidt"]),
        ("Ann Lee – The Courier", ["Ann Lee"]),
        ("Ann Lee - Berlin", ["Ann Lee"]),
        ("Anna E. Smith", ["Anna E. Smith"]),
        ("E. Jean Carroll", ["E. Jean Carroll"]),
        ("ANN LEE", ["Ann Lee"]),
        ("Von Jürgen von der Lippe und Eva Kühn", ["Jürgen von der Lippe", "Eva Kühn"]),
        ("Johann Wolfgang von Goethe", ["Johann Wolfgang von Goethe"]),
        ("Text: Anna Schmidt, Fotos: Bernd Kurz", ["Anna Schmidt"]),
        ("Propos recueillis par Anne Roy", ["Anne Roy"]),
        ("Par Jean Dupont (avec AFP)", ["Jean Dupont"]),
        ("Par Jean Dupont avec AFP", ["Jean Dupont"]),
        ("Por: Ana Ruiz y Juan Pérez", ["Ana Ruiz", "Juan Pérez"]),
        ("JUAN PÉREZ Y ANA RUIZ", ["Juan Pérez", "Ana Ruiz"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Door Jan de Vries en Piet Jansen", ["Jan de Vries", "Piet Jansen"]),
        ("Anna Nowak i Jan Kowalski", ["Anna Nowak", "Jan Kowalski"]),
        ("Yazan: Ayşe Yılmaz ve Ali Kaya", ["Ayşe Yılmaz", "Ali Kaya"]),
        ("Автор: Нина Орлова и Пётр Лис", ["Нина Орлова", "Пётр Лис"]),
        ("بقلم: ليلى الشامي", ["ليلى الشامي"]),
        ("מאת: יעל כהן", ["יעל כהן"]),
        ("लेखक: नरेन्द्र कुमार शर्मा", ["नरेन्द्र कुमार शर्मा"]),
        ("โดย สมชาย ใจดี", ["สมชาย ใจดี"]),
        ("山田太郎", ["山田太郎"]),
        ("【山田太郎】", ["山田太郎"]),
        ("ジョン・スミス", ["ジョン・スミス"]),
        ("記者張三／台北報導", ["張三"]),
        ("作者：约翰·史密斯", ["约翰·史密斯"]),
        ("김민수 기자", ["김민수"]),
        ("Reuters / Ann Lee", ["Ann Lee"]),
        ("dpa/Anna Schmidt", ["Anna Schmidt"]),
    ],
)
def test_byline_gives_its_persons(byline: str, persons: list[str]) -> None:
    assert list(names_in(Claim(byline), site_names=SITE).persons) == persons


@pytest.mark.parametrize(
    "byline",
    [
        "REUTERS", "By Staff", "Staff writer", "admin", "Associated Press", "Redacción", "Von dpa", "The Courier", "Human Rights in China",
        "ann.lee@courier.example", "https://www.facebook.com/courier", "新华社", "来源：新华社", "毎日新聞", "編集部", "연합뉴스", "온라인뉴스팀",
        "وكالات", "فريق التحرير", "מערכת", "न्यूज डेस्क", "ТАСС",
    ],
)  # fmt: skip
def test_agency_newsroom_or_address_is_no_person(byline: str) -> None:
    assert not names_in(Claim(byline), site_names=SITE).persons


@pytest.mark.parametrize(
    "name", ["Ann Lee", "Mary-Jane O’Neill", "Ole Bø", "Нина Орлова", "ليلى الشامي", "김민수", "ნინო ბერიძე", "नरेन्द्र मोदी", "文在寅"]
)
def test_person_is_a_person(name: str) -> None:
    assert is_person(name)


@pytest.mark.parametrize(
    "name",
    [
        "Suhasini", "danah boyd", "k. d. lang", "Ngozi", "Martin Luther King Jr.", "Robert Press", "Mary Senior", "Ann Officer", "Anna Guest", "Ole Head", "Nguyen Van My",
        "Di Maria", "Von Trapp", "Jo in het Veld", "Emily Post", "abu ali", "소연", "大渡 美咲", "Mario Van den Berg", "O’Neill",
    ],
)  # fmt: skip
def test_name_declared_as_a_person_s_is_believed(name: str) -> None:
    assert names_in(Claim(name, Declared.PERSON), site_names=SITE).persons == (name,)


@pytest.mark.parametrize(
    "name",
    [
        "AP", "Associated Press", "The Associated Press", "dpa", "Agence France-Presse", "Reuters", "PTI", "The Courier", "News desk",
        "Redaktion Kultur", "Redaktionsnetz Nord", "Équipe Rédaction", "Sports Correspondent", "The Local", "XYZ", "Courier Media GmbH", "日刊タイムス", "연합뉴스",
        "新华社", "ТАСС", "Редакция", "فريق التحرير", "AFP Berlin",
    ],
)  # fmt: skip
def test_agency_or_newsroom_declared_as_a_person_is_a_credit(name: str) -> None:
    named = names_in(Claim(name, Declared.PERSON), site_names=SITE)
    assert (named.persons, named.credits) == ((), (name,))


@pytest.mark.parametrize("name", ["admin", "webmaster", "Guest author", "12", "ann@courier.example", "Author"])
def test_placeholder_declared_as_a_person_names_nobody(name: str) -> None:
    named = names_in(Claim(name, Declared.PERSON), site_names=SITE)
    assert (named.persons, named.credits) == ((), ())


@pytest.mark.parametrize(
    ("byline", "persons", "credits"),
    [
        ("Ann Lee, AP", ("Ann Lee",), ("AP",)),
        ("Larkin Energy, Inc.", (), ("Larkin Energy Inc",)),
        ("Ann Lee und Bob Ray, dpa", ("Ann Lee", "Bob Ray"), ("dpa",)),
        ("By Ann Lee, BBC News", ("Ann Lee",), ("BBC News",)),
        ("EFE / Ana Ruiz", ("Ana Ruiz",), ("EFE",)),
        ("By XYZ, in News", (), ("XYZ",)),
        ("Ann Lee, PhD", ("Ann Lee",), ()),
        ("Ann Lee, political editor", ("Ann Lee",), ()),
        ("Courier Broadcasting (www.courier.example)", (), ("Courier Broadcasting",)),
    ],
)
def test_line_gives_its_persons_and_credits(byline: str, persons: tuple[str, ...], credits: tuple[str, ...]) -> None:
    named = names_in(Claim(byline), site_names=SITE | {"courierexample"})
    assert (named.persons, named.credits) == (persons, credits)


def test_organisation_declared_as_author_is_a_credit_where_it_is_not_the_site() -> None:
    agency = {"@type": "Organization", "name": "Harbour News Agency"}
    article = {"@type": "NewsArticle", "author": [agency, {"@type": "Person", "name": "Ann Lee"}], "publisher": {"name": "The Courier"}}
    assert credits_of(json_ld(article)) == ("Harbour News Agency",)
    assert credits_of(json_ld(article | {"publisher": agency})) == ()


def test_site_is_the_credit_where_no_person_is_named() -> None:
    assert credits_of(json_ld({"@type": "NewsArticle", "author": {"@type": "Organization", "name": "The Courier"}})) == ("The Courier",)


def test_author_is_read_from_the_label_that_content_systems_write() -> None:
    assert authors_of('<meta name="twitter:label1" content="Verfasst von"><meta name="twitter:data1" content="Ann Lee">') == ("Ann Lee",)
    assert authors_of('<meta name="twitter:label1" content="Reading time"><meta name="twitter:data1" content="Ann Lee">') == ()


def test_others_in_the_byline_of_the_declared_author_are_authors_too() -> None:
    byline = '<div><p><a rel="author">Ann Lee</a></p><p><a rel="author">Bob Ray</a></p></div>'
    teaser = '<aside><a rel="author">Cy Poe</a></aside>'
    head = json_ld({"@type": "NewsArticle", "author": {"@type": "Person", "name": "Ann Lee"}})
    assert authors_of(head, byline + teaser) == ("Ann Lee", "Bob Ray")


def test_others_that_link_to_their_pages_beside_the_declared_author_are_authors_too() -> None:
    byline = '<h4><a href="/author/ann/">Ann Lee</a>, <a href="/author/bob/">Bob Ray</a></h4>'
    teasers = '<ul><li><a href="/author/cy/">Cy Poe</a> ' + "The mill burned again last night. " * 20 + "</li></ul>"
    head = json_ld({"@type": "NewsArticle", "author": {"@type": "Person", "name": "Ann Lee"}})
    assert authors_of(head, byline + teasers) == ("Ann Lee", "Bob Ray")
    assert authors_of(head, f'<p><a href="/author/ann/">Ann Lee</a></p>{teasers}') == ("Ann Lee",)


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("oprac. Jakub Zawadzki", "Jakub Zawadzki"),
        ("Opracowała: Anna Nowak", "Anna Nowak"),
        ("Подготовила Нина Орлова", "Нина Орлова"),
        ("Підготував Пётр Лис", "Пётр Лис"),
        ("Compiled by Ann Lee", "Ann Lee"),
        ("Připravila Petra Nová", "Petra Nová"),
        ("Op Smit", "Op Smit"),
    ],
)
def test_word_for_who_compiled_the_text_is_no_part_of_a_declared_name(name: str, person: str) -> None:
    assert names_in(Claim(name, Declared.PERSON), site_names=SITE).persons == (person,)


def test_name_is_read_below_a_line_that_is_only_the_word_before_it() -> None:
    assert authors_of(body=f"<h1>Bridge</h1><p>By</p><h6>Ann Lee</h6>{BODY}") == ("Ann Lee",)
    assert authors_of(body=f"<h1>Bridge</h1><p>Bye</p><h6>Ann Lee</h6>{BODY}") == ()


def test_name_is_read_from_a_signature_below_the_text() -> None:
    assert authors_of(body=f'{BODY}<p style="text-align: right"><b>Huy Phong</b></p>') == ("Huy Phong",)
    assert authors_of(body=f"{BODY}<p><b>Huy Phong</b></p>") == ()


def test_author_is_read_after_the_date_in_a_line() -> None:
    assert authors_of(body=f"<h1>Мост</h1><div>22 март 2026, 10:15 | Автор: Мария Стоянова</div>{BODY}") == ("Мария Стоянова",)


@pytest.mark.parametrize(
    ("line", "credit"), [("mkr/dpa", ("dpa",)), ("(MTI)", ("MTI",)), ("DHA", ("DHA",)), ("and/or", ()), ("The ferry", ())]
)
def test_agency_in_a_line_that_only_signs_off_is_a_credit(line: str, credit: tuple[str, ...]) -> None:
    assert credits_of(body=f"{BODY}<p>{line}</p>") == credit


def test_author_is_read_from_a_box_of_facts() -> None:
    assert authors_of(body=f"{BODY}<ul><li><strong>Autorin</strong> Eva Kühn</li></ul>") == ("Eva Kühn",)


def test_organisation_in_json_ld_is_no_author() -> None:
    organisation = {"@type": "Organization", "name": "Mary Stone Media"}
    article = {"@type": "NewsArticle", "author": [organisation, {"@type": "Person", "name": "Ann Lee"}]}
    assert authors_of(json_ld(article)) == ("Ann Lee",)


@pytest.mark.parametrize(
    "author",
    [
        "Ann Lee",
        ["Reuters", "Ann Lee"],
        [[{"name": "Ann Lee"}]],
        {"@list": [{"@type": "Person", "name": "Ann Lee"}]},
        {"@type": "Person", "givenName": "Ann", "familyName": "Lee"},
        {"@type": ["Person"], "name": "By Ann Lee"},
        {"@type": "Person", "name": "Ann Lee in Lisbon"},
        {"@type": "Person", "name": "Ann Lee for The Post"},
        {"@type": "Person", "name": "Ann Lee (ann.lee@courier.example)"},
        [{"@type": "Person", "name": "Ann Lee"}, {"@type": "Person", "name": "ann lee"}],
    ],
)
def test_author_is_read_in_whatever_form_json_ld_gives_it(author: object) -> None:
    assert authors_of(json_ld({"@type": "NewsArticle", "author": author})) == ("Ann Lee",)


def test_author_that_another_node_describes_is_found_there() -> None:
    assert authors_of(
        json_ld({"@type": "NewsArticle", "author": {"@id": "#ann"}}, {"@type": "Person", "@id": "#ann", "name": "Ann Lee"})
    ) == ("Ann Lee",)


def test_byline_below_the_headline_names_the_author() -> None:
    assert authors_of(body="<p>By Ann Lee</p>") == ("Ann Lee",)


def test_byline_in_one_line_with_the_date_and_section_names_the_author() -> None:
    assert authors_of(body="<div><span>By Ann Lee</span><time>2 May</time><a href=/c>Town</a></div>") == ("Ann Lee",)


def test_byline_in_an_element_beside_section_and_date_names_the_author_alone() -> None:
    line = "<nav><span>Reported by <a>Ann Lee</a></span> <span>Town News</span> <span>2 May 2026</span></nav>"
    assert authors_of(body=line) == ("Ann Lee",)


def test_heading_marked_as_byline_names_the_author() -> None:
    assert authors_of(body='<h4 class="article-author-name"><a href="/ann">Ann Lee</a></h4>') == ("Ann Lee",)


def test_byline_below_the_headline_may_end_in_an_initial_but_is_no_sentence() -> None:
    assert authors_of(body="<div>By John Smith Jr.</div>") == ("John Smith Jr.",)
    assert authors_of(body="<div>By Friday Ann Lee.</div>") == ()


def test_kind_of_text_before_the_name_makes_a_byline() -> None:
    assert authors_of(body="<div>Kommentar von Ann Lee</div>") == ("Ann Lee",)
    assert authors_of(body="<div>Johann von Goethe</div>") == ()


def test_job_title_after_the_name_is_no_credit() -> None:
    assert credits_of(body="<div>By Ann Lee, Staff Writer</div>") == ()


def test_agency_in_a_line_about_the_source_is_a_credit_and_another_source_is_none() -> None:
    line = '<div class="byline">Ann Lee</div>'
    assert credits_of(body=f"{line}{BODY}<p>Quelle: dpa/AFP</p>") == ("dpa", "AFP")
    assert credits_of(body=f"{line}{BODY}<p>Source: Ministry of Roads</p>") == ()
    assert credits_of(body=f"{BODY}<p>Источник: ТАСС</p>") == ("ТАСС",)


def test_role_in_an_element_of_its_own_is_no_part_of_the_name() -> None:
    assert authors_of(body='<div class="byline"><a>Ann Lee</a><span>Harbour watcher</span></div>') == ("Ann Lee",)


def test_name_in_two_elements_is_one() -> None:
    assert authors_of(body='<p class="author"><span>Ann</span> <span>Lee</span></p>') == ("Ann Lee",)


def test_authors_of_comments_are_not_the_article_s() -> None:
    assert authors_of(body='<div class="comments"><p class="author">Bob Ray</p></div>') == ()
