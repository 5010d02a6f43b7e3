"""Articles that are only in the data of a page's scripts."""

import json

from newsdesk.clean.stage import clean
from newsdesk.settings import CleanSettings
from samples import captured_page

SENTENCES = [
    f"On day {number} the council met and decided that the old bridge would be repaired before the winter comes." for number in range(6)
]
MARKUP = "".join(f'<p class="text">{sentence}</p>' for sentence in SENTENCES)


def text_of(script: str, body: str = "") -> str:
    page = f"<html><head><title>Bridge</title></head><body><h1>Bridge</h1><div id='app'>{body}</div><script>{script}</script></body></html>"
    return clean(captured_page(url="https://courier.example/news/bridge", body=page.encode()), CleanSettings()).text


def escaped(data: object) -> str:
    return json.dumps(data).replace("<", "\\u003c")


def test_text_is_taken_from_the_state_of_the_application() -> None:
    assert text_of(f"window.state = {escaped({'article': {'html': MARKUP}})};").split("\n") == SENTENCES


def test_text_is_found_in_data_that_is_packed_in_a_string() -> None:
    assert text_of(f"self.push([1, {escaped(json.dumps({'article': {'html': MARKUP}}))}])").split("\n") == SENTENCES


def test_page_that_has_its_text_is_not_searched() -> None:
    own = "".join(f"<p>{sentence.replace('council', 'board')}</p>" for sentence in SENTENCES)
    assert "council" not in text_of(f"window.state = {escaped({'next': MARKUP * 3})};", body=own)
