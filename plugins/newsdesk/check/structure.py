"""Rules for broken sentences in English, based on spaCy's analysis.

Good journalism contains sentence fragments too ("Not any more.", "All this in a week."), and so does speech. So these rules apply only to
running prose outside quotations, and to kinds of fragments that are not used as a style.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from newsdesk.check.lang import words
from newsdesk.check.reading import FINITE, Reading, Sentence
from newsdesk.check.rules import Rule, Span
from newsdesk.records import Severity

_ENGLISH = frozenset({"en"})
_MODALS = words("can could will would shall should may might must")
"""Auxiliaries that only an infinitive follows. After one, any other verb form shows that it is a name ("Can played in Cologne.")."""
_BARE_AUXILIARIES = _MODALS | words("is are was were has have had does did")
_INVERTED = words("had should were may might have did does do")
"""Verbs that can precede their subject in a statement: "Had he known it, he would have stayed." """
_TIME_WORDS = words("later earlier ago before afterwards")
_RELATIVES = words("who whose whom which")
_RARELY_END = words("of to with from for by at into")
"""Words at the end of a sentence that is truncated if what follows is not a complete sentence."""
_LEAVES_NOUN = words("of with from for at into")
_HOLDS = words("hold care advantage rid sight track use note charge front fun account")
"""Nouns and verbs after which a preposition can end a passive or relative clause that the parser missed."""
_REPORTING = words(
    "adding saying noting arguing claiming insisting stressing warning explaining telling suggesting indicating stating admitting "
    "confirming announcing declaring recalling emphasizing emphasising reiterating assuring denying making"
)
"""Words that can be followed by a clause without conjunction: "Saying it was late." """
_EVENT_VERBS = words("hold convene celebrate organize organise stage")
_OFFICES = words(
    "minister president leader official ambassador secretary chief diplomat lawmaker senator mayor delegate deputy commissioner"
)
_DETENTION = words(
    "custody prison jail hostage captive prisoner accountable responsible liable arrest arrested charge suspicion police detain "
    "detention cell gunpoint esteem regard contempt captivity bail warrant court"
)
_LEAST_PASSIVE = 6
_SUBORDINATORS = words("although though while whereas unless whether after before until since")
"""Conjunctions of dependent clauses. Not because, if and when: "Because she can." is good style."""
_COMMENTS = words("is was means meant makes made would brings leads is n't are")
"""Words after "Which" in a comment on the preceding sentence ("Which is why it failed."), which is good style."""
_LEAST_ADRIFT = 4
"""Minimum number of words of a phrase without verb. Shorter ones are used as a style ("For good reason.")."""
_NO_SUBJECT_TAGS = frozenset({"VBG", "VBN", "VBD", "VBZ", "VBP", "MD", "IN", "CC", "WDT", "WP", "WRB"})
_SUBJECTS_OF_A_CLAUSE = ("nsubj", "nsubjpass", "expl", "csubj", "csubjpass")


def _narrated(reading: Reading) -> Iterator[Sentence]:
    """Yield the sentences of running prose outside complete quotations, as speech can have any form, and so have answers."""
    for before, sentence in pairwise((None, *reading.sentences)):
        if sentence is None or not sentence.paragraph.is_prose or sentence.spoken or not sentence.words:
            continue
        if not (before and before.text.endswith("?")):
            yield sentence


def _is_statement(sentence: Sentence) -> bool:
    return bool(re.search(r"\.[”\"’')]*$", sentence.text)) and not sentence.text.endswith("...")


def _verb_over(token: Any) -> Any:
    """Return the verb of the clause to which an auxiliary, subject or relative pronoun belongs."""
    while token.pos_ not in ("VERB", "AUX") and token.head != token:  # not `is`, as each access creates a new token object
        token = token.head
    return token.head if token.dep_ in ("aux", "auxpass") else token


def _has_own_subject(verb: Any) -> bool:
    return any(child.dep_ in _SUBJECTS_OF_A_CLAUSE for child in verb.children)


def find_bare_auxiliaries(reading: Reading) -> Iterable[Span]:
    for sentence in _narrated(reading):
        first = sentence.words[0]
        if first.lower_ in _BARE_AUXILIARIES and first.tag_ in FINITE and _is_statement(sentence) and _lacks_subject(first, sentence):
            yield sentence.start, min(sentence.end, sentence.start + 60)


def _lacks_subject(first: Any, sentence: Sentence) -> bool:
    if _is_a_name(first, sentence):
        return False
    negated = len(sentence.words) > 1 and first.lower_ in ("do", "does", "did") and sentence.words[1].lower_ in ("n't", "n’t", "not")
    first_of_list = not sentence.text[0].isalpha()
    if first.is_upper or negated or first_of_list or "?" in sentence.text:
        return False
    if len(sentence.words) > 2 and sentence.words[1].lower_ == "be" and sentence.words[2].tag_ in ("JJ", "JJR"):
        return False  # "Could be worse."
    inverted = first.lower_ == "may" or (first.lower_ in _INVERTED and "," in sentence.text)
    return not (inverted and _has_own_subject(_verb_over(first)))


def _is_a_name(first: Any, sentence: Sentence) -> bool:
    """Return whether the auxiliary is a name ("Will Smith", "Must Farm", "May said", "Will, who is 12", "Will's") or a part of one."""
    after = sentence.text[len(first.text) :]
    if after.startswith(("-", "'s", "’s")) or (first.lower_ in ("will", "may") and after.startswith(",")):
        return True
    if len(sentence.words) == 1:
        return False
    second = sentence.words[1]
    is_capital = second.text[0].isupper() and second.text != "I"
    return is_capital or second.tag_ in ("VBD", "VBZ", "MD") or (first.lower_ in _MODALS and second.tag_ == "VBN")


def find_adrift_phrases(reading: Reading) -> Iterable[Span]:
    for sentence in _narrated(reading):
        if sentence.place == 0 or not _is_statement(sentence) or ":" in sentence.text or len(sentence.words) < _LEAST_ADRIFT:
            continue
        first = sentence.words[0]
        is_amount = first.dep_ == "quantmod" or sentence.words[1].like_num  # "About 1.4 million homes."
        if first.pos_ == "ADP" and not is_amount and first.lower_ not in ("as", "like", "up") and not _may_stand_alone(sentence):
            yield sentence.start, sentence.end


def _may_stand_alone(sentence: Sentence) -> bool:
    if (
        re.match(r"Of (?!course|late|note|all|the|th[eo]se|this|that|its|his|her|them|our|my|\d)", sentence.text)
        and "," not in sentence.text
    ):
        return False
    if len(sentence.words) <= LONGEST_ELLIPSIS and re.search(r"\w, \w", sentence.text):
        return True
    if sentence.finite_outside_relatives or _goes_on_after_comma(sentence) or sentence.has_main_clause:
        return True
    return _is_inverted(sentence)


def _is_inverted(sentence: Sentence) -> bool:
    """Return whether the phrase precedes a finite verb whose subject was parsed as its object ("Across the river sit 4,000 people.")."""
    verb = sentence.words[0].head
    return (
        verb.dep_ == "ROOT"
        and verb.tag_ in FINITE
        and verb.lemma_ != "have"
        and any(child.dep_ == "dobj" and child.i > verb.i for child in verb.children)
    )


LONGEST_ELLIPSIS = 9
"""Maximum number of words of a sentence that omits its verb as a style: "On the one hand, more boats." """


def _goes_on_after_comma(sentence: Sentence) -> bool:
    """Return whether a comma after a few words is followed by a possible main clause whose verb was tagged as a noun."""
    for place, token in enumerate(sentence.words[:-3]):
        if token.i + 1 < len(token.doc) and token.nbor().text == ",":
            rest = sentence.words[place + 1 :]
            names_only = all(word.pos_ in ("PROPN", "NUM", "CCONJ", "ADP", "DET", "ADJ") for word in rest)
            return place < 7 and not names_only and rest[0].tag_ not in _NO_SUBJECT_TAGS
    return False


def find_adrift_times(reading: Reading) -> Iterable[Span]:
    for sentence in _narrated(reading):
        if sentence.place == 0 or not _is_statement(sentence) or len(sentence.words) > 6:
            continue
        if any(token.pos_ in ("VERB", "AUX") for token in sentence.tokens):
            continue
        if sentence.words[-1].lower_ in _TIME_WORDS and any(token.ent_type_ in ("DATE", "TIME") for token in sentence.tokens):
            yield sentence.start, sentence.end


def find_torn_relatives(reading: Reading) -> Iterable[Span]:
    for sentence in _narrated(reading):
        first = sentence.words[0]
        if sentence.place == 0 and not _follows_prose(sentence, reading):
            continue  # under a heading such as "What we do not know"
        if first.lower_ not in _RELATIVES or not _is_statement(sentence) or len(sentence.words) < 3:
            continue
        if first.is_upper or sentence.words[1].text[0].isupper() or sentence.words[1].lower_ in ("’s", "'s"):
            continue  # "WHO", "Who Cares Wins", "Who's Who"
        if first.lower_ == "which" and (sentence.words[1].lower_ in _COMMENTS or re.match(r"which,", sentence.text, re.IGNORECASE)):
            continue
        if _verb_over(first).dep_ not in ("csubj", "csubjpass", "ccomp"):
            yield sentence.start, sentence.end


def _follows_prose(sentence: Sentence, reading: Reading) -> bool:
    number = sentence.paragraph.number
    return number == 0 or reading.paragraphs[number - 1].is_prose


def find_torn_participles(reading: Reading) -> Iterable[Span]:
    for sentence in _narrated(reading):
        first = sentence.words[0]
        if sentence.place == 0 or not _is_participle(sentence) or not _is_statement(sentence):
            continue
        if len(sentence.words) < 3 or ":" in sentence.text or sentence.text.startswith("("):
            continue
        finite = sentence.finite_outside_relatives
        if first.lower_ in _REPORTING and sentence.words[1].lower_ != "that":
            said = [verb for verb in finite if first in verb.ancestors]
            finite = [verb for verb in finite if verb not in said] if len(said) == 1 else finite
        if not finite:
            yield sentence.start, sentence.end


def _is_participle(sentence: Sentence) -> bool:
    """Return whether it starts with "adding" or "killed by". After "according to" and similar, the main clause can follow a comma."""
    first, *rest = sentence.words
    if first.tag_ == "VBN" or first.lower_ == "according":
        follows = bool(rest) and rest[0].pos_ in ("ADP", "PART") and (first.tag_ == "VBG" or len(rest) >= _LEAST_PASSIVE)
        return follows and "," not in sentence.text
    return bool(first.tag_ == "VBG")


def find_torn_subordinates(reading: Reading) -> Iterable[Span]:
    for sentence in _narrated(reading):
        first = sentence.words[0]
        if sentence.place == 0 or first.lower_ not in _SUBORDINATORS or not _is_statement(sentence) or len(sentence.words) < 5:
            continue
        stands_alone = sentence.has_main_clause or sentence.finite_outside_relatives or _goes_on_after_comma(sentence)
        if first.dep_ in ("mark", "advmod") and not stands_alone and ":" not in sentence.text:
            yield sentence.start, sentence.end


def find_cut_ends(reading: Reading) -> Iterable[Span]:
    for sentence, after in pairwise((*reading.sentences, None)):
        if sentence is None or not sentence.paragraph.is_prose or len(sentence.words) < 3 or sentence.text.endswith(".."):
            continue
        last = re.search(r"(?<= )([a-z]+)\.$", sentence.text)
        if last is None:
            continue
        cut = last.group(1) in reading.language.never_last
        goes_on = after is not None and after.paragraph == sentence.paragraph and not after.spoken and bool(after.words)
        if after is not None and goes_on and last.group(1) in _RARELY_END:
            cut = not _stands_alone(after, order=last.group(1) != "to") and not _may_be_stranded(sentence)
        if cut or (last.group(1) in _LEAVES_NOUN and _lacks_object(sentence)):
            yield sentence.start + last.start(), sentence.end


def _lacks_object(sentence: Sentence) -> bool:
    """Return whether it ends in a noun and a preposition ("six members of.") without a clause that contains the object."""
    *before, last = sentence.words
    lends = any(token.dep_ in ("relcl", "acl", "auxpass", "pcomp", "xcomp") or token.tag_ in ("WP", "WDT", "WRB", "TO") for token in before)
    return not lends and last.tag_ == "IN" and before[-1].pos_ in ("NOUN", "PROPN") and before[-1].lower_ not in _HOLDS


def _may_be_stranded(sentence: Sentence) -> bool:
    """Return whether a preposition can end the sentence: "what this lens is capable of"."""
    return any(token.tag_ in ("WP", "WDT", "WRB") or token.lower_ == "that" for token in sentence.words)


def _stands_alone(sentence: Sentence, *, order: bool) -> bool:
    ordered = sentence.words[0].dep_ == "ROOT" and sentence.words[0].tag_ in ("VB", "VBP")
    return sentence.has_main_clause and (order or not ordered)


def find_held_people(reading: Reading) -> Iterable[Span]:
    for sentence in _narrated(reading):
        for verb in sentence.tokens:
            subject = next((child for child in verb.children if child.dep_ == "nsubjpass"), None)
            if subject is None or verb.lemma_ not in _EVENT_VERBS or subject.lower_.removesuffix("s") not in _OFFICES:
                continue
            place = next((child for child in verb.children if child.lower_ in ("in", "at", "on")), None)
            if place is not None and not {token.lemma_.lower() for token in sentence.tokens} & _DETENTION:
                last = place.right_edge
                yield subject.left_edge.idx, last.idx + len(last)


RULES = (
    Rule(
        id="bare-auxiliary",
        severity=Severity.STRONG,
        message="A sentence starts with an auxiliary verb and has no subject: it is the end of another sentence.",
        fires="The council met on Monday in Porto. Could agree on nothing. Talks go on this week.",
        silent="The council met on Monday in Porto. It could not agree on it. Could it have done more? Talks go on this week.",
        find=find_bare_auxiliaries,
        languages=_ENGLISH,
        needs_analysis=True,
    ),
    Rule(
        id="adrift-phrase",
        severity=Severity.STRONG,
        message="A prepositional phrase is a sentence by itself: the rest of the sentence is missing or elsewhere.",
        fires="The union agreed to a new contract on Tuesday. With the company about wages and working hours. Work begins in May.",
        silent="The union agreed to a new contract on Tuesday, with the company, about wages and working hours. Not for long.",
        find=find_adrift_phrases,
        languages=_ENGLISH,
        needs_analysis=True,
    ),
    Rule(
        id="adrift-time",
        severity=Severity.WEAK,
        message="A time is a sentence by itself.",
        fires="The minister spoke after the vote in the chamber. Two days later. Nobody had expected it.",
        silent="The minister spoke two days later. Nobody had expected it two years ago.",
        find=find_adrift_times,
        languages=_ENGLISH,
        needs_analysis=True,
    ),
    Rule(
        id="torn-relative",
        severity=Severity.STRONG,
        message="A relative clause is a sentence by itself: it was separated from its noun.",
        fires="The prize went to a teacher from Bergen. Who had written the book at night. She was surprised.",
        silent="The prize went to a teacher from Bergen, who had written the book at night. Who will be next? Who wins next is open.",
        find=find_torn_relatives,
        languages=_ENGLISH,
        needs_analysis=True,
    ),
    Rule(
        id="torn-participle",
        severity=Severity.WEAK,
        message="A participle clause is a sentence by itself: it was separated from the preceding sentence.",
        fires="The mayor defended the plan on Monday. Adding that the bridge would be built in two years. Work has begun.",
        silent="The mayor defended the plan on Monday, adding that the bridge would be built. Building it takes two years.",
        find=find_torn_participles,
        languages=_ENGLISH,
        needs_analysis=True,
    ),
    Rule(
        id="torn-subordinate",
        severity=Severity.WEAK,
        message="A dependent clause is a sentence by itself.",
        fires="The mayor defended the plan on Monday. Although the council had voted against it twice. Work begins in May.",
        silent="The mayor defended the plan. Although the council had voted against it, work begins in May. Because she can.",
        find=find_torn_subordinates,
        languages=_ENGLISH,
        needs_analysis=True,
    ),
    Rule(
        id="cut-end",
        severity=Severity.STRONG,
        message="The sentence ends with a word that cannot end one: what followed is missing or elsewhere.",
        fires="The ministers agreed on Monday to the. Plan for the harbour. Work begins in May.",
        silent="The ministers agreed on Monday to the plan for the harbour. It is what they had hoped for.",
        find=find_cut_ends,
        languages=_ENGLISH,
        needs_analysis=True,
    ),
    Rule(
        id="event-without-noun",
        severity=Severity.WEAK,
        message='The subject of "was held" is a person: a noun such as "meeting" seems to be missing.',
        fires="The finance ministers were held in Lisbon on Monday. Prices were on the agenda.",
        silent="The meeting of finance ministers was held in Lisbon. Two ministers were held in prison there.",
        find=find_held_people,
        languages=_ENGLISH,
        needs_analysis=True,
    ),
)
