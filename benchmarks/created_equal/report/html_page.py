"""A report as one HTML file that asks no other file or machine for anything."""

import base64
from collections.abc import Mapping, Sequence
from html import escape

from markdown_it import MarkdownIt

from .blocks import Block, Cell, Finished, Folded, Picture, Pictures, Section, Table, Text
from .style import SORTING, stylesheet, swatch_class

# Markdown that others wrote: as text and tables, never as their HTML, and nothing that is fetched.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "link", "autolink"])


def html_page(title: str, sections: Sequence[Section], light: Mapping[str, bytes], dark: Mapping[str, bytes]) -> str:
    """The page's text.

    Args:
        title: Stands above.
        sections: What follows.
        light: The PNG of each picture by its name.
        dark: The same for dark pages; a picture without one is shown as it is.
    """
    links = "".join(f'<li><a href="#part{at}">{escape(each.title)}</a></li>' for at, each in enumerate(sections))
    parts = [_section(at, each, light, dark) for at, each in enumerate(sections)]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(title)}</title>",
            f"<style>{stylesheet()}</style></head>",
            f"<body><main><h1>{escape(title)}</h1>",
            f'<nav aria-label="Contents"><ul>{links}</ul></nav>',
            *parts,
            f"</main><script>{SORTING}</script></body></html>\n",
        ]
    )


def _section(at: int, section: Section, light: Mapping[str, bytes], dark: Mapping[str, bytes]) -> str:
    blocks = "\n".join(_block(block, light, dark) for block in section.blocks)
    return f'<section id="part{at}"><h2>{escape(section.title)}</h2>\n{blocks}</section>'


def _block(block: Block, light: Mapping[str, bytes], dark: Mapping[str, bytes]) -> str:
    match block:
        case Text():
            kind = ' class="note"' if block.small else ""
            return f"<p{kind}>{escape(block.text)}</p>"
        case Table():
            return _table(block)
        case Pictures():
            return f'<div class="pictures">{"".join(_picture(each, light, dark) for each in block.pictures)}</div>'
        case Finished():
            image = f'<img class="card" alt="{escape(block.title)}" src="{_data(light[block.name])}">'
            text = _MARKDOWN.render(block.text).replace("<table>", '<div class="wide"><table>')
            text = text.replace("</table>", "</table></div>")
            return (
                f'<h3>{escape(block.title)}</h3>\n<div class="pictures">{image}</div>\n<div class="text">{text}</div>'
            )
        case Folded():
            inside = "\n".join(_block(each, light, dark) for each in block.blocks)
            return f"<details><summary>{escape(block.summary)}</summary>{inside}</details>"


def _picture(picture: Picture, light: Mapping[str, bytes], dark: Mapping[str, bytes]) -> str:
    name = picture.name
    source = f'<source media="(prefers-color-scheme: dark)" srcset="{_data(dark[name])}">' if name in dark else ""
    return f'<picture>{source}<img alt="{escape(picture.title)}" src="{_data(light[name])}"></picture>'


def _data(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"


def _table(table: Table) -> str:
    sides = table.alignment
    caption = f"<figcaption>{escape(table.caption)}</figcaption>" if table.caption else ""
    names = [
        f'<button type="button">{escape(name)}</button>' if table.sortable else escape(name) for name in table.header
    ]
    head = "".join(f'<th scope="col" class="{side}">{name}</th>' for name, side in zip(names, sides, strict=True))
    head = f"<thead><tr>{head}</tr></thead>" if any(table.header) else ""
    body = "\n".join(
        f"<tr>{''.join(_cell(cell, side) for cell, side in zip(row, sides, strict=True))}</tr>" for row in table.rows
    )
    kind = ' class="sortable"' if table.sortable else ""
    return f'<figure>{caption}<div class="wide"><table{kind}>{head}<tbody>{body}</tbody></table></div></figure>'


def _cell(cell: Cell | str, side: str) -> str:
    if isinstance(cell, str):
        return f'<td class="{side}">{escape(cell)}</td>'
    text = f"<strong>{escape(cell.text)}</strong>" if cell.strong else escape(cell.text)
    swatch = "" if cell.method is None else f'<span class="swatch {swatch_class(cell.method)}"></span>'
    order = "" if cell.order is None else f' data-order="{cell.order:.12g}"'
    kind = f"{side} method" if swatch else side
    return f'<td class="{kind}"{order}>{swatch}{text}</td>'
