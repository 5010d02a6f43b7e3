"""Each rule applies to its own example, and not to the similar one.

Tests of newsdesk.tag.candidate, newsdesk.tag.catalogue, newsdesk.tag.contexts, newsdesk.tag.missed_names, newsdesk.tag.name_rules,
newsdesk.tag.repeats, newsdesk.tag.type_rules, newsdesk.tag.types_by_context and newsdesk.tag.types_by_name.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from marked_candidates import Example, parse_example
from newsdesk.records import EntityType
from newsdesk.rulebook import Case, first_case
from newsdesk.settings import TagSettings
from newsdesk.tag.candidate import Candidate, MissedName
from newsdesk.tag.catalogue import list_tables
from newsdesk.tag.classification import classify
from newsdesk.tag.detection import LABELS
from newsdesk.tag.gazetteer import Gazetteer, load_gazetteer
from newsdesk.tag.missed_names import MISSED_NAMES
from newsdesk.tag.name_rules import CREDIT_RULE, DATELINE_RULE, NAME_RULES, dropping_rule, without_credits
from newsdesk.tag.repeats import REPEAT_RULES, Repeat
from newsdesk.tag.type_rules import type_by
from newsdesk.tag.types_by_context import BY_CONTEXT
from newsdesk.tag.types_by_name import BY_NAME

Subject = Callable[[Example, Gazetteer], Any]


def candidate(example: Example, gazetteer: Gazetteer) -> Candidate:
    return Candidate.of(example.span, example.text, gazetteer)


def overlooked(example: Example, gazetteer: Gazetteer) -> MissedName:
    return MissedName.found(example.span, example.tokens[example.at], example.text, gazetteer)


def repeat(example: Example, gazetteer: Gazetteer) -> Repeat:
    return Repeat(example.span.text, example.span.type, example.tokens, example.at, example.text, gazetteer)


TABLES: list[tuple[Sequence[Case[Any]], Subject]] = [
    (BY_NAME, candidate),
    (BY_CONTEXT, candidate),
    (MISSED_NAMES, overlooked),
    (NAME_RULES, candidate),
    (REPEAT_RULES, repeat),
]
CASES = [pytest.param(table, rule, subject, id=rule.id) for table, subject in TABLES for rule in table]
NAME_CASES = [pytest.param(table, rule, subject, id=rule.id) for table, subject in TABLES[3:] for rule in table]
TYPE_CASES = [pytest.param(table, rule, subject, id=rule.id) for table, subject in TABLES[:3] for rule in table]


KEEPING = {
    "alias-table",
    "country",
    "surname-behind-title",
    "place-acronym-or-full-name",
    "repeat-never-small",
    "repeat-of-month-that-acts",
}


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(TagSettings())


@pytest.mark.parametrize(("table", "rule", "subject"), CASES)
def test_a_rule_is_the_one_that_decides_on_its_example(
    table: Sequence[Case[Any]], rule: Case[Any], subject: Subject, gazetteer: Gazetteer
) -> None:
    decided = first_case(table, subject(parse_example(rule.fires), gazetteer))
    assert decided is not None
    assert decided.id == rule.id


@pytest.mark.parametrize(("table", "rule", "subject"), CASES)
def test_a_rule_does_not_apply_to_the_example_beside_it(
    table: Sequence[Case[Any]], rule: Case[Any], subject: Subject, gazetteer: Gazetteer
) -> None:
    assert not rule.applies(subject(parse_example(rule.silent), gazetteer))


@pytest.mark.parametrize(("table", "rule", "subject"), TYPE_CASES)
def test_a_rule_gives_the_type_that_its_example_states(
    table: Sequence[Any], rule: Case[Any], subject: Subject, gazetteer: Gazetteer
) -> None:
    example = parse_example(rule.fires)
    assert type_by(table, subject(example, gazetteer)) == example.expected


@pytest.mark.parametrize(("table", "rule", "subject"), NAME_CASES)
def test_a_rule_keeps_or_drops_its_example(table: Sequence[Any], rule: Case[Any], subject: Subject, gazetteer: Gazetteer) -> None:
    dropping = dropping_rule(table, subject(parse_example(rule.fires), gazetteer))
    assert (dropping is None) is (rule.id in KEEPING)


@pytest.mark.parametrize(("marked", "rule"), [(DATELINE_RULE.fires, DATELINE_RULE.id), (DATELINE_RULE.silent, None)])
def test_the_place_of_a_dateline_replaces_what_overlaps_it(marked: str, rule: str | None, gazetteer: Gazetteer) -> None:
    example = parse_example(marked)
    names, dropped = classify([example.span], example.tokens, example.text, gazetteer)
    assert [drop.rule for drop in dropped] == ([rule] if rule else [])
    assert (names[0].text, names[0].type) == ("MANILA", EntityType.PLACE)


@pytest.mark.parametrize(
    ("marked", "rule"),
    [(CREDIT_RULE.fires, CREDIT_RULE.id), (CREDIT_RULE.silent, None), ("A ferry. [REUTERS|ORG]/Ana Prado", CREDIT_RULE.id)],
    ids=["dateline", "within a sentence", "picture"],
)
def test_an_agency_that_is_credited_is_dropped(marked: str, rule: str | None) -> None:
    example = parse_example(marked)
    kept, dropped = without_credits([example.span], example.text)
    assert [drop.rule for drop in dropped] == ([rule] if rule else [])
    assert len(kept) + len(dropped) == 1


def test_ids_are_unique_and_messages_are_sentences() -> None:
    rules = [rule for table in list_tables() for rule in table.rules]
    assert len({rule.id for rule in rules}) == len(rules) > 50
    assert [rule.id for rule in rules if not (rule.message[0].isupper() or rule.message[0] == '"') or not rule.message.endswith(".")] == []


def test_every_table_is_listed_in_the_documents() -> None:
    listed = {rule.id for table in list_tables() for rule in table.rules}
    assert {rule.id for table, _ in TABLES for rule in table} | {DATELINE_RULE.id, CREDIT_RULE.id} == listed


def test_every_label_of_the_examples_is_one_of_the_model() -> None:
    labels = {parse_example(text).span.label for table in list_tables() for rule in table.rules for text in (rule.fires, rule.silent)}
    assert labels - {""} <= LABELS.keys()
