"""What a person sees of a study that runs."""

import time
from typing import Any

_FEWEST = 3


class Progress:
    """A line for each finished trial, with the time that is left."""

    def __init__(self, total: int):
        self.total = total
        self.done = 0
        self.began = time.monotonic()

    def row(self, row: dict[str, Any]) -> None:
        """Prints a finished trial's line."""
        self.done += 1
        # Seeds are run again where what had failed turns out to be the best.
        self.total = max(self.total, self.done)
        best = row["best"]
        found = f"{row['score']} {best['value']:.4g} at {best['step']:,}" if best else "no score"
        ended = "" if row["status"] == "done" else f", {row['status']} at {row['ended_at']:,} ({row['error']})"
        number = "best" if row["configuration"] is None else f"configuration {row['configuration']}"
        print(
            f"[{self.done}/{self.total}] {row['method']} on {row['dataset']}, {number}, seed {row['seed']}: "
            f"{found}{ended}; {row.get('seconds', 0):.0f} s{self._left()}",
            flush=True,
        )

    def _left(self) -> str:
        left = self.total - self.done
        # The first rows say little: several trials run at once, and begin at the same time.
        if not left or self.done < _FEWEST:
            return ""
        minutes = (time.monotonic() - self.began) / self.done * left / 60
        return f", about {minutes:.0f} min left" if minutes >= 1 else ", less than a minute left"
