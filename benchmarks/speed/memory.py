"""Peak memory of whole jobs, each in a process of its own: training, sampling, scores."""

import argparse
import tempfile
from pathlib import Path

from tfgen.data.progress import progress

from ..peak_memory import peak_memory
from .measurement import Measurement
from .process import ContenderError, run_python
from .settings import Settings

NAME = "dcgan_fashion_mnist"


def _start() -> None:
    import keras  # noqa: F401
    import tensorflow  # noqa: F401


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


def measure(settings: Settings) -> Measurement:
    """Runs every job once: memory does not depend on what else the machine does."""
    found = Measurement("Memory", "s", None, {})
    for name, (title, _) in progress(JOBS.items(), "Memory", len(JOBS)):
        try:
            mib, seconds = measured(name)
        except ContenderError as error:
            found.failures[title] = str(error)
            continue
        found.seconds[title] = [seconds]
        if mib is not None:
            found.peak_mib[title] = mib
    found.notes.append("Seconds are those of one process, its start included.")
    return found


def measured(name: str) -> tuple[float | None, float]:
    """Runs a job in a process of its own.

    Returns:
        Its peak resident memory in MiB, as the system counts it, None where it does not tell; and its seconds.

    Raises:
        ContenderError: If the job fails.
    """
    output, seconds = run_python("-m", __name__, "--job", name)
    peak = output.split()[-1]
    return None if peak == "None" else int(peak) / 2**20, seconds


def main() -> None:
    """Does a job in this process, and prints its peak memory in bytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--job", choices=JOBS, required=True, help="what to do")
    JOBS[parser.parse_args().job][1]()
    print(peak_memory())


if __name__ == "__main__":
    main()
