"""Modes that every method covers on mixtures in the plane: `python -m tfgen.benchmarks.lectures.methods --output docs`.

Trains each method on a ring of 8 Gaussians and a grid of 25, several times, and writes a table and a picture of samples
into the folder's `methods.md` and `images/`. What was trained is kept, so that a run that is interrupted goes on.
"""

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from tfgen.data.progress import progress
from tfgen.data.toy import GaussianMixture
from tfgen.files import atomic_path
from tfgen.json_lines import append_rows, read_rows
from tfgen.metrics.mixture_modes import GOOD_DEVIATIONS, nearest_modes
from tfgen.recipes import Recipe

from .page import write_part
from .toy_training import (
    METHODS,
    MIXTURES,
    SAMPLES,
    Method,
    digest,
    measured,
    toy_recipe,
    use_one_thread,
)

STEPS, QUICK_STEPS = 5000, 500
SEEDS, QUICK_SEEDS = 5, 1
EXAMPLE = """example, some minutes, into a folder of its own:
  python -m tfgen.benchmarks.lectures.methods --output toy --quick --methods gan,wgan_gp"""

Results = Mapping[tuple[str, str], list[dict[str, Any]]]


def results(recipes: Sequence[Recipe], rows_file: Path, workers: int) -> Results:
    """The rows of all recipes by method and mixture: those that the file has, and others that are trained now.

    Args:
        recipes: What to train.
        rows_file: JSON lines; a row of another recipe in there is left alone.
        workers: Processes that train, each on one processor core.
    """
    wanted = {digest(recipe): recipe for recipe in recipes}
    rows = {row["recipe"]: row for row in read_rows(rows_file) if row.get("recipe") in wanted}
    missing = [recipe for key, recipe in wanted.items() if key not in rows]
    for row in progress(_trained(missing, workers), "Training on points", len(missing)):
        append_rows(rows_file, [row])
        rows[row["recipe"]] = row
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in (rows[key] for key in wanted):
        found.setdefault((row["method"], row["mixture"]), []).append(row)
    return found


def _trained(recipes: Sequence[Recipe], workers: int) -> Iterator[dict[str, Any]]:
    # Networks of this size do not fill two cores; two trainings do.
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=use_one_thread)
    try:
        for done in as_completed([pool.submit(measured, recipe) for recipe in recipes]):
            yield done.result()
    finally:
        pool.shutdown(cancel_futures=True)


def table(found: Results) -> list[str]:
    """Lines of Markdown: for each method means over the seeds, with standard deviations where there are several."""
    heads = [f"{name}: modes of {len(mixture.centres)} | {name}: good samples" for name, mixture in MIXTURES.items()]
    lines = [f"| method | {' | '.join(heads)} | seconds |", f"|---|{'---|---|' * len(heads)}---|"]
    for name in dict.fromkeys(name for name, _ in found):
        groups = [found[name, mixture] for mixture in MIXTURES]
        cells = []
        for rows in groups:
            cells.append(_spread([row["modes"] for row in rows], ".1f"))
            cells.append(_spread([100 * row["good_share"] for row in rows], ".0f") + " %")
        seconds = np.mean([row["seconds"] for rows in groups for row in rows])
        lines.append(f"| {METHODS[name].title}{_mark(METHODS[name])} | {' | '.join(cells)} | {seconds:.0f} |")
    return lines


def _spread(values: Sequence[float], form: str) -> str:
    return f"{np.mean(values):{form}}" + (f" ± {np.std(values, ddof=1):{form}}" if len(values) > 1 else "")


def _mark(method: Method) -> str:
    return " (labels)" if method.sees_labels else " (number of modes)" if method.of_modes else ""


def picture(found: Results, path: Path) -> None:
    """Draws samples of the first seed of each method on each mixture: good ones blue, the others orange."""
    names = list(dict.fromkeys(name for name, _ in found))
    across = min(4, len(names))
    down = -(-len(names) // across)
    figure = Figure(figsize=(4 * across, 2.2 * down), layout="constrained")
    for name, part in zip(names, np.ravel(figure.subfigures(down, across, squeeze=False)), strict=False):
        part.suptitle(METHODS[name].title + _mark(METHODS[name]), fontsize="large")
        for mixture, axes in zip(MIXTURES, part.subplots(1, len(MIXTURES)), strict=True):
            _scatter(axes, np.asarray(found[name, mixture][0]["points"]), MIXTURES[mixture])
    with atomic_path(path) as temporary:
        figure.savefig(temporary, dpi=80)


def _scatter(axes: Any, points: np.ndarray, mixture: GaussianMixture) -> None:
    good = nearest_modes(points, mixture.centres)[1] <= GOOD_DEVIATIONS * mixture.standard_deviation
    axes.scatter(*mixture.centres.T, s=40, facecolors="none", edgecolors="silver", linewidths=0.8)
    axes.scatter(*points[~good].T, s=2, color="C1", alpha=0.5, linewidths=0)
    axes.scatter(*points[good].T, s=2, color="C0", alpha=0.5, linewidths=0)
    axes.set(xlim=(-1.05, 1.05), ylim=(-1.05, 1.05), aspect="equal", xticks=[], yticks=[])


def main() -> None:
    """Trains what is not trained yet, then writes the table and the picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=Path("docs"), help="folder of methods.md (default: docs)")
    parser.add_argument("--methods", default=",".join(METHODS), help="names, comma between (default: all)")
    parser.add_argument("--steps", type=int, help=f"updates of each generator (default: {STEPS})")
    parser.add_argument("--seeds", type=int, help=f"trainings of a method on a mixture (default: {SEEDS})")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_STEPS} steps and {QUICK_SEEDS} seed unless given")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="trainings at a time (default: one a core)")
    parser.add_argument(
        "--rows",
        type=Path,
        default=Path("runs/lectures/methods.jsonl"),
        help="where trainings are kept by recipe; remove it if code changed (default: runs/lectures/methods.jsonl)",
    )
    arguments = parser.parse_args()
    names = arguments.methods.split(",")
    if unknown := [name for name in names if name not in METHODS]:
        parser.error(f"--methods has {', '.join(unknown)}; known are {', '.join(METHODS)}")
    steps = arguments.steps or (QUICK_STEPS if arguments.quick else STEPS)
    seeds = arguments.seeds or (QUICK_SEEDS if arguments.quick else SEEDS)
    if min(steps, seeds, arguments.workers) < 1:
        parser.error("--steps, --seeds and --workers are 1 or more")
    recipes = [
        toy_recipe(name, mixture, seed=seed, steps=steps)
        for seed in range(seeds)
        for name in names
        for mixture in MIXTURES
    ]
    found = results(recipes, arguments.rows, arguments.workers)
    picture(found, arguments.output / "images" / "methods_points.png")
    caption = (
        f"Means of {seeds} seeds{' ± their standard deviation' if seeds > 1 else ''} after {steps:,} updates of the "
        f"generator, from {SAMPLES:,} samples each; seconds of one processor core for one training."
    )
    write_part(arguments.output / "methods.md", "points", [caption, "", *table(found)])
    print("\n".join(table(found)))


if __name__ == "__main__":
    main()
