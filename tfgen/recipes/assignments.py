"""Values set from the command line: `table.key=value`."""

import copy
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any


def assigned(table: Mapping[str, Any], assignments: Sequence[str]) -> dict[str, Any]:
    """A copy of nested dictionaries with values set by `"table.key=value"`.

    A value is what TOML makes of it; a bare word is a string.

    Raises:
        ValueError: If an assignment has no `=`, or its path leads nowhere.
    """
    changed = copy.deepcopy(dict(table))
    for assignment in assignments:
        path, equals, text = assignment.partition("=")
        if not equals:
            raise ValueError(f"{assignment!r} sets nothing; write it as table.key=value, for example steps=200")
        assign(changed, path.strip(), _toml_value(text.strip()))
    return changed


def assign(table: dict[str, Any], path: str, value: Any) -> None:
    """Sets the value at a path, `"table.key"`, of nested dictionaries.

    Raises:
        ValueError: If the path leads nowhere.
    """
    *parents, key = path.split(".")
    inner = table
    for parent in parents:
        inner = inner.setdefault(parent, {})
        if not isinstance(inner, dict):
            raise ValueError(f"{path!r} leads nowhere: {parent!r} is a value, not a table")
    inner[key] = value


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
