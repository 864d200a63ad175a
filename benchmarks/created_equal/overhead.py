"""What running trials by the benchmark costs over training and scoring them by hand.

`python -m benchmarks.created_equal.overhead` trains the defaults of the preset `quick` both ways, in turns, in
processes that have begun before the clock does, and prints the seconds and their ratio. By hand is to build, compile,
fit and evaluate.
"""

import argparse
import multiprocessing
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from .runners.local import LocalRunner
from .spec import Spec, find_spec
from .trials import Trial, all_trials, recipe_of, scoring_steps


def by_hand(spec: Spec, trials: list[Trial], connection: Any) -> None:
    """Sends the seconds that the trials take without the benchmark."""
    from .process import use_threads

    use_threads(spec.threads)
    import keras

    from tfgen.evaluation.one_pass import Evaluation
    from tfgen.evaluation.sources import ModelSource, open_images
    from tfgen.recipes.build import build_model, compile_model
    from tfgen.training.images import training_batches, training_images

    table, scoring = next(iter(spec.datasets.values())), spec.table["scoring"]
    recipe = recipe_of(spec, trials[0])
    images = training_images(recipe, None)
    reference = open_images(f"{table['name']}:test", image_shape=tuple(table["image_shape"]), recipe=recipe)
    settings = scoring["settings"]

    def evaluation(*names: str) -> Evaluation:
        own = {name: settings[name] for name in names if name in settings}
        count = scoring["reference_samples"]
        return Evaluation(names, reference, table["extractor"], reference_samples=count, settings=own)

    shared, own = evaluation("fid", *table["metrics"]), evaluation(*spec.methods["vae"]["metrics"])

    def run(trial: Trial) -> None:
        recipe = recipe_of(spec, trial)
        keras.utils.clear_session()
        keras.utils.set_random_seed(recipe.seed)
        model = build_model(recipe)
        compile_model(recipe, model)
        done = 0
        for step in scoring_steps(spec, trial, recipe):
            model.fit(training_batches(recipe, model, images), steps_per_epoch=step - done, verbose=0, shuffle=False)
            done = step
            source = ModelSource("samples", model, recipe=recipe)
            shared(source, scoring["samples"])
            if "metrics" in spec.methods[trial.method]:
                own(source, scoring["samples"])

    run(trials[-1])  # what trials have in common is read here
    connection.send("ready")
    while connection.recv() == "go":
        began = time.perf_counter()
        for trial in trials:
            run(trial)
        connection.send(time.perf_counter() - began)


def main() -> None:
    """Prints the seconds of each round and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="how often each way is timed (default: 3)")
    parser.add_argument("--steps", type=int, help="of each trial (default: those of the preset)")
    arguments = parser.parse_args()
    spec = find_spec("quick")
    if arguments.steps:
        for dataset in spec.datasets.values():
            dataset.update(steps=arguments.steps, score_every=arguments.steps // 2)
    trials = [trial for trial in all_trials(spec) if trial.configuration == 0]
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    context.Process(target=by_hand, args=(spec, trials, there), daemon=True).start()
    there.close()
    ratios, starts = [], []
    with tempfile.TemporaryDirectory() as folder, LocalRunner(spec, Path(folder), workers=1) as runner:
        runner.check(trials)
        list(runner.run(trials[-1:]))
        here.recv()
        for number in range(1, arguments.rounds + 1):
            here.send("go")
            bare = here.recv()
            began = time.perf_counter()
            rows = list(runner.run(trials))
            seconds = time.perf_counter() - began
            ratios.append(seconds / bare)
            starts += [row["startup_seconds"] for row in rows]
            told = f"{bare:.1f} s by hand, {seconds:.1f} s by the benchmark, ratio {ratios[-1]:.3f}"
            print(f"round {number}: {told}", flush=True)
        here.send("stop")
    low, high = min(ratios), max(ratios)
    print(f"median ratio {statistics.median(ratios):.3f} ({low:.3f} to {high:.3f}) over {len(trials)} trials a round")
    print(f"start-up of a trial in a warm process: median {statistics.median(starts):.2f} s, most {max(starts):.2f} s")


if __name__ == "__main__":
    main()
