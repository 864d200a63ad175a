"""The pages of the documentation: their fenced blocks, their headings and their links."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TAUGHT = ("docs/tutorials/", "docs/families/")
"""Pages that are followed from top to bottom, so that the commands on them are run too."""

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*) *$")
_COMMENT = re.compile(r"^<!-- (?P<text>.*) -->$")
_SPAN = re.compile(r"(`+)((?:(?!\1).)*)\1", re.DOTALL)
_LINK = re.compile(r"!?\[(?:[^\]\[]|!?\[[^\]]*\]\([^)]*\))*\]\((?P<target>[^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        page: Path of the page below the checkout, with slashes.
        line: The number of the block's first line.
        language: The word after the fence; empty for output and the like.
        text: What is between the fences.
        comment: The HTML comment on the line before, which says how the block is run; empty if there is none.
    """

    page: str
    line: int
    language: str
    text: str
    comment: str = ""

    @property
    def place(self) -> str:
        """Page and line, to name the block by."""
        return f"{self.page}:{self.line}"

    @property
    def not_run(self) -> bool:
        """Whether the page says that this block cannot run in a test."""
        return self.comment.startswith("not run: ")

    @property
    def file(self) -> str:
        """The name of the file that the reader is told to save the block as; empty if it is none."""
        return self.comment.removeprefix("file: ") if self.comment.startswith("file: ") else ""

    @property
    def printed(self) -> bool:
        """Whether the block is what the block that is run before it prints."""
        return self.comment == "prints"

    @property
    def runs(self) -> bool:
        """Whether a test runs the block: Python on all pages, commands where they are taught, or where it is said."""
        if self.not_run or self.file or self.language not in ("python", "sh"):
            return False
        return self.language == "python" or self.page.startswith(TAUGHT) or self.comment == "run"


def pages() -> list[str]:
    """All pages, as paths below the checkout."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path.relative_to(ROOT).as_posix() for path in found]


def text_of(page: str) -> str:
    """A page's text."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks_of(page: str, text: str) -> list[Block]:
    """The fenced blocks of a page, in their order.

    Raises:
        ValueError: If a fence is not closed.
    """
    blocks, opened, before = [], None, ""
    lines: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        fence = _FENCE.match(line)
        if opened is None and fence:
            comment = _COMMENT.match(before)
            opened = (number + 1, fence["language"], comment["text"] if comment else "")
            lines = []
        elif opened is not None and fence and not fence["language"]:
            first, language, comment = opened
            blocks.append(Block(page, first, language, "".join(f"{each}\n" for each in lines), comment))
            opened = None
        elif opened is not None:
            lines.append(line)
        before = line
    if opened is not None:
        raise ValueError(f"{page}: the block at line {opened[0]} is not closed")
    return blocks


def commands_of(block: Block) -> list[str]:
    """The commands of a block of `sh`, each on one line."""
    lines = block.text.replace("\\\n", " ").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def prose_of(text: str) -> str:
    """A page without its fenced blocks, and without its code spans but those of headings."""
    lines = _unfenced(text)
    return "\n".join(line if line.startswith("#") else _SPAN.sub("``", line) for line in lines)


def spans_of(text: str) -> list[str]:
    """What stands between single backticks outside of blocks, each on one line."""
    return [" ".join(span[2].split()) for span in _SPAN.finditer("\n".join(_unfenced(text)))]


def _unfenced(text: str) -> list[str]:
    """A page's lines without its fenced blocks."""
    lines, inside = [], False
    for line in text.splitlines():
        if _FENCE.match(line):
            inside = not inside
        elif not inside:
            lines.append(line)
    return lines


def links_of(text: str) -> list[str]:
    """The targets of a page's links and pictures."""
    prose, found = prose_of(text), []
    # A picture may stand in a link's text.
    while match := _LINK.search(prose):
        found.append(match["target"])
        inner = re.search(r"!\[[^\]]*\]\(([^)\s]+)\)", match[0][1:])
        if inner:
            found.append(inner[1])
        prose = prose[match.end() :]
    return found


def anchors_of(text: str) -> set[str]:
    """What `#...` may name on a page, as GitHub makes it of the headings."""
    anchors: set[str] = set()
    for heading in re.findall(r"^#{1,6} +(.*?) *$", prose_of(text), re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        repeats = sum(1 for each in anchors if each == anchor or re.fullmatch(rf"{re.escape(anchor)}-\d+", each))
        anchors.add(f"{anchor}-{repeats}" if anchor in anchors else anchor)
    return anchors
