"""What a page is made of, whatever it is written in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from matplotlib.figure import Figure

from .look import Theme
from .searches import Method


@dataclass(frozen=True)
class Cell:
    """A table's cell.

    Attributes:
        text: Plain text.
        strong: Whether it stands out.
        method: The method whose colour stands beside it.
        order: What it is sorted by, where that is not its text.
    """

    text: str
    strong: bool = False
    method: Method | None = None
    order: float | None = None


def named(method: Method) -> Cell:
    """A method's title beside its colour."""
    return Cell(method.title, method=method)


@dataclass(frozen=True)
class Text:
    """A paragraph of plain text.

    Attributes:
        text: The paragraph.
        small: Whether it is a note.
    """

    text: str
    small: bool = False


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        header: The columns' names.
        rows: Their cells.
        caption: What stands above it.
        align: A letter for each column, "l" for text and "r" for numbers; without it the first is text.
        sortable: Whether a reader may sort it by a column.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[Cell | str]]
    caption: str = ""
    align: str = ""
    sortable: bool = False

    @property
    def alignment(self) -> str:
        """A letter for each column."""
        return self.align or "l" + "r" * (len(self.header) - 1)


@dataclass(frozen=True)
class Picture:
    """A figure, drawn for light and for dark pages.

    Attributes:
        name: Of its file, without the suffix.
        title: What it shows, for those who do not see it.
        draw: Draws it.
    """

    name: str
    title: str
    draw: Callable[[Theme], Figure]


@dataclass(frozen=True)
class Pictures:
    """Figures side by side, where there is room."""

    pictures: Sequence[Picture]


@dataclass(frozen=True)
class Finished:
    """A picture and Markdown that others wrote.

    Attributes:
        name: Of the picture's file, without the suffix.
        title: A heading.
        text: Markdown.
        picture: The PNG's bytes.
    """

    name: str
    title: str
    text: str
    picture: bytes


@dataclass(frozen=True)
class Folded:
    """Blocks that a reader opens first; a page that cannot fold has the note in their place.

    Attributes:
        summary: What is to be opened.
        blocks: What is inside.
        note: Plain text.
    """

    summary: str
    blocks: Sequence["Block"]
    note: str


Block = Text | Table | Pictures | Finished | Folded


@dataclass(frozen=True)
class Section:
    """A part of a page, with a heading."""

    title: str
    blocks: Sequence[Block] = field(default_factory=tuple)
