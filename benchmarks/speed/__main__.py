"""How fast tfgen is beside its peers: `python -m tfgen.benchmarks.speed` measures it, and writes tables.

In one run, on the processor, in interleaved rounds, as ratios: training steps against PyTorch and a plain Keras loop,
input pipeline, sampling, scores, served models, start, memory. It takes PyTorch, `pip install 'tfgen[speed]'`, or
--without-pytorch.
"""

import argparse
import importlib.util
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tfgen.errors import TfgenError
from tfgen.machine import available_cores

from .jobs import JOBS
from .machine import facts
from .measurement import Measurement
from .process import environment
from .report import write
from .settings import Settings

_IMAGES_OF = ("gan", "dcgan64")
_WITH_PYTORCH = {"training", "sampling", "startup"}


def measurements() -> dict[str, Callable[[Settings], Measurement]]:
    """All measurements, by the names that `--only` takes; a dot parts a group's name from its members'."""
    # Here, since they import TensorFlow, for which a wrong usage need not wait.
    from . import extractor, fit, frechet, memory, pipeline, sampling, serving, startup, training

    found: dict[str, Callable[[Settings], Measurement]] = {}
    found |= {f"training.{job}": partial(training.measure, job) for job in JOBS}
    found |= {f"fit.{job}": partial(fit.measure, job) for job in JOBS}
    found |= {f"pipeline.{job}": partial(pipeline.measure, job) for job in _IMAGES_OF}
    found |= {f"sampling.{job}": partial(sampling.measure, job) for job in _IMAGES_OF}
    found |= {f"frechet.{case.split()[0]}": partial(frechet.measure, case) for case in frechet.CASES}
    found["extractor"] = extractor.measure
    found |= {f"serving.{batch}": partial(serving.measure, "gan", batch) for batch in serving.BATCHES}
    found["startup"] = startup.measure
    found["memory"] = memory.measure
    return found


def main(arguments: list[str] | None = None) -> None:
    """Measures, prints each table as it is found, and writes the files after each."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.rounds < 1 or given.threads < 1 or given.seconds < 0:
        parser.error("--rounds and --threads are 1 or more, --seconds 0 or more")
    sizes = {name: value for name in ("width", "batch_size") if (value := getattr(given, name)) is not None}
    settings = Settings(given.rounds, given.seconds, given.threads, given.clock, not given.without_pytorch, sizes)
    os.environ.update(environment(settings.threads))
    try:
        chosen = choose(measurements(), given.only)
        needed = settings.pytorch and not _WITH_PYTORCH.isdisjoint(map(_group, chosen))
        if needed and importlib.util.find_spec("torch") is None:
            raise TfgenError(
                "PyTorch, which tfgen is compared with, is not installed; run pip install 'tfgen[speed]', or leave it "
                "out by --without-pytorch"
            )
        run(chosen, settings, given.output)
    except TfgenError as error:
        sys.exit(f"speed: {error}")
    except KeyboardInterrupt:
        print(f"speed: stopped; what was found is in {given.output}", file=sys.stderr)
        sys.exit(130)


def choose(
    known: dict[str, Callable[[Settings], Measurement]], only: str | None
) -> dict[str, Callable[[Settings], Measurement]]:
    """The measurements that these names or groups stand for, all if none are given.

    Raises:
        TfgenError: If one is not known.
    """
    if only is None:
        return known
    names = [name.strip() for name in only.split(",")]
    for name in names:
        if not any(name in (each, _group(each)) for each in known):
            raise TfgenError(
                f"there is no measurement {name!r}; --only takes {', '.join(known)}, and what is before the dot"
            )
    return {each: found for each, found in known.items() if {each, _group(each)} & set(names)}


def run(chosen: dict[str, Callable[[Settings], Measurement]], settings: Settings, output: Path) -> None:
    """Makes the measurements; after each, its table is printed and the files in `output` hold all found so far."""
    machine, found = facts(settings), {}
    for number, (name, measure) in enumerate(chosen.items(), 1):
        print(f"{name} ({number} of {len(chosen)})", file=sys.stderr, flush=True)
        found[name] = measure(settings)
        print(found[name].markdown(), flush=True)
        write(output, machine, found)
    print(f"written: {output / 'speed.md'}, {output / 'speed.json'}", file=sys.stderr)


def _group(name: str) -> str:
    return name.partition(".")[0]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="speed", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", help="measurements, comma between: training.gan, or training for all of a group")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds (default: 5)")
    parser.add_argument("--output", type=Path, default=Path("speed"), help="folder of the files (default: speed)")
    parser.add_argument("--seconds", type=float, default=2.0, help="about how long a contender's round is (default: 2)")
    parser.add_argument(
        "--threads", type=int, default=available_cores(), help="of every contender (default: all cores)"
    )
    parser.add_argument(
        "--clock",
        choices=("wall", "cpu"),
        default="wall",
        help="cpu: processor seconds, of all but startup and memory, for a busy machine, with --threads 1",
    )
    parser.add_argument("--without-pytorch", action="store_true", help="leave PyTorch out")
    parser.add_argument("--width", type=int, help="channels of the networks' narrowest layers (default: 64)")
    parser.add_argument("--batch-size", type=int, help="images of an update (default: 64)")
    return parser


if __name__ == "__main__":
    main()
