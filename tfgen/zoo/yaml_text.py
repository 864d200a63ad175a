"""YAML in the layout that people write: the head of a page is read by them too, where JSON would be in their way."""

import json
import re
from collections.abc import Mapping, Sequence

Value = str | int | float | Sequence["Value"] | Mapping[str, "Value"]

_PLAIN = re.compile(r"[A-Za-z][\w./-]*( [\w./-]+)*", re.ASCII)
_OTHER_MEANING = {"true", "false", "yes", "no", "on", "off", "y", "n", "null"}


def yaml_text(value: Mapping[str, Value]) -> str:
    """A dictionary as YAML of any version: a line for each word and number, what is not plain as JSON writes it."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: Value) -> list[str]:
    if isinstance(value, Mapping):
        lines = []
        for key, inner in value.items():
            if not isinstance(inner, Mapping | list | tuple):
                lines.append(f"{key}: {_scalar(inner)}")
            else:
                indent = "  " if isinstance(inner, Mapping) else ""
                lines += [f"{key}:", *(indent + line for line in _lines(inner))]
        return lines
    if isinstance(value, list | tuple):
        blocks = [_lines(item) for item in value]
        return [("  " if number else "- ") + line for block in blocks for number, line in enumerate(block)]
    return [_scalar(value)]


def _scalar(value: str | int | float) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        # To YAML 1.1, 1e-05 is a word: its numbers have a point.
        return re.sub(r"^(-?\d+)e", r"\1.0e", repr(value))
    text = "".join(character if character.isprintable() else " " for character in value)
    plain = _PLAIN.fullmatch(text) and text.lower() not in _OTHER_MEANING
    return text if plain else json.dumps(text, ensure_ascii=False)
