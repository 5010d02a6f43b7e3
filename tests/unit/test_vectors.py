"""Sentence vectors: a changed model is detected, and texts with the same meaning are near each other."""

import numpy as np
import pytest

from newsdesk.vectors import embed, encode, pack, unpack

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


def test_an_articles_vector_is_found_by_its_headline_and_by_each_of_its_first_sentences_in_another_language() -> None:
    text = "La nave sale a mediodía. El sindicato pide más sueldo por la noche. Los viajeros esperan en el muelle. Mañana lloverá."
    ferry = embed("Huelga de transbordadores en el puerto", text)
    asked = encode(
        [
            "Ferry strike in the port",
            "The union wants higher pay at night.",
            "Travellers wait at the quay.",
            "A bank lowered its interest rates.",
        ]
    )
    *parts, other = asked @ ferry
    assert min(parts) > 0.4 > 0.35 > other
    assert np.linalg.norm(ferry) == pytest.approx(1.0, abs=1e-3)


def test_an_articles_vector_is_nearest_to_its_headline() -> None:
    title, text = "Huelga de transbordadores en el puerto", "La nave sale a mediodía. El sindicato pide más sueldo. Los viajeros esperan."
    headline, *opening = encode([title, *text.split(". ")]) @ embed(title, text)
    assert headline > 0.7 > max(opening)


def test_what_follows_the_third_sentence_does_not_change_an_articles_vector() -> None:
    opening = "One ferry left. Two stayed in port. Three are being repaired."
    assert embed("Ferries", opening) @ embed("Ferries", f"{opening} Elsewhere, a bank failed.") == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(("title", "text"), [("Ferries", ""), ("", "One ferry left."), ("", "")])
def test_an_article_without_headline_or_text_has_a_vector_too(title: str, text: str) -> None:
    assert np.linalg.norm(embed(title, text)) == pytest.approx(1.0, abs=1e-3)


def test_a_packed_vector_keeps_its_direction() -> None:
    vectors = encode(list(FIRST_OF_SIX))
    unpacked = np.array([unpack(pack(vector)) for vector in vectors])
    assert unpacked @ unpacked.T == pytest.approx(vectors @ vectors.T, abs=3e-3)
    assert len(pack(vectors[0])) == 684
