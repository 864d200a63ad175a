"""Contenders in processes of their own, run in interleaved rounds."""

from collections.abc import Mapping
from contextlib import ExitStack, closing
from functools import partial
from typing import Any, NamedTuple

from tfgen.data.progress import progress

from .measurement import Measurement
from .process import ContenderError
from .rounds import interleaved
from .settings import Settings
from .worker import Worker


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


class Contest:
    """Contenders, each in its process until `close`.

    Attributes:
        workers: By name, those that are warmed up.
        counts: By name, of how many steps each makes about the settings' seconds.
        failures: By name, why one cannot run.
    """

    def __init__(self) -> None:
        self.workers: dict[str, Worker] = {}
        self.counts: dict[str, int] = {}
        self.failures: dict[str, str] = {}
        self._stack = ExitStack()

    def start(self, contenders: Mapping[str, Contender], settings: Settings, title: str) -> None:
        """Starts all at once, then warms them up one after the other.

        Args:
            contenders: By what tables call them.
            settings: The run's.
            title: What the progress bar says.
        """
        started = {}
        for name, (module, options, *_) in contenders.items():
            module = module if "." in module else f"{__package__}.{module}"
            started[name] = Worker(module, options, settings.threads, settings.clock)
            self._stack.callback(started[name].close)
        for name, worker in progress(started.items(), f"{title}: start", len(started)):
            try:
                worker.wait()
            except ContenderError as error:
                self.failures[name] = str(error)
            else:
                self.workers[name] = worker
        for name, worker in progress(list(self.workers.items()), f"{title}: warm-up", len(self.workers)):
            multiple = contenders[name].multiple
            try:
                worker.seconds(multiple)
                once = worker.seconds(multiple)
            except ContenderError as error:
                self.failures[name] = str(error)
                del self.workers[name]
            else:
                self.counts[name] = multiple * max(round(settings.seconds / once), 1)

    def peak_mib(self) -> dict[str, float]:
        """Peak memory of those that have not failed, where the system tells it."""
        return {
            name: worker.peak_mib
            for name, worker in self.workers.items()
            if name not in self.failures and worker.peak_mib is not None
        }

    def close(self) -> None:
        """Ends all."""
        self._stack.close()


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
        The measurement; a contender that cannot run, or ends in one of the rounds, is among its failures.
    """
    with closing(Contest()) as ready:
        ready.start(contenders, settings, title)
        timers = {name: partial(worker.seconds, ready.counts[name]) for name, worker in ready.workers.items()}
        seconds = {
            name: [each / ready.counts[name] / contenders[name].unit_share for each in times]
            for name, times in interleaved(timers, settings.rounds, title, ready.failures).items()
        }
        return Measurement(title, unit, reference, seconds, ready.failures, ready.peak_mib())
