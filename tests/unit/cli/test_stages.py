"""The stage commands in a pipe: one output line for each input line, in the same order, for any input."""

import base64
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from newsdesk.cli import main

TORN = "The ministers met on Thursday in Lisbon. Can stop it.” The talks go on."
PAGE = "<html><head><title>Ferry</title></head><body><article><h1>Ferry leaves</h1>" + "<p>The ferry left the harbour.</p>" * 20


def run_stage(command, given, *options):
    """Return the output of `newsdesk <command> <options>`. It runs in this process, so that the models are loaded only once."""
    return CliRunner().invoke(main.newsdesk, [command, *options], input=given, catch_exceptions=False).stdout


def newsdesk(command, lines, *options):
    """Return the output records of `newsdesk <command> <options>` for these lines (text or JSON values)."""
    given = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    return [json.loads(line) for line in run_stage(command, given, *options).splitlines()]


def base64_of(text):
    return base64.b64encode(text.encode()).decode()


BAD_LINES = [
    "",
    "not json",
    "[1, 2]",
    '"text"',
    "{",
    "[" * 100_000,
    {"id": 1},
    {"id": 2, "text": None, "html_base64": None, "body_base64": None},
    {"id": 3, "text": 7, "html_base64": 7, "body_base64": 7},
    {"id": "4", "html_base64": "%%%", "body_base64": "%%%", "text": "\ud800"},
]
GOOD_LINES = {
    "parse-feed": {
        "id": "good",
        "url": "https://example.org/feed",
        "content_type": "application/rss+xml",
        "body_base64": base64_of(
            "<rss version='2.0'><channel><title>T</title><item><title>A</title><link>https://example.org/a</link></item></channel></rss>"
        ),
    },
    "clean": {"id": "good", "url": "https://example.org/a", "content_type": "text/html", "html_base64": base64_of(PAGE)},
    "check": {"id": "good", "text": TORN},
    "tag": {"id": "good", "text": TORN},
    "enrich": {"id": "good", "url": "https://example.org/a", "content_type": "text/html", "html_base64": base64_of(PAGE)},
}
FIELDS = {
    "parse-feed": {"id", "title", "entries"},
    "clean": {"id", "title", "text", "authors", "published_at", "language", "canonical_url", "site_name", "image"},
    "check": {"id", "language", "translation"},
    "tag": {"id", "entities"},
    "enrich": {"id", "title", "text", "language", "translation", "entities"},
}


@pytest.mark.parametrize("command", GOOD_LINES)
def test_every_line_gets_its_answer_and_bad_ones_hurt_no_other(command):
    answers = newsdesk(command, [GOOD_LINES[command], *BAD_LINES, GOOD_LINES[command]])
    assert len(answers) == len(BAD_LINES) + 2
    first, *bad, last = answers
    assert FIELDS[command] <= set(first)
    assert first == last
    assert all(set(answer) == {"id", "error"} and answer["error"] for answer in bad)
    assert [answer["id"] for answer in bad] == [None] * 6 + [1, 2, 3, "4"]


def test_an_age_is_a_date_if_the_time_of_the_capture_is_given():
    page = {"url": "https://example.org/a", "html_base64": base64_of(PAGE.replace("</h1>", "</h1><p>2 hours ago</p>"))}
    times = ("2026-11-24T12:05:00Z", None, "yesterday")
    known, unknown, invalid = newsdesk("clean", [{"id": str(time), **page, "fetched_at": time} for time in times])
    assert known["published_at"] == "2026-11-24T10:05:00Z"
    assert unknown["published_at"] is None
    assert invalid == {"id": "yesterday", "error": invalid["error"]}
    assert '"fetched_at" is not a time' in invalid["error"]


def test_check_answers_with_places_in_the_text():
    (answer,) = newsdesk("check", [{"id": "1", "text": TORN}])
    translation = answer["translation"]
    assert translation["verdict"] in {"suspect", "garbled"}
    assert any("Can stop it.”" in TORN[finding["start"] : finding["end"]] for finding in translation["findings"])
    assert {"start", "end", "rule", "severity", "message"} <= set(translation["findings"][0])
    assert translation["is_translation"] == "unknown"
    assert translation["evidence"] == []


def test_offsets_count_code_points_after_an_emoji():
    text = "🇺🇦🚢 The ship reached Lisbon on Monday, said Ines Calloway of the port authority."
    (answer,) = newsdesk("tag", [{"id": "1", "text": text, "language": "en"}])
    mentions = [mention for entity in answer["entities"] for mention in entity["mentions"]]
    assert mentions
    assert all(text[mention["start"] : mention["end"]] == mention["text"] for mention in mentions)


def test_tag_explains_which_rule_dropped_a_name():
    text = "Ana Prado met Ukrainian officials in Lima on Monday."
    plain, explained = (newsdesk("tag", [{"id": "1", "text": text, "language": "en"}], *options)[0] for options in ((), ("--explain",)))
    dropped = explained.pop("dropped")
    assert explained == plain
    assert {"start": 14, "end": 23, "text": "Ukrainian", "rule": "nationality"} in dropped


def test_a_text_too_long_to_analyse_is_refused_by_name_of_the_limit_and_the_rest_goes_on():
    long, short = newsdesk("check", [{"id": "long", "text": "word " * 2_000_000}, {"id": "short", "text": TORN}])
    assert "NEWSDESK_NLP_MAXIMUM_CHARACTERS" in long["error"]
    assert short["translation"]["verdict"]


def test_a_line_that_names_no_language_is_checked_in_its_own():
    (answer,) = newsdesk("check", [{"id": "1", "text": "The plan was agreed. Can stop it.” Ministers met."}])
    assert (answer["language"], answer["translation"]["verdict"] is not None) == ("en", True)


def test_a_language_without_rules_gets_no_verdict():
    (answer,) = newsdesk("check", [{"id": "1", "text": "これは短い文章です。船は正午に港を出ました。"}])
    assert answer["translation"]["verdict"] is None


def test_an_answer_comes_before_the_next_line_is_given():
    command = [sys.executable, "-m", "newsdesk.cli.main", "check"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as pipe:
        for number in range(2):
            pipe.stdin.write(json.dumps({"id": number, "text": TORN}) + "\n")
            pipe.stdin.flush()
            assert json.loads(pipe.stdout.readline())["id"] == number
        pipe.stdin.close()
    assert pipe.returncode == 0


def test_check_lists_its_rules_with_an_example_that_fires_and_one_that_does_not():
    shown = run_stage("check", "", "--rules")
    assert "torn-quotation-end  (strong" in shown
    assert shown.count("    fires:  ") == shown.count("    silent: ") > 10


def test_check_explains_a_verdict_to_a_person():
    shown = run_stage("check", json.dumps({"id": "story", "text": TORN}) + "\nnot json\n", "--explain")
    assert "story: " in shown
    assert "⟨Can stop it.”⟩" in shown
    assert "\\u001b" not in shown
    assert "None: this line is not JSON" in shown
