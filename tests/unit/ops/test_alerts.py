"""Tests of newsdesk.ops.channels."""

import datetime as dt
import http.server
import json
import logging
import threading

import pytest
from pydantic import SecretStr

from newsdesk.errors import Unavailable
from newsdesk.fetch.source_names import write_source_name
from newsdesk.ops.alerts import acknowledge, describe, end_silences, list_alerts, list_silences, record_problems, silence, tell
from newsdesk.ops.channels import webhook
from newsdesk.ops.freshness import AlertRule, Problem
from samples import NOW

SILENT = Problem(rule=AlertRule.SILENCE, subject="marlow-post", message="nothing new for 9 h")
FAILED = Problem(rule=AlertRule.RUN_FAILED, subject="newsdesk_index", message="the run failed")


@pytest.fixture
def told():
    return []


@pytest.fixture
def evaluate(engine, told):
    """A function that records findings and sends alerts; `told` has the messages of the channel."""

    def evaluate(*findings, rules=tuple(AlertRule), minutes=0, broken=False):
        def channel(alerts):
            if broken:
                raise OSError("no way out")
            told.extend((alert.rule, alert.state) for alert in alerts)

        record_problems(engine, findings, rules=rules, channels=["chat"], now=NOW + dt.timedelta(minutes=minutes))
        return tell(engine, {"chat": channel}, now=NOW + dt.timedelta(minutes=minutes))

    return evaluate


def test_a_trouble_that_lasts_is_told_once(evaluate, told, engine):
    for minutes in (0, 15, 30):
        evaluate(SILENT, minutes=minutes)
    assert told == [(AlertRule.SILENCE, "raised")]
    (alert,) = list_alerts(engine)
    assert (alert.raised_at, alert.message) == (NOW, "nothing new for 9 h")


def test_its_end_is_told_once_and_then_it_is_forgotten(evaluate, told, engine):
    evaluate(SILENT)
    evaluate()
    evaluate()
    assert told == [(AlertRule.SILENCE, "raised"), (AlertRule.SILENCE, "recovered")]
    assert list_alerts(engine, over=True) == []


def test_what_comes_back_is_told_again(evaluate, told):
    evaluate(SILENT)
    evaluate()
    evaluate(SILENT)
    assert told == [(AlertRule.SILENCE, state) for state in ("raised", "recovered", "raised")]


def test_what_was_not_looked_for_stays_raised(evaluate, told, engine):
    evaluate(SILENT, FAILED)
    evaluate(rules=set(AlertRule) - {AlertRule.RUN_FAILED})
    assert [alert.rule for alert in list_alerts(engine)] == [AlertRule.RUN_FAILED]


def test_a_channel_that_fails_is_told_the_next_time_and_keeps_no_other_waiting(engine, told):
    record_problems(engine, [SILENT], rules=(), channels=["broken", "sound"], now=NOW)

    def broken(_alerts):
        raise OSError("no way out")

    assert tell(engine, {"broken": broken, "sound": told.extend}, now=NOW) == 1
    assert len(told) == 1
    assert tell(engine, {"broken": told.extend, "sound": told.extend}, now=NOW) == 0
    assert len(told) == 2


def test_an_end_that_could_not_be_told_is_told_later(evaluate, told, engine):
    evaluate(SILENT)
    assert evaluate(broken=True) == 1
    assert list_alerts(engine) == []
    evaluate()
    assert told[-1] == (AlertRule.SILENCE, "recovered")


def test_a_channel_that_is_taken_out_of_the_settings_is_owed_nothing(evaluate, engine):
    evaluate(SILENT, broken=True)
    record_problems(engine, [], rules=tuple(AlertRule), channels=["chat"], now=NOW)
    tell(engine, {}, now=NOW)
    assert list_alerts(engine, over=True) == []


@pytest.fixture
def hook():
    """A web server that records posts and responds with `status`."""

    class Hook(http.server.BaseHTTPRequestHandler):
        posted, status = [], 200

        def do_POST(self):
            self.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(self.status)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Hook.url = SecretStr(f"http://127.0.0.1:{server.server_address[1]}/services/secret-token")
    yield Hook
    server.shutdown()
    server.server_close()


def test_a_webhook_is_posted_a_line_for_people_and_the_facts_for_programs(engine, hook):
    record_problems(engine, [SILENT], rules=(), channels=["webhook"], now=NOW)
    assert tell(engine, {"webhook": webhook(hook.url)}, now=NOW) == 0
    (posted,) = hook.posted
    assert posted["text"] == "newsdesk: marlow-post: raised: silence: nothing new for 9 h"
    assert posted["alerts"][0]["rule"] == "silence"
    assert posted["alerts"][0]["raised_at"] == NOW.isoformat()


def test_a_webhook_is_told_the_name_of_a_source(engine, hook):
    with engine.begin() as connection:
        write_source_name(connection, ["marlow-post"], "Marlow Post")
    record_problems(engine, [SILENT], rules=(), channels=["webhook"], now=NOW)
    assert tell(engine, {"webhook": webhook(hook.url)}, now=NOW) == 0
    (posted,) = hook.posted
    assert posted["text"] == "newsdesk: Marlow Post: raised: silence: nothing new for 9 h"
    assert (posted["alerts"][0]["subject"], posted["alerts"][0]["name"]) == ("marlow-post", "Marlow Post")
    assert acknowledge(engine, "Marlow Post", now=NOW) == 1


def test_a_webhook_that_refuses_is_an_error_that_does_not_tell_its_address(engine, hook):
    hook.status = 500
    record_problems(engine, [SILENT], rules=(), channels=["webhook"], now=NOW)
    with pytest.raises(Unavailable) as refused:
        webhook(hook.url)(list_alerts(engine))
    assert "500" in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/sesame", "http://example.org:sesame/", "sesame"], ids=["no answer", "no port", "no address"]
)
def test_a_webhook_that_cannot_be_reached_is_an_error_that_does_not_tell_its_address(address):
    with pytest.raises(Unavailable) as raised:
        webhook(SecretStr(address))([])
    assert "sesame" not in str(raised.value)


def test_the_address_of_a_webhook_is_not_in_the_log(hook, caplog):
    with caplog.at_level(logging.DEBUG):
        webhook(hook.url)([])
    assert len(hook.posted) == 1
    assert "secret-token" not in caplog.text


def at(minutes):
    return NOW + dt.timedelta(minutes=minutes)


def test_nobody_is_told_of_a_silenced_alert_until_its_silence_is_over(evaluate, told, engine):
    silence(engine, SILENT.subject, until=at(60))
    for minutes in (0, 30, 59):
        evaluate(SILENT, FAILED, minutes=minutes)
    assert told == [(AlertRule.RUN_FAILED, "raised")]
    assert [alert.is_silenced(at(59)) for alert in list_alerts(engine)] == [True, False]
    evaluate(SILENT, FAILED, minutes=60)
    assert told[1:] == [(AlertRule.SILENCE, "raised")]
    assert list_silences(engine) == []


def test_an_alert_that_comes_and_goes_during_a_silence_is_never_told(evaluate, told, engine):
    silence(engine, SILENT.subject, until=at(60))
    for minutes, found in ((0, [SILENT]), (15, []), (30, [SILENT]), (45, []), (61, [])):
        evaluate(*found, minutes=minutes)
    assert told == []
    assert list_alerts(engine, over=True) == []


def test_a_silence_is_for_one_rule_or_for_all_of_its_subject_alone(evaluate, told, engine):
    other = Problem(rule=AlertRule.ERROR_RATE, subject=SILENT.subject, message="all fail")
    silence(engine, SILENT.subject, rule=AlertRule.SILENCE, until=at(60))
    evaluate(SILENT, other)
    assert told == [(AlertRule.ERROR_RATE, "raised")]
    assert end_silences(engine, "another") == 0
    assert end_silences(engine, SILENT.subject) == 1
    evaluate(SILENT, other, minutes=1)
    assert told[1:] == [(AlertRule.SILENCE, "raised")]


def test_an_acknowledged_alert_needs_no_attention_until_it_comes_again(evaluate, told, engine):
    evaluate(SILENT)
    assert acknowledge(engine, SILENT.subject, now=at(1)) == 1
    assert acknowledge(engine, "another", now=at(1)) == 0
    (alert,) = list_alerts(engine)
    assert not alert.needs_attention(at(1))
    assert describe(alert, now=at(1)).endswith("(since 2026-11-24 12:05 UTC, acknowledged)")
    evaluate(minutes=15)
    assert told == [(AlertRule.SILENCE, "raised"), (AlertRule.SILENCE, "recovered")]
    evaluate(SILENT, minutes=30)
    (again,) = list_alerts(engine)
    assert again.needs_attention(at(30))


def test_a_channel_that_failed_is_not_told_of_what_was_acknowledged_meanwhile(evaluate, told, engine):
    evaluate(SILENT, broken=True)
    acknowledge(engine, SILENT.subject, rule=AlertRule.SILENCE, now=at(1))
    evaluate(SILENT, minutes=15)
    assert told == []
