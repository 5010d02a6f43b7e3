"""Editing of the names of entities."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from newsdesk.errors import BadRequest, SetupError
from newsdesk.records import EntityType
from newsdesk.settings import TagSettings
from newsdesk.tag.known_names import LONGEST_NAME, add_name, find_known, take_name_out

PERSON, ORGANIZATION = EntityType.PERSON, EntityType.ORGANIZATION


@pytest.fixture
def settings(tmp_path):
    return TagSettings(aliases=tmp_path / "aliases.tsv")


def test_an_entry_is_found_by_each_of_its_names(settings):
    add_name(settings, PERSON, "Ines Calloway", "I. Calloway")
    for name in ("Ines Calloway", "ines calloway", "I. Calloway"):
        assert find_known(settings, name).name == "Ines Calloway"
    assert find_known(settings, "Nobody At All") is None


def test_names_that_several_users_add_at_once_are_all_kept(settings):
    with ThreadPoolExecutor(8) as users:
        list(users.map(lambda number: add_name(settings, PERSON, "Ines Calloway", f"Ines {number}"), range(40)))
    assert len(find_known(settings, "Ines Calloway").aliases) == 40


def test_an_entry_of_another_type_is_not_found_where_a_type_is_asked(settings):
    add_name(settings, PERSON, "Marlow", "Old Marlow")
    assert find_known(settings, "Marlow", PERSON).type is PERSON
    assert find_known(settings, "Marlow", EntityType.PLACE) is None


def test_the_packages_names_are_known_and_the_users_come_before_them(settings):
    package = find_known(settings, "UN")
    assert not package.is_own
    add_name(settings, ORGANIZATION, "Union of Nurses", "UN")
    assert find_known(settings, "UN").name == "Union of Nurses"


def test_an_entrys_own_name_comes_before_an_alias(settings):
    add_name(settings, PERSON, "Yassine Bounou", "Bono")
    add_name(settings, PERSON, "Bono", "Paul Hewson")
    assert find_known(settings, "Bono").name == "Bono"


def test_a_name_is_taken_out_of_one_entry_alone(settings):
    add_name(settings, PERSON, "Yassine Bounou", "Bono")
    add_name(settings, PERSON, "Bono", "Paul Hewson")
    take_name_out(settings, PERSON, "Yassine Bounou", "Bono")
    assert find_known(settings, "Yassine Bounou").aliases == ()
    assert find_known(settings, "Paul Hewson").name == "Bono"


def test_a_name_of_the_package_cannot_be_taken_out(settings):
    known = find_known(settings, "UN")
    with pytest.raises(BadRequest, match="the package's names stay"):
        take_name_out(settings, known.type, known.name, "UN")


@pytest.mark.parametrize("name", ["", " ", "a|b", "a\tb", "a\nb", "#a", "\u202ea", "x" * (LONGEST_NAME + 1)], ids=ascii)
def test_what_would_break_the_table_is_no_name(settings, name):
    for pair in (("Ines Calloway", name), (name, "Ines Calloway")):
        with pytest.raises(BadRequest, match="is not a name"):
            add_name(settings, PERSON, *pair)
    assert not settings.aliases.exists()


def test_without_a_table_of_ones_own_nothing_can_be_added():
    with pytest.raises(SetupError, match="NEWSDESK_TAG_ALIASES"):
        add_name(TagSettings(aliases=None), PERSON, "Ines Calloway", "I. Calloway")
    assert find_known(TagSettings(aliases=None), "UN") is not None
