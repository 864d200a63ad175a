"""A progress bar on standard error for what takes longer than two seconds."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_PATIENCE_SECONDS = 2.0

Item = TypeVar("Item")


def progress(items: Iterable[Item], description: str, total: int) -> Iterator[Item]:
    """Yields the items; a bar appears once they have taken two seconds.

    Args:
        items: What to go through.
        description: What is being done, for example `"Decoding faces.zip"`.
        total: How many items there are.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True))
    task = bar.add_task(description, total=total)
    began = time.monotonic()
    try:
        for item in items:
            yield item
            bar.advance(task)
            if not bar.live.is_started and time.monotonic() - began > _PATIENCE_SECONDS:
                bar.start()
    finally:
        if bar.live.is_started:
            bar.stop()
