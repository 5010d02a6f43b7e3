"""Models that find names in French, Japanese and Russian. Each is optional: `requirements-names.lock` lists their packages.

A language whose packages are not installed is tagged by rules alone, or not at all. A model gives names and no analysis, so the
translation check is the same with and without it.
"""

import importlib.util
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from newsdesk.data_files import read_rows
from newsdesk.nlp import InstalledModel, SpacyModel, encodable, split_windows
from newsdesk.records import EntityType, ModelName, ModelNames
from newsdesk.settings import NlpSettings

ONLY_NAMES = ("morphologizer", "parser", "attribute_ruler", "lemmatizer", "compound_splitter", "bunsetu_recognizer")
"""Components of spaCy's models that its component for names does not use."""

Label = str
Read = Callable[[str], Iterator[tuple[int, int, Label]]]
"""Yields the start, the end and the label of each name in a text, in order."""
BaseForm = Callable[[str], str]
"""Returns the base form of a name, or an empty string."""


@dataclass(frozen=True, slots=True)
class NameModel:
    """How the names of a language are found. `packages` have to be installed, the first one has the weights."""

    packages: tuple[str, ...]
    open: Callable[[NlpSettings], Read]
    base_form: Callable[[], BaseForm] | None = None


class NameFinder:
    """Finds names with those of the `models` that are installed, each loaded when it is first needed."""

    def __init__(self, settings: NlpSettings, models: Mapping[str, NameModel] | None = None) -> None:
        self._settings = settings
        wanted = NAME_MODELS if models is None else models
        self._models = {language: model for language, model in wanted.items() if all(map(importlib.util.find_spec, model.packages))}
        self._reading: dict[str, tuple[Read, BaseForm]] = {}

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self._models)

    def find(self, text: str, language: str | None) -> ModelNames | None:
        """Return the names in a text, or None where no model for its language is installed."""
        model = self._models.get(language or "")
        if language is None or model is None:
            return None
        if language not in self._reading:
            self._reading[language] = model.open(self._settings), (model.base_form or _no_base_form)()
        read, base_form = self._reading[language]
        types, names, offset = name_types(language), [], 0
        for window in split_windows(encodable(text), self._settings.window_characters):
            for start, end, label in read(window):
                type_ = types.get(label)
                if type_ is not None:
                    base = base_form(window[start:end]) if type_ is EntityType.PLACE else ""
                    names.append(ModelName(offset + start, offset + end, type_, base))
            offset += len(window)
        return ModelNames(f"{model.packages[0]} {metadata.version(model.packages[0])}", tuple(names))


@cache
def open_name_finder(settings: NlpSettings) -> NameFinder:
    """Return the name finder of this process. Later callers, and forked processes, share its loaded models."""
    return NameFinder(settings)


@cache
def name_types(language: str) -> Mapping[Label, EntityType]:
    """Map the labels of a language's model to types, by `data/name_labels.tsv`."""
    return {label: EntityType(type_) for of, label, type_ in read_rows("data/name_labels.tsv") if of == language}


def spacy_model(package: str) -> Callable[[NlpSettings], Read]:
    def open_model(settings: NlpSettings) -> Read:
        model = SpacyModel(InstalledModel(package, unused=ONLY_NAMES), new_words_kept=settings.new_words_kept)

        def read(text: str) -> Iterator[tuple[int, int, Label]]:
            return ((span.start_char, span.end_char, span.label_) for span in model.load()(text).ents)

        return read

    return open_model


def _russian_model(_settings: NlpSettings) -> Read:
    """Open the weights in the package `natasha`. Its own code is not imported, since it needs pymorphy2, which is not maintained."""
    from navec import Navec
    from slovnet import NER

    folder = _package_folder("natasha") / "data"
    model: Any = NER.load(folder / "model/slovnet_ner_news_v1.tar")
    model.navec(Navec.load(folder / "emb/navec_news_v1_1B_250K_300d_100q.tar"))

    def read(text: str) -> Iterator[tuple[int, int, Label]]:
        offset = 0
        for line in text.split("\n"):
            yield from ((offset + span.start, offset + span.stop, span.type) for span in model(line).spans)
            offset += len(line) + 1

    return read


def _package_folder(package: str) -> Path:
    """The folder of an installed package, which is not imported. Raises ModuleNotFoundError where it is not installed."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(package)
    return Path(found.submodule_search_locations[0])


def _russian_base_form() -> BaseForm:
    from pymorphy3 import MorphAnalyzer

    morphology: Any = MorphAnalyzer(lang="ru")

    @lru_cache(maxsize=10_000)
    def base_form(name: str) -> str:
        return " ".join(morphology.parse(word)[0].normal_form for word in name.split())

    return base_form


def _no_base_form() -> BaseForm:
    return lambda _name: ""


NAME_MODELS = {
    "fr": NameModel(("fr_core_news_sm",), spacy_model("fr_core_news_sm")),
    "ja": NameModel(("ja_ginza", "sudachipy"), spacy_model("ja_ginza")),
    "ru": NameModel(("natasha", "slovnet", "navec", "pymorphy3"), _russian_model, _russian_base_form),
}
"""Maps languages to their optional models."""
