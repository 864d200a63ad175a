"""Parts of a Markdown page that a command writes, between markers that readers do not see."""

from pathlib import Path

from tfgen.files import atomic_path


def write_part(page: Path, name: str, lines: list[str]) -> None:
    """Replaces what a page has between `<!-- NAME -->` and `<!-- end of NAME -->`; adds it where there is no such part.

    Args:
        page: A Markdown file, which may not be there yet.
        name: What the part is called.
        lines: The new part.
    """
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    if start not in text or end not in text:
        text += f"{start}\n{end}\n"
    before, rest = text.split(start, 1)
    after = rest.split(end, 1)[1]
    with atomic_path(page) as temporary:
        temporary.write_text("\n".join([before + start, "", *lines, "", end + after]), encoding="utf-8")
