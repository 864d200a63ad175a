"""A TOML file as HTML whose parts have classes: comments, tables, keys, texts and numbers."""

import re

from tfgen.zoo.gallery.markup import Markup, element, joined

_PARTS = re.compile(
    r"""
    (?P<comment>\#[^\n]*)
    |(?P<text>\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"(?!\s*=)|'[^'\n]*'(?!\s*=))
    |(?P<table>^[ \t]*\[\[?[^\[\]\n]+\]\]?(?=[ \t]*(?:\#[^\n]*)?$))
    |(?P<key>(?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:\.[\w-]+)*(?=[ \t]*=))
    |(?P<number>(?<![\w.])(?:[+-]?\d[\w.+-]*|true|false|[+-]?inf|[+-]?nan)(?![\w]))
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)


def coloured(text: str) -> Markup:
    """The text, whole and escaped, with a `<span>` for each part that has a colour."""
    found, end = [], 0
    for match in _PARTS.finditer(text):
        found += [text[end : match.start()], element("span", match.group(), class_=f"toml-{match.lastgroup}")]
        end = match.end()
    return joined(*found, text[end:])
