"""Writes the pages that are made from the code, and the index of the decisions. `make docs`; a test fails when they are old."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from newsdesk import settings
from newsdesk.check.catalogue import list_rules
from newsdesk.index import mapping
from newsdesk.settings import Settings
from newsdesk.tag.catalogue import list_tables
from newsdesk.tag.name_rules import NameRule

ROOT = Path(__file__).parents[1]
NOTE = "<!-- made by docs/generate.py from {source}; `make docs` makes it anew -->\n\n"


def pages() -> dict[str, str]:
    """Path below docs/ -> content."""
    return {
        "settings.md": settings_page(),
        "dags.md": dags_page(),
        "fields.md": fields_page(),
        "rules.md": rules_page(),
        "name-rules.md": name_rules_page(),
        "decisions/README.md": decisions_page(),
    }


def settings_page() -> str:
    lines = [NOTE.format(source="plugins/newsdesk/settings.py"), "# Settings\n\n"]
    lines.append("All of them are environment variables, read once when a process starts. None has to be set.\n")
    for group in Settings.__dataclass_fields__.values():
        model = getattr(settings, group.type if isinstance(group.type, str) else group.type.__name__)
        if not model.model_fields:
            continue
        lines.append(f"\n## {group.name.capitalize()}\n\n{model.__doc__}\n\n| variable | default | meaning |\n| --- | --- | --- |\n")
        for name, field in model.model_fields.items():
            variable = f"{model.model_config['env_prefix']}{name}".upper()
            lines.append(f"| `{variable}` | {_default(field)} | {_cell(field.description)} |\n")
    return "".join(lines)


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "depends on the user"
    if field.default in (None, "", (), PydanticUndefined) or isinstance(field.default, SecretStr):
        return ""
    value = list(field.default) if isinstance(field.default, tuple) else field.default
    return f"`{value}`"


def dags_page() -> str:
    lines = [NOTE.format(source="the DAGs' own descriptions"), "# DAGs\n"]
    for path in sorted((ROOT / "dags").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        lines += [f"\n## {dag_id}\n\n{ast.get_docstring(tree) or ''}\n" for dag_id in _dag_ids(tree)]
    return "".join(lines)


def _dag_ids(tree: ast.Module) -> list[str]:
    keywords = (node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "dag_id")
    return [keyword.value.value for keyword in keywords if isinstance(keyword.value, ast.Constant)]


def fields_page() -> str:
    size = {"shards": 1, "replicas": 0}
    parts = {
        "articles": mapping.article_template("articles-*", **size),
        "newsdesk-runs": mapping.run_template("newsdesk-runs", **size),
        "newsdesk-dead-letters": mapping.dead_letter_template("newsdesk-dead-letters", **size),
    }
    lines = [NOTE.format(source="plugins/newsdesk/index/mapping.py"), "# Fields in Elasticsearch\n\n"]
    lines.append("A field is of use for: words (full text), exact (filters and sorting), buckets (facets and Kibana), shown (in hits).\n")
    for index, template in parts.items():
        content = template["template"]["mappings"]
        excluded = content.get("_source", {}).get("excludes", [])
        lines.append(f"\n## {index}\n\n| field | type | of use for |\n| --- | --- | --- |\n")
        for name, field in _flat(content["properties"]):
            shown = not any(name == left_out or name.startswith(f"{left_out}.") for left_out in excluded)
            lines.append(f"| `{name}` | {_type(field)} | {_use(field, shown=shown)} |\n")
    return "".join(lines)


def rules_page() -> str:
    lines = [NOTE.format(source="the rules in plugins/newsdesk/check"), "# Rules of the translation check\n\n"]
    lines.append("A strong finding makes a text suspect; weak ones count in company only. [What a verdict means](translation-check.md).\n")
    for rule in list_rules():
        languages = ", ".join(sorted(rule.languages)) or "all that have data"
        lines.append(f"\n## {rule.id}\n\n{rule.message} *{rule.severity}; languages: {languages}*\n\n")
        lines.append(f"- Found in: {_shown(rule.fires)}\n- Not in: {_shown(rule.silent)}\n")
    return "".join(lines)


def name_rules_page() -> str:
    lines = [NOTE.format(source="the rules in plugins/newsdesk/tag"), "# Rules for names\n\n"]
    lines.append("Which spans are names, and what they name. In each table the first rule that applies decides. ")
    lines.append("`newsdesk tag --explain` gives the id of the rule that dropped a name.\n\n")
    lines.append("In an example the name is in brackets. Behind a bar stand the model's label (none where the model ")
    lines.append("passed it over), `titled` where a title stood before the name, `common` where the model takes the word for no ")
    lines.append("proper noun, and behind a colon the type that the rule gives.\n")
    for table in list_tables():
        lines.append(f"\n## {table.title}\n\n{table.decides}\n")
        for rule in table.rules:
            outcome = f" *{'kept' if rule.keep else 'dropped'}*" if isinstance(rule, NameRule) else ""
            lines.append(f"\n### {rule.id}\n\n{rule.message}{outcome}\n\n")
            lines.append(f"- Applies to: {_shown(rule.fires)}\n- Not to: {_shown(rule.silent)}\n")
    return "".join(lines)


def decisions_page() -> str:
    lines = [NOTE.format(source="the files beside it"), "# Decisions\n\n"]
    lines.append("What was decided, why (with the number), what was refused, and how to notice that it was wrong. Newest first.\n\n")
    lines.append("A new decision is a new file, `YYYY-MM-DD-short-title.md`, whose first line is its title; `make docs` lists it here.\n\n")
    for path in sorted((ROOT / "docs/decisions").glob("2*.md"), reverse=True):
        title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        lines.append(f"- {path.name[:10]}: [{title}]({path.name})\n")
    return "".join(lines)


def _shown(example: str) -> str:
    return " / ".join(f"`{line}`" for line in example[:300].split("\n"))


def _flat(properties: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, field in properties.items():
        inner = field.get("properties")
        if inner and all(part["type"] == "text" for part in inner.values()):
            yield f"{prefix}{name}.<language>", {"type": "text", "analyzer": f"of the language, {len(inner)} of them"}
        elif inner:
            yield from _flat(inner, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field
            yield from ((f"{prefix}{name}.{sub}", content) for sub, content in field.get("fields", {}).items())


def _type(field: dict[str, Any]) -> str:
    return f"{field['type']}, analyzer: {field['analyzer']}" if "analyzer" in field else str(field["type"])


def _use(field: dict[str, Any], *, shown: bool) -> str:
    kind = field["type"]
    searched = field.get("index", True) and field.get("enabled", True) and kind != "binary"
    uses = {
        "words": kind == "text" and searched,
        "exact": kind != "text" and searched,
        "buckets": kind not in ("text", "object", "binary") and field.get("doc_values", True),
        "shown": shown,
    }
    return ", ".join(use for use, holds in uses.items() if holds)


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|").replace("\n", " ")


def main() -> None:
    for name, content in pages().items():
        (ROOT / "docs" / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
