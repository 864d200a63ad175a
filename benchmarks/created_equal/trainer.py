"""Trials, one after the other, in one process that keeps what they have in common."""

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import keras

from tfgen import data
from tfgen.errors import DivergenceError, TfgenError
from tfgen.evaluation.one_pass import Evaluation
from tfgen.evaluation.sources import ImageSource, ModelSource

from ..peak_memory import peak_memory, reset_peak_memory
from .process import device
from .rows import identity, untrained
from .spec import Spec
from .training import Training, versions
from .trials import Trial, recipe_of, scoring_steps


class Trainer:
    """Trains and scores the trials of a study.

    Args:
        spec: The study.
        data_dir: Where data sets are looked for first.
        states: Folder for the state of the training that runs, so that one that is killed goes on; None for none.
        seconds_between_states: The least time between two states of one training.
    """

    def __init__(
        self,
        spec: Spec,
        data_dir: Path | None = None,
        states: Path | None = None,
        seconds_between_states: float = 60.0,
    ):
        self.spec = spec
        self.data_dir = data_dir
        self.states = states
        self.seconds_between_states = seconds_between_states
        # Trials come data set by data set: what is kept is that of the last one.
        self._images = lru_cache(maxsize=1)(self._load_images)
        self._reference = lru_cache(maxsize=1)(self._load_reference)
        self._evaluation = lru_cache(maxsize=2)(self._make_evaluation)

    def check(self, trials: Sequence[Trial]) -> int:
        """Builds each method once on each data set, and gets ready what scores need.

        Args:
            trials: Those that are to be run.

        Returns:
            How many bytes the state of the largest training takes.

        Raises:
            TfgenError: If one cannot be trained or scored as the spec says.
        """
        largest = 0
        for trial in {(trial.dataset, trial.method): trial for trial in reversed(trials)}.values():
            default = self.spec.methods[trial.method]["default"]
            try:
                training = self._training(replace(trial, hyperparameters=default), None)
                if ":" in training.recipe.table["model"]["name"]:
                    # What a class of the user's own does is known once it has made a step.
                    training.try_step()
                for evaluation in training.evaluations:
                    evaluation.check(
                        ModelSource(trial.method, training.model, recipe=training.recipe), training.samples
                    )
            except Exception as error:  # A user's class or data may raise anything.
                raise TfgenError(f"{trial.method} on {trial.dataset} cannot be trained: {_one_line(error)}") from error
            variables = [*training.model.variables]
            for optimizer, _ in training.model.optimized_variables():
                variables += optimizer.variables
            largest = max(largest, sum(4 * math.prod(variable.shape) for variable in variables))
            keras.utils.clear_session()
        return largest

    def __call__(self, trial: Trial) -> dict[str, Any]:
        """The row of a trial, in which stands too what went wrong with it."""
        began = time.perf_counter()
        counted = reset_peak_memory()
        keras.utils.clear_session()
        status, error, training = "done", None, None
        try:
            training = self._training(trial, self.states and self.states / f"trial_{trial.number}.json")
            began -= training.seconds_before
            training.run()
        except DivergenceError as divergence:
            status, error = "diverged", str(divergence)
        except Exception as failure:  # Whatever a user's model or data does, the other trials go on.
            status, error = "failed", f"{type(failure).__name__}: {_one_line(failure)}"
        return {
            **identity(trial),
            "status": status,
            "error": error,
            **_told(training),
            "seconds": round(time.perf_counter() - began, 2),
            "peak_memory_bytes": peak_memory() if counted else None,
            "threads": self.spec.threads,
            "device": device(),
            "versions": versions(),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        }

    def _training(self, trial: Trial, state: Path | None) -> Training:
        recipe = recipe_of(self.spec, trial)
        scores = ("fid", *self.spec.datasets[trial.dataset].get("metrics", ()))
        evaluations = [self._evaluation(trial.dataset, scores)]
        # What only some methods have, such as a bound of the likelihood.
        if own := tuple(self.spec.methods[trial.method].get("metrics", ())):
            evaluations.append(self._evaluation(trial.dataset, own))
        return Training(
            recipe,
            scoring_steps(self.spec, trial, recipe),
            evaluations,
            self.spec.table["scoring"]["samples"],
            self._images(trial.dataset),
            state,
            self.seconds_between_states,
        )

    def _make_evaluation(self, dataset: str, metrics: tuple[str, ...]) -> Evaluation:
        table, scoring = self.spec.datasets[dataset], self.spec.table["scoring"]
        settings = scoring.get("settings", {})
        return Evaluation(
            metrics,
            self._reference(dataset),
            table.get("extractor", scoring.get("extractor")),
            reference_samples=scoring.get("reference_samples"),
            resizer=scoring.get("resizer"),
            quantise=scoring.get("quantise", True),
            settings={name: settings[name] for name in metrics if name in settings},
            data_dir=self.data_dir,
        )

    def _load_reference(self, dataset: str) -> ImageSource:
        table = self.spec.datasets[dataset]
        split, options = table.get("reference", "test"), table.get("options", {})
        return ImageSource(f"{table['name']}:{split}", self._load(dataset, split), table["name"], split, options)

    def _load_images(self, dataset: str) -> data.ImageSet:
        return self._load(dataset, "train")

    def _load(self, dataset: str, split: str) -> data.ImageSet:
        table = self.spec.datasets[dataset]
        height, width, channels = table["image_shape"]
        size = height if height == width else None
        options = table.get("options", {})
        images = data.load_images(table["name"], split, image_size=size, data_dir=self.data_dir, **options)
        if images.image_shape != (height, width, channels):
            raise TfgenError(
                f"the images of {dataset} ({images.origin}) are read as {images.image_shape}, and image_shape says "
                f"{(height, width, channels)}; give the one that they have"
            )
        return images


def _told(training: Training | None) -> dict[str, Any]:
    """What a row takes from a training, which may not even have been built."""
    if training is None:
        return untrained()
    found = [(each["step"], each["values"][training.score]) for each in training.scores]
    points = [{"step": step, "value": value} for step, value in found if value is not None]
    return {
        "recipe": training.recipe.table,
        "ended_at": training.updates,
        "score": training.score,
        "scores": training.scores,
        "best": min(points, key=lambda point: point["value"], default=None),
        "last": points[-1] if points else None,
        "protocol": training.protocol,
        **{key: round(value, 2) for key, value in training.seconds.items()},
    }


def _one_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
