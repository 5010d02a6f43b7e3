"""The choice of Java, and the error if there is none."""

import dataclasses
from pathlib import Path

import pytest

from newsdesk.errors import SetupError
from newsdesk.local.java import find_java, java_version
from newsdesk.local.jdk_sources import JdkUnavailable
from newsdesk.settings import Settings, load


def make_jdk(folder: Path, version: str, *, full: bool = True) -> Path:
    (folder / "bin").mkdir(parents=True)
    for program in ("java", "javac", "jar", "jdb", "jlink") if full else ("java",):
        (folder / "bin" / program).write_text("#!/bin/sh\n")
        (folder / "bin" / program).chmod(0o755)
    (folder / "release").write_text(f'IMPLEMENTOR="Nobody"\nJAVA_VERSION="{version}"\n')
    return folder


def settings_with(tmp_path: Path, **local: Path | None) -> Settings:
    settings = load()
    return dataclasses.replace(
        settings,
        home=settings.home.model_copy(update={"cache": tmp_path / "cache"}),
        local=settings.local.model_copy(update={"es_java_home": None, "java_home": None, **local}),
    )


def unreached(_folder: Path, _oldest: int) -> Path:
    raise JdkUnavailable("no network")


def closed(_folder: Path, _oldest: int) -> Path:
    raise JdkUnavailable("apt needs root")


@pytest.mark.parametrize(
    ("version", "expected"),
    [("25.0.3", 25), ("21", 21), ("1.8.0_392", 8), ("17.0.9", 17), ("26-ea", 26)],
)
def test_the_version_of_a_jdk_is_read(tmp_path: Path, version: str, expected: int) -> None:
    assert java_version(make_jdk(tmp_path / "jdk", version)) == expected


def test_a_trimmed_runtime_is_no_jdk(tmp_path: Path) -> None:
    assert java_version(make_jdk(tmp_path / "jre", "25", full=False)) == 0


def test_es_java_home_comes_before_java_home(tmp_path: Path) -> None:
    first, second = make_jdk(tmp_path / "a", "21"), make_jdk(tmp_path / "b", "25")
    assert find_java(settings_with(tmp_path, es_java_home=first, java_home=second), folders=[], on_path="") == first


def test_what_is_named_but_too_old_is_passed_over(tmp_path: Path) -> None:
    old, found = make_jdk(tmp_path / "old", "17.0.1"), make_jdk(tmp_path / "found", "21.0.1")
    assert find_java(settings_with(tmp_path, java_home=old), folders=[found], on_path="") == found


def test_java_on_the_path_is_followed_to_its_home(tmp_path: Path) -> None:
    home = make_jdk(tmp_path / "jdk", "22")
    shown = tmp_path / "bin"
    shown.mkdir()
    (shown / "java").symlink_to(home / "bin/java")
    assert find_java(settings_with(tmp_path), folders=[], on_path=str(shown)) == home


def test_of_several_the_newest_is_taken(tmp_path: Path) -> None:
    made = [make_jdk(tmp_path / version, version) for version in ("21.0.1", "25.0.1", "17.0.1", "24.0.2")]
    assert find_java(settings_with(tmp_path), folders=made, on_path="") == made[1]


def test_one_that_was_fetched_before_is_used_again(tmp_path: Path) -> None:
    kept = make_jdk(tmp_path / "cache/java/jdk-25", "25.0.1")
    assert find_java(settings_with(tmp_path), folders=[], on_path="", sources=[unreached]) == kept


def test_where_there_is_none_the_first_source_that_has_one_is_used(tmp_path: Path) -> None:
    said: list[str] = []

    def fetch(folder: Path, _oldest: int) -> Path:
        return make_jdk(folder / "jdk-25", "25.0.1")

    found = find_java(settings_with(tmp_path), folders=[], on_path="", sources=[closed, fetch, unreached], report=said.append)
    assert found == tmp_path / "cache/java/jdk-25"
    assert len(said) == 1


def test_a_source_that_brings_something_too_old_is_passed_over(tmp_path: Path) -> None:
    def old(folder: Path, _oldest: int) -> Path:
        return make_jdk(folder / "jdk-17", "17.0.1")

    def new(folder: Path, _oldest: int) -> Path:
        return make_jdk(folder / "jdk-21", "21.0.1")

    assert find_java(settings_with(tmp_path), folders=[], on_path="", sources=[old, new]).name == "jdk-21"


def test_where_no_source_has_one_all_reasons_and_the_remedy_are_named_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"apt needs root; no network.*ES_JAVA_HOME") as raised:
        find_java(settings_with(tmp_path), folders=[], on_path="", sources=[closed, unreached])
    assert "\n" not in str(raised.value)
