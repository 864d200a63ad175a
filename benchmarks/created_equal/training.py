"""The training of one trial, scored at its checkpoints; one that was killed goes on from its last state."""

import json
import platform
import time
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import numpy as np
from absl import logging

import tfgen
from tfgen import __version__
from tfgen.callbacks.checkpoint import Checkpoint, restore_checkpoint
from tfgen.callbacks.divergence import StopOnDivergence
from tfgen.data import ImageSet
from tfgen.errors import CheckpointError, DivergenceError, TfgenError
from tfgen.evaluation.one_pass import Evaluation
from tfgen.evaluation.sources import ModelSource
from tfgen.files import atomic_path
from tfgen.models.generative_model import GenerativeModel
from tfgen.recipes import Recipe
from tfgen.recipes.build import build_model, compile_model
from tfgen.training.images import training_batches


class Training:
    """The training of one recipe.

    Args:
        recipe: What is trained.
        steps: After which of its steps the model is scored.
        evaluations: What scores it; the first number of the first is the trial's score.
        samples: How many images of the model are scored.
        images: What it is trained on.
        state: A `.json` for the state of the training while it runs, beside which its weights are kept; None for none.
        seconds_between_states: The least time between two states, which are kept after a score.

    Raises:
        TfgenError: If the model cannot be built, or draws no images.
    """

    def __init__(
        self,
        recipe: Recipe,
        steps: Sequence[int],
        evaluations: Sequence[Evaluation],
        samples: int,
        images: ImageSet,
        state: Path | None = None,
        seconds_between_states: float = 60.0,
    ):
        began = time.perf_counter()
        self.recipe, self.steps, self.evaluations, self.samples = recipe, steps, evaluations, samples
        self.images, self.state, self.seconds_between_states = images, state, seconds_between_states
        self.model = build(recipe)
        _check_legs(steps, self.model.steps_per_execution)
        self.score: str | None = None
        self.scores: list[dict[str, Any]] = []
        self.protocol: dict[str, Any] | None = None
        self.seconds = {"startup_seconds": 0.0, "training_seconds": 0.0, "scoring_seconds": 0.0}
        self._restore()
        self.seconds_before = sum(self.seconds.values())
        self._saved = time.perf_counter()
        self.seconds["startup_seconds"] += self._saved - began

    @property
    def updates(self) -> int:
        """How many updates the discriminator, or the autoencoder, has seen."""
        return self.model.trained_steps * self.model.batches_per_step

    def run(self) -> None:
        """Trains from where it stands to the end.

        Raises:
            DivergenceError: If a loss or a sample is no longer finite.
        """
        for step in self.steps:
            done = self.model.trained_steps
            if step > done:
                self._timed("training_seconds", lambda count=step - done: self._fit(count))
            if step >= done and len(self.scores) <= self.steps.index(step):
                self._timed("scoring_seconds", self._score)
                self._save()

    def try_step(self) -> None:
        """Makes a step, which shows that the model can; what comes after it is not the trial's training."""
        batches = training_batches(self.recipe, self.model, self.images)
        self.model.fit(batches, epochs=1, steps_per_epoch=1, shuffle=False, verbose=0)

    def _fit(self, steps: int) -> None:
        batches = training_batches(self.recipe, self.model, self.images)
        first = _SecondsUntilFirstStep()
        self.model.fit(
            batches, epochs=1, steps_per_epoch=steps, callbacks=[StopOnDivergence(), first], shuffle=False, verbose=0
        )
        if not self.scores:
            # What a step costs before it runs: its graph.
            self.seconds["startup_seconds"] += first.seconds
            self.seconds["training_seconds"] -= first.seconds

    def _score(self) -> None:
        subject = ModelSource("samples", self.model, recipe=self.recipe)
        values: dict[str, float | None] = {}
        for evaluation in self.evaluations:
            rows = [result.row() for result in evaluation(subject, self.samples, self.updates)]
            if not values:
                self.score = rows[0]["name"]
                self.protocol = {key: rows[0][key] for key in ("subject", "reference", "extractor")}
                self.protocol["settings"] = {}
                # What all methods have counts, even if what this one has besides cannot be measured.
                self.scores.append({"step": self.updates, "values": values})
            self.protocol["settings"] |= {row["name"]: row["settings"] for row in rows}
            values |= {row["name"]: row["value"] for row in rows}

    def _timed(self, name: str, work: Callable[[], None]) -> None:
        began = time.perf_counter()
        try:
            work()
        finally:
            self.seconds[name] += time.perf_counter() - began

    def _save(self) -> None:
        """Keeps the state, if the last is old enough; what cannot be kept costs time and never a row."""
        if self.state is None or time.perf_counter() - self._saved < self.seconds_between_states:
            return
        weights = self.state.with_suffix(f".{self.updates}.npz")
        keep = Checkpoint(weights)
        keep.set_model(self.model)
        found = {"score": self.score, "scores": self.scores, "protocol": self.protocol, "seconds": self.seconds}
        try:
            keep.on_epoch_end(0)
            with atomic_path(self.state) as temporary:
                told = {"recipe": self.recipe.table, "versions": versions(), "weights": weights.name, **found}
                temporary.write_text(json.dumps(told), encoding="utf-8")
        except (OSError, DivergenceError) as error:
            logging.warning("the state of %s is not kept: %s", self.state.stem, error)
            return
        self._saved = time.perf_counter()
        for path in self.state.parent.glob(f"{self.state.stem}.*.npz"):
            if path != weights:
                path.unlink()

    def _restore(self) -> None:
        if self.state is None or not self.state.is_file():
            return
        try:
            found = json.loads(self.state.read_text(encoding="utf-8"))
            if found["recipe"] != self.recipe.table or found["versions"] != versions():
                return
            restore_checkpoint(self.model, self.state.with_name(found["weights"]))
            self.score, self.scores, self.protocol = found["score"], found["scores"], found["protocol"]
            self.seconds = found["seconds"]
        except (CheckpointError, OSError, ValueError, KeyError) as error:
            logging.warning("%s begins anew: %s", self.state.stem, error)
            self.model = build(self.recipe)


def build(recipe: Recipe) -> GenerativeModel:
    """A trial's model, compiled.

    Raises:
        TfgenError: If it cannot be built, or draws no images.
    """
    keras.utils.set_random_seed(recipe.seed)
    model = build_model(recipe)
    if not isinstance(model, GenerativeModel):
        raise TfgenError(f"{type(model).__name__} draws no images; compare generative models")
    compile_model(recipe, model)
    return model


@cache
def versions() -> dict[str, str]:
    """Of what a training's bits and its scores depend on; of tfgen also the first digits of its sources' SHA-256."""
    found = {package: version(package) for package in ("tensorflow", "keras", "numpy", "scipy")}
    return {"tfgen": __version__, "tfgen sources": _sources(), **found, "python": platform.python_version()}


def _sources() -> str:
    folder, digest = Path(tfgen.__file__).parent, sha256()
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder)
        # An installed tfgen has the benchmarks in it, a clone beside it.
        if "benchmarks" not in name.parts:
            digest.update(name.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _check_legs(steps: Sequence[int], at_once: int) -> None:
    for leg in np.diff([0, *steps]):
        if leg % at_once:
            raise TfgenError(
                f"steps_per_execution of compile is {at_once}, and {leg} steps lie between two scores; choose one that "
                "divides them, or 1"
            )


class _SecondsUntilFirstStep(keras.callbacks.Callback):
    """How long a fit takes before its first step has been made."""

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._began, self.seconds = time.perf_counter(), 0.0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        if batch == 0:
            self.seconds = time.perf_counter() - self._began
