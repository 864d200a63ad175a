"""What runs the trials of a study: processes of this machine, or a Ray cluster.

A runner is handed a list of trials and gives back their rows as they end, in any order. Whatever kills a process or a
machine on the way, it runs the trial again, and a row is the same whichever runner it comes from.
"""

from typing import Any

from tfgen.errors import TfgenError

MOST_ATTEMPTS = 5
"""A trial whose process was killed so often has failed: it would go on killing."""

TRIALS_OF_A_PROCESS = 32
"""A process is replaced after so many: TensorFlow keeps a part of each training's graph for as long as it lives."""


class InARow:
    """Counts trials that were given up, one after the other: then it is the machine, and not the trials."""

    def __init__(self) -> None:
        self._count = 0

    def add(self, row: dict[str, Any], given_up: bool) -> dict[str, Any]:
        """The row, unless it is one too many.

        Raises:
            TfgenError: If it is.
        """
        self._count = self._count + 1 if given_up else 0
        if self._count == MOST_ATTEMPTS:
            raise TfgenError(f"{self._count} trials in a row were given up; the last: {row['error']}")
        return row
