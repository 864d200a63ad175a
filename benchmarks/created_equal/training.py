"""The training of one trial, scored at its checkpoints; one that was killed goes on from its last state."""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras

from tfgen.callbacks.checkpoint import Checkpoint, restore_checkpoint
from tfgen.callbacks.divergence import StopOnDivergence
from tfgen.data import ImageSet
from tfgen.errors import TfgenError
from tfgen.evaluation.one_pass import Evaluation
from tfgen.evaluation.sources import ModelSource
from tfgen.files import atomic_path
from tfgen.models.generative_model import GenerativeModel
from tfgen.recipes import Recipe, make_recipe
from tfgen.recipes.build import build_model, compile_model
from tfgen.training.images import training_batches

from . import as_published

# Of a training that is killed at most so much is lost, if no checkpoint is farther from the next.
SECONDS_BETWEEN_STATES = 60.0


class Training:
    """The training of one recipe.

    Args:
        recipe: What is trained.
        steps: After which of its steps the model is scored.
        evaluations: What scores it; the first number of the first is the trial's score.
        samples: How many images of the model are scored.
        images: What it is trained on.
        state: Where the state of the training is kept while it runs, a path without a suffix; None for nowhere.

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
    ):
        began = time.perf_counter()
        self.recipe, self.steps, self.evaluations, self.samples = recipe, steps, evaluations, samples
        self.images, self.state = images, state
        self.model = build(recipe)
        self.score: str | None = None
        self.scores: list[dict[str, Any]] = []
        self.protocol: dict[str, Any] | None = None
        self.seconds = {"startup_seconds": 0.0, "training_seconds": 0.0, "scoring_seconds": 0.0}
        self._restore()
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

    def forget(self) -> None:
        """Removes the state."""
        for path in self._state_files():
            path.unlink(missing_ok=True)

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
        results = [evaluation(subject, self.samples, self.updates) for evaluation in self.evaluations]
        rows = [result.row() for some in results for result in some]
        self.score = rows[0]["name"]
        self.protocol = {key: rows[0][key] for key in ("subject", "reference", "extractor")}
        self.protocol["settings"] = {row["name"]: row["settings"] for row in rows}
        self.scores.append({"step": self.updates, "values": {row["name"]: row["value"] for row in rows}})

    def _timed(self, name: str, work: Callable[[], None]) -> None:
        began = time.perf_counter()
        try:
            work()
        finally:
            self.seconds[name] += time.perf_counter() - began

    def _state_files(self) -> tuple[Path, ...]:
        return () if self.state is None else tuple(self.state.with_suffix(suffix) for suffix in (".json", ".npz"))

    def _save(self) -> None:
        if self.state is None or time.perf_counter() - self._saved < SECONDS_BETWEEN_STATES:
            return
        told, weights = self._state_files()
        keep = Checkpoint(weights)
        keep.set_model(self.model)
        keep.on_epoch_end(0)
        found = {"score": self.score, "scores": self.scores, "protocol": self.protocol, "seconds": self.seconds}
        with atomic_path(told) as temporary:
            temporary.write_text(json.dumps({"recipe": self.recipe.table, **found}), encoding="utf-8")
        self._saved = time.perf_counter()

    def _restore(self) -> None:
        if not all(path.is_file() for path in self._state_files()) or self.state is None:
            return
        told, weights = self._state_files()
        found = json.loads(told.read_text(encoding="utf-8"))
        if found["recipe"] != self.recipe.table:
            return
        restore_checkpoint(self.model, weights)
        # Weights are written first: a kill between the two leaves a score less than they have steps for.
        if not found["scores"] or found["scores"][-1]["step"] != self.updates:
            self.model = build(self.recipe)
            return
        self.score, self.scores, self.protocol = found["score"], found["scores"], found["protocol"]
        self.seconds = found["seconds"]


def build(recipe: Recipe) -> GenerativeModel:
    """A trial's model, compiled.

    Raises:
        TfgenError: If it cannot be built, or draws no images.
    """
    # Recipes name the study's variants without the package, which is another in the wheel.
    name = str(recipe.table["model"]["name"]).replace("as_published:", f"{as_published.__name__}:")
    named = make_recipe(recipe.name, {**recipe.table, "model": {**recipe.table["model"], "name": name}})
    keras.utils.set_random_seed(recipe.seed)
    model = build_model(named)
    if not isinstance(model, GenerativeModel):
        raise TfgenError(f"{name} is a {type(model).__name__}, which draws no images; compare generative models")
    compile_model(named, model)
    return model


class _SecondsUntilFirstStep(keras.callbacks.Callback):
    """How long a fit takes before its first step has been made."""

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._began, self.seconds = time.perf_counter(), 0.0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        if batch == 0:
            self.seconds = time.perf_counter() - self._began
