"""Commands and options in messages, docstrings and documents exist."""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from newsdesk.cli.main import newsdesk

ROOT = Path(__file__).parents[3]
NOT_COMMANDS = {"...", "is", "writes", "runs", "makes", "does", "reads", "was", "has", "keeps", "and", "or", "by", "as", "to", "it"}
"""Words that follow the product's name in sentences within backticks or examples."""

IN_CODE = re.compile(
    r"`newsdesk ([^`\n]+)`|(?:^|with|with:|says|lists|shows|list:|drop:|again:|verify:|it:|index:|feeds:|:) ?newsdesk ([a-z][^\n;,)\"`]*)"
)
IN_DOCUMENTS = re.compile(r"`newsdesk ([^`\n]+)`|^ +(?:\S*/)?newsdesk ([a-z-][^\n#|>]*)", re.MULTILINE)


def commands_in_code() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "plugins/newsdesk").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
            elif isinstance(node, ast.JoinedStr):
                text = "".join(part.value if isinstance(part, ast.Constant) else "X" for part in node.values)
            else:
                continue
            yield from ((f"{path.relative_to(ROOT)}", found[1] or found[2]) for found in IN_CODE.finditer(text))


def commands_in_documents() -> Iterator[tuple[str, str]]:
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for found in IN_DOCUMENTS.finditer(path.read_text()):
            # A line can have two examples.
            yield from ((str(path.relative_to(ROOT)), part) for part in (found[1] or found[2]).split(" newsdesk "))


def wrong_with(line: str) -> str:
    """Return the error of a command line (without `newsdesk`), or "" if it is valid."""
    try:
        words = shlex.split(line.replace("\\", ""))
    except ValueError:
        words = line.split()
    command: click.Command = newsdesk
    context = click.Context(newsdesk)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0].strip(".,:"))
        if found is None:
            return f"there is no command {words[0]!r}"
        command, words = found, words[1:]
    options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)} | {
        "--help",
        "-h",
        "--version",
    }
    if command.name in ("airflow", "newsdesk"):
        return ""
    unknown = [word.partition("=")[0].strip(".,:") for word in words if re.match("--?[a-z]", word)]
    unknown = [word for word in unknown if word not in options]
    return f"{command.name} has no option {', '.join(unknown)}" if unknown else ""


@pytest.mark.parametrize(
    ("line", "is_right"),
    [
        ("backfill start --stage index --from 2026-11-20", True),
        ("backfill --stage index", False),
        ("backfil start", False),
        ("search 'ferry' --verdict garbled", True),
        ("search --garbled", False),
    ],
)
def test_a_wrong_command_is_noticed(line, is_right):
    assert (wrong_with(line) == "") is is_right


@pytest.mark.parametrize("source", [commands_in_code, commands_in_documents])
def test_every_command_that_is_named_can_be_called(source):
    found = [(where, line) for where, line in source() if line.split()[0] not in NOT_COMMANDS]
    assert len(found) > 30
    wrong = [f"{where}: newsdesk {line}: {reason}" for where, line in found if (reason := wrong_with(line))]
    assert wrong == []
