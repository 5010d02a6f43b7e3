import copy

import pytest
from airflow.sdk.definitions.param import ParamsDict

from newsdesk.airflow_tasks.replay import SCOPE_PARAMS
from newsdesk.scope import EVERYTHING, Only, Scope, parse_scope


def filled_in(**answers):
    """Return the conf of a run with these values in the form; raises Airflow's error for invalid values."""
    params = ParamsDict(copy.deepcopy(SCOPE_PARAMS))
    params.update(answers)
    return params.validate()


def test_the_form_as_it_is_means_everything():
    assert parse_scope(filled_in()) == EVERYTHING


def test_a_filled_in_form_is_the_scope():
    assert parse_scope(filled_in(only="failed", source="efe")) == Scope(only=Only.FAILED, source="efe")
    assert parse_scope(filled_in(language="es")) == Scope(language="es")


@pytest.mark.parametrize("answers", [{"only": "nonsense"}, {"language": "Spanish"}], ids=str)
def test_the_form_takes_no_other_answers(answers):
    with pytest.raises(Exception, match="Invalid input for param"):
        filled_in(**answers)


@pytest.mark.parametrize("name", ["source", "language"])
def test_what_may_stay_empty_is_not_asked_for(name):
    assert SCOPE_PARAMS[name].schema["type"] == ["null", "string"]
    assert SCOPE_PARAMS[name].value is None
