import pytest

from newsdesk.errors import BadRequest, Status
from newsdesk.scope import EVERYTHING, NEVER_ENRICHED, Only, Past, Scope, parse_scope

PRESENT, OLD = "2.1.1", "1.1.1"
ARTICLE = Past(status=Status.ENRICHED, has_article=True, version=PRESENT, source="efe", language="es")
OLDER = Past(status=Status.ENRICHED, has_article=True, version=OLD, source="efe", language="es")
LOST = Past(status=Status.ENRICHED, version=PRESENT, source="efe")
DEAD = Past(status=Status.DEAD, version=PRESENT, source="efe")
SET_ASIDE = Past(status=Status.SET_ASIDE, version=PRESENT, source="efe")
PASTS = {"article": ARTICLE, "older": OLDER, "lost": LOST, "dead": DEAD, "set aside": SET_ASIDE}


@pytest.mark.parametrize(
    ("scope", "included"),
    [
        (Scope(), {"article", "older", "lost", "dead", "set aside"}),
        (Scope(only=Only.FAILED), {"dead"}),
        (Scope(only=Only.MISSING), {"lost"}),
        (Scope(only=Only.OLDER), {"older"}),
        (Scope(source="efe"), {"article", "older", "lost", "dead", "set aside"}),
        (Scope(source="afp"), set()),
        (Scope(language="es"), {"article", "older"}),
        (Scope(language="fr"), set()),
        (Scope(only=Only.OLDER, language="es"), {"older"}),
    ],
    ids=["all", "failed", "missing", "older", "a source", "another source", "a language", "another language", "older in a language"],
)
def test_a_scope_includes_captures_by_their_previous_result(scope, included):
    assert {name for name, past in PASTS.items() if scope.includes(past, version=PRESENT)} == included


@pytest.mark.parametrize("only", Only)
def test_every_scope_includes_a_capture_that_was_never_enriched(only):
    assert Scope(only=only, source="afp", language="fr").includes(NEVER_ENRICHED, version=PRESENT)


@pytest.mark.parametrize("scope", [EVERYTHING, Scope(only=Only.FAILED, source="efe"), Scope(language="es")], ids=str)
def test_a_scope_is_parsed_back_from_its_conf(scope):
    assert parse_scope(scope.as_conf()) == scope


@pytest.mark.parametrize(
    ("conf", "message"),
    [
        ({"only": "broken"}, "only='broken' is not one of all, failed, missing, older"),
        ({"sources": "efe"}, "unknown: sources. A replay can be filtered by only, source and language"),
        ({"only": "failed", "language": "es"}, "leave out only or language"),
    ],
    ids=["unknown value", "unknown name", "empty scope"],
)
def test_an_invalid_scope_is_rejected_with_a_message(conf, message):
    with pytest.raises(BadRequest, match=message):
        parse_scope(conf)
