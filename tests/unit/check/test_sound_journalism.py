"""Correct journalistic wording that a rule could mistake for a defect has no findings."""

import pytest

from newsdesk.records import Verdict

FRAME = "The board met at the old mill on Tuesday to speak about the canal. {} It will meet again in the third week of June, a member said."

ENGLISH = [
    pytest.param("NATO has sent ships. WHO advisers arrived at noon. IT has changed the trade.", id="acronyms that look like words"),
    pytest.param("Who’s Afraid of Dogs won the prize. Who Dares Sings is on at nine.", id="titles that begin with a pronoun"),
    pytest.param(
        "Will Harding won the race. May said she was glad. Can Özer came second. Must Hill is a village.", id="names like auxiliaries"
    ),
    pytest.param(
        "Will, who is nine, sings. Will will sing again. Can toured in Cologne. May may join them.",
        id="names like auxiliaries, with a verb",
    ),
    pytest.param(
        'The court heard of an invoice.\nWill\'s solicitor, Ms. R. K. Iyer QC, said he was "a broken man". He will serve half.',
        id="the possessive of a name like an auxiliary",
    ),
    pytest.param("Might-have-beens do not count. Would-be owners queued. Has-beens came too.", id="compounds that begin with an auxiliary"),
    pytest.param("May the best team win. May they rest in peace.", id="wishes"),
    pytest.param(
        "The ships moved. thyssenkrupp closed a yard. dpa reported it first. danah boyd disagreed.",
        id="small names that are no English words",
    ),
    pytest.param("It costs 20 resp. thirty pounds, viz. too much.", id="Latin abbreviations"),
    pytest.param(
        "The song is by k.d. marsh. It was sung by dodie park. dodie park was born in Leeds. van Dijk scored twice.", id="small names"
    ),
    pytest.param(
        "The tour costs 90 pounds incl. lunch and is open to a max. of twelve people. It takes approx. three hours.", id="abbreviations"
    ),
    pytest.param(
        "The firm plans five “ID. cars” and calls the first of its ID. models cheap. The ID. range sells.", id="a name with a full stop"
    ),
    pytest.param("“Let them in, let them in, let them in,” the crowd sang. “It is what it is what it is,” said Row.", id="chants"),
    pytest.param("The “Let it be.” campaign began in May.", id="a quotation that is a sentence inside a sentence"),
    pytest.param("On paper, a triumph. In the streets, silence. After the rain, more rain.", id="sentences of style without a verb"),
    pytest.param("Among the hundreds trapped were six children. In the hold were nine tons of rice.", id="inverted openings"),
    pytest.param("President Li Na (李娜) met Anna Petrova (Анна Петрова) in Riga.", id="names in their own script"),
    pytest.param('The train leaves at 9.15pm, or 21.15, from platform 6. The pipe is 12" wide.', id="clock times and inches"),
    pytest.param(
        "adidas cut its forecast. It lost 250 million euros. adidas shares fell.", id="a small plural name that begins two sentences"
    ),
    pytest.param(
        "Sales at both shops fell. boohoo closed one. It owes 2 million euros. lululemon did not.", id="small names that are words"
    ),
    pytest.param("Many bands played in tents. fun. are back on tour. The name fun. is a joke.", id="a small name with a full stop"),
    pytest.param("Cameron LLC. must pay. The bank, Wintershall AG. is going, and Linde GmbH. has left.", id="legal forms with full stops"),
    pytest.param("Rates rose 4 pct. in every quarter. Atty. Gen. Rosa Lee was glad.", id="abbreviations of titles and amounts"),
    pytest.param(
        "Across the river sit 4,000 people under plastic. In the shade sat their goats.", id="inverted openings with a plain verb"
    ),
    pytest.param("How will the town pay for it? With the help of the county and the bank.", id="an answer without a verb"),
    pytest.param("The bus was late again. Could be worse, said the riders.", id="a colloquial comparison"),
    pytest.param("Then an aso ebi row broke out. A mzungu on a boda lost a shoe.", id="two loan words in a short sentence"),
    pytest.param(
        "“Слава Україні,” a man said. He read out a line (Нова пошта, with its office in Kyiv, Київ) of it.", id="speech in its own script"
    ),
]

STYLISED = [
    pytest.param(
        "Among the hundreds trapped were 40 nuns. Gone is the bridge, gone too is the old inn. Down came the hill at three, and with it half "
        "of the lower village. Never had so much rain fallen in so short a time. Not until Friday did the road to the pass open. So bad was "
        "the mud that dogs sank in it. Nor was it the first time.",
        id="inverted openings",
    ),
    pytest.param(
        "Jeopardy! host Ken Lowe joined it for a day. Who Wants to Be a Baker? is on at nine. Oliver! is back in the West End. Westward Ho! "
        "is a town in Devon. “Are you mad?” asked his wife. “Stop or I will shoot!” shouted the guard. The “Who cares?” attitude of the "
        "chair must end.",
        id="names and quotations with a mark inside the sentence",
    ),
]


@pytest.mark.parametrize("sentences", ENGLISH)
def test_english_news_style_has_no_finding(check_text, sentences: str) -> None:
    text = FRAME.format(sentences)
    assert [text[f.start : f.end] for f in check_text(text).findings] == []


@pytest.mark.parametrize("passage", STYLISED)
def test_a_stylised_passage_does_not_make_an_article_suspect(check_text, passage: str) -> None:
    checked = check_text(f"{FRAME.format('The mill stood empty.')} {passage}")
    assert checked.verdict is Verdict.NO_DEFECT_FOUND


def test_a_list_and_the_line_under_a_heading_are_no_torn_sentences(check_text) -> None:
    text = "The mill is shut, the owner said. Nobody was told.\n• Cheese rolling, on the hill. At your own risk, in all weather.\n"
    text += "What we do not know\nWho did it at night. The police will speak at noon.\n"
    assert check_text(text).findings == ()


def test_a_short_answer_may_be_an_amount(check_text) -> None:
    text = "Q: What has changed?\nA: The rate has gone up from 4 to 4.25 per cent.\nQ: Who pays more?\nA: People with a tracker. "
    text += "About 1.4m homes.\nQ: And savers?\nA: They may gain. Not at once, though.\n"
    assert check_text(text).findings == ()


def test_people_start_again_in_a_transcript(check_text) -> None:
    text = "ANN ROE: Good to see you.\nBOB LEE: And what did they, what did they say to that?\nANN ROE: Nothing. They never say anything.\n"
    assert check_text(text).findings == ()


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("idli, sambar, rasam, upma, poha, vada, uttapam and pongal", id="Indian English"),
        pytest.param("whānau, hapū, mokopuna, kaumātua, wāhine, marae, tamariki and hāngī", id="New Zealand English"),
        pytest.param("egusi, jollof, ogbono, akara, suya, moimoi, amala and efo", id="Nigerian English"),
    ],
)
def test_loan_words_are_no_words_left_standing(check_text, words: str) -> None:
    checked = check_text(FRAME.format(f"The talk was of {words}, as it always is."))
    assert (checked.findings, checked.is_translation) == ((), "unknown")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param(
            "de", "“Das war knapp”, sagte der Trainer. Der Verein (“die Elf”) gewann.\n„Es reicht“, sagte er.", id="German, both pairs"
        ),
        pytest.param("de", "»Das Wort “Krise” fällt oft«, sagte sie.", id="German, nested"),
        pytest.param("it", "«Ha detto “no” due volte», racconta il sindaco.", id="Italian, nested"),
        pytest.param("es", "«El plan, “un disparate”, no saldrá», dijo.", id="Spanish, nested"),
        pytest.param(
            "it", 'Un\'altra “notte magica”. L\'"effetto Jannik" vale 40 milioni, dice "Repubblica".', id="Italian, after an elision"
        ),
        pytest.param("fr", 'L\'"affaire" n\'en est pas une, dit-il. Ni d\'"incident".', id="French, after an elision"),
        pytest.param("es", "—¿Por los tiros? —«Mamá, ¿cuándo nos vamos?», me dice—. «Mañana», le digo.", id="Spanish, in a dialogue"),
        pytest.param(
            "fr", 'Le " spread " (" écart ") monte. " C\'est peu ", dit-il. Il veut " un toit ".', id="French, blanks inside straight marks"
        ),
        pytest.param(
            "de", 'Die "Bella 1" fuhr aus, dann die "Apollo 13". Der Name "Marinera" kam spät.', id="German, a name with a number"
        ),
        pytest.param(
            "en", 'In 2005 it "will rise to 13,000", he said. The 1" pipe stayed "as it was".', id="English, a number before the mark"
        ),
        pytest.param("de", "«‹Too big to fail› war gestern», schreibt die «Zeit». «Weg isch weg.»", id="Swiss, nested"),
        pytest.param("fr", "« Il a dit “non” deux fois », raconte-t-elle.", id="French, nested"),
        pytest.param("pt", "«Disse “não” duas vezes», contou.", id="Portuguese, nested"),
    ],
)
def test_quotations_inside_quotations_are_sound(check_text, language: str, text: str) -> None:
    assert check_text(text, language).findings == ()


def test_a_paragraph_may_begin_with_a_small_name(check_text) -> None:
    text = "The mill was sold on Tuesday, the owner said.\nthyssenkrupp bought the other mill in the valley for a pound.\nNobody was told."
    assert check_text(text).findings == ()


@pytest.mark.parametrize("torn", ["Could agree on nothing.", "May decide it in June.", "Will be sold in June."])
def test_a_sentence_that_lost_its_subject_is_still_found(check_text, torn: str) -> None:
    assert "bare-auxiliary" in {finding.rule for finding in check_text(FRAME.format(torn)).findings}


@pytest.mark.parametrize(
    "torn", ["The vote is not OK. this was clear to all.", "The board left. agreed to the plan after an hour of talks."]
)
def test_a_sentence_that_lost_its_beginning_is_still_found(check_text, torn: str) -> None:
    assert "small-start" in {finding.rule for finding in check_text(FRAME.format(torn)).findings}
