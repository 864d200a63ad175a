"""Fréchet distance against SciPy's matrix square root: `python -m tfgen.benchmarks.speed.frechet` prints the table."""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
from scipy import linalg

from tfgen.data.progress import progress
from tfgen.metrics.frechet import Moments, frechet_distance, moments

from .measurement import Measurement
from .rounds import interleaved
from .settings import Settings


def textbook_distance(reference: Moments, generated: Moments) -> float:
    """The formula as most implementations have it, with a square root of the covariances' product."""
    root = linalg.sqrtm(reference.covariance @ generated.covariance).real
    traces = np.trace(reference.covariance) + np.trace(generated.covariance) - 2 * np.trace(root)
    return float(np.square(reference.mean - generated.mean).sum() + traces)


def _draw(samples: int, scales: np.ndarray, mix: np.ndarray) -> tuple[Moments, Moments]:
    rng = np.random.default_rng(0)
    shape = samples, len(scales)
    return moments(rng.normal(size=shape) * scales @ mix), moments(rng.normal(0.1, 1.2, size=shape) * scales @ mix)


def _well_conditioned(d: int) -> tuple[Moments, Moments]:
    return _draw(3 * d, np.ones(d), np.eye(d))


def _ill_conditioned(d: int) -> tuple[Moments, Moments]:
    return _draw(3 * d, np.logspace(0, -4, d), np.random.default_rng(1).normal(size=(d, d)))


def _few_samples(d: int) -> tuple[Moments, Moments]:
    return _draw(d // 2, np.ones(d), np.eye(d))


CASES: dict[str, Callable[[int], tuple[Moments, Moments]]] = {
    "well-conditioned": _well_conditioned,
    "ill-conditioned": _ill_conditioned,
    "half as many samples as dimensions": _few_samples,
}


def _seconds(distance: Callable[[Moments, Moments], float], *sets: Moments) -> tuple[float, float]:
    start = time.perf_counter()
    value = distance(*sets)
    return time.perf_counter() - start, value


def measure(case: str, settings: Settings) -> Measurement:
    """Times both on one of the `CASES`, as wide as `settings.dimensions`."""
    sets = CASES[case](settings.dimensions)
    frechet_distance(*sets)
    distances = {"tfgen": frechet_distance, "scipy.linalg.sqrtm": textbook_distance}
    timers = {name: lambda distance=distance: _seconds(distance, *sets)[0] for name, distance in distances.items()}
    title = f"Fréchet distance, {settings.dimensions} dimensions, {case}"
    return Measurement(title, "s", "tfgen", interleaved(timers, settings.rounds, title))


def main() -> None:
    """Measures both in turn, after one run that warms up, and prints the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--dimensions", type=int, default=2048, help="width of the features (default: 2048, Inception's)"
    )
    parser.add_argument("--repeats", type=int, default=3, help="how often each is measured (default: 3)")
    arguments = parser.parse_args()
    if arguments.dimensions < 4 or arguments.repeats < 1:
        parser.error("--dimensions is 4 or more, --repeats 1 or more")
    print(f"| {arguments.dimensions} dimensions | tfgen | scipy.linalg.sqrtm | ratio | relative difference |")
    print("|---|---|---|---|---|", flush=True)
    for name, draw in CASES.items():
        sets = draw(arguments.dimensions)
        frechet_distance(*sets)
        ours, theirs = zip(
            *(
                (_seconds(frechet_distance, *sets), _seconds(textbook_distance, *sets))
                for _ in progress(range(arguments.repeats), name, arguments.repeats)
            ),
            strict=True,
        )
        fast, slow = (statistics.median(seconds for seconds, _ in runs) for runs in (ours, theirs))
        difference = abs(ours[0][1] - theirs[0][1]) / theirs[0][1]
        print(f"| {name} | {fast:.3g} s | {slow:.3g} s | {slow / fast:.1f} | {difference:.0e} |", flush=True)


if __name__ == "__main__":
    main()
