"""What the side studies found, as they wrote it."""

from pathlib import Path

from ...side_studies.finished import read
from ..page.blocks import Finished, Section, Text


def side_studies(folder: Path | None) -> list[Section]:
    """A section if a folder has any."""
    found = read(folder) if folder else []
    if not found:
        return []
    how = "Measurements of the score itself, each by its own protocol, which its text states; none is a trial above."
    blocks = [Finished(f"side_{each.name}", each.title, each.text, each.picture.read_bytes()) for each in found]
    return [Section("Side studies", (Text(how), *blocks))]
