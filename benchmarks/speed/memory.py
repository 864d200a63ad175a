"""Peak memory of training and of sampling: `python -m tfgen.benchmarks.speed.memory` prints the table."""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tfgen.data.progress import progress
from tfgen.errors import TfgenError

from ..peak_memory import peak_memory
from .measurement import Measurement
from .settings import Settings

NAME = "dcgan_fashion_mnist"
HEADING = "| job | peak memory | seconds, start included |\n|---|---|---|"


def _start() -> None:
    from tfgen.recipes import build  # noqa: F401


def _train() -> None:
    from tfgen.recipes import find_recipe
    from tfgen.training.run import train

    with tempfile.TemporaryDirectory() as folder:
        train(find_recipe(NAME).changed(steps=200), Path(folder))


def _sample() -> None:
    from tfgen.zoo import load

    load(NAME).sample(50_000, seed=0)


def _stream() -> None:
    from tfgen.zoo import load

    for _ in load(NAME).sample_batches(50_000, seed=0):
        pass


def _evaluate(count: int) -> None:
    from tfgen.evaluation import evaluate

    evaluate(NAME, "fashion_mnist:test", ["fid"], samples=count, extractor="fashion_mnist_classifier")


JOBS = {
    "start": ("`import` of Keras and TensorFlow alone", _start),
    "train": (f"train `{NAME}`, 200 steps, batch 64, all of Fashion-MNIST", _train),
    "sample": (f"`sample(50_000)` of `{NAME}`, all held in one array of 157 MB", _sample),
    "stream": (f"`sample_batches(50_000)` of `{NAME}`, none held", _stream),
    "evaluate_10000": (f"FID[fashion_mnist_classifier] of 10,000 samples of `{NAME}`", lambda: _evaluate(10_000)),
    "evaluate_50000": (f"FID[fashion_mnist_classifier] of 50,000 samples of `{NAME}`", lambda: _evaluate(50_000)),
}


def measured(name: str) -> tuple[float, float]:
    """Runs a job in a process of its own.

    Returns:
        Its peak resident memory in MiB, as the system counts it, and its seconds.

    Raises:
        TfgenError: If the job fails.
    """
    start = time.perf_counter()
    # Run as a program, this module is called `__main__`.
    command = [sys.executable, "-m", __spec__.name, "--job", name]
    done = subprocess.run(command, text=True, capture_output=True)
    if done.returncode:
        raise TfgenError(f"{' '.join(command)} failed: {done.stderr.strip().splitlines()[-1]}")
    return int(done.stdout.split()[-1]) / 1024, time.perf_counter() - start


def measure(settings: Settings) -> Measurement:
    """Runs every job once: memory does not depend on what else the machine does."""
    found = {title: measured(name) for name, (title, _) in progress(JOBS.items(), "Memory", len(JOBS))}
    reference = JOBS["start"][0]
    seconds = {title: [each] for title, (_, each) in found.items()}
    return Measurement("Memory", "s", reference, seconds, peak_mib={title: mib for title, (mib, _) in found.items()})


def main() -> None:
    """Runs each job in a process of its own and prints its peak resident memory, as the system counts it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--job", choices=JOBS, help="run one job in this process and print its peak memory in KiB")
    job = parser.parse_args().job
    if job:
        JOBS[job][1]()
        print(peak_memory() // 1024)
        return
    print(HEADING, flush=True)
    for name in JOBS:
        mebibytes, seconds = measured(name)
        print(f"| {JOBS[name][0]} | {mebibytes:,.0f} MiB | {seconds:.0f} |", flush=True)


if __name__ == "__main__":
    main()
