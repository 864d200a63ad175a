"""A report as Markdown."""

import re
from collections.abc import Sequence

from .blocks import Block, Cell, Finished, Folded, Pictures, Section, Table, Text

_SPECIAL = re.compile(r"[\\`*|<>&~$]|(?<!\w)_|_(?!\w)|\](?=[(\[])")


def markdown_page(title: str, sections: Sequence[Section], folder: str) -> str:
    """The page's text.

    Args:
        title: Stands above.
        sections: What follows.
        folder: Where the pictures are, beside the page.
    """
    parts = [f"# {escaped(title)}"]
    for section in sections:
        parts += [f"## {escaped(section.title)}", *(_block(block, folder) for block in section.blocks)]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Plain text as Markdown, on one line."""
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", " ".join(text.split()))


def _block(block: Block, folder: str) -> str:
    match block:
        case Text():
            return escaped(block.text)
        case Table():
            return _table(block)
        case Pictures():
            return "\n\n".join(f"![{escaped(each.title)}]({folder}/{each.name}.png)" for each in block.pictures)
        case Finished():
            title = escaped(block.title)
            return f"### {title}\n\n![{title}]({folder}/{block.name}.png)\n\n{block.text.strip()}"
        case Folded():
            return escaped(block.note)


def _table(table: Table) -> str:
    rule = ["---" if side == "l" else "---:" for side in table.alignment]
    lines = [[escaped(name) for name in table.header], rule, *([_cell(cell) for cell in row] for row in table.rows)]
    caption = f"**{escaped(table.caption)}**\n\n" if table.caption else ""
    return caption + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(cell: Cell | str) -> str:
    if isinstance(cell, str):
        return escaped(cell)
    return f"**{escaped(cell.text)}**" if cell.strong else escaped(cell.text)
