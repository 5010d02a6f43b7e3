"""The environment variables that newsdesk and Airflow read. Deployment files may set no others."""

import importlib
import importlib.util
from pathlib import Path

import yaml

from newsdesk import settings
from newsdesk.settings import Settings


def newsdesk_variables() -> set[str]:
    """Every variable that the settings read, including alternative names."""
    names = set()
    for group in Settings.__dataclass_fields__.values():
        model = getattr(settings, group.type if isinstance(group.type, str) else group.type.__name__)
        for name, field in model.model_fields.items():
            alias = field.validation_alias
            names |= {str(choice) for choice in alias.choices} if alias else {f"{model.model_config['env_prefix']}{name}".upper()}
    return names


def airflow_variables() -> set[str]:
    """The variable of every option of Airflow and its installed providers."""
    core = Path(importlib.util.find_spec("airflow").submodule_search_locations[0]) / "config_templates/config.yml"
    sections = yaml.load(core.read_text(), yaml.CSafeLoader)  # a tenth of the time of safe_load
    for provider in ("celery", "fab"):
        sections |= importlib.import_module(f"airflow.providers.{provider}.get_provider_info").get_provider_info()["config"]
    return {f"AIRFLOW__{section}__{option}".upper() for section, content in sections.items() for option in content["options"]}
