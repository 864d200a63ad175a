"""Contenders in processes of their own, run in interleaved rounds."""

import statistics
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, NamedTuple

from tfgen.data.progress import progress

from .measurement import Measurement
from .rounds import interleaved
from .settings import Settings
from .worker import ContenderError, Worker


class Contender(NamedTuple):
    """Whose work is timed.

    Attributes:
        module: A module of this package with a `prepare`, or one from elsewhere by its whole name.
        options: Arguments of its `prepare`.
        multiple: The counts that it is given are multiples of this.
        unit_share: How many of the measurement's units one of its counts is.
    """

    module: str
    options: dict[str, Any]
    multiple: int = 1
    unit_share: float = 1.0


def compete(
    title: str, unit: str, reference: str, contenders: Mapping[str, Contender], settings: Settings
) -> Measurement:
    """Prepares all contenders, warms them up, and times them round by round.

    Every contender does about `settings.seconds` of work a round, as its own speed in the warm-up has it.

    Args:
        title: The measurement's.
        unit: Likewise.
        reference: Likewise, one of the contenders.
        contenders: By what the table calls them.
        settings: The run's.

    Returns:
        The measurement; a contender that cannot run is among its failures.
    """
    failures, workers, counts = {}, {}, {}
    with ExitStack() as stack:
        for name, (module, options, multiple, _) in progress(contenders.items(), f"{title}: start", len(contenders)):
            try:
                worker = Worker(_whole_name(module), options, settings.threads, settings.clock)
                stack.callback(worker.close)
                worker.seconds(multiple)
                once = worker.seconds(multiple)
            except ContenderError as error:
                failures[name] = str(error)
                continue
            workers[name], counts[name] = worker, multiple * max(round(settings.seconds / once), 1)
        timers = {name: lambda name=name: workers[name].seconds(counts[name]) for name in workers}
        seconds = {
            name: [each / counts[name] / contenders[name].unit_share for each in times]
            for name, times in interleaved(timers, settings.rounds, title).items()
        }
        peak_mib = {name: worker.peak_mib for name, worker in workers.items()}
    return Measurement(title, unit, reference, seconds, failures, peak_mib)


def spread(values: list[float]) -> str:
    """The median of some percentages, and their range."""
    return f"{statistics.median(values):.1f} % ({min(values):.1f} to {max(values):.1f})"


def _whole_name(module: str) -> str:
    return module if "." in module else f"{__package__}.{module}"
