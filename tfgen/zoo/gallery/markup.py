"""HTML by functions that escape all text that is not HTML already."""

from html import escape
from typing import Any

_LINES = {"article", "div", "dl", "figure", "form", "h1", "h2", "h3", "head", "header", "li", "link", "main", "meta"}
_LINES |= {"nav", "ol", "option", "optgroup", "p", "script", "section", "svg", "table", "tbody", "thead", "title", "tr"}
_LINES |= {"ul", "polyline", "details", "dd", "footer", "label", "pre"}
_VOID = {"img", "input", "link", "meta", "source", "wbr"}


class Markup(str):
    """Text that is HTML."""

    __slots__ = ()


def element(tag: str, *children: Any, **attributes: Any) -> Markup:
    """An element.

    Args:
        tag: Its name.
        children: What is inside, in order: `Markup` as it is, None as nothing, all else as escaped text.
        attributes: By name, with `_` for `-`, and a `_` at the end of names that Python keeps (`class_`); one that is
            None or False is left out, and one that is True has no value.
    """
    opened = [tag]
    for key, value in attributes.items():
        key = key.rstrip("_").replace("_", "-")
        if value is True:
            opened.append(key)
        elif value is not None and value is not False:
            opened.append(f'{key}="{escape(str(value))}"')
    end = "" if tag in _VOID else f"{joined(*children)}</{tag}>"
    return Markup(f"<{' '.join(opened)}>{end}" + "\n" * (tag in _LINES))


def joined(*children: Any) -> Markup:
    """Elements and texts one after another, as `element` takes them."""
    return Markup(
        "".join(child if isinstance(child, Markup) else escape(str(child)) for child in children if child is not None)
    )


def page(title: str, body: Markup, *, root: str, script: str) -> str:
    """A whole document.

    Args:
        title: In the browser's tab.
        body: What is on it.
        root: The way to the site's folder: empty, or ending in `/`.
        script: Name of the script in the site's folder.
    """
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("title", title),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="generator", content=GENERATOR),
        element("meta", name="color-scheme", content="light dark"),
        # An icon of its own, for browsers ask for one otherwise.
        element("link", rel="icon", href="data:,"),
        element("link", rel="stylesheet", href=f"{root}style.css"),
        element("script", src=f"{root}{script}", defer=True),
    )
    return f"<!DOCTYPE html>\n{element('html', head, element('body', body), lang='en')}\n"


GENERATOR = "tfgen zoo gallery"
"""What the pages say that they were made by."""
