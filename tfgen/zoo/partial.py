"""The beginning of a file whose end is still to come: it outlives the process that fetched it."""

import json
import os
from pathlib import Path

from tfgen.zoo.sources import without_credentials


class Partial:
    """Bytes that were fetched so far, beside the file that they are to become and never under its name.

    Attributes:
        path: Where they are.
    """

    def __init__(self, complete: Path):
        self.path = complete.with_name(f"{complete.name}.partial")
        self._origin = complete.with_name(f"{complete.name}.partial.json")

    @property
    def size(self) -> int:
        """How many bytes there are; 0 if there is no file."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def validator(self, url: str) -> str | None:
        """By what the server of this URL called the file that the bytes are of; None if they are of another's."""
        try:
            origin = json.loads(self._origin.read_text(encoding="utf-8"))
            return origin["validator"] if origin["url"] == without_credentials(url) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def begin(self, url: str, validator: str | None) -> None:
        """Forgets the bytes that there are, and notes what the next ones are of."""
        self.remove()
        origin = {"url": without_credentials(url), "validator": validator}
        self._origin.write_text(json.dumps(origin), encoding="utf-8")
        self.path.touch()

    def remove(self) -> None:
        """Leaves nothing."""
        self.path.unlink(missing_ok=True)
        self._origin.unlink(missing_ok=True)

    def complete(self, path: Path) -> None:
        """Gives the bytes their final name."""
        with self.path.open("rb") as written:
            os.fsync(written.fileno())
        self.path.replace(path)
        self._origin.unlink(missing_ok=True)
