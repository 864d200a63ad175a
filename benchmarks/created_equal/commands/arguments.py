"""Arguments that several actions share."""

import argparse
import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from tfgen.cli.arguments import number, numbers, positive
from tfgen.errors import TfgenError

from ..runners.local import LocalRunner
from ..runners.ray_cluster import RayRunner
from ..spec import Spec, find_spec, preset_names
from ..trials import Trial, all_trials


def add_spec(parser: argparse.ArgumentParser) -> None:
    """`--preset` or `--spec`."""
    given = parser.add_mutually_exclusive_group()
    given.add_argument("--preset", help=f"{', '.join(preset_names())} (default: quick, which takes minutes)")
    given.add_argument("--spec", help="the path of a TOML file of your own, as the presets are written")


def given_spec(arguments: argparse.Namespace) -> Spec:
    """The spec that the arguments name."""
    return find_spec(arguments.spec or arguments.preset or "quick")


def spec_name(arguments: argparse.Namespace) -> str:
    """What the study's folder is called by default."""
    return Path(arguments.spec or arguments.preset or "quick").stem


def add_runner(parser: argparse.ArgumentParser) -> None:
    """What runs the trials."""
    parser.add_argument("--runner", choices=("local", "ray"), default="local", help="processes here, or a Ray cluster")
    parser.add_argument(
        "--workers", type=positive, help="trials at once, of a local runner (default: cores over threads of a trial)"
    )
    parser.add_argument(
        "--address", help="of the Ray cluster, host:6379 or ray://host:10001 (default: a Ray of its own)"
    )
    parser.add_argument("--gpus", type=number, help="share of a GPU that a trial takes on Ray (default: 0)")
    parser.add_argument("--data-dir", type=Path, help="where data sets are looked for first (default: TFGEN_DATA)")


def given_runner(arguments: argparse.Namespace, spec: Spec, folder: Path) -> AbstractContextManager:
    """The runner that the arguments name."""
    if arguments.runner == "ray":
        if arguments.workers:
            raise TfgenError("--workers is of the local runner; Ray runs as many trials as the cluster has room for")
        return RayRunner(spec, arguments.address, arguments.data_dir, arguments.gpus or 0.0)
    for option in ("address", "gpus"):
        if getattr(arguments, option) is not None:
            raise TfgenError(f"--{option} is of a Ray cluster; give --runner ray with it")
    return LocalRunner(spec, folder, arguments.data_dir, arguments.workers)


def add_part(parser: argparse.ArgumentParser) -> None:
    """`--trial` or `--shard`."""
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--trial", type=numbers, help="only these, by their numbers: 3 or 0,3,8-11")
    part.add_argument("--shard", type=shard, help="only a part of them, for several machines: 3/16")


def given_part(arguments: argparse.Namespace, spec: Spec) -> Callable[[Trial], bool]:
    """Whether a trial is among those that the arguments choose.

    Raises:
        TfgenError: If the study has not as many.
    """
    wanted = set(arguments.trial or ())
    check_numbers(wanted, len(all_trials(spec)))
    part, parts = arguments.shard or (1, 1)
    return lambda trial: trial.number in wanted if wanted else trial.number % parts == part - 1


def check_numbers(wanted: Iterable[int], count: int) -> None:
    """Refuses numbers of trials beyond the study's.

    Raises:
        TfgenError: Naming the first.
    """
    if beyond := [number for number in sorted(wanted) if number >= count]:
        raise TfgenError(f"there is no trial {beyond[0]}; the study has 0 to {count - 1}")


def shard(text: str) -> tuple[int, int]:
    """`3/16`: the third of sixteen parts."""
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    part, parts = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= part <= parts:
        raise argparse.ArgumentTypeError(f"{text!r} is no part; write the third of sixteen as 3/16")
    return part, parts
