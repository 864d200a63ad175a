"""A training run: a recipe and a folder, resumed where it was stopped."""

import json
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import filelock
import keras
import tensorflow as tf
from absl import logging

from tfgen import __version__, data
from tfgen.callbacks.averaging import averaged_weights
from tfgen.callbacks.checkpoint import Checkpoint, restore_checkpoint
from tfgen.callbacks.divergence import StopOnDivergence
from tfgen.callbacks.first_steps import FirstSteps
from tfgen.callbacks.sample_grid import SampleGrid
from tfgen.callbacks.scalars import Scalars
from tfgen.callbacks.scoring import Scoring
from tfgen.callbacks.training_log import TrainingLog
from tfgen.errors import TfgenError
from tfgen.evaluation.one_pass import Evaluation
from tfgen.evaluation.sources import ModelSource, open_reference
from tfgen.files import atomic_path
from tfgen.json_lines import read_rows
from tfgen.machine import machine
from tfgen.models.autoencoder_model import AutoencoderModel
from tfgen.models.generative_model import GenerativeModel
from tfgen.models.image_model import ImageModel
from tfgen.recipes.build import build_model, compile_model
from tfgen.recipes.recipe import Recipe, read_recipe
from tfgen.training.images import check_labels, held_out_images, training_batches, training_images
from tfgen.training.start import check_start, start_from_checkpoints
from tfgen.zoo.entries import BEGUN, LOG

_MAY_DIFFER = ("steps", "description", "scoring")
"""What of a recipe changes no step that was done: a run may be continued with other values."""


def train(recipe: Recipe, output: Path, data_dir: Path | None = None) -> ImageModel:
    """Trains a recipe in a folder, from its last checkpoint if there is one.

    The folder gets `recipe.toml`, `checkpoint.npz`, `log.jsonl`, `first_steps.jsonl`, `samples/`, `tensorboard/`,
    and at the end `model.weights.h5` (averaged weights where an optimizer keeps them) and `run.json`; `begun.json`
    says on what machine and versions it began, `start.json` from which weights if the recipe has a `[start]`. A run
    that was killed goes on when it is started again, and ends with the bits of one that was not. A longer `steps`
    continues a finished run.

    Args:
        recipe: What to train.
        output: The run's folder.
        data_dir: Where data sets are looked for first.

    Returns:
        The trained model, with the weights of `model.weights.h5`.

    Raises:
        TfgenError: If the folder holds a run of another recipe or is in use, or the training diverges.
        ValueError: If the data cannot be used; FileNotFoundError if it is not found.
    """
    output = Path(output)
    output.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(output / ".lock", timeout=0):
            try:
                _claim(output, recipe)
                return _run(recipe, output, data_dir)
            finally:
                # A training that never began leaves no folder behind.
                if [path.name for path in output.iterdir()] == [".lock"]:
                    shutil.rmtree(output)
    except filelock.Timeout as error:
        raise TfgenError(f"{output} is in use by another training; wait for it or choose another output") from error


def _claim(output: Path, recipe: Recipe) -> None:
    if (output / "recipe.toml").is_file():
        found = read_recipe(output / "recipe.toml").table
        there, here = (
            {key: value for key, value in table.items() if key not in _MAY_DIFFER} for table in (found, recipe.table)
        )
        if differing := list(_differences(there, here)):
            raise TfgenError(
                f"{output} holds a run of another recipe: {', '.join(differing)}; choose another output folder"
            )


def _differences(there: Mapping[str, Any], here: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Where two recipes differ, with keys and values as `--set` takes them."""
    for key in sorted({*there, *here}):
        values = there.get(key), here.get(key)
        if all(isinstance(value, Mapping) for value in values):
            yield from _differences(*values, f"{prefix}{key}.")
        elif values[0] != values[1]:
            theirs, ours = ("not given" if value is None else json.dumps(value) for value in values)
            yield f"{prefix}{key} is {theirs} there and {ours} here"


def _run(recipe: Recipe, output: Path, data_dir: Path | None) -> ImageModel:
    checkpoint = output / "checkpoint.npz"
    if not checkpoint.is_file():
        check_start(recipe)
    image_set = training_images(recipe, data_dir)
    keras.utils.set_random_seed(recipe.seed)
    model = build_model(recipe)
    check_labels(recipe, model, image_set)
    compile_model(recipe, model)
    if checkpoint.is_file():
        done, start = restore_checkpoint(model, checkpoint), None
    else:
        done, start = 0, start_from_checkpoints(recipe, model)
    if recipe.steps % model.steps_per_execution:
        raise TfgenError(
            f"{recipe.steps} steps are not a multiple of steps_per_execution = {model.steps_per_execution}"
        )
    if done > recipe.steps:
        raise TfgenError(
            f"{output} is trained for {done:,} steps already; ask for more, or choose another output folder"
        )
    scoring = _scoring(recipe, model, data_dir)
    with atomic_path(output / "recipe.toml") as temporary:
        temporary.write_text(recipe.to_toml(), encoding="utf-8")
    if start:
        _write_json(output / "start.json", start)
    if not done:
        _write_json(output / BEGUN, _made_on())
    if done:
        logging.info("going on from step %d of %d", done, recipe.steps)
    # The log before what takes time beside the steps.
    callbacks = [
        StopOnDivergence(),
        TrainingLog(output / LOG),
        *([FirstSteps(output)] if _begun_here(output) else []),
        Scalars(output / "tensorboard" / "train"),
    ]
    if isinstance(model, GenerativeModel):
        reconstructs = isinstance(model, AutoencoderModel)
        held_out = held_out_images(recipe, model, image_set, data_dir) if reconstructs else {}
        callbacks.append(SampleGrid(output, output / "tensorboard", **held_out))
    if scoring is not None:
        table = recipe.table["scoring"]
        callbacks.append(
            Scoring(
                scoring,
                output,
                output / "tensorboard" / "scores",
                every=table.get("every", recipe.report_every),
                samples=table.get("samples"),
                label=recipe.name,
            )
        )
    # The checkpoint last: what a kill leaves undone is done again.
    callbacks.append(Checkpoint(checkpoint))
    report_every = recipe.report_every + -recipe.report_every % model.steps_per_execution
    epoch = -(-done // report_every)
    for epochs, steps in _segments(done, recipe.steps, report_every):
        batches = training_batches(recipe, model, image_set)
        model.fit(
            batches,
            initial_epoch=epoch,
            epochs=epoch + epochs,
            steps_per_epoch=steps,
            callbacks=callbacks,
            shuffle=False,
            verbose=1 if sys.stdout.isatty() else 2,
        )
        epoch += epochs
        # Keras ends a fit by writing the averaged weights over the last ones, which the training goes on from.
        restore_checkpoint(model, checkpoint)
    return _finish(recipe, output, model, image_set)


def _begun_here(output: Path) -> bool:
    """Whether all bits of the first steps are of one machine and one set of versions, so that they can be had again."""
    path = output / BEGUN
    return not path.is_file() or json.loads(path.read_text(encoding="utf-8")) == _made_on()


def _segments(done: int, steps: int, report_every: int) -> Iterator[tuple[int, int]]:
    """What is left of a training as (epochs, steps of each): up to the next full report, the full ones, the rest."""
    if done % report_every:
        ahead = min(report_every - done % report_every, steps - done)
        if ahead > 0:
            yield 1, ahead
            done += ahead
    full, rest = divmod(max(steps - done, 0), report_every)
    if full:
        yield full, report_every
    if rest:
        yield 1, rest


def _scoring(recipe: Recipe, model: ImageModel, data_dir: Path | None) -> Evaluation | None:
    """What `[scoring]` asks for, checked before the training begins; None if there is none."""
    table = recipe.table.get("scoring")
    if table is None:
        return None
    subject = ModelSource(recipe.name, model, recipe=recipe)
    evaluation = Evaluation(
        table.get("metrics", ["fid"]),
        open_reference(table.get("against"), subject, data_dir=data_dir),
        table.get("extractor"),
        reference_samples=table.get("reference_samples"),
        resizer=table.get("resizer"),
        quantise=table.get("quantise", True),
        settings=table.get("settings"),
        data_dir=data_dir,
    )
    evaluation.check(subject, table.get("samples"))
    return evaluation


def _finish(recipe: Recipe, output: Path, model: ImageModel, image_set: data.ImageSet) -> ImageModel:
    with averaged_weights(model), atomic_path(output / "model.weights.h5") as temporary:
        model.save_weights(temporary, overwrite=True)
    model.load_weights(output / "model.weights.h5")
    record: dict[str, Any] = {
        "recipe": recipe.name,
        "steps": model.trained_steps,
        "seconds": round(sum(row["seconds"] for row in read_rows(output / LOG)), 1),
        "data": {"origin": image_set.origin, "images": len(image_set)},
        **_made_on(),
    }
    if recipe.table["data"].get("labels") and image_set.class_names:
        record["data"]["classes"] = list(image_set.class_names)
    if (output / "start.json").is_file():
        record["start"] = json.loads((output / "start.json").read_text(encoding="utf-8"))
    _write_json(output / "run.json", record)
    return model


def _made_on() -> dict[str, Any]:
    versions = {"tensorflow": tf.__version__, "keras": keras.__version__, "python": platform.python_version()}
    return {"versions": {"tfgen": __version__, **versions}, "machine": machine()}


def _write_json(path: Path, value: dict[str, Any]) -> None:
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
