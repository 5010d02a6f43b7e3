"""Sentence vectors: a changed model is noticed, and what means the same lies close together."""

import numpy as np
import pytest

from newsdesk.vectors import encode

FIRST_OF_SIX = {
    "The ferry leaves at noon.": (-0.0805, -0.0207, 0.0603, 0.0212, -0.0065, 0.0616),
    "El transbordador sale a mediodía.": (-0.0737, -0.0394, -0.0347, 0.0427, -0.0303, 0.0069),
    "渡轮中午出发。": (-0.02, -0.0521, -0.0007, 0.0523, -0.0909, 0.0131),
}


def test_the_vectors_are_those_of_the_model_that_the_thresholds_were_set_with() -> None:
    assert encode(list(FIRST_OF_SIX))[:, :6] == pytest.approx(np.array(list(FIRST_OF_SIX.values())), abs=2e-3)


def test_a_vector_is_of_length_one_and_of_a_fixed_size() -> None:
    vectors = encode(["The ferry leaves at noon.", ""])
    assert (vectors.shape, vectors.dtype) == ((2, 512), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-3)


def test_translations_are_closer_than_other_sentences() -> None:
    ferry, translated, other = encode(["The ferry leaves at noon.", "El transbordador sale a mediodía.", "La alcaldesa dimitió el lunes."])
    assert ferry @ translated > 0.5 > 0.3 > ferry @ other
