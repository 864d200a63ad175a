"""Fréchet distance against SciPy's matrix square root."""

import dataclasses
from collections.abc import Callable

import numpy as np
from scipy import linalg

from tfgen.metrics.frechet import Moments, frechet_distance, moments

from .contenders import Contender, compete
from .measurement import Measurement
from .settings import Settings

REFERENCE = "tfgen"
# The square root takes seconds, and is so much slower that a few rounds show it.
ROUNDS = 3


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
DISTANCES = {REFERENCE: frechet_distance, "scipy.linalg.sqrtm": textbook_distance}


def measure(case: str, settings: Settings) -> Measurement:
    """Times both on one of the `CASES`, as wide as `settings.dimensions`, in `ROUNDS` rounds at most."""
    contenders = {
        name: Contender("frechet", {"name": name, "case": case, "dimensions": settings.dimensions})
        for name in DISTANCES
    }
    title = f"Fréchet distance, {settings.dimensions} dimensions, {case}"
    fewer = dataclasses.replace(settings, rounds=min(settings.rounds, ROUNDS))
    return compete(title, "s", REFERENCE, contenders, fewer)


def prepare(name: str, case: str, dimensions: int) -> Callable[[int], None]:
    """A callable that computes one of the `DISTANCES` a number of times."""
    sets = CASES[case](dimensions)

    def run(count: int) -> None:
        for _ in range(count):
            DISTANCES[name](*sets)

    return run
