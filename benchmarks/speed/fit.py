"""What `fit` costs over the bare compiled step: of each step, and of each call."""

import statistics
from collections.abc import Sequence
from contextlib import closing

from .contenders import Contender, Contest
from .jobs import find_job
from .measurement import Measurement
from .rounds import interleaved, median_interval
from .settings import Settings

FIT, BARE = "tfgen, `fit`", "the bare compiled step"
BOUND = 3.0
# Two contenders are cheap, and their difference is small.
ROUNDS = 3
# Fewer have no interval of 95 % confidence.
LEAST_ROUNDS = 6


def measure(job: str, settings: Settings) -> Measurement:
    """Times both for one step and for many, in each of `ROUNDS` times as many rounds as other measurements have.

    A call of `fit` begins with work that is done once an epoch, however many steps it has; so a step is what each of
    the many took beyond the first.
    """
    options = {"job": job, **settings.sizes}
    contenders = {
        name: Contender("tfgen_training", {**options, "loop": loop}) for name, loop in ((FIT, "fit"), (BARE, "bare"))
    }
    title = f"What `fit` costs: {find_job(job, **settings.sizes).title}"
    with closing(Contest()) as ready:
        ready.start(contenders, settings, title)
        many = max(ready.counts.values(), default=1) + 1
        timers = {
            name: lambda worker=worker: (worker.seconds(1), worker.seconds(many))
            for name, worker in ready.workers.items()
        }
        found = interleaved(timers, max(ROUNDS * settings.rounds, LEAST_ROUNDS), title, ready.failures)
        steps = {name: [(all_ - first) / (many - 1) for first, all_ in pairs] for name, pairs in found.items()}
        result = Measurement(title, "steps/s", BARE, steps, ready.failures, ready.peak_mib())
    if not result.failures:
        calls = [first - step for (first, _), step in zip(found[FIT], steps[FIT], strict=True)]
        result.notes += [
            of_a_step(steps[FIT], steps[BARE]),
            f"A call of `fit`, once an epoch, takes {1000 * statistics.median(calls):.1f} ms besides.",
        ]
    return result


def of_a_step(fit: Sequence[float], bare: Sequence[float]) -> str:
    """What a step by `fit` costs over the bare one, and whether the rounds are enough to say so.

    Args:
        fit: Seconds of a step, a value a round.
        bare: As many, of the same rounds.
    """
    percentages = [100 * (ours / step - 1) for ours, step in zip(fit, bare, strict=True)]
    low, high = median_interval(percentages)
    cost = (
        f"A step by `fit` takes {statistics.median(percentages):.1f} % more than the bare one, the median of "
        f"{len(percentages)} rounds; with 95 % confidence {low:.1f} to {high:.1f} %"
    )
    if low <= 0 and high >= BOUND:
        return f"{cost}: not resolved, since this holds 0 as well as the {BOUND:g} % that it may cost."
    return f"{cost}."
