"""What comes before Inception costs: `python -m tfgen.benchmarks.speed.extractor` prints images a second."""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from tfgen import backend
from tfgen.data.pictures import from_uint8
from tfgen.data.progress import progress
from tfgen.metrics.features import Extractor
from tfgen.metrics.features.inception_network import build_network

from .measurement import Measurement
from .rounds import interleaved
from .settings import Settings

ALONE = "network alone, 299x299 float32"
WHOLE = "extractor, 28x28 grey images in [-1, 1]"


def images_per_second(jobs: dict[str, Callable[[], object]], images: int, repeats: int) -> dict[str, float]:
    """The median speed of each job, all of them run in turn so that a busy machine slows them alike."""
    for job in jobs.values():
        # The first run makes the graph.
        job()
    seconds = {name: [] for name in jobs}
    for _ in progress(range(repeats), "Timing", repeats):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            seconds[name].append(time.perf_counter() - start)
    return {name: images / statistics.median(times) for name, times in seconds.items()}


def extractor_jobs(images: int) -> dict[str, Callable[[], object]]:
    """The bare network on prepared images and the extractor on small ones, so many images in one batch."""
    rng = np.random.default_rng(0)
    # Untrained: that costs the same, and needs no download.
    network = build_network()
    extractor = Extractor("inception_2015", network, layer="pool_3", sha256="", value_range=(-1.0, 127 / 128))
    bare = backend.function(
        lambda batch: network(batch, training=False), [backend.TensorSpec((None, 299, 299, 3), "float32")]
    )
    prepared = rng.uniform(-1, 1, (images, 299, 299, 3)).astype("float32")
    small = from_uint8(rng.integers(0, 256, (images, 28, 28, 1), np.uint8))
    return {
        ALONE: lambda: bare(prepared)["features"].numpy(),
        WHOLE: lambda: extractor(small),
    }


def measure(settings: Settings) -> Measurement:
    """Times both, and what the extractor does before the network."""
    jobs = extractor_jobs(settings.images)
    for job in jobs.values():
        job()
    timers = {name: lambda job=job: _seconds(job) / settings.images for name, job in jobs.items()}
    return Measurement("Inception's features", "images/s", WHOLE, interleaved(timers, settings.rounds, "Extractor"))


def _seconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def main() -> None:
    """Times the bare network on prepared images against the extractor on small ones, and prints both and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=50, help="images in a run, all in one batch (default: 50)")
    parser.add_argument("--repeats", type=int, default=5, help="runs of each (default: 5)")
    arguments = parser.parse_args()

    jobs = extractor_jobs(arguments.images)
    speeds = images_per_second(jobs, arguments.images, arguments.repeats)
    print("| what | images/s |\n|---|---|")
    for name, speed in speeds.items():
        print(f"| {name} | {speed:.2f} |")
    alone, whole = speeds.values()
    print(f"| the extractor's share of the network's speed | {whole / alone:.3f} |")


if __name__ == "__main__":
    main()
